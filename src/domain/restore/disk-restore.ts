import { getDiskPoint } from '../backup/disk-backup.js'
import type { RecoveryPoint } from '../backup/recovery-points.js'
import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { createOrUpdateResource } from '../inventory/resources.js'
import { diskJobFacts } from '../jobs/disk-jobs.js'
import type { JobError, JobErrorName } from '../jobs/job-errors.js'
import { endJob, type Job, openJob, subjectOf, type Task } from '../jobs/jobs.js'
import { readResourceId } from '../names.js'
import type { Operation } from '../operations.js'
import type { Instant } from '../policies/schedule.js'
import { checkRestores } from '../protection/daily-limits.js'
import { diskRestoreFault } from '../protection/disk-checks.js'
import { checkNotBusy, type ProtectedItem } from '../protection/protected-items.js'
import { openBackupOperation } from '../vaults/backup-vault-operations.js'
import { requireGuard } from '../vaults/resource-guards.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { checkDiskRestore, type DiskRestoreInput } from './disk-restore-request.js'
import { rememberRestore } from './restore-failures.js'

/** What a disk's Restore job keeps for itself. */
export interface DiskRestoreWork {
  pointName: string
  pointTime: Instant
  /** The id of the new disk, as it was asked for. */
  diskId: string
  location: string
}

export const restoreWorkOf = ({ work }: Job) => work as unknown as DiskRestoreWork

function prepare(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  input: DiskRestoreInput,
): { point: RecoveryPoint; work: DiskRestoreWork } {
  const { diskId, location } = checkDiskRestore(vault, item, input)
  const point = getDiskPoint(world, item, input.recoveryPointId)
  return { point, work: { pointName: point.name, pointTime: point.time, diskId, location } }
}

/**
 * Validates a restore: whether it could be made now is known when the operation is over, which fails where it could not
 * (wire-disk.md 8).
 * @throws Refusal UserErrorInvalidRestoreRequest, UserErrorGenericResourceNotFound,
 * UserErrorCrossSubscriptionRestoreNotAllowed
 */
export function validateDiskRestore(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  input: DiskRestoreInput,
): Operation {
  const { point, work } = prepare(world, vault, item, input)
  const fault = diskRestoreFault(world, vault, point, work, 'validate')
  const activityId = input.activityId ?? world.chance.guid()
  return openBackupOperation(world, vault, {
    kind: 'validateRestore',
    pace: 'validateDiskRestoreMs',
    itemId: item.id,
    ...(fault === undefined ? {} : { error: { error: fault, activityId } }),
  })
}

/**
 * Restores a point to a new disk (wire-disk.md 8). What keeps it from being made shows in its job.
 * @returns the operation, which is over as soon as its job is there
 * @throws Refusal as `validateDiskRestore`; BMSUserErrorConflictingProtectionOperation,
 * UserErrorResourceGuardOperationRequestNotProvided, CloudDosAbsoluteLimitReached
 */
export function restoreDisk(world: World, vault: Vault, item: ProtectedItem, input: DiskRestoreInput): Operation {
  const { work } = prepare(world, vault, item, input)
  checkNotBusy(item)
  requireGuard(world, vault, 'restore', input.requests)
  checkRestores(world, item)
  const opened = openJob(world, item, {
    operation: 'Restore',
    activityId: input.activityId,
    tasks: ['Trigger Restore'],
    bag: {},
    internalBag: diskJobFacts(item),
    work: { ...work },
  })
  const job = withTask(opened, { status: 'InProgress', start: world.now })
  world.jobs.put(job)
  const length = within('diskRestoreMs', world.chance.fraction('restore', job.id))
  world.timeline.at(world.now + length, 'restore.step', subjectOf(job))
  return openBackupOperation(world, vault, { kind: 'triggerRestore', pace: 'diskTriggerMs', itemId: item.id, job })
}

const withTask = (job: Job, change: Partial<Task>): Job => ({
  ...job,
  tasks: job.tasks.map((task) => ({ ...task, ...change })),
})

/** Due: the new disk of a restore is there, or the job says why not. */
export function stepDiskRestore(world: World, job: Job): void {
  const work = restoreWorkOf(job)
  const vault = world.vaults.get(job.vaultKey)
  const point = world.points.find(job.itemId, work.pointName)
  const fault: JobErrorName | undefined =
    vault && point ? diskRestoreFault(world, vault, point, work, 'restore') : 'UserErrorSnapshotMetadataNotFound'
  if (fault !== undefined || !point) return failDiskRestore(world, job, fault ?? 'UserErrorSnapshotMetadataNotFound')
  makeDisk(world, point, work)
  endJob(world, withTask(job, { status: 'Completed', end: world.now }), 'Completed')
  const item = world.items.get(job.itemId)
  if (item) rememberRestore(world, item)
}

/** The new disk: size and kind are those that its source had, its data is the snapshot's. */
function makeDisk(world: World, { disk }: RecoveryPoint, { diskId, location }: DiskRestoreWork): void {
  const id = readResourceId(diskId)
  if (!id || !disk) return
  createOrUpdateResource(world, id, {
    location,
    body: {
      sku: { name: disk.sku },
      properties: {
        creationData: { createOption: 'Copy', sourceResourceId: disk.snapshotId },
        diskSizeGB: disk.sizeGB,
      },
    },
  })
}

/**
 * No point of a disk is ever in the archive.
 * @throws Refusal UserErrorGenericResourceNotFound, UserErrorRecoveryPointRehydrationNotAllowed
 */
export function refuseRehydration(world: World, item: ProtectedItem, pointName: string): never {
  const { name } = getDiskPoint(world, item, pointName)
  throw new Refusal(
    'UserErrorRecoveryPointRehydrationNotAllowed',
    `Rehydration is only supported for archive recovery points. Restore '${name}' as it is.`,
  )
}

/** Ends a restore that makes no disk. */
export function failDiskRestore(world: World, job: Job, error: JobError): void {
  endJob(world, { ...withTask(job, { status: 'Failed', end: world.now }), error }, 'Failed')
  const item = world.items.get(job.itemId)
  if (item) rememberRestore(world, item, error)
}

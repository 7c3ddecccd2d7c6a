import { within } from '../durations.js'
import type { JobError } from '../jobs/job-errors.js'
import { failJob, type Job, subjectOf } from '../jobs/jobs.js'
import { type Operation, type OperationKind, openOperation } from '../operations.js'
import { followBackupJob, openBackupOperation } from '../vaults/backup-vault-operations.js'
import type { World } from '../world.js'
import { type BackupInstance, itemSubject, type ProtectedItem } from './protected-items.js'
import { type Workload, workloadOf } from './workloads.js'

/**
 * Gives an item to a job until that job ends: nothing else may configure it meanwhile.
 * @param pace which of its workload's lengths the job has
 */
export function holdItem(world: World, item: ProtectedItem, job: Job, pace: keyof Workload['paces']): void {
  world.items.put({ ...item, busyWith: job.id })
  const length = within(workloadOf(item).paces[pace], world.chance.fraction(pace, job.id))
  world.timeline.at(world.now + length, 'job.end', subjectOf(job))
}

/**
 * The operation that a client polls for a job. That of a classic vault says soon that the job is there, and nothing of
 * its end (wire-classic.md 3).
 */
export function followJob(world: World, job: Job, kind: OperationKind = 'classicJob', itemId?: number): Operation {
  const { vaultKey } = job
  if (job.workload === 'AzureDisk') return followInstanceJob(world, job, kind, itemId)
  const followed = { kind, vaultKey, job, ...(itemId === undefined ? {} : { itemId }) }
  if (job.workload !== 'IaasVM') return openOperation(world, followed)
  const length = within('classicOperationMs', world.chance.fraction('operation', job.id))
  return openOperation(world, { ...followed, kind: 'classicJob', due: world.now + length })
}

/** The call that makes a backup instance is over before that is configured (wire-disk.md 5); any other with its job. */
function followInstanceJob(world: World, job: Job, kind: OperationKind, itemId = job.itemId): Operation {
  const vault = world.vaults.get(job.vaultKey)
  if (!vault) throw new Error(`job ${job.id} is of no vault`)
  if (!world.items.get(itemId)?.configuring) return followBackupJob(world, vault, kind, job, itemId)
  return openBackupOperation(world, vault, { kind: 'configureInstance', pace: 'instanceWriteMs', job, itemId })
}

/**
 * Gives an item to a job that an operation of its own follows.
 * @returns the operation
 */
export function giveItemTo(
  world: World,
  item: ProtectedItem,
  job: Job,
  pace: keyof Workload['paces'],
  kind: 'protectItem' | 'deleteItem' = 'protectItem',
): Operation {
  holdItem(world, item, job, pace)
  return followJob(world, job, kind, item.id)
}

/** What a configuration makes of a backup instance; nothing where it leaves that as it is. */
export function instanceOf({ work }: Job): Pick<ProtectedItem, 'instance'> {
  const instance = work?.instance as BackupInstance | undefined
  return instance ? { instance } : {}
}

/**
 * Ends a job that has an item for itself and comes to nothing: the item is as it was. One that was not there is gone, or
 * stays and says why.
 */
export function failItemJob(world: World, job: Job, error: JobError): void {
  failJob(world, job, error)
  const item = world.items.get(job.itemId)
  if (!item) return
  const { busyWith: _, ...free } = item
  const { failedState } = workloadOf(item)
  if (failedState && job.operation === 'ConfigureBackup' && (item.configuring || item.state === failedState)) {
    return world.items.put({
      ...free,
      ...instanceOf(job),
      policyName: String(job.work?.policyName ?? item.policyName),
      configuring: false,
      state: failedState,
      protectionError: { error, activityId: job.activityId },
    })
  }
  if (item.configuring) return world.items.delete(item.id)
  world.items.put(free)
  // What keeps an undeleted item from going for good is that its job has begun.
  if (job.operation === 'Undelete' && item.deleted)
    world.timeline.at(Math.max(item.deleted.until, world.now), 'softDelete.purge', itemSubject(item))
}

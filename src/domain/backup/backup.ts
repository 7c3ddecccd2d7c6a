import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { type Job, openJob } from '../jobs/jobs.js'
import type { Operation } from '../operations.js'
import type { ProtectionPolicy } from '../policies/policies.js'
import { POLICY_RANGES } from '../policies/policy-ranges.js'
import { onDemandExpiry } from '../policies/retention.js'
import { type Instant, nextRun } from '../policies/schedule.js'
import { checkOnDemand } from '../protection/daily-limits.js'
import { followJob } from '../protection/item-jobs.js'
import { checkNotBusy, isStopped, itemSubject, type ProtectedItem } from '../protection/protected-items.js'
import { policyOf, workloadOf } from '../protection/workloads.js'
import { refuseWhileMoving } from '../vaults/data-move-checks.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { type BackupWork, snapshotRuns, stepIn } from './backup-phases.js'
import { tagOf } from './backup-points.js'
import { failSnapshot } from './backup-steps.js'

/** Puts an item's next scheduled backup on the timeline: at the policy's next run, up to two hours late (domain.md 3). */
export function scheduleNextBackup(world: World, item: ProtectedItem, after: Instant = world.now): void {
  world.timeline.cancel(itemSubject(item), 'backup.scheduled')
  putNextRun(world, item, policyOf(world, item), after)
}

/** None is on the timeline, and one is then. */
function putNextRun(world: World, item: ProtectedItem, policy: ProtectionPolicy | undefined, after: Instant): void {
  if (!policy || isStopped(item)) return
  const run = nextRun(policy, after)
  if (!Number.isFinite(run)) return
  const due = startOf(world, item, run)
  world.timeline.at(Math.max(due, world.now), 'backup.scheduled', itemSubject(item), { run })
}

/** When the backup of a run really starts. */
const startOf = (world: World, item: ProtectedItem, run: Instant) =>
  run + workloadOf(item).startDelayMs(world.chance.fraction('start', item.id, run))

/**
 * Puts an item's next scheduled backup where its changed policy wants it. A run whose time has come and that has not
 * started yet is not lost, as long as the new schedule has it too.
 */
export function rescheduleBackup(world: World, item: ProtectedItem): void {
  const policy = policyOf(world, item)
  const run = policy ? nextRun(policy, world.now - POLICY_RANGES.startDelay.max) : Number.POSITIVE_INFINITY
  const waits = run <= world.now && startOf(world, item, run) > world.now
  scheduleNextBackup(world, item, waits ? run - 1 : world.now)
}

/** Due: the schedule of an item says it is time (SEED-25). One job, and the next run goes on the timeline. */
export function runScheduledBackup(world: World, item: ProtectedItem, payload: { run: Instant }): void {
  const policy = policyOf(world, item)
  putNextRun(world, item, policy, payload.run)
  const job = startBackup(world, item, policy, { activityId: undefined, work: { run: payload.run } })
  const busy = workloadOf(item).busy(world, item, job)
  if (busy) failSnapshot(world, item, job, busy)
}

/**
 * Backs an item up now (SEED-55).
 * @param expiry until when the point is kept; 30 days where nothing is said
 * @throws Refusal UserErrorBcmDatasourceNotPresent while protection is stopped, UserErrorBackupOperationInProgress
 * while another backup takes its snapshot, UserErrorInvalidRequestParameter for an expiry that has passed,
 * CloudDosAbsoluteLimitReached where the day has had its backups on demand
 */
export function backupNow(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  expiry: Instant | undefined,
  activityId: string | undefined,
): Operation {
  refuseWhileMoving(world, vault)
  checkActive(item)
  if (expiry !== undefined && expiry <= world.now) {
    throw new Refusal(
      'UserErrorInvalidRequestParameter',
      'The parameter recoveryPointExpiryTimeInUTC is invalid: it names a time that has passed. Name one in the future.',
    )
  }
  if (snapshotRuns(world, item)) {
    throw new Refusal(
      'UserErrorBackupOperationInProgress',
      'Unable to initiate backup as another backup operation is currently in progress. Wait until it has taken its snapshot, or cancel it.',
    )
  }
  const work = { expiry: onDemandExpiry(expiry, world.now) }
  return followJob(world, startOnDemand(world, item, { activityId, work, expiry }), 'triggerBackup')
}

/**
 * Only what is protected is backed up.
 * @throws Refusal UserErrorBcmDatasourceNotPresent, BMSUserErrorConflictingProtectionOperation
 */
export function checkActive(item: ProtectedItem): void {
  checkNotBusy(item)
  if (!isStopped(item) && !item.deleted && item.state !== 'ProtectionError') return
  throw new Refusal(
    'UserErrorBcmDatasourceNotPresent',
    `'${item.friendlyName}' is not actively protected by Azure Backup. ${remedyOf(item)}, then back it up.`,
  )
}

function remedyOf({ deleted, state }: ProtectedItem): string {
  if (deleted) return 'Undelete the item and resume its protection with a policy'
  if (state === 'ProtectionError') return 'Put right what its configuration has failed of, and sync it'
  return 'Resume its protection with a policy'
}

/** What a backup begins with. */
interface BackupStart {
  activityId: string | undefined
  work: BackupWork
  expiry?: Instant | undefined
}

/** Starts one of the backups on demand that a day has. @throws Refusal CloudDosAbsoluteLimitReached */
export function startOnDemand(world: World, item: ProtectedItem, start: BackupStart): Job {
  checkOnDemand(world, item)
  return startBackup(world, item, policyOf(world, item), start)
}

function startBackup(
  world: World,
  item: ProtectedItem,
  policy: ProtectionPolicy | undefined,
  { activityId, work, expiry }: BackupStart,
): Job {
  const workload = workloadOf(item)
  const tasks = workload.backupTasks(policy)
  const job = openJob(world, item, {
    operation: 'Backup',
    activityId,
    tasks,
    ...workload.backupBag(item, { onDemand: work.run === undefined, expiry, tasks }),
    work: { ...work, ...tagOf(world, item, policy, work) },
  })
  stepIn(world, job, within('beforeSnapshotMs', world.chance.fraction('before', job.id)))
  return job
}

import { type BackupWork, snapshotRuns, statusOfPhases, transferRuns, withTasks, workOf } from './backup-phases.js'
import { goesToVault, pointOf } from './backup-points.js'
import { transferOf, within } from './durations.js'
import { Refusal } from './errors.js'
import type { JobErrorName } from './job-errors.js'
import { endJob, finishCancel, type Job, type JobStatus, openJob, subjectOf, type TaskStatus } from './jobs.js'
import { type Operation, openOperation } from './operations.js'
import { POLICY_RANGES } from './policy-ranges.js'
import { checkNotBusy, itemSubject, type ProtectedItem } from './protected-items.js'
import { addPoint, keepPoint, scheduleRetention } from './recovery-points.js'
import { onDemandExpiry } from './retention.js'
import { DAY, type Instant, nextRun, startDelay } from './schedule.js'
import type { Vault } from './vaults.js'
import { policyOf, workloadOf } from './workloads.js'
import type { World } from './world.js'

/** Puts an item's next scheduled backup on the timeline: at the policy's next run, up to two hours late (domain.md 3). */
export function scheduleNextBackup(world: World, item: ProtectedItem, after: Instant = world.now): void {
  world.timeline.cancel(itemSubject(item), 'backup.scheduled')
  const policy = policyOf(world, item)
  if (!policy || item.state === 'ProtectionStopped') return
  const run = nextRun(policy, after)
  const due = startOf(world, item, run)
  world.timeline.at(Math.max(due, world.now), 'backup.scheduled', itemSubject(item), { run })
}

/** When the backup of a run really starts. */
const startOf = (world: World, item: ProtectedItem, run: Instant) =>
  run + startDelay(world.chance.fraction('start', item.id, run))

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
  scheduleNextBackup(world, item, payload.run)
  const job = startBackup(world, item, undefined, { run: payload.run })
  if (snapshotRuns(world, item, job)) failSnapshot(world, item, job, 'UserErrorBackupOperationInProgress')
}

/**
 * Backs an item up now (SEED-55).
 * @param expiry until when the point is kept; 30 days where nothing is said
 * @throws Refusal UserErrorBcmDatasourceNotPresent while protection is stopped, UserErrorBackupOperationInProgress
 * while another backup takes its snapshot, UserErrorInvalidRequestParameter for an expiry that has passed
 */
export function backupNow(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  expiry: Instant | undefined,
  activityId: string | undefined,
): Operation {
  checkNotBusy(item)
  if (item.state === 'ProtectionStopped' || item.deleted) {
    throw new Refusal(
      'UserErrorBcmDatasourceNotPresent',
      `'${item.friendlyName}' is not actively protected by Azure Backup. ${item.deleted ? 'Undelete the item and resume' : 'Resume'} its protection with a policy, then back it up.`,
    )
  }
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
  const job = startBackup(world, item, activityId, { expiry: onDemandExpiry(expiry, world.now) }, expiry)
  return openOperation(world, { kind: 'triggerBackup', vaultKey: vault.key, job })
}

function startBackup(
  world: World,
  item: ProtectedItem,
  activityId: string | undefined,
  work: BackupWork,
  named?: Instant,
): Job {
  const workload = workloadOf(item)
  const job = openJob(world, item, {
    operation: 'Backup',
    activityId,
    tasks: workload.backupTasks(policyOf(world, item)),
    ...workload.backupBag(item, named, work.run === undefined),
    work: { ...work },
  })
  step(world, job, within('beforeSnapshotMs', world.chance.fraction('before', job.id)))
  return job
}

function step(world: World, job: Job, inMs: number): void {
  world.timeline.at(world.now + inMs, 'backup.step', subjectOf(job))
}

/** Due: the next thing in a backup's life. Which one follows from its tasks. */
export function stepBackup(world: World, job: Job): void {
  const item = world.items.get(job.itemId)
  const [snapshot, transfer] = job.tasks
  if (!item || !snapshot) return finishCancel(world, job)
  if (snapshot.status === 'NotStarted') return startSnapshot(world, item, job)
  if (snapshot.status === 'InProgress') return endSnapshot(world, item, job)
  if (transfer?.status === 'NotStarted') return startTransfer(world, item, job)
  return endTransfer(world, item, job)
}

function startSnapshot(world: World, item: ProtectedItem, job: Job): void {
  const { look, gone } = workloadOf(item)
  const source = look(world, item)
  const started = withTasks(job, [{ status: 'InProgress', start: world.now }, {}])
  if (!source) return failSnapshot(world, item, started, gone.snapshot, ['Failed', 'NotStarted'])
  world.jobs.put(started)
  step(world, job, source.snapshotMs(world.chance.fraction('snapshot', job.id)))
}

function failSnapshot(
  world: World,
  item: ProtectedItem,
  job: Job,
  error: JobErrorName,
  [snapshot, transfer]: readonly [TaskStatus, TaskStatus] = ['Failed', 'Failed'],
): void {
  const end = snapshot === 'Failed' ? { end: world.now } : {}
  const failed = withTasks(job, [{ status: snapshot, ...end }, { status: transfer }])
  conclude(world, item, { ...failed, error, bag: { ...job.bag, ...workloadOf(item).sizeBag(0) } }, 'Failed')
}

/** The snapshot is there: an instant-restore point (SEED-56). The transfer follows, unless yesterday's still runs (SEED-59). */
function endSnapshot(world: World, item: ProtectedItem, job: Job): void {
  const { look, gone } = workloadOf(item)
  const source = look(world, item)
  if (!source) return failSnapshot(world, item, job, gone.snapshot, ['InProgress', 'NotStarted'])
  if (source.snapshotFailure) return failSnapshot(world, item, job, source.snapshotFailure)
  const policy = policyOf(world, item)
  const work = workOf(job)
  const skip = job.tasks.length < 2 || transferRuns(world, item, job) || !goesToVault(policy, work, item)
  const point = pointOf(world, item, source, policy, job, !skip)
  const seen: ProtectedItem = {
    ...item,
    // Protection may have been stopped since the backup began: that it stays.
    state: item.state === 'IRPending' ? 'Protected' : item.state,
    lastRecoveryPoint: point.time,
    ...source.remember?.(policy),
  }
  addPoint(world, item, point)
  const done = withTasks(job, [{ status: 'Completed', end: world.now }, {}])
  if (skip) return conclude(world, seen, withTasks(done, [{}, { status: 'Skipped' }]))
  world.items.put(seen)
  world.jobs.put({ ...done, work: { ...work, pointName: point.name } })
  step(world, job, within('betweenPhasesMs', world.chance.fraction('between', job.id)))
}

const pointOfJob = (world: World, item: ProtectedItem, { pointName }: BackupWork) =>
  pointName === undefined ? undefined : world.points.find(item.id, pointName)

function startTransfer(world: World, item: ProtectedItem, job: Job): void {
  const time = pointOfJob(world, item, workOf(job))?.time ?? world.now
  const transfer = transferOf(
    workloadOf(item).look(world, item)?.data ?? { disks: [], usedDataGB: 0, dailyChurnGB: 0 },
    item.lastVaultPoint === undefined ? undefined : (time - item.lastVaultPoint) / DAY,
    world.chance.fraction('transfer', job.id),
  )
  world.jobs.put({
    ...withTasks(job, [{}, { status: 'InProgress', start: world.now }]),
    work: { ...job.work, sizeMB: transfer.sizeMB },
  })
  step(world, job, transfer.durationMs)
}

function endTransfer(world: World, item: ProtectedItem, job: Job): void {
  const { look, gone, sizeBag } = workloadOf(item)
  const source = look(world, item)
  const error = source ? source.transferFailure : gone.transfer
  const work = workOf(job)
  const point = pointOfJob(world, item, work)
  if (point) {
    const { transferring: _, ...arrived } = point
    const isNewest = world.points.newest(item.id)?.name === point.name
    keepPoint(world, error ? arrived : { ...arrived, vaultTier: 'Valid' }, isNewest)
  }
  const ended = withTasks(job, [{}, { status: error ? 'Failed' : 'Completed', end: world.now }])
  const size = error ? 0 : (work.sizeMB ?? 0)
  const lastVaultPoint = error ? item.lastVaultPoint : (point?.time ?? item.lastVaultPoint)
  conclude(
    world,
    { ...item, ...(lastVaultPoint === undefined ? {} : { lastVaultPoint }) },
    { ...ended, ...(error ? { error } : {}), bag: { ...job.bag, ...sizeBag(size) } },
  )
}

/** Ends a backup: its status follows from its phases, and the item remembers how it went. */
function conclude(world: World, item: ProtectedItem, job: Job, ended?: JobStatus): void {
  const [snapshot, transfer] = job.tasks
  const status = ended ?? statusOfPhases(snapshot?.status ?? 'Failed', transfer?.status ?? 'Skipped')
  if (status !== 'Completed' && status !== 'CompletedWithWarnings' && status !== 'Failed')
    throw new Error(`a backup cannot end ${status}`)
  endJob(world, job, status)
  const work = workOf(job)
  const missed =
    transfer !== undefined &&
    transfer.status !== 'Completed' &&
    (item.owesVault || (work.run !== undefined && goesToVault(policyOf(world, item), work, item)))
  const { owesVault: _, ...settled } = item
  const remembered: ProtectedItem = {
    ...remember(settled, job, status === 'Failed'),
    ...(missed ? { owesVault: true } : {}),
  }
  world.items.put(remembered)
  scheduleRetention(world, remembered)
}

/** A transfer may end after the next day's backup has: what the item says of its last backup is then that one's. */
function remember(item: ProtectedItem, job: Job, failed: boolean): ProtectedItem {
  if (item.lastBackupTime !== undefined && item.lastBackupTime > job.start) return item
  const { backupError: _, ...before } = item
  return {
    ...before,
    ...(failed && job.error ? { backupError: job.error } : {}),
    lastBackupStatus: failed ? 'Failed' : 'Completed',
    lastBackupTime: job.start,
    backupHealth: failed ? 'Failed' : 'Completed',
  }
}

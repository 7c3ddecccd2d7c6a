import { transferOf, within } from '../durations.js'
import { errorName, type JobError } from '../jobs/job-errors.js'
import type { JobStatus } from '../jobs/job-status.js'
import { endJob, finishCancel, type Job, type TaskStatus } from '../jobs/jobs.js'
import { DAY } from '../policies/schedule.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { policyOf, workloadOf } from '../protection/workloads.js'
import type { World } from '../world.js'
import { scheduleArchiving } from './archive.js'
import { type BackupWork, statusOfPhases, stepIn, transferRuns, withTasks, workOf } from './backup-phases.js'
import { goesToVault, pointOf } from './backup-points.js'
import { addPoint, hasAllPoints, keepPoint, type RecoveryPoint, scheduleRetention } from './recovery-points.js'

/**
 * Due: the next thing in a backup's life. Which one follows from its tasks.
 * @param failure what the phase that ends now fails with, whatever there is to back up
 */
export function stepBackup(world: World, job: Job, failure?: JobError): void {
  const item = world.items.get(job.itemId)
  const [snapshot, transfer] = job.tasks
  if (!item || !snapshot) return finishCancel(world, job)
  if (snapshot.status === 'NotStarted') return startSnapshot(world, item, job)
  if (snapshot.status === 'InProgress' && workOf(job).pointName !== undefined) return endSettled(world, item, job)
  if (snapshot.status === 'InProgress') return endSnapshot(world, item, job, failure)
  if (transfer?.status === 'NotStarted') return startTransfer(world, item, job)
  return endTransfer(world, item, job, failure)
}

function startSnapshot(world: World, item: ProtectedItem, job: Job): void {
  const { look, gone } = workloadOf(item)
  const source = look(world, item)
  const started = withTasks(job, [{ status: 'InProgress', start: world.now }, {}])
  if (!source) return failSnapshot(world, item, started, gone(world, item).snapshot, ['Failed', 'NotStarted'])
  world.jobs.put(started)
  stepIn(world, job, source.snapshotMs(world.chance.fraction('snapshot', job.id)))
}

/** Ends a backup whose snapshot came to nothing. */
export function failSnapshot(
  world: World,
  item: ProtectedItem,
  job: Job,
  error: JobError,
  [snapshot, transfer]: readonly [TaskStatus, TaskStatus] = ['Failed', 'Failed'],
): void {
  const end = snapshot === 'Failed' ? { end: world.now } : {}
  const failed = withTasks(job, [{ status: snapshot, ...end }, { status: transfer }])
  conclude(world, item, { ...failed, error, bag: { ...job.bag, ...workloadOf(item).sizeBag(0, job) } }, 'Failed')
}

/** The snapshot is there: an instant-restore point (SEED-56). The transfer follows, unless yesterday's still runs (SEED-59). */
function endSnapshot(world: World, item: ProtectedItem, job: Job, failure: JobError | undefined): void {
  if (failure) return failSnapshot(world, item, job, failure)
  const { look, gone, full, snapshotCounts, settleMs } = workloadOf(item)
  const source = look(world, item)
  if (!source) return failSnapshot(world, item, job, gone(world, item).snapshot, ['InProgress', 'NotStarted'])
  const trouble = source.snapshotFailure()
  if (trouble) return failSnapshot(world, item, job, trouble)
  if (hasAllPoints(world, item)) return failSnapshot(world, item, job, 'UserErrorRecoveryPointLimitReached')
  const policy = policyOf(world, item)
  const tooMany = full?.(world, item, policy)
  if (tooMany) return failSnapshot(world, item, job, tooMany)
  const work = workOf(job)
  const skip = job.tasks.length < 2 || transferRuns(world, item, job) || !goesToVault(policy, work, item)
  const point = pointOf(world, item, source, policy, job, !skip)
  const seen: ProtectedItem = {
    ...item,
    ...(snapshotCounts ? withPoint(item, point) : {}),
    ...source.remember?.(policy),
  }
  if (snapshotCounts) addPoint(world, item, point)
  if (settleMs) {
    world.items.put(seen)
    world.jobs.put({
      ...job,
      work: { ...work, pointName: point.name, sizeMB: Math.round(source.data.usedDataGB * 1024) },
    })
    return stepIn(world, job, settleMs(world.chance.fraction('settle', job.id)))
  }
  const done = withTasks(job, [{ status: 'Completed', end: world.now }, {}])
  if (skip) return conclude(world, seen, withTasks(done, [{}, { status: 'Skipped' }]))
  world.items.put(seen)
  const { writersFailed } = source
  const made = snapshotCounts ? { pointName: point.name } : { arriving: point }
  world.jobs.put({ ...done, work: { ...work, ...made, ...(writersFailed ? { writersFailed } : {}) } })
  stepIn(world, job, within('betweenPhasesMs', world.chance.fraction('between', job.id)))
}

/** The point of a backup has been there for a while, and that is all there is to do (golden disk/24, 28). */
const endSettled = (world: World, item: ProtectedItem, job: Job): void =>
  conclude(world, item, withTasks(job, [{ status: 'Completed', end: world.now }, {}]))

/** An item that has a new point. Protection may have been stopped since the backup began: that it stays. */
const withPoint = (item: ProtectedItem, { time }: RecoveryPoint): ProtectedItem => ({
  ...item,
  state: item.state === 'IRPending' ? 'Protected' : item.state,
  lastRecoveryPoint: time,
})

const pointOfJob = (world: World, item: ProtectedItem, { pointName, arriving }: BackupWork) =>
  pointName === undefined ? arriving : world.points.find(item.id, pointName)

function startTransfer(world: World, item: ProtectedItem, job: Job): void {
  const time = pointOfJob(world, item, workOf(job))?.time ?? world.now
  const transfer = transferOf(
    workloadOf(item).look(world, item)?.data ?? { disks: [], usedDataGB: 0, dailyChurnGB: 0 },
    item.lastVaultPoint === undefined
      ? undefined
      : { days: (time - item.lastVaultPoint) / DAY, disks: item.vaultDisks },
    world.chance.fraction('transfer', job.id),
  )
  world.jobs.put({
    ...withTasks(job, [{}, { status: 'InProgress', start: world.now }]),
    work: { ...job.work, sizeMB: transfer.sizeMB },
  })
  stepIn(world, job, transfer.durationMs)
}

function endTransfer(world: World, item: ProtectedItem, job: Job, failure: JobError | undefined): void {
  const { look, gone, sizeBag, snapshotCounts } = workloadOf(item)
  const source = look(world, item)
  const error = failure ?? (source ? source.transferFailure() : gone(world, item).transfer)
  const work = workOf(job)
  const point = endPoint(world, item, work, error !== undefined)
  const ended = withTasks(job, [{}, { status: error ? 'Failed' : 'Completed', end: world.now }])
  const size = error ? 0 : (work.sizeMB ?? 0)
  conclude(
    world,
    error || !point ? item : { ...(snapshotCounts ? item : withPoint(item, point)), ...inVault(point) },
    { ...ended, ...(error ? { error } : {}), bag: { ...job.bag, ...sizeBag(size, job) } },
    error && !snapshotCounts ? 'Failed' : undefined,
  )
}

/**
 * The end of a transfer for the point that it was of: where a snapshot counts it was there before, elsewhere it is from
 * now on, or never.
 */
function endPoint(world: World, item: ProtectedItem, work: BackupWork, failed: boolean): RecoveryPoint | undefined {
  const newest = world.points.newest(item.id)
  const isNewest = newest !== undefined && newest.name === work.pointName
  const point = isNewest ? newest : pointOfJob(world, item, work)
  if (!point) return undefined
  const { transferring: _, ...left } = point
  const arrived: RecoveryPoint = { ...left, vaultTier: 'Valid', vaultedAt: world.now }
  if (!work.arriving) keepPoint(world, failed ? left : arrived, isNewest)
  else if (!failed) addPoint(world, item, { ...arrived, instantTier: 'Deleted' })
  return point
}

/** What an item remembers of the newest point in the vault. */
function inVault({ time, machine }: RecoveryPoint): Partial<ProtectedItem> {
  return { lastVaultPoint: time, ...(machine ? { vaultDisks: machine.disks.map(({ name }) => name) } : {}) }
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
  scheduleArchiving(world, remembered)
}

/** A transfer may end after the next day's backup has: what the item says of its last backup is then that one's. */
function remember(item: ProtectedItem, job: Job, failed: boolean): ProtectedItem {
  if (item.lastBackupTime !== undefined && item.lastBackupTime > job.start) return item
  const { backupError, backupErrors = 1, ...before } = item
  const again = job.error && backupError && errorName(job.error) === errorName(backupError)
  return {
    ...before,
    ...(job.error ? { backupError: job.error } : {}),
    ...(again ? { backupErrors: backupErrors + 1 } : {}),
    lastBackupStatus: failed ? 'Failed' : 'Completed',
    lastBackupTime: job.start,
    backupHealth: failed ? 'Failed' : 'Completed',
  }
}

import type { JobStatus } from '../jobs/job-status.js'
import { type Job, subjectOf, type Task, type TaskStatus } from '../jobs/jobs.js'
import type { Instant } from '../policies/schedule.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import type { World } from '../world.js'
import type { RecoveryPoint } from './recovery-points.js'

/**
 * A backup job's status out of its two phases (SEED-58, the table of S2; the last rows are what a cancelled or
 * just begun job, or one whose machine is gone before it starts, show). One whose machine goes while the snapshot is
 * taken ends Failed with the snapshot still InProgress: no table says so, a recording does (wire-vm-more.md 6.2).
 */
export const STATUS_OF_PHASES: readonly (readonly [snapshot: TaskStatus, transfer: TaskStatus, JobStatus])[] = [
  ['Completed', 'InProgress', 'InProgress'],
  ['Completed', 'Skipped', 'Completed'],
  ['Completed', 'Completed', 'Completed'],
  ['Completed', 'Failed', 'CompletedWithWarnings'],
  ['Failed', 'Failed', 'Failed'],
  ['Failed', 'NotStarted', 'Failed'],
  ['Completed', 'NotStarted', 'InProgress'],
  ['InProgress', 'NotStarted', 'InProgress'],
  ['NotStarted', 'NotStarted', 'InProgress'],
  ['Cancelled', 'Cancelled', 'Cancelled'],
]

export function statusOfPhases(snapshot: TaskStatus, transfer: TaskStatus): JobStatus {
  const row = STATUS_OF_PHASES.find(([s, t]) => s === snapshot && t === transfer)
  if (!row) throw new Error(`no job has a snapshot that is ${snapshot} and a transfer that is ${transfer}`)
  return row[2]
}

/** What a Backup job keeps for itself. */
export interface BackupWork {
  /** The scheduled run that it belongs to; absent on demand. */
  run?: Instant
  /** Until when a backup on demand is kept. */
  expiry?: Instant
  /** On demand, the tag that its point gets where the kind of vault has that. */
  tag?: string
  sizeMB?: number
  pointName?: string
  /** The point that it makes, where there is none before its data has arrived. */
  arriving?: RecoveryPoint
  /** VSS writers failed while its snapshot was taken. */
  writersFailed?: boolean
}

export const workOf = (job: Job) => (job.work ?? {}) as BackupWork

/** SEED-59: in each phase only one sub-task of an item runs. */
const phaseRuns = (world: World, item: ProtectedItem, phase: 0 | 1, except?: Job): boolean =>
  world.jobs.open(item.id).some((job) => {
    if (job.operation !== 'Backup' || job.id === except?.id) return false
    const [snapshot, transfer] = job.tasks
    const snapshotOpen =
      snapshot?.status === 'NotStarted' || snapshot?.status === 'InProgress' || snapshot?.status === 'Cancelling'
    return phase === 0
      ? snapshotOpen
      : !snapshotOpen && (transfer?.status === 'NotStarted' || transfer?.status === 'InProgress')
  })

export const snapshotRuns = (world: World, item: ProtectedItem, except?: Job) => phaseRuns(world, item, 0, except)
export const transferRuns = (world: World, item: ProtectedItem, except: Job) => phaseRuns(world, item, 1, except)

export function withTasks(job: Job, changes: readonly [Partial<Task>, Partial<Task>]): Job {
  return { ...job, tasks: job.tasks.map((task, index) => ({ ...task, ...changes[index] })) }
}

/** Puts the next step of a backup on the timeline. */
export function stepIn(world: World, job: Job, ms: number): void {
  world.timeline.at(world.now + ms, 'backup.step', subjectOf(job))
}

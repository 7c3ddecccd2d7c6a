import { within } from './durations.js'
import { Refusal } from './errors.js'
import type { JobErrorName } from './job-errors.js'
import { type Operation, openOperation } from './operations.js'
import type { ProtectedItem, WorkloadName } from './protected-items.js'
import type { Instant } from './schedule.js'
import type { World } from './world.js'

export type JobOperation = 'ConfigureBackup' | 'DisableBackup' | 'DeleteBackupData' | 'Undelete' | 'Backup' | 'Restore'
export type JobStatus = 'InProgress' | 'Completed' | 'CompletedWithWarnings' | 'Failed' | 'Cancelling' | 'Cancelled'
export type TaskStatus = 'NotStarted' | 'InProgress' | 'Completed' | 'Failed' | 'Skipped' | 'Cancelling' | 'Cancelled'

/** What a job says of itself: texts and moments, in wire order; null where it doesn't say yet. */
export type JobBag = Record<string, string | Instant | null>

export interface Task {
  name: string
  status: TaskStatus
  start?: Instant
  end?: Instant
  details?: string
}

export interface Job {
  id: string
  vaultKey: string
  /** The row of the item that it works on; 0 for what is no item's. */
  itemId: number
  workload: WorkloadName
  /** As the item's `properties.containerName`. */
  containerName: string
  friendlyName: string
  classic: boolean
  operation: JobOperation
  status: JobStatus
  start: Instant
  end?: Instant
  /** The client request id of what started it. */
  activityId: string
  tasks: Task[]
  bag: JobBag
  internalBag?: Record<string, string>
  error?: JobErrorName
  /** Restores only: percent done and ms to go. */
  progress?: number
  remainingMs?: number
  /** What the engine needs to go on: for a Backup its run, for a Restore what is restored. */
  work?: Record<string, unknown>
}

export interface JobQuery {
  vaultKey: string
  status?: string
  operation?: string
  startFrom?: Instant
  startTo?: Instant
}

/** What a client may do with a job of an operation, and how its tasks are called (wire-vm.md 8.1, 8.2). */
export const JOB_KINDS = {
  ConfigureBackup: { cancellable: false, tasks: [] },
  DisableBackup: { cancellable: false, tasks: [] },
  DeleteBackupData: { cancellable: false, tasks: [] },
  Undelete: { cancellable: false, tasks: [] },
  Backup: { cancellable: true, tasks: ['Take Snapshot', 'Transfer data to vault'] },
  Restore: { cancellable: true, tasks: ['Transfer data from vault'] },
} as const satisfies Record<JobOperation, { cancellable: boolean; tasks: readonly string[] }>

const OPEN: readonly JobStatus[] = ['InProgress', 'Cancelling']
export const isOpen = (job: Pick<Job, 'status'>) => OPEN.includes(job.status)

export interface JobInput {
  operation: JobOperation
  activityId: string | undefined
  bag: JobBag
  internalBag?: Record<string, string>
  tasks?: readonly string[]
  work?: Record<string, unknown>
}

/** Opens a job on an item: in progress from now, none of its tasks started. */
export function openJob(world: World, item: ProtectedItem, input: JobInput): Job {
  const job: Job = {
    id: world.chance.guid(),
    vaultKey: item.vaultKey,
    itemId: item.id,
    workload: item.workload,
    containerName: item.containerName,
    friendlyName: item.workload === 'VM' ? item.friendlyName.toLowerCase() : item.friendlyName,
    classic: item.classic,
    operation: input.operation,
    status: 'InProgress',
    start: world.now,
    activityId: input.activityId ?? world.chance.guid(),
    tasks: (input.tasks ?? JOB_KINDS[input.operation].tasks).map((name) => ({ name, status: 'NotStarted' })),
    bag: input.bag,
    ...(input.internalBag ? { internalBag: input.internalBag } : {}),
    ...(input.work ? { work: input.work } : {}),
  }
  world.jobs.put(job)
  return job
}

export const subjectOf = (job: Job) => `job:${job.id}`

/** Ends a job and keeps it. */
export function endJob(
  world: World,
  job: Job,
  status: 'Completed' | 'CompletedWithWarnings' | 'Failed' | 'Cancelled',
): Job {
  const ended: Job = { ...job, status, end: world.now }
  world.jobs.put(ended)
  world.timeline.cancel(subjectOf(job))
  return ended
}

/** The job, or a refusal that says there is none. */
export function getJob(world: World, vaultKey: string, id: string): Job {
  const job = world.jobs.get(id.toLowerCase())
  if (!job || job.vaultKey !== vaultKey) {
    throw new Refusal(
      'UserErrorJobNotFound',
      `There is no job '${id}' in this vault. List the vault's jobs to see their ids.`,
    )
  }
  return job
}

/**
 * Whether a job can be cancelled now; the reason where it can't.
 * A backup can while its snapshot is taken, a restore until the machine is made (domain.md 6).
 */
export function cancelRefusal(job: Job): string | undefined {
  if (!JOB_KINDS[job.operation].cancellable) return `Cancellation is not supported for jobs of type ${job.operation}.`
  if (job.status !== 'InProgress')
    return `The job cannot be cancelled because it is not in progress: it is ${job.status}.`
  const [first, second] = job.tasks
  if (job.operation === 'Backup' && first && first.status !== 'NotStarted' && first.status !== 'InProgress') {
    return 'The job is not in a cancelable state: it is transferring data to the vault. Wait until it ends.'
  }
  if (job.operation === 'Restore' && second && second.status !== 'NotStarted') {
    return 'The job is not in a cancelable state: the virtual machine is being made. Wait until it ends.'
  }
  return undefined
}

/**
 * Asks for the end of a job: it turns Cancelling with all its tasks, and Cancelled a moment later (wire-vm.md 8.4).
 * While data is transferred the call is taken and the operation fails (domain.md 8.2).
 * @throws Refusal UserErrorJobNotCancellable where the job has ended or is of a kind that can't be cancelled
 */
export function cancelJob(world: World, job: Job): Operation {
  const refusal = cancelRefusal(job)
  if (refusal && (!JOB_KINDS[job.operation].cancellable || job.status !== 'InProgress')) {
    throw new Refusal('UserErrorJobNotCancellable', refusal)
  }
  if (refusal) {
    return openOperation(world, {
      kind: 'cancelJob',
      vaultKey: job.vaultKey,
      error: { code: 'UserErrorJobNotCancellable', message: refusal },
    })
  }
  const tasks = job.tasks.map(
    (task): Task => ({ ...task, status: 'Cancelling', ...(task.start ? { end: world.now } : {}) }),
  )
  world.jobs.put({ ...job, status: 'Cancelling', tasks })
  world.timeline.cancel(subjectOf(job))
  world.timeline.at(
    world.now + within('cancelMs', world.chance.fraction('cancel', job.id)),
    'job.cancelled',
    subjectOf(job),
  )
  const item = world.items.get(job.itemId)
  if (item) {
    const kpi = job.operation === 'Restore' ? 'restoreHealth' : 'backupHealth'
    world.items.put({ ...item, [kpi]: 'Cancelled' })
  }
  return openOperation(world, { kind: 'cancelJob', vaultKey: job.vaultKey })
}

/** Due: what was asked to stop has stopped. */
export function finishCancel(world: World, job: Job): void {
  const tasks = job.tasks.map((task): Task => ({ ...task, status: 'Cancelled' }))
  endJob(world, { ...job, tasks }, 'Cancelled')
}

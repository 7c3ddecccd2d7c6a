import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { raiseAlertOfJob } from '../monitoring/alert-raising.js'
import { type Operation, openOperation } from '../operations.js'
import type { Instant } from '../policies/schedule.js'
import type { ProtectedItem, WorkloadName } from '../protection/protected-items.js'
import { causeAgainst } from '../request-causes.js'
import { isClassicVault, type Vault } from '../vaults/vault.js'
import type { DueKind, World } from '../world.js'
import type { JobError } from './job-errors.js'
import type { EndedStatus, JobStatus } from './job-status.js'

export type JobOperation =
  | 'ConfigureBackup'
  | 'DisableBackup'
  | 'DeleteBackupData'
  | 'Undelete'
  | 'Backup'
  | 'Restore'
  | 'CrossRegionRestore'
  | 'BackupDataMove'
  | 'MoveRecoveryPoint'
  | 'RestoreWithRehydrate'
  | 'UnRegister'
  | 'Register'
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
  error?: JobError
  /** A fault holds it: the event that is taken from it comes back when the fault has gone. */
  stuck?: { fault: string; kind: DueKind }
  /** The region where a cross-region restore runs: its vault's own jobs don't list it. */
  region?: string
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
  /** It says that it can be cancelled, and nothing there takes a cancellation (golden crr-backupCrrJob-post-inprogress). */
  CrossRegionRestore: { cancellable: true, tasks: ['Transfer data from vault'] },
  /** Both as recorded of databases (az test_backup_wl_hana_archive, test_backup_wl_sql_archive). */
  MoveRecoveryPoint: { cancellable: false, tasks: [] },
  RestoreWithRehydrate: { cancellable: true, tasks: ['Rehydrate from Archive storage'] },
  BackupDataMove: { cancellable: false, tasks: [] },
  UnRegister: { cancellable: false, tasks: [] },
  Register: { cancellable: false, tasks: [] },
} as const satisfies Record<JobOperation, { cancellable: boolean; tasks: readonly string[] }>

/** What a workload's jobs can't do although others' can (wire-files.md 9); a Backup vault has no call for it. */
const NEVER_CANCELLED: Partial<Record<WorkloadName, readonly JobOperation[]>> = {
  AzureFileShare: ['Backup'],
  AzureDisk: ['Backup', 'Restore'],
}

/** Whether jobs like this can be cancelled at all. */
export const isCancellable = ({ operation, workload }: Pick<Job, 'operation' | 'workload'>): boolean =>
  JOB_KINDS[operation].cancellable && !NEVER_CANCELLED[workload]?.includes(operation)

export interface JobInput {
  operation: JobOperation
  activityId: string | undefined
  bag: JobBag
  internalBag?: Record<string, string>
  tasks?: readonly string[]
  work?: Record<string, unknown>
}

/** What a job is of: an item, or what has no row of its own (id 0), such as a storage account. */
export type JobSubject = Pick<
  ProtectedItem,
  'id' | 'vaultKey' | 'workload' | 'containerName' | 'friendlyName' | 'classic'
>

/** Opens a job: in progress from now, none of its tasks started. */
export function openJob(world: World, item: JobSubject, input: JobInput): Job {
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

/** A job's ARM id. */
export const jobPath = (vault: Pick<Vault, 'id' | 'type'>, { id }: Pick<Job, 'id'>) =>
  `${vault.id}/${isClassicVault(vault) ? 'jobs' : 'backupJobs'}/${id}`

export const subjectOf = (job: Job) => `job:${job.id}`

/** Ends a job and keeps it; what has completed although it has an error has done so with warnings. */
export function endJob(world: World, job: Job, status: EndedStatus): Job {
  const warns = status === 'Completed' && job.error !== undefined
  const ended: Job = { ...job, status: warns ? 'CompletedWithWarnings' : status, end: world.now }
  world.jobs.put(ended)
  world.timeline.cancel(subjectOf(job))
  raiseAlertOfJob(world, ended)
  return ended
}

/** The job, or a refusal that says there is none. */
export function getJob(world: World, vaultKey: string, id: string): Job {
  const job = world.jobs.get(id.toLowerCase())
  if (!job || job.vaultKey !== vaultKey || job.region !== undefined) {
    throw new Refusal(
      'UserErrorJobNotFound',
      `There is no job '${id}' in this vault. List the vault's jobs to see their ids.`,
    )
  }
  return job
}

/** What brings data back: in the vault's own region, out of the archive first, in the paired region. */
export const RESTORES: readonly JobOperation[] = ['Restore', 'RestoreWithRehydrate', 'CrossRegionRestore']
export const isRestore = ({ operation }: Pick<Job, 'operation'>): boolean => RESTORES.includes(operation)

/**
 * Whether a job can be cancelled now; the reason where it can't.
 * A backup can while its snapshot is taken, a restore until the machine is made, and nothing in its last moments
 * (domain.md 6, 8.1).
 */
export function cancelRefusal(job: Job): string | undefined {
  if (!isCancellable(job)) return `Cancellation is not supported for jobs of type ${job.operation}.`
  if (job.status !== 'InProgress')
    return `The job cannot be cancelled because it is not in progress: it is ${job.status}.`
  const [first] = job.tasks
  if (job.operation === 'Backup' && first && first.status !== 'NotStarted' && first.status !== 'InProgress') {
    return 'The job is not in a cancelable state: it is transferring data to the vault. Wait until it ends.'
  }
  if (job.tasks.length > 0 && job.tasks.every(({ status }) => status === 'Completed')) {
    return 'The job is not in a cancelable state: it is almost done. Wait until it ends.'
  }
  const making = isRestore(job) ? job.tasks[job.operation === 'RestoreWithRehydrate' ? 2 : 1] : undefined
  if (making && making.status !== 'NotStarted') {
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
  if (refusal && (!isCancellable(job) || job.status !== 'InProgress')) {
    throw new Refusal('UserErrorJobNotCancellable', refusal)
  }
  const vault = world.vaults.get(job.vaultKey)
  const cause = vault && causeAgainst('cancel', vault)
  if (cause) {
    const error = { code: cause.code, message: cause.message }
    return openOperation(world, { kind: 'cancelJob', vaultKey: job.vaultKey, work: { cancelled: job.id }, error })
  }
  if (refusal) {
    return openOperation(world, {
      kind: 'cancelJob',
      vaultKey: job.vaultKey,
      work: { cancelled: job.id },
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
    const kpi = isRestore(job) ? 'restoreHealth' : 'backupHealth'
    world.items.put({ ...item, [kpi]: 'Cancelled' })
  }
  return openOperation(world, { kind: 'cancelJob', vaultKey: job.vaultKey, work: { cancelled: job.id } })
}

/** Ends a job that comes to nothing; what it works on stays as it was. */
export function failJob(world: World, job: Job, error: JobError): void {
  endJob(world, { ...job, error }, 'Failed')
}

/** Due: what was asked to stop has stopped. */
export function finishCancel(world: World, job: Job): void {
  const tasks = job.tasks.map((task): Task => ({ ...task, status: 'Cancelled' }))
  endJob(world, { ...job, tasks }, 'Cancelled')
}

import { Refusal } from './errors.js'
import type { JobError } from './jobs/job-errors.js'
import { isOpen } from './jobs/job-status.js'
import type { Job } from './jobs/jobs.js'
import type { Instant } from './policies/schedule.js'
import type { World } from './world.js'

/** What a long-running operation does when its time comes, and how its end is found (wire-vm.md 2). */
export const OPERATION_KINDS = {
  /** Over when its job is: PUT and DELETE of a protected item. */
  protectItem: 'job',
  deleteItem: 'job',
  unregisterContainer: 'job',
  /** Over as soon as the job is there: backup, restore. */
  triggerBackup: 'started',
  triggerRestore: 'started',
  triggerCrossRegionRestore: 'started',
  cancelJob: 'started',
  /** Over when its job is (az test_backup_wl_hana_archive). */
  movePoint: 'job',
  /** Worked out at once. */
  tieringCost: 'started',
  /** Of a classic vault: over when the job is known for good, whatever becomes of it. */
  classicJob: 'due',
  /** Over when all its jobs are: PUT of a policy that items hang on. */
  changePolicy: 'jobs',
  /** Over at its own time. */
  refreshContainers: 'due',
  registerContainer: 'due',
  inquireContainer: 'due',
  putVault: 'due',
  patchVault: 'due',
  deleteVault: 'due',
  undeleteVault: 'due',
  putPrivateEndpoint: 'due',
  deletePrivateEndpoint: 'due',
  deleteGroup: 'due',
  provisionFiles: 'due',
  revokeFiles: 'due',
  validateRestore: 'due',
  exportJobs: 'due',
  moveResources: 'due',
  validateMove: 'due',
  prepareDataMove: 'due',
  triggerDataMove: 'due',
  putBackupVault: 'due',
  patchBackupVault: 'due',
  deleteBackupVault: 'due',
  /** Of a backup instance: over before it is configured (wire-disk.md 5). */
  configureInstance: 'due',
  validateInstance: 'due',
} as const

export type OperationKind = keyof typeof OPERATION_KINDS
export type OperationStatus = 'InProgress' | 'Succeeded' | 'Failed'

/** What an operation ends with that comes to nothing. */
export interface OperationError {
  code: string
  message: string
  /** In a Backup vault: what a user is told of it (wire-disk.md 1.1, golden 71). */
  told?: { error: JobError; activityId: string; detail?: string }
}

export interface Operation {
  /** Its id: a GUID, or base64 of `<number>;<guid>` for a vault's own. */
  key: string
  kind: OperationKind
  vaultKey?: string
  jobId?: string
  /** The row of the protected item that a PUT answers with in the end. */
  itemId?: number
  start: Instant
  end?: Instant
  status: OperationStatus
  error?: OperationError
  /** What it is going to end Failed with, whatever it stands for: somebody wants it so, or it was found out at once. */
  failure?: OperationError
  /** What its end needs. */
  work?: Record<string, unknown>
}

export interface OperationInput {
  kind: OperationKind
  id?: string
  vaultKey?: string
  job?: Job
  itemId?: number
  error?: OperationError
  /** What it ends with when it is over, instead of success. */
  failure?: OperationError
  work?: Record<string, unknown>
  /** When it is over, for kinds that end at their own time. */
  due?: Instant
}

export const operationSubject = (operation: Operation) => `operation:${operation.key}`

/** Opens an operation; those with a due time end when it comes, all others by what they follow. */
export function openOperation(world: World, input: OperationInput): Operation {
  const waits = input.due !== undefined
  const operation: Operation = {
    key: input.id ?? world.chance.guid(),
    kind: input.kind,
    ...(input.vaultKey === undefined ? {} : { vaultKey: input.vaultKey }),
    ...(input.job ? { jobId: input.job.id } : {}),
    ...(input.itemId === undefined ? {} : { itemId: input.itemId }),
    start: input.job?.start ?? world.now,
    ...(waits ? {} : { end: world.now }),
    status: waits ? 'InProgress' : input.error ? 'Failed' : 'Succeeded',
    ...(input.error ? { error: input.error } : {}),
    ...(input.failure ? { failure: input.failure } : {}),
    ...(input.work ? { work: input.work } : {}),
  }
  world.operations.put(operation)
  if (input.due !== undefined) world.timeline.at(input.due, 'operation.end', operationSubject(operation))
  return operation
}

/**
 * Ends an operation whose work was refused when its time came.
 * @param error a refusal; anything else is thrown again
 */
export function failOperation(world: World, operation: Operation, error: unknown): void {
  if (!(error instanceof Refusal)) throw error
  const { code, message } = error
  world.operations.put({ ...operation, status: 'Failed', end: world.now, error: { code, message } })
}

/** The jobs of an operation that has several. */
export function jobsOf(world: World, operation: Operation): Job[] {
  if (OPERATION_KINDS[operation.kind] !== 'jobs') return []
  const ids = Array.isArray(operation.work?.jobs) ? operation.work.jobs : []
  return ids.flatMap((id) => world.jobs.get(String(id)) ?? [])
}

/** Where an operation stands now: those of a protected item stand where their job stands, or all their jobs together. */
export function statusOf(world: World, operation: Operation): OperationStatus {
  const jobs = jobsOf(world, operation)
  if (jobs.some(isOpen)) return 'InProgress'
  if (jobs.some(hasFailed)) return 'Failed'
  if (OPERATION_KINDS[operation.kind] !== 'job' || operation.jobId === undefined) return operation.status
  const job = world.jobs.get(operation.jobId)
  if (!job) return operation.status
  if (isOpen(job)) return 'InProgress'
  return hasFailed(job) ? 'Failed' : 'Succeeded'
}

export const hasFailed = ({ status }: Job) => status === 'Failed' || status === 'Cancelled'

/** The last event that an operation with several jobs waits for; undefined for all others. */
export function waitsForLastJob(world: World, operation: Operation): string | undefined {
  const subjects = jobsOf(world, operation)
    .filter(isOpen)
    .map((job) => `job:${job.id}`)
  const due = (subject: string) => world.timeline.nextOf(subject) ?? 0
  return subjects.sort((a, b) => due(b) - due(a))[0]
}

/** What has to happen before an operation gets further: its own event or its job's. */
export function waitsFor(operation: Operation): string {
  return OPERATION_KINDS[operation.kind] === 'job' && operation.jobId !== undefined
    ? `job:${operation.jobId}`
    : operationSubject(operation)
}

/**
 * An operation by the id that was handed out.
 * @throws Refusal BMSUserErrorOperationNotFound
 */
export function getOperation(world: World, id: string, vaultKey?: string): Operation {
  const operation = world.operations.get(id)
  if (!operation || (vaultKey !== undefined && operation.vaultKey !== vaultKey)) {
    throw new Refusal(
      'BMSUserErrorOperationNotFound',
      `There is no operation '${id}' here. Poll the URL that the request was answered with.`,
    )
  }
  return operation
}

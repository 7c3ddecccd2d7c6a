import { base64 } from '../base64.js'
import { type PaceRange, within } from '../durations.js'
import { Refusal } from '../errors.js'
import { errorName, errorRow, type JobError } from '../jobs/job-errors.js'
import type { Job } from '../jobs/jobs.js'
import { isShown } from '../jobs/shown-jobs.js'
import { type Operation, type OperationError, type OperationKind, openOperation } from '../operations.js'
import type { Instant } from '../policies/schedule.js'
import type { World } from '../world.js'
import type { Vault } from './vault.js'

export interface BackupOperationInput {
  kind: OperationKind
  /** How long it takes. */
  pace: PaceRange
  /** The job that it stands for: its id is the operation's result. */
  job?: Job
  /** The row of the backup instance that it is about. */
  itemId?: number
  /** What its end needs. */
  work?: Record<string, unknown>
  /** What it is going to end with instead of success, and the id that the call was known by. */
  error?: { error: JobError; activityId: string; detail?: string }
}

const operationId = (world: World, vault: Vault) => base64(`${vault.operationsId ?? ''};${world.chance.guid()}`)

/** What an operation fails with, and what a user is told of it. */
export const toldError = (told: NonNullable<OperationError['told']>): OperationError => ({
  code: errorName(told.error),
  message: errorRow(told.error)[1],
  told,
})

/** Opens an operation of a Backup vault that is over when a job of an instance's configuration is. */
export const followBackupJob = (world: World, vault: Vault, kind: OperationKind, job: Job, itemId: number): Operation =>
  openOperation(world, { kind, id: operationId(world, vault), vaultKey: vault.key, job, itemId })

/**
 * Opens an operation of a Backup vault, which ends at its own time whatever becomes of a job. Its id is base64 of
 * `<the vault's own guid>;<a new guid>` (wire-disk.md 1.1).
 */
export function openBackupOperation(world: World, vault: Vault, input: BackupOperationInput): Operation {
  const { kind, pace, job, itemId, work, error } = input
  const id = operationId(world, vault)
  const operation = openOperation(world, {
    kind,
    id,
    vaultKey: vault.key,
    due: world.now + within(pace, world.chance.fraction(kind, id)),
    ...(itemId === undefined ? {} : { itemId }),
    ...(work ? { work } : {}),
    ...(error ? { failure: toldError(error) } : {}),
  })
  if (!job) return operation
  const ofJob: Operation = { ...operation, jobId: job.id }
  world.operations.put(ofJob)
  return ofJob
}

/** What has become of an operation. */
export interface Outcome {
  end: Instant
  error?: OperationError
  /** The job that it has led to, where its vault shows that. */
  jobId?: string
}

/** What has become of an operation: of one that follows a job that nobody sees, what that has come to. */
export function outcomeOf(world: World, { start, end = start, error, jobId }: Operation): Outcome {
  const job = jobId === undefined ? undefined : world.jobs.get(jobId)
  const known = { end, ...(error ? { error } : {}) }
  if (!job) return known
  if (isShown(job)) return { ...known, jobId: job.id }
  const told = job.status === 'Failed' && job.error && toldError({ error: job.error, activityId: job.activityId })
  return { end: job.end ?? end, ...(told ? { error: told } : {}), ...(error ? { error } : {}) }
}

/** What Backup vaults refuse with where something of theirs is not there (golden disk/17). @param what as a sentence has it */
export const notThere = (what: string) =>
  new Refusal(
    'UserErrorGenericResourceNotFound',
    `Azure resource does not exist: there is no ${what}. Make sure that it is there, and look at its name.`,
    { target: null, details: null, innerError: null },
  )

/**
 * An operation of a Backup vault by the id that was handed out; it can be asked for when the vault has gone.
 * @throws Refusal UserErrorGenericResourceNotFound
 */
export function getBackupOperation(world: World, id: string): Operation {
  const operation = world.operations.get(id)
  if (!operation) throw notThere(`operation '${id}'`)
  return operation
}

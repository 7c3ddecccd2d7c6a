import { errorName, errorRow } from '../domain/jobs/job-errors.js'
import { isOpen } from '../domain/jobs/job-status.js'
import { subjectOf } from '../domain/jobs/jobs.js'
import {
  hasFailed,
  jobsOf,
  OPERATION_KINDS,
  type Operation,
  statusOf,
  waitsFor,
  waitsForLastJob,
} from '../domain/operations.js'
import type { World } from '../domain/world.js'
import { errorBody } from './errors.js'
import type { Call, Reply } from './route.js'
import { dotNetTime, UNSET } from './times.js'
import { waitHints } from './wait-hints.js'

/** 202 with the URLs to poll; no body (wire-vm.md 2). */
export function accepted(call: Call, urls: { status?: string; result?: string }): Reply {
  return {
    status: 202,
    headers: {
      ...(urls.status ? { 'azure-asyncoperation': urls.status } : {}),
      ...(urls.result ? { location: urls.result } : {}),
      ...waitHints(call.clock, call.userAgent),
    },
  }
}

/**
 * The body of every backup operation's status (wire-vm.md 2.1): the same whichever URL it is asked at.
 * @param outcome what it ends with, where that isn't a job
 */
export function operationStatus(world: World, operation: Operation, outcome?: Record<string, unknown>): Reply {
  const status = statusOf(world, operation)
  const error = errorOf(world, operation)
  const start = dotNetTime(operation.start)
  return {
    status: 200,
    body: {
      id: operation.key,
      name: operation.key,
      status,
      startTime: start,
      endTime: status === 'InProgress' ? UNSET : start,
      ...(error ? errorBody(error.code, error.message) : {}),
      ...(status === 'InProgress' ? {} : outcome ? { properties: outcome } : jobInfo(world, operation)),
    },
  }
}

/** What an operation has failed with: its own error, or that of the job that it stands for. */
function errorOf(world: World, operation: Operation): Operation['error'] {
  if (operation.error || OPERATION_KINDS[operation.kind] !== 'job') return operation.error
  const job = operation.jobId === undefined ? undefined : world.jobs.get(operation.jobId)
  if (job?.status !== 'Failed' || !job.error) return undefined
  return { code: errorName(job.error), message: errorRow(job.error)[1] }
}

/** The job that an operation has led to, or all of them (wire-vm-more.md 11). */
function jobInfo(world: World, operation: Operation): { properties?: Record<string, unknown> } {
  if (operation.jobId !== undefined) {
    return { properties: { objectType: 'OperationStatusJobExtendedInfo', jobId: operation.jobId } }
  }
  const jobs = jobsOf(world, operation)
  if (jobs.length === 0) return {}
  const failed = jobs.filter(hasFailed).map(({ id, error }) => [id, error ? errorName(error) : 'failed'])
  return {
    properties: {
      objectType: 'OperationStatusJobsExtendedInfo',
      jobIds: jobs.map(({ id }) => id),
      failedJobsError: Object.fromEntries(failed),
    },
  }
}

/**
 * The answer at a result URL: 202 with the same URL while running, what failed as an error, then what `done` says:
 * 204 after an action, 200 with the resource after a PUT (wire-vm-more.md 5.3).
 */
export function operationResult(
  world: World,
  call: Call,
  operation: Operation,
  done: () => Reply = () => ({ status: 204 }),
): Reply {
  const status = statusOf(world, operation)
  if (status === 'InProgress')
    return accepted(call, { result: `${call.base}${call.path}?api-version=${call.apiVersion}` })
  const error = errorOf(world, operation)
  if (status === 'Failed' && error) return { status: 400, body: errorBody(error.code, error.message) }
  return done()
}

/** The answer at a result URL to an operation that has failed because a fault wants it so; undefined for all others. */
export const failedOnDemand = ({ error, failure }: Operation): Reply | undefined =>
  error && failure ? { status: 400, body: errorBody(error.code, error.message) } : undefined

/** Whether an operation ends with the resource itself. */
export const endsWithItem = (operation: Operation) => operation.kind === 'protectItem'

/** What reading a job waits for: an unfinished one its next phase (clock mode skip). */
export function waitsForJob(world: World, id: string): string | undefined {
  const job = world.jobs.get(id.toLowerCase())
  return job && isOpen(job) ? subjectOf(job) : undefined
}

/** What a poll of the operation that a path names waits for (clock mode skip). */
export function waitsForOperation(world: World, call: Call): string | undefined {
  const operation = world.operations.get(call.params.operationId ?? '')
  return operation && (waitsForLastJob(world, operation) ?? waitsFor(operation))
}

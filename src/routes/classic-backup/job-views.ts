import { Type } from '@sinclair/typebox'
import { dotNetTime, NEVER, timeSpan } from '../../arm/times.js'
import { errorRow, errorTitle } from '../../domain/jobs/job-errors.js'
import { isCancellable, type Job, type JobOperation } from '../../domain/jobs/jobs.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { Exact, Thing } from './classic-route.js'

const Status = Type.Union(
  ['InProgress', 'Completed', 'Failed', 'Cancelled', 'Cancelling', 'CompletedWithWarnings'].map((name) =>
    Type.Literal(name),
  ),
)

const LISTED = {
  workloadType: Type.Literal('IaasVM'),
  operation: Type.Union(
    ['Register', 'ConfigureBackup', 'Backup', 'Restore', 'Unprotect', 'UnRegister', 'DeleteBackupData'].map((name) =>
      Type.Literal(name),
    ),
  ),
  status: Status,
  startTimestamp: Type.String(),
  endTimestamp: Type.String(),
  duration: Type.String({ pattern: '^(\\d+\\.)?\\d\\d:\\d\\d:\\d\\d(\\.\\d{7})?$' }),
  entityFriendlyName: Type.String(),
  actionsInfo: Type.Union([Type.Array(Type.Literal(1)), Type.Null()]),
  errorDetails: Type.Union([
    Type.Array(
      Exact({
        errorCode: Type.Integer(),
        errorTitle: Type.String(),
        errorString: Type.String(),
        recommendations: Type.Array(Type.String()),
      }),
    ),
    Type.Null(),
  ]),
}

export const ListedJobView = Thing(Exact(LISTED))

export const JobView = Thing(
  Exact({
    tasksList: Type.Array(
      Exact({
        taskId: Type.Union([Type.Literal('Take Snapshot'), Type.Literal('Transfer data to Backup vault')]),
        startTime: Type.Null(),
        endTime: Type.Null(),
        duration: Type.Literal('00:00:00'),
        status: Type.Union([Status, Type.Literal('NotStarted'), Type.Literal('Skipped')]),
        progressPercentage: Type.Null(),
      }),
    ),
    propertyBag: Type.Record(Type.String(), Type.String()),
    progressPercentage: Type.Null(),
    dynamicErrorMessage: Type.Union([Type.String(), Type.Null()]),
    ...LISTED,
  }),
)

/** What jobs are called here, where that is not the name that later vaults have for them. */
const OPERATIONS: Partial<Record<JobOperation, (job: Job) => string>> = {
  DisableBackup: () => 'Unprotect',
  // It stops the protection, too, unless that had been done before (wire-classic.md 6).
  DeleteBackupData: ({ bag }) => ('Delete Backup Data' in bag ? 'Unprotect' : 'DeleteBackupData'),
}

export const operationOf = (job: Job): string => OPERATIONS[job.operation]?.(job) ?? job.operation

/** The number of what can be done with a job: to cancel it. */
const CANCELLABLE = 1

/** What a list has of a job. */
function listed(world: World, job: Job) {
  const offered = isCancellable(job) && world.classicLimits.classicCancellations > 0
  return {
    workloadType: 'IaasVM',
    operation: operationOf(job),
    status: job.status,
    startTimestamp: dotNetTime(job.start),
    endTimestamp: job.end === undefined ? NEVER : dotNetTime(job.end),
    duration: timeSpan((job.end ?? world.now) - job.start),
    entityFriendlyName: job.friendlyName,
    actionsInfo: offered ? [CANCELLABLE] : null,
    errorDetails: errorDetails(job),
  }
}

function errorDetails({ error }: Job) {
  if (!error) return null
  const [errorCode, errorString, recommendation] = errorRow(error)
  return [{ errorCode, errorTitle: errorTitle(error), errorString, recommendations: [recommendation] }]
}

/** Tasks say nothing of their times; jobs other than backups have none. */
const tasksOf = ({ operation, tasks }: Job) =>
  operation === 'Backup'
    ? tasks.map(({ name, status }) => ({
        taskId: name,
        startTime: null,
        endTime: null,
        duration: '00:00:00',
        status,
        progressPercentage: null,
      }))
    : []

/** A backup that went well although its snapshot is not consistent for the applications (golden 34, SEED-41). */
const WRITERS_FAILED =
  'These VSS writers did not finish while the snapshot was taken, so the recovery point is consistent for the file system alone: System Writer, Registry Writer.'

/** A job with all that there is to say of it. */
function detailed(world: World, job: Job) {
  return {
    tasksList: tasksOf(job),
    propertyBag: job.bag,
    progressPercentage: null,
    dynamicErrorMessage: job.work?.writersFailed === true ? WRITERS_FAILED : null,
    ...listed(world, job),
  }
}

const PROPERTIES = { listed, detailed }

/** A job as the wire has it. @param form in a list, or by itself */
export const jobView = (world: World, vault: Vault, job: Job, form: keyof typeof PROPERTIES) => ({
  properties: PROPERTIES[form](world, job),
  id: `${vault.id}/jobs/${job.id}`,
  name: job.id,
  type: `${vault.type}/jobs`,
})

import { dotNetTime, isoDuration, UNSET, usTime } from '../../arm/times.js'
import { backupFamily } from '../../arm/versions.js'
import { JOB_ERRORS, type JobErrorName } from '../../domain/job-errors.js'
import { isOpen, JOB_KINDS, type Job, type Task } from '../../domain/jobs.js'
import type { Instant } from '../../domain/schedule.js'
import type { Vault } from '../../domain/vaults.js'

type Family = ReturnType<typeof backupFamily>

/** Tasks of a backup say when they ran, since 2023; those of a restore never do (wire-vm.md 8.3). */
function taskView(task: Task, job: Job, family: Family, now: Instant): Record<string, unknown> {
  const details = !family.taskTimes && task.details ? { taskExecutionDetails: task.details } : {}
  if (!family.taskTimes) return { taskId: task.name, duration: 'PT0S', status: task.status, ...details }
  if (job.operation === 'Restore')
    return { taskId: task.name, duration: 'PT0S', status: task.status, taskType: 'Normal' }
  const end = task.end ?? job.end ?? now
  // While it is being cancelled its duration stands still, but it has not ended (golden job-get-Backup-2024-cancelling).
  const ended = task.start !== undefined && task.status !== 'Cancelling'
  return {
    taskId: task.name,
    startTime: task.start === undefined ? UNSET : dotNetTime(task.start),
    endTime: task.end === undefined || !ended ? UNSET : dotNetTime(task.end),
    duration: task.start === undefined ? 'PT0S' : isoDuration(end - task.start),
    status: task.status,
    taskType: 'Normal',
  }
}

function extendedInfo(job: Job, family: Family, now: Instant): Record<string, unknown> {
  const bag = Object.fromEntries(
    Object.entries(job.bag).map(([name, value]) => [name, typeof value === 'number' ? usTime(value) : value]),
  )
  return {
    tasksList: job.tasks.map((task) => taskView(task, job, family, now)),
    propertyBag: bag,
    ...(job.internalBag ? { internalPropertyBag: job.internalBag } : {}),
    ...(job.progress === undefined ? {} : { progressPercentage: job.progress }),
    ...(job.remainingMs === undefined ? {} : { estimatedRemainingDuration: isoDuration(job.remainingMs) }),
    ...(family.taskTimes && job.operation === 'Restore' && isOpen(job) ? { dynamicErrorMessage: '' } : {}),
  }
}

function errorDetails(error: JobErrorName) {
  const [errorCode, errorString, recommendation] = JOB_ERRORS[error]
  return [{ errorCode, errorTitle: error, errorString, recommendations: [recommendation] }]
}

/**
 * A job as the wire has it in a version's family, members in the recorded order (wire-vm.md 8.1).
 * @param detailed with `extendedInfo`: in a GET, never in a list
 * @param now the world's instant, up to which a running job has lasted
 */
export function jobView(
  vault: Vault,
  job: Job,
  version: string,
  detailed: boolean,
  now: Instant,
): Record<string, unknown> {
  const family = backupFamily(version)
  return {
    id: `${vault.id}/backupJobs/${job.id}`,
    name: job.id,
    type: 'Microsoft.RecoveryServices/vaults/backupJobs',
    properties: {
      jobType: 'AzureIaaSVMJob',
      actionsInfo: JOB_KINDS[job.operation].cancellable ? [family.named ? 'Cancellable' : 1] : undefined,
      containerName: job.containerName,
      duration: isoDuration((job.end ?? now) - job.start),
      errorDetails: job.error && errorDetails(job.error),
      virtualMachineVersion: job.classic ? 'Classic' : 'Compute',
      extendedInfo: detailed ? extendedInfo(job, family, now) : undefined,
      entityFriendlyName: job.friendlyName,
      backupManagementType: 'AzureIaasVM',
      operation: job.operation,
      status: job.status,
      startTime: dotNetTime(job.start),
      endTime: job.end && dotNetTime(job.end),
      activityId: job.activityId,
    },
  }
}

import { dotNetTime, isoDuration, UNSET } from '../../arm/times.js'
import { errorName, errorRow, type JobError } from '../../domain/jobs/job-errors.js'
import { isOpen } from '../../domain/jobs/job-status.js'
import { isRestore, type Job, type Task } from '../../domain/jobs/jobs.js'
import type { Instant } from '../../domain/policies/schedule.js'
import { actionsOf, bagView, type Family, jobEnd } from './job-parts.js'
import type { JobProperties } from './job-view.js'

/** Tasks of a backup say when they ran, since 2023; those of a restore never do (wire-vm.md 8.3). */
function taskView(task: Task, job: Job, family: Family, now: Instant): Record<string, unknown> {
  const details = !family.taskTimes && task.details ? { taskExecutionDetails: task.details } : {}
  if (!family.taskTimes) return { taskId: task.name, duration: 'PT0S', status: task.status, ...details }
  if (isRestore(job)) {
    // The paired region still says how much has arrived (golden crr-backupCrrJob-post-completed).
    const arrived = job.region !== undefined && task.details ? { taskExecutionDetails: task.details } : {}
    return { taskId: task.name, duration: 'PT0S', status: task.status, ...arrived, taskType: 'Normal' }
  }
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
  return {
    tasksList: job.tasks.map((task) => taskView(task, job, family, now)),
    propertyBag: bagView(job),
    ...(job.internalBag ? { internalPropertyBag: job.internalBag } : {}),
    ...(job.progress === undefined ? {} : { progressPercentage: job.progress }),
    ...(job.remainingMs === undefined ? {} : { estimatedRemainingDuration: isoDuration(job.remainingMs) }),
    ...(family.taskTimes && isRestore(job) && isOpen(job) ? { dynamicErrorMessage: '' } : {}),
  }
}

function errorDetails(error: JobError) {
  const [errorCode, errorString, recommendation] = errorRow(error)
  return [{ errorCode, errorTitle: errorName(error), errorString, recommendations: [recommendation] }]
}

/** A job of a virtual machine, members in the recorded order (wire-vm.md 8.1). */
export const vmJob: JobProperties = (job, family, detailed, now) => ({
  jobType: 'AzureIaaSVMJob',
  actionsInfo: actionsOf(job, family),
  containerName: job.containerName,
  duration: isoDuration((job.end ?? now) - job.start),
  errorDetails: job.error && errorDetails(job.error),
  virtualMachineVersion: job.classic ? 'Classic' : 'Compute',
  extendedInfo: detailed ? extendedInfo(job, family, now) : undefined,
  ...jobEnd(job),
})

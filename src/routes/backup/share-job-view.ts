import { isoDuration } from '../../arm/times.js'
import { errorRow, type JobError } from '../../domain/jobs/job-errors.js'
import type { Job } from '../../domain/jobs/jobs.js'
import { accountName } from '../../domain/protection/workload-file-share.js'
import { actionsOf, bagView, jobEnd } from './job-parts.js'
import type { JobProperties } from './job-view.js'

/** Looks random and is not: each operation has its own (wire-files.md 9). */
function accountVersion({ operation, bag }: Job): string {
  if (operation === 'Backup') return 'MicrosoftStorage'
  return operation === 'Restore' && Object.keys(bag).length > 0 ? 'ClassicCompute' : 'Storage'
}

function errorDetails(error: JobError) {
  const [errorCode, errorString, recommendation] = errorRow(error)
  return [{ errorCode, errorString, recommendations: [recommendation] }]
}

/** A job of a file share or its account, members in the recorded order (wire-files.md 9). */
export const shareJob: JobProperties = (job, family, detailed, now) => ({
  jobType: 'AzureStorageJob',
  actionsInfo: actionsOf(job, family),
  duration: isoDuration((job.end ?? now) - job.start),
  errorDetails: job.error && errorDetails(job.error),
  storageAccountName: accountName(job),
  storageAccountVersion: accountVersion(job),
  extendedInfo: detailed
    ? {
        tasksList: job.tasks.map(({ name, status }) => ({
          taskId: name,
          status,
          ...(family.taskTimes ? { taskType: 'Normal' } : {}),
        })),
        propertyBag: bagView(job),
      }
    : undefined,
  isUserTriggered: false,
  ...jobEnd(job),
})

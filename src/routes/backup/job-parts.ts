import { dotNetTime, usTime } from '../../arm/times.js'
import type { backupFamily } from '../../arm/versions.js'
import { isCancellable, type Job } from '../../domain/jobs/jobs.js'
import { workloadOf } from '../../domain/protection/workloads.js'

/** What differs between versions of a job. */
export type Family = ReturnType<typeof backupFamily>

/** What a client may do with a job: by number until 2022, by name since (wire-vm.md 8.1). */
export const actionsOf = (job: Job, { named }: Family) => (isCancellable(job) ? [named ? 'Cancellable' : 1] : undefined)

/** What a job says of itself, its moments in the form of the United States. */
export const bagView = ({ bag }: Job) =>
  Object.fromEntries(
    Object.entries(bag).map(([name, value]) => [name, typeof value === 'number' ? usTime(value) : value]),
  )

/** What jobs of every workload end with (wire-vm.md 8.1, wire-files.md 9). */
export const jobEnd = (job: Job) => ({
  entityFriendlyName: job.friendlyName,
  backupManagementType: workloadOf(job).managementType,
  operation: job.operation,
  status: job.status,
  startTime: dotNetTime(job.start),
  endTime: job.end && dotNetTime(job.end),
  activityId: job.activityId,
})

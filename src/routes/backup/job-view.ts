import { backupFamily } from '../../arm/versions.js'
import type { Job } from '../../domain/jobs/jobs.js'
import type { Instant } from '../../domain/policies/schedule.js'
import type { WorkloadName } from '../../domain/protection/protected-items.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { Family } from './job-parts.js'
import { shareJob } from './share-job-view.js'
import { vmJob } from './vm-job-view.js'

/** What a workload's job says of itself in its `properties`, in the order of the wire. */
export type JobProperties = (job: Job, family: Family, detailed: boolean, now: Instant) => Record<string, unknown>

const PROPERTIES: Record<WorkloadName, JobProperties> = {
  VM: vmJob,
  AzureFileShare: shareJob,
  // No vault that is shown here has one of these.
  IaasVM: vmJob,
  AzureDisk: vmJob,
}

/**
 * A job as the wire has it in a version's family.
 * @param detailed with `extendedInfo`: in a GET, never in a list
 * @param now the world's instant, up to which a running job has lasted
 */
export const jobView = (vault: Pick<Vault, 'id'>, job: Job, version: string, detailed: boolean, now: Instant) => ({
  id: `${vault.id}/backupJobs/${job.id}`,
  name: job.id,
  type: 'Microsoft.RecoveryServices/vaults/backupJobs',
  properties: PROPERTIES[job.workload](job, backupFamily(version), detailed, now),
})

import { same } from '../names.js'
import { workloadOf } from '../protection/workloads.js'
import { sameRegion } from '../regions.js'
import type { World } from '../world.js'
import type { Job, JobQuery } from './jobs.js'
import { isShown } from './shown-jobs.js'

/** What a list of jobs is narrowed to; what is left out is not asked for. */
export interface JobSelection extends Omit<JobQuery, 'vaultKey'> {
  managementType?: string
  jobId?: string
  friendlyName?: string
  /** Where they run; left out, in the vault's own region. */
  region?: string
}

/** Jobs in another region are listed there alone. */
const isIn = (job: Job, region: string | undefined) =>
  region === undefined || job.region === undefined ? job.region === region : sameRegion(job.region, region)

/** The jobs of a vault that a selection means, newest first. */
export function selectJobs(world: World, vaultKey: string, selection: JobSelection): Job[] {
  const { managementType, jobId, friendlyName, region, ...query } = selection
  const fits = (wanted: string | undefined, value: string) => wanted === undefined || same(wanted, value)
  return world.jobs
    .query({ ...query, vaultKey })
    .filter(
      (job) =>
        isShown(job) &&
        isIn(job, region) &&
        fits(managementType, workloadOf(job).managementType) &&
        fits(jobId, job.id) &&
        fits(friendlyName, job.friendlyName),
    )
}

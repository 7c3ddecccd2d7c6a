import { waitsForJob } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { getDiskJob } from '../../domain/jobs/disk-jobs.js'
import { selectJobs } from '../../domain/jobs/job-selection.js'
import type { World } from '../../domain/world.js'
import { BACKUP_VAULT_JOB_FILTER, readJobFilter } from '../job-filter.js'
import { BACKUP_VAULT } from '../scopes.js'
import { diskJobView } from './job-view.js'
import { backupVaultOf } from './long-running.js'

const tag = 'Backup vault jobs'

function listJobs(world: World, call: Call): Reply {
  const vault = backupVaultOf(world, call)
  const jobs = selectJobs(world, vault.key, readJobFilter(call, BACKUP_VAULT_JOB_FILTER))
  return list(jobs.map((job) => diskJobView(vault, job, call.apiVersion, false)))
}

function getJob(world: World, call: Call): Reply {
  const vault = backupVaultOf(world, call)
  return ok(diskJobView(vault, getDiskJob(world, vault, call.params.jobId ?? ''), call.apiVersion, true))
}

/** Jobs of a Backup vault: backups and restores. */
export const diskJobRoutes = [
  route({
    operation: 'AzureBackupJobResources.JobsList',
    method: 'GET',
    path: `${BACKUP_VAULT}/backupJobs`,
    tag,
    summary: 'List the jobs of a Backup vault, newest first',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...] }, without extendedInfo' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: listJobs,
  }),
  route({
    operation: 'AzureBackupJobResources.JobsGet',
    method: 'GET',
    path: `${BACKUP_VAULT}/backupJobs/{jobId}`,
    tag,
    summary: 'Get a job with its sub-tasks',
    query: VersionQuery,
    responses: { 200: { description: 'The job' } },
    errors: ['ResourceNotFound', 'UserErrorGenericResourceNotFound'],
    waitsFor: (world, call) => waitsForJob(world, call.params.jobId ?? ''),
    handle: getJob,
  }),
] as const

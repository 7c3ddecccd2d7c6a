import { filterTime, readFilter } from '../../arm/filter.js'
import { waitsForJob } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { getDiskJob } from '../../domain/jobs/disk-jobs.js'
import { type JobSelection, selectJobs } from '../../domain/jobs/job-selection.js'
import type { World } from '../../domain/world.js'
import { BACKUP_VAULT } from '../scopes.js'
import { diskJobView } from './job-view.js'
import { backupVaultOf } from './long-running.js'

const tag = 'Backup vault jobs'

/** What jobs can be filtered by, and where the selection has it; no definition says it, these are a vault's own everywhere. */
const TEXTS = {
  status: 'status',
  operation: 'operation',
  jobId: 'jobId',
  backupInstanceFriendlyName: 'friendlyName',
} as const satisfies Record<string, keyof JobSelection>
const TIMES = { startTime: 'startFrom', endTime: 'startTo' } as const satisfies Record<string, keyof JobSelection>

/** The jobs that a `$filter` asks for; it may be empty. @throws Refusal InvalidFilterInQueryString */
export function readDiskJobFilter(call: Call): JobSelection {
  const filter = readFilter(call.query.$filter, [...Object.keys(TEXTS), ...Object.keys(TIMES)])
  const texts = Object.entries(TEXTS).map(([name, member]) => [member, filter.get(name.toLowerCase())])
  const times = Object.entries(TIMES).map(([name, member]) => [member, filterTime(filter, name)])
  return Object.fromEntries([...texts, ...times].filter(([, value]) => value !== undefined)) as JobSelection
}

function listJobs(world: World, call: Call): Reply {
  const vault = backupVaultOf(world, call)
  const jobs = selectJobs(world, vault.key, readDiskJobFilter(call))
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

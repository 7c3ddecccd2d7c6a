import { accepted, operationResult, operationStatus, waitsForJob, waitsForOperation } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { STATUS_URL_VERSION } from '../../arm/versions.js'
import { selectJobs } from '../../domain/jobs/job-selection.js'
import { cancelJob, getJob } from '../../domain/jobs/jobs.js'
import type { World } from '../../domain/world.js'
import { readJobFilter, VAULT_JOB_FILTER } from '../job-filter.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { VAULT } from '../scopes.js'
import { jobView } from './job-view.js'
import { operationOf } from './operations.js'

const JOBS = `${VAULT}/backupJobs`
const JOB = `${JOBS}/{backupJobName}`
const tag = 'Jobs'

const jobOf = (world: World, call: Call) => getJob(world, vaultOf(world, call).key, call.params.backupJobName ?? '')

function listJobs(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const jobs = selectJobs(world, vault.key, readJobFilter(call, VAULT_JOB_FILTER))
  return list(jobs.map((job) => jobView(vault, job, call.apiVersion, false, world.now)))
}

function cancel(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const job = jobOf(world, call)
  const operation = cancelJob(world, job)
  const path = `${vault.id}/backupJobs/${job.id}`
  return accepted(call, {
    status: urlOf(call, `${path}/operationsStatus/${operation.key}`, STATUS_URL_VERSION),
    result: urlOf(call, `${path}/operationResults/${operation.key}`),
  })
}

const notFound = ['ResourceNotFound', 'UserErrorJobNotFound'] as const
const polling = ['ResourceNotFound', 'BMSUserErrorOperationNotFound'] as const

/** Jobs of a vault: what was done to its items, phase by phase. */
export const jobRoutes = [
  route({
    operation: 'BackupJobs.List',
    method: 'GET',
    path: JOBS,
    tag,
    summary: 'List the jobs of a vault, newest first',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...] }' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: listJobs,
  }),
  route({
    operation: 'JobDetails.Get',
    method: 'GET',
    path: JOB,
    tag,
    summary: 'Get a job with its tasks',
    query: VersionQuery,
    responses: { 200: { description: 'The job' } },
    errors: notFound,
    waitsFor: (world, call) => waitsForJob(world, call.params.backupJobName ?? ''),
    handle: (world, call) => ok(jobView(vaultOf(world, call), jobOf(world, call), call.apiVersion, true, world.now)),
  }),
  route({
    operation: 'JobCancellations.Trigger',
    method: 'POST',
    path: `${JOB}/cancel`,
    tag,
    summary: 'Cancel a job',
    query: VersionQuery,
    responses: { 202: { description: 'Accepted; the job is Cancelling' } },
    errors: [...notFound, 'UserErrorJobNotCancellable'],
    handle: cancel,
  }),
  route({
    operation: 'jobOperationResults.get',
    method: 'GET',
    path: `${JOB}/operationResults/{operationId}`,
    tag,
    summary: 'Poll a cancellation',
    description: 'The job in the path is not looked at: a client is known that writes Azure in its place.',
    query: VersionQuery,
    responses: { 202: { description: 'Still running' }, 204: { description: 'Done' } },
    errors: [...polling, 'UserErrorJobNotCancellable'],
    waitsFor: waitsForOperation,
    handle: (world, call) => operationResult(world, call, operationOf(world, call)),
  }),
  route({
    operation: 'operations.jobOperationStatus',
    method: 'GET',
    path: `${JOB}/operationsStatus/{operationId}`,
    tag,
    summary: 'Get the status of a cancellation',
    query: VersionQuery,
    responses: { 200: { description: 'The status' } },
    errors: polling,
    waitsFor: waitsForOperation,
    handle: (world, call) => operationStatus(world, operationOf(world, call)),
  }),
] as const

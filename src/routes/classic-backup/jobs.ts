import { Type } from '@sinclair/typebox'
import { filterTime, matches, readFilter } from '../../arm/filter.js'
import { waitsForJob } from '../../arm/long-running.js'
import { type Call, ok, type Reply } from '../../arm/route.js'
import { getJob } from '../../domain/jobs/jobs.js'
import { cancelClassicJob } from '../../domain/protection/classic-protection.js'
import type { World } from '../../domain/world.js'
import { CLASSIC_VAULT } from '../scopes.js'
import { CANCELLING, classicRoute, classicVaultOf, Exact } from './classic-route.js'
import { JobView, jobView, ListedJobView, operationOf } from './job-views.js'

const JOBS = `${CLASSIC_VAULT}/jobs`
const JOB = `${JOBS}/{backupJobName}`
const tag = 'Classic jobs'

const TERMS = ['status', 'workloadType', 'operation', 'name', 'startTime', 'endTime']

/** Newest first. Both times say `eq` and bound when jobs began (wire-classic.md 8). */
function list(world: World, call: Call): Reply {
  const vault = classicVaultOf(world, call)
  const filter = readFilter(call.query.$filter, TERMS)
  const [startFrom, startTo] = [filterTime(filter, 'startTime'), filterTime(filter, 'endTime')]
  const jobs = world.jobs
    .query({
      vaultKey: vault.key,
      ...(startFrom === undefined ? {} : { startFrom }),
      ...(startTo === undefined ? {} : { startTo }),
    })
    .filter(
      (job) =>
        matches(filter, 'workloadType', job.workload) &&
        matches(filter, 'status', job.status) &&
        matches(filter, 'operation', operationOf(job)) &&
        matches(filter, 'name', job.id),
    )
  // The one list that ends with an empty text (golden 38).
  return ok({ value: jobs.map((job) => jobView(world, vault, job, 'listed')), nextLink: '' })
}

const idOf = (call: Call) => call.params.backupJobName ?? ''

function get(world: World, call: Call): Reply {
  const vault = classicVaultOf(world, call)
  return ok(jobView(world, vault, getJob(world, vault.key, idOf(call)), 'detailed'))
}

/** 200, not 202 (golden 40). */
const cancel = (world: World, call: Call): Reply =>
  ok(cancelClassicJob(world, classicVaultOf(world, call), idOf(call)).key)

/** What has been done, is being done, and how it went. */
export const classicJobRoutes = [
  classicRoute({
    operation: 'ClassicJobs.List',
    of: 'machine',
    method: 'GET',
    path: JOBS,
    tag,
    summary: 'List the jobs of a backup vault',
    description:
      "Filters: `status eq 'Failed'`, `operation eq 'Backup'`, `startTime eq '2015-07-15 09:39:29 AM' and endTime eq '2015-08-14 09:39:29 AM'`: jobs that began between them.",
    filtered: true,
    responses: {
      200: {
        description: 'The jobs, newest first',
        schema: Exact({ value: Type.Array(ListedJobView), nextLink: Type.Literal('') }),
      },
    },
    handle: list,
  }),
  classicRoute({
    operation: 'ClassicJobs.Get',
    of: 'machine',
    method: 'GET',
    path: JOB,
    tag,
    summary: 'Get a job with its tasks',
    responses: { 200: { description: 'The job', schema: JobView } },
    errors: ['UserErrorJobNotFound'],
    waitsFor: (world, call) => waitsForJob(world, idOf(call)),
    handle: get,
  }),
  classicRoute({
    operation: 'ClassicJobs.Cancel',
    of: 'machine',
    method: 'POST',
    path: `${JOB}/cancel`,
    tag,
    summary: 'Cancel a job',
    description: 'Not in the profile 2015.',
    responses: CANCELLING,
    errors: ['UserErrorJobNotFound', 'UserErrorJobNotCancellable', 'OperationNotSupportedInPreview'],
    handle: cancel,
  }),
] as const

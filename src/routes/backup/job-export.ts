import { accepted, failedOnDemand, waitsForOperation } from '../../arm/long-running.js'
import { type Call, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { Refusal } from '../../domain/errors.js'
import { exportJobs, exportOf } from '../../domain/jobs/job-export.js'
import { statusOf } from '../../domain/operations.js'
import type { World } from '../../domain/world.js'
import { exportLink } from '../export-links.js'
import { readJobFilter, VAULT_JOB_FILTER } from '../job-filter.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { VAULT } from '../scopes.js'
import { operationOf } from './operations.js'

const tag = 'Jobs'
const INFO = { objectType: 'ExportJobsOperationResultInfo' }

function start(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const operation = exportJobs(world, vault, readJobFilter(call, VAULT_JOB_FILTER))
  return accepted(call, { result: urlOf(call, `${vault.id}/backupJobs/operationResults/${operation.key}`) })
}

/** Headers stand in the body, too, each a list (wire-vm-more.md 6.5). */
const inBody = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [WRITTEN[name] ?? name, [value]]))
const WRITTEN: Readonly<Record<string, string>> = { location: 'Location', 'retry-after': 'Retry-After' }

function result(world: World, call: Call): Reply {
  const operation = operationOf(world, call)
  if (operation.kind !== 'exportJobs') {
    throw new Refusal('BMSUserErrorOperationNotFound', `The operation '${operation.key}' is not an export of jobs.`)
  }
  if (statusOf(world, operation) === 'InProgress') {
    const reply = accepted(call, { result: `${call.base}${call.path}?api-version=${call.apiVersion}` })
    return { ...reply, body: { operation: INFO, headers: inBody(reply.headers ?? {}) } }
  }
  const failed = failedOnDemand(operation)
  if (failed) return failed
  const done = exportOf(operation)
  const link = done && exportLink(call, operation, done)
  const blob = link && { blobUrl: link.url, blobSasKey: `?${link.query}` }
  return ok({ operation: { ...INFO, ...blob }, headers: {} })
}

/** The jobs of a vault as a file. */
export const jobExportRoutes = [
  route({
    operation: 'Jobs.Export',
    method: 'POST',
    path: `${VAULT}/backupJobsExport`,
    tag,
    summary: 'Export jobs',
    query: FilterQuery,
    responses: { 202: { description: 'Accepted; poll Location until 200' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: start,
  }),
  route({
    operation: 'exportJobsOperationResults.get',
    method: 'GET',
    path: `${VAULT}/backupJobs/operationResults/{operationId}`,
    tag,
    summary: 'Poll an export of jobs',
    description: 'In the end it names a URL and the key that opens it: append the one to the other.',
    query: VersionQuery,
    responses: {
      200: { description: '{ operation: { blobUrl, blobSasKey }, headers }' },
      202: { description: 'Still running' },
    },
    errors: ['ResourceNotFound', 'BMSUserErrorOperationNotFound'],
    waitsFor: waitsForOperation,
    handle: result,
  }),
] as const

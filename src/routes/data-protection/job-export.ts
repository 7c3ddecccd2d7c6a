import { failedOnDemand, waitsForOperation } from '../../arm/long-running.js'
import { type Call, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { exportJobs, exportOf } from '../../domain/jobs/job-export.js'
import type { Operation } from '../../domain/operations.js'
import { getBackupOperation, notThere } from '../../domain/vaults/backup-vault-operations.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { exportLink } from '../export-links.js'
import { BACKUP_VAULT_JOB_FILTER, readJobFilter } from '../job-filter.js'
import { BACKUP_VAULT } from '../scopes.js'
import { accepted, backupVaultOf } from './long-running.js'

const tag = 'Backup vault jobs'

/** 202, and where the result is. */
function running(call: Call, vault: Vault, operation: Operation): Reply {
  const reply = accepted(call, vault, operation)
  const location = urlOf(call, `${vault.id}/backupJobs/operations/${operation.key}`)
  return { ...reply, headers: { ...reply.headers, location } }
}

function start(world: World, call: Call): Reply {
  const vault = backupVaultOf(world, call)
  return running(call, vault, exportJobs(world, vault, readJobFilter(call, BACKUP_VAULT_JOB_FILTER)))
}

/** The same file twice: as it is, and as a sheet (definitions: ExportJobsResult). */
function result(world: World, call: Call): Reply {
  const vault = backupVaultOf(world, call)
  const operation = getBackupOperation(world, call.params.operationId ?? '')
  if (operation.kind !== 'exportJobs' || operation.vaultKey !== vault.key)
    throw notThere(`export '${operation.key}' of vault '${vault.name}'`)
  const failed = failedOnDemand(operation)
  if (failed) return failed
  const done = exportOf(operation)
  if (!done) return running(call, vault, operation)
  const { url, query } = exportLink(call, operation, done)
  return ok({
    blobUrl: url,
    blobSasKey: `?${query}`,
    excelFileBlobUrl: url,
    excelFileBlobSasKey: `?format=csv&${query}`,
  })
}

const errors = ['ResourceNotFound', 'UserErrorGenericResourceNotFound'] as const

/** The jobs of a Backup vault as a file. */
export const diskJobExportRoutes = [
  route({
    operation: 'BackupVaultResources.ExportJobsTrigger',
    method: 'POST',
    path: `${BACKUP_VAULT}/exportBackupJobs`,
    tag,
    summary: 'Export jobs',
    query: FilterQuery,
    responses: { 202: { description: 'Accepted; poll Location until 200' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: start,
  }),
  route({
    operation: 'BackupVaultResources.ExportJobsOperationResultGet',
    method: 'GET',
    path: `${BACKUP_VAULT}/backupJobs/operations/{operationId}`,
    tag,
    summary: 'Poll an export of jobs',
    description: 'In the end it names URLs and the keys that open them: append the one to the other.',
    query: VersionQuery,
    responses: {
      200: { description: '{ blobUrl, blobSasKey, excelFileBlobUrl, excelFileBlobSasKey }' },
      202: { description: 'Still running' },
    },
    errors,
    waitsFor: waitsForOperation,
    handle: result,
  }),
] as const

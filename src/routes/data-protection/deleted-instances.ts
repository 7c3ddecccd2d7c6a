import { Type } from '@sinclair/typebox'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { undeleteInstance } from '../../domain/protection/backup-instances.js'
import { findDeletedInstance, instancesOf } from '../../domain/protection/instances.js'
import { notThere } from '../../domain/vaults/backup-vault-operations.js'
import type { World } from '../../domain/world.js'
import { BACKUP_VAULT } from '../scopes.js'
import { deletedInstanceView } from './instance-view.js'
import { accepted, backupVaultOf } from './long-running.js'

const tag = 'Backup instances'
const DELETED = `${BACKUP_VAULT}/deletedBackupInstances/{deletedBackupInstanceName}`

const nameOf = ({ params }: Call) => params.deletedBackupInstanceName ?? ''

function listOfVault(world: World, call: Call): Reply {
  const vault = backupVaultOf(world, call)
  return list(instancesOf(world, vault, true).map((item) => deletedInstanceView(world, vault, item)))
}

const missing = (world: World, call: Call) =>
  notThere(`soft-deleted backup instance '${nameOf(call)}' in vault '${backupVaultOf(world, call).name}'`)

function get(world: World, call: Call): Reply {
  const vault = backupVaultOf(world, call)
  const item = findDeletedInstance(world, vault, nameOf(call))
  if (!item) throw missing(world, call)
  return ok(deletedInstanceView(world, vault, item))
}

/** This one call says in the form of an older time that there is nothing to undelete (golden disk/48). */
function nothingToUndelete(world: World, call: Call): Reply {
  const { code, message, status } = missing(world, call)
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: { ErrorCode: code, Message: { Language: 'en-US', Value: message }, Values: [] },
  }
}

function undelete(world: World, call: Call): Reply {
  const vault = backupVaultOf(world, call)
  const operation = undeleteInstance(world, vault, { name: nameOf(call), activityId: call.clientRequestId })
  return operation ? accepted(call, vault, operation) : nothingToUndelete(world, call)
}

/** Backup instances that were deleted and can be had back. */
export const deletedInstanceRoutes = [
  route({
    operation: 'DeletedBackupInstanceResources.DeletedBackupInstancesList',
    method: 'GET',
    path: `${BACKUP_VAULT}/deletedBackupInstances`,
    tag,
    summary: 'List the soft-deleted backup instances of a vault',
    query: VersionQuery,
    responses: { 200: { description: 'The instances: { value: [...] }' } },
    errors: ['ResourceNotFound'],
    handle: listOfVault,
  }),
  route({
    operation: 'DeletedBackupInstanceResources.DeletedBackupInstancesGet',
    method: 'GET',
    path: DELETED,
    tag,
    summary: 'Get a soft-deleted backup instance',
    query: VersionQuery,
    responses: { 200: { description: 'The instance, and when it goes for good' } },
    errors: ['ResourceNotFound', 'UserErrorGenericResourceNotFound'],
    handle: get,
  }),
  route({
    operation: 'DeletedBackupInstanceResources.DeletedBackupInstancesUndelete',
    method: 'POST',
    path: `${DELETED}/undelete`,
    tag,
    summary: 'Bring a soft-deleted backup instance back',
    description: 'Its protection has stopped then; resumeProtection goes on with it.',
    query: VersionQuery,
    body: Type.Object({}),
    bodyOptional: true,
    responses: { 202: { description: 'Accepted' } },
    errors: ['ResourceNotFound', 'UserErrorGenericResourceNotFound', 'BMSUserErrorConflictingProtectionOperation'],
    handle: undelete,
  }),
] as const

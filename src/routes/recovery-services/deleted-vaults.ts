import { type Static, Type } from '@sinclair/typebox'
import { errorBody } from '../../arm/errors.js'
import { accepted, waitsForOperation } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { dotNetTime } from '../../arm/times.js'
import { statusOf } from '../../domain/operations.js'
import {
  type DeletedVault,
  deletedVaultId,
  deletedVaultType,
  getDeletedVault,
  getUndeletion,
  listDeletedVaults,
  undeleteVault,
} from '../../domain/vaults/deleted-vaults.js'
import type { World } from '../../domain/world.js'
import { RECOVERY_SERVICES_LOCATION as LOCATION } from '../scopes.js'

const UndeleteBody = Type.Object({ properties: Type.Object({ recoveryResourceGroupId: Type.String() }) })

/** A deleted vault in the recorded order of its members (wire-vm-more.md 4). */
function deletedVaultView(vault: DeletedVault): Record<string, unknown> {
  const { deletion } = vault
  return {
    id: deletedVaultId(vault, deletion),
    name: deletion.name,
    type: deletedVaultType(vault),
    location: vault.location,
    properties: {
      vaultId: vault.id,
      vaultDeletionTime: dotNetTime(deletion.at),
      purgeAt: dotNetTime(deletion.purgeAt),
    },
  }
}

const placeOf = ({ params }: Call) => [params.subscriptionId ?? '', params.locationName ?? ''] as const

const deletedVaultOf = (world: World, call: Call) =>
  getDeletedVault(world, ...placeOf(call), call.params.deletedVaultName ?? '')

/** Both URLs that are handed out are the same one. */
function pollingAt(call: Call, path: string): Reply {
  const url = urlOf(call, path)
  return accepted(call, { status: url, result: url })
}

function undelete(world: World, call: Call<Static<typeof UndeleteBody>>): Reply {
  const vault = deletedVaultOf(world, call)
  const operation = undeleteVault(world, vault, call.body.properties.recoveryResourceGroupId)
  return pollingAt(call, `${deletedVaultId(vault, vault.deletion)}/operations/${operation.key}`)
}

/** Where an undeletion stands: times only once it has ended. It can be asked for when the deleted vault is none any more. */
function operationStatus(world: World, call: Call): Reply {
  const id = call.path.replace(/\/operations\/[^/]*$/i, '')
  const operation = getUndeletion(world, id, call.params.operationId ?? '')
  const status = statusOf(world, operation)
  const base = { id: call.path, name: operation.key, status }
  if (status === 'InProgress') return { ...pollingAt(call, call.path), status: 200, body: base }
  const times = { startTime: dotNetTime(operation.start), endTime: dotNetTime(operation.end ?? operation.start) }
  const { error } = operation
  return ok({ ...base, ...times, ...(error ? errorBody(error.code, error.message) : {}) })
}

const tag = 'Deleted vaults'

/** Vaults that were deleted by a version of 2025 or later, and can be had back (wire-vm-more.md 4). */
export const deletedVaultRoutes = [
  route({
    operation: 'DeletedVaults.ListBySubscriptionId',
    method: 'GET',
    path: `${LOCATION}/deletedVaults`,
    tag,
    summary: 'List the deleted vaults of a region',
    description:
      'A vault that is deleted with an api-version of 2025 or later is kept here until its last soft-deleted item ends; an empty one for 14 days.',
    query: VersionQuery,
    responses: { 200: { description: 'The deleted vaults: { value: [...] }' } },
    errors: ['LocationNotAvailableForResourceType'],
    handle: (world, call) => list(listDeletedVaults(world, ...placeOf(call)).map(deletedVaultView)),
  }),
  route({
    operation: 'DeletedVaults.Get',
    method: 'GET',
    path: `${LOCATION}/deletedVaults/{deletedVaultName}`,
    tag,
    summary: 'Get a deleted vault',
    query: VersionQuery,
    responses: { 200: { description: 'The deleted vault' } },
    errors: ['ResourceNotFound', 'LocationNotAvailableForResourceType'],
    handle: (world, call) => ok(deletedVaultView(deletedVaultOf(world, call))),
  }),
  route({
    operation: 'DeletedVaults.Undelete',
    method: 'POST',
    path: `${LOCATION}/deletedVaults/{deletedVaultName}/undelete`,
    tag,
    summary: 'Bring a deleted vault back into a resource group',
    query: VersionQuery,
    body: UndeleteBody,
    responses: { 202: { description: 'Accepted; poll the URLs' } },
    errors: [
      'ResourceNotFound',
      'InvalidRequestContent',
      'InvalidParameter',
      'LocationNotAvailableForResourceType',
      'ResourceAlreadyExists',
      'ResourceGroupBeingDeleted',
      'UserErrorVaultQuotaReached',
      'RSVaultUpdateErrorConflictingOperationInProgress',
    ],
    handle: undelete,
  }),
  route({
    operation: 'DeletedVaults.GetOperationStatus',
    method: 'GET',
    path: `${LOCATION}/deletedVaults/{deletedVaultName}/operations/{operationId}`,
    tag,
    summary: 'Poll the undeletion of a vault',
    query: VersionQuery,
    responses: { 200: { description: 'InProgress, Succeeded or Failed' } },
    errors: ['BMSUserErrorOperationNotFound'],
    waitsFor: waitsForOperation,
    handle: operationStatus,
  }),
] as const

import { type Static, Type } from '@sinclair/typebox'
import { accepted } from '../../arm/long-running.js'
import { type Call, ok, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { activeConnection, provisionFiles, revokeFiles } from '../../domain/restore/item-level-recovery.js'
import type { World } from '../../domain/world.js'
import { POINT } from '../scopes.js'
import { itemOf, itemPathOf, itemUrls } from './protected-items.js'
import { clientScripts } from './recovery-scripts.js'

const tag = 'Item-level recovery'

const ProvisionBody = Type.Object({
  properties: Type.Object({
    objectType: Type.Literal('IaasVMILRRegistrationRequest'),
    recoveryPointId: Type.Optional(Type.String()),
    virtualMachineId: Type.Optional(Type.String()),
    initiatorName: Type.Optional(Type.String()),
    renewExistingRegistration: Type.Optional(Type.Boolean()),
  }),
})
const ScriptsBody = Type.Object({ provisionInstantItemRecoveryOperationId: Type.String() })

const pointName = (call: Call) => call.params.recoveryPointId ?? ''

function provision(world: World, call: Call<Static<typeof ProvisionBody>>): Reply {
  const { vault, item } = itemOf(world, call)
  const { recoveryPointId, virtualMachineId, renewExistingRegistration } = call.body.properties
  const operation = provisionFiles(world, vault, item, {
    pointName: pointName(call),
    ...(recoveryPointId ? { recoveryPointId } : {}),
    ...(virtualMachineId ? { virtualMachineId } : {}),
    renewExistingRegistration: renewExistingRegistration ?? false,
  })
  return accepted(call, itemUrls(call, itemPathOf(call), operation.key))
}

function revoke(world: World, call: Call): Reply {
  const { vault, item } = itemOf(world, call)
  const operation = revokeFiles(world, vault, item, pointName(call))
  return accepted(call, itemUrls(call, itemPathOf(call), operation.key))
}

function scripts(world: World, call: Call<Static<typeof ScriptsBody>>): Reply {
  const { vault, item } = itemOf(world, call)
  const { provisionInstantItemRecoveryOperationId } = call.body
  const connection = activeConnection(world, vault, item, pointName(call), provisionInstantItemRecoveryOperationId)
  return ok({ clientScripts: clientScripts(connection, call.base) })
}

const missing = ['ResourceNotFound', 'BMSUserErrorDataSourceObjectNotFound', 'UserErrorRecoveryPointNotFound'] as const

/** Single files out of a recovery point: a script that attaches its volumes, for twelve hours. */
export const itemLevelRecoveryRoutes = [
  route({
    operation: 'ItemLevelRecoveryConnections.Provision',
    method: 'POST',
    path: `${POINT}/provisionInstantItemRecovery`,
    tag,
    summary: 'Make the files of a recovery point reachable by a script',
    query: VersionQuery,
    body: ProvisionBody,
    example: { properties: { objectType: 'IaasVMILRRegistrationRequest' } },
    invalid: 'UserErrorInvalidRestoreRequest',
    responses: { 202: { description: 'Accepted; the operation ends with the script' } },
    errors: [
      ...missing,
      'UserErrorItemIsSoftDeleted',
      'UserErrorItemLevelRecoveryNotSupported',
      'UserErrorInvalidRestoreRequest',
      'BMSUserErrorConflictingProtectionOperation',
    ],
    handle: provision,
  }),
  route({
    operation: 'ItemLevelRecoveryConnections.Revoke',
    method: 'POST',
    path: `${POINT}/revokeInstantItemRecovery`,
    tag,
    summary: 'Take back the script that reaches the files of a recovery point',
    query: VersionQuery,
    responses: { 202: { description: 'Accepted; poll the URLs' } },
    errors: [...missing, 'UserErrorItemLevelRecoveryNotActive'],
    handle: revoke,
  }),
  route({
    // Of version 2026-08-01: the versions that are published with the others don't have it.
    operation: 'ItemLevelRecoveryConnections.ListInstantItemRecoveryOperationResult',
    method: 'POST',
    path: `${POINT}/listInstantItemRecoveryOperationResult`,
    tag,
    summary: 'Get the script that reaches the files of a recovery point',
    query: VersionQuery,
    body: ScriptsBody,
    example: { provisionInstantItemRecoveryOperationId: '00000000-0000-0000-0000-000000000000' },
    responses: { 200: { description: '{ clientScripts: [...] }' } },
    errors: [...missing, 'BMSUserErrorOperationNotFound', 'UserErrorItemLevelRecoveryNotActive'],
    readOnly: true,
    handle: scripts,
  }),
] as const

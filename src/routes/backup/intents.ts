import { type Static, Type } from '@sinclair/typebox'
import { matches, readFilter } from '../../arm/filter.js'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { readResourceId } from '../../domain/names.js'
import { getIntent, intentState, type ProtectionIntent, putIntent } from '../../domain/protection/intents.js'
import { itemPath } from '../../domain/protection/protected-items.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { FABRIC, VAULT } from '../scopes.js'
import { REFUSED_PROTECTION } from './protected-items.js'

const tag = 'Protection intents'
const INTENT = `${FABRIC}/backupProtectionIntent/{backupProtectionIntentName}`

const IntentBody = Type.Object({
  properties: Type.Object({
    protectionIntentItemType: Type.String(),
    sourceResourceId: Type.Optional(Type.String()),
    policyId: Type.Optional(Type.String()),
    backupManagementType: Type.Optional(Type.String()),
    friendlyName: Type.Optional(Type.String()),
  }),
})

const GROUP_ID = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo'

/** As the published example has it: its `type` has no fabric, its `id` has. */
function intentView(world: World, vault: Vault, intent: ProtectionIntent): Record<string, unknown> {
  const item = world.items.find(vault.key, intent.name)
  return {
    id: `${vault.id}/backupFabrics/Azure/backupProtectionIntent/${intent.name}`,
    name: intent.name,
    type: 'Microsoft.RecoveryServices/vaults/backupProtectionIntent',
    properties: {
      friendlyName: readResourceId(intent.sourceId)?.name,
      protectionIntentItemType: 'AzureResourceItem',
      backupManagementType: 'AzureIaasVM',
      sourceResourceId: intent.sourceId,
      itemId: item && !item.configuring ? itemPath(vault, item) : undefined,
      policyId: `${vault.id}/backupPolicies/${intent.policyName}`,
      protectionState: intentState(world, intent),
    },
  }
}

const nameOf = (call: Call) => call.params.backupProtectionIntentName ?? ''

function put(world: World, call: Call<Static<typeof IntentBody>>): Reply {
  const vault = vaultOf(world, call)
  const { protectionIntentItemType, sourceResourceId, policyId } = call.body.properties
  const intent = putIntent(world, vault, nameOf(call), {
    protectionIntentItemType,
    ...(sourceResourceId ? { sourceResourceId } : {}),
    ...(policyId ? { policyId } : {}),
    activityId: call.clientRequestId,
  })
  return ok(intentView(world, vault, intent))
}

function listIntents(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const filter = readFilter(call.query.$filter, ['backupManagementType', 'itemType', 'parentName', 'itemName'])
  const wanted = world.intents
    .ofVault(vault.key)
    .filter(
      (intent) =>
        matches(filter, 'backupManagementType', 'AzureIaasVM') &&
        matches(filter, 'itemType', 'VM') &&
        matches(filter, 'itemName', intent.name),
    )
  return list(wanted.map((intent) => intentView(world, vault, intent)))
}

function remove(world: World, call: Call): Reply {
  world.intents.delete(vaultOf(world, call).key, nameOf(call))
  return { status: 204 }
}

/** Machines that are to be protected, those that have yet to be made too (SEED-63: enable backup at VM creation). */
export const intentRoutes = [
  route({
    operation: 'ProtectionIntentResources.ProtectionIntentCreateOrUpdate',
    method: 'PUT',
    path: INTENT,
    tag,
    summary: 'Protect a machine at once, or as soon as it is made',
    query: VersionQuery,
    body: IntentBody,
    example: {
      properties: {
        protectionIntentItemType: 'AzureResourceItem',
        sourceResourceId: `${GROUP_ID}/providers/Microsoft.Compute/virtualMachines/vm1`,
        policyId: `${GROUP_ID}/providers/Microsoft.RecoveryServices/vaults/demo-vault/backupPolicies/DefaultPolicy`,
      },
    },
    invalid: 'BMSUserErrorInvalidConfigureProtectionRequest',
    responses: { 200: { description: 'The intent' } },
    errors: [
      'ResourceNotFound',
      'BMSUserErrorInvalidConfigureProtectionRequest',
      'BMSUserErrorProtectedItemNameIncorrectFormat',
      ...REFUSED_PROTECTION,
    ],
    handle: put,
  }),
  route({
    operation: 'ProtectionIntentResources.ProtectionIntentGet',
    method: 'GET',
    path: INTENT,
    tag,
    summary: 'Get a protection intent',
    query: VersionQuery,
    responses: { 200: { description: 'The intent' } },
    errors: ['ResourceNotFound', 'BMSUserErrorProtectionIntentNotFound'],
    handle: (world, call) => {
      const vault = vaultOf(world, call)
      return ok(intentView(world, vault, getIntent(world, vault, nameOf(call))))
    },
  }),
  route({
    operation: 'ProtectionIntentResources.ProtectionIntentDelete',
    method: 'DELETE',
    path: INTENT,
    tag,
    summary: 'Take a protection intent back',
    description: 'A machine that it has protected stays protected.',
    query: VersionQuery,
    responses: { 204: { description: 'There is none any more' } },
    errors: ['ResourceNotFound'],
    handle: remove,
  }),
  route({
    operation: 'BackupProtectionIntent.List',
    method: 'GET',
    path: `${VAULT}/backupProtectionIntents`,
    tag,
    summary: 'List the protection intents of a vault',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...] }' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: listIntents,
  }),
] as const

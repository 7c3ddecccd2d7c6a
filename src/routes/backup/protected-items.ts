import { type Static, Type } from '@sinclair/typebox'
import { matches, readFilter } from '../../arm/filter.js'
import { accepted } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { FilterQuery, GuardRequests, VersionQuery } from '../../arm/shapes.js'
import { getItem, listItems, type ProtectedItem, shownPolicy } from '../../domain/protection/protected-items.js'
import { putProtectedItem } from '../../domain/protection/protection.js'
import { deleteProtectedItem } from '../../domain/protection/protection-stop.js'
import { workloadOf } from '../../domain/protection/workloads.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { ITEM, VAULT } from '../scopes.js'
import { readsSecondary, secondaryItemList } from './cross-region-views.js'
import { itemView } from './views.js'

const tag = 'Protected items'

/** LUNs come as numbers or as text, by the client's version (client-az.md 4.3). */
const Luns = Type.Array(Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: '^\\d+$' })]))

const ItemBody = Type.Object({
  properties: Type.Object({
    protectedItemType: Type.String(),
    sourceResourceId: Type.Optional(Type.String()),
    policyId: Type.Optional(Type.String()),
    protectionState: Type.Optional(Type.String()),
    isRehydrate: Type.Optional(Type.Boolean()),
    resourceGuardOperationRequests: GuardRequests,
    extendedProperties: Type.Optional(
      Type.Object({
        diskExclusionProperties: Type.Optional(
          Type.Object({ diskLunList: Type.Optional(Luns), isInclusionList: Type.Optional(Type.Boolean()) }),
        ),
      }),
    ),
  }),
})
type ItemInput = Static<typeof ItemBody>

const VM_ID =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.Compute/virtualMachines/vm1'
const POLICY_ID =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.RecoveryServices/vaults/demo-vault/backupPolicies/DefaultPolicy'
const PROTECT = {
  properties: { protectedItemType: 'Microsoft.Compute/virtualMachines', sourceResourceId: VM_ID, policyId: POLICY_ID },
}

const itemName = (call: Call) => call.params.protectedItemName ?? ''

/** The item that a path names. */
export function itemOf(world: World, call: Call): { vault: Vault; item: ProtectedItem } {
  const vault = vaultOf(world, call)
  return { vault, item: getItem(world, vault, itemName(call)) }
}

/** Item-level URLs of an operation, in the casing of the request (wire-vm.md 1). */
export function itemUrls(call: Call, itemPath: string, operationId: string) {
  return {
    status: urlOf(call, `${itemPath}/operationsStatus/${operationId}`),
    result: urlOf(call, `${itemPath}/operationResults/${operationId}`),
  }
}

/** The path of the item in a path that goes on below it. */
export const itemPathOf = (call: Call) => call.path.replace(/(\/protectedItems\/[^/]+).*$/i, '$1')

function put(world: World, call: Call<ItemInput>): Reply {
  const vault = vaultOf(world, call)
  const { properties } = call.body
  const exclusion = properties.extendedProperties?.diskExclusionProperties
  const operation = putProtectedItem(world, vault, {
    containerName: call.params.protectionContainerName ?? '',
    itemName: itemName(call),
    protectedItemType: properties.protectedItemType,
    ...(properties.sourceResourceId ? { sourceResourceId: properties.sourceResourceId } : {}),
    ...(properties.policyId ? { policyId: properties.policyId } : {}),
    ...(properties.protectionState ? { protectionState: properties.protectionState } : {}),
    isRehydrate: properties.isRehydrate ?? false,
    resourceGuardOperationRequests: properties.resourceGuardOperationRequests ?? [],
    ...(exclusion
      ? {
          diskExclusion: {
            diskLunList: (exclusion.diskLunList ?? []).map(Number),
            isInclusionList: exclusion.isInclusionList ?? false,
          },
        }
      : {}),
    activityId: call.clientRequestId,
  })
  return accepted(call, itemUrls(call, call.path, operation.key))
}

/** A deletion is polled at the vault (wire-vm.md 2). */
function remove(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const item = world.items.find(vault.key, itemName(call))
  const operation = item && deleteProtectedItem(world, vault, item, call.clientRequestId)
  if (!operation) return { status: 204 }
  return accepted(call, {
    status: urlOf(call, `${vault.id}/backupOperations/${operation.key}`),
    result: urlOf(call, `${vault.id}/backupOperationResults/${operation.key}`),
  })
}

/** There is no `$expand`: the extended information is asked for in the filter (wire-vm.md 7). */
function get(world: World, call: Call): Reply {
  const { vault, item } = itemOf(world, call)
  const filter = readFilter(call.query.$filter, ['expand'])
  return ok(itemView(world, vault, item, call.apiVersion, filter.get('expand')?.toLowerCase() === 'extendedinfo'))
}

function listProtected(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const filter = readFilter(call.query.$filter, [
    'backupManagementType',
    'itemType',
    'policyName',
    'containerName',
    'backupSetName',
    'friendlyName',
    'backupEngineName',
    'fabricName',
  ])
  const isWanted = (item: ProtectedItem) =>
    matches(filter, 'backupManagementType', workloadOf(item).managementType) &&
    matches(filter, 'itemType', item.workload) &&
    matches(filter, 'policyName', shownPolicy(item)) &&
    matches(filter, 'friendlyName', item.friendlyName) &&
    matches(filter, 'fabricName', 'Azure') &&
    (matches(filter, 'containerName', item.containerName) || matches(filter, 'containerName', item.container))
  if (readsSecondary(vault, call)) return secondaryItemList(world, vault, isWanted)
  const wanted = listItems(world, vault).filter(isWanted)
  return list(wanted.map((item) => itemView(world, vault, item, call.apiVersion, false)))
}

const refused = ['ResourceNotFound', 'BMSUserErrorDataSourceObjectNotFound'] as const

/** What can be refused wherever protection is asked for. */
export const REFUSED_PROTECTION = [
  'BMSUserErrorPolicyNotFound',
  'BMSUserErrorInvalidPolicyForGivenProvider',
  'BMSUserErrorConflictingProtectionOperation',
  'UserErrorVmVaultLocationMismatch',
  'VirtualMachineAlreadyProtected',
  'UserErrorItemIsSoftDeleted',
  'UserErrorProtectionQuotaExceeded',
  'CloudDosAbsoluteLimitReached',
  'UserErrorOperationDeniedOnImmutableItem',
  'UserErrorResourceGuardOperationRequestNotProvided',
  'UserErrorOperationNotAllowedDuringDataMove',
] as const

/** Protected items: configure, stop, delete, undelete. */
export const protectedItemRoutes = [
  route({
    operation: 'BackupProtectedItems.List',
    method: 'GET',
    path: `${VAULT}/backupProtectedItems`,
    tag,
    summary: 'List the protected items of a vault',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...] }' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: listProtected,
  }),
  route({
    operation: 'ProtectedItems.Get',
    method: 'GET',
    path: ITEM,
    tag,
    summary: 'Get a protected item',
    description: "With $filter=expand eq 'extendedinfo' the answer counts the recovery points.",
    query: FilterQuery,
    responses: { 200: { description: 'The item' } },
    errors: [...refused, 'InvalidFilterInQueryString'],
    handle: get,
  }),
  route({
    operation: 'ProtectedItems.CreateOrUpdate',
    method: 'PUT',
    path: ITEM,
    tag,
    summary: 'Protect a machine or a file share; change its policy; stop, resume or undelete its protection',
    query: VersionQuery,
    body: ItemBody,
    example: PROTECT,
    invalid: 'BMSUserErrorInvalidConfigureProtectionRequest',
    responses: { 202: { description: 'Accepted; poll the URLs' } },
    errors: [
      'ResourceNotFound',
      'BMSUserErrorInvalidConfigureProtectionRequest',
      'BMSUserErrorContainerNameIncorrectFormat',
      'BMSUserErrorProtectedItemNameIncorrectFormat',
      'BMSUserErrorContainerObjectNotFound',
      'BMSUserErrorDataSourceObjectNotFound',
      ...REFUSED_PROTECTION,
    ],
    handle: put,
  }),
  route({
    operation: 'ProtectedItems.Delete',
    method: 'DELETE',
    path: ITEM,
    tag,
    summary: 'Stop protection and delete the data',
    query: VersionQuery,
    responses: { 202: { description: 'Accepted; poll the URLs' }, 204: { description: 'There was none' } },
    errors: [
      'ResourceNotFound',
      'BMSUserErrorConflictingProtectionOperation',
      'UserErrorOperationDeniedOnImmutableItem',
      'UserErrorResourceGuardOperationRequestNotProvided',
      'UserErrorOperationNotAllowedDuringDataMove',
    ],
    handle: remove,
  }),
] as const

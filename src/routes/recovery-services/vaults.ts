import { type Call, list, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { vaultFamily } from '../../arm/versions.js'
import { waitHints } from '../../arm/wait-hints.js'
import type { Operation } from '../../domain/operations.js'
import { getVault, VAULT_TYPE, type Vault } from '../../domain/vaults/vault.js'
import { deleteVault } from '../../domain/vaults/vault-deletion.js'
import { patchVault, putVault } from '../../domain/vaults/vaults.js'
import type { World } from '../../domain/world.js'
import { SUBSCRIPTION, VAULT, VAULTS_OF_GROUP } from '../scopes.js'
import { removeIfThere } from '../vault-removal.js'
import { VaultBody, type VaultInput } from './vault-body.js'
import { vaultView } from './vault-view.js'

const EXAMPLE = { location: 'westeurope', sku: { name: 'Standard' }, properties: { publicNetworkAccess: 'Enabled' } }

/** How a vault is written in the caller's version. */
const rulesOf = (call: Call) => vaultFamily(call.apiVersion)

/** The vault that a path names. */
export const vaultOf = (world: World, call: Call): Vault =>
  getVault(world, call.params.subscriptionId ?? '', call.params.resourceGroupName ?? '', call.params.vaultName ?? '')

/** Where a vault's own operation is polled: `operationStatus`, in the singular (wire-vm.md 2). */
const statusUrl = (call: Call, vault: Vault, operation: Operation) =>
  urlOf(call, `${vault.id}/operationStatus/${operation.key}`)
const resultUrl = (call: Call, vault: Vault, operation: Operation) =>
  urlOf(call, `${vault.id}/operationResults/${operation.key}`)

function put(world: World, call: Call<VaultInput>): Reply {
  const id = {
    subscriptionId: call.params.subscriptionId ?? '',
    resourceGroup: call.params.resourceGroupName ?? '',
    name: call.params.vaultName ?? '',
  }
  const { vault, created, operation } = putVault(world, id, call.body, rulesOf(call))
  return {
    status: created ? 201 : 200,
    body: vaultView(world, vault, call.apiVersion),
    headers: operation
      ? { 'azure-asyncoperation': statusUrl(call, vault, operation), ...waitHints(call.clock, call.userAgent) }
      : {},
  }
}

function patch(world: World, call: Call<VaultInput>): Reply {
  const { vault, operation } = patchVault(world, vaultOf(world, call), call.body, rulesOf(call))
  if (!operation) return ok(vaultView(world, vault, call.apiVersion))
  return acceptedBy(call, vault, operation)
}

const acceptedBy = (call: Call, vault: Vault, operation: Operation): Reply => ({
  status: 202,
  headers: {
    'azure-asyncoperation': statusUrl(call, vault, operation),
    location: resultUrl(call, vault, operation),
    ...waitHints(call.clock, call.userAgent),
  },
})

/** What settings are refused with, new or changed. */
const settingErrors = [
  'InvalidParameter',
  'UserErrorStorageTypeModificationNotAllowed',
  'UserErrorUnsupportedVaultImmutabilityStateChange',
  'BMSUserErrorSoftDeleteStateNotSetToAlwaysON',
  'BMSUserErrorDisablingSoftDeleteStateNotAllowed',
  'UserErrorResourceGuardOperationRequestNotProvided',
] as const
const one = { 200: { description: 'The vault' } }
const many = { 200: { description: 'The vaults: { value: [...] }' } }

/** Recovery Services vaults: `Microsoft.RecoveryServices/vaults`. */
export const vaultRoutes = [
  route({
    operation: 'Vaults.CreateOrUpdate',
    method: 'PUT',
    path: VAULT,
    tag: 'Vaults',
    summary: 'Create a vault, or replace its settings',
    description:
      'Since 2023 a new vault is answered while it is still Provisioning; poll the Azure-AsyncOperation URL.',
    body: VaultBody,
    example: EXAMPLE,
    query: VersionQuery,
    responses: { 200: { description: 'The vault was there' }, 201: { description: 'The vault is new' } },
    errors: [
      'InvalidRequestContent',
      'InvalidResourceName',
      'LocationRequired',
      'InvalidResourceLocation',
      'LocationNotAvailableForResourceType',
      ...settingErrors,
      'UserErrorVaultQuotaReached',
    ],
    handle: put,
  }),
  route({
    operation: 'Vaults.Get',
    method: 'GET',
    path: VAULT,
    tag: 'Vaults',
    summary: 'Get a vault',
    query: VersionQuery,
    responses: one,
    errors: ['ResourceNotFound'],
    handle: (world, call) => ok(vaultView(world, vaultOf(world, call), call.apiVersion)),
  }),
  route({
    operation: 'Vaults.Update',
    method: 'PATCH',
    path: VAULT,
    tag: 'Vaults',
    summary: 'Change what the body names',
    body: VaultBody,
    example: { tags: { team: 'blue' } },
    query: VersionQuery,
    responses: { 200: { description: 'The vault, before 2023' }, 202: { description: 'Accepted; poll the URLs' } },
    errors: ['ResourceNotFound', 'InvalidRequestContent', ...settingErrors],
    handle: patch,
  }),
  route({
    operation: 'Vaults.Delete',
    method: 'DELETE',
    path: VAULT,
    tag: 'Vaults',
    summary: 'Delete an empty vault',
    query: VersionQuery,
    responses: {
      200: { description: 'Deleted, before 2023' },
      202: { description: 'Accepted; poll the URLs' },
      204: { description: 'There was none' },
    },
    errors: [
      'BMSUserErrorVaultDeletionNotAllowed',
      'BMSUserErrorVaultDeletionNotPermitted',
      'BMSUserErrorVaultDeletionForbidden',
      'UserErrorOperationNotAllowedDuringDataMove',
      'ServiceResourceNotEmptyWithContainerDetails',
      'ServiceResourceNotEmptyWithBackendMessage',
    ],
    handle: remove,
  }),
  route({
    operation: 'GetOperationResult.VaultsListByResourceGroup',
    method: 'GET',
    path: VAULTS_OF_GROUP,
    tag: 'Vaults',
    summary: 'List the vaults of a resource group',
    query: VersionQuery,
    responses: many,
    errors: [],
    handle: (world, call) =>
      list(
        world.vaults
          .ofGroup(call.params.subscriptionId ?? '', call.params.resourceGroupName ?? '', VAULT_TYPE)
          .map((vault) => vaultView(world, vault, call.apiVersion)),
      ),
  }),
  route({
    operation: 'Vaults.ListBySubscriptionId',
    method: 'GET',
    path: `${SUBSCRIPTION}/providers/Microsoft.RecoveryServices/vaults`,
    tag: 'Vaults',
    summary: 'List the vaults of a subscription',
    query: VersionQuery,
    responses: many,
    errors: [],
    handle: (world, call) =>
      list(
        world.vaults
          .ofSubscription(call.params.subscriptionId ?? '', VAULT_TYPE)
          .map((vault) => vaultView(world, vault, call.apiVersion)),
      ),
  }),
] as const

function remove(world: World, call: Call): Reply {
  return removeIfThere(
    () => vaultOf(world, call),
    (vault) => {
      const operation = deleteVault(world, vault, rulesOf(call))
      return operation ? acceptedBy(call, vault, operation) : { status: 200 }
    },
  )
}

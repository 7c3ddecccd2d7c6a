import { type Static, Type } from '@sinclair/typebox'
import { matches, readFilter } from '../../arm/filter.js'
import { accepted } from '../../arm/long-running.js'
import { type Call, list, type Reply, route, urlOf } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { STATUS_URL_VERSION, shareFamily } from '../../arm/versions.js'
import { membersOf, withoutNulls } from '../../domain/documents.js'
import { same } from '../../domain/names.js'
import { type ProtectableAccount, protectableAccounts } from '../../domain/protection/discovery.js'
import { getContainerItem, listItems } from '../../domain/protection/protected-items.js'
import {
  checkEmpty,
  findStorageContainer,
  getStorageContainer,
  inquireContainer,
  unregisterContainer,
} from '../../domain/protection/storage-containers.js'
import { containerOf } from '../../domain/protection/storage-names.js'
import { type RegistrationInput, registerContainer } from '../../domain/protection/storage-registration.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { CONTAINER, FABRIC } from '../scopes.js'
import { containerUrls } from './container-operations.js'

const tag = 'Storage accounts'

const ContainerBody = Type.Object({
  properties: Type.Object({
    containerType: Type.Optional(Type.String()),
    backupManagementType: Type.Optional(Type.String()),
    sourceResourceId: Type.Optional(Type.String({ description: 'The id of the storage account' })),
    operationType: Type.Optional(Type.String({ description: 'Register or Reregister' })),
    acquireStorageAccountLock: Type.Optional(Type.String()),
    accessType: Type.Optional(Type.String()),
    identityInfo: Type.Optional(
      Type.Object({
        isSystemAssignedIdentity: Type.Optional(Type.Boolean()),
        managedIdentityResourceId: Type.Optional(Type.String()),
      }),
    ),
  }),
})

const EXAMPLE = {
  properties: {
    containerType: 'StorageContainer',
    backupManagementType: 'AzureStorage',
    sourceResourceId:
      '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.Storage/storageAccounts/demostore',
  },
}
const pathExamples = { protectionContainerName: 'StorageContainer;Storage;demo;demostore' }

const nameOf = (call: Call) => call.params.protectionContainerName ?? ''

/** Its id has the casing of the request (golden afs-protectableContainers-list-classic-and-arm). */
function protectableView(call: Call, account: ProtectableAccount): Record<string, unknown> {
  const name = containerOf(account)
  return {
    id: `${call.path}/${name}`,
    name,
    type: 'Microsoft.RecoveryServices/vaults/backupFabrics/protectableContainers',
    properties: {
      friendlyName: account.name,
      backupManagementType: 'AzureStorage',
      protectableContainerType: 'StorageContainer',
      healthStatus: account.deleted ? 'Deleted' : 'Healthy',
      containerId: account.id,
    },
  }
}

function listProtectable(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const filter = readFilter(call.query.$filter, ['backupManagementType', 'friendlyName', 'status'])
  const wanted = protectableAccounts(world, vault).filter(
    ({ name }) => matches(filter, 'backupManagementType', 'AzureStorage') && matches(filter, 'friendlyName', name),
  )
  return list(wanted.map((account) => protectableView(call, account)))
}

/** What is accepted answers with an empty object, which is not no body at all (golden afs-container-register-put-202). */
function register(world: World, call: Call<Static<typeof ContainerBody>>): Reply {
  const properties = membersOf(withoutNulls(call.body.properties)) as Omit<RegistrationInput, 'name'>
  const operation = registerContainer(world, vaultOf(world, call), { ...properties, name: nameOf(call) })
  return { ...accepted(call, containerUrls(call, call.path, operation.key)), body: {} }
}

function inquire(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  readFilter(call.query.$filter, ['workloadType', 'backupManagementType'])
  const operation = inquireContainer(world, vault, getStorageContainer(world, vault, nameOf(call)))
  const path = call.path.slice(0, call.path.lastIndexOf('/'))
  return accepted(call, containerUrls(call, path, operation.key))
}

function unregister(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const container = world.containers.get(vault.key, nameOf(call))
  if (!container) {
    checkEmpty(listItems(world, vault).filter((item) => same(item.container, nameOf(call))))
    return { status: 204 }
  }
  const operation = unregisterContainer(world, vault, container, call.clientRequestId)
  const fabric = call.path.replace(/\/protectionContainers\/[^/]*$/i, '')
  return accepted(call, {
    status: urlOf(call, `${fabric}/operationsStatus/${operation.key}`, STATUS_URL_VERSION),
    result: `${call.base}${vault.id}/backupOperationResults/${operation.key}?${oddQuery(world, call)}`,
  })
}

/**
 * What the service hands out after an unregistration has its version in the wrong place (wire-files.md 11). Nobody
 * follows it, and here it is answered all the same; where a version is insisted on, it is in the right one.
 */
function oddQuery(world: World, { apiVersion }: Call): string {
  if (world.strict) return `fabricName=Azure&api-version=${apiVersion}`
  return shareFamily(apiVersion).escaped
    ? `fabricName=Azure%3fapi-version%3d${apiVersion}`
    : `fabricName=Azure?api-version=${apiVersion}`
}

/** Workloads inside of machines are not emulated, and shares are listed elsewhere: no container has items of this kind. */
function listWorkloadItems(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  if (!findStorageContainer(world, vault, nameOf(call))) getContainerItem(world, vault, nameOf(call))
  return list([])
}

const notRegistered = ['ResourceNotFound', 'BMSUserErrorContainerObjectNotFound'] as const

/** Storage accounts as containers: found, registered, searched for shares, unregistered. */
export const storageContainerRoutes = [
  route({
    operation: 'ProtectableContainers.List',
    method: 'GET',
    path: `${FABRIC}/protectableContainers`,
    tag,
    summary: 'List the storage accounts that can be registered',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...] }' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: listProtectable,
  }),
  route({
    operation: 'ProtectionContainers.Register',
    method: 'PUT',
    path: CONTAINER,
    tag,
    summary: 'Register a storage account with the vault',
    query: VersionQuery,
    pathExamples,
    body: ContainerBody,
    example: EXAMPLE,
    invalid: 'UserErrorInvalidRequestParameter',
    responses: { 202: { description: 'Accepted; poll the URLs' } },
    errors: [
      'ResourceNotFound',
      'BMSUserErrorContainerNameIncorrectFormat',
      'UserErrorInvalidRequestParameter',
      'UserErrorStorageAccountNotFound',
      'UserErrorFileShareEndpointUnreachable',
      'UserErrorStorageAccountVaultLocationMismatch',
      'UserErrorStorageAccountAlreadyRegistered',
      'UserErrorRegistrationQuotaReached',
      'BMSUserErrorObjectLocked',
    ],
    handle: register,
  }),
  route({
    operation: 'ProtectionContainers.Inquire',
    method: 'POST',
    path: `${CONTAINER}/inquire`,
    tag,
    summary: 'Look for the file shares of a registered storage account',
    query: FilterQuery,
    pathExamples,
    responses: { 202: { description: 'Accepted; poll Location until 204' } },
    errors: [...notRegistered, 'BMSUserErrorObjectLocked', 'InvalidFilterInQueryString'],
    handle: inquire,
  }),
  route({
    operation: 'ProtectionContainers.Unregister',
    method: 'DELETE',
    path: CONTAINER,
    tag,
    summary: 'Unregister a storage account that holds no items any more',
    query: VersionQuery,
    pathExamples,
    responses: { 202: { description: 'Accepted; poll the URLs' }, 204: { description: 'It was not registered' } },
    errors: ['ResourceNotFound', 'BMSUserErrorContainerHasDatasources', 'BMSUserErrorObjectLocked'],
    handle: unregister,
  }),
  route({
    operation: 'BackupWorkloadItems.List',
    method: 'GET',
    path: `${CONTAINER}/items`,
    tag,
    summary: 'List the workloads in a container: none of machines and storage accounts',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [] }' } },
    errors: notRegistered,
    handle: listWorkloadItems,
  }),
] as const

import { type Filter, matches, readFilter } from '../../arm/filter.js'
import { accepted, operationResult, operationStatus, waitsForOperation } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { STATUS_URL_VERSION } from '../../arm/versions.js'
import { same } from '../../domain/names.js'
import { refreshContainers } from '../../domain/protection/discovery.js'
import { getContainerItem, listItems } from '../../domain/protection/protected-items.js'
import {
  findStorageContainer,
  isSoftDeleted,
  itemsOf,
  storageContainers,
} from '../../domain/protection/storage-containers.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { CONTAINER, FABRIC, VAULT } from '../scopes.js'
import { operationOf } from './operations.js'
import { agentContainers, findAgentContainer } from './server-views.js'
import { storageContainerView } from './share-views.js'
import { containerView, listedContainer } from './views.js'
import { kindOf } from './vm-views.js'

const tag = 'Discovery and registration'

/** What a container is looked for by. */
const CONTAINER_TERMS = ['backupManagementType', 'status', 'friendlyName', 'containerType']

/** A machine has a container to itself, which comes and goes with its item (wire-vm-more.md 5.2). */
function machineContainers(world: World, call: Call, vault: Vault, filter: Filter, deleted: boolean) {
  return listItems(world, vault)
    .filter(
      (item) =>
        item.workload === 'VM' &&
        (item.deleted !== undefined) === deleted &&
        matches(filter, 'backupManagementType', 'AzureIaasVM') &&
        matches(filter, 'friendlyName', item.friendlyName) &&
        matches(filter, 'containerType', kindOf(item.classic)),
    )
    .map((item) => containerView(world, vault, item, call.apiVersion))
}

/** Registered storage accounts, newest first; among the deleted are those that hold nothing but soft-deleted items. */
function accountContainers(world: World, call: Call, vault: Vault, filter: Filter, deleted: boolean) {
  const status = deleted ? 'SoftDeleted' : 'Registered'
  const items = world.items.ofVault(vault.key)
  return storageContainers(world, vault)
    .filter(
      (container) =>
        (!deleted || isSoftDeleted(itemsOf(world, container, items))) &&
        matches(filter, 'backupManagementType', 'AzureStorage') &&
        matches(filter, 'friendlyName', container.friendlyName) &&
        matches(filter, 'containerType', 'StorageContainer'),
    )
    .map((container) =>
      listedContainer(storageContainerView(world, vault, container, call.apiVersion, { items, status })),
    )
}

function listContainers(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const filter = readFilter(call.query.$filter, CONTAINER_TERMS)
  if (!matches(filter, 'status', 'Registered')) return list([])
  return list([
    ...machineContainers(world, call, vault, filter, false),
    ...accountContainers(world, call, vault, filter, false),
    ...agentContainers(world, vault, filter),
  ])
}

function listDeleted(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const filter = readFilter(call.query.$filter, ['backupManagementType'])
  return list([
    ...machineContainers(world, call, vault, filter, true),
    ...accountContainers(world, call, vault, filter, true),
  ])
}

function get(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const name = call.params.protectionContainerName ?? ''
  const account = findStorageContainer(world, vault, name)
  if (account) return ok(listedContainer(storageContainerView(world, vault, account, call.apiVersion)))
  const agent = findAgentContainer(world, vault, name)
  if (agent) return ok(agent)
  return ok(containerView(world, vault, getContainerItem(world, vault, name), call.apiVersion))
}

function refresh(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const filter = readFilter(call.query.$filter, ['backupManagementType', 'providerName'])
  const accounts = same(filter.get('backupmanagementtype') ?? '', 'AzureStorage')
  const operation = refreshContainers(world, vault, accounts ? 'AzureFileShare' : 'VM')
  const fabric = call.path.slice(0, call.path.lastIndexOf('/'))
  return accepted(call, {
    status: urlOf(call, `${fabric}/operationsStatus/${operation.key}`, STATUS_URL_VERSION),
    result: urlOf(call, `${fabric}/operationResults/${operation.key}`),
  })
}

/** Discovery, and the containers that protection registers. */
export const containerRoutes = [
  route({
    operation: 'ProtectionContainers.Refresh',
    method: 'POST',
    path: `${FABRIC}/refreshContainers`,
    tag,
    summary: 'Discover the machines of the subscription',
    query: FilterQuery,
    responses: { 202: { description: 'Accepted; poll Location until 204' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: refresh,
  }),
  route({
    operation: 'protectionContainerRefreshOperationResults.get',
    method: 'GET',
    path: `${FABRIC}/operationResults/{operationId}`,
    tag,
    summary: 'Poll a discovery',
    query: VersionQuery,
    responses: { 202: { description: 'Still running' }, 204: { description: 'Done' } },
    errors: ['ResourceNotFound', 'BMSUserErrorOperationNotFound'],
    waitsFor: waitsForOperation,
    handle: (world, call) => operationResult(world, call, operationOf(world, call)),
  }),
  route({
    operation: 'operations.fabricOperationStatus',
    method: 'GET',
    path: `${FABRIC}/operationsStatus/{operationId}`,
    tag,
    summary: 'Get the status of a discovery',
    query: VersionQuery,
    responses: { 200: { description: 'The status' } },
    errors: ['ResourceNotFound', 'BMSUserErrorOperationNotFound'],
    waitsFor: waitsForOperation,
    handle: (world, call) => operationStatus(world, operationOf(world, call)),
  }),
  route({
    operation: 'BackupProtectionContainers.List',
    method: 'GET',
    path: `${VAULT}/backupProtectionContainers`,
    tag,
    summary: 'List the registered containers',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...] }' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: listContainers,
  }),
  route({
    operation: 'ProtectionContainers.Get',
    method: 'GET',
    path: CONTAINER,
    tag,
    summary: 'Get a container',
    query: VersionQuery,
    responses: { 200: { description: 'The container' } },
    errors: ['ResourceNotFound', 'BMSUserErrorContainerObjectNotFound'],
    handle: get,
  }),
  route({
    operation: 'SoftDeletedContainers.DeletedProtectionContainersList',
    method: 'GET',
    path: `${VAULT}/backupDeletedProtectionContainers`,
    tag,
    summary: 'List the containers of soft-deleted items',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...] }' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: listDeleted,
  }),
] as const

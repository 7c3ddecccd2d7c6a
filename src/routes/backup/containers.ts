import { matches, readFilter } from '../../arm/filter.js'
import { accepted, operationResult, operationStatus, waitsForOperation } from '../../arm/long-running.js'
import { type Call, list, ok, page, type Reply, route, urlOf } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { STATUS_URL_VERSION } from '../../arm/versions.js'
import { protectableMachines, refreshContainers } from '../../domain/discovery.js'
import type { Resource } from '../../domain/inventory.js'
import { machineNames } from '../../domain/names.js'
import { getContainerItem, listItems } from '../../domain/protected-items.js'
import type { Vault } from '../../domain/vaults.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { CONTAINER, FABRIC, VAULT } from '../scopes.js'
import { operationOf } from './operations.js'
import { containerView } from './views.js'
import { kindOf, versionOf } from './vm-views.js'

const tag = 'Discovery and registration'
/** A page of protectable items (domain.md 3). */
const PROTECTABLE_PAGE = 200

function listContainers(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const filter = readFilter(call.query.$filter, ['backupManagementType', 'status', 'friendlyName', 'containerType'])
  const status = filter.get('status')?.toLowerCase()
  const wanted = listItems(world, vault).filter(
    (item) =>
      !item.deleted &&
      (status === undefined || status === 'registered') &&
      matches(filter, 'backupManagementType', 'AzureIaasVM') &&
      matches(filter, 'friendlyName', item.friendlyName) &&
      matches(filter, 'containerType', kindOf(item.classic)),
  )
  return list(wanted.map((item) => containerView(world, vault, item, call.apiVersion)))
}

/** The name has no `vm;`, the id has (wire-vm.md 1). */
function protectableView(vault: Vault, machine: Resource): Record<string, unknown> {
  const { bare, container } = machineNames(machine)
  const classic = bare.startsWith('iaasvmcontainer;')
  return {
    id: `${vault.id}/backupFabrics/Azure/protectionContainers/${container}/protectableItems/vm;${bare}`,
    name: bare,
    type: 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectableItems',
    properties: {
      virtualMachineId: machine.id,
      virtualMachineVersion: versionOf(classic),
      resourceGroup: machine.resourceGroup,
      backupManagementType: 'AzureIaasVM',
      protectableItemType: kindOf(classic),
      friendlyName: machine.name,
      protectionState: 'NotProtected',
    },
  }
}

function listProtectable(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const filter = readFilter(call.query.$filter, [
    'backupManagementType',
    'workloadType',
    'itemType',
    'friendlyName',
    'containerName',
    'status',
  ])
  const machines = protectableMachines(world, vault).filter(
    (machine) =>
      matches(filter, 'backupManagementType', 'AzureIaasVM') &&
      matches(filter, 'workloadType', 'VM') &&
      matches(filter, 'itemType', 'VM') &&
      matches(filter, 'status', 'NotProtected') &&
      matches(filter, 'friendlyName', machine.name),
  )
  return page(
    call,
    machines.map((machine) => protectableView(vault, machine)),
    PROTECTABLE_PAGE,
  )
}

function refresh(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  readFilter(call.query.$filter, ['backupManagementType', 'providerName'])
  const operation = refreshContainers(world, vault)
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
    operation: 'BackupProtectableItems.List',
    method: 'GET',
    path: `${VAULT}/backupProtectableItems`,
    tag,
    summary: 'List what can be protected',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...], nextLink? }' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: listProtectable,
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
    handle: (world, call) => {
      const vault = vaultOf(world, call)
      return ok(
        containerView(
          world,
          vault,
          getContainerItem(world, vault, call.params.protectionContainerName ?? ''),
          call.apiVersion,
        ),
      )
    },
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
    handle: (world, call) => {
      const vault = vaultOf(world, call)
      const filter = readFilter(call.query.$filter, ['backupManagementType'])
      const deleted = listItems(world, vault).filter(
        (item) => item.deleted && matches(filter, 'backupManagementType', 'AzureIaasVM'),
      )
      return list(deleted.map((item) => containerView(world, vault, item, call.apiVersion)))
    },
  }),
] as const

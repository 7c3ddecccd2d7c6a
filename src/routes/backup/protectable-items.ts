import { matches, readFilter } from '../../arm/filter.js'
import { type Call, page, type Reply, route } from '../../arm/route.js'
import { FilterQuery } from '../../arm/shapes.js'
import type { Resource } from '../../domain/inventory/inventory.js'
import { isClassicMachine, namesOfMachine } from '../../domain/inventory/machines.js'
import { protectableMachines } from '../../domain/protection/discovery.js'
import { type ProtectableShare, protectableShares } from '../../domain/protection/protectable-shares.js'
import type { WorkloadName } from '../../domain/protection/protected-items.js'
import { WORKLOADS } from '../../domain/protection/workloads.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { VAULT } from '../scopes.js'
import { kindOf, versionOf } from './vm-views.js'

const TYPE = 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectableItems'

/** The name has no `vm;`, the id has (wire-vm.md 1). */
function machineView(vault: Vault, machine: Resource): Record<string, unknown> {
  const { bare, container } = namesOfMachine(machine)
  const classic = isClassicMachine(machine)
  return {
    id: `${vault.id}/backupFabrics/Azure/protectionContainers/${container}/protectableItems/vm;${bare}`,
    name: bare,
    type: TYPE,
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

/** All names are in lower case here (wire-files.md 1, 5). */
function shareView(vault: Vault, { account, container, share, item }: ProtectableShare): Record<string, unknown> {
  const name = item.toLowerCase()
  return {
    id: `${vault.id}/backupFabrics/Azure/protectionContainers/${container.toLowerCase()}/protectableItems/${name}`,
    name,
    type: TYPE,
    properties: {
      parentContainerFabricId: account.id,
      parentContainerFriendlyName: account.name,
      azureFileShareType: 'XSMB',
      backupManagementType: 'AzureStorage',
      workloadType: 'AzureFileShare',
      protectableItemType: 'AzureFileShare',
      friendlyName: share,
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
  const asked = (workload: WorkloadName, friendlyName: string) =>
    matches(filter, 'backupManagementType', WORKLOADS[workload].managementType) &&
    matches(filter, 'workloadType', workload) &&
    matches(filter, 'itemType', workload) &&
    matches(filter, 'status', 'NotProtected') &&
    matches(filter, 'friendlyName', friendlyName)
  return page(
    call,
    [
      ...protectableMachines(world, vault)
        .filter(({ name }) => asked('VM', name))
        .map((machine) => machineView(vault, machine)),
      ...protectableShares(world, vault)
        .filter(({ share }) => asked('AzureFileShare', share))
        .map((share) => shareView(vault, share)),
    ],
    world.limits.protectableItemsPerPage,
  )
}

/** What can be protected: what a discovery has seen of machines, and an inquiry of storage accounts. */
export const protectableItemRoutes = [
  route({
    operation: 'BackupProtectableItems.List',
    method: 'GET',
    path: `${VAULT}/backupProtectableItems`,
    tag: 'Discovery and registration',
    summary: 'List what can be protected',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...], nextLink? }' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: listProtectable,
  }),
] as const

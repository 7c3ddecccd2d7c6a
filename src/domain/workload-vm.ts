import { consistencyOf } from './consistency.js'
import { snapshotMs } from './durations.js'
import { Refusal } from './errors.js'
import { snapshotFailure, transferFailure } from './job-errors.js'
import { backedUp, findMachine, type Machine } from './machines.js'
import { machineNames, readMachineNames, readResourceId, same } from './names.js'
import { isVmPolicy, type ProtectionPolicy } from './policies.js'
import type { ProtectedItem } from './protected-items.js'
import { badRequest, type ProtectionInput } from './protection-input.js'
import { sameRegion } from './regions.js'
import { collect } from './restore-point-collections.js'
import type { Vault } from './vaults.js'
import type { BackupSource, Protectable, Workload } from './workloads.js'
import type { World } from './world.js'

/** An s in a size says that it takes premium disks: `Standard_DS1_v2`, not `Standard_D1_v2` (Azure's naming of sizes). */
const PREMIUM_SIZE = /^[^_]+_[^_]*s/i

/**
 * The machine that a PUT wants protected: it exists, the item is named after it, vault and machine fit together.
 * @throws Refusal BMSUserErrorInvalidConfigureProtectionRequest, UserErrorVmVaultLocationMismatch
 */
function findSource(world: World, vault: Vault, input: ProtectionInput): Protectable {
  const source = readResourceId(input.sourceResourceId ?? '')
  if (!source)
    throw badRequest(`sourceResourceId '${input.sourceResourceId ?? ''}' is not the id of a virtual machine.`)
  const names = machineNames(source)
  if (!same(names.item, input.itemName))
    throw badRequest(`the item name '${input.itemName}' is not that of '${source.name}', which is '${names.item}'.`)
  const machine = findMachine(world, input.sourceResourceId ?? '')
  if (!machine)
    throw badRequest(`the virtual machine '${source.name}' in resource group '${source.resourceGroup}' does not exist.`)
  const { resource } = machine
  if (!same(resource.subscriptionId, vault.subscriptionId)) {
    throw badRequest(
      `the virtual machine is in subscription ${resource.subscriptionId} and the vault in ${vault.subscriptionId}.`,
    )
  }
  if (!sameRegion(resource.location, vault.location)) {
    throw new Refusal(
      'UserErrorVmVaultLocationMismatch',
      `The virtual machine is in ${resource.location} and the vault in ${vault.location}. Protect it with a vault in its own region.`,
    )
  }
  if (machine.disks.length - 1 > world.limits.dataDisksPerVm) {
    throw badRequest(
      `the virtual machine has ${machine.disks.length - 1} data disks and ${world.limits.dataDisksPerVm} is the most that can be backed up.`,
    )
  }
  const real = machineNames(resource)
  return {
    name: real.item,
    container: real.container,
    containerName: real.bare,
    classic: machine.classic,
    sourceId: resource.id,
    sourceKey: resource.key,
    friendlyName: resource.name,
    resourceGroup: resource.resourceGroup,
  }
}

const onlyCrashConsistent = (policy: ProtectionPolicy | undefined) =>
  policy !== undefined &&
  'snapshotConsistencyType' in policy &&
  policy.snapshotConsistencyType === 'OnlyCrashConsistent'

function sourceOf(world: World, item: ProtectedItem, machine: Machine): BackupSource {
  const data = backedUp(machine, item.diskExclusion)
  return {
    snapshotMs: (fraction) => snapshotMs(machine.disks.length - 1, fraction),
    snapshotFailure: snapshotFailure(machine),
    transferFailure: transferFailure(machine),
    data,
    point: (policy) => ({
      consistency: consistencyOf(machine, onlyCrashConsistent(policy)),
      usedDataGB: data.usedDataGB,
      machine: {
        osType: machine.osType,
        vmSize: machine.vmSize,
        premium: PREMIUM_SIZE.test(machine.vmSize),
        ...(machine.zones ? { zones: machine.zones } : {}),
        disks: data.disks,
        disksAttached: machine.disks.length,
      },
    }),
    remember: (policy) => ({ collection: item.collection ?? collect(world, item, machine, policy) }),
  }
}

const vmName = (item: ProtectedItem) => ({ 'VM Name': item.friendlyName.toLowerCase() })

/** Virtual machines, of Resource Manager and classic ones (wire-vm.md, SEED-92). */
export const VIRTUAL_MACHINES: Workload = {
  managementType: 'AzureIaasVM',
  itemTypes: ['microsoft.compute/virtualmachines', 'microsoft.classiccompute/virtualmachines'],
  paces: {
    configureFirst: 'configureFirstMs',
    configureAgain: 'configureAgainMs',
    disable: 'disableMs',
    deleteSoft: 'deleteSoftMs',
    deletePurge: 'deletePurgeMs',
    undelete: 'undeleteMs',
  },
  quota: 'vmsPerVault',
  itemName(container, item) {
    readMachineNames(container, item)
    return item
  },
  findSource,
  owns: isVmPolicy,
  bag(operation, item, { policyName = '', points = 0 }) {
    if (operation === 'Undelete') return { ...vmName(item), 'Undelete flag': 'True' }
    if (operation === 'DeleteBackupData') return { ...vmName(item), 'Number of Recovery Points': String(points) }
    return { ...vmName(item), 'Policy Name': policyName }
  },
  backupBag: (item, expiry) => ({
    bag: { ...vmName(item), ...(expiry === undefined ? {} : { 'Recovery Point Expiry Time in UTC': expiry }) },
    internalBag: { IsInstantRpJob: 'True' },
  }),
  sizeBag: (sizeMB) => ({ 'Backup Size': `${sizeMB} MB` }),
  backupTasks: () => ['Take Snapshot', 'Transfer data to vault'],
  look(world, item) {
    const machine = findMachine(world, item.sourceId)
    return machine && sourceOf(world, item, machine)
  },
  gone: { snapshot: 'UserErrorVmNotFoundV2', transfer: 'ResourceNotFound' },
}

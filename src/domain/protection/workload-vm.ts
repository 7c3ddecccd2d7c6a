import { snapshotRuns } from '../backup/backup-phases.js'
import { consistencyOf, vssFailed } from '../backup/consistency.js'
import { collect } from '../backup/restore-point-collections.js'
import { snapshotMs } from '../durations.js'
import { Refusal } from '../errors.js'
import { backedUp, findMachine, type Machine, namesOfMachine } from '../inventory/machines.js'
import { failureAt } from '../jobs/causes.js'
import type { JobErrorName } from '../jobs/job-errors.js'
import { machineNames, readMachineNames, readResourceId, same } from '../names.js'
import { isVmPolicy, type ProtectionPolicy, policyTypeOf } from '../policies/policies.js'
import { DAY, startDelay } from '../policies/schedule.js'
import { sameRegion } from '../regions.js'
import { causeAgainst } from '../request-causes.js'
import { isEncrypted, snapshotOf } from '../restore/machine-snapshots.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { diskFailure, unfit } from './machine-limits.js'
import type { ProtectedItem } from './protected-items.js'
import { badRequest, type ProtectionInput } from './protection-input.js'
import type { BackupSource, Protectable, Workload } from './workloads.js'

/**
 * The machine that a PUT wants protected: it exists, the item is named after it, vault and machine fit together.
 * @throws Refusal BMSUserErrorInvalidConfigureProtectionRequest, UserErrorVmVaultLocationMismatch
 */
function findSource(world: World, vault: Vault, input: ProtectionInput): Protectable {
  const source = readResourceId(input.sourceResourceId ?? '')
  if (!source)
    throw badRequest(`sourceResourceId '${input.sourceResourceId ?? ''}' is not the id of a virtual machine.`)
  const machine = findMachine(world, input.sourceResourceId ?? '')
  const names = machine ? namesOfMachine(machine.resource) : machineNames(source)
  if (!same(names.item, input.itemName))
    throw badRequest(`the item name '${input.itemName}' is not that of '${source.name}', which is '${names.item}'.`)
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
  const cause = causeAgainst('protect', { tags: resource.tags, conditions: world.resources.conditions(resource.key) })
  if (cause) throw new Refusal(cause.code, cause.message)
  const misfit = unfit(world, machine)
  if (misfit) throw badRequest(misfit)
  return {
    name: names.item,
    container: names.container,
    containerName: names.bare,
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

/** A machine as its backup sees it. */
export function sourceOf(world: World, item: ProtectedItem, machine: Machine): BackupSource {
  const data = backedUp(machine, item.diskExclusion)
  return {
    snapshotMs: (fraction) => snapshotMs(machine.disks.length - 1, fraction),
    snapshotFailure: () =>
      diskFailure(world, machine, data.disks) ??
      failureAt('snapshot', { ...machine, encrypted: isEncrypted(machine) }, world.limits),
    transferFailure: () => failureAt('transfer', machine, world.limits),
    writersFailed: vssFailed(machine),
    data,
    point: (policy) => ({
      consistency: consistencyOf(machine, onlyCrashConsistent(policy)),
      usedDataGB: data.usedDataGB,
      machine: snapshotOf(world, machine, data.disks),
    }),
    remember: (policy) => ({ collection: item.collection ?? collect(world, item, machine, policy) }),
  }
}

/** No snapshot of a standard policy is older: five days, and the one that waits for its successor. */
const OLDEST_SNAPSHOT = 6 * DAY

/** The platform keeps so many restore points of a machine; those of enhanced policies are counted otherwise (domain.md 3). */
function full(world: World, item: ProtectedItem, policy: ProtectionPolicy | undefined): JobErrorName | undefined {
  const most = world.limits.snapshotsPerVm
  if (policyTypeOf(policy) !== 'V1' || world.points.countSince(item.id, world.now - OLDEST_SNAPSHOT) < most) return
  const snapshots = world.points.ofItem(item.id).filter(({ instantTier }) => instantTier === 'Valid')
  return snapshots.length < most ? undefined : 'UserErrorRpCollectionLimitReached'
}

const vmName = (item: Pick<ProtectedItem, 'friendlyName'>) => ({ 'VM Name': item.friendlyName.toLowerCase() })

/** Virtual machines, of Resource Manager and classic ones (wire-vm.md, SEED-92). */
export const VIRTUAL_MACHINES: Workload = {
  managementType: 'AzureIaasVM',
  itemTypes: ['microsoft.compute/virtualmachines', 'microsoft.classiccompute/virtualmachines'],
  backupRequest: 'IaasVMBackupRequest',
  paces: {
    configureFirst: 'configureFirstMs',
    configureAgain: 'configureAgainMs',
    disable: 'disableMs',
    deleteSoft: 'deleteSoftMs',
    deletePurge: 'deletePurgeMs',
    undelete: 'undeleteMs',
  },
  quota: 'vmsPerVault',
  restoresPerDay: 'restoresPerVmPerDay',
  onDemand: { backups: 'onDemandBackupsPerVmPerDay', attempts: 'onDemandAttemptsPerVmPerDay' },
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
  startDelayMs: startDelay,
  backupBag: (item, { expiry }) => ({
    bag: { ...vmName(item), ...(expiry === undefined ? {} : { 'Recovery Point Expiry Time in UTC': expiry }) },
    internalBag: { IsInstantRpJob: 'True' },
  }),
  sizeBag: (sizeMB) => ({ 'Backup Size': `${sizeMB} MB` }),
  backupTasks: () => ['Take Snapshot', 'Transfer data to vault'],
  look(world, item) {
    const machine = findMachine(world, item.sourceId)
    return machine && sourceOf(world, item, machine)
  },
  full,
  gone: () => ({ snapshot: 'UserErrorVmNotFoundV2', transfer: 'ResourceNotFound' }),
  busy: (world, item, job) => (snapshotRuns(world, item, job) ? 'UserErrorBackupOperationInProgress' : undefined),
  snapshotCounts: true,
  keptWhenDeleted: () => true,
  pendingOnResume: false,
}

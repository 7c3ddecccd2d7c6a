import { Refusal } from '../errors.js'
import { findMachine, type Machine } from '../inventory/machines.js'
import { failureAt } from '../jobs/causes.js'
import type { JobErrorName } from '../jobs/job-errors.js'
import type { Limits } from '../limits.js'
import { same } from '../names.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { isLocked } from './machine-lock.js'
import type { ProtectedItem } from './protected-items.js'
import type { ProtectionInput } from './protection-input.js'
import { getRegistration, type MachineRegistration } from './registered-machines.js'
import { sourceOf, VIRTUAL_MACHINES } from './workload-vm.js'
import type { BackupSource, Protectable, Workload } from './workloads.js'

/** A machine has one item, which is called like its container. */
function itemName(container: string, item: string): string {
  if (same(container, item)) return item
  throw new Refusal(
    'BMSUserErrorProtectedItemNameIncorrectFormat',
    `The item '${item}' does not belong to container '${container}': in a backup vault both have one name. Name the item ${container}.`,
  )
}

const protectable = (registration: MachineRegistration): Protectable => ({
  name: registration.name,
  container: registration.name,
  containerName: registration.name,
  classic: true,
  sourceId: registration.sourceId,
  sourceKey: registration.sourceKey,
  friendlyName: registration.friendlyName,
  resourceGroup: registration.resourceGroup,
})

/** Only a machine that is registered, and properly, can be protected (SEED-18). */
const findSource = (world: World, vault: Vault, { containerName }: ProtectionInput) =>
  protectable(getRegistration(world, vault, containerName))

/** Too much data to be copied in time, of which too many data disks are the sign (SEED-29). */
const tooManyDisks = ({ disks }: Machine, { dataDisksPerOlderVm }: Limits): JobErrorName | undefined =>
  disks.length - 1 > dataDisksPerOlderVm ? 'CopyingVHDsTimedOut' : undefined

function classicSource(world: World, item: ProtectedItem, machine: Machine): BackupSource {
  const { remember: _, ...source } = sourceOf(world, item, machine)
  return {
    ...source,
    snapshotFailure: () => failureAt('classicSnapshot', machine, world.classicLimits),
    transferFailure: () =>
      tooManyDisks(machine, world.classicLimits) ?? failureAt('classicTransfer', machine, world.classicLimits),
  }
}

const vmName = (item: Pick<ProtectedItem, 'friendlyName'>) => ({ 'VM Name': item.friendlyName })

/**
 * Machines in a classic vault: those of a Recovery Services vault, but registered before, without instant restore and
 * without soft delete, and with one job at a time (wire-classic.md 6 to 8).
 */
export const MACHINES_OF_CLASSIC_VAULTS: Workload = {
  ...VIRTUAL_MACHINES,
  // No PUT of a Recovery Services vault means it.
  itemTypes: [],
  paces: {
    configureFirst: 'classicConfigureMs',
    configureAgain: 'classicConfigureMs',
    disable: 'classicStopMs',
    deleteSoft: 'classicDeleteMs',
    deletePurge: 'classicDeleteMs',
    undelete: 'classicConfigureMs',
  },
  itemName,
  findSource,
  bag(operation, item, { policyName = '', points = 0, stopped = false }) {
    if (operation === 'ConfigureBackup') return { ...vmName(item), 'Policy Name': policyName }
    if (operation === 'DisableBackup') return { ...vmName(item), 'Delete Backup Data': 'False' }
    const count = { 'Number of Recovery Points': String(points) }
    // What has been stopped before is only deleted (wire-classic.md 6).
    return stopped ? { ...vmName(item), ...count } : { ...vmName(item), 'Delete Backup Data': 'True', ...count }
  },
  backupBag: (item) => ({ bag: vmName(item) }),
  backupTasks: () => ['Take Snapshot', 'Transfer data to Backup vault'],
  look(world, item) {
    const machine = findMachine(world, item.sourceId)
    return machine && classicSource(world, item, machine)
  },
  full: () => undefined,
  // SEED-31: a machine that was deleted fails so, again and again, until its protection is stopped.
  gone: () => ({ snapshot: 'BackupFailedInternalError', transfer: 'BackupFailedInternalError' }),
  busy(world, item, job) {
    const registration = world.registrations.get(item.vaultKey, item.name)
    return registration && isLocked(world, registration, job) ? 'BMSUserErrorObjectLocked' : undefined
  },
  snapshotCounts: false,
  keptWhenDeleted: () => false,
}

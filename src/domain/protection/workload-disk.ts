import { snapshotRuns } from '../backup/backup-phases.js'
import { within } from '../durations.js'
import { diskJobFacts } from '../jobs/disk-jobs.js'
import { keyOf, readResourceId } from '../names.js'
import { isDiskPolicy } from '../policies/policies.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { diskFault } from './disk-checks.js'
import { namesOf } from './disk-configuration.js'
import { diskSource } from './disk-source.js'
import { badRequest, type ProtectionInput } from './protection-input.js'
import type { Protectable, Workload } from './workloads.js'

/** The disk that an instance is to protect, or protects: only the instance's own document names it. */
function findSource(world: World, vault: Vault, { itemName, instance: asked }: ProtectionInput): Protectable {
  const instance = asked ?? world.items.find(vault.key, itemName)?.instance
  if (!instance) throw badRequest('a disk is protected by a backup instance of a Backup vault.')
  const { sourceId, friendlyName } = namesOf(instance)
  return {
    name: itemName,
    container: itemName,
    containerName: itemName,
    classic: false,
    sourceId,
    sourceKey: keyOf(sourceId),
    friendlyName,
    resourceGroup: readResourceId(sourceId)?.resourceGroup ?? '',
    instance,
  }
}

/** Managed disks in a Backup vault (wire-disk.md, domain.md 9): snapshots alone, in a resource group of their owner's. */
export const MANAGED_DISKS: Workload = {
  // No item of a Recovery Services vault is one.
  managementType: '',
  itemTypes: [],
  backupRequest: '',
  paces: {
    configureFirst: 'diskConfigureMs',
    configureAgain: 'diskChangeMs',
    disable: 'diskChangeMs',
    deleteSoft: 'diskDeleteSoftMs',
    deletePurge: 'diskDeletePurgeMs',
    undelete: 'diskChangeMs',
  },
  quota: 'instancesPerBackupVault',
  onDemand: { backups: 'onDemandBackupsPerDiskPerDay', attempts: 'onDemandBackupsPerDiskPerDay' },
  restoresPerDay: 'restoresPerDiskPerDay',
  itemName: (_container, item) => item,
  findSource,
  owns: isDiskPolicy,
  bag: () => ({}),
  startDelayMs: (fraction) => within('diskStartDelayMs', fraction),
  backupBag: (item) => ({ bag: {}, internalBag: diskJobFacts(item) }),
  sizeBag: () => ({}),
  backupTasks: () => ['Trigger Backup'],
  settleMs: (fraction) => within('diskSettleMs', fraction),
  look: diskSource,
  // What is said then no source has.
  full: (world, item) =>
    world.points.count(item.id) < world.limits.snapshotsPerDisk ? undefined : 'UserErrorRecoveryPointLimitReached',
  gone: () => ({ snapshot: 'UserErrorManagedDiskNotFound', transfer: 'UserErrorManagedDiskNotFound' }),
  busy: (world, item, job) =>
    snapshotRuns(world, item, job) ? 'UserErrorMaxConcurrentOperationLimitReached' : undefined,
  snapshotCounts: true,
  // Recorded of disks, although soft delete is said to be for vaulted data alone (golden disk/44, domain.md 7).
  keptWhenDeleted: (_world, { state }) => state !== 'ProtectionError',
  pendingOnResume: false,
  misconfigured: (world, vault, item) => diskFault(world, vault, item),
  failedState: 'ProtectionError',
}

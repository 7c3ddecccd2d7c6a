import { takeSnapshot } from '../backup/disk-snapshots.js'
import { within } from '../durations.js'
import { findDisk } from '../inventory/disks.js'
import type { World } from '../world.js'
import { diskFault } from './disk-checks.js'
import type { ProtectedItem } from './protected-items.js'
import type { BackupSource } from './workloads.js'

/** A disk as its backup sees it; undefined once it is gone. Its points are snapshots in a group of their owner's. */
export function diskSource(world: World, item: ProtectedItem): BackupSource | undefined {
  const disk = findDisk(world, item.sourceId)
  const vault = world.vaults.get(item.vaultKey)
  if (!disk || !vault) return undefined
  const { sizeGB, sku } = disk
  return {
    snapshotMs: (fraction) => within('diskSnapshotMs', fraction),
    snapshotFailure() {
      return diskFault(world, vault, item, 'backup')
    },
    transferFailure: () => undefined,
    data: { disks: [{ sizeGB }], usedDataGB: sizeGB, dailyChurnGB: 0 },
    point: () => ({
      consistency: 'CrashConsistent',
      usedDataGB: sizeGB,
      disk: { snapshotId: takeSnapshot(world, item, disk), sizeGB, sku },
    }),
  }
}

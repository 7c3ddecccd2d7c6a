import { membersOf } from '../documents.js'
import { PACE } from '../durations.js'
import type { Disk } from '../inventory/disks.js'
import { putResource } from '../inventory/inventory.js'
import { keyOf, readGroupId } from '../names.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { hasZones } from '../restore/restore-zones.js'
import type { World } from '../world.js'
import type { RecoveryPoint } from './recovery-points.js'

export const SNAPSHOT_TYPE = 'Microsoft.Compute/snapshots'

/**
 * Takes an incremental snapshot of a disk in the group that its instance names: a resource like any other, on standard
 * storage, in all zones where there are some (domain.md 9). Only the beginning of its name is known of the service's.
 * @returns its id
 */
export function takeSnapshot(world: World, item: ProtectedItem, { resource, sizeGB }: Disk): string {
  const group = readGroupId(item.instance?.snapshotGroupId ?? '')
  if (!group) throw new Error(`instance ${item.name} has no group for its snapshots`)
  const { osType, encryption, hyperVGeneration, uniqueId } = membersOf(resource.body.properties)
  const snapshotOf = (part: string) => world.chance.guidFor(part, item.id, world.now)
  const { resource: snapshot } = putResource(
    world,
    { ...group, type: SNAPSHOT_TYPE, name: `AzureBackup_${snapshotOf('snapshot')}` },
    {
      location: resource.location,
      body: {
        sku: { name: hasZones(resource.location) ? 'Standard_ZRS' : 'Standard_LRS', tier: 'Standard' },
        properties: {
          ...(osType === undefined ? {} : { osType }),
          ...(hyperVGeneration === undefined ? {} : { hyperVGeneration }),
          creationData: {
            createOption: 'Copy',
            sourceResourceId: resource.id,
            ...(uniqueId === undefined ? {} : { sourceUniqueId: uniqueId }),
          },
          diskSizeGB: sizeGB,
          diskSizeBytes: sizeGB * 1024 ** 3,
          encryption: encryption ?? { type: 'EncryptionAtRestWithPlatformKey' },
          incremental: true,
          incrementalSnapshotFamilyId: world.chance.guidFor('snapshots', item.sourceKey),
          networkAccessPolicy: 'AllowAll',
          publicNetworkAccess: 'Enabled',
          timeCreated: new Date(world.now - PACE.diskPointDelayMs).toISOString(),
          uniqueId: snapshotOf('uniqueId'),
          diskState: 'Unattached',
          provisioningState: 'Succeeded',
        },
      },
    },
  )
  return snapshot.id
}

/** A point of a disk that goes takes its snapshot along, if nobody has deleted that before. */
export function dropSnapshot(world: World, { disk }: RecoveryPoint): void {
  if (disk) world.resources.delete(keyOf(disk.snapshotId))
}

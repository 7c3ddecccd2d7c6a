import { dotNetTime } from '../../arm/times.js'
import { backupFamily, shareFamily } from '../../arm/versions.js'
import type { RecoveryPoint } from '../../domain/backup/recovery-points.js'
import { keyOf } from '../../domain/names.js'
import type { Instant } from '../../domain/policies/schedule.js'
import { type ProtectedItem, shownPolicy } from '../../domain/protection/protected-items.js'
import { getStorageContainer, itemsOf, type StorageContainer } from '../../domain/protection/storage-containers.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { itemEnd } from './item-end.js'
import { kpisHealths } from './item-health.js'
import { tiersOf } from './point-tiers.js'
import type { Properties, WorkloadViews } from './views.js'

/** Times of points and what is derived from them have whole seconds (wire-files.md 1). */
const wholeSeconds = (instant: Instant) => Math.floor(instant / 1000) * 1000

function extendedInfo(world: World, item: ProtectedItem): Properties {
  const oldest = world.points.oldest(item.id)
  const synced = Math.max(item.configuredAt ?? 0, item.lastRecoveryPoint ?? 0)
  return {
    oldestRecoveryPoint: oldest && dotNetTime(wholeSeconds(oldest)),
    recoveryPointCount: world.points.count(item.id),
    policyState: 'Consistent',
    resourceState: world.resources.get(item.sourceKey) ? 'Active' : 'Deleted',
    resourceStateSyncTime: dotNetTime(synced),
  }
}

/** Members in the recorded order (wire-files.md 7.1); undefined ones are left out. */
function itemProperties(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  version: string,
  extended: boolean,
): Properties {
  const family = backupFamily(version)
  const { protocol, identity } = shareFamily(version)
  const account = world.resources.get(keyOf(item.sourceId))
  return {
    kpisHealths: family.itemHealths ? kpisHealths(item) : undefined,
    friendlyName: item.friendlyName,
    fileShareProtocol: protocol ? 'SMB' : undefined,
    protectionStatus: item.lastBackupStatus === 'Failed' ? 'Unhealthy' : 'Healthy',
    protectionState: item.state,
    lastBackupStatus: item.lastBackupStatus || 'IRPending',
    lastBackupTime: item.lastBackupTime && dotNetTime(item.lastBackupTime),
    extendedInfo: extended ? extendedInfo(world, item) : undefined,
    protectedItemType: 'AzureFileShareProtectedItem',
    backupManagementType: 'AzureStorage',
    workloadType: 'AzureFileShare',
    containerName: item.containerName,
    // An account that is gone has no id any more (azure-cli PR 31889).
    sourceResourceId: account && item.sourceId,
    policyId: shownPolicy(item) ? `${vault.id}/backupPolicies/${item.policyName}` : undefined,
    lastRecoveryPoint:
      extended && item.lastRecoveryPoint ? dotNetTime(wholeSeconds(item.lastRecoveryPoint)) : undefined,
    ...itemEnd(world, vault, item, version),
    ...(identity
      ? {
          sourceLocation: account?.location,
          sourceSideScanInfo: { sourceSideScanStatus: 'NotApplicable', sourceSideScanSummary: 'NotApplicable' },
        }
      : {}),
  }
}

/** A registered storage account as the wire has it, without its `type`: the end of a registration has none (wire-files.md 4). */
export function storageContainerView(
  world: World,
  vault: Vault,
  container: StorageContainer,
  version: string,
  { items, status = 'Registered' }: { items?: readonly ProtectedItem[]; status?: string } = {},
) {
  const { lock, identity } = shareFamily(version)
  const active = itemsOf(world, container, items).filter((item) => !item.deleted && !item.configuring)
  return {
    id: `${vault.id}/backupFabrics/Azure/protectionContainers/${container.name}`,
    name: container.name,
    properties: {
      sourceResourceId: container.sourceId,
      protectedItemCount: active.length,
      acquireStorageAccountLock: lock ? (container.acquireStorageAccountLock ?? 'Acquire') : undefined,
      accessType: identity ? container.accessType : undefined,
      identityInfo: identity ? container.identityInfo : undefined,
      friendlyName: container.friendlyName,
      backupManagementType: 'AzureStorage',
      registrationStatus: status,
      healthStatus: 'Healthy',
      containerType: 'StorageContainer',
      protectableObjectType: 'StorageContainer',
      sourceLocation: identity ? world.resources.get(container.sourceKey)?.location : undefined,
    },
  }
}

/** The container that an item is in with others. */
const containerProperties: WorkloadViews['containerProperties'] = (world, vault, item, version) =>
  storageContainerView(world, vault, getStorageContainer(world, vault, item.container), version).properties

/** The newest point says nothing yet of its end (golden afs-recoveryPoints-list-vaulted-hourly-2025). */
const isNewest = (item: ProtectedItem, point: RecoveryPoint) => item.lastRecoveryPoint === point.time

/** Members in the recorded order (wire-files.md 10). */
function pointProperties(_vault: Vault, item: ProtectedItem, point: RecoveryPoint, version: string): Properties {
  const { tiers, pointEnd } = shareFamily(version)
  const time = dotNetTime(wholeSeconds(point.time))
  const { account = '', share = item.friendlyName } = point.share ?? {}
  return {
    objectType: 'AzureFileShareRecoveryPoint',
    recoveryPointType: point.consistency,
    recoveryPointTime: time,
    fileShareSnapshotUri: `https://${account}.file.core.windows.net/${share}?sharesnapshot=${time.slice(0, -1)}.0000000Z`,
    recoveryPointSizeInGB: 0,
    recoveryPointProperties:
      pointEnd && !isNewest(item, point)
        ? {
            // A scheduled point speaks of its snapshot, also once it is in the vault.
            expiryTime: dotNetTime(wholeSeconds(point.ruleName ? point.snapshotExpiry : point.expiry)),
            ruleName: point.ruleName || 'On-Demand',
            isSoftDeleted: false,
          }
        : undefined,
    recoveryPointTierDetails: tiers ? tiersOf(point, true) : undefined,
  }
}

/** Items, containers and points of file shares on the wire. */
export const SHARE_VIEWS: WorkloadViews = { itemProperties, containerProperties, pointProperties }

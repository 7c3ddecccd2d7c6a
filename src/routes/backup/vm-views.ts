import { dotNetTime, NEVER, zonelessTime } from '../../arm/times.js'
import { backupFamily, pointFamily } from '../../arm/versions.js'
import { obstacleTo } from '../../domain/backup/archive-readiness.js'
import type { RecoveryPoint } from '../../domain/backup/recovery-points.js'
import type { Instant } from '../../domain/policies/schedule.js'
import { type ProtectedItem, shownPolicy } from '../../domain/protection/protected-items.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { itemEnd } from './item-end.js'
import { healthOf, kpisHealths } from './item-health.js'
import { tiersOf } from './point-tiers.js'
import type { Properties, WorkloadViews } from './views.js'
import { encryptionView, hasPrivateDisk, storageTypeOf } from './vm-point-parts.js'

function extendedInfo(world: World, item: ProtectedItem): Record<string, unknown> {
  const oldest = world.points.oldest(item.id)
  return {
    ...(oldest === undefined ? {} : { oldestRecoveryPoint: dotNetTime(oldest) }),
    recoveryPointCount: world.points.count(item.id),
    policyInconsistent: false,
  }
}

/** What an item said of itself in the first version, of May 2016, in that order (golden protectedItem-put-operationResults-200-body). */
const FIRST_MEMBERS = [
  ...['friendlyName', 'virtualMachineId', 'protectionStatus', 'protectionState', 'lastBackupStatus', 'lastBackupTime'],
  ...['extendedInfo', 'protectedItemType', 'backupManagementType', 'workloadType', 'containerName', 'policyId'],
  'policyName',
]

function itemProperties(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  version: string,
  extended: boolean,
): Properties {
  const properties = allProperties(world, vault, item, version, extended)
  if (!backupFamily(version).firstItems) return properties
  return Object.fromEntries(FIRST_MEMBERS.map((name) => [name, properties[name]]))
}

/** Members in the recorded order (wire-vm.md 7); undefined ones are left out. */
function allProperties(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  version: string,
  extended: boolean,
): Properties {
  const family = backupFamily(version)
  const kind = kindOf(item.classic)
  const policyName = shownPolicy(item)
  return {
    kpisHealths: family.itemHealths ? kpisHealths(item) : undefined,
    friendlyName: item.friendlyName,
    virtualMachineId: item.sourceId,
    protectionStatus: item.lastBackupStatus === 'Failed' ? 'Unhealthy' : 'Healthy',
    protectionState: item.state,
    ...healthOf(item),
    lastBackupStatus: item.lastBackupStatus,
    lastBackupTime: item.lastBackupTime === undefined ? NEVER : dotNetTime(item.lastBackupTime),
    protectedItemDataId: item.dataId,
    extendedInfo: extended ? extendedInfo(world, item) : undefined,
    extendedProperties: item.diskExclusion && { diskExclusionProperties: item.diskExclusion },
    sourceSideScanning: family.itemTail ? 0 : undefined,
    protectedItemType: kind,
    backupManagementType: 'AzureIaasVM',
    workloadType: 'VM',
    containerName: item.containerName,
    sourceResourceId: item.sourceId,
    policyId: policyName ? `${vault.id}/backupPolicies/${policyName}` : '',
    policyName,
    lastRecoveryPoint: item.lastRecoveryPoint && dotNetTime(item.lastRecoveryPoint),
    ...itemEnd(world, vault, item, version),
  }
}

export const kindOf = (classic: boolean) =>
  classic ? 'Microsoft.ClassicCompute/virtualMachines' : 'Microsoft.Compute/virtualMachines'
export const versionOf = (classic: boolean) => (classic ? 'Classic' : 'Compute')

function containerProperties(world: World, _vault: Vault, item: ProtectedItem): Properties {
  return {
    virtualMachineId: item.sourceId,
    virtualMachineVersion: versionOf(item.classic),
    resourceGroup: item.resourceGroup,
    friendlyName: item.friendlyName,
    backupManagementType: 'AzureIaasVM',
    // Undeleting an item does not repair its container (wire-vm-more.md 1.2).
    registrationStatus: item.deleted || item.undeleted ? 'SoftDeleted' : 'Registered',
    // As classic vaults say it (domain.md 2.1, 2.5): no recording of a container whose machine is gone has been found.
    healthStatus: world.resources.get(item.sourceKey) ? 'Healthy' : 'Deleted',
    containerType: kindOf(item.classic),
    protectableObjectType: kindOf(item.classic),
  }
}

/** Members in the recorded order (wire-vm.md 9, wire-vm-more.md 10). */
function pointProperties(
  vault: Vault,
  _item: ProtectedItem,
  point: RecoveryPoint,
  version: string,
  now: Instant,
  detailed: boolean,
): Properties {
  const family = backupFamily(version)
  const { machine } = point
  const excluded = machine && machine.disks.length < machine.disksAttached
  if (pointFamily(version).early) return earlyPoint(point, detailed)
  return {
    objectType: 'IaasVMRecoveryPoint',
    recoveryPointType: point.consistency,
    recoveryPointTime: dotNetTime(point.time),
    recoveryPointAdditionalInfo: '',
    sourceVMStorageType: storageTypeOf(point),
    ...encryptionView(machine?.keys, detailed),
    isInstantIlrSessionActive: point.files !== undefined,
    recoveryPointTierDetails: tiersOf(point, family.named),
    isManagedVirtualMachine: !machine?.unmanaged,
    virtualMachineSize: machine?.vmSize,
    originalStorageAccountOption: false,
    osType: machine?.osType,
    ...(excluded
      ? {
          recoveryPointDiskConfiguration: {
            numberOfDisksIncludedInBackup: machine.disks.length,
            numberOfDisksAttachedToVm: machine.disksAttached,
          },
        }
      : {}),
    ...(machine?.zones ? { zones: machine.zones } : {}),
    recoveryPointMoveReadinessInfo: { ArchivedRP: readiness(point, now) },
    ...(family.retentionOfPoints ? retentionView(vault, point, version) : {}),
  }
}

/** What points said until 2016 (golden recoveryPoint-get-encrypted-keyAndSecret). */
const earlyPoint = (point: RecoveryPoint, detailed: boolean): Properties => ({
  objectType: 'IaasVMRecoveryPoint',
  recoveryPointType: point.consistency,
  recoveryPointTime: dotNetTime(point.time),
  recoveryPointAdditionalInfo: '',
  sourceVMStorageType: storageTypeOf(point),
  ...encryptionView(point.machine?.keys, detailed),
  isInstantILRSessionActive: point.files !== undefined,
})

/** Whether a point can be moved to the archive, and why not; nothing is said of one that can. */
function readiness(point: RecoveryPoint, now: Instant) {
  const obstacle = obstacleTo(point, now)
  return { isReadyForMove: obstacle === undefined, additionalInfo: obstacle?.info ?? '' }
}

function retentionView(vault: Vault, point: RecoveryPoint, version: string): Record<string, unknown> {
  const { threat, immutability, zonelessExpiry } = pointFamily(version)
  const { immutability: state = 'Disabled' } = vault.settings
  return {
    securityType: 'None',
    recoveryPointProperties: {
      expiryTime: zonelessExpiry ? zonelessTime(point.expiry) : dotNetTime(point.expiry),
      ...(point.ruleName ? { ruleName: point.ruleName } : {}),
      isSoftDeleted: false,
      ...(immutability ? { immutabilityProperties: { isImmutable: state !== 'Disabled' } } : {}),
    },
    isPrivateAccessEnabledOnAnyDisk: hasPrivateDisk(point),
    createdWithPolicyType: point.policyType,
    ...(threat === 'Healthy' ? { threatInfo: [] } : {}),
    ...(threat === undefined ? {} : { threatStatus: threat }),
  }
}

/** Items, containers and points of virtual machines on the wire. */
export const VM_VIEWS: WorkloadViews = { itemProperties, containerProperties, pointProperties }

import { dotNetTime, NEVER, timeSpan, zonelessTime } from '../../arm/times.js'
import { backupFamily, pointFamily } from '../../arm/versions.js'
import { JOB_ERRORS, type JobErrorName } from '../../domain/job-errors.js'
import type { OperationHealth, ProtectedItem } from '../../domain/protected-items.js'
import type { RecoveryPoint } from '../../domain/recovery-points.js'
import type { Vault } from '../../domain/vaults.js'
import type { World } from '../../domain/world.js'
import type { Properties, WorkloadViews } from './views.js'

/** How the last operation of a kind went, in the service's words (wire-vm.md 7). */
function kpi(health: OperationHealth, error: JobErrorName | undefined) {
  const cancelled = { code: 400158, title: 'UserErrorJobSuccessfullyCancelled', message: 'The job was cancelled.' }
  const failed = error && { code: JOB_ERRORS[error][0], title: error, message: JOB_ERRORS[error][1] }
  const detail = health === 'Cancelled' ? cancelled : (failed ?? { code: 0, title: 'Success', message: '' })
  return {
    resourceHealthStatus: health === 'Completed' ? 'Healthy' : 'TransientDegraded',
    resourceHealthDetails: [{ ...detail, recommendations: [] }],
  }
}

/** The first member of older versions; empty before the first backup. */
const kpisHealths = (item: ProtectedItem) => ({
  ...(item.backupHealth ? { BackupOperationStatusKPI: kpi(item.backupHealth, item.backupError) } : {}),
  ...(item.restoreHealth ? { RestoreOperationStatusKPI: kpi(item.restoreHealth, undefined) } : {}),
})

/** Said of an item once it has been backed up (golden protectedItems-list-Protected). */
const HEALTHY = [
  {
    code: 400239,
    title: 'IaasVmHealthGreenDefault',
    message: 'The backup pre-check of this virtual machine is OK.',
    recommendations: [],
  },
]

function extendedInfo(world: World, item: ProtectedItem): Record<string, unknown> {
  const oldest = world.points.oldest(item.id)
  return {
    ...(oldest === undefined ? {} : { oldestRecoveryPoint: dotNetTime(oldest) }),
    recoveryPointCount: world.points.count(item.id),
    policyInconsistent: false,
  }
}

/** Members in the recorded order (wire-vm.md 7); undefined ones are left out. */
function itemProperties(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  version: string,
  extended: boolean,
): Properties {
  const family = backupFamily(version)
  const kind = kindOf(item.classic)
  return {
    kpisHealths: family.itemHealths ? kpisHealths(item) : undefined,
    friendlyName: item.friendlyName,
    virtualMachineId: item.sourceId,
    protectionStatus: item.lastBackupStatus === 'Failed' ? 'Unhealthy' : 'Healthy',
    protectionState: item.state,
    healthStatus: 'Passed',
    healthDetails: item.lastBackupStatus === '' ? undefined : HEALTHY,
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
    policyId: item.policyName ? `${vault.id}/backupPolicies/${item.policyName}` : '',
    policyName: item.policyName,
    lastRecoveryPoint: item.lastRecoveryPoint && dotNetTime(item.lastRecoveryPoint),
    vaultId: family.itemTail ? `https://management.azure.com${vault.id}` : undefined,
    deferredDeleteTimeInUTC: item.deleted && dotNetTime(item.deleted.at),
    isScheduledForDeferredDelete: item.deleted && true,
    deferredDeleteTimeRemaining: item.deleted && timeSpan(Math.max(0, item.deleted.until - world.now)),
    isArchiveEnabled: false,
    softDeleteRetentionPeriod: family.itemTail ? (item.deleted?.days ?? 0) : undefined,
  }
}

export const kindOf = (classic: boolean) =>
  classic ? 'Microsoft.ClassicCompute/virtualMachines' : 'Microsoft.Compute/virtualMachines'
export const versionOf = (classic: boolean) => (classic ? 'Classic' : 'Compute')

function containerProperties(_world: World, _vault: Vault, item: ProtectedItem): Properties {
  return {
    virtualMachineId: item.sourceId,
    virtualMachineVersion: versionOf(item.classic),
    resourceGroup: item.resourceGroup,
    friendlyName: item.friendlyName,
    backupManagementType: 'AzureIaasVM',
    // Undeleting an item does not repair its container (wire-vm-more.md 1.2).
    registrationStatus: item.deleted || item.undeleted ? 'SoftDeleted' : 'Registered',
    healthStatus: 'Healthy',
    containerType: kindOf(item.classic),
    protectableObjectType: kindOf(item.classic),
  }
}

/** Tiers by number until 2022, by name since (wire-vm.md 9). */
const TIERS = { InstantRP: 1, HardenedRP: 2 } as const
const TIER_STATES = { Valid: 1, Deleted: 4 } as const

function tiersOf(point: RecoveryPoint, named: boolean) {
  const tiers: [keyof typeof TIERS, keyof typeof TIER_STATES][] = [
    ['InstantRP', point.instantTier],
    ...(point.vaultTier ? [['HardenedRP', point.vaultTier] as [keyof typeof TIERS, keyof typeof TIER_STATES]] : []),
  ]
  return tiers.map(([type, status]) => (named ? { type, status } : { type: TIERS[type], status: TIER_STATES[status] }))
}

/** Members in the recorded order (wire-vm.md 9, wire-vm-more.md 10). */
function pointProperties(vault: Vault, _item: ProtectedItem, point: RecoveryPoint, version: string): Properties {
  const family = backupFamily(version)
  const { machine } = point
  const excluded = machine && machine.disks.length < machine.disksAttached
  return {
    objectType: 'IaasVMRecoveryPoint',
    recoveryPointType: point.consistency,
    recoveryPointTime: dotNetTime(point.time),
    recoveryPointAdditionalInfo: '',
    sourceVMStorageType: machine?.premium ? 'PremiumVMOnPartialPremiumStorage' : 'NormalStorage',
    isSourceVMEncrypted: false,
    isInstantIlrSessionActive: false,
    recoveryPointTierDetails: tiersOf(point, family.named),
    isManagedVirtualMachine: true,
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
    recoveryPointMoveReadinessInfo: { ArchivedRP: { isReadyForMove: false, additionalInfo: archiveInfo(point) } },
    ...(family.retentionOfPoints ? retentionView(vault, point, version) : {}),
  }
}

/** Why a point cannot go to the archive: what keeps it is not a monthly or yearly rule. */
const archiveInfo = (point: RecoveryPoint) =>
  point.tags.some((tag) => tag === 'Monthly' || tag === 'Yearly')
    ? 'The recovery point cannot be moved yet: it is too young. Please check again after some time.'
    : 'The retention tag of the recovery point is not eligible for a move to the archive tier.'

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
    isPrivateAccessEnabledOnAnyDisk: false,
    createdWithPolicyType: point.policyType,
    ...(threat === 'Healthy' ? { threatInfo: [] } : {}),
    ...(threat === undefined ? {} : { threatStatus: threat }),
  }
}

/** Items, containers and points of virtual machines on the wire. */
export const VM_VIEWS: WorkloadViews = { itemProperties, containerProperties, pointProperties }

import { dotNetTime, NEVER, timeSpan } from '../../arm/times.js'
import { backupFamily } from '../../arm/versions.js'
import { JOB_ERRORS, type JobErrorName } from '../../domain/job-errors.js'
import type { OperationHealth, ProtectedItem } from '../../domain/protected-items.js'
import type { Vault } from '../../domain/vaults.js'
import type { World } from '../../domain/world.js'

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

function deferredDelete(world: World, item: ProtectedItem): Record<string, unknown> {
  if (!item.deleted) return {}
  return {
    deferredDeleteTimeInUTC: dotNetTime(item.deleted.at),
    isScheduledForDeferredDelete: true,
    deferredDeleteTimeRemaining: timeSpan(Math.max(0, item.deleted.until - world.now)),
  }
}

/**
 * A protected item as the wire has it in a version's family, members in the recorded order (wire-vm.md 7).
 * @param extended with `extendedInfo`, as a single GET is asked for it
 */
export function itemView(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  version: string,
  extended: boolean,
): Record<string, unknown> {
  const family = backupFamily(version)
  const exclusion = item.diskExclusion
  const kind = item.classic ? 'Microsoft.ClassicCompute/virtualMachines' : 'Microsoft.Compute/virtualMachines'
  return {
    id: `${vault.id}/backupFabrics/Azure/protectionContainers/IaasVMContainer;${item.bareName}/protectedItems/${item.name}`,
    name: item.name,
    type: 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems',
    properties: {
      ...(family.itemHealths ? { kpisHealths: kpisHealths(item) } : {}),
      friendlyName: item.friendlyName,
      virtualMachineId: item.sourceId,
      protectionStatus: item.lastBackupStatus === 'Failed' ? 'Unhealthy' : 'Healthy',
      protectionState: item.state,
      healthStatus: 'Passed',
      ...(item.lastBackupStatus === '' ? {} : { healthDetails: HEALTHY }),
      lastBackupStatus: item.lastBackupStatus,
      lastBackupTime: item.lastBackupTime === undefined ? NEVER : dotNetTime(item.lastBackupTime),
      protectedItemDataId: item.dataId,
      ...(extended ? { extendedInfo: extendedInfo(world, item) } : {}),
      ...(exclusion ? { extendedProperties: { diskExclusionProperties: exclusion } } : {}),
      ...(family.itemTail ? { sourceSideScanning: 0 } : {}),
      protectedItemType: kind,
      backupManagementType: 'AzureIaasVM',
      workloadType: 'VM',
      containerName: item.bareName,
      sourceResourceId: item.sourceId,
      policyId: item.policyName ? `${vault.id}/backupPolicies/${item.policyName}` : '',
      policyName: item.policyName,
      ...(item.lastRecoveryPoint === undefined ? {} : { lastRecoveryPoint: dotNetTime(item.lastRecoveryPoint) }),
      ...deferredDelete(world, item),
      ...(family.itemTail ? { vaultId: `https://management.azure.com${vault.id}` } : {}),
      isArchiveEnabled: false,
      ...(family.itemTail ? { softDeleteRetentionPeriod: item.deleted?.days ?? 0 } : {}),
    },
  }
}

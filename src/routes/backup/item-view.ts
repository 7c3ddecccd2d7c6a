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

/**
 * A protected item as the wire has it in a version's family, members in the recorded order (wire-vm.md 7); undefined ones are left out.
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
  const kind = item.classic ? 'Microsoft.ClassicCompute/virtualMachines' : 'Microsoft.Compute/virtualMachines'
  return {
    id: `${vault.id}/backupFabrics/Azure/protectionContainers/IaasVMContainer;${item.bareName}/protectedItems/${item.name}`,
    name: item.name,
    type: 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems',
    properties: {
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
      containerName: item.bareName,
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
    },
  }
}

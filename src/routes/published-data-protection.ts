import {
  BACKUP_VAULT,
  BACKUP_VAULTS_OF_GROUP,
  DISK_POLICY,
  GROUP,
  DATA_PROTECTION_LOCATION_OF_GROUP as GROUP_LOCATION,
  INSTANCE,
  INSTANCE_POINT,
  DATA_PROTECTION_LOCATION as LOCATION,
  SUBSCRIPTION,
} from './scopes.js'

const GUARDS = `${GROUP}/providers/Microsoft.DataProtection/resourceGuards`
const GUARD = `${GUARDS}/{resourceGuardName}`

/**
 * Every operation that the published API description of Backup vaults and resource guards has, by group and name, with
 * method and path; of `/{scope}/`, what can be a scope here: a resource. The compiler sees to it that each of them has a route (routes/providers.ts).
 */
export const PUBLISHED_DATA_PROTECTION = {
  'AzureBackupJobResources.JobsGet': ['GET', `${BACKUP_VAULT}/backupJobs/{jobId}`],
  'AzureBackupJobResources.JobsList': ['GET', `${BACKUP_VAULT}/backupJobs`],
  'AzureBackupRecoveryPointResources.RecoveryPointsGet': ['GET', INSTANCE_POINT],
  'AzureBackupRecoveryPointResources.RecoveryPointsList': ['GET', `${INSTANCE}/recoveryPoints`],
  'BackupInstanceResources.BackupInstancesAdhocBackup': ['POST', `${INSTANCE}/backup`],
  'BackupInstanceResources.BackupInstancesCreateOrUpdate': ['PUT', INSTANCE],
  'BackupInstanceResources.BackupInstancesDelete': ['DELETE', INSTANCE],
  'BackupInstanceResources.BackupInstancesGet': ['GET', INSTANCE],
  'BackupInstanceResources.BackupInstancesResumeBackups': ['POST', `${INSTANCE}/resumeBackups`],
  'BackupInstanceResources.BackupInstancesResumeProtection': ['POST', `${INSTANCE}/resumeProtection`],
  'BackupInstanceResources.BackupInstancesStopProtection': ['POST', `${INSTANCE}/stopProtection`],
  'BackupInstanceResources.BackupInstancesSuspendBackups': ['POST', `${INSTANCE}/suspendBackups`],
  'BackupInstanceResources.BackupInstancesSyncBackupInstance': ['POST', `${INSTANCE}/sync`],
  'BackupInstanceResources.BackupInstancesTriggerRehydrate': ['POST', `${INSTANCE}/rehydrate`],
  'BackupInstanceResources.BackupInstancesTriggerRestore': ['POST', `${INSTANCE}/restore`],
  'BackupInstanceResources.BackupInstancesValidateForModifyBackup': ['POST', `${INSTANCE}/validateForModifyBackup`],
  'BackupInstanceResources.BackupInstancesValidateForRestore': ['POST', `${INSTANCE}/validateRestore`],
  'BackupInstanceResources.RestorableTimeRangesFind': ['POST', `${INSTANCE}/findRestorableTimeRanges`],
  'BackupInstances.List': ['GET', `${BACKUP_VAULT}/backupInstances`],
  'BackupVaultOperationResults.BackupVaultsGetInResourceGroup': ['GET', BACKUP_VAULTS_OF_GROUP],
  'BackupVaultResources.BackupInstancesValidateForBackup': ['POST', `${BACKUP_VAULT}/validateForBackup`],
  'BackupVaultResources.BackupVaultsCreateOrUpdate': ['PUT', BACKUP_VAULT],
  'BackupVaultResources.BackupVaultsDelete': ['DELETE', BACKUP_VAULT],
  'BackupVaultResources.BackupVaultsGet': ['GET', BACKUP_VAULT],
  'BackupVaultResources.BackupVaultsGetInSubscription': [
    'GET',
    `${SUBSCRIPTION}/providers/Microsoft.DataProtection/backupVaults`,
  ],
  'BackupVaultResources.BackupVaultsUpdate': ['PATCH', BACKUP_VAULT],
  'BackupVaultResources.ExportJobsOperationResultGet': ['GET', `${BACKUP_VAULT}/backupJobs/operations/{operationId}`],
  'BackupVaultResources.ExportJobsTrigger': ['POST', `${BACKUP_VAULT}/exportBackupJobs`],
  'BaseBackupPolicyResources.BackupPoliciesCreateOrUpdate': ['PUT', DISK_POLICY],
  'BaseBackupPolicyResources.BackupPoliciesDelete': ['DELETE', DISK_POLICY],
  'BaseBackupPolicyResources.BackupPoliciesGet': ['GET', DISK_POLICY],
  'BaseBackupPolicyResources.BackupPoliciesList': ['GET', `${BACKUP_VAULT}/backupPolicies`],
  'Dataprotections.BackupInstancesExtensionRoutingList': [
    'GET',
    `${GROUP}/providers/{resourceProviderNamespace}/{resourceType}/{resourceName}/providers/Microsoft.DataProtection/backupInstances`,
  ],
  'Dataprotections.BackupInstancesTriggerCrossRegionRestore': ['POST', `${GROUP_LOCATION}/crossRegionRestore`],
  'Dataprotections.BackupInstancesValidateCrossRegionRestore': ['POST', `${GROUP_LOCATION}/validateCrossRegionRestore`],
  'Dataprotections.BackupVaultsCheckNameAvailability': ['POST', `${GROUP_LOCATION}/checkNameAvailability`],
  'Dataprotections.DataProtectionCheckFeatureSupport': ['POST', `${LOCATION}/checkFeatureSupport`],
  'Dataprotections.FetchCrossRegionRestoreJobGet': ['POST', `${GROUP_LOCATION}/fetchCrossRegionRestoreJob`],
  'Dataprotections.FetchCrossRegionRestoreJobsList': ['POST', `${GROUP_LOCATION}/fetchCrossRegionRestoreJobs`],
  'Dataprotections.FetchSecondaryRecoveryPointsList': ['POST', `${GROUP_LOCATION}/fetchSecondaryRecoveryPoints`],
  'DeletedBackupInstanceResources.DeletedBackupInstancesGet': [
    'GET',
    `${BACKUP_VAULT}/deletedBackupInstances/{deletedBackupInstanceName}`,
  ],
  'DeletedBackupInstanceResources.DeletedBackupInstancesList': ['GET', `${BACKUP_VAULT}/deletedBackupInstances`],
  'DeletedBackupInstanceResources.DeletedBackupInstancesUndelete': [
    'POST',
    `${BACKUP_VAULT}/deletedBackupInstances/{deletedBackupInstanceName}/undelete`,
  ],
  'DeletedBackupVaults.Get': ['GET', `${LOCATION}/deletedVaults/{deletedVaultName}`],
  'DeletedBackupVaults.ListByLocation': ['GET', `${LOCATION}/deletedVaults`],
  'DppBaseResourceOperationGroup.ResourceGuardsGetBackupSecurityPINRequestsObjects': [
    'GET',
    `${GUARD}/getBackupSecurityPINRequests`,
  ],
  'DppBaseResourceOperationGroup.ResourceGuardsGetDefaultBackupSecurityPINRequestsObject': [
    'GET',
    `${GUARD}/getBackupSecurityPINRequests/{requestName}`,
  ],
  'DppBaseResourceOperationGroup.ResourceGuardsGetDefaultDeleteProtectedItemRequestsObject': [
    'GET',
    `${GUARD}/deleteProtectedItemRequests/{requestName}`,
  ],
  'DppBaseResourceOperationGroup.ResourceGuardsGetDefaultDisableSoftDeleteRequestsObject': [
    'GET',
    `${GUARD}/disableSoftDeleteRequests/{requestName}`,
  ],
  'DppBaseResourceOperationGroup.ResourceGuardsGetDefaultUpdateProtectedItemRequestsObject': [
    'GET',
    `${GUARD}/updateProtectedItemRequests/{requestName}`,
  ],
  'DppBaseResourceOperationGroup.ResourceGuardsGetDefaultUpdateProtectionPolicyRequestsObject': [
    'GET',
    `${GUARD}/updateProtectionPolicyRequests/{requestName}`,
  ],
  'DppBaseResourceOperationGroup.ResourceGuardsGetDeleteProtectedItemRequestsObjects': [
    'GET',
    `${GUARD}/deleteProtectedItemRequests`,
  ],
  'DppBaseResourceOperationGroup.ResourceGuardsGetDisableSoftDeleteRequestsObjects': [
    'GET',
    `${GUARD}/disableSoftDeleteRequests`,
  ],
  'DppBaseResourceOperationGroup.ResourceGuardsGetUpdateProtectedItemRequestsObjects': [
    'GET',
    `${GUARD}/updateProtectedItemRequests`,
  ],
  'DppBaseResourceOperationGroup.ResourceGuardsGetUpdateProtectionPolicyRequestsObjects': [
    'GET',
    `${GUARD}/updateProtectionPolicyRequests`,
  ],
  'ResourceGuardProxyBaseResources.DppResourceGuardProxyCreateOrUpdate': [
    'PUT',
    `${BACKUP_VAULT}/backupResourceGuardProxies/{backupResourceGuardProxyName}`,
  ],
  'ResourceGuardProxyBaseResources.DppResourceGuardProxyDelete': [
    'DELETE',
    `${BACKUP_VAULT}/backupResourceGuardProxies/{backupResourceGuardProxyName}`,
  ],
  'ResourceGuardProxyBaseResources.DppResourceGuardProxyGet': [
    'GET',
    `${BACKUP_VAULT}/backupResourceGuardProxies/{backupResourceGuardProxyName}`,
  ],
  'ResourceGuardProxyBaseResources.DppResourceGuardProxyList': ['GET', `${BACKUP_VAULT}/backupResourceGuardProxies`],
  'ResourceGuardProxyBaseResources.DppResourceGuardProxyUnlockDelete': [
    'POST',
    `${BACKUP_VAULT}/backupResourceGuardProxies/{backupResourceGuardProxyName}/unlockDelete`,
  ],
  'ResourceGuardResources.ResourceGuardsDelete': ['DELETE', GUARD],
  'ResourceGuardResources.ResourceGuardsGet': ['GET', GUARD],
  'ResourceGuardResources.ResourceGuardsGetResourcesInResourceGroup': ['GET', GUARDS],
  'ResourceGuardResources.ResourceGuardsGetResourcesInSubscription': [
    'GET',
    `${SUBSCRIPTION}/providers/Microsoft.DataProtection/resourceGuards`,
  ],
  'ResourceGuardResources.ResourceGuardsPatch': ['PATCH', GUARD],
  'ResourceGuardResources.ResourceGuardsPut': ['PUT', GUARD],
  'ResourceGuards.GetDefaultDeleteResourceGuardProxyRequestsObject': [
    'GET',
    `${GUARD}/deleteResourceGuardProxyRequests/{requestName}`,
  ],
  'ResourceGuards.GetDeleteResourceGuardProxyRequestsObjects': ['GET', `${GUARD}/deleteResourceGuardProxyRequests`],
} as const satisfies Record<string, readonly [method: string, path: string]>

export type PublishedDataProtection = keyof typeof PUBLISHED_DATA_PROTECTION

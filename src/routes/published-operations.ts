import { CONTAINER, FABRIC, ITEM, RECOVERY_SERVICES_LOCATION as LOCATION, POINT, VAULT } from './scopes.js'

/**
 * Every operation that the service's published API descriptions have, by group and name, with method and path:
 * vaults, backup, and the URLs that long-running operations are polled at. The compiler sees to it that each of
 * them has a route (routes/providers.ts).
 */
export const PUBLISHED_OPERATIONS = {
  // Microsoft.RecoveryServices: vaults
  'DeletedVaults.Get': ['GET', `${LOCATION}/deletedVaults/{deletedVaultName}`],
  'DeletedVaults.GetOperationStatus': ['GET', `${LOCATION}/deletedVaults/{deletedVaultName}/operations/{operationId}`],
  'DeletedVaults.ListBySubscriptionId': ['GET', `${LOCATION}/deletedVaults`],
  'DeletedVaults.Undelete': ['POST', `${LOCATION}/deletedVaults/{deletedVaultName}/undelete`],
  'GetOperationResult.VaultsListByResourceGroup': [
    'GET',
    '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.RecoveryServices/vaults',
  ],
  'Openapis.RecoveryServicesCapabilities': ['POST', `${LOCATION}/capabilities`],
  'Openapis.RecoveryServicesCheckNameAvailability': [
    'POST',
    '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.RecoveryServices/locations/{locationName}/checkNameAvailability',
  ],
  'PrivateLinkResourceOperationGroup.PrivateLinkResourcesGet': [
    'GET',
    `${VAULT}/privateLinkResources/{privateLinkResourceName}`,
  ],
  'PrivateLinkResourceOperationGroup.PrivateLinkResourcesList': ['GET', `${VAULT}/privateLinkResources`],
  'VaultExtendedInfoResources.VaultExtendedInfoCreateOrUpdate': [
    'PUT',
    `${VAULT}/extendedInformation/vaultExtendedInfo`,
  ],
  'VaultExtendedInfoResources.VaultExtendedInfoGet': ['GET', `${VAULT}/extendedInformation/vaultExtendedInfo`],
  'VaultExtendedInfoResources.VaultExtendedInfoUpdate': ['PATCH', `${VAULT}/extendedInformation/vaultExtendedInfo`],
  'Vaults.CreateOrUpdate': ['PUT', `${VAULT}`],
  'Vaults.Delete': ['DELETE', `${VAULT}`],
  'Vaults.Get': ['GET', `${VAULT}`],
  'Vaults.ListBySubscriptionId': ['GET', '/subscriptions/{subscriptionId}/providers/Microsoft.RecoveryServices/vaults'],
  'Vaults.RegisteredIdentitiesDelete': ['DELETE', `${VAULT}/registeredIdentities/{registeredIdentityName}`],
  'Vaults.ReplicationUsagesList': ['GET', `${VAULT}/replicationUsages`],
  'Vaults.Update': ['PATCH', `${VAULT}`],
  'Vaults.UsagesListByVaults': ['GET', `${VAULT}/usages`],
  'Vaults.VaultCertificatesCreate': ['PUT', `${VAULT}/certificates/{certificateName}`],

  // Microsoft.RecoveryServices: backup
  'BackupEngines.Get': ['GET', `${VAULT}/backupEngines/{backupEngineName}`],
  'BackupEngines.List': ['GET', `${VAULT}/backupEngines`],
  'BackupJobs.List': ['GET', `${VAULT}/backupJobs`],
  'BackupPolicies.List': ['GET', `${VAULT}/backupPolicies`],
  'BackupProtectableItems.List': ['GET', `${VAULT}/backupProtectableItems`],
  'BackupProtectedItems.List': ['GET', `${VAULT}/backupProtectedItems`],
  'BackupProtectionContainers.List': ['GET', `${VAULT}/backupProtectionContainers`],
  'BackupProtectionIntent.List': ['GET', `${VAULT}/backupProtectionIntents`],
  'BackupResourceEncryptionConfigs.Get': ['GET', `${VAULT}/backupEncryptionConfigs/backupResourceEncryptionConfig`],
  'BackupResourceEncryptionConfigs.Update': ['PUT', `${VAULT}/backupEncryptionConfigs/backupResourceEncryptionConfig`],
  'BackupResourceStorageConfigsNonCRR.BMSPrepareDataMove': [
    'POST',
    `${VAULT}/backupStorageConfig/vaultStorageConfig/prepareDataMove`,
  ],
  'BackupResourceStorageConfigsNonCRR.BMSTriggerDataMove': [
    'POST',
    `${VAULT}/backupStorageConfig/vaultStorageConfig/triggerDataMove`,
  ],
  'BackupResourceStorageConfigsNonCRR.Get': ['GET', `${VAULT}/backupStorageConfig/vaultStorageConfig`],
  'BackupResourceStorageConfigsNonCRR.Patch': ['PATCH', `${VAULT}/backupStorageConfig/vaultStorageConfig`],
  'BackupResourceStorageConfigsNonCRR.Update': ['PUT', `${VAULT}/backupStorageConfig/vaultStorageConfig`],
  'BackupResourceVaultConfigs.Get': ['GET', `${VAULT}/backupconfig/vaultconfig`],
  'BackupResourceVaultConfigs.Put': ['PUT', `${VAULT}/backupconfig/vaultconfig`],
  'BackupResourceVaultConfigs.Update': ['PATCH', `${VAULT}/backupconfig/vaultconfig`],
  'BackupStatus.Get': ['POST', `${LOCATION}/backupStatus`],
  'BackupUsageSummaries.List': ['GET', `${VAULT}/backupUsageSummaries`],
  'BackupWorkloadItems.List': ['GET', `${CONTAINER}/items`],
  'Backups.Trigger': ['POST', `${ITEM}/backup`],
  'FeatureSupport.Validate': ['POST', `${LOCATION}/backupValidateFeatures`],
  'FetchTieringCost.Post': ['POST', `${VAULT}/backupTieringCost/default/fetchTieringCost`],
  'ItemLevelRecoveryConnections.Provision': ['POST', `${POINT}/provisionInstantItemRecovery`],
  'ItemLevelRecoveryConnections.Revoke': ['POST', `${POINT}/revokeInstantItemRecovery`],
  'JobCancellations.Trigger': ['POST', `${VAULT}/backupJobs/{backupJobName}/cancel`],
  'JobDetails.Get': ['GET', `${VAULT}/backupJobs/{backupJobName}`],
  'Jobs.Export': ['POST', `${VAULT}/backupJobsExport`],
  'Operation.Validate': ['POST', `${VAULT}/backupValidateOperation`],
  'PrivateEndpointConnectionResources.PrivateEndpointConnectionDelete': [
    'DELETE',
    `${VAULT}/privateEndpointConnections/{privateEndpointConnectionName}`,
  ],
  'PrivateEndpointConnectionResources.PrivateEndpointConnectionGet': [
    'GET',
    `${VAULT}/privateEndpointConnections/{privateEndpointConnectionName}`,
  ],
  'PrivateEndpointConnectionResources.PrivateEndpointConnectionPut': [
    'PUT',
    `${VAULT}/privateEndpointConnections/{privateEndpointConnectionName}`,
  ],
  'ProtectableContainers.List': ['GET', `${FABRIC}/protectableContainers`],
  'ProtectedItems.CreateOrUpdate': ['PUT', `${ITEM}`],
  'ProtectedItems.Delete': ['DELETE', `${ITEM}`],
  'ProtectedItems.Get': ['GET', `${ITEM}`],
  'ProtectionContainers.Get': ['GET', `${CONTAINER}`],
  'ProtectionContainers.Inquire': ['POST', `${CONTAINER}/inquire`],
  'ProtectionContainers.Refresh': ['POST', `${FABRIC}/refreshContainers`],
  'ProtectionContainers.Register': ['PUT', `${CONTAINER}`],
  'ProtectionContainers.Unregister': ['DELETE', `${CONTAINER}`],
  'ProtectionIntent.Validate': ['POST', `${LOCATION}/backupPreValidateProtection`],
  'ProtectionIntentResources.ProtectionIntentCreateOrUpdate': [
    'PUT',
    `${FABRIC}/backupProtectionIntent/{backupProtectionIntentName}`,
  ],
  'ProtectionIntentResources.ProtectionIntentDelete': [
    'DELETE',
    `${FABRIC}/backupProtectionIntent/{backupProtectionIntentName}`,
  ],
  'ProtectionIntentResources.ProtectionIntentGet': [
    'GET',
    `${FABRIC}/backupProtectionIntent/{backupProtectionIntentName}`,
  ],
  'ProtectionPolicies.CreateOrUpdate': ['PUT', `${VAULT}/backupPolicies/{backupPolicyName}`],
  'ProtectionPolicies.Delete': ['DELETE', `${VAULT}/backupPolicies/{backupPolicyName}`],
  'ProtectionPolicies.Get': ['GET', `${VAULT}/backupPolicies/{backupPolicyName}`],
  'RecoveryPoints.Get': ['GET', `${POINT}`],
  'RecoveryPoints.List': ['GET', `${ITEM}/recoveryPoints`],
  'RecoveryPoints.MoveRecoveryPoint': ['POST', `${POINT}/move`],
  'RecoveryPointsRecommendedForMove.List': ['POST', `${ITEM}/recoveryPointsRecommendedForMove`],
  'ResourceGuardProxies.Get': ['GET', `${VAULT}/backupResourceGuardProxies`],
  'ResourceGuardProxy.Delete': ['DELETE', `${VAULT}/backupResourceGuardProxies/{backupResourceGuardProxyName}`],
  'ResourceGuardProxy.Get': ['GET', `${VAULT}/backupResourceGuardProxies/{backupResourceGuardProxyName}`],
  'ResourceGuardProxy.Put': ['PUT', `${VAULT}/backupResourceGuardProxies/{backupResourceGuardProxyName}`],
  'ResourceGuardProxy.UnlockDelete': [
    'POST',
    `${VAULT}/backupResourceGuardProxies/{backupResourceGuardProxyName}/unlockDelete`,
  ],
  'Restores.Trigger': ['POST', `${POINT}/restore`],
  'SecurityPINs.Get': ['POST', `${VAULT}/backupSecurityPIN`],
  'SoftDeletedContainers.DeletedProtectionContainersList': ['GET', `${VAULT}/backupDeletedProtectionContainers`],
  'ValidateOperation.Trigger': ['POST', `${VAULT}/backupTriggerValidateOperation`],

  // What is polled
  'bMSPrepareDataMoveOperationResult.get': [
    'GET',
    `${VAULT}/backupstorageconfig/vaultstorageconfig/operationResults/{operationId}`,
  ],
  'backupOperationResults.get': ['GET', `${VAULT}/backupOperationResults/{operationId}`],
  'backupOperationStatuses.get': ['GET', `${VAULT}/backupOperations/{operationId}`],
  'exportJobsOperationResults.get': ['GET', `${VAULT}/backupJobs/operationResults/{operationId}`],
  'getTieringCostOperationResult.get': ['GET', `${VAULT}/backupTieringCost/default/operationResults/{operationId}`],
  'jobOperationResults.get': ['GET', `${VAULT}/backupJobs/{backupJobName}/operationResults/{operationId}`],
  'operations.list': ['GET', '/providers/Microsoft.RecoveryServices/operations'],
  'privateEndpointOperations.getOperationStatus': [
    'GET',
    `${VAULT}/privateEndpointConnections/{privateEndpointConnectionName}/operationsStatus/{operationId}`,
  ],
  'protectedItemOperationResults.get': ['GET', `${ITEM}/operationResults/{operationId}`],
  'protectedItemOperationStatuses.get': ['GET', `${ITEM}/operationsStatus/{operationId}`],
  'protectionContainerOperationResults.get': ['GET', `${CONTAINER}/operationResults/{operationId}`],
  'protectionContainerRefreshOperationResults.get': ['GET', `${FABRIC}/operationResults/{operationId}`],
  'protectionPolicyOperationResults.get': [
    'GET',
    `${VAULT}/backupPolicies/{backupPolicyName}/operationResults/{operationId}`,
  ],
  'protectionPolicyOperationStatuses.get': [
    'GET',
    `${VAULT}/backupPolicies/{backupPolicyName}/operations/{operationId}`,
  ],
  'tieringCostOperationStatus.get': ['GET', `${VAULT}/backupTieringCost/default/operationsStatus/{operationId}`],
  'validateOperationResults.get': ['GET', `${VAULT}/backupValidateOperationResults/{operationId}`],
  'validateOperationStatuses.get': ['GET', `${VAULT}/backupValidateOperationsStatuses/{operationId}`],
} as const satisfies Record<string, readonly [method: string, path: string]>

export type PublishedOperation = keyof typeof PUBLISHED_OPERATIONS

/** The paths that everything hangs on: parameter names at one place are the same everywhere. */
export const SUBSCRIPTION = '/subscriptions/{subscriptionId}'
export const GROUP = `${SUBSCRIPTION}/resourceGroups/{resourceGroupName}`
export const VAULTS_OF_GROUP = `${GROUP}/providers/Microsoft.RecoveryServices/vaults`
export const VAULT = `${VAULTS_OF_GROUP}/{vaultName}`
export const RECOVERY_SERVICES_LOCATION = `${SUBSCRIPTION}/providers/Microsoft.RecoveryServices/locations/{locationName}`
export const FABRIC = `${VAULT}/backupFabrics/{backupFabricName}`
export const CONTAINER = `${FABRIC}/protectionContainers/{protectionContainerName}`
export const ITEM = `${CONTAINER}/protectedItems/{protectedItemName}`
export const POINT = `${ITEM}/recoveryPoints/{recoveryPointId}`
export const CLASSIC_VAULT = `${GROUP}/providers/Microsoft.Backup/BackupVault/{vaultName}`
export const DATA_PROTECTION_LOCATION = `${SUBSCRIPTION}/providers/Microsoft.DataProtection/locations/{locationName}`
export const DATA_PROTECTION_LOCATION_OF_GROUP = `${GROUP}/providers/Microsoft.DataProtection/locations/{locationName}`
export const BACKUP_VAULTS_OF_GROUP = `${GROUP}/providers/Microsoft.DataProtection/backupVaults`
export const BACKUP_VAULT = `${BACKUP_VAULTS_OF_GROUP}/{backupVaultName}`
export const DISK_POLICY = `${BACKUP_VAULT}/backupPolicies/{backupPolicyName}`
export const INSTANCE = `${BACKUP_VAULT}/backupInstances/{backupInstanceName}`
export const INSTANCE_POINT = `${INSTANCE}/recoveryPoints/{recoveryPointId}`

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

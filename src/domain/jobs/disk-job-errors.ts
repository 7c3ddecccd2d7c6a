import type { JobErrorRows } from './job-error-rows.js'

/**
 * Managed disks (disk-backup-troubleshoot.md; domain.md 8.4, wire-disk.md 1.2). They have no numbers: those here are
 * Recoverite's. The code of a disk in another region than its vault is not public.
 */
export const DISK_JOB_ERRORS = {
  UserErrorManagedDiskNotFound: [
    499401,
    'The operation could not be performed: the managed disk no longer exists.',
    'Stop the protection of the disk, or make a disk of the same name in its resource group.',
  ],
  UserErrorMissingRequiredPermissions: [
    499402,
    'Appropriate permissions to perform the operation is missing.',
    'Give the identity of the vault the role Disk Backup Reader on the disk, then retry. See https://aka.ms/UserErrorMissingRequiredPermissions',
  ],
  UserErrorNotEnoughPermissionOnDisk: [
    499403,
    'Azure Backup Service requires additional permissions on the disk.',
    'Give the identity of the vault the role Disk Backup Reader on the disk, then retry; no other role will do.',
  ],
  UserErrorNotEnoughPermissionOnSnapshotRG: [
    499404,
    'Azure Backup Service requires additional permissions on the resource group of the snapshots.',
    'Give the identity of the vault the role Disk Snapshot Contributor on that resource group, then retry.',
  ],
  UserErrorNotEnoughPermissionOnTargetRG: [
    499405,
    'Azure Backup Service requires additional permissions on the target resource group.',
    'Give the identity of the vault the role Disk Restore Operator on that resource group, then retry.',
  ],
  UserErrorDiskBackupDiskOrMSIPermissionsNotPresent: [
    499406,
    'The disk is not valid, or Azure Backup Service requires additional permissions on it.',
    'See that the disk is there and that the identity of the vault has the role Disk Backup Reader on it, then retry.',
  ],
  UserErrorDiskBackupSnapshotRGOrMSIPermissionsNotPresent: [
    499407,
    'The resource group of the snapshots no longer exists, or Azure Backup Service requires additional permissions on it.',
    'See that the group is there and that the identity of the vault has the role Disk Snapshot Contributor on it, then retry.',
  ],
  UserErrorSnapshotRGOrMSIPermissionsNotPresent: [
    499408,
    'The snapshots could not be reached: their resource group no longer exists, or Azure Backup Service requires additional permissions on it.',
    'See that the group is there and that the identity of the vault has the role Disk Snapshot Contributor on it, then retry.',
  ],
  UserErrorDiskBackupRestoreRGOrMSIPermissionsNotPresent: [
    499409,
    'The target resource group does not exist, or Azure Backup Service requires additional permissions on it.',
    'See that the group is there and that the identity of the vault has the role Disk Restore Operator on it, then restore again.',
  ],
  UserErrorDiskBackupAuthorizationFailed: [
    499410,
    'The Backup vault has no managed identity that could have the permissions for this operation.',
    'Turn on the identity of the vault that the backup instance uses, and give it its roles, then retry.',
  ],
  UserErrorSnapshotRGNotFound: [
    499411,
    'The resource group of the snapshots does not exist.',
    'Make the resource group in the subscription of the disk, or name another, then retry.',
  ],
  UserErrorSnapshotRGSubscriptionMismatch: [
    499412,
    'Invalid subscription for the snapshots: their resource group is not in the subscription of the disk.',
    'Name a resource group of the subscription that the disk is in.',
  ],
  UserErrorOperationalStoreParametersNotProvided: [
    499413,
    'The resource group of the snapshots is not provided.',
    'Name it as resourceGroupId in the AzureOperationalStoreParameters of the policy parameters.',
  ],
  UserErrorInvalidOperationalStoreResourceGroup: [
    499414,
    'The resource group of the snapshots is invalid.',
    'Give the full id of a resource group: /subscriptions/<id>/resourceGroups/<name>.',
  ],
  UserErrorDiskBackupDiskTypeNotSupported: [
    499415,
    'Unsupported disk type: Disk Backup cannot take it, or not as often as the policy says.',
    'Take a disk of another type; back Premium SSD v2 and Ultra disks up every 12 hours or once a day.',
  ],
  UserErrorSameNameDiskAlreadyExists: [
    499416,
    'A disk with same name already exists in the target resource group.',
    'Restore under another name or to another resource group: no disk is written over.',
  ],
  UserErrorSubscriptionDiskQuotaLimitReached: [
    499417,
    'The disk quota of the subscription has been reached.',
    'Delete disks that nobody needs, or ask for a larger quota, then restore again.',
  ],
  UserErrorDiskSnapshotNotFound: [
    499418,
    'The disk snapshot of this recovery point has been deleted.',
    'Restore from another recovery point, and keep the snapshots in their resource group.',
  ],
  UserErrorSnapshotMetadataNotFound: [
    499419,
    'The metadata of the disk snapshot of this recovery point has been deleted.',
    'Restore from another recovery point.',
  ],
  UserErrorMSIPermissionsNotPresentOnDES: [
    499420,
    'Azure Backup Service needs permission to read the disk encryption set of the disk.',
    'Give the identity of the vault the role Reader on the disk encryption set, then retry.',
  ],
  UserErrorDESKeyVaultKeyDisabled: [
    499421,
    'The key of the disk encryption set is disabled in its key vault.',
    'Enable the key, then retry.',
  ],
  UserErrorDESKeyVaultKeyNotAvailable: [
    499422,
    'The key of the disk encryption set is not available in its key vault.',
    'See that the key has not been deleted or run out, and recover it if it was, then retry.',
  ],
  BackupAgentPluginHostValidateProtectionError: [
    499423,
    'Disk Backup is not available in the region of the Backup vault.',
    'Protect the disk by a vault in a region that has Disk Backup; the disk has to be there too.',
  ],
  UserErrorMaxConcurrentOperationLimitReached: [
    499424,
    'The maximum number of allowed concurrent backups has been reached.',
    'Wait until the backup that is running has ended, then retry.',
  ],
  UserErrorMissingSubscriptionRegistration: [
    499425,
    'The subscription is not registered to use the namespaces Microsoft.Compute and Microsoft.Storage.',
    'Register both resource providers in the subscription of the disk, then retry.',
  ],
  UserErrorDiskVaultLocationMismatch: [
    499426,
    'The disk is not in the region of the Backup vault.',
    'Protect the disk by a Backup vault of its own region.',
  ],
  CloudInternalError: [
    499427,
    'Microsoft Azure Backup encountered an internal error.',
    'Wait for a few minutes, then try the operation again.',
  ],
} as const satisfies JobErrorRows

import type { JobErrorRows } from './job-error-rows.js'

/**
 * Backups of virtual machines (domain.md 8.3). The numbers 400136 and 320001 are recorded (wire-vm-more.md 6.2).
 */
export const VM_JOB_ERRORS = {
  UserErrorVmNotFoundV2: [
    400136,
    "The virtual machine doesn't exist any more.",
    'Make the machine again with the same name in the same group, or stop its protection and keep the data.',
  ],
  ResourceNotFound: [
    320001,
    'The operation could not be done because the virtual machine no longer exists.',
    'Make the machine again with the same name in the same group, or stop its protection and keep the data.',
  ],
  UserErrorVmProvisioningStateFailed: [
    499001,
    'The virtual machine is in a failed provisioning state.',
    'Bring the machine to provisioning state Succeeded and start the backup again.',
  ],
  UserErrorGuestAgentStatusUnavailable: [
    499002,
    'The VM agent cannot communicate with Azure Backup.',
    'Check that the agent is installed, up to date and running in the machine, restart it, then retry.',
  ],
  ExtensionSnapshotFailedNoNetwork: [
    499003,
    'The snapshot failed because the virtual machine has no network connectivity.',
    'Let the machine reach 168.63.129.16 on ports 80, 443 and 32526, then retry.',
  ],
  ExtensionSnapshotBitlockerError: [
    499004,
    'A drive of the virtual machine is locked by BitLocker.',
    'Turn BitLocker off for the drives of the machine, then retry.',
  ],
  UserErrorFsFreezeFailed: [
    499005,
    'One or more mount points of the virtual machine could not be frozen for a file-system consistent snapshot.',
    'Unmount and check the file systems, or name them in MountsToSkip, then retry.',
  ],
  CopyingVHDsFromBackUpVaultTakingLongTime: [
    499006,
    'Copying the backed up data to the vault timed out.',
    'Retry in a few minutes; if it goes on, spread the disks over more storage.',
  ],
  UserErrorBackupOperationInProgress: [
    499007,
    'The backup could not start because another backup of the virtual machine is in progress.',
    'Wait until the running backup has taken its snapshot, or cancel it.',
  ],
  UserErrorUnsupportedDiskSize: [
    499011,
    'The configured disk size is currently not supported by Azure Backup.',
    'Exclude the disk from the backup, or make it smaller: 32 TB a disk and 256 TB a machine are the most.',
  ],
  UserErrorUnsupportedDiskConfiguration: [
    499012,
    'The virtual machine has more data disks than Azure Backup takes.',
    'Detach data disks from the machine, then retry.',
  ],
  UserErrorRpCollectionLimitReached: [
    499013,
    'The restore point collection of the virtual machine has reached its max limit.',
    'Keep snapshots for fewer days, or wait until some of them have expired; see that no lock keeps them from being deleted.',
  ],
  UserErrorRecoveryPointLimitReached: [
    499008,
    'The item has as many recovery points as the service keeps of one.',
    'Shorten the retention of its policy, or wait until some of its points have expired.',
  ],
  GuestAgentSnapshotTaskStatusError: [
    499021,
    'Could not communicate with the VM agent for the snapshot status.',
    'Restart the VM agent, see that nothing blocks it (AppLocker), update it on Linux, then retry.',
  ],
  ExtensionOperationFailedForManagedDisks: [
    499022,
    'The operation of the VMSnapshot extension failed.',
    'See whether the VM agent answers and the extension has what it needs, then retry.',
  ],
  BackUpOperationFailedV2: [
    499023,
    'The backup failed with an internal error.',
    'Retry in a few minutes. If it goes on, see to the VM agent, the snapshot and locks on the group of restore points.',
  ],
  UserErrorKeyvaultPermissionsNotConfigured: [
    499024,
    "Backup doesn't have sufficient permissions to the key vault for the backup of encrypted virtual machines.",
    'Give Azure Backup its permissions to the keys and secrets of the key vault, then retry.',
  ],
  UserErrorCrpReportedUserError: [
    499025,
    'The backup failed with an error that Compute reported.',
    'See what the machine itself reports, mend it, then retry.',
  ],
  VMRestorePointInternalError: [
    499026,
    'The snapshot failed inside the virtual machine: its antivirus keeps the backup extension from running.',
    'Exclude the folders of the backup extension from the antivirus, then retry.',
  ],
  UserErrorVmNotInDesirableState: [
    499027,
    'The virtual machine is not in a state that allows backups.',
    'Wait until it is Running, Stopped or Stopped (deallocated), then retry.',
  ],
  ExtensionSnapshotFailedCOM: [
    499028,
    'The snapshot failed with a COM+ error.',
    'Restart the service COM+ System Application of the machine, then retry.',
  ],
  ExtensionInstallationFailedCOM: [
    499029,
    'The backup extension could not be installed because of a COM+ error.',
    'Repair COM+ of the machine (register msdtc again), then retry.',
  ],
  ExtensionInstallationFailedMDTC: [
    499030,
    'The backup extension could not be installed: COM+ was unable to talk to MSDTC.',
    'Start the service Distributed Transaction Coordinator of the machine, then retry.',
  ],
  ExtensionFailedVssWriterInBadState: [
    499031,
    'The snapshot failed because VSS writers are in a bad state.',
    'Restart the services of those writers (vssadmin list writers), then retry.',
  ],
  ExtensionFailedVssServiceInBadState: [
    499032,
    'The snapshot failed because the service VSS is in a bad state.',
    'Restart the service Volume Shadow Copy of the machine, then retry.',
  ],
  ExtensionConfigParsingFailure: [
    499033,
    'The configuration of the backup extension could not be read.',
    'Repair the permissions of the folder MachineKeys, then retry.',
  ],
  ExtensionStuckInDeletionState: [
    499034,
    'The state of the backup extension does not allow a backup: it is being deleted.',
    'Uninstall the extension; the next backup installs it anew.',
  ],
  ExtensionFailedSnapshotLimitReachedError: [
    499035,
    'The limit of snapshots is exceeded for some of the disks attached.',
    'Delete snapshots of these disks that nobody needs, then retry.',
  ],
  ExtensionFailedTimeoutVMNetworkUnresponsive: [
    499036,
    'The snapshot failed because the virtual machine has too few resources left.',
    'Back up outside the busy hours, or give the machine a larger size.',
  ],
  UserErrorBCMPremiumStorageQuotaError: [
    499037,
    'The snapshot could not be copied: the storage account has too little free space.',
    'Use half of a premium storage account at most, then retry.',
  ],
  ExtensionSnapshotFailedNoSecureNetwork: [
    499038,
    'The snapshot failed because no secure network channel could be made.',
    'Let the machine use TLS 1.2 (SchUseStrongCrypto), then retry.',
  ],
  ExtensionVCRedistInstallationFailure: [
    499039,
    'The snapshot failed because the Visual C++ redistributable could not be installed.',
    'Repair the service Windows Installer of the machine, then retry.',
  ],
  UserErrorRequestDisallowedByPolicy: [
    499040,
    'A policy that is assigned to the virtual machine prevents the snapshot.',
    'Let the Azure policy modify tags in place of denying, or make the group of restore points yourself, then retry.',
  ],
} as const satisfies JobErrorRows

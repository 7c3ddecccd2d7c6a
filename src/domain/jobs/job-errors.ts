import type { Machine } from '../inventory/machines.js'

/**
 * What a failed or warning job says of itself: number, title on the wire, text, what to do.
 * Titles are the service's (domain.md 8.3). The numbers 400136 and 320001 are recorded (wire-vm-more.md 6.2); for the others
 * no public source has one, so they count from 499001 and cannot be mistaken for the service's.
 */
export const JOB_ERRORS = {
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
  UserErrorVmAlreadyExistWithSameName: [
    499101,
    'A virtual machine of the same name has come to be in the target resource group. The restored disks are there, unattached.',
    'Delete or rename that machine and restore again, or make the machine out of the restored disks.',
  ],
  UserErrorVmNotShutDown: [
    499102,
    'The disks could not be replaced because the virtual machine is running.',
    'Stop the machine, keep it stopped until the restore has ended, then retry.',
  ],
  UserErrorRestoreTargetRGNotFound: [
    499103,
    'The target resource group of the restore was deleted while it ran.',
    'Make the resource group again, or name another, and restore again.',
  ],
  UserErrorBCMRestoreStorageAccountNotFound: [
    499104,
    'The storage account of the restore was not found.',
    'Make the storage account again in the region of the restore, or name another, and restore again.',
  ],
  UserErrorRestoreNetworkNotFound: [
    499105,
    'The virtual network or the subnet of the new virtual machine was deleted while the restore ran. The restored disks are there, unattached.',
    'Restore again into a virtual network that exists, or make the machine out of the restored disks.',
  ],
  UserErrorInstantRpNotFound: [
    499106,
    'The restore failed because the snapshot of the virtual machine was not found, and the vault has no copy of it.',
    'Restore from another recovery point.',
  ],
  // File shares (troubleshoot-azure-files.md; the one number that is public is quoted in azure-docs 109758).
  UserErrorSourceOrTargetAccountNotAccessible: [
    570035,
    'Source or Target storage account is not accessible from the Azure Files restore service.',
    'Leave the storage keys as they are while a restore runs, and let the network rules of both accounts admit Microsoft first party services.',
  ],
  UserErrorStorageAccountNotFound: [
    499201,
    'The storage account of the file share does not exist anymore.',
    'Stop the protection of the share and keep the data; what is in the vault can be restored to another account.',
  ],
  UserErrorFileShareEndpointUnreachable: [
    499202,
    'Storage account not found or not supported: it cannot be reached.',
    'Let the network rules of the account admit trusted Microsoft services, then retry.',
  ],
  UserErrorBackupAFSInDeleteState: [
    499203,
    'The backup failed because the file share is permanently deleted.',
    'Stop the backup of the share, so that it does not fail again and again.',
  ],
  UserErrorRestoreAFSInDeleteState: [
    499204,
    'The recovery point is not available: the file share that held its snapshot has been deleted permanently.',
    'Restore from a point that is in the vault, to another share.',
  ],
  AFSMaxSnapshotReached: [
    499205,
    'The max limit of snapshots of this file share is reached; more can be taken once older ones expire.',
    'Delete backups on demand that are no longer needed, or keep fewer of them.',
  ],
  DatamoverGenericError: [
    499206,
    'The transfer of the data to the vault failed.',
    'Wait for a few minutes, then retry the backup.',
  ],
  DataTransferServiceAllFilesFailedToRecover: [
    499208,
    'The recovery failed as no file could be recovered: all of them are there already.',
    'Restore with copyOptions Overwrite or CreateCopy, or to another share.',
  ],
  UserErrorAFSRecoverySomeFilesNotRestored: [
    499209,
    'One or more files could not be recovered: they are there already.',
    'Restore these with copyOptions Overwrite or CreateCopy, or to another share.',
  ],
  TargetFileShareNotFound: [
    499207,
    'The target file share was not found.',
    'Create the share in the target account, then restore again.',
  ],
} as const satisfies Record<string, readonly [number, string, string]>

export type JobErrorName = keyof typeof JOB_ERRORS

/** Which condition of a running machine makes a snapshot fail, first row that fits. A stopped machine needs no agent. */
const SNAPSHOT_FAILURES: readonly [fails: (machine: Machine) => boolean, JobErrorName][] = [
  [(m) => m.conditions.provisioningState === 'Failed', 'UserErrorVmProvisioningStateFailed'],
  [
    (m) => m.conditions.powerState === 'running' && m.conditions.agent !== 'ready',
    'UserErrorGuestAgentStatusUnavailable',
  ],
  [
    (m) => m.conditions.powerState === 'running' && m.conditions.network === 'blocked',
    'ExtensionSnapshotFailedNoNetwork',
  ],
  [(m) => m.conditions.bitLocker === 'on', 'ExtensionSnapshotBitlockerError'],
  [(m) => m.osType === 'Linux' && m.conditions.fileSystem === 'freezeFailed', 'UserErrorFsFreezeFailed'],
]

export const snapshotFailure = (machine: Machine): JobErrorName | undefined =>
  SNAPSHOT_FAILURES.find(([fails]) => fails(machine))?.[1]

/** What makes a transfer fail: the machine is gone, or its disks cannot be read (domain.md 8.3). */
export function transferFailure(machine: Machine | undefined): JobErrorName | undefined {
  if (!machine) return 'ResourceNotFound'
  return machine.conditions.vaultTransfer === 'failing' ? 'CopyingVHDsFromBackUpVaultTakingLongTime' : undefined
}

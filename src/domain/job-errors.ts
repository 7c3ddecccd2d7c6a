import type { Machine } from './machines.js'

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

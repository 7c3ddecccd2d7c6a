import type { JobErrorRows } from './job-error-rows.js'

/**
 * What failed jobs of classic vaults say: number, text, what to do, and the title where the source has one
 * (SEED-12 to SEED-17, SEED-29 to SEED-33). 134607754, 134607755 and 400048 are recorded, with an empty title
 * (wire-classic.md 10), 380008 is that of later clients (domain.md 8.1); for the others no public source has a number, so
 * they count from 499301.
 */
export const CLASSIC_JOB_ERRORS = {
  BMSUserErrorObjectLocked: [
    134607754,
    'Another operation is in progress on the selected item.',
    'Wait until the operation that is running on this machine has ended, then retry.',
  ],
  ContainerHasProtectedItems: [
    134607755,
    'Failed to unregister a registered item.',
    'It still holds a protected item. Stop the protection of that item, delete its backup data, then unregister again.',
  ],
  AzureVmOffline: [
    380008,
    'Please check if the VM is in the Running state: the Azure Recovery Services extension requires it to be Running.',
    'Start the virtual machine, and register it again once it runs.',
    'Azure VM role is not in a state to install extension',
  ],
  ClassicDataDiskLimitExceeded: [
    499301,
    'The virtual machine has more data disks attached than Azure Backup takes.',
    'Detach data disks from the virtual machine, then register it again.',
    'Number of data disks attached to the virtual machine exceeded the supported limit',
  ],
  ClassicInternalError: [
    499302,
    'Wait for a few minutes and then try the operation again. If the issue persists, contact Microsoft Support.',
    'See whether the virtual machine has premium storage, several network interfaces or a load balancer: backup vaults do not take every such configuration.',
    'Microsoft Azure Backup encountered an internal error',
  ],
  GuestAgentCertificateNotFound: [
    499303,
    'The certificate of the VM agent was not found, or the agent is too old to have one.',
    'Install VM agent 2.6.1198.718 or a newer one in the virtual machine, then register it again.',
    'VM Guest Agent Certificate not found',
  ],
  InstallAgentTimeout: [
    499304,
    'The backup extension could not be installed in time.',
    'Check that Backup supports the operating system of the virtual machine, that its agent answers, and that it reaches the Internet and resolves the addresses of Azure.',
    'Registration failed with Install Agent operation timeout',
  ],
  RecoveryServicesExtensionInstallFailed: [
    499305,
    'VM Agent is a pre-requisite for the Azure Recovery Services Extension, and the machine has none, or says so.',
    'Install the VM agent, set the flag in the configuration of the virtual machine (ProvisionGuestAgent), and repeat the operation.',
    'Failed to install the Azure Recovery Services extension on the selected item',
  ],
  SnapshotVMSubTaskTimedOut: [
    499306,
    'Retry the operation in a few minutes. If the problem persists, contact Microsoft Support.',
    'See whether the VM agent of the machine is up to date and answers, and whether the network lets it reach Azure.',
    'Snapshot VM sub task timed out',
  ],
  BackupFailedInternalError: [
    499307,
    'Retry the operation in a few minutes. If the problem persists, contact Microsoft Support.',
    'If the virtual machine was deleted, stop its protection and keep the data: the schedule and its errors end with that. Otherwise see whether it has too much data, or too many data disks.',
    'Backup failed with an internal error',
  ],
  CopyingVHDsTimedOut: [
    499308,
    'Retry the operation in a few minutes. If the problem persists, contact Microsoft Support.',
    'See whether there is too much data to be copied in time: have no more data disks attached to the virtual machine than Backup takes.',
    'Copying VHDs from backup vault timed out',
  ],
} as const satisfies JobErrorRows

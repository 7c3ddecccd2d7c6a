import type { JobErrorRows } from './job-error-rows.js'

/** Restores of virtual machines (domain.md 8.3). The number 400048 is recorded (wire-classic.md 10). */
export const RESTORE_JOB_ERRORS = {
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
    'The target resource group of the restore does not exist.',
    'Make the resource group again, or name another, and restore again.',
  ],
  UserErrorBCMRestoreStorageAccountNotFound: [
    400048,
    "Storage Account specified for Restore operation doesn't exist.",
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
  UserErrorSkuNotAvailable: [
    499107,
    'The restore failed because the size of the virtual machine is not available there.',
    'Restore the disks, and make a machine of another size out of them.',
  ],
  UserErrorMarketPlaceVMNotSupported: [
    499108,
    'The restore failed because the virtual machine is from a marketplace offer that is no longer there.',
    'Restore the disks, and make a machine out of them.',
  ],
} as const satisfies JobErrorRows

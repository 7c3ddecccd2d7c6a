import type { JobErrorRows } from './job-error-rows.js'

/** File shares (troubleshoot-azure-files.md; the one number that is public is quoted in azure-docs 109758). */
export const SHARE_JOB_ERRORS = {
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
} as const satisfies JobErrorRows

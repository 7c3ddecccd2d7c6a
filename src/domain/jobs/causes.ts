import { type ConditionName, type EffectiveConditions, isUntroubled } from '../inventory/conditions.js'
import type { Machine } from '../inventory/machines.js'
import type { Limits } from '../limits.js'
import type { JobErrorName } from './job-errors.js'

/** When a cause has its effect, and in which kind of vault. */
export const MOMENTS = {
  snapshot: 'the snapshot of a backup fails, and the job with it',
  transfer: 'the transfer to the vault fails: the job ends with warnings, the snapshot stays',
  restore: 'a restore to a new machine fails once its data has arrived; the disks are there',
  shareSnapshot: 'the backup of a file share fails (a condition of its storage account)',
  shareTransfer: 'the transfer of a file share to the vault fails: the job ends with warnings, the snapshot stays',
  classicRegistration: 'the Register job of a classic vault fails',
  classicSnapshot: 'the Backup job of a classic vault fails in its snapshot',
  classicTransfer: 'the Backup job of a classic vault fails in its transfer',
  diskConfiguration: 'a managed disk cannot be configured: its validation and its configuration fail',
  diskSnapshot: 'the backup of a managed disk fails',
  diskRestore: 'a managed disk cannot be restored: the validation and the restore fail',
} as const
export type Moment = keyof typeof MOMENTS

/** What is wrong with a machine or a share, and what comes of it. */
export interface Cause {
  at: Moment
  condition: ConditionName
  /** The condition's value, or in words which values. */
  value: string
  error: JobErrorName
  /** Only of running machines: a stopped one needs no agent (SEED-42). */
  running?: true
  os?: Machine['osType']
  encrypted?: true
  /** Where it isn't the value alone. */
  holds?: (conditions: EffectiveConditions, limits: Limits) => boolean
  source: string
}

type Row = readonly [at: Moment, ConditionName, value: string, JobErrorName, source: string, more?: Partial<Cause>]

const running = { running: true } as const
const onWindows = { running: true, os: 'Windows' } as const

/** Every cause of a failed job that a condition of a machine can bring about; of one moment the first that holds. */
const ROWS: readonly Row[] = [
  ['snapshot', 'provisioningState', 'Failed', 'UserErrorVmProvisioningStateFailed', 'domain.md 8.3'],
  ['snapshot', 'provisioningState', 'Updating', 'UserErrorVmNotInDesirableState', 'domain.md 8.3'],
  ['snapshot', 'platform', 'userError', 'UserErrorCrpReportedUserError', 'domain.md 8.3'],
  ['snapshot', 'azurePolicy', 'denies', 'UserErrorRequestDisallowedByPolicy', 'domain.md 8.3'],
  ['snapshot', 'backupGroupLock', 'locked', 'UserErrorRpCollectionLimitReached', 'domain.md 8.3'],
  ['snapshot', 'keyVault', 'denied', 'UserErrorKeyvaultPermissionsNotConfigured', 'domain.md 8.3', { encrypted: true }],
  ['snapshot', 'agent', 'unresponsive', 'GuestAgentSnapshotTaskStatusError', 'domain.md 8.3', running],
  [
    'snapshot',
    'agent',
    'missing, outdated or notReady',
    'UserErrorGuestAgentStatusUnavailable',
    'domain.md 8.3, SEED-34, SEED-37',
    { ...running, holds: ({ agent }) => agent !== 'ready' },
  ],
  ['snapshot', 'network', 'blocked', 'ExtensionSnapshotFailedNoNetwork', 'domain.md 8.3', running],
  ['snapshot', 'network', 'insecure', 'ExtensionSnapshotFailedNoSecureNetwork', 'domain.md 8.3', running],
  ['snapshot', 'bitLocker', 'on', 'ExtensionSnapshotBitlockerError', 'domain.md 8.3'],
  ['snapshot', 'fileSystem', 'freezeFailed', 'UserErrorFsFreezeFailed', 'domain.md 8.3', { os: 'Linux' }],
  ['snapshot', 'extension', 'comPlusAtInstall', 'ExtensionInstallationFailedCOM', 'domain.md 8.3', running],
  ['snapshot', 'extension', 'msdtc', 'ExtensionInstallationFailedMDTC', 'domain.md 8.3', running],
  ['snapshot', 'extension', 'redistributableMissing', 'ExtensionVCRedistInstallationFailure', 'domain.md 8.3', running],
  ['snapshot', 'extension', 'stuckInDeletion', 'ExtensionStuckInDeletionState', 'domain.md 8.3', running],
  ['snapshot', 'extension', 'configUnreadable', 'ExtensionConfigParsingFailure', 'domain.md 8.3', running],
  ['snapshot', 'extension', 'blockedByAntivirus', 'VMRestorePointInternalError', 'domain.md 8.3', running],
  ['snapshot', 'extension', 'comPlus', 'ExtensionSnapshotFailedCOM', 'domain.md 8.3', running],
  ['snapshot', 'extension', 'failing', 'ExtensionOperationFailedForManagedDisks', 'domain.md 8.3', running],
  ['snapshot', 'vss', 'writersBroken', 'ExtensionFailedVssWriterInBadState', 'domain.md 8.3', onWindows],
  ['snapshot', 'vss', 'serviceBroken', 'ExtensionFailedVssServiceInBadState', 'domain.md 8.3', onWindows],
  ['snapshot', 'resources', 'exhausted', 'ExtensionFailedTimeoutVMNetworkUnresponsive', 'domain.md 8.3', running],
  ['snapshot', 'diskSnapshots', 'limitReached', 'ExtensionFailedSnapshotLimitReachedError', 'domain.md 8.3'],
  ['snapshot', 'service', 'internalError', 'BackUpOperationFailedV2', 'domain.md 8.3'],

  ['transfer', 'vaultTransfer', 'failing', 'CopyingVHDsFromBackUpVaultTakingLongTime', 'domain.md 8.3'],
  ['transfer', 'storageSpace', 'full', 'UserErrorBCMPremiumStorageQuotaError', 'domain.md 8.3'],

  ['restore', 'sizeOffer', 'unavailable', 'UserErrorSkuNotAvailable', 'domain.md 8.3'],
  ['restore', 'marketplace', 'withdrawn', 'UserErrorMarketPlaceVMNotSupported', 'domain.md 8.3'],

  [
    'shareSnapshot',
    'network',
    'blocked or insecure',
    'UserErrorFileShareEndpointUnreachable',
    'troubleshoot-azure-files.md',
    { holds: ({ network }) => network !== 'open' },
  ],
  ['shareTransfer', 'vaultTransfer', 'failing', 'DatamoverGenericError', 'troubleshoot-azure-files.md'],

  [
    'classicRegistration',
    'powerState',
    'stopped or deallocated',
    'AzureVmOffline',
    'SEED-12',
    { holds: ({ powerState }) => powerState !== 'running' },
  ],
  [
    'classicRegistration',
    'storage',
    'premium',
    'ClassicInternalError',
    'SEED-14',
    { holds: ({ storage }, limits) => storage === 'premium' && limits.premiumDisksPerClassicVm < 1 },
  ],
  [
    'classicRegistration',
    'nics',
    'more than 1, in the profile 2015',
    'ClassicInternalError',
    'SEED-14',
    { holds: ({ nics }, { nicsPerClassicVm }) => (nics ?? 1) > nicsPerClassicVm },
  ],
  [
    'classicRegistration',
    'loadBalancer',
    'attached, in the profile 2015',
    'ClassicInternalError',
    'SEED-14',
    {
      holds: ({ loadBalancer }, limits) => loadBalancer === 'attached' && limits.loadBalancersPerClassicVm < 1,
    },
  ],
  ['classicRegistration', 'agent', 'missing', 'RecoveryServicesExtensionInstallFailed', 'SEED-32, SEED-34'],
  ['classicRegistration', 'agentFlag', 'unset', 'RecoveryServicesExtensionInstallFailed', 'SEED-32, SEED-35'],
  ['classicRegistration', 'guestCertificate', 'missing', 'GuestAgentCertificateNotFound', 'SEED-15'],
  ['classicRegistration', 'agent', 'outdated', 'GuestAgentCertificateNotFound', 'SEED-15, SEED-37'],
  ['classicRegistration', 'osSupport', 'unsupported', 'InstallAgentTimeout', 'SEED-16'],
  [
    'classicRegistration',
    'agent',
    'notReady or unresponsive',
    'InstallAgentTimeout',
    'SEED-16',
    { holds: ({ agent }) => agent !== 'ready' },
  ],
  ['classicRegistration', 'network', 'blocked', 'InstallAgentTimeout', 'SEED-38: the installation fails'],
  ['classicRegistration', 'service', 'internalError', 'ClassicInternalError', 'SEED-14'],

  ['classicSnapshot', 'service', 'internalError', 'BackupFailedInternalError', 'SEED-31'],
  ['classicSnapshot', 'bitLocker', 'on', 'ExtensionSnapshotBitlockerError', 'domain.md 8.1'],
  ['classicSnapshot', 'agent', 'missing', 'RecoveryServicesExtensionInstallFailed', 'SEED-32', running],
  ['classicSnapshot', 'agentFlag', 'unset', 'RecoveryServicesExtensionInstallFailed', 'SEED-32, SEED-35', running],
  ['classicSnapshot', 'extension', 'msdtc', 'ExtensionInstallationFailedMDTC', 'domain.md 8.1', running],
  [
    'classicSnapshot',
    'agent',
    'outdated, notReady or unresponsive',
    'SnapshotVMSubTaskTimedOut',
    'SEED-30, SEED-36, SEED-37',
    { ...running, holds: ({ agent }) => agent !== 'ready' },
  ],
  ['classicSnapshot', 'network', 'blocked', 'SnapshotVMSubTaskTimedOut', 'SEED-30, SEED-38', running],

  ['classicTransfer', 'vaultTransfer', 'failing', 'CopyingVHDsTimedOut', 'SEED-29'],

  ['diskConfiguration', 'diskBackup', 'notOffered', 'BackupAgentPluginHostValidateProtectionError', 'domain.md 8.4'],
  ['diskConfiguration', 'diskSupport', 'unsupported', 'UserErrorDiskBackupDiskTypeNotSupported', 'domain.md 8.4'],
  ['diskConfiguration', 'service', 'internalError', 'CloudInternalError', 'golden disk/19'],

  ['diskSnapshot', 'diskSupport', 'unsupported', 'UserErrorDiskBackupDiskTypeNotSupported', 'domain.md 8.4'],
  ['diskSnapshot', 'diskKey', 'disabled', 'UserErrorDESKeyVaultKeyDisabled', 'domain.md 8.4'],
  ['diskSnapshot', 'diskKey', 'notAvailable', 'UserErrorDESKeyVaultKeyNotAvailable', 'domain.md 8.4'],
  ['diskSnapshot', 'service', 'internalError', 'CloudInternalError', 'wire-disk.md 1.2'],

  ['diskRestore', 'snapshotMetadata', 'deleted', 'UserErrorSnapshotMetadataNotFound', 'domain.md 8.4'],
  ['diskRestore', 'diskQuota', 'reached', 'UserErrorSubscriptionDiskQuotaLimitReached', 'domain.md 8.4'],
  ['diskRestore', 'diskKey', 'disabled', 'UserErrorDESKeyVaultKeyDisabled', 'domain.md 8.4'],
  ['diskRestore', 'diskKey', 'notAvailable', 'UserErrorDESKeyVaultKeyNotAvailable', 'domain.md 8.4'],
  ['diskRestore', 'service', 'internalError', 'CloudInternalError', 'wire-disk.md 1.2'],
]

export const CAUSES: readonly Cause[] = ROWS.map(([at, condition, value, error, source, more = {}]) => ({
  at,
  condition,
  value,
  error,
  source,
  ...more,
}))

/** The causes of each moment, in the order in which they are looked at. */
const OF_MOMENT = new Map(
  (Object.keys(MOMENTS) as Moment[]).map((moment) => [moment, CAUSES.filter(({ at }) => at === moment)]),
)

/** What can have conditions: a machine, a storage account, a file share. */
interface Subject {
  conditions: EffectiveConditions
  osType?: Machine['osType']
  encrypted?: boolean
}

function holds(cause: Cause, { conditions, osType, encrypted }: Subject, limits: Limits): boolean {
  if (cause.running && conditions.powerState !== 'running') return false
  if (cause.os && cause.os !== osType) return false
  if (cause.encrypted && !encrypted) return false
  return cause.holds ? cause.holds(conditions, limits) : conditions[cause.condition] === cause.value
}

/** What conditions make fail at a moment; undefined where nothing is wrong. */
export function failureAt(moment: Moment, subject: Subject, limits: Limits): JobErrorName | undefined {
  if (isUntroubled(subject.conditions)) return undefined
  return OF_MOMENT.get(moment)?.find((cause) => holds(cause, subject, limits))?.error
}

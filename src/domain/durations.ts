import { HOUR, MINUTE } from './policies/schedule.js'
import type { BackedUpData } from './protection/workloads.js'

/** Lengths of time in ms. */
const SECOND = 1000

/** Figures that everything below is computed from, each from a document or a recording. */
export const PACE = {
  /** A job's first task starts a moment after the job (golden job-get-Backup-2024-between-tasks: 1.3 s). */
  beforeSnapshotMs: [1 * SECOND, 2 * SECOND],
  /** A snapshot takes a few minutes (domain.md 6; 7 min 40 s recorded). */
  snapshotMs: [5 * MINUTE, 8 * MINUTE],
  snapshotPerDataDiskMs: 15 * SECOND,
  /** Both tasks rest for seconds to 30 s between snapshot and transfer (wire-vm.md 8.3). */
  betweenPhasesMs: [3 * SECOND, 30 * SECOND],
  /** What a transfer costs before its first byte: a small first backup is recorded at 2471 s in all. */
  transferBaseMs: [25 * MINUTE, 34 * MINUTE],
  /** Best case of a first backup and of the next ones, MB a second a disk; disks in parallel (domain.md 6: 160 and 640 Mbps). */
  initialMBps: 20,
  incrementalMBps: 80,
  /** However much has changed, a backup after the first is done within a day, its snapshot included (SEED-62). */
  incrementalMostMs: 23 * HOUR,
  /** Restores of a small machine take 66 to 133 s, of a large one an hour (wire-vm-more.md 6.4). */
  restoreBaseMs: [64 * SECOND, 74 * SECOND],
  restoreFromVaultMBps: 200,
  restoreFromSnapshotMBps: 2000,
  /**
   * How long a point that is in the vault takes to the paired region: up to 12 h (backup-azure-arm-restore-vms.md, "Restore in
   * secondary region"); recorded there after 5 min (golden crr-recoveryPoints-list).
   */
  replicateMs: [5 * MINUTE, 12 * HOUR],
  /** The task that makes the machine out of the disks. */
  createMachineMs: [35 * SECOND, 60 * SECOND],
  /** Pure metadata jobs and operations since 2023 (wire-vm-more.md 6.4). */
  configureFirstMs: [31 * SECOND, 32 * SECOND],
  configureAgainMs: [1500, 2200],
  disableMs: [1500, 2200],
  deleteSoftMs: [11 * SECOND, 11.4 * SECOND],
  deletePurgeMs: [111 * SECOND, 112 * SECOND],
  undeleteMs: [11 * SECOND, 11.4 * SECOND],
  cancelMs: [15 * SECOND, 30 * SECOND],
  /** wire-vm.md 2: about 17 s. */
  refreshContainersMs: [15 * SECOND, 19 * SECOND],
  /** wire-files.md 2: 11 s, 12 to 21 s, 6 s; 21 s of an UnRegister job (9). */
  refreshAccountsMs: [10 * SECOND, 12 * SECOND],
  registerContainerMs: [12 * SECOND, 21 * SECOND],
  inquireContainerMs: [5 * SECOND, 6 * SECOND],
  unregisterContainerMs: [21 * SECOND, 22 * SECOND],
  /** Jobs of file shares, each as seen (wire-files.md 9). */
  shareConfigureFirstMs: [33 * SECOND, 62 * SECOND],
  shareConfigureAgainMs: [40 * SECOND, 43 * SECOND],
  shareDisableMs: [20 * SECOND, 22 * SECOND],
  shareDeleteMs: [12 * SECOND, 22 * SECOND],
  shareUndeleteMs: [21 * SECOND, 22 * SECOND],
  /** Scheduled points are 2 to 63 s late (golden afs-recoveryPoints-list-vaulted-hourly-2025). */
  shareStartDelayMs: [1 * SECOND, 60 * SECOND],
  shareSnapshotMs: [1300, 1500],
  /** The bag of a restore is empty when the job begins, and filled a moment later. */
  shareRestoreStartMs: [1 * SECOND, 2 * SECOND],
  shareRestoreMs: [32 * SECOND, 36 * SECOND],
  /**
   * Jobs of classic vaults as recorded (wire-classic.md 3, golden 38): registrations 11 to 43 s, unregistrations 41 s to
   * 2 min 25 s, the others seconds; one that is refused ends within a second or so.
   */
  classicRegisterMs: [11 * SECOND, 43 * SECOND],
  classicUnregisterMs: [41 * SECOND, 145 * SECOND],
  classicConfigureMs: [2500, 2900],
  classicStopMs: [640, 1100],
  classicDeleteMs: [1000, 2100],
  classicRefusedMs: [580, 1250],
  /** Until an operation of a classic vault has made its job known for good: clients ask again after 10 s. */
  classicOperationMs: [2 * SECOND, 8 * SECOND],
  /** A classic discovery runs for a few minutes (SEED-03). */
  classicDiscoveryMs: [1 * MINUTE, 3 * MINUTE],
  /** Operations and jobs of Backup vaults as observed (wire-disk.md 1.1). */
  backupVaultWriteMs: [1 * SECOND, 2 * SECOND],
  backupVaultDeleteMs: [200, 1000],
  validateDiskMs: [12 * SECOND, 41 * SECOND],
  validateDiskRestoreMs: [22 * SECOND, 64 * SECOND],
  /** Until the PUT of an instance is over, and from then on until it is configured. */
  instanceWriteMs: [2 * SECOND, 45 * SECOND],
  diskConfigureMs: [80 * SECOND, 85 * SECOND],
  diskChangeMs: [41 * SECOND, 43 * SECOND],
  diskDeleteSoftMs: [42 * SECOND, 44 * SECOND],
  diskDeletePurgeMs: [77 * SECOND, 84 * SECOND],
  /** Until the operation of a backup or a restore has its job. */
  diskTriggerMs: [2 * SECOND, 4 * SECOND],
  /** Until the point is there, and from then on until its job is over; 186 to 250 s together (golden disk/23 to 28). */
  diskSnapshotMs: [118 * SECOND, 146 * SECOND],
  diskSettleMs: [65 * SECOND, 100 * SECOND],
  /** How much older its snapshot is than a point (golden disk/28). */
  diskPointDelayMs: 70 * SECOND,
  diskRestoreMs: [240 * SECOND, 246 * SECOND],
  /** The time of a schedule is when it begins (domain.md 9). */
  diskStartDelayMs: [1 * SECOND, 60 * SECOND],
  /** Not recorded: a short while. */
  exportJobsMs: [5 * SECOND, 15 * SECOND],
  vaultWriteMs: [2 * SECOND, 8 * SECOND],
  vaultDeleteMs: [1 * SECOND, 2 * SECOND],
  /** Recorded at 65 s (golden deletedVault-operations-succeeded). */
  vaultUndeleteMs: [60 * SECOND, 70 * SECOND],
  /** Not recorded: as long as a vault's own writes. */
  privateEndpointMs: [2 * SECOND, 8 * SECOND],
  groupDeleteMs: [20 * SECOND, 40 * SECOND],
  /** What a changed policy dooms, and what the service puts back, has gone and is back within a day (domain.md 5.3). */
  cleanupMs: [1 * MINUTE, 24 * HOUR],
  /** A move usually takes a few minutes (move-resource-group-and-subscription.md). */
  moveMs: [2 * MINUTE, 5 * MINUTE],
  validateMoveMs: [15 * SECOND, 30 * SECOND],
  /** A move's preparation is short, the move itself takes its time; neither was recorded. */
  prepareDataMoveMs: [5 * SECOND, 15 * SECOND],
  dataMoveMs: [20 * MINUTE, 40 * MINUTE],
  /** How long an unlocked deletion stays so (golden resourceGuardProxy-unlockDelete-item-200). */
  unlockedMs: 30 * MINUTE,
  /** About 32 s and 10 s recorded (wire-vm.md 11). */
  provisionFilesMs: [30 * SECOND, 34 * SECOND],
  revokeFilesMs: [9 * SECOND, 11 * SECOND],
  /** Until a check in the background is over: no recording says; clients are told to ask again after 10 s. */
  validateMs: [3 * SECOND, 9 * SECOND],
  /** An alert is there within 20 minutes of the failure (backup-azure-monitor-alert-faq.yml). */
  alertMs: [1 * MINUTE, 20 * MINUTE],
  /** For how long the script of an item-level recovery is good (backup-azure-restore-files-from-vm.md). */
  filesMs: 12 * HOUR,
  /** A move to the archive: 2 s recorded of a small database (az test_backup_wl_hana_archive); the pace is an estimate. */
  archiveBaseMs: [1900, 2500],
  archiveMBps: 200,
  /** Up to 15 hours, up to one with high priority (archive-rehydrate-overview.md). */
  rehydrateStandardMs: [10 * HOUR, 15 * HOUR],
  rehydrateHighMs: [30 * MINUTE, 1 * HOUR],
} as const satisfies Record<string, number | readonly [number, number]>

export type PaceRange = {
  [K in keyof typeof PACE]: (typeof PACE)[K] extends readonly [number, number] ? K : never
}[keyof typeof PACE]

/** A length within a range, in whole ms. @param fraction in [0, 1) */
export function within(range: PaceRange, fraction: number): number {
  const [least, most] = PACE[range]
  return Math.round(least + fraction * (most - least))
}

/** How long a machine's snapshot takes, in ms. */
export const snapshotMs = (dataDisks: number, fraction: number) =>
  within('snapshotMs', fraction) + dataDisks * PACE.snapshotPerDataDiskMs

export interface Transfer {
  /** What goes to the vault, in whole MB. */
  sizeMB: number
  durationMs: number
}

/**
 * What a transfer to the vault moves and how long it takes.
 * The first one moves all the data; every later one what has changed since the last point in the vault (SEED-60),
 * so the churn of a skipped day is in the next one. A disk that is not in that point is moved as a first one is,
 * however long that takes (domain.md 6). Data lies on the disks by their size; the disks go in parallel, so the one
 * that takes longest decides.
 * @param last the days since the last point in the vault, and the disks in it where it was of a machine; undefined for
 * a first backup
 */
export function transferOf(
  data: Readonly<BackedUpData>,
  last: { days: number; disks: readonly string[] | undefined } | undefined,
  fraction: number,
): Transfer {
  const isKnown = ({ name }: { name?: string }) =>
    last !== undefined && (name === undefined || last.disks === undefined || last.disks.includes(name))
  const total = sizeOf(data.disks)
  const known = data.disks.filter(isKnown)
  const added = data.disks.filter((disk) => !isKnown(disk))
  const share = total === 0 ? 0 : sizeOf(known) / total
  const days = Math.max(last?.days ?? 0, 1 / 24)
  const changed = last === undefined ? 0 : share * Math.min(data.usedDataGB, data.dailyChurnGB * days)
  const fresh = last === undefined ? data.usedDataGB : (1 - share) * data.usedDataGB
  const copyMs = Math.max(slowest(known, changed, PACE.incrementalMBps), slowest(added, fresh, PACE.initialMBps))
  const durationMs = within('transferBaseMs', fraction) + copyMs
  return {
    sizeMB: Math.round((changed + fresh) * 1024),
    durationMs: added.length > 0 || last === undefined ? durationMs : Math.min(durationMs, PACE.incrementalMostMs),
  }
}

const sizeOf = (disks: readonly { sizeGB: number }[]) => disks.reduce((sum, { sizeGB }) => sum + sizeGB, 0)

/** How long the largest of some disks takes, which share their data by size. */
function slowest(disks: readonly { sizeGB: number }[], dataGB: number, pace: number): number {
  const largest = disks.reduce((most, { sizeGB }) => Math.max(most, sizeGB), 0)
  const largestMB = largest === 0 ? 0 : (dataGB * 1024 * largest) / sizeOf(disks)
  return Math.round((largestMB / pace) * SECOND)
}

/** How long a move of a point to the archive takes, in ms: there it is a full copy, whatever the vault shared. */
export const archiveMs = (dataGB: number, fraction: number) =>
  within('archiveBaseMs', fraction) + Math.round(((dataGB * 1024) / PACE.archiveMBps) * SECOND)

/** How long the data of a restore takes to arrive, in ms. */
export const restoreMs = (dataGB: number, fromSnapshot: boolean, fraction: number) =>
  within('restoreBaseMs', fraction) + arrivalMs(dataGB, fromSnapshot)

const arrivalMs = (dataGB: number, fromSnapshot: boolean) =>
  Math.round(((dataGB * 1024) / (fromSnapshot ? PACE.restoreFromSnapshotMBps : PACE.restoreFromVaultMBps)) * SECOND)

/** How long a share's restore takes once it has begun, in ms. */
export const shareRestoreMs = (dataGB: number, fromVault: boolean, fraction: number) =>
  within('shareRestoreMs', fraction) + arrivalMs(dataGB, !fromVault)

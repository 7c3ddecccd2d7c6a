import type { MachineDisk } from './machines.js'
import { HOUR, MINUTE } from './schedule.js'

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
  vaultWriteMs: [2 * SECOND, 8 * SECOND],
  vaultDeleteMs: [1 * SECOND, 2 * SECOND],
  groupDeleteMs: [20 * SECOND, 40 * SECOND],
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
 * so the churn of a skipped day is in the next one. Data lies on the disks by their size; the disks go in parallel, so
 * the largest one decides.
 * @param daysSinceVaultPoint undefined for a first backup
 */
export function transferOf(
  {
    disks,
    usedDataGB,
    dailyChurnGB,
  }: { disks: readonly Pick<MachineDisk, 'sizeGB'>[]; usedDataGB: number; dailyChurnGB: number },
  daysSinceVaultPoint: number | undefined,
  fraction: number,
): Transfer {
  const total = disks.reduce((sum, disk) => sum + disk.sizeGB, 0)
  const changedGB =
    daysSinceVaultPoint === undefined
      ? usedDataGB
      : Math.min(usedDataGB, dailyChurnGB * Math.max(daysSinceVaultPoint, 1 / 24))
  const largest = disks.reduce((most, disk) => Math.max(most, disk.sizeGB), 0)
  const largestMB = total === 0 ? 0 : (changedGB * 1024 * largest) / total
  const first = daysSinceVaultPoint === undefined
  const pace = first ? PACE.initialMBps : PACE.incrementalMBps
  const durationMs = within('transferBaseMs', fraction) + Math.round((largestMB / pace) * SECOND)
  return {
    sizeMB: Math.round(changedGB * 1024),
    durationMs: first ? durationMs : Math.min(durationMs, PACE.incrementalMostMs),
  }
}

/** How long the data of a restore takes to arrive, in ms. */
export const restoreMs = (dataGB: number, fromSnapshot: boolean, fraction: number) =>
  within('restoreBaseMs', fraction) +
  Math.round(((dataGB * 1024) / (fromSnapshot ? PACE.restoreFromSnapshotMBps : PACE.restoreFromVaultMBps)) * SECOND)

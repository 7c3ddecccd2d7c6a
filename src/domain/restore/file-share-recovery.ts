import type { RecoveryPoint } from '../backup/recovery-points.js'
import { type FileShare, findShare } from '../inventory/file-shares.js'
import type { JobError, JobErrorName } from '../jobs/job-errors.js'
import { endJob, type Job } from '../jobs/jobs.js'
import type { Instant } from '../policies/schedule.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { accountOfItem, isReachable } from '../protection/workload-file-share.js'
import type { World } from '../world.js'
import { rememberRestore } from './restore-failures.js'

export const PLACES = ['OriginalLocation', 'AlternateLocation'] as const
export const REQUESTS = ['FullShareRestore', 'ItemLevelRestore'] as const
/** What becomes of a file that is there already (published definitions). */
export const COPY_OPTIONS = ['Overwrite', 'Skip', 'FailOnConflict', 'CreateCopy'] as const
export type CopyOption = (typeof COPY_OPTIONS)[number]

/** What a share's Restore job keeps for itself. */
export interface ShareRestoreWork {
  place: (typeof PLACES)[number]
  request: (typeof REQUESTS)[number]
  copy: CopyOption
  pointName: string
  pointTime: Instant
  targetAccount: string
  targetAccountKey: string
  targetShare: string
  targetShareKey: string
  /** The folder in the target, '' for its root. */
  folder: string
  /** How many files come back, and GB of data; 0 where only some files do. */
  files: number
  usedDataGB: number
}

/**
 * Where a point's data comes from: its snapshot, as long as that is there and can be reached, else the vault, from
 * where only whole shares go to another one (azure-file-share-support-matrix.md).
 */
export function sourceTier(
  world: World,
  item: ProtectedItem,
  point: RecoveryPoint,
  work: Pick<ShareRestoreWork, 'place' | 'request'>,
): 'snapshot' | 'vault' | JobErrorName {
  const account = accountOfItem(world, item)
  const share = findShare(world, item.sourceKey)
  const reachable = account !== undefined && isReachable(world, account)
  // A share of the same name that came later has none of the snapshots.
  const holdsSnapshot = share !== undefined && share.resource.createdAt <= point.time && point.instantTier === 'Valid'
  if (reachable && holdsSnapshot) return 'snapshot'
  const whole = work.place === 'AlternateLocation' && work.request === 'FullShareRestore'
  if (point.vaultTier === 'Valid' && whole) return 'vault'
  return reachable ? 'UserErrorRestoreAFSInDeleteState' : 'UserErrorSourceOrTargetAccountNotAccessible'
}

/** The share that a restore goes to, or what a failed job says where it can't. */
function targetOf(world: World, work: ShareRestoreWork): FileShare | JobErrorName {
  const account = world.resources.get(work.targetAccountKey)
  if (!account || !isReachable(world, account)) return 'UserErrorSourceOrTargetAccountNotAccessible'
  return findShare(world, work.targetShareKey) ?? 'TargetFileShareNotFound'
}

interface Outcome {
  restored: number
  /** Of the restored ones, those that were there before. */
  replaced: number
  skipped: number
  failed: number
}

/**
 * What becomes of the files. Files are known by their number only: those that a share has are taken to be the ones
 * that come back to it, and no other share has any of them.
 */
function outcomeOf(work: ShareRestoreWork, target: FileShare): Outcome {
  const there = work.place === 'OriginalLocation' ? Math.min(target.files, work.files) : 0
  const free = work.files - there
  if (work.copy === 'Skip') return { restored: free, replaced: 0, skipped: there, failed: 0 }
  if (work.copy === 'FailOnConflict') return { restored: free, replaced: 0, skipped: 0, failed: there }
  return { restored: work.files, replaced: work.copy === 'Overwrite' ? there : 0, skipped: 0, failed: 0 }
}

/** Ends a share's restore: its files are in the target, or the job says why not. */
export function concludeShareRestore(
  world: World,
  item: ProtectedItem | undefined,
  job: Job,
  work: ShareRestoreWork,
): void {
  const point = item && world.points.find(item.id, work.pointName)
  const source = point ? sourceTier(world, item, point, work) : 'UserErrorRestoreAFSInDeleteState'
  const target = targetOf(world, work)
  if (source !== 'snapshot' && source !== 'vault') return failShareRestore(world, item, job, source)
  if (typeof target === 'string') return failShareRestore(world, item, job, target)
  const outcome = outcomeOf(work, target)
  const { 'Source File Share Name': share = '', 'Source Storage Account Name': account = '', ...rest } = job.bag
  const bag = {
    'Source File Share Name': share,
    'Source Storage Account Name': account,
    RestoreRecoveryPointTime: work.pointTime,
    ...rest,
    'Data Transferred (in MB)': String(Math.round(work.usedDataGB * 1024)),
    'Number Of Restored Files': String(outcome.restored),
    'Number Of Skipped Files': String(outcome.skipped),
    'Number Of Failed Files': String(outcome.failed),
  }
  if (outcome.failed > 0 && outcome.restored === 0) {
    return failShareRestore(world, item, { ...job, bag }, 'DataTransferServiceAllFilesFailedToRecover')
  }
  bringBack(world, target, work, outcome)
  if (outcome.failed > 0) {
    endJob(world, { ...job, bag, error: 'UserErrorAFSRecoverySomeFilesNotRestored' }, 'CompletedWithWarnings')
  } else endJob(world, { ...job, bag }, 'Completed')
  if (item) rememberRestore(world, item)
}

/** Ends a restore that brings nothing back. */
export function failShareRestore(world: World, item: ProtectedItem | undefined, job: Job, error: JobError): void {
  endJob(world, { ...job, error }, 'Failed')
  if (item) rememberRestore(world, item, error)
}

/** The target holds what has come back. */
function bringBack(world: World, target: FileShare, work: ShareRestoreWork, { restored, replaced }: Outcome): void {
  const { resource } = target
  world.resources.put({ ...resource, changedAt: world.now })
  world.resources.setConditions(resource.key, {
    ...world.resources.conditions(resource.key),
    usedDataGB: Math.max(target.usedDataGB, work.usedDataGB),
    files: target.files + restored - replaced,
  })
}

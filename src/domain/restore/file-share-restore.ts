import { getPoint, type RecoveryPoint } from '../backup/recovery-points.js'
import { shareRestoreMs, within } from '../durations.js'
import { Refusal } from '../errors.js'
import { isStorageAccount, shareKey } from '../inventory/file-shares.js'
import { type Job, openJob, subjectOf } from '../jobs/jobs.js'
import { keyOf, readResourceId, resourceId, same } from '../names.js'
import { type Operation, openOperation } from '../operations.js'
import { checkRestores } from '../protection/daily-limits.js'
import { checkNotDeleted, type ProtectedItem } from '../protection/protected-items.js'
import { accountName } from '../protection/workload-file-share.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { badRestore } from './bad-restore.js'
import {
  COPY_OPTIONS,
  type CopyOption,
  concludeShareRestore,
  PLACES,
  REQUESTS,
  type ShareRestoreWork,
  sourceTier,
} from './file-share-recovery.js'

export interface RestoreFileSpec {
  path?: string
  fileSpecType?: string
  targetFolderPath?: string
}

export interface ShareRestoreInput {
  pointName: string
  recoveryType: string
  sourceResourceId?: string
  copyOptions?: string
  restoreRequestType?: string
  restoreFileSpecs?: RestoreFileSpec[]
  targetDetails?: { name?: string; targetResourceId?: string }
  activityId: string | undefined
}

/** A word out of a list, in any casing; the first where nothing is said. */
function oneOf<T extends string>(member: string, value: string | undefined, known: readonly [T, ...T[]]): T {
  const found = value === undefined ? known[0] : known.find((word) => same(word, value))
  if (found) return found
  throw badRestore(`${member} '${value}' is unknown. Use one of: ${known.join(', ')}.`)
}

/**
 * Reads and checks everything that a restore of a share needs, and changes nothing.
 * @throws Refusal UserErrorRecoveryPointNotFound, UserErrorItemIsSoftDeleted, UserErrorInvalidRestoreRequest,
 * UserErrorAnotherRestoreInProgressOnSameTarget, CloudDosAbsoluteLimitReached
 */
export function prepareShareRestore(world: World, item: ProtectedItem, input: ShareRestoreInput): ShareRestoreWork {
  if (item.workload !== 'AzureFileShare') {
    throw badRestore(`'${item.friendlyName}' is not a file share. Use the kind of request that fits the item.`)
  }
  const point = getPoint(world, item, input.pointName)
  checkNotDeleted(item, 'restore')
  const work = workOf(world, item, point, input)
  checkTier(world, item, point, work)
  checkTarget(world, work)
  checkRestores(world, item)
  return work
}

/**
 * Starts a restore of a share or of files in it, in place or into a share that exists (wire-files.md 10). The job is
 * the operation: both have one id.
 * @throws Refusal as `prepareShareRestore`
 */
export function startShareRestore(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  input: ShareRestoreInput,
): Operation {
  const work = prepareShareRestore(world, item, input)
  const job = openJob(world, item, {
    operation: 'Restore',
    activityId: input.activityId,
    tasks: [],
    // At first it says nothing (wire-files.md 9).
    bag: {},
    work: { ...work },
  })
  const start = within('shareRestoreStartMs', world.chance.fraction('start', job.id))
  world.timeline.at(world.now + start, 'restore.step', subjectOf(job))
  return openOperation(world, { kind: 'triggerRestore', id: job.id, vaultKey: vault.key, job })
}

/** What is asked for, once it is known to make sense. */
function workOf(world: World, item: ProtectedItem, point: RecoveryPoint, input: ShareRestoreInput): ShareRestoreWork {
  if (input.sourceResourceId && !same(input.sourceResourceId, item.sourceId)) {
    throw badRestore(
      `sourceResourceId '${input.sourceResourceId}' is not the storage account of this item, '${item.sourceId}'.`,
    )
  }
  const place = oneOf('recoveryType', input.recoveryType, PLACES)
  const request = oneOf('restoreRequestType', input.restoreRequestType, REQUESTS)
  const copy: CopyOption = oneOf('copyOptions', input.copyOptions, COPY_OPTIONS)
  const specs = input.restoreFileSpecs ?? []
  if (request === 'ItemLevelRestore') checkSpecs(world, specs)
  else if (specs.some(({ path }) => path)) throw badRestore('a restore of the full share names no paths.')
  const target = place === 'OriginalLocation' ? ownTarget(item) : readTarget(input)
  const folder = specs.find(({ targetFolderPath }) => targetFolderPath)?.targetFolderPath ?? ''
  return {
    ...target,
    place,
    request,
    copy,
    pointName: point.name,
    pointTime: point.time,
    folder: folder.replace(/^\/+/, ''),
    files: request === 'ItemLevelRestore' ? specs.length : (point.share?.files ?? 0),
    usedDataGB: request === 'ItemLevelRestore' ? 0 : point.usedDataGB,
  }
}

function checkSpecs(world: World, specs: readonly RestoreFileSpec[]): void {
  const { filesPerRestore } = world.limits
  if (specs.length === 0 || specs.some(({ path }) => !path))
    throw badRestore('an ItemLevelRestore names its files: give each of restoreFileSpecs a path.')
  if (specs.length > filesPerRestore)
    throw badRestore(
      `it names ${specs.length} files and folders, and ${filesPerRestore} are the most. Restore the rest in another job.`,
    )
  for (const { fileSpecType } of specs) oneOf('fileSpecType', fileSpecType, ['File', 'Folder'])
}

const ownTarget = (item: ProtectedItem) => ({
  targetAccount: accountName(item),
  targetAccountKey: keyOf(item.sourceId),
  targetShare: item.friendlyName,
  targetShareKey: item.sourceKey,
})

function readTarget({ targetDetails }: ShareRestoreInput) {
  const account = readResourceId(targetDetails?.targetResourceId ?? '')
  const share = targetDetails?.name
  if (!account || !isStorageAccount(account) || !share) {
    throw badRestore(
      'AlternateLocation needs targetDetails: the id of a storage account as targetResourceId, and a file share in it as name.',
    )
  }
  return {
    targetAccount: account.name,
    targetAccountKey: keyOf(resourceId(account)),
    targetShare: share,
    targetShareKey: shareKey(account, share),
  }
}

/** Without its snapshot a point can only be restored as a whole, to another share (azure-file-share-support-matrix.md). */
function checkTier(world: World, item: ProtectedItem, point: RecoveryPoint, work: ShareRestoreWork): void {
  if (point.instantTier === 'Valid' || sourceTier(world, item, point, work) === 'vault') return
  throw badRestore(
    `the snapshot of recovery point '${point.name}' has gone. From the vault only the full share can be restored, to an alternate location.`,
  )
}

/** @throws Refusal UserErrorAnotherRestoreInProgressOnSameTarget */
function checkTarget(world: World, { targetShareKey, targetShare }: ShareRestoreWork): void {
  const other = world.jobs
    .allOpen()
    .find((job) => job.operation === 'Restore' && job.work?.targetShareKey === targetShareKey)
  if (!other) return
  throw new Refusal(
    'UserErrorAnotherRestoreInProgressOnSameTarget',
    `Another restore job (${other.id}) is in progress on the same target file share '${targetShare}'. Wait until it ends, cancel it, or use another target.`,
  )
}

/** What a restore says of itself while it runs, in wire order; the time of its point comes in the end (wire-files.md 9). */
function bagOf(item: ProtectedItem, work: ShareRestoreWork): Job['bag'] {
  const alternate = work.place === 'AlternateLocation'
  return {
    'Source File Share Name': item.friendlyName,
    'Source Storage Account Name': accountName(item),
    ...(alternate
      ? { 'Target File Share Name': work.targetShare, 'Target Storage Account Name': work.targetAccount }
      : {}),
    'Job Type': alternate ? 'Recover to an alternate file share' : 'Recovering to the original file share',
    RestoreDestination: `${work.targetAccount}/${work.targetShare}/${work.folder}`,
    'Data Transferred (in MB)': '0',
    'Number Of Restored Files': '0',
    'Number Of Skipped Files': '0',
    'Number Of Failed Files': '0',
  }
}

/** Due: the next thing in the life of a share's restore. */
export function stepShareRestore(world: World, job: Job): void {
  const item = world.items.get(job.itemId)
  const work = job.work as unknown as ShareRestoreWork
  if (!item || Object.keys(job.bag).length > 0) return concludeShareRestore(world, item, job, work)
  const point = world.points.find(item.id, work.pointName)
  const fromVault = point !== undefined && sourceTier(world, item, point, work) === 'vault'
  world.jobs.put({ ...job, bag: bagOf(item, work) })
  const length = shareRestoreMs(work.usedDataGB, fromVault, world.chance.fraction('restore', job.id))
  world.timeline.at(world.now + length, 'restore.step', subjectOf(job))
}

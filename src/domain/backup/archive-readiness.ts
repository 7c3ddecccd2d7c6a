import type { RefusalCode } from '../errors.js'
import type { Job } from '../jobs/jobs.js'
import { archivableFrom } from '../policies/policy-tiering.js'
import { addDuration } from '../policies/retention.js'
import { DAY, type Instant } from '../policies/schedule.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { workloadOf } from '../protection/workloads.js'
import type { World } from '../world.js'
import type { RecoveryPoint } from './recovery-points.js'

const months = (count: number) => ({ count, durationType: 'Months' as const })

/** Something that keeps a point from the archive: its code, what is said of it, when it does. */
type Obstacle = readonly [code: RefusalCode, info: string, when: (point: RecoveryPoint, now: Instant) => boolean]

/**
 * Why a point cannot go to the archive, the first that applies (archive-tier-support.md, troubleshoot-archive-tier.md).
 * What is said of a point in the archive, and of one that no monthly or yearly rule keeps, is recorded.
 */
const OBSTACLES: readonly Obstacle[] = [
  [
    'UserErrorRecoveryPointAlreadyInArchiveTier',
    'The recovery point is not eligible for a move: it has already been moved to archive tier.',
    ({ archiveTier }) => archiveTier !== undefined,
  ],
  [
    'RPMoveReadinessToBeDetermined',
    'It is still being determined if this recovery point can be moved. Please check again after some time.',
    ({ transferring }) => transferring === true,
  ],
  [
    'RecoveryPointTypeNotEligibleForArchive',
    'The type of the recovery point is not eligible for a move: only points that lie in the vault and that a monthly or yearly rule keeps are.',
    ({ vaultTier, tags }) => !vaultTier || !tags.some((tag) => tag === 'Monthly' || tag === 'Yearly'),
  ],
  [
    'RPMoveNotSupportedDueToInsufficientRetention',
    'The recovery point cannot be moved due to insufficient retention duration specified in its policy: it has to be kept for three months in the vault and six more. Raise the retention of the policy.',
    (point) => archivableFrom(point) === undefined,
  ],
  [
    'MinLifeSpanInStandardRequiredForArchive',
    'The recovery point cannot be moved yet: its lifespan in the vault-standard tier is less than three months. Please check again after some time.',
    ({ time }, now) => now < addDuration(time, months(3), 0),
  ],
  [
    'RecoveryPointHaveActiveDependencies',
    'The recovery point cannot be moved yet, it has active dependencies: a daily or weekly rule keeps it too. Please check again when that has ended.',
    (point, now) => now < (archivableFrom(point) ?? now),
  ],
  [
    'MinRemainingLifeSpanInArchiveRequired',
    'The recovery point cannot be moved any more: its remaining lifespan is less than six months.',
    ({ expiry }, now) => addDuration(now, months(6), 0) > expiry,
  ],
]

/** What keeps a point from the archive now; undefined where nothing does. */
export function obstacleTo(point: RecoveryPoint, now: Instant): { code: RefusalCode; info: string } | undefined {
  const found = OBSTACLES.find(([, , when]) => when(point, now))
  return found && { code: found[0], info: found[1] }
}

/** Whether a job that is still open works on a point. */
export const isWorkedOn = (world: World, point: RecoveryPoint, ...operations: Job['operation'][]) =>
  world.jobs.open(point.itemId).some((job) => operations.includes(job.operation) && job.work?.pointName === point.name)

/** The points of an item that can be moved now, newest first. */
export const movablePoints = (world: World, item: ProtectedItem) =>
  world.points
    .ofItem(item.id)
    .filter((point) => !obstacleTo(point, world.now) && !isWorkedOn(world, point, 'MoveRecoveryPoint'))

/** Retail prices of a GB a month in USD; those of the tiers are the published example's (golden S-tieringCost-operationResults). */
export const PRICES = {
  standard: 0.02,
  archive: 0.003,
  /** Of reading a GB back: blob storage's retail prices of retrieval from its archive tier. */
  rehydration: { Standard: 0.022, High: 0.11 },
} as const

/** GB that a move of points takes from the vault and brings to the archive. */
export interface MovedData {
  freedGB: number
  archivedGB: number
}

/**
 * What a move of a point moves: the vault gives up what no other point of it shares, which is what changes between it
 * and its nearest neighbour there; the archive gets a full copy (archive-tier-support.md).
 */
export function movedData(world: World, item: ProtectedItem, point: RecoveryPoint): MovedData {
  const source = workloadOf(item).look(world, item)
  const share = source ? source.data.dailyChurnGB / Math.max(source.data.usedDataGB, 1) : 0
  const distances = world.points
    .ofItem(item.id)
    .filter(({ name, vaultTier }) => vaultTier === 'Valid' && name !== point.name)
    .map(({ time }) => Math.abs(time - point.time) / DAY)
  const changed = distances.length === 0 ? 1 : Math.min(1, share * Math.min(...distances))
  return { freedGB: point.usedDataGB * changed, archivedGB: point.usedDataGB }
}

/**
 * The points whose move to the archive saves something: what it frees in the vault costs more than the copy in the
 * archive. Of a machine that changes little there are none, although its points can be moved.
 */
export const recommendedPoints = (world: World, item: ProtectedItem): RecoveryPoint[] =>
  movablePoints(world, item).filter((point) => {
    const { freedGB, archivedGB } = movedData(world, item, point)
    return freedGB * PRICES.standard > archivedGB * PRICES.archive
  })

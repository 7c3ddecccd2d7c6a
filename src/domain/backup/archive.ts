import { archiveMs } from '../durations.js'
import { Refusal } from '../errors.js'
import { endJob, type Job, openJob, subjectOf } from '../jobs/jobs.js'
import { same } from '../names.js'
import { type Operation, openOperation } from '../operations.js'
import type { ProtectionPolicy } from '../policies/policies.js'
import { archiveRuleOf, tieringDueOf } from '../policies/policy-tiering.js'
import type { Instant } from '../policies/schedule.js'
import { checkNotDeleted, itemSubject, type ProtectedItem } from '../protection/protected-items.js'
import { policyOf } from '../protection/workloads.js'
import { refuseWhileMoving } from '../vaults/data-move-checks.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { isWorkedOn, obstacleTo, recommendedPoints } from './archive-readiness.js'
import { changePoint, getPoint, type RecoveryPoint } from './recovery-points.js'

export interface MoveInput {
  pointName: string
  sourceTierType: string
  targetTierType: string
  activityId: string | undefined
}

/**
 * Moves a point from the vault to the archive; one of an item whose protection has stopped too. The job is the
 * operation, which is over when the job is (az test_backup_wl_hana_archive).
 * @throws Refusal UserErrorRecoveryPointNotFound, UserErrorItemIsSoftDeleted, a code of archive-readiness.ts,
 * UserErrorRecoveryPointIsNotEligibleForArchiveMove, BMSUserErrorObjectLocked,
 * UserErrorOperationNotAllowedDuringDataMove
 */
export function moveToArchive(world: World, vault: Vault, item: ProtectedItem, input: MoveInput): Operation {
  refuseWhileMoving(world, vault)
  const point = getPoint(world, item, input.pointName)
  checkNotDeleted(item, 'move its recovery points')
  const { sourceTierType, targetTierType } = input
  if (!same(sourceTierType, 'HardenedRP') || !same(targetTierType, 'ArchivedRP') || !point.machine) {
    throw new Refusal(
      'UserErrorRecoveryPointIsNotEligibleForArchiveMove',
      `The recovery point cannot be moved from ${sourceTierType} to ${targetTierType}. Points of virtual machines go from HardenedRP to ArchivedRP.`,
    )
  }
  const obstacle = obstacleTo(point, world.now)
  if (obstacle) throw new Refusal(obstacle.code, obstacle.info)
  checkUnused(world, point)
  const job = startArchiving(world, item, point, input.activityId)
  return openOperation(world, { kind: 'movePoint', id: job.id, vaultKey: vault.key, job })
}

function checkUnused(world: World, point: RecoveryPoint): void {
  if (isWorkedOn(world, point, 'MoveRecoveryPoint')) {
    throw new Refusal(
      'BMSUserErrorObjectLocked',
      `Another operation is in progress on recovery point '${point.name}': it is being moved. Wait until that ends.`,
    )
  }
  if (point.files || isWorkedOn(world, point, 'Restore', 'CrossRegionRestore')) {
    throw new Refusal(
      'RecoveryPointHaveActiveDependencies',
      `The recovery point '${point.name}' has active dependencies: it is being restored from. Wait until that ends, or revoke the recovery of its files.`,
    )
  }
}

/** A moment as jobs of moves have it, the day first: `05/09/2021 12:00:14` (az test_backup_wl_hana_archive). */
function dayFirst(instant: Instant): string {
  const [date = '', time = ''] = new Date(instant).toISOString().slice(0, 19).split('T')
  return `${date.split('-').reverse().join('/')} ${time}`
}

function startArchiving(world: World, item: ProtectedItem, point: RecoveryPoint, activityId: string | undefined): Job {
  const job = openJob(world, item, {
    operation: 'MoveRecoveryPoint',
    activityId,
    bag: { 'Recovery Point Time': dayFirst(point.time) },
    work: { pointName: point.name },
  })
  const length = archiveMs(point.usedDataGB, world.chance.fraction('archive', job.id))
  world.timeline.at(world.now + length, 'archive.end', subjectOf(job))
  return job
}

/** Due: the data of a point lies in the archive, and there alone. */
export function finishArchiving(world: World, job: Job): void {
  const point = world.points.find(job.itemId, String(job.work?.pointName))
  if (!point) return void endJob(world, { ...job, error: 'ResourceNotFound' }, 'Failed')
  changePoint(world, { ...point, vaultTier: 'Deleted', archiveTier: 'Valid' })
  endJob(world, job, 'Completed')
}

/** The points that an item's policy moves by itself, and from when on. */
function duePoints(world: World, item: ProtectedItem, policy: ProtectionPolicy): [RecoveryPoint, Instant][] {
  return world.points.ofItem(item.id).flatMap((point): [RecoveryPoint, Instant][] => {
    const due = point.archiveTier === undefined ? tieringDueOf(policy, point) : undefined
    return due === undefined || isWorkedOn(world, point, 'MoveRecoveryPoint') ? [] : [[point, due]]
  })
}

/** The policy of an item that moves points by itself; none while protection is stopped. */
function tieringPolicyOf(world: World, item: ProtectedItem): ProtectionPolicy | undefined {
  if (item.state === 'ProtectionStopped' || item.deleted) return undefined
  const policy = policyOf(world, item)
  const mode = policy && archiveRuleOf(policy)?.tieringMode
  return mode === undefined || mode === 'DoNotTier' ? undefined : policy
}

/**
 * Puts the moment at which an item's policy moves its next points to the archive on the timeline.
 * @param overdue whether what has been due for some time is looked at again, as after each backup
 */
export function scheduleArchiving(world: World, item: ProtectedItem, overdue = true): void {
  world.timeline.cancel(itemSubject(item), 'archive.due')
  const policy = tieringPolicyOf(world, item)
  if (!policy) return
  const dues = duePoints(world, item, policy).flatMap(([, due]) => (overdue || due > world.now ? [due] : []))
  if (dues.length > 0) world.timeline.at(Math.max(Math.min(...dues), world.now), 'archive.due', itemSubject(item))
}

/** Due: points go to the archive because their policy says so, a job each; with TierRecommended those that it pays for. */
export function archiveDuePoints(world: World, item: ProtectedItem): void {
  const policy = tieringPolicyOf(world, item)
  if (!policy) return
  const recommended =
    archiveRuleOf(policy)?.tieringMode === 'TierRecommended'
      ? new Set(recommendedPoints(world, item).map(({ name }) => name))
      : undefined
  for (const [point, due] of duePoints(world, item, policy)) {
    if (due <= world.now && (recommended?.has(point.name) ?? true)) startArchiving(world, item, point, undefined)
  }
  scheduleArchiving(world, item, false)
}

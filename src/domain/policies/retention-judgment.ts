import { scheduleArchiving } from '../backup/archive.js'
import { keepPoint, type RecoveryPoint, scheduleRetention } from '../backup/recovery-points.js'
import { within } from '../durations.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { policyOf } from '../protection/workloads.js'
import type { World } from '../world.js'
import { isDiskPolicy, type ProtectionPolicy, type VaultPolicy } from './policies.js'
import { addDuration, type DailyRetention, hasVaultTier, instantExpiry, rulesOf, type TagName } from './retention.js'
import { type Instant, zoneOffset } from './schedule.js'

/** What of a point follows from the rules that keep it. */
type Judged = Pick<RecoveryPoint, 'expiry' | 'snapshotExpiry'> & Partial<Pick<RecoveryPoint, 'ruleName' | 'tagEnds'>>

/**
 * Judges the points of an item by its policy as it is now (domain.md 5.3): what a rule keeps longer is kept longer at
 * once, what it keeps shorter goes with the next cleanup, within a day. Points of backups on demand stay as they are.
 */
export function judgePoints(world: World, item: ProtectedItem): void {
  const policy = policyOf(world, item)
  const cleanup = world.now + within('cleanupMs', world.chance.fraction('cleanup', item.id, world.now))
  const newest = world.points.newest(item.id)
  for (const point of world.points.ofItem(item.id)) {
    const judged = policy && judge(policy, point)
    if (!judged || (judged.expiry === point.expiry && judged.snapshotExpiry === point.snapshotExpiry)) continue
    keepPoint(world, withCleanup(world, point, judged, cleanup), point.name === newest?.name)
  }
  scheduleRetention(world, item)
  scheduleArchiving(world, item)
}

/** What a change dooms waits for the cleanup; what an earlier one has doomed goes no later than it was to. */
function withCleanup(world: World, before: RecoveryPoint, judged: Judged, next: Instant): RecoveryPoint {
  const { cleanup = 0, ...point } = before
  const marked = cleanup > world.now
  const shorter = judged.expiry < before.expiry || judged.snapshotExpiry < before.snapshotExpiry
  const doomed = Math.min(judged.expiry, judged.snapshotExpiry) < next
  const waits = doomed && (shorter || marked)
  return { ...point, ...judged, ...(waits ? { cleanup: marked ? Math.min(cleanup, next) : next } : {}) }
}

/** How long a policy keeps a point; undefined where it has no say in it. */
function judge(policy: ProtectionPolicy, point: RecoveryPoint): Judged | undefined {
  const { run, time } = point
  // What of a disk was tagged stays as it was (wire-disk.md 7).
  if (run === undefined || isDiskPolicy(policy)) return undefined
  if (point.onlySnapshot) {
    const expiry = instantExpiry(policy, time, point.expiry)
    return { expiry, snapshotExpiry: expiry }
  }
  // Taken while the policy kept snapshots alone: it stays as that policy had it (C: az.recoveryservices AFSPolicyUpdateWarning).
  const neverVaulted = !point.vaultTier && !point.transferring && point.expiry === point.snapshotExpiry
  if (hasVaultTier(policy) && neverVaulted) return undefined
  const tagEnds = point.tags.map((tag, index) => endOf(policy, point, tag as TagName, point.tagEnds?.[index] ?? time))
  const expiry = Math.max(time, ...tagEnds)
  const ruleName = point.tags[tagEnds.indexOf(expiry)] ?? ''
  return { expiry, snapshotExpiry: instantExpiry(policy, time, expiry), ruleName, tagEnds }
}

/**
 * When a tag of a point ends. It is born with its tags and keeps them, each for as long as the rule of that name says
 * (domain.md 5.3: retention is per frequency tag); without such a rule it ends at once. Only weekly points whose policy
 * has become daily stay for the days that they have left.
 */
function endOf(policy: VaultPolicy, point: RecoveryPoint, tag: TagName, before: Instant): Instant {
  const { dailySchedule, weeklySchedule, monthlySchedule, yearlySchedule } = rulesOf(policy)
  const rules: Record<TagName, DailyRetention | undefined> = {
    Daily: dailySchedule,
    Weekly: weeklySchedule,
    Monthly: monthlySchedule,
    Yearly: yearlySchedule,
  }
  const rule = rules[tag]
  const run = point.run ?? point.time
  if (rule) return addDuration(run, rule.retentionDuration, zoneOffset(policy)) + (point.time - run)
  // A policy that runs daily gives every point the tag Daily: one without it is of a weekly policy.
  const wasWeekly = tag === 'Weekly' && !point.tags.includes('Daily')
  return wasWeekly && dailySchedule ? before : point.time
}

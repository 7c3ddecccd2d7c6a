import type { RecoveryPoint } from '../backup/recovery-points.js'
import { isDiskPolicy, type ProtectionPolicy, type TieringPolicy } from './policies.js'
import { POLICY_RANGES } from './policy-ranges.js'
import { invalidPolicy, type PolicyReader } from './policy-reader.js'
import { addDuration, durationDays, type LongTermRetentionPolicy, type RetentionDuration } from './retention.js'
import { type Instant, zoneOffset } from './schedule.js'

/** The tier that points of machines can be moved to from the vault: a member of `tieringPolicy`. */
const ARCHIVE = 'ArchivedRP'
const { youngestDays, leastLeftDays } = POLICY_RANGES.archive
const YOUNGEST: RetentionDuration = { count: 3, durationType: 'Months' }
const LEAST_LEFT: RetentionDuration = { count: 6, durationType: 'Months' }

/**
 * `{ArchivedRP: {tieringMode, duration, durationType}}`: only TierAfter has a duration (wire-vm.md 5). Where points are
 * tiered, a monthly or yearly rule keeps them long enough for it.
 * @throws Refusal BMSUserErrorInvalidPolicyInput
 */
export function readTiering(
  tiering: PolicyReader,
  { monthlySchedule, yearlySchedule }: LongTermRetentionPolicy,
): Record<string, TieringPolicy> {
  const kept = [monthlySchedule, yearlySchedule].map((rule) => (rule ? durationDays(rule.retentionDuration) : 0))
  const rules = tiering.names().map((name): [string, TieringPolicy] => {
    const rule = readRule(tiering, name)
    if (rule.tieringMode === 'DoNotTier') return [name, rule]
    const after = daysBefore(rule)
    if (Math.max(...kept) >= after + leastLeftDays) return [name, rule]
    throw invalidPolicy(
      `tieringPolicy.${name} moves points after ${after} days, and no monthly or yearly rule keeps them for ${leastLeftDays} days more`,
      'Raise monthlySchedule or yearlySchedule, or set tieringMode to DoNotTier',
    )
  })
  return Object.fromEntries(rules)
}

const daysBefore = ({ duration, durationType }: TieringPolicy) =>
  durationType === 'Invalid' ? youngestDays : durationDays({ count: duration, durationType })

function readRule(tiering: PolicyReader, name: string): TieringPolicy {
  const rule = tiering.object(name, 'Give a tiering rule')
  const tieringMode = rule.choice('tieringMode', POLICY_RANGES.tieringModes)
  if (tieringMode !== 'TierAfter') return { tieringMode, duration: 0, durationType: 'Invalid' }
  const duration = rule.integer('duration', POLICY_RANGES.retentionCount)
  const read = { tieringMode, duration, durationType: rule.choice('durationType', POLICY_RANGES.durationTypes) }
  if (daysBefore(read) >= youngestDays) return read
  return rule.refuse('duration', `must be at least 3 months`, `Replace ${duration} ${read.durationType}`)
}

/**
 * From when on a point of a machine can be moved to the archive: it is in the vault, a monthly or yearly rule keeps it,
 * its daily and weekly tags have ended, it is three months old and is kept for six more (archive-tier-support.md).
 * @param after how old its policy wants it to be
 * @param offset milliseconds to add to UTC for the wall clock of its policy
 * @returns undefined where it never can
 */
export function archivableFrom(
  point: RecoveryPoint,
  after: RetentionDuration = YOUNGEST,
  offset = 0,
): Instant | undefined {
  const { run, tags, tagEnds = [], time } = point
  if (run === undefined || !point.vaultTier || !tags.some((tag) => tag === 'Monthly' || tag === 'Yearly'))
    return undefined
  const late = time - run
  const active = tagEnds.filter((_, tag) => tags[tag] === 'Daily' || tags[tag] === 'Weekly')
  const old = [YOUNGEST, after].map((age) => addDuration(run, age, offset) + late)
  const from = Math.max(...old, ...active)
  const left = addDuration(from - late, LEAST_LEFT, offset) + late
  return left <= point.expiry ? from : undefined
}

/** The rule by which a policy moves points to the archive. */
export const archiveRuleOf = (policy: ProtectionPolicy): TieringPolicy | undefined =>
  'tieringPolicy' in policy ? policy.tieringPolicy?.[ARCHIVE] : undefined

/**
 * When a policy moves a point to the archive by itself: as soon as it can be with TierRecommended, after the policy's
 * own time with TierAfter.
 * @returns undefined where it doesn't
 */
export function tieringDueOf(policy: ProtectionPolicy, point: RecoveryPoint): Instant | undefined {
  const rule = archiveRuleOf(policy)
  if (!rule || isDiskPolicy(policy) || rule.tieringMode === 'DoNotTier') return undefined
  const { duration: count, durationType } = rule
  const after = durationType === 'Invalid' ? undefined : { count, durationType }
  return archivableFrom(point, after, zoneOffset(policy))
}

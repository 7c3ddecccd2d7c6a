import { PACE } from '../durations.js'
import type { Job } from '../jobs/jobs.js'
import { type DiskPolicy, isDiskPolicy, type ProtectionPolicy, policyTypeOf } from '../policies/policies.js'
import { hasVaultTier, instantExpiry, retentionOf } from '../policies/retention.js'
import { DAY, type Instant, isLastRunOfDay } from '../policies/schedule.js'
import { expiryOfTag, ruleOfTag, tagAt } from '../policies/tagging.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import type { BackupSource } from '../protection/workloads.js'
import type { World } from '../world.js'
import { type BackupWork, workOf } from './backup-phases.js'
import type { RecoveryPoint } from './recovery-points.js'

/**
 * Of an hourly policy only the last backup of a day goes to the vault, and where that one didn't arrive, the next
 * (domain.md 5.2); on demand always. Nothing does where the policy keeps snapshots alone.
 */
export const goesToVault = (policy: ProtectionPolicy | undefined, work: BackupWork, item: ProtectedItem) =>
  !policy ||
  (hasVaultTier(policy) &&
    !isDiskPolicy(policy) &&
    (work.run === undefined || item.owesVault === true || isLastRunOfDay(policy, work.run)))

/** The recovery point that a snapshot makes. @param transferring its data goes to the vault next */
export function pointOf(
  world: World,
  item: ProtectedItem,
  source: BackupSource,
  policy: ProtectionPolicy | undefined,
  job: Job,
  transferring: boolean,
): RecoveryPoint {
  const work = workOf(job)
  const time = job.tasks[0]?.start ?? world.now
  if (policy && isDiskPolicy(policy)) return diskPointOf(world, item, source, policy, job)
  const kept = policy && work.run !== undefined ? retentionOf(policy, work.run) : undefined
  // The run's own time decides its tags, the point lives for as long as the rule says from when it was taken.
  const late = time - (work.run ?? time)
  const expiry = kept ? kept.expiry + late : (work.expiry ?? time + 2 * DAY)
  const snapshotExpiry = policy ? instantExpiry(policy, time, expiry) : time + 2 * DAY
  const onlySnapshot = policy !== undefined && hasVaultTier(policy) && !goesToVault(policy, work, item)
  return {
    itemId: item.id,
    name: world.chance.digits(15),
    time,
    ruleName: kept?.ruleName ?? '',
    tags: kept?.tags.map((tag) => tag.name) ?? [],
    ...(kept && work.run !== undefined ? { run: work.run, tagEnds: kept.tags.map((tag) => tag.until + late) } : {}),
    ...(onlySnapshot ? { onlySnapshot } : {}),
    expiry: onlySnapshot ? snapshotExpiry : expiry,
    snapshotExpiry,
    instantTier: 'Valid',
    ...(transferring ? { transferring } : {}),
    ...source.point(policy),
    policyType: policyTypeOf(policy),
    jobId: job.id,
    due: null,
  }
}

/** The run of an item's newest point that its schedule has made; of a new policy's first point there is none. */
function lastRun(world: World, item: ProtectedItem): Instant | undefined {
  const newest = world.points.newest(item.id)
  return newest?.run ?? world.points.ofItem(item.id).find(({ run }) => run !== undefined)?.run
}

/** The tag that a backup's point gets, where the policy has tags: that of its run, known as soon as it begins. */
export function tagOf(
  world: World,
  item: ProtectedItem,
  policy: ProtectionPolicy | undefined,
  { run }: BackupWork,
): Pick<BackupWork, 'tag'> {
  if (run === undefined || !policy || !isDiskPolicy(policy)) return {}
  return { tag: tagAt(policy, run, lastRun(world, item)) }
}

/** The recovery point of a disk: one tag, and as long as the rule of that tag says (wire-disk.md 7). */
function diskPointOf(
  world: World,
  item: ProtectedItem,
  source: BackupSource,
  policy: DiskPolicy,
  job: Job,
): RecoveryPoint {
  const { run, tag = '' } = workOf(job)
  const snapshotAt = world.now - PACE.diskPointDelayMs
  const ruleName = ruleOfTag(policy, tag)?.name ?? tag
  const expiry = expiryOfTag(policy, ruleName, snapshotAt)
  const { name: policyName, changedAt } = world.policies.get(item.vaultKey, item.policyName) ?? {
    name: item.policyName,
  }
  return {
    itemId: item.id,
    name: world.chance.guid().replaceAll('-', ''),
    time: world.now,
    snapshotAt,
    ruleName,
    tags: [ruleName],
    ...(run === undefined ? {} : { run }),
    madeBy: { policyName, ...(changedAt === undefined ? {} : { changedAt }) },
    expiry,
    snapshotExpiry: expiry,
    instantTier: 'Valid',
    ...source.point(policy),
    policyType: 'V1',
    jobId: job.id,
    due: null,
  }
}

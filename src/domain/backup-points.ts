import { type BackupWork, workOf } from './backup-phases.js'
import type { Job } from './jobs.js'
import type { ProtectionPolicy } from './policies.js'
import type { ProtectedItem } from './protected-items.js'
import type { RecoveryPoint } from './recovery-points.js'
import { instantExpiry, retentionOf } from './retention.js'
import { DAY, isLastRunOfDay } from './schedule.js'
import type { BackupSource } from './workloads.js'
import type { World } from './world.js'

/**
 * Of an hourly policy only the last backup of a day goes to the vault, and where that one didn't arrive, the next
 * (domain.md 5.2); on demand always.
 */
export const goesToVault = (policy: ProtectionPolicy | undefined, work: BackupWork, item: ProtectedItem) =>
  work.run === undefined || !policy || item.owesVault === true || isLastRunOfDay(policy, work.run)

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
  const kept = policy && work.run !== undefined ? retentionOf(policy, work.run) : undefined
  const snapshotExpiry = policy ? instantExpiry(policy, time) : time + 2 * DAY
  const onlySnapshot = !goesToVault(policy, work, item)
  // The run's own time decides its tags, the point lives for as long as the rule says from when it was taken.
  const expiry = kept && work.run !== undefined ? kept.expiry + (time - work.run) : (work.expiry ?? snapshotExpiry)
  return {
    itemId: item.id,
    name: world.chance.digits(15),
    time,
    ruleName: kept?.ruleName ?? '',
    tags: kept?.tags.map((tag) => tag.name) ?? [],
    expiry: onlySnapshot ? snapshotExpiry : expiry,
    snapshotExpiry,
    instantTier: 'Valid',
    ...(transferring ? { transferring } : {}),
    ...source.point(policy),
    policyType: policy?.policyType ?? 'V1',
    jobId: job.id,
    due: null,
  }
}

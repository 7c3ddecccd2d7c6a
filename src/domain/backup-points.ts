import { type BackupWork, workOf } from './backup-phases.js'
import { consistencyOf } from './consistency.js'
import type { Job } from './jobs.js'
import { backedUp, type Machine } from './machines.js'
import type { VmPolicy } from './policies.js'
import type { ProtectedItem } from './protected-items.js'
import type { RecoveryPoint } from './recovery-points.js'
import { instantExpiry, retentionOf } from './retention.js'
import { DAY, isLastRunOfDay } from './schedule.js'
import type { World } from './world.js'

/**
 * Of an hourly policy only the last backup of a day goes to the vault, and where that one didn't arrive, the next
 * (domain.md 5.2); on demand always.
 */
export const goesToVault = (policy: VmPolicy | undefined, work: BackupWork, item: ProtectedItem) =>
  work.run === undefined || !policy || item.owesVault === true || isLastRunOfDay(policy, work.run)

/** An s in a size says that it takes premium disks: `Standard_DS1_v2`, not `Standard_D1_v2` (Azure's naming of sizes). */
const PREMIUM_SIZE = /^[^_]+_[^_]*s/i

/** The recovery point that a snapshot of a machine makes. @param transferring its data goes to the vault next */
export function pointOf(
  world: World,
  item: ProtectedItem,
  machine: Machine,
  policy: VmPolicy | undefined,
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
  const { disks, usedDataGB } = backedUp(machine, item.diskExclusion)
  return {
    itemId: item.id,
    name: world.chance.digits(15),
    time,
    consistency: consistencyOf(machine, policy?.snapshotConsistencyType === 'OnlyCrashConsistent'),
    ruleName: kept?.ruleName ?? '',
    tags: kept?.tags.map((tag) => tag.name) ?? [],
    expiry: onlySnapshot ? snapshotExpiry : expiry,
    snapshotExpiry,
    instantTier: 'Valid',
    ...(transferring ? { transferring } : {}),
    osType: machine.osType,
    vmSize: machine.vmSize,
    premium: PREMIUM_SIZE.test(machine.vmSize),
    ...(machine.zones ? { zones: machine.zones } : {}),
    disks,
    disksAttached: machine.disks.length,
    usedDataGB,
    policyType: policy?.policyType ?? 'V1',
    jobId: job.id,
    due: null,
  }
}

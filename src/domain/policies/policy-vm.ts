import { Refusal } from '../errors.js'
import { type InstantRPDetails, isVmPolicy, type PolicyContext, type VmPolicy } from './policies.js'
import { POLICY_RANGES, type PolicyType } from './policy-ranges.js'
import { invalidPolicy, PolicyReader, REFUSAL_EXTRA } from './policy-reader.js'
import { readRetention, VM_RETENTION } from './policy-retention.js'
import { readSchedule, readTimeZone } from './policy-schedule.js'
import { readTiering } from './policy-tiering.js'
import { durationDays, type LongTermRetentionPolicy } from './retention.js'
import { runsPerDay, type SchedulePolicy } from './schedule.js'

/**
 * Reads the `properties` of a PUT body for virtual machines and gives their stored form: members in the order of the
 * wire, names in the service's spelling, times as `YYYY-MM-DDTHH:mm:ssZ`, absent values by default, nulls and unknown
 * members left out (wire-vm.md 5, client-az.md 4.2, domain.md 5).
 * @throws Refusal BMSUserErrorInvalidPolicyInput for what can't be a policy, BMSUserErrorPolicyRetentionInvalid,
 *   BMSUserErrorInstantRPRetentionExceedsVaultedRetention
 */
export function readVmPolicy(properties: Readonly<Record<string, unknown>>, context: PolicyContext = {}): VmPolicy {
  const policy = new PolicyReader(properties, { now: context.now ?? 0 })
  const backupManagementType = policy.choice('backupManagementType', ['AzureIaasVM'])
  const policyType = policy.optionalChoice('policyType', POLICY_RANGES.policyTypes)
  const type = policyType ?? 'V1'
  const snapshotConsistencyType = policy.optionalChoice('snapshotConsistencyType', POLICY_RANGES.consistencyTypes)
  if (snapshotConsistencyType && type === 'V1') {
    policy.refuse('snapshotConsistencyType', 'needs an enhanced policy', 'Set policyType to V2 or leave it out')
  }
  const schedulePolicy = readSchedule(policy, type)
  const retention = policy.object('retentionPolicy', 'Say how long backups are kept')
  const retentionPolicy = readRetention(retention, schedulePolicy, VM_RETENTION)
  const tiering = policy.optionalObject('tieringPolicy')
  return {
    backupManagementType,
    ...(snapshotConsistencyType && { snapshotConsistencyType }),
    ...(policyType && { policyType }),
    instantRPDetails: readInstantDetails(policy),
    schedulePolicy,
    retentionPolicy,
    ...(tiering && { tieringPolicy: readTiering(tiering, retentionPolicy) }),
    instantRpRetentionRangeInDays: readInstantDays(policy, type, schedulePolicy, retentionPolicy, context),
    timeZone: readTimeZone(policy),
  }
}

/** How many days instant restore may keep snapshots: the more of them a day has, the fewer (domain.md 5.2). */
function instantRange(type: PolicyType, schedule: SchedulePolicy): { min: number; max: number; preset: number } {
  const { enhanced, standard, standardWeekly } = POLICY_RANGES.instantDays
  if (type === 'V1') return schedule.scheduleRunFrequency === 'Weekly' ? standardWeekly : standard
  const days = Math.floor(POLICY_RANGES.instantSnapshots / runsPerDay(schedule))
  return { ...enhanced, max: Math.min(enhanced.max, days) }
}

/** Snapshots must go before the daily points in the vault do (wire-vm-more.md 9), and never outlive weekly ones. */
function readInstantDays(
  policy: PolicyReader,
  type: PolicyType,
  schedule: SchedulePolicy,
  { dailySchedule, weeklySchedule }: LongTermRetentionPolicy,
  { stored }: PolicyContext,
): number {
  const range = instantRange(type, schedule)
  const before = stored && isVmPolicy(stored) ? stored.instantRpRetentionRangeInDays : range.preset
  const unsaid = before >= range.min && before <= range.max ? before : range.preset
  const member = 'instantRpRetentionRangeInDays'
  const days = policy.has(member) ? policy.integer(member, range) : unsaid

  const vaulted = dailySchedule ?? weeklySchedule
  const longest = vaulted ? durationDays(vaulted.retentionDuration) - (dailySchedule ? 1 : 0) : days
  if (days <= longest) return days
  throw new Refusal(
    'BMSUserErrorInstantRPRetentionExceedsVaultedRetention',
    `Instant restore would keep snapshots for ${days} days, which is not shorter than the vault keeps the backups. Set ${member} to ${longest} or less, or raise the retention.`,
    { ...REFUSAL_EXTRA },
  )
}

const GROUP_NAME = /^[\w.()-]*$/

function readInstantDetails(policy: PolicyReader): InstantRPDetails {
  const details = policy.optionalObject('instantRPDetails')
  const prefix = details?.optionalText('azureBackupRGNamePrefix')
  const suffix = details?.optionalText('azureBackupRGNameSuffix')
  const name = `${prefix ?? ''}${suffix ?? ''}`
  const { max } = POLICY_RANGES.restoreGroupName
  if (suffix && !prefix) {
    throw invalidPolicy('instantRPDetails has a suffix without a prefix', 'Set azureBackupRGNamePrefix too')
  }
  if (!GROUP_NAME.test(name) || suffix?.endsWith('.') || name.length > max) {
    const rule = `at most ${max} letters, digits and . _ - ( ), with no period at the end`
    throw invalidPolicy(`instantRPDetails '${name}' can't name a resource group`, `Use ${rule}`)
  }
  return {
    ...(prefix && { azureBackupRGNamePrefix: prefix }),
    ...(suffix && { azureBackupRGNameSuffix: suffix }),
  }
}

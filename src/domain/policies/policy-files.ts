import { Refusal } from '../errors.js'
import type { FileSharePolicy, PolicyContext } from './policies.js'
import { POLICY_RANGES } from './policy-ranges.js'
import { PolicyReader, REFUSAL_EXTRA } from './policy-reader.js'
import { type RetentionRanges, readRetention } from './policy-retention.js'
import { readHours, readTimeZone, readWeeklyFrequency } from './policy-schedule.js'
import { durationDays, type VaultRetentionPolicy } from './retention.js'
import { runsPerDay, type SimpleSchedulePolicy } from './schedule.js'

const { fileShares } = POLICY_RANGES

/**
 * Reads the `properties` of a PUT body for file shares and gives their stored form (wire-files.md 6). A time with an
 * offset stays as it was written; nulls and unknown members are left out.
 * @throws Refusal BMSUserErrorInvalidPolicyInput for what can't be a policy, BMSUserErrorPolicyRetentionInvalid
 */
export function readFileSharePolicy(
  properties: Readonly<Record<string, unknown>>,
  context: PolicyContext = {},
): FileSharePolicy {
  const policy = new PolicyReader(properties, { now: context.now ?? 0, keepsOffsets: true })
  const backupManagementType = policy.choice('backupManagementType', ['AzureStorage'])
  const workLoadType = policy.optionalChoice('workLoadType', ['AzureFileShare']) ?? 'AzureFileShare'
  const schedulePolicy = readSchedule(policy)
  const vault = policy.optionalObject('vaultRetentionPolicy')
  if (vault && policy.has('retentionPolicy')) {
    policy.refuse('retentionPolicy', 'does not go with vaultRetentionPolicy', 'Send one of them')
  }
  const rules = vault
    ? { vaultRetentionPolicy: readVaultRetention(vault, schedulePolicy) }
    : {
        retentionPolicy: readRetention(
          policy.object('retentionPolicy', 'Say how long snapshots are kept'),
          schedulePolicy,
          snapshotRanges(schedulePolicy),
        ),
      }
  return { backupManagementType, workLoadType, schedulePolicy, ...rules, timeZone: readTimeZone(policy) }
}

/** Once a day or every few hours; azurerm sends `scheduleRunTimes: null` with the latter (client-terraform.md 4.6). */
function readSchedule(policy: PolicyReader): SimpleSchedulePolicy {
  const schedule = policy.object('schedulePolicy', 'Say when backups run')
  const schedulePolicyType = schedule.choice('schedulePolicyType', ['SimpleSchedulePolicy'])
  const scheduleRunFrequency = schedule.choice('scheduleRunFrequency', ['Hourly', 'Daily'])
  const scheduleWeeklyFrequency = readWeeklyFrequency(schedule)
  if (scheduleRunFrequency === 'Daily') {
    const scheduleRunTimes = schedule.onlyTime('scheduleRunTimes')
    return { schedulePolicyType, scheduleRunFrequency, scheduleRunTimes, scheduleWeeklyFrequency }
  }
  const hourly = schedule.object('hourlySchedule', 'A schedule with the frequency Hourly needs it')
  const hourlySchedule = readHours(hourly, fileShares)
  const read = { schedulePolicyType, scheduleRunFrequency, hourlySchedule, scheduleWeeklyFrequency } as const
  if (runsPerDay(read) <= fileShares.runsPerDay) return read
  const { runsPerDay: most } = fileShares
  return hourly.refuse('interval', `makes more than ${most} backups a day`, 'Raise it or shorten the window')
}

/** With several snapshots a day the share has room for those of fewer days (azure-file-share-support-matrix.md). */
function snapshotRanges(schedule: SimpleSchedulePolicy): RetentionRanges {
  const { snapshotTier } = fileShares
  if (schedule.scheduleRunFrequency !== 'Hourly') return snapshotTier
  const { interval, scheduleWindowDuration } = schedule.hourlySchedule
  const snapshotsPerDay = Math.floor(scheduleWindowDuration / interval) + 1
  return { ...snapshotTier, dailyDays: { min: 1, max: Math.floor(snapshotTier.dailyDays.max / snapshotsPerDay) - 1 } }
}

function readVaultRetention(vault: PolicyReader, schedule: SimpleSchedulePolicy): VaultRetentionPolicy {
  const retention = vault.object('vaultRetention', 'Say how long the vault keeps backups')
  const vaultRetention = readRetention(retention, schedule, fileShares.vaultTier)
  const member = 'snapshotRetentionInDays'
  const snapshotRetentionInDays = vault.integer(member, fileShares.snapshotDays)
  const daily = vaultRetention.dailySchedule
  if (!daily || snapshotRetentionInDays < durationDays(daily.retentionDuration)) {
    return { vaultRetention, snapshotRetentionInDays }
  }
  throw new Refusal(
    'BMSUserErrorPolicyRetentionInvalid',
    `The retention duration provided in the backup policy is not supported: snapshots are kept for ${snapshotRetentionInDays} days, which is not shorter than the vault keeps daily backups. Lower ${member} or raise vaultRetention.dailySchedule.retentionDuration.`,
    { ...REFUSAL_EXTRA },
  )
}

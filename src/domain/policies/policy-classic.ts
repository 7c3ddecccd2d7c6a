import type { Limits } from '../limits.js'
import type { PolicyContext, VmPolicy } from './policies.js'
import { PolicyReader, type PolicySpelling } from './policy-reader.js'
import { type RetentionRanges, readRetention } from './policy-retention.js'
import { readStandardSchedule } from './policy-schedule.js'

/** How a classic vault spells what later ones call otherwise, and what it doesn't say as it has only one kind (wire-classic.md 7). */
const CLASSIC: PolicySpelling = {
  names: {
    schedulePolicy: 'backupSchedule',
    scheduleRunFrequency: 'scheduleRun',
    retentionPolicy: 'ltrRetentionPolicy',
    retentionDuration: 'CSMRetentionDuration',
    retentionScheduleFormatType: 'RetentionScheduleType',
  },
  presets: { retentionPolicyType: 'LongTermRetentionPolicy' },
}

/** How long a classic vault may keep points; in 2015 no rule goes beyond 30 days (SEED-21, domain.md 13.2). */
const rangesOf = (limits: Limits): RetentionRanges => ({
  dailyDays: { min: 1, max: Number.POSITIVE_INFINITY },
  longest: {
    Days: limits.classicRetentionDays,
    Weeks: limits.classicRetentionWeeks,
    Months: limits.classicRetentionMonths,
    Years: limits.classicRetentionYears,
  },
})

const readerOf = (properties: Readonly<Record<string, unknown>>, now = 0) =>
  new PolicyReader(properties, { now }, 'properties', CLASSIC)

/**
 * What a PATCH is: the name that the policy is to have, and whether it says nothing else.
 * @throws Refusal BMSUserErrorInvalidPolicyInput
 */
export function readClassicPatch(properties: Readonly<Record<string, unknown>>) {
  const patch = readerOf(properties)
  const policyName = patch.optionalText('policyName')
  const renamesOnly = policyName !== undefined && !patch.has('schedulePolicy') && !patch.has('retentionPolicy')
  return { ...(policyName === undefined ? {} : { policyName }), renamesOnly }
}

/**
 * Reads a policy of a classic vault and gives the stored form of a standard policy: daily or weekly at one time of day in
 * UTC, without instant restore.
 * @throws Refusal BMSUserErrorInvalidPolicyInput, BMSUserErrorPolicyRetentionInvalid
 */
export function readClassicPolicy(
  properties: Readonly<Record<string, unknown>>,
  context: PolicyContext,
  limits: Limits,
): VmPolicy {
  const policy = readerOf(properties, context.now)
  policy.optionalText('policyName')
  policy.optionalChoice('workloadType', ['IaasVM', 'VM'])
  const schedule = policy.object('schedulePolicy', 'Say when backups run')
  schedule.optionalChoice('backupType', ['Full'])
  const schedulePolicy = readStandardSchedule(schedule, schedule.choice('scheduleRunFrequency', ['Daily', 'Weekly']))
  const retention = policy.object('retentionPolicy', 'Say how long backups are kept')
  return {
    backupManagementType: 'AzureIaasVM',
    instantRPDetails: {},
    schedulePolicy,
    retentionPolicy: readRetention(retention, schedulePolicy, rangesOf(limits)),
    instantRpRetentionRangeInDays: 0,
    timeZone: 'UTC',
  }
}

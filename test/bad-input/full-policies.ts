import { keep } from '../support/story.js'
import type { Family } from './rows.js'
import type { Stage } from './stage.js'

const times = ['2026-01-01T08:00:00Z']
const firstSunday = { daysOfTheWeek: ['Sunday'], weeksOfTheMonth: ['First'] }
const RETENTION = {
  retentionPolicyType: 'LongTermRetentionPolicy',
  dailySchedule: keep('08:00', 30, 'Days'),
  weeklySchedule: { daysOfTheWeek: ['Sunday'], ...keep('08:00', 12, 'Weeks') },
  monthlySchedule: {
    retentionScheduleFormatType: 'Weekly',
    retentionScheduleWeekly: firstSunday,
    ...keep('08:00', 12, 'Months'),
  },
  yearlySchedule: {
    retentionScheduleFormatType: 'Daily',
    monthsOfYear: ['January'],
    retentionScheduleDaily: { daysOfTheMonth: [{ date: 1, isLast: false }] },
    ...keep('08:00', 10, 'Years'),
  },
}

/** Everything that an enhanced policy can say. */
const ENHANCED = {
  backupManagementType: 'AzureIaasVM',
  policyType: 'V2',
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicyV2',
    scheduleRunFrequency: 'Hourly',
    hourlySchedule: { interval: 4, scheduleWindowStartTime: times[0], scheduleWindowDuration: 12 },
  },
  retentionPolicy: RETENTION,
  tieringPolicy: { ArchivedRP: { tieringMode: 'TierAfter', duration: 3, durationType: 'Months' } },
  instantRPDetails: { azureBackupRGNamePrefix: 'points', azureBackupRGNameSuffix: 'team' },
  instantRpRetentionRangeInDays: 7,
  snapshotConsistencyType: 'OnlyCrashConsistent',
  timeZone: 'UTC',
  resourceGuardOperationRequests: [],
}

/** The members of policies that the other bodies don't have. */
export const fullPolicyRows = (_stage: Stage): Family => ({
  'ProtectionPolicies.CreateOrUpdate': {
    params: { backupPolicyName: 'Enhanced' },
    body: { properties: ENHANCED },
    otherVault: 'the rows of policies have it',
    missing: 'the rows of policies have it',
    state: 'the rows of policies have it',
  },
})

import t from 'tap'
import { readVmPolicy } from '../../../src/domain/policies/policy-vm.js'
import {
  type Bag,
  byDate,
  change,
  daily,
  enhancedWeekly,
  hourly,
  type Json,
  MONTHLY,
  refusalOf,
  TIME,
  weekly,
  withMonths,
} from './policy-bodies.js'

const INVALID = 'BMSUserErrorInvalidPolicyInput'
const schedule = (name: string) => `schedulePolicy.${name}`
const retained = (name: string) => `retentionPolicy.dailySchedule.${name}`
const monthly = (name: string) => `retentionPolicy.monthlySchedule.${name}`

t.test('what cannot be a policy is refused, with the reason and the way out', async (t) => {
  /** body, path, value, what the message must name */
  const impossible: [string, Bag, string, Json | undefined, string][] = [
    ['no kind', daily(), 'backupManagementType', undefined, 'backupManagementType'],
    ['another kind', daily(), 'backupManagementType', 'AzureStorage', 'AzureIaasVM'],
    ['an unknown policy type', daily(), 'policyType', 'V3', 'V1, V2'],
    ['the policy type Invalid', daily(), 'policyType', 'Invalid', 'V1, V2'],

    ['no schedule', daily(), 'schedulePolicy', undefined, 'schedulePolicy is missing'],
    ['a schedule that is text', daily(), 'schedulePolicy', 'Daily', 'must be an object'],
    ['a schedule that is a list', daily(), 'schedulePolicy', [], 'must be an object'],
    ['no schedule type', daily(), schedule('schedulePolicyType'), undefined, 'schedulePolicyType'],
    ['a schedule of logs', daily(), schedule('schedulePolicyType'), 'LogSchedulePolicy', 'SimpleSchedulePolicy'],
    ['no frequency', daily(), schedule('scheduleRunFrequency'), undefined, 'scheduleRunFrequency'],
    ['an unknown frequency', daily(), schedule('scheduleRunFrequency'), 'Monthly', 'Hourly, Daily, Weekly'],
    ['hourly in a standard policy (SEED-54)', daily(), schedule('scheduleRunFrequency'), 'Hourly', 'policyType to V2'],
    ['an enhanced schedule in a standard policy', hourly(), 'policyType', 'V1', 'Set policyType to V2'],
    ['an enhanced schedule without policy type', hourly(), 'policyType', undefined, 'Set policyType to V2'],
    ['no run time', daily(), schedule('scheduleRunTimes'), [], 'exactly one time'],
    ['null for run times', daily(), schedule('scheduleRunTimes'), null, 'exactly one time'],
    ['two run times', daily(), schedule('scheduleRunTimes'), [TIME, '2026-01-01T10:00:00Z'], 'exactly one time'],
    ['a run time outside a list', daily(), schedule('scheduleRunTimes'), TIME, 'exactly one time'],
    ['a run time that is a number', daily(), schedule('scheduleRunTimes'), [1_767_304_800], 'must be a date-time'],
    ['a run time that is none', daily(), schedule('scheduleRunTimes'), ['10 PM'], 'must be a date-time'],
    ['the 30th of February', daily(), schedule('scheduleRunTimes'), ['2026-02-30T22:00:00Z'], 'must be a date-time'],
    ['25 o’clock', daily(), schedule('scheduleRunTimes'), ['2026-01-01T25:00:00Z'], 'must be a date-time'],
    ['a quarter past', daily(), schedule('scheduleRunTimes'), ['2026-01-01T22:15:00Z'], 'hour or half past'],
    ['half a minute past', daily(), schedule('scheduleRunTimes'), ['2026-01-01T22:00:30Z'], 'hour or half past'],
    ['every second week', weekly(), schedule('scheduleWeeklyFrequency'), 2, 'between 0 and 1'],
    ['weekly without days', weekly(), schedule('scheduleRunDays'), undefined, 'scheduleRunDays'],
    ['weekly with empty days', weekly(), schedule('scheduleRunDays'), [], 'at least one entry'],
    ['weekly on an unknown day', weekly(), schedule('scheduleRunDays'), ['Monday', 'Someday'], '"Someday"'],
    ['weekly twice on a day', weekly(), schedule('scheduleRunDays'), ['Monday', 'monday'], 'Monday twice'],
    ['weekly on a number', weekly(), schedule('scheduleRunDays'), [1], 'Replace 1'],
    ['hourly without its window', hourly(), schedule('hourlySchedule'), undefined, 'hourlySchedule is missing'],
    ['every five hours', hourly(), schedule('hourlySchedule.interval'), 5, '4, 6, 8, 12, 24'],
    ['every "4" hours', hourly(), schedule('hourlySchedule.interval'), '4', '4, 6, 8, 12, 24'],
    ['a window of 3 hours', hourly(), schedule('hourlySchedule.scheduleWindowDuration'), 3, 'between 4 and 24'],
    ['a window of 25 hours', hourly(), schedule('hourlySchedule.scheduleWindowDuration'), 25, 'between 4 and 24'],
    ['a window of 4.5 hours', hourly(), schedule('hourlySchedule.scheduleWindowDuration'), 4.5, 'whole number'],
    ['no start of the window', hourly(), schedule('hourlySchedule.scheduleWindowStartTime'), null, 'WindowStartTime'],
    ['daily V2 without its schedule', hourly(), schedule('scheduleRunFrequency'), 'Daily', 'dailySchedule is missing'],
    ['weekly V2 without it', hourly(), schedule('scheduleRunFrequency'), 'Weekly', 'weeklySchedule is missing'],

    ['no retention', daily(), 'retentionPolicy', undefined, 'retentionPolicy is missing'],
    ['no retention type', daily(), 'retentionPolicy.retentionPolicyType', undefined, 'LongTermRetentionPolicy'],
    ['simple retention', daily(), 'retentionPolicy.retentionPolicyType', 'SimpleRetentionPolicy', 'LongTermRetention'],
    ['daily without daily retention', daily(), 'retentionPolicy.dailySchedule', null, 'dailySchedule is missing'],
    ['hourly without daily retention', hourly(), 'retentionPolicy.dailySchedule', null, 'dailySchedule is missing'],
    ['weekly without weekly retention', weekly(), 'retentionPolicy.weeklySchedule', null, 'weeklySchedule is missing'],
    ['no retention time', daily(), retained('retentionTimes'), [], 'retentionTimes must name exactly one'],
    ['another retention time', daily(), retained('retentionTimes'), ['2026-01-01T10:00:00Z'], 'run at 22:00:00Z'],
    ['no duration', daily(), retained('retentionDuration'), undefined, 'retentionDuration is missing'],
    ['kept 0 days', daily(), retained('retentionDuration.count'), 0, 'between 1 and 9999'],
    ['kept 10000 days', daily(), retained('retentionDuration.count'), 10_000, 'between 1 and 9999'],
    ['kept "30" days', daily(), retained('retentionDuration.count'), '30', 'Replace "30"'],
    ['kept 30.5 days', daily(), retained('retentionDuration.count'), 30.5, 'whole number'],
    ['kept for no unit', daily(), retained('retentionDuration.durationType'), 'Invalid', 'Days, Weeks, Months, Years'],
    ['weekly with fewer days kept', weekly(), 'retentionPolicy.weeklySchedule.daysOfTheWeek', ['Monday'], 'Thursday'],
    [
      'weekly with other days kept',
      weekly(),
      'retentionPolicy.weeklySchedule.daysOfTheWeek',
      ['Monday', 'Friday'],
      'Friday',
    ],

    ['a month without a format', daily(), 'retentionPolicy.monthlySchedule', {}, 'retentionScheduleFormatType'],
    [
      'no weeks',
      daily(),
      'retentionPolicy.monthlySchedule',
      change(MONTHLY, 'retentionScheduleWeekly', null),
      'needs it',
    ],
    ['a fifth week', withMonths(), monthly('retentionScheduleWeekly.weeksOfTheMonth'), ['Fifth'], '"Fifth"'],
    ['First twice', withMonths(), monthly('retentionScheduleWeekly.weeksOfTheMonth'), ['First', 'First'], 'twice'],
    ['no weekday', withMonths(), monthly('retentionScheduleWeekly.daysOfTheWeek'), [], 'at least one entry'],
    ['day 0', daily(), 'retentionPolicy.monthlySchedule', byDate({ date: 0, isLast: false }), 'between 1 and 28'],
    ['day 29', daily(), 'retentionPolicy.monthlySchedule', byDate({ date: 29, isLast: false }), 'between 1 and 28'],
    ['no day', daily(), 'retentionPolicy.monthlySchedule', byDate(), 'at least one entry'],
    ['a day twice', daily(), 'retentionPolicy.monthlySchedule', byDate({ date: 1 }, { date: 1 }), 'twice'],
    ['last twice', daily(), 'retentionPolicy.monthlySchedule', byDate({ isLast: true }, { isLast: true }), 'twice'],
    ['isLast "true"', daily(), 'retentionPolicy.monthlySchedule', byDate({ isLast: 'true' }), 'true or false'],
    ['days as numbers', withMonths(), 'retentionPolicy.monthlySchedule', datesAsNumbers(), 'list of objects'],
    ['weekly with dates', weekly(), 'retentionPolicy.monthlySchedule', byDate({ date: 1 }), 'the format Weekly'],
    ['weekly with an idle day', weekly(), 'retentionPolicy.monthlySchedule', onTuesdays(), 'Tuesday'],
    ['no months', daily(), 'retentionPolicy.yearlySchedule', MONTHLY, 'monthsOfYear'],
    [
      'a 13th month',
      daily(),
      'retentionPolicy.yearlySchedule',
      { ...MONTHLY, monthsOfYear: ['Undecember'] },
      'Undecember',
    ],

    ['an unknown zone', daily(), 'timeZone', 'Europe/Berlin', 'not a Windows time zone'],
    ['a zone that is a number', daily(), 'timeZone', 1, 'timeZone must be a string'],
    ['instant restore of 0 days', daily(), 'instantRpRetentionRangeInDays', 0, 'between 1 and 5'],
    ['of 6 days in a standard policy', daily(), 'instantRpRetentionRangeInDays', 6, 'between 1 and 5'],
    ['of "2" days', daily(), 'instantRpRetentionRangeInDays', '2', 'Replace "2"'],
    ['of 2 days in a weekly one', weekly(), 'instantRpRetentionRangeInDays', 2, 'must be 5'],
    ['of 31 days in an enhanced one', enhancedWeekly(), 'instantRpRetentionRangeInDays', 31, 'between 1 and 30'],
    ['of 16 days in one with four runs a day', hourly(), 'instantRpRetentionRangeInDays', 16, 'between 1 and 15'],
    ['crash consistency in a standard policy', daily(), 'snapshotConsistencyType', 'OnlyCrashConsistent', 'V2'],
    ['an unknown consistency', hourly(), 'snapshotConsistencyType', 'AppConsistent', 'OnlyCrashConsistent'],
    ['a tiering mode of its own', daily(), 'tieringPolicy.ArchivedRP', { tieringMode: 'Later' }, 'TierAfter'],
    ['tiering after nothing', daily(), 'tieringPolicy.ArchivedRP', { tieringMode: 'TierAfter' }, 'duration'],

    ['a suffix alone', daily(), 'instantRPDetails', { azureBackupRGNameSuffix: 'b' }, 'Prefix'],
    ['a slash in the group', daily(), 'instantRPDetails', { azureBackupRGNamePrefix: 'a/b' }, 'a/b'],
    [
      'a period at its end',
      daily(),
      'instantRPDetails',
      { azureBackupRGNamePrefix: 'a', azureBackupRGNameSuffix: '.' },
      '.',
    ],
    ['75 characters', daily(), 'instantRPDetails', { azureBackupRGNamePrefix: 'a'.repeat(75) }, 'at most 74'],
    ['a number for a prefix', daily(), 'instantRPDetails', { azureBackupRGNamePrefix: 7 }, 'must be a string'],
  ]
  for (const [name, body, path, value, names] of impossible) {
    t.test(name, async (t) => {
      const { code, status, message, extra } = refusalOf(change(body, path, value))
      t.equal(code, INVALID)
      t.equal(status, 400)
      t.match(message, /^Input for create or update policy is not in proper format: /)
      t.ok(message.includes(names), message)
      t.same(extra, { target: null, details: null, innerError: null })
    })
  }
  t.test('a daily retention next to a weekly schedule', async (t) => {
    const { dailySchedule } = daily().retentionPolicy as Bag
    const refusal = refusalOf(change(weekly(), 'retentionPolicy.dailySchedule', dailySchedule))
    t.equal(refusal.code, INVALID)
    t.match(refusal.message, 'dailySchedule does not go with a weekly schedule. Leave it out.')
  })
})

function datesAsNumbers(): Bag {
  return change(byDate({ date: 1 }), 'retentionScheduleDaily.daysOfTheMonth', [1])
}
function onTuesdays(): Bag {
  return change(MONTHLY, 'retentionScheduleWeekly.daysOfTheWeek', ['Monday', 'Tuesday'])
}

t.test('retention has floors', async (t) => {
  t.test('daily points are kept a week at least', async (t) => {
    const refusal = refusalOf(change(daily(), retained('retentionDuration.count'), 6))
    t.equal(refusal.code, 'BMSUserErrorPolicyRetentionInvalid')
    t.match(refusal.message, 'at least 7 days')
    t.ok(readVmPolicy(change(daily(), retained('retentionDuration.count'), 7)))
    t.ok(readVmPolicy(change(daily(), retained('retentionDuration'), { count: 1, durationType: 'Weeks' })))
  })
  t.test('and longer than snapshots for instant restore', async (t) => {
    const sevenDays = change(hourly(), retained('retentionDuration.count'), 7)
    const refusal = refusalOf(sevenDays)
    t.equal(refusal.code, 'BMSUserErrorInstantRPRetentionExceedsVaultedRetention', 'seven snapshots by default')
    t.match(refusal.message, 'Set instantRpRetentionRangeInDays to 6 or less')
    t.equal(readVmPolicy({ ...sevenDays, instantRpRetentionRangeInDays: 6 }).instantRpRetentionRangeInDays, 6)
  })
  t.test('weekly points are not kept shorter than snapshots', async (t) => {
    const week = change(enhancedWeekly(), 'retentionPolicy.weeklySchedule.retentionDuration.count', 1)
    t.equal(readVmPolicy(week).instantRpRetentionRangeInDays, 7)
    const refusal = refusalOf({ ...week, instantRpRetentionRangeInDays: 8 })
    t.equal(refusal.code, 'BMSUserErrorInstantRPRetentionExceedsVaultedRetention')
  })
})

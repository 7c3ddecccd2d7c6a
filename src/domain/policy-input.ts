import { Refusal } from './errors.js'
import { type DayOfWeek, POLICY_RANGES, type PolicyType } from './policy-ranges.js'
import { type PolicyReader, REFUSAL_EXTRA } from './policy-reader.js'
import {
  type DaysOfMonth,
  durationDays,
  type LongTermRetentionPolicy,
  type RetentionDuration,
  type WeeklyRetention,
} from './retention.js'
import type { HourlySchedule, SchedulePolicy, SimpleSchedulePolicy } from './schedule.js'

const { daysOfTheWeek, weeksOfTheMonth, monthsOfYear, durationTypes, formatTypes } = POLICY_RANGES

/**
 * The schedule of a PUT body in its stored form (domain.md 5.1, 13.4); what its frequency has no use for is left out.
 * @throws Refusal BMSUserErrorInvalidPolicyInput
 */
export function readSchedule(policy: PolicyReader, policyType: PolicyType): SchedulePolicy {
  const schedule = policy.object('schedulePolicy', 'Say when backups run')
  const type = schedule.choice('schedulePolicyType', ['SimpleSchedulePolicy', 'SimpleSchedulePolicyV2'])
  const frequency = schedule.choice('scheduleRunFrequency', ['Hourly', 'Daily', 'Weekly'])
  if (type === 'SimpleSchedulePolicy') return readStandardSchedule(schedule, frequency)
  if (policyType === 'V1') {
    schedule.refuse('schedulePolicyType', `${type} needs an enhanced policy`, 'Set policyType to V2')
  }
  const why = `A schedule with the frequency ${frequency} needs it`
  switch (frequency) {
    case 'Hourly': {
      const hourlySchedule = readHours(schedule.object('hourlySchedule', why))
      return { schedulePolicyType: type, scheduleRunFrequency: frequency, hourlySchedule }
    }
    case 'Daily': {
      const scheduleRunTimes = schedule.object('dailySchedule', why).onlyTime('scheduleRunTimes')
      return { schedulePolicyType: type, scheduleRunFrequency: frequency, dailySchedule: { scheduleRunTimes } }
    }
    case 'Weekly': {
      const weeklySchedule = readWeek(schedule.object('weeklySchedule', why))
      return { schedulePolicyType: type, scheduleRunFrequency: frequency, weeklySchedule }
    }
  }
}

/** SEED-50: daily or weekly; SEED-54: hourly needs the enhanced policy. */
function readStandardSchedule(schedule: PolicyReader, frequency: 'Hourly' | 'Daily' | 'Weekly'): SimpleSchedulePolicy {
  const schedulePolicyType = 'SimpleSchedulePolicy'
  if (frequency === 'Hourly') {
    const remedy = 'Set policyType to V2 and schedulePolicyType to SimpleSchedulePolicyV2'
    return schedule.refuse('scheduleRunFrequency', 'Hourly needs an enhanced policy', remedy)
  }
  const days = frequency === 'Weekly' ? readWeek(schedule) : { scheduleRunTimes: schedule.onlyTime('scheduleRunTimes') }
  const scheduleWeeklyFrequency = schedule.has('scheduleWeeklyFrequency')
    ? schedule.integer('scheduleWeeklyFrequency', POLICY_RANGES.weeklyFrequency)
    : POLICY_RANGES.weeklyFrequency.min
  return { schedulePolicyType, scheduleRunFrequency: frequency, ...days, scheduleWeeklyFrequency }
}

function readWeek(schedule: PolicyReader) {
  return {
    scheduleRunDays: schedule.choices('scheduleRunDays', daysOfTheWeek),
    scheduleRunTimes: schedule.onlyTime('scheduleRunTimes'),
  }
}

function readHours(hourly: PolicyReader): HourlySchedule {
  const intervals: readonly number[] = POLICY_RANGES.hourlyIntervals
  const interval = hourly.value('interval')
  if (typeof interval !== 'number' || !intervals.includes(interval)) {
    return hourly.refuse('interval', `must be one of ${intervals.join(', ')} hours`, 'Choose one of them')
  }
  const { min, max } = POLICY_RANGES.hourlyWindow
  // C: az.recoveryservices, WindowDurationLessThanInterval.
  const shortest = Math.max(min, interval)
  return {
    interval,
    scheduleWindowStartTime: hourly.time('scheduleWindowStartTime'),
    scheduleWindowDuration: hourly.integer('scheduleWindowDuration', { min: shortest, max }),
  }
}

const runDaysOf = (schedule: SchedulePolicy): readonly DayOfWeek[] => {
  if (schedule.scheduleRunFrequency !== 'Weekly') return daysOfTheWeek
  if (schedule.schedulePolicyType === 'SimpleSchedulePolicyV2') return schedule.weeklySchedule.scheduleRunDays
  return schedule.scheduleRunDays ?? []
}

/**
 * The retention of a PUT body in its stored form (domain.md 5.1, 13.2, 13.3), held against the schedule it is for.
 * @throws Refusal BMSUserErrorInvalidPolicyInput, BMSUserErrorPolicyRetentionInvalid
 */
export function readRetention(policy: PolicyReader, schedule: SchedulePolicy): LongTermRetentionPolicy {
  const retention = policy.object('retentionPolicy', 'Say how long backups are kept')
  const retentionPolicyType = retention.choice('retentionPolicyType', ['LongTermRetentionPolicy'])
  const weekly = schedule.scheduleRunFrequency === 'Weekly'
  if (weekly && retention.has('dailySchedule')) {
    retention.refuse('dailySchedule', 'does not go with a weekly schedule', 'Leave it out')
  }
  const base = weekly ? 'weeklySchedule' : 'dailySchedule'
  retention.object(base, `A schedule with the frequency ${schedule.scheduleRunFrequency} needs it`)

  const days = retention.optionalObject('dailySchedule')
  const weeks = retention.optionalObject('weeklySchedule')
  const months = retention.optionalObject('monthlySchedule')
  const years = retention.optionalObject('yearlySchedule')
  return {
    retentionPolicyType,
    ...(days && { dailySchedule: readDaily(days, schedule) }),
    ...(weeks && { weeklySchedule: readWeekly(weeks, schedule) }),
    ...(months && { monthlySchedule: { ...readDaysOfMonth(months, schedule), ...readRule(months, schedule) } }),
    ...(years && { yearlySchedule: readYearly(years, schedule) }),
  }
}

/**
 * A standard policy keeps at the time it runs (domain.md 5.1). An enhanced one may name another time: the published
 * sample of a daily enhanced policy does, and so does the recorded hourly policy of file shares.
 */
function readRule(rule: PolicyReader, schedule: SchedulePolicy) {
  const retentionTimes = rule.onlyTime('retentionTimes')
  if (schedule.schedulePolicyType === 'SimpleSchedulePolicy') {
    const runs = schedule.scheduleRunTimes[0]?.slice(11)
    const keeps = retentionTimes[0].slice(11)
    if (keeps !== runs)
      rule.refuse('retentionTimes', `is ${keeps}, but backups run at ${runs}`, 'Make both times equal')
  }
  return { retentionTimes, retentionDuration: readDuration(rule) }
}

function readDuration(rule: PolicyReader): RetentionDuration {
  const duration = rule.object('retentionDuration', 'Give count and durationType')
  return {
    count: duration.integer('count', POLICY_RANGES.retentionCount),
    durationType: duration.choice('durationType', durationTypes),
  }
}

function readDaily(rule: PolicyReader, schedule: SchedulePolicy) {
  const daily = readRule(rule, schedule)
  const { min } = POLICY_RANGES.dailyRetentionDays
  const days = durationDays(daily.retentionDuration)
  if (days >= min) return daily
  throw new Refusal(
    'BMSUserErrorPolicyRetentionInvalid',
    `The retention duration provided in the backup policy is not supported: daily backups must be kept for at least ${min} days and this policy keeps them for ${days}. Raise dailySchedule.retentionDuration; see https://aka.ms/policysupport.`,
    { ...REFUSAL_EXTRA },
  )
}

/** With a weekly schedule the days are those it runs on, neither more nor fewer (domain.md 13.2). */
function readWeekly(rule: PolicyReader, schedule: SchedulePolicy): WeeklyRetention {
  const days = rule.choices('daysOfTheWeek', daysOfTheWeek)
  const runDays = runDaysOf(schedule)
  if (schedule.scheduleRunFrequency === 'Weekly' && days.length !== runDays.length) {
    rule.refuse('daysOfTheWeek', 'must be the days of the schedule', `Use ${runDays.join(', ')}`)
  }
  refuseOtherDays(rule, days, runDays)
  return { daysOfTheWeek: days, ...readRule(rule, schedule) }
}

function refuseOtherDays(reader: PolicyReader, days: readonly DayOfWeek[], runDays: readonly DayOfWeek[]) {
  const idle = days.filter((day) => !runDays.includes(day))
  if (idle.length === 0) return
  reader.refuse('daysOfTheWeek', `has ${idle.join(', ')}, when no backup runs`, `Use ${runDays.join(', ')}`)
}

/**
 * Which days of a month keep a point; the half that the format doesn't name is left out. With a weekly schedule only
 * the relative format is allowed, with days it runs on (C: az.recoveryservices, for these vaults too).
 */
function readDaysOfMonth(rule: PolicyReader, schedule: SchedulePolicy): DaysOfMonth {
  const format = rule.choice('retentionScheduleFormatType', formatTypes)
  const why = `The format ${format} needs it`
  if (format === 'Daily') {
    if (schedule.scheduleRunFrequency === 'Weekly') {
      rule.refuse('retentionScheduleFormatType', 'Daily does not go with a weekly schedule', 'Use the format Weekly')
    }
    const daysOfTheMonth = readDates(rule.object('retentionScheduleDaily', why))
    return { retentionScheduleFormatType: format, retentionScheduleDaily: { daysOfTheMonth } }
  }
  const weekly = rule.object('retentionScheduleWeekly', why)
  const days = weekly.choices('daysOfTheWeek', daysOfTheWeek)
  refuseOtherDays(weekly, days, runDaysOf(schedule))
  return {
    retentionScheduleFormatType: format,
    retentionScheduleWeekly: {
      daysOfTheWeek: days,
      weeksOfTheMonth: weekly.choices('weeksOfTheMonth', weeksOfTheMonth),
    },
  }
}

/** A date, or the last day whatever its date: azurerm sends that as `{date: 0, isLast: true}`. */
function readDates(daily: PolicyReader) {
  const dates = daily.objects('daysOfTheMonth').map((day) => {
    const isLast = day.flag('isLast')
    return { date: isLast ? 0 : day.integer('date', POLICY_RANGES.dayOfMonth), isLast }
  })
  if (new Set(dates.map(({ date }) => date)).size === dates.length) return dates
  return daily.refuse('daysOfTheMonth', 'names a day twice', 'Name it once')
}

function readYearly(rule: PolicyReader, schedule: SchedulePolicy) {
  const { retentionScheduleFormatType, ...days } = readDaysOfMonth(rule, schedule)
  const months = rule.choices('monthsOfYear', monthsOfYear)
  // The service writes the months between the format and the days.
  return { retentionScheduleFormatType, monthsOfYear: months, ...days, ...readRule(rule, schedule) }
}

import { Refusal } from '../errors.js'
import { type DayOfWeek, type DurationType, POLICY_RANGES } from './policy-ranges.js'
import { type PolicyReader, REFUSAL_EXTRA } from './policy-reader.js'
import {
  type DaysOfMonth,
  durationDays,
  type LongTermRetentionPolicy,
  type RetentionDuration,
  type WeeklyRetention,
} from './retention.js'
import { HOUR, type HourlySchedule, type SchedulePolicy, timeOfDay } from './schedule.js'

const { daysOfTheWeek, weeksOfTheMonth, monthsOfYear, durationTypes, formatTypes } = POLICY_RANGES

const runDaysOf = (schedule: SchedulePolicy): readonly DayOfWeek[] => {
  if (schedule.scheduleRunFrequency !== 'Weekly') return daysOfTheWeek
  if (schedule.schedulePolicyType === 'SimpleSchedulePolicyV2') return schedule.weeklySchedule.scheduleRunDays
  return schedule.scheduleRunDays ?? []
}

/** How long points may be kept. */
export interface RetentionRanges {
  /** Of daily points, in days. */
  dailyDays: { min: number; max: number }
  /** Of any, by the unit that it is said in; what goes beyond is refused as not supported. */
  longest?: Record<DurationType, number>
}

/** Of virtual machines: a week at least for daily points (domain.md 3), and nothing but the counts above. */
export const VM_RETENTION: RetentionRanges = {
  dailyDays: { min: POLICY_RANGES.dailyRetentionDays.min, max: Number.POSITIVE_INFINITY },
}

/**
 * The retention of a PUT body in its stored form (domain.md 5.1, 13.2, 13.3), held against the schedule it is for.
 * @throws Refusal BMSUserErrorInvalidPolicyInput, BMSUserErrorPolicyRetentionInvalid
 */
export function readRetention(
  retention: PolicyReader,
  schedule: SchedulePolicy,
  ranges: RetentionRanges,
): LongTermRetentionPolicy {
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
    ...(days && { dailySchedule: readDaily(days, schedule, ranges) }),
    ...(weeks && { weeklySchedule: readWeekly(weeks, schedule, ranges) }),
    ...(months && { monthlySchedule: { ...readDaysOfMonth(months, schedule), ...readRule(months, schedule, ranges) } }),
    ...(years && { yearlySchedule: readYearly(years, schedule, ranges) }),
  }
}

/**
 * Retention attaches to the times of the schedule (SEED-84, domain.md 5.1). An enhanced policy may name another time: the
 * published sample of a daily enhanced policy does. An hourly one of file shares may name none (azurerm): it gets the
 * end of its window, as recorded (wire-files.md 6).
 */
function readRule(rule: PolicyReader, schedule: SchedulePolicy, { longest }: RetentionRanges) {
  const retentionTimes = readRetentionTimes(rule, schedule)
  const retentionDuration = readDuration(rule)
  const { count, durationType } = retentionDuration
  if (longest && count > longest[durationType]) {
    throw unsupported(rule, `for ${count} ${durationType}, and ${longest[durationType]} is the most`)
  }
  return { retentionTimes, retentionDuration }
}

function readRetentionTimes(rule: PolicyReader, schedule: SchedulePolicy): [string] {
  if (schedule.schedulePolicyType !== 'SimpleSchedulePolicy') return rule.onlyTime('retentionTimes')
  if (schedule.scheduleRunFrequency === 'Hourly') {
    return rule.has('retentionTimes') ? rule.onlyTime('retentionTimes') : [endOfWindow(schedule.hourlySchedule)]
  }
  const times = rule.onlyTime('retentionTimes')
  const [runs = ''] = schedule.scheduleRunTimes
  if (timeOfDay(times[0]) === timeOfDay(runs)) return times
  const problem = `is ${times[0].slice(11)}, but backups run at ${runs.slice(11)}`
  return rule.refuse('retentionTimes', problem, 'Make both times equal')
}

function endOfWindow({ scheduleWindowStartTime, scheduleWindowDuration }: HourlySchedule): string {
  const end = Date.parse(scheduleWindowStartTime) + scheduleWindowDuration * HOUR
  return new Date(end).toISOString().replace('.000Z', 'Z')
}

const unsupported = (rule: PolicyReader, what: string) =>
  new Refusal(
    'BMSUserErrorPolicyRetentionInvalid',
    `The retention duration provided in the backup policy is not supported: ${rule.path} keeps points ${what}. Change its retentionDuration; see https://aka.ms/policysupport.`,
    { ...REFUSAL_EXTRA },
  )

function readDuration(rule: PolicyReader): RetentionDuration {
  const duration = rule.object('retentionDuration', 'Give count and durationType')
  return {
    count: duration.integer('count', POLICY_RANGES.retentionCount),
    durationType: duration.choice('durationType', durationTypes),
  }
}

function readDaily(rule: PolicyReader, schedule: SchedulePolicy, ranges: RetentionRanges) {
  const daily = readRule(rule, schedule, ranges)
  const { min, max } = ranges.dailyDays
  const days = durationDays(daily.retentionDuration)
  if (days < min) throw unsupported(rule, `for ${days} days, and at least ${min} days are needed`)
  if (days > max) throw unsupported(rule, `for ${days} days, and ${max} is the most with so many backups a day`)
  return daily
}

/** With a weekly schedule the days are those it runs on, neither more nor fewer (domain.md 13.2). */
function readWeekly(rule: PolicyReader, schedule: SchedulePolicy, ranges: RetentionRanges): WeeklyRetention {
  const days = rule.choices('daysOfTheWeek', daysOfTheWeek)
  const runDays = runDaysOf(schedule)
  if (schedule.scheduleRunFrequency === 'Weekly' && days.length !== runDays.length) {
    rule.refuse('daysOfTheWeek', 'must be the days of the schedule', `Use ${runDays.join(', ')}`)
  }
  refuseOtherDays(rule, days, runDays)
  return { daysOfTheWeek: days, ...readRule(rule, schedule, ranges) }
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

function readYearly(rule: PolicyReader, schedule: SchedulePolicy, ranges: RetentionRanges) {
  const { retentionScheduleFormatType, ...days } = readDaysOfMonth(rule, schedule)
  const months = rule.choices('monthsOfYear', monthsOfYear)
  // The service writes the months between the format and the days.
  return { retentionScheduleFormatType, monthsOfYear: months, ...days, ...readRule(rule, schedule, ranges) }
}

import { POLICY_RANGES, type PolicyType } from './policy-ranges.js'
import type { PolicyReader } from './policy-reader.js'
import type { HourlySchedule, SchedulePolicy, SimpleSchedulePolicy } from './schedule.js'
import { offsetOf } from './time-zones.js'

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
      const hourlySchedule = readHours(schedule.object('hourlySchedule', why), POLICY_RANGES)
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
export function readStandardSchedule(
  schedule: PolicyReader,
  frequency: 'Hourly' | 'Daily' | 'Weekly',
): SimpleSchedulePolicy {
  const schedulePolicyType = 'SimpleSchedulePolicy'
  if (frequency === 'Hourly') {
    const remedy = 'Set policyType to V2 and schedulePolicyType to SimpleSchedulePolicyV2'
    return schedule.refuse('scheduleRunFrequency', 'Hourly needs an enhanced policy', remedy)
  }
  const days = frequency === 'Weekly' ? readWeek(schedule) : { scheduleRunTimes: schedule.onlyTime('scheduleRunTimes') }
  const scheduleWeeklyFrequency = readWeeklyFrequency(schedule)
  return { schedulePolicyType, scheduleRunFrequency: frequency, ...days, scheduleWeeklyFrequency }
}

/** How many weeks lie between two runs, as standard schedules of every kind of item say it. */
export const readWeeklyFrequency = (schedule: PolicyReader): number =>
  schedule.has('scheduleWeeklyFrequency')
    ? schedule.integer('scheduleWeeklyFrequency', POLICY_RANGES.weeklyFrequency)
    : POLICY_RANGES.weeklyFrequency.min

function readWeek(schedule: PolicyReader) {
  return {
    scheduleRunDays: schedule.choices('scheduleRunDays', POLICY_RANGES.daysOfTheWeek),
    scheduleRunTimes: schedule.onlyTime('scheduleRunTimes'),
  }
}

/**
 * Several runs a day, by the intervals and windows that there are for the kind of item.
 * @throws Refusal BMSUserErrorInvalidPolicyInput
 */
export function readHours(
  hourly: PolicyReader,
  ranges: { hourlyIntervals: readonly number[]; hourlyWindow: { min: number; max: number } },
): HourlySchedule {
  const intervals = ranges.hourlyIntervals
  const interval = hourly.value('interval')
  if (typeof interval !== 'number' || !intervals.includes(interval)) {
    return hourly.refuse('interval', `must be one of ${intervals.join(', ')} hours`, 'Choose one of them')
  }
  const { min, max } = ranges.hourlyWindow
  // C: az.recoveryservices, WindowDurationLessThanInterval.
  const shortest = Math.max(min, interval)
  return {
    interval,
    scheduleWindowStartTime: hourly.time('scheduleWindowStartTime'),
    scheduleWindowDuration: hourly.integer('scheduleWindowDuration', { min: shortest, max }),
  }
}

/**
 * The zone that a policy's times are wall clock in.
 * @throws Refusal BMSUserErrorInvalidPolicyInput
 */
export function readTimeZone(policy: PolicyReader): string {
  const zone = policy.optionalText('timeZone') ?? 'UTC'
  if (offsetOf(zone) !== undefined) return zone
  return policy.refuse('timeZone', `'${zone}' is not a Windows time zone`, "Use e.g. 'UTC' or 'Pacific Standard Time'")
}

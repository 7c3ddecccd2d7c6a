import type { DiskPolicy } from './policies.js'
import { type DayOfWeek, POLICY_RANGES } from './policy-ranges.js'
import { nextRepetition, repetitionsOf } from './repetition.js'
import { offsetOf } from './time-zones.js'

/** Milliseconds since 1970-01-01T00:00:00Z on the world's clock. */
export type Instant = number

/** Several runs a day, `interval` hours apart, from the start of the window to its end. */
export interface HourlySchedule {
  interval: number
  /** A date-time of which the time of day counts, in UTC whatever the policy's zone is (domain.md 13.4). */
  scheduleWindowStartTime: string
  scheduleWindowDuration: number
}

/**
 * The schedule of a standard policy (V1): once a day or on days of the week (SEED-50). Policies of file shares have
 * several runs a day in it too (wire-files.md 6).
 */
export type SimpleSchedulePolicy = { schedulePolicyType: 'SimpleSchedulePolicy'; scheduleWeeklyFrequency: number } & (
  | {
      scheduleRunFrequency: 'Daily' | 'Weekly'
      scheduleRunDays?: DayOfWeek[]
      /** Exactly one date-time, of which the time of day counts: wall clock in the policy's zone, whatever its Z says. */
      scheduleRunTimes: string[]
    }
  | { scheduleRunFrequency: 'Hourly'; hourlySchedule: HourlySchedule }
)

/** The schedule of an enhanced policy (V2): the member that its frequency names is there, the others are not. */
export type SimpleSchedulePolicyV2 = { schedulePolicyType: 'SimpleSchedulePolicyV2' } & (
  | { scheduleRunFrequency: 'Hourly'; hourlySchedule: HourlySchedule }
  | { scheduleRunFrequency: 'Daily'; dailySchedule: { scheduleRunTimes: string[] } }
  | { scheduleRunFrequency: 'Weekly'; weeklySchedule: { scheduleRunDays: DayOfWeek[]; scheduleRunTimes: string[] } }
)

export type SchedulePolicy = SimpleSchedulePolicy | SimpleSchedulePolicyV2

/** What of a policy says when it runs. */
export interface Scheduled {
  schedulePolicy: SchedulePolicy
  timeZone: string
}

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
const EVERY_DAY = 0b111_1111

const modulo = (value: number, by: number) => ((value % by) + by) % by

/** Milliseconds to add to UTC for the policy's wall clock, the same all the year (SEED-53). */
export function zoneOffset(policy: Scheduled): number {
  // A stored policy has no unknown zone: its reader refuses it.
  return (offsetOf(policy.timeZone) ?? 0) * MINUTE
}

/** The weekday at a wall-clock instant: 0 is Sunday. 1970-01-01 was a Thursday. */
export function weekdayAt(local: number): number {
  return modulo(Math.floor(local / DAY) + 4, 7)
}

/** Milliseconds from midnight to the time in a stored date-time: `YYYY-MM-DDTHH:mm:ssZ`, of file shares also `+00:00`. */
export function timeOfDay(stored: string): number {
  if (!stored.endsWith('Z')) return modulo(Date.parse(stored), DAY)
  const two = (at: number) => (stored.charCodeAt(at) - 48) * 10 + stored.charCodeAt(at + 1) - 48
  return two(11) * HOUR + two(14) * MINUTE
}

/** The run times of an hourly schedule as milliseconds after local midnight, ascending. */
function hourlyTimes(schedule: HourlySchedule, offset: number): number[] {
  const start = timeOfDay(schedule.scheduleWindowStartTime) + offset
  const times: number[] = []
  // A window of 24 hours ends where the next day's begins: that run is the next day's first.
  for (let after = 0; after <= schedule.scheduleWindowDuration && after < 24; after += schedule.interval) {
    times.push(modulo(start + after * HOUR, DAY))
  }
  return times.sort((a, b) => a - b)
}

/** How many runs a day of a schedule has. */
export const runsPerDay = (schedule: SchedulePolicy): number =>
  schedule.scheduleRunFrequency === 'Hourly' ? hourlyTimes(schedule.hourlySchedule, 0).length : 1

interface RunDay {
  /** Milliseconds after local midnight, ascending. */
  times: readonly number[]
  /** Bit 0 is Sunday. */
  weekdays: number
}

const maskOf = (days: readonly DayOfWeek[] = []) => {
  let mask = 0
  for (const day of days) mask |= 1 << POLICY_RANGES.daysOfTheWeek.indexOf(day)
  return mask
}

const runDay = (times: readonly string[], weekdays: number): RunDay => ({ times: times.map(timeOfDay), weekdays })

function runDayOf({ schedulePolicy: policy }: Scheduled, offset: number): RunDay {
  if (policy.scheduleRunFrequency === 'Hourly') {
    return { times: hourlyTimes(policy.hourlySchedule, offset), weekdays: EVERY_DAY }
  }
  if (policy.schedulePolicyType === 'SimpleSchedulePolicy') {
    const weekly = policy.scheduleRunFrequency === 'Weekly'
    return runDay(policy.scheduleRunTimes, weekly ? maskOf(policy.scheduleRunDays) : EVERY_DAY)
  }
  switch (policy.scheduleRunFrequency) {
    case 'Daily':
      return runDay(policy.dailySchedule.scheduleRunTimes, EVERY_DAY)
    case 'Weekly':
      return runDay(policy.weeklySchedule.scheduleRunTimes, maskOf(policy.weeklySchedule.scheduleRunDays))
  }
}

/** What no calendar reaches: a policy of a Backup vault without a rule that strikes. */
const NEVER = Number.POSITIVE_INFINITY

/**
 * The next scheduled run strictly after an instant (SEED-49, domain.md 5.1). The date of `scheduleRunTimes` doesn't
 * count, only its time of day; the wall clock is the policy's zone's, at the same UTC time all the year (SEED-53).
 */
export function nextRun(policy: Scheduled | DiskPolicy, after: Instant): Instant {
  if ('policyRules' in policy) return nextRepetition(repetitionsOf(policy), after) ?? NEVER
  const offset = zoneOffset(policy)
  const { times, weekdays } = runDayOf(policy, offset)
  const local = after + offset
  let midnight = Math.floor(local / DAY) * DAY
  // Seven days on, the same weekday comes again: no schedule has a longer way to its next run.
  for (let days = 0; days <= 7; days++, midnight += DAY) {
    if (((weekdays >> weekdayAt(midnight)) & 1) === 0) continue
    for (const time of times) if (midnight + time > local) return midnight + time - offset
  }
  throw new Error('a schedule without a run: the reader of policies refuses it')
}

/** Every scheduled run after `from` up to and including `to`, oldest first. */
export function runsBetween(policy: Scheduled | DiskPolicy, from: Instant, to: Instant): Instant[] {
  const runs: Instant[] = []
  for (let run = nextRun(policy, from); run <= to; run = nextRun(policy, run)) runs.push(run)
  return runs
}

/**
 * Whether a run is its day's last: of an hourly policy only that backup goes to the vault (domain.md 5.2). The day is
 * the calendar day on the policy's wall clock; daily and weekly policies have one run a day, which is the last.
 */
export function isLastRunOfDay(policy: Scheduled, run: Instant): boolean {
  if (policy.schedulePolicy.scheduleRunFrequency !== 'Hourly') return true
  const offset = zoneOffset(policy)
  return modulo(run + offset, DAY) >= (runDayOf(policy, offset).times.at(-1) ?? 0)
}

/**
 * Milliseconds between a run's scheduled time and its start: always less than two hours, with two runs of three
 * under five minutes (domain.md 3: "starts within 2 hours of the scheduled time").
 * @param seedFraction a number in [0, 1), even over the runs
 */
export function startDelay(seedFraction: number): number {
  // By multiplication, as Math.pow may differ in the last bit from one engine to the next.
  const squared = seedFraction * seedFraction
  const fourth = squared * squared
  return Math.floor(POLICY_RANGES.startDelay.max * fourth * fourth)
}

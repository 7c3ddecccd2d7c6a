import fc from 'fast-check'
import {
  type DaysOfMonth,
  type Keep,
  MONTHS,
  type PolicyCase,
  type Rules,
  type Schedule,
  UNITS,
  type Unit,
  WEEKDAYS,
  WEEKS,
} from './policy-cases.js'
import { ZONES } from './reference-zones.js'

/** The most that a rule of a case counts, by its unit. */
export type Most = Record<Unit, number>

/** As much as the service takes of machines and file shares alike. */
export const LONG: Most = { Days: 9999, Weeks: 5163, Months: 1188, Years: 99 }
/** As much as leaves a handful of points. */
export const SHORT: Most = { Days: 40, Weeks: 12, Months: 6, Years: 2 }
/** As much as snapshots of a share alone may be kept, and so that there is room for all of them. */
const OF_SNAPSHOTS: Most = { Days: 25, Weeks: 40, Months: 24, Years: 10 }
/** As much as daily points may be kept, of which there are most. */
const DAILY: Record<PolicyCase['of'], Most> = {
  standard: { Days: 9999, Weeks: 9999, Months: 9999, Years: 9999 },
  enhanced: { Days: 9999, Weeks: 9999, Months: 9999, Years: 9999 },
  vaulted: { Days: 9999, Weeks: 1428, Months: 322, Years: 27 },
  snapshots: { Days: 25, Weeks: 3, Months: 0, Years: 0 },
}

/** Days that a unit counts when rules are held against each other. */
const DAYS_OF: Record<Unit, number> = { Days: 1, Weeks: 7, Months: 31, Years: 366 }

const some = <T>(list: readonly T[]) => fc.subarray([...list], { minLength: 1 })
const perhaps = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

/** On the hour or half past. */
const anyTime = fc.nat(47).map((halves) => `${String(halves >> 1).padStart(2, '0')}:${halves % 2 === 0 ? '00' : '30'}`)

const anyDay = fc.record({ every: fc.constant('day' as const), at: anyTime })
const anyWeek = fc.record({ every: fc.constant('week' as const), on: some(WEEKDAYS), at: anyTime })
const anyHours = (intervals: readonly number[], leastHours: number) =>
  fc.constantFrom(...intervals).chain((interval) =>
    fc.record({
      every: fc.constant('hours' as const),
      from: anyTime,
      interval: fc.constant(interval),
      hours: fc.integer({ min: Math.max(interval, leastHours), max: 24 }),
    }),
  )

const SCHEDULES: Record<PolicyCase['of'], Partial<Record<Schedule['every'], fc.Arbitrary<Schedule>>>> = {
  standard: { day: anyDay, week: anyWeek },
  enhanced: { day: anyDay, week: anyWeek, hours: anyHours([4, 6, 8, 12, 24], 4) },
  snapshots: { day: anyDay, hours: anyHours([4, 6, 8, 12], 4) },
  vaulted: { day: anyDay, hours: anyHours([4, 6, 8, 12], 4) },
}

const runsADay = (schedule: Schedule) =>
  schedule.every === 'hours' ? Math.min(Math.floor(schedule.hours / schedule.interval) + 1, 6) : 1

/** Days of instant restore, as many as the service takes with such a schedule. */
function anySnapshotDays(of: PolicyCase['of'], schedule: Schedule): fc.Arbitrary<number> {
  if (of === 'enhanced') return fc.integer({ min: 1, max: Math.min(30, Math.floor(60 / runsADay(schedule))) })
  if (of === 'vaulted') return fc.integer({ min: 1, max: 30 })
  return schedule.every === 'week' ? fc.constant(5) : fc.integer({ min: 1, max: 5 })
}

/** How long a rule keeps its points: for `least` days or more. */
const anyKeep = (most: Most, least = 1): fc.Arbitrary<Keep> =>
  fc.constantFrom(...UNITS.filter((unit) => most[unit] * DAYS_OF[unit] >= least)).chain((unit) =>
    fc.record({
      count: fc.integer({ min: Math.ceil(least / DAYS_OF[unit]), max: most[unit] }),
      unit: fc.constant(unit),
    }),
  )

const anyDate = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 28 }) }, fc.constant('Last' as const))

/** With a weekly schedule only days that it runs on, and no dates. */
function anyDaysOfMonth(schedule: Schedule): fc.Arbitrary<DaysOfMonth> {
  const byWeek = fc.record({
    weekdays: some(schedule.every === 'week' ? schedule.on : WEEKDAYS),
    weeks: some(WEEKS),
  })
  if (schedule.every === 'week') return byWeek
  return fc.oneof(byWeek, fc.record({ dates: fc.uniqueArray(anyDate, { minLength: 1, maxLength: 4 }) }))
}

function anyRules(of: PolicyCase['of'], schedule: Schedule, snapshotDays: number, most: Most): fc.Arbitrary<Rules> {
  const days = anyDaysOfMonth(schedule)
  const keep = anyKeep(most)
  const more = {
    Monthly: perhaps(fc.tuple(keep, days).map(([kept, on]) => ({ ...kept, days: on }))),
    Yearly: perhaps(fc.tuple(keep, days, some(MONTHS)).map(([kept, on, months]) => ({ ...kept, days: on, months }))),
  }
  if (schedule.every === 'week') {
    const Weekly = anyKeep(most, snapshotDays).map((kept) => ({ ...kept, on: schedule.on }))
    return fc.record({ Weekly, ...more })
  }
  // Snapshots go before the daily points in the vault do; machines keep those for a week at least.
  const least = of === 'snapshots' ? 1 : Math.max(of === 'vaulted' ? 1 : 7, snapshotDays + 1)
  return fc.record({
    Daily: anyKeep(lesser(most, DAILY[of]), least),
    Weekly: perhaps(fc.tuple(keep, some(WEEKDAYS)).map(([kept, on]) => ({ ...kept, on }))),
    ...more,
  })
}

/** A policy of a kind with a schedule of a kind, as the service takes it. */
export function anyPolicy(
  of: PolicyCase['of'],
  every: Schedule['every'],
  most: Most,
  zones: fc.Arbitrary<string> = fc.constantFrom(...ZONES),
): fc.Arbitrary<PolicyCase> {
  const schedules = SCHEDULES[of][every]
  if (!schedules) throw new Error(`no policy of the kind '${of}' runs every ${every}`)
  const bounded = of === 'snapshots' ? lesser(most, OF_SNAPSHOTS) : most
  return schedules
    .chain((schedule) => anySnapshotDays(of, schedule).map((snapshotDays) => ({ schedule, snapshotDays })))
    .chain(({ schedule, snapshotDays }) =>
      fc.record({
        of: fc.constant(of),
        schedule: fc.constant(schedule),
        zone: zones,
        rules: anyRules(of, schedule, snapshotDays, bounded),
        snapshotDays: fc.constant(snapshotDays),
        date: fc.constantFrom('2026-01-01', '2024-02-29', '1999-12-31'),
      }),
    )
}

const lesser = (one: Most, other: Most): Most => ({
  Days: Math.min(one.Days, other.Days),
  Weeks: Math.min(one.Weeks, other.Weeks),
  Months: Math.min(one.Months, other.Months),
  Years: Math.min(one.Years, other.Years),
})

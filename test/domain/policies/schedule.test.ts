import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { findIana, WINDOWS_TO_IANA_MAP } from 'windows-iana'
import { type DayOfWeek, POLICY_RANGES } from '../../../src/domain/policies/policy-ranges.js'
import {
  isLastRunOfDay,
  nextRun,
  runsBetween,
  type Scheduled,
  startDelay,
} from '../../../src/domain/policies/schedule.js'
import { offsetOf, TIME_ZONES } from '../../../src/domain/policies/time-zones.js'

const at = (text: string) => Date.parse(text)
const iso = (instant: number) => new Date(instant).toISOString().replace('.000Z', 'Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const daily = (time: string, timeZone = 'UTC'): Scheduled => ({
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicy',
    scheduleRunFrequency: 'Daily',
    scheduleRunTimes: [`2026-01-01T${time}:00Z`],
    scheduleWeeklyFrequency: 0,
  },
  timeZone,
})

const weekly = (scheduleRunDays: DayOfWeek[], time: string, timeZone = 'UTC'): Scheduled => ({
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicy',
    scheduleRunFrequency: 'Weekly',
    scheduleRunDays,
    scheduleRunTimes: [`2026-01-01T${time}:00Z`],
    scheduleWeeklyFrequency: 0,
  },
  timeZone,
})

/** The same schedule in an enhanced policy. */
const enhanced = ({ schedulePolicy: policy, timeZone }: Scheduled): Scheduled => {
  if (policy.schedulePolicyType !== 'SimpleSchedulePolicy' || policy.scheduleRunFrequency === 'Hourly')
    return { schedulePolicy: policy, timeZone }
  const { scheduleRunDays = [], scheduleRunTimes } = policy
  const schedulePolicyType = 'SimpleSchedulePolicyV2'
  return {
    timeZone,
    schedulePolicy:
      policy.scheduleRunFrequency === 'Daily'
        ? { schedulePolicyType, scheduleRunFrequency: 'Daily', dailySchedule: { scheduleRunTimes } }
        : { schedulePolicyType, scheduleRunFrequency: 'Weekly', weeklySchedule: { scheduleRunDays, scheduleRunTimes } },
  }
}

const hourly = (start: string, interval: number, duration: number, timeZone = 'UTC'): Scheduled => ({
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicyV2',
    scheduleRunFrequency: 'Hourly',
    hourlySchedule: {
      interval,
      scheduleWindowStartTime: `2026-01-01T${start}:00Z`,
      scheduleWindowDuration: duration,
    },
  },
  timeZone,
})

t.test('a daily policy runs once a day at its wall-clock time', async (t) => {
  const policy = daily('22:30')
  t.equal(iso(nextRun(policy, at('2026-03-01T00:00:00Z'))), '2026-03-01T22:30:00Z', 'later the same day')
  t.equal(iso(nextRun(policy, at('2026-03-01T22:29:59.999Z'))), '2026-03-01T22:30:00Z', 'a millisecond before')
  t.equal(iso(nextRun(policy, at('2026-03-01T22:30:00Z'))), '2026-03-02T22:30:00Z', 'never the instant itself')
  t.equal(iso(nextRun(policy, at('2026-12-31T23:00:00Z'))), '2027-01-01T22:30:00Z', 'over the end of the year')
  t.equal(iso(nextRun(policy, at('1969-12-31T22:30:00Z'))), '1970-01-01T22:30:00Z', 'and before 1970')
})

t.test('the date of a run time does not count, only its time of day', async (t) => {
  t.equal(iso(nextRun(daily('05:00'), at('2020-06-01T00:00:00Z'))), '2020-06-01T05:00:00Z')
})

t.test('the time is the wall clock of the zone, whatever its Z says', async (t) => {
  const after = at('2026-01-10T12:00:00Z')
  t.equal(iso(nextRun(daily('10:00', 'Pacific Standard Time'), after)), '2026-01-10T18:00:00Z')
  t.equal(iso(nextRun(daily('10:00', 'India Standard Time'), after)), '2026-01-11T04:30:00Z')
  t.equal(iso(nextRun(daily('00:30', 'Nepal Standard Time'), after)), '2026-01-10T18:45:00Z')
  t.equal(iso(nextRun(daily('10:00', 'pacific standard time'), after)), '2026-01-10T18:00:00Z', 'in any case')
})

t.test('daylight saving does not move a policy (SEED-53)', async (t) => {
  const policy = daily('10:00', 'Pacific Standard Time')
  const summer = nextRun(policy, at('2026-07-10T12:00:00Z'))
  t.equal(iso(summer), '2026-07-10T18:00:00Z', 'at the same UTC time as in January')
  const runs = runsBetween(policy, at('2026-03-07T00:00:00Z'), at('2026-03-10T00:00:00Z'))
  t.same(runs.map(iso), ['2026-03-07T18:00:00Z', '2026-03-08T18:00:00Z', '2026-03-09T18:00:00Z'])
})

t.test('a weekly policy runs on its days', async (t) => {
  const policy = weekly(['Monday', 'Wednesday', 'Thursday'], '10:00', 'Pacific Standard Time')
  const runs = runsBetween(policy, at('2026-01-04T00:00:00Z'), at('2026-01-18T00:00:00Z'))
  t.same(
    runs.map((run) => iso(run).slice(0, 13)),
    ['2026-01-05T18', '2026-01-07T18', '2026-01-08T18', '2026-01-12T18', '2026-01-14T18', '2026-01-15T18'],
  )
  t.test('and the day is that of the zone', async (t) => {
    const monday = weekly(['Monday'], '01:00', 'Tokyo Standard Time')
    t.equal(iso(nextRun(monday, at('2026-01-01T00:00:00Z'))), '2026-01-04T16:00:00Z', 'in UTC it is still Sunday')
  })
  t.test('with one day, the next run after a run is a week on', async (t) => {
    const run = at('2026-01-04T08:00:00Z')
    t.equal(nextRun(weekly(['Sunday'], '08:00'), run), run + 7 * DAY)
  })
})

t.test('an hourly policy runs through its window', async (t) => {
  const hoursOf = (policy: Scheduled, day = '2026-05-13') =>
    runsBetween(policy, at(`${day}T00:00:00Z`) - 1, at(`${day}T00:00:00Z`) + DAY - 1).map((run) =>
      new Date(run).getUTCHours(),
    )
  t.same(hoursOf(hourly('08:00', 4, 12)), [8, 12, 16, 20], 'the built-in enhanced policy: four runs')
  t.same(hoursOf(hourly('08:00', 4, 10)), [8, 12, 16], 'no run after the window has closed')
  t.same(hoursOf(hourly('08:00', 4, 24)), [0, 4, 8, 12, 16, 20], 'all day, and the last is not the next day’s first')
  t.same(hoursOf(hourly('08:00', 24, 24)), [8])
  t.same(hoursOf(hourly('08:00', 12, 24)), [8, 20])
  t.same(hoursOf(hourly('20:00', 6, 12)), [2, 8, 20], 'over midnight')
  t.same(hoursOf(hourly('08:00', 4, 12, 'Tokyo Standard Time')), [8, 12, 16, 20], 'its start is UTC in any zone')
})

t.test('only the last run of the day goes to the vault', async (t) => {
  const last = (policy: Scheduled, day: string) =>
    runsBetween(policy, at(`${day}T00:00:00Z`) - 1, at(`${day}T00:00:00Z`) + DAY - 1)
      .filter((run) => isLastRunOfDay(policy, run))
      .map(iso)
  t.same(last(hourly('08:00', 4, 12), '2026-05-13'), ['2026-05-13T20:00:00Z'])
  t.same(last(hourly('08:00', 4, 24), '2026-05-13'), ['2026-05-13T20:00:00Z'], 'of the calendar day, not the window')
  t.same(
    last(hourly('08:00', 4, 12, 'Tokyo Standard Time'), '2026-05-13'),
    ['2026-05-13T12:00:00Z'],
    'of the zone’s day: at 21:00 there, the later runs are of the next',
  )
  t.same(last(daily('08:00'), '2026-05-13'), ['2026-05-13T08:00:00Z'], 'a daily run always')
  t.same(last(weekly(['Wednesday'], '08:00'), '2026-05-13'), ['2026-05-13T08:00:00Z'], 'a weekly run always')
})

t.test('a backup starts within two hours of its schedule', async (t) => {
  t.equal(startDelay(0), 0)
  t.ok(startDelay(0.5) < 5 * MINUTE, 'most within minutes')
  t.ok(startDelay(1 - 2 ** -32) < 2 * HOUR, 'none later')
  const delays = Array.from({ length: 1000 }, (_, i) => startDelay(i / 1000))
  t.same(
    delays,
    [...delays].sort((a, b) => a - b),
    'a greater fraction waits longer',
  )
  t.ok(delays.every(Number.isInteger), 'in whole milliseconds')
  t.ok(delays.filter((delay) => delay < 5 * MINUTE).length > 600)
  t.ok(
    delays.some((delay) => delay > HOUR),
    'a few wait long',
  )
})

t.test('the zones are those of Windows', async (t) => {
  t.test('every name that Windows knows has an offset', async (t) => {
    const known = [...new Set(WINDOWS_TO_IANA_MAP.map((entry) => String(entry.windowsName)))]
    t.ok(known.length > 130)
    t.same(
      known.filter((name) => offsetOf(name) === undefined),
      [],
    )
    const added = TIME_ZONES.filter((name) => !known.includes(name))
    t.same(added, ['Mid-Atlantic Standard Time', 'Kamchatka Standard Time'], 'two obsolete ones more')
    t.equal(new Set(TIME_ZONES.map((name) => name.toLowerCase())).size, TIME_ZONES.length, 'none twice')
  })
  t.test('and none that it does not know', async (t) => {
    const strangers = ['', 'Europe/Berlin', 'CET', 'Atlantis Standard Time', 'toString', '__proto__']
    t.same(
      strangers.filter((name) => offsetOf(name) !== undefined),
      [],
    )
  })
  t.test('the offset is the standard one', async (t) => {
    const offsets = { UTC: 0, 'Pacific Standard Time': -480, 'W. Europe Standard Time': 60, 'India Standard Time': 330 }
    for (const [name, minutes] of Object.entries(offsets)) t.equal(offsetOf(name), minutes, name)
  })
  t.test('and agrees with the zone of the same name in the tz database', async (t) => {
    const january = at('2026-01-15T00:00:00Z')
    const july = at('2026-07-15T00:00:00Z')
    // This runtime's tz database may be older than the last moves of these two, or name another town for the third.
    const moved = ['Central Asia Standard Time', 'Mountain Standard Time (Mexico)', 'Paraguay Standard Time']
    const differing = TIME_ZONES.filter((name) => !moved.includes(name)).flatMap((name) => {
      const [iana] = findIana(name as Parameters<typeof findIana>[0])
      const standard = iana && Math.min(tzOffset(iana, january), tzOffset(iana, july))
      return standard === undefined || standard === offsetOf(name) ? [] : [`${name}: ${iana}`]
    })
    t.same(differing, [])
  })
})

/** Minutes east of UTC by the runtime's own tz database. */
function tzOffset(zone: string, instant: number): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  const name = format.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
}

const anyTime = fc.nat(47).map((half) => `${String(half >> 1).padStart(2, '0')}:${half % 2 ? '30' : '00'}`)
const anyZone = fc.constantFrom(...TIME_ZONES)
const anyDays = fc.uniqueArray(fc.constantFrom(...POLICY_RANGES.daysOfTheWeek), { minLength: 1 })
const anyHours = fc
  .constantFrom(...POLICY_RANGES.hourlyIntervals)
  .chain((interval) => fc.integer({ min: interval, max: 24 }).map((duration) => [interval, duration] as const))
const anySchedule = fc.oneof(
  fc.tuple(anyTime, anyZone).map(([time, zone]) => daily(time, zone)),
  fc.tuple(anyDays, anyTime, anyZone).map(([days, time, zone]) => weekly(days, time, zone)),
  fc.tuple(anyTime, anyHours, anyZone).map(([time, [interval, hours], zone]) => hourly(time, interval, hours, zone)),
)
const anyInstant = fc.oneof(
  fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') }),
  fc.integer({ min: 1_750_000, max: 2_400_000 }).map((quarters) => quarters * 15 * MINUTE),
)

/** Whether a policy runs at an instant, by reading the wall clock off it. */
function runsAt({ schedulePolicy: policy, timeZone }: Scheduled, instant: number): boolean {
  const wall = new Date(instant + (offsetOf(timeZone) ?? Number.NaN) * MINUTE)
  const time = wall.toISOString().slice(11, 16)
  if (policy.scheduleRunFrequency === 'Hourly') {
    if (policy.schedulePolicyType !== 'SimpleSchedulePolicyV2') return false
    const { interval, scheduleWindowStartTime, scheduleWindowDuration } = policy.hourlySchedule
    const opened = at(`${iso(instant).slice(0, 10)}T${scheduleWindowStartTime.slice(11)}`)
    const hours = (instant - (opened > instant ? opened - DAY : opened)) / HOUR
    return hours % interval === 0 && hours <= scheduleWindowDuration
  }
  if (policy.schedulePolicyType !== 'SimpleSchedulePolicy') return false
  if (policy.scheduleRunTimes[0]?.slice(11, 16) !== time) return false
  const weekday = new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' }).format(wall)
  return policy.scheduleRunFrequency === 'Daily' || (policy.scheduleRunDays ?? []).some((day) => day === weekday)
}

t.test('the next run is the first quarter of an hour at which the policy runs', async (t) => {
  const QUARTER = 15 * MINUTE
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anySchedule, anyInstant, (policy, after) => {
        let expected = Math.floor(after / QUARTER) * QUARTER + QUARTER
        while (!runsAt(policy, expected)) expected += QUARTER
        assert.equal(iso(nextRun(policy, after)), iso(expected), `after ${iso(after)}`)
      }),
      { numRuns: 500 },
    ),
  )
})

t.test('an enhanced policy with the same schedule runs at the same time', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anySchedule, anyInstant, (policy, after) => {
        assert.equal(nextRun(enhanced(policy), after), nextRun(policy, after))
      }),
    ),
  )
})

t.test('each day has exactly one last run', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyTime, anyHours, anyZone, anyInstant, (time, [interval, hours], zone, start) => {
        const policy = hourly(time, interval, hours, zone)
        const offset = (offsetOf(zone) ?? 0) * MINUTE
        const midnight = Math.floor((start + offset) / DAY) * DAY - offset
        const runs = runsBetween(policy, midnight - 1, midnight + DAY - 1)
        assert.deepEqual(
          runs.map((run) => isLastRunOfDay(policy, run)),
          runs.map((_, i) => i === runs.length - 1),
        )
      }),
    ),
  )
})

t.test('a hundred thousand next runs take no time worth speaking of', async (t) => {
  const policies = [daily('22:30', 'Nepal Standard Time'), weekly(['Sunday'], '01:00'), hourly('08:00', 4, 24)]
  for (const policy of policies) {
    const start = process.hrtime.bigint()
    let run = at('2026-01-01T00:00:00Z')
    for (let i = 0; i < 100_000; i++) run = nextRun(policy, run)
    const milliseconds = Number((process.hrtime.bigint() - start) / 1_000_000n)
    t.comment(`${milliseconds} ms`)
    t.ok(milliseconds < 2000, policy.schedulePolicy.scheduleRunFrequency)
  }
})

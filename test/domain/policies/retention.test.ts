import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DateTime, FixedOffsetZone } from 'luxon'
import t from 'tap'
import { POLICY_RANGES } from '../../../src/domain/policies/policy-ranges.js'
import {
  addDuration,
  durationDays,
  instantExpiry,
  type LongTermRetentionPolicy,
  type MonthlyRetention,
  onDemandExpiry,
  type Retained,
  type RetentionDuration,
  retentionDays,
  retentionOf,
  rulesOf,
  tagsOf,
} from '../../../src/domain/policies/retention.js'
import { DAY, nextRun, runsBetween, type SchedulePolicy } from '../../../src/domain/policies/schedule.js'
import { offsetOf, TIME_ZONES } from '../../../src/domain/policies/time-zones.js'

const at = (text: string) => Date.parse(text)
const iso = (instant: number) => new Date(instant).toISOString().replace('.000Z', 'Z')
const times = ['2018-01-24T10:00:00Z']
const days = (count: number): RetentionDuration => ({ count, durationType: 'Days' })
const weeks = (count: number): RetentionDuration => ({ count, durationType: 'Weeks' })
const months = (count: number): RetentionDuration => ({ count, durationType: 'Months' })
const years = (count: number): RetentionDuration => ({ count, durationType: 'Years' })
const rule = (retentionDuration: RetentionDuration) => ({ retentionTimes: times, retentionDuration })

const daily: SchedulePolicy = {
  schedulePolicyType: 'SimpleSchedulePolicy',
  scheduleRunFrequency: 'Daily',
  scheduleRunTimes: times,
  scheduleWeeklyFrequency: 0,
}
const everyFourHours: SchedulePolicy = {
  schedulePolicyType: 'SimpleSchedulePolicyV2',
  scheduleRunFrequency: 'Hourly',
  hourlySchedule: { interval: 4, scheduleWindowStartTime: '2026-01-01T08:00:00Z', scheduleWindowDuration: 12 },
}

const policyOf = (
  retention: Omit<LongTermRetentionPolicy, 'retentionPolicyType'>,
  schedulePolicy: SchedulePolicy = daily,
  timeZone = 'UTC',
): Retained => ({
  schedulePolicy,
  retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', ...retention },
  instantRpRetentionRangeInDays: 2,
  timeZone,
})

/** The example of the service's documentation (domain.md 5.1). */
const worked = policyOf(
  {
    weeklySchedule: { daysOfTheWeek: ['Monday', 'Wednesday', 'Thursday'], ...rule(weeks(1)) },
    monthlySchedule: {
      retentionScheduleFormatType: 'Weekly',
      retentionScheduleWeekly: { daysOfTheWeek: ['Wednesday', 'Thursday'], weeksOfTheMonth: ['First', 'Third'] },
      ...rule(months(2)),
    },
    yearlySchedule: {
      retentionScheduleFormatType: 'Weekly',
      monthsOfYear: ['February', 'November'],
      retentionScheduleWeekly: { daysOfTheWeek: ['Monday', 'Thursday'], weeksOfTheMonth: ['Fourth'] },
      ...rule(years(4)),
    },
  },
  {
    schedulePolicyType: 'SimpleSchedulePolicy',
    scheduleRunFrequency: 'Weekly',
    scheduleRunDays: ['Monday', 'Wednesday', 'Thursday'],
    scheduleRunTimes: times,
    scheduleWeeklyFrequency: 0,
  },
  'Pacific Standard Time',
)

t.test('the documentation’s worked example comes out as it says', async (t) => {
  const keptUntil = (date: string) => {
    const run = nextRun(worked, at(`${date}T00:00:00-08:00`))
    t.equal(iso(run), `${date}T18:00:00Z`, 'ten in the morning, Pacific time')
    const { ruleName, expiry } = retentionOf(worked, run)
    return `${ruleName} until ${iso(expiry)}`
  }
  t.equal(keptUntil('2026-02-02'), 'Weekly until 2026-02-09T18:00:00Z', 'a Monday')
  t.equal(keptUntil('2026-02-04'), 'Monthly until 2026-04-04T18:00:00Z', 'the first Wednesday')
  t.equal(keptUntil('2026-02-19'), 'Monthly until 2026-04-19T18:00:00Z', 'the third Thursday')
  t.equal(keptUntil('2026-02-23'), 'Yearly until 2030-02-23T18:00:00Z', 'the fourth Monday of February')
  t.equal(keptUntil('2026-02-25'), 'Weekly until 2026-03-04T18:00:00Z', 'the fourth Wednesday has no rule')
  t.equal(keptUntil('2026-11-26'), 'Yearly until 2030-11-26T18:00:00Z', 'the fourth Thursday of November')
  t.equal(keptUntil('2026-10-26'), 'Weekly until 2026-11-02T18:00:00Z', 'the fourth Monday of October')
})

t.test('a daily point is kept for the days of the policy and has no other tag', async (t) => {
  const run = at('2026-01-10T10:00:00Z')
  t.same(retentionOf(policyOf({ dailySchedule: rule(days(30)) }), run), {
    ruleName: 'Daily',
    expiry: at('2026-02-09T10:00:00Z'),
    tags: [{ name: 'Daily', until: at('2026-02-09T10:00:00Z') }],
  })
})

t.test('the longest-lived tag wins, whichever rule it is of', async (t) => {
  const policy = policyOf({
    dailySchedule: rule(days(180)),
    weeklySchedule: { daysOfTheWeek: ['Sunday'], ...rule(weeks(4)) },
  })
  const sunday = at('2026-01-11T10:00:00Z')
  t.same(
    tagsOf(policy, sunday).map((tag) => tag.name),
    ['Daily', 'Weekly'],
  )
  t.equal(retentionOf(policy, sunday).ruleName, 'Daily')
})

t.test('a point that no rule keeps expires at once', async (t) => {
  const policy = policyOf({ weeklySchedule: { daysOfTheWeek: ['Sunday'], ...rule(weeks(4)) } })
  const monday = at('2026-01-12T10:00:00Z')
  t.same(retentionOf(policy, monday), { ruleName: '', expiry: monday, tags: [] })
})

t.test('the months’ days by date', async (t) => {
  const policy = policyOf({
    dailySchedule: rule(days(7)),
    monthlySchedule: {
      retentionScheduleFormatType: 'Daily',
      retentionScheduleDaily: {
        daysOfTheMonth: [
          { date: 1, isLast: false },
          { date: 28, isLast: false },
          { date: 0, isLast: true },
        ],
      },
      ...rule(months(6)),
    },
  })
  const monthly = runsBetween(policy, at('2026-01-01T00:00:00Z'), at('2026-04-30T23:00:00Z'))
    .filter((run) => retentionOf(policy, run).ruleName === 'Monthly')
    .map((run) => iso(run).slice(5, 10))
  const expected = ['01-01', '01-28', '01-31', '02-01', '02-28', '03-01', '03-28', '03-31', '04-01', '04-28', '04-30']
  t.same(monthly, expected, 'in February the 28th is the last day too')
})

t.test('the months’ days by week', async (t) => {
  const policy = policyOf({
    dailySchedule: rule(days(7)),
    yearlySchedule: {
      retentionScheduleFormatType: 'Weekly',
      monthsOfYear: ['January', 'May'],
      retentionScheduleWeekly: { daysOfTheWeek: ['Friday', 'Sunday'], weeksOfTheMonth: ['Second', 'Last'] },
      ...rule(years(1)),
    },
  })
  const yearly = runsBetween(policy, at('2026-01-01T00:00:00Z'), at('2026-12-31T23:00:00Z'))
    .filter((run) => tagsOf(policy, run).some((tag) => tag.name === 'Yearly'))
    .map((run) => iso(run).slice(5, 10))
  t.same(yearly, ['01-09', '01-11', '01-25', '01-30', '05-08', '05-10', '05-29', '05-31'], 'the fifth is the last')
})

t.test('of an hourly policy every point is daily, and the day’s last has the other tags', async (t) => {
  const policy = policyOf(
    {
      dailySchedule: rule(days(30)),
      weeklySchedule: { daysOfTheWeek: ['Sunday'], ...rule(weeks(12)) },
      monthlySchedule: {
        retentionScheduleFormatType: 'Daily',
        retentionScheduleDaily: { daysOfTheMonth: [{ date: 11, isLast: false }] },
        ...rule(months(60)),
      },
    },
    everyFourHours,
  )
  const sunday = runsBetween(policy, at('2026-01-11T00:00:00Z'), at('2026-01-11T23:59:00Z'))
  t.same(
    sunday.map((run) => tagsOf(policy, run).map((tag) => tag.name)),
    [['Daily'], ['Daily'], ['Daily'], ['Daily', 'Weekly', 'Monthly']],
  )
  t.equal(iso(retentionOf(policy, sunday[3] ?? 0).expiry), '2031-01-11T20:00:00Z')
})

t.test('days are those of the policy’s zone', async (t) => {
  const schedule: SchedulePolicy = { ...daily, scheduleRunTimes: ['2026-01-01T23:30:00Z'] }
  const monthEnd: MonthlyRetention = {
    retentionScheduleFormatType: 'Daily',
    retentionScheduleDaily: { daysOfTheMonth: [{ date: 0, isLast: true }] },
    ...rule(months(1)),
  }
  const policy = policyOf(
    { dailySchedule: rule(days(7)), monthlySchedule: monthEnd },
    schedule,
    'Pacific Standard Time',
  )
  const run = nextRun(policy, at('2026-02-01T00:00:00Z'))
  t.equal(iso(run), '2026-02-01T07:30:00Z', 'in UTC February has begun')
  t.equal(retentionOf(policy, run).ruleName, 'Monthly', 'in the zone it is the last day of January')
  t.equal(iso(retentionOf(policy, run).expiry), '2026-03-01T07:30:00Z', 'kept until the last of February there')
})

t.test('durations are those of the calendar', async (t) => {
  const add = (from: string, duration: RetentionDuration) => iso(addDuration(at(from), duration, 0))
  t.equal(add('2026-01-31T10:00:00Z', months(1)), '2026-02-28T10:00:00Z', 'a month from the 31st ends on the last')
  t.equal(add('2028-02-29T10:00:00Z', years(1)), '2029-02-28T10:00:00Z')
  t.equal(add('2028-02-29T10:00:00Z', years(4)), '2032-02-29T10:00:00Z')
  t.equal(add('2026-11-30T10:00:00Z', months(15)), '2028-02-29T10:00:00Z')
  t.equal(add('2026-01-01T10:00:00Z', weeks(5163)), '2124-12-14T10:00:00Z', 'about 99 years')
  t.equal(add('2026-01-01T10:00:00Z', years(9999)), '9999-12-31T23:59:59Z', 'as late as can be written')
})

t.test('instant restore and backups on demand', async (t) => {
  const now = at('2026-01-10T13:37:42Z')
  const month = now + 30 * DAY
  t.equal(iso(instantExpiry(policyOf({}), now, month)), '2026-01-12T13:37:42Z', 'two days from the point’s time')
  t.equal(iso(onDemandExpiry(undefined, now)), '2026-02-09T13:37:42Z', '30 days without a date')
  t.equal(onDemandExpiry(at('2026-01-11T00:00:00Z'), now), at('2026-01-11T00:00:00Z'), 'as asked (SEED-55)')
})

t.test('for comparing, a month counts 31 days and a year 366', async (t) => {
  t.same([days(7), weeks(2), months(2), years(3)].map(durationDays), [7, 14, 62, 1098])
  t.same(retentionDays(worked), { Weekly: 7, Monthly: 62, Yearly: 1464 })
})

const anyDuration = fc.record({
  count: fc.integer({ min: 1, max: 400 }),
  durationType: fc.constantFrom(...POLICY_RANGES.durationTypes),
})
const anyRule = anyDuration.map(rule)
const some = <T>(names: readonly T[]) => fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 })
const anyDate = fc.oneof(
  fc.integer({ min: 1, max: 28 }).map((date) => ({ date, isLast: false })),
  fc.constant({ date: 0, isLast: true }),
)
const anyDaysOfMonth = fc.oneof(
  fc.record({
    retentionScheduleFormatType: fc.constant('Daily' as const),
    retentionScheduleDaily: fc.record({ daysOfTheMonth: fc.array(anyDate, { minLength: 1, maxLength: 5 }) }),
  }),
  fc.record({
    retentionScheduleFormatType: fc.constant('Weekly' as const),
    retentionScheduleWeekly: fc.record({
      daysOfTheWeek: some(POLICY_RANGES.daysOfTheWeek),
      weeksOfTheMonth: some(POLICY_RANGES.weeksOfTheMonth),
    }),
  }),
)
const anyRetention = fc
  .tuple(anyRule, some(POLICY_RANGES.daysOfTheWeek), anyRule, anyDaysOfMonth, anyRule, anyDaysOfMonth, anyRule)
  .chain(([day, daysOfTheWeek, week, monthDays, month, yearDays, year]) =>
    some(POLICY_RANGES.monthsOfYear).map((monthsOfYear) => ({
      dailySchedule: day,
      weeklySchedule: { daysOfTheWeek, ...week },
      monthlySchedule: { ...monthDays, ...month },
      yearlySchedule: { ...yearDays, monthsOfYear, ...year },
    })),
  )

/** The tags by luxon's calendar at a fixed offset: `[name, until]`. */
function referenceTags(policy: Retained, run: number): [string, string][] {
  const { dailySchedule, weeklySchedule, monthlySchedule, yearlySchedule } = rulesOf(policy)
  const zone = FixedOffsetZone.instance(offsetOf(policy.timeZone) ?? Number.NaN)
  const local = DateTime.fromMillis(run, { zone })
  const weekday = local.setLocale('en-US').weekdayLong
  const nth = ['First', 'Second', 'Third', 'Fourth', 'Fifth'][Math.floor((local.day - 1) / 7)]
  const isLastOfItsKind = local.plus({ weeks: 1 }).month !== local.month
  const onDay = (rule: NonNullable<typeof monthlySchedule>) =>
    rule.retentionScheduleFormatType === 'Daily'
      ? (rule.retentionScheduleDaily?.daysOfTheMonth ?? []).some((day) =>
          day.isLast ? local.plus({ days: 1 }).day === 1 : local.day === day.date,
        )
      : (rule.retentionScheduleWeekly?.daysOfTheWeek ?? []).some((day) => day === weekday) &&
        (rule.retentionScheduleWeekly?.weeksOfTheMonth ?? []).some(
          (week) => week === nth || (week === 'Last' && isLastOfItsKind),
        )
  const inMonth = yearlySchedule?.monthsOfYear.some((month) => month === local.setLocale('en-US').monthLong)
  const kept = [
    ['Daily', dailySchedule],
    ['Weekly', weeklySchedule?.daysOfTheWeek.some((day) => day === weekday) ? weeklySchedule : undefined],
    ['Monthly', monthlySchedule && onDay(monthlySchedule) ? monthlySchedule : undefined],
    ['Yearly', yearlySchedule && inMonth && onDay(yearlySchedule) ? yearlySchedule : undefined],
  ] as const
  return kept.flatMap(([name, rule]) => {
    if (!rule) return []
    const { count, durationType } = rule.retentionDuration
    const until = local.plus({ [durationType.toLowerCase()]: count })
    return [[name, iso(until.toMillis())]]
  })
}

t.test('tags and expiry agree with a calendar library at fixed offsets', async (t) => {
  const anyRun = fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2060-01-01T00:00:00Z') })
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyRetention, fc.constantFrom(...TIME_ZONES), anyRun, (retention, timeZone, after) => {
        const policy = policyOf(retention, daily, timeZone)
        const run = nextRun(policy, after)
        const expected = referenceTags(policy, run)
        const { ruleName, expiry, tags } = retentionOf(policy, run)
        assert.deepEqual(
          tags.map(({ name, until }) => [name, iso(until)]),
          expected,
          `${iso(run)} ${timeZone}`,
        )
        const longest = expected
          .map(([, until]) => until)
          .sort()
          .at(-1)
        assert.equal(iso(expiry), longest)
        assert.ok(expected.some(([name, until]) => name === ruleName && until === longest))
      }),
      { numRuns: 400 },
    ),
  )
})

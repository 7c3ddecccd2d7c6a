import { DateTime, FixedOffsetZone } from 'luxon'
import {
  type DaysOfMonth,
  type Keep,
  MONTHS,
  type PolicyCase,
  type Schedule,
  type Tag,
  WEEKDAYS,
  WEEKS,
} from './policy-cases.js'
import { standardOffset } from './reference-zones.js'

/** A scheduled run as a calendar on the wall has it: nothing of `src/` is in here. */
export interface Run {
  at: number
  /** The last of its day on the policy's wall clock. */
  lastOfDay: boolean
  /** Until when each rule keeps its point, were the point taken at this very instant. */
  until: ReadonlyMap<Tag, number>
}

const END_OF_TIME = Date.UTC(9999, 11, 31, 23, 59, 59)

const weekdayOf = (day: DateTime) => WEEKDAYS[day.weekday % 7]

function* everyDay(from: number, to: number, zone: FixedOffsetZone): Generator<DateTime> {
  const end = DateTime.fromMillis(to, { zone }).plus({ days: 2 })
  let day = DateTime.fromMillis(from, { zone }).minus({ days: 2 }).startOf('day')
  for (; day <= end; day = day.plus({ days: 1 })) yield day
}

function clockOf(time: string): { hour: number; minute: number } {
  const [hour = Number.NaN, minute = Number.NaN] = time.split(':').map(Number)
  return { hour, minute }
}

/** When a schedule runs, by going through every day: a window opens every day in UTC, whatever the zone. */
function instantsOf(schedule: Schedule, zone: FixedOffsetZone, from: number, to: number): number[] {
  const instants: number[] = []
  if (schedule.every === 'hours') {
    for (const day of everyDay(from, to, FixedOffsetZone.utcInstance)) {
      const opens = day.set(clockOf(schedule.from))
      const closes = opens.plus({ hours: schedule.hours })
      const opensAgain = opens.plus({ days: 1 })
      for (let run = opens; run <= closes && run < opensAgain; run = run.plus({ hours: schedule.interval })) {
        instants.push(run.toMillis())
      }
    }
    return instants
  }
  for (const day of everyDay(from, to, zone)) {
    const runs = schedule.every === 'day' || schedule.on.some((name) => name === weekdayOf(day))
    if (runs) instants.push(day.set(clockOf(schedule.at)).toMillis())
  }
  return instants
}

/** The dates of a month that a rule is for, by making a list of them. */
function datesOf(days: DaysOfMonth, month: DateTime): Set<string> {
  const dates = Array.from({ length: month.daysInMonth ?? 0 }, (_, index) => month.set({ day: index + 1 }))
  if ('dates' in days) {
    const chosen = days.dates.map((date) => (date === 'Last' ? dates.at(-1) : dates[date - 1]))
    return new Set(chosen.map((date) => date?.toISODate() ?? ''))
  }
  const chosen = days.weekdays.flatMap((weekday) => {
    const inOrder = dates.filter((date) => weekdayOf(date) === weekday)
    return days.weeks.map((week) => (week === 'Last' ? inOrder.at(-1) : inOrder[WEEKS.indexOf(week)]))
  })
  return new Set(chosen.map((date) => date?.toISODate() ?? ''))
}

/** Whether a day is one of a rule's, asked month by month. */
function calendarOf(days: DaysOfMonth): (day: DateTime) => boolean {
  const months = new Map<string, Set<string>>()
  return (day) => {
    const key = `${day.year}-${day.month}`
    const dates = months.get(key) ?? datesOf(days, day.startOf('month'))
    months.set(key, dates)
    return dates.has(day.toISODate() ?? '')
  }
}

/** An instant and a duration of the calendar after it. */
const after = (day: DateTime, { count, unit }: Keep) =>
  Math.min(day.plus({ [unit.toLowerCase()]: count }).toMillis(), END_OF_TIME)

const zoneOf = ({ zone }: PolicyCase) => FixedOffsetZone.instance(standardOffset(zone))

/** When a policy runs after one instant, up to and with another, in ms since 1970. */
export const timesOf = (policy: PolicyCase, from: number, to: number): number[] =>
  instantsOf(policy.schedule, zoneOf(policy), from, to).filter((at) => at > from && at <= to)

/** A policy's runs after one instant, up to and with another, and how long their points are kept. */
export function runsOf(policy: PolicyCase, from: number, to: number): Run[] {
  const { schedule, rules } = policy
  const zone = zoneOf(policy)
  const { Daily, Weekly, Monthly, Yearly } = rules
  const inMonth = Monthly && calendarOf(Monthly.days)
  const inYear = Yearly && calendarOf(Yearly.days)
  const runs = instantsOf(schedule, zone, from, to).map((at) => ({ at, local: DateTime.fromMillis(at, { zone }) }))
  // A Map keeps what was set last: the last run of each local day.
  const lastOf = new Map(runs.map(({ at, local }) => [local.toISODate(), at]))
  return runs
    .filter(({ at }) => at > from && at <= to)
    .map(({ at, local }) => {
      const lastOfDay = lastOf.get(local.toISODate()) === at
      const until = new Map<Tag, number>()
      if (Daily) until.set('Daily', after(local, Daily))
      if (!lastOfDay) return { at, lastOfDay, until }
      if (Weekly?.on.some((weekday) => weekday === weekdayOf(local))) until.set('Weekly', after(local, Weekly))
      if (Monthly && inMonth?.(local)) until.set('Monthly', after(local, Monthly))
      const inItsMonth = Yearly?.months.some((month) => month === MONTHS[local.month - 1])
      if (Yearly && inItsMonth && inYear?.(local)) until.set('Yearly', after(local, Yearly))
      return { at, lastOfDay, until }
    })
}

/** When a run's point goes: with the last of its tags, or at once where it has none. */
export const endOf = ({ at, until }: Run): number => Math.max(at, ...until.values())

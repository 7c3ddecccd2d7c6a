import { membersOf } from '../documents.js'
import type { DiskPolicy, RetentionRule, TaggingCriterion } from './policies.js'
import type { WeekOfMonth } from './policy-ranges.js'
import { backupRulesOf } from './repetition.js'
import { addDuration, inWeek, isDate, type LocalDay, localDay, type RetentionDuration } from './retention.js'
import { DAY, type Instant, MINUTE, weekdayAt } from './schedule.js'
import { offsetOf } from './time-zones.js'

/** The rules that say how long its points are kept. */
export const retentionRulesOf = ({ policyRules }: DiskPolicy): RetentionRule[] =>
  policyRules.filter((rule): rule is RetentionRule => rule.objectType === 'AzureRetentionRule')

const UNITS = { D: 'Days', W: 'Weeks', M: 'Months', Y: 'Years' } as const
const DURATION = /^P(\d{1,4})([DWMY])$/

/** `P7D`, `P12W`, `P3M`, `P1Y`; undefined where it is none, or empty. */
export function lifetimeOf(text: string): RetentionDuration | undefined {
  const [, count = '0', unit = ''] = DURATION.exec(text) ?? []
  const durationType = UNITS[unit as keyof typeof UNITS]
  return durationType && Number(count) > 0 ? { count: Number(count), durationType } : undefined
}

/** What criteria are held against: a run on the wall clock of the policy, and the run of the newest point before it. */
interface Moment {
  run: Instant
  local: number
  day: LocalDay
  earlier: number | undefined
}

const isoDay = (at: number) => new Date(at).toISOString().slice(0, 10)

/** The periods that a point can be the first of, as a text that is the same for all instants in one of them. */
const PERIODS: Record<string, (at: number) => string> = {
  FirstOfDay: (at) => isoDay(at),
  FirstOfWeek: (at) => isoDay(at - weekdayAt(at) * DAY),
  FirstOfMonth: (at) => isoDay(at).slice(0, 7),
  FirstOfYear: (at) => isoDay(at).slice(0, 4),
}

/** Whether a backup is the first that has succeeded in its period. */
function isFirst(marker: unknown, { local, earlier }: Moment): boolean {
  if (marker === 'AllBackup') return true
  const period = PERIODS[String(marker)]
  return period !== undefined && (earlier === undefined || period(earlier) !== period(local))
}

/** The time of a day in UTC, whichever day a text names. */
const timeOfText = (text: string) => modulo(Date.parse(/(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? text : `${text}Z`), DAY)

const modulo = (value: number, by: number) => ((value % by) + by) % by

/** What each member of criteria asks; one that is empty asks nothing, and of several values one has to fit. */
const TESTS: Record<string, (value: unknown, moment: Moment) => boolean> = {
  absoluteCriteria: isFirst,
  daysOfTheWeek: (name, { day }) => day.weekday === name,
  daysOfMonth: (date, { day }) => isDate(day, membersOf(date)),
  weeksOfTheMonth: (week, { day }) => inWeek(day, week as WeekOfMonth),
  monthsOfYear: (month, { day }) => day.month === month,
  scheduleTimes: (time, { run }) => timeOfText(String(time)) === modulo(run, DAY),
}

const applies = ({ criteria = [] }: TaggingCriterion, moment: Moment): boolean =>
  criteria.every((criterion) =>
    Object.entries(TESTS).every(([member, test]) => {
      const values = criterion[member]
      return !Array.isArray(values) || values.length === 0 || values.some((value) => test(value, moment))
    }),
  )

/** ms to add to UTC for the wall clock of a schedule; one that nobody knows, or none, is UTC. */
const zoneOf = ({ timeZone = '' }: { timeZone?: string }) => (offsetOf(timeZone) ?? 0) * MINUTE

/**
 * The tag that the point of a run gets: of all that apply the one with the lowest number (wire-disk.md 3).
 * @param run when the backup was to begin
 * @param earlier the run of the newest point that the schedule has made
 */
export function tagAt(policy: DiskPolicy, run: Instant, earlier: Instant | undefined): string {
  const [first] = backupRulesOf(policy)
    .flatMap(({ trigger: { schedule, taggingCriteria } }) => {
      const offset = zoneOf(schedule)
      const local = run + offset
      const moment = { run, local, day: localDay(local), earlier: earlier === undefined ? undefined : earlier + offset }
      return taggingCriteria.filter((criterion) => criterion.isDefault || applies(criterion, moment))
    })
    .sort((a, b) => a.taggingPriority - b.taggingPriority)
  return first?.tagInfo.tagName ?? 'Default'
}

/** The retention rule of a tag; the default one where there is none of its name. */
export function ruleOfTag(policy: DiskPolicy, tag: string): RetentionRule | undefined {
  const rules = retentionRulesOf(policy)
  const isOf = ({ name }: RetentionRule) => name.toLowerCase() === tag.toLowerCase()
  return rules.find(isOf) ?? rules.find(({ isDefault }) => isDefault)
}

/** When a point of a tag that was taken at an instant goes. */
export function expiryOfTag(policy: DiskPolicy, tag: string, at: Instant): Instant {
  const lifetime = lifetimeOf(ruleOfTag(policy, tag)?.lifecycles[0]?.deleteAfter.duration ?? '')
  return lifetime ? addDuration(at, lifetime, 0) : at
}

import type { BackupRule, DiskPolicy } from './policies.js'
import type { Instant } from './schedule.js'
import { offsetOf } from './time-zones.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** What a rule of a Backup vault's policy repeats by: `R/<start>/<period>` (wire-disk.md 3). */
export interface Repetition {
  start: Instant
  /** ms */
  period: number
}

const PERIOD = /^P(?:(\d{1,4})W|(\d{1,4})D|T(\d{1,4})H)$/

/** A period in hours, days or weeks, in ms; undefined where it is none, or empty. */
export function periodOf(text: string): number | undefined {
  const [, weeks, days, hours] = PERIOD.exec(text) ?? []
  const ms = Number(weeks ?? 0) * 7 * DAY + Number(days ?? 0) * DAY + Number(hours ?? 0) * HOUR
  return ms > 0 ? ms : undefined
}

const START = /^((\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?)(Z|[+-]\d\d:\d\d)?$/i

/** A start, in the zone of the schedule where it names no other, else in UTC. */
function startOf(text: string, timeZone: string | undefined): Instant | undefined {
  const [, time, date = '', zone] = START.exec(text) ?? []
  // Date.parse takes 30 February for 2 March.
  if (time === undefined || new Date(`${date}T00:00:00Z`).toJSON()?.slice(0, 10) !== date) return undefined
  const offset = zone === undefined && timeZone !== undefined ? (offsetOf(timeZone) ?? 0) * MINUTE : 0
  const start = Date.parse(`${time}${zone ?? 'Z'}`.toUpperCase()) - offset
  return Number.isNaN(start) ? undefined : start
}

/**
 * Reads `R/2020-04-05T13:00:00+00:00/PT4H`; undefined where it is none.
 * @param timeZone of the schedule, for a start without a zone; one that nobody knows is UTC
 */
export function readRepetition(text: string, timeZone?: string): Repetition | undefined {
  const [repeat, from = '', every = '', ...more] = text.split('/')
  const start = startOf(from, timeZone)
  const period = periodOf(every)
  return repeat === 'R' && more.length === 0 && period !== undefined && start !== undefined
    ? { start, period }
    : undefined
}

/** The first run of some repetitions after an instant: runs fall on start + n · period; undefined where there is none. */
export function nextRepetition(repetitions: readonly Repetition[], after: Instant): Instant | undefined {
  const runs = repetitions.map(({ start, period }) =>
    after < start ? start : start + (Math.floor((after - start) / period) + 1) * period,
  )
  return runs.length === 0 ? undefined : Math.min(...runs)
}

/** The rules of a policy that say when it strikes. */
export const backupRulesOf = ({ policyRules }: DiskPolicy): BackupRule[] =>
  policyRules.filter((rule): rule is BackupRule => rule.objectType === 'AzureBackupRule')

/** When a policy strikes. */
export const repetitionsOf = (policy: DiskPolicy): Repetition[] =>
  backupRulesOf(policy).flatMap(({ trigger: { schedule } }) =>
    schedule.repeatingTimeIntervals.flatMap((text) => readRepetition(text, schedule.timeZone) ?? []),
  )

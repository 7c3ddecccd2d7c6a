import type { DiskPolicy } from './policies.js'
import {
  type DayOfWeek,
  type DurationType,
  type MonthOfYear,
  POLICY_RANGES,
  type WeekOfMonth,
} from './policy-ranges.js'
import { DAY, type Instant, isLastRunOfDay, type Scheduled, weekdayAt, zoneOffset } from './schedule.js'

export interface RetentionDuration {
  count: number
  durationType: DurationType
}

/** What all four retention schedules have. */
interface RetentionRule {
  retentionTimes: string[]
  retentionDuration: RetentionDuration
}

/** Which days of a month keep a point: by weekday and week ('Weekly'), or by date ('Daily') (domain.md 5.1). */
export interface DaysOfMonth {
  retentionScheduleFormatType: 'Daily' | 'Weekly'
  retentionScheduleDaily?: { daysOfTheMonth: { date: number; isLast: boolean }[] }
  retentionScheduleWeekly?: { daysOfTheWeek: DayOfWeek[]; weeksOfTheMonth: WeekOfMonth[] }
}

export type DailyRetention = RetentionRule
export type WeeklyRetention = { daysOfTheWeek: DayOfWeek[] } & RetentionRule
export type MonthlyRetention = DaysOfMonth & RetentionRule
export type YearlyRetention = DaysOfMonth & { monthsOfYear: MonthOfYear[] } & RetentionRule

export interface LongTermRetentionPolicy {
  retentionPolicyType: 'LongTermRetentionPolicy'
  dailySchedule?: DailyRetention
  weeklySchedule?: WeeklyRetention
  monthlySchedule?: MonthlyRetention
  yearlySchedule?: YearlyRetention
}

/** Of a policy of file shares that sends points to the vault: how long it keeps them there, and the snapshots before. */
export interface VaultRetentionPolicy {
  vaultRetention: LongTermRetentionPolicy
  snapshotRetentionInDays: number
}

/**
 * What of a policy says how long its points are kept. Those of virtual machines have days of instant restore beside
 * their rules; those of file shares have rules for snapshots alone, or `vaultRetentionPolicy` in their place.
 */
export type Rules =
  | { retentionPolicy: LongTermRetentionPolicy; instantRpRetentionRangeInDays?: number }
  | { vaultRetentionPolicy: VaultRetentionPolicy }

export type Retained = Scheduled & Rules

/** The rules that points are kept by, wherever the policy has them. */
export const rulesOf = (policy: Rules): LongTermRetentionPolicy =>
  'vaultRetentionPolicy' in policy ? policy.vaultRetentionPolicy.vaultRetention : policy.retentionPolicy

/** For how many days a snapshot is kept; undefined where nothing but snapshots is kept, each for as long as its point. */
export const snapshotDaysOf = (policy: Rules): number | undefined =>
  'vaultRetentionPolicy' in policy
    ? policy.vaultRetentionPolicy.snapshotRetentionInDays
    : policy.instantRpRetentionRangeInDays

/**
 * Whether points of a policy go to the vault at all: not where it keeps snapshots alone (wire-files.md 6), as those of disks
 * do (domain.md 9).
 */
export const hasVaultTier = (policy: Rules | DiskPolicy): boolean =>
  !('policyRules' in policy) && snapshotDaysOf(policy) !== undefined

export type TagName = 'Daily' | 'Weekly' | 'Monthly' | 'Yearly'

/** One reason to keep a point, and until when. */
export interface RetentionTag {
  name: TagName
  until: Instant
}

export interface Retention {
  /** The tag that keeps the point longest; empty where no rule keeps it. */
  ruleName: TagName | ''
  expiry: Instant
  tags: RetentionTag[]
}

/** 9999-12-31T23:59:59Z: 9999 years from now has five digits, which neither .NET nor RFC 3339 can write. */
const END_OF_TIME: Instant = Date.UTC(9999, 11, 31, 23, 59, 59)

const MONTHS_OF = { Months: 1, Years: 12 } as const

const daysInMonth = (year: number, month: number) => new Date(Date.UTC(year, month + 1, 0)).getUTCDate()

/**
 * An instant plus a duration of the calendar at a fixed offset from UTC: a month from the 31st ends on the month's
 * last day, the time of day stays (domain.md 5.4). Never later than the year 9999.
 * @param offset milliseconds to add to UTC for the wall clock
 */
export function addDuration(at: Instant, { count, durationType }: RetentionDuration, offset: number): Instant {
  if (durationType === 'Days' || durationType === 'Weeks') {
    return Math.min(at + count * POLICY_RANGES.daysOf[durationType] * DAY, END_OF_TIME)
  }
  const local = new Date(at + offset)
  const midnight = Math.floor((at + offset) / DAY) * DAY
  const months = local.getUTCMonth() + count * MONTHS_OF[durationType]
  const year = local.getUTCFullYear() + Math.floor(months / 12)
  const day = Math.min(local.getUTCDate(), daysInMonth(year, months % 12))
  return Math.min(Date.UTC(year, months % 12, day) + (at - midnight), END_OF_TIME)
}

/** A day on the policy's wall clock. */
export interface LocalDay {
  weekday: DayOfWeek | undefined
  month: MonthOfYear | undefined
  date: number
  daysInMonth: number
}

/** @param local an instant on the policy's wall clock */
export function localDay(local: number): LocalDay {
  const day = new Date(local)
  return {
    weekday: POLICY_RANGES.daysOfTheWeek[weekdayAt(local)],
    month: POLICY_RANGES.monthsOfYear[day.getUTCMonth()],
    date: day.getUTCDate(),
    daysInMonth: daysInMonth(day.getUTCFullYear(), day.getUTCMonth()),
  }
}

/** A weekday's fourth in a month may be its last too; its fifth is only its last. */
export function inWeek(day: LocalDay, week: WeekOfMonth): boolean {
  if (week === 'Last') return day.date + 7 > day.daysInMonth
  return Math.ceil(day.date / 7) === POLICY_RANGES.weeksOfTheMonth.indexOf(week) + 1
}

/** Whether a day of a month is that of a rule: by its date, or as the last one. */
export const isDate = (day: LocalDay, { date, isLast }: { date?: unknown; isLast?: unknown }) =>
  isLast ? day.date === day.daysInMonth : day.date === date

function inMonth(day: LocalDay, days: DaysOfMonth): boolean {
  if (days.retentionScheduleFormatType === 'Daily') {
    const dates = days.retentionScheduleDaily?.daysOfTheMonth ?? []
    return dates.some((date) => isDate(day, date))
  }
  const weekly = days.retentionScheduleWeekly
  return isOneOf(day.weekday, weekly?.daysOfTheWeek) && (weekly?.weeksOfTheMonth ?? []).some((w) => inWeek(day, w))
}

const isOneOf = <T>(value: T | undefined, list: readonly T[] = []) => value !== undefined && list.includes(value)

/**
 * The tags of a scheduled run's point (domain.md 5.4), read on the policy's wall clock: every run is Daily where the
 * policy has a daily schedule; Weekly, Monthly and Yearly go to the day's last run only (domain.md 5.2), which
 * matters to hourly policies alone.
 * @param run the scheduled time, not the start of the backup: that may fall on the next day
 */
export function tagsOf(policy: Retained, run: Instant): RetentionTag[] {
  const offset = zoneOffset(policy)
  const { dailySchedule, weeklySchedule, monthlySchedule, yearlySchedule } = rulesOf(policy)
  const tags: RetentionTag[] = []
  const keep = (name: TagName, rule: RetentionRule) =>
    tags.push({ name, until: addDuration(run, rule.retentionDuration, offset) })

  if (dailySchedule) keep('Daily', dailySchedule)
  if (!isLastRunOfDay(policy, run)) return tags
  const day = localDay(run + offset)
  if (weeklySchedule && isOneOf(day.weekday, weeklySchedule.daysOfTheWeek)) keep('Weekly', weeklySchedule)
  if (monthlySchedule && inMonth(day, monthlySchedule)) keep('Monthly', monthlySchedule)
  if (yearlySchedule && isOneOf(day.month, yearlySchedule.monthsOfYear) && inMonth(day, yearlySchedule)) {
    keep('Yearly', yearlySchedule)
  }
  return tags
}

/**
 * How long a scheduled run's point is kept: as the longest-lived of its tags has it (domain.md 5.1: the longer one
 * "overrides the previous retention conditions"). A point that no rule keeps expires at once, as daily points do when
 * their policy becomes weekly (domain.md 5.3).
 */
export function retentionOf(policy: Retained, run: Instant): Retention {
  const tags = tagsOf(policy, run)
  let longest: { name: TagName | ''; until: Instant } = { name: '', until: run }
  for (const tag of tags) if (tag.until > longest.until) longest = tag
  return { ruleName: longest.name, expiry: longest.until, tags }
}

/**
 * When the snapshot of a point goes, and instant restore from it with it (SEED-50, SEED-56).
 * @param expiry when the point goes: the snapshot with it, where there is nothing else of it
 */
export function instantExpiry(policy: Rules | DiskPolicy, pointTime: Instant, expiry: Instant): Instant {
  const days = 'policyRules' in policy ? undefined : snapshotDaysOf(policy)
  return days === undefined ? expiry : pointTime + days * DAY
}

/** When a point made on demand expires: as asked (SEED-55), otherwise after 30 days (domain.md 5.4). */
export function onDemandExpiry(requested: Instant | undefined, now: Instant): Instant {
  return requested ?? now + POLICY_RANGES.onDemandDays * DAY
}

/** When a point made on demand in a classic vault expires: as one of the schedule would (domain.md 2.4). */
export function classicExpiry(policy: Rules, now: Instant): Instant {
  const { dailySchedule, weeklySchedule } = rulesOf(policy)
  const rule = dailySchedule ?? weeklySchedule
  return rule ? addDuration(now, rule.retentionDuration, 0) : onDemandExpiry(undefined, now)
}

/** A duration in days for comparing: a month counts 31, a year 366 (domain.md 13.3). */
export function durationDays({ count, durationType }: RetentionDuration): number {
  return count * POLICY_RANGES.daysOf[durationType]
}

/** The days that each of a policy's rules keeps its points, for comparing (domain.md 13.3); absent rules are left out. */
export function retentionDays(policy: Rules): Partial<Record<TagName, number>> {
  const { dailySchedule, weeklySchedule, monthlySchedule, yearlySchedule } = rulesOf(policy)
  const days: Partial<Record<TagName, number>> = {}
  if (dailySchedule) days.Daily = durationDays(dailySchedule.retentionDuration)
  if (weeklySchedule) days.Weekly = durationDays(weeklySchedule.retentionDuration)
  if (monthlySchedule) days.Monthly = durationDays(monthlySchedule.retentionDuration)
  if (yearlySchedule) days.Yearly = durationDays(yearlySchedule.retentionDuration)
  return days
}

/**
 * Whether a change makes the vault keep points for a shorter time: a rule is gone or counts fewer days than before
 * (domain.md 5.3, 13.3). Which days a rule is for is not compared.
 */
export function reducesVaultRetention(before: Rules, after: Rules): boolean {
  const left = retentionDays(after)
  const rules = Object.entries(retentionDays(before)) as [TagName, number][]
  return rules.some(([name, days]) => (left[name] ?? 0) < days)
}

/**
 * The same for points and snapshots alike: clients ask a guard for fewer days of instant restore too (C:
 * az.recoveryservices checkMUAForRetentionPolicy).
 */
export function reducesRetention(before: Rules, after: Rules): boolean {
  const days = snapshotDaysOf(before)
  const left = snapshotDaysOf(after)
  return (days !== undefined && left !== undefined && left < days) || reducesVaultRetention(before, after)
}

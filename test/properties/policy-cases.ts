import { readFileSharePolicy } from '../../src/domain/policies/policy-files.js'
import { readVmPolicy } from '../../src/domain/policies/policy-vm.js'
import type { Members } from '../support/seen.js'

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
export const WEEKS = ['First', 'Second', 'Third', 'Fourth', 'Last'] as const
export const MONTHS = [
  ...(['January', 'February', 'March', 'April', 'May', 'June'] as const),
  ...(['July', 'August', 'September', 'October', 'November', 'December'] as const),
] as const
export const UNITS = ['Days', 'Weeks', 'Months', 'Years'] as const

export type Weekday = (typeof WEEKDAYS)[number]
export type Week = (typeof WEEKS)[number]
export type Month = (typeof MONTHS)[number]
export type Unit = (typeof UNITS)[number]
export type Tag = 'Daily' | 'Weekly' | 'Monthly' | 'Yearly'

/** When a policy runs. Times are `HH:mm`: on the wall clock of its zone, but of an hourly one's window in UTC. */
export type Schedule =
  | { every: 'day'; at: string }
  | { every: 'week'; on: readonly Weekday[]; at: string }
  | { every: 'hours'; from: string; interval: number; hours: number }

export interface Keep {
  count: number
  unit: Unit
}

/** Which days of a month a rule is for: by date, or by weekday and week. */
export type DaysOfMonth =
  | { dates: readonly (number | 'Last')[] }
  | { weekdays: readonly Weekday[]; weeks: readonly Week[] }

export interface Rules {
  Daily?: Keep | undefined
  Weekly?: (Keep & { on: readonly Weekday[] }) | undefined
  Monthly?: (Keep & { days: DaysOfMonth }) | undefined
  Yearly?: (Keep & { days: DaysOfMonth; months: readonly Month[] }) | undefined
}

/** A policy as somebody would say it, before it is written down for the service. */
export interface PolicyCase {
  /** Of machines standard or enhanced; of file shares with snapshots alone, or with points in the vault too. */
  of: 'standard' | 'enhanced' | 'snapshots' | 'vaulted'
  schedule: Schedule
  zone: string
  rules: Rules
  /** For how many days snapshots stay beside the vault. */
  snapshotDays: number
  /** The date that its times are written with, which doesn't count. */
  date: string
}

export const isOfShares = ({ of }: PolicyCase) => of === 'snapshots' || of === 'vaulted'

const timeOf = (schedule: Schedule) => (schedule.every === 'hours' ? schedule.from : schedule.at)

function hourlySchedule(from: string, { interval, hours }: { interval: number; hours: number }): Members {
  return { interval, scheduleWindowStartTime: from, scheduleWindowDuration: hours }
}

function scheduleBody({ of, schedule }: PolicyCase, time: string): Members {
  const standard = { schedulePolicyType: 'SimpleSchedulePolicy' }
  const enhanced = { schedulePolicyType: 'SimpleSchedulePolicyV2' }
  const scheduleRunTimes = [time]
  switch (schedule.every) {
    case 'hours':
      return {
        ...(of === 'enhanced' ? enhanced : standard),
        scheduleRunFrequency: 'Hourly',
        hourlySchedule: hourlySchedule(time, schedule),
      }
    case 'day': {
      const scheduleRunFrequency = 'Daily'
      if (of === 'enhanced') return { ...enhanced, scheduleRunFrequency, dailySchedule: { scheduleRunTimes } }
      return { ...standard, scheduleRunFrequency, scheduleRunTimes }
    }
    case 'week': {
      const week = { scheduleRunDays: schedule.on, scheduleRunTimes }
      if (of === 'enhanced') return { ...enhanced, scheduleRunFrequency: 'Weekly', weeklySchedule: week }
      return { ...standard, scheduleRunFrequency: 'Weekly', ...week }
    }
  }
}

function daysBody(days: DaysOfMonth): Members {
  if ('dates' in days) {
    const daysOfTheMonth = days.dates.map((date) =>
      date === 'Last' ? { date: 0, isLast: true } : { date, isLast: false },
    )
    return { retentionScheduleFormatType: 'Daily', retentionScheduleDaily: { daysOfTheMonth } }
  }
  return {
    retentionScheduleFormatType: 'Weekly',
    retentionScheduleWeekly: { daysOfTheWeek: days.weekdays, weeksOfTheMonth: days.weeks },
  }
}

function rulesBody({ Daily, Weekly, Monthly, Yearly }: Rules, time: string): Members {
  const keep = ({ count, unit }: Keep) => ({
    retentionTimes: [time],
    retentionDuration: { count, durationType: unit },
  })
  return {
    retentionPolicyType: 'LongTermRetentionPolicy',
    ...(Daily && { dailySchedule: keep(Daily) }),
    ...(Weekly && { weeklySchedule: { daysOfTheWeek: Weekly.on, ...keep(Weekly) } }),
    ...(Monthly && { monthlySchedule: { ...daysBody(Monthly.days), ...keep(Monthly) } }),
    ...(Yearly && { yearlySchedule: { ...daysBody(Yearly.days), monthsOfYear: Yearly.months, ...keep(Yearly) } }),
  }
}

/** The `properties` of the PUT that makes a policy. */
export function bodyOf(policy: PolicyCase): Members {
  const time = `${policy.date}T${timeOf(policy.schedule)}:00Z`
  const rules = rulesBody(policy.rules, time)
  const always = { schedulePolicy: scheduleBody(policy, time), timeZone: policy.zone }
  const share = { ...always, backupManagementType: 'AzureStorage', workLoadType: 'AzureFileShare' }
  switch (policy.of) {
    case 'snapshots':
      return { ...share, retentionPolicy: rules }
    case 'vaulted':
      return {
        ...share,
        vaultRetentionPolicy: { vaultRetention: rules, snapshotRetentionInDays: policy.snapshotDays },
      }
    default:
      return {
        ...always,
        backupManagementType: 'AzureIaasVM',
        policyType: policy.of === 'enhanced' ? 'V2' : 'V1',
        retentionPolicy: rules,
        instantRpRetentionRangeInDays: policy.snapshotDays,
      }
  }
}

/** The policy as it is kept after its PUT. */
export const storedForm = (policy: PolicyCase) =>
  isOfShares(policy) ? readFileSharePolicy(bodyOf(policy)) : readVmPolicy(bodyOf(policy))

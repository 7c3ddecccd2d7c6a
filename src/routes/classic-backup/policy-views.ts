import { Type } from '@sinclair/typebox'
import type { VmPolicy } from '../../domain/policies/policies.js'
import type { Policy } from '../../domain/policies/policy-book.js'
import { POLICY_RANGES } from '../../domain/policies/policy-ranges.js'
import type { DaysOfMonth, LongTermRetentionPolicy, RetentionDuration } from '../../domain/policies/retention.js'
import type { SimpleSchedulePolicy } from '../../domain/policies/schedule.js'
import type { Vault } from '../../domain/vaults/vault.js'
import { Exact, Thing } from './classic-route.js'

const Times = Type.Array(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:00$' }))
const Numbers = Type.Array(Type.Integer())
const orNull = <T extends ReturnType<typeof Exact>>(schema: T) => Type.Union([schema, Type.Null()])

const RULE = {
  RetentionTimes: Times,
  CSMRetentionDuration: Exact({ Count: Type.Integer(), DurationType: Type.Integer({ minimum: 1, maximum: 4 }) }),
}
const DAYS_OF_MONTH = {
  RetentionScheduleType: Type.Integer({ minimum: 1, maximum: 2 }),
  RetentionScheduleDaily: orNull(
    Exact({ DaysOfTheMonth: Type.Array(Exact({ Date: Type.Integer(), IsLast: Type.Boolean() })) }),
  ),
  RetentionScheduleWeekly: orNull(Exact({ DaysOfTheWeek: Numbers, WeeksOfTheMonth: Numbers })),
}

/** In camel case down to the rules, in Pascal case in them, and with numbers for their names (wire-classic.md 7). */
export const PolicyView = Thing(
  Exact({
    workloadType: Type.Literal('IaasVM'),
    policyName: Type.String(),
    backupSchedule: Exact({
      backupType: Type.Literal('Full'),
      scheduleRun: Type.Union([Type.Literal('Daily'), Type.Literal('Weekly')]),
      scheduleRunDays: Type.Union([Type.Array(Type.String()), Type.Null()]),
      scheduleRunTimes: Times,
    }),
    ltrRetentionPolicy: Exact({
      DailySchedule: orNull(Exact(RULE)),
      WeeklySchedule: orNull(Exact({ DaysOfTheWeek: Numbers, ...RULE })),
      MonthlySchedule: orNull(Exact({ ...DAYS_OF_MONTH, ...RULE })),
      YearlySchedule: orNull(Exact({ MonthsOfYear: Numbers, ...DAYS_OF_MONTH, ...RULE })),
    }),
  }),
)

/**
 * The service's enumerations by number. Durations, formats and Monday are recorded (golden 21); of the others the
 * generated client has the numbers (Month, WeekNumber) or .NET (DayOfWeek).
 */
const NUMBERS = {
  durations: { names: POLICY_RANGES.durationTypes, first: 1 },
  formats: { names: POLICY_RANGES.formatTypes, first: 1 },
  days: { names: POLICY_RANGES.daysOfTheWeek, first: 0 },
  weeks: { names: POLICY_RANGES.weeksOfTheMonth, first: 0 },
  months: { names: POLICY_RANGES.monthsOfYear, first: 1 },
} as const

function numberOf(kind: keyof typeof NUMBERS, name: string): number {
  const { names, first } = NUMBERS[kind]
  return first + (names as readonly string[]).indexOf(name)
}
const numbersOf = (kind: keyof typeof NUMBERS, names: readonly string[]) => names.map((name) => numberOf(kind, name))

/** Times have no zone: they are UTC. */
const zoneless = (times: readonly string[]) => times.map((time) => time.replace(/Z$/, ''))

interface Rule {
  retentionTimes: string[]
  retentionDuration: RetentionDuration
}

const ruleView = ({ retentionTimes, retentionDuration: { count, durationType } }: Rule) => ({
  RetentionTimes: zoneless(retentionTimes),
  CSMRetentionDuration: { Count: count, DurationType: numberOf('durations', durationType) },
})

const daysView = (days: DaysOfMonth) => ({
  RetentionScheduleType: numberOf('formats', days.retentionScheduleFormatType),
  RetentionScheduleDaily: days.retentionScheduleDaily
    ? {
        DaysOfTheMonth: days.retentionScheduleDaily.daysOfTheMonth.map(({ date, isLast }) => ({
          Date: date,
          IsLast: isLast,
        })),
      }
    : null,
  RetentionScheduleWeekly: days.retentionScheduleWeekly
    ? {
        DaysOfTheWeek: numbersOf('days', days.retentionScheduleWeekly.daysOfTheWeek),
        WeeksOfTheMonth: numbersOf('weeks', days.retentionScheduleWeekly.weeksOfTheMonth),
      }
    : null,
})

const retentionView = ({
  dailySchedule,
  weeklySchedule,
  monthlySchedule,
  yearlySchedule,
}: LongTermRetentionPolicy) => ({
  DailySchedule: dailySchedule ? ruleView(dailySchedule) : null,
  WeeklySchedule: weeklySchedule
    ? { DaysOfTheWeek: numbersOf('days', weeklySchedule.daysOfTheWeek), ...ruleView(weeklySchedule) }
    : null,
  MonthlySchedule: monthlySchedule ? { ...daysView(monthlySchedule), ...ruleView(monthlySchedule) } : null,
  YearlySchedule: yearlySchedule
    ? {
        MonthsOfYear: numbersOf('months', yearlySchedule.monthsOfYear),
        ...daysView(yearlySchedule),
        ...ruleView(yearlySchedule),
      }
    : null,
})

/** The days of a schedule are written out, other than those of the rules. */
const scheduleView = (schedule: SimpleSchedulePolicy) => ({
  backupType: 'Full',
  scheduleRun: schedule.scheduleRunFrequency,
  ...(schedule.scheduleRunFrequency === 'Hourly'
    ? {}
    : { scheduleRunDays: schedule.scheduleRunDays ?? null, scheduleRunTimes: zoneless(schedule.scheduleRunTimes) }),
})

/** A policy of a classic vault, which is a standard policy for machines. */
export function policyView(vault: Vault, { name, properties }: Policy) {
  const { schedulePolicy, retentionPolicy } = properties as VmPolicy
  return {
    properties: {
      workloadType: 'IaasVM',
      policyName: name,
      backupSchedule: scheduleView(schedulePolicy as SimpleSchedulePolicy),
      ltrRetentionPolicy: retentionView(retentionPolicy),
    },
    id: `${vault.id}/protectionPolicies/${name}`,
    name,
    type: `${vault.type}/protectionPolicies`,
  }
}

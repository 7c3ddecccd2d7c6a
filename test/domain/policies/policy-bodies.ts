import { Refusal } from '../../../src/domain/errors.js'
import { readVmPolicy } from '../../../src/domain/policies/policy-vm.js'

export type Json = { [member: string]: Json } | Json[] | string | number | boolean | null
export type Bag = { [member: string]: Json }

export const TIME = '2026-01-01T22:00:00Z'

/** A body as az sends it for a standard daily policy. */
export const daily = (): Bag => ({
  backupManagementType: 'AzureIaasVM',
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicy',
    scheduleRunFrequency: 'Daily',
    scheduleRunTimes: [TIME],
    scheduleWeeklyFrequency: 0,
  },
  retentionPolicy: {
    retentionPolicyType: 'LongTermRetentionPolicy',
    dailySchedule: { retentionTimes: [TIME], retentionDuration: { count: 30, durationType: 'Days' } },
  },
  instantRpRetentionRangeInDays: 2,
  timeZone: 'UTC',
})

export const weekly = (): Bag => ({
  backupManagementType: 'AzureIaasVM',
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicy',
    scheduleRunFrequency: 'Weekly',
    scheduleRunDays: ['Monday', 'Thursday'],
    scheduleRunTimes: [TIME],
  },
  retentionPolicy: {
    retentionPolicyType: 'LongTermRetentionPolicy',
    weeklySchedule: {
      daysOfTheWeek: ['Monday', 'Thursday'],
      retentionTimes: [TIME],
      retentionDuration: { count: 12, durationType: 'Weeks' },
    },
  },
})

export const hourly = (): Bag => ({
  backupManagementType: 'AzureIaasVM',
  policyType: 'V2',
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicyV2',
    scheduleRunFrequency: 'Hourly',
    hourlySchedule: { interval: 4, scheduleWindowStartTime: TIME, scheduleWindowDuration: 12 },
  },
  retentionPolicy: {
    retentionPolicyType: 'LongTermRetentionPolicy',
    dailySchedule: { retentionTimes: [TIME], retentionDuration: { count: 30, durationType: 'Days' } },
  },
})

export const MONTHLY: Bag = {
  retentionScheduleFormatType: 'Weekly',
  retentionScheduleWeekly: { daysOfTheWeek: ['Monday'], weeksOfTheMonth: ['First'] },
  retentionTimes: [TIME],
  retentionDuration: { count: 12, durationType: 'Months' },
}
export const byDate = (...daysOfTheMonth: Bag[]): Bag => ({
  ...MONTHLY,
  retentionScheduleFormatType: 'Daily',
  retentionScheduleDaily: { daysOfTheMonth },
})

export const isBag = (value: Json | undefined): value is Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A body with one member set, `undefined` taking it away: `change(daily(), 'schedulePolicy.scheduleRunTimes', [])`. */
export function change(body: Bag, path: string, value: Json | undefined): Bag {
  const [first = '', ...rest] = path.split('.')
  const { [first]: inner, ...others } = body
  if (rest.length > 0) return { ...body, [first]: change(isBag(inner) ? inner : {}, rest.join('.'), value) }
  return value === undefined ? others : { ...body, [first]: value }
}

export function refusalOf(body: Bag): Refusal {
  try {
    readVmPolicy(body)
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal
    throw refusal
  }
  throw new Error(`taken: ${JSON.stringify(body)}`)
}

/** What a body is refused with; '' where it is taken. */
export function outcomeOf(body: Bag): string {
  try {
    readVmPolicy(body)
    return ''
  } catch (refusal) {
    return String(refusal)
  }
}

/** The weekly policy as an enhanced one. */
export function enhancedWeekly(): Bag {
  return {
    ...weekly(),
    policyType: 'V2',
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicyV2',
      scheduleRunFrequency: 'Weekly',
      weeklySchedule: { scheduleRunDays: ['Monday', 'Thursday'], scheduleRunTimes: [TIME] },
    },
  }
}

export function withMonths(): Bag {
  return change(daily(), 'retentionPolicy.monthlySchedule', MONTHLY)
}

import {
  type ClassicStory,
  classicItem,
  classicKeep,
  classicPolicy,
  classicVaultPath,
  classicWeekly,
} from '../support/classic-story.js'
import type { Members } from '../support/seen.js'
import type { FreeRow } from './rows.js'

const policy = (vault: string, what: string, properties: Members): FreeRow => [
  what,
  'PUT',
  `${vault}/protectionPolicies/Custom`,
  { properties },
  'BMSUserErrorPolicyRetentionInvalid',
]

/** What the preview of 2015 had not, on a world of that profile (SEED-21, SEED-24, SEED-33). */
export async function beyondPreview(story: ClassicStory): Promise<FreeRow[]> {
  const item = await story.protectedMachine()
  const { vault, path } = item
  const twice = classicPolicy('22:00', {}, { scheduleRunTimes: ['2026-01-01T22:00:00', '2026-01-01T10:00:00'] })
  const monthly = {
    RetentionScheduleType: 'Daily',
    RetentionScheduleDaily: { DaysOfTheMonth: [{ Date: 1, IsLast: false }] },
    ...classicKeep('22:00', 1, 'Months'),
  }
  const { id } = await story.running(vault)
  return [
    policy(vault, '31 days', classicPolicy('22:00', { DailySchedule: classicKeep('22:00', 31, 'Days') })),
    policy(vault, 'five weeks', classicWeekly('22:00', 'Sunday', 5)),
    policy(vault, 'a month', classicPolicy('22:00', { MonthlySchedule: monthly })),
    [
      'two backups a day',
      'PUT',
      `${vault}/protectionPolicies/Custom`,
      { properties: twice },
      'BMSUserErrorInvalidPolicyInput',
    ],
    ['a backup on demand', 'POST', `${path}/backup`, undefined, 'OperationNotSupportedInPreview'],
    ['the end of a job', 'POST', `${vault}/jobs/${id}/cancel`, undefined, 'OperationNotSupportedInPreview'],
  ]
}

/** A subscription has one vault, and a vault one machine and two policies. */
export const CLASSIC_LOWERED = { classicVaultsPerSubscription: 1, vmsPerVault: 1, policiesPerVault: 2 }

/** What goes beyond limits that were lowered to `CLASSIC_LOWERED`, on a world that has reached them. */
export async function beyondClassicLimits(story: ClassicStory): Promise<FreeRow[]> {
  story.machine('vm2')
  const { vault } = await story.registeredMachine()
  await story.policy(vault, 'Second', classicPolicy())
  return [
    ['a second vault', 'PUT', classicVaultPath('second'), { location: 'westeurope' }, 'UserErrorVaultQuotaReached'],
    ['a second machine', 'PUT', classicItem(vault, 'vm2').container, undefined, 'UserErrorRegistrationQuotaReached'],
    [
      'a third policy',
      'PUT',
      `${vault}/protectionPolicies/Third`,
      { properties: classicPolicy() },
      'UserErrorPolicyQuotaReached',
    ],
    [
      'an operation that was never handed out',
      'GET',
      `${vault}/operationResults/00000000-0000-4000-8000-000000000000`,
      undefined,
      'BMSUserErrorOperationNotFound',
    ],
    [
      'a list by a name that it lacks',
      'GET',
      `${vault}/jobs?$filter=${encodeURIComponent("colour eq 'red'")}`,
      undefined,
      'InvalidFilterInQueryString',
    ],
    [
      'a job that there is not',
      'GET',
      `${vault}/jobs/00000000-0000-4000-8000-000000000000`,
      undefined,
      'UserErrorJobNotFound',
    ],
    ['an operation that nobody knows', 'POST', `${vault}/backupEverything`, {}, 'InvalidResourceType'],
  ]
}

import type { RefusalCode } from '../../src/domain/errors.js'
import { dailyPolicy, keep } from '../support/story.js'
import type { Family, Row } from './rows.js'
import type { Stage } from './stage.js'

const put = (what: string, changes: object, code: RefusalCode = 'BMSUserErrorInvalidPolicyInput'): Row => [
  what,
  { params: { backupPolicyName: 'Custom' }, body: { properties: { ...dailyPolicy(), ...changes } } },
  code,
]

const schedule = (changes: object) => ({
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicy',
    scheduleRunFrequency: 'Daily',
    scheduleRunTimes: ['2026-01-01T22:00:00Z'],
    ...changes,
  },
})

const kept = (count: number) => ({
  retentionPolicy: {
    retentionPolicyType: 'LongTermRetentionPolicy',
    dailySchedule: keep('22:00', count, 'Days'),
  },
})

const enhanced = () => ({
  policyType: 'V2',
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicyV2',
    scheduleRunFrequency: 'Daily',
    dailySchedule: { scheduleRunTimes: ['2026-01-01T22:00:00Z'] },
  },
})

const shares = (days: number) => ({ ...kept(days), backupManagementType: 'AzureStorage' })

/** Policies. */
export const policyRows = (_stage: Stage): Family => ({
  'ProtectionPolicies.CreateOrUpdate': {
    otherVault: [['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound']],
    missing: [
      put('no schedule', { schedulePolicy: undefined }),
      put('no retention', { retentionPolicy: undefined }),
      put('no rule of retention', { retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy' } }),
      put('no time to run at', schedule({ scheduleRunTimes: [] })),
      put('a weekly schedule without days', schedule({ scheduleRunFrequency: 'Weekly' })),
      put('no kind of item', { backupManagementType: undefined }),
    ],
    state: [
      [
        'another type for a policy in use',
        { params: { backupPolicyName: 'DefaultPolicy' }, body: { properties: { ...dailyPolicy(), ...enhanced() } } },
        'BMSUserErrorPolicyObjectInUse',
      ],
    ],
    more: [
      put('two times to run at', schedule({ scheduleRunTimes: ['2026-01-01T22:00:00Z', '2026-01-01T10:00:00Z'] })),
      put('a time that is none', schedule({ scheduleRunTimes: ['tonight'] })),
      put('an hourly schedule of a standard policy', schedule({ scheduleRunFrequency: 'Hourly' })),
      put('a time zone that there is not', { timeZone: 'Middle Earth Standard Time' }),
      put('retention at another time', {
        retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep('10:00', 30, 'Days') },
      }),
      put('three days of retention', kept(3), 'BMSUserErrorPolicyRetentionInvalid'),
      put('ten thousand days of retention', kept(10_000)),
      put('six days of snapshots', { instantRpRetentionRangeInDays: 6 }),
      put('no day of snapshots', { instantRpRetentionRangeInDays: 0 }),
      put('a policy of databases', { backupManagementType: 'AzureWorkload' }),
      put('201 days of snapshots of a share', shares(201), 'BMSUserErrorPolicyRetentionInvalid'),
      put('points of a share in the vault for no days', { ...shares(30), vaultRetentionPolicy: {} }),
      put('an archive that nothing is kept for', { tieringPolicy: { ArchivedRP: { tieringMode: 'TierRecommended' } } }),
      ...['ab', '1st', 'policy-', `a${'b'.repeat(150)}`].map(
        (backupPolicyName): Row => [
          `the name ${backupPolicyName}`,
          { params: { backupPolicyName } },
          'BMSUserErrorInvalidPolicyInput',
        ],
      ),
    ],
  },
  'ProtectionPolicies.Delete': {
    state: [['a policy in use', {}, 'BMSUserErrorPolicyObjectInUse']],
    otherVault: [['a policy that this vault has none of', { params: { backupPolicyName: 'Elsewhere' } }, 'nothing']],
  },
})

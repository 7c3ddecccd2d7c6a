import { diskPolicy, lasts, tagged } from '../support/disk-story.js'
import type { Members } from '../support/seen.js'
import { setDiskStage } from './disk-stage.js'
import type { Family, Row } from './rows.js'
import type { Stage } from './stage.js'

const NO_VAULT: Row = ['a vault that there is not', { params: { backupVaultName: 'no-vault' } }, 'ResourceNotFound']
const INVALID = 'BMSUserErrorInvalidInput'

/** A policy that is right but for one thing. */
const policy = (what: string, properties: Members): Row => [what, { body: { properties } }, INVALID]
const WITH_TAG = { tags: [tagged('Default', 99), tagged('Daily', 25, 'FirstOfDay')] }
const KEPT = [lasts('Default', 'P7D'), lasts('Daily', 'P12D')]
const every = (period: string) => diskPolicy({ intervals: [`R/2026-01-01T02:00:00+00:00/${period}`] })

/** What rules of a policy have to say of each other (domain.md 9, wire-disk.md 3). */
const policyRows: Row[] = [
  policy('no data source', { ...diskPolicy(), datasourceTypes: [] }),
  policy('another data source', { ...diskPolicy(), datasourceTypes: ['Microsoft.Storage/storageAccounts'] }),
  policy('no rules', { ...diskPolicy(), policyRules: [] }),
  policy('no rule that strikes', { ...diskPolicy(), policyRules: [lasts('Default', 'P7D')] }),
  policy('no rule that keeps', diskPolicy({ rules: [] })),
  policy('no default rule', diskPolicy({ rules: [lasts('Default', 'P7D', false)] })),
  policy('a default rule of another name', diskPolicy({ rules: [lasts('Standard', 'P7D', true)] })),
  policy('two rules of one name', diskPolicy({ rules: [lasts('Default', 'P7D'), lasts('default', 'P9D', false)] })),
  policy('no default tag', diskPolicy({ tags: [tagged('Daily', 25, 'FirstOfDay')], rules: KEPT })),
  policy('a tag without a rule', diskPolicy({ tags: WITH_TAG.tags })),
  policy('a tag twice', diskPolicy({ tags: [...WITH_TAG.tags, tagged('daily', 26, 'FirstOfWeek')], rules: KEPT })),
  policy(
    'a priority twice',
    diskPolicy({ tags: [tagged('Default', 25), tagged('Daily', 25, 'FirstOfDay')], rules: KEPT }),
  ),
  policy(
    'a criterion that there is not',
    diskPolicy({ tags: [tagged('Default', 99), tagged('Daily', 25, 'LastOfDay')], rules: KEPT }),
  ),
  policy(
    'a tag without criteria',
    diskPolicy({ tags: [tagged('Default', 99), { ...tagged('Daily', 25), isDefault: false }], rules: KEPT }),
  ),
  policy(
    'criteria for the default tag',
    diskPolicy({ tags: [{ ...tagged('Default', 99, 'FirstOfDay'), isDefault: true }] }),
  ),
  policy('every three hours', every('PT3H')),
  policy('every half hour', every('PT30M')),
  policy('every week', every('P1W')),
  policy('a schedule that is none', diskPolicy({ intervals: ['every day'] })),
  policy('a schedule from 30 February on', diskPolicy({ intervals: ['R/2026-02-30T02:00:00Z/P1D'] })),
  policy('a lifetime that is none', diskPolicy({ rules: [lasts('Default', 'a week')] })),
  policy('a lifetime in hours', diskPolicy({ rules: [lasts('Default', 'PT12H')] })),
  policy('a lifetime of no days', diskPolicy({ rules: [lasts('Default', 'P0D')] })),
  policy('daily backups for more than a year', { ...every('P1D'), ...withDefault('P1D', 'P367D') }),
  policy('daily backups for 13 months', withDefault('P1D', 'P13M')),
  policy('backups every 12 hours for 226 days', withDefault('PT12H', 'P226D')),
  policy('backups every hour for 19 days', withDefault('PT1H', 'P19D')),
  policy(
    'more of two tags than a disk takes',
    diskPolicy({
      intervals: ['R/2026-01-01T02:00:00+00:00/PT4H'],
      tags: WITH_TAG.tags,
      rules: [lasts('Default', 'P60D'), lasts('Daily', 'P200D')],
    }),
  ),
]

function withDefault(period: string, duration: string): Members {
  return diskPolicy({ intervals: [`R/2026-01-01T02:00:00+00:00/${period}`], rules: [lasts('Default', duration)] })
}

/** Policies of Backup vaults. */
export const diskPolicyRows = async (stage: Stage): Promise<Family> => {
  await setDiskStage(stage)
  return {
    'BaseBackupPolicyResources.BackupPoliciesCreateOrUpdate': {
      otherVault: [NO_VAULT],
      state: [
        [
          'a policy that is there and says something else',
          { params: { backupPolicyName: 'DemoDiskPolicy' } },
          'UserErrorBMSUpdatePolicyNotSupported',
        ],
      ],
      more: [
        ['a name of two letters', { params: { backupPolicyName: 'ab' } }, INVALID],
        ['a name with a full stop', { params: { backupPolicyName: 'my.policy' } }, INVALID],
        ...policyRows,
      ],
    },
    'BaseBackupPolicyResources.BackupPoliciesDelete': {
      params: { backupPolicyName: 'DemoDiskPolicy' },
      otherVault: [NO_VAULT],
      state: [['a policy that instances use', {}, 'UserErrorDppPolicyObjectInUse']],
      more: [['a policy that there is not', { params: { backupPolicyName: 'none' } }, 'nothing']],
    },
  }
}

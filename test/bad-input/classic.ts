import type { RefusalCode } from '../../src/domain/errors.js'
import { type ClassicItem, classicItem, classicKeep, classicPolicy, classicWeekly } from '../support/classic-story.js'
import type { Members } from '../support/seen.js'
import { setClassicStage } from './classic-stage.js'
import type { Family, Row } from './rows.js'
import type { Stage } from './stage.js'

const nowhere: Row = ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound']
const INVALID = 'BMSUserErrorInvalidConfigureProtectionRequest'
const NO_CONTAINER = 'BMSUserErrorContainerObjectNotFound'
const NO_ITEM = 'BMSUserErrorDataSourceObjectNotFound'
const ABSENT = '00000000-0000-4000-8000-000000000000'

/** The names of an item in a path. */
const named = ({ name }: ClassicItem) => ({ protectionContainerName: name, protectedItemName: name })
const ofContainer = (what: string, protectionContainerName: string, code: RefusalCode): Row => [
  what,
  { params: { protectionContainerName } },
  code,
]
const ofItem = (what: string, item: ClassicItem, code: RefusalCode, body?: unknown): Row => [
  what,
  { params: named(item), ...(body === undefined ? {} : { body }) },
  code,
]

const policy = (what: string, properties: Members, code: RefusalCode = 'BMSUserErrorInvalidPolicyInput'): Row => [
  what,
  { params: { backupPolicyName: 'Custom' }, body: { properties } },
  code,
]
const TOO_LONG = 'BMSUserErrorPolicyRetentionInvalid'

/** What is wrong with policies, whether they are new or not. */
const policies: readonly Row[] = [
  policy('no schedule', { ...classicPolicy(), BackupSchedule: undefined }),
  policy('no retention', { ...classicPolicy(), LTRRetentionPolicy: undefined }),
  policy(
    'two backups a day',
    classicPolicy('22:00', {}, { scheduleRunTimes: ['2026-01-01T22:00:00', '2026-01-01T10:00:00'] }),
  ),
  policy('backups every hour', classicPolicy('22:00', {}, { scheduleRun: 'Hourly' })),
  policy('a time between the half hours', classicPolicy('22:10')),
  policy('a weekly schedule without a day', classicPolicy('22:00', {}, { scheduleRun: 'Weekly' })),
  policy('a policy of databases', { ...classicPolicy(), WorkloadType: 'AzureSql' }),
  policy('an incremental backup', classicPolicy('22:00', {}, { backupType: 'Differential' })),
  policy('no rule for the days', classicPolicy('22:00', { DailySchedule: undefined })),
  policy('retention at another time', classicPolicy('22:00', { DailySchedule: classicKeep('10:00', 30, 'Days') })),
  policy('367 days', classicPolicy('22:00', { DailySchedule: classicKeep('22:00', 367, 'Days') }), TOO_LONG),
  policy('261 weeks', classicWeekly('22:00', 'Sunday', 261), TOO_LONG),
]

/** Classic vaults: `Microsoft.Backup/BackupVault`. */
export async function classicRows({ story }: Stage): Promise<Family> {
  const stage = await setClassicStage(story.world)
  const { vault, other, free, stopped, taken } = stage
  const found = classicItem(vault, 'found')
  const policyIn = (of: string, name = 'DefaultPolicy') => ({
    properties: { policyId: `${of}/protectionPolicies/${name}` },
  })
  const configurations: readonly Row[] = [
    ['a policy that there is not', { body: policyIn(vault, 'Nowhere') }, 'BMSUserErrorPolicyNotFound'],
    ['a policy of another vault', { body: policyIn(other) }, INVALID],
    ['a policy that is none', { body: { properties: { policyId: 'DefaultPolicy' } } }, INVALID],
    [
      'an item that is called otherwise than its container',
      { params: { protectedItemName: free.name } },
      'BMSUserErrorProtectedItemNameIncorrectFormat',
    ],
  ]
  const restore = (what: string, inputs: string, code: RefusalCode, typeOfRecovery = 'RestoreDisks'): Row => [
    what,
    { body: { properties: { typeOfRecovery, recoveryDSTypeSpecificInputs: inputs } } },
    code,
  ]
  const point = (what: string, recoveryPointId: string): Row => [
    what,
    { params: { recoveryPointId } },
    'UserErrorRecoveryPointNotFound',
  ]
  return {
    'ClassicVaults.CreateOrUpdate': {
      otherVault: 'a vault names no other vault',
      missing: [['no location', { body: { properties: { sku: { name: 'standard' } } } }, 'LocationRequired']],
      state: [
        ['another region for a vault that is there', { body: { location: 'northeurope' } }, 'InvalidResourceLocation'],
      ],
      more: [
        ['a region that there is not', { body: { location: 'atlantis' } }, 'LocationNotAvailableForResourceType'],
        ['a name of one letter', { params: { vaultName: 'v' } }, 'InvalidResourceName'],
        ['a name that begins with a digit', { params: { vaultName: '1st-vault' } }, 'InvalidResourceName'],
      ],
    },
    'ClassicVaults.Delete': {
      state: [['a vault with machines', {}, 'ServiceResourceNotEmptyWithContainerDetails']],
    },
    'ClassicStorageConfigs.Update': {
      state: [['another redundancy once a machine was registered', {}, 'StorageModelModifyError']],
      more: [
        [
          'a redundancy that there is not',
          { body: { properties: { storageModelType: 'ZoneRedundant' } } },
          'InvalidParameter',
        ],
      ],
    },
    'ClassicCertificates.Create': {
      otherVault: [nowhere],
      state: 'credentials can be made at any time',
      more: [
        [
          'a certificate that is none',
          { body: { properties: { certificate: 'bm90IGEgY2VydGlmaWNhdGU=' } } },
          'UserErrorInvalidCertificate',
        ],
      ],
    },
    'ClassicContainers.Refresh': {
      otherVault: [nowhere],
      state: 'a second discovery is taken, and its operation fails',
    },
    'ClassicContainers.Register': {
      state: [
        ['a machine that is registered', {}, 'BMSUserErrorContainerAlreadyRegistered'],
        ofContainer('a machine that another vault has', taken.name, 'VirtualMachineAlreadyProtected'),
      ],
      more: [
        ofContainer(
          'a machine that is younger than the last discovery',
          classicItem(vault, 'newborn').name,
          NO_CONTAINER,
        ),
        ofContainer('a machine in another region', classicItem(vault, 'distant').name, NO_CONTAINER),
        ofContainer('a machine that there is not', classicItem(vault, 'nobody').name, NO_CONTAINER),
        ofContainer('a name that is none', 'found', NO_CONTAINER),
      ],
    },
    'ClassicContainers.Unregister': {
      state: 'of a machine with protected data it is taken, and its job fails',
      more: [ofContainer('a machine that is not registered', found.name, NO_CONTAINER)],
    },
    'ClassicProtectedItems.Protect': {
      params: named(free),
      state: [ofItem('a machine that is not registered', found, NO_CONTAINER)],
      more: configurations.map(
        ([what, request, code]): Row =>
          'params' in request ? [what, { params: { protectedItemName: stopped.name } }, code] : [what, request, code],
      ),
    },
    'ClassicProtectedItems.Update': {
      state: [
        ofItem('the end of a protection that never was', free, NO_ITEM, { properties: { policyId: '' } }),
        ofItem('a machine that is not registered', found, NO_CONTAINER, { properties: { policyId: '' } }),
      ],
      more: configurations,
    },
    'ClassicProtectedItems.Delete': {
      state: [
        ofItem('a machine that is not protected', free, NO_ITEM),
        ofItem('a machine that is not registered', found, NO_CONTAINER),
      ],
    },
    'ClassicProtectedItems.Backup': {
      state: [
        ofItem('an item whose protection has stopped', stopped, 'UserErrorBcmDatasourceNotPresent'),
        ofItem('a machine that is not protected', free, NO_ITEM),
      ],
    },
    'ClassicRecoveryPoints.Restore': {
      params: { recoveryPointId: stage.point },
      state: 'of a machine that is busy it is taken, and its job fails',
      more: [
        point('a point that there is not', '123456789012345'),
        point('a point of another machine', stage.takenPoint),
        restore('inputs that are not JSON', '{', 'UserErrorInvalidRestoreRequest'),
        restore('inputs that are a list', '[]', 'UserErrorInvalidRestoreRequest'),
        restore('no account', '{"InputStorageAccountName":""}', 'UserErrorInvalidRestoreRequest'),
        restore(
          'an account in another region',
          '{"InputStorageAccountName":"distantstore"}',
          'UserErrorRestoreRegionMismatch',
        ),
        restore(
          'a machine in place of its disks',
          '{"InputStorageAccountName":"demostore"}',
          'UserErrorInvalidRestoreRequest',
          'AlternateLocation',
        ),
      ],
    },
    'ClassicPolicies.CreateOrUpdate': {
      otherVault: [nowhere],
      state: 'a policy can be changed while items hang on it',
      more: [
        ...policies,
        ...['ab', '1st', 'policy-', `a${'b'.repeat(150)}`].map(
          (backupPolicyName): Row => [
            `the name ${backupPolicyName}`,
            { params: { backupPolicyName } },
            'BMSUserErrorInvalidPolicyInput',
          ],
        ),
      ],
      unread: { scheduleRunDays: 'a schedule of every day has no use for days' },
    },
    'ClassicPolicies.Update': {
      otherVault: [
        nowhere,
        ['a policy that there is not', { params: { backupPolicyName: 'Nowhere' } }, 'BMSUserErrorPolicyNotFound'],
      ],
      state: [
        [
          'the name of another policy',
          { body: { properties: { policyName: 'Spare' } } },
          'BMSUserErrorInvalidPolicyInput',
        ],
      ],
      more: [
        ...policies.map(([what, { body }, code]): Row => [what, { body }, code]),
        ['a name that is none', { body: { properties: { policyName: '1' } } }, 'BMSUserErrorInvalidPolicyInput'],
      ],
      unread: { scheduleRunDays: 'a schedule of every day has no use for days' },
    },
    'ClassicPolicies.Delete': {
      state: [['a policy in use', {}, 'BMSUserErrorPolicyObjectInUse']],
    },
    'ClassicJobs.Cancel': {
      params: { backupJobName: stage.finishedJob },
      otherVault: [
        nowhere,
        ['a job of another vault', { params: { backupJobName: stage.takenJob } }, 'UserErrorJobNotFound'],
      ],
      state: [['a job that has ended', {}, 'UserErrorJobNotCancellable']],
      more: [['a job that there is not', { params: { backupJobName: ABSENT } }, 'UserErrorJobNotFound']],
    },
    'ClassicAgents.EnableReRegistration': {
      params: { agentId: stage.agent },
      state: 'a server can be let in at any time',
      more: [['a server that there is not', { params: { agentId: '1' } }, NO_CONTAINER]],
    },
    'ClassicAgents.Unregister': {
      params: { agentId: stage.agent },
      state: 'a server can be let go at any time',
      more: [['a server that there is not', { params: { agentId: 'files1' } }, NO_CONTAINER]],
    },
  }
}

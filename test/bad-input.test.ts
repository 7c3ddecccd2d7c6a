import t, { type Test } from 'tap'
import type { RefusalCode } from '../src/domain/errors.js'
import { startTestEmulator } from './support/emulator.js'
import {
  dailyPolicy,
  groupPath,
  type Item,
  itemOf,
  keep,
  machinePath,
  protection,
  Story,
  vaultPath,
} from './support/story.js'

/** One wrong request: what is wrong with it, the request, and the service's refusal. */
type Row = readonly [what: string, method: string, path: string, body: unknown, status: number, code: RefusalCode]

/** The world that all rows meet: two vaults, a protected machine with a point, a stopped one, a busy one. */
interface Stage {
  story: Story
  vault: string
  item: Item & { machine: string }
  stopped: Item
  busy: Item
  point: string
  finishedJob: string
}

async function setStage(t: Test): Promise<Stage> {
  const story = new Story(await startTestEmulator(t))
  const item = await story.protectedMachine()
  const finishedJob = (await story.backUp(item)).id
  const stopped = await story.protect(item.vault, story.machine('stopped'))
  await story.stop(stopped)
  const other = await story.vault('other')
  await story.protect(other, story.machine('taken'))
  story.machine('far', { location: 'northeurope' })
  story.machine('free')
  const busy = await story.protect(item.vault, story.machine('busy'))
  await story.startBackUp(busy)
  const [point] = await story.points(item)
  return { story, vault: item.vault, item, stopped, busy, point: point?.name ?? '', finishedJob }
}

/** Sends a wrong request and looks whether the refusal is the service's and the world as it was. */
async function refuses(t: Test, { story }: Stage, [what, method, path, body, status, code]: Row): Promise<void> {
  const before = story.world.emulator.digest()
  const answer = await story.call(method, path, body)
  t.equal(answer.status, status, `${what}: status of ${JSON.stringify(answer.body)}`)
  t.equal(answer.code, code, `${what}: code`)
  t.ok(answer.text('error.message').length > 20, `${what}: the message says what to do`)
  t.equal(story.world.emulator.digest(), before, `${what}: nothing has changed`)
}

const all = async (t: Test, stage: Stage, rows: readonly Row[]) => {
  for (const row of rows) await refuses(t, stage, row)
}

t.test('every wrong request is refused in the service’s own words and changes nothing', async (t) => {
  const stage = await setStage(t)
  const { vault, item, stopped, busy, point, finishedJob } = stage

  await t.test('bodies that cannot be read', async (t) => {
    await all(t, stage, [
      ['malformed JSON', 'PUT', vaultPath('new'), '{"location": ', 400, 'InvalidRequestContent'],
      ['a list for a vault', 'PUT', vaultPath('new'), [], 400, 'InvalidRequestContent'],
      ['no body for a vault', 'PUT', vaultPath('new'), undefined, 400, 'InvalidRequestContent'],
      ['a number for a location', 'PUT', vaultPath('new'), { location: 5 }, 400, 'InvalidRequestContent'],
      [
        'tags that are no texts',
        'PUT',
        vaultPath('new'),
        { location: 'westeurope', tags: { a: 1 } },
        400,
        'InvalidRequestContent',
      ],
      [
        'text for a disk list',
        'PUT',
        item.path,
        { properties: { protectedItemType: 5 } },
        400,
        'BMSUserErrorInvalidConfigureProtectionRequest',
      ],
      [
        'properties that are a text',
        'PUT',
        `${vault}/backupPolicies/P1x`,
        { properties: 'x' },
        400,
        'BMSUserErrorInvalidPolicyInput',
      ],
      [
        'a body of 5 MB',
        'PUT',
        vaultPath('new'),
        { location: 'westeurope', tags: { big: 'x'.repeat(5_000_000) } },
        413,
        'RequestContentTooLarge',
      ],
    ])
  })

  await t.test('names and ids', async (t) => {
    const group = (name: string) => `${groupPath(name)}`
    const body = { location: 'westeurope' }
    await all(t, stage, [
      ['a vault name of one letter', 'PUT', vaultPath('v'), body, 400, 'InvalidResourceName'],
      ['a vault name of 51 letters', 'PUT', vaultPath('v'.repeat(51)), body, 400, 'InvalidResourceName'],
      ['a vault name that starts with a digit', 'PUT', vaultPath('1vault'), body, 400, 'InvalidResourceName'],
      ['a vault name with an underscore', 'PUT', vaultPath('my_vault'), body, 400, 'InvalidResourceName'],
      ['a group name that ends with a full stop', 'PUT', group('group.'), body, 400, 'InvalidResourceGroup'],
      ['a group name of 91 letters', 'PUT', group('g'.repeat(91)), body, 400, 'InvalidResourceGroup'],
      [
        'a subscription that is no GUID',
        'GET',
        '/subscriptions/mine/resourceGroups',
        undefined,
        400,
        'InvalidSubscriptionId',
      ],
      ['a vault without a location', 'PUT', vaultPath('new'), {}, 400, 'LocationRequired'],
      [
        'a region that there is not',
        'PUT',
        vaultPath('new'),
        { location: 'atlantis' },
        400,
        'LocationNotAvailableForResourceType',
      ],
      ['a vault in another region', 'PUT', vault, { location: 'northeurope' }, 409, 'InvalidResourceLocation'],
      ['a vault that is not there', 'GET', vaultPath('nowhere'), undefined, 404, 'ResourceNotFound'],
      [
        'an api-version that is none',
        'GET',
        `${vault}?api-version=latest`,
        undefined,
        400,
        'InvalidApiVersionParameter',
      ],
      [
        'a policy name that ends with a hyphen',
        'PUT',
        `${vault}/backupPolicies/policy-`,
        { properties: dailyPolicy() },
        400,
        'BMSUserErrorInvalidPolicyInput',
      ],
      [
        'a container name without a machine',
        'PUT',
        item.path.replace(/IaasVMContainer;[^/]*/, 'IaasVMContainer;vm1'),
        {},
        400,
        'BMSUserErrorInvalidConfigureProtectionRequest',
      ],
      [
        'an operation that was never handed out',
        'GET',
        `${vault}/backupOperations/00000000-0000-0000-0000-000000000000`,
        undefined,
        404,
        'BMSUserErrorOperationNotFound',
      ],
      ['an operation that nobody knows', 'POST', `${vault}/backupEverything`, {}, 404, 'InvalidResourceType'],
    ])
  })

  await t.test('settings of a vault', async (t) => {
    const redundancy = { properties: { redundancySettings: { standardTierStorageRedundancy: 'LocallyRedundant' } } }
    const days = (n: unknown) => ({
      properties: { securitySettings: { softDeleteSettings: { softDeleteRetentionPeriodInDays: n } } },
    })
    await all(t, stage, [
      [
        'another redundancy once there are items',
        'PATCH',
        vault,
        redundancy,
        400,
        'UserErrorStorageTypeModificationNotAllowed',
      ],
      [
        'the same by the older way',
        'PUT',
        `${vault}/backupstorageconfig/vaultstorageconfig`,
        { properties: { storageModelType: 'ZoneRedundant' } },
        400,
        'UserErrorStorageTypeModificationNotAllowed',
      ],
      [
        'a redundancy that there is not',
        'PATCH',
        vaultPath('other'),
        { properties: { redundancySettings: { standardTierStorageRedundancy: 'Everywhere' } } },
        400,
        'InvalidParameter',
      ],
      ['soft delete for 13 days', 'PATCH', vault, days(13), 400, 'InvalidParameter'],
      ['soft delete for 181 days', 'PATCH', vault, days(181), 400, 'InvalidParameter'],
      ['soft delete for half a day more', 'PATCH', vault, days(14.5), 400, 'InvalidParameter'],
      ['deletion while it holds items', 'DELETE', vault, undefined, 400, 'ServiceResourceNotEmptyWithContainerDetails'],
      [
        'deletion of its group',
        'DELETE',
        groupPath('backup'),
        undefined,
        400,
        'ServiceResourceNotEmptyWithContainerDetails',
      ],
    ])
  })

  await t.test('policies', async (t) => {
    const policy = `${vault}/backupPolicies/Custom`
    const put = (what: string, changes: object, code: RefusalCode = 'BMSUserErrorInvalidPolicyInput'): Row => [
      what,
      'PUT',
      policy,
      { properties: { ...dailyPolicy(), ...changes } },
      400,
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
    const kept = (count: unknown, durationType = 'Days') => ({
      retentionPolicy: {
        retentionPolicyType: 'LongTermRetentionPolicy',
        dailySchedule: { ...keep('22:00', 30, 'Days'), retentionDuration: { count, durationType } },
      },
    })
    await all(t, stage, [
      put('no time to run at', schedule({ scheduleRunTimes: [] })),
      put('two times to run at', schedule({ scheduleRunTimes: ['2026-01-01T22:00:00Z', '2026-01-01T10:00:00Z'] })),
      put('a time that is none', schedule({ scheduleRunTimes: ['tonight'] })),
      put('an hourly schedule of a standard policy', schedule({ scheduleRunFrequency: 'Hourly' })),
      put('a weekly schedule without days', schedule({ scheduleRunFrequency: 'Weekly' })),
      put('a schedule of an unknown kind', schedule({ schedulePolicyType: 'WheneverPolicy' })),
      put('a time zone that there is not', { timeZone: 'Middle Earth Standard Time' }),
      put('retention at another time', {
        retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep('10:00', 30, 'Days') },
      }),
      put('no retention at all', { retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy' } }),
      put('three days of retention', kept(3), 'BMSUserErrorPolicyRetentionInvalid'),
      put('ten thousand days of retention', kept(10_000)),
      put('a count that is a text', kept('30')),
      put('six days of snapshots', { instantRpRetentionRangeInDays: 6 }),
      put('no day of snapshots', { instantRpRetentionRangeInDays: 0 }),
      put('a policy of another workload', { backupManagementType: 'AzureStorage' }),
      [
        'deletion of a policy in use',
        'DELETE',
        `${vault}/backupPolicies/DefaultPolicy`,
        undefined,
        400,
        'BMSUserErrorPolicyObjectInUse',
      ],
    ])
  })

  await t.test('protection', async (t) => {
    const protect = (what: string, machine: string, code: RefusalCode, policy = 'DefaultPolicy', status = 400): Row => [
      what,
      'PUT',
      itemOf(vault, machine).path,
      protection(vault, machine, policy),
      status,
      code,
    ]
    const free = machinePath('free')
    const withPolicyOf = (policyId: string) => ({
      properties: { ...protection(vault, free, 'x').properties, policyId },
    })
    await all(t, stage, [
      protect('a machine that does not exist', machinePath('ghost'), 'BMSUserErrorInvalidConfigureProtectionRequest'),
      protect('a machine of another region', machinePath('far'), 'UserErrorVmVaultLocationMismatch'),
      protect('a machine of another vault', machinePath('taken'), 'VirtualMachineAlreadyProtected'),
      protect('a policy that there is not', free, 'BMSUserErrorPolicyNotFound', 'Nothing'),
      protect('a policy of another workload', free, 'BMSUserErrorInvalidPolicyForGivenProvider', 'HourlyLogBackup'),
      [
        'a policy of another vault',
        'PUT',
        itemOf(vault, free).path,
        withPolicyOf(`${vaultPath('other')}/backupPolicies/DefaultPolicy`),
        400,
        'BMSUserErrorInvalidConfigureProtectionRequest',
      ],
      [
        'no policy',
        'PUT',
        itemOf(vault, free).path,
        withPolicyOf(''),
        400,
        'BMSUserErrorInvalidConfigureProtectionRequest',
      ],
      [
        'an item name of another machine',
        'PUT',
        itemOf(vault, free).path,
        protection(vault, item.machine, 'DefaultPolicy'),
        400,
        'BMSUserErrorInvalidConfigureProtectionRequest',
      ],
      [
        'a container of another machine',
        'PUT',
        item.path.replace(/;vm1\/protectedItems/, ';free/protectedItems'),
        protection(vault, item.machine, 'DefaultPolicy'),
        400,
        'BMSUserErrorProtectedItemNameIncorrectFormat',
      ],
      [
        'an item that is not there',
        'GET',
        itemOf(vault, free).path,
        undefined,
        404,
        'BMSUserErrorDataSourceObjectNotFound',
      ],
    ])
  })

  await t.test('backup now', async (t) => {
    const now = (changes: object = {}) => ({ properties: { objectType: 'IaasVMBackupRequest', ...changes } })
    await all(t, stage, [
      ['of a stopped item', 'POST', `${stopped.path}/backup`, now(), 400, 'UserErrorBcmDatasourceNotPresent'],
      ['of a busy item', 'POST', `${busy.path}/backup`, now(), 400, 'UserErrorBackupOperationInProgress'],
      [
        'of an item that is not there',
        'POST',
        `${itemOf(vault, machinePath('free')).path}/backup`,
        now(),
        404,
        'BMSUserErrorDataSourceObjectNotFound',
      ],
      [
        'to keep until yesterday',
        'POST',
        `${item.path}/backup`,
        now({ recoveryPointExpiryTimeInUTC: '2026-01-01T00:00:00Z' }),
        400,
        'UserErrorInvalidRequestParameter',
      ],
      [
        'to keep until some time',
        'POST',
        `${item.path}/backup`,
        now({ recoveryPointExpiryTimeInUTC: 'later' }),
        400,
        'UserErrorInvalidRequestParameter',
      ],
      [
        'of another kind',
        'POST',
        `${item.path}/backup`,
        now({ objectType: 'AzureFileShareBackupRequest' }),
        400,
        'UserErrorInvalidRequestParameter',
      ],
    ])
  })

  await t.test('restore', async (t) => {
    const url = (name: string) => `${item.path}/recoveryPoints/${name}/restore`
    const body = (changes: object = {}) => ({
      properties: {
        objectType: 'IaasVMRestoreRequest',
        recoveryType: 'RestoreDisks',
        sourceResourceId: item.machine,
        storageAccountId: `${groupPath('apps')}/providers/Microsoft.Storage/storageAccounts/store`,
        region: 'westeurope',
        ...changes,
      },
    })
    await all(t, stage, [
      ['from an unknown point', 'POST', url('123456789012345'), body(), 404, 'UserErrorRecoveryPointNotFound'],
      ['to another region', 'POST', url(point), body({ region: 'northeurope' }), 400, 'UserErrorRestoreRegionMismatch'],
      [
        'of an unknown type',
        'POST',
        url(point),
        body({ recoveryType: 'Magic' }),
        400,
        'UserErrorInvalidRestoreRequest',
      ],
      [
        'without a storage account',
        'POST',
        url(point),
        body({ storageAccountId: null }),
        400,
        'UserErrorInvalidRestoreRequest',
      ],
      [
        'of another machine',
        'POST',
        url(point),
        body({ sourceResourceId: machinePath('free') }),
        400,
        'UserErrorInvalidRestoreRequest',
      ],
      [
        'to a machine that is there',
        'POST',
        url(point),
        body({
          recoveryType: 'AlternateLocation',
          targetResourceGroupId: groupPath('apps'),
          targetVirtualMachineId: machinePath('free'),
        }),
        400,
        'UserErrorVmAlreadyExistWithSameName',
      ],
      [
        'in place of a running machine',
        'POST',
        url(point),
        body({ recoveryType: 'OriginalLocation' }),
        400,
        'UserErrorVmNotShutDown',
      ],
      [
        'of another workload',
        'POST',
        url(point),
        body({ objectType: 'AzureFileShareRestoreRequest' }),
        400,
        'UserErrorInvalidRestoreRequest',
      ],
    ])
  })

  await t.test('jobs and filters', async (t) => {
    const filtered = (filter: string) => `${vault}/backupJobs?$filter=${encodeURIComponent(filter)}`
    await all(t, stage, [
      [
        'a job that there is not',
        'GET',
        `${vault}/backupJobs/00000000-0000-0000-0000-000000000000`,
        undefined,
        404,
        'UserErrorJobNotFound',
      ],
      [
        'cancel of a finished job',
        'POST',
        `${vault}/backupJobs/${finishedJob}/cancel`,
        undefined,
        400,
        'UserErrorJobNotCancellable',
      ],
      ['a filter without a value', 'GET', filtered('status eq'), undefined, 400, 'InvalidFilterInQueryString'],
      [
        'a filter that compares otherwise',
        'GET',
        filtered("status ne 'Failed'"),
        undefined,
        400,
        'InvalidFilterInQueryString',
      ],
      [
        'a filter that ends with and',
        'GET',
        filtered("status eq 'Failed' and "),
        undefined,
        400,
        'InvalidFilterInQueryString',
      ],
      [
        'a filter by a name that jobs lack',
        'GET',
        filtered("colour eq 'red'"),
        undefined,
        400,
        'InvalidFilterInQueryString',
      ],
      [
        'a filter by a time that is none',
        'GET',
        filtered("startTime eq 'noon'"),
        undefined,
        400,
        'InvalidFilterInQueryString',
      ],
      [
        'a clock moved backwards',
        'PUT',
        '/_recoverite/clock',
        { now: '2020-01-01T00:00:00Z' },
        409,
        'ClockMovesOnlyForward',
      ],
    ])
  })

  await t.test('a point whose retention has ended', async (t) => {
    const { story } = stage
    await story.advance('40d')
    await refuses(t, stage, [
      'expired point',
      'POST',
      `${item.path}/recoveryPoints/${point}/restore`,
      {
        properties: {
          objectType: 'IaasVMRestoreRequest',
          recoveryType: 'RestoreDisks',
          storageAccountId: `${groupPath('apps')}/providers/Microsoft.Storage/storageAccounts/store`,
        },
      },
      404,
      'UserErrorRecoveryPointNotFound',
    ])
  })
})

t.test('limits that were lowered are reached', async (t) => {
  const story = new Story(
    await startTestEmulator(t, {
      limits: { vmsPerVault: 1, vaultsPerRegion: 2, policiesPerVault: 3, dataDisksPerVm: 1 },
    }),
  )
  const vault = await story.vault()
  await story.vault('second')
  const stage = { story } as Stage
  await story.protect(vault, story.machine('one'))
  const two = story.machine('two')
  const wide = story.machine('wide', {
    dataDisks: [
      { lun: 0, diskSizeGB: 8 },
      { lun: 1, diskSizeGB: 8 },
    ],
  })
  await all(t, stage, [
    ['a third vault', 'PUT', vaultPath('third'), { location: 'westeurope' }, 400, 'UserErrorVaultQuotaReached'],
    [
      'a fourth policy',
      'PUT',
      `${vault}/backupPolicies/Fourth`,
      { properties: dailyPolicy() },
      400,
      'UserErrorPolicyQuotaReached',
    ],
    [
      'a second machine',
      'PUT',
      itemOf(vault, two).path,
      protection(vault, two, 'DefaultPolicy'),
      400,
      'UserErrorProtectionQuotaExceeded',
    ],
    [
      'a machine with two data disks',
      'PUT',
      itemOf(vaultPath('second'), wide).path,
      protection(vaultPath('second'), wide, 'DefaultPolicy'),
      400,
      'BMSUserErrorInvalidConfigureProtectionRequest',
    ],
  ])
  t.equal((await story.vault('elsewhere', {}, 'northeurope')).length > 0, true, 'another region has room')
})

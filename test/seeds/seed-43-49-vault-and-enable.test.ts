import t, { type Test } from 'tap'
import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import { DAY, HOUR, members } from '../support/seen.js'
import { itemOf, machinePath, type Story, tellStory, vaultPath } from '../support/story.js'

const REDUNDANCY = 'properties.redundancySettings.standardTierStorageRedundancy'
const redundancyOf = async ({ call }: Story, vault: string) => (await call('GET', vault)).at(REDUNDANCY)
const storageOf = async ({ call }: Story, vault: string) =>
  (await call('GET', `${vault}/backupstorageconfig/vaultstorageconfig`)).at('properties')
const byVault = (redundancy: string) => ({
  properties: { redundancySettings: { standardTierStorageRedundancy: redundancy, crossRegionRestore: 'Disabled' } },
})
const byConfig = (redundancy: string) => ({ properties: { storageModelType: redundancy } })

t.test(
  'SEED-43: a vault is geo-redundant until told otherwise, and keeps its redundancy from its first item on',
  async (t) => {
    const story = await tellStory(t)
    const { call } = story
    const vm = story.machine('vm1')

    await t.test('a new vault is geo-redundant, however it is looked at, and not locked', async (t) => {
      const vault = await story.vault('fresh')
      t.equal(await redundancyOf(story, vault), 'GeoRedundant')
      t.match(await storageOf(story, vault), { storageModelType: 'GeoRedundant', storageTypeState: 'Unlocked' })
    })

    await t.test('all three redundancies can be set in both places, and nothing else', async (t) => {
      const vault = await story.vault('empty')
      const storage = `${vault}/backupstorageconfig/vaultstorageconfig`
      for (const redundancy of ['ZoneRedundant', 'GeoRedundant', 'LocallyRedundant']) {
        t.equal((await call('PATCH', storage, byConfig(redundancy))).status, 204)
        t.equal(await redundancyOf(story, vault), redundancy)
      }
      t.equal((await call('PUT', storage, byConfig('ZoneRedundant'))).status, 200)
      for (const redundancy of ['GeoRedundant', 'LocallyRedundant', 'ZoneRedundant']) {
        t.equal((await call('PATCH', vault, byVault(redundancy))).status, 202)
        t.match(await storageOf(story, vault), { storageModelType: redundancy, storageTypeState: 'Unlocked' })
      }
      const refused = await call('PATCH', vault, byVault('TwiceRedundant'))
      t.equal(refused.status, 400)
      t.equal(await redundancyOf(story, vault), 'ZoneRedundant')
    })

    await t.test('once the vault has an item nobody changes it, not even after the item is soft-deleted', async (t) => {
      const vault = await story.vault()
      const storage = `${vault}/backupstorageconfig/vaultstorageconfig`
      await call('PATCH', storage, byConfig('ZoneRedundant'))
      const item = await story.protect(vault, vm)
      const refuses = async (t: Test) => {
        for (const [method, path, body] of [
          ['PATCH', vault, byVault('LocallyRedundant')],
          ['PUT', vault, { location: 'westeurope', ...byVault('LocallyRedundant') }],
          ['PATCH', storage, byConfig('LocallyRedundant')],
          ['PUT', storage, byConfig('LocallyRedundant')],
        ] as const) {
          const refused = await call(method, path, body)
          t.equal(refused.status, 400, `${method} ${path}`)
          t.equal(refused.code, 'UserErrorStorageTypeModificationNotAllowed')
        }
        t.equal(await redundancyOf(story, vault), 'ZoneRedundant')
        t.match(await storageOf(story, vault), { storageModelType: 'ZoneRedundant', storageTypeState: 'Locked' })
      }
      await refuses(t)
      t.equal((await call('PATCH', vault, { tags: { team: 'red' } })).status, 202, 'the rest can still be changed')
      t.equal((await call('PATCH', vault, byVault('ZoneRedundant'))).status, 202, 'what it is may be said again')
      await story.backUp(item)
      await story.deleteData(item)
      const again = await call('PATCH', vault, byVault('GeoRedundant'))
      t.equal(again.code, 'UserErrorStorageTypeModificationNotAllowed', 'soft-deleted data is an item too')
    })

    await t.test('who wants another redundancy makes another vault', async (t) => {
      const other = await story.vault('other', byVault('LocallyRedundant').properties)
      t.equal(await redundancyOf(story, other), 'LocallyRedundant')
      await story.protect(other, story.machine('vm2'))
      t.match(await storageOf(story, other), { storageModelType: 'LocallyRedundant', storageTypeState: 'Locked' })
      t.equal(await redundancyOf(story, vaultPath('vault')), 'ZoneRedundant', 'the first one is what it was')
    })
  },
)

t.test('SEED-44: the default policy backs up once a day, keeps 30 days, and snapshots for two', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const policy = await story.call('GET', `${item.vault}/backupPolicies/DefaultPolicy`)
  t.match(policy.at('properties'), {
    schedulePolicy: { scheduleRunFrequency: 'Daily' },
    retentionPolicy: { dailySchedule: { retentionDuration: { count: 30, durationType: 'Days' } } },
    instantRpRetentionRangeInDays: 2,
    protectedItemsCount: 1,
  })
  const { retentionPolicy } = members(policy.at('properties'))
  t.same(Object.keys(members(retentionPolicy)).sort(), ['dailySchedule', 'retentionPolicyType'], 'nothing but daily')

  await story.advance('20d')
  t.equal((await story.points(item)).length, 20, 'a point a day, and none has gone before its 30 days')
  await story.advance('20d')
  const jobs = await story.jobs(item.vault)
  t.equal(jobs.length, 40, 'one backup a day')
  t.ok(jobs.every((job) => job.status === 'Completed'))
  t.equal(new Set(jobs.map((job) => Math.floor(job.start / DAY))).size, 40, 'never two on a day')

  const points = await story.points(item)
  const ages = points.map((point) => story.now - point.time)
  t.equal(points.length, 30, 'of 40 days the last 30 are there')
  t.ok(Math.max(...ages) < 30 * DAY, 'none is older')
  t.ok(points.every((point) => point.rule === 'Daily' && point.expiry - point.time === 30 * DAY))
  const young = points.filter((point) => story.now - point.time < 2 * DAY)
  t.equal(young.length, 2)
  for (const point of points) {
    t.equal(point.instant, young.includes(point) ? 'Valid' : 'Deleted', 'snapshots are there for two days')
    t.equal(point.vault, 'Valid')
  }
})

t.test('SEED-45: a vault takes machines of its own region and subscription that no other vault has', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const near = story.machine('near', { location: 'West Europe' })
  const twin = story.machine('near', { resourceGroup: 'other-apps' })
  const far = story.machine('far', { location: 'northeurope' })
  const foreign = machinePath('foreign').replace(FIRST_SUBSCRIPTION, '00000000-0000-0000-0000-000000000002')
  story.world.emulator.seed({ virtualMachines: [{ id: foreign }] })
  const vault = await story.vault()

  await t.test('names and groups can be browsed by a caller who has no right to the machines', async (t) => {
    // The emulator knows no roles: a caller without any token is the one with the least rights.
    const offered = await call('GET', `${vault}/backupProtectableItems?$filter=backupManagementType eq 'AzureIaasVM'`)
    const seen = offered.values.map((value) => members(value.properties))
    t.same(seen.map(({ friendlyName, resourceGroup }) => `${resourceGroup}/${friendlyName}`).sort(), [
      'apps/near',
      'other-apps/near',
    ])
    t.ok(seen.every(({ protectionState }) => protectionState === 'NotProtected'))
  })

  await t.test('what is chosen is validated', async (t) => {
    const cases = [
      [far, 'UserErrorVmVaultLocationMismatch'],
      [foreign, 'BMSUserErrorInvalidConfigureProtectionRequest'],
      [machinePath('nobody'), 'BMSUserErrorInvalidConfigureProtectionRequest'],
    ] as const
    for (const [machine, code] of cases) {
      const refused = await story.tryProtect(vault, machine)
      t.equal(refused.status, 400)
      t.equal(refused.code, code)
      t.equal((await call('GET', itemOf(vault, machine).path)).status, 404)
    }
    t.same(await story.jobs(vault, 'ConfigureBackup'), [], 'no job was started for any of them')
    t.equal((await call('GET', `${vault}/backupProtectedItems`)).values.length, 0)
  })

  await t.test('a machine is in one vault only', async (t) => {
    const second = await story.vault('second')
    const item = await story.protect(vault, near)
    t.same(await story.protectable(second), ['near'], 'of the two machines of that name the other one is left')
    const refused = await story.tryProtect(second, near)
    t.equal(refused.status, 400)
    t.equal(refused.code, 'VirtualMachineAlreadyProtected')
    t.equal((await call('GET', `${second}/backupProtectedItems`)).values.length, 0)
    t.equal((await story.item(item)).protectionState, 'IRPending', 'the first vault keeps it')
    await story.protect(second, twin)
    t.same(await story.protectable(second), [])
    t.same(await story.protectable(vault), [])
  })
})

t.test('SEED-46: a soft-deleted machine cannot be chosen until it is undeleted or its time is over', async (t) => {
  await t.test('it is in no list and cannot be protected; undeleted it can', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    await story.backUp(item)
    const [point] = await story.points(item)
    await story.deleteData(item)
    t.same(await story.protectable(item.vault), [], 'not even after a new discovery')
    t.same(await story.protectable(await story.vault('another')), [], 'nor in any other vault')
    const refused = await story.tryProtect(item.vault, item.machine)
    t.equal(refused.status, 400)
    t.equal(refused.code, 'UserErrorItemIsSoftDeleted')
    t.equal((await story.tryBackUp(item)).code, 'UserErrorBcmDatasourceNotPresent')
    t.match(await story.item(item), { isScheduledForDeferredDelete: true, protectionState: 'ProtectionStopped' })

    await story.advance('13d')
    await story.undelete(item)
    const back = await story.item(item)
    t.equal(back.protectionState, 'ProtectionStopped')
    t.notOk('isScheduledForDeferredDelete' in back)
    await story.advance('20d')
    t.same(
      (await story.points(item)).map(({ name }) => name),
      [point?.name],
      'its data outlives the day on which it would have gone',
    )
    await story.protect(item.vault, item.machine)
    t.equal((await story.item(item)).protectionState, 'Protected', 'it is protected as before')
  })

  await t.test(
    'its data is kept for 14 days and gone on the 15th; then it can be chosen as if it were new',
    async (t) => {
      const story = await tellStory(t)
      const item = await story.protectedMachine()
      await story.backUp(item)
      await story.deleteData(item)
      await story.advance('13d')
      await story.advance('23h')
      t.equal((await story.call('GET', item.path)).status, 200)
      t.equal((await story.points(item)).length, 1)
      t.same(await story.protectable(item.vault), [])
      await story.advance('1h')
      t.equal((await story.call('GET', item.path)).status, 404)
      t.same(await story.protectable(item.vault), ['vm1'])
      await story.protect(item.vault, item.machine)
      t.match(await story.item(item), { protectionState: 'IRPending', extendedInfo: { recoveryPointCount: 0 } })
      t.equal((await story.jobs(item.vault)).length, 1, 'no backup ran meanwhile')
    },
  )
})

t.test('SEED-47: a machine changes its vault by stopping in the old one first', async (t) => {
  const story = await tellStory(t)
  const old = await story.protectedMachine()
  await story.backUp(old)
  const next = await story.vault('next')
  t.equal((await story.tryProtect(next, old.machine)).code, 'VirtualMachineAlreadyProtected')
  t.same(await story.protectable(next), [])

  await story.stop(old)
  t.same(await story.protectable(next), ['vm1'])
  const item = await story.protect(next, old.machine)
  await story.advance('3d')
  t.equal((await story.jobs(next)).length, 3, 'the new vault backs it up every day')
  t.equal((await story.points(item)).length, 3)
  t.equal((await story.jobs(old.vault)).length, 1, 'the old one never again')
  t.match(await story.item(old), { protectionState: 'ProtectionStopped', policyName: '' })
  const [kept] = await story.points(old)
  t.ok(kept, 'what the old vault has it keeps')
  const restore = await story.startRestore(old, kept?.name ?? '', old.machine)
  t.equal((await story.ended(old.vault, restore)).status, 'Completed', 'and restores')

  const resumed = await story.tryProtect(old.vault, old.machine)
  t.equal(resumed.code, 'VirtualMachineAlreadyProtected', 'there is no way into both vaults through the back door')
  t.equal((await story.item(old)).protectionState, 'ProtectionStopped')
})

t.test('SEED-48: enabling backup deploys the policy and installs the extension, running or not', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const states = ['running', 'stopped', 'deallocated'] as const
  const machines = states.map((powerState) =>
    story.machine(powerState, { conditions: { powerState }, osType: powerState === 'stopped' ? 'Linux' : 'Windows' }),
  )
  const vault = await story.vault()
  const extensions = async (machine: string) => {
    const installed = (await call('GET', machine)).at('resources')
    return (Array.isArray(installed) ? installed : []).map((extension) => members(extension).name)
  }
  const power = async (machine: string) => {
    const view = await call('GET', `${machine}/instanceView`)
    const statuses = view.at('statuses')
    return (Array.isArray(statuses) ? statuses : []).map((status) => members(status).code).at(-1)
  }
  for (const machine of machines) {
    t.same(await extensions(machine), [], 'nothing is installed before')
    const item = await story.protect(vault, machine)
    t.match(await story.item(item), {
      protectionState: 'IRPending',
      policyName: 'DefaultPolicy',
      policyId: `${vault}/backupPolicies/DefaultPolicy`,
    })
  }
  t.same(await Promise.all(machines.map(extensions)), [['VMSnapshot'], ['VMSnapshotLinux'], ['VMSnapshot']])
  t.same(
    await Promise.all(machines.map(power)),
    states.map((state) => `PowerState/${state}`),
    'no machine was started for it',
  )
  const configured = await story.jobs(vault, 'ConfigureBackup')
  t.same(
    configured.map((job) => job.status),
    ['Completed', 'Completed', 'Completed'],
  )
  t.equal((await call('GET', `${vault}/backupPolicies/DefaultPolicy`)).at('properties.protectedItemsCount'), 3)
  const bare = story.machine('bare', { conditions: { agent: 'missing' } })
  await story.protect(vault, bare)
  t.same(await extensions(bare), [], 'without an agent there is nothing to put it onto')
  await story.advance('1d')
  for (const machine of machines) t.equal((await story.points(itemOf(vault, machine))).length, 1)
})

t.test('SEED-49: the initial backup waits for the schedule', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  t.match(await story.item(item), {
    protectionState: 'IRPending',
    lastBackupStatus: '',
    lastBackupTime: '2001-01-01T00:00:00Z',
    extendedInfo: { recoveryPointCount: 0 },
  })
  await story.reach('2026-01-06T02:59:59Z')
  t.same(await story.jobs(item.vault), [], 'nothing runs before its time')
  t.equal((await story.item(item)).protectionState, 'IRPending')
  t.same(await story.points(item), [])

  await story.reach('2026-01-06T12:00:00Z')
  const [first, ...more] = await story.jobs(item.vault)
  t.same(more, [])
  t.equal(first?.status, 'Completed')
  const late = (first?.start ?? 0) - Date.parse('2026-01-06T03:00:00Z')
  t.ok(late >= 0 && late < 2 * HOUR, 'it began with the schedule')
  t.match(await story.item(item), { protectionState: 'Protected', lastBackupStatus: 'Completed' })
  t.equal((await story.points(item)).length, 1)
})

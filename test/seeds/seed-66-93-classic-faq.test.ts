import t, { type Test } from 'tap'
import {
  type ClassicItem,
  ClassicStory,
  classicItem,
  classicVaultPath,
  tellClassicStory,
} from '../support/classic-story.js'
import { type Answer, startTestEmulator } from '../support/emulator.js'
import { network, put } from '../support/restores.js'
import { members } from '../support/seen.js'
import { failsWith } from '../support/seen-classic.js'
import { groupPath, itemOf, protection, Story } from '../support/story.js'

const OTHER_SUBSCRIPTION = '00000000-0000-0000-0000-000000000002'
const VAULT = { location: 'westeurope', tags: {}, properties: { sku: { name: 'standard' } } }

/** What is asked is refused with a code, and the world stays as it was. */
async function refuses(t: Test, { world }: ClassicStory, ask: () => Promise<Answer>, code: string, says = /./) {
  const before = world.emulator.digest()
  const refused = await ask()
  t.equal(refused.code, code, JSON.stringify(refused.body))
  t.ok(refused.status >= 400 && refused.status < 500)
  t.match(refused.message, says)
  t.equal(world.emulator.digest(), before, 'nothing has changed')
}

t.test('SEED-66: a subscription has 25 backup vaults', async (t) => {
  for (const profile of ['2015', '2016', 'present'] as const) {
    await t.test(`in ${profile}`, async (t) => {
      const story = await tellClassicStory(t, { profile })
      for (let number = 1; number <= 25; number++) {
        const location = number % 2 ? 'westeurope' : 'northeurope'
        t.equal((await story.tryVault(`vault-${number}`, location)).status, 201)
      }
      const full = /25 backup vaults.*another subscription/
      await refuses(t, story, () => story.tryVault('one-more'), 'UserErrorVaultQuotaReached', full)
      await refuses(t, story, () => story.tryVault('far-away', 'eastus'), 'UserErrorVaultQuotaReached', full)
      t.equal((await story.tryVault('vault-1')).status, 200, 'one that is there can be put again')
      const other = classicVaultPath('one-more').replace(/[0-9]+(?=\/resourceGroups)/, '000000000002')
      t.equal((await story.ask('PUT', other, VAULT)).status, 201, 'another subscription has its own')
      const modern = await new Story(story.world).vault('modern')
      t.equal((await story.call('GET', modern)).status, 200, 'Recovery Services vaults are counted apart')
      t.equal((await story.ask('DELETE', classicVaultPath('vault-2'))).status, 200)
      t.equal((await story.tryVault('one-more')).status, 201, 'a deleted one makes room')
    })
  }
})

t.test('SEED-67: a vault takes 200 virtual machines', async (t) => {
  for (const profile of ['2016', 'present'] as const) {
    await t.test(`in ${profile}`, async (t) => {
      const story = await tellClassicStory(t, { profile })
      const vault = await story.vault()
      const names = Array.from({ length: 201 }, (_, number) => `vm${number + 1}`)
      story.world.emulator.seed({
        virtualMachines: names.map((name) => ({ resourceGroup: 'farm', name, cloudService: 'farm' })),
      })
      const items = names.map((name) => classicItem(vault, name, 'farm'))
      await story.discover(vault)
      const answers = await Promise.all(items.slice(0, 200).map((item) => story.tryRegister(item)))
      t.ok(answers.every(({ status }) => status === 202))
      const [last] = items.slice(-1)
      if (!last) return
      await refuses(t, story, () => story.tryRegister(last), 'UserErrorRegistrationQuotaReached', /200.*another vault/)
      await story.advance('5m')
      t.equal((await story.containers(vault, "status eq 'Registered'")).length, 200)
      await refuses(t, story, () => story.tryRegister(last), 'UserErrorRegistrationQuotaReached')

      const second = await story.vault('second')
      await story.discover(second)
      const elsewhere = classicItem(second, 'vm201', 'farm')
      t.same(
        (await story.containers(second)).map(({ name }) => name),
        [elsewhere.name],
      )
      t.equal((await story.register(elsewhere)).status, 'Completed', 'another vault takes it')
    })
  }

  await t.test('one that is unregistered makes room', async (t) => {
    const story = await tellClassicStory(t, { limits: { vmsPerVault: 2 } })
    const vault = await story.vault()
    const items = ['one', 'two', 'three'].map((name) => {
      story.machine(name)
      return classicItem(vault, name)
    })
    const [one, two, three] = items
    if (!one || !two || !three) return
    await story.discover(vault)
    for (const item of [one, two]) await story.register(item)
    await refuses(t, story, () => story.tryRegister(three), 'UserErrorRegistrationQuotaReached')
    await story.unregister(one)
    t.equal((await story.register(three)).status, 'Completed')
  })
})

t.test('SEED-67: a vault takes 50 machines that back up their own files', async (t) => {
  const story = await tellClassicStory(t, { profile: '2016' })
  const vault = await story.vault()
  const register = (name: string, to: string) =>
    story.call('POST', '/_recoverite/inventory', {
      servers: [{ resourceGroup: 'hall', name, registration: { vault: to, agent: 'MARS' } }],
    })
  for (let count = 1; count <= 50; count++) t.equal((await register(`server${count}`, vault)).status, 201)
  await refuses(t, story, () => register('server51', vault), 'InvalidControlRequest', /50.*another vault/i)
  const agents = async (more = '') => (await story.list(vault, 'backupContainers', `type eq 'Machine'${more}`)).values
  t.equal((await agents()).length, 50)
  t.equal((await register('server51', await story.vault('second'))).status, 201)

  const [server] = await agents(" and friendlyName eq 'server7'")
  const id = members(server?.properties).containerId
  const path = `${vault}/backupContainers/${id}`
  t.equal((await story.ask('DELETE', `${path}/UnRegisterContainer`)).status, 204)
  t.equal((await agents()).length, 49)
  t.equal((await register('server52', vault)).status, 201, 'there is room for another one')
})

t.test('SEED-78: a backup vault cannot be moved to another subscription', async (t) => {
  for (const profile of ['2015', '2016', 'present'] as const) {
    const story = await tellClassicStory(t, { profile })
    const item = await story.protectedMachine()
    const move = (operation: string, targetResourceGroup: string) =>
      story.call('POST', `${groupPath('backup')}/${operation}?api-version=2021-04-01`, {
        resources: [item.vault],
        targetResourceGroup,
      })
    const subscription = `/subscriptions/${OTHER_SUBSCRIPTION}/resourceGroups/backup`
    for (const target of [subscription, groupPath('other')])
      await refuses(t, story, () => move('moveResources', target), 'ResourceMoveNotSupported', /BackupVault/)
    t.equal((await story.ask('GET', item.vault)).status, 200)
    t.equal(Object.keys(await story.items(item.vault)).length, 1)
  }
})

/** A classic vault and Recovery Services vaults in one world. */
async function twoKinds(t: Test, profile: '2016' | 'present') {
  const world = await startTestEmulator(t, { profile })
  return { classic: new ClassicStory(world), story: new Story(world) }
}

t.test(
  'SEED-91: backup vaults still work beside the new ones, and nothing goes from one kind to the other',
  async (t) => {
    for (const profile of ['2016', 'present'] as const) {
      await t.test(`in ${profile}`, async (t) => {
        const { classic, story } = await twoKinds(t, profile)
        const item = await classic.protectedMachine()
        const modern = await story.vault('vault')
        await story.protect(modern, story.machine('modern'))
        t.equal((await classic.backUp(item)).status, 'Completed')
        await classic.advance('1d')
        t.equal((await classic.points(item)).length, 2)

        await t.test('a vault of one name has none of its contents', async (t) => {
          const items = await story.call('GET', `${modern}/backupProtectedItems`)
          t.same(
            items.values.map(({ properties }) => members(properties).friendlyName),
            ['modern'],
          )
          t.same(
            (await story.jobs(modern)).map(({ status }) => status),
            ['Completed'],
            'and none of its jobs',
          )
          t.same(Object.keys(await classic.items(item.vault)), [item.name])
          t.notOk(
            (await story.protectable(modern)).includes('vm1'),
            'it does not offer a machine that is registered there',
          )
          const types = (await story.call('GET', `${groupPath('backup')}/resources?api-version=2021-04-01`)).values
          t.same(types.map(({ type }) => type).sort(), [
            'Microsoft.Backup/BackupVault',
            'Microsoft.RecoveryServices/vaults',
          ])
        })

        await t.test('a machine is in one vault, of whichever kind that is', async (t) => {
          const there = itemOf(modern, item.machine).path.replaceAll('iaasvmcontainerv2', 'iaasvmcontainer')
          const { properties } = protection(modern, item.machine, 'DefaultPolicy')
          const body = { properties: { ...properties, protectedItemType: 'Microsoft.ClassicCompute/virtualMachines' } }
          const protect = () => story.call('PUT', there, body)
          await refuses(
            t,
            classic,
            protect,
            'VirtualMachineAlreadyProtected',
            /already registered.*another vault|Stop its/,
          )
          await classic.stop(item)
          const points = await classic.points(item)
          t.equal((await story.finished(await protect())).text('status'), 'Succeeded', 'once it is stopped another may')
          t.same(await story.points({ vault: modern, path: there }), [], 'which begins anew')
          await refuses(t, classic, () => classic.tryProtect(item), 'VirtualMachineAlreadyProtected')
          t.same(await classic.points(item), points, 'and the old backups stay')
        })

        await t.test('no call moves its contents there', async (t) => {
          const ask = (from: string, operation: string, body: object) => () =>
            story.call('POST', `${from}/backupstorageconfig/vaultstorageconfig/${operation}`, {
              dataMoveLevel: 'Vault',
              ...body,
            })
          const far = await story.vault('far', {}, 'northeurope')
          const into = { targetResourceId: item.vault, targetRegion: 'westeurope' }
          await refuses(t, classic, ask(far, 'prepareDataMove', into), 'InvalidParameter', /Recovery Services/)
          const out = { sourceResourceId: item.vault, sourceRegion: 'westeurope', correlationId: 'any' }
          await refuses(t, classic, ask(far, 'triggerDataMove', out), 'InvalidParameter', /Recovery Services/)
        })
      })
    }
  },
)

/** The machine is migrated to Resource Manager, with its storage and its network: the classic one is gone. */
async function migrate(story: Story, classicMachine: string): Promise<string> {
  const group = 'web-migrated'
  await put(story, `${groupPath(group)}/providers/Microsoft.Storage/storageAccounts/disks`, { kind: 'Storage' })
  await put(story, network('net', group), { properties: { subnets: [{ name: 'default' }] } })
  await story.deleteMachine(classicMachine)
  return story.machine('web', { resourceGroup: group, conditions: { usedDataGB: 4 } })
}

t.test('SEED-93: a machine is migrated from classic to Resource Manager, step by step', async (t) => {
  for (const profile of ['2016', 'present'] as const) {
    await t.test(`in ${profile}`, async (t) => {
      const { classic, story } = await twoKinds(t, profile)
      const vault = await classic.vault('classic')
      const machine = classic.machine('web', { cloudService: 'shop' })
      const old = classicItem(vault, 'web', 'shop')
      await classic.discover(vault)
      await classic.register(old)
      await classic.protect(old)
      await classic.advance('2d')
      const kept = await classic.points(old)
      t.equal(kept.length, 2)

      await t.test('1. its protection is stopped, and its data kept', async (t) => {
        const job = await classic.stop(old)
        t.match(job, { operation: 'Unprotect', status: 'Completed', bag: { 'Delete Backup Data': 'False' } })
        t.match(await classic.item(old), { protectionStatus: 'ProtectionStopped', recoveryPointsCount: 2 })
      })

      const migrated = await migrate(story, machine)
      await t.test('2. the machine is migrated, with its storage and its network', async (t) => {
        t.match(await classic.containers(vault), [{ name: old.name, status: 'Registered', health: 'Deleted' }])
        await classic.discover(vault)
        t.equal((await classic.containers(vault)).length, 1, 'a backup vault does not see the new one')
        t.equal((await story.call('GET', migrated)).status, 200)
      })

      const modern = await story.vault('modern')
      const fresh = await story.protect(modern, migrated)
      await t.test('3. a Recovery Services vault is made, and the migrated machine protected in it', async (t) => {
        t.match(await story.item(fresh), { protectionState: 'IRPending', extendedInfo: { recoveryPointCount: 0 } })
        await story.advance('1d')
        const [first, ...more] = await story.jobs(modern)
        t.same(more, [])
        t.equal(first?.status, 'Completed')
        t.ok((first?.sizeMB ?? 0) >= 4 * 1024, 'its first backup there is of all its data')
      })

      await t.test('its backups do not follow', async (t) => {
        t.equal((await story.points(fresh)).length, 1)
        await story.advance('60d')
        t.same(await classic.points(old), kept, 'the old ones stay where they are, however long')
        t.ok((await story.points(fresh)).every(({ name }) => !kept.some((point) => point.name === name)))
        t.equal((await classic.jobs(vault)).length, 2, 'and nothing fails there for want of the machine')
        t.equal((await classic.restore(old, kept[0]?.name ?? '')).status, 'Completed', 'they can be restored')
      })

      await t.test('when they are no longer needed, what is left there is taken away', async (t) => {
        await cleansUp(t, classic, old)
        t.equal((await story.points(fresh)).length > 1, true)
      })
    })
  }

  await t.test('who forgets to stop gets an error every night', async (t) => {
    const { classic, story } = await twoKinds(t, 'present')
    const vault = await classic.vault('classic')
    const machine = classic.machine('web', { cloudService: 'shop' })
    const old = classicItem(vault, 'web', 'shop')
    await classic.discover(vault)
    await classic.register(old)
    await classic.protect(old)
    await migrate(story, machine)
    await classic.advance('3d')
    const jobs = await classic.jobs(vault)
    t.equal(jobs.length, 3)
    for (const job of jobs)
      failsWith(t, job, { title: 'Backup failed with an internal error', text: /Retry/, remedy: /stop its protection/ })
  })
})

/** Data, registration and vault go in this order, and in no other. */
async function cleansUp(t: Test, story: ClassicStory, item: ClassicItem) {
  const { vault } = item
  const remove = () => story.ask('DELETE', vault)
  failsWith(t, await story.unregister(item), {
    title: '',
    text: /Failed to unregister/,
    remedy: /delete its backup data/,
    code: 134607755,
  })
  await refuses(t, story, remove, 'ServiceResourceNotEmptyWithContainerDetails', /Stop the protection of web/)
  const deleted = await story.deleteData(item)
  t.match(deleted, { operation: 'DeleteBackupData', status: 'Completed' })
  t.same(await story.items(vault), {})
  await refuses(t, story, remove, 'ServiceResourceNotEmptyWithContainerDetails', /Unregister web/)
  t.equal((await story.unregister(item)).status, 'Completed')
  t.equal((await remove()).status, 200)
  t.equal((await story.ask('GET', vault)).code, 'ResourceNotFound')
}

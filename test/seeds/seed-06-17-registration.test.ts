import t, { type Test } from 'tap'
import type { MachineSeed } from '../../src/domain/inventory/inventory-seeds.js'
import type { Profile } from '../../src/domain/limits.js'
import {
  type ClassicItem,
  type ClassicStory,
  classicItem,
  classicPolicy,
  tellClassicStory,
} from '../support/classic-story.js'
import { DAY, type Members } from '../support/seen.js'
import { failsWith, type Trouble } from '../support/seen-classic.js'

const LOCKED: Trouble = {
  title: '',
  text: /Another operation is in progress/,
  remedy: /Wait until the operation/,
  code: 134607754,
}
const NOT_RUNNING: Trouble = {
  title: 'Azure VM role is not in a state to install extension',
  text: /VM is in the Running state.*requires it to be Running/,
  remedy: /Start the virtual machine.*register it again/,
  code: 380008,
}
const TOO_MANY_DISKS: Trouble = {
  title: 'Number of data disks attached to the virtual machine exceeded the supported limit',
  text: /more data disks/,
  remedy: /Detach data disks.*register it again/,
}
const INTERNAL: Trouble = {
  title: 'Microsoft Azure Backup encountered an internal error',
  text: /Wait for a few minutes.*contact Microsoft Support/,
  remedy: /premium storage.*network interfaces.*load balancer/,
}
const NO_CERTIFICATE: Trouble = {
  title: 'VM Guest Agent Certificate not found',
  text: /certificate of the VM agent/,
  remedy: /2\.6\.1198\.718/,
}
const AGENT_TIMEOUT: Trouble = {
  title: 'Registration failed with Install Agent operation timeout',
  text: /could not be installed in time/,
  remedy: /supports the operating system/,
}

const manyDisks = (count: number) => Array.from({ length: count }, (_, lun) => ({ lun, diskSizeGB: 8 }))

/** A vault that has discovered a machine. */
async function discovered(story: ClassicStory, seed: Partial<MachineSeed> = {}) {
  const vault = await story.vault()
  const machine = story.machine('vm1', seed)
  await story.discover(vault)
  return { ...classicItem(vault, 'vm1', seed.cloudService), machine }
}

/** Its registration fails, and leaves it as it was: known, and not registered. */
async function doesNotRegister(t: Test, story: ClassicStory, item: ClassicItem, trouble: Trouble, what: string) {
  const job = await story.register(item)
  t.equal(job.operation, 'Register')
  failsWith(t, job, trouble, what)
  t.equal(await story.registration(item), 'NotRegistered', `${what}: it can be registered again`)
  t.same(await story.protectable(item.vault), {}, `${what}: it cannot be protected`)
  const before = story.world.emulator.digest()
  t.equal((await story.tryProtect(item)).code, 'BMSUserErrorContainerObjectNotFound', what)
  t.equal(story.world.emulator.digest(), before)
}

async function registers(t: Test, story: ClassicStory, item: ClassicItem, what: string) {
  const job = await story.register(item)
  t.equal(job.status, 'Completed', `${what}: ${JSON.stringify(job.errors)}`)
  t.same(job.errors, [], what)
  t.equal(await story.registration(item), 'Registered', what)
}

/** What is wrong with a machine keeps it from being registered, as long as it is wrong. */
async function comesAndGoes(t: Test, conditions: Members, trouble: Trouble, profile: Profile = '2015') {
  const what = `${JSON.stringify(conditions)} in ${profile}`
  const story = await tellClassicStory(t, { profile })
  const item = await discovered(story)
  await story.condition(item.machine, conditions)
  await doesNotRegister(t, story, item, trouble, what)
  await doesNotRegister(t, story, item, trouble, `${what}, tried again`)
  await story.condition(item.machine, Object.fromEntries(Object.keys(conditions).map((name) => [name, null])))
  await registers(t, story, item, `${what}, and then no longer`)
}

t.test('SEED-06: a machine is registered before it is protected', async (t) => {
  const story = await tellClassicStory(t)
  const item = await discovered(story)
  const protects = async (code: string) => {
    const before = story.world.emulator.digest()
    const refused = await story.tryProtect(item)
    t.equal(refused.code, code)
    t.match(refused.message, /regist/)
    t.equal(story.world.emulator.digest(), before)
  }
  await protects('BMSUserErrorContainerObjectNotFound')
  const job = await story.startRegister(item)
  await protects('BMSUserErrorContainerObjectNotFound')
  t.equal((await story.ended(item.vault, job)).status, 'Completed')
  t.equal((await story.protect(item)).status, 'Completed')

  await t.test('its extension goes onto the VM agent: without one it cannot', async (t) => {
    const bare = classicItem(item.vault, 'bare')
    story.machine('bare', { conditions: { agent: 'missing' } })
    await story.discover(item.vault)
    failsWith(t, await story.register(bare), {
      title: 'Failed to install the Azure Recovery Services extension on the selected item',
      text: /pre-requisite/,
      remedy: /Install the VM agent/,
    })
  })

  await t.test('it is known to the service then: another vault cannot have it', async (t) => {
    const other = await story.vault('other')
    await story.discover(other)
    const elsewhere = classicItem(other, 'vm1')
    t.equal(await story.registration(elsewhere), undefined)
    const before = story.world.emulator.digest()
    const refused = await story.tryRegister(elsewhere)
    t.equal(refused.code, 'VirtualMachineAlreadyProtected')
    t.match(refused.message, /vault/)
    t.equal(story.world.emulator.digest(), before)
  })
})

t.test('SEED-07: registration is done once, and nobody has to see to the extension', async (t) => {
  const story = await tellClassicStory(t)
  const item = await story.protectedMachine()
  await story.advance('60d')
  await story.condition(item.machine, { agentVersion: '2.7.1198.900' })
  t.equal((await story.stop(item)).status, 'Completed')
  await story.advance('10d')
  t.equal((await story.protect(item)).status, 'Completed', 'also to resume its protection')
  t.match(await story.item(item), { protectionStatus: 'Protected' }, 'which it has at once, as there are points')
  await story.advance('60d')
  t.equal((await story.jobs(item.vault, 'Register')).length, 1)
  t.equal(await story.registration(item), 'Registered')
  const nights = await story.jobs(item.vault)
  t.equal(nights.length, 120)
  t.ok(nights.every(({ status }) => status === 'Completed'))
})

t.test('SEED-08: what can be registered is not registered yet, and in the region of the vault', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault()
  for (const name of ['one', 'two', 'three']) story.machine(name, { location: 'West Europe' })
  story.machine('far', { location: 'northeurope' })
  await story.discover(vault)
  const free = async () =>
    (await story.containers(vault, "type eq 'IaasVM' and status eq 'NotRegistered'")).map(
      ({ friendlyName }) => friendlyName,
    )
  t.same(await free(), ['one', 'three', 'two'])
  const two = classicItem(vault, 'two')
  const job = await story.startRegister(two)
  t.same(await free(), ['one', 'three'], 'from the moment on at which it is being registered')
  await story.ended(vault, job)
  t.same(await free(), ['one', 'three'])
  t.same(
    (await story.containers(vault, "containerType eq 'IaasVM' and status eq 'Registered'")).map(({ name }) => name),
    [two.name],
  )
  t.same(
    (await story.containers(vault, "friendlyName eq 'ONE'")).map(({ friendlyName }) => friendlyName),
    ['one'],
    'they can be asked for by name, in any casing',
  )
  t.equal((await story.containers(vault)).length, 3)

  const refuses = async (item: ClassicItem, code: string, says: RegExp) => {
    const before = story.world.emulator.digest()
    const refused = await story.tryRegister(item)
    t.equal(refused.code, code)
    t.match(refused.message, says)
    t.equal(story.world.emulator.digest(), before, 'nothing has changed')
  }
  await refuses(two, 'BMSUserErrorContainerAlreadyRegistered', /registered with vault/)
  await refuses(classicItem(vault, 'far'), 'BMSUserErrorContainerObjectNotFound', /discover|region/)
  await refuses(classicItem(vault, 'nobody'), 'BMSUserErrorContainerObjectNotFound', /discover/)
  t.equal((await story.jobs(vault, 'Register')).length, 1, 'no job was made for any of them')

  t.equal((await story.unregister(two)).status, 'Completed')
  t.same(await free(), ['one', 'three', 'two'], 'once it is no longer registered it is offered again')
})

t.test('SEED-09: many machines are registered at one time, each by a job of its own', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault()
  const items = Array.from({ length: 30 }, (_, number) => {
    story.machine(`vm${number}`, { cloudService: 'farm' })
    return classicItem(vault, `vm${number}`, 'farm')
  })
  await story.discover(vault)
  const jobs = await Promise.all(items.map((item) => story.startRegister(item)))
  t.equal(new Set(jobs).size, 30)
  t.equal((await story.containers(vault, "status eq 'Registering'")).length, 30)
  const ended = await Promise.all(jobs.map((job) => story.ended(vault, job)))
  t.ok(ended.every(({ status, operation }) => status === 'Completed' && operation === 'Register'))
  t.same(
    ended.map(({ bag }) => bag),
    items.map((_, number) => ({ 'VM Name': `vm${number}`, 'Cloud Service': 'farm' })),
  )
  t.equal((await story.containers(vault, "status eq 'Registered'")).length, 30)

  await t.test('one that fails does not keep the others', async (t) => {
    const more = ['sound', 'stopped', 'healthy'].map((name) => classicItem(vault, name))
    story.machine('sound')
    story.machine('stopped', { conditions: { powerState: 'stopped' } })
    story.machine('healthy')
    await story.discover(vault)
    const started = await Promise.all(more.map((item) => story.startRegister(item)))
    const outcomes = await Promise.all(started.map((job) => story.ended(vault, job)))
    t.same(
      outcomes.map(({ status }) => status),
      ['Completed', 'Failed', 'Completed'],
    )
  })
})

t.test('SEED-10: machines of one name are told apart by their cloud service', async (t) => {
  const story = await tellClassicStory(t, { profile: '2016' })
  const vault = await story.vault()
  const machines = ['Shop', 'stock'].map((cloudService) => story.machine('web', { cloudService }))
  const [shop, stock] = [classicItem(vault, 'web', 'Shop'), classicItem(vault, 'web', 'stock')]
  story.world.emulator.seed({ storageAccounts: [{ resourceGroup: 'backup', name: 'staging', classic: true }] })

  await story.discover(vault)
  t.same(
    (await story.containers(vault, "friendlyName eq 'web'")).map(({ name, cloudService }) => [name, cloudService]),
    [
      ['iaasvmcontainer;shop;web', 'Shop'],
      ['iaasvmcontainer;stock;web', 'stock'],
    ],
  )

  const job = await story.register(shop)
  t.same(job.bag, { 'VM Name': 'web', 'Cloud Service': 'Shop' })
  t.equal(await story.registration(shop), 'Registered')
  t.equal(await story.registration(stock), 'NotRegistered', 'the other one is not registered by that')
  t.equal((await story.tryProtect(stock)).code, 'BMSUserErrorContainerObjectNotFound')
  t.match((await story.register(stock)).bag, { 'Cloud Service': 'stock' })

  await story.policy(vault, 'Noon', classicPolicy('12:00'))
  await story.protect(shop)
  await story.protect(stock, 'Noon')
  t.equal(Object.keys(await story.items(vault)).length, 2)
  t.match((await story.item(shop))?.protectionPolicyId, /DefaultPolicy$/)
  t.match((await story.item(stock))?.protectionPolicyId, /Noon$/)

  t.equal((await story.backUp(shop)).status, 'Completed')
  t.match(await story.item(shop), { protectionStatus: 'Protected', recoveryPointsCount: 1 })
  t.match(await story.item(stock), { protectionStatus: 'IRPending', recoveryPointsCount: 0 })
  await story.condition(machines[1] ?? '', { powerState: 'stopped' })
  t.equal((await story.backUp(stock)).status, 'Completed')
  const [ofShop] = await story.points(shop)
  const [ofStock] = await story.points(stock)
  t.match(ofShop, { consistency: 'AppConsistent' })
  t.match(ofStock, { consistency: 'CrashConsistent' }, 'each point is of its own machine')

  const before = story.world.emulator.digest()
  const wrong = await story.tryRestore(shop, ofStock?.name ?? '')
  t.equal(wrong.code, 'UserErrorRecoveryPointNotFound', 'no point of the other can be restored')
  t.equal(story.world.emulator.digest(), before)
  for (const [item, point] of [
    [shop, ofShop],
    [stock, ofStock],
  ] as const) {
    const restored = await story.restore(item, point?.name ?? '')
    t.match(restored, { status: 'Completed', operation: 'Restore', name: 'web' })
    t.match(restored.bag, { JobType: 'Recover disks', 'Target Storage Account Name': 'staging' })
  }

  t.match(await story.deleteData(shop), {
    operation: 'Unprotect',
    status: 'Completed',
    bag: { 'VM Name': 'web', 'Delete Backup Data': 'True', 'Number of Recovery Points': '1' },
  })
  t.equal((await story.unregister(shop)).status, 'Completed')
  t.same(Object.keys(await story.items(vault)), [stock.name])
  t.equal((await story.points(stock)).length, 1, 'the other one keeps what it has')
  t.equal(await story.registration(stock), 'Registered')
})

t.test('SEED-11: a machine is listed as registering at once, and as registered in the end', async (t) => {
  const story = await tellClassicStory(t)
  const item = await discovered(story, { cloudService: 'shop' })
  const accepted = await story.tryRegister(item)
  const operation = story.operationId(accepted)
  t.equal(await story.registration(item), 'Registering')
  t.match(await story.operation(item.vault, operation), { status: 'InProgress', jobs: [/^[0-9a-f-]{36}$/] })
  const id = await story.jobOf(item.vault, accepted)
  const running = await story.job(item.vault, id)
  t.match(running, { operation: 'Register', status: 'InProgress', end: undefined, name: 'vm1', tasks: [] })
  t.same(running.bag, { 'VM Name': 'vm1', 'Cloud Service': 'shop' })
  t.notOk(running.cancellable)

  const ended = await story.ended(item.vault, id)
  t.equal(ended.status, 'Completed')
  t.equal(await story.registration(item), 'Registered')
  const lasted = (ended.end ?? 0) - ended.start
  t.ok(lasted > 5_000 && lasted < DAY / 24 / 60, `it took ${lasted} ms`)
  t.match(await story.operation(item.vault, operation), { status: 'Succeeded', jobs: [id] })

  await t.test('a vault that has registered a machine keeps its redundancy', async (t) => {
    const config = `${item.vault}/storageconfig/vaultstorageconfig`
    const before = story.world.emulator.digest()
    const refused = await story.ask('PATCH', config, { properties: { storageModelType: 'LocallyRedundant' } })
    t.equal(refused.status, 403)
    t.equal(refused.code, 'StorageModelModifyError')
    t.equal(story.world.emulator.digest(), before)
    t.match((await story.ask('GET', config)).body, { properties: { storageTypeState: 'Locked' } })
  })
})

t.test('SEED-12: only a running machine can be registered', async (t) => {
  await comesAndGoes(t, { powerState: 'stopped' }, NOT_RUNNING)
  await comesAndGoes(t, { powerState: 'deallocated' }, NOT_RUNNING, 'present')

  await t.test('it is looked at when the extension is installed', async (t) => {
    const story = await tellClassicStory(t)
    const item = await discovered(story)
    const job = await story.startRegister(item)
    await story.condition(item.machine, { powerState: 'stopped' })
    failsWith(t, await story.ended(item.vault, job), NOT_RUNNING)
  })

  await t.test('one that is seeded as stopped', async (t) => {
    const story = await tellClassicStory(t)
    const item = await discovered(story, { conditions: { powerState: 'stopped' } })
    await doesNotRegister(t, story, item, NOT_RUNNING, 'seeded')
    story.machine('vm1', { conditions: { powerState: 'running' } })
    await registers(t, story, item, 'seeded again')
  })
})

t.test('SEED-13: a machine has at most 5 data disks, and 16 since 2016', async (t) => {
  for (const [profile, most] of [
    ['2015', 5],
    ['2016', 16],
    ['present', 16],
  ] as const) {
    const story = await tellClassicStory(t, { profile })
    const item = await discovered(story, { dataDisks: manyDisks(most + 1) })
    await doesNotRegister(t, story, item, TOO_MANY_DISKS, `${most + 1} disks in ${profile}`)
    story.machine('vm1', { dataDisks: manyDisks(most) })
    await registers(t, story, item, `${most} disks in ${profile}`)
  }
})

t.test('SEED-14: premium storage, several network interfaces and load balancers are not supported', async (t) => {
  await comesAndGoes(t, { storage: 'premium' }, INTERNAL)
  await comesAndGoes(t, { nics: 2 }, INTERNAL)
  await comesAndGoes(t, { loadBalancer: 'attached' }, INTERNAL)
  await comesAndGoes(t, { service: 'internalError' }, INTERNAL)
  await comesAndGoes(t, { storage: 'premium' }, INTERNAL, '2016')

  for (const profile of ['2016', 'present'] as const) {
    const story = await tellClassicStory(t, { profile })
    const item = await discovered(story, { conditions: { nics: 2, loadBalancer: 'attached' } })
    await registers(t, story, item, `interfaces and load balancers in ${profile}`)
  }
})

t.test('SEED-15: the certificate of the guest agent is there from version 2.6.1198.718 on', async (t) => {
  await comesAndGoes(t, { guestCertificate: 'missing' }, NO_CERTIFICATE)
  await comesAndGoes(t, { agent: 'outdated' }, NO_CERTIFICATE, '2016')

  const story = await tellClassicStory(t)
  const item = await discovered(story)
  for (const old of ['2.6.1198.717', '2.5.2000.1000', '1.0']) {
    await story.condition(item.machine, { agentVersion: old })
    await doesNotRegister(t, story, item, NO_CERTIFICATE, old)
  }
  await story.condition(item.machine, { agentVersion: '2.6.1198.718' })
  await registers(t, story, item, '2.6.1198.718')
})

t.test('SEED-16: the agent cannot be installed in time where the operating system is not supported', async (t) => {
  await comesAndGoes(t, { osSupport: 'unsupported' }, AGENT_TIMEOUT)
  await comesAndGoes(t, { agent: 'notReady' }, AGENT_TIMEOUT, '2016')

  await t.test('a tag of the machine says it, too', async (t) => {
    const story = await tellClassicStory(t)
    const item = await discovered(story, { tags: { 'recoverite:osSupport': 'unsupported' } })
    await doesNotRegister(t, story, item, AGENT_TIMEOUT, 'tagged')
    story.machine('vm1', { tags: {} })
    await registers(t, story, item, 'without the tag')
  })
})

t.test('SEED-17: one operation at a time runs on an item', async (t) => {
  const story = await tellClassicStory(t)
  const item = await discovered(story)
  const first = await story.startRegister(item)
  failsWith(t, await story.register(item), LOCKED, 'to register it while it is being registered')
  t.equal((await story.job(item.vault, first)).status, 'InProgress', 'the first one goes on')
  t.equal((await story.ended(item.vault, first)).status, 'Completed')
  t.equal(await story.registration(item), 'Registered')

  await t.test('also while it is being unregistered', async (t) => {
    const last = await story.jobOf(item.vault, await story.ask('DELETE', item.container))
    failsWith(t, await story.register(item), LOCKED, 'to register it')
    failsWith(t, await story.unregister(item), LOCKED, 'to unregister it once more')
    failsWith(t, await story.protect(item), LOCKED, 'to protect it')
    t.equal((await story.ended(item.vault, last)).status, 'Completed')
    t.equal(await story.registration(item), 'NotRegistered')
    await registers(t, story, item, 'afterwards')
  })

  await t.test('and while it is being protected', async (t) => {
    const protecting = await story.jobOf(item.vault, await story.tryProtect(item))
    failsWith(t, await story.unregister(item), LOCKED, 'to unregister it')
    failsWith(t, await story.protect(item), LOCKED, 'to protect it again')
    t.equal((await story.ended(item.vault, protecting)).status, 'Completed')
    failsWith(
      t,
      await story.unregister(item),
      {
        title: '',
        text: /Failed to unregister/,
        remedy: /Stop the protection.*delete its backup data/,
        code: 134607755,
      },
      'one that is protected is not unregistered',
    )
    t.equal(await story.registration(item), 'Registered')
  })
})

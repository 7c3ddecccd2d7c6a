import t, { type Test } from 'tap'
import { type ClassicStory, classicItem, classicVaultPath, tellClassicStory } from '../support/classic-story.js'
import type { Answer } from '../support/emulator.js'

/** What is asked is refused with a code, and the world stays as it was. */
async function refuses(t: Test, story: ClassicStory, what: string, ask: () => Promise<Answer>, code: string) {
  const before = story.world.emulator.digest()
  const answer = await ask()
  t.equal(answer.code, code, `${what}: ${JSON.stringify(answer.body)}`)
  t.ok(answer.status >= 400 && answer.status < 500, what)
  t.equal(story.world.emulator.digest(), before, `${what}: nothing has changed`)
}

const NOT_FOUND = 'BMSUserErrorContainerObjectNotFound'
const OTHER = '00000000-0000-0000-0000-000000000002'

t.test('SEED-01: a machine is discovered, then registered, then protected, in this order', async (t) => {
  const story = await tellClassicStory(t, { profile: '2015' })
  story.machine('web', { cloudService: 'Shop' })
  story.machine('far', { location: 'northeurope' })
  story.world.emulator.seed({
    virtualMachines: [
      { resourceGroup: 'apps', name: 'modern' },
      { subscriptionId: OTHER, resourceGroup: 'apps', name: 'foreign', cloudService: 'foreign' },
    ],
  })
  const vault = await story.vault()
  const web = classicItem(vault, 'web', 'Shop')

  t.same(await story.containers(vault), [], 'before the first discovery no machine is known')
  await refuses(t, story, 'to register first', () => story.tryRegister(web), NOT_FOUND)
  await refuses(t, story, 'to protect first', () => story.tryProtect(web), NOT_FOUND)
  await refuses(t, story, 'to back up first', () => story.tryBackUp(web), NOT_FOUND)

  t.same(await story.discover(vault), { status: 'Succeeded', code: '', message: '', jobs: [] })
  t.same(
    await story.containers(vault),
    [{ name: web.name, friendlyName: 'web', cloudService: 'Shop', status: 'NotRegistered', health: 'Healthy' }],
    'classic machines of the subscription, with their cloud service',
  )
  await refuses(t, story, 'to protect what is discovered', () => story.tryProtect(web), NOT_FOUND)
  await refuses(t, story, 'to back up what is discovered', () => story.tryBackUp(web), NOT_FOUND)

  t.equal((await story.register(web)).status, 'Completed')
  await refuses(
    t,
    story,
    'to back up what is registered',
    () => story.tryBackUp(web),
    'BMSUserErrorDataSourceObjectNotFound',
  )
  await story.advance('2d')
  t.same(await story.jobs(vault), [], 'nothing is backed up before it is protected')

  t.equal((await story.protect(web)).status, 'Completed')
  await story.advance('1d')
  t.same(
    (await story.jobs(vault)).map(({ name, status }) => [name, status]),
    [['web', 'Completed']],
    'then it is backed up',
  )

  const north = await story.vault('north', 'northeurope')
  await story.discover(north)
  t.same(
    (await story.containers(north)).map(({ friendlyName }) => friendlyName),
    ['far'],
    'a vault lists the machines of its own region',
  )
})

t.test('SEED-02: a machine is known from the discovery on that saw it', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault()
  const [first, second] = [classicItem(vault, 'first'), classicItem(vault, 'second')]
  story.machine('first')
  await story.discover(vault)
  const machine = story.machine('second')
  t.equal(await story.registration(second), undefined)
  await refuses(t, story, 'a machine that came after the discovery', () => story.tryRegister(second), NOT_FOUND)
  await story.advance('30d')
  t.equal(await story.registration(second), undefined, 'nothing discovers it by itself')

  await story.discover(vault)
  t.equal(await story.registration(second), 'NotRegistered')
  t.equal(await story.registration(first), 'NotRegistered', 'the others are still there')
  t.equal((await story.register(second)).status, 'Completed')

  story.machine('third')
  await story.discover(vault)
  await story.deleteMachine(machine.replaceAll('second', 'third'))
  t.equal(await story.registration(classicItem(vault, 'third')), undefined, 'one that has gone is not offered')
  await refuses(t, story, 'it', () => story.tryRegister(classicItem(vault, 'third')), NOT_FOUND)
})

t.test('SEED-03: a discovery takes a few minutes, and says when it is over', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault()
  story.machine('early')
  const discovery = await story.startDiscovery(vault)
  const running = { status: 'InProgress', code: '', message: '', jobs: [] }
  t.same(await story.operation(vault, discovery), running)
  await story.advance('50s')
  t.same(await story.operation(vault, discovery), running, 'it is still running')
  t.same(await story.containers(vault), [], 'and the list is as it was')
  story.machine('late')
  await story.advance('5m')
  t.same(await story.operation(vault, discovery), { ...running, status: 'Succeeded' })
  t.same(
    (await story.containers(vault)).map(({ friendlyName }) => friendlyName),
    ['early', 'late'],
    'it knows the machines that are there when it ends',
  )
  t.same(await story.operation(vault, discovery), { ...running, status: 'Succeeded' }, 'and stays over')
  const nobody = '00000000-0000-0000-0000-00000000000a'
  const unknown = await story.ask('GET', `${vault}/operationResults/${nobody}`)
  t.equal(unknown.status, 404, 'an operation that nobody began')
  const other = await story.vault('other')
  t.equal((await story.ask('GET', `${other}/operationResults/${discovery}`)).status, 404, 'or another vault')
})

t.test('SEED-04: a second discovery fails while one is running, and does not disturb it', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault()
  story.machine('web')
  const first = await story.startDiscovery(vault)
  await story.advance('30s')
  const second = await story.operation(vault, await story.startDiscovery(vault))
  t.match(second, { status: 'Failed', code: 'DiscoveryInProgress', jobs: [] })
  t.match(second.message, /Failed to discover new items.*another Discovery operation is already in progress/i)
  t.equal((await story.operation(vault, first)).status, 'InProgress')
  t.equal((await story.discover(await story.vault('other'))).status, 'Succeeded', 'another vault has its own')

  t.equal((await story.settled(vault, first)).status, 'Succeeded')
  t.equal(await story.registration(classicItem(vault, 'web')), 'NotRegistered')
  t.equal((await story.discover(vault)).status, 'Succeeded', 'once it is over the next one may run')
})

t.test('SEED-05: a discovery fails with an internal error, and is retried after 15 minutes', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault()
  const [web, late] = [classicItem(vault, 'web'), classicItem(vault, 'late')]
  story.machine('web')
  await story.discover(vault)
  story.machine('late')

  const fails = async (t: Test) => {
    const discovery = await story.startDiscovery(vault)
    t.equal((await story.operation(vault, discovery)).status, 'InProgress', 'it begins like any other')
    const failed = await story.settled(vault, discovery)
    t.match(failed, { status: 'Failed', jobs: [] })
    t.not(failed.code, '')
    t.match(failed.message, /Failed to discover new items.*internal error.*15 minutes/i)
    t.equal(await story.registration(web), 'NotRegistered', 'what was known still is')
    t.equal(await story.registration(late), undefined, 'and nothing more')
  }
  await story.condition(vault, { discovery: 'internalError' })
  await fails(t)
  await story.advance('15m')
  await fails(t)
  await story.condition(vault, { discovery: null })
  await story.advance('15m')
  t.equal((await story.discover(vault)).status, 'Succeeded')
  t.equal(await story.registration(late), 'NotRegistered')

  await t.test('a tag of the vault does the same', async (t) => {
    story.machine('latest')
    t.equal((await story.tryVault('vault', 'westeurope', { 'recoverite:discovery': 'internalError' })).status, 200)
    const discovery = await story.discover(vault)
    t.match(discovery, { status: 'Failed', message: /internal error/ })
    t.equal(await story.registration(classicItem(vault, 'latest')), undefined)
    t.equal((await story.tryVault('vault')).status, 200)
    t.equal((await story.discover(vault)).status, 'Succeeded')
    t.equal(await story.registration(classicItem(vault, 'latest')), 'NotRegistered')
  })

  await t.test('in a vault that is not there nothing is discovered', async (t) => {
    const none = classicVaultPath('none')
    const answer = await story.ask('POST', `${none}/refreshContainers`)
    t.equal(answer.status, 404)
    t.equal(answer.code, 'ResourceNotFound')
  })
})

import t from 'tap'
import type { DomainEvent } from '../../src/domain/events/domain-events.js'
import { startEmulator } from '../../src/emulator.js'
import { ADVANCE, backUp, CLOCK, ITEM, jobOf, protectMachine, refused, VAULT } from '../support/control.js'
import { MONDAY, startTestEmulator, type TestEmulator } from '../support/emulator.js'
import { EVENTS, EventClient, inShort } from '../support/event-streams.js'
import { groupPath, tellStory } from '../support/story.js'
import { Receiver, readUntil, register, WEBHOOKS } from '../support/webhook-receiver.js'

const QUIET = { port: 0, https: false, logLevel: 'silent', clock: 'manual', now: MONDAY, seed: 'test' } as const

/** What there is of events, in one piece. */
async function eventsOf({ call }: Pick<TestEmulator, 'call'>, query = ''): Promise<DomainEvent[]> {
  const answer = await call('GET', `${EVENTS}?follow=false${query}`)
  return answer.at('events') as DomainEvent[]
}

const numberOf = ({ id }: { id: string }) => Number(id.split('-')[0])
const isBackupEnd = ({ type, data }: DomainEvent) => type === 'job.completed' && data.operation === 'Backup'

/** A protected machine that has had one backup. */
async function oneBackup(world: TestEmulator): Promise<void> {
  await protectMachine(world)
  await world.call('POST', ADVANCE, { until: 'idle' })
  await backUp(world)
  await world.call('POST', ADVANCE, { until: 'idle' })
}

t.test('a stream tells the life of a backup as it happens', async (t) => {
  const world = await startTestEmulator(t)
  await protectMachine(world)
  await world.call('POST', ADVANCE, { until: 'idle' })
  const client = await EventClient.open(t, world.url)
  t.equal(client.response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  t.match(client.response.headers.get('cache-control'), /no-cache/)

  await backUp(world)
  const started = await client.next()
  const job = await jobOf(world, 'Backup')
  t.match(started, {
    id: /^\d+-[0-9a-f]{8}$/,
    type: 'job.started',
    timestamp: world.now(),
    subject: job.id,
    vault: VAULT,
    data: { operation: 'Backup', workload: 'VM', friendlyName: 'vm1' },
  })
  t.equal((await world.call('GET', String(started.subject))).status, 200, 'a subject can be read')

  await world.call('POST', ADVANCE, { until: 'idle' })
  const rest = await client.until(({ type }) => type === 'clock.advanced')
  const points = await world.call('GET', `${ITEM}/recoveryPoints`)
  const point = points.text('value.0.name')
  t.same(rest.map(inShort), [
    'task.started Take Snapshot InProgress',
    `recoveryPoint.created ${point}`,
    'item.protected VM;iaasvmcontainerv2;demo;vm1',
    'task.ended Take Snapshot Completed',
    'task.started Transfer data to vault InProgress',
    `recoveryPoint.tierChanged ${point}`,
    'task.ended Transfer data to vault Completed',
    `job.completed ${job.name}`,
    'clock.advanced clock',
  ])
  t.equal(rest.find(({ type }) => type === 'recoveryPoint.created')?.subject, points.text('value.0.id'))
  t.equal(rest.find(({ type }) => type === 'item.protected')?.subject, ITEM)
  const times = rest.map(({ timestamp }) => timestamp)
  t.same(times, times.toSorted(), 'in the order of their time')
  t.equal(times.at(-1), world.now())
})

t.test('who was cut off goes on where it was, and nothing is lost or told twice', async (t) => {
  const world = await startTestEmulator(t)
  await oneBackup(world)
  const all = await eventsOf(world)
  t.same(
    all.map(numberOf),
    all.map((_, at) => at + 1),
    'numbers have no gap',
  )

  for (const at of [1, 7, all.length - 1]) {
    const id = all[at - 1]?.id ?? ''
    const byHeader = await EventClient.open(t, world.url, '', { 'last-event-id': id })
    t.same(await byHeader.next(), all[at], `after event ${at}`)
    // A browser connects to its first address again, and says in the header what it has had since.
    const again = await EventClient.open(t, world.url, '?lastEventId=0', { 'last-event-id': id })
    t.same(await again.next(), all[at])
    const byQuery = await EventClient.open(t, world.url, `?lastEventId=${id}`)
    const rest = await byQuery.until((event) => event.id === all.at(-1)?.id)
    t.same(rest, all.slice(at))
  }

  await t.test('by the number alone, too', async (t) => {
    const client = await EventClient.open(t, world.url, '?lastEventId=3')
    t.same(await client.next(), all[3])
  })

  await t.test('cut off before the first event', async (t) => {
    const first = await EventClient.open(t, world.url)
    t.equal(first.lastEventId, all.at(-1)?.id, 'it knows its place from the start')
    first.leave()
    await backUp(world)
    const second = await EventClient.open(t, world.url, '', { 'last-event-id': first.lastEventId })
    t.match(await second.next(), { type: 'job.started' })
  })

  await t.test('in small pages, too', async (t) => {
    const seen: DomainEvent[] = []
    let after = '0'
    for (let pages = 0; pages < 100; pages++) {
      const page = await world.call('GET', `${EVENTS}?follow=false&limit=4&types=job.*,task.*&lastEventId=${after}`)
      const events = page.at('events') as DomainEvent[]
      after = page.text('lastEventId')
      if (events.length === 0) break
      t.ok(events.length <= 4)
      seen.push(...events)
    }
    t.same(seen, await eventsOf(world, '&types=job.*,task.*'))
    t.ok(seen.length > 8)
  })
})

t.test('after a restart streams go on, with the same ids', async (t) => {
  const dataDir = t.testdir()
  const first = await startTestEmulator(t, { ...QUIET, dataDir })
  await oneBackup(first)
  const before = await eventsOf(first)
  const client = await EventClient.open(t, first.url, '?lastEventId=0')
  const seen = [await client.next(), await client.next(), await client.next()]
  await first.emulator.close()

  const second = await startTestEmulator(t, { ...QUIET, dataDir })
  const again = await EventClient.open(t, second.url, '', { 'last-event-id': client.lastEventId })
  await backUp(second)
  seen.push(...(await again.until(({ type }) => type === 'job.started')))
  while (seen.length <= before.length) seen.push(await again.next())
  t.same(seen.slice(0, -1), before)
  t.equal(numberOf(seen.at(-1) ?? { id: '' }), before.length + 1)
})

t.test('who asks for types or for a vault gets nothing else', async (t) => {
  const story = await tellStory(t)
  const [one, two] = [await story.vault('one'), await story.vault('two')]
  const machines = ['vm1', 'vm2'].map((name) => story.machine(name))
  await story.backUp(await story.protect(one, machines[0] ?? ''))
  await story.protect(two, machines[1] ?? '')

  const client = await EventClient.open(t, story.world.url, '?lastEventId=0&types=job.*,item.protected')
  const seen = await client.until(isBackupEnd)
  t.same(
    seen.map(({ type }) => type),
    ['job.started', 'job.completed', 'job.started', 'item.protected', 'job.completed'],
  )
  t.equal(numberOf(seen[0] ?? { id: '' }) > 1, true, 'ids are those of the whole history')

  const ofTwo = await eventsOf(story.world, `&vault=${two.toUpperCase()}`)
  t.ok(ofTwo.length > 4)
  t.ok(
    ofTwo.every(({ vault }) => vault === two),
    'the clock and the other vault are not among them',
  )
})

t.test('what is kept no more is said to be lost, and where it goes on', async (t) => {
  const world = await startTestEmulator(t)
  await oneBackup(world)
  world.emulator.seed({
    virtualMachines: Array.from({ length: 30 }, (_, n) => ({ resourceGroup: 'demo', name: `more${n}` })),
  })
  for (let n = 0; n < 30; n++) {
    const path = ITEM.replaceAll(';vm1', `;more${n}`)
    const source = `${groupPath('demo')}/providers/Microsoft.Compute/virtualMachines/more${n}`
    const properties = {
      protectedItemType: 'Microsoft.Compute/virtualMachines',
      sourceResourceId: source,
      policyId: `${VAULT}/backupPolicies/DefaultPolicy`,
    }
    await world.call('PUT', path, { properties })
  }
  // These are there all the time: one call makes more events than are kept.
  const connected = await EventClient.open(t, world.url)
  const receiver = await Receiver.open(t)
  await register(world, { url: receiver.url, types: ['vault.deleted'] })
  const seen = await eventsOf(world)
  world.emulator.clock.advance({ by: 'P45D' })

  const kept = await eventsOf(world)
  t.ok(kept.length >= 10_000 && kept.length <= 11_000, `${kept.length} are kept`)
  const [first] = kept
  const oldest = numberOf(first ?? { id: '' })
  t.ok(oldest > seen.length)
  for (const [what, client] of [
    ['who was connected', connected],
    ['who comes back', await EventClient.open(t, world.url, '', { 'last-event-id': seen.at(-1)?.id ?? '' })],
  ] as const) {
    t.match(
      await client.next(),
      { type: 'events.lost', subject: null, vault: null, data: { goesOnAfter: String(oldest - 1) } },
      what,
    )
    t.same(await client.next(), first, `${what} goes on with the oldest`)
  }
  const page = await world.call('GET', `${EVENTS}?follow=false&lastEventId=${seen.at(-1)?.id}&limit=2`)
  t.match(page.body, { events: [{ type: 'events.lost' }, { id: first?.id }], lastEventId: first?.id })
  const fromStart = await EventClient.open(t, world.url, '?lastEventId=0')
  t.same(await fromStart.next(), first, 'who asks for all that there is has lost nothing')

  t.match((await receiver.next()).event, { type: 'events.lost', data: { goesOnAfter: String(oldest - 1) } })
  const path = `${WEBHOOKS}/webhook-1`
  const state = await readUntil(world, path, (answer) => answer.at('deliveries.delivered') === 1)
  t.match(state.at('deliveries'), { losses: 1, waiting: 0 }, 'a webhook is told, whatever it has asked for')
})

t.test('after a reset or a restored checkpoint another history begins, and listeners are told', async (t) => {
  const world = await startTestEmulator(t)
  await oneBackup(world)
  const client = await EventClient.open(t, world.url)
  const { lastEventId } = client
  const all = await eventsOf(world)

  t.equal((await world.call('PUT', '/_recoverite/checkpoints/one')).status, 201)
  await backUp(world)
  t.match(await client.next(), { type: 'job.started' })
  const after = client.lastEventId
  t.equal((await world.call('POST', '/_recoverite/checkpoints/one/restore')).status, 200)
  t.match(await client.next(), { type: 'events.restarted', id: lastEventId, data: { goesOnAfter: lastEventId } })
  t.same(await eventsOf(world), all, 'the events are those of the checkpoint')

  await world.call('POST', ADVANCE, { by: 'PT1H' })
  t.match(await client.next(), { type: 'clock.advanced' })
  t.equal(numberOf({ id: client.lastEventId }), numberOf({ id: after }), 'numbers are given out again')
  const stale = await EventClient.open(t, world.url, '', { 'last-event-id': after })
  t.match(await stale.next(), { type: 'events.lost', data: { goesOnAfter: '0' } }, 'and an id tells which one it means')
  t.same(await stale.next(), all[0])

  await world.call('POST', '/_recoverite/reset', {})
  t.match(await client.next(), { type: 'events.restarted', id: '0' })
  t.same(await eventsOf(world), [])
  await protectMachine(world)
  t.match(await client.next(), { type: 'vault.created', id: all[0]?.id }, 'and the same history the same ids')
})

t.test('nothing is left out that happens right after another world has come', async (t) => {
  const world = await startTestEmulator(t)
  const { emulator } = world
  emulator.clock.set({ rate: 2 })
  const mark = emulator.checkpoint()
  const client = await EventClient.open(t, world.url)
  const heard: DomainEvent[] = []
  emulator.events.on((event) => heard.push(event))
  for (const rate of [3, 4]) {
    mark.restore()
    // No stream can have been told yet.
    emulator.clock.set({ rate })
    t.match(await client.next(), { type: 'events.restarted', data: { goesOnAfter: /^1-/ } })
    t.match(await client.next(), { type: 'clock.changed', id: /^2-/, data: { rate } })
  }
  t.match(
    heard.map(({ type, data }) => data.rate ?? type),
    ['events.restarted', 3, 'events.restarted', 4],
  )
})

t.test('a refusal, a look and time that passes by itself are no events', async (t) => {
  const world = await startTestEmulator(t)
  await oneBackup(world)
  const before = await eventsOf(world)
  await refused(t, world, ['POST', ADVANCE, { by: '-P1D' }], { code: 'ClockMovesOnlyForward', status: 409 })
  t.equal((await world.call('PUT', `${VAULT}/backupPolicies/x`, { properties: {} })).status, 400)
  t.equal((await world.call('DELETE', VAULT)).status, 400)
  const digest = world.emulator.digest()
  for (const path of [VAULT, ITEM, CLOCK, `${EVENTS}?follow=false`]) await world.call('GET', path)
  t.equal(world.emulator.digest(), digest)
  t.same(await eventsOf(world), before)

  await world.call('PUT', CLOCK, { mode: 'live', rate: 1000 })
  const changed = (await eventsOf(world)).slice(before.length)
  t.match(changed, [{ type: 'clock.changed', subject: CLOCK, data: { mode: 'live', rate: 1000 } }])
  t.equal(changed.length, 1)
  await world.call('GET', CLOCK)
  t.equal((await eventsOf(world)).length, before.length + 1)
})

t.test('what a fault takes back has never happened', async (t) => {
  const world = await startTestEmulator(t)
  await oneBackup(world)
  const before = await eventsOf(world)
  const fault = world.emulator.faults.add({
    match: { operation: 'Backups.Trigger' },
    effect: { operationFailure: { code: 'UserErrorX' } },
  })
  t.equal((await backUp(world)).status, 202)
  t.equal(fault.hits, 1)
  t.same(await eventsOf(world), before)
})

t.test('in mode skip a client that waits moves the clock, which is an event', async (t) => {
  const world = await startTestEmulator(t, { clock: 'skip' })
  await protectMachine(world)
  await backUp(world)
  const job = await jobOf(world, 'ConfigureBackup')
  const before = await eventsOf(world, '&types=clock.*')
  await world.call('GET', job.id)
  const [moved] = (await eventsOf(world, '&types=clock.*')).slice(before.length)
  t.match(moved, { type: 'clock.advanced', data: { from: String, to: String } })
})

t.test('vaults, policies and what hangs on them', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const marks = async (after: string, types = 'vault.*,policy.*,item.*') =>
    (await eventsOf(story.world, `&types=${types}&lastEventId=${after}`)).map(inShort)
  const last = async () => (await eventsOf(story.world)).at(-1)?.id ?? ''

  await t.test('what changes nothing is no event', async (t) => {
    const since = await last()
    const { call } = story
    await call('PATCH', item.vault, { tags: { team: 'a' } })
    await story.advance('1m')
    await call('PATCH', item.vault, { tags: { team: 'a' } })
    await story.advance('1m')
    const policy = (await call('GET', `${item.vault}/backupPolicies/EnhancedPolicy`)).at('properties')
    await call('PUT', `${item.vault}/backupPolicies/EnhancedPolicy`, { properties: policy })
    await call('DELETE', `${item.vault}/backupPolicies/EnhancedPolicy`)
    t.same(await marks(since), ['vault.updated vault', 'policy.deleted EnhancedPolicy'])
  })

  await t.test('a vault that moves to another subscription keeps its items', async (t) => {
    const since = await last()
    const target = '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/other'
    await story.call('PUT', `${target}?api-version=2021-04-01`, { location: 'westeurope' })
    await story.call('POST', `${groupPath('backup')}/moveResources?api-version=2021-04-01`, {
      resources: [item.vault],
      targetResourceGroup: target,
    })
    await story.advance('1h')
    t.same(await marks(since), ['vault.moved vault'])
    const [moved] = await eventsOf(story.world, '&types=vault.moved')
    const to = `${target}/providers/Microsoft.RecoveryServices/vaults/vault`
    t.match(moved, { subject: to, vault: to, data: { from: item.vault } })
    await story.call('POST', `${target}/moveResources?api-version=2021-04-01`, {
      resources: [to],
      targetResourceGroup: groupPath('backup'),
    })
    await story.advance('1h')
  })

  await t.test('deleted data comes back, and goes in the end', async (t) => {
    await story.backUp(item)
    const since = await last()
    await story.deleteData(item)
    await story.undelete(item)
    await story.deleteData(item)
    await story.advance('15d')
    t.same(await marks(since, 'item.*'), [
      'item.softDeleted VM;iaasvmcontainerv2;apps;vm1',
      'item.undeleted VM;iaasvmcontainerv2;apps;vm1',
      'item.softDeleted VM;iaasvmcontainerv2;apps;vm1',
      'item.deleted VM;iaasvmcontainerv2;apps;vm1',
    ])
    const gone = await eventsOf(story.world, `&types=recoveryPoint.deleted&lastEventId=${since}`)
    t.equal(gone.length, 1, 'with its recovery points')
    t.match(gone[0]?.subject, /protectedItems\/VM;iaasvmcontainerv2;apps;vm1\/recoveryPoints\/\d+$/)
  })
})

t.test('a failed backup fires its alert', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.condition(item.machine, { provisioningState: 'Failed' })
  const job = await story.backUp(item)
  t.equal(job.status, 'Failed')
  await story.advance('1h')
  const told = await eventsOf(story.world, '&types=job.failed,alert.*')
  t.match(told, [
    { type: 'job.failed', vault: item.vault, data: { operation: 'Backup', status: 'Failed', error: String } },
    { type: 'alert.fired', vault: item.vault, data: { state: 'New' } },
  ])
  const [, fired] = told
  const read = await story.call('GET', `${fired?.subject}?api-version=2019-05-05-preview`)
  t.equal(read.status, 200)
  t.equal(fired?.subject, read.text('id'))
})

t.test('the same story has the same events', async (t) => {
  const [one, two] = [await startTestEmulator(t), await startTestEmulator(t)]
  for (const world of [one, two]) await oneBackup(world)
  t.same(await eventsOf(two), await eventsOf(one))
  t.equal(two.emulator.digest(), one.emulator.digest())
})

t.test('what can not be asked for is refused, with what is known', async (t) => {
  const world = await startTestEmulator(t)
  await oneBackup(world)
  const rows: [string, RegExp][] = [
    ['types=job.*,nothing', /'nothing'.*Known: item\.\*.*job\.started/],
    ['types=', /''/],
    ['vault=demo-vault', /full ARM id of a vault/],
    ['lastEventId=yesterday', /'yesterday'.*17-9f3ac2d1/],
    ['lastEventId=-5', /'-5'/],
    ['follow=perhaps', /'follow'/],
    ['follow=false&limit=0', /'limit'/],
    ['follow=false&limit=10001', /'limit'/],
    ['since=0', /There is no 'since' in the query\. Known: types, vault, lastEventId, follow, limit/],
  ]
  for (const [query, says] of rows) await refused(t, world, ['GET', `${EVENTS}?${query}`], { says })
  const header = await world.call('GET', EVENTS, undefined, { 'last-event-id': 'what' })
  t.match(header, { status: 400, code: 'InvalidControlRequest' })
})

t.test('who takes only JSON gets what there is', async (t) => {
  const world = await startTestEmulator(t)
  await oneBackup(world)
  const events = await eventsOf(world)
  const answer = await world.call('GET', `${EVENTS}?limit=3`, undefined, { accept: 'application/json' })
  t.match(answer.header('content-type'), 'application/json')
  t.same(answer.body, { events: events.slice(0, 3), lastEventId: events[2]?.id })
})

t.test('closing ends every stream at once', async (t) => {
  const emulator = await startEmulator(QUIET)
  const clients = await Promise.all([1, 2, 3].map(() => EventClient.open(t, emulator.url)))
  const ends = clients.map((client) => client.block())
  const start = performance.now()
  await emulator.close()
  t.same(await Promise.all(ends), [undefined, undefined, undefined])
  t.ok(performance.now() - start < 5000)
})

t.test('in this process listeners hear of everything before the call returns', async (t) => {
  const world = await startTestEmulator(t)
  const { emulator } = world
  await protectMachine(world)
  const heard: DomainEvent[] = []
  const off = emulator.events.on((event) => heard.push(event), { types: ['job.*'], vault: VAULT })
  emulator.clock.advance({ until: 'idle' })
  t.same(heard.map(inShort).length, 1)
  t.match(heard, [{ type: 'job.completed', data: { operation: 'ConfigureBackup' } }])
  emulator.clock.advance({ by: 'P1D' })
  t.same(
    heard.slice(1).map(({ type }) => type),
    ['job.started', 'job.completed'],
  )
  t.same(emulator.events.list({ types: ['job.*'] }).slice(1), heard)
  t.same(emulator.events.list({ after: heard[0]?.id ?? '', types: ['job.*'] }), heard.slice(1))

  await t.test('what one throws or sets off is no matter for the others', async (t) => {
    const order: string[] = []
    const offs = [
      emulator.events.on(() => {
        throw new Error('a mistake in a listener')
      }),
      emulator.events.on(({ type }) => {
        order.push(`first ${type}`)
        if (type === 'clock.changed') emulator.clock.advance({ by: 'PT1S' })
      }),
      emulator.events.on(({ type }) => order.push(`second ${type}`)),
    ]
    emulator.clock.set({ rate: 2 })
    t.same(order, ['first clock.changed', 'first clock.advanced', 'second clock.changed', 'second clock.advanced'])
    for (const off of offs) off()
  })

  off()
  const before = heard.length
  emulator.clock.advance({ by: 'P1D' })
  t.equal(heard.length, before, 'until it has enough')
  t.throws(() => emulator.events.on(() => {}, { types: ['jobs'] }), { code: 'InvalidControlRequest' })
})

import { Webhook } from 'standardwebhooks'
import t from 'tap'
import type { DomainEvent } from '../../src/domain/events/domain-events.js'
import { ADVANCE, backUp, protectMachine, VAULT } from '../support/control.js'
import { startTestEmulator } from '../support/emulator.js'
import { tellStory } from '../support/story.js'
import { promised, quiet, Receiver, rateOf, register, streamed, tick, WEBHOOKS } from '../support/webhook-receiver.js'

const isBackupEnd = ({ type, data }: DomainEvent) => type === 'job.completed' && data.operation === 'Backup'

/** A key of 24 bytes, the fewest that there may be. */
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`

t.test('each event goes out once, in order and signed, as the stream tells it', async (t) => {
  const world = await startTestEmulator(t)
  const receiver = await Receiver.open(t)
  const secret = (await register(world, { url: receiver.url })).text('secret')
  await protectMachine(world)
  await world.call('POST', ADVANCE, { until: 'idle' })
  await backUp(world)
  await world.call('POST', ADVANCE, { until: 'idle' })
  await receiver.until(isBackupEnd)
  const state = await quiet(world, 'webhook-1')

  const events = await streamed(world)
  t.ok(events.length > 10)
  t.same(
    receiver.received.map(({ body }) => body),
    events.map((event) => JSON.stringify(event)),
  )
  t.equal(receiver.atOnce, 1, 'one after the other')
  const hook = new Webhook(secret)
  for (const { method, path, headers, body, event } of receiver.received) {
    t.same(hook.verify(body, headers), event)
    t.match({ method, path }, { method: 'POST', path: '/hooks?from=test' })
    t.match(headers, { 'content-type': 'application/json', 'user-agent': /^Recoverite/ })
  }
  const [{ body, headers } = { body: '', headers: {} }] = receiver.received
  t.throws(() => hook.verify(`${body} `, headers), /No matching signature/)
  t.throws(() => hook.verify(body, { ...headers, 'webhook-id': 'msg_1' }), /No matching signature/)
  t.throws(() => new Webhook(SECRET).verify(body, headers), /No matching signature/)
  const ids = receiver.received.map(({ message }) => message)
  t.equal(new Set(ids).size, events.length, 'each is a message of its own')
  t.notOk(
    ids.some((id) => id.includes('.')),
    'a full stop would make the signature mean two things',
  )
  t.match(state.at('deliveries'), {
    delivered: events.length,
    attempts: events.length,
    failures: 0,
    losses: 0,
    waiting: 0,
    dead: 0,
    lastDelivered: { id: events.at(-1)?.id },
    lastFailure: null,
  })
})

t.test('a secret is told to who registers or asks for the one webhook, and is in no list', async (t) => {
  const world = await startTestEmulator(t)
  const { url } = await Receiver.open(t)
  const most = `whsec_${Buffer.alloc(64, 9).toString('base64')}`
  for (const secret of [SECRET, most]) t.equal((await register(world, { url, secret })).text('secret'), secret)
  const made = await register(world, { url, types: ['job.*'], vault: VAULT, attempts: 20, timeoutMs: 60_000 })
  t.match(made.text('secret'), /^whsec_[A-Za-z0-9+/]{32}$/)
  const other = await register(world, { url })
  t.not(other.text('secret'), made.text('secret'), 'each gets its own')
  t.same((await world.call('GET', `${WEBHOOKS}/WEBHOOK-3`)).body, made.body)
  t.match(made.body, {
    id: 'webhook-3',
    url,
    types: ['job.*'],
    vault: VAULT,
    attempts: 20,
    backoffMs: 1,
    timeoutMs: 60_000,
    createdAt: world.now(),
  })
  const preset = await world.call('POST', WEBHOOKS, { url })
  t.match(preset.body, { attempts: 5, backoffMs: 200, timeoutMs: 15_000 })

  const list = await world.call('GET', WEBHOOKS)
  t.equal((list.at('webhooks') as object[]).length, 5)
  const { secret: _, ...shown } = made.body as Record<string, unknown>
  t.same(list.at('webhooks.2'), shown)
  t.notMatch(JSON.stringify(list.body), 'whsec_')
})

t.test('who asks for types or for a vault gets nothing else, and nothing from before', async (t) => {
  const story = await tellStory(t)
  const { world } = story
  const [one, two] = [await story.vault('one'), await story.vault('two')]
  const jobs = await Receiver.open(t)
  const ofTwo = await Receiver.open(t)
  await register(world, { url: jobs.url, types: ['job.*', 'item.protected'] })
  await register(world, { url: ofTwo.url, vault: two.toUpperCase() })
  const before = (await streamed(world)).at(-1)?.id
  for (const vault of [one, two]) await story.backUp(await story.protect(vault, story.machine(`of-${vault.at(-1)}`)))
  for (const webhook of ['webhook-1', 'webhook-2']) await quiet(world, webhook)

  t.same(jobs.events, await streamed(world, `&types=job.*,item.protected&lastEventId=${before}`))
  t.same(ofTwo.events, await streamed(world, `&vault=${two}&lastEventId=${before}`))
  t.ok(jobs.events.length >= 6 && ofTwo.events.length >= 6)
  t.ok(ofTwo.events.every(({ vault }) => vault === two))
})

t.test('a receiver that keeps everybody waiting keeps nobody else', async (t) => {
  const world = await startTestEmulator(t)
  const [slow, swift] = [await Receiver.open(t), await Receiver.open(t)]
  const asked = promised()
  slow.react = () => {
    asked.keep()
    return 'hang'
  }
  await register(world, { url: slow.url, timeoutMs: 60_000 })
  await register(world, { url: swift.url })
  for (const rate of [2, 3, 4]) await tick(world, rate)
  await asked.kept
  await quiet(world, 'webhook-2')
  t.same(swift.events.map(rateOf), [2, 3, 4])
  const { body } = await world.call('GET', `${WEBHOOKS}/webhook-1`)
  t.match(body, { deliveries: { delivered: 0, waiting: 3, lastFailure: null } })
  await world.emulator.close()
  t.equal(slow.received.length, 1, 'and the emulator can be closed')
})

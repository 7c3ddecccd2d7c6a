import t from 'tap'
import { startTestEmulator } from '../support/emulator.js'
import {
  deadOf,
  promised,
  quiet,
  Receiver,
  rateOf,
  rateOrType,
  readUntil,
  register,
  tick,
  WEBHOOKS,
} from '../support/webhook-receiver.js'

/** Longer than any test: what waits for it waits for a restart. */
const NEVER = 3_600_000

t.test('a restored checkpoint begins another history, and webhooks are told so first', async (t) => {
  const world = await startTestEmulator(t)
  const receiver = await Receiver.open(t)
  await register(world, { url: receiver.url, types: ['clock.changed'] })
  await tick(world, 2)
  await quiet(world, 'webhook-1')
  const mark = world.emulator.checkpoint('mark')
  const later = await Receiver.open(t)
  await register(world, { url: later.url })
  await tick(world, 3)
  await later.next()
  await quiet(world, 'webhook-1')

  for (const round of [1, 2]) {
    mark.restore()
    // What happens before anybody can have been told is told after it.
    world.emulator.clock.set({ rate: 3 })
    await tick(world, 4)
    const state = await quiet(world, 'webhook-1')
    const seen = receiver.events.slice(2 + (round - 1) * 3)
    t.same(seen.map(rateOrType), ['events.restarted', 3, 4], `round ${round}`)
    t.match(seen[0], { data: { goesOnAfter: receiver.events[0]?.id }, subject: null })
    t.match(state.at('deliveries'), { delivered: 3, attempts: 3, failures: 0 })
    t.equal((await world.call('GET', `${WEBHOOKS}/webhook-2`)).status, 404)
  }
  t.equal(later.received.length, 1, 'who the checkpoint does not know gets nothing more')

  const [, before, restarted, after, , again] = receiver.received
  t.equal(before?.event.id, after?.event.id, 'the same happens again')
  t.not(before?.message, after?.message, 'and is another message')
  t.not(restarted?.message, again?.message, 'as is each beginning')
  t.equal(new Set(receiver.received.map(({ message }) => message)).size, receiver.received.length)
  t.notOk(receiver.received.some(({ message }) => message.includes('.')))
})

t.test('what was on its way in the world before is left', async (t) => {
  const world = await startTestEmulator(t)
  const receiver = await Receiver.open(t)
  receiver.react = ({ event }) => (rateOf(event) === 4 ? 500 : 200)
  await register(world, { url: receiver.url, attempts: 2, backoffMs: NEVER })
  await register(world, { url: receiver.url, attempts: 1 })
  await tick(world, 4)
  await quiet(world, 'webhook-2')
  const mark = world.emulator.checkpoint('with-one-waiting-and-one-dead')
  const isAsked = promised()
  receiver.react = ({ event }) => {
    if (rateOf(event) !== 5) return 200
    isAsked.keep()
    return 'hang'
  }
  await tick(world, 5)
  await isAsked.kept
  const before = receiver.received.length
  mark.restore()
  for (const webhook of ['webhook-1', 'webhook-2']) {
    const path = `${WEBHOOKS}/${webhook}`
    const state = await readUntil(world, path, (answer) => answer.at('deliveries.delivered') === 1)
    t.match(state.at('deliveries'), { attempts: 1, failures: 0, waiting: 0, dead: 0 }, `${webhook} begins anew`)
    t.same(await deadOf(world, webhook), [])
  }
  await tick(world, 6)
  await quiet(world, 'webhook-1')
  await quiet(world, 'webhook-2')
  const since = receiver.events.slice(before).filter((event) => rateOf(event) !== 5)
  t.same(since.map(rateOrType), ['events.restarted', 'events.restarted', 6, 6])
})

t.test('a reset ends all deliveries', async (t) => {
  const world = await startTestEmulator(t)
  const [old, fresh] = [await Receiver.open(t), await Receiver.open(t)]
  old.react = () => 500
  await register(world, { url: old.url, attempts: 1 })
  await register(world, { url: old.url, backoffMs: NEVER })
  await tick(world, 2)
  await old.next()
  await old.next()
  await world.call('POST', '/_recoverite/reset', {})
  t.same((await world.call('GET', WEBHOOKS)).body, { webhooks: [] })
  const registered = await register(world, { url: fresh.url })
  t.match(registered.body, { id: 'webhook-1', deliveries: { delivered: 0, dead: 0, failures: 0 } })
  for (const rate of [3, 4]) {
    await tick(world, rate)
    await fresh.next()
  }
  t.same(fresh.events.map(rateOrType), [3, 4], 'who is registered afterwards has nothing to be told of before')
  t.equal(old.received.length, 2)
})

t.test('an imported world tells its webhooks, and takes along nothing of what was sent', async (t) => {
  const world = await startTestEmulator(t)
  const receiver = await Receiver.open(t)
  receiver.react = () => 500
  await register(world, { url: receiver.url, attempts: 1 })
  await tick(world, 2)
  await quiet(world, 'webhook-1')
  const file = world.emulator.export()
  await world.emulator.close()
  receiver.react = () => 200

  const dataDir = t.testdir()
  const other = await startTestEmulator(t, { dataDir })
  const left = await Receiver.open(t)
  await register(other, { url: left.url, backoffMs: NEVER })
  other.emulator.import(file)
  await tick(other, 3)
  const state = await quiet(other, 'webhook-1')
  t.same(receiver.events.map(rateOrType), [2, 'events.restarted', 3])
  t.match(state.body, { url: receiver.url, deliveries: { delivered: 2, failures: 0, dead: 0 } })
  t.equal(left.received.length, 0)
})

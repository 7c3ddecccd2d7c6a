import { Webhook } from 'standardwebhooks'
import t from 'tap'
import { startTestEmulator } from '../support/emulator.js'
import {
  deadOf,
  promised,
  quiet,
  Receiver,
  rateOf,
  readUntil,
  register,
  streamed,
  tick,
  WEBHOOKS,
} from '../support/webhook-receiver.js'

t.test('what is not taken is tried again as the same message, before anything else', async (t) => {
  const world = await startTestEmulator(t)
  const receiver = await Receiver.open(t)
  const reactions = [500, 302, 429, 'drop', 200] as const
  receiver.react = () => reactions[receiver.received.length] ?? 200
  const secret = (await register(world, { url: receiver.url })).text('secret')
  await tick(world, 2)
  await tick(world, 3)
  const state = await quiet(world, 'webhook-1')
  t.same(receiver.events.map(rateOf), [2, 2, 2, 2, 2, 3])
  const tries = receiver.received.slice(0, reactions.length)
  t.equal(new Set(tries.map(({ message, body }) => message + body)).size, 1)
  for (const { body, headers, event } of tries) t.same(new Webhook(secret).verify(body, headers), event)
  t.match(state.at('deliveries'), { delivered: 2, attempts: 6, failures: 4, dead: 0 })
  t.match(state.at('deliveries.lastFailure'), { id: tries[0]?.event.id, error: /closed|reset|hang up/i })

  await t.test('a receiver that does not answer in time has not taken it', async (t) => {
    const slow = await Receiver.open(t)
    slow.react = () => (slow.received.length === 0 ? 'hang' : 200)
    await register(world, { url: slow.url, timeoutMs: 400, attempts: 20 })
    await tick(world, 4)
    const late = await quiet(world, 'webhook-2')
    t.match(late.at('deliveries'), { delivered: 1, dead: 0, lastFailure: { error: 'no answer within 400 ms' } })
    t.ok(slow.received.length > 1)
    t.equal(new Set(slow.received.map(({ message }) => message)).size, 1)
  })

  await t.test('nor has one that is not there', async (t) => {
    const { url } = receiver
    await receiver.leave()
    await register(world, { url, attempts: 1 })
    await tick(world, 5)
    await quiet(world, 'webhook-3')
    t.match(await deadOf(world, 'webhook-3'), [{ attempts: 1, error: /ECONNREFUSED/ }])
  })
})

t.test('each pause is twice as long as the one before', async (t) => {
  const world = await startTestEmulator(t)
  const receiver = await Receiver.open(t)
  receiver.react = ({ event }) => (rateOf(event) === 2 ? 503 : 200)
  await register(world, { url: receiver.url, attempts: 5, backoffMs: 7 })
  const timers = t.capture(globalThis, 'setTimeout', globalThis.setTimeout)
  await tick(world, 2)
  await quiet(world, 'webhook-1')
  const pauses = timers().map(({ args }) => args[1])
  t.same(
    pauses.filter((ms) => typeof ms === 'number' && ms % 7 === 0 && ms <= 7 * 16 && ms > 0),
    [7, 14, 28, 56],
    'and there is none after the last attempt',
  )
})

t.test('after the last attempt an event is dead, and the others go on', async (t) => {
  const world = await startTestEmulator(t)
  const receiver = await Receiver.open(t)
  let refuses: readonly unknown[] = [3, 5, 6]
  receiver.react = ({ event }) => (refuses.includes(rateOf(event)) ? 503 : 200)
  await register(world, { url: receiver.url, attempts: 3 })
  for (const rate of [2, 3, 4, 5, 6, 7]) await tick(world, rate)
  const state = await quiet(world, 'webhook-1')
  t.same(receiver.events.map(rateOf), [2, 3, 3, 3, 4, 5, 5, 5, 6, 6, 6, 7])
  t.match(state.at('deliveries'), { delivered: 3, attempts: 12, failures: 9, waiting: 0, dead: 3 })
  const dead = await deadOf(world, 'webhook-1')
  const events = await streamed(world, '&types=clock.changed')
  t.same(
    dead.map(({ event }) => event),
    [events[1], events[3], events[4]],
  )
  t.match(dead[0], { attempts: 3, error: 'HTTP 503', again: false, at: /^\d{4}-\d\d-\d\dT/ })

  const redeliver = async () => (await world.call('POST', `${WEBHOOKS}/webhook-1/dead/redeliver`)).body
  await t.test('they are tried again in order, before what is new', async (t) => {
    refuses = [5]
    const first = receiver.received.length
    const [isBusy, mayGoOn] = [promised(), promised()]
    const { react } = receiver
    receiver.react = async (received) => {
      if (rateOf(received.event) !== 8) return react(received)
      isBusy.keep()
      await mayGoOn.kept
      return 200
    }
    // It is busy with the first of three new ones when it is asked to.
    for (const rate of [8, 9, 10]) world.emulator.clock.set({ rate })
    await isBusy.kept
    t.same(await redeliver(), { redelivering: 3 })
    t.same(
      (await deadOf(world, 'webhook-1')).map(({ again }) => again),
      [true, true, true],
    )
    mayGoOn.keep()
    await quiet(world, 'webhook-1')
    t.same(receiver.events.slice(first).map(rateOf), [8, 3, 5, 5, 5, 6, 9, 10])
    t.match(await deadOf(world, 'webhook-1'), [{ event: events[3], attempts: 6, again: false }], 'one is dead still')
    const again = receiver.received.filter(({ event }) => rateOf(event) === 3)
    t.equal(new Set(again.map(({ message }) => message)).size, 1, 'as the message that it was')
  })

  await t.test('until none is left', async (t) => {
    refuses = []
    t.same(await redeliver(), { redelivering: 1 })
    await readUntil(world, `${WEBHOOKS}/webhook-1`, (answer) => answer.at('deliveries.dead') === 0)
    t.equal(receiver.events.map(rateOf).at(-1), 5)
    t.same(await redeliver(), { redelivering: 0 })
    t.same(await deadOf(world, 'webhook-1'), [])
  })
})

t.test('a webhook that was removed gets nothing more, and its dead are forgotten', async (t) => {
  const world = await startTestEmulator(t)
  const [gone, stays] = [await Receiver.open(t), await Receiver.open(t)]
  gone.react = () => 503
  await register(world, { url: gone.url, attempts: 1 })
  await register(world, { url: gone.url, attempts: 2, backoffMs: 3_600_000 })
  await register(world, { url: stays.url })
  await tick(world, 2)
  // One has given up, the other waits for an hour.
  await gone.next()
  await gone.next()
  await quiet(world, 'webhook-1')
  t.equal((await deadOf(world, 'webhook-1')).length, 1)
  for (const id of ['webhook-1', 'webhook-2']) {
    t.match(await world.call('DELETE', `${WEBHOOKS}/${id}`), { status: 204, body: undefined })
    t.match(await world.call('DELETE', `${WEBHOOKS}/${id}`), { status: 404, code: 'NotFound' })
  }
  for (const rate of [3, 4, 5]) {
    await tick(world, rate)
    t.equal((await stays.until((event) => rateOf(event) === rate)).length > 0, true)
  }
  t.equal(gone.received.length, 2)
  const list = await world.call('GET', WEBHOOKS)
  t.match(list.at('webhooks'), [{ id: 'webhook-3' }])
  const next = await register(world, { url: gone.url })
  t.match(next.body, { id: 'webhook-4', deliveries: { dead: 0 } }, 'no id is given out again')
})

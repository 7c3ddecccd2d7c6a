import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Database from 'better-sqlite3'
import t from 'tap'
import { type StartOptions, startEmulator } from '../../src/emulator.js'
import { MONDAY, startTestEmulator } from '../support/emulator.js'
import {
  deadOf,
  promised,
  quiet,
  Receiver,
  rateOf,
  rateOrType,
  readUntil,
  register,
  streamed,
  tick,
  WEBHOOKS,
} from '../support/webhook-receiver.js'

const QUIET: StartOptions = { port: 0, https: false, logLevel: 'silent', clock: 'manual', now: MONDAY, seed: 'test' }
/** Longer than any test: what waits for it waits for a restart. */
const NEVER = 3_600_000

t.test('after a restart deliveries go on where they stopped', async (t) => {
  const options = { dataDir: t.testdir() }
  const receiver = await Receiver.open(t)
  const first = await startTestEmulator(t, options)
  await register(first, { url: receiver.url, attempts: 1 })
  receiver.react = ({ event }) => (rateOf(event) === 3 ? 500 : 200)
  for (const rate of [2, 3, 4]) await tick(first, rate)
  const before = await quiet(first, 'webhook-1')
  t.same(receiver.events.map(rateOf), [2, 3, 4])
  t.match(before.at('deliveries'), { delivered: 2, failures: 1, dead: 1 })
  await first.emulator.close()

  const second = await startTestEmulator(t, options)
  t.same((await second.call('GET', `${WEBHOOKS}/webhook-1`)).body, before.body)
  receiver.react = () => 200
  await tick(second, 5)
  await quiet(second, 'webhook-1')
  t.same(receiver.events.map(rateOf), [2, 3, 4, 5], 'what was taken is not sent again')
  t.match(await deadOf(second, 'webhook-1'), [{ event: { data: { rate: 3 } }, attempts: 1 }])
  t.match((await second.call('POST', `${WEBHOOKS}/webhook-1/dead/redeliver`)).body, { redelivering: 1 })
  await readUntil(second, `${WEBHOOKS}/webhook-1`, (answer) => answer.at('deliveries.dead') === 0)
  const [, refused, , , again] = receiver.received
  t.equal(again?.message, refused?.message, 'what is sent again is the message that it was')
  t.same(receiver.events.map(rateOf), [2, 3, 4, 5, 3])
})

t.test('what was not taken before a restart is taken after it, in order', async (t) => {
  const options = { dataDir: t.testdir() }
  const receiver = await Receiver.open(t)
  receiver.react = ({ event }) => (rateOf(event) === 3 ? 500 : 200)
  const first = await startTestEmulator(t, options)
  await register(first, { url: receiver.url, backoffMs: NEVER })
  for (const rate of [2, 3, 4, 5]) await tick(first, rate)
  await receiver.until((event) => rateOf(event) === 3)
  await first.emulator.close()
  t.same(receiver.events.map(rateOf), [2, 3])

  receiver.react = () => 200
  const second = await startTestEmulator(t, options)
  await tick(second, 6)
  await quiet(second, 'webhook-1')
  t.same(receiver.events.map(rateOf), [2, 3, 3, 4, 5, 6])
  t.equal(receiver.received[2]?.message, receiver.received[1]?.message)
  t.same(receiver.events.slice(2), (await streamed(second, '&types=clock.changed')).slice(1))
})

t.test('an event that is taken while the emulator is being closed is not sent again', async (t) => {
  const options = { dataDir: t.testdir() }
  const receiver = await Receiver.open(t)
  const first = await startTestEmulator(t, options)
  await register(first, { url: receiver.url })
  const closed = promised()
  receiver.react = () => {
    void first.emulator.close().then(closed.keep)
    return 200
  }
  for (const rate of [2, 3]) first.emulator.clock.set({ rate })
  await closed.kept
  t.same(receiver.events.map(rateOf), [2], 'no other is begun')

  receiver.react = () => 200
  const second = await startTestEmulator(t, options)
  await quiet(second, 'webhook-1')
  t.same(receiver.events.map(rateOf), [2, 3])
})

t.test('a start that fails takes nothing out', async (t) => {
  const dataDir = t.testdir()
  const receiver = await Receiver.open(t)
  receiver.react = () => 500
  const first = await startTestEmulator(t, { dataDir })
  await register(first, { url: receiver.url, backoffMs: NEVER })
  await tick(first, 2)
  await receiver.next()
  await first.emulator.close()

  receiver.react = () => 200
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  t.teardown(() => taken.close())
  const { port } = taken.address() as AddressInfo
  await t.rejects(startEmulator({ ...QUIET, dataDir, port }), { name: 'OptionError' })
  const second = await startTestEmulator(t, { dataDir })
  const state = await quiet(second, 'webhook-1')
  t.match(state.at('deliveries'), { delivered: 1 })
  t.equal(receiver.received.length, 2, 'it has had it once, by whichever start')
})

t.test('who could not be told of another history before a restart is told after it', async (t) => {
  const dataDir = t.testdir()
  const receiver = await Receiver.open(t)
  const first = await startTestEmulator(t, { dataDir })
  await register(first, { url: receiver.url, backoffMs: NEVER })
  await tick(first, 2)
  await quiet(first, 'webhook-1')
  const mark = first.emulator.checkpoint('mark')
  receiver.react = () => 500
  mark.restore()
  await tick(first, 3)
  await receiver.until(({ type }) => type === 'events.restarted')
  await first.emulator.close()

  receiver.react = () => 200
  const second = await startTestEmulator(t, { dataDir })
  await quiet(second, 'webhook-1')
  t.same(receiver.events.map(rateOrType), [2, 'events.restarted', 'events.restarted', 3])
  await second.emulator.close()

  // As a kill leaves it, right after a world has taken the place of another.
  const db = new Database(`${dataDir}/world.sqlite`)
  db.exec('DELETE FROM deliveries')
  db.close()
  const third = await startTestEmulator(t, { dataDir })
  await tick(third, 4)
  await quiet(third, 'webhook-1')
  t.same(receiver.events.slice(4).map(rateOrType), ['events.restarted', 4])
})

import t from 'tap'
import { MONDAY } from '../support/emulator.js'
import { startProgram } from '../support/program.js'
import {
  deadOf,
  promised,
  quiet,
  Receiver,
  rateOf,
  register,
  streamed,
  tick,
  WEBHOOKS,
} from '../support/webhook-receiver.js'

t.test('a process that was killed while it sent goes on with what nobody has said to have taken', async (t) => {
  const options = ['--data-dir', t.testdir(), '--clock', 'manual', '--now', MONDAY]
  const receiver = await Receiver.open(t)
  const first = await startProgram(t, options)
  await register(first, { url: receiver.url, attempts: 1 })
  const isAsked = promised()
  receiver.react = ({ event }) => {
    if (rateOf(event) === 2) return 500
    if (rateOf(event) !== 4) return 200
    isAsked.keep()
    return 'hang'
  }
  for (const rate of [2, 3, 4, 5]) await tick(first, rate)
  await isAsked.kept
  t.same(await first.stop('SIGKILL'), { code: null, signal: 'SIGKILL' })
  t.same(receiver.events.map(rateOf), [2, 3, 4])

  receiver.react = () => 200
  const second = await startProgram(t, options)
  await tick(second, 6)
  const state = await quiet(second, 'webhook-1')
  t.same(receiver.events.map(rateOf), [2, 3, 4, 4, 5, 6], 'nothing is missed, and only what is in doubt is sent again')
  t.equal(receiver.received[3]?.message, receiver.received[2]?.message, 'as the message that it was')
  t.same(receiver.events.slice(3), (await streamed(second)).slice(2))
  t.match(state.at('deliveries'), { delivered: 4, failures: 1, dead: 1 })
  t.match(await deadOf(second, 'webhook-1'), [{ event: { data: { rate: 2 } }, attempts: 1, error: 'HTTP 500' }])
  t.equal((await second.call('POST', `${WEBHOOKS}/webhook-1/dead/redeliver`)).status, 202)
  await receiver.until((event) => rateOf(event) === 6)
  t.equal(rateOf((await receiver.next()).event), 2)
})

import { createHash, randomInt } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { INVENTORY, VM } from '../support/control.js'
import { MONDAY } from '../support/emulator.js'
import { startProgram } from '../support/program.js'

const options = (folder: string) => ['--data-dir', folder, '--clock', 'manual', '--now', MONDAY, '--seed', 'crash']
const ROUNDS = 6
/** Ways to another world. */
const STEPS = ['checkpoints/one/restore', 'reset', 'checkpoints/many/restore'] as const
type Step = (typeof STEPS)[number]

t.test('killed between worlds, a process goes on with the last that it acknowledged, or with the next', async (t) => {
  const folder = t.testdir()
  let program = await startProgram(t, options(folder))
  const go = async (step: Step) => t.equal((await program.call('POST', `/_recoverite/${step}`)).status, 200, step)
  const write = () => program.call('POST', INVENTORY, { virtualMachines: [{ id: `${VM}-written` }] })
  const digest = async () => {
    const file = await (await fetch(`${program.url}/_recoverite/export`)).arrayBuffer()
    return createHash('sha256').update(Buffer.from(file)).digest('hex')
  }

  for (const [name, count] of [['one', 1] as const, ['many', 500] as const]) {
    const virtualMachines = Array.from({ length: count }, (_, n) => ({ id: `${VM}-${name}-${n}` }))
    await program.call('POST', INVENTORY, { virtualMachines })
    await program.call('PUT', `/_recoverite/checkpoints/${name}`)
  }
  const worlds = new Map<Step, { as: string; written: string }>()
  for (const step of STEPS) {
    await go(step)
    const as = await digest()
    await write()
    worlds.set(step, { as, written: await digest() })
  }
  t.equal(new Set([...worlds.values()].flatMap(({ as, written }) => [as, written])).size, 6, 'all of them differ')

  for (let round = 0; round < ROUNDS; round++) {
    let [acknowledged, next]: Step[] = [STEPS[2], STEPS[0]]
    await go(STEPS[2])
    const changes = (async () => {
      for (;;) {
        for (const step of STEPS) {
          next = step
          // It stands in the log of a world that goes.
          await write()
          await program.call('POST', `/_recoverite/${step}`)
          acknowledged = step
        }
      }
    })().catch(() => undefined)
    await pause(randomInt(5, 80))
    await program.stop('SIGKILL')
    await changes
    program = await startProgram(t, options(folder))
    t.same(
      readdirSync(folder).filter((name) => /\.(new|next)$/.test(name)),
      [],
      'nothing is left lying about',
    )
    const [last, coming] = [worlds.get(acknowledged ?? 'reset'), worlds.get(next ?? 'reset')]
    const found = await digest()
    t.ok(
      [last?.as, last?.written, coming?.as].includes(found),
      `${acknowledged} was acknowledged, ${next} was asked for`,
    )
    t.match((await program.call('GET', '/_recoverite/checkpoints')).at('checkpoints'), [
      { name: 'many' },
      { name: 'one' },
    ])
  }
})

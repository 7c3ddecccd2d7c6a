import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmulator } from '../dist/emulator.js'
import { protectedWorld } from './world.mjs'

const ROUNDS = 9
const MACHINES = 1000
const DAYS = 30
const TARGETS = { restore: 50, reset: 20 }

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

function milliseconds(run) {
  const before = performance.now()
  run()
  return performance.now() - before
}

/** Restore and reset of a world, in turns with what it costs to copy the same database. */
function measure(emulator, checkpoint, copy) {
  const rounds = { restore: [], copy: [], reset: [] }
  for (let round = 0; round < ROUNDS; round++) {
    rounds.copy.push(milliseconds(copy))
    rounds.restore.push(milliseconds(() => checkpoint.restore()))
    // A world that has gone on, and has something in its log.
    emulator.clock.advance({ by: 'PT12H' })
    rounds.reset.push(milliseconds(() => emulator.reset()))
  }
  return Object.fromEntries(Object.entries(rounds).map(([name, times]) => [name, median(times)]))
}

const line = (where, { restore, reset, copy }) =>
  ['restore', 'reset']
    .map((name) => {
      const ms = { restore, reset }[name]
      return `${name} ${where}: ${ms.toFixed(1)} ms (target < ${TARGETS[name]}), ${(ms / copy).toFixed(2)} x copying the database (${copy.toFixed(1)} ms)`
    })
    .join('\n')

/** Checkpoints of a big world, in memory and in a folder. @param say prints a line */
export async function states(say) {
  const emulator = await protectedWorld(MACHINES)
  emulator.clock.advance({ by: `P${DAYS}D` })
  const checkpoint = emulator.checkpoint()
  say(`${MACHINES} machines with ${DAYS} days of history, ${(checkpoint.sizeBytes / 1e6).toFixed(1)} MB:`)
  const file = emulator.export()
  say(
    line(
      'in memory',
      measure(emulator, checkpoint, () => Buffer.from(file)),
    ),
  )
  await emulator.close()

  const dataDir = mkdtempSync(join(tmpdir(), 'recoverite-bench-'))
  const kept = await startEmulator({ port: 0, https: false, clock: 'manual', logLevel: 'warn', dataDir })
  kept.import(file)
  const mark = kept.checkpoint('bench')
  const [from, to] = [join(dataDir, 'checkpoints', 'bench.sqlite'), join(dataDir, 'copy')]
  say(
    line(
      'in a folder',
      measure(kept, mark, () => copyFileSync(from, to)),
    ),
  )
  await kept.close()
  rmSync(dataDir, { recursive: true })
}

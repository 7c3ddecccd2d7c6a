import t from 'tap'
import { type Length, simulate } from './run.js'

function variable(name: string): number | undefined {
  const value = process.env[`RECOVERITE_SIMULATE_${name}`] ?? ''
  if (value === '') return undefined
  const number = Number(value)
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${name} is '${value}': give a whole number.`)
  return number
}

/** As much as a run of all tests has time for; `npm run simulate` takes more. */
const IN_THE_SUITE = { seed: 1, seeds: 3, steps: 60, days: 365 }

const length: Length = {
  steps: variable('STEPS') ?? IN_THE_SUITE.steps,
  days: variable('DAYS') ?? IN_THE_SUITE.days,
}
const first = variable('SEED') ?? IN_THE_SUITE.seed
const last = first + (variable('SEEDS') ?? IN_THE_SUITE.seeds) - 1

for (let seed = first; seed <= last; seed++) {
  t.test(`seed ${seed}`, async (t) => {
    const { answered, jobs, ...course } = await simulate(t, seed, length)
    t.pass(JSON.stringify(course))
    t.comment(JSON.stringify(answered))
    t.comment(JSON.stringify(jobs))
  })
}

t.test('a seed gives the same world every time', async (t) => {
  const short = { ...length, steps: Math.min(length.steps, 25) }
  t.same(await simulate(t, first, short), await simulate(t, first, short))
})

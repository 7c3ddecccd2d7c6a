import fc from 'fast-check'
import t from 'tap'
import { retentionOf } from '../../src/domain/policies/retention.js'
import { isLastRunOfDay, runsBetween } from '../../src/domain/policies/schedule.js'
import { DAY } from '../support/seen.js'
import { anyPolicy, LONG } from './any-policy.js'
import { type PolicyCase, storedForm } from './policy-cases.js'
import { holds, sameLines } from './property.js'
import { endOf, runsOf, timesOf } from './reference-calendar.js'

const iso = (instant: number) => new Date(instant).toISOString()
const YEARS = 10

const anyInstant = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) })
/** At a run's own instant, or next to it: what runs at the very start is not among what runs after it. */
const anyEdge = fc.constantFrom(undefined, -1, 0, 1)
const tenYearsAfter = (start: number) => new Date(start).setUTCFullYear(new Date(start).getUTCFullYear() + YEARS)

const daily = fc.oneof(
  anyPolicy('standard', 'day', LONG),
  anyPolicy('enhanced', 'day', LONG),
  anyPolicy('snapshots', 'day', LONG),
  anyPolicy('vaulted', 'day', LONG),
)
const weekly = fc.oneof(anyPolicy('standard', 'week', LONG), anyPolicy('enhanced', 'week', LONG))
const hourly = fc.oneof(
  anyPolicy('enhanced', 'hours', LONG),
  anyPolicy('snapshots', 'hours', LONG),
  anyPolicy('vaulted', 'hours', LONG),
)

/** Everything that a policy does in ten years, as text that can be held against each other. */
function told(policy: PolicyCase, from: number, to: number): string[] {
  const kept = storedForm(policy)
  return runsBetween(kept, from, to).map((run) => {
    const { expiry, tags } = retentionOf(kept, run)
    const ends = tags.map(({ name, until }) => `${name} until ${iso(until)}`)
    return [iso(run), isLastRunOfDay(kept, run) ? 'last' : '', ...ends, iso(expiry)].join(' ')
  })
}

function expected(policy: PolicyCase, from: number, to: number): string[] {
  return runsOf(policy, from, to).map((run) => {
    const ends = [...run.until].map(([name, until]) => `${name} until ${iso(until)}`)
    return [iso(run.at), run.lastOfDay ? 'last' : '', ...ends, iso(endOf(run))].join(' ')
  })
}

for (const [name, policies, runs] of [
  ['daily', daily, 16],
  ['weekly', weekly, 24],
  ['hourly', hourly, 10],
] as const) {
  t.test(`ten years of a ${name} policy run and are kept as a calendar on the wall has it`, async (t) => {
    await holds(t, runs, fc.tuple(policies, anyInstant, anyEdge), ([policy, instant, edge]) => {
      const [run = instant] = timesOf(policy, instant, instant + 8 * DAY)
      const start = edge === undefined ? instant : run + edge
      const end = tenYearsAfter(start)
      sameLines(told(policy, start, end), expected(policy, start, end))
    })
  })
}

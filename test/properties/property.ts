import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Test } from 'tap'

function variable(name: string, preset: number): number {
  const value = process.env[name] ?? ''
  if (value === '') return preset
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new Error(`${name} is '${value}': give a whole number.`)
  return number
}

/** Cases are the same in every run, unless the environment names another seed. */
const SEED = variable('RECOVERITE_PROPERTY_SEED', 20_260_105)

/** How many times as many cases as usual: for a long hunt by hand. */
const FACTOR = variable('RECOVERITE_PROPERTY_FACTOR', 1)

/** How long a failing case is made smaller; then it is told as it is, before the runner loses its patience. */
const SMALLER_MS = 15_000

/**
 * Tries a rule on cases drawn from the seed, and says which case breaks it, and how to see it again.
 * @param runs how many cases
 * @param rule throws where it doesn't hold
 */
export async function holds<Case>(
  t: Test,
  runs: number,
  cases: fc.Arbitrary<Case>,
  rule: (drawn: Case) => void | Promise<void>,
): Promise<void> {
  let enough = Number.POSITIVE_INFINITY
  const property = fc.asyncProperty(cases, async (drawn) => {
    try {
      await rule(drawn)
    } catch (error) {
      enough = Math.min(enough, performance.now() + SMALLER_MS)
      throw error
    }
  })
  const smaller = property.shrink.bind(property)
  property.shrink = (drawn) => smaller(drawn).takeWhile(() => performance.now() < enough)
  const result = await fc.check(property, { seed: SEED, numRuns: runs * FACTOR, includeErrorInReport: true })
  if (!result.failed) return void t.pass(`${result.numRuns} cases of seed ${SEED}`)
  t.fail(`a case breaks the rule: RECOVERITE_PROPERTY_SEED=${SEED} shows it again`, {
    report: fc.defaultReportMessage(result) ?? '',
  })
}

/**
 * Holds long lists of text against each other, and says where they part.
 * @throws where they do
 */
export function sameLines(found: readonly string[], expected: readonly string[], what = ''): void {
  const length = Math.max(found.length, expected.length)
  for (let line = 0; line < length; line++) {
    if (found[line] === expected[line]) continue
    assert.fail(`${what} ${line} lines are alike, then there is '${found[line]}' and not '${expected[line]}'`)
  }
}

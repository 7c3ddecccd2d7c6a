import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { type ShareStory, tellShareStory } from '../support/share-story.js'
import { anyWorld, type Made, makeWorld, type WorldCase } from './any-world.js'
import { act, anyDeed, type Deed, openJobs } from './deeds.js'
import { holds } from './property.js'

const DAY = 24 * 3_600_000

/** One of the ways in which a clock is moved, or an answer read that moves nothing. */
type Move =
  | { by: number }
  | { set: number }
  | { next: -1 | 0 | 1 }
  | { untilJob: number }
  | { until: 'idle' }
  | { look: number }

type Step = { move: Move } | { act: Deed }

/** Lengths of time in ms: moments, hours, days. */
const anyLength = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 3 * 3_600_000 }), {
  weight: 2,
  arbitrary: fc.integer({ min: 0, max: 3 * DAY }),
})

const anyMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: anyLength.map((by) => ({ by })) },
  anyLength.map((set) => ({ set })),
  { weight: 2, arbitrary: fc.constantFrom<Move>({ next: -1 }, { next: 0 }, { next: 1 }) },
  fc.nat(5).map((untilJob) => ({ untilJob })),
  fc.constant<Move>({ until: 'idle' }),
  fc.nat(5).map((look) => ({ look })),
)

const anySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: anyMove.map((move) => ({ move })) },
    { weight: 1, arbitrary: anyDeed.map((deed) => ({ act: deed })) },
  ),
  { minLength: 6, maxLength: 24 },
)

const iso = (instant: number) => new Date(instant).toISOString()

async function moveTime(story: ShareStory, move: Move, items: readonly Made[]): Promise<void> {
  const { clock } = story.world.emulator
  if ('by' in move) clock.advance({ by: `PT${(move.by / 1000).toFixed(3)}S` })
  else if ('set' in move) clock.set({ now: iso(story.now + move.set) })
  else if ('until' in move) clock.advance(move)
  else if ('next' in move) {
    const { nextEvent, now } = clock.read()
    if (nextEvent) clock.advance({ to: iso(Math.max(now, nextEvent.at + move.next)) })
  } else if ('untilJob' in move) {
    const jobs = await openJobs(story, items)
    const job = jobs[move.untilJob % jobs.length]
    if (job !== undefined) clock.advance({ untilJob: job })
  } else {
    const made = items[move.look % items.length]
    if (made) await Promise.all([made.path, `${made.path}/recoveryPoints`].map((path) => story.call('GET', path)))
  }
}

/** What came of it: the answers, when what was done was done, and the world in the end. */
interface Outcome {
  answers: string[]
  instants: string[]
  end: string
  digest: string
}

async function inSplits(story: ShareStory, world: WorldCase, steps: readonly Step[]): Promise<Outcome> {
  const items = await makeWorld(story, world)
  const answers: string[] = []
  const instants: string[] = []
  for (const step of steps) {
    if ('move' in step) await moveTime(story, step.move, items)
    else {
      instants.push(story.world.now())
      answers.push(await act(story, step.act, items))
    }
  }
  return { answers, instants, end: story.world.now(), digest: story.world.emulator.digest() }
}

/** The same deeds at the same instants, with one advance from each to the next. */
async function atOnce(story: ShareStory, world: WorldCase, steps: readonly Step[], split: Outcome): Promise<Outcome> {
  const { emulator } = story.world
  const items = await makeWorld(story, world)
  const answers: string[] = []
  const deeds = steps.flatMap((step) => ('act' in step ? [step.act] : []))
  for (const [index, deed] of deeds.entries()) {
    emulator.clock.advance({ to: split.instants[index] ?? split.end })
    answers.push(await act(story, deed, items))
  }
  emulator.clock.advance({ to: split.end })
  return { ...split, answers, digest: emulator.digest() }
}

t.test('time in any number of moves leaves the same world as in one', async (t) => {
  const story = await tellShareStory(t)
  await holds(t, 25, fc.tuple(anyWorld, anySteps), async ([world, steps]) => {
    const split = await inSplits(story, world, steps)
    assert.deepEqual(await atOnce(story, world, steps, split), split)
  })
})

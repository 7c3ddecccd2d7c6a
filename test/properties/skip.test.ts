import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { DEFAULT_CLOCK, type SkipTo } from '../../src/scheduler/clock.js'
import { members } from '../support/seen.js'
import { type ShareStory, tellShareStory } from '../support/share-story.js'
import { anyWorld, type Made, makeWorld, type WorldCase } from './any-world.js'
import { act, anyDeed, type Deed, openJobs } from './deeds.js'
import { holds } from './property.js'
import { anyPolls, byTheRule, byTheScheduler } from './timeline-story.js'

for (const [skip, end] of [
  ['step', 'the next transition of its thing'],
  ['end', 'the last one'],
] as const satisfies [SkipTo, string][]) {
  t.test(`a poll runs everything that is due before ${end}, in order, and stands there`, async (t) => {
    const settings = { ...DEFAULT_CLOCK, skip }
    await holds(t, 100, anyPolls, (story) => {
      assert.deepEqual(byTheScheduler(story, settings), byTheRule(story, settings))
    })
  })
}

/** What somebody does, hours that go by, and polls of one of the jobs that are open then. */
type Step = { act: Deed } | { hours: number } | { poll: number; skip: SkipTo }

const anyPoll = fc.record({ poll: fc.nat(5), skip: fc.constantFrom<SkipTo>('step', 'step', 'end') })
/** Rounds of work on a world that is some hours older each time: much of it is under way when the polls come. */
const anyRound: fc.Arbitrary<Step[]> = fc
  .record({
    hours: fc.integer({ min: 1, max: 60 }).map((hours) => ({ hours })),
    deeds: fc.array(
      anyDeed.map((act) => ({ act })),
      { minLength: 2, maxLength: 6 },
    ),
    polls: fc.array(anyPoll, { minLength: 1, maxLength: 5 }),
  })
  .map(({ hours, deeds, polls }) => [hours, ...deeds, ...polls])
const anySteps = fc.array(anyRound, { minLength: 1, maxLength: 4 }).map((rounds) => rounds.flat())

/** What is seen of the world after a step, and when. */
interface Sight {
  at: string
  answer: string
  digest: string
}

const iso = (instant: number) => new Date(instant).toISOString()

/** What of a job changes by its own transitions: how long it has been running does by itself. */
function stateOf(body: unknown): string {
  const { duration: _, extendedInfo, ...job } = members(members(body).properties)
  const { tasksList, ...rest } = members(extendedInfo)
  const tasks = Array.isArray(tasksList) ? tasksList.map((task) => ({ ...members(task), duration: '' })) : []
  return JSON.stringify([job, rest, tasks])
}

/** Polls an open job in mode skip, and puts the clock back under control. */
async function poll(story: ShareStory, { poll, skip }: { poll: number; skip: SkipTo }, items: readonly Made[]) {
  const { clock } = story.world.emulator
  const jobs = await openJobs(story, items)
  const job = jobs[poll % jobs.length]
  if (job === undefined) return undefined
  const before = await story.call('GET', job)
  clock.set({ mode: 'skip', skip })
  const after = await story.call('GET', job)
  const { now, nextEvent } = clock.read()
  clock.set({ mode: 'manual' })
  assert.ok(!nextEvent || nextEvent.at > now, `at ${iso(now)} an event was due that had not run: ${nextEvent?.kind}`)
  assert.notEqual(stateOf(after.body), stateOf(before.body), 'the polled job has got further')
  if (skip === 'end') assert.notEqual(after.text('properties.status'), 'InProgress', 'the polled job has ended')
  return job
}

async function byPolls(story: ShareStory, world: WorldCase, steps: readonly Step[]) {
  const { emulator } = story.world
  const items = await makeWorld(story, world)
  const sights: Sight[] = []
  const polled: (string | undefined)[] = []
  for (const step of steps) {
    let job: string | undefined
    let answer = ''
    if ('act' in step) answer = await act(story, step.act, items)
    else if ('hours' in step) emulator.clock.advance({ by: `PT${step.hours}H` })
    else job = await poll(story, step, items)
    if (job !== undefined) answer = JSON.stringify((await story.call('GET', job)).body)
    polled.push(job)
    sights.push({ at: story.world.now(), answer, digest: emulator.digest() })
  }
  return { polled, sights }
}

/** The same, with advances to the instants to which the polls have led. */
async function byAdvances(
  story: ShareStory,
  world: WorldCase,
  steps: readonly Step[],
  { polled, sights }: Awaited<ReturnType<typeof byPolls>>,
): Promise<Sight[]> {
  const { emulator } = story.world
  const items = await makeWorld(story, world)
  const seen: Sight[] = []
  for (const [index, step] of steps.entries()) {
    let answer = ''
    emulator.clock.advance({ to: sights[index]?.at ?? '' })
    if ('act' in step) answer = await act(story, step.act, items)
    const job = polled[index]
    if (job !== undefined) answer = JSON.stringify((await story.call('GET', job)).body)
    seen.push({ at: story.world.now(), answer, digest: emulator.digest() })
  }
  return seen
}

t.test('a poll leaves every other thing as an advance to the same instant does', async (t) => {
  const story = await tellShareStory(t)
  await holds(t, 20, fc.tuple(anyWorld, anySteps), async ([world, steps]) => {
    const told = await byPolls(story, world, steps)
    assert.deepEqual(await byAdvances(story, world, steps, told), told.sights)
  })
})

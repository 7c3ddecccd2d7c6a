import fc from 'fast-check'
import { pino } from 'pino'
import { WHEN_DUE } from '../../src/domain/due.js'
import { limitsOf } from '../../src/domain/limits.js'
import type { DueKind, World } from '../../src/domain/world.js'
import { type ClockSettings, DEFAULT_CLOCK, wallClock } from '../../src/scheduler/clock.js'
import { createScheduler, type Scheduler } from '../../src/scheduler/scheduler.js'
import { openWorldStore } from '../../src/store/world.js'

const START = Date.UTC(2026, 0, 5, 8)
const KINDS = ['backup.step', 'retention', 'operation.end'] as const satisfies DueKind[]
const SUBJECTS = ['job:1', 'item:1', 'operation:1'] as const

/** An event, and what it does when it is due: it takes others back, puts others there, or breaks. */
interface Plan {
  /** Milliseconds from the moment at which it is put there. */
  after: number
  kind: (typeof KINDS)[number]
  subject: string
  cancels: { subject: string; kind?: DueKind | undefined } | undefined
  breaks: boolean
  puts: Plan[]
}

/** What comes from outside: requests that put rows there, advances of so many ms, polls of what is not finished. */
type Step = { put: Plan[] } | { advance: number } | { poll: string }
export type TimelineStory = readonly Step[]

/** What ran, in order, and when; where the clock stood after each step; what is still to come. In ms from the start. */
export interface Course {
  ran: string[]
  stood: number[]
  pending: number
}

/** Many fall on the same instant. */
const anyDelay = fc.oneof(fc.constantFrom(0, 0, 1, 1000, 2000), fc.nat(10_000))
const anySubject = fc.constantFrom(...SUBJECTS)
const anyCancel = fc.record({ subject: anySubject, kind: fc.option(fc.constantFrom(...KINDS), { nil: undefined }) })

/** @param depth how often what it puts there may put others there */
const anyPlan = (depth: number): fc.Arbitrary<Plan> =>
  fc.record({
    after: anyDelay,
    kind: fc.constantFrom(...KINDS),
    subject: anySubject,
    cancels: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, anyCancel),
    breaks: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 9),
    puts: depth === 0 ? fc.constant([]) : fc.array(anyPlan(depth - 1), { maxLength: 3 }),
  })

const anyPut = fc.array(anyPlan(2), { minLength: 1, maxLength: 6 }).map((put) => ({ put }))
const anyAdvance = fc.oneof(fc.constantFrom(0, 1, 999, 1000), fc.nat(8000)).map((advance) => ({ advance }))
const anyPoll = anySubject.map((poll) => ({ poll }))

const storyOf = (...steps: fc.Arbitrary<Step>[]): fc.Arbitrary<TimelineStory> =>
  fc.array(fc.oneof(...steps), { minLength: 2, maxLength: 20 })

export const anyAdvances = storyOf(anyPut, anyAdvance)
export const anyPolls = storyOf(anyPut, anyAdvance, anyPoll)

/** Every plan of a story by a name of its own. */
function namesOf(story: TimelineStory): Map<Plan, string> {
  const names = new Map<Plan, string>()
  const name = (plans: Plan[], prefix: string): void => {
    for (const [index, plan] of plans.entries()) {
      names.set(plan, `${prefix}${index}`)
      name(plan.puts, `${prefix}${index}.`)
    }
  }
  for (const [index, step] of story.entries()) if ('put' in step) name(step.put, `${index}:`)
  return names
}

/**
 * The rule, as a list that is searched for its first: by due time, then by the order in which they were put there. A
 * poll runs what comes before the next event of its subject, and that one, or goes on until it has none.
 */
export function byTheRule(story: TimelineStory, { skip }: ClockSettings): Course {
  const names = namesOf(story)
  const ran: string[] = []
  let waiting: { plan: Plan; due: number; order: number }[] = []
  let now = 0
  let order = 0
  const put = (plan: Plan) => {
    waiting.push({ plan, due: now + plan.after, order: order++ })
  }
  const first = (subject?: string) =>
    waiting
      .filter(({ plan }) => subject === undefined || plan.subject === subject)
      .toSorted((a, b) => a.due - b.due || a.order - b.order)[0]
  const run = (plan: Plan) => {
    ran.push(`${names.get(plan)} at ${now}`)
    if (plan.breaks) return
    const { cancels } = plan
    waiting = waiting.filter(
      ({ plan: { subject, kind } }) => subject !== cancels?.subject || (cancels.kind ?? kind) !== kind,
    )
    plan.puts.forEach(put)
  }
  const goTo = (end: number) => {
    for (let next = first(); next && next.due <= end; next = first()) {
      waiting.splice(waiting.indexOf(next), 1)
      now = next.due
      run(next.plan)
    }
    now = end
  }
  const stood = story.map((step) => {
    if ('put' in step) step.put.forEach(put)
    else if ('advance' in step) goTo(now + step.advance)
    else {
      let next = first(step.poll)
      if (next) goTo(next.due)
      while (skip === 'end' && next) {
        next = first(step.poll)
        if (next) goTo(next.due)
      }
    }
    return now
  })
  return { ran, stood, pending: waiting.length }
}

/** A scheduler on a world of its own. */
function withScheduler<T>(settings: ClockSettings, use: (scheduler: Scheduler) => T): T {
  const limits = limitsOf('present')
  const store = openWorldStore({
    file: ':memory:',
    limits,
    classicLimits: limits,
    strict: false,
    fresh: { seed: 'order', now: START, wall: wallClock(), clock: JSON.stringify(settings) },
  })
  const scheduler = createScheduler(store, pino({ level: 'silent' }), { seed: 'order', now: () => START, settings })
  try {
    return use(scheduler)
  } finally {
    scheduler.close()
    store.close()
  }
}

/** What the scheduler makes of it. */
export function byTheScheduler(story: TimelineStory, settings: ClockSettings): Course {
  const ran: string[] = []
  let start = START
  const names = namesOf(story)
  const plans = new Map([...names].map(([plan, name]) => [name, plan]))
  const put = (world: World, plans: readonly Plan[]) => {
    for (const plan of plans) world.timeline.at(world.now + plan.after, plan.kind, plan.subject, names.get(plan))
  }
  const usual = { ...WHEN_DUE }
  for (const kind of KINDS) {
    WHEN_DUE[kind] = (world, { payload }) => {
      ran.push(`${payload} at ${world.now - start}`)
      const plan = plans.get(String(payload))
      if (plan?.cancels) world.timeline.cancel(plan.cancels.subject, plan.cancels.kind)
      put(world, plan?.puts ?? [])
      if (plan?.breaks) throw new Error('broken, so that nothing of it has happened')
    }
  }
  try {
    return withScheduler(settings, (scheduler) => {
      // In mode skip a few ms have gone by since the world was made.
      start = scheduler.reading().now
      const stood = story.map((step) => {
        if ('put' in step) scheduler.transact((world) => put(world, step.put))
        else if ('advance' in step) scheduler.advance({ by: `PT${(step.advance / 1000).toFixed(3)}S` })
        else scheduler.await(step.poll)
        return scheduler.reading().now - start
      })
      return { ran, stood, pending: scheduler.reading().pendingEvents }
    })
  } finally {
    Object.assign(WHEN_DUE, usual)
  }
}

export const MANUAL: ClockSettings = { ...DEFAULT_CLOCK, mode: 'manual' }

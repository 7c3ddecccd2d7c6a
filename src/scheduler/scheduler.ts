import { DateTime, Duration } from 'luxon'
import type { Logger } from 'pino'
import { WHEN_DUE } from '../domain/due.js'
import { Refusal } from '../domain/errors.js'
import { isOpen } from '../domain/jobs.js'
import { OPERATION_KINDS, operationSubject } from '../domain/operations.js'
import type { World } from '../domain/world.js'
import type { TimelineEvent } from '../store/timeline.js'
import type { WorldStore } from '../store/world.js'
import { CLOCK_MODES, type ClockSettings, DEFAULT_CLOCK, virtualTime, wallClock, wallUntil } from './clock.js'

export interface ClockReading extends ClockSettings {
  now: number
  pendingEvents: number
  nextEvent: { at: number; kind: string; subject: string } | null
}

export type Advance = { by: string } | { to: string } | { until: 'idle' } | { untilJob: string }

export interface ClockChange {
  mode?: string
  rate?: number
  skip?: string
  now?: string
}

export interface Scheduler {
  /** Brings the world to the present of its clock: everything that was due until now has run. Answers the instant. */
  catchUp(): number
  /** One write request, one transaction, at the instant that `catchUp` found. */
  transact<T>(run: (world: World) => T): T
  look<T>(run: (world: World) => T): T
  /** A client reads an unfinished thing: in mode `skip` the clock moves to its next transition or its end. */
  await(subject: string): void
  reading(): ClockReading
  /** How time passes now. */
  pace(): Readonly<ClockSettings>
  change(change: ClockChange): ClockReading
  advance(advance: Advance): { now: number; eventsRun: number }
  reset(start: { seed?: string; now?: string }): void
  close(): void
}

const LONGEST_TIMER_MS = 2 ** 31 - 1
/** No advance goes further than this at once: 100 years. */
const FARTHEST_MS = 100 * 366 * 24 * 3_600_000
/** How long `until: idle` looks for the end of what is open: the longest job takes weeks, and a world that never rests is busy to run. */
const IDLE_WITHIN_MS = 100 * 24 * 3_600_000
/** Times on the wire have four digits for the year. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
const INSTANT = /^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:?\d\d)$/i

const refuse = (message: string) => new Refusal('InvalidControlRequest', message)

/**
 * Reads an instant as the control API takes it: ISO 8601 with a zone, from 1970 to the year 9999.
 * @throws Refusal InvalidControlRequest
 */
export function readInstant(text: string, name: string): number {
  const read = DateTime.fromISO(text, { setZone: true })
  if (!read.isValid || !INSTANT.test(text)) throw refuse(`${name} is '${text}': give a time like 2026-01-31T08:00:00Z.`)
  const instant = read.toMillis()
  if (instant < 0 || instant > LATEST_MS) throw refuse(`${name} is '${text}': give a time from 1970 to the year 9999.`)
  return instant
}

/**
 * The scheduler of one world: its clock, and what runs when something is due.
 * @param start what a reset goes back to; without `settings` it leaves mode, rate and skip as they are
 */
export function createScheduler(
  store: WorldStore,
  logger: Logger,
  start: { seed: string; now: () => number; settings?: ClockSettings },
): Scheduler {
  let settings: ClockSettings = { ...DEFAULT_CLOCK, ...(JSON.parse(store.state.clock) as Partial<ClockSettings>) }
  let anchor = { now: store.state.now, wall: store.state.wall }
  let current = store.state.now
  let timer: NodeJS.Timeout | undefined
  // When the next event is due; kept so that a request that finds nothing due doesn't ask the store.
  let nextDue = Number.NEGATIVE_INFINITY
  let closed = false

  const jump = (now: number) => {
    current = Math.max(current, now)
    anchor = { now: current, wall: wallClock() }
  }

  const runEvent = (event: TimelineEvent) => {
    current = Math.max(current, event.due)
    try {
      store.transact(current, wallClock(), (world) => {
        store.timeline.remove(event)
        WHEN_DUE[event.kind](world, event)
      })
    } catch (error) {
      // Our own bug: the event is taken off, so that the rest of the world goes on.
      logger.error({ err: error, event }, 'an event failed and was dropped')
      store.transact(current, wallClock(), () => store.timeline.remove(event))
    }
  }

  /** Runs what is due until an instant, in order, and stands there. Answers how many events ran. */
  const runUntil = (instant: number): number => {
    let ran = 0
    for (let event = store.timeline.next(); event && event.due <= instant; event = store.timeline.next()) {
      runEvent(event)
      ran++
    }
    current = Math.max(current, instant)
    return ran
  }

  const arm = () => {
    clearTimeout(timer)
    timer = undefined
    if (closed) return
    const event = store.timeline.next()
    nextDue = event?.due ?? Number.POSITIVE_INFINITY
    const wait = event && wallUntil(settings, virtualTime(settings, anchor, wallClock()), event.due)
    if (wait === undefined) return
    timer = setTimeout(
      () => {
        // A timer that has fired is no timer: what it came too early for needs the next one.
        timer = undefined
        scheduler.catchUp()
      },
      Math.min(wait, LONGEST_TIMER_MS),
    )
    timer.unref()
  }

  /** Goes to an instant and keeps it, whatever happens next. */
  const goTo = (instant: number): number => {
    const ran = runUntil(instant)
    jump(instant)
    keepClock()
    arm()
    return ran
  }

  const keepClock = () => store.setClock(JSON.stringify(settings), current, wallClock())

  const openSubjects = () =>
    store.look(current, (world) => [
      ...world.jobs
        .allOpen()
        .map((job) => ({ subject: `job:${job.id}`, name: `job ${job.id} (${job.operation} of ${job.friendlyName})` })),
      ...world.operations
        .allOpen()
        .filter((operation) => OPERATION_KINDS[operation.kind] === 'due')
        .map((operation) => ({
          subject: operationSubject(operation),
          name: `operation ${operation.key} (${operation.kind})`,
        })),
    ])

  const untilIdle = (): number => {
    const farthest = current + IDLE_WITHIN_MS
    let ran = 0
    for (let open = openSubjects(); open.length > 0; open = openSubjects()) {
      // Nothing that is open ends before its own next transition, so the world has no rest before the last of these.
      const due = open.reduce(
        (last, { subject }) => Math.max(last, store.timeline.nextOf(subject) ?? Number.POSITIVE_INFINITY),
        current,
      )
      if (due > farthest) {
        throw new Refusal(
          'NothingToWaitFor',
          `The world does not come to rest; still open: ${open.map(({ name }) => name).join('; ')}.`,
        )
      }
      ran += runUntil(due)
    }
    return ran
  }

  const untilJob = (id: string): number => {
    const jobId = (id.split('/').pop() ?? '').toLowerCase()
    const find = () => store.look(current, (world) => world.jobs.get(jobId))
    let job = find()
    if (!job) throw refuse(`There is no job '${id}'. Give a job's name or its full id.`)
    let ran = 0
    for (; job && isOpen(job); job = find()) {
      const due = store.timeline.nextOf(`job:${jobId}`)
      if (due === undefined)
        throw new Refusal('NothingToWaitFor', `Job ${jobId} is ${job.status} and nothing is going to end it.`)
      ran += runUntil(due)
    }
    return ran
  }

  const checkTarget = (instant: number): void => {
    if (instant < current)
      throw new Refusal(
        'ClockMovesOnlyForward',
        `The clock stands at ${new Date(current).toISOString()} and never goes back.`,
      )
    const reachable = instant - current <= FARTHEST_MS && instant <= LATEST_MS
    if (!reachable) throw refuse('The clock moves by at most 100 years at once, and never past the year 9999.')
  }

  const advanceTo = (instant: number): number => {
    checkTarget(instant)
    return goTo(instant)
  }

  const advanceBy = (text: string): number => {
    const duration = Duration.fromISO(text)
    if (!duration.isValid || !/\d/.test(text))
      throw refuse(`by is '${text}': give an ISO 8601 duration like PT90M or P1DT2H.`)
    return advanceTo(Math.round(DateTime.fromMillis(current, { zone: 'utc' }).plus(duration).toMillis()))
  }

  const advances: Record<string, (value: string) => number> = {
    by: advanceBy,
    to: (value) => advanceTo(readInstant(value, 'to')),
    until: (value) => {
      if (value !== 'idle') throw refuse(`until is '${value}': the only end that is known is idle.`)
      return untilIdle()
    },
    untilJob,
  }

  const scheduler: Scheduler = {
    catchUp() {
      const instant = virtualTime(settings, anchor, wallClock())
      if (instant >= nextDue) {
        runUntil(instant)
        arm()
      }
      current = Math.max(current, instant)
      return current
    },
    transact(run) {
      const result = store.transact(current, wallClock(), run)
      arm()
      return result
    },
    look: (run) => store.look(current, run),
    await(subject) {
      if (settings.mode !== 'skip') return
      const first = store.timeline.nextOf(subject)
      if (first === undefined) return
      runUntil(first)
      if (settings.skip === 'end') {
        for (let due = store.timeline.nextOf(subject); due !== undefined; due = store.timeline.nextOf(subject))
          runUntil(due)
      }
      jump(current)
      keepClock()
      arm()
    },
    pace: () => settings,
    reading() {
      const event = store.timeline.next()
      return {
        now: current,
        ...settings,
        pendingEvents: store.timeline.count(),
        nextEvent: event ? { at: event.due, kind: event.kind, subject: event.subject } : null,
      }
    },
    change(change) {
      const next = readSettings(settings, change)
      scheduler.catchUp()
      const now = change.now === undefined ? current : readInstant(change.now, 'now')
      checkTarget(now)
      settings = next
      goTo(now)
      return scheduler.reading()
    },
    advance(advance) {
      const entries = Object.entries(advance).filter(([name]) => name in advances)
      const [entry] = entries
      if (!entry || entries.length !== 1) throw refuse('Give exactly one of by, to, until and untilJob.')
      try {
        const ran = advances[entry[0]]?.(entry[1]) ?? 0
        return { now: current, eventsRun: ran }
      } finally {
        // What ran before a refusal has happened, and the clock goes on from there.
        jump(current)
        keepClock()
        arm()
      }
    },
    reset({ seed, now }) {
      current = now === undefined ? start.now() : readInstant(now, 'now')
      anchor = { now: current, wall: wallClock() }
      settings = start.settings ?? settings
      store.reset({ seed: seed ?? start.seed, now: current, wall: anchor.wall, clock: JSON.stringify(settings) })
      arm()
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
  scheduler.catchUp()
  return scheduler
}

function readSettings(before: ClockSettings, change: ClockChange): ClockSettings {
  const mode = change.mode ?? before.mode
  const known = CLOCK_MODES.find((m) => m === mode)
  if (!known) throw refuse(`mode is '${mode}': use one of ${CLOCK_MODES.join(', ')}.`)
  const skip = change.skip ?? before.skip
  if (skip !== 'step' && skip !== 'end') throw refuse(`skip is '${skip}': use step or end.`)
  const rate = change.rate ?? before.rate
  if (!(Number.isFinite(rate) && rate > 0 && rate <= 1_000_000))
    throw refuse(`rate is ${rate}: use a number above 0, at most 1000000.`)
  return { mode: known, rate, skip }
}

import type { Logger } from 'pino'
import { WHEN_DUE } from '../domain/due.js'
import type { World } from '../domain/world.js'
import type { TimelineEvent } from '../store/timeline.js'
import type { WorldStore } from '../store/world.js'
import { type Advance, createAdvances } from './advances.js'
import {
  type ClockChange,
  type ClockSettings,
  DEFAULT_CLOCK,
  readClock,
  readSettings,
  virtualTime,
  wallClock,
  wallTime,
  wallUntil,
} from './clock.js'
import { checkTarget, readInstant, refuseClock } from './instants.js'
import { createSavedWorlds, type SavedWorlds } from './saved-worlds.js'

export interface ClockReading extends ClockSettings {
  now: number
  pendingEvents: number
  nextEvent: { at: number; kind: string; subject: string } | null
}

export interface Scheduler {
  /** Brings the world to the present of its clock: everything that was due until now has run. Answers the instant. */
  catchUp(): number
  /** One write request, one transaction, at the instant that `catchUp` found. */
  transact<T>(run: (world: World) => T): T
  look<T>(run: (world: World) => T): T
  /** A client reads an unfinished thing: in mode `skip` the clock moves to its next transition or its end. */
  await(subject: string): void
  /** Moves the clock by ms of the world, whatever its mode. */
  pass(ms: number): void
  reading(): ClockReading
  /** How time passes now. */
  pace(): Readonly<ClockSettings>
  change(change: ClockChange): ClockReading
  advance(advance: Advance): { now: number; eventsRun: number }
  reset(start: { seed?: string; now?: string }): void
  /** Checkpoints, export and import. */
  readonly saved: SavedWorlds
  close(): void
}

/** What a scheduler starts with. */
export interface SchedulerStart {
  /** What a reset goes back to. */
  seed: string
  now: () => number
  settings: ClockSettings
  /** Called when another world has taken the place of the one before: who keeps things beside it forgets them. */
  onReplaced?: () => void
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The scheduler of one world: its clock, and what runs when something is due. */
export function createScheduler(store: WorldStore, logger: Logger, start: SchedulerStart): Scheduler {
  let settings = DEFAULT_CLOCK
  let anchor = { now: 0, wall: 0 }
  let current = 0
  let timer: NodeJS.Timeout | undefined
  // When the next event is due; kept so that a request that finds nothing due doesn't ask the store.
  let nextDue = Number.NEGATIVE_INFINITY
  let closed = false

  /** Goes on from where the world of the store stands; where its wall time isn't known, as if that were now. */
  const takeUp = () => {
    const { now, wall, clock } = store.state
    settings = readClock(clock)
    current = now
    anchor = { now, wall: wall === 0 ? wallClock() : wall }
    if (wall === 0) keepClock(now)
  }

  const jump = (now: number) => {
    current = Math.max(current, now)
    anchor = { now: current, wall: wallClock() }
  }

  const transact = <T>(run: (world: World) => T): T =>
    store.transact(current, wallTime(settings, anchor, current, wallClock()), run)

  const runEvent = (event: TimelineEvent) => {
    current = Math.max(current, event.due)
    try {
      transact((world) => {
        store.timeline.remove(event)
        WHEN_DUE[event.kind](world, event)
      })
    } catch (error) {
      // Our own bug: the event is taken off, so that the rest of the world goes on.
      logger.error({ err: error, event }, 'an event failed and was dropped')
      transact(() => store.timeline.remove(event))
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
        if (!timer) arm()
      },
      Math.min(wait, LONGEST_TIMER_MS),
    )
    timer.unref()
  }

  /**
   * Goes to an instant and keeps it, whatever happens next.
   * @param from where somebody has moved the clock from, where that is to be told now
   */
  const goTo = (instant: number, from = instant): number => {
    const ran = runUntil(instant)
    jump(instant)
    keepClock(from)
    arm()
    return ran
  }

  const keepClock = (from: number) => store.setClock(JSON.stringify(settings), current, anchor.wall, from)

  const advances = createAdvances(store, { now: () => current, runUntil, goTo: (instant) => goTo(instant) })

  const replaced = () => {
    takeUp()
    arm()
    start.onReplaced?.()
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
      const result = transact(run)
      arm()
      return result
    },
    look: (run) => store.look(current, run),
    await(subject) {
      if (settings.mode !== 'skip') return
      const first = store.timeline.nextOf(subject)
      if (first === undefined) return
      const from = current
      runUntil(first)
      if (settings.skip === 'end') {
        for (let due = store.timeline.nextOf(subject); due !== undefined; due = store.timeline.nextOf(subject))
          runUntil(due)
      }
      jump(current)
      keepClock(from)
      arm()
    },
    pass(ms) {
      const from = scheduler.catchUp()
      checkTarget(from, from + ms)
      goTo(from + ms, from)
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
      checkTarget(current, now)
      settings = next
      goTo(now, current)
      return scheduler.reading()
    },
    advance(advance) {
      const entries = Object.entries(advance).filter(([name]) => name in advances)
      const [entry] = entries
      if (!entry || entries.length !== 1) throw refuseClock('Give exactly one of by, to, until and untilJob.')
      const from = current
      try {
        const ran = advances[entry[0]]?.(entry[1]) ?? 0
        return { now: current, eventsRun: ran }
      } finally {
        // What ran before a refusal has happened, and the clock goes on from there.
        jump(current)
        keepClock(from)
        arm()
      }
    },
    reset({ seed, now }) {
      const instant = now === undefined ? start.now() : readInstant(now, 'now')
      const clock = JSON.stringify(start.settings)
      store.reset({ seed: seed ?? start.seed, now: instant, wall: wallClock(), clock })
      replaced()
    },
    saved: createSavedWorlds(store, {
      settle: () => goTo(scheduler.catchUp()),
      now: () => current,
      takeUp: replaced,
    }),
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
  takeUp()
  scheduler.catchUp()
  return scheduler
}

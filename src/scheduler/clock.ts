import { refuseClock } from './instants.js'

/** How time moves (design.md 4). */
export type ClockMode = 'skip' | 'live' | 'manual'
export const CLOCK_MODES: readonly ClockMode[] = ['skip', 'live', 'manual']
/** What a waiting client in mode `skip` gets: its thing's next transition, or its end. */
export type SkipTo = 'step' | 'end'

export interface ClockSettings {
  mode: ClockMode
  /** Virtual ms a wall ms, in mode live. */
  rate: number
  skip: SkipTo
}

export const DEFAULT_CLOCK: ClockSettings = { mode: 'skip', rate: 1, skip: 'step' }

/** The only reading of the machine's clock in the whole server, in ms since 1970. */
export const wallClock = (): number => Date.now()

/** The same with a fraction, to measure how long an answer takes. */
export const fineClock = (): number => performance.timeOrigin + performance.now()

/** Where virtual and wall time were last brought together. */
export interface Anchor {
  now: number
  wall: number
}

const paceOf = (settings: ClockSettings) => (settings.mode === 'live' ? settings.rate : 1)

/** The virtual instant that belongs to a wall instant; it never lies before the anchor. */
export function virtualTime(settings: ClockSettings, anchor: Anchor, wall: number): number {
  if (settings.mode === 'manual') return anchor.now
  return anchor.now + Math.max(0, Math.floor((wall - anchor.wall) * paceOf(settings)))
}

/**
 * The wall instant that belongs to a virtual one: what is kept beside it, so that a restart goes on at the same place.
 * A virtual instant that the clock is only being moved to belongs to the present.
 */
export function wallTime(settings: ClockSettings, anchor: Anchor, now: number, wall: number): number {
  if (settings.mode === 'manual') return wall
  return Math.min(wall, anchor.wall + Math.floor((now - anchor.now) / paceOf(settings)))
}

/** The wall ms until a virtual instant is reached; undefined where it never comes by itself. */
export function wallUntil(settings: ClockSettings, now: number, due: number): number | undefined {
  if (settings.mode === 'manual') return undefined
  return Math.max(0, Math.ceil((due - now) / paceOf(settings)))
}

export interface ClockChange {
  mode?: string
  rate?: number
  skip?: string
  now?: string
}

/**
 * The clock's settings after a change.
 * @throws Refusal InvalidControlRequest for a mode, rate or skip that is not known
 */
export function readSettings(before: ClockSettings, change: ClockChange): ClockSettings {
  const mode = change.mode ?? before.mode
  const known = CLOCK_MODES.find((m) => m === mode)
  if (!known) throw refuseClock(`mode is '${mode}': use one of ${CLOCK_MODES.join(', ')}.`)
  const skip = change.skip ?? before.skip
  if (skip !== 'step' && skip !== 'end') throw refuseClock(`skip is '${skip}': use step or end.`)
  const rate = change.rate ?? before.rate
  if (!(Number.isFinite(rate) && rate > 0 && rate <= 1_000_000))
    throw refuseClock(`rate is ${rate}: use a number above 0, at most 1000000.`)
  return { mode: known, rate, skip }
}

/** The clock's settings as they were written down with a world. */
export const readClock = (text: string): ClockSettings => readSettings(DEFAULT_CLOCK, JSON.parse(text) as ClockChange)

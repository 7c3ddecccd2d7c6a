import type { Instant } from '../policies/schedule.js'
import type { Happening } from './event-types.js'

/** Where the clock is found. */
export const CLOCK_PATH = '/_recoverite/clock'

/** How the clock stands: its instant, and what else is set of it. */
export interface ClockState {
  now: Instant
  settings: Readonly<Record<string, unknown>>
}

const isoTime = (instant: Instant) => new Date(instant).toISOString()

/**
 * What was done to the clock. That time passes by itself is no event.
 * @param before how it stood when somebody began to move or set it
 */
export function clockEvents(before: ClockState, after: ClockState): Happening[] {
  const happened: Happening[] = []
  const changed = Object.keys(after.settings).some((name) => after.settings[name] !== before.settings[name])
  if (changed) happened.push(['clock.changed', after.settings])
  if (after.now > before.now) {
    happened.push(['clock.advanced', { from: isoTime(before.now), to: isoTime(after.now) }])
  }
  return happened
}

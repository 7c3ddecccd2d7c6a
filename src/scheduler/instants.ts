import { DateTime } from 'luxon'
import { Refusal } from '../domain/errors.js'

/** Times on the wire have four digits for the year. */
export const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
/** No advance goes further than this at once: 100 years. */
const FARTHEST_MS = 100 * 366 * 24 * 3_600_000
const INSTANT = /^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:?\d\d)$/i

/** What is wrong with a request to the clock. */
export const refuseClock = (message: string) => new Refusal('InvalidControlRequest', message)

/**
 * Reads an instant as the control API takes it: ISO 8601 with a zone, from 1970 to the year 9999.
 * @throws Refusal InvalidControlRequest
 */
export function readInstant(text: string, name: string): number {
  const read = DateTime.fromISO(text, { setZone: true })
  if (!read.isValid || !INSTANT.test(text))
    throw refuseClock(`${name} is '${text}': give a time like 2026-01-31T08:00:00Z.`)
  const instant = read.toMillis()
  if (instant < 0 || instant > LATEST_MS)
    throw refuseClock(`${name} is '${text}': give a time from 1970 to the year 9999.`)
  return instant
}

/**
 * Checks where a clock is told to go.
 * @throws Refusal ClockMovesOnlyForward; InvalidControlRequest beyond 100 years or the year 9999
 */
export function checkTarget(current: number, instant: number): void {
  if (instant < current) {
    const message = `The clock stands at ${new Date(current).toISOString()} and never goes back.`
    throw new Refusal('ClockMovesOnlyForward', message)
  }
  const reachable = instant - current <= FARTHEST_MS && instant <= LATEST_MS
  if (!reachable) throw refuseClock('The clock moves by at most 100 years at once, and never past the year 9999.')
}

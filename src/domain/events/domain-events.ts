import { guidOf } from '../chance.js'
import { Refusal } from '../errors.js'
import type { Instant } from '../policies/schedule.js'
import type { EventData, EventType, NoticeType } from './event-types.js'

/** How many events are kept at least; a tenth more may be. */
export const KEPT_EVENTS = 10_000

/** An event as it is kept: numbers count from 1 in every world. */
export interface KeptEvent {
  number: number
  at: Instant
  type: EventType
  /** The id of the vault that it belongs to, as created. */
  vault: string | undefined
  /** The id of what it is about; of the clock, its path. */
  subject: string
  data: EventData
}

/** An event as listeners get it, by whatever way. */
export interface DomainEvent {
  /** `<number>-<check>`, see `eventId`. */
  id: string
  type: EventType | NoticeType
  /** When it happened in the world, ISO 8601. */
  timestamp: string
  subject: string | null
  vault: string | null
  data: EventData
}

/**
 * An event's id: its number, and a check of what it says. After a reset or a restored checkpoint numbers are given out
 * again; the check tells whether a listener that goes on from an id means the event of this history.
 */
export const eventId = ({ number, at, type, subject }: KeptEvent) =>
  `${number}-${guidOf(`${at} ${type} ${subject}`).slice(0, 8)}`

export const eventView = (event: KeptEvent): DomainEvent => ({
  id: eventId(event),
  type: event.type,
  timestamp: new Date(event.at).toISOString(),
  subject: event.subject,
  vault: event.vault ?? null,
  data: event.data,
})

/** A place in the history: after the event of a number. Without a check it is taken in whatever history there is. */
export interface Position {
  number: number
  check?: string
}

/** The beginning of every history. */
export const BEGINNING: Position = { number: 0 }

const ID = /^(0|[1-9]\d{0,14})(?:-([0-9a-f]{8}))?$/i

/**
 * Reads the id of an event as a place to go on from: `17-9f3ac2d1`, or a bare number; 0 is the beginning.
 * @throws Refusal InvalidControlRequest
 */
export function readPosition(id: string): Position {
  const [, number, check] = ID.exec(id.trim()) ?? []
  if (number === undefined) {
    throw new Refusal(
      'InvalidControlRequest',
      `The last event id '${id}' is none. Give the id of an event that you have had, like 17-9f3ac2d1, or 0 for all that there is.`,
    )
  }
  return { number: Number(number), ...(check ? { check: check.toLowerCase() } : {}) }
}

/** What is kept of the history: the numbers of its oldest and newest event; the oldest is one ahead where there is none. */
export interface Kept {
  oldest: number
  newest: number
}

/**
 * Where a listener goes on, and whether it has missed something: what it had last lies before the kept events, or is of
 * another history.
 * @param last the event that its id names, if that is still kept
 */
export function goOnFrom(asked: Position, kept: Kept, last: KeptEvent | undefined): { after: number; lost: boolean } {
  const isOther =
    asked.number > kept.newest || (asked.check !== undefined && last !== undefined && eventId(last) !== idOf(asked))
  if (isOther || asked.number < kept.oldest - 1) return { after: kept.oldest - 1, lost: true }
  return { after: asked.number, lost: false }
}

const idOf = ({ number, check }: Position) => `${number}-${check}`

/** What is told about the events themselves; its id is that of the event before those that follow. */
export const notice = (type: NoticeType, id: string, now: Instant, data: EventData): DomainEvent => ({
  id,
  type,
  timestamp: new Date(now).toISOString(),
  subject: null,
  vault: null,
  data,
})

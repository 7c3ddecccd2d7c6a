import {
  BEGINNING,
  type DomainEvent,
  eventId,
  eventView,
  goOnFrom,
  type KeptEvent,
  notice,
  type Position,
} from '../domain/events/domain-events.js'
import { type EventFilter, isAskedFor } from '../domain/events/event-filter.js'
import type { NoticeType } from '../domain/events/event-types.js'
import type { EventLog } from '../store/events.js'

/** Where events come from: the log of the world that is there now, and that world's instant. */
export interface EventSource {
  log(): EventLog
  now(): number
}

/** An event as a listener gets it, and the number that its listener has come to with it. */
export interface Heard {
  event: DomainEvent
  number: number
}

/** What is new to a listener. */
export interface News {
  heard: Heard[]
  /** How far it has come with that: past events that it has not asked for, too. */
  number: number
  id: string
}

/** How much of the log is read at once. */
const ROWS = 50

/** The id of a number in a log; of one that is kept no more, the bare number. */
function idAt(log: EventLog, number: number): string {
  const event = eventAt(log, number)
  return event ? eventId(event) : String(number)
}

const eventAt = (log: EventLog, number: number): KeptEvent | undefined =>
  log.after(number - 1, 1).find((event) => event.number === number)

/** A listener's place in the history, and what it has asked for. Nothing is told twice, and nothing is left out unsaid. */
export class EventCursor {
  readonly #source: EventSource
  readonly #filter: EventFilter
  /** The log of the history that its place is in. */
  #log: EventLog
  #number: number
  #id: string
  /** What it is to be told before anything else. */
  #notice: NoticeType | undefined

  /**
   * @param from where it goes on: after what a client names, or after a number that was kept with this history; left
   *   out, it hears what happens from now on
   * @param isRestarted it has not been told yet that this is another history
   */
  constructor(source: EventSource, filter: EventFilter, from?: Position | number, isRestarted = false) {
    this.#source = source
    this.#filter = filter
    const log = source.log()
    this.#log = log
    this.#number = typeof from === 'number' ? from : log.newest
    if (typeof from === 'object') {
      const last = from.check === undefined ? undefined : eventAt(log, from.number)
      const { after, lost } = goOnFrom(from, log, last)
      this.#number = after
      // Who asks for all that there is knows that it may not be all that there was.
      if (lost && from.number > BEGINNING.number) this.#notice = 'events.lost'
    }
    if (isRestarted) this.#notice = 'events.restarted'
    this.#id = idAt(log, this.#number)
  }

  /** The number that it has come to. */
  get number(): number {
    return this.#number
  }

  /** Where it stands: the id of the event that it had last. */
  get id(): string {
    return this.#id
  }

  /** What comes next; undefined where there is nothing yet. */
  next(): News | undefined {
    const log = this.#source.log()
    if (log !== this.#log) {
      this.#log = log
      this.#number = log.opened
      this.#notice = 'events.restarted'
    }
    if (this.#notice === 'events.restarted') return this.#told(this.#notice, log, this.#number)
    const kept = log.oldest - 1
    if (this.#notice || this.#number < kept) return this.#told('events.lost', log, kept)
    const events = log.after(this.#number, ROWS)
    const last = events.at(-1)
    if (!last) return undefined
    this.#number = last.number
    this.#id = eventId(last)
    const heard = events
      .filter((event) => isAskedFor(this.#filter, event))
      .map((event) => ({ event: eventView(event), number: event.number }))
    return { heard, number: last.number, id: this.#id }
  }

  /** @param number after which it goes on */
  #told(type: NoticeType, log: EventLog, number: number): News {
    const id = idAt(log, number)
    this.#notice = undefined
    this.#number = number
    this.#id = id
    return { heard: [{ event: notice(type, id, this.#source.now(), { goesOnAfter: id }), number }], number, id }
  }
}

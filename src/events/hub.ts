import type { DomainEvent, Position } from '../domain/events/domain-events.js'
import { type EventFilter, readFilter } from '../domain/events/event-filter.js'
import { EventCursor, type EventSource } from './cursor.js'
import { EventStream } from './stream.js'

export type EventListener = (event: DomainEvent) => void

/** What there is of events, as one answer. */
export interface EventPage {
  events: DomainEvent[]
  /** Where to go on. */
  lastEventId: string
}

/** Brings events to those who listen in this process and over HTTP. */
export interface EventHub {
  /**
   * Calls a listener with each event that it asks for, before the call that it happened in has returned.
   * @returns stops that
   * @throws Refusal InvalidControlRequest for a filter that can't be
   */
  on(listener: EventListener, filter?: EventFilter): () => void
  /** What is kept. @param from after which event; the oldest that there is where it is left out */
  page(filter: EventFilter, from: Position, most: number): EventPage
  /** A stream that goes on until its client or the hub ends it. @param from left out: what happens from now on */
  stream(filter: EventFilter, from?: Position): EventStream
  /** Who is called in a moment whenever something has happened; several times in a row count once. */
  follow(follower: () => void): () => void
  /** Something has happened. */
  heard(): void
  /** How many streams there are. */
  readonly streams: number
  close(): void
}

interface Listening {
  listener: EventListener
  cursor: EventCursor
}

/** @param complain is told what a listener has thrown: what it does is not the world's matter */
export function createEventHub(source: EventSource, complain: (error: unknown) => void): EventHub {
  const listeners = new Set<Listening>()
  const streams = new Set<EventStream>()
  const followers = new Set<() => void>()
  let telling: 'no' | 'yes' | 'again' = 'no'
  let soon: NodeJS.Immediate | undefined

  const tell = (one: Listening) => {
    for (let news = one.cursor.next(); news; news = one.cursor.next()) {
      for (const { event } of news.heard) {
        if (!listeners.has(one)) return
        try {
          one.listener(event)
        } catch (error) {
          complain(error)
        }
      }
    }
  }

  const tellAll = () => {
    // What a listener sets off is told when all have been told what came before it.
    const isFirst = telling === 'no'
    telling = isFirst ? 'yes' : 'again'
    if (!isFirst) return
    do {
      telling = 'yes'
      for (const one of listeners) tell(one)
    } while (isAgain())
    telling = 'no'
  }
  const isAgain = () => telling === 'again'

  const follow = (follower: () => void) => {
    followers.add(follower)
    return () => void followers.delete(follower)
  }

  return {
    on(listener, filter = {}) {
      const one = { listener, cursor: new EventCursor(source, readFilter(filter)) }
      listeners.add(one)
      return () => void listeners.delete(one)
    },
    page(filter, from, most) {
      const cursor = new EventCursor(source, filter, from)
      const events: DomainEvent[] = []
      let lastEventId = cursor.id
      for (let news = cursor.next(); news && events.length < most; news = cursor.next()) {
        const fitting = news.heard.slice(0, most - events.length)
        events.push(...fitting.map(({ event }) => event))
        const last = fitting.at(-1)
        lastEventId = last && fitting.length < news.heard.length ? last.event.id : news.id
      }
      return { events, lastEventId }
    },
    stream(filter, from) {
      const stream = new EventStream(new EventCursor(source, filter, from))
      const unfollow = follow(() => stream.wake())
      streams.add(stream)
      stream.once('close', () => {
        unfollow()
        streams.delete(stream)
      })
      return stream
    },
    follow,
    heard() {
      if (listeners.size > 0) tellAll()
      if (followers.size === 0) return
      soon ??= setImmediate(() => {
        soon = undefined
        for (const follower of followers) follower()
      })
    },
    get streams() {
      return streams.size
    },
    close() {
      clearImmediate(soon)
      listeners.clear()
      for (const stream of streams) stream.end()
      followers.clear()
    },
  }
}

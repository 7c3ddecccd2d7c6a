import { Readable } from 'node:stream'
import type { DomainEvent } from '../domain/events/domain-events.js'
import type { EventCursor } from './cursor.js'

/** Real ms between two signs of life: less than what proxies take for a dead connection. */
const HEARTBEAT_MS = 15_000
/** How long a browser waits before it connects again, ms. */
const RETRY_MS = 1000

const block = (id: string, event: DomainEvent) => `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
/** The client's place in the history, without an event. */
const place = (id: string) => `id: ${id}\n\n`

/**
 * Server-Sent Events of one client (https://html.spec.whatwg.org/multipage/server-sent-events.html). It reads from the
 * log only as fast as the client takes it, and begins by saying where it stands, so that a client that is cut off before
 * the first event goes on there.
 */
export class EventStream extends Readable {
  readonly #cursor: EventCursor
  readonly #heartbeat: NodeJS.Timeout
  #begun = false
  #waits = false

  constructor(cursor: EventCursor) {
    super({ encoding: 'utf8' })
    this.#cursor = cursor
    this.#heartbeat = setInterval(() => {
      if (this.#waits) this.#send(': still here\n\n')
    }, HEARTBEAT_MS)
    this.#heartbeat.unref()
  }

  /** There may be something new. */
  wake(): void {
    if (this.#waits) this._read()
  }

  /** The client gets what it has been sent, and the end. */
  end(): void {
    this.#waits = false
    this.push(null)
  }

  override _read(): void {
    if (!this.#begun) {
      this.#begun = true
      this.#send(`retry: ${RETRY_MS}\n${place(this.#cursor.id)}`)
      return
    }
    const news = this.#cursor.next()
    if (!news) {
      this.#waits = true
      return
    }
    const { heard, id } = news
    const text = heard.map(({ event }) => block(event.id, event)).join('')
    this.#send(heard.at(-1)?.event.id === id ? text : text + place(id))
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#waits = false
    clearInterval(this.#heartbeat)
    done(error)
  }

  #send(text: string): void {
    this.#waits = false
    this.push(text)
  }
}

import type { Webhook } from '../domain/events/webhooks.js'
import type { Deliveries, Delivery, KeptDead } from '../store/webhooks.js'
import { EventCursor, type EventSource, type Heard } from './cursor.js'
import { post } from './post.js'

/** No pause between two attempts is longer, in real ms. */
const LONGEST_PAUSE_MS = 3_600_000
/** How long an attempt may still take when no further one is to begin, in real ms. */
const LAST_ANSWER_MS = 1000

/** What a courier works with; the store may be another one's after the world was replaced. */
export interface CourierParts {
  source: EventSource
  deliveries: Deliveries
  /** Real time, ms. */
  wall: () => number
}

/**
 * @param cursor the number of the event after which it begins
 * @param wall real time, ms: no other run of this webhook begins then
 */
export const beginning = (cursor: number, wall: number): Delivery => ({
  run: wall.toString(36),
  cursor,
  delivered: 0,
  attempts: 0,
  failures: 0,
  losses: 0,
})

/**
 * Takes events to one webhook, one after the other: an event that the receiver doesn't take is tried again after a pause,
 * and after the last attempt put with the dead. What has been done is kept after each step, so that a restart goes on
 * there; an event whose receiver took it just before a kill is sent again, with the same id.
 */
export class Courier {
  readonly #webhook: Webhook
  readonly #parts: CourierParts
  /** No further attempt is to begin. */
  readonly #end = new AbortController()
  /** What is under way is to end at once, and nothing more is kept. */
  readonly #cut = new AbortController()
  #delivery: Delivery
  #wake: (() => void) | undefined
  /** Settles when it has stopped. */
  readonly done: Promise<void>

  /** A webhook that nothing is kept of is of a world that has just taken another one's place, and is told so. */
  constructor(webhook: Webhook, parts: CourierParts) {
    const { source, deliveries, wall } = parts
    this.#webhook = webhook
    this.#parts = parts
    const newest = source.log().newest
    this.#delivery = deliveries.get(webhook.number) ?? { ...beginning(newest, wall()), restarted: true }
    this.#keep({})
    this.done = this.#run(new EventCursor(source, webhook, this.#delivery.cursor, this.#delivery.restarted))
  }

  /** There may be something to do. */
  wake(): void {
    this.#wake?.()
  }

  /** Ends at once: the webhook is gone, or its world. */
  stop(): void {
    this.#cut.abort()
    this.#beginNoMore()
  }

  /** Begins nothing more. What is under way has a moment for its answer: what was taken is not to be sent again. */
  finish(): void {
    setTimeout(() => this.#cut.abort(), LAST_ANSWER_MS).unref()
    this.#beginNoMore()
  }

  #beginNoMore(): void {
    this.#end.abort()
    this.#wake?.()
  }

  async #run(cursor: EventCursor): Promise<void> {
    let waiting: Heard[] = []
    while (!this.#end.signal.aborted) {
      // Nothing is awaited between a look and what follows from it: who wakes or ends it then would not be heard.
      const dead = this.#parts.deliveries.nextAgain(this.#webhook.number)
      const next = dead ?? waiting.shift()
      if (next) {
        await this.#deliver(next, dead)
      } else if (this.#delivery.cursor < cursor.number) {
        // What has come since was not asked for.
        this.#keep({ cursor: cursor.number })
      } else {
        const news = cursor.next()
        if (news) waiting = news.heard
        else await this.#rest()
      }
    }
  }

  /**
   * Tries until the receiver takes an event or the attempts are used up, and keeps what came of it.
   * @param buried the event is one of the dead
   */
  async #deliver({ event, number }: Heard, buried?: KeptDead): Promise<void> {
    const { deliveries, wall } = this.#parts
    const webhook = this.#webhook
    const { losses, run } = this.#delivery
    const isLoss = event.type === 'events.lost'
    const done = buried ? {} : { cursor: number, losses: isLoss ? losses + 1 : losses, restarted: false }
    for (let attempt = 1; !this.#end.signal.aborted; attempt++) {
      const error = await post(webhook, event, { run, wall: wall(), stop: this.#cut.signal })
      if (this.#cut.signal.aborted) return
      const at = new Date(wall()).toISOString()
      const { attempts, delivered, failures } = this.#delivery
      if (error === undefined) {
        if (buried) deliveries.unbury(webhook.number, number)
        this.#keep({ ...done, attempts: attempts + 1, delivered: delivered + 1, lastDelivered: { id: event.id, at } })
        return
      }
      const isLast = attempt >= webhook.attempts
      if (isLast) {
        const before = buried?.attempts ?? 0
        deliveries.bury(webhook.number, number, { event, attempts: before + attempt, error, at })
      }
      const lastFailure = { id: event.id, at, error }
      this.#keep({ ...(isLast ? done : {}), attempts: attempts + 1, failures: failures + 1, lastFailure })
      if (isLast) return
      await this.#pause(webhook.backoffMs * 2 ** (attempt - 1))
    }
  }

  #keep(change: Partial<Delivery>): void {
    this.#delivery = { ...this.#delivery, ...change }
    this.#parts.deliveries.put(this.#webhook.number, this.#delivery)
  }

  /** Until somebody says that there is something to do. */
  #rest(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined
        resolve()
      }
    })
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#end
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, Math.min(ms, LONGEST_PAUSE_MS))
      timer.unref()
      signal.addEventListener('abort', end, { once: true })
      if (signal.aborted) end()
    })
  }
}

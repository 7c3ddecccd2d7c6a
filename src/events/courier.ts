import type { DomainEvent } from '../domain/events/domain-events.js'
import type { Webhook } from '../domain/events/webhooks.js'
import type { Deliveries, Delivery } from '../store/webhooks.js'
import { EventCursor, type EventSource } from './cursor.js'
import { post } from './post.js'

/** No pause between two attempts is longer, in real ms. */
const LONGEST_PAUSE_MS = 3_600_000

/** What a courier works with; the store may be another one's after the world was replaced. */
export interface CourierParts {
  source: EventSource
  deliveries: Deliveries
  /** Real time, ms. */
  wall: () => number
}

export const beginning = (cursor: number): Delivery => ({ cursor, delivered: 0, attempts: 0, failures: 0, losses: 0 })

/**
 * Takes events to one webhook, one after the other: an event that the receiver doesn't take is tried again after a pause,
 * and after the last attempt put with the dead. What has been done is kept after each step, so that a restart goes on
 * there; an event whose receiver took it just before a kill is sent again, with the same id.
 */
export class Courier {
  readonly #webhook: Webhook
  readonly #parts: CourierParts
  readonly #stop = new AbortController()
  #delivery: Delivery
  #wake: (() => void) | undefined
  /** Settles when it has stopped. */
  readonly done: Promise<void>

  /** @param isRestarted the webhook is of a world that has just taken another one's place, and is told so */
  constructor(webhook: Webhook, parts: CourierParts, isRestarted: boolean) {
    this.#webhook = webhook
    this.#parts = parts
    this.#delivery = parts.deliveries.get(webhook.number) ?? beginning(parts.source.log().newest)
    const from = isRestarted ? 'restarted' : { number: this.#delivery.cursor }
    this.done = this.#run(new EventCursor(parts.source, webhook, from))
  }

  /** There may be something to do. */
  wake(): void {
    this.#wake?.()
  }

  stop(): void {
    this.#stop.abort()
    this.#wake?.()
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted
  }

  async #run(cursor: EventCursor): Promise<void> {
    while (!this.#stopped) {
      if (await this.#deliverDead()) continue
      const news = cursor.next()
      if (!news) {
        await this.#rest()
        continue
      }
      for (const { event, number } of news.heard) {
        const error = await this.#deliver(event)
        if (this.#stopped) return
        if (error !== undefined) this.#bury(event, number, error)
        if (event.type === 'events.lost') this.#delivery = { ...this.#delivery, losses: this.#delivery.losses + 1 }
        this.#keep({ cursor: number })
      }
      this.#keep({ cursor: news.number })
    }
  }

  /** Tries the oldest of the dead that are to be tried again. @returns whether there was one */
  async #deliverDead(): Promise<boolean> {
    const { number } = this.#webhook
    const dead = this.#parts.deliveries.nextAgain(number)
    if (!dead) return false
    const error = await this.#deliver(dead.event)
    if (this.#stopped) return true
    if (error === undefined) this.#parts.deliveries.unbury(number, dead.number)
    else this.#bury(dead.event, dead.number, error, dead.attempts)
    return true
  }

  /** Tries until the receiver takes it or the attempts are used up. @returns why it did not take it */
  async #deliver(event: DomainEvent): Promise<string | undefined> {
    let error: string | undefined
    for (let attempt = 1; attempt <= this.#webhook.attempts; attempt++) {
      error = await post(this.#webhook, event, this.#parts.wall(), this.#stop.signal)
      if (this.#stopped) return undefined
      const at = new Date(this.#parts.wall()).toISOString()
      const { attempts, delivered, failures } = this.#delivery
      if (error === undefined) {
        this.#keep({ attempts: attempts + 1, delivered: delivered + 1, lastDelivered: { id: event.id, at } })
        return undefined
      }
      this.#keep({ attempts: attempts + 1, failures: failures + 1, lastFailure: { id: event.id, at, error } })
      if (attempt < this.#webhook.attempts) await this.#pause(this.#webhook.backoffMs * 2 ** (attempt - 1))
      if (this.#stopped) return undefined
    }
    return error
  }

  #bury(event: DomainEvent, number: number, error: string, before = 0): void {
    const attempts = before + this.#webhook.attempts
    const at = new Date(this.#parts.wall()).toISOString()
    this.#parts.deliveries.bury(this.#webhook.number, number, { event, attempts, error, at })
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
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#stop.signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, Math.min(ms, LONGEST_PAUSE_MS))
      timer.unref()
      this.#stop.signal.addEventListener('abort', end, { once: true })
    })
  }
}

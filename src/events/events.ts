import { BEGINNING, type DomainEvent, readPosition } from '../domain/events/domain-events.js'
import { type EventFilter, readFilter } from '../domain/events/event-filter.js'
import type { WorldStore } from '../store/world.js'
import { createDeliverer, type Deliverer } from './deliverer.js'
import { createEventHub, type EventHub, type EventListener } from './hub.js'

/** Everything that brings events to those who listen. */
export interface Events {
  hub: EventHub
  webhooks: Deliverer
  /** Another world has taken the place of the one before. */
  replaced(): void
  /** Ends every stream at once, and every delivery in a moment. */
  close(): Promise<void>
}

export interface EventsParts {
  store: WorldStore
  /** Real time, ms. */
  wall: () => number
  /** Is told of mistakes: a listener's, or ours. */
  complain: (error: unknown) => void
}

/** Starts to bring events to those who listen, and goes on with the deliveries of the last start. */
export function startEvents({ store, wall, complain }: EventsParts): Events {
  const source = { log: () => store.events, now: () => store.state.now }
  const hub = createEventHub(source, complain)
  store.onEvents(() => hub.heard())
  const webhooks = createDeliverer({
    source,
    deliveries: () => store.deliveries,
    webhooks: () => store.look(store.state.now, (world) => world.webhooks.all()),
    wall,
    complain,
  })
  hub.follow(webhooks.wake)
  return {
    hub,
    webhooks,
    replaced() {
      webhooks.wake()
      hub.heard()
    },
    async close() {
      hub.close()
      await webhooks.close()
    },
  }
}

/** Events for who runs the emulator in this process. */
export interface EmulatorEvents {
  /**
   * Calls a listener with each event, before the call that it happened in has returned: after `clock.advance` it has
   * heard of everything. What it throws is logged.
   * @param filter types like `job.failed` or `job.*`, and a vault's id; all events where it is left out
   * @returns stops that
   * @throws Refusal InvalidControlRequest for a filter that can't be
   */
  on(listener: EventListener, filter?: EventFilter): () => void
  /** The events that are kept, oldest first. @param after the id of an event: those after it */
  list(filter?: EventFilter & { after?: string }): DomainEvent[]
}

export const emulatorEvents = (hub: EventHub): EmulatorEvents => ({
  on: (listener, filter) => hub.on(listener, filter),
  list: ({ after, ...filter } = {}) =>
    hub.page(readFilter(filter), after === undefined ? BEGINNING : readPosition(after), Number.POSITIVE_INFINITY)
      .events,
})

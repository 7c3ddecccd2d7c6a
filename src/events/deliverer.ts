import { isAskedFor } from '../domain/events/event-filter.js'
import type { Webhook } from '../domain/events/webhooks.js'
import type { Deliveries, Delivery, KeptDead } from '../store/webhooks.js'
import { beginning, Courier } from './courier.js'
import type { EventSource } from './cursor.js'

/** How far a webhook has come, and what still waits for it. */
export interface DeliveryState extends Delivery {
  /** Events that it has asked for and not been sent yet. */
  waiting: number
  dead: number
}

/** Takes events to webhooks, each in its own pace and in real time; no request waits for that. */
export interface Deliverer {
  /** A webhook was registered: it gets what happens from now on. */
  registered(webhook: Webhook): void
  /** A webhook was taken out: nothing more is sent to it. */
  removed(webhook: Webhook): void
  state(webhook: Webhook): DeliveryState
  /** Oldest first. */
  dead(webhook: Webhook): KeptDead[]
  /** Tries the dead again, in order, before what is new. @returns how many */
  redeliver(webhook: Webhook): number
  /** There may be something new, or another world. */
  wake(): void
  /** Begins nothing more, and settles when what is under way has ended, in a moment. */
  close(): Promise<void>
}

export interface DelivererParts {
  source: EventSource
  /** Of the world that is there now, as are its webhooks. */
  deliveries: () => Deliveries
  webhooks: () => Webhook[]
  /** Real time, ms. */
  wall: () => number
  /** Is told when a courier stumbles over a mistake of ours. */
  complain: (error: unknown) => void
}

/** Rows of the log that are more than there can be. */
const ALL = Number.MAX_SAFE_INTEGER

/** @returns a deliverer that goes on where the last one stopped */
export function createDeliverer({ source, deliveries, webhooks, wall, complain }: DelivererParts): Deliverer {
  const couriers = new Map<number, Courier>()
  const running = new Set<Promise<void>>()
  let log = source.log()

  const send = (webhook: Webhook) => {
    const courier = new Courier(webhook, { source, deliveries: deliveries(), wall })
    couriers.set(webhook.number, courier)
    const done = courier.done.catch(complain).finally(() => running.delete(done))
    running.add(done)
  }
  const stop = ({ number }: Webhook) => {
    couriers.get(number)?.stop()
    couriers.delete(number)
  }

  /** In another world each webhook that it has begins at its present. */
  const startAnew = () => {
    log = source.log()
    for (const courier of couriers.values()) courier.stop()
    couriers.clear()
    for (const webhook of webhooks()) send(webhook)
  }

  const stateOf = ({ number }: Webhook): Delivery => deliveries().get(number) ?? beginning(log.newest, wall())

  for (const webhook of webhooks()) send(webhook)
  return {
    registered(webhook) {
      deliveries().put(webhook.number, beginning(source.log().newest, wall()))
      send(webhook)
    },
    removed(webhook) {
      stop(webhook)
      deliveries().forget(webhook.number)
    },
    state(webhook) {
      const delivery = stateOf(webhook)
      const waiting = source.log().after(delivery.cursor, ALL)
      return {
        ...delivery,
        waiting: waiting.filter((event) => isAskedFor(webhook, event)).length,
        dead: deliveries().dead(webhook.number).length,
      }
    },
    dead: (webhook) => deliveries().dead(webhook.number),
    redeliver(webhook) {
      const count = deliveries().tryAgain(webhook.number)
      couriers.get(webhook.number)?.wake()
      return count
    },
    wake() {
      if (source.log() !== log) return startAnew()
      for (const courier of couriers.values()) courier.wake()
    },
    async close() {
      for (const courier of couriers.values()) courier.finish()
      couriers.clear()
      await Promise.all(running)
    },
  }
}

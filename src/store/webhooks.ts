import type { DomainEvent } from '../domain/events/domain-events.js'
import type { Webhook } from '../domain/events/webhooks.js'
import type { World } from '../domain/world.js'
import type { Database } from './database.js'

/** Receivers of events. A row of one that was taken out stays, empty: its number is not given out again. */
export function webhookStore(db: Database): World['webhooks'] {
  const all = db.prepare<[], string>('SELECT body FROM webhooks WHERE body IS NOT NULL ORDER BY number').pluck()
  const put = db.prepare(
    'INSERT INTO webhooks (number, body) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET body = excluded.body',
  )
  const remove = db.prepare('UPDATE webhooks SET body = NULL WHERE number = ?')
  const last = db.prepare<[], number | null>('SELECT max(number) FROM webhooks').pluck()
  return {
    all: () => all.all().map((body) => JSON.parse(body) as Webhook),
    put: (webhook) => void put.run(webhook.number, JSON.stringify(webhook)),
    delete: (number) => void remove.run(number),
    nextNumber: () => (last.get() ?? 0) + 1,
  }
}

/** How far a webhook has come. Times are real. */
export interface Delivery {
  /**
   * Stands in the ids of its messages. In a world that has taken another one's place the same events happen again, as
   * other messages.
   */
  run: string
  /** It has not been told yet that its world has taken another one's place. */
  restarted?: boolean
  /** The number of the last event that was delivered, given up or not asked for. */
  cursor: number
  /** How many events were delivered, and how many attempts were made for that and in vain. */
  delivered: number
  attempts: number
  failures: number
  /** How often it was told that events are lost. */
  losses: number
  lastDelivered?: { id: string; at: string }
  lastFailure?: { id: string; at: string; error: string }
}

/** An event that was given up. */
export interface DeadDelivery {
  event: DomainEvent
  attempts: number
  error: string
  /** Of the last attempt, in real time. */
  at: string
}

/** A dead delivery as it is kept. */
export interface KeptDead extends DeadDelivery {
  number: number
  /** It is to be tried again. */
  again: boolean
}

/**
 * What has become of the events that were sent to webhooks. It hangs on receivers and on real time, so it is no part of
 * the world: it stands in the same file, and neither its digest nor what is handed out of it knows of it.
 */
export interface Deliveries {
  get(webhook: number): Delivery | undefined
  put(webhook: number, delivery: Delivery): void
  /** Oldest first. */
  dead(webhook: number): KeptDead[]
  /** The oldest that is to be tried again. */
  nextAgain(webhook: number): KeptDead | undefined
  bury(webhook: number, number: number, dead: DeadDelivery): void
  /** Takes one out. */
  unbury(webhook: number, number: number): void
  /** All that are dead are to be tried again. @returns how many */
  tryAgain(webhook: number): number
  /** Forgets a webhook. */
  forget(webhook: number): void
}

/** How many dead events of a webhook are kept; the oldest go. */
export const KEPT_DEAD = 1000

interface DeadRow {
  event: number
  again: number
  body: string
}

const readDead = ({ event, again, body }: DeadRow): KeptDead => ({
  ...(JSON.parse(body) as DeadDelivery),
  number: event,
  again: again === 1,
})

export function deliveryStore(db: Database): Deliveries {
  const get = db.prepare<[number], string>('SELECT body FROM deliveries WHERE webhook = ?').pluck()
  const put = db.prepare(
    'INSERT INTO deliveries (webhook, body) VALUES (?, ?) ON CONFLICT (webhook) DO UPDATE SET body = excluded.body',
  )
  const remove = db.prepare('DELETE FROM deliveries WHERE webhook = ?')
  const columns = 'SELECT event, again, body FROM dead_deliveries WHERE webhook = ?'
  const dead = db.prepare<[number], DeadRow>(`${columns} ORDER BY event`)
  const nextAgain = db.prepare<[number], DeadRow>(`${columns} AND again = 1 ORDER BY event LIMIT 1`)
  const bury = db.prepare(
    `INSERT INTO dead_deliveries (webhook, event, again, body) VALUES (?, ?, 0, ?)
     ON CONFLICT (webhook, event) DO UPDATE SET again = 0, body = excluded.body`,
  )
  const prune = db.prepare(
    `DELETE FROM dead_deliveries WHERE webhook = @webhook AND event <=
       (SELECT event FROM dead_deliveries WHERE webhook = @webhook ORDER BY event DESC LIMIT 1 OFFSET ${KEPT_DEAD})`,
  )
  const unbury = db.prepare('DELETE FROM dead_deliveries WHERE webhook = ? AND event = ?')
  const unburyAll = db.prepare('DELETE FROM dead_deliveries WHERE webhook = ?')
  const tryAgain = db.prepare('UPDATE dead_deliveries SET again = 1 WHERE webhook = ?')
  return {
    get(webhook) {
      const body = get.get(webhook)
      return body === undefined ? undefined : (JSON.parse(body) as Delivery)
    },
    put: (webhook, delivery) => void put.run(webhook, JSON.stringify(delivery)),
    dead: (webhook) => dead.all(webhook).map(readDead),
    nextAgain(webhook) {
      const row = nextAgain.get(webhook)
      return row && readDead(row)
    },
    bury(webhook, number, given) {
      bury.run(webhook, number, JSON.stringify(given))
      prune.run({ webhook })
    },
    unbury: (webhook, number) => void unbury.run(webhook, number),
    tryAgain: (webhook) => tryAgain.run(webhook).changes,
    forget(webhook) {
      remove.run(webhook)
      unburyAll.run(webhook)
    },
  }
}

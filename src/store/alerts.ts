import type { Alert } from '../domain/monitoring/alerts.js'
import { keyOf } from '../domain/names.js'
import type { World } from '../domain/world.js'
import type { Database } from './database.js'

/** Alerts by id, and those of a subscription by when they were raised. */
export function alertStore(db: Database): World['alerts'] {
  const get = db.prepare<[string], string>('SELECT body FROM alerts WHERE id = ?').pluck()
  const put = db.prepare(
    'INSERT INTO alerts (id, subscription, fired, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  )
  const remove = db.prepare('DELETE FROM alerts WHERE id = ?')
  const all = db.prepare<[], string>('SELECT body FROM alerts ORDER BY fired DESC, id').pluck()
  const ofSubscription = db
    .prepare<[string, number, number], string>(
      'SELECT body FROM alerts WHERE subscription = ? AND fired BETWEEN ? AND ? ORDER BY fired DESC, id',
    )
    .pluck()
  const read = (body: string) => JSON.parse(body) as Alert
  return {
    get: (id) => {
      const body = get.get(id)
      return body === undefined ? undefined : read(body)
    },
    put: (alert) => void put.run(alert.id, keyOf(alert.subscriptionId), alert.firedAt, JSON.stringify(alert)),
    delete: (id) => void remove.run(id),
    all: () => all.all().map(read),
    ofSubscription: (subscriptionId, from, to) => ofSubscription.all(keyOf(subscriptionId), from, to).map(read),
  }
}

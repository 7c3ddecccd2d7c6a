import type { ActivityRecord } from '../domain/monitoring/activity-log.js'
import { keyOf } from '../domain/names.js'
import type { World } from '../domain/world.js'
import type { Database } from './database.js'

interface Row {
  id: number
  body: string
}

/** What was asked of a subscription, by when it was. */
export function activityLogStore(db: Database): World['activityLog'] {
  const add = db.prepare('INSERT INTO activity_log (subscription, time, body) VALUES (?, ?, ?)')
  const prune = db.prepare('DELETE FROM activity_log WHERE time < ?')
  const ofSubscription = db.prepare<[string, number, number], Row>(
    'SELECT id, body FROM activity_log WHERE subscription = ? AND time BETWEEN ? AND ? ORDER BY time DESC, id DESC',
  )
  return {
    add: (record) => Number(add.run(keyOf(record.subscriptionId), record.at, JSON.stringify(record)).lastInsertRowid),
    prune: (before) => void prune.run(before),
    ofSubscription: (subscriptionId, from, to) =>
      ofSubscription
        .all(keyOf(subscriptionId), from, to)
        .map(({ id, body }) => ({ id, ...(JSON.parse(body) as ActivityRecord) })),
  }
}

import type { RecoveryPoint } from '../domain/backup/recovery-points.js'
import type { World } from '../domain/world.js'
import type { Database } from './database.js'
import { createReader } from './reading.js'

const readAll = (bodies: string[]) => bodies.map((body) => JSON.parse(body) as RecoveryPoint)

/** What is known to be new needs no look whether it is there. */
export type PointStore = World['points'] & { add(point: RecoveryPoint): void }

/** Recovery points of every item, in the order of their time, and when a tier of one runs out next. */
export function recoveryPointStore(db: Database): PointStore {
  const find = db.prepare<[number, string], string>('SELECT body FROM points WHERE item = ? AND name = ?').pluck()
  const change = db.prepare('UPDATE points SET due = ?, body = ? WHERE item = ? AND name = ?')
  const insert = db.prepare('INSERT INTO points (item, name, time, due, body) VALUES (?, ?, ?, ?, ?)')
  const remove = db.prepare('DELETE FROM points WHERE item = ? AND name = ?')
  const removeAll = db.prepare('DELETE FROM points WHERE item = ?')
  const ofItem = db
    .prepare<[number], string>('SELECT body FROM points WHERE item = ? ORDER BY time DESC, name DESC')
    .pluck()
  const newest = db
    .prepare<[number], string>('SELECT body FROM points WHERE item = ? ORDER BY time DESC, name DESC LIMIT 1')
    .pluck()
  const count = db.prepare<[number], { n: number }>('SELECT count(*) AS n FROM points WHERE item = ?')
  const countSince = db
    .prepare<[number, number], number>('SELECT count(*) FROM points WHERE item = ? AND time > ?')
    .pluck()
  const oldest = db.prepare<[number], { time: number | null }>('SELECT min(time) AS time FROM points WHERE item = ?')
  const due = db
    .prepare<[number, number], string>('SELECT body FROM points WHERE item = ? AND due <= ? ORDER BY time')
    .pluck()
  const nextDue = db.prepare<[number], { due: number | null }>(
    'SELECT min(due) AS due FROM points WHERE item = ? AND due IS NOT NULL',
  )
  // Of most items the newest point is looked at again and again, and no other.
  const reader = createReader<RecoveryPoint>()
  const read = (itemId: number, body: string | undefined) =>
    body === undefined ? undefined : reader.read(itemId, body)
  const bodyOf = (point: RecoveryPoint) => {
    const body = JSON.stringify(point)
    const newest = reader.peek(point.itemId)
    if (!newest || newest.time <= point.time) reader.keep(point.itemId, body, point)
    return body
  }
  const add = (point: RecoveryPoint, body: string) =>
    void insert.run(point.itemId, point.name, point.time, point.due, body)
  return {
    find: (itemId, name) => read(itemId, find.get(itemId, name)),
    put: (point) => {
      const body = bodyOf(point)
      if (change.run(point.due, body, point.itemId, point.name).changes === 0) add(point, body)
    },
    add: (point) => add(point, bodyOf(point)),
    delete: (itemId, name) => void remove.run(itemId, name),
    deleteAll: (itemId) => void removeAll.run(itemId),
    ofItem: (itemId) => readAll(ofItem.all(itemId)),
    newest: (itemId) => read(itemId, newest.get(itemId)),
    count: (itemId) => count.get(itemId)?.n ?? 0,
    countSince: (itemId, after) => countSince.get(itemId, after) ?? 0,
    oldest: (itemId) => oldest.get(itemId)?.time ?? undefined,
    due: (itemId, until) => readAll(due.all(itemId, until)),
    nextDue: (itemId) => nextDue.get(itemId)?.due ?? undefined,
  }
}

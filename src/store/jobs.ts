import { isOpen, type Job } from '../domain/jobs.js'
import type { Operation } from '../domain/operations.js'
import type { World } from '../domain/world.js'
import type { Database } from './database.js'

interface Row {
  body: string
}

const readAll = <T>(rows: Row[]) => rows.map((row) => JSON.parse(row.body) as T)

/** Jobs by id, by vault newest first, and those that have not ended. */
export function jobStore(db: Database): World['jobs'] {
  const get = db.prepare<[string], Row>('SELECT body FROM jobs WHERE id = ?')
  const put = db.prepare(
    `INSERT INTO jobs (id, vault, item, operation, status, start, open, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, open = excluded.open, body = excluded.body`,
  )
  const query = db.prepare<[object], Row>(
    `SELECT body FROM jobs WHERE vault = @vaultKey
       AND (@status IS NULL OR status = @status) AND (@operation IS NULL OR operation = @operation)
       AND start >= @startFrom AND start <= @startTo
     ORDER BY start DESC, rowid DESC`,
  )
  const open = db.prepare<[number], Row>('SELECT body FROM jobs WHERE item = ? AND open = 1 ORDER BY start')
  const allOpen = db.prepare<[], Row>('SELECT body FROM jobs WHERE open = 1 ORDER BY start, rowid')
  return {
    get: (id) => {
      const row = get.get(id)
      return row ? (JSON.parse(row.body) as Job) : undefined
    },
    put: (job) =>
      void put.run(
        job.id,
        job.vaultKey,
        job.itemId,
        job.operation,
        job.status,
        job.start,
        isOpen(job) ? 1 : 0,
        JSON.stringify(job),
      ),
    query: ({ vaultKey, status = null, operation = null, startFrom = 0, startTo = Number.MAX_SAFE_INTEGER }) =>
      readAll(query.all({ vaultKey, status, operation, startFrom, startTo })),
    open: (itemId) => readAll(open.all(itemId)),
    allOpen: () => readAll(allOpen.all()),
  }
}

/** Long-running operations by the id that was handed out. */
export function operationStore(db: Database): World['operations'] {
  const get = db.prepare<[string], Row>('SELECT body FROM operations WHERE key = ?')
  const put = db.prepare(
    'INSERT INTO operations (key, open, body) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET open = excluded.open, body = excluded.body',
  )
  const remove = db.prepare('DELETE FROM operations WHERE key = ?')
  const all = db.prepare<[], Row>('SELECT body FROM operations ORDER BY key')
  const allOpen = db.prepare<[], Row>('SELECT body FROM operations WHERE open = 1 ORDER BY rowid')
  return {
    get: (key) => {
      const row = get.get(key)
      return row ? (JSON.parse(row.body) as Operation) : undefined
    },
    put: (operation) =>
      void put.run(operation.key, operation.status === 'InProgress' ? 1 : 0, JSON.stringify(operation)),
    delete: (key) => void remove.run(key),
    all: () => readAll(all.all()),
    allOpen: () => readAll(allOpen.all()),
  }
}

import { isOpen } from '../domain/jobs/job-status.js'
import type { Job } from '../domain/jobs/jobs.js'
import type { Operation } from '../domain/operations.js'
import type { World } from '../domain/world.js'
import type { Database } from './database.js'
import { createReader } from './reading.js'

const readAll = <T>(bodies: string[]) => bodies.map((body) => JSON.parse(body) as T)

/** What is known to be new needs no look whether it is there. */
export type JobStore = World['jobs'] & { add(job: Job): void }

/** Jobs by id, by vault newest first, and those that have not ended. */
export function jobStore(db: Database): JobStore {
  const get = db.prepare<[string], string>('SELECT body FROM jobs WHERE id = ?').pluck()
  // A job is written once and changed many times: the cheap statement first.
  const change = db.prepare('UPDATE jobs SET status = ?, open = ?, body = ? WHERE id = ?')
  const insert = db.prepare(
    'INSERT INTO jobs (id, vault, item, operation, status, start, open, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const query = db
    .prepare<[object], string>(
      `SELECT body FROM jobs WHERE vault = @vaultKey
       AND (@status IS NULL OR status = @status) AND (@operation IS NULL OR operation = @operation)
       AND start >= @startFrom AND start <= @startTo
     ORDER BY start DESC, rowid DESC`,
    )
    .pluck()
  const open = db.prepare<[number], { id: string; body: string }>(
    'SELECT id, body FROM jobs WHERE item = ? AND open = 1 ORDER BY start',
  )
  const allOpen = db.prepare<[], string>('SELECT body FROM jobs WHERE open = 1 ORDER BY start, rowid').pluck()
  const ofItemSince = db
    .prepare<[string, number, number], string>(
      'SELECT body FROM jobs WHERE vault = ? AND start > ? AND item = ? ORDER BY start, rowid',
    )
    .pluck()
  const countSince = db
    .prepare<[string, number, string], number>(
      'SELECT count(*) FROM jobs WHERE vault = ? AND start > ? AND operation IN (SELECT value FROM json_each(?))',
    )
    .pluck()
  const reader = createReader<Job>()
  const bodyOf = (job: Job) => {
    const body = JSON.stringify(job)
    if (isOpen(job)) reader.keep(job.id, body, job)
    else reader.drop(job.id)
    return body
  }
  const openFlag = (job: Job) => (isOpen(job) ? 1 : 0)
  const add = (job: Job, body: string) =>
    void insert.run(job.id, job.vaultKey, job.itemId, job.operation, job.status, job.start, openFlag(job), body)
  return {
    get: (id) => {
      const body = get.get(id)
      return body === undefined ? undefined : reader.read(id, body)
    },
    put: (job) => {
      const body = bodyOf(job)
      if (change.run(job.status, openFlag(job), body, job.id).changes === 0) add(job, body)
    },
    add: (job) => add(job, bodyOf(job)),
    query: ({ vaultKey, status = null, operation = null, startFrom = 0, startTo = Number.MAX_SAFE_INTEGER }) =>
      readAll(query.all({ vaultKey, status, operation, startFrom, startTo })),
    open: (itemId) => open.all(itemId).map(({ id, body }) => reader.read(id, body)),
    allOpen: () => readAll(allOpen.all()),
    ofItemSince: (vaultKey, itemId, after) => readAll(ofItemSince.all(vaultKey, after, itemId)),
    countSince: (vaultKey, after, operations) => countSince.get(vaultKey, after, JSON.stringify(operations)) ?? 0,
  }
}

/** Long-running operations by the id that was handed out. */
export function operationStore(db: Database): World['operations'] {
  const get = db.prepare<[string], string>('SELECT body FROM operations WHERE key = ?').pluck()
  const put = db.prepare(
    'INSERT INTO operations (key, open, body) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET open = excluded.open, body = excluded.body',
  )
  const remove = db.prepare('DELETE FROM operations WHERE key = ?')
  const all = db.prepare<[], string>('SELECT body FROM operations ORDER BY key').pluck()
  const allOpen = db.prepare<[], string>('SELECT body FROM operations WHERE open = 1 ORDER BY rowid').pluck()
  return {
    get: (key) => {
      const body = get.get(key)
      return body === undefined ? undefined : (JSON.parse(body) as Operation)
    },
    put: (operation) =>
      void put.run(operation.key, operation.status === 'InProgress' ? 1 : 0, JSON.stringify(operation)),
    delete: (key) => void remove.run(key),
    all: () => readAll(all.all()),
    allOpen: () => readAll(allOpen.all()),
  }
}

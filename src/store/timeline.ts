import type { DueEvent } from '../domain/due.js'
import type { DueKind, Timeline } from '../domain/world.js'
import type { Database } from './database.js'

/** An event as it stands on the timeline: ordered by due time, then by the order in which they were put there. */
export interface TimelineEvent extends DueEvent {
  due: number
  seq: number
}

/** The timeline, and what only the scheduler does with it. */
export interface StoredTimeline extends Timeline {
  next(): TimelineEvent | undefined
  remove(event: TimelineEvent): void
  count(): number
}

interface Row {
  due: number
  seq: number
  kind: string
  subject: string
  payload: string | null
}

/** @param nextNumber gives the sequence number of a new event */
export function timelineStore(db: Database, nextNumber: () => number): StoredTimeline {
  const insert = db.prepare('INSERT INTO timeline (due, seq, kind, subject, payload) VALUES (?, ?, ?, ?, ?)')
  const cancelAll = db.prepare('DELETE FROM timeline WHERE subject = ?')
  const cancelKind = db.prepare('DELETE FROM timeline WHERE subject = ? AND kind = ?')
  const nextOf = db.prepare<[string], { due: number | null }>('SELECT min(due) AS due FROM timeline WHERE subject = ?')
  const next = db.prepare<[], Row>('SELECT due, seq, kind, subject, payload FROM timeline ORDER BY due, seq LIMIT 1')
  const remove = db.prepare('DELETE FROM timeline WHERE due = ? AND seq = ?')
  const count = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM timeline')
  return {
    at: (due, kind, subject, payload) =>
      void insert.run(
        Math.round(due),
        nextNumber(),
        kind,
        subject,
        payload === undefined ? null : JSON.stringify(payload),
      ),
    cancel: (subject, kind) => void (kind === undefined ? cancelAll.run(subject) : cancelKind.run(subject, kind)),
    nextOf: (subject) => nextOf.get(subject)?.due ?? undefined,
    next: () => {
      const row = next.get()
      if (!row) return undefined
      return { ...row, kind: row.kind as DueKind, payload: row.payload === null ? undefined : JSON.parse(row.payload) }
    },
    remove: (event) => void remove.run(event.due, event.seq),
    count: () => count.get()?.n ?? 0,
  }
}

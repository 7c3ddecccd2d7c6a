import type { Fault, Faults } from '../domain/faults/faults.js'
import type { Database } from './database.js'

/** The rules of a world. `forget` is for who has taken changes back: what is kept in memory is then not what the database says. */
export function faultStore(db: Database): Faults & { forget(): void } {
  const all = db.prepare<[], string>('SELECT body FROM faults ORDER BY number').pluck()
  const put = db.prepare(
    'INSERT INTO faults (number, body) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET body = excluded.body',
  )
  const remove = db.prepare('DELETE FROM faults WHERE number = ?')
  // Every request and every step of a job asks; nearly always there are none.
  let kept: readonly Fault[] | undefined
  const read = () => {
    kept ??= Object.freeze(all.all().map((body) => JSON.parse(body) as Fault))
    return kept
  }
  return {
    get: (id) => read().find((fault) => fault.id === id),
    all: read,
    put: (fault) => {
      put.run(fault.number, JSON.stringify(fault))
      kept = read().some(({ id }) => id === fault.id)
        ? Object.freeze(read().map((other) => (other.id === fault.id ? fault : other)))
        : undefined
    },
    delete: (id) => {
      remove.run(read().find((fault) => fault.id === id)?.number ?? 0)
      kept = undefined
    },
    forget: () => {
      kept = undefined
    },
  }
}

import type { Job } from '../../src/domain/jobs/jobs.js'
import type { ProtectedItem } from '../../src/domain/protection/protected-items.js'
import type { Row, Rows, TimelineRow } from './rows.js'

/** What holds of every world at every moment, and how what breaks it is found. */
export interface Rule {
  what: string
  breaks: (rows: Rows) => unknown[]
}

export const bodies = <T>(rows: readonly Row<T>[]): T[] => rows.map(({ body }) => body)

export const iso = (instant: number | undefined) => (instant === undefined ? 'never' : new Date(instant).toISOString())

/** What is due of something, of one kind or of all. */
export const eventsOf = (rows: Rows, subject: string, kind?: string): TimelineRow[] =>
  (rows.eventsOf.get(subject) ?? []).filter((event) => kind === undefined || event.kind === kind)

export const saysJob = ({ id, operation, workload, status, tasks, itemId, friendlyName }: Job) =>
  `job ${id} (${operation} of ${workload} ${friendlyName}, item ${itemId}) ${status} [${tasks.map((task) => task.status)}]`

export function saysItem({ id, name, vaultKey, state, deleted, configuring }: ProtectedItem): string {
  const also = `${deleted ? `, deleted until ${iso(deleted.until)}` : ''}${configuring ? ', configuring' : ''}`
  return `item ${id} (${name} in ${vaultKey}) ${state}${also}`
}

export const saysDue = (rows: Rows, item: ProtectedItem) =>
  `${saysItem(item)}, due ${eventsOf(rows, `item:${item.id}`).map(({ kind, due }) => `${kind} ${iso(due)}`)}`

/** What is there a second time. */
export function twice<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  const seen = new Set<string>()
  return values.filter((value) => seen.size === seen.add(keyOf(value)).size)
}

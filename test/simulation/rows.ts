import Database from 'better-sqlite3'
import type { RecoveryPoint } from '../../src/domain/backup/recovery-points.js'
import type { Fault } from '../../src/domain/faults/faults.js'
import type { Resource, ResourceGroup } from '../../src/domain/inventory/inventory.js'
import type { Job } from '../../src/domain/jobs/jobs.js'
import type { Alert } from '../../src/domain/monitoring/alerts.js'
import type { Operation } from '../../src/domain/operations.js'
import type { Policy } from '../../src/domain/policies/policy-book.js'
import type { ProtectedItem } from '../../src/domain/protection/protected-items.js'
import type { MachineRegistration } from '../../src/domain/protection/registered-machines.js'
import type { StorageContainer } from '../../src/domain/protection/storage-containers.js'
import type { Vault } from '../../src/domain/vaults/vault.js'
import type { DueKind } from '../../src/domain/world.js'

/** What each table with bodies holds. */
interface Bodies {
  vaults: Vault
  policies: Policy
  registrations: MachineRegistration
  containers: StorageContainer
  items: ProtectedItem
  points: RecoveryPoint
  jobs: Job
  operations: Operation
  alerts: Alert
  faults: Fault
  resources: Resource
  groups: ResourceGroup
}

const TABLES = [
  ...(['vaults', 'policies', 'registrations', 'containers', 'items', 'points'] as const),
  ...(['jobs', 'operations', 'alerts', 'faults', 'resources', 'groups'] as const),
] as const satisfies (keyof Bodies)[]

/** A row: what it holds, and the columns beside it. */
export interface Row<T> {
  columns: Readonly<Record<string, string | number | null>>
  body: T
}

export interface TimelineRow {
  due: number
  seq: number
  kind: DueKind
  subject: string
  payload: string | null
}

/** A world as its file has it, and what is looked up in it. Keys are the rows' own. */
export type Rows = { readonly [T in keyof Bodies]: readonly Row<Bodies[T]>[] } & {
  readonly now: number
  readonly timeline: readonly TimelineRow[]
  /** Every row of a table whose rows belong to vaults. */
  readonly inVaults: readonly { table: string; vault: string }[]
  readonly vault: ReadonlyMap<string, Vault>
  readonly item: ReadonlyMap<number, ProtectedItem>
  readonly job: ReadonlyMap<string, Job>
  readonly operation: ReadonlyMap<string, Operation>
  readonly eventsOf: ReadonlyMap<string, readonly TimelineRow[]>
  /** Newest first. */
  readonly pointsOf: ReadonlyMap<number, readonly RecoveryPoint[]>
}

const IN_VAULTS = [
  ...(['policies', 'registrations', 'containers', 'items', 'jobs'] as const),
  ...(['discovered', 'private_endpoints', 'servers', 'credentials', 'intents'] as const),
] as const

function grouped<K, V>(values: readonly V[], keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>()
  for (const value of values) {
    const group = groups.get(keyOf(value))
    if (group) group.push(value)
    else groups.set(keyOf(value), [value])
  }
  return groups
}

/** Reads worlds one after the other: what has not changed since the last one is not parsed again. */
export function createRowReader(): (file: Buffer) => Rows {
  let known = new Map<string, unknown>()
  return (file) => {
    const seen = new Map<string, unknown>()
    const parse = (text: string) => {
      const value = known.get(text) ?? JSON.parse(text)
      seen.set(text, value)
      return value
    }
    const db = new Database(file)
    try {
      return readRows(db, parse)
    } finally {
      db.close()
      known = seen
    }
  }
}

function readRows(db: Database.Database, parse: (text: string) => unknown): Rows {
  const all = (sql: string) => db.prepare<[], Row<unknown>['columns']>(sql).all()
  const table = (name: string) =>
    all(`SELECT * FROM ${name}`).map(({ body, ...columns }) => ({ columns, body: parse(String(body)) }))
  const tables = Object.fromEntries(TABLES.map((name) => [name, table(name)])) as unknown as Pick<Rows, keyof Bodies>
  const timeline = db.prepare<[], TimelineRow>('SELECT * FROM timeline ORDER BY due, seq').all()
  const points = tables.points.map(({ body }) => body)
  const by = <K, V>(rows: readonly Row<V>[], keyOf: (body: V) => K) =>
    new Map(rows.map(({ body }) => [keyOf(body), body]))
  return {
    ...tables,
    timeline,
    now: Number(db.prepare('SELECT now FROM state').pluck().get()),
    inVaults: IN_VAULTS.flatMap((name) =>
      all(`SELECT vault FROM ${name}`).map(({ vault }) => ({ table: name, vault: String(vault) })),
    ),
    vault: by(tables.vaults, ({ key }) => key),
    item: by(tables.items, ({ id }) => id),
    job: by(tables.jobs, ({ id }) => id),
    operation: by(tables.operations, ({ key }) => key),
    eventsOf: grouped(timeline, ({ subject }) => subject),
    pointsOf: new Map(
      [...grouped(points, ({ itemId }) => itemId)].map(([id, own]) => [id, own.toSorted((a, b) => b.time - a.time)]),
    ),
  }
}

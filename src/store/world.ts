import { createHash } from 'node:crypto'
import { createChance } from '../domain/chance.js'
import { FIRST_SUBSCRIPTION, meetSubscription } from '../domain/inventory/inventory.js'
import type { Limits } from '../domain/limits.js'
import type { World } from '../domain/world.js'
import { openDatabase } from './database.js'
import { inventoryStore } from './inventory.js'
import { itemStore } from './items.js'
import { jobStore, operationStore } from './jobs.js'
import { recoveryPointStore } from './recovery-points.js'
import { type StoredTimeline, timelineStore } from './timeline.js'
import { recordsOfVault } from './vault-records.js'
import { vaultStore } from './vaults.js'

/** What is kept of the world as a whole. Times in ms. */
export interface WorldState {
  seed: string
  /** How many numbers have been drawn. */
  ordinal: number
  /** The world's instant at the last commit, and the wall clock's then. */
  now: number
  wall: number
  /** The clock's own settings, as the scheduler writes them. */
  clock: string
}

export interface WorldStore {
  readonly timeline: StoredTimeline
  readonly state: Readonly<WorldState>
  /**
   * Runs one request or one event as one transaction at an instant. What it throws undoes everything.
   * @param now the instant, ms
   * @param wall the wall clock, kept beside it
   */
  transact<T>(now: number, wall: number, run: (world: World) => T): T
  /** Looks without changing: no transaction. */
  look<T>(now: number, run: (world: World) => T): T
  /** Keeps the clock's settings. */
  setClock(clock: string, now: number, wall: number): void
  /** An empty world: one subscription, nothing else. */
  reset(start: { seed: string; now: number; wall: number; clock: string }): void
  /** A digest of everything the world holds, for tests that nothing has changed. */
  digest(): string
  close(): void
}

export interface WorldStoreOptions {
  /** A path or ':memory:'. */
  file: string
  limits: Limits
  strict: boolean
  /** What a new world starts with; a kept one goes on with its own. */
  fresh: { seed: string; now: number; wall: number; clock: string }
}

/** Everything of a world but its clock: the state row says which, the rest is emptied by a reset. */
const TABLES = [
  'timeline',
  'subscriptions',
  'groups',
  'resources',
  'vaults',
  'discovered',
  'policies',
  'private_endpoints',
  'credentials',
  'servers',
  'intents',
  'containers',
  'items',
  'points',
  'jobs',
  'operations',
]

/** Opens a world: a new one where the file holds none. */
export function openWorldStore(options: WorldStoreOptions): WorldStore {
  const db = openDatabase(options.file)
  const readState = db.prepare<[], WorldState>('SELECT seed, ordinal, now, wall, clock FROM state')
  const writeState = db.prepare(
    `INSERT INTO state (one, seed, ordinal, now, wall, clock) VALUES (1, @seed, @ordinal, @now, @wall, @clock)
     ON CONFLICT (one) DO UPDATE SET seed = @seed, ordinal = @ordinal, now = @now, wall = @wall, clock = @clock`,
  )
  const keepState = db.prepare('UPDATE state SET ordinal = ?, now = ?, wall = ? WHERE one = 1')
  let state: WorldState = readState.get() ?? { ...options.fresh, ordinal: 0 }
  const nextNumber = () => ++state.ordinal
  const timeline = timelineStore(db, nextNumber)

  const build = (): World & { now: number } => ({
    now: state.now,
    chance: createChance(state.seed, nextNumber),
    limits: options.limits,
    strict: options.strict,
    timeline,
    ...inventoryStore(db),
    vaults: vaultStore(db),
    policies: recordsOfVault(db, 'policies'),
    privateEndpoints: recordsOfVault(db, 'private_endpoints'),
    credentials: recordsOfVault(db, 'credentials'),
    servers: recordsOfVault(db, 'servers'),
    intents: recordsOfVault(db, 'intents'),
    containers: recordsOfVault(db, 'containers'),
    items: itemStore(db),
    points: recoveryPointStore(db),
    jobs: jobStore(db),
    operations: operationStore(db),
    nextNumber,
  })
  let world = build()

  const inTransaction = db.transaction((run: () => unknown) => run())

  const store: WorldStore = {
    timeline,
    get state() {
      return state
    },
    transact(now, wall, run) {
      const before = state
      state = { ...state, now, wall }
      world.now = now
      try {
        return inTransaction(() => {
          const result = run(world)
          keepState.run(state.ordinal, state.now, state.wall)
          return result
        }) as ReturnType<typeof run>
      } catch (error) {
        state = before
        throw error
      }
    },
    look(now, run) {
      world.now = now
      return run(world)
    },
    setClock(clock, now, wall) {
      state = { ...state, clock, now, wall }
      writeState.run(state)
    },
    reset(start) {
      state = { ...start, ordinal: 0 }
      world = build()
      inTransaction(() => {
        for (const table of TABLES) db.exec(`DELETE FROM ${table}`)
        meetSubscription(world, FIRST_SUBSCRIPTION)
        writeState.run(state)
      })
    },
    digest() {
      const hash = createHash('sha256')
      for (const table of TABLES) {
        const rows = db.prepare(`SELECT * FROM ${table}`).raw().all()
        hash.update(`${table}\n${JSON.stringify(rows)}\n`)
      }
      return hash.digest('hex')
    },
    close: () => void db.close(),
  }
  if (!readState.get()) store.reset(options.fresh)
  return store
}

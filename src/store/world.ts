import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { World } from '../domain/world.js'
import { type CheckpointInfo, type CheckpointStore, checkpointStore } from './checkpoints.js'
import { connect, type WorldOptions, type WorldState } from './connection.js'
import { openDatabase } from './database.js'
import type { EventLog } from './events.js'
import { type Admission, bytesOf, canonicalBytes } from './snapshots.js'
import { TABLES } from './tables.js'
import type { StoredTimeline } from './timeline.js'
import type { Deliveries } from './webhooks.js'
import { openWorldFile, type PutAway } from './world-file.js'

export interface WorldStore {
  readonly timeline: StoredTimeline
  readonly state: Readonly<WorldState>
  /** What happened in the world. */
  readonly events: EventLog
  /** What has become of the events that were sent to webhooks; beside the world. */
  readonly deliveries: Deliveries
  /**
   * Runs one request or one event as one transaction at an instant. What it throws undoes everything.
   * @param now the instant, ms
   * @param wall the wall clock, kept beside it
   */
  transact<T>(now: number, wall: number, run: (world: World) => T): T
  /** Looks without changing: no transaction. */
  look<T>(now: number, run: (world: World) => T): T
  /**
   * Keeps the clock's settings.
   * @param from the instant that somebody has moved the clock from, ms; the same as now where nobody has
   */
  setClock(clock: string, now: number, wall: number, from: number): void
  /** Who is called whenever something has happened, right after it was committed. */
  onEvents(heard: () => void): void
  /** An empty world: one subscription, nothing else. */
  reset(start: { seed: string; now: number; wall: number; clock: string }): void
  /** Whole worlds that are put away; `put` takes this one as it was last committed. */
  readonly checkpoints: Omit<CheckpointStore, 'put'> & { put(name: string): CheckpointInfo }
  /**
   * Goes on with a world that was put away, from its instant. Whatever was read of the one before is void.
   * @throws WorldFileError where it can't be had; nothing has changed then
   */
  replaceBy(world: PutAway, admission: Admission): void
  /** The whole world as an SQLite file: the same bytes for the same world. @param now its instant, ms */
  bytes(now: number): Buffer
  /** A digest of everything the world holds but its activity log, for tests that nothing has changed. */
  digest(): string
  close(): void
}

export interface WorldStoreOptions extends WorldOptions {
  /** A path or ':memory:'. */
  file: string
}

/** Opens a world: a new one where the file holds none. */
export function openWorldStore(options: WorldStoreOptions): WorldStore {
  const file = openWorldFile(options.file)
  const shelf = checkpointStore(options.file === ':memory:' ? undefined : join(dirname(options.file), 'checkpoints'))
  let heard = () => {}
  const connected = () => connect(file.db, options, options.fresh, () => heard())
  let live = connected()
  return {
    get timeline() {
      return live.timeline
    },
    get state() {
      return live.state
    },
    get events() {
      return live.events
    },
    get deliveries() {
      return live.deliveries
    },
    onEvents(called) {
      heard = called
    },
    transact: (now, wall, run) => live.transact(now, wall, run),
    look: (now, run) => live.look(now, run),
    setClock: (clock, now, wall, from) => live.setClock(clock, now, wall, from),
    reset(start) {
      const empty = openDatabase(':memory:')
      connect(empty, options, start)
      file.renew(empty)
      live = connected()
    },
    checkpoints: { ...shelf, put: (name) => shelf.put(name, file.db) },
    replaceBy(world, admission) {
      file.replaceBy(world, admission)
      live = connected()
    },
    bytes: (now) => canonicalBytes(bytesOf(file.db), now),
    digest() {
      const hash = createHash('sha256')
      for (const table of TABLES) {
        const rows = file.db.prepare(`SELECT * FROM ${table}`).raw().all()
        hash.update(`${table}\n${JSON.stringify(rows)}\n`)
      }
      return hash.digest('hex')
    },
    close: () => file.close(),
  }
}

import { createChance } from '../domain/chance.js'
import { CLOCK_PATH, clockEvents } from '../domain/events/clock-events.js'
import { FIRST_SUBSCRIPTION, meetSubscription } from '../domain/inventory/inventory.js'
import type { Limits } from '../domain/limits.js'
import type { World } from '../domain/world.js'
import { activityLogStore } from './activity-log.js'
import { alertStore } from './alerts.js'
import type { Database } from './database.js'
import { type EventLog, eventLog, type WrittenEventLog } from './events.js'
import { faultStore } from './faults.js'
import { inventoryStore } from './inventory.js'
import { itemStore } from './items.js'
import { jobStore, operationStore } from './jobs.js'
import { type Recording, recordingOf } from './recording.js'
import { recoveryPointStore } from './recovery-points.js'
import { roleAssignmentStore } from './role-assignments.js'
import { timelineStore } from './timeline.js'
import { recordsOfVault } from './vault-records.js'
import { vaultStore } from './vaults.js'
import { type Deliveries, deliveryStore, webhookStore } from './webhooks.js'

/** What is kept of the world as a whole. Times in ms. */
export interface WorldState {
  seed: string
  /** How many numbers have been drawn. */
  ordinal: number
  /** The world's instant at the last commit, and the wall clock's then. */
  now: number
  /** 0 where it isn't known: the clock goes on from `now`. */
  wall: number
  /** The clock's own settings, as the scheduler writes them. */
  clock: string
}

export interface WorldOptions {
  limits: Limits
  classicLimits: Limits
  strict: boolean
  /** What a new world starts with; a kept one goes on with its own. */
  fresh: { seed: string; now: number; wall: number; clock: string }
}

/** Thrown to end a nested transaction whose changes are not to be kept; it takes along what was answered. */
class TakenBack {
  constructor(readonly answer: unknown) {}
}

/** The world, and what only its store does with its parts. */
type Built = World & {
  now: number
  faults: ReturnType<typeof faultStore>
  recording: Recording
  log: WrittenEventLog
  deliveries: Deliveries
}

/**
 * A world on its database: what is known of it by heart, its repositories and their statements. For another database
 * all of it is made anew.
 * @param fresh what the world starts with where the database holds none
 * @param heard is called whenever something has happened
 */
export function connect(db: Database, options: WorldOptions, fresh: WorldOptions['fresh'], heard = () => {}) {
  const readState = db.prepare<[], WorldState>('SELECT seed, ordinal, now, wall, clock FROM state')
  const writeState = db.prepare(
    `INSERT INTO state (one, seed, ordinal, now, wall, clock) VALUES (1, @seed, @ordinal, @now, @wall, @clock)
     ON CONFLICT (one) DO UPDATE SET seed = @seed, ordinal = @ordinal, now = @now, wall = @wall, clock = @clock`,
  )
  const keepState = db.prepare('UPDATE state SET ordinal = ?, now = ?, wall = ? WHERE one = 1')
  const keepStateAndLog = db.prepare('UPDATE state SET ordinal = ?, now = ?, wall = ?, log = ? WHERE one = 1')
  let state: WorldState = readState.get() ?? { ...fresh, ordinal: 0 }
  const nextNumber = () => ++state.ordinal
  const timeline = timelineStore(db, nextNumber)

  const build = (): Built => {
    const recording = recordingOf({
      vaults: vaultStore(db),
      policies: recordsOfVault(db, 'policies'),
      items: itemStore(db),
      points: recoveryPointStore(db),
      jobs: jobStore(db),
      alerts: alertStore(db),
    })
    return {
      now: state.now,
      chance: createChance(state.seed, nextNumber),
      limits: options.limits,
      classicLimits: options.classicLimits,
      strict: options.strict,
      timeline,
      ...inventoryStore(db),
      roleAssignments: roleAssignmentStore(db),
      ...recording.told,
      privateEndpoints: recordsOfVault(db, 'private_endpoints'),
      credentials: recordsOfVault(db, 'credentials'),
      servers: recordsOfVault(db, 'servers'),
      intents: recordsOfVault(db, 'intents'),
      registrations: recordsOfVault(db, 'registrations'),
      containers: recordsOfVault(db, 'containers'),
      operations: operationStore(db),
      activityLog: activityLogStore(db),
      webhooks: webhookStore(db),
      faults: faultStore(db),
      tentatively,
      nextNumber,
      recording,
      log: eventLog(db),
      deliveries: deliveryStore(db),
    }
  }
  const inTransaction = db.transaction((run: () => unknown) => run())
  const tentatively = <T>(run: () => T, keeps: (answer: T) => boolean): T => {
    const forget = world.recording.mark()
    try {
      return inTransaction(() => {
        const answer = run()
        if (keeps(answer)) return answer
        throw new TakenBack(answer)
      }) as T
    } catch (error) {
      if (!(error instanceof TakenBack)) throw error
      world.faults.forget()
      forget()
      return error.answer as T
    }
  }
  const world = build()

  /** @param log what the state row has to keep of it; undefined where that is as it was */
  const keep = (log: string | undefined) => {
    if (log === undefined) keepState.run(state.ordinal, state.now, state.wall)
    else keepStateAndLog.run(state.ordinal, state.now, state.wall, log)
  }

  const ended = (kept: boolean) => {
    const { log, recording } = world
    const { newest } = log
    recording.end(kept)
    if (!kept) return log.rollback()
    log.commit()
    if (log.newest > newest) heard()
  }

  if (!readState.get()) {
    inTransaction(() => {
      meetSubscription(world, FIRST_SUBSCRIPTION)
      writeState.run(state)
    })
  }

  return {
    timeline,
    events: world.log as EventLog,
    deliveries: world.deliveries,
    get state() {
      return state
    },
    transact<T>(now: number, wall: number, run: (world: World) => T): T {
      const before = state
      state = { ...state, now, wall }
      world.now = now
      world.recording.begin()
      let result: T
      try {
        result = inTransaction(() => {
          const result = run(world)
          keep(world.log.write(now, world.recording.happened()))
          return result
        }) as T
      } catch (error) {
        state = before
        world.faults.forget()
        ended(false)
        throw error
      }
      ended(true)
      return result
    },
    look<T>(now: number, run: (world: World) => T): T {
      world.now = now
      return run(world)
    },
    setClock(clock: string, now: number, wall: number, from: number) {
      const before = { now: from, settings: JSON.parse(state.clock) }
      const happened = clockEvents(before, { now, settings: JSON.parse(clock) })
      state = { ...state, clock, now, wall }
      const place = { vault: undefined, path: CLOCK_PATH }
      inTransaction(() => {
        writeState.run(state)
        keep(world.log.write(now, happened.length > 0 ? [[place, happened]] : []))
      })
      ended(true)
    },
  }
}

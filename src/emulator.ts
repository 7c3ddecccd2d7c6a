import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { buildApp } from './app.js'
import type { FrontDoor } from './arm/front-door.js'
import type { Runner } from './arm/serve.js'
import { createServedRequests } from './arm/served-requests.js'
import { createThrottle } from './arm/throttling.js'
import { openWorld } from './data-folder.js'
import { TENANT_ID } from './domain/inventory/inventory.js'
import { type InventorySeed, seedInventory } from './domain/inventory/inventory-seeds.js'
import { limitsOf } from './domain/limits.js'
import { type EmulatorEvents, emulatorEvents, startEvents } from './events/events.js'
import { registerIdentity } from './identity/routes.js'
import { createTokenIssuer, readBearer } from './identity/tokens.js'
import { listenHttp, listenHttps } from './listen.js'
import { type Options, readOptions } from './options.js'
import { type EmulatorFaults, emulatorFaults } from './routes/control/fault-book.js'
import { registerControl } from './routes/control/index.js'
import type { Advance } from './scheduler/advances.js'
import { type ClockChange, fineClock, wallClock } from './scheduler/clock.js'
import { type ClockReading, createScheduler, type Scheduler } from './scheduler/scheduler.js'
import { type WorldStates, worldStates } from './world-states.js'

/** The emulator's version, as package.json has it. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** A running emulator, in this process. */
export interface Emulator extends WorldStates {
  /** `http://127.0.0.1:10190` */
  readonly url: string
  /** `https://127.0.0.1:10191`; undefined where HTTPS is off. */
  readonly httpsUrl: string | undefined
  /** The certificate authority of the HTTPS side, PEM. */
  readonly ca: string | undefined
  readonly clock: {
    /** The present of the world. */
    readonly now: Date
    read(): ClockReading
    set(change: ClockChange): ClockReading
    /** Moves time: `{by: 'P1D'}`, `{to: '…Z'}`, `{until: 'idle'}` or `{untilJob: id}`. */
    advance(advance: Advance): { now: Date; eventsRun: number }
  }
  /** What goes wrong on demand. */
  readonly faults: EmulatorFaults
  /** What happens. */
  readonly events: EmulatorEvents
  /** Puts machines, disks, servers and storage accounts into the inventory, all or nothing; answers their ids. */
  seed(seed: InventorySeed): string[]
  /** An empty world; checkpoints stay. */
  reset(start?: { seed?: string; now?: string }): void
  /** The OpenAPI documents by name: one a provider. */
  openapi(): Record<string, object>
  /** A digest of everything the world holds. */
  digest(): string
  /** Stops listening, drops every connection and closes the world's file. */
  close(): Promise<void>
}

export type StartOptions = Partial<Options>

export type { DomainEvent } from './domain/events/domain-events.js'
export type { EventFilter } from './domain/events/event-filter.js'
export type { EmulatorEvents } from './events/events.js'
export { OptionError } from './options.js'
export type { AddedFault, EmulatorFaults, FaultRule, FaultView } from './routes/control/fault-book.js'
export type { Checkpoint, WorldStates } from './world-states.js'

/**
 * Starts an emulator: the one place where the parts are put together. As many as wanted in one process.
 * @param given what differs from the defaults; `port: 0` takes any free one
 * @throws OptionError where an option is wrong, or a port or the data folder is taken; nothing is left open then
 */
export async function startEmulator(given: StartOptions = {}): Promise<Emulator> {
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const options: Options = { ...readOptions([], {}), ...stated }
  const opened: Opened = []
  const close = closeOnce(opened)
  try {
    return await start(options, opened, close)
  } catch (error) {
    await close()
    throw error
  }
}

/** What has been opened, and how it is closed. */
type Opened = (() => void | Promise<void>)[]

/** Closes in the reverse order, however often it is called. */
function closeOnce(opened: Opened): () => Promise<void> {
  let closing: Promise<void> | undefined
  const closeAll = async () => {
    for (const close of opened.toReversed()) await close()
  }
  return () => {
    closing ??= closeAll()
    return closing
  }
}

async function start(options: Options, opened: Opened, close: () => Promise<void>): Promise<Emulator> {
  const logger = pino({ level: options.logLevel }, pino.destination({ dest: 2, sync: true }))
  const limits = limitsOf(options.profile, options.limits)
  const { store, firstNow, settings } = openWorld(options, limits)
  opened.push(() => store.close())
  const scheduler = createScheduler(store, logger, {
    seed: options.seed,
    now: firstNow,
    settings,
    onReplaced: () => forget(),
  })
  opened.push(() => scheduler.close())
  const complain = (error: unknown) => logger.error({ err: error }, 'an event could not be told')
  const events = startEvents({ store, wall: wallClock, complain })
  opened.push(() => events.close())
  if (options.clock !== undefined || options.rate !== undefined) {
    scheduler.change({
      ...(options.clock ? { mode: options.clock } : {}),
      ...(options.rate ? { rate: options.rate } : {}),
    })
  }

  const runner = runnerOf(scheduler)
  const known = new Set<string>()
  const frontDoor: FrontDoor = { runner, strict: options.strict, known, tokenProblem }
  const requests = createServedRequests(fineClock)
  const throttle = options.throttle ? createThrottle(limits, runner.catchUp, runner.pace) : undefined
  // What is kept beside the world and is wrong of another one.
  const forget = () => {
    known.clear()
    throttle?.forget()
    events.replaced()
  }
  let ready = false
  let ca: string | undefined
  const { app, documents } = await buildApp({
    runner,
    logger,
    frontDoor,
    requests,
    throttle,
    bodyLimit: limits.requestBodyBytes,
    version: VERSION,
    others: [
      {
        name: 'identity',
        title: 'Sign-in and discovery',
        register: (scope) =>
          registerIdentity(scope, {
            tenantId: TENANT_ID,
            issuer: createTokenIssuer(),
            nowSeconds: () => Math.floor(wallClock() / 1000),
          }),
      },
      {
        name: 'recoverite',
        title: "The emulator's own API",
        register: (scope) =>
          registerControl(scope, {
            scheduler,
            requests,
            events,
            version: VERSION,
            ca: () => ca,
            ready: () => ready,
            importLimit: limits.importedWorldBytes,
          }),
      },
    ],
  })
  opened.push(() => app.close())

  const url = await listenHttp(app, options)
  const https = options.https ? await listenHttps(app, options, logger) : undefined
  if (https) opened.push(https.close)
  // Once more, ahead of the others: streams are told that they end before the connections are cut.
  opened.push(() => events.close())
  ca = https?.ca
  ready = true
  return {
    url,
    httpsUrl: https?.url,
    ca,
    clock: {
      get now() {
        return new Date(scheduler.catchUp())
      },
      read: () => scheduler.reading(),
      set: (change) => scheduler.change(change),
      advance: (advance) => {
        scheduler.catchUp()
        const { now, eventsRun } = scheduler.advance(advance)
        return { now: new Date(now), eventsRun }
      },
    },
    faults: emulatorFaults(scheduler),
    events: emulatorEvents(events.hub),
    seed: (seed) => {
      scheduler.catchUp()
      return scheduler.transact((world) => seedInventory(world, seed))
    },
    reset: (start = {}) => scheduler.reset(start),
    ...worldStates(scheduler),
    openapi: () => Object.fromEntries([...documents].map(([name, make]) => [name, make()])),
    digest: () => store.digest(),
    close: () => {
      ready = false
      return close()
    },
  }
}

const runnerOf = (scheduler: Scheduler): Runner => ({
  catchUp: () => scheduler.catchUp(),
  look: (run) => scheduler.look(run),
  transact: (run) => scheduler.transact(run),
  await: (subject) => scheduler.await(subject),
  pass: (ms) => scheduler.pass(ms),
  pace: () => scheduler.pace(),
})

function tokenProblem(authorization: string | undefined): string | undefined {
  const bearer = readBearer(authorization, Math.floor(wallClock() / 1000))
  return bearer.ok ? undefined : bearer.message
}

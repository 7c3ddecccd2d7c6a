import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { buildApp } from './app.js'
import type { FrontDoor } from './arm/front-door.js'
import type { Runner } from './arm/serve.js'
import { createServedRequests } from './arm/served-requests.js'
import { TENANT_ID } from './domain/inventory/inventory.js'
import { type InventorySeed, seedInventory } from './domain/inventory/inventory-seeds.js'
import { type Limits, limitsOf } from './domain/limits.js'
import { registerIdentity } from './identity/routes.js'
import { createTokenIssuer, readBearer } from './identity/tokens.js'
import { listenHttp, listenHttps } from './listen.js'
import { OptionError, type Options, readOptions } from './options.js'
import { registerControl } from './routes/control/index.js'
import type { Advance } from './scheduler/advances.js'
import { type ClockChange, type ClockSettings, DEFAULT_CLOCK, fineClock, wallClock } from './scheduler/clock.js'
import { readInstant } from './scheduler/instants.js'
import { type ClockReading, createScheduler, type Scheduler } from './scheduler/scheduler.js'
import { WorldFileError } from './store/database.js'
import { openWorldStore, type WorldStore } from './store/world.js'

/** The emulator's version, as package.json has it. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** A running emulator, in this process. */
export interface Emulator {
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
  /** Puts machines, disks, servers and storage accounts into the inventory, all or nothing; answers their ids. */
  seed(seed: InventorySeed): string[]
  /** An empty world. */
  reset(start?: { seed?: string; now?: string }): void
  /** The OpenAPI documents by name: one a provider. */
  openapi(): Record<string, object>
  /** A digest of everything the world holds. */
  digest(): string
  /** Stops listening, drops every connection and closes the world's file. */
  close(): Promise<void>
}

export type StartOptions = Partial<Options>

export { OptionError } from './options.js'

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
  const scheduler = createScheduler(store, logger, { seed: options.seed, now: firstNow, settings })
  opened.push(() => scheduler.close())
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
  let ready = false
  let ca: string | undefined
  const { app, documents } = await buildApp({
    runner,
    logger,
    frontDoor,
    requests,
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
            version: VERSION,
            ca: () => ca,
            ready: () => ready,
            onReset: () => known.clear(),
          }),
      },
    ],
  })
  opened.push(() => app.close())

  const url = await listenHttp(app, options)
  const https = options.https ? await listenHttps(app, options, logger) : undefined
  if (https) opened.push(https.close)
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
    seed: (seed) => {
      scheduler.catchUp()
      return scheduler.transact((world) => seedInventory(world, seed))
    },
    reset: (start = {}) => {
      known.clear()
      scheduler.reset(start)
    },
    openapi: () => Object.fromEntries([...documents].map(([name, make]) => [name, make()])),
    digest: () => store.digest(),
    close: () => {
      ready = false
      return close()
    },
  }
}

/** The world that the options name: kept in a folder, or in memory. */
function openWorld(
  options: Options,
  limits: Limits,
): { store: WorldStore; firstNow: () => number; settings: ClockSettings } {
  const firstNow = () => (options.now === undefined ? wallClock() : readInstant(options.now, 'now'))
  const settings: ClockSettings = {
    ...DEFAULT_CLOCK,
    ...(options.clock ? { mode: options.clock } : {}),
    ...(options.rate ? { rate: options.rate } : {}),
  }
  try {
    if (options.dataDir !== undefined) mkdirSync(options.dataDir, { recursive: true })
    const store = openWorldStore({
      file: options.dataDir === undefined ? ':memory:' : join(options.dataDir, 'world.sqlite'),
      limits,
      strict: options.strict,
      fresh: { seed: options.seed, now: firstNow(), wall: wallClock(), clock: JSON.stringify(settings) },
    })
    return { store, firstNow, settings }
  } catch (error) {
    if (error instanceof WorldFileError) throw new OptionError(`--data-dir: ${error.message}`, { cause: error })
    if (error instanceof Error && 'syscall' in error && error.syscall === 'mkdir')
      throw new OptionError(`--data-dir: the folder can't be made: ${error.message}`, { cause: error })
    throw error
  }
}

const runnerOf = (scheduler: Scheduler): Runner => ({
  catchUp: () => scheduler.catchUp(),
  look: (run) => scheduler.look(run),
  transact: (run) => scheduler.transact(run),
  await: (subject) => scheduler.await(subject),
  pace: () => scheduler.pace(),
})

function tokenProblem(authorization: string | undefined): string | undefined {
  const bearer = readBearer(authorization, Math.floor(wallClock() / 1000))
  return bearer.ok ? undefined : bearer.message
}

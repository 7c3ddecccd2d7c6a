import { mkdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { buildApp } from './app.js'
import type { FrontDoor } from './arm/front-door.js'
import type { Runner } from './arm/serve.js'
import { createServedRequests } from './arm/served-requests.js'
import { TENANT_ID } from './domain/inventory.js'
import { type MachineSeed, seedMachine } from './domain/inventory-seeds.js'
import { limitsOf } from './domain/limits.js'
import { loadOrCreateAuthority } from './identity/certificates.js'
import { registerIdentity } from './identity/routes.js'
import { createTokenIssuer, readBearer } from './identity/tokens.js'
import { type Options, readOptions } from './options.js'
import { registerControl } from './routes/control/index.js'
import { DEFAULT_CLOCK, wallClock } from './scheduler/clock.js'
import {
  type Advance,
  type ClockChange,
  type ClockReading,
  createScheduler,
  readInstant,
  type Scheduler,
} from './scheduler/scheduler.js'
import { openWorldStore } from './store/world.js'

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
  /** Puts machines into the inventory; answers their ids. */
  seed(seed: { virtualMachines?: MachineSeed[] }): string[]
  /** An empty world. */
  reset(start?: { seed?: string; now?: string }): void
  /** The OpenAPI documents by name: one a provider. */
  openapi(): Record<string, object>
  /** A digest of everything the world holds. */
  digest(): string
  close(): Promise<void>
}

export type StartOptions = Partial<Options>

interface Https {
  server: Server
  ca: string
}

/**
 * Starts an emulator: the one place where the parts are put together. As many as wanted in one process.
 * @param given what differs from the defaults; `port: 0` takes any free one
 */
export async function startEmulator(given: StartOptions = {}): Promise<Emulator> {
  const options: Options = { ...readOptions([], {}), ...given }
  const logger = pino({ level: options.logLevel }, pino.destination({ dest: 2, sync: true }))
  if (options.dataDir !== undefined) mkdirSync(options.dataDir, { recursive: true })

  const firstNow = () => (options.now === undefined ? wallClock() : readInstant(options.now, 'now'))
  const settings = {
    ...DEFAULT_CLOCK,
    ...(options.clock ? { mode: options.clock } : {}),
    ...(options.rate ? { rate: options.rate } : {}),
  }
  const limits = limitsOf(options.profile, options.limits)
  const store = openWorldStore({
    file: options.dataDir === undefined ? ':memory:' : join(options.dataDir, 'world.sqlite'),
    limits,
    strict: options.strict,
    fresh: { seed: options.seed, now: firstNow(), wall: wallClock(), clock: JSON.stringify(settings) },
  })
  const scheduler = createScheduler(store, logger, { seed: options.seed, now: firstNow })
  if (options.clock !== undefined || options.rate !== undefined) {
    scheduler.change({
      ...(options.clock ? { mode: options.clock } : {}),
      ...(options.rate ? { rate: options.rate } : {}),
    })
  }

  const runner = runnerOf(scheduler)
  const known = new Set<string>()
  const frontDoor: FrontDoor = { runner, strict: options.strict, known, tokenProblem }
  const requests = createServedRequests(wallClock)
  let ready = false
  let https: Https | undefined
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
            ca: () => https?.ca,
            ready: () => ready,
            onReset: () => known.clear(),
          }),
      },
    ],
  })

  const listening = await listen(app, options)
  https = listening.https
  ready = true
  const { url, httpsUrl } = listening
  return {
    url,
    httpsUrl,
    ca: https?.ca,
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
    seed: ({ virtualMachines = [] }) => {
      scheduler.catchUp()
      return scheduler.transact((world) => virtualMachines.map((machine) => seedMachine(world, machine)))
    },
    reset: (start = {}) => {
      known.clear()
      scheduler.reset(start)
    },
    openapi: () => Object.fromEntries([...documents].map(([name, make]) => [name, make()])),
    digest: () => store.digest(),
    close: async () => {
      ready = false
      scheduler.close()
      await Promise.all([app.close(), closeHttps(https)])
      store.close()
    },
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

/** Opens the ports: HTTP by Fastify itself, HTTPS by a second server in front of the same routes. */
async function listen(
  app: FastifyInstance,
  options: Options,
): Promise<{ url: string; httpsUrl: string | undefined; https: Https | undefined }> {
  const [authority] = await Promise.all([
    options.https ? loadOrCreateAuthority(options.dataDir, new Date(wallClock()), [options.host]) : undefined,
    app.listen({ host: options.host, port: options.port }),
  ])
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  const url = `http://${host}:${(app.server.address() as AddressInfo).port}`
  if (!authority) return { url, httpsUrl: undefined, https: undefined }
  const server = createServer({ cert: authority.cert, key: authority.key }, (request, response) =>
    app.routing(request, response),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: options.host, port: options.httpsPort }, resolve)
  })
  return {
    url,
    httpsUrl: `https://${host}:${(server.address() as AddressInfo).port}`,
    https: { server, ca: authority.ca },
  }
}

async function closeHttps(https: Https | undefined): Promise<void> {
  if (!https) return
  const closed = new Promise<void>((resolve) => https.server.close(() => resolve()))
  https.server.closeAllConnections()
  await closed
}

import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import { pino } from 'pino'
import t from 'tap'
import { createServedRequests } from '../../src/arm/served-requests.js'
import { limitsOf } from '../../src/domain/limits.js'
import { startEvents } from '../../src/events/events.js'
import { type ControlParts, registerControl } from '../../src/routes/control/index.js'
import { DEFAULT_CLOCK } from '../../src/scheduler/clock.js'
import { createScheduler } from '../../src/scheduler/scheduler.js'
import { openWorldStore } from '../../src/store/world.js'
import {
  ADVANCE,
  backUp,
  CLOCK,
  CONDITIONS,
  INVENTORY,
  ITEM,
  jobOf,
  protectMachine,
  refused,
  VAULT,
} from '../support/control.js'
import { MONDAY, startTestEmulator } from '../support/emulator.js'

t.test('health says that the emulator serves, its version and where the world stands', async (t) => {
  const { call } = await startTestEmulator(t)
  const health = await call('GET', '/_recoverite/health')
  t.equal(health.status, 200)
  t.match(health.body, { status: 'ok', version: /^\d+\.\d+\.\d+/, now: '2026-01-05T08:00:00.000Z' })
})

t.test('the certificate authority can be fetched where HTTPS is on, and is a 404 where it is off', async (t) => {
  const secure = await startTestEmulator(t, { https: true, httpsPort: 0 })
  const pem = await secure.call('GET', '/_recoverite/ca.pem')
  t.equal(pem.status, 200)
  t.match(pem.header('content-type'), 'application/x-pem-file')
  t.equal(pem.body, secure.emulator.ca)
  t.match(pem.body, /^-----BEGIN CERTIFICATE-----/)
  const plain = await startTestEmulator(t)
  await refused(t, plain, ['GET', '/_recoverite/ca.pem'], { status: 404, code: 'NotFound', says: /HTTPS is off/ })
})

t.test('the dashboard counts items by state and the jobs of the last 24 hours', async (t) => {
  const world = await startTestEmulator(t)
  const { call } = world
  t.same((await call('GET', '/_recoverite/dashboard')).body, { now: '2026-01-05T08:00:00.000Z', vaults: [] })
  await protectMachine(world)
  await call('POST', ADVANCE, { until: 'idle' })
  await backUp(world)
  const job = await jobOf(world, 'Backup')
  const configure = await jobOf(world, 'ConfigureBackup')
  const running = await call('GET', '/_recoverite/dashboard')
  t.match(running.at('vaults.0'), {
    id: VAULT,
    name: 'demo-vault',
    location: 'westeurope',
    protectedItems: { total: 1, byState: { IRPending: 1, Protected: 0, ProtectionStopped: 0, SoftDeleted: 0 } },
    jobsLast24h: {
      completed: 1,
      failed: 0,
      inProgress: 1,
      ids: { completed: [configure.id], failed: [], inProgress: [job.id] },
    },
  })
  t.equal((await call('GET', job.id)).at('properties.status'), 'InProgress', 'its ids are there to drill down')

  await call('PATCH', CONDITIONS, { vaultTransfer: 'failing' })
  await call('POST', ADVANCE, { until: 'idle' })
  await call('PATCH', CONDITIONS, { network: 'blocked', agent: 'notReady', provisioningState: 'Failed' })
  await backUp(world)
  await call('POST', ADVANCE, { until: 'idle' })
  const failed = await jobOf(world, 'Backup')
  t.match((await call('GET', '/_recoverite/dashboard')).at('vaults.0'), {
    protectedItems: { total: 1, byState: { IRPending: 0, Protected: 1 } },
    jobsLast24h: {
      completed: 2,
      completedWithWarnings: 1,
      failed: 1,
      inProgress: 0,
      ids: { completedWithWarnings: [job.id], failed: [failed.id] },
    },
  })

  await call('DELETE', ITEM)
  await call('POST', ADVANCE, { by: 'P2D' })
  t.match((await call('GET', '/_recoverite/dashboard')).at('vaults.0'), {
    protectedItems: { total: 1, byState: { Protected: 0, SoftDeleted: 1 } },
    jobsLast24h: { completed: 0, completedWithWarnings: 0, failed: 0, cancelled: 0, inProgress: 0 },
  })
})

t.test('the last requests can be listed, filtered and forgotten', async (t) => {
  const world = await startTestEmulator(t)
  const { call } = world
  await call('GET', '/_recoverite/health')
  await call('GET', '/nothing/here')
  const all = await call('GET', '/_recoverite/requests')
  t.match(all.body, {
    requests: [
      { method: 'GET', url: '/nothing/here', operation: null, status: 404, durationMs: Number, client: String },
      { url: '/_recoverite/health', operation: 'Recoverite.Health.Get', status: 200 },
    ],
  })
  t.match((await call('GET', '/_recoverite/requests?unserved=true')).body, { requests: [{ url: '/nothing/here' }] })
  const two = await call('GET', '/_recoverite/requests?Limit=2')
  t.equal((two.at('requests') as unknown[]).length, 2)
  for (const query of ['limit=0', 'limit=1001', 'limit=many', 'unserved=maybe', 'last=1']) {
    await refused(t, world, ['GET', `/_recoverite/requests?${query}`], {})
  }
  const cleared = await call('DELETE', '/_recoverite/requests')
  t.match(cleared, { status: 204, body: undefined })
  t.match((await call('GET', '/_recoverite/requests')).body, { requests: [{ method: 'DELETE' }] })
})

t.test('in skip mode, reading the clock, the dashboard or conditions moves nothing', async (t) => {
  const world = await startTestEmulator(t, { clock: 'skip' })
  const { call } = world
  await protectMachine(world)
  const before = Date.parse(world.now())
  for (const path of [CLOCK, '/_recoverite/dashboard', '/_recoverite/requests', CONDITIONS]) await call('GET', path)
  t.ok(Date.parse(world.now()) - before < 5000, 'but for the seconds that pass')
  t.ok(world.now() >= MONDAY)
})

/** The control API alone, with its document. */
async function documented(parts: Partial<ControlParts> = {}) {
  const now = Date.parse(MONDAY)
  const fresh = { seed: 'test', now, wall: now, clock: '{"mode":"manual"}' }
  const store = openWorldStore({
    file: ':memory:',
    limits: limitsOf('present'),
    classicLimits: limitsOf('2016'),
    strict: false,
    fresh,
  })
  const scheduler = createScheduler(store, pino({ level: 'silent' }), {
    seed: 'test',
    now: () => now,
    settings: DEFAULT_CLOCK,
  })
  const app = Fastify()
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'Emulator', version: '1' } } })
  const requests = createServedRequests(() => now)
  registerControl(app, {
    scheduler,
    requests,
    events: startEvents({ store, wall: () => now, complain: (error) => t.error(error) }),
    ca: () => undefined,
    version: '1',
    ready: () => true,
    importLimit: 1000,
    ...parts,
  })
  await app.ready()
  return app
}

t.test('while the emulator starts or shuts down it is not healthy', async (t) => {
  const app = await documented({ ready: () => false })
  t.teardown(() => app.close())
  const health = await app.inject('/_recoverite/health')
  t.equal(health.statusCode, 503)
  t.same(health.json(), { status: 'unavailable', version: '1' })
})

t.test('every example in the document works at the first click', async (t) => {
  const app = await documented()
  t.teardown(() => app.close())
  const world = await startTestEmulator(t)
  const { paths = {} } = JSON.parse(JSON.stringify(app.swagger())) as {
    paths: Record<string, Record<string, Operation>>
  }
  const clicks = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
  t.equal(clicks.length, 33)
  const first = clicks.filter(({ path }) => path === INVENTORY)
  for (const { method, path, operation } of [...first, ...clicks]) {
    t.match(
      operation,
      { tags: ['Emulator'], operationId: /^Recoverite_/, summary: String, description: String },
      `${method} ${path}`,
    )
    const query = (operation.parameters ?? [])
      .filter(({ required }) => required)
      .map(({ name, example }) => `${name}=${example}`)
    for (const example of examplesOf(operation)) {
      const answer = await world.call(method, `${path}?${query.join('&')}`, example, { accept: acceptOf(operation) })
      t.ok(
        // What stands in a path here was handed out before, and a file to import was exported.
        answer.status < 300 || /ca\.pem$|import$|\{/.test(path),
        `${method} ${path} ${JSON.stringify(example)}: ${answer.status}`,
      )
    }
  }
})

interface Operation {
  parameters?: { name: string; required?: boolean; example?: string }[]
  requestBody?: { content: Record<string, { example?: unknown; examples?: Record<string, { value: unknown }> }> }
  responses?: Record<string, { content?: Record<string, unknown> }>
}

/** What Swagger UI asks for: the first kind of answer that the document has. */
const acceptOf = ({ responses }: Operation) => Object.keys(responses?.['200']?.content ?? {})[0] ?? '*/*'

/** The bodies that the document offers; one that isn't there where it offers none. */
function examplesOf({ requestBody }: Operation): unknown[] {
  const media = Object.values(requestBody?.content ?? {})[0]
  const several = Object.values(media?.examples ?? {}).map(({ value }) => value)
  return several.length > 0 ? several : [media?.example]
}

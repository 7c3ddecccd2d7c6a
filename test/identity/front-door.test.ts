import { pino } from 'pino'
import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.js'
import { createServedRequests } from '../../src/arm/served-requests.js'
import { TENANT_ID } from '../../src/domain/inventory/inventory.js'
import { limitsOf } from '../../src/domain/limits.js'
import { DEFAULT_CLOCK } from '../../src/scheduler/clock.js'
import { createScheduler } from '../../src/scheduler/scheduler.js'
import { openWorldStore } from '../../src/store/world.js'
import { GROUP, ITEM, protectMachine, SUBSCRIPTION, VAULT, VM } from '../support/control.js'
import { Answer, startTestEmulator, type TestEmulator } from '../support/emulator.js'

const OTHER = '/subscriptions/22222222-3333-4444-5555-666666666666'
const VERSION = 'api-version=2024-04-01'
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const vaultIn = (group: string) => `${group}/providers/Microsoft.RecoveryServices/vaults/vault`
const VAULT_BODY = { location: 'westeurope', sku: { name: 'Standard' }, properties: {} }

/** What every answer carries, whoever gave it. */
function marked(t: Test, answer: Answer, name: string): void {
  t.match(answer.header('x-ms-request-id'), GUID, `${name}: x-ms-request-id`)
  t.ok(answer.header('x-ms-correlation-request-id'), `${name}: x-ms-correlation-request-id`)
  t.ok(Date.parse(answer.header('date')) > 0, `${name}: date`)
}

/** A refusal in ARM's envelope. */
function refused(t: Test, answer: Answer, status: number, code: string, says: RegExp): void {
  t.match(answer, { status, code }, `${status} ${code}`)
  t.match(answer.text('error.message'), says)
  t.match(answer.header('content-type'), /^application\/json/)
  marked(t, answer, code)
}

t.test('the door is open by default', async (t) => {
  const { call } = await startTestEmulator(t)
  const subscriptions = async () => (await call('GET', '/subscriptions')).values.map((value) => value.id)
  t.same(await subscriptions(), [SUBSCRIPTION], 'a fresh world has one subscription')

  t.equal((await call('GET', `${OTHER}/resourceGroups`)).status, 200, 'any GUID is a subscription')
  t.same(await subscriptions(), [SUBSCRIPTION, OTHER], 'and is listed from then on')
  t.equal((await call('GET', `${OTHER.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions')}`)).status, 200)
  t.equal((await subscriptions()).length, 2, 'in any casing it is the same')

  t.equal((await call('GET', GROUP)).status, 404)
  t.equal((await call('PUT', vaultIn(GROUP), VAULT_BODY)).status, 201, 'a vault needs no group beforehand')
  t.equal((await call('GET', GROUP)).status, 200, 'its group appears with it')

  for (const version of ['2016-06-01', '2099-12-31', '2024-04-30-preview', '2026-01-31-PREVIEW', '2021-02-01-alpha.1'])
    t.equal((await call('GET', `${vaultIn(GROUP)}?api-version=${version}`)).status, 200, version)
  t.equal((await fetch(`${(await startTestEmulator(t)).url}/subscriptions`)).status, 200, 'and none at all')
  t.equal((await call('GET', '/subscriptions', undefined, { authorization: 'Bearer nonsense' })).status, 200)
})

t.test('--strict asks for what the real service asks for', async (t) => {
  const { call, url } = await startTestEmulator(t, { strict: true })
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'an application',
    client_secret: 'a secret',
    scope: `${url}/.default`,
  })
  const sent = await fetch(`${url}/${TENANT_ID}/oauth2/v2.0/token`, { method: 'POST', body: form })
  const { access_token: token } = (await sent.json()) as { access_token: string }
  const signedIn = { authorization: `Bearer ${token}` }

  await t.test('a token', async (t) => {
    const none = await call('GET', SUBSCRIPTION)
    refused(t, none, 401, 'AuthenticationFailed', /^Authentication failed\. The 'Authorization' header is missing\.$/)
    t.equal(
      none.header('www-authenticate'),
      `Bearer authorization_uri="${url}/${TENANT_ID}", error="invalid_token", error_description="Authentication failed. The 'Authorization' header is missing."`,
    )
    for (const authorization of ['Bearer', 'Bearer a.b.c', `Basic ${btoa('a:b')}`, `Bearer ${token}x.y`]) {
      const answer = await call('GET', SUBSCRIPTION, undefined, { authorization })
      refused(t, answer, 401, 'AuthenticationFailed', /^Authentication failed\. The 'Authorization' header is not/)
    }
    const [head, , tail] = token.split('.')
    const old = `${head}.${Buffer.from('{"exp":1000000000}').toString('base64url')}.${tail}`
    const expired = await call('GET', SUBSCRIPTION, undefined, { authorization: `Bearer ${old}` })
    refused(t, expired, 401, 'AuthenticationFailed', /expired/)
    for (const path of [
      '/subscriptions',
      '/tenants',
      GROUP,
      VAULT,
      `/SUBSCRIPTIONS/${SUBSCRIPTION.slice(15)}`,
      `/${GROUP}`,
    ])
      t.equal((await call('GET', `${path}?${VERSION}`)).status, 401, path)
    t.equal((await call('GET', SUBSCRIPTION, undefined, signedIn)).status, 200)
    for (const open of [
      '/_recoverite/health',
      '/metadata/endpoints?api-version=2022-09-01',
      '/adfs/.well-known/openid-configuration',
    ])
      t.equal((await call('GET', open)).status, 200, `${open} is for everybody`)
  })

  await t.test('an api-version', async (t) => {
    const path = `${url}${SUBSCRIPTION}`
    const says = /^The api-version query parameter \(\?api-version=\) is required for all requests\.$/
    refused(t, await call('GET', path, undefined, signedIn), 400, 'MissingApiVersionParameter', says)
    t.equal((await call('GET', `${path}?API-Version=2024-04-01`, undefined, signedIn)).status, 200)
  })

  await t.test('a subscription and a group that are there', async (t) => {
    const unknown = await call('GET', OTHER, undefined, signedIn)
    refused(
      t,
      unknown,
      404,
      'SubscriptionNotFound',
      /^The subscription '22222222-3333-4444-5555-666666666666' could not be found\.$/,
    )
    t.equal((await call('GET', '/subscriptions', undefined, signedIn)).values.length, 1, 'asking does not make it')

    const says = /^Resource group 'demo' could not be found\.$/
    refused(t, await call('PUT', VAULT, VAULT_BODY, signedIn), 404, 'ResourceGroupNotFound', says)
    refused(t, await call('GET', `${GROUP}/resources`, undefined, signedIn), 404, 'ResourceGroupNotFound', /demo/)
    t.equal((await call('PUT', GROUP, { location: 'westeurope' }, signedIn)).status, 201, 'a group can be made')
    t.equal((await call('PUT', VAULT, VAULT_BODY, signedIn)).status, 201, 'and then a vault in it')
    t.equal((await call('GET', VAULT.replace('/demo/', '/DEMO/'), undefined, signedIn)).status, 200)
  })
})

t.test('what is malformed is refused in either case', async (t) => {
  for (const strict of [false, true]) {
    const { call, url, emulator } = await startTestEmulator(t, { strict })
    const issued = await fetch(`${url}/adfs/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'a',
        client_secret: 'b',
        resource: url,
      }),
    })
    const { access_token: token } = (await issued.json()) as { access_token: string }
    const headers = { authorization: `Bearer ${token}` }
    const ask = (method: string, path: string, body?: unknown, more = {}) =>
      call(method, path, body, { ...headers, ...more })
    const before = emulator.digest()

    for (const version of ['', '2024', '2024-4-1', 'latest', '2024-04-01-', '2024-04-01%20'])
      refused(
        t,
        await ask('GET', `${SUBSCRIPTION}?api-version=${version}`),
        400,
        'InvalidApiVersionParameter',
        /^The api-version/,
      )
    for (const id of ['12345', 'zzzzzzzz-0000-0000-0000-000000000001', '00000000-0000-0000-0000-0000000000012'])
      refused(t, await ask('GET', `/subscriptions/${id}/resourceGroups`), 400, 'InvalidSubscriptionId', new RegExp(id))

    for (const path of [`${SUBSCRIPTION}/resourceGroups/%zz`, `${VAULT}/%`, '/%c3%28', `${GROUP}%ff/providers/x`]) {
      const response = await fetch(`${url}${path}`, { headers })
      const answer = new Answer(response.status, response.headers, await response.json())
      refused(t, answer, 400, 'InvalidParameter', /percent-encoding/)
    }
    refused(
      t,
      await ask('GET', `${SUBSCRIPTION}/resourceGroups/${'g'.repeat(1025)}`),
      400,
      'InvalidParameter',
      /too long/,
    )

    refused(t, await ask('PUT', GROUP, '{"location":'), 400, 'InvalidRequestContent', /could not be deserialized/)
    refused(t, await ask('PUT', GROUP, '[]'), 400, 'InvalidRequestContent', /./)
    refused(
      t,
      await ask('PUT', GROUP, '<xml/>', { 'content-type': 'text/xml' }),
      415,
      'UnsupportedMediaType',
      /application\/json/,
    )
    refused(t, await ask('PUT', GROUP, 'plain', { 'content-type': 'text/plain' }), 400, 'InvalidRequestContent', /JSON/)
    const large = JSON.stringify({ location: 'westeurope', tags: { large: 'x'.repeat(4 * 1024 * 1024) } })
    refused(t, await ask('PUT', GROUP, large), 413, 'RequestContentTooLarge', /4 MB/)

    refused(t, await ask('GET', '/nowhere'), 404, 'NotFound', /GET \/nowhere/)
    refused(
      t,
      await ask('PATCH', `${VAULT}/backupPolicies/p`),
      404,
      'InvalidResourceType',
      /PATCH .*\/backupPolicies\/p/,
    )
    refused(t, await ask('POST', `${VAULT}/backupEverything`), 404, 'InvalidResourceType', /POST .*\/backupEverything/)
    t.equal(emulator.digest(), before, 'and none of it has changed anything')
  }
})

t.test('a path is the same however it is written', async (t) => {
  const world = await startTestEmulator(t)
  const { call } = world
  await protectMachine(world)
  await call('POST', '/_recoverite/clock/advance', { until: 'idle' })
  const item = await call('GET', ITEM)
  t.equal(item.status, 200)
  const spellings = [
    ITEM.replaceAll(';', '%3B'),
    ITEM.replaceAll(';', '%3b'),
    ITEM.toUpperCase(),
    ITEM.toLowerCase(),
    ITEM.replaceAll('/', '//'),
    `${ITEM}/`,
    ITEM.replace('demo-vault', 'demo%2Dvault'),
    `${ITEM}?API-VERSION=2024-04-01`,
  ]
  for (const path of spellings) {
    const query = path.includes('?') ? '' : `?${VERSION}`
    t.same((await call('GET', `${path}${query}`)).body, item.body, path)
  }
  const made = await call('PUT', `${SUBSCRIPTION}//RESOURCEGROUPS/MyGroup/`, { location: 'westeurope' })
  t.equal(made.text('name'), 'MyGroup', 'a name keeps the casing that it was given in')
  t.equal((await call('GET', `${SUBSCRIPTION}/resourcegroups/mygroup`)).text('name'), 'MyGroup')
})

t.test('every answer says which request it answers', async (t) => {
  const { call } = await startTestEmulator(t)
  const correlation = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
  const answers = [
    await call('GET', '/subscriptions'),
    await call('PUT', VAULT, VAULT_BODY),
    await call('DELETE', `${VAULT}/backupPolicies/none`),
    await call('GET', '/_recoverite/clock'),
    await call('GET', '/metadata/endpoints'),
    await call('GET', '/nowhere'),
  ]
  for (const answer of answers) marked(t, answer, String(answer.status))
  t.equal(new Set(answers.map((answer) => answer.header('x-ms-request-id'))).size, answers.length, 'each its own')
  const told = await call('GET', SUBSCRIPTION, undefined, {
    'x-ms-correlation-request-id': correlation,
    'x-ms-client-request-id': 'mine',
  })
  t.equal(told.header('x-ms-correlation-request-id'), correlation)
  t.equal(told.header('x-ms-client-request-id'), 'mine')
})

t.test('reading changes nothing', async (t) => {
  const reads = (job: string, point: string) => [
    '/subscriptions',
    SUBSCRIPTION,
    `${SUBSCRIPTION}/locations`,
    `${SUBSCRIPTION}/providers`,
    `${SUBSCRIPTION}/resourceGroups`,
    `${SUBSCRIPTION}/resources`,
    GROUP,
    `${GROUP}/resources`,
    VM,
    VAULT,
    `${VAULT}/backupconfig/vaultconfig`,
    `${VAULT}/backupstorageconfig/vaultstorageconfig`,
    `${VAULT}/backupPolicies`,
    `${VAULT}/backupPolicies/DefaultPolicy`,
    `${VAULT}/backupProtectableItems`,
    `${VAULT}/backupProtectionContainers`,
    `${VAULT}/backupProtectedItems`,
    ITEM,
    `${ITEM}?$filter=expand eq 'extendedinfo'`,
    `${ITEM}/recoveryPoints`,
    `${ITEM}/recoveryPoints/${point}`,
    `${VAULT}/backupJobs`,
    `${VAULT}/backupJobs/${job}`,
    `${VAULT}/backupJobs/none`,
    `${GROUP}-none`,
    '/_recoverite/clock',
    '/_recoverite/dashboard',
    '/_recoverite/requests',
    `/_recoverite/conditions?resourceId=${VM}`,
  ]
  /** A life of a machine; `look` is called between its steps. */
  const live = async (world: TestEmulator, look: () => Promise<void>) => {
    await protectMachine(world)
    await look()
    await world.advance('1d')
    await look()
    await world.call('POST', `${ITEM}/backup`, { properties: { objectType: 'IaasVMBackupRequest' } }, MINE)
    await look()
    await world.advance('10m')
    return world.emulator.digest()
  }
  const MINE = { 'x-ms-client-request-id': 'mine' }

  const looking = await startTestEmulator(t)
  const digest = await live(looking, async () => {
    const { call, emulator } = looking
    const [job] = (await call('GET', `${VAULT}/backupJobs`)).names
    const [point] = (await call('GET', `${ITEM}/recoveryPoints`)).names
    for (const path of reads(String(job), String(point))) {
      const before = emulator.digest()
      await call('GET', path)
      t.equal(emulator.digest(), before, path)
    }
  })
  const unseen = await startTestEmulator(t)
  t.equal(await live(unseen, async () => undefined), digest, 'a world that nobody looked at has become the same')
})

t.test('a refused write changes nothing', async (t) => {
  const world = await startTestEmulator(t)
  const { call, emulator } = world
  await protectMachine(world)
  await call('POST', '/_recoverite/clock/advance', { until: 'idle' })
  const writes: [string, string, unknown?][] = [
    ['PUT', `${SUBSCRIPTION}/resourceGroups/bad%20name!`, { location: 'westeurope' }],
    ['PUT', GROUP, { location: 'northeurope' }],
    ['PUT', VAULT, { location: 'northeurope', sku: { name: 'Standard' }, properties: {} }],
    ['PUT', vaultIn(`${SUBSCRIPTION}/resourceGroups/new`), { location: 'nowhere', sku: { name: 'Standard' } }],
    ['DELETE', VAULT],
    ['PUT', `${VAULT}/backupPolicies/p`, { properties: { backupManagementType: 'AzureIaasVM' } }],
    ['DELETE', `${VAULT}/backupPolicies/DefaultPolicy`],
    ['PUT', ITEM, { properties: { protectedItemType: 'Microsoft.Compute/virtualMachines', policyId: 'none' } }],
    ['POST', `${ITEM}/backup`, { properties: { objectType: 'Nonsense' } }],
    [
      'POST',
      `${ITEM}/recoveryPoints/1/restore`,
      { properties: { objectType: 'IaasVMRestoreRequest', recoveryType: 'x' } },
    ],
    ['POST', `${VAULT}/backupJobs/none/cancel`],
    ['POST', '/_recoverite/clock/advance', { by: 'soon' }],
    ['POST', '/_recoverite/inventory', { virtualMachines: [{ id: `${VM}-2` }, { name: '' }] }],
  ]
  for (const [method, path, body] of writes) {
    const before = emulator.digest()
    const answer = await call(method, path, body)
    t.ok(answer.status >= 400 && answer.status < 500, `${method} ${path} ${answer.status} ${answer.code}`)
    t.equal(emulator.digest(), before, `${method} ${path} changes nothing`)
  }
})

t.test('a bug of our own is a 500 that tells nothing but where to look', async (t) => {
  const lines: string[] = []
  const logger = pino({ level: 'error' }, { write: (line) => void lines.push(line) })
  const limits = limitsOf('present')
  const start = { seed: 'test', now: 0, wall: 0, clock: JSON.stringify({ ...DEFAULT_CLOCK, mode: 'manual' }) }
  const store = openWorldStore({ file: ':memory:', limits, classicLimits: limits, strict: false, fresh: start })
  const runner = createScheduler(store, logger, { seed: 'test', now: () => 0, settings: DEFAULT_CLOCK })
  t.teardown(() => runner.close())
  const { app } = await buildApp({
    runner,
    logger,
    frontDoor: { runner, strict: false, known: new Set(), tokenProblem: () => undefined },
    requests: createServedRequests(() => 0),
    bodyLimit: limits.requestBodyBytes,
    version: '0.0.0',
    others: [],
  })
  t.equal((await app.inject(`/subscriptions?${VERSION}`)).statusCode, 200)

  // What no request can bring about: the world's file is gone from under the application.
  store.close()
  for (const [method, url] of [
    ['GET', '/subscriptions'],
    ['PUT', GROUP],
  ] as const) {
    const answer = await app.inject({
      method,
      url: `${url}?${VERSION}`,
      ...(method === 'PUT' ? { payload: { location: 'westeurope' } } : {}),
    })
    const id = String(answer.headers['x-ms-request-id'])
    t.equal(answer.statusCode, 500)
    t.match(id, GUID)
    const { error } = answer.json<{ error: { code: string; message: string } }>()
    t.equal(error.code, 'InternalServerError')
    t.match(error.message, id, 'the request id finds it in the log')
    t.notMatch(answer.body, /database|sqlite|\.[jt]s|at /i, 'no internals')
    t.ok(
      lines.some((line) => line.includes(id) && /database/.test(line)),
      'the log has them',
    )
  }
})

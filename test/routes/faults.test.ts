import { connect } from 'node:net'
import t from 'tap'
import { ADVANCE, protectMachine, refused, VAULT } from '../support/control.js'
import { startTestEmulator, type TestEmulator } from '../support/emulator.js'
import { HOUR } from '../support/seen.js'
import { type Item, itemOf, tellStory, vaultPath } from '../support/story.js'

const FAULTS = '/_recoverite/faults'
const BODY = { location: 'westeurope', sku: { name: 'Standard' }, properties: {} }

async function add(world: TestEmulator, rule: object): Promise<string> {
  const added = await world.call('POST', FAULTS, rule)
  if (added.status !== 201) throw new Error(JSON.stringify(added.body))
  return added.text('id')
}

/** What became of a request that may never be answered. */
async function attempt(world: TestEmulator, method: string, path: string, body?: object): Promise<number | 'dropped'> {
  try {
    return (await world.call(method, path, body)).status
  } catch {
    return 'dropped'
  }
}

const countsOf = async (world: TestEmulator, id: string) => {
  const { body } = await world.call('GET', `${FAULTS}/${id}`)
  const { seen, hits } = body as { seen: number; hits: number }
  return { seen, hits }
}

t.test('a rule is added, listed with its counts, got and removed', async (t) => {
  const world = await startTestEmulator(t)
  const { call } = world
  t.same((await call('GET', FAULTS)).body, { faults: [] })
  const rule = { match: { operation: 'Vaults.Get' }, effect: { status: 429, retryAfter: 7 } }
  const added = await call('POST', FAULTS, rule)
  t.equal(added.status, 201)
  const shown = { id: added.text('id'), ...rule, skipFirst: 0, times: null, probability: 1, seen: 0, hits: 0 }
  t.same(added.body, shown)
  const second = await add(world, {
    match: {},
    effect: { drop: 'before' },
    skipFirst: 1000,
    times: 2,
    probability: 0.5,
  })
  const list = await call('GET', FAULTS)
  t.same(list.at('faults.0'), shown)
  t.match(list.at('faults.1'), { id: second, skipFirst: 1000, times: 2, probability: 0.5 })
  t.same((await call('GET', `${FAULTS}/${shown.id}`)).body, shown)
  t.equal((await call('DELETE', `${FAULTS}/${shown.id.toUpperCase()}`)).status, 204)
  await refused(t, world, ['GET', `${FAULTS}/${shown.id}`], {
    status: 404,
    code: 'FaultNotFound',
    says: new RegExp(second),
  })
  t.equal((await call('DELETE', FAULTS)).status, 204)
  t.same((await call('GET', FAULTS)).body, { faults: [] })
})

t.test('rules are of the world: a reset takes them, a digest sees them', async (t) => {
  const world = await startTestEmulator(t)
  const before = world.emulator.digest()
  await add(world, { match: {}, effect: { status: 500 } })
  t.not(world.emulator.digest(), before)
  t.equal((await world.call('GET', '/subscriptions')).status, 500)
  world.emulator.reset()
  t.equal((await world.call('GET', '/subscriptions')).status, 200)
  t.same(world.emulator.faults.list(), [])
})

t.test('an error in place of the answer: nothing else has changed', async (t) => {
  const world = await startTestEmulator(t)
  const { call } = world
  const id = await add(world, {
    match: { operation: 'Vaults.CreateOrUpdate' },
    effect: { status: 503, code: 'ServerBusy', message: 'Come back later.', retryAfter: 7 },
    times: 1,
  })
  const answer = await call('PUT', VAULT, BODY)
  t.equal(answer.status, 503)
  t.same(answer.body, { error: { code: 'ServerBusy', message: 'Come back later.' } })
  t.equal(answer.header('retry-after'), '7')
  t.match(answer.header('content-type'), 'application/json')
  t.ok(answer.header('x-ms-request-id'))
  t.equal((await call('GET', VAULT)).status, 404, 'the vault was not made')
  t.equal((await call('PUT', VAULT, BODY)).status, 201, 'once was enough')
  t.same(await countsOf(world, id), { seen: 1, hits: 1 }, 'a rule that has struck as often as it may sees no more')
})

t.test('a status without more has the code that goes with it', async (t) => {
  const world = await startTestEmulator(t)
  const rows = [
    [429, 'TooManyRequests'],
    [500, 'InternalServerError'],
    [503, 'ServiceUnavailable'],
    [409, 'Conflict'],
    [418, 'BadRequest'],
    [599, 'InternalServerError'],
  ] as const
  for (const [status, code] of rows) {
    const id = await add(world, { match: {}, effect: { status } })
    const answer = await world.call('GET', VAULT)
    t.match(answer, { status, code })
    t.match(answer.text('error.message'), id, 'it says whose doing it is')
    t.equal(answer.header('retry-after'), '')
    await world.call('DELETE', `${FAULTS}/${id}`)
  }
})

t.test('a body that is wrong, a path in other casing: the rule comes first', async (t) => {
  const world = await startTestEmulator(t)
  await add(world, { match: { path: '/subscriptions/*/resourcegroups/DEMO/**' }, effect: { status: 502 } })
  t.equal((await world.call('PUT', VAULT, '{ no json')).status, 502)
  t.equal((await world.call('PUT', VAULT.replace('/vaults/', '//VAULTS/'), { location: 5 })).status, 502)
  t.equal((await world.call('GET', vaultPath('other'))).status, 404)
})

t.test('what a rule is about: each member, and all together', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault('one')
  await story.vault('two')
  const asked = [
    ['GET', vault],
    ['GET', vaultPath('two')],
    ['GET', `${vault}/backupJobs`],
    ['PATCH', vault],
    ['GET', '/subscriptions'],
  ] as const
  const rows: readonly [match: object, struck: readonly number[]][] = [
    [{}, [0, 1, 2, 3, 4]],
    [{ operation: 'Vaults.Get' }, [0, 1]],
    [{ method: 'patch' }, [3]],
    [{ path: '/subscriptions' }, [4]],
    [{ path: '**/vaults/t*' }, [1]],
    [{ path: `${vault}/**` }, [0, 2, 3]],
    [{ resource: vault.toUpperCase() }, [0, 2, 3]],
    [{ resource: vault.split('/providers')[0] }, [0, 1, 2, 3]],
    [{ resource: vault.split('/resourceGroups')[0] }, [0, 1, 2, 3]],
    [{ resource: vault, method: 'GET', operation: 'Vaults.Get', path: '**' }, [0]],
  ]
  for (const [match, struck] of rows) {
    const fault = story.world.emulator.faults.add({ match, effect: { status: 500 } })
    const statuses: number[] = []
    for (const [method, path] of asked)
      statuses.push((await story.call(method, path, method === 'GET' ? undefined : {})).status)
    const hit = statuses.flatMap((status, at) => (status === 500 ? [at] : []))
    t.same(hit, struck, JSON.stringify(match))
    fault.remove()
  }
})

t.test('the emulator itself is never struck', async (t) => {
  const world = await startTestEmulator(t)
  await add(world, { match: {}, effect: { drop: 'before' } })
  t.equal((await world.call('GET', '/_recoverite/health')).status, 200)
  t.equal((await world.call('GET', FAULTS)).status, 200)
  t.equal((await world.call('GET', '/common/.well-known/openid-configuration')).status, 200)
  t.equal(await attempt(world, 'GET', '/subscriptions'), 'dropped')
})

t.test('what nothing serves is a 404 as ever, and an answer without a body has none', async (t) => {
  const world = await startTestEmulator(t, { throttle: true })
  await add(world, { match: {}, effect: { status: 503 } })
  t.equal((await world.call('GET', '/nothing/here')).code, 'NotFound')
  const head = await fetch(`${world.url}${VAULT.split('/providers')[0]}?api-version=2022-12-01`, { method: 'HEAD' })
  t.equal(head.status, 503)
  t.equal(await head.text(), '')
})

t.test('skipFirst, times, and the first rule that strikes is the only one', async (t) => {
  const world = await startTestEmulator(t)
  const first = await add(world, { match: {}, effect: { status: 500 }, skipFirst: 2, times: 2 })
  const second = await add(world, { match: {}, effect: { status: 503 }, skipFirst: 1 })
  const statuses: number[] = []
  for (let count = 0; count < 6; count++) statuses.push((await world.call('GET', '/subscriptions')).status)
  t.same(statuses, [200, 503, 500, 500, 503, 503])
  t.same(await countsOf(world, first), { seen: 4, hits: 2 })
  t.same(await countsOf(world, second), { seen: 4, hits: 3 }, 'what another has struck it has not seen')
})

t.test('a probability is decided by the seed: the same seed, the same outcome', async (t) => {
  const run = async (seed: string) => {
    const world = await startTestEmulator(t, { seed })
    await add(world, { match: {}, effect: { status: 500 }, probability: 0.3 })
    let outcome = ''
    for (let count = 0; count < 60; count++)
      outcome += (await world.call('GET', '/subscriptions')).status === 500 ? 'x' : '.'
    return outcome
  }
  const [one, again, other] = [await run('a'), await run('a'), await run('b')]
  t.equal(one, again)
  t.not(one, other)
  const hits = one.replaceAll('.', '').length
  t.ok(hits >= 9 && hits <= 27, `about three in ten: ${hits} of 60`)
})

t.test('a connection is cut before anything is done, or when all is done', async (t) => {
  const story = await tellStory(t)
  const { world } = story
  const match = { operation: 'Vaults.CreateOrUpdate' }
  const before = await add(world, { match, effect: { drop: 'before' }, times: 1 })
  t.equal(await attempt(world, 'PUT', VAULT, BODY), 'dropped')
  t.equal((await story.call('GET', VAULT)).status, 404, 'nothing was done')
  const after = await add(world, { match, effect: { drop: 'after' }, times: 1 })
  t.equal(await attempt(world, 'PUT', VAULT, BODY), 'dropped')
  t.equal((await story.call('GET', VAULT)).status, 200, 'all was done')
  t.equal((await story.call('PUT', VAULT, BODY)).status, 200, 'the client that tries again finds it')
  t.same(await countsOf(world, before), { seen: 1, hits: 1 })
  t.same(await countsOf(world, after), { seen: 1, hits: 1 })
  await add(world, { match: { operation: 'Vaults.Get' }, effect: { drop: 'after' }, times: 2 })
  t.equal(await attempt(world, 'GET', VAULT), 'dropped', 'a read')
  t.equal(await attempt(world, 'GET', vaultPath('none')), 'dropped', 'a refusal')
  t.equal((await story.call('GET', VAULT)).status, 200)
})

t.test('on the wire a cut connection ends without a byte, and others go on', async (t) => {
  const world = await startTestEmulator(t)
  await add(world, { match: { path: '/tenants' }, effect: { drop: 'after' } })
  const { hostname, port } = new URL(world.url)
  const ask = (path: string) =>
    new Promise<string>((resolve) => {
      let text = ''
      const socket = connect(Number(port), hostname)
      socket.on('data', (data) => {
        text += data
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(text))
      socket.end(`GET ${path}?api-version=2022-12-01 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    })
  const [dropped, answered] = await Promise.all([ask('/tenants'), ask('/subscriptions')])
  t.equal(dropped, '')
  t.match(answered, /^HTTP\/1.1 200 OK/)
})

t.test('a delay holds the request in real time; a client that gives up has asked for nothing', async (t) => {
  const story = await tellStory(t)
  const { world } = story
  const fault = world.emulator.faults.add({ match: { resource: VAULT }, effect: { delayMs: 80 } })
  const before = performance.now()
  t.equal((await story.call('PUT', VAULT, BODY)).status, 201)
  t.ok(performance.now() - before >= 75)
  t.equal(world.now(), '2026-01-05T08:00:00.000Z', "the world's clock stands")
  fault.remove()
  world.emulator.faults.add({ match: { method: 'DELETE' }, effect: { delayMs: 3_600_000 } })
  const gone = fetch(`${world.url}${VAULT}?api-version=2024-04-01`, {
    method: 'DELETE',
    signal: AbortSignal.timeout(50),
  })
  await t.rejects(gone)
  t.equal((await story.call('GET', VAULT)).status, 200)
})

t.test('an emulator that holds requests closes at once', async (t) => {
  const world = await startTestEmulator(t)
  world.emulator.faults.add({ match: {}, effect: { delayMs: 3_600_000 } })
  const held = attempt(world, 'GET', '/subscriptions')
  await world.call('GET', '/_recoverite/health')
  await world.emulator.close()
  t.equal(await held, 'dropped')
})

t.test('a virtual delay: the request comes that much later', async (t) => {
  const story = await tellStory(t)
  await protectMachine(story.world)
  const job = await story.call('GET', `${VAULT}/backupJobs`)
  t.equal(job.at('value.0.properties.status'), 'InProgress')
  await add(story.world, { match: { operation: 'BackupJobs.List' }, effect: { virtualDelay: 'PT1H' }, times: 1 })
  const before = story.now
  const later = await story.call('GET', `${VAULT}/backupJobs`)
  t.equal(later.at('value.0.properties.status'), 'Completed', 'what was due in that hour has happened')
  t.equal(story.now, before + HOUR)
})

t.test('a virtual delay waits for the clock where it runs by itself', async (t) => {
  const world = await startTestEmulator(t, { clock: 'live', rate: 36_000 })
  await add(world, { match: { path: '/tenants' }, effect: { virtualDelay: 'PT1H' } })
  const [before, start] = [performance.now(), Date.parse(world.now())]
  t.equal((await world.call('GET', '/tenants')).status, 200)
  t.ok(performance.now() - before >= 95, 'a tenth of a second')
  t.ok(Date.parse(world.now()) - start >= 3_500_000)
})

t.test('the list of requests says which rule struck', async (t) => {
  const world = await startTestEmulator(t)
  const headers = { 'user-agent': 'AZURECLI/2.60' }
  const failing = await add(world, { match: { path: '/tenants' }, effect: { status: 500 }, times: 1 })
  const dropping = await add(world, { match: { path: '/tenants' }, effect: { drop: 'before' }, times: 1 })
  const [slow, failed] = [
    await add(world, { match: { operation: 'Vaults.CreateOrUpdate' }, effect: { virtualDelay: 'PT1S' } }),
    await add(world, { match: { operation: 'Vaults.CreateOrUpdate' }, effect: { operationFailure: { code: 'X' } } }),
  ]
  await world.call('GET', '/tenants', undefined, headers)
  await attempt(world, 'GET', '/tenants')
  await world.call('GET', '/tenants')
  await world.call('PUT', `${VAULT}?api-version=2025-08-01`, BODY)
  const { requests } = (await world.call('GET', '/_recoverite/requests')).body as { requests: object[] }
  const ofArm = requests.filter((request) => !JSON.stringify(request).includes('Recoverite.'))
  t.match(ofArm.reverse(), [
    { operation: 'Tenants.List', method: 'GET', client: 'AZURECLI/2.60', status: 500, faults: [failing] },
    { operation: 'Tenants.List', status: 0, faults: [dropping] },
    { operation: 'Tenants.List', status: 200, faults: [] },
    { operation: 'Vaults.CreateOrUpdate', status: 201, faults: [slow, failed] },
  ])
})

t.test('the same in this process', async (t) => {
  const { emulator, call } = await startTestEmulator(t)
  const fault = emulator.faults.add({ match: { operation: 'Tenants.List' }, effect: { status: 429, retryAfter: 1 } })
  t.equal((await call('GET', '/tenants')).status, 429)
  t.match(fault, { seen: 1, hits: 1 })
  t.match(emulator.faults.list(), [{ id: fault.id, hits: 1 }])
  fault.remove()
  t.equal((await call('GET', '/tenants')).status, 200)
  t.equal(fault.hits, 1, 'it remembers')
  t.throws(() => fault.remove(), { code: 'FaultNotFound' })
  emulator.faults.add({ match: {}, effect: { status: 500 } })
  emulator.faults.clear()
  t.same(emulator.faults.list(), [])
})

t.test('a client that tries again gets there', async (t) => {
  const story = await tellStory(t)
  const machine = story.machine('vm1')
  const vault = await story.vault()
  const item: Item = itemOf(vault, machine)
  story.world.emulator.faults.add({
    match: { resource: item.path, method: 'PUT' },
    effect: { drop: 'after' },
    times: 1,
  })
  await t.rejects(story.tryProtect(vault, machine))
  t.equal(
    (await story.tryProtect(vault, machine)).code,
    'BMSUserErrorConflictingProtectionOperation',
    'it is under way',
  )
  await story.call('POST', ADVANCE, { until: 'idle' })
  t.equal((await story.item(item)).protectionState, 'IRPending')
  t.equal((await story.jobs(vault, 'ConfigureBackup')).length, 1, 'once')
})

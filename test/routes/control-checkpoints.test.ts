import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'
import t from 'tap'
import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import { APPLICATION_ID } from '../../src/store/database.js'
import { ADVANCE, backUp, CLOCK, ITEM, jobOf, protectMachine, refused, VAULT, VM } from '../support/control.js'
import { type Answer, MONDAY, startTestEmulator, type TestEmulator } from '../support/emulator.js'
import { tellStory } from '../support/story.js'

const CHECKPOINTS = '/_recoverite/checkpoints'
const mark = (name: string) => `${CHECKPOINTS}/${name}`
const restore = (name: string) => `${CHECKPOINTS}/${name}/restore`
const RESET = '/_recoverite/reset'

/** All that somebody can see of a world. */
async function look({ call, emulator }: TestEmulator) {
  const paths = [CLOCK, '/subscriptions', VM, VAULT, ITEM, `${VAULT}/backupJobs`, `${ITEM}/recoveryPoints`]
  const seen: unknown[] = [emulator.digest()]
  for (const path of [...paths, '/_recoverite/dashboard', '/_recoverite/faults'])
    seen.push((await call('GET', path)).body)
  return seen
}

t.test('a world is put away, and whatever happened since is undone', async (t) => {
  const world = await startTestEmulator(t)
  const { call } = world
  await protectMachine(world)
  await call('POST', ADVANCE, { by: 'P3D' })
  await backUp(world)
  const before = await look(world)
  const put = await call('PUT', mark('before'))
  t.equal(put.status, 201)
  t.match(put.body, { name: 'before', now: world.now(), seed: 'test', sizeBytes: Number, vaults: 1 })
  t.same(await look(world), before, 'which changes nothing')

  const changes: readonly (readonly [what: string, change: () => Promise<unknown>])[] = [
    ['time', () => call('POST', ADVANCE, { by: 'P40D' })],
    ['deletions', () => call('DELETE', VM)],
    ['the clock', () => call('PUT', CLOCK, { mode: 'live', rate: 1000, skip: 'end' })],
    ['other machines', async () => world.emulator.seed({ virtualMachines: [{ resourceGroup: 'x', name: 'y' }] })],
    ['trouble', () => call('POST', '/_recoverite/faults', { match: { path: '/**' }, effect: { status: 503 } })],
    ['a reset', () => call('POST', RESET, { seed: 'other', now: '2031-01-01T00:00:00Z' })],
  ]
  for (const [what, change] of changes) {
    await change()
    const restored = await call('POST', restore('before'))
    t.equal(restored.status, 200, what)
    t.same(restored.body, before[1], `${what}: the clock stands where it stood`)
    t.same(await look(world), before, `${what}: undone`)
  }
})

t.test('a restored world goes on as it would have gone on', async (t) => {
  const world = await startTestEmulator(t)
  const { call } = world
  await protectMachine(world)
  await call('POST', ADVANCE, { until: 'idle' })
  await backUp(world)
  const job = await jobOf(world, 'Backup')
  await call('POST', ADVANCE, { by: 'PT5M' })
  await call('PUT', mark('in-the-middle-of-a-job'))
  const goOn = async () => {
    const running = await call('GET', job.id)
    t.equal(running.at('properties.status'), 'InProgress', 'the job is under way')
    await call('POST', ADVANCE, { untilJob: job.id })
    const ended = await call('GET', job.id)
    t.equal(ended.at('properties.status'), 'Completed')
    await call('POST', ADVANCE, { by: 'P3D' })
    await call('PUT', `${VAULT}-2`, { location: 'westeurope', properties: {} })
    return [running.body, ended.body, ...(await look(world))]
  }
  const first = await goOn()
  for (const round of [1, 2]) {
    await call('POST', restore('in-the-middle-of-a-job'))
    t.equal((await call('GET', `${VAULT}-2`)).status, 404, 'what was made later is not there')
    t.same(await goOn(), first, `round ${round}: the same ends, ids included`)
  }
})

t.test('checkpoints are listed by name, replaced and deleted; a reset leaves them', async (t) => {
  const world = await startTestEmulator(t)
  const { call } = world
  t.same((await call('GET', CHECKPOINTS)).body, { checkpoints: [] })
  await call('PUT', mark('b.empty'))
  await protectMachine(world)
  await call('PUT', mark('a-full_1'))
  const listed = await call('GET', CHECKPOINTS)
  t.match(listed.body, {
    checkpoints: [
      { name: 'a-full_1', now: world.now(), seed: 'test', vaults: 1 },
      { name: 'b.empty', now: '2026-01-05T08:00:00.000Z', seed: 'test', vaults: 0 },
    ],
  })
  t.ok(Number(listed.at('checkpoints.0.sizeBytes')) >= Number(listed.at('checkpoints.1.sizeBytes')))

  await call('POST', RESET, { seed: 'other' })
  t.same((await call('GET', CHECKPOINTS)).body, listed.body)
  const replaced = await call('PUT', mark('A-FULL_1'))
  t.match(
    replaced,
    { status: 200, body: { name: 'a-full_1', seed: 'other', vaults: 0 } },
    'names are found in any casing',
  )
  await call('POST', restore('b.EMPTY'))
  t.match((await call('PUT', mark('c'))).body, { seed: 'test' }, 'the seed comes back with the world')

  const gone = await call('DELETE', mark('B.empty'))
  t.match(gone, { status: 204, body: undefined })
  t.same(
    ((await call('GET', CHECKPOINTS)).at('checkpoints') as { name: string }[]).map(({ name }) => name),
    ['a-full_1', 'c'],
  )
})

t.test('a name that none can have, and one that none has, are refused with what is wrong', async (t) => {
  const world = await startTestEmulator(t)
  await refused(t, world, ['POST', restore('before')], { status: 404, code: 'CheckpointNotFound', says: /none yet/ })
  await world.call('PUT', mark('one'))
  await world.call('PUT', mark('two'))
  for (const [method, path] of [
    ['POST', restore('three')],
    ['DELETE', mark('three')],
  ] as const) {
    const says = /no checkpoint 'three'; there are 'one', 'two'/
    await refused(t, world, [method, path], { status: 404, code: 'CheckpointNotFound', says })
  }
  const NAMES = ['..%2Fworld', '..%5Cworld', '.hidden', 'a%20b', 'a%00', 'café', 'a:b', 'x'.repeat(65), 'a/b']
  for (const name of NAMES) {
    for (const [method, path] of [
      ['PUT', mark(name)],
      ['POST', restore(name)],
      ['DELETE', mark(name)],
    ] as const) {
      await refused(t, world, [method, path], { says: /No checkpoint can be called .* 1 to 64 letters/ })
    }
  }
  t.equal((await world.call('PUT', mark('x'.repeat(64)))).status, 201, 'the longest name that can be had')
  t.equal(((await world.call('GET', CHECKPOINTS)).at('checkpoints') as unknown[]).length, 3)
})

t.test('what is kept beside the world is of the world that is there', async (t) => {
  const world = await startTestEmulator(t)
  const { call, emulator } = world
  const later = '/subscriptions/99999999-9999-9999-9999-999999999999'
  const known = async () => (await call('GET', '/subscriptions')).values.map(({ subscriptionId }) => subscriptionId)
  const point = emulator.checkpoint()
  const file = emulator.export()
  const goBack: readonly (readonly [how: string, go: () => void])[] = [
    ['a restore', () => point.restore()],
    ['an import', () => emulator.import(file)],
    ['a reset', () => emulator.reset({ now: MONDAY })],
  ]
  for (const [how, go] of goBack) {
    await call('GET', `${later}/resourceGroups`)
    t.same(await known(), [FIRST_SUBSCRIPTION, later.slice('/subscriptions/'.length)])
    go()
    t.same(await known(), [FIRST_SUBSCRIPTION], `${how}: the subscription has not been named yet`)
    await call('GET', `${later}/resourceGroups`)
    t.equal((await known()).length, 2, `${how}: it is met again when it is named`)
    go()
  }
})

t.test('however long a world was put away, its clock goes on where it stood', async (t) => {
  for (const options of [{ clock: 'live', rate: 1000 } as const, { clock: 'skip' } as const]) {
    const { call, emulator } = await startTestEmulator(t, options)
    await pause(5)
    const seen = (await call('GET', CLOCK)).text('now')
    await call('PUT', mark('before'))
    const then = (await call('GET', CHECKPOINTS)).text('checkpoints.0.now')
    t.ok(then >= seen, `${options.clock}: it was put away at its present`)
    emulator.clock.advance({ by: 'P300D' })
    emulator.clock.set({ mode: 'manual' })
    const restored = await call('POST', restore('before'))
    t.equal(restored.text('now'), then, `${options.clock}: not a moment has passed`)
    t.equal(restored.text('mode'), options.clock)
    await pause(5)
    t.ok((await call('GET', CLOCK)).text('now') > then, 'from there on time passes')
  }
})

t.test('what the wall clock says of a world that was put away counts for nothing', async (t) => {
  const DAY = 86_400_000
  const folder = t.testdir()
  const options = { dataDir: folder, clock: 'live', rate: 1 } as const
  const first = await startTestEmulator(t, options)
  await first.call('PUT', mark('before'))
  await first.emulator.close()
  const longAgo = (file: string, wall: string) => {
    const db = new Database(`${folder}/${file}`)
    db.exec(`UPDATE state SET wall = ${wall}`)
    db.close()
  }
  const elapsed = async ({ call }: TestEmulator) =>
    Date.parse((await call('GET', CLOCK)).text('now')) - Date.parse(MONDAY)

  longAgo('world.sqlite', `wall - ${DAY}`)
  longAgo('checkpoints/before.sqlite', `wall - ${DAY}`)
  const file = readFileSync(`${folder}/world.sqlite`)
  const second = await startTestEmulator(t, options)
  t.ok((await elapsed(second)) >= DAY, 'a world that was running is caught up with')
  await second.call('POST', restore('before'))
  t.ok((await elapsed(second)) < DAY / 24, 'a checkpoint is not')
  second.emulator.clock.advance({ by: 'P1D' })
  t.match(await send(second.url, file), { status: 200 })
  t.ok((await elapsed(second)) < DAY / 24, 'nor is a file')
  await second.emulator.close()

  // As a kill leaves it, right after a world has taken the place of another.
  longAgo('world.sqlite', '0')
  const third = await startTestEmulator(t, options)
  t.ok((await elapsed(third)) < DAY / 24, 'nor is a world that nobody has seen running')
})

t.test('what is due in a restored world wakes the scheduler by itself', async (t) => {
  const world = await startTestEmulator(t, { clock: 'live', rate: 86_400 })
  await protectMachine(world)
  const point = world.emulator.checkpoint()
  // Nothing wakes it while its clock is moved by hand.
  world.emulator.clock.set({ mode: 'manual' })
  point.restore()
  // Reading the clock here moves nothing: only the timer does.
  const { nextEvent } = world.emulator.clock.read()
  t.ok(nextEvent)
  for (let waits = 0; world.emulator.clock.read().now < Number(nextEvent?.at) && waits < 500; waits++) await pause(10)
  t.ok(world.emulator.clock.read().now >= Number(nextEvent?.at), 'it has run')
})

t.test('a story forks: each branch is its own', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const fork = story.world.emulator.checkpoint('fork')
  const branch = async (trouble: boolean) => {
    fork.restore()
    if (trouble) await story.condition(item.machine, { provisioningState: 'Failed' })
    await story.advance('1d')
    return (await story.jobs(item.vault)).map(({ status }) => status)
  }
  const well = await branch(false)
  t.match(well, ['Completed'])
  t.match(await branch(true), ['Failed'])
  t.same(await branch(false), well, 'the trouble of the other branch is not known here')
})

t.test('in process it is the same', async (t) => {
  const { emulator } = await startTestEmulator(t)
  const empty = emulator.digest()
  const first = emulator.checkpoint()
  t.match(first, { name: 'checkpoint-1', now: new Date(MONDAY), seed: 'test', vaults: 0 })
  emulator.seed({ virtualMachines: [{ id: VM }] })
  const second = emulator.checkpoint()
  const named = emulator.checkpoint('named')
  t.same(
    emulator.checkpoints().map(({ name }) => name),
    ['checkpoint-1', 'checkpoint-2', 'named'],
  )
  first.restore()
  t.equal(emulator.digest(), empty)
  second.restore()
  t.not(emulator.digest(), empty)
  first.delete()
  t.throws(() => first.restore(), { code: 'CheckpointNotFound' })
  t.throws(() => first.delete(), { code: 'CheckpointNotFound' })
  t.equal(emulator.checkpoint().name, 'checkpoint-1', 'the first that is free')
  t.throws(() => emulator.checkpoint('../named'), { code: 'InvalidControlRequest', message: /'\.\.\/named'/ })
  emulator
    .checkpoints()
    .find(({ name }) => name === named.name)
    ?.restore()
})

/** Sends a file as it is. */
async function send(url: string, body: Uint8Array | string, type?: string): Promise<Answer & { says: string }> {
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
  const response = await fetch(`${url}/_recoverite/import`, { method: 'POST', body, headers })
  const answer = (await response.json()) as { error?: { code: string; message: string } }
  return { status: response.status, code: answer.error?.code, says: answer.error?.message ?? '', body: answer } as never
}

const fetchExport = async (url: string) => Buffer.from(await (await fetch(`${url}/_recoverite/export`)).arrayBuffer())

t.test('the whole world is one SQLite file, and a world again elsewhere', async (t) => {
  const world = await startTestEmulator(t)
  await protectMachine(world)
  await world.call('POST', ADVANCE, { by: 'P2D' })
  const seen = await look(world)
  const response = await fetch(`${world.url}/_recoverite/export`)
  t.equal(response.status, 200)
  t.equal(response.headers.get('content-type'), 'application/vnd.sqlite3')
  const name = /^attachment; filename="(.*)"$/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  t.match(name, /^recoverite-20260107T\d{6}Z\.sqlite$/)
  const file = Buffer.from(await response.arrayBuffer())
  t.same(await look(world), seen, 'which changes nothing')
  t.ok(file.equals(await fetchExport(world.url)), 'the same bytes for the same world')

  const db = new Database(file)
  t.equal(db.pragma('application_id', { simple: true }), APPLICATION_ID)
  t.equal(db.pragma('integrity_check', { simple: true }), 'ok')
  t.same(db.prepare('SELECT status FROM jobs ORDER BY start').pluck().all().length, 3)
  db.close()

  const folder = t.testdir()
  for (const type of ['application/octet-stream', 'application/vnd.sqlite3', undefined]) {
    const other = await startTestEmulator(t, { seed: 'other', now: '2030-01-01T00:00:00Z', dataDir: folder })
    const answer = await send(other.url, file, type)
    t.match(answer, { status: 200, body: { now: world.now(), mode: 'manual' } })
    t.same(await look(other), seen)
    t.ok(file.equals(await fetchExport(other.url)), 'what it exports is what it was given')
    await other.emulator.close()
    const again = await startTestEmulator(t, { dataDir: folder })
    t.same(await look(again), seen, 'also after a restart')
    t.ok(file.equals(again.emulator.export()))
    await again.emulator.close()
  }
})

t.test('the same requests give the same file, whenever they were made', async (t) => {
  const headers = { 'x-ms-client-request-id': '33333333-3333-3333-3333-333333333333' }
  const files = []
  for (const dataDir of [undefined, t.testdir()]) {
    const { call, emulator } = await startTestEmulator(t, dataDir === undefined ? {} : { dataDir })
    await call('PUT', VAULT, { location: 'westeurope', properties: {} }, headers)
    await pause(5)
    await call('POST', ADVANCE, { until: 'idle' })
    emulator.checkpoint('beside')
    files.push(emulator.export())
  }
  const [one, other] = files
  t.ok(one && other?.equals(one))
})

t.test('what is no world of this version is refused with what is wrong, and nothing changes', async (t) => {
  const world = await startTestEmulator(t)
  const { emulator, url } = world
  await protectMachine(world)
  const file = emulator.export()
  const changed = (change: (db: Database.Database) => void) => {
    const db = new Database(file)
    change(db)
    const bytes = db.serialize()
    db.close()
    return bytes
  }
  const damaged = Buffer.from(file).fill(0x55, 4096, file.length - 4096)
  const FILES: readonly (readonly [what: string, file: Uint8Array | string, says: RegExp])[] = [
    ['nothing', '', /no SQLite database/],
    ['garbage', 'x'.repeat(10_000), /no SQLite database/],
    ['JSON', JSON.stringify({ now: MONDAY }), /no SQLite database/],
    ['half a file', file.subarray(0, 20_000), /damaged|can't be used/],
    ['a damaged file', damaged, /damaged|can't be used/],
    ['another program', changed((db) => db.pragma('application_id = 1')), /another program's database/],
    ['a newer version', changed((db) => db.pragma('user_version = 1000')), /newer Recoverite.* 1000/],
    ['a body that is no JSON', changed((db) => db.exec("UPDATE items SET body = '{'")), /table 'items' is no JSON/],
    ['a missing table', changed((db) => db.exec('DROP TABLE items')), /table 'items' is missing/],
    [
      'a clock that nobody reads',
      changed((db) => db.exec(`UPDATE state SET clock = '{"mode":"fast"}'`)),
      /mode is 'fast'/,
    ],
    ['a clock that is none', changed((db) => db.exec("UPDATE state SET clock = 'tick'")), /its clock can't be read/],
    ['an instant that is none', changed((db) => db.exec('UPDATE state SET now = -1')), /clock stands where none can/],
  ]
  const before = await look(world)
  for (const [what, bytes, says] of FILES) {
    const answer = await send(url, bytes, 'application/octet-stream')
    t.match(answer, { status: 400, code: 'InvalidControlRequest' }, what)
    t.match(answer.says, says, what)
    t.match(answer.says, /Nothing has changed\.$/, what)
  }
  t.same(await look(world), before)
  t.ok(emulator.export().equals(file))
  t.throws(() => emulator.import(Buffer.from('garbage')), { code: 'InvalidControlRequest' })
  t.match(await send(url, file), { status: 200 }, 'the file itself is good')
})

t.test('a file that is larger than what is taken is refused', async (t) => {
  const world = await startTestEmulator(t, { limits: { importedWorldBytes: 5000 } })
  const file = world.emulator.export()
  t.ok(file.length > 5000)
  const answer = await send(world.url, file)
  t.match(answer, { status: 413, code: 'RequestContentTooLarge' })
  t.match(answer.says, /at most 5000 bytes/)
})

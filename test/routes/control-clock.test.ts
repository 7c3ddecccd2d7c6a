import t from 'tap'
import { ADVANCE, backUp, CLOCK, jobOf, protectMachine, refused } from '../support/control.js'
import { startTestEmulator } from '../support/emulator.js'

t.test('the clock can be read and set', async (t) => {
  const { call } = await startTestEmulator(t)
  const first = {
    now: '2026-01-05T08:00:00.000Z',
    mode: 'manual',
    rate: 1,
    skip: 'step',
    pendingEvents: 0,
    nextEvent: null,
  }
  t.same((await call('GET', CLOCK)).body, first)
  t.same((await call('PUT', CLOCK, {})).body, first, 'nothing said, nothing changed')
  const set = await call('PUT', CLOCK, { rate: 3600, skip: 'end', now: '2026-01-05T10:00:00+01:00' })
  t.same(set.body, { ...first, now: '2026-01-05T09:00:00.000Z', rate: 3600, skip: 'end' })
  t.same((await call('GET', CLOCK)).body, set.body)
})

t.test('the next event says when, what and whose it is', async (t) => {
  const world = await startTestEmulator(t)
  await protectMachine(world)
  const clock = await world.call('GET', CLOCK)
  const job = await jobOf(world, 'ConfigureBackup')
  t.match(clock.body, {
    pendingEvents: 1,
    nextEvent: { at: /^2026-01-05T08:.*Z$/, kind: 'job.end', subject: `job:${job.name}` },
  })
})

t.test('time goes by a duration, to an instant, and runs what is due on the way', async (t) => {
  const world = await startTestEmulator(t)
  const { call } = world
  t.same((await call('POST', ADVANCE, { by: 'P1DT2H' })).body, { now: '2026-01-06T10:00:00.000Z', eventsRun: 0 })
  t.same((await call('POST', ADVANCE, { to: '2026-01-07T00:00:00Z' })).body, {
    now: '2026-01-07T00:00:00.000Z',
    eventsRun: 0,
  })
  await protectMachine(world)
  const day = await call('POST', ADVANCE, { by: 'P2D' })
  t.ok(Number(day.at('eventsRun')) > 5, 'two scheduled backups took their steps')
  t.match(await jobOf(world, 'Backup'), { status: 'Completed' })
})

t.test('time goes until nothing is unfinished, or until one job has ended', async (t) => {
  const world = await startTestEmulator(t)
  const { call, now } = world
  t.same((await call('POST', ADVANCE, { until: 'idle' })).body, { now: '2026-01-05T08:00:00.000Z', eventsRun: 0 })
  await protectMachine(world)
  await call('POST', ADVANCE, { until: 'idle' })
  t.match(await jobOf(world, 'ConfigureBackup'), { status: 'Completed' })
  const configured = now()

  t.equal((await backUp(world)).status, 202)
  const job = await jobOf(world, 'Backup')
  t.equal(job.status, 'InProgress')
  const end = await call('POST', ADVANCE, { untilJob: job.id })
  t.ok(Number(end.at('eventsRun')) >= 4, 'it began, its snapshot ended, its transfer began and ended')
  t.ok(end.text('now') > configured)
  t.match(await jobOf(world, 'Backup'), { status: 'Completed' })
  t.same(
    (await call('POST', ADVANCE, { untilJob: job.name.toUpperCase() })).body,
    { now: now(), eventsRun: 0 },
    'it has ended',
  )
})

t.test('what does not end is named, and time goes on from there', async (t) => {
  const world = await startTestEmulator(t)
  const { call } = world
  await protectMachine(world, { osDiskSizeGB: 32_768, conditions: { usedDataGB: 2_000_000 } })
  await call('POST', ADVANCE, { until: 'idle' })
  await backUp(world)
  const job = await jobOf(world, 'Backup')
  const answer = await call('POST', ADVANCE, { until: 'idle' })
  t.equal(answer.status, 422)
  t.equal(answer.code, 'NothingToWaitFor')
  t.match(answer.text('error.message'), job.name)
  t.equal((await call('POST', ADVANCE, { by: 'PT1H' })).status, 200)
})

t.test('the clock refuses what it cannot do and changes nothing', async (t) => {
  const world = await startTestEmulator(t)
  const backwards = { status: 409, code: 'ClockMovesOnlyForward', says: /never goes back/ }
  await refused(t, world, ['PUT', CLOCK, { now: '2026-01-05T07:59:59Z', mode: 'live' }], backwards)
  await refused(t, world, ['POST', ADVANCE, { to: '2025-12-31T00:00:00Z' }], backwards)
  await refused(t, world, ['POST', ADVANCE, { by: 'P-1D' }], backwards)
  await refused(t, world, ['POST', ADVANCE, { by: '-PT1S' }], backwards)
  t.equal(world.emulator.clock.read().mode, 'manual')
  for (const by of ['P101Y', 'P99999999999999999999D', 'PT9999999999H']) {
    await refused(t, world, ['POST', ADVANCE, { by }], { says: /at most 100 years/ })
  }
  await refused(t, world, ['PUT', CLOCK, { now: '2126-12-31T00:00:00Z' }], { says: /at most 100 years/ })
  for (const by of ['P', 'PT', '', '1d', '1 day'])
    await refused(t, world, ['POST', ADVANCE, { by }], { says: /ISO 8601 duration/ })
  for (const to of ['tomorrow', '2026-02-01', '2026-02-01T00:00:00', '08:00Z', '2026-13-01T00:00:00Z']) {
    await refused(t, world, ['POST', ADVANCE, { to }], { says: /give a time like/ })
  }
  for (const body of [{}, { by: 'PT1H', to: '2026-02-01T00:00:00Z' }]) {
    await refused(t, world, ['POST', ADVANCE, body], { says: /exactly one of by, to, until and untilJob/ })
  }
  await refused(t, world, ['POST', ADVANCE, { bye: 'PT1H' }], { says: /'bye'.*by, to, until, untilJob/ })
  await refused(t, world, ['POST', ADVANCE, { until: 'never' }], { says: /'until' is "never".*idle/ })
  await refused(t, world, ['POST', ADVANCE, { untilJob: '00000000-0000-0000-0000-00000000000f' }], { says: /no job/ })
  await refused(t, world, ['PUT', CLOCK, { mode: 'fast' }], { says: /skip, live, manual/ })
  await refused(t, world, ['PUT', CLOCK, { rate: 0 }], { says: /'rate' is 0/ })
  await refused(t, world, ['PUT', CLOCK, { rate: '2' }], { says: /'rate' is "2".*number/ })
  await refused(t, world, ['PUT', CLOCK, { speed: 2 }], { says: /'speed'.*mode, rate, skip, now/ })
  await refused(t, world, ['PUT', CLOCK, '{"__proto__": {"mode": "live"}}'], { says: /'__proto__'/ })
  await refused(t, world, ['PUT', CLOCK], { says: /mode, rate, skip, now/ })
  await refused(t, world, ['PUT', CLOCK, []], { says: /object/ })
  await refused(t, world, ['PUT', CLOCK, '{"mode":'], { code: 'InvalidRequestContent' })
})

t.test('a reset empties the world; the same seed and requests give the same bytes again', async (t) => {
  const world = await startTestEmulator(t)
  const { call, emulator } = world
  const empty = emulator.digest()
  const story = async () => {
    await protectMachine(world)
    await call('POST', ADVANCE, { by: 'P3D' })
    return emulator.digest()
  }
  const first = await story()
  const reset = await call('POST', '/_recoverite/reset')
  t.equal(reset.status, 200)
  t.match(reset.body, { now: '2026-01-05T08:00:00.000Z', mode: 'manual', pendingEvents: 0, nextEvent: null })
  t.equal(emulator.digest(), empty)
  t.equal(await story(), first)

  await call('POST', '/_recoverite/reset', { seed: 'another' })
  t.not(await story(), first, 'another seed, another world')
  const elsewhere = await call('POST', '/_recoverite/reset', { seed: 7, now: '2020-02-29T00:00:00Z' })
  t.equal(elsewhere.text('now'), '2020-02-29T00:00:00.000Z', 'also back in time')
  await refused(t, world, ['POST', '/_recoverite/reset', { sed: 'x' }], { says: /'sed'.*seed, now/ })
  await refused(t, world, ['POST', '/_recoverite/reset', { seed: true }], { says: /string, integer/ })
  await refused(t, world, ['POST', '/_recoverite/reset', { now: 'yesterday' }], { says: /give a time like/ })
})

import t from 'tap'
import { type Answer, startTestEmulator } from '../support/emulator.js'
import { tellStory, vaultPath } from '../support/story.js'

const LEFT = 'x-ms-ratelimit-remaining-subscription'
const OTHER = vaultPath('vault').replace(/0001\//, '0002/')

const refusedFor = (answer: Answer, code: string, seconds: string) => ({
  status: answer.status === 429,
  code: answer.code === code,
  cause: answer.header('x-ms-failure-cause') === 'gateway',
  wait: answer.header('retry-after') === seconds || `retry-after ${answer.header('retry-after')}`,
  message: answer.text('error.message').includes(`try again after '${seconds}' seconds`),
})
const ALL = { status: true, code: true, cause: true, wait: true, message: true }

t.test('off by default: nobody is throttled, and the headers are those of an untouched budget', async (t) => {
  const { call } = await startTestEmulator(t, { limits: { readsPerHour: 1 } })
  for (let count = 0; count < 3; count++) {
    const answer = await call('GET', vaultPath('vault'))
    t.equal(answer.status, 404)
    t.equal(answer.header(`${LEFT}-reads`), '11999')
  }
})

t.test('each subscription has its budgets, which the headers count down', async (t) => {
  const { call } = await startTestEmulator(t, { throttle: true })
  const body = { location: 'westeurope', properties: {} }
  t.equal((await call('GET', vaultPath('vault'))).header(`${LEFT}-reads`), '11999')
  t.equal((await call('GET', vaultPath('vault'))).header(`${LEFT}-reads`), '11998')
  t.equal((await call('GET', OTHER)).header(`${LEFT}-reads`), '11999', 'another subscription')
  t.equal((await call('PUT', vaultPath('vault'), body)).header(`${LEFT}-writes`), '1199')
  t.equal((await call('PATCH', vaultPath('vault'), { tags: {} })).header(`${LEFT}-writes`), '1198')
  t.equal((await call('POST', `${vaultPath('vault')}/backupJobsExport`)).header(`${LEFT}-writes`), '1197')
  t.equal((await call('DELETE', vaultPath('vault'))).header(`${LEFT}-deletes`), '14999')
  const refused = await call('PUT', vaultPath('vault'), { location: 5 })
  t.equal(refused.header(`${LEFT}-writes`), '1196', 'what is refused counts too')
  t.equal((await call('GET', '/subscriptions')).header(`${LEFT}-reads`), '', 'what is of no subscription does not')
  t.equal((await call('GET', '/_recoverite/clock')).header(`${LEFT}-reads`), '')
})

t.test('beyond a budget it is a 429 that says when to come again, and the budget fills up', async (t) => {
  const { call, advance, emulator } = await startTestEmulator(t, { throttle: true, limits: { writesPerHour: 3 } })
  const put = (name: string) => call('PUT', vaultPath(name), { location: 'westeurope', properties: {} })
  for (const [name, left] of [
    ['one', '2'],
    ['two', '1'],
    ['three', '0'],
  ] as const)
    t.equal((await put(name)).header(`${LEFT}-writes`), left)
  const before = emulator.digest()
  const refused = await put('four')
  t.same(refusedFor(refused, 'SubscriptionRequestsThrottled', '1200'), ALL)
  t.equal(refused.header(`${LEFT}-writes`), '0')
  t.equal(emulator.digest(), before)
  t.equal((await call('GET', vaultPath('one'))).status, 200, 'reads have their own')
  await advance('15m')
  t.same(refusedFor(await put('four'), 'SubscriptionRequestsThrottled', '300'), ALL)
  await advance('5m')
  t.equal((await put('four')).status, 201)
  t.same(refusedFor(await put('five'), 'SubscriptionRequestsThrottled', '1200'), ALL)
  await advance('3h')
  t.equal((await put('five')).header(`${LEFT}-writes`), '2', 'never more than what fits')
})

t.test('jobs may be read 150 times an hour, in lists and by their ids (wire-vm-more.md 9)', async (t) => {
  const story = await tellStory(t, { throttle: true, limits: { jobReadsPerHour: 4 } })
  const vault = await story.vault()
  const job = `${vault}/backupJobs/22222222-2222-2222-2222-222222222222`
  for (const path of [job, job, `${vault}/backupJobs`]) t.not((await story.call('GET', path)).status, 429)
  t.equal(
    (await story.call('GET', `${vault}/backupOperations/none`)).status,
    404,
    'operations are counted by themselves',
  )
  t.equal((await story.call('GET', job)).status, 404)
  const refused = await story.call('GET', job)
  t.same(refusedFor(refused, 'ResourceRequestsThrottled', '900'), ALL)
  t.match(
    refused.text('error.message'),
    "'Microsoft.RecoveryServices/vaults/backupJobs/read' exceeded the limit of '4'",
  )
  t.equal((await story.call('GET', `${vault}/backupOperations/none`)).status, 404)
})

t.test('where time runs faster, so do the budgets', async (t) => {
  const { call } = await startTestEmulator(t, {
    throttle: true,
    clock: 'live',
    rate: 100_000,
    limits: { readsPerHour: 1 },
  })
  const statuses: number[] = []
  let answer = await call('GET', vaultPath('vault'))
  while (answer.status !== 429 && statuses.length < 50) {
    statuses.push(answer.status)
    answer = await call('GET', vaultPath('vault'))
  }
  t.equal(answer.header('retry-after'), '1', 'an hour is 36 ms')
  await new Promise((resolve) => setTimeout(resolve, 60))
  t.equal((await call('GET', vaultPath('vault'))).status, 404)
})

t.test('a limit of nothing lets nothing through', async (t) => {
  const { call } = await startTestEmulator(t, { throttle: true, limits: { deletesPerHour: 0 } })
  t.same(refusedFor(await call('DELETE', vaultPath('vault')), 'SubscriptionRequestsThrottled', '3600'), ALL)
})

t.test('another world has its budgets untouched', async (t) => {
  const { call, emulator } = await startTestEmulator(t, { throttle: true, limits: { readsPerHour: 1 } })
  const read = () =>
    Promise.all([vaultPath('vault'), OTHER].map(async (path) => (await call('GET', path)).status === 429))
  const mark = emulator.checkpoint('mark')
  const file = emulator.export()
  const ways: readonly (readonly [how: string, go: () => unknown])[] = [
    ['a restored checkpoint', () => mark.restore()],
    ['a checkpoint restored over HTTP', () => call('POST', '/_recoverite/checkpoints/mark/restore')],
    ['an import', () => emulator.import(file)],
    ['a reset', () => emulator.reset()],
    ['a reset over HTTP', () => call('POST', '/_recoverite/reset', {})],
  ]
  for (const [how, go] of ways) {
    t.same(await read(), [false, false], `before ${how}`)
    t.same(await read(), [true, true])
    await go()
  }
  t.same(await read(), [false, false])
})

t.test('throttled requests are in the list of requests; rules come after budgets', async (t) => {
  const { call, emulator } = await startTestEmulator(t, { throttle: true, limits: { readsPerHour: 1 } })
  const fault = emulator.faults.add({ match: {}, effect: { status: 503 } })
  t.equal((await call('GET', vaultPath('vault'))).status, 503)
  t.equal((await call('GET', vaultPath('vault'))).status, 429)
  t.equal(fault.seen, 1)
  const list = await call('GET', '/_recoverite/requests')
  t.match(list.at('requests.0'), { operation: 'Vaults.Get', status: 429, faults: [] })
})

import t from 'tap'
import { refused, VAULT, VM } from '../support/control.js'
import { startTestEmulator } from '../support/emulator.js'

const FAULTS = '/_recoverite/faults'
const STATUS = { status: 503 }
const FAILS = { jobFailure: { code: 'UserErrorVmNotFoundV2' } }

/** Rules that make no sense, or can never match, and what is said of them. */
const ROWS: readonly (readonly [what: string, rule: unknown, says: RegExp])[] = [
  ['no object', [], /object with any of: match, effect, skipFirst, times, probability/],
  ['no effect', { match: {} }, /'effect' is missing/],
  ['no match', { effect: STATUS }, /'match' is missing/],
  ['an unknown member', { match: {}, effect: STATUS, often: 1 }, /no 'often'.*match, effect, skipFirst/],
  ['an unknown match', { match: { verb: 'GET' }, effect: STATUS }, /no 'match.verb'.*operation, method, path/],
  ['an unknown effect', { match: {}, effect: { explode: true } }, /no 'effect.explode'.*status, code.*jobStuck/],
  ['an effect of nothing', { match: {}, effect: {} }, /exactly one of status, delayMs.*it has none/],
  ['two effects', { match: {}, effect: { status: 500, drop: 'after' } }, /it has status and drop/],
  ['a code of nothing', { match: {}, effect: { drop: 'after', code: 'X' } }, /effect.code does not go with drop/],
  ['a status that is no error', { match: {}, effect: { status: 200 } }, /from 400 to 599/],
  ['a status as text', { match: {}, effect: { status: '503' } }, /'effect.status' is "503"/],
  ['half a status', { match: {}, effect: { status: 429.5 } }, /from 400 to 599/],
  ['a wait before now', { match: {}, effect: { status: 429, retryAfter: -1 } }, /effect.retryAfter is -1/],
  ['a wait of weeks', { match: {}, effect: { status: 429, retryAfter: 1e6 } }, /at most 86400/],
  ['a code with spaces', { match: {}, effect: { status: 429, code: 'too many' } }, /code without spaces/],
  ['a negative delay', { match: {}, effect: { delayMs: -5 } }, /effect.delayMs is -5/],
  ['an absurd delay', { match: {}, effect: { delayMs: 1e12 } }, /from 1 to 3600000/],
  ['no duration', { match: {}, effect: { virtualDelay: 'an hour' } }, /ISO 8601 duration like PT90M/],
  ['a duration of nothing', { match: {}, effect: { virtualDelay: 'PT' } }, /ISO 8601/],
  ['a duration of zero', { match: {}, effect: { virtualDelay: 'PT0S' } }, /ISO 8601/],
  ['more than 100 years', { match: {}, effect: { virtualDelay: 'P101Y' } }, /100 years are the most/],
  ['an unknown drop', { match: {}, effect: { drop: 'never' } }, /use one of before, after/],
  [
    'a failure without a code',
    { match: {}, effect: { jobFailure: { message: 'x' } } },
    /'effect.jobFailure.code' is missing/,
  ],
  ['an empty code', { match: {}, effect: { jobFailure: { code: '' } } }, /effect.jobFailure.code is ''/],
  ['not stuck', { match: {}, effect: { jobStuck: false } }, /jobStuck takes true/],
  [
    'an unknown operation',
    { match: { operation: 'ProtectedItem.Gett' }, effect: STATUS },
    /Alike are ProtectedItems.Get/,
  ],
  [
    'an operation like no other',
    { match: { operation: '?????????' }, effect: STATUS },
    /so\. \/docs has all operations/,
  ],
  ['an unknown method', { match: { method: 'FETCH' }, effect: STATUS }, /use one of .*GET/],
  [
    'a method that its operation is not',
    { match: { operation: 'Vaults.Get', method: 'PUT' }, effect: STATUS },
    /match.method PUT never matches.*Vaults.Get is GET \/subscriptions/,
  ],
  [
    'a path of nothing',
    { match: { path: '/subscriptions/*/vaults/**' }, effect: STATUS },
    /path of nothing that is served/,
  ],
  ['a path with a query', { match: { path: '/subscriptions?api-version=1' }, effect: STATUS }, /path of nothing/],
  ['the emulator itself', { match: { path: '/_recoverite/**' }, effect: STATUS }, /path of nothing/],
  [
    'a path that its operation has not',
    { match: { operation: 'Backups.Trigger', path: '**/restore' }, effect: STATUS },
    /Backups.Trigger is POST/,
  ],
  ['what is no id', { match: { resource: 'vm1' }, effect: STATUS }, /match.resource is 'vm1': give the full ARM id/],
  [
    'an id that ends in a type',
    { match: { resource: VM.replace(/\/vm1$/, '') }, effect: FAILS },
    /give the full ARM id/,
  ],
  [
    'a machine where only vaults are asked for',
    { match: { operation: 'Backups.Trigger', resource: VM }, effect: STATUS },
    /match.resource .* never matches/,
  ],
  ['a resource without jobs', { match: { resource: `${VM}/extensions/x` }, effect: FAILS }, /a job is at a machine/],
  ['an unknown job operation', { match: { jobOperation: 'Reboot' }, effect: FAILS }, /use one of ConfigureBackup,/],
  [
    'jobs that their operation decides',
    { match: { jobOperation: 'BackupDataMove' }, effect: FAILS },
    /operationFailure/,
  ],
  ['an unknown phase', { match: { phase: 'Middle' }, effect: FAILS }, /use one of Snapshot, Transfer/],
  [
    'a phase of a restore',
    { match: { jobOperation: 'Restore', phase: 'Transfer' }, effect: FAILS },
    /phases are of Backup only/,
  ],
  ['a zeroth attempt', { match: { attempt: 0 }, effect: FAILS }, /match.attempt is 0/],
  ['half an attempt', { match: { attempt: 1.5 }, effect: FAILS }, /match.attempt is 1.5/],
  [
    'requests and jobs at once',
    { match: { method: 'GET', attempt: 1 }, effect: { virtualDelay: 'PT1H' } },
    /match.method is of requests and match.attempt of jobs/,
  ],
  ['a job effect on requests', { match: { method: 'POST' }, effect: FAILS }, /effect.jobFailure is of jobs/],
  ['a job effect on a path', { match: { path: '**' }, effect: { jobStuck: true } }, /jobs are matched by resource/],
  ['an answer to a job', { match: { jobOperation: 'Backup' }, effect: STATUS }, /effect.status is not of jobs/],
  ['a drop of a phase', { match: { phase: 'Snapshot' }, effect: { drop: 'before' } }, /effect.drop is not of jobs/],
  [
    'a failing operation of a job',
    { match: { attempt: 2 }, effect: { operationFailure: { code: 'X' } } },
    /effect.operationFailure is not of jobs/,
  ],
  [
    'an operation that ends at once',
    { match: { operation: 'Vaults.Get' }, effect: { operationFailure: { code: 'X' } } },
    /opens a long-running operation: Vaults.Get is GET/,
  ],
  [
    'reads that open nothing',
    { match: { method: 'GET' }, effect: { operationFailure: { code: 'X' } } },
    /opens a long/,
  ],
  ['to skip less than none', { match: {}, effect: STATUS, skipFirst: -1 }, /skipFirst is -1/],
  ['never', { match: {}, effect: STATUS, times: 0 }, /times is 0/],
  ['half a time', { match: {}, effect: STATUS, times: 0.5 }, /times is 0.5/],
  ['no probability', { match: {}, effect: STATUS, probability: 0 }, /probability is 0/],
  ['more than certain', { match: {}, effect: STATUS, probability: 1.01 }, /probability is 1.01/],
]

t.test('a rule that can never match is refused with what is wrong', async (t) => {
  const world = await startTestEmulator(t)
  for (const [what, rule, says] of ROWS) await t.test(what, (t) => refused(t, world, ['POST', FAULTS, rule], { says }))
  t.same((await world.call('GET', FAULTS)).body, { faults: [] })
})

t.test('in this process too, by the same words', async (t) => {
  const { emulator } = await startTestEmulator(t)
  t.throws(() => emulator.faults.add({ match: {}, effect: {} }), { code: 'InvalidControlRequest' })
  const wrong = { match: { verb: 'GET' }, effect: STATUS } as unknown as Parameters<typeof emulator.faults.add>[0]
  t.throws(() => emulator.faults.add(wrong), { message: /no 'match.verb'/ })
  t.same(emulator.faults.list(), [])
})

t.test('what is nearly the same makes sense', async (t) => {
  const { call } = await startTestEmulator(t)
  const rules = [
    { match: { operation: 'protecteditems_get', method: 'get' }, effect: STATUS },
    { match: { path: `${VAULT}/**`, resource: VAULT.toUpperCase() }, effect: { drop: 'after' } },
    { match: { resource: `${VAULT}/` }, effect: FAILS },
    { match: { resource: VAULT.split('/providers')[0] }, effect: { jobStuck: true } },
    { match: { jobOperation: 'backup', phase: 'transfer' }, effect: { virtualDelay: 'P100Y' } },
    { match: { path: '**/vaults/*' }, effect: { operationFailure: { code: 'X' } } },
  ]
  for (const rule of rules) t.equal((await call('POST', FAULTS, rule)).status, 201, JSON.stringify(rule))
  const list = await call('GET', FAULTS)
  t.match(list.at('faults.0.match'), { operation: 'ProtectedItems.Get', method: 'GET' })
  t.match(list.at('faults.4.match'), { jobOperation: 'Backup', phase: 'Transfer' })
})

t.test('a fault that there is not is a 404 that names those there are', async (t) => {
  const world = await startTestEmulator(t)
  const path = `${FAULTS}/fault-99`
  const missing = { status: 404, code: 'FaultNotFound' }
  await refused(t, world, ['DELETE', path], { ...missing, says: /none at all/ })
  const { id } = world.emulator.faults.add({ match: {}, effect: { status: 500 }, skipFirst: 1000 })
  await refused(t, world, ['DELETE', path], { ...missing, says: new RegExp(`Known are ${id}`) })
  await refused(t, world, ['GET', path], missing)
})

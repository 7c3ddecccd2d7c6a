import t from 'tap'
import { refused, VAULT, VM } from '../support/control.js'
import { startTestEmulator } from '../support/emulator.js'
import { promised, quiet, Receiver, rateOf, register, tick, WEBHOOKS } from '../support/webhook-receiver.js'

const URL = 'http://127.0.0.1:9999/events'
const keyOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`
const NO_KEY = /secret is not a key: give whsec_ and from 24 to 64 bytes in base64/

/** Registrations that make no sense, and what is said of them. */
const ROWS: readonly (readonly [what: string, body: unknown, says: RegExp])[] = [
  ['no object', [], /object with any of: url, secret, types, vault, attempts, backoffMs, timeoutMs/],
  ['nothing', undefined, /Send JSON that is an object with any of: url/],
  ['no url', { types: ['job.*'] }, /'url' is missing/],
  ['a url of nothing', { url: '' }, /url is ''.*http:\/\/ or https:\/\//],
  ['a url that is a number', { url: 9999 }, /'url' is 9999/],
  ['a path alone', { url: '/events' }, /url is '\/events'/],
  ['a host alone', { url: 'localhost:9999' }, /url is 'localhost:9999'/],
  ['a url without a host', { url: 'http://' }, /url is 'http:\/\/'/],
  ['another scheme', { url: 'ftp://127.0.0.1/events' }, /url is 'ftp:/],
  ['a file', { url: 'file:///etc/passwd' }, /url is 'file:/],
  ['a name in the url', { url: 'http://user@127.0.0.1/' }, /name or a password in it/],
  ['a password in the url', { url: 'http://user:hunter2@127.0.0.1/' }, /^(?!.*hunter2).*name or a password in it/],
  ['a password alone', { url: 'http://:hunter2@127.0.0.1/' }, /^(?!.*hunter2).*name or a password in it/],
  ['a key without its prefix', { url: URL, secret: keyOf(24).slice(6) }, NO_KEY],
  ['another prefix', { url: URL, secret: keyOf(24).replace('whsec_', 'whpk_') }, NO_KEY],
  ['a key that is too short', { url: URL, secret: keyOf(23) }, NO_KEY],
  ['a key that is too long', { url: URL, secret: keyOf(65) }, NO_KEY],
  ['an empty key', { url: URL, secret: 'whsec_' }, NO_KEY],
  ['a key that is no base64', { url: URL, secret: `whsec_${'!'.repeat(32)}` }, NO_KEY],
  ['a key of another base64', { url: URL, secret: `whsec_${'-_'.repeat(16)}` }, NO_KEY],
  ['half a key', { url: URL, secret: keyOf(25).replace('==', '=') }, NO_KEY],
  ['a key of null', { url: URL, secret: null }, /'secret' is null/],
  [
    'an unknown type',
    { url: URL, types: ['job.*', 'job.ended'] },
    /no events 'job\.ended'.*Known: item\.\*.*job\.failed/,
  ],
  ['a type of nothing', { url: URL, types: [''] }, /no events ''/],
  ['a notice as a type', { url: URL, types: ['events.lost'] }, /no events 'events\.lost'/],
  ['no types at all', { url: URL, types: [] }, /types is empty/],
  ['types as text', { url: URL, types: 'job.*' }, /'types' is "job\.\*"/],
  ['a type that is a number', { url: URL, types: [5] }, /'types\[0\]' is 5/],
  ['a vault by its name', { url: URL, vault: 'demo-vault' }, /vault is 'demo-vault': give the full ARM id/],
  ['a vault that is a machine', { url: URL, vault: VM }, /full ARM id of a vault/],
  ['something in a vault', { url: URL, vault: `${VAULT}/backupPolicies/p` }, /full ARM id of a vault/],
  ['no attempt', { url: URL, attempts: 0 }, /'attempts' is 0.*1/],
  ['too many attempts', { url: URL, attempts: 21 }, /'attempts' is 21.*20/],
  ['half an attempt', { url: URL, attempts: 1.5 }, /'attempts' is 1\.5.*integer/],
  ['attempts as text', { url: URL, attempts: '3' }, /'attempts' is "3".*integer/],
  ['a pause of less than nothing', { url: URL, backoffMs: -1 }, /'backoffMs' is -1.*0/],
  ['a pause of more than an hour', { url: URL, backoffMs: 3_600_001 }, /'backoffMs' is 3600001.*3600000/],
  ['no time to answer', { url: URL, timeoutMs: 0 }, /'timeoutMs' is 0.*1/],
  ['more than a minute', { url: URL, timeoutMs: 60_001 }, /'timeoutMs' is 60001.*60000/],
  ['an unknown member', { url: URL, events: ['job.*'] }, /no 'events' in the body\. Known: url, secret, types/],
  ['what is given by the emulator', { url: URL, id: 'webhook-7' }, /no 'id' in the body/],
]

t.test('a registration that makes no sense is refused, says why, and changes nothing', async (t) => {
  const world = await startTestEmulator(t)
  const receiver = await Receiver.open(t)
  await register(world, { url: receiver.url })
  const before = await world.call('GET', WEBHOOKS)
  for (const [what, body, says] of ROWS)
    await t.test(what, async (t) => refused(t, world, ['POST', WEBHOOKS, body], { says }))
  t.same((await world.call('GET', WEBHOOKS)).body, before.body)
  t.equal((await register(world, { url: URL })).text('id'), 'webhook-2', 'no number has been used up')
  t.equal(receiver.received.length, 0)
})

t.test('what is just within the limits is taken', async (t) => {
  const world = await startTestEmulator(t)
  const { url } = await Receiver.open(t)
  for (const figures of [
    { attempts: 1, backoffMs: 0, timeoutMs: 1 },
    { attempts: 20, backoffMs: 3_600_000, timeoutMs: 60_000 },
  ])
    t.match((await register(world, { url, ...figures })).body, figures)
  const vault = VAULT.replace('Microsoft.RecoveryServices/vaults', 'Microsoft.Backup/BackupVault')
  t.match((await register(world, { url: 'https://example.invalid', vault, types: ['*'] })).body, { vault })
})

t.test('what is asked of a webhook that there is not is refused', async (t) => {
  const world = await startTestEmulator(t)
  const { url } = await Receiver.open(t)
  await register(world, { url })
  await register(world, { url })
  await world.call('DELETE', `${WEBHOOKS}/webhook-2`)
  for (const id of ['webhook-2', 'webhook-3', '1', 'webhook-1%20']) {
    const options = { status: 404, code: 'NotFound', says: /There is no webhook '.*'\. List the webhooks/ }
    await refused(t, world, ['GET', `${WEBHOOKS}/${id}`], options)
    await refused(t, world, ['DELETE', `${WEBHOOKS}/${id}`], options)
    await refused(t, world, ['GET', `${WEBHOOKS}/${id}/dead`], options)
    await refused(t, world, ['POST', `${WEBHOOKS}/${id}/dead/redeliver`], options)
  }
  t.match((await world.call('GET', WEBHOOKS)).at('webhooks'), [{ id: 'webhook-1' }])
})

t.test('there are at most 100', async (t) => {
  const world = await startTestEmulator(t)
  const receiver = await Receiver.open(t)
  for (let count = 0; count < 100; count++) await register(world, { url: receiver.url, types: ['clock.changed'] })
  await refused(t, world, ['POST', WEBHOOKS, { url: receiver.url }], { says: /100 webhooks.*Delete one/ })
  await world.call('DELETE', `${WEBHOOKS}/webhook-50`)
  t.equal((await register(world, { url: receiver.url })).text('id'), 'webhook-101')
  const all = promised()
  receiver.react = () => {
    if (receiver.received.length === 99) all.keep()
    return 200
  }
  await tick(world, 2)
  await all.kept
  await quiet(world, 'webhook-101')
  t.ok(receiver.events.every((event) => rateOf(event) === 2))
})

import t from 'tap'
import { eventId, eventView, goOnFrom, type KeptEvent, readPosition } from '../../../src/domain/events/domain-events.js'
import { isAskedFor, readFilter } from '../../../src/domain/events/event-filter.js'
import type { EventType } from '../../../src/domain/events/event-types.js'

const VAULT = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/v'
const event = (changes: Partial<KeptEvent> = {}): KeptEvent => ({
  number: 17,
  at: Date.UTC(2026, 0, 5),
  type: 'job.failed',
  vault: VAULT,
  subject: `${VAULT}/backupJobs/j1`,
  data: { status: 'Failed' },
  ...changes,
})

t.test('who asks for types or a vault gets those and no others', async (t) => {
  const rows: [readonly string[] | undefined, EventType, boolean][] = [
    [undefined, 'clock.changed', true],
    [['*'], 'clock.changed', true],
    [['job.*'], 'job.failed', true],
    [['job.*'], 'task.ended', false],
    [['job.failed'], 'job.failed', true],
    [['job.failed'], 'job.completed', false],
    [['alert.*', 'job.failed'], 'job.failed', true],
  ]
  for (const [types, type, asked] of rows)
    t.equal(isAskedFor(types ? { types } : {}, event({ type })), asked, `${types} ${type}`)
  t.ok(isAskedFor({ vault: VAULT.toUpperCase() }, event()), 'ids match in any casing')
  t.notOk(isAskedFor({ vault: `${VAULT}2` }, event()))
  t.notOk(isAskedFor({ vault: VAULT }, event({ vault: undefined })), 'the clock belongs to no vault')
})

t.test('a filter that can never match is refused, and the refusal says what is known', async (t) => {
  const rows: [Parameters<typeof readFilter>[0], RegExp][] = [
    [{ types: ['job.*', 'jobs.*'] }, /'jobs\.\*'.*item\.\*, job\.\*.*job\.completed/],
    [{ types: ['job.ended'] }, /'job\.ended'.*job\.failed/],
    [{ types: ['Job.*'] }, /'Job\.\*'/],
    [{ types: [''] }, /''/],
    [{ types: [] }, /types is empty/],
    [{ vault: 'demo-vault' }, /'demo-vault'.*ARM id/],
    [
      { vault: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm' },
      /ARM id of a vault/,
    ],
  ]
  for (const [filter, message] of rows)
    t.throws(() => readFilter(filter), { code: 'InvalidControlRequest', message }, JSON.stringify(filter))
  t.same(readFilter({ types: ['*', 'vault.*'], vault: VAULT }), { types: ['*', 'vault.*'], vault: VAULT })
})

t.test('an id names an event by its number and what it says', async (t) => {
  const id = eventId(event())
  t.match(id, /^17-[0-9a-f]{8}$/)
  t.equal(eventId(event()), id)
  for (const other of [{ at: 1 }, { type: 'job.completed' as const }, { subject: 'x' }])
    t.not(eventId(event(other)), id, JSON.stringify(other))
  t.same(readPosition(` ${id.toUpperCase()} `), { number: 17, check: id.slice(3) })
  t.same(readPosition('0'), { number: 0 })
  for (const bad of ['', '-1', '017', '1.5', '17-', '17-xyz', '17-123456789', 'last', '1234567890123456'])
    t.throws(() => readPosition(bad), { code: 'InvalidControlRequest', message: /like 17-9f3ac2d1/ }, bad)
  t.same(eventView(event({ vault: undefined })), {
    id: eventId(event({ vault: undefined })),
    type: 'job.failed',
    timestamp: '2026-01-05T00:00:00.000Z',
    subject: `${VAULT}/backupJobs/j1`,
    vault: null,
    data: { status: 'Failed' },
  })
})

t.test('where a listener goes on', async (t) => {
  const kept = { oldest: 11, newest: 20 }
  const check = eventId(event()).slice(3)
  const rows: [string, Parameters<typeof goOnFrom>[0], KeptEvent | undefined, number, boolean][] = [
    ['after an event that is kept', { number: 17, check }, event(), 17, false],
    ['after a bare number', { number: 17 }, undefined, 17, false],
    ['after the newest', { number: 20 }, undefined, 20, false],
    ['before the oldest', { number: 10 }, undefined, 10, false],
    ['further back', { number: 9 }, undefined, 10, true],
    ['from the beginning', { number: 0 }, undefined, 10, true],
    ['after one that is yet to come: of another history', { number: 21, check }, undefined, 10, true],
    ['after one that says something else: of another history', { number: 17, check: '00000000' }, event(), 10, true],
  ]
  for (const [what, asked, last, after, lost] of rows) t.same(goOnFrom(asked, kept, last), { after, lost }, what)
  t.same(goOnFrom({ number: 0 }, { oldest: 1, newest: 0 }, undefined), { after: 0, lost: false }, 'nothing yet')
})

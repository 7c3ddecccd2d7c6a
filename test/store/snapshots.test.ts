import Database from 'better-sqlite3'
import fc from 'fast-check'
import t from 'tap'
import { limitsOf } from '../../src/domain/limits.js'
import { connect } from '../../src/store/connection.js'
import { APPLICATION_ID, migrate, openDatabase, WorldFileError } from '../../src/store/database.js'
import { MIGRATIONS } from '../../src/store/migrations.js'
import { type Admission, admit, bytesOf, canonicalBytes, readyBytes } from '../../src/store/snapshots.js'
import { BESIDE, TABLES } from '../../src/store/tables.js'

const limits = limitsOf('present')
const fresh = { seed: 'snapshots', now: 1_767_600_000_000, wall: 5, clock: '{"mode":"manual"}' }

/** An empty world. */
function worldDatabase(): Database.Database {
  const db = openDatabase(':memory:')
  connect(db, { limits, classicLimits: limits, strict: false, fresh }, fresh)
  return db
}

/** A world's bytes after something was done to it by hand. */
function bytesWith(change: string): Buffer {
  const db = worldDatabase()
  db.exec(change)
  return bytesOf(db)
}

function admitBytes(bytes: Buffer, admission: Partial<Admission> = {}): Database.Database {
  const db = new Database(readyBytes(bytes, 'The file'))
  admit(db, { name: 'The file', thorough: true, ...admission })
  return db
}

const stateOf = (db: Database.Database) => db.prepare('SELECT * FROM state').get()

t.test('a world comes in as it went out, without the wall clock that it was put away at', async (t) => {
  const db = admitBytes(bytesOf(worldDatabase()))
  t.match(stateOf(db), { seed: 'snapshots', now: fresh.now, wall: 0, clock: fresh.clock })
  t.equal(db.prepare('SELECT count(*) FROM subscriptions').pluck().get(), 1)
})

const REFUSED: readonly (readonly [what: string, bytes: () => Buffer, says: RegExp])[] = [
  ['nothing', () => Buffer.alloc(0), /is no SQLite database/],
  ['a text', () => Buffer.from('notes of mine '.repeat(50)), /is no SQLite database/],
  ['no more than a name', () => Buffer.from('SQLite format 3\0'), /is no SQLite database/],
  ['a header and nothing after it', () => bytesOf(worldDatabase()).subarray(0, 100), /can't be used as a world/],
  ["another program's database", () => bytesWith('PRAGMA application_id = 7'), /another program's .* is 7 and not/],
  [
    'a database of nobody',
    () => {
      const db = new Database(':memory:')
      db.exec('CREATE TABLE notes (text)')
      return db.serialize()
    },
    /another program's/,
  ],
  ["a newer version's world", () => bytesWith('PRAGMA user_version = 99'), /newer Recoverite: its schema is 99/],
  ['a schema without its tables', () => bytesWith('PRAGMA user_version = 0'), /is not its own/],
  ['a world without a table', () => bytesWith('DROP TABLE jobs'), /table 'jobs' is missing/],
  ['a world without an index', () => bytesWith('DROP INDEX jobs_open'), /index 'jobs_open' is missing/],
  ['a table of another shape', () => bytesWith('ALTER TABLE vaults ADD COLUMN mine TEXT'), /table 'vaults' is not its/],
  ['a table too many', () => bytesWith('CREATE TABLE mine (x)'), /table 'mine' is not its own/],
  [
    'a trigger',
    () => bytesWith('CREATE TRIGGER sly AFTER INSERT ON vaults BEGIN DELETE FROM jobs; END'),
    /trigger 'sly' is not its own/,
  ],
  ['no state', () => bytesWith('DELETE FROM state'), /its table 'state' is empty/],
  [
    'a body that is no JSON',
    () => bytesWith("UPDATE subscriptions SET body = '{'"),
    /table 'subscriptions' is no JSON/,
  ],
]

for (const [what, bytes, says] of REFUSED) {
  t.test(`${what} is refused`, async (t) => {
    t.throws(() => admitBytes(bytes()), { constructor: WorldFileError, message: says })
  })
}

t.test('whatever is wrong with the bytes of a world, it is said in our words', async (t) => {
  const db = worldDatabase()
  const add = db.prepare("INSERT INTO groups VALUES (?, 'subscription', ?)")
  for (let n = 0; n < 500; n++) add.run(`group-${n}`, JSON.stringify({ text: 'x'.repeat(n) }))
  const whole = bytesOf(db)
  let refused = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
      fc.option(fc.nat(whole.length)),
      (changes, cut) => {
        const bytes = Buffer.from(whole)
        for (const [at, value] of changes) bytes[at] = value
        // The middle of a page would be hit nearly always; the beginning is where most can go wrong.
        const [[first = 0, value = 0] = []] = changes
        bytes[first % 100] = value
        try {
          admitBytes(cut === null ? bytes : bytes.subarray(0, cut)).close()
        } catch (error) {
          refused++
          return error instanceof WorldFileError
        }
        return true
      },
    ),
    { numRuns: 300 },
  )
  t.ok(refused > 100, `${refused} were refused`)
})

t.test('an older world gets the steps that it has not had', async (t) => {
  const older = worldDatabase()
  const steps = [...MIGRATIONS, 'CREATE TABLE later (x); ALTER TABLE groups ADD COLUMN extra TEXT;']
  const db = admitBytes(bytesOf(older), { steps })
  t.equal(db.pragma('user_version', { simple: true }), MIGRATIONS.length + 1)
  t.same(db.prepare('SELECT x FROM later').all(), [])
  const again = admitBytes(bytesOf(db), { steps })
  t.match(stateOf(again), { seed: 'snapshots' }, 'and is a world of the newer version from then on')
  t.throws(() => admitBytes(bytesOf(db)), { message: /newer Recoverite/ }, 'which this one does not read')
})

t.test('a step that fails leaves the schema as it was', async (t) => {
  const db = worldDatabase()
  const before = db.prepare('SELECT * FROM sqlite_master').all()
  t.throws(() => migrate(db, [...MIGRATIONS, 'CREATE TABLE one (x); CREATE TABLE one (x);']))
  t.same(db.prepare('SELECT * FROM sqlite_master').all(), before)
  t.equal(db.pragma('user_version', { simple: true }), MIGRATIONS.length)
})

t.test('the same world has the same bytes, however it came to be', async (t) => {
  const folder = t.testdir()
  const rows = (db: Database.Database, order: readonly string[]) => {
    const add = db.prepare("INSERT INTO groups VALUES (?, 'subscription', ?)")
    for (const key of order) add.run(key, JSON.stringify({ key, filling: 'x'.repeat(3000) }))
    return db
  }
  const plain = canonicalBytes(bytesOf(rows(worldDatabase(), ['a', 'b', 'c'])), 1)
  t.equal(plain.readUInt32BE(68), APPLICATION_ID, 'the header says whose it is')

  const busy = rows(worldDatabase(), ['a', 'b', 'c'])
  busy.exec("INSERT INTO jobs SELECT hex(value), '', 0, '', '', 0, 0, '{}' FROM json_each('[1,2,3]'); DELETE FROM jobs")
  for (let n = 0; n < 10; n++) busy.exec('UPDATE state SET now = now + 1, wall = wall + 7')
  t.ok(canonicalBytes(bytesOf(busy), 1).equals(plain), 'after a detour')

  const inFile = openDatabase(`${folder}/world.sqlite`)
  connect(inFile, { limits, classicLimits: limits, strict: false, fresh }, fresh)
  t.ok(canonicalBytes(bytesOf(rows(inFile, ['a', 'b', 'c'])), 1).equals(plain), 'in a file')
  t.ok(canonicalBytes(bytesOf(admitBytes(plain)), 1).equals(plain), 'after an export and an import')
  t.notOk(canonicalBytes(bytesOf(rows(worldDatabase(), ['a', 'b', 'd'])), 1).equals(plain), 'another has others')
  t.notOk(canonicalBytes(bytesOf(rows(worldDatabase(), ['a', 'b', 'c'])), 2).equals(plain), 'at another time too')

  const told = rows(worldDatabase(), ['a', 'b', 'c'])
  told.exec("INSERT INTO deliveries (webhook, body) VALUES (1, '{}')")
  t.ok(canonicalBytes(bytesOf(told), 1).equals(plain), 'what hangs on receivers outside is not handed out')
})

/** What was asked and what happened: part of a world that is put away, but not of what a refusal must leave as it was. */
const LOGS = ['activity_log', 'events']

t.test('every table has its place: part of the world, a log, or beside it', async (t) => {
  const tables = worldDatabase()
    .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'")
    .pluck()
    .all()
  t.same([...TABLES, ...LOGS, ...BESIDE, 'state'].sort(), tables.sort())
})

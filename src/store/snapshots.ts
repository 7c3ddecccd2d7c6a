import Database from 'better-sqlite3'
import { checkOrigin, migrate, versionOf, WorldFileError } from './database.js'
import { MIGRATIONS } from './migrations.js'
import { BESIDE } from './tables.js'

/** Where things stand in the header of a database: https://www.sqlite.org/fileformat2.html#the_database_header */
const HEADER = { length: 100, journals: [18, 19], counters: { changes: 24, schema: 40, changesSeen: 92 } }
const MAGIC = 'SQLite format 3\0'
/** Nothing of the database stands in a log beside it: bytes in memory have no such thing. */
const NO_LOG = 1

/** What is told of a world that is put away. */
export interface WorldFacts {
  /** Its instant, ms. */
  now: number
  seed: string
  /** The clock's settings, as the scheduler writes them. */
  clock: string
  vaults: number
}

/** How a world comes in. */
export interface Admission {
  /** What it is called in the message. */
  name: string
  /** Reads all of it: for what was in other hands. */
  thorough?: boolean
  /** What is wrong with what it tells of itself, if anything is. */
  problemOf?: (facts: WorldFacts) => string | undefined
  /** The steps of the schema that are known. */
  steps?: readonly string[]
}

/** A whole world as the bytes of a file. */
export function bytesOf(db: Database.Database): Buffer {
  const bytes = db.serialize()
  for (const at of HEADER.journals) bytes[at] = NO_LOG
  return bytes
}

/**
 * The bytes of a world that depend on nothing but the world: not on how it came to be, nor on the machine's clock.
 * @param bytes as `bytesOf` gives them
 * @param now the world's instant, ms: time may have passed since the last commit
 */
export function canonicalBytes(bytes: Buffer, now: number): Buffer {
  const db = new Database(bytes)
  try {
    db.pragma('temp_store = MEMORY')
    db.prepare('UPDATE state SET now = ?, wall = 0').run(now)
    for (const table of BESIDE) db.exec(`DELETE FROM ${table}`)
    db.exec('VACUUM')
    const canonical = bytesOf(db)
    // How often a file was written is no part of the world.
    for (const counter of Object.values(HEADER.counters)) canonical.writeUInt32BE(1, counter)
    return canonical
  } finally {
    db.close()
  }
}

/**
 * Bytes as a database that needs no log: the same ones, or a copy where they ask for one, as a file of a data folder
 * does. One that was put away well has nothing in its log.
 * @param name what they are called in the message
 * @throws WorldFileError for what is no SQLite database
 */
export function readyBytes(bytes: Buffer, name: string): Buffer {
  if (bytes.length < HEADER.length || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw new WorldFileError(`${name} is not a world of Recoverite: it is no SQLite database.`)
  if (HEADER.journals.every((at) => bytes[at] === NO_LOG)) return bytes
  const copy = Buffer.from(bytes)
  for (const at of HEADER.journals) copy[at] = NO_LOG
  return copy
}

/**
 * Makes a world out of a database that comes from elsewhere: it is what this version or an older one writes, and its
 * schema is up to date afterwards. It has no wall clock's time: its clock goes on from where it stands; and nothing has
 * been sent out of it.
 * @throws WorldFileError that says what is wrong
 */
export function admit(db: Database.Database, admission: Admission): void {
  const { name, thorough = false, problemOf, steps = MIGRATIONS } = admission
  try {
    // It is nobody's yet, so nothing of it has to outlive a crash.
    db.pragma('journal_mode = MEMORY')
    db.pragma('synchronous = OFF')
    checkOrigin(db, name, steps.length)
    checkSchema(db, name, steps)
    if (thorough) checkWhole(db, name)
    migrate(db, steps)
    const facts = factsOf(db)
    if (!facts) throw new WorldFileError(`${name} is not a world of Recoverite: its table 'state' is empty.`)
    const problem = problemOf?.(facts)
    if (problem) throw new WorldFileError(`${name} is damaged: ${problem}.`)
    db.prepare('UPDATE state SET wall = 0 WHERE wall <> 0').run()
    for (const table of BESIDE) db.exec(`DELETE FROM ${table}`)
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
    throw new WorldFileError(`${name} can't be used as a world: ${error.message}.`, { cause: error })
  }
}

/** What is told of a world; undefined where a database holds none. */
export function factsOf(db: Database.Database): WorldFacts | undefined {
  return db
    .prepare<[], WorldFacts>(
      'SELECT now, seed, clock, (SELECT count(*) FROM vaults WHERE deleted = 0) AS vaults FROM state',
    )
    .get()
}

interface SchemaRow {
  type: string
  name: string
  sql: string | null
}

const schemaOf = (db: Database.Database) =>
  db.prepare<[], SchemaRow>('SELECT type, name, sql FROM sqlite_master ORDER BY type DESC, name').all()

/** Every table and index is there as its version has it, and nothing else: no trigger gets in with a file. */
function checkSchema(db: Database.Database, name: string, steps: readonly string[]): void {
  const model = new Database(':memory:')
  try {
    migrate(model, steps.slice(0, versionOf(db)))
    const [expected, found] = [schemaOf(model), schemaOf(db)]
    const sqlIn = (rows: SchemaRow[], { type, name }: SchemaRow) =>
      rows.find((row) => row.type === type && row.name === name)?.sql
    const missing = expected.find((row) => sqlIn(found, row) === undefined)
    if (missing) throw new WorldFileError(`${name} is not a whole world: ${missing.type} '${missing.name}' is missing.`)
    const foreign = found.find((row) => sqlIn(expected, row) !== row.sql)
    if (foreign)
      throw new WorldFileError(
        `${name} is not a world of Recoverite: ${foreign.type} '${foreign.name}' is not its own.`,
      )
  } finally {
    model.close()
  }
}

/** Reads every page, and every body. */
function checkWhole(db: Database.Database, name: string): void {
  const problem = db.pragma('integrity_check(1)', { simple: true })
  if (problem !== 'ok') throw new WorldFileError(`${name} is damaged: ${problem}.`)
  const tables = db
    .prepare<[], string>(
      "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'body'",
    )
    .pluck()
    .all()
  for (const table of tables) {
    if (db.prepare(`SELECT 1 FROM ${table} WHERE NOT json_valid(body)`).get())
      throw new WorldFileError(`${name} is damaged: a body in table '${table}' is no JSON.`)
  }
}

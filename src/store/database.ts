import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { MIGRATIONS } from './migrations.js'

export type { Database } from 'better-sqlite3'

/** A world's file that can't be used here; the message says which and why. */
export class WorldFileError extends Error {}

/** Stands in the header of every world's file, so that no other program's database is taken for one: 'Reco'. */
export const APPLICATION_ID = 0x5265636f

/** How long to wait for another process that is just ending, ms. */
const PATIENCE_MS = 1000

/** SQLite's words for what can be wrong with a file, in ours; of a code only its beginning counts. */
const FILE_PROBLEMS: readonly (readonly [code: string, problem: (file: string) => string])[] = [
  ['SQLITE_BUSY', (file) => `the folder '${dirname(file)}' is in use by another Recoverite. Stop it, or name another.`],
  ['SQLITE_NOTADB', (file) => `'${file}' is not a world of Recoverite: it is no SQLite database.`],
  ['SQLITE_CORRUPT', (file) => `'${file}' is damaged. Put a copy in its place, or move it away to start anew.`],
  ['SQLITE_CANTOPEN', (file) => `'${file}' can't be opened. See that it is a file that this user may read and write.`],
  ['SQLITE_READONLY', (file) => `'${file}' can't be written. See that this user may write it and its folder.`],
]

/**
 * Opens a database and makes it ready; what is wrong with its file is said in our words.
 * @throws WorldFileError
 */
function open(file: string, makeReady: (db: Database.Database) => void): Database.Database {
  let db: Database.Database | undefined
  try {
    db = new Database(file, { timeout: PATIENCE_MS })
    makeReady(db)
    return db
  } catch (error) {
    db?.close()
    const code = error instanceof Database.SqliteError ? error.code : ''
    const known = FILE_PROBLEMS.find(([mark]) => code.startsWith(mark))
    throw known ? new WorldFileError(known[1](file), { cause: error }) : error
  }
}

/**
 * Opens a world's database for this process alone and brings its schema up to date.
 * @param file a path, or ':memory:'
 * @throws WorldFileError where another process has it, a newer version or another program wrote it, or it is no such file
 */
export function openDatabase(file: string): Database.Database {
  return open(file, (db) => {
    db.pragma('locking_mode = EXCLUSIVE')
    checkOrigin(db, `'${file}'`)
    // A file that has no log yet would be written to the disk first, all of it.
    db.pragma('synchronous = OFF')
    db.pragma('journal_mode = WAL')
    // A killed process loses nothing in WAL with NORMAL; only a power cut could lose the last commits.
    db.pragma('synchronous = NORMAL')
    migrate(db)
  })
}

/**
 * Keeps other processes away from a world's file, also while another file takes its place.
 * The lock is the operating system's, so it goes with the process, however that ends.
 * @returns closing it gives the lock back
 * @throws WorldFileError where another process has it
 */
export function lockFile(file: string): Database.Database {
  return open(`${file}.lock`, (lock) => {
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
  })
}

export const versionOf = (db: Database.Database) => Number(db.pragma('user_version', { simple: true }))

/**
 * Lets in what is a world of this version or an older one, and what is empty yet.
 * @param name what it is called in the message
 * @throws WorldFileError for another program's database, or a newer version's
 */
export function checkOrigin(db: Database.Database, name: string, newest = MIGRATIONS.length): void {
  const id = Number(db.pragma('application_id', { simple: true }))
  const isEmpty = () => db.prepare('SELECT 1 FROM sqlite_master').get() === undefined
  if (id !== APPLICATION_ID && !(id === 0 && isEmpty())) {
    throw new WorldFileError(
      `${name} is not a world of Recoverite: it is another program's database, its application_id is ${id} and not ${APPLICATION_ID}.`,
    )
  }
  const version = versionOf(db)
  if (version > newest) {
    throw new WorldFileError(
      `${name} was written by a newer Recoverite: its schema is ${version}, and this one knows up to ${newest}. Use that version, or another file.`,
    )
  }
}

/** Brings a database's schema up to date: it gets the steps that it has not had, all or none. */
export function migrate(db: Database.Database, steps: readonly string[] = MIGRATIONS): void {
  const version = versionOf(db)
  if (version === steps.length) return
  db.transaction(() => {
    for (const step of steps.slice(version)) db.exec(step)
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma(`user_version = ${steps.length}`)
  })()
}

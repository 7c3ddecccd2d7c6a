import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { MIGRATIONS } from './migrations.js'

export type { Database } from 'better-sqlite3'

/** A world's file that can't be used here; the message says which and why. */
export class WorldFileError extends Error {}

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
 * Opens a world's database for this process alone and brings its schema up to date.
 * @param file a path, or ':memory:'
 * @throws WorldFileError where another process has it, a newer version wrote it, or it is no such file
 */
export function openDatabase(file: string): Database.Database {
  let db: Database.Database | undefined
  try {
    db = new Database(file, { timeout: PATIENCE_MS })
    // The lock is the operating system's, so it goes with the process, however that ends.
    db.pragma('locking_mode = EXCLUSIVE')
    db.pragma('journal_mode = WAL')
    // A killed process loses nothing in WAL with NORMAL; only a power cut could lose the last commits.
    db.pragma('synchronous = NORMAL')
    migrate(db, file)
    return db
  } catch (error) {
    db?.close()
    const code = error instanceof Database.SqliteError ? error.code : ''
    const known = FILE_PROBLEMS.find(([mark]) => code.startsWith(mark))
    throw known ? new WorldFileError(known[1](file), { cause: error }) : error
  }
}

function migrate(db: Database.Database, file: string): void {
  const version = Number(db.pragma('user_version', { simple: true }))
  if (version > MIGRATIONS.length) {
    throw new WorldFileError(
      `'${file}' was written by a newer Recoverite: its schema is ${version}, and this one knows up to ${MIGRATIONS.length}. Use that version, or another folder.`,
    )
  }
  db.transaction(() => {
    for (const step of MIGRATIONS.slice(version)) db.exec(step)
    db.pragma(`user_version = ${MIGRATIONS.length}`)
  })()
}

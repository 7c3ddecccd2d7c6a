import Database from 'better-sqlite3'
import { MIGRATIONS } from './migrations.js'

export type { Database } from 'better-sqlite3'

/**
 * Opens a world's database and brings its schema up to date.
 * @param file a path, or ':memory:'
 * @throws Error where the file was written by a newer version
 */
export function openDatabase(file: string): Database.Database {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  // A killed process loses nothing in WAL with NORMAL; only a power cut could lose the last commits.
  db.pragma('synchronous = NORMAL')
  migrate(db)
  return db
}

function migrate(db: Database.Database): void {
  const version = Number(db.pragma('user_version', { simple: true }))
  if (version > MIGRATIONS.length) {
    db.close()
    throw new Error(
      `the database was written by a newer Recoverite (schema ${version}, this one knows ${MIGRATIONS.length})`,
    )
  }
  db.transaction(() => {
    for (const step of MIGRATIONS.slice(version)) db.exec(step)
    db.pragma(`user_version = ${MIGRATIONS.length}`)
  })()
}

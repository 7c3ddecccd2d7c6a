import {
  close,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import Database from 'better-sqlite3'
import { lockFile, openDatabase } from './database.js'
import { type Admission, admit, bytesOf, readyBytes } from './snapshots.js'

/** A world that is put away: its bytes, or the path of a file that holds them. */
export type PutAway = Buffer | string

/** Where a world is kept, and how another one takes its place as a whole. */
export interface WorldFile {
  /** The world that is there now. */
  readonly db: Database.Database
  /**
   * Puts a world that was put away in the place of this one, and closes this one.
   * @throws WorldFileError where it can't be had; this one is as it was then
   */
  replaceBy(world: PutAway, admission: Admission): void
  /** Puts a database in memory that nobody else has in the place of this one, and closes this one. */
  renew(fresh: Database.Database): void
  close(): void
}

/**
 * Opens the place where a world is kept.
 * @param file a path, or ':memory:'
 * @throws WorldFileError
 */
export const openWorldFile = (file: string): WorldFile => (file === ':memory:' ? inMemory() : inFile(file))

function inMemory(): WorldFile {
  let db = openDatabase(':memory:')
  const renew = (next: Database.Database) => {
    db.close()
    db = next
  }
  return {
    get db() {
      return db
    },
    replaceBy(world, admission) {
      const bytes = typeof world === 'string' ? readFileSync(world) : world
      renew(admitted(readyBytes(bytes, admission.name), admission))
    },
    renew,
    close: () => void db.close(),
  }
}

/** Whether a file's name can be given to another one while it is open. */
const NAMES_ARE_FREE = process.platform !== 'win32'

/**
 * A file is replaced in steps of which each is whole or hasn't happened, so that after a kill at any instant there is
 * the one world or the other: `.new` is being written and counts for nothing; renamed to `.next` it is the world,
 * whatever stands beside it; then it takes the file's own name. The next start does what was left undone. Nothing waits
 * for the disk, so a power cut within seconds could still damage the world.
 */
function inFile(file: string): WorldFile {
  const [unfinished, next] = [`${file}.new`, `${file}.next`]
  const discard = () => rmSync(unfinished, { force: true })
  const takeNext = () => {
    if (!existsSync(next)) return
    // The log belongs to the world that goes: read together with the one that comes, it would destroy it.
    for (const beside of ['-wal', '-shm', '-journal']) rmSync(file + beside, { force: true })
    renameSync(next, file)
  }
  const lock = lockFile(file)
  let db: Database.Database
  try {
    discard()
    takeNext()
    db = openDatabase(file)
  } catch (error) {
    lock.close()
    throw error
  }
  /** @param write writes the world that comes */
  const replace = (write: () => void) => {
    try {
      write()
    } catch (error) {
      discard()
      throw error
    }
    // The space of a file is given back when nobody holds it any more: a big one takes its time, off this thread.
    const old = NAMES_ARE_FREE ? openSync(file, 'r') : undefined
    renameSync(unfinished, next)
    if (!NAMES_ARE_FREE) db.close()
    takeNext()
    // A database that has lost its name is not written back when it is closed.
    db.close()
    if (old !== undefined) close(old, () => undefined)
    db = openDatabase(file)
  }
  return {
    get db() {
      return db
    },
    replaceBy: (world, admission) =>
      replace(() => {
        // A file system that can shares the bytes until one of both files is written.
        if (typeof world === 'string') copyFileSync(world, unfinished, constants.COPYFILE_FICLONE)
        else writeFileSync(unfinished, readyBytes(world, admission.name))
        admitted(unfinished, admission).close()
      }),
    renew: (fresh) =>
      replace(() => {
        const bytes = bytesOf(fresh)
        fresh.close()
        writeFileSync(unfinished, bytes)
      }),
    close() {
      db.close()
      lock.close()
    },
  }
}

/** A candidate, opened and found to be a world. @throws WorldFileError */
function admitted(candidate: PutAway, admission: Admission): Database.Database {
  const db = new Database(candidate)
  try {
    admit(db, admission)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

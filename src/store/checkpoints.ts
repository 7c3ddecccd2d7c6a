import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { checkOrigin } from './database.js'
import { bytesOf, factsOf, type WorldFacts } from './snapshots.js'
import type { PutAway } from './world-file.js'

/** A world that was put away under a name. */
export interface CheckpointInfo extends WorldFacts {
  /** As it was first spelt. */
  name: string
  sizeBytes: number
}

/** Worlds that were put away, by their names in any casing. */
export interface CheckpointStore {
  /** By name. */
  list(): CheckpointInfo[]
  find(name: string): (CheckpointInfo & { world: PutAway }) | undefined
  /** Puts a world away, in the place of one of the same name. */
  put(name: string, db: Database.Database): CheckpointInfo
  delete(name: string): void
}

type Kept = CheckpointInfo & { world: PutAway }

/** How the bytes of a checkpoint are kept. */
interface Shelf {
  kept(): Kept[]
  write(name: string, bytes: Buffer): PutAway
  delete(name: string): void
}

/** Worlds put away in a folder, where a restart finds them, or in memory. */
export function checkpointStore(folder: string | undefined): CheckpointStore {
  const shelf = folder === undefined ? inMemory() : inFolder(folder)
  const kept = new Map(shelf.kept().map((checkpoint) => [checkpoint.name.toLowerCase(), checkpoint]))
  return {
    list: () =>
      [...kept.values()]
        .map(({ world, ...info }) => info)
        .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1)),
    find: (name) => kept.get(name.toLowerCase()),
    put(asked, db) {
      const facts = factsOf(db)
      if (!facts) throw new Error('a database without a world can not be put away')
      const name = kept.get(asked.toLowerCase())?.name ?? asked
      const bytes = bytesOf(db)
      const info = { name, ...facts, sizeBytes: bytes.length }
      kept.set(name.toLowerCase(), { ...info, world: shelf.write(name, bytes) })
      return info
    },
    delete(name) {
      const found = kept.get(name.toLowerCase())
      if (!found) return
      shelf.delete(found.name)
      kept.delete(name.toLowerCase())
    },
  }
}

const inMemory = (): Shelf => ({ kept: () => [], write: (_name, bytes) => bytes, delete: () => undefined })

const ENDING = '.sqlite'
/** No checkpoint's name begins with a dot, so what does is being written. */
const UNFINISHED = '.'

function inFolder(folder: string): Shelf {
  const pathOf = (name: string) => join(folder, name + ENDING)
  return {
    kept() {
      if (!existsSync(folder)) return []
      const files = readdirSync(folder).filter((file) => file.endsWith(ENDING))
      for (const file of files.filter((file) => file.startsWith(UNFINISHED))) rmSync(join(folder, file))
      return files.flatMap((file) => read(join(folder, file), file.slice(0, -ENDING.length)) ?? [])
    },
    write(name, bytes) {
      mkdirSync(folder, { recursive: true })
      const unfinished = join(folder, UNFINISHED + name + ENDING)
      writeFileSync(unfinished, bytes)
      renameSync(unfinished, pathOf(name))
      return pathOf(name)
    },
    delete: (name) => rmSync(pathOf(name), { force: true }),
  }
}

/** What a file tells of its world; undefined for what is no checkpoint that this version can restore: it is left alone. */
function read(path: string, name: string): Kept | undefined {
  let db: Database.Database | undefined
  try {
    db = new Database(path, { readonly: true })
    checkOrigin(db, name)
    const facts = factsOf(db)
    return facts && { name, ...facts, sizeBytes: statSync(path).size, world: path }
  } catch {
    return undefined
  } finally {
    db?.close()
  }
}

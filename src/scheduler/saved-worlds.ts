import { Refusal } from '../domain/errors.js'
import type { CheckpointInfo } from '../store/checkpoints.js'
import { WorldFileError } from '../store/database.js'
import type { WorldFacts } from '../store/snapshots.js'
import type { WorldStore } from '../store/world.js'
import { readClock } from './clock.js'
import { LATEST_MS } from './instants.js'

export type { CheckpointInfo } from '../store/checkpoints.js'

/** Whole worlds, clock and seed included: put away under names, restored, handed out and taken in. */
export interface SavedWorlds {
  /** Checkpoints by name. */
  list(): CheckpointInfo[]
  /**
   * Puts the world away as it is now, in the place of a checkpoint of the same name.
   * @param name 1 to 64 letters, digits, `-`, `_`, `.`, without a dot in front; `checkpoint-1`, `-2` … where it is left out
   * @throws Refusal InvalidControlRequest for any other name
   */
  save(name?: string): CheckpointInfo & { isNew: boolean }
  /** Goes on with a checkpoint's world, from its instant. @throws Refusal InvalidControlRequest, CheckpointNotFound */
  restore(name: string): void
  /** @throws Refusal InvalidControlRequest, CheckpointNotFound */
  delete(name: string): void
  /** The world as an SQLite file: the same bytes for the same world. */
  export(): Buffer
  /**
   * Goes on with the world of an exported file, from its instant.
   * @throws Refusal InvalidControlRequest for what is no such file, is damaged or was written by a newer version
   */
  import(file: Uint8Array): void
}

/** What is needed of the scheduler. */
export interface Clockwork {
  /** Brings the world to its present and writes down where that is. */
  settle(): void
  now(): number
  /** Goes on from where the store's world stands: it is another one. */
  takeUp(): void
}

const NAME = /^[\w-][\w.-]{0,63}$/

/** @throws Refusal InvalidControlRequest */
export function checkCheckpointName(name: string): void {
  if (NAME.test(name)) return
  throw new Refusal(
    'InvalidControlRequest',
    `No checkpoint can be called '${name}': a name is no path. Give it 1 to 64 letters, digits, '-', '_' or '.', with no dot in front.`,
  )
}

function clockProblem({ now, clock }: WorldFacts): string | undefined {
  if (now < 0 || now > LATEST_MS) return 'its clock stands where none can'
  try {
    readClock(clock)
    return undefined
  } catch (error) {
    return `its clock can't be read, ${(error as Error).message}`
  }
}

/** What can't be used as a world is the request's fault. */
function refusing(run: () => void): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof WorldFileError)) throw error
    throw new Refusal('InvalidControlRequest', `${error.message} Nothing has changed.`)
  }
}

export function createSavedWorlds(store: WorldStore, clockwork: Clockwork): SavedWorlds {
  const { checkpoints } = store
  const find = (name: string) => {
    checkCheckpointName(name)
    const found = checkpoints.find(name)
    if (found) return found
    const names = checkpoints.list().map((checkpoint) => `'${checkpoint.name}'`)
    const known = names.length === 0 ? 'there are none yet' : `there are ${names.join(', ')}`
    throw new Refusal('CheckpointNotFound', `There is no checkpoint '${name}'; ${known}.`)
  }
  const freeName = () => {
    for (let n = 1; ; n++) if (!checkpoints.find(`checkpoint-${n}`)) return `checkpoint-${n}`
  }
  return {
    list: () => checkpoints.list(),
    save(name = freeName()) {
      checkCheckpointName(name)
      clockwork.settle()
      const isNew = checkpoints.find(name) === undefined
      return { ...checkpoints.put(name), isNew }
    },
    restore(name) {
      const found = find(name)
      refusing(() => store.replaceBy(found.world, { name: `Checkpoint '${found.name}'`, problemOf: clockProblem }))
      clockwork.takeUp()
    },
    delete: (name) => checkpoints.delete(find(name).name),
    export: () => store.bytes(clockwork.now()),
    import(file) {
      const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
      refusing(() => store.replaceBy(bytes, { name: 'The file', thorough: true, problemOf: clockProblem }))
      clockwork.takeUp()
    },
  }
}

import type { CheckpointInfo } from './scheduler/saved-worlds.js'
import type { Scheduler } from './scheduler/scheduler.js'

/** A world that is put away. */
export interface Checkpoint {
  readonly name: string
  /** The instant that it goes on from. */
  readonly now: Date
  readonly seed: string
  readonly sizeBytes: number
  /** How many vaults it has. */
  readonly vaults: number
  /** Puts it in the place of the world, as often as wanted. @throws Refusal CheckpointNotFound where it was deleted */
  restore(): void
  /** @throws Refusal CheckpointNotFound where it was deleted already */
  delete(): void
}

/** Whole worlds, clock and seed included. */
export interface WorldStates {
  /**
   * Puts the world away: `const mark = emulator.checkpoint()`, then `mark.restore()` in milliseconds, as often as wanted.
   * With a data folder it is there after a restart, too.
   * @param name 1 to 64 letters, digits, `-`, `_`, `.`, with no dot in front; another checkpoint of this name goes.
   * Left out, it is the first of `checkpoint-1`, `checkpoint-2` … that is free
   * @throws Refusal InvalidControlRequest for any other name
   */
  checkpoint(name?: string): Checkpoint
  /** All that there are, by name. */
  checkpoints(): Checkpoint[]
  /** The world as an SQLite file: the same bytes for the same world. */
  export(): Buffer
  /**
   * Goes on with the world of an exported file, from its instant.
   * @throws Refusal InvalidControlRequest that says what is wrong with the file; nothing has changed then
   */
  import(file: Uint8Array): void
}

export function worldStates(scheduler: Scheduler): WorldStates {
  const { saved } = scheduler
  const markOf = ({ name, now, seed, sizeBytes, vaults }: CheckpointInfo): Checkpoint => ({
    name,
    now: new Date(now),
    seed,
    sizeBytes,
    vaults,
    restore: () => saved.restore(name),
    delete: () => saved.delete(name),
  })
  return {
    checkpoint: (name) => markOf(saved.save(name)),
    checkpoints: () => saved.list().map(markOf),
    export() {
      scheduler.catchUp()
      return saved.export()
    },
    import: (file) => saved.import(file),
  }
}

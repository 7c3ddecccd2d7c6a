import type { Answer } from '../support/emulator.js'

/** Something that was acknowledged: it is there until somebody asks for its end. */
export interface Kept {
  /** Where it is; what is below goes with it. */
  path: string
  /** Where it can be read, with its api-version. */
  url: string
  /** Its name in a list, where it can only be read in one. */
  name?: string
  /** The instant from which on it may be gone, ms. */
  until?: number
}

/** Something that was accepted and has not ended yet. */
export interface Pending {
  /** What it is about: its end says nothing more when somebody has asked for the end of that. */
  path: string
  url: string
  /** What is acknowledged by its end; undefined while it goes on. */
  read(answer: Answer): readonly Kept[] | undefined
}

const keyOf = (path: string) => decodeURIComponent(path).toLowerCase()
const isAtOrBelow = (key: string, above: string) => key === above || key.startsWith(`${above}/`)

/** What clients have been told: nothing of it may vanish. */
export class Model {
  #kept = new Map<string, Kept>()
  #pending: readonly Pending[] = []
  /** What is on its way out, and until when: nothing that is told of it meanwhile counts. */
  #leaving = new Map<string, number>()

  /** @param now the instant of the world, ms */
  constructor(readonly now: () => number) {}

  get kept(): Kept[] {
    return [...this.#kept.values()]
  }

  get pending(): readonly Pending[] {
    return this.#pending
  }

  /** Whether it has to be there. */
  keeps(path: string): boolean {
    return this.#kept.has(keyOf(path))
  }

  /** It is there from now on. */
  acknowledge(...things: readonly Kept[]): void {
    for (const thing of things) if (!this.#isLeaving(thing)) this.#kept.set(keyOf(thing.path), thing)
  }

  /** It was accepted: its end says what is there. */
  expect(pending: Pending): void {
    if (!this.#isLeaving(pending)) this.#pending = [...this.#pending, pending]
  }

  /** It has ended. */
  settle(pending: Pending, things: readonly Kept[]): void {
    this.#pending = this.#pending.filter((other) => other !== pending)
    this.acknowledge(...things)
  }

  /** Whether somebody is still waiting for an end. */
  isPending(pending: Pending): boolean {
    return this.#pending.includes(pending)
  }

  /**
   * Somebody has asked for its end: it, and what is below, may be gone from now on.
   * @param takes for how long that end may be under way, ms
   */
  forget(path: string, takes = 0): void {
    const above = keyOf(path)
    for (const key of this.#kept.keys()) if (isAtOrBelow(key, above)) this.#kept.delete(key)
    this.#pending = this.#pending.filter((pending) => !isAtOrBelow(keyOf(pending.path), above))
    this.#leaving.set(above, this.now() + takes)
  }

  /** Whether somebody has asked for the end of it, or of what it is in, at or after an instant, ms. */
  hasAskedForEnd(path: string, since: number): boolean {
    const key = keyOf(path)
    return [...this.#leaving].some(([above, until]) => until >= since && isAtOrBelow(key, above))
  }

  #isLeaving({ path }: { path: string }): boolean {
    return this.hasAskedForEnd(path, this.now() + 1)
  }

  /** What is known now, for a checkpoint. @returns goes back to it */
  mark(): () => void {
    const [kept, pending, leaving] = [new Map(this.#kept), this.#pending, new Map(this.#leaving)]
    return () => {
      this.#kept = new Map(kept)
      this.#pending = pending
      this.#leaving = new Map(leaving)
    }
  }
}

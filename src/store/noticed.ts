/** What a thing is known by within one transaction; the keys of different kinds are never alike. */
export type Key = string | number

const HANDFUL = 16

/** Few things by their key, in order: a transaction rarely notices more than a handful. */
export class Noticed<T extends { key: Key }> {
  readonly all: T[] = []
  /** Where they are many. */
  #byKey: Map<Key, T> | undefined

  add(noticed: T): void {
    this.all.push(noticed)
    if (this.#byKey) this.#byKey.set(noticed.key, noticed)
    else if (this.all.length > HANDFUL) this.#byKey = new Map(this.all.map((one) => [one.key, one]))
  }

  /** The last one of a key. */
  find(key: Key): T | undefined {
    if (this.#byKey) return this.#byKey.get(key)
    for (let at = this.all.length - 1; at >= 0; at--) if (this.all[at]?.key === key) return this.all[at]
    return undefined
  }

  clear(): void {
    this.all.length = 0
    this.#byKey = undefined
  }
}

const KEPT = 5000

/** What is frozen has been frozen whole: a changed copy shares its unchanged parts with what it was copied from. */
function freeze<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value
  for (const name in value) freeze(value[name])
  return Object.freeze(value)
}

export interface Reader<T> {
  /** The value of a text, parsed at most once as long as the key has this text. */
  read(key: string | number, body: string): T
  /** Keeps a value that is being written under a text. */
  keep(key: string | number, body: string, value: T): void
  /** The value that is kept; what the database says of it may be newer. */
  peek(key: string | number): T | undefined
  /** Keeps it no longer: nobody will ask for it soon. */
  drop(key: string | number): void
}

/**
 * A reader for things that are read more often than they are written: the last text of each and its value are kept,
 * frozen. A value counts only while its text is the one in the database, so after a rollback too what the database
 * says holds.
 */
export function createReader<T>(): Reader<T> {
  const kept = new Map<string | number, { body: string; value: T }>()
  const keep = (key: string | number, body: string, value: T): T => {
    if (kept.size >= KEPT) kept.clear()
    kept.set(key, { body, value: freeze(value) })
    return value
  }
  return {
    read: (key, body) => {
      const known = kept.get(key)
      return known?.body === body ? known.value : keep(key, body, JSON.parse(body) as T)
    },
    keep,
    peek: (key) => kept.get(key)?.value,
    drop: (key) => void kept.delete(key),
  }
}

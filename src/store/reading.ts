const KEPT = 5000

function freeze<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value
  for (const member of Object.values(value)) freeze(member)
  return Object.freeze(value)
}

/**
 * A reader for things that are read far more often than they are written (machines, policies, vaults): each text is
 * parsed once, and the value is kept, frozen. The text is the key, so what the database says always holds, after a
 * rollback too.
 */
export function createReader<T>(): (body: string) => T {
  const kept = new Map<string, T>()
  return (body) => {
    const known = kept.get(body)
    if (known !== undefined) return known
    if (kept.size >= KEPT) kept.clear()
    const value = freeze(JSON.parse(body) as T)
    kept.set(body, value)
    return value
  }
}

/** How many letters have to be changed, put in or taken out to make one text of another (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let at = 1; at <= from.length; at++) {
    const next = [at]
    for (let col = 1; col <= to.length; col++) {
      const changed = (row[col - 1] ?? 0) + (from[at - 1] === to[col - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[col] ?? 0) + 1, (next[col - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

const SHOWN = 5

/** The names that somebody may have meant, the nearest first: alike in spelling, or with the asked one in them. */
export function nearNames(asked: string, names: readonly string[]): string[] {
  const wanted = asked.toLowerCase()
  return names
    .map((name) => {
      const known = name.toLowerCase()
      const part = wanted.length > 3 && known.includes(wanted) ? 1 : Number.POSITIVE_INFINITY
      return { name, far: Math.min(part, distance(wanted, known)) }
    })
    .filter(({ far }) => far <= Math.max(3, wanted.length / 3))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, SHOWN)
    .map(({ name }) => name)
}

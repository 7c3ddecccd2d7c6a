/** What a segment of a glob takes: `*` any text, all else itself in any casing. */
const segmentPattern = (segment: string) =>
  new RegExp(`^${segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*')}$`, 'i')

const segmentsOf = (path: string) => path.split('/').filter((segment) => segment !== '')

/** The places in a glob that can be reached without a further segment: `**` stands for none, too. */
function reached(places: Iterable<number>, glob: readonly (RegExp | '**')[]): Set<number> {
  const all = new Set<number>()
  for (const start of places) {
    let at = start
    while (!all.has(at)) {
      all.add(at)
      if (glob[at] === '**') at++
    }
  }
  return all
}

/** Whether segments fit a glob's; `fits` says it of one segment and one pattern. */
function fit(
  segments: readonly string[],
  glob: readonly (RegExp | '**')[],
  fits: (segment: string, pattern: RegExp) => boolean,
): boolean {
  let places = reached([0], glob)
  for (const segment of segments) {
    const next = [...places].flatMap((at) => {
      const pattern = glob[at]
      if (pattern === '**') return [at]
      return pattern !== undefined && fits(segment, pattern) ? [at + 1] : []
    })
    places = reached(next, glob)
  }
  return places.has(glob.length)
}

/** A path's glob, ready to be asked. */
export interface PathGlob {
  /** Whether a path is one of those meant. */
  matches(path: string): boolean
  /** Whether any path of a route can be: `{parameters}` stand for any one segment. */
  meets(template: string): boolean
}

/** Reads a glob: `*` within a segment, `**` over segments, in any casing; a leading slash may be left out. */
export function readGlob(glob: string): PathGlob {
  const patterns = segmentsOf(glob).map((segment) => (segment === '**' ? ('**' as const) : segmentPattern(segment)))
  return {
    matches: (path) => fit(segmentsOf(path), patterns, (segment, pattern) => pattern.test(segment)),
    meets: (template) =>
      fit(segmentsOf(template), patterns, (segment, pattern) => segment.startsWith('{') || pattern.test(segment)),
  }
}

/** Whether a path is that of an id or lies below it, in any casing. */
export function isAtOrBelow(path: string, id: string): boolean {
  const [here, there] = [path.toLowerCase(), id.toLowerCase()]
  return here.startsWith(there) && (here.length === there.length || here[there.length] === '/')
}

/** Whether any path of a route lies at an id or below it. */
export function canBeBelow(template: string, id: string): boolean {
  const steps = segmentsOf(template)
  const above = segmentsOf(id)
  return (
    above.length <= steps.length &&
    above.every((segment, at) => {
      const step = steps[at] ?? ''
      return step.startsWith('{') || step.toLowerCase() === segment.toLowerCase()
    })
  )
}

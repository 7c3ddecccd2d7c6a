import { Refusal } from '../domain/errors.js'
import { type Instant, readFilterTime } from './times.js'

/** What a `$filter` asks for: names in lower case, values as written. */
export type Filter = ReadonlyMap<string, string>

const TERM = /^\s*\(?\s*([A-Za-z][\w/]*)\s+eq\s+(?:'((?:[^']|'')*)'|([^\s')]+))(?:\s*\))?/i
const AND = /^\s+and\s+/i

const refuse = (filter: string, why: string) =>
  new Refusal(
    'InvalidFilterInQueryString',
    `The $filter '${filter}' cannot be read: ${why} Write it as name eq 'value' and name eq 'value'.`,
  )

/**
 * Reads the part of OData that the service's filters use: `eq`, `and`, values in single quotes (client-az.md 8).
 * An empty value means any, as clients send `operation eq ''`.
 * @param known the names that this list can be filtered by, any casing
 * @throws Refusal InvalidFilterInQueryString for anything else, and for names the list doesn't have
 */
export function readFilter(text: string | undefined, known: readonly string[]): Filter {
  const terms = new Map<string, string>()
  let rest = text?.trim() ?? ''
  while (rest !== '') {
    const term = TERM.exec(rest)
    if (!term) throw refuse(text ?? '', `nothing is known of '${rest}'.`)
    const name = (term[1] ?? '').toLowerCase()
    if (!known.some((k) => k.toLowerCase() === name))
      throw refuse(text ?? '', `there is no '${term[1]}' to filter by, only ${known.join(', ')}.`)
    const value = term[2]?.replaceAll("''", "'") ?? term[3] ?? ''
    if (value !== '') terms.set(name, value)
    rest = rest.slice(term[0].length)
    if (rest.trim() === '') break
    const and = AND.exec(rest)
    if (!and || rest.slice(and[0].length).trim() === '')
      throw refuse(text ?? '', `'${rest.trim()}' does not go on with 'and'.`)
    rest = rest.slice(and[0].length)
  }
  return terms
}

/** Whether a value is what a filter asks for; it is where the filter doesn't ask. */
export function matches(filter: Filter, name: string, value: string | undefined): boolean {
  const wanted = filter.get(name.toLowerCase())
  return wanted === undefined || wanted.toLowerCase() === value?.toLowerCase()
}

/** A time out of a filter. @throws Refusal InvalidFilterInQueryString */
export function filterTime(filter: Filter, name: string): Instant | undefined {
  const text = filter.get(name.toLowerCase())
  if (text === undefined) return undefined
  const instant = readFilterTime(text)
  if (instant === undefined) throw refuse(text, `'${text}' is not a time. Times look like '2026-01-31 08:00:00 PM'.`)
  return instant
}

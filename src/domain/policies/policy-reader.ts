import { Refusal } from '../errors.js'
import { POLICY_RANGES } from './policy-ranges.js'
import { type Instant, MINUTE } from './schedule.js'

/** The members that the service writes next to code and message in a policy's refusal (domain.md 8.2). */
export const REFUSAL_EXTRA = { target: null, details: null, innerError: null } as const

/** The service's refusal of an impossible policy. The service leaves out what is wrong; we say it (domain.md 8.2). */
export function invalidPolicy(problem: string, remedy: string): Refusal {
  const message = `Input for create or update policy is not in proper format: ${problem}. ${remedy}.`
  return new Refusal('BMSUserErrorInvalidPolicyInput', message, { ...REFUSAL_EXTRA })
}

/** How times of a body are read. */
export interface TimeForm {
  /** Gives bare times of day their date. */
  now: Instant
  /** Times with an offset stay as they were written: policies of file shares (wire-files.md 6). */
  keepsOffsets?: boolean
}

const TIME = /^(?:(\d{4}-\d\d-(\d\d))T)?((?:[01]\d|2[0-3]):\d\d)(:\d\d)?(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?$/i

/**
 * A time as a client wrote it, in the stored form `YYYY-MM-DDTHH:mm:ssZ`; undefined where it is none. Taken are
 * `.000Z` (az), `+00:00` (az 2.91), no zone, and a bare time of day (azurerm, client-terraform.md 4.3), which gets
 * the date of `now`.
 */
export function storedTime(text: string, { now, keepsOffsets = false }: TimeForm): string | undefined {
  const match = TIME.exec(text.trim())
  if (!match) return undefined
  const [, date = new Date(now).toISOString().slice(0, 10), day, minutes, seconds = ':00', fraction = '', zone] = match
  const at = Date.parse(`${date}T${minutes}${seconds}${fraction.slice(0, 4)}${(zone ?? 'Z').toUpperCase()}`)
  // Date.parse takes 30 February for 2 March.
  const real = day === undefined || new Date(`${date}T00:00:00Z`).getUTCDate() === Number(day)
  if (Number.isNaN(at) || !real) return undefined
  if (keepsOffsets && day !== undefined && zone !== undefined && /\d$/.test(zone)) return text.trim()
  const stored = new Date(at).toISOString().replace('.000Z', 'Z')
  // Years outside 0000 to 9999, where an offset has led to one, are written with a sign.
  return /^\d/.test(stored) ? stored : undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const show = (value: unknown) => (value === undefined ? 'the missing value' : JSON.stringify(value))

/** The service reads its names in any case and writes them in its own. */
const oneOf = <Name extends string>(value: unknown, names: readonly Name[]): Name | undefined =>
  typeof value === 'string' ? names.find((name) => name.toLowerCase() === value.toLowerCase()) : undefined

/** How a dialect writes what is read here: members that it calls otherwise, and values that it leaves unsaid. */
export interface PolicySpelling {
  names: Readonly<Record<string, string>>
  presets: Readonly<Record<string, unknown>>
  /** How it refuses, where that is not as Recovery Services vaults do. */
  refusal?: (problem: string, remedy: string) => Refusal
}

const PLAIN: PolicySpelling = { names: {}, presets: {} }

/**
 * One object of a policy's request body, read member by member; every refusal names the member by its path and says
 * what to do. Member names are compared without case (client-az.md 4.2); null and '' count as absent.
 */
export class PolicyReader {
  private readonly bag: Readonly<Record<string, unknown>>
  private readonly times: TimeForm
  private readonly spelling: PolicySpelling
  readonly path: string

  constructor(bag: Readonly<Record<string, unknown>>, times: TimeForm, path = 'properties', spelling = PLAIN) {
    this.bag = bag
    this.times = times
    this.path = path
    this.spelling = spelling
  }

  value(name: string): unknown {
    const written = this.written(name)
    const key =
      written in this.bag ? written : Object.keys(this.bag).find((k) => k.toLowerCase() === written.toLowerCase())
    const value = key === undefined ? undefined : this.bag[key]
    return value === null || value === undefined || value === '' ? this.spelling.presets[name] : value
  }

  has(name: string): boolean {
    return this.value(name) !== undefined
  }

  /** The names of the members that are there, as they were written. */
  names(): string[] {
    return Object.keys(this.bag).filter((name) => this.has(name))
  }

  object(name: string, why: string): PolicyReader {
    return this.optionalObject(name) ?? this.refuse(name, 'is missing', why)
  }

  optionalObject(name: string): PolicyReader | undefined {
    const value = this.value(name)
    if (value === undefined) return undefined
    if (isObject(value)) return new PolicyReader(value, this.times, this.at(name), this.spelling)
    return this.refuse(name, 'must be an object', `Replace ${show(value)}`)
  }

  optionalText(name: string): string | undefined {
    const value = this.value(name)
    if (value === undefined || typeof value === 'string') return value
    return this.refuse(name, 'must be a string', `Replace ${show(value)}`)
  }

  integer(name: string, { min, max }: { min: number; max: number }): number {
    const value = this.value(name)
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
    const range = min === max ? `${min}` : `a whole number between ${min} and ${max}`
    return this.refuse(name, `must be ${range}`, `Replace ${show(value)}`)
  }

  flag(name: string): boolean {
    const value = this.value(name) ?? false
    if (typeof value === 'boolean') return value
    return this.refuse(name, 'must be true or false', `Replace ${show(value)}`)
  }

  /** One of the service's names, in the service's spelling. */
  choice<Name extends string>(name: string, names: readonly Name[]): Name {
    const value = this.value(name)
    return oneOf(value, names) ?? this.refuse(name, `must be one of ${names.join(', ')}`, `Replace ${show(value)}`)
  }

  optionalChoice<Name extends string>(name: string, names: readonly Name[]): Name | undefined {
    return this.has(name) ? this.choice(name, names) : undefined
  }

  /** A list of the service's names: at least one, none twice (domain.md 13.3). */
  choices<Name extends string>(name: string, names: readonly Name[]): Name[] {
    const chosen = new Set<Name>()
    for (const value of this.list(name)) {
      const known = oneOf(value, names)
      if (!known) return this.refuse(name, `must be out of ${names.join(', ')}`, `Replace ${show(value)}`)
      if (chosen.has(known)) return this.refuse(name, `names ${known} twice`, 'Name it once')
      chosen.add(known)
    }
    return [...chosen]
  }

  list(name: string): unknown[] {
    const value = this.value(name)
    if (Array.isArray(value) && value.length > 0) return value
    return this.refuse(name, 'must be a list with at least one entry', `Replace ${show(value)}`)
  }

  objects(name: string): PolicyReader[] {
    return this.list(name).map((value, i) => {
      if (isObject(value)) return new PolicyReader(value, this.times, `${this.at(name)}[${i}]`, this.spelling)
      return this.refuse(name, 'must be a list of objects', `Replace ${show(value)}`)
    })
  }

  /** A list of exactly one time (domain.md 5.1), in the stored form. */
  onlyTime(name: string): [string] {
    const value = this.value(name)
    if (Array.isArray(value) && value.length === 1) return [this.time(name, value[0])]
    return this.refuse(name, 'must name exactly one time', 'Give one date-time, e.g. ["2026-01-01T22:00:00Z"]')
  }

  /** A date-time on the hour or half past (POLICY_RANGES.minuteStep), in the stored form. */
  time(name: string, value: unknown = this.value(name)): string {
    const time = typeof value === 'string' ? storedTime(value, this.times) : undefined
    if (time === undefined)
      return this.refuse(name, 'must be a date-time such as 2026-01-01T22:00:00Z', `Replace ${show(value)}`)
    if (Date.parse(time) % (POLICY_RANGES.minuteStep * MINUTE) === 0) return time
    return this.refuse(name, 'must be on the hour or half past', `Replace ${show(value)}`)
  }

  /** Ends the reading: `<path> <problem>. <remedy>.` */
  refuse(name: string, problem: string, remedy: string): never {
    const { refusal = invalidPolicy } = this.spelling
    throw refusal(`${this.at(name)} ${problem}`, remedy)
  }

  private at(name: string): string {
    return `${this.path}.${this.written(name)}`
  }

  private written(name: string): string {
    return this.spelling.names[name] ?? name
  }
}

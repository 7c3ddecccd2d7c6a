import { parseArgs } from 'node:util'
import { LIMIT_NAMES, type LimitName, PROFILES, type Profile } from './domain/limits.js'
import { CLOCK_MODES, type ClockMode } from './scheduler/clock.js'
import { readInstant } from './scheduler/instants.js'

/** Everything that can be said at the start, from the command line, the environment or a library call. */
export interface Options {
  host: string
  port: number
  httpsPort: number
  /** Off: no HTTPS side. */
  https: boolean
  dataDir: string | undefined
  seed: string
  now: string | undefined
  clock: ClockMode | undefined
  rate: number | undefined
  profile: Profile
  limits: Partial<Record<LimitName, number>>
  strict: boolean
  /** Count requests, and refuse those beyond the budget of their subscription. */
  throttle: boolean
  logLevel: string
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** What is wrong with an option: its value, or what it names can't be had here. */
export class OptionError extends Error {
  override name = 'OptionError'
}

const oneOf =
  <T extends string>(values: readonly T[]) =>
  (text: string, name: string): T => {
    const value = values.find((v) => v === text)
    if (value === undefined) throw new OptionError(`--${name} takes ${values.join(', ')}, not '${text}'`)
    return value
  }

function port(text: string, name: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65535)
    throw new OptionError(`--${name} takes a port from 0 to 65535 (0: any free one), not '${text}'`)
  return value
}

function rate(text: string, name: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 1_000_000))
    throw new OptionError(`--${name} takes a number above 0, at most 1000000, not '${text}'`)
  return value
}

function flag(text: string, name: string): boolean {
  if (/^(true|1|yes|on)?$/i.test(text)) return true
  if (/^(false|0|no|off)$/i.test(text)) return false
  throw new OptionError(`--${name} takes true or false, not '${text}'`)
}

function limits(text: string, name: string): Options['limits'] {
  const pairs = text
    .split(',')
    .filter(Boolean)
    .map((pair) => {
      const [key = '', figure = ''] = pair.split('=')
      const limit = LIMIT_NAMES.find((known) => known === key.trim())
      if (!limit) throw new OptionError(`--${name} '${key}' is no limit; known are ${LIMIT_NAMES.join(', ')}`)
      if (!/^\d+$/.test(figure)) throw new OptionError(`--${name} ${key} takes a whole number, as in ${key}=3`)
      return [limit, Number(figure)] as const
    })
  return Object.fromEntries(pairs)
}

function text(value: string, name: string): string {
  if (value === '') throw new OptionError(`--${name} takes a text, not an empty one`)
  return value
}

function instant(value: string, name: string): string {
  try {
    readInstant(value, name)
    return value
  } catch {
    throw new OptionError(`--${name} takes a time like 2026-01-31T08:00:00Z, not '${value}'`)
  }
}

/**
 * Every option once: its flag, what its value is (flags without one are switches), its default, what it is for.
 * The environment variable is RECOVERITE_ and the flag in capitals, `-` as `_`.
 */
export const OPTION_TABLE = {
  host: { value: 'ADDRESS', default: '127.0.0.1', read: text, help: 'address to listen on' },
  port: { value: 'PORT', default: '10190', read: port, help: 'HTTP port; 0 for any free one' },
  'https-port': { value: 'PORT', default: '10191', read: port, help: 'HTTPS port; 0 for any free one' },
  'no-https': { value: undefined, default: 'false', read: flag, help: 'serve HTTP only' },
  'data-dir': {
    value: 'FOLDER',
    default: undefined,
    read: text,
    help: 'keep the world in a SQLite file there; without it, in memory',
  },
  seed: { value: 'TEXT', default: 'recoverite', read: text, help: 'what ids, durations and outcomes derive from' },
  now: {
    value: 'TIME',
    default: undefined,
    read: instant,
    help: 'where the clock of a new world starts; default: the present',
  },
  clock: {
    value: 'MODE',
    default: undefined,
    read: oneOf(CLOCK_MODES),
    help: `how time moves: ${CLOCK_MODES.join(', ')}; default skip`,
  },
  rate: { value: 'NUMBER', default: undefined, read: rate, help: 'virtual seconds a real one, in mode live' },
  profile: {
    value: 'NAME',
    default: 'present',
    read: oneOf(PROFILES),
    help: `which years' limits: ${PROFILES.join(', ')}`,
  },
  limit: { value: 'NAME=N,…', default: '', read: limits, help: 'lower single limits, e.g. vmsPerVault=3' },
  strict: {
    value: undefined,
    default: 'false',
    read: flag,
    help: 'ask for tokens, api-versions, existing subscriptions and groups',
  },
  throttle: {
    value: undefined,
    default: 'false',
    read: flag,
    help: 'refuse requests beyond the budgets of their subscription (429)',
  },
  'log-level': { value: 'LEVEL', default: 'info', read: oneOf(LOG_LEVELS), help: LOG_LEVELS.join(', ') },
} as const

type Name = keyof typeof OPTION_TABLE
type Read = {
  [N in Name]:
    | ReturnType<(typeof OPTION_TABLE)[N]['read']>
    | (undefined extends (typeof OPTION_TABLE)[N]['default'] ? undefined : never)
}

export const environmentName = (name: string) => `RECOVERITE_${name.toUpperCase().replaceAll('-', '_')}`

/**
 * Reads options: a flag wins over its environment variable, that over the default. A variable that is empty is as good
 * as not set: that is how containers leave one out.
 * @throws OptionError that says which option is wrong and what it takes
 */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const given = readFlags(args)
  const read = Object.fromEntries(
    Object.entries(OPTION_TABLE).map(([name, row]) => {
      const raw = given[name] ?? (environment[environmentName(name)] || row.default)
      const reader: (text: string, name: string) => unknown = row.read
      return [name, raw === undefined ? undefined : reader(raw, name)]
    }),
  ) as Read
  return {
    host: read.host,
    port: read.port,
    httpsPort: read['https-port'],
    https: !read['no-https'],
    dataDir: read['data-dir'],
    seed: read.seed,
    now: read.now,
    clock: read.clock,
    rate: read.rate,
    profile: read.profile,
    limits: read.limit,
    strict: read.strict,
    throttle: read.throttle,
    logLevel: read['log-level'],
  }
}

function readFlags(args: readonly string[]): Record<string, string | undefined> {
  const options = Object.fromEntries(
    Object.entries(OPTION_TABLE).map(([name, row]) => [
      name,
      { type: row.value ? ('string' as const) : ('boolean' as const) },
    ]),
  )
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false })
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
    )
  } catch (error) {
    const [problem] = (error as Error).message.split(/\.\s/)
    throw new OptionError(`${problem}. recoverite --help lists the options`)
  }
}

/** What `recoverite --help` prints. */
export function helpText(): string {
  const rows = Object.entries(OPTION_TABLE).map(([name, row]) => {
    const left = `  --${name}${row.value ? ` ${row.value}` : ''}`
    const origin = row.default && row.default !== 'false' ? ` (${row.default})` : ''
    return `${left.padEnd(26)}${row.help}${origin}`
  })
  return `recoverite [options]      run the emulator
recoverite env            print what makes az, Terraform and SDKs use it
recoverite --help         print this
recoverite --version      print which Recoverite this is

Every option is also an environment variable: --data-dir is ${environmentName('data-dir')}.

${rows.join('\n')}
`
}

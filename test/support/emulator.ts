import type { Test } from 'tap'
import { type Emulator, type StartOptions, startEmulator } from '../../src/emulator.js'
import { problemsOf } from './published-schemas.js'

/** An answer, and ways to look into its body without knowing its type. */
export class Answer {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly body: unknown,
  ) {}

  /** What stands at a path: `at('properties.status')`, `at('value.0.name')`; undefined where nothing does. */
  at(path: string): unknown {
    let here: unknown = this.body
    for (const step of path.split('.')) {
      if (here === null || typeof here !== 'object') return undefined
      here = (here as Record<string, unknown>)[step]
    }
    return here
  }

  /** Text at a path; '' where there is none. */
  text(path: string): string {
    const value = this.at(path)
    return typeof value === 'string' ? value : ''
  }

  /** The values of a list answer. */
  get values(): Record<string, unknown>[] {
    const value = this.at('value')
    return Array.isArray(value) ? value : []
  }

  /** The names of a list's values. */
  get names(): unknown[] {
    return this.values.map((value) => value.name)
  }

  /** `code` of an error answer; classic vaults spell it in capitals. */
  get code(): string {
    return this.text('error.code') || this.text('Error.Code')
  }

  /** `message` of an error answer. */
  get message(): string {
    return this.text('error.message') || this.text('Error.Message')
  }

  header(name: string): string {
    return this.headers.get(name) ?? ''
  }
}

export interface TestEmulator {
  emulator: Emulator
  url: string
  /** Asks the emulator over HTTP. A path gets api-version 2024-04-01 unless it names one. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Moves the virtual clock: '2d', '90m', '30s', '4h', or an ISO duration. */
  advance(by: string): Promise<void>
  /** The present of the world as ISO text. */
  now(): string
}

const UNITS: Record<string, string> = { d: 'D', h: 'H', m: 'M', s: 'S' }

function isoOf(by: string): string {
  const parts = /^(\d+)([dhms])$/.exec(by)
  if (!parts) return by
  const [, figure = '0', unit = 's'] = parts
  return unit === 'd' ? `P${figure}D` : `PT${figure}${UNITS[unit]}`
}

/** The instant at which tests start: a Monday morning. */
export const MONDAY = '2026-01-05T08:00:00Z'

/**
 * Starts an emulator for a test, on a free port and a manual clock that starts on a Monday morning, and stops it with
 * the test. Every answer is held against the published definitions.
 */
export async function startTestEmulator(t: Test, options: StartOptions = {}): Promise<TestEmulator> {
  const emulator = await startEmulator({
    port: 0,
    https: false,
    clock: 'manual',
    now: MONDAY,
    seed: 'test',
    logLevel: 'error',
    ...options,
  })
  t.teardown(() => emulator.close())
  return {
    emulator,
    url: emulator.url,
    call: (method, path, body, headers) => call(t, emulator.url, method, path, body, headers),
    advance: async (by) => void emulator.clock.advance({ by: isoOf(by) }),
    now: () => emulator.clock.now.toISOString(),
  }
}

export async function call(
  t: Test,
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { answer, problems } = await exchange(base, method, path, body, headers)
  if (problems.length > 0) t.fail('the answer is not as published', { problems, body: answer.body })
  return answer
}

/** Asks an emulator, and holds its answer against the published definitions. */
export async function exchange(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ answer: Answer; problems: string[] }> {
  const needsVersion = /^\/+(subscriptions|tenants|providers)/i.test(path) && !/[?&]api-version=/i.test(path)
  const url = path.startsWith('http')
    ? path
    : `${base}${path}${needsVersion ? `${path.includes('?') ? '&' : '?'}api-version=2024-04-01` : ''}`
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const parsed = readBody(text)
  const problems = problemsOf({ method, url, status: response.status, body: parsed })
  return { answer: new Answer(response.status, response.headers, parsed), problems }
}

function readBody(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

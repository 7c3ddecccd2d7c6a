import { Refusal } from '../errors.js'
import type { FaultEffect, FaultError, FaultOccasion } from './faults.js'

/** An effect as somebody writes it; its members have the right types, and nothing else is known of them. */
export interface EffectInput {
  status?: number
  code?: string
  message?: string
  retryAfter?: number
  delayMs?: number
  virtualDelay?: string
  drop?: 'before' | 'after'
  operationFailure?: FaultError
  jobFailure?: FaultError
  jobWarning?: FaultError
  jobStuck?: boolean
}

export const refuseFault = (message: string) => new Refusal('InvalidControlRequest', message)

const HOUR_MS = 3_600_000
const DAY_SECONDS = 86_400
const CENTURY_MS = 100 * 366 * 24 * HOUR_MS

interface EffectKind {
  /** What it strikes; a delay of the clock strikes requests or jobs, as its match says. */
  occasions: readonly FaultOccasion[]
  /** What else it takes. */
  with?: readonly (keyof EffectInput)[]
  /** @throws Refusal InvalidControlRequest */
  read: (input: EffectInput) => FaultEffect
}

/** Every effect: what it strikes, and how it is read. */
const EFFECTS = {
  status: { occasions: ['request'], with: ['code', 'message', 'retryAfter'], read: readStatus },
  delayMs: { occasions: ['request'], read: readDelay },
  virtualDelay: { occasions: ['request', 'job'], read: readVirtualDelay },
  drop: { occasions: ['request'], read: ({ drop = 'before' }) => ({ drop }) },
  operationFailure: {
    occasions: ['operation'],
    read: ({ operationFailure }) => ({ operationFailure: readError('operationFailure', operationFailure) }),
  },
  jobFailure: {
    occasions: ['job'],
    read: ({ jobFailure }) => ({ jobFailure: readError('jobFailure', jobFailure) }),
  },
  jobWarning: {
    occasions: ['job'],
    read: ({ jobWarning }) => ({ jobWarning: readError('jobWarning', jobWarning) }),
  },
  jobStuck: { occasions: ['job'], read: readStuck },
} as const satisfies Record<string, EffectKind>

export type EffectName = keyof typeof EFFECTS
export const EFFECT_NAMES = Object.keys(EFFECTS) as EffectName[]

/** The effects that strike one of some occasions, in words. */
export const effectsAt = (...occasions: FaultOccasion[]): string =>
  EFFECT_NAMES.filter((name) => (EFFECTS[name] as EffectKind).occasions.some((at) => occasions.includes(at))).join(', ')

/**
 * Reads an effect.
 * @throws Refusal InvalidControlRequest for none, several, or one with a figure that makes no sense
 */
export function readEffect(input: EffectInput): {
  name: EffectName
  occasions: readonly FaultOccasion[]
  effect: FaultEffect
} {
  const given = Object.keys(input).filter((key) => input[key as keyof EffectInput] !== undefined)
  const names = EFFECT_NAMES.filter((name) => given.includes(name))
  const [name] = names
  if (!name || names.length !== 1) {
    const count = names.length === 0 ? 'none' : names.join(' and ')
    throw refuseFault(`effect has to have exactly one of ${EFFECT_NAMES.join(', ')}; it has ${count}.`)
  }
  const kind: EffectKind = EFFECTS[name]
  const astray = given.find((key) => key !== name && !kind.with?.some((also) => also === key))
  if (astray) throw refuseFault(`effect.${astray} does not go with ${name}: it goes with status.`)
  return { name, occasions: kind.occasions, effect: kind.read(input) }
}

const isWhole = (figure: number, least: number, most: number) =>
  Number.isInteger(figure) && figure >= least && figure <= most

function readStatus({ status = 0, code, message, retryAfter }: EffectInput): FaultEffect {
  if (!isWhole(status, 400, 599))
    throw refuseFault(`effect.status is ${status}: only an error can be made up, so give a status from 400 to 599.`)
  if (code !== undefined) checkText('effect.code', code)
  if (retryAfter !== undefined && !isWhole(retryAfter, 0, DAY_SECONDS))
    throw refuseFault(`effect.retryAfter is ${retryAfter}: give whole seconds, at most ${DAY_SECONDS}.`)
  return {
    status,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
}

function readDelay({ delayMs = 0 }: EffectInput): FaultEffect {
  if (!isWhole(delayMs, 1, HOUR_MS))
    throw refuseFault(`effect.delayMs is ${delayMs}: give whole milliseconds from 1 to ${HOUR_MS}, an hour.`)
  return { delayMs }
}

function readVirtualDelay({ virtualDelay = '' }: EffectInput): FaultEffect {
  const ms = durationMs(virtualDelay)
  if (ms === undefined || ms <= 0)
    throw refuseFault(`effect.virtualDelay is '${virtualDelay}': give an ISO 8601 duration like PT90M or P1DT2H.`)
  if (ms > CENTURY_MS) throw refuseFault(`effect.virtualDelay is '${virtualDelay}': 100 years are the most.`)
  return { virtualDelay }
}

function readStuck({ jobStuck }: EffectInput): FaultEffect {
  if (jobStuck !== true) throw refuseFault('effect.jobStuck takes true; leave it out for a job that is not stuck.')
  return { jobStuck }
}

function readError(where: string, error: FaultError | undefined): FaultError {
  const { code = '', message } = error ?? {}
  checkText(`effect.${where}.code`, code)
  return { code, ...(message === undefined ? {} : { message }) }
}

function checkText(where: string, text: string): void {
  if (/^\S{1,200}$/.test(text)) return
  throw refuseFault(`${where} is '${text.slice(0, 80)}': give a code without spaces, like UserErrorVmNotFoundV2.`)
}

const DURATION =
  /^P(?=.)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,12}(?:\.\d{1,3})?)S)?)?$/i
const DAY_MS = 24 * HOUR_MS
const UNITS_MS = [365 * DAY_MS, 30 * DAY_MS, 7 * DAY_MS, DAY_MS, HOUR_MS, 60_000, 1000]

/** How long an ISO 8601 duration is, ms; years have 365 days and months 30. Undefined where it isn't one. */
export function durationMs(text: string): number | undefined {
  const parts = DURATION.exec(text)?.slice(1)
  return parts && Math.round(parts.reduce((sum, part, at) => sum + Number(part ?? 0) * (UNITS_MS[at] ?? 0), 0))
}

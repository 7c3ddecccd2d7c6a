import { Refusal } from '../errors.js'
import type { JobOperation } from '../jobs/jobs.js'
import type { World } from '../world.js'

/** The two phases of a backup that a rule can be of (SEED-58). */
export const FAULT_PHASES = ['Snapshot', 'Transfer'] as const
export type FaultPhase = (typeof FAULT_PHASES)[number]

/** What a rule is about; what is left out is not asked for. Ids, names and paths match in any casing. */
export interface FaultMatch {
  /** The published name of an operation: `ProtectedItems.CreateOrUpdate`. */
  operation?: string
  method?: string
  /** A glob over the path: `*` stands for a part of a segment or a whole one, `**` for any number of segments. */
  path?: string
  /** An ARM id, and everything below it. A job is at its machine, disk or share, its item, its vault and its own id. */
  resource?: string
  jobOperation?: JobOperation
  phase?: FaultPhase
  /** Which job of its operation on its item: 1, 2, 3 … since the item was first protected. */
  attempt?: number
}

/** What something fails or warns with. */
export interface FaultError {
  code: string
  message?: string
}

/** What a rule does; a rule has exactly one of these. */
export type FaultEffect =
  | { status: number; code?: string; message?: string; retryAfter?: number }
  | { delayMs: number }
  | { virtualDelay: string }
  | { drop: 'before' | 'after' }
  | { operationFailure: FaultError }
  | { jobFailure: FaultError }
  | { jobWarning: FaultError }
  | { jobStuck: true }

/** What a rule can strike: a request as it comes in, a long-running operation as it is opened, a job in a phase. */
export type FaultOccasion = 'request' | 'operation' | 'job'

/** A rule. */
export interface Fault {
  /** `fault-5f0c3a9e` */
  id: string
  /** Rules are asked in the order of their numbers. */
  number: number
  occasion: FaultOccasion
  match: FaultMatch
  effect: FaultEffect
  /** How many of those that match pass before it strikes. */
  skipFirst: number
  /** How often it strikes; absent: without end. */
  times?: number
  /** How likely it strikes, above 0 and at most 1: the seed decides. */
  probability: number
  /** How many matched and were asked. */
  seen: number
  /** How often it struck. */
  hits: number
}

/** Rules in the order of their creation. */
export interface Faults {
  get(id: string): Fault | undefined
  /** The same frozen list as long as nothing changes: asking costs nothing. */
  all(): readonly Fault[]
  put(fault: Fault): void
  delete(id: string): void
}

export type FaultInput = Omit<Fault, 'id' | 'number' | 'seen' | 'hits'>

/**
 * Adds a rule that `readFault` has read; it comes after all others. No number is drawn for it: what it does not touch is
 * as it would be without it.
 */
export function addFault(world: World, input: FaultInput): Fault {
  const number = (world.faults.all().at(-1)?.number ?? 0) + 1
  const guid = world.chance.guidFor('fault', number, world.now, JSON.stringify(input))
  const fault: Fault = { id: `fault-${guid.slice(0, 8)}`, number, ...input, seen: 0, hits: 0 }
  world.faults.put(fault)
  return fault
}

/** @throws Refusal FaultNotFound that names the rules there are */
export function getFault(world: World, id: string): Fault {
  const fault = world.faults.get(id.toLowerCase())
  if (fault) return fault
  const known = world.faults.all().map((other) => other.id)
  throw new Refusal(
    'FaultNotFound',
    `There is no fault '${id}'. ${known.length === 0 ? 'There is none at all.' : `Known are ${known.join(', ')}.`}`,
  )
}

/** Whether a rule has struck as often as it may. */
const isOver = ({ times, hits }: Fault) => times !== undefined && hits >= times

/** The rules of an occasion that can still strike and match, in order. */
export function faultsAt(world: World, occasion: FaultOccasion, matches: (fault: Fault) => boolean): readonly Fault[] {
  const all = world.faults.all()
  if (all.length === 0) return all
  return all.filter((fault) => fault.occasion === occasion && !isOver(fault) && matches(fault))
}

/** What comes of an occasion: the rule that strikes, and those that have been asked, with their new counts. */
export interface Strike {
  struck: Fault | undefined
  asked: Fault[]
}

/**
 * Asks rules in order until one strikes: the first that does is the only one. Each that is asked counts the occasion,
 * and `skipFirst` and `probability` go by that count. Changes nothing.
 */
export function judge(world: World, candidates: readonly Fault[]): Strike {
  const asked: Fault[] = []
  for (const fault of candidates) {
    const seen = fault.seen + 1
    const strikes =
      seen > fault.skipFirst &&
      (fault.probability === 1 || world.chance.fraction('fault', fault.id, seen) < fault.probability)
    const counted = { ...fault, seen, hits: fault.hits + (strikes ? 1 : 0) }
    asked.push(counted)
    if (strikes) return { struck: counted, asked }
  }
  return { struck: undefined, asked }
}

/** Keeps the counts of a judgment. @returns the rule that strikes */
export function keepCounts(world: World, { struck, asked }: Strike): Fault | undefined {
  for (const fault of asked) world.faults.put(fault)
  return struck
}

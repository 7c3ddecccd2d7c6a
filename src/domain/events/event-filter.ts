import { Refusal } from '../errors.js'
import { readResourceId, same } from '../names.js'
import { vaultTypeOf } from '../vaults/vault.js'
import type { KeptEvent } from './domain-events.js'
import { EVENT_TYPES } from './event-types.js'

/** What a listener asks for; everything where it asks for nothing. */
export interface EventFilter {
  /** Types, or all of a thing: `job.failed`, `task.*`. */
  types?: readonly string[]
  /** The id of a vault: only what belongs to it. */
  vault?: string
}

const TYPES = Object.keys(EVENT_TYPES)
const things = () => [...new Set(TYPES.map((type) => `${type.split('.')[0]}.*`))]

const refuse = (message: string) => new Refusal('InvalidControlRequest', message)

/** @throws Refusal InvalidControlRequest that lists what is known */
function checkType(asked: string): void {
  const isKnown = asked === '*' || TYPES.includes(asked) || things().includes(asked)
  if (!isKnown)
    throw refuse(`There are no events '${asked}'. Known: ${things().join(', ')}, and of these: ${TYPES.join(', ')}.`)
}

/** @throws Refusal InvalidControlRequest */
function checkVault(id: string): void {
  const type = readResourceId(id)?.type
  if (type === undefined || vaultTypeOf(type) === undefined)
    throw refuse(`vault is '${id}': give the full ARM id of a vault.`)
}

/**
 * Checks what a listener asks for.
 * @throws Refusal InvalidControlRequest for a type that there is not, and for what is no id of a vault
 */
export function readFilter({ types, vault }: EventFilter): EventFilter {
  if (types?.length === 0) throw refuse(`types is empty: name some, or leave it out. Known: ${things().join(', ')}.`)
  for (const type of types ?? []) checkType(type)
  if (vault !== undefined) checkVault(vault)
  return { ...(types ? { types } : {}), ...(vault === undefined ? {} : { vault }) }
}

/** Whether a listener has asked for an event. */
export function isAskedFor({ types, vault }: EventFilter, event: Pick<KeptEvent, 'type' | 'vault'>): boolean {
  if (vault !== undefined && (event.vault === undefined || !same(event.vault, vault))) return false
  return types === undefined || types.some((asked) => isOfType(asked, event.type))
}

const isOfType = (asked: string, type: string) =>
  asked === '*' || asked === type || (asked.endsWith('.*') && type.startsWith(asked.slice(0, -1)))

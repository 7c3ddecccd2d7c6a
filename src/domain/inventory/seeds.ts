import { Refusal } from '../errors.js'
import { keyOf, type ResourceId, readResourceId, resourceId, same } from '../names.js'
import { locationOf } from '../regions.js'
import type { World } from '../world.js'
import { readConditions } from './conditions.js'
import { checkGroupName, checkSubscriptionId, DEFAULT_LOCATION, FIRST_SUBSCRIPTION, putResource } from './inventory.js'

/** What a seed of any kind can say: whose and where it is, by `id` or by its parts, and what is wrong with it. */
export interface Seed {
  id?: string
  subscriptionId?: string
  resourceGroup?: string
  name?: string
  location?: string
  tags?: Record<string, string>
  conditions?: Record<string, unknown>
}

/** What a kind of resource is called, and how its names may look (Azure's naming rules). */
export interface Kind {
  type: string
  name: RegExp
  rule: string
}

/** Members as the wire has them. */
export type Body = Record<string, unknown>

/** A refusal of something that was said to the control API. */
export const refuse = (message: string) => new Refusal('InvalidControlRequest', message)

/** @throws Refusal InvalidControlRequest unless the value is left out or a whole number in the range */
export function checkWhole(what: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return
  throw refuse(`${what} is ${value}: give a whole number from ${least} to ${most}.`)
}

/** @throws Refusal InvalidControlRequest that lists what is known, unless the value is left out or one of it */
export function checkOneOf(what: string, value: string | undefined, known: readonly string[]): void {
  if (value !== undefined && !known.includes(value))
    throw refuse(`${what} is '${value}': use one of ${known.join(', ')}.`)
}

/**
 * Whose and where a seed is: by id, or by group and name in a subscription (the first one where none is named).
 * @throws Refusal InvalidControlRequest where neither is whole, the id is of another type, or the two contradict
 */
export function identityOf(
  seed: Pick<Seed, 'id' | 'subscriptionId' | 'resourceGroup' | 'name'>,
  type: string,
): ResourceId {
  if (seed.id === undefined) {
    if (!seed.resourceGroup || !seed.name) {
      throw refuse(`Give a resource of type ${type} either an id, or a resourceGroup and a name.`)
    }
    return {
      subscriptionId: seed.subscriptionId ?? FIRST_SUBSCRIPTION,
      resourceGroup: seed.resourceGroup,
      type,
      name: seed.name,
    }
  }
  const read = readResourceId(seed.id)
  if (!read || !same(read.type, type)) throw refuse(`'${seed.id}' is not the id of a resource of type ${type}.`)
  for (const part of ['subscriptionId', 'resourceGroup', 'name'] as const) {
    const said = seed[part]
    if (said !== undefined && !same(said, read[part]))
      throw refuse(`${part} is '${said}', but the id says '${read[part]}'.`)
  }
  return read
}

/**
 * Puts a resource of a kind into the inventory; its group and subscription are made where they are missing. One that
 * is there is updated: what the seed doesn't say stays as it is, conditions are merged.
 * @param bodyOf the wire body out of the resource's name and its body so far
 * @returns the resource's id
 * @throws Refusal InvalidControlRequest, InvalidSubscriptionId, InvalidResourceGroup, InvalidResourceLocation,
 * LocationNotAvailableForResourceType
 */
export function putSeed(world: World, kind: Kind, seed: Seed, bodyOf: (name: string, before: Body) => Body): string {
  const id = identityOf(seed, kind.type)
  checkSubscriptionId(id.subscriptionId)
  checkGroupName(id.resourceGroup)
  if (!kind.name.test(id.name))
    throw refuse(`name is '${id.name}': a resource of type ${kind.type} takes ${kind.rule}.`)
  const key = keyOf(resourceId(id))
  const before = world.resources.get(key)
  const tags = seed.tags ?? before?.tags
  const conditions = readConditions(seed.conditions ?? {}, world.resources.conditions(key))
  const { resource } = putResource(world, id, {
    location: seed.location === undefined ? (before?.location ?? DEFAULT_LOCATION) : locationOf(seed.location),
    ...(tags ? { tags } : {}),
    body: bodyOf(id.name, before?.body ?? {}),
  })
  world.resources.setConditions(key, conditions)
  return resource.id
}

/** Only what is said: the members that are not undefined. */
export const defined = (members: Body): Body =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

/** A sku as the wire has it: its tier is the word before the underscore. */
export const skuOf = (name: string | undefined): Body => (name === undefined ? {} : { name, tier: name.split('_')[0] })

import { Refusal } from '../errors.js'
import { groupId, keyOf, type ResourceId, resourceId, same } from '../names.js'
import type { Instant } from '../policies/schedule.js'
import { locationOf } from '../regions.js'
import type { World } from '../world.js'

export interface Subscription {
  key: string
  id: string
  name: string
  /** Resource providers that were unregistered, in lower case; all others are registered. */
  unregistered?: string[]
}

export interface ResourceGroup {
  key: string
  subscriptionId: string
  name: string
  location: string
  tags?: Record<string, string>
  /** Who manages the group: set on the groups that Backup makes for restore points. */
  managedBy?: string
  state: 'Succeeded' | 'Deleting'
}

/** Any resource that is not Backup's own: machines, disks, storage accounts, networks. */
export interface Resource extends ResourceId {
  key: string
  /** As created. */
  id: string
  location: string
  tags?: Record<string, string>
  createdAt: Instant
  changedAt: Instant
  /** `properties` and every further member (sku, zones, identity …) as the wire has them. */
  body: Record<string, unknown>
}

export const FIRST_SUBSCRIPTION = '00000000-0000-0000-0000-000000000001'
export const TENANT_ID = '11111111-1111-1111-1111-111111111111'
export const DEFAULT_LOCATION = 'westeurope'
/** The region of what belongs to none, such as alert rules. */
const GLOBAL = 'global'

const GROUP_NAME = /^[-\w._()\p{L}\p{N}]{0,89}[-\w_()\p{L}\p{N}]$/u
const SUBSCRIPTION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @throws Refusal InvalidSubscriptionId */
export function checkSubscriptionId(id: string): void {
  if (!SUBSCRIPTION_ID.test(id)) {
    throw new Refusal(
      'InvalidSubscriptionId',
      `The provided subscription identifier '${id}' is malformed or invalid. It is a GUID.`,
    )
  }
}

/** @throws Refusal InvalidResourceGroup: at most 90 letters, digits, `._-()`, no full stop at the end */
export function checkGroupName(name: string): void {
  if (!GROUP_NAME.test(name)) {
    throw new Refusal(
      'InvalidResourceGroup',
      `The resource group name '${name}' is not valid: use at most 90 letters, digits, '.', '_', '-', '(' or ')', without a full stop at the end.`,
    )
  }
}

/** Makes a subscription known that was named for the first time (lenient front door). */
export function meetSubscription(world: World, id: string): Subscription {
  const known = world.subscriptions.get(keyOf(id))
  if (known) return known
  checkSubscriptionId(id)
  const subscription = {
    key: keyOf(id),
    id,
    name: same(id, FIRST_SUBSCRIPTION) ? 'Recoverite' : `Subscription ${id.slice(-4)}`,
  }
  world.subscriptions.put(subscription)
  return subscription
}

const groupKey = (subscriptionId: string, name: string) => keyOf(groupId(subscriptionId, name))

export const findGroup = (world: World, subscriptionId: string, name: string) =>
  world.groups.get(groupKey(subscriptionId, name))

/** @throws Refusal ResourceGroupNotFound */
export function getGroup(world: World, subscriptionId: string, name: string): ResourceGroup {
  const group = findGroup(world, subscriptionId, name)
  if (!group) throw new Refusal('ResourceGroupNotFound', `Resource group '${name}' could not be found.`)
  return group
}

/** The group, made where it isn't there yet: resource groups appear on first use (lenient front door). */
export function meetGroup(
  world: World,
  subscriptionId: string,
  name: string,
  location = DEFAULT_LOCATION,
): ResourceGroup {
  const known = findGroup(world, subscriptionId, name)
  if (known) return known
  meetSubscription(world, subscriptionId)
  checkGroupName(name)
  const group: ResourceGroup = {
    key: groupKey(subscriptionId, name),
    subscriptionId,
    name,
    location: locationOf(location),
    state: 'Succeeded',
  }
  world.groups.put(group)
  return group
}

/**
 * Nothing is created in a group that is going away.
 * @throws Refusal ResourceGroupBeingDeleted
 */
export function refuseWhileDeleting(group: ResourceGroup | undefined): void {
  if (group?.state !== 'Deleting') return
  const message = `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation. Wait until it has gone.`
  throw new Refusal('ResourceGroupBeingDeleted', message)
}

/**
 * Creates or updates a group: its tags become those of the input, who manages it stays unless the input says so.
 * @returns the group, and whether it is new
 * @throws Refusal InvalidResourceGroup, LocationRequired, InvalidResourceGroupLocation, ResourceGroupBeingDeleted
 */
export function putGroup(
  world: World,
  subscriptionId: string,
  name: string,
  input: { location?: string; tags?: Record<string, string>; managedBy?: string },
): { group: ResourceGroup; created: boolean } {
  checkGroupName(name)
  if (!input.location)
    throw new Refusal('LocationRequired', `The location property is required for resource group '${name}'.`)
  const before = findGroup(world, subscriptionId, name)
  const location = locationOf(input.location)
  if (before && before.location !== location) {
    throw new Refusal(
      'InvalidResourceGroupLocation',
      `Resource group '${before.name}' already exists in location '${before.location}' and cannot be moved to '${location}'.`,
    )
  }
  refuseWhileDeleting(before)
  const managedBy = input.managedBy ?? before?.managedBy
  const group: ResourceGroup = {
    key: groupKey(subscriptionId, name),
    subscriptionId: before?.subscriptionId ?? subscriptionId,
    name: before?.name ?? name,
    location,
    ...(input.tags ? { tags: input.tags } : {}),
    ...(managedBy ? { managedBy } : {}),
    state: 'Succeeded',
  }
  meetSubscription(world, subscriptionId)
  world.groups.put(group)
  return { group, created: !before }
}

/** @throws Refusal ResourceNotFound in the gateway's words */
export function getResource(world: World, id: ResourceId): Resource {
  const found = world.resources.get(keyOf(resourceId(id)))
  if (!found) throw resourceNotFound(id)
  return found
}

export function resourceNotFound(id: ResourceId): Refusal {
  return new Refusal(
    'ResourceNotFound',
    `The Resource '${id.type}/${id.name}' under resource group '${id.resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  )
}

export interface ResourceInput {
  location?: string
  tags?: Record<string, string>
  body: Record<string, unknown>
}

/**
 * Creates or replaces a resource.
 * @returns the resource, and whether it is new
 * @throws Refusal LocationRequired, InvalidResourceLocation
 */
export function putResource(
  world: World,
  id: ResourceId,
  input: ResourceInput,
): { resource: Resource; created: boolean } {
  const key = keyOf(resourceId(id))
  const before = world.resources.get(key)
  const wanted = input.location || before?.location
  if (!wanted) throw new Refusal('LocationRequired', `The location property is required for '${id.type}/${id.name}'.`)
  const location = same(wanted, GLOBAL) ? GLOBAL : locationOf(wanted)
  if (before && before.location !== location) {
    throw new Refusal(
      'InvalidResourceLocation',
      `The resource '${id.name}' already exists in location '${before.location}' in resource group '${id.resourceGroup}'. A resource with the same name cannot be created in location '${location}'.`,
    )
  }
  const group = meetGroup(world, id.subscriptionId, id.resourceGroup, location === GLOBAL ? DEFAULT_LOCATION : location)
  const resource: Resource = {
    subscriptionId: id.subscriptionId,
    resourceGroup: before?.resourceGroup ?? id.resourceGroup ?? group.name,
    type: before?.type ?? id.type,
    name: before?.name ?? id.name,
    key,
    id: before?.id ?? resourceId(id),
    location,
    ...(input.tags ? { tags: input.tags } : {}),
    createdAt: before?.createdAt ?? world.now,
    changedAt: world.now,
    body: input.body,
  }
  world.resources.put(resource)
  return { resource, created: !before }
}

import { accepted, failedOnDemand } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { Refusal, type RefusalCode } from '../../domain/errors.js'
import { getGroupDeletion } from '../../domain/inventory/groups.js'
import { type Subscription, TENANT_ID } from '../../domain/inventory/inventory.js'
import { findMove } from '../../domain/inventory/resource-moves.js'
import { keyOf } from '../../domain/names.js'
import { type Operation, statusOf, waitsFor } from '../../domain/operations.js'
import { REGIONS, type Region } from '../../domain/regions.js'
import type { World } from '../../domain/world.js'
import { SUBSCRIPTION } from '../scopes.js'

const TENANT = {
  id: `/tenants/${TENANT_ID}`,
  tenantId: TENANT_ID,
  countryCode: 'NL',
  displayName: 'Recoverite',
  domains: ['recoverite.example'],
  tenantCategory: 'Home',
  defaultDomain: 'recoverite.example',
  tenantType: 'AAD',
}

const subscriptionView = ({ id, name }: Subscription) => ({
  id: `/subscriptions/${id}`,
  authorizationSource: 'RoleBased',
  managedByTenants: [],
  subscriptionId: id,
  tenantId: TENANT_ID,
  displayName: name,
  state: 'Enabled',
  subscriptionPolicies: {
    locationPlacementId: 'Public_2014-09-01',
    quotaId: 'PayAsYouGo_2014-09-01',
    spendingLimit: 'Off',
  },
})

/** The subscription that a path names. @throws Refusal SubscriptionNotFound */
export function subscriptionOf(world: World, call: Call): Subscription {
  const id = call.params.subscriptionId ?? ''
  const subscription = world.subscriptions.get(keyOf(id))
  if (!subscription) throw new Refusal('SubscriptionNotFound', `The subscription '${id}' could not be found.`)
  return subscription
}

/** The part of the world that a region's display name is filed under; the first that fits. */
const GEOGRAPHY_GROUPS: readonly (readonly [name: RegExp, group: string])[] = [
  [/india|asia|japan|korea|australia/, 'Asia Pacific'],
  [/canada/, 'Canada'],
  [/brazil/, 'South America'],
  [/uae|qatar|israel/, 'Middle East'],
  [/africa/, 'Africa'],
  [/us\d?(euap)?$/, 'US'],
  [/./, 'Europe'],
]

function regionView(subscriptionId: string, { name, displayName, paired }: Region) {
  const geographyGroup = GEOGRAPHY_GROUPS.find(([mark]) => mark.test(name))?.[1]
  const id = (region: string) => `/subscriptions/${subscriptionId}/locations/${region}`
  return {
    id: id(name),
    name,
    type: 'Region',
    displayName,
    regionalDisplayName: `(${geographyGroup}) ${displayName}`,
    metadata: {
      regionType: 'Physical',
      geographyGroup,
      pairedRegion: paired === undefined ? [] : [{ name: paired, id: id(paired) }],
    },
  }
}

function operationOf(world: World, call: Call): Operation {
  const { subscriptionId = '', operationId = '' } = call.params
  return findMove(world, subscriptionId, operationId) ?? getGroupDeletion(world, subscriptionId, operationId)
}

/** The version in the URL that an operation of ARM's own is polled at, whatever the caller's (client-az.md 3). */
const POLL_VERSION = '2020-01-01'

/** Where an operation of ARM's own is polled. @param path the operation's, from `/subscriptions` on */
export const operationUrl = (call: Call, path: string) => urlOf(call, path, POLL_VERSION)

/**
 * 202 with the same URL while it runs; then 200 without a body for a group that has gone (client-az.md 3), 204 for what
 * has moved, or what was objected to.
 */
function operationResult(world: World, call: Call): Reply {
  const operation = operationOf(world, call)
  if (statusOf(world, operation) === 'InProgress') return accepted(call, { result: operationUrl(call, call.path) })
  const failed = failedOnDemand(operation)
  if (failed) return failed
  if (operation.error) throw new Refusal(operation.error.code as RefusalCode, operation.error.message)
  return { status: operation.kind === 'deleteGroup' ? 200 : 204 }
}

const everySubscription = (world: World) => {
  const value = world.subscriptions.all().map(subscriptionView)
  return ok({ value, count: { type: 'Total', value: value.length } })
}

/** Tenants, subscriptions, regions, and the end of ARM's own operations. */
export const subscriptionRoutes = [
  route({
    operation: 'Tenants.List',
    method: 'GET',
    path: '/tenants',
    tag: 'Subscriptions',
    summary: 'List the tenants',
    query: VersionQuery,
    responses: { 200: { description: 'The one tenant: { value: [...] }' } },
    errors: [],
    handle: () => list([TENANT]),
  }),
  route({
    operation: 'Subscriptions.List',
    method: 'GET',
    path: '/subscriptions',
    tag: 'Subscriptions',
    summary: 'List the subscriptions',
    description: 'The first one, and each that a request has named since.',
    query: VersionQuery,
    responses: { 200: { description: 'The subscriptions: { value: [...], count }' } },
    errors: ['AuthenticationFailed'],
    handle: everySubscription,
  }),
  route({
    operation: 'Subscriptions.Get',
    method: 'GET',
    path: SUBSCRIPTION,
    tag: 'Subscriptions',
    summary: 'Get a subscription',
    query: VersionQuery,
    responses: { 200: { description: 'The subscription' } },
    errors: ['InvalidSubscriptionId', 'SubscriptionNotFound'],
    handle: (world, call) => ok(subscriptionView(subscriptionOf(world, call))),
  }),
  route({
    operation: 'Subscriptions.ListLocations',
    method: 'GET',
    path: `${SUBSCRIPTION}/locations`,
    tag: 'Subscriptions',
    summary: 'List the regions',
    query: VersionQuery,
    responses: { 200: { description: 'The public regions: { value: [...] }' } },
    errors: ['InvalidSubscriptionId', 'SubscriptionNotFound'],
    handle: (world, call) => {
      const { id } = subscriptionOf(world, call)
      return list(REGIONS.map((region) => regionView(id, region)))
    },
  }),
  route({
    operation: 'Subscriptions.GetOperationResult',
    method: 'GET',
    path: `${SUBSCRIPTION}/operationresults/{operationId}`,
    tag: 'Subscriptions',
    summary: 'Poll the deletion of a resource group, or a move',
    query: VersionQuery,
    responses: {
      200: { description: 'The group has gone' },
      202: { description: 'Still running; poll again' },
      204: { description: 'The resources have moved, or can be moved' },
    },
    errors: [
      'NotFound',
      'InvalidParameter',
      'ResourceNotFound',
      'ResourceAlreadyExists',
      'ResourceMoveNotSupported',
      'ResourceMoveProviderValidationFailed',
    ],
    waitsFor: (world, call) => {
      const operation = world.operations.get(call.params.operationId ?? '')
      return operation && waitsFor(operation)
    },
    handle: operationResult,
  }),
] as const

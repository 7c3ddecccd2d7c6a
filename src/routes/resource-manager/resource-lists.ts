import { Type } from '@sinclair/typebox'
import { type Filter, matches, readFilter } from '../../arm/filter.js'
import { type Call, page, type Reply, route } from '../../arm/route.js'
import { getGroup } from '../../domain/inventory/inventory.js'
import { type ListedResource, listResources } from '../../domain/inventory/resources.js'
import { sameRegion } from '../../domain/regions.js'
import type { World } from '../../domain/world.js'
import { GROUP, SUBSCRIPTION } from '../scopes.js'
import { hasTag, ListQuery, pageSize } from './listing.js'
import { listedView } from './resource-view.js'

/** How ARM labels what it answers by itself, in any version (golden 05-vault-list-subscription-200). */
const LABEL = { 'content-type': 'application/json; charset=utf-8' }

/** The names after `$expand`, in lower case; others than the list knows say nothing. */
const expandOf = (call: Call) =>
  (call.query.$expand ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())

const FILTERS = ['resourceGroup', 'resourceType', 'name', 'location', 'tagName', 'tagValue']

function fits(filter: Filter, resource: ListedResource): boolean {
  const location = filter.get('location')
  return (
    matches(filter, 'resourceGroup', resource.resourceGroup) &&
    matches(filter, 'resourceType', resource.type) &&
    matches(filter, 'name', resource.name) &&
    (location === undefined || sameRegion(location, resource.location)) &&
    hasTag(filter, resource.tags)
  )
}

function listAll(world: World, call: Call, group?: string): Reply {
  const filter = readFilter(call.query.$filter, FILTERS)
  const expand = expandOf(call)
  const found = listResources(world, call.params.subscriptionId ?? '', group).filter((resource) =>
    fits(filter, resource),
  )
  const rows = found.map((resource) => listedView(resource, expand))
  return { ...page(call, rows, pageSize(call)), headers: LABEL }
}

function listOfGroup(world: World, call: Call): Reply {
  const { subscriptionId = '', resourceGroupName = '' } = call.params
  return listAll(world, call, getGroup(world, subscriptionId, resourceGroupName).name)
}

const ExpandQuery = Type.Composite([
  ListQuery,
  Type.Object({ $expand: Type.Optional(Type.String({ description: 'createdTime, changedTime, provisioningState' })) }),
])

const describeFilter =
  "Filters: `resourceType eq 'Microsoft.Compute/disks'`, `resourceGroup eq`, `name eq`, `location eq`, `tagName eq 'x' and tagValue eq 'y'`."

const many = { 200: { description: 'The resources: { value: [...] }' } }

/** ARM's lists of everything, vaults included. */
export const resourceListRoutes = [
  route({
    operation: 'Resources.List',
    method: 'GET',
    path: `${SUBSCRIPTION}/resources`,
    tag: 'Resources',
    summary: 'List everything in a subscription',
    description: describeFilter,
    query: ExpandQuery,
    responses: many,
    errors: ['InvalidFilterInQueryString', 'InvalidParameter'],
    handle: (world, call) => listAll(world, call),
  }),
  route({
    operation: 'Resources.ListByResourceGroup',
    method: 'GET',
    path: `${GROUP}/resources`,
    tag: 'Resources',
    summary: 'List everything in a resource group',
    description: describeFilter,
    query: ExpandQuery,
    responses: many,
    errors: ['ResourceGroupNotFound', 'InvalidFilterInQueryString', 'InvalidParameter'],
    handle: listOfGroup,
  }),
] as const

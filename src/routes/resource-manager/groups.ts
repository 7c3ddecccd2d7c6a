import { type Static, Type } from '@sinclair/typebox'
import { matches, readFilter } from '../../arm/filter.js'
import { accepted } from '../../arm/long-running.js'
import { type Call, ok, page, type Reply, route } from '../../arm/route.js'
import { Tags, VersionQuery } from '../../arm/shapes.js'
import { type Members, readDocument } from '../../domain/documents.js'
import { deleteGroup, patchGroup, runningDeletion } from '../../domain/inventory/groups.js'
import { findGroup, getGroup, putGroup, type ResourceGroup } from '../../domain/inventory/inventory.js'
import { groupId } from '../../domain/names.js'
import { waitsFor } from '../../domain/operations.js'
import type { World } from '../../domain/world.js'
import { SUBSCRIPTION } from '../scopes.js'
import { hasTag, ListQuery, pageSize } from './listing.js'
import { operationUrl } from './subscriptions.js'

/** Resource groups are the one thing that ARM itself spells in lower case. */
const GROUPS = `${SUBSCRIPTION}/resourcegroups`
const GROUP = `${GROUPS}/{resourceGroupName}`

const PatchBody = Type.Object({ managedBy: Type.Optional(Type.String()), tags: Type.Optional(Tags) })
const PutBody = Type.Composite([Type.Object({ location: Type.Optional(Type.String()) }), PatchBody])

/** A resource group as the wire has it, members in ARM's order. */
export const groupView = ({ subscriptionId, name, location, managedBy, tags, state }: ResourceGroup) => ({
  id: groupId(subscriptionId, name),
  name,
  type: 'Microsoft.Resources/resourceGroups',
  location,
  ...(managedBy ? { managedBy } : {}),
  ...(tags ? { tags } : {}),
  properties: { provisioningState: state },
})

const placeOf = (call: Call): [subscriptionId: string, name: string] => [
  call.params.subscriptionId ?? '',
  call.params.resourceGroupName ?? '',
]

const groupOf = (world: World, call: Call) => getGroup(world, ...placeOf(call))

/** What a body says of a group, nulls read as absent. */
function inputOf(body: Members): { location?: string; tags?: Record<string, string>; managedBy?: string } {
  const { body: members, ...input } = readDocument(body)
  return { ...input, ...(typeof members.managedBy === 'string' ? { managedBy: members.managedBy } : {}) }
}

function put(world: World, call: Call<Static<typeof PutBody>>): Reply {
  const { group, created } = putGroup(world, ...placeOf(call), inputOf(call.body))
  return { status: created ? 201 : 200, body: groupView(group) }
}

function remove(world: World, call: Call): Reply {
  const group = groupOf(world, call)
  const operation = deleteGroup(world, group)
  return accepted(call, {
    result: operationUrl(call, `/subscriptions/${group.subscriptionId}/operationresults/${operation.key}`),
  })
}

function listGroups(world: World, call: Call): Reply {
  const filter = readFilter(call.query.$filter, ['name', 'location', 'tagName', 'tagValue'])
  const groups = world.groups
    .ofSubscription(call.params.subscriptionId ?? '')
    .filter(
      (group) =>
        matches(filter, 'name', group.name) &&
        matches(filter, 'location', group.location) &&
        hasTag(filter, group.tags),
    )
  return page(call, groups.map(groupView), pageSize(call))
}

/** Whoever deletes a group by reading it until it has gone, as azurerm does, waits for the deletion (client-terraform.md 3). */
function waitsForDeletion(world: World, call: Call): string | undefined {
  const group = findGroup(world, ...placeOf(call))
  const deletion = group && runningDeletion(world, group)
  return deletion && waitsFor(deletion)
}

/** Resource groups. */
export const groupRoutes = [
  route({
    operation: 'ResourceGroups.CreateOrUpdate',
    method: 'PUT',
    path: GROUP,
    tag: 'Resource groups',
    summary: 'Create a resource group, or replace its tags',
    query: VersionQuery,
    body: PutBody,
    example: { location: 'westeurope', tags: { team: 'blue' } },
    responses: { 200: { description: 'The group was there' }, 201: { description: 'The group is new' } },
    errors: [
      'InvalidRequestContent',
      'InvalidResourceGroup',
      'LocationRequired',
      'LocationNotAvailableForResourceType',
      'InvalidResourceGroupLocation',
      'ResourceGroupBeingDeleted',
    ],
    handle: put,
  }),
  route({
    operation: 'ResourceGroups.Update',
    method: 'PATCH',
    path: GROUP,
    tag: 'Resource groups',
    summary: 'Replace the tags of a resource group',
    query: VersionQuery,
    body: PatchBody,
    example: { tags: { team: 'green' } },
    responses: { 200: { description: 'The group' } },
    errors: ['InvalidRequestContent', 'ResourceGroupNotFound', 'ResourceGroupBeingDeleted'],
    handle: (world, call) => ok(groupView(patchGroup(world, groupOf(world, call), inputOf(call.body)))),
  }),
  route({
    operation: 'ResourceGroups.Get',
    method: 'GET',
    path: GROUP,
    tag: 'Resource groups',
    summary: 'Get a resource group',
    description:
      'While its deletion runs it is Deleting; in clock mode skip, reading it takes the clock to the end of that.',
    query: VersionQuery,
    responses: { 200: { description: 'The group' } },
    errors: ['ResourceGroupNotFound'],
    waitsFor: waitsForDeletion,
    handle: (world, call) => ok(groupView(groupOf(world, call))),
  }),
  route({
    operation: 'ResourceGroups.CheckExistence',
    method: 'HEAD',
    path: GROUP,
    tag: 'Resource groups',
    summary: 'Ask whether a resource group exists',
    query: VersionQuery,
    responses: { 204: { description: 'It does' }, 404: { description: 'It does not' } },
    errors: [],
    waitsFor: waitsForDeletion,
    handle: (world, call) => ({ status: findGroup(world, ...placeOf(call)) ? 204 : 404 }),
  }),
  route({
    operation: 'ResourceGroups.List',
    method: 'GET',
    path: GROUPS,
    tag: 'Resource groups',
    summary: 'List the resource groups of a subscription',
    description: "Filters: `tagName eq 'x' and tagValue eq 'y'`, `name eq`, `location eq`.",
    query: ListQuery,
    responses: { 200: { description: 'The groups: { value: [...] }' } },
    errors: ['InvalidFilterInQueryString', 'InvalidParameter'],
    handle: listGroups,
  }),
  route({
    operation: 'ResourceGroups.Delete',
    method: 'DELETE',
    path: GROUP,
    tag: 'Resource groups',
    summary: 'Delete a resource group and everything in it',
    query: VersionQuery,
    responses: { 202: { description: 'Accepted; poll the Location' } },
    errors: [
      'ResourceGroupNotFound',
      'BMSUserErrorVaultDeletionNotAllowed',
      'BMSUserErrorVaultDeletionNotPermitted',
      'BMSUserErrorVaultDeletionForbidden',
    ],
    handle: remove,
  }),
] as const

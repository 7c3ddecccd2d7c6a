import { type Static, Type } from '@sinclair/typebox'
import { type Call, ok, page, type Reply, route } from '../../arm/route.js'
import { AnyObject, Tags, VersionQuery } from '../../arm/shapes.js'
import { readDocument } from '../../domain/documents.js'
import { Refusal } from '../../domain/errors.js'
import { getResource, type Resource } from '../../domain/inventory/inventory.js'
import { checkNamespace, isGeneric } from '../../domain/inventory/resource-types.js'
import { createOrUpdateResource, deleteResource, patchResource } from '../../domain/inventory/resources.js'
import { keyOf, type ResourceId, resourceId } from '../../domain/names.js'
import type { World } from '../../domain/world.js'
import { GROUP, SUBSCRIPTION } from '../scopes.js'
import { ListQuery, pageSize } from './listing.js'
import { resourceView } from './resource-view.js'

const OF_TYPE = 'providers/{resourceProviderNamespace}/{resourceType}'
const RESOURCE = `${GROUP}/${OF_TYPE}/{resourceName}`

/** What documents of all types have in common; further members are kept as they are. */
const ResourceBody = Type.Object({
  location: Type.Optional(Type.String()),
  tags: Type.Optional(Tags),
  kind: Type.Optional(Type.String()),
  sku: Type.Optional(AnyObject),
  identity: Type.Optional(AnyObject),
  zones: Type.Optional(Type.Array(Type.String())),
  properties: Type.Optional(AnyObject),
})

const EXAMPLE = { location: 'westeurope', kind: 'StorageV2', sku: { name: 'Standard_LRS' }, properties: {} }

/** Types whose clients take 200 for a new one, and 201 for an error (client-terraform.md 5; the same in the SDKs). */
const NEVER_CREATED = [
  'microsoft.storage/storageaccounts',
  'microsoft.compute/disks',
  'microsoft.compute/snapshots',
  'microsoft.compute/diskencryptionsets',
  'microsoft.compute/availabilitysets',
]

/**
 * Subscription, group and type that a path names.
 * @throws Refusal InvalidResourceNamespace, InvalidResourceType for types that only their own routes serve
 */
function placeOf(call: Call): { subscriptionId: string; resourceGroup: string; type: string } {
  const { subscriptionId = '', resourceGroupName = '', resourceProviderNamespace = '', resourceType = '' } = call.params
  checkNamespace(resourceProviderNamespace)
  if (!isGeneric(resourceProviderNamespace, ['PUT', 'PATCH'].includes(call.method))) {
    throw new Refusal(
      'InvalidResourceType',
      `Recoverite serves no operation ${call.method} ${call.path}. See /docs for the operations that it serves.`,
    )
  }
  return { subscriptionId, resourceGroup: resourceGroupName, type: `${resourceProviderNamespace}/${resourceType}` }
}

const idOf = (call: Call): ResourceId => ({ ...placeOf(call), name: call.params.resourceName ?? '' })

function put(world: World, call: Call<Static<typeof ResourceBody>>): Reply {
  const { resource, created } = createOrUpdateResource(world, idOf(call), readDocument(call.body))
  const isNew = created && !NEVER_CREATED.includes(resource.type.toLowerCase())
  return { status: isNew ? 201 : 200, body: resourceView(resource) }
}

const pageOf = (call: Call, resources: Resource[]) => page(call, resources.map(resourceView), pageSize(call))

function listByType(world: World, call: Call): Reply {
  const { subscriptionId, type } = placeOf(call)
  return pageOf(call, world.resources.ofSubscription(subscriptionId, type))
}

function listByGroupAndType(world: World, call: Call): Reply {
  const { subscriptionId, resourceGroup, type } = placeOf(call)
  return pageOf(call, world.resources.ofGroup(subscriptionId, resourceGroup, type))
}

const one = { 200: { description: 'The resource' } }
const many = { 200: { description: 'The resources: { value: [...] }' } }
/** Resources of any type that has no routes of its own. */
export const resourceRoutes = [
  route({
    operation: 'Resources.ListByType',
    method: 'GET',
    path: `${SUBSCRIPTION}/${OF_TYPE}`,
    tag: 'Resources',
    summary: 'List the resources of a type in a subscription',
    query: ListQuery,
    responses: many,
    errors: ['InvalidResourceNamespace', 'InvalidResourceType', 'InvalidParameter'],
    handle: listByType,
  }),
  route({
    operation: 'Resources.ListByResourceGroupAndType',
    method: 'GET',
    path: `${GROUP}/${OF_TYPE}`,
    tag: 'Resources',
    summary: 'List the resources of a type in a resource group',
    query: ListQuery,
    responses: many,
    errors: ['InvalidResourceNamespace', 'InvalidResourceType', 'InvalidParameter'],
    handle: listByGroupAndType,
  }),
  route({
    operation: 'Resources.CreateOrUpdate',
    method: 'PUT',
    path: RESOURCE,
    tag: 'Resources',
    summary: 'Create or replace a resource of any other type',
    description:
      'Done at once. Storage accounts, disks, networks, interfaces, key vaults and identities get the properties that clients look at.',
    query: VersionQuery,
    body: ResourceBody,
    example: EXAMPLE,
    responses: {
      200: { description: 'The resource was there, or is of a type that never answers 201' },
      201: { description: 'The resource is new' },
    },
    errors: [
      'InvalidRequestContent',
      'InvalidResourceName',
      'InvalidParameter',
      'LocationRequired',
      'LocationNotAvailableForResourceType',
      'InvalidResourceNamespace',
      'InvalidResourceType',
      'InvalidResourceLocation',
      'ResourceGroupBeingDeleted',
      'OperationNotAllowed',
    ],
    handle: put,
  }),
  route({
    operation: 'Resources.Get',
    method: 'GET',
    path: RESOURCE,
    tag: 'Resources',
    summary: 'Get a resource of any other type',
    query: VersionQuery,
    responses: one,
    errors: ['ResourceNotFound', 'InvalidResourceNamespace', 'InvalidResourceType'],
    handle: (world, call) => ok(resourceView(getResource(world, idOf(call)))),
  }),
  route({
    operation: 'Resources.CheckExistence',
    method: 'HEAD',
    path: RESOURCE,
    tag: 'Resources',
    summary: 'Ask whether a resource exists',
    query: VersionQuery,
    responses: { 204: { description: 'It does' }, 404: { description: 'It does not' } },
    errors: [],
    handle: (world, call) => ({ status: world.resources.get(keyOf(resourceId(idOf(call)))) ? 204 : 404 }),
  }),
  route({
    operation: 'Resources.Update',
    method: 'PATCH',
    path: RESOURCE,
    tag: 'Resources',
    summary: 'Change what the body names of a resource of any other type',
    query: VersionQuery,
    body: ResourceBody,
    example: { tags: { team: 'blue' } },
    responses: one,
    errors: [
      'ResourceNotFound',
      'InvalidRequestContent',
      'InvalidParameter',
      'InvalidResourceLocation',
      'InvalidResourceType',
      'OperationNotAllowed',
    ],
    handle: (world, call) => ok(resourceView(patchResource(world, getResource(world, idOf(call)), call.body))),
  }),
  route({
    operation: 'Resources.Delete',
    method: 'DELETE',
    path: RESOURCE,
    tag: 'Resources',
    summary: 'Delete a resource of any other type',
    query: VersionQuery,
    responses: { 200: { description: 'Deleted' }, 204: { description: 'There was none' } },
    errors: ['InvalidResourceNamespace', 'InvalidResourceType', 'OperationNotAllowed'],
    handle: (world, call) => ({ status: deleteResource(world, idOf(call)) ? 200 : 204 }),
  }),
] as const

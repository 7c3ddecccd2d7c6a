import { type Static, Type } from '@sinclair/typebox'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { AnyObject, Tags, VersionQuery } from '../../arm/shapes.js'
import { membersOf, readDocument } from '../../domain/documents.js'
import { getResource, type Resource, resourceNotFound } from '../../domain/inventory/inventory.js'
import { type ResourceId, same } from '../../domain/names.js'
import {
  CRITICAL_OPERATIONS,
  deleteGuard,
  exclusionsOf,
  GUARD_TYPE,
  guardedOperations,
  putGuard,
} from '../../domain/vaults/resource-guards.js'
import type { World } from '../../domain/world.js'
import { GROUP, SUBSCRIPTION } from '../scopes.js'

const GUARDS = `${GROUP}/providers/${GUARD_TYPE}`
const GUARD = `${GUARDS}/{resourceGuardName}`
const tag = 'Resource guards'

const GuardBody = Type.Object({
  location: Type.Optional(Type.String()),
  tags: Type.Optional(Tags),
  identity: Type.Optional(AnyObject),
  properties: Type.Optional(
    Type.Object({
      vaultCriticalOperationExclusionList: Type.Optional(Type.Array(Type.String())),
      description: Type.Optional(Type.String()),
    }),
  ),
})
const PatchBody = Type.Object({ tags: Type.Optional(Tags) })

const idOf = (call: Call): ResourceId => ({
  subscriptionId: call.params.subscriptionId ?? '',
  resourceGroup: call.params.resourceGroupName ?? '',
  type: GUARD_TYPE,
  name: call.params.resourceGuardName ?? '',
})

const guardOf = (world: World, call: Call) => getResource(world, idOf(call))

/** golden 60-resourceguard-put-2024 */
function view(guard: Resource): Record<string, unknown> {
  const { description } = membersOf(guard.body.properties)
  return {
    location: guard.location,
    tags: guard.tags,
    properties: {
      provisioningState: 'Succeeded',
      resourceGuardOperations: guardedOperations(guard),
      vaultCriticalOperationExclusionList: exclusionsOf(guard),
      allowAutoApprovals: true,
      description,
    },
    id: guard.id,
    name: guard.name,
    type: GUARD_TYPE,
  }
}

const put = (world: World, call: Call<Static<typeof GuardBody>>): Reply =>
  ok(view(putGuard(world, idOf(call), readDocument(call.body))))

/** Only tags can be patched; the rest of the document stays. */
function patch(world: World, call: Call<Static<typeof PatchBody>>): Reply {
  const { location, body, tags: before } = guardOf(world, call)
  const tags = call.body.tags ?? before
  return ok(view(putGuard(world, idOf(call), { location, body, ...(tags ? { tags } : {}) })))
}

const requestView = (guard: Resource, collection: string) => ({
  id: `${guard.id}/${collection}/default`,
  name: 'default',
  type: `${GUARD_TYPE}/${collection}`,
})

/** A collection has just the one request that is called default. @throws Refusal ResourceNotFound */
function getRequest(world: World, call: Call, collection: string): Reply {
  const guard = guardOf(world, call)
  const name = call.params.requestName ?? ''
  if (same(name, 'default')) return ok(requestView(guard, collection))
  throw resourceNotFound({ ...idOf(call), type: `${GUARD_TYPE}/${collection}`, name: `${guard.name}/${name}` })
}

const listed = (guards: Resource[]) => list(guards.map(view))
const one = { 200: { description: 'The guard: what it protects, and what it leaves out' } }
const many = { 200: { description: 'The guards: { value: [...] }' } }
const WRITE_ERRORS = [
  'InvalidRequestContent',
  'InvalidResourceName',
  'InvalidParameter',
  'ResourceGroupBeingDeleted',
] as const

/** The two reads of a collection of requests, under the names that they are published by. */
function requestRoutes<const Many extends string, const One extends string>(
  operation: keyof typeof CRITICAL_OPERATIONS,
  [manyName, oneName]: readonly [Many, One],
) {
  const [name, collection] = CRITICAL_OPERATIONS[operation]
  return [
    route({
      operation: manyName,
      method: 'GET',
      path: `${GUARD}/${collection}`,
      tag,
      summary: `List the requests that authorize ${name}`,
      query: VersionQuery,
      responses: { 200: { description: 'The one request: { value: [...] }' } },
      errors: ['ResourceNotFound'],
      handle: (world, call) => list([requestView(guardOf(world, call), collection)]),
    }),
    route({
      operation: oneName,
      method: 'GET',
      path: `${GUARD}/${collection}/{requestName}`,
      tag,
      summary: `Get the request that authorizes ${name}`,
      query: VersionQuery,
      responses: { 200: { description: 'The request, to be named in resourceGuardOperationRequests' } },
      errors: ['ResourceNotFound'],
      handle: (world, call) => getRequest(world, call, collection),
    }),
  ] as const
}

/** Resource guards: `Microsoft.DataProtection/resourceGuards`. Everything is done at once. */
export const resourceGuardRoutes = [
  route({
    operation: 'ResourceGuardResources.ResourceGuardsPut',
    method: 'PUT',
    path: GUARD,
    tag,
    summary: 'Create a resource guard, or replace its document',
    description: 'It protects every critical operation but those that vaultCriticalOperationExclusionList names.',
    query: VersionQuery,
    body: GuardBody,
    example: { location: 'westeurope', properties: { vaultCriticalOperationExclusionList: [] } },
    responses: one,
    errors: [...WRITE_ERRORS, 'LocationRequired', 'LocationNotAvailableForResourceType', 'InvalidResourceLocation'],
    handle: put,
  }),
  route({
    operation: 'ResourceGuardResources.ResourceGuardsGet',
    method: 'GET',
    path: GUARD,
    tag,
    summary: 'Get a resource guard',
    query: VersionQuery,
    responses: one,
    errors: ['ResourceNotFound'],
    handle: (world, call) => ok(view(guardOf(world, call))),
  }),
  route({
    operation: 'ResourceGuardResources.ResourceGuardsPatch',
    method: 'PATCH',
    path: GUARD,
    tag,
    summary: 'Change the tags of a resource guard',
    query: VersionQuery,
    body: PatchBody,
    example: { tags: { team: 'security' } },
    responses: one,
    errors: ['ResourceNotFound', ...WRITE_ERRORS],
    handle: patch,
  }),
  route({
    operation: 'ResourceGuardResources.ResourceGuardsDelete',
    method: 'DELETE',
    path: GUARD,
    tag,
    summary: 'Delete a resource guard that no vault is attached to',
    query: VersionQuery,
    responses: { 200: { description: 'Deleted' }, 204: { description: 'There was none' } },
    errors: ['OperationNotAllowed'],
    handle: (world, call) => ({ status: deleteGuard(world, idOf(call)) ? 200 : 204 }),
  }),
  route({
    operation: 'ResourceGuardResources.ResourceGuardsGetResourcesInResourceGroup',
    method: 'GET',
    path: GUARDS,
    tag,
    summary: 'List the resource guards of a resource group',
    query: VersionQuery,
    responses: many,
    errors: [],
    handle: (world, call) => {
      const { subscriptionId, resourceGroup } = idOf(call)
      return listed(world.resources.ofGroup(subscriptionId, resourceGroup, GUARD_TYPE))
    },
  }),
  route({
    operation: 'ResourceGuardResources.ResourceGuardsGetResourcesInSubscription',
    method: 'GET',
    path: `${SUBSCRIPTION}/providers/${GUARD_TYPE}`,
    tag,
    summary: 'List the resource guards of a subscription',
    query: VersionQuery,
    responses: many,
    errors: [],
    handle: (world, call) => listed(world.resources.ofSubscription(idOf(call).subscriptionId, GUARD_TYPE)),
  }),
  ...requestRoutes('disableSoftDelete', [
    'DppBaseResourceOperationGroup.ResourceGuardsGetDisableSoftDeleteRequestsObjects',
    'DppBaseResourceOperationGroup.ResourceGuardsGetDefaultDisableSoftDeleteRequestsObject',
  ]),
  ...requestRoutes('removeGuard', [
    'ResourceGuards.GetDeleteResourceGuardProxyRequestsObjects',
    'ResourceGuards.GetDefaultDeleteResourceGuardProxyRequestsObject',
  ]),
  ...requestRoutes('securityPin', [
    'DppBaseResourceOperationGroup.ResourceGuardsGetBackupSecurityPINRequestsObjects',
    'DppBaseResourceOperationGroup.ResourceGuardsGetDefaultBackupSecurityPINRequestsObject',
  ]),
  ...requestRoutes('deleteData', [
    'DppBaseResourceOperationGroup.ResourceGuardsGetDeleteProtectedItemRequestsObjects',
    'DppBaseResourceOperationGroup.ResourceGuardsGetDefaultDeleteProtectedItemRequestsObject',
  ]),
  ...requestRoutes('changeProtection', [
    'DppBaseResourceOperationGroup.ResourceGuardsGetUpdateProtectedItemRequestsObjects',
    'DppBaseResourceOperationGroup.ResourceGuardsGetDefaultUpdateProtectedItemRequestsObject',
  ]),
  ...requestRoutes('changePolicy', [
    'DppBaseResourceOperationGroup.ResourceGuardsGetUpdateProtectionPolicyRequestsObjects',
    'DppBaseResourceOperationGroup.ResourceGuardsGetDefaultUpdateProtectionPolicyRequestsObject',
  ]),
] as const

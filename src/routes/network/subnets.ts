import { type Static, Type } from '@sinclair/typebox'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { AnyObject, VersionQuery } from '../../arm/shapes.js'
import { readDocument } from '../../domain/documents.js'
import { findGroup, getResource, type Resource, refuseWhileDeleting } from '../../domain/inventory/inventory.js'
import { deleteSubnet, getSubnet, putSubnet, subnetsOf } from '../../domain/inventory/networks.js'
import { keyOf, type ResourceId, resourceId } from '../../domain/names.js'
import type { World } from '../../domain/world.js'
import { GROUP } from '../scopes.js'

const SUBNETS = `${GROUP}/providers/Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets`
const SUBNET = `${SUBNETS}/{subnetName}`

const SubnetBody = Type.Object({ properties: Type.Optional(AnyObject) })

const networkIdOf = (call: Call): ResourceId => ({
  subscriptionId: call.params.subscriptionId ?? '',
  resourceGroup: call.params.resourceGroupName ?? '',
  type: 'Microsoft.Network/virtualNetworks',
  name: call.params.virtualNetworkName ?? '',
})

const networkOf = (world: World, call: Call): Resource => getResource(world, networkIdOf(call))
const nameOf = (call: Call) => call.params.subnetName ?? ''

function put(world: World, call: Call<Static<typeof SubnetBody>>): Reply {
  const network = networkOf(world, call)
  refuseWhileDeleting(findGroup(world, network.subscriptionId, network.resourceGroup))
  const { subnet, created } = putSubnet(world, network, nameOf(call), readDocument(call.body).body)
  return { status: created ? 201 : 200, body: subnet }
}

/** A subnet of a network that isn't there is as good as deleted. */
function remove(world: World, call: Call): Reply {
  const network = world.resources.get(keyOf(resourceId(networkIdOf(call))))
  return { status: network && deleteSubnet(world, network, nameOf(call)) ? 200 : 204 }
}

/** Subnets: part of their virtual network's document, and resources of their own. */
export const subnetRoutes = [
  route({
    operation: 'Subnets.List',
    method: 'GET',
    path: SUBNETS,
    tag: 'Resources',
    summary: 'List the subnets of a virtual network',
    query: VersionQuery,
    responses: { 200: { description: 'The subnets: { value: [...] }' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => list(subnetsOf(networkOf(world, call))),
  }),
  route({
    operation: 'Subnets.CreateOrUpdate',
    method: 'PUT',
    path: SUBNET,
    tag: 'Resources',
    summary: 'Create or replace a subnet',
    query: VersionQuery,
    body: SubnetBody,
    example: { properties: { addressPrefix: '10.0.1.0/24' } },
    responses: { 200: { description: 'The subnet was there' }, 201: { description: 'The subnet is new' } },
    errors: ['ResourceNotFound', 'InvalidRequestContent', 'ResourceGroupBeingDeleted'],
    handle: put,
  }),
  route({
    operation: 'Subnets.Get',
    method: 'GET',
    path: SUBNET,
    tag: 'Resources',
    summary: 'Get a subnet',
    query: VersionQuery,
    responses: { 200: { description: 'The subnet' } },
    errors: ['ResourceNotFound', 'NotFound'],
    handle: (world, call) => ok(getSubnet(networkOf(world, call), nameOf(call))),
  }),
  route({
    operation: 'Subnets.Delete',
    method: 'DELETE',
    path: SUBNET,
    tag: 'Resources',
    summary: 'Delete a subnet',
    query: VersionQuery,
    responses: { 200: { description: 'Deleted' }, 204: { description: 'There was none' } },
    errors: [],
    handle: remove,
  }),
] as const

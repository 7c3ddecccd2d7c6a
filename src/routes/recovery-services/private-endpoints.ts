import { type Static, Type } from '@sinclair/typebox'
import { accepted, operationStatus, waitsForOperation } from '../../arm/long-running.js'
import { type Call, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { waitHints } from '../../arm/wait-hints.js'
import { getOperation, type Operation } from '../../domain/operations.js'
import { deletePrivateEndpoint, getPrivateEndpoint, putPrivateEndpoint } from '../../domain/vaults/private-endpoints.js'
import type { World } from '../../domain/world.js'
import { VAULT } from '../scopes.js'
import { privateEndpointView } from './vault-view.js'
import { vaultOf } from './vaults.js'

const ConnectionBody = Type.Object({
  properties: Type.Object({
    privateEndpoint: Type.Optional(Type.Object({ id: Type.Optional(Type.String()) })),
    groupIds: Type.Optional(Type.Array(Type.String())),
    privateLinkServiceConnectionState: Type.Optional(
      Type.Object({
        status: Type.Optional(Type.String()),
        description: Type.Optional(Type.String()),
        actionsRequired: Type.Optional(Type.String()),
      }),
    ),
  }),
})

const CONNECTION = `${VAULT}/privateEndpointConnections/{privateEndpointConnectionName}`

const nameOf = (call: Call) => call.params.privateEndpointConnectionName ?? ''

const statusUrl = (call: Call, operation: Operation) => urlOf(call, `${call.path}/operationsStatus/${operation.key}`)

function put(world: World, call: Call<Static<typeof ConnectionBody>>): Reply {
  const vault = vaultOf(world, call)
  const { endpoint, created, operation } = putPrivateEndpoint(world, vault, nameOf(call), call.body.properties)
  return {
    status: created ? 201 : 200,
    body: privateEndpointView(vault, endpoint),
    headers: { 'azure-asyncoperation': statusUrl(call, operation), ...waitHints(call.clock, call.userAgent) },
  }
}

function remove(world: World, call: Call): Reply {
  const operation = deletePrivateEndpoint(world, vaultOf(world, call), nameOf(call))
  return operation ? accepted(call, { status: statusUrl(call, operation) }) : { status: 204 }
}

const tag = 'Private endpoints'

/** The connections of private endpoints with a vault. */
export const privateEndpointRoutes = [
  route({
    operation: 'PrivateEndpointConnectionResources.PrivateEndpointConnectionGet',
    method: 'GET',
    path: CONNECTION,
    tag,
    summary: 'Get a private endpoint connection',
    query: VersionQuery,
    responses: { 200: { description: 'The connection' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => {
      const vault = vaultOf(world, call)
      return ok(privateEndpointView(vault, getPrivateEndpoint(world, vault, nameOf(call))))
    },
  }),
  route({
    operation: 'PrivateEndpointConnectionResources.PrivateEndpointConnectionPut',
    method: 'PUT',
    path: CONNECTION,
    tag,
    summary: 'Connect a private endpoint, approve or reject it',
    query: VersionQuery,
    body: ConnectionBody,
    example: {
      properties: {
        privateEndpoint: {
          id: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.Network/privateEndpoints/demo-endpoint',
        },
        groupIds: ['AzureBackup'],
        privateLinkServiceConnectionState: { status: 'Approved', description: 'Welcome' },
      },
    },
    responses: { 200: { description: 'It was there' }, 201: { description: 'It is new; poll the URL' } },
    errors: [
      'ResourceNotFound',
      'InvalidRequestContent',
      'InvalidParameter',
      'UserErrorPrivateEndpointVaultNotEmpty',
      'UserErrorPrivateEndpointQuotaReached',
      'RSVaultUpdateErrorConflictingOperationInProgress',
    ],
    handle: put,
  }),
  route({
    operation: 'PrivateEndpointConnectionResources.PrivateEndpointConnectionDelete',
    method: 'DELETE',
    path: CONNECTION,
    tag,
    summary: 'Take a private endpoint connection away',
    query: VersionQuery,
    responses: { 202: { description: 'Accepted; poll the URL' }, 204: { description: 'There was none' } },
    errors: ['ResourceNotFound'],
    handle: remove,
  }),
  route({
    operation: 'privateEndpointOperations.getOperationStatus',
    method: 'GET',
    path: `${CONNECTION}/operationsStatus/{operationId}`,
    tag,
    summary: 'Poll the change of a private endpoint connection',
    query: VersionQuery,
    responses: { 200: { description: 'InProgress, Succeeded or Failed' } },
    errors: ['ResourceNotFound', 'BMSUserErrorOperationNotFound'],
    waitsFor: waitsForOperation,
    handle: (world, call) => {
      const vault = vaultOf(world, call)
      return operationStatus(world, getOperation(world, call.params.operationId ?? '', vault.key))
    },
  }),
] as const

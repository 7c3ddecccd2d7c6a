import { errorBody } from '../../arm/errors.js'
import { waitsForOperation } from '../../arm/long-running.js'
import { type Call, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { waitHints } from '../../arm/wait-hints.js'
import { getOperation, type Operation, statusOf } from '../../domain/operations.js'
import type { World } from '../../domain/world.js'
import { VAULT } from '../scopes.js'
import { vaultView } from './vault-view.js'
import { vaultOf } from './vaults.js'

/** The vault's own operation that a path names; it can be asked for after the vault has gone. */
function operationOf(world: World, call: Call): Operation {
  const id = call.params.operationId ?? ''
  // Of a vault that is not there, the gateway answers for operations that nobody knows.
  if (!world.operations.get(id)) vaultOf(world, call)
  return getOperation(world, id)
}

/** Pretty-printed, without times; while running it repeats both URLs, after a PUT too (wire-vm.md 2.2, wire-vm-more.md 2.1). */
function operationStatus(world: World, call: Call): Reply {
  const operation = operationOf(world, call)
  const status = statusOf(world, operation)
  const id = call.path
  const running = status === 'InProgress'
  const { error } = operation
  const result = call.path.replace(/operationStatus/i, 'operationResults')
  return {
    status: 200,
    body: { id, name: operation.key, status, ...(error ? errorBody(error.code, error.message) : {}) },
    headers: running
      ? {
          'azure-asyncoperation': urlOf(call, id),
          location: urlOf(call, result),
          ...waitHints(call.clock, call.userAgent),
        }
      : {},
    pretty: true,
  }
}

function operationResult(world: World, call: Call): Reply {
  const operation = operationOf(world, call)
  if (statusOf(world, operation) === 'InProgress') {
    return { status: 202, headers: { location: urlOf(call, call.path), ...waitHints(call.clock, call.userAgent) } }
  }
  const { error } = operation
  if (error) return { status: 400, body: errorBody(error.code, error.message) }
  if (operation.kind === 'deleteVault') return { status: 204 }
  return ok(vaultView(world, vaultOf(world, call), call.apiVersion))
}

/** Where a vault's own operations are polled: `operationStatus`, in the singular. */
export const vaultOperationRoutes = [
  route({
    operation: 'operations.vaultOperationStatus',
    method: 'GET',
    path: `${VAULT}/operationStatus/{operationId}`,
    tag: 'Vaults',
    summary: "Poll a vault's own operation",
    query: VersionQuery,
    responses: { 200: { description: 'InProgress, Succeeded or Failed' } },
    errors: ['BMSUserErrorOperationNotFound', 'ResourceNotFound'],
    waitsFor: waitsForOperation,
    handle: operationStatus,
  }),
  route({
    operation: 'operations.vaultOperationResults',
    method: 'GET',
    path: `${VAULT}/operationResults/{operationId}`,
    tag: 'Vaults',
    summary: "Poll a vault's own operation for its result",
    query: VersionQuery,
    responses: {
      200: { description: 'The vault' },
      202: { description: 'Still running' },
      204: { description: 'The vault has gone' },
    },
    errors: ['BMSUserErrorOperationNotFound', 'ResourceNotFound', 'BMSUserErrorVaultDeletionNotAllowed'],
    waitsFor: waitsForOperation,
    handle: operationResult,
  }),
] as const

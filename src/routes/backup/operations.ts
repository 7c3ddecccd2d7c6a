import { endsWithItem, operationResult, operationStatus, waitsForOperation } from '../../arm/long-running.js'
import { type Call, ok, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { recoveryFamily } from '../../arm/versions.js'
import { getOperation, type Operation } from '../../domain/operations.js'
import { connectionMade } from '../../domain/restore/item-level-recovery.js'
import { validationResults } from '../../domain/restore/validate-operation.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { ITEM, VAULT } from '../scopes.js'
import { clientScripts } from './recovery-scripts.js'
import { itemView } from './views.js'

const tag = 'Operations'

/** The operation that a path names, of the vault that it names. */
export const operationOf = (world: World, call: Call) =>
  getOperation(world, call.params.operationId ?? '', vaultOf(world, call).key)

/** What an operation ends with, where that isn't a job: a script that recovers files, or what was found (wire-vm.md 2.1). */
export function outcomeOf(call: Call, operation: Operation): Record<string, unknown> | undefined {
  const results = validationResults(operation)
  if (results) {
    const objectType = 'OperationStatusValidateOperationExtendedInfo'
    return { objectType, validateOperationResponse: { validationResults: results } }
  }
  const connection = connectionMade(operation)
  if (!connection) return undefined
  const { scriptsInStatus } = recoveryFamily(call.apiVersion)
  return {
    objectType: 'OperationStatusProvisionILRExtendedInfo',
    ...(scriptsInStatus ? { recoveryTarget: { clientScripts: clientScripts(connection, call.base) } } : {}),
  }
}

function status(world: World, call: Call): Reply {
  const operation = operationOf(world, call)
  return operationStatus(world, operation, outcomeOf(call, operation))
}

/** A PUT ends in the item, every action in 204 (wire-vm-more.md 5.3). */
function result(world: World, call: Call): Reply {
  const operation = operationOf(world, call)
  return operationResult(world, call, operation, () => {
    const item =
      endsWithItem(operation) && operation.itemId !== undefined ? world.items.get(operation.itemId) : undefined
    return item ? ok(itemView(world, vaultOf(world, call), item, call.apiVersion, true)) : { status: 204 }
  })
}

const polling = ['ResourceNotFound', 'BMSUserErrorOperationNotFound'] as const
const statuses = { 200: { description: 'InProgress, Succeeded or Failed; the job id once there is one' } }

/** Where operations on items are polled: at the item, and at the vault for any of them (wire-vm.md 2). */
export const operationRoutes = [
  route({
    operation: 'protectedItemOperationStatuses.get',
    method: 'GET',
    path: `${ITEM}/operationsStatus/{operationId}`,
    tag,
    summary: "Poll an item's operation",
    query: VersionQuery,
    responses: statuses,
    errors: polling,
    waitsFor: waitsForOperation,
    handle: status,
  }),
  route({
    operation: 'protectedItemOperationResults.get',
    method: 'GET',
    path: `${ITEM}/operationResults/{operationId}`,
    tag,
    summary: "Poll an item's operation for its result",
    query: VersionQuery,
    responses: {
      200: { description: 'The item, after a PUT' },
      202: { description: 'Still running' },
      204: { description: 'Done, after an action' },
    },
    errors: polling,
    waitsFor: waitsForOperation,
    handle: result,
  }),
  route({
    operation: 'backupOperationStatuses.get',
    method: 'GET',
    path: `${VAULT}/backupOperations/{operationId}`,
    tag,
    summary: 'Poll any backup operation of a vault',
    query: VersionQuery,
    responses: statuses,
    errors: polling,
    waitsFor: waitsForOperation,
    handle: status,
  }),
  route({
    operation: 'backupOperationResults.get',
    method: 'GET',
    path: `${VAULT}/backupOperationResults/{operationId}`,
    tag,
    summary: 'Poll any backup operation of a vault for its end',
    query: VersionQuery,
    responses: { 202: { description: 'Still running' }, 204: { description: 'Done' } },
    errors: polling,
    waitsFor: waitsForOperation,
    handle: (world, call) => operationResult(world, call, operationOf(world, call)),
  }),
] as const

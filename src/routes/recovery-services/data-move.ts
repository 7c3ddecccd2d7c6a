import { type Static, Type } from '@sinclair/typebox'
import { accepted, operationResult, operationStatus, waitsForOperation } from '../../arm/long-running.js'
import { type Call, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { getOperation, type Operation } from '../../domain/operations.js'
import { getPreparation, prepareDataMove, triggerDataMove } from '../../domain/vaults/data-move.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

const STORAGE = `${VAULT}/backupstorageconfig/vaultstorageconfig`
const tag = 'Data move'

const PrepareBody = Type.Object({
  targetResourceId: Type.String({ description: 'An empty vault of another region' }),
  targetRegion: Type.String(),
  dataMoveLevel: Type.String({ description: 'Vault' }),
  sourceContainerArmIds: Type.Optional(Type.Array(Type.String())),
  ignoreMoved: Type.Optional(Type.Boolean()),
})
const TriggerBody = Type.Object({
  sourceResourceId: Type.String(),
  sourceRegion: Type.String(),
  dataMoveLevel: Type.String({ description: 'Vault' }),
  correlationId: Type.String({ description: 'What the end of the preparation handed out' }),
  sourceContainerArmIds: Type.Optional(Type.Array(Type.String())),
  pauseGC: Type.Optional(Type.Boolean()),
})

const TARGET_ID =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.RecoveryServices/vaults/demo-vault-north'

/** Where a move's operation is polled, under the vault that it was asked of (client: PowerShell takes the id off these). */
const urlAt = (call: Call, vault: Vault, kind: 'operationStatus' | 'operationResults', operation: Operation) =>
  urlOf(call, `${vault.id}/backupStorageConfig/vaultStorageConfig/${kind}/${operation.key}`)

function prepare(world: World, call: Call<Static<typeof PrepareBody>>): Reply {
  const vault = vaultOf(world, call)
  const operation = prepareDataMove(world, vault, call.body)
  return accepted(call, {
    status: urlAt(call, vault, 'operationStatus', operation),
    result: urlAt(call, vault, 'operationResults', operation),
  })
}

/** The result of a move is the target's content: only its status is handed out (S-triggerDataMove-post). */
function trigger(world: World, call: Call<Static<typeof TriggerBody>>): Reply {
  const vault = vaultOf(world, call)
  const operation = triggerDataMove(world, vault, call.body, call.clientRequestId)
  return accepted(call, { status: urlAt(call, vault, 'operationStatus', operation) })
}

const operationId = (call: Call) => call.params.operationId ?? ''

function result(world: World, call: Call): Reply {
  const operation = getPreparation(world, vaultOf(world, call), operationId(call))
  const { correlationId } = operation
  return operationResult(world, call, operation, () => ok({ objectType: 'PrepareDataMoveResponse', correlationId }))
}

const moveErrors = [
  'ResourceNotFound',
  'InvalidRequestContent',
  'InvalidParameter',
  'UserErrorConflictingDataMoveOnVault',
  'UserErrorNoContainersFoundForDataMove',
  'UserErrorDataMoveNotSupportedAtContainerLevel',
  'UserErrorDataMoveNotAllowedContainerRegistrationInProgress',
  'UserErrorDataMoveNotAllowedTargetVaultNotEmpty',
  'UserErrorDataMoveSourceVaultWithPrivateEndpointNotSupported',
  'UserErrorDataMoveTargetVaultWithPrivateEndpointNotSupported',
  'UserErrorDataMoveSourceVaultWithCMKNotSupported',
  'UserErrorDataMoveTargetVaultWithCMKNotSupported',
  'BMSUserErrorConflictingProtectionOperation',
] as const

/** Moving all that a vault holds to a vault of another region: prepared at the source, triggered at the target. */
export const dataMoveRoutes = [
  route({
    operation: 'BackupResourceStorageConfigsNonCRR.BMSPrepareDataMove',
    method: 'POST',
    path: `${STORAGE}/prepareDataMove`,
    tag,
    summary: 'Prepare moving the data of this vault to a vault of another region',
    query: VersionQuery,
    body: PrepareBody,
    example: { targetResourceId: TARGET_ID, targetRegion: 'northeurope', dataMoveLevel: 'Vault' },
    responses: { 202: { description: 'Accepted; its result has the correlation id' } },
    errors: [...moveErrors, 'UserErrorUnsupportedTargetRegionForDataMove'],
    handle: prepare,
  }),
  route({
    operation: 'BackupResourceStorageConfigsNonCRR.BMSTriggerDataMove',
    method: 'POST',
    path: `${STORAGE}/triggerDataMove`,
    tag,
    summary: 'Move the data of a prepared vault to this vault',
    query: VersionQuery,
    body: TriggerBody,
    responses: { 202: { description: 'Accepted; items, points and containers come over when it ends' } },
    errors: [...moveErrors, 'UserErrorUnsupportedSourceRegionForDataMove', 'UserErrorInvalidRequestParameter'],
    handle: trigger,
  }),
  route({
    operation: 'operations.dataMoveOperationStatus',
    method: 'GET',
    path: `${STORAGE}/operationStatus/{operationId}`,
    tag,
    summary: 'Poll a data move or its preparation',
    query: VersionQuery,
    responses: { 200: { description: 'InProgress, Succeeded or Failed' } },
    errors: ['ResourceNotFound', 'BMSUserErrorOperationNotFound'],
    waitsFor: waitsForOperation,
    handle: (world, call) => operationStatus(world, getOperation(world, operationId(call), vaultOf(world, call).key)),
  }),
  route({
    operation: 'bMSPrepareDataMoveOperationResult.get',
    method: 'GET',
    path: `${STORAGE}/operationResults/{operationId}`,
    tag,
    summary: 'Get the correlation id of a prepared data move',
    query: VersionQuery,
    responses: { 200: { description: 'The correlation id to trigger the move with' }, 202: { description: 'Running' } },
    errors: ['ResourceNotFound', 'BMSUserErrorOperationNotFound'],
    waitsFor: waitsForOperation,
    handle: result,
  }),
] as const

import { type Static, Type } from '@sinclair/typebox'
import { accepted, failedOnDemand, operationStatus, waitsForOperation } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { moveToArchive } from '../../domain/backup/archive.js'
import { recommendedPoints } from '../../domain/backup/archive-readiness.js'
import { askTieringCost, type CostQuestion, tieringCostOf } from '../../domain/backup/tiering-cost.js'
import { Refusal } from '../../domain/errors.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { ITEM, POINT, VAULT } from '../scopes.js'
import { operationOf } from './operations.js'
import { itemOf, itemPathOf, itemUrls } from './protected-items.js'
import { pointView } from './views.js'

const tag = 'Archive tier'

// Some clients leave the objectType out (wire-vm-more.md 10).
const MoveBody = Type.Object({
  objectType: Type.Optional(Type.Literal('MoveRPAcrossTiersRequest')),
  sourceTierType: Type.String(),
  targetTierType: Type.String(),
})
const RecommendBody = Type.Object({
  objectType: Type.Optional(Type.Literal('ListRecoveryPointsRecommendedForMoveRequest')),
  excludedRPList: Type.Optional(Type.Array(Type.String())),
})

const tiers = { sourceTierType: Type.String(), targetTierType: Type.String() }
const named = { containerName: Type.String(), protectedItemName: Type.String() }
const CostBody = Type.Union([
  Type.Object({ objectType: Type.Literal('FetchTieringCostSavingsInfoForVaultRequest'), ...tiers }),
  Type.Object({
    objectType: Type.Literal('FetchTieringCostSavingsInfoForPolicyRequest'),
    policyName: Type.String(),
    ...tiers,
  }),
  Type.Object({ objectType: Type.Literal('FetchTieringCostSavingsInfoForProtectedItemRequest'), ...named, ...tiers }),
  Type.Object({
    objectType: Type.Literal('FetchTieringCostInfoForRehydrationRequest'),
    ...named,
    ...tiers,
    recoveryPointId: Type.String(),
    rehydrationPriority: Type.Union([Type.Literal('Standard'), Type.Literal('High')]),
  }),
])

function move(world: World, call: Call<Static<typeof MoveBody>>): Reply {
  const { vault, item } = itemOf(world, call)
  const operation = moveToArchive(world, vault, item, {
    pointName: call.params.recoveryPointId ?? '',
    sourceTierType: call.body.sourceTierType,
    targetTierType: call.body.targetTierType,
    activityId: call.clientRequestId,
  })
  return accepted(call, itemUrls(call, itemPathOf(call), operation.key))
}

function recommended(world: World, call: Call<Static<typeof RecommendBody>>): Reply {
  const { vault, item } = itemOf(world, call)
  if (item.workload !== 'VM') {
    throw new Refusal(
      'UserErrorDatasourceTypeIsNotSupportedForRecommendationApi',
      'Recommendations are only made for virtual machines. List the recovery points of this item instead.',
    )
  }
  const excluded = call.body?.excludedRPList ?? []
  const points = recommendedPoints(world, item).filter(({ name }) => !excluded.includes(name))
  return list(points.map((point) => pointView(vault, item, point, call.apiVersion, world.now)))
}

function questionOf(body: Static<typeof CostBody>): CostQuestion {
  switch (body.objectType) {
    case 'FetchTieringCostSavingsInfoForVaultRequest':
      return { of: 'vault' }
    case 'FetchTieringCostSavingsInfoForPolicyRequest':
      return { of: 'policy', policyName: body.policyName }
    case 'FetchTieringCostSavingsInfoForProtectedItemRequest':
      return { of: 'item', itemName: body.protectedItemName }
    case 'FetchTieringCostInfoForRehydrationRequest':
      return {
        of: 'rehydration',
        itemName: body.protectedItemName,
        pointName: body.recoveryPointId,
        priority: body.rehydrationPriority,
      }
  }
}

function askCost(world: World, call: Call<Static<typeof CostBody>>): Reply {
  const vault = vaultOf(world, call)
  const operation = askTieringCost(world, vault, questionOf(call.body))
  const place = call.path.replace(/\/fetchTieringCost\/?$/i, '')
  return accepted(call, {
    status: urlOf(call, `${place}/operationsStatus/${operation.key}`),
    result: urlOf(call, `${place}/operationResults/${operation.key}`),
  })
}

const missing = ['ResourceNotFound', 'BMSUserErrorDataSourceObjectNotFound', 'UserErrorRecoveryPointNotFound'] as const
const POINT_TO_ARCHIVE = {
  objectType: 'MoveRPAcrossTiersRequest',
  sourceTierType: 'HardenedRP',
  targetTierType: 'ArchivedRP',
}

/** The archive tier: what goes there, what that saves. */
export const archiveRoutes = [
  route({
    operation: 'RecoveryPoints.MoveRecoveryPoint',
    method: 'POST',
    path: `${POINT}/move`,
    tag,
    summary: 'Move a recovery point to the archive tier',
    query: VersionQuery,
    body: MoveBody,
    example: POINT_TO_ARCHIVE,
    responses: { 202: { description: 'Accepted; the operation id is the id of the job' } },
    errors: [
      ...missing,
      'UserErrorItemIsSoftDeleted',
      'UserErrorRecoveryPointIsNotEligibleForArchiveMove',
      'UserErrorRecoveryPointAlreadyInArchiveTier',
      'RPMoveReadinessToBeDetermined',
      'RecoveryPointTypeNotEligibleForArchive',
      'RPMoveNotSupportedDueToInsufficientRetention',
      'MinLifeSpanInStandardRequiredForArchive',
      'RecoveryPointHaveActiveDependencies',
      'MinRemainingLifeSpanInArchiveRequired',
      'BMSUserErrorObjectLocked',
      'UserErrorOperationNotAllowedDuringDataMove',
    ],
    handle: move,
  }),
  route({
    operation: 'RecoveryPointsRecommendedForMove.List',
    method: 'POST',
    path: `${ITEM}/recoveryPointsRecommendedForMove`,
    tag,
    summary: 'List the recovery points whose move to the archive tier saves something',
    query: VersionQuery,
    body: RecommendBody,
    bodyOptional: true,
    example: { objectType: 'ListRecoveryPointsRecommendedForMoveRequest', excludedRPList: [] },
    responses: { 200: { description: '{ value: [...] }' } },
    errors: [
      'ResourceNotFound',
      'BMSUserErrorDataSourceObjectNotFound',
      'UserErrorDatasourceTypeIsNotSupportedForRecommendationApi',
    ],
    readOnly: true,
    handle: recommended,
  }),
  route({
    operation: 'FetchTieringCost.Post',
    method: 'POST',
    path: `${VAULT}/backupTieringCost/default/fetchTieringCost`,
    tag,
    summary: 'Work out what the archive tier saves, or what a rehydration costs',
    query: VersionQuery,
    body: CostBody,
    example: { ...POINT_TO_ARCHIVE, objectType: 'FetchTieringCostSavingsInfoForVaultRequest' },
    responses: { 202: { description: 'Accepted; poll the URLs' } },
    errors: [...missing, 'BMSUserErrorPolicyNotFound', 'UserErrorRecoveryPointRehydrationNotAllowed'],
    handle: askCost,
  }),
  route({
    operation: 'getTieringCostOperationResult.get',
    method: 'GET',
    path: `${VAULT}/backupTieringCost/default/operationResults/{operationId}`,
    tag,
    summary: 'Get the costs that were worked out',
    query: VersionQuery,
    responses: { 200: { description: 'Sizes and retail prices' } },
    errors: ['ResourceNotFound', 'BMSUserErrorOperationNotFound'],
    handle: (world, call) =>
      failedOnDemand(operationOf(world, call)) ??
      ok(tieringCostOf(world, vaultOf(world, call), call.params.operationId ?? '')),
  }),
  route({
    operation: 'tieringCostOperationStatus.get',
    method: 'GET',
    path: `${VAULT}/backupTieringCost/default/operationsStatus/{operationId}`,
    tag,
    summary: 'Poll the working out of costs',
    query: VersionQuery,
    responses: { 200: { description: 'InProgress, Succeeded or Failed' } },
    errors: ['ResourceNotFound', 'BMSUserErrorOperationNotFound'],
    waitsFor: waitsForOperation,
    handle: (world, call) => operationStatus(world, operationOf(world, call)),
  }),
] as const

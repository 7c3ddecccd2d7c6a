import type { Family, Row } from './rows.js'
import { namesIn, type Stage } from './stage.js'

/** The archive tier, and files out of a point. */
export const recoveryRows = (stage: Stage): Family => {
  const { deleted, deletedPoint, taken, takenPoint } = stage
  const tiers = { sourceTierType: 'HardenedRP', targetTierType: 'ArchivedRP' }
  const ofOthers: Row[] = [
    ['a point of another vault', { params: { recoveryPointId: takenPoint } }, 'UserErrorRecoveryPointNotFound'],
    [
      'an item of another vault',
      { params: { ...namesIn(taken), recoveryPointId: takenPoint } },
      'BMSUserErrorDataSourceObjectNotFound',
    ],
    ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound'],
  ]
  const ofDeleted: Row = [
    'a soft-deleted item',
    { params: { ...namesIn(deleted), recoveryPointId: deletedPoint } },
    'UserErrorItemIsSoftDeleted',
  ]
  return {
    'RecoveryPoints.MoveRecoveryPoint': {
      otherVault: ofOthers,
      state: [ofDeleted, ['a point that the day keeps', {}, 'RecoveryPointTypeNotEligibleForArchive']],
      more: [
        [
          'from a tier that there is not',
          { body: { objectType: 'MoveRPAcrossTiersRequest', ...tiers, sourceTierType: 'Cellar' } },
          'UserErrorRecoveryPointIsNotEligibleForArchiveMove',
        ],
      ],
    },
    'RecoveryPointsRecommendedForMove.List': {
      missing: 'it may say as little as it wants',
      otherVault: ofOthers.slice(1),
      state: 'whatever an item does, it can be asked for',
    },
    'FetchTieringCost.Post': {
      otherVault: [
        [
          'an item of another vault',
          {
            body: {
              objectType: 'FetchTieringCostSavingsInfoForProtectedItemRequest',
              ...tiers,
              containerName: namesIn(taken).protectionContainerName,
              protectedItemName: namesIn(taken).protectedItemName,
            },
          },
          'BMSUserErrorDataSourceObjectNotFound',
        ],
        ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound'],
      ],
      state: [
        [
          'the way back of a point that is not in the archive',
          {
            body: {
              objectType: 'FetchTieringCostInfoForRehydrationRequest',
              sourceTierType: 'ArchivedRP',
              targetTierType: 'HardenedRP',
              containerName: namesIn(stage.item).protectionContainerName,
              protectedItemName: namesIn(stage.item).protectedItemName,
              recoveryPointId: stage.point,
              rehydrationPriority: 'Standard',
            },
          },
          'UserErrorRecoveryPointRehydrationNotAllowed',
        ],
      ],
      more: [
        [
          'a policy that there is not',
          { body: { objectType: 'FetchTieringCostSavingsInfoForPolicyRequest', ...tiers, policyName: 'Nothing' } },
          'BMSUserErrorPolicyNotFound',
        ],
      ],
    },
    'ItemLevelRecoveryConnections.Provision': {
      otherVault: [
        ...ofOthers,
        [
          'another vault’s machine',
          { body: { properties: { objectType: 'IaasVMILRRegistrationRequest', virtualMachineId: taken.machine } } },
          'UserErrorInvalidRestoreRequest',
        ],
      ],
      state: [ofDeleted],
    },
    'ItemLevelRecoveryConnections.Revoke': {
      otherVault: ofOthers,
      state: [['a point that nobody recovers files from', {}, 'UserErrorItemLevelRecoveryNotActive']],
    },
    'ItemLevelRecoveryConnections.ListInstantItemRecoveryOperationResult': {
      otherVault: ofOthers,
      state: [['an operation that was never handed out', {}, 'BMSUserErrorOperationNotFound']],
    },
  }
}

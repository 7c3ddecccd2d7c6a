import { Refusal } from '../errors.js'
import { same } from '../names.js'
import { getOperation, type Operation, openOperation } from '../operations.js'
import { getPolicy } from '../policies/policy-book.js'
import { getItem, listItems, type ProtectedItem } from '../protection/protected-items.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { movedData, PRICES, recommendedPoints } from './archive-readiness.js'
import { getPoint } from './recovery-points.js'
import type { Rehydration } from './rehydration.js'

/** Whose points are asked about. */
export type CostQuestion =
  | { of: 'vault' }
  | { of: 'policy'; policyName: string }
  | { of: 'item'; itemName: string }
  | { of: 'rehydration'; itemName: string; pointName: string; priority: Rehydration['priority'] }

/** What moving the recommended points to the archive saves, or what bringing one back costs; USD a GB a month. */
export type TieringCost =
  | {
      objectType: 'TieringCostSavingInfo'
      sourceTierSizeReductionInBytes: number
      targetTierSizeIncreaseInBytes: number
      retailSourceTierCostPerGBPerMonth: number
      retailTargetTierCostPerGBPerMonth: number
    }
  | {
      objectType: 'TieringCostRehydrationInfo'
      rehydrationSizeInBytes: number
      retailRehydrationCostPerGBPerMonth: number
    }

const bytes = (sizeGB: number) => Math.round(sizeGB * 1024 ** 3)

function itemsOf(world: World, vault: Vault, question: CostQuestion): ProtectedItem[] {
  if (question.of === 'item' || question.of === 'rehydration') return [getItem(world, vault, question.itemName)]
  const live = listItems(world, vault).filter((item) => !item.deleted)
  if (question.of === 'vault') return live
  const { name } = getPolicy(world, vault, question.policyName)
  return live.filter((item) => same(item.policyName, name))
}

function costOf(world: World, vault: Vault, question: CostQuestion): TieringCost {
  const items = itemsOf(world, vault, question)
  if (question.of === 'rehydration' && items[0]) return rehydrationCost(world, items[0], question)
  const moved = items.flatMap((item) => recommendedPoints(world, item).map((point) => movedData(world, item, point)))
  return {
    objectType: 'TieringCostSavingInfo',
    sourceTierSizeReductionInBytes: bytes(moved.reduce((sum, { freedGB }) => sum + freedGB, 0)),
    targetTierSizeIncreaseInBytes: bytes(moved.reduce((sum, { archivedGB }) => sum + archivedGB, 0)),
    retailSourceTierCostPerGBPerMonth: PRICES.standard,
    retailTargetTierCostPerGBPerMonth: PRICES.archive,
  }
}

function rehydrationCost(
  world: World,
  item: ProtectedItem,
  { pointName, priority }: CostQuestion & { of: 'rehydration' },
): TieringCost {
  const point = getPoint(world, item, pointName)
  if (point.archiveTier === undefined) {
    throw new Refusal(
      'UserErrorRecoveryPointRehydrationNotAllowed',
      'Rehydration is only supported for archive recovery points. Ask for the cost of one that is in the archive tier.',
    )
  }
  return {
    objectType: 'TieringCostRehydrationInfo',
    rehydrationSizeInBytes: bytes(point.usedDataGB),
    retailRehydrationCostPerGBPerMonth: PRICES.rehydration[priority],
  }
}

/**
 * Works out what a change of tiers costs or saves; the operation is over at once.
 * @throws Refusal BMSUserErrorDataSourceObjectNotFound, BMSUserErrorPolicyNotFound, UserErrorRecoveryPointNotFound,
 * UserErrorRecoveryPointRehydrationNotAllowed
 */
export const askTieringCost = (world: World, vault: Vault, question: CostQuestion): Operation =>
  openOperation(world, {
    kind: 'tieringCost',
    vaultKey: vault.key,
    work: { ...costOf(world, vault, question) },
  })

/** What an operation has worked out. @throws Refusal BMSUserErrorOperationNotFound */
export function tieringCostOf(world: World, vault: Vault, operationId: string): TieringCost {
  const operation = getOperation(world, operationId, vault.key)
  if (operation.kind === 'tieringCost') return operation.work as unknown as TieringCost
  throw new Refusal(
    'BMSUserErrorOperationNotFound',
    `Operation '${operationId}' has not asked for costs. Poll the URL that the request was answered with.`,
  )
}

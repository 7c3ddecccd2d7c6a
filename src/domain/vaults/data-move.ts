import { scheduleArchiving } from '../backup/archive.js'
import { rescheduleBackup } from '../backup/backup.js'
import { scheduleRetention } from '../backup/recovery-points.js'
import { base64 } from '../base64.js'
import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { openJob, subjectOf } from '../jobs/jobs.js'
import { getOperation, type Operation, openOperation } from '../operations.js'
import type { Instant } from '../policies/schedule.js'
import { itemSubject, type ProtectedItem } from '../protection/protected-items.js'
import { workloadOf } from '../protection/workloads.js'
import type { World } from '../world.js'
import { checkEnds, checkRequest, type DataMove, vaultAt } from './data-move-checks.js'
import type { Vault } from './vault.js'

export interface PrepareInput {
  targetResourceId: string
  targetRegion: string
  dataMoveLevel: string
}

export interface TriggerInput {
  sourceResourceId: string
  sourceRegion: string
  dataMoveLevel: string
  correlationId: string
}

/**
 * Prepares a vault's move to another region: its end hands out the correlation id to trigger the move with.
 * A new preparation takes the place of an earlier one.
 * @throws Refusal as the tables above say; ResourceNotFound, InvalidParameter for a target that is not there
 */
export function prepareDataMove(world: World, source: Vault, input: PrepareInput): Operation {
  const target = vaultAt(world, input.targetResourceId, 'targetResourceId')
  checkRequest(input.dataMoveLevel, { source, target, said: input.targetRegion, is: target })
  checkEnds(world, source, target)
  const correlationId = base64(`${source.number};${world.chance.guid()}`)
  const due = world.now + within('prepareDataMoveMs', world.chance.fraction('prepareDataMove', correlationId))
  const operation = openOperation(world, {
    kind: 'prepareDataMove',
    vaultKey: source.key,
    due,
    work: { correlationId },
  })
  const dataMove: DataMove = { part: 'prepared', otherKey: target.key, correlationId, operationKey: operation.key }
  world.vaults.put({ ...source, dataMove })
  return operation
}

/**
 * What the preparation of a move has handed out.
 * @throws Refusal BMSUserErrorOperationNotFound where it is the id of anything else
 */
export function getPreparation(world: World, vault: Vault, id: string): Operation & { correlationId: string } {
  const operation = getOperation(world, id, vault.key)
  if (operation.kind === 'prepareDataMove') {
    return { ...operation, correlationId: String(operation.work?.correlationId) }
  }
  throw new Refusal('BMSUserErrorOperationNotFound', `The operation '${id}' is not the preparation of a data move.`)
}

/**
 * Triggers a prepared move, asked of the target: one job a protected item, in the target vault.
 * @throws Refusal UserErrorInvalidRequestParameter for a correlation id of no ended preparation for this target, and as
 * `prepareDataMove`
 */
export function triggerDataMove(
  world: World,
  target: Vault,
  input: TriggerInput,
  activityId: string | undefined,
): Operation {
  const source = vaultAt(world, input.sourceResourceId, 'sourceResourceId')
  checkRequest(input.dataMoveLevel, { source, target, said: input.sourceRegion, is: source })
  checkEnds(world, source, target)
  checkPrepared(world, source, target, input.correlationId)
  const due = world.now + within('dataMoveMs', world.chance.fraction('dataMove', input.correlationId))
  for (const item of world.items.ofVault(source.key)) startMove(world, item, target, { activityId, due })
  const operation = openOperation(world, {
    kind: 'triggerDataMove',
    vaultKey: target.key,
    due,
    work: { sourceKey: source.key },
  })
  const shared = { correlationId: input.correlationId, operationKey: operation.key }
  world.vaults.put({ ...source, dataMove: { part: 'moving', otherKey: target.key, ...shared } })
  world.vaults.put({ ...target, dataMove: { part: 'receiving', otherKey: source.key, ...shared } })
  return operation
}

function checkPrepared(world: World, { dataMove, name }: Vault, target: Vault, correlationId: string): void {
  const isIt = dataMove?.correlationId === correlationId && dataMove.otherKey === target.key
  if (isIt && world.operations.get(dataMove.operationKey)?.status === 'Succeeded') return
  throw new Refusal(
    'UserErrorInvalidRequestParameter',
    `The parameter correlationId is invalid: '${correlationId}' is not what an ended preparation of a move from '${name}' to '${target.name}' has handed out. Prepare the move first, and take the id from its result.`,
  )
}

/** While it moves, no backup of an item is started and no point goes. */
function startMove(
  world: World,
  item: ProtectedItem,
  target: Vault,
  { activityId, due }: { activityId: string | undefined; due: Instant },
): void {
  for (const kind of ['backup.scheduled', 'retention'] as const) world.timeline.cancel(itemSubject(item), kind)
  const inTarget: ProtectedItem = { ...item, vaultKey: target.key }
  const job = openJob(world, inTarget, {
    operation: 'BackupDataMove',
    activityId,
    bag: workloadOf(item).bag('BackupDataMove', item, { policyName: item.policyName }),
  })
  world.timeline.at(due, 'job.end', subjectOf(job))
}

/** Due: items with their points, the containers and the policies that they hang on are the target's from now on. */
export function finishDataMove(world: World, operation: Operation): void {
  const target = world.vaults.get(operation.vaultKey ?? '')
  const source = world.vaults.get(String(operation.work?.sourceKey))
  // Neither can be deleted while data moves between them.
  if (!source || !target) return
  for (const vault of [source, target]) world.vaults.put(withoutMove(vault))
  for (const container of world.containers.ofVault(source.key)) {
    world.containers.delete(source.key, container.name)
    world.containers.put({ ...container, vaultKey: target.key })
  }
  for (const item of world.items.ofVault(source.key)) moveItem(world, item, target)
}

function withoutMove({ dataMove: _, ...vault }: Vault): Vault {
  return vault
}

function moveItem(world: World, item: ProtectedItem, target: Vault): void {
  const policy = item.policyName ? world.policies.get(item.vaultKey, item.policyName) : undefined
  if (policy) world.policies.put({ ...policy, vaultKey: target.key })
  const moved: ProtectedItem = { ...item, vaultKey: target.key }
  // A row stays under the vault that it was made under.
  world.items.delete(item.id)
  world.items.put(moved)
  if (!moved.deleted) rescheduleBackup(world, moved)
  scheduleRetention(world, moved)
  scheduleArchiving(world, moved)
}

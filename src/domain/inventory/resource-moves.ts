import { collectionKey } from '../backup/restore-point-collections.js'
import { membersOf } from '../documents.js'
import { within } from '../durations.js'
import { keyOf, readResourceId, resourceId, same } from '../names.js'
import { failOperation, type Operation, openOperation } from '../operations.js'
import { seenFrom } from '../protection/discovery.js'
import { VAULT_TYPE, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { findGroup, meetGroup } from './inventory.js'
import { checkMove, type Group, type Move, type MoveInput } from './resource-move-checks.js'

const workOf = (source: Group, { resources, targetResourceGroup }: MoveInput) => ({
  source: { subscriptionId: source.subscriptionId, resourceGroup: source.resourceGroup },
  input: { resources, targetResourceGroup },
})

function readWork({ work }: Operation): { source: Group; input: MoveInput } {
  return work as { source: Group; input: MoveInput }
}

/**
 * Starts to move resources of a group to another one, of the same subscription or another: their ids change, and those
 * of all that a vault holds with it.
 * @throws Refusal InvalidParameter, ResourceNotFound, ResourceGroupNotFound, ResourceGroupBeingDeleted,
 * ResourceAlreadyExists, ResourceMoveNotSupported, ResourceMoveProviderValidationFailed, UserErrorVaultQuotaReached,
 * UserErrorOperationNotAllowedDuringDataMove
 */
export function moveResources(world: World, source: Group, input: MoveInput): Operation {
  checkMove(world, source, input)
  const due = world.now + within('moveMs', world.chance.fraction('move', ...input.resources, world.now))
  return openOperation(world, { kind: 'moveResources', due, work: workOf(source, input) })
}

/** Starts to ask whether resources could be moved: what objects is the end of the operation, never the request's. */
export function validateMove(world: World, source: Group, input: MoveInput): Operation {
  const due = world.now + within('validateMoveMs', world.chance.fraction('validate', ...input.resources, world.now))
  return openOperation(world, { kind: 'validateMove', due, work: workOf(source, input) })
}

/** A move or its validation by the id that was handed out in a subscription. */
export function findMove(world: World, subscriptionId: string, id: string): Operation | undefined {
  const operation = world.operations.get(id)
  if (operation?.kind !== 'moveResources' && operation?.kind !== 'validateMove') return undefined
  return same(readWork(operation).source.subscriptionId, subscriptionId) ? operation : undefined
}

/** Due: resources are in their new group, or were not to be moved. */
export function finishMove(world: World, operation: Operation): void {
  const { source, input } = readWork(operation)
  let move: Move
  try {
    move = checkMove(world, source, input)
  } catch (error) {
    failOperation(world, operation, error)
    return
  }
  if (operation.kind === 'validateMove') return
  const [first] = [...move.vaults, ...move.resources]
  const { name } = meetGroup(world, move.target.subscriptionId, move.target.resourceGroup, first?.location)
  const target = { subscriptionId: move.target.subscriptionId, resourceGroup: name }
  for (const vault of move.vaults) moveVault(world, vault, target)
  for (const { key } of move.resources) moveResource(world, key, target)
}

function moveVault(world: World, vault: Vault, target: Group): void {
  const id = resourceId({ ...target, type: vault.type, name: vault.name })
  const moved: Vault = { ...vault, ...target, id, key: keyOf(id), changedAt: world.now }
  world.vaults.move(vault.key, moved)
  for (const operation of world.operations.all()) {
    if (operation.vaultKey === vault.key) world.operations.put({ ...operation, vaultKey: moved.key })
  }
  if (same(vault.subscriptionId, target.subscriptionId)) return
  // Names of items say group and machine only: the vault goes on with machines that came along into a group of the same name.
  for (const item of world.items.ofVault(moved.key)) {
    const source = readResourceId(item.sourceId)
    if (!source) continue
    const sourceId = resourceId({ ...source, subscriptionId: target.subscriptionId })
    world.items.delete(item.id)
    world.items.put({ ...item, sourceId, sourceKey: keyOf(sourceId) })
    if (item.collection) takeCollection(world, vault.subscriptionId, target.subscriptionId, item.collection)
  }
  if (moved.type === VAULT_TYPE) world.vaults.setDiscovered(moved.key, seenFrom(world, moved))
}

/** A vault's restore points go with it, into a group of the same name. */
function takeCollection(world: World, from: string, to: string, collection: { group: string; name: string }): void {
  const before = findGroup(world, from, collection.group)
  const after = meetGroup(world, to, collection.group, before?.location)
  world.groups.put({ ...after, ...(before?.managedBy ? { managedBy: before.managedBy } : {}) })
  moveResource(world, collectionKey(from, collection), { subscriptionId: to, resourceGroup: after.name })
}

/** What stands in a document with the id of one resource in place of another's. */
function redirected(value: unknown, from: string, to: string): unknown {
  if (typeof value === 'string') {
    const below = value.slice(from.length)
    const named = same(value.slice(0, from.length), from) && (below === '' || below.startsWith('/'))
    return named ? to + below : value
  }
  if (Array.isArray(value)) return value.map((element) => redirected(element, from, to))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, redirected(member, from, to)]))
}

/** A machine that has moved is a new one for Backup: the item of the old one finds it no more (domain.md 6). */
function moveResource(world: World, key: string, target: Group): void {
  const resource = world.resources.get(key)
  if (!resource) return
  for (const part of world.resources.partsOf(key)) moveResource(world, part.key, target)
  const id = resourceId({ ...resource, ...target })
  const conditions = world.resources.conditions(key)
  world.resources.delete(key)
  world.resources.put({ ...resource, ...target, id, key: keyOf(id), changedAt: world.now })
  if (Object.keys(conditions).length > 0) world.resources.setConditions(keyOf(id), conditions)
  for (const subscriptionId of new Set([resource.subscriptionId, target.subscriptionId].map(keyOf))) {
    for (const other of world.resources.ofSubscription(subscriptionId)) {
      const body = membersOf(redirected(other.body, resource.id, id))
      if (JSON.stringify(body) !== JSON.stringify(other.body)) world.resources.put({ ...other, body })
    }
  }
}

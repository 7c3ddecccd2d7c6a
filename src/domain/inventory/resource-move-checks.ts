import { COLLECTION_TYPE } from '../backup/restore-point-collections.js'
import { membersOf } from '../documents.js'
import { Refusal } from '../errors.js'
import { groupId, keyOf, type ResourceId, readGroupId, readResourceId, resourceId, same } from '../names.js'
import { refuseWhileMoving } from '../vaults/data-move-checks.js'
import { attachedVaults, GUARD_TYPE } from '../vaults/resource-guards.js'
import { getVault, limitsIn, VAULT_TYPE, type Vault, vaultTypeOf } from '../vaults/vault.js'
import { checkVaultQuota } from '../vaults/vaults.js'
import type { World } from '../world.js'
import { findGroup, getGroup, getResource, type Resource, refuseWhileDeleting } from './inventory.js'
import { isMachine } from './machines.js'

/** A resource group as a move names it. */
export type Group = Pick<ResourceId, 'subscriptionId' | 'resourceGroup'>

export interface MoveInput {
  /** Ids of resources of one group. */
  resources: readonly string[]
  /** The id of the group they go to. */
  targetResourceGroup: string
}

/** What moves, and where to. */
export interface Move {
  target: Group
  vaults: Vault[]
  resources: Resource[]
}

/** ARM asks each provider before it moves anything; what one of them objects to is in the details. */
function objection(type: string, message: string): Refusal {
  return new Refusal('ResourceMoveProviderValidationFailed', `Resource move validation failed: ${message}`, {
    details: [{ code: 'CannotMoveResource', target: type, message }],
  })
}

function readTarget(source: Group, text: string): Group {
  const target = readGroupId(text)
  if (!target) {
    throw new Refusal(
      'InvalidParameter',
      `targetResourceGroup is '${text}': give the id of a resource group, ${groupId(source.subscriptionId, '<group>')}.`,
    )
  }
  if (!same(groupId(source.subscriptionId, source.resourceGroup), groupId(target.subscriptionId, target.resourceGroup)))
    return target
  throw new Refusal('InvalidParameter', `targetResourceGroup is the group that the resources are in. Name another one.`)
}

function readMovable(source: Group, text: string): ResourceId {
  const id = readResourceId(text)
  if (id && same(id.subscriptionId, source.subscriptionId) && same(id.resourceGroup, source.resourceGroup)) return id
  throw new Refusal(
    'InvalidParameter',
    `resources names '${text}', which is not the id of a resource in group '${source.resourceGroup}'.`,
  )
}

/**
 * SEED-78: a vault could not be moved once; today one a region at a time can, with the backups of virtual machines in
 * it (backup-azure-move-recovery-services-vault.md).
 */
function checkVaults(world: World, vaults: readonly Vault[], target: Group): void {
  for (const vault of vaults) {
    const { vaultsPerMove } = limitsIn(world, vault)
    refuseWhileMoving(world, vault)
    if (vaultsPerMove === 0) {
      throw new Refusal(
        'ResourceMoveNotSupported',
        `Resource move is not supported for resource type '${vault.type}'. Make a vault where you need one, and protect your machines there.`,
      )
    }
    if (vaults.filter(({ location }) => same(location, vault.location)).length > vaultsPerMove) {
      throw objection(vault.type, `only one vault of ${vault.location} can be moved at a time. Move them one by one.`)
    }
    const others = world.items.ofVault(vault.key).filter(({ workload }) => workload !== 'VM')
    if (others.length > 0) {
      throw objection(
        vault.type,
        `the vault '${vault.name}' holds items that cannot be moved: ${others.map((item) => item.friendlyName).join(', ')}. Stop their protection and delete their data first.`,
      )
    }
    if (vault.type === VAULT_TYPE && !same(vault.subscriptionId, target.subscriptionId)) {
      checkVaultQuota(world, target.subscriptionId, vault.location)
    }
  }
}

/** A machine moves only without its restore point collection: stop its protection, delete that, then move (domain.md 6). */
function checkMachine(world: World, machine: Resource): void {
  const collection = world.resources
    .ofSubscription(machine.subscriptionId, COLLECTION_TYPE)
    .find(({ body }) => same(String(membersOf(membersOf(body.properties).source).id), machine.id))
  if (!collection) return
  throw objection(
    machine.type,
    `the virtual machine '${machine.name}' has the restore point collection ${collection.id}. Stop its backups and keep the data, delete the collection, then move the machine.`,
  )
}

/** The vaults that are attached to a guard know it by its id. */
function checkGuard(world: World, guard: Resource): void {
  const [vault] = attachedVaults(world, guard.key)
  if (vault)
    throw objection(guard.type, `the vault '${vault.name}' is attached to the guard. Take the guard away first.`)
}

/**
 * Reads and checks everything that a move needs, and changes nothing.
 * @throws Refusal as `moveResources`
 */
export function checkMove(world: World, source: Group, input: MoveInput): Move {
  const target = readTarget(source, input.targetResourceGroup)
  if (input.resources.length === 0)
    throw new Refusal('InvalidParameter', 'resources is empty: name the resources to move by their ids.')
  const ids = input.resources.map((id) => readMovable(source, id))
  if (world.strict) getGroup(world, target.subscriptionId, target.resourceGroup)
  for (const group of [source, target]) refuseWhileDeleting(findGroup(world, group.subscriptionId, group.resourceGroup))
  const isVault = ({ type }: ResourceId) => vaultTypeOf(type) !== undefined
  const vaults = ids
    .filter(isVault)
    .map(({ subscriptionId, resourceGroup, name, type }) =>
      getVault(world, subscriptionId, resourceGroup, name, vaultTypeOf(type)),
    )
  const resources = ids.filter((id) => !isVault(id)).map((id) => getResource(world, id))
  checkVaults(world, vaults, target)
  for (const resource of resources) {
    if (isMachine(resource)) checkMachine(world, resource)
    if (same(resource.type, GUARD_TYPE)) checkGuard(world, resource)
  }
  for (const id of ids) {
    const key = keyOf(resourceId({ ...id, ...target }))
    if (!world.vaults.get(key) && !world.resources.get(key)) continue
    throw new Refusal(
      'ResourceAlreadyExists',
      `There is a ${id.type} '${id.name}' in group '${target.resourceGroup}' already. Delete it, or move to another group.`,
    )
  }
  return { target, vaults, resources }
}

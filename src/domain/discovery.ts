import { within } from './durations.js'
import type { Resource } from './inventory.js'
import { isMachine } from './machines.js'
import { type Operation, openOperation } from './operations.js'
import { sameRegion } from './regions.js'
import type { Vault } from './vaults.js'
import type { World } from './world.js'

/**
 * The machines that a vault can see: those of its subscription in its region (SEED-45), classic ones too (SEED-92).
 * @returns resource keys
 */
export function machinesSeenFrom(world: World, vault: Pick<Vault, 'subscriptionId' | 'location'>): string[] {
  return world.resources
    .ofSubscription(vault.subscriptionId)
    .filter((resource) => isMachine(resource) && sameRegion(resource.location, vault.location))
    .map((resource) => resource.key)
}

/**
 * Starts a discovery (`refreshContainers`): when it ends, the vault knows the machines that exist then. Machines that
 * were there when the vault was made are known from its first moment.
 */
export function refreshContainers(world: World, vault: Vault): Operation {
  const due = world.now + within('refreshContainersMs', world.chance.fraction('refresh', vault.key, world.now))
  return openOperation(world, { kind: 'refreshContainers', vaultKey: vault.key, due })
}

/** Due: a discovery ends. */
export function finishRefresh(world: World, operation: Operation): void {
  const vault = operation.vaultKey === undefined ? undefined : world.vaults.get(operation.vaultKey)
  if (vault) world.vaults.setDiscovered(vault.key, machinesSeenFrom(world, vault))
}

/**
 * What can be protected: discovered machines that still exist and that no vault protects. A soft-deleted machine is
 * not among them (SEED-46); one whose protection was stopped in another vault is (SEED-47).
 */
export function protectableMachines(world: World, vault: Vault): Resource[] {
  const discovered = world.vaults.discovered(vault.key)
  return world.resources
    .ofSubscription(vault.subscriptionId)
    .filter((resource) => discovered.has(resource.key) && isMachine(resource) && isFree(world, vault, resource.key))
}

function isFree(world: World, vault: Vault, sourceKey: string): boolean {
  return world.items
    .ofSource(sourceKey)
    .every((item) => item.vaultKey !== vault.key && item.state === 'ProtectionStopped' && !item.deleted)
}

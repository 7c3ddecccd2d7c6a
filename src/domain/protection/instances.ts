import { keyOf } from '../names.js'
import { notThere } from '../vaults/backup-vault-operations.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import type { ProtectedItem } from './protected-items.js'

/** A backup instance: a protected item that has the document of one. */
export type Instance = ProtectedItem & Required<Pick<ProtectedItem, 'instance'>>

export const isInstance = (item: ProtectedItem | undefined): item is Instance => item?.instance !== undefined

/** A call that is about an instance of a vault. */
export interface InstanceCall {
  name: string
  /** What the call is known by: what goes wrong later names it. */
  activityId: string | undefined
}

/**
 * An instance of a vault by its name, from the moment on in which it was asked for.
 * @throws Refusal UserErrorGenericResourceNotFound, where it is soft-deleted too
 */
export function getInstance(world: World, vault: Vault, name: string): Instance {
  const item = world.items.find(vault.key, name)
  if (isInstance(item) && !item.deleted) return item
  throw notThere(`backup instance '${name}' in vault '${vault.name}'`)
}

/** The instances of a vault, by name: those that there are, or those that are soft-deleted. */
export const instancesOf = (world: World, vault: Vault, deleted = false): Instance[] =>
  world.items
    .ofVault(vault.key)
    .filter(isInstance)
    .filter((item) => (item.deleted !== undefined) === deleted)

/** A soft-deleted instance; undefined where there is none of the name. */
export function findDeletedInstance(world: World, vault: Vault, name: string): Instance | undefined {
  const item = world.items.find(vault.key, name)
  return isInstance(item) && item.deleted ? item : undefined
}

/** Whatever protects a resource, in all vaults. */
export const instancesOfSource = (world: World, resourceId: string): Instance[] =>
  world.items
    .ofSource(keyOf(resourceId))
    .filter(isInstance)
    .filter(({ deleted }) => !deleted)

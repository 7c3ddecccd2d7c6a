import type { Reply } from '../arm/route.js'
import { Refusal } from '../domain/errors.js'
import type { Vault } from '../domain/vaults/vault.js'

/**
 * The answer to a DELETE of a vault: one that isn't there is as good as deleted.
 * @param find the vault that the path names, or a refusal
 */
export function removeIfThere(find: () => Vault, remove: (vault: Vault) => Reply): Reply {
  let vault: Vault
  try {
    vault = find()
  } catch (error) {
    if (error instanceof Refusal && error.code === 'ResourceNotFound') return { status: 204 }
    throw error
  }
  return remove(vault)
}

import type { Call } from '../../arm/route.js'
import { getInstance, type Instance } from '../../domain/protection/instances.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { backupVaultOf } from './long-running.js'

/** The backup instance that a path names, and its vault. @throws Refusal ResourceNotFound, UserErrorGenericResourceNotFound */
export function instanceOf(world: World, call: Call): { vault: Vault; item: Instance } {
  const vault = backupVaultOf(world, call)
  return { vault, item: getInstance(world, vault, call.params.backupInstanceName ?? '') }
}

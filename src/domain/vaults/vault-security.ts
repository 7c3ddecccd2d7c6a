import { purge } from '../protection/soft-delete.js'
import type { World } from '../world.js'
import { reducesImmutability } from './immutability.js'
import { type CriticalOperation, requireGuard } from './resource-guards.js'
import { givesUpSoftDelete, turnsOff } from './soft-delete-settings.js'
import type { Vault } from './vault.js'
import type { VaultSettings } from './vault-settings.js'

/** What of a change of settings a resource guard stands in front of. */
const GUARDED: readonly (readonly [CriticalOperation, (before: VaultSettings, after: VaultSettings) => boolean])[] = [
  ['disableSoftDelete', givesUpSoftDelete],
  ['reduceImmutability', (before, after) => reducesImmutability(before.immutability, after.immutability)],
]

/**
 * Asks a vault's guard about new settings, and does what they bring about at once: turning enhanced soft delete off,
 * the one of the vault's own document, purges what is soft-deleted; turned off in the basic form, `backupconfig`, it
 * leaves that until its period ends (domain.md 7).
 * @param requests `resourceGuardOperationRequests` of the call
 * @throws Refusal UserErrorResourceGuardOperationRequestNotProvided
 */
export function enforceSettings(world: World, vault: Vault, after: VaultSettings, requests: readonly string[]): void {
  for (const [operation, gives] of GUARDED) {
    if (gives(vault.settings, after)) requireGuard(world, vault, operation, requests)
  }
  if (!after.softDeleteSetByVault || !turnsOff(vault.settings.softDelete, after.softDelete)) return
  // An item that is just being undeleted is not soft-deleted any more when its job ends.
  for (const item of world.items.ofVault(vault.key)) if (item.deleted && !item.busyWith) purge(world, item)
}

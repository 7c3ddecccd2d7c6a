import { Refusal } from '../errors.js'
import { raiseAlert } from '../monitoring/alert-raising.js'
import type { SecurityRuleName } from '../monitoring/alert-rules.js'
import { purge } from '../protection/soft-delete.js'
import { causeAgainst } from '../request-causes.js'
import type { World } from '../world.js'
import { reducesImmutability } from './immutability.js'
import { type CriticalOperation, requireGuard } from './resource-guards.js'
import { givesUpSoftDelete, turnsOff } from './soft-delete-settings.js'
import type { Vault } from './vault.js'
import type { VaultSettings } from './vault-settings.js'

/** A first key makes a vault safer; another one in its place may not. */
function changesEncryption({ encryption }: VaultSettings, after: VaultSettings): boolean {
  return encryption !== undefined && JSON.stringify(encryption) !== JSON.stringify(after.encryption)
}

/** What of a change of settings a resource guard stands in front of. */
const GUARDED: readonly (readonly [CriticalOperation, (before: VaultSettings, after: VaultSettings) => boolean])[] = [
  ['disableSoftDelete', givesUpSoftDelete],
  ['reduceImmutability', (before, after) => reducesImmutability(before.immutability, after.immutability)],
  ['modifyEncryption', changesEncryption],
]

/** What of a change of settings an alert tells of (backup-azure-monitoring-alerts.md). */
const ALERTED: readonly (readonly [SecurityRuleName, (before: VaultSettings, after: VaultSettings) => boolean])[] = [
  ['softDeleteOff', (before, after) => turnsOff(before.softDelete, after.softDelete)],
  ['hybridSecurityOff', (before, after) => turnsOff(before.enhancedSecurity, after.enhancedSecurity)],
]

/** @throws Refusal UserErrorCMKKeyVaultAuthFailure where the vault's condition says so */
function checkKeyVault(vault: Vault): void {
  const cause = causeAgainst('encrypt', vault)
  if (cause) throw new Refusal(cause.code, cause.message)
}

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
  if (after.encryption && after.encryption !== vault.settings.encryption) checkKeyVault(vault)
  for (const [rule, gives] of ALERTED) if (gives(vault.settings, after)) raiseAlert(world, vault, rule)
  if (!after.softDeleteSetByVault || !turnsOff(vault.settings.softDelete, after.softDelete)) return
  // An item that is just being undeleted is not soft-deleted any more when its job ends.
  for (const item of world.items.ofVault(vault.key)) if (item.deleted && !item.busyWith) purge(world, item)
}

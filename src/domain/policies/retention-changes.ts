import { raiseAlertOfRetention } from '../monitoring/alert-raising.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { refuseOnImmutable } from '../vaults/immutability.js'
import { requireGuard } from '../vaults/resource-guards.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import type { PolicyProperties } from './policies.js'
import { isProtection } from './policy-changes.js'
import { reducesRetention, reducesVaultRetention } from './retention.js'

/** A policy that takes another's place: edited under its own name, or given to an item instead. */
export interface RetentionChange {
  operation: 'changePolicy' | 'changeProtection'
  policyName: string
  /** The item that the policy is given to. */
  item?: ProtectedItem
  before: PolicyProperties
  after: PolicyProperties
  /** The items that it holds for. */
  items: readonly ProtectedItem[]
  /** `resourceGuardOperationRequests` of the call. */
  requests: readonly string[]
}

/**
 * Asks vault and guard about a change of retention. An immutable vault keeps no point for a shorter time than was
 * promised, and lengthens nothing while an item of the policy is suspended; snapshots are not its concern. A guard
 * stands in front of whatever gets shorter, snapshots too (domain.md 7, 10). Once it is let pass, an alert tells of it.
 * @throws Refusal UserErrorOperationDeniedOnImmutableItem, UserErrorResourceGuardOperationRequestNotProvided
 */
export function enforceRetentionChange(world: World, vault: Vault, change: RetentionChange): void {
  const { before, after, operation, requests } = change
  if (!isProtection(before) || !isProtection(after)) return
  if (reducesVaultRetention(before, after)) {
    refuseOnImmutable(vault, 'recovery points would be kept for a shorter time')
  }
  const suspended = change.items.find(({ state }) => state === 'BackupsSuspended')
  if (suspended && reducesVaultRetention(after, before)) {
    refuseOnImmutable(vault, `retention cannot be raised while backups of '${suspended.friendlyName}' are suspended`)
  }
  if (!reducesRetention(before, after)) return
  requireGuard(world, vault, operation, requests)
  raiseAlertOfRetention(world, vault, change)
}

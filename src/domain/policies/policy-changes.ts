import { Refusal } from '../errors.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { policyOf } from '../protection/workloads.js'
import type { World } from '../world.js'
import {
  isFileSharePolicy,
  isVmPolicy,
  type PolicyProperties,
  type ProtectionPolicy,
  policyKind,
  policyTypeOf,
  type VaultPolicy,
} from './policies.js'
import type { PolicyType } from './policy-ranges.js'
import { REFUSAL_EXTRA } from './policy-reader.js'
import { hasVaultTier } from './retention.js'

/** Whether something is backed up by a policy of a Recovery Services vault or a classic one. */
export const isProtection = (policy: PolicyProperties): policy is VaultPolicy =>
  isVmPolicy(policy) || isFileSharePolicy(policy)

/** Snapshots alone after points in the vault: there is no way back (C: az.recoveryservices, azure-cli custom_help). */
const leavesVault = (before: PolicyProperties, after: ProtectionPolicy) =>
  isProtection(before) && hasVaultTier(before) && !hasVaultTier(after)

/**
 * Whether a policy may become another one under its name.
 * @param inUse items hang on it: then what it is for and its type stay (wire-vm-more.md 11)
 * @throws Refusal BMSUserErrorPolicyObjectInUse, BMSUserErrorInvalidPolicyInput
 */
export function checkPolicyEdit(name: string, before: PolicyProperties, after: ProtectionPolicy, inUse: boolean): void {
  const sameKind = policyKind(before) === policyKind(after)
  if (inUse && !(sameKind && policyTypeOf(before) === policyTypeOf(after))) {
    throw new Refusal(
      'BMSUserErrorPolicyObjectInUse',
      `Policy '${name}' is in use, so its type cannot change. Make another policy and move the items to it.`,
    )
  }
  if (sameKind && leavesVault(before, after)) {
    throw new Refusal(
      'BMSUserErrorInvalidPolicyInput',
      `Input for create or update policy is not in proper format: policy '${name}' sends backups to the vault, and switching it to snapshots alone is not possible. Make another policy for snapshots.`,
      { ...REFUSAL_EXTRA },
    )
  }
}

/**
 * Whether an item may go from one policy to another: from standard to enhanced, and from snapshots to the vault, but
 * never back (backup-azure-vm-migrate-enhanced-policy.md; C: az.recoveryservices). No public source has the code.
 * @param before its policy, or what is left of it: the type that its points were made with
 * @throws Refusal BMSUserErrorInvalidPolicyForGivenProvider
 */
export function checkPolicyChange(before: ProtectionPolicy | PolicyType, after: ProtectionPolicy): void {
  const policyType = typeof before === 'string' ? before : policyTypeOf(before)
  if (policyType === 'V2' && policyTypeOf(after) === 'V1') {
    throw new Refusal(
      'BMSUserErrorInvalidPolicyForGivenProvider',
      'Policy is not valid for the given provider type: the item is on an enhanced policy, and it cannot go back to a standard one. Choose a policy of policyType V2.',
    )
  }
  if (typeof before !== 'string' && leavesVault(before, after)) {
    throw new Refusal(
      'BMSUserErrorInvalidPolicyForGivenProvider',
      'Policy is not valid for the given provider type: the backups of the item go to the vault, and it cannot go back to snapshots alone. Choose a policy with a vaultRetentionPolicy.',
    )
  }
}

/**
 * Whether a policy of the vault may become an item's. One whose protection is stopped has none: its newest point knows
 * of which type the last was.
 * @throws Refusal BMSUserErrorInvalidPolicyForGivenProvider
 */
export function checkPolicyOfItem(world: World, item: ProtectedItem, policyName: string): void {
  const before = policyOf(world, item) ?? world.points.newest(item.id)?.policyType ?? stoppedType(world, item)
  const after = policyOf(world, { ...item, policyName })
  if (before && after) checkPolicyChange(before, after)
}

function stoppedType(world: World, item: ProtectedItem): PolicyType | undefined {
  const stopped = policyOf(world, { ...item, policyName: item.stoppedPolicyName ?? '' })
  return stopped && policyTypeOf(stopped)
}

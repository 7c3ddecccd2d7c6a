import { Refusal } from '../errors.js'
import { same } from '../names.js'
import { invalidInput, UserFacingRefusal } from '../user-facing-refusal.js'
import { notThere } from '../vaults/backup-vault-operations.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import type { Policy } from './policy-book.js'
import { readDiskPolicy } from './policy-disk.js'
import { itemsBoundFor } from './policy-updates.js'

/** 3 to 150 letters, digits and hyphens (C: azurerm). */
const POLICY_NAME = /^[-A-Za-z0-9]{3,150}$/

/** @throws Refusal UserErrorGenericResourceNotFound */
export function getDiskPolicy(world: World, vault: Vault, name: string): Policy {
  const policy = world.policies.get(vault.key, name)
  if (policy) return policy
  throw notThere(`policy '${name}' in vault '${vault.name}'`)
}

/**
 * Creates a policy of a Backup vault. One that is there stays as it is: only what says the same of it is taken
 * (azure-docs#78532; a change is another policy).
 * @param input the body's `properties`
 * @throws Refusal BMSUserErrorInvalidInput, UserErrorBMSUpdatePolicyNotSupported, UserErrorPolicyQuotaReached
 */
export function putDiskPolicy(
  world: World,
  vault: Vault,
  name: string,
  input: Readonly<Record<string, unknown>>,
): Policy {
  if (!POLICY_NAME.test(name))
    throw invalidInput(`the policy name '${name}' is not valid`, 'Use 3 to 150 letters, digits and hyphens.')
  const properties = readDiskPolicy(input, world.limits.snapshotsPerDiskPolicy)
  const before = world.policies.get(vault.key, name)
  if (before) {
    if (JSON.stringify(before.properties) === JSON.stringify(properties)) return before
    throw new UserFacingRefusal(
      'UserErrorBMSUpdatePolicyNotSupported',
      `Update of existing policy is not supported: there is a policy '${before.name}' that says something else.`,
      'Create a new policy, and move the backup instances to it.',
    )
  }
  const most = world.limits.policiesPerBackupVault
  if (world.policies.ofVault(vault.key).length >= most) {
    throw new Refusal(
      'UserErrorPolicyQuotaReached',
      `The vault has ${most} policies, which is the most. Delete one that no backup instance uses.`,
    )
  }
  const policy: Policy = { vaultKey: vault.key, name, properties, changedAt: world.now }
  world.policies.put(policy)
  return policy
}

/**
 * Deletes a policy that no backup instance uses or is just being given, soft-deleted ones neither; one that isn't there is as good as deleted.
 * @returns whether there was one
 * @throws Refusal UserErrorDppPolicyObjectInUse, UserErrorPolicyAssociatedWithSoftDeletedItems
 */
export function deleteDiskPolicy(world: World, vault: Vault, name: string): boolean {
  const policy = world.policies.get(vault.key, name)
  if (!policy) return false
  const bound = itemsBoundFor(world, vault, policy.name).map(({ id }) => id)
  const users = world.items
    .ofVault(vault.key)
    .filter(
      ({ id, policyName, stoppedPolicyName = '' }) =>
        bound.includes(id) || [policyName, stoppedPolicyName].some((used) => same(used, policy.name)),
    )
  const active = users.filter(({ deleted }) => !deleted)
  if (active.length > 0) {
    throw new UserFacingRefusal(
      'UserErrorDppPolicyObjectInUse',
      `Cannot delete the backup policy '${policy.name}' as one or more backup instances have been configured for protection with this policy: ${active.map((item) => item.name).join(', ')}.`,
      'Move them to another policy or delete them, then delete the policy.',
    )
  }
  if (users.length > 0) {
    throw new UserFacingRefusal(
      'UserErrorPolicyAssociatedWithSoftDeletedItems',
      `Cannot delete Backup Policy '${policy.name}' as it is associated with soft deleted items: ${users.map((item) => item.name).join(', ')}.`,
      'Wait until they are gone for good, or undelete them and move them to another policy.',
    )
  }
  world.policies.delete(vault.key, policy.name)
  return true
}

import { rescheduleBackup } from './backup.js'
import { Refusal } from './errors.js'
import { same } from './names.js'
import {
  defaultPolicies,
  isVmPolicy,
  type PolicyProperties,
  policyKind,
  readVmPolicy,
  type VmPolicy,
} from './policies.js'
import type { Vault } from './vaults.js'
import type { World } from './world.js'

/** A policy of a vault, under its name. */
export interface Policy {
  vaultKey: string
  name: string
  properties: PolicyProperties
}

/** 3 to 150 characters, a letter first, a letter or digit last (domain.md 13.2); azurerm allows `_` and `!` too. */
const POLICY_NAME = /^[A-Za-z][-_!A-Za-z0-9]{1,148}[_!A-Za-z0-9]$/

/** Every vault is born with three policies (wire-vm.md 5, SEED-44). */
export function makeBuiltInPolicies(world: World, vault: Vault): void {
  for (const { name, properties } of defaultPolicies(world.now, vault.location)) {
    world.policies.put({ vaultKey: vault.key, name, properties })
  }
}

/** @throws Refusal BMSUserErrorPolicyNotFound */
export function getPolicy(world: World, vault: Vault, name: string): Policy {
  const policy = world.policies.get(vault.key, name)
  if (!policy) {
    throw new Refusal(
      'BMSUserErrorPolicyNotFound',
      `There is no policy '${name}' in vault '${vault.name}'. Create it first, or use DefaultPolicy.`,
    )
  }
  return policy
}

/**
 * Creates a policy or changes one. A changed schedule holds for every item at once (domain.md 5.3).
 * @param input the body's `properties`
 * @throws Refusal BMSUserErrorInvalidPolicyInput and its kin, BMSUserErrorPolicyObjectInUse, UserErrorPolicyQuotaReached
 */
export function putPolicy(world: World, vault: Vault, name: string, input: Readonly<Record<string, unknown>>): Policy {
  if (!POLICY_NAME.test(name)) {
    throw new Refusal(
      'BMSUserErrorInvalidPolicyInput',
      `The policy name '${name}' is not valid: use 3 to 150 letters, digits and hyphens, a letter first and no hyphen at the end.`,
      { target: null, details: null, innerError: null },
    )
  }
  const before = world.policies.get(vault.key, name)
  if (input.backupManagementType !== 'AzureIaasVM') {
    throw new Refusal(
      'BMSUserErrorInvalidPolicyInput',
      `Policies of type '${String(input.backupManagementType)}' cannot be written here. Set backupManagementType to AzureIaasVM.`,
      { target: null, details: null, innerError: null },
    )
  }
  const stored = before && isVmPolicy(before.properties) ? before.properties : undefined
  const properties = readVmPolicy(input, { now: world.now, ...(stored ? { stored } : {}) })
  if (!before && world.policies.ofVault(vault.key).length >= world.limits.policiesPerVault) {
    throw new Refusal(
      'UserErrorPolicyQuotaReached',
      `The vault has ${world.limits.policiesPerVault} policies, which is the most. Delete one that no item uses.`,
    )
  }
  if (before) checkChange(world, before, properties)
  const policy: Policy = { vaultKey: vault.key, name: before?.name ?? name, properties }
  world.policies.put(policy)
  for (const item of world.items.ofVault(vault.key)) {
    if (same(item.policyName, name) && !item.deleted) rescheduleBackup(world, item)
  }
  return policy
}

/** The type of a policy in use stays (wire-vm-more.md 11). */
function checkChange(world: World, before: Policy, after: VmPolicy): void {
  const inUse = world.items.countOfPolicy(before.vaultKey, before.name) > 0
  const typeOf = (properties: PolicyProperties) =>
    isVmPolicy(properties) ? (properties.policyType ?? 'V1') : policyKind(properties)
  if (inUse && typeOf(before.properties) !== typeOf(after)) {
    throw new Refusal(
      'BMSUserErrorPolicyObjectInUse',
      `Policy '${before.name}' is in use, so its type cannot change. Make another policy and move the items to it.`,
    )
  }
}

/**
 * Deletes a policy that no item uses; one that isn't there is as good as deleted.
 * @returns whether there was one
 * @throws Refusal BMSUserErrorPolicyObjectInUse
 */
export function deletePolicy(world: World, vault: Vault, name: string): boolean {
  const policy = world.policies.get(vault.key, name)
  if (!policy) return false
  const users = world.items.countOfPolicy(vault.key, policy.name)
  if (users > 0) {
    throw new Refusal(
      'BMSUserErrorPolicyObjectInUse',
      `Policy '${policy.name}' is used by ${users} protected item${users === 1 ? '' : 's'}. Move them to another policy or stop their protection, then delete it.`,
    )
  }
  world.policies.delete(vault.key, policy.name)
  return true
}

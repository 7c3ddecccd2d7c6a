import { Refusal } from '../errors.js'
import { keyOf, same } from '../names.js'
import { getPolicy } from '../policies/policy-book.js'
import { VAULT_TYPE, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { isStopped, type ProtectedItem } from './protected-items.js'
import { badRequest } from './protection-input.js'
import type { Protectable, Workload } from './workloads.js'

/**
 * Whether a vault's item leaves its source to other vaults: once its protection is stopped (SEED-47), and soft-deleted
 * where soft delete is the enhanced one, which the vault's own document sets (domain.md 7).
 */
export function letsGo(world: World, item: ProtectedItem): boolean {
  if (!item.deleted) return isStopped(item)
  return world.vaults.get(item.vaultKey)?.settings.softDeleteSetByVault ?? true
}

/** SEED-45: a machine is in one vault only. @throws Refusal VirtualMachineAlreadyProtected */
export function checkElsewhere(world: World, vault: Pick<Vault, 'key'>, source: Pick<Protectable, 'sourceKey'>): void {
  const other = world.items
    .ofSource(source.sourceKey)
    .find((item) => item.vaultKey !== vault.key && !letsGo(world, item))
  if (!other) return
  if (other.deleted) {
    throw new Refusal(
      'VirtualMachineAlreadyProtected',
      `The virtual machine is registered with another recovery services vault (${world.vaults.get(other.vaultKey)?.name ?? ''}), where its backup is in soft deleted state. Undelete it there, or wait until ${new Date(other.deleted.until).toISOString()}; only a vault whose own settings enable soft delete leaves it to others before.`,
    )
  }
  throw new Refusal(
    'VirtualMachineAlreadyProtected',
    `The virtual machine is already registered or registering with another recovery services vault (${world.vaults.get(other.vaultKey)?.name ?? ''}). Stop its protection there first, or select a different virtual machine.`,
  )
}

/**
 * The name of the policy that a policyId means.
 * @throws Refusal BMSUserErrorInvalidConfigureProtectionRequest, BMSUserErrorPolicyNotFound, BMSUserErrorInvalidPolicyForGivenProvider
 */
export function checkPolicy(world: World, vault: Vault, workload: Workload, policyId: string): string {
  const marker = '/backuppolicies/'
  const at = keyOf(policyId).lastIndexOf(marker)
  if (at < 0 || !same(policyId.slice(0, at).replace(/\/{2,}/g, '/'), vault.id)) {
    throw badRequest(`policyId '${policyId}' is not the id of a policy of this vault (${VAULT_TYPE} '${vault.name}').`)
  }
  const policy = getPolicy(world, vault, policyId.slice(at + marker.length))
  if (!workload.owns(policy.properties)) {
    throw new Refusal(
      'BMSUserErrorInvalidPolicyForGivenProvider',
      `Policy '${policy.name}' is not valid for the given provider type: it is not for this kind of item. Choose a policy of type ${workload.managementType}.`,
    )
  }
  return policy.name
}

import { Refusal } from './errors.js'
import { keyOf, same } from './names.js'
import { getPolicy } from './policy-book.js'
import { badRequest } from './protection-input.js'
import { VAULT_TYPE, type Vault } from './vaults.js'
import type { Protectable, Workload } from './workloads.js'
import type { World } from './world.js'

/** SEED-45: a machine is in one vault only. SEED-47: once its protection is stopped there, another may take it. */
export function checkElsewhere(world: World, vault: Vault, source: Protectable): void {
  const other = world.items
    .ofSource(source.sourceKey)
    .find((item) => item.vaultKey !== vault.key && item.state !== 'ProtectionStopped')
  if (!other) return
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

import { Refusal } from './errors.js'
import { type DiskExclusion, findMachine, type Machine } from './machines.js'
import { keyOf, machineNames, readResourceId, same } from './names.js'
import { isVmPolicy } from './policies.js'
import { getPolicy } from './policy-book.js'
import { sameRegion } from './regions.js'
import { VAULT_TYPE, type Vault } from './vaults.js'
import type { World } from './world.js'

/** What a PUT of a protected item says. */
export interface ProtectionInput {
  containerName: string
  itemName: string
  protectedItemType?: string
  sourceResourceId?: string
  /** '' stops protection. */
  policyId?: string
  protectionState?: string
  isRehydrate?: boolean
  diskExclusion?: DiskExclusion
  activityId: string | undefined
}

/** The service's words for a configure request that doesn't fit together, and what exactly is wrong. */
export function badRequest(what: string): Refusal {
  return new Refusal(
    'BMSUserErrorInvalidConfigureProtectionRequest',
    `The input for configure protection is not in proper format: ${what} Check that the container exists and that all parameters are valid.`,
    { target: null, details: null, innerError: null },
  )
}

/**
 * The machine that a PUT wants protected: it exists, the item is named after it, vault and machine fit together.
 * @throws Refusal BMSUserErrorInvalidConfigureProtectionRequest, UserErrorVmVaultLocationMismatch
 */
export function checkSource(world: World, vault: Vault, input: ProtectionInput): Machine {
  const source = readResourceId(input.sourceResourceId ?? '')
  if (!source)
    throw badRequest(`sourceResourceId '${input.sourceResourceId ?? ''}' is not the id of a virtual machine.`)
  const names = machineNames(source)
  if (!same(names.item, input.itemName))
    throw badRequest(`the item name '${input.itemName}' is not that of '${source.name}', which is '${names.item}'.`)
  const machine = findMachine(world, input.sourceResourceId ?? '')
  if (!machine)
    throw badRequest(`the virtual machine '${source.name}' in resource group '${source.resourceGroup}' does not exist.`)
  if (!same(machine.resource.subscriptionId, vault.subscriptionId)) {
    throw badRequest(
      `the virtual machine is in subscription ${machine.resource.subscriptionId} and the vault in ${vault.subscriptionId}.`,
    )
  }
  if (!sameRegion(machine.resource.location, vault.location)) {
    throw new Refusal(
      'UserErrorVmVaultLocationMismatch',
      `The virtual machine is in ${machine.resource.location} and the vault in ${vault.location}. Protect it with a vault in its own region.`,
    )
  }
  return machine
}

/** SEED-45: a machine is in one vault only. SEED-47: once its protection is stopped there, another may take it. */
export function checkElsewhere(world: World, vault: Vault, machine: Machine): void {
  const other = world.items
    .ofSource(machine.resource.key)
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
export function checkPolicy(world: World, vault: Vault, policyId: string): string {
  const marker = '/backuppolicies/'
  const at = keyOf(policyId).lastIndexOf(marker)
  if (at < 0 || !same(policyId.slice(0, at).replace(/\/{2,}/g, '/'), vault.id)) {
    throw badRequest(`policyId '${policyId}' is not the id of a policy of this vault (${VAULT_TYPE} '${vault.name}').`)
  }
  const policy = getPolicy(world, vault, policyId.slice(at + marker.length))
  if (!isVmPolicy(policy.properties)) {
    throw new Refusal(
      'BMSUserErrorInvalidPolicyForGivenProvider',
      `Policy '${policy.name}' is not valid for the given provider type: it is not for virtual machines. Choose a policy of type AzureIaasVM.`,
    )
  }
  return policy.name
}

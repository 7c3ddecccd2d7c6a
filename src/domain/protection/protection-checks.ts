import { Refusal } from '../errors.js'
import { isClassicMachine } from '../inventory/machines.js'
import { keyOf, readResourceId, same } from '../names.js'
import { getPolicy } from '../policies/policy-book.js'
import { CLASSIC_VAULT_TYPE, isBackupVault, isClassicVault, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { isStopped, type ProtectedItem } from './protected-items.js'
import { badRequest } from './protection-input.js'
import type { MachineRegistration } from './registered-machines.js'
import type { Protectable, Workload } from './workloads.js'

/**
 * Whether a vault's item leaves its source to other vaults: once its protection is stopped (SEED-47), and soft-deleted
 * where soft delete is the enhanced one, which the vault's own document sets (domain.md 7) and Backup vaults always have.
 * One that is about to be resumed does not.
 */
export function letsGo(world: World, item: ProtectedItem): boolean {
  if (item.busyWith !== undefined && world.jobs.get(item.busyWith)?.work?.resumes === true) return false
  if (!item.deleted) return isStopped(item)
  const vault = world.vaults.get(item.vaultKey)
  return !vault || isBackupVault(vault) || vault.settings.softDeleteSetByVault
}

type Source = Pick<Protectable, 'sourceKey'>

/** The item that keeps a source from being protected in a vault. */
const itemElsewhere = (world: World, vault: Pick<Vault, 'key'>, { sourceKey }: Source) =>
  world.items.ofSource(sourceKey).find((item) => item.vaultKey !== vault.key && !letsGo(world, item))

/** The classic vault that another one's machine is registered with; only classic machines can be. */
function registeredElsewhere(world: World, vault: Pick<Vault, 'key'>, { sourceKey }: Source) {
  const { subscriptionId = '', type = '' } = readResourceId(sourceKey) ?? {}
  if (!isClassicMachine({ type })) return undefined
  return world.vaults
    .ofSubscription(subscriptionId, CLASSIC_VAULT_TYPE)
    .find(
      ({ key }) =>
        key !== vault.key && world.registrations.ofVault(key).some((other) => holdsOn(world, other, sourceKey)),
    )
}

/** A registration whose item has stopped lets its machine go to other vaults, as that item does (SEED-93). */
function holdsOn(world: World, { sourceKey, vaultKey, name }: MachineRegistration, wanted: string): boolean {
  const item = sourceKey === wanted ? world.items.find(vaultKey, name) : undefined
  return sourceKey === wanted && (item === undefined || !letsGo(world, item))
}

/** Whether another vault has a source, so that this one can't (SEED-45). */
export const holdsElsewhere = (world: World, vault: Pick<Vault, 'key'>, source: Source): boolean =>
  itemElsewhere(world, vault, source) !== undefined || registeredElsewhere(world, vault, source) !== undefined

/** SEED-45: a machine is in one vault only. @throws Refusal VirtualMachineAlreadyProtected */
export function checkElsewhere(world: World, vault: Pick<Vault, 'key'>, source: Source): void {
  const other = itemElsewhere(world, vault, source)
  const registeredWith = other ? undefined : registeredElsewhere(world, vault, source)
  if (registeredWith) {
    throw new Refusal(
      'VirtualMachineAlreadyProtected',
      `The virtual machine is already registered or registering with another vault (${registeredWith.name}). Unregister it there first, or select a different virtual machine.`,
    )
  }
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
  const marker = isClassicVault(vault) ? '/protectionpolicies/' : '/backuppolicies/'
  const at = keyOf(policyId).lastIndexOf(marker)
  if (at < 0 || !same(policyId.slice(0, at).replace(/\/{2,}/g, '/'), vault.id)) {
    throw badRequest(`policyId '${policyId}' is not the id of a policy of this vault (${vault.type} '${vault.name}').`)
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

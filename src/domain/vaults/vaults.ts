import { Refusal } from '../errors.js'
import { type ResourceId, same } from '../names.js'
import type { Operation } from '../operations.js'
import { makeBuiltInPolicies } from '../policies/policy-book.js'
import { seenFrom } from '../protection/discovery.js'
import type { World } from '../world.js'
import { groupForVault, newVault, regionOfVault } from './new-vault.js'
import { readRequests } from './resource-guards.js'
import { holdsItems, VAULT_TYPE, type Vault, vaultKey } from './vault.js'
import { changesOwnIdentityOnly, mergeIdentity, type VaultIdentity } from './vault-identity.js'
import { checkVaultName } from './vault-names.js'
import { vaultOperation } from './vault-operations.js'
import { enforceSettings } from './vault-security.js'
import { readVaultSettings, type VaultInput, type VaultSettings } from './vault-settings.js'

/** Since 2023 the calls that write a vault are long-running; before they were done at once. */
export interface VaultCall {
  asynchronous: boolean
  /** The version knows no soft delete but AlwaysON (wire-vm-more.md 2.6). */
  secureByDefault: boolean
}

/**
 * Creates a vault, or replaces one that is there.
 * @returns the vault, whether it is new, and the operation where the caller's version has one
 * @throws Refusal InvalidResourceName, LocationRequired, InvalidResourceLocation, UserErrorVaultQuotaReached, and what
 * the settings refuse
 */
export function putVault(
  world: World,
  id: Omit<ResourceId, 'type'>,
  input: VaultInput,
  call: VaultCall,
): { vault: Vault; created: boolean; operation?: Operation } {
  checkVaultName(id.name)
  const location = regionOfVault(id.name, input.location)
  const before = world.vaults.get(vaultKey(id.subscriptionId, id.resourceGroup, id.name))
  if (before) return { vault: replaceVault(world, before, location, input, call), created: false }

  checkVaultQuota(world, id.subscriptionId, location)
  const group = groupForVault(world, id, location)
  const identity = identityAfter(world, undefined, input)
  const vault: Vault = {
    ...newVault(world, VAULT_TYPE, id, group, location),
    ...(input.tags ? { tags: input.tags } : {}),
    sku: input.sku ?? { name: 'RS0', tier: 'Standard' },
    ...identity,
    settings: readVaultSettings(input, { ...identity, secureByDefault: call.secureByDefault }),
    provisioning: call.asynchronous ? 'Provisioning' : 'Succeeded',
    changedAt: world.now,
  }
  world.vaults.put(vault)
  makeBuiltInPolicies(world, vault)
  world.vaults.setDiscovered(vault.key, seenFrom(world, vault))
  if (!call.asynchronous) return { vault, created: true }
  return { vault, created: true, operation: vaultOperation(world, vault, 'putVault', 'vaultWriteMs') }
}

/** @throws Refusal InvalidResourceLocation: a vault stays in its region */
export function refuseOtherLocation(before: Vault, location: string): void {
  if (before.location === location) return
  throw new Refusal(
    'InvalidResourceLocation',
    `The resource '${before.name}' already exists in location '${before.location}' in resource group '${before.resourceGroup}'. A resource with the same name cannot be created in location '${location}'.`,
  )
}

function replaceVault(world: World, before: Vault, location: string, input: VaultInput, call: VaultCall): Vault {
  refuseOtherLocation(before, location)
  const { tags: _, ...rest } = before
  const identity = identityAfter(world, before, input)
  const vault: Vault = {
    ...rest,
    ...(input.tags ? { tags: input.tags } : {}),
    sku: input.sku ?? before.sku,
    ...identity,
    settings: settingsAfter(world, { ...before, ...identity }, input, call),
    changedAt: world.now,
  }
  world.vaults.put(vault)
  return vault
}

/**
 * Changes what a vault's PATCH names; the rest stays.
 * @returns the operation for versions that have one
 */
export function patchVault(
  world: World,
  vault: Vault,
  input: VaultInput,
  call: VaultCall,
): { vault: Vault; operation?: Operation } {
  const identity = identityAfter(world, vault, input)
  const changed: Vault = {
    ...vault,
    ...(input.tags ? { tags: input.tags } : {}),
    ...(input.sku ? { sku: input.sku } : {}),
    ...identity,
    settings: settingsAfter(world, { ...vault, ...identity }, input, call),
    changedAt: world.now,
  }
  world.vaults.put(changed)
  if (!call.asynchronous || changesOwnIdentityOnly(input)) return { vault: changed }
  return { vault: changed, operation: vaultOperation(world, changed, 'patchVault', 'vaultWriteMs') }
}

/** A vault's settings after a body, if its resource guard lets it pass. */
function settingsAfter(world: World, vault: Vault, input: VaultInput, { secureByDefault }: VaultCall): VaultSettings {
  const known = { before: vault.settings, identity: vault.identity, locked: holdsItems(world, vault), secureByDefault }
  const settings = readVaultSettings(input, known)
  enforceSettings(world, vault, settings, readRequests(input.properties?.resourceGuardOperationRequests))
  return settings
}

/** A vault's identities after a body. @param before as it was; undefined for a new one */
export function identityAfter(
  world: World,
  before: Vault | undefined,
  input: VaultInput,
): { identity?: VaultIdentity } {
  const identity = input.identity ? mergeIdentity(world.chance, before?.identity, input.identity) : before?.identity
  return identity ? { identity } : {}
}

/** @throws Refusal UserErrorVaultQuotaReached (SEED-66) */
export function checkVaultQuota(world: World, subscriptionId: string, location: string): void {
  const there = world.vaults
    .ofSubscription(subscriptionId, VAULT_TYPE)
    .filter((vault) => same(vault.location, location)).length
  if (there >= world.limits.vaultsPerRegion) {
    throw new Refusal(
      'UserErrorVaultQuotaReached',
      `The subscription has ${there} vaults in ${location}, and ${world.limits.vaultsPerRegion} is the most. Delete one, or use another subscription.`,
    )
  }
}

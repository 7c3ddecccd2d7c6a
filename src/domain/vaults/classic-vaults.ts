import { Refusal } from '../errors.js'
import type { ResourceId } from '../names.js'
import { makeBuiltInPolicies } from '../policies/policy-book.js'
import type { World } from '../world.js'
import { groupForVault, newVault, regionOfVault } from './new-vault.js'
import type { Redundancy } from './redundancy.js'
import { oneOf } from './setting-values.js'
import { CLASSIC_VAULT_TYPE, type Vault, vaultKey } from './vault.js'
import { checkVaultName } from './vault-names.js'
import { readVaultSettings, type VaultInput } from './vault-settings.js'
import { refuseOtherLocation } from './vaults.js'

/**
 * Creates a classic vault, or replaces what is said of one that is there. It has DefaultPolicy, keeps nothing that is
 * deleted, and knows no machine before its first discovery (SEED-02).
 * @returns the vault, and whether it is new
 * @throws Refusal InvalidResourceName, LocationRequired, LocationNotAvailableForResourceType, InvalidResourceLocation,
 * ResourceGroupBeingDeleted, UserErrorVaultQuotaReached
 */
export function putClassicVault(
  world: World,
  id: Omit<ResourceId, 'type'>,
  input: Pick<VaultInput, 'location' | 'tags' | 'sku'>,
): { vault: Vault; created: boolean } {
  checkVaultName(id.name)
  const location = regionOfVault(id.name, input.location)
  const before = world.vaults.get(vaultKey(id.subscriptionId, id.resourceGroup, id.name, CLASSIC_VAULT_TYPE))
  if (before) refuseOtherLocation(before, location)
  else checkClassicQuota(world, id.subscriptionId)
  const group = groupForVault(world, id, location)
  const vault: Vault = {
    ...(before ?? {
      ...newVault(world, CLASSIC_VAULT_TYPE, id, group, location),
      settings: { ...readVaultSettings({}), softDelete: 'Disabled', enhancedSecurity: 'Disabled' },
      provisioning: 'Succeeded',
    }),
    tags: input.tags ?? {},
    sku: input.sku ?? before?.sku ?? { name: 'standard' },
    changedAt: world.now,
  }
  world.vaults.put(vault)
  if (!before) makeBuiltInPolicies(world, vault)
  return { vault, created: !before }
}

/** @throws Refusal UserErrorVaultQuotaReached (SEED-66) */
function checkClassicQuota(world: World, subscriptionId: string): void {
  const most = world.limits.classicVaultsPerSubscription
  const there = world.vaults.ofSubscription(subscriptionId, CLASSIC_VAULT_TYPE).length
  if (there < most) return
  throw new Refusal(
    'UserErrorVaultQuotaReached',
    `The subscription has ${there} backup vaults, and ${most} is the most. Delete one, or use another subscription.`,
  )
}

/** There was no zone redundancy then (domain.md 13.1). */
const STORAGE_TYPES: readonly Redundancy[] = ['GeoRedundant', 'LocallyRedundant']

/**
 * Changes the redundancy of a classic vault, which is free until its first machine is registered.
 * @throws Refusal StorageModelModifyError, InvalidParameter
 */
export function setStorageType(world: World, vault: Vault, storageModelType: unknown): void {
  const redundancy = oneOf(storageModelType, STORAGE_TYPES, 'storageModelType')
  if (redundancy === undefined) {
    throw new Refusal('InvalidParameter', `storageModelType is missing. Use one of ${STORAGE_TYPES.join(', ')}.`)
  }
  if (vault.storageLocked) {
    throw new Refusal(
      'StorageModelModifyError',
      `The Storage Redundancy option of vault '${vault.name}' is locked since the first machine was registered with it. Make another vault, and set its redundancy before anything else.`,
    )
  }
  world.vaults.put({ ...vault, settings: { ...vault.settings, redundancy }, changedAt: world.now })
}

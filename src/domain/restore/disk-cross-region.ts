import { readResourceId, same } from '../names.js'
import { notThere } from '../vaults/backup-vault-operations.js'
import { BACKUP_VAULT_TYPE, getVault, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { badRestore } from './bad-restore.js'
import { getSecondary } from './cross-region.js'

/**
 * The Backup vault that an id names, whichever region is asked.
 * @throws Refusal UserErrorGenericResourceNotFound
 */
export function sourceVaultOf(world: World, id: string): Vault {
  const read = readResourceId(id)
  if (!read || !same(read.type, BACKUP_VAULT_TYPE)) throw notThere(`Backup vault '${id}'`)
  return getVault(world, read.subscriptionId, read.resourceGroup, read.name, BACKUP_VAULT_TYPE)
}

/**
 * The vault of the backup instance that an id names.
 * @throws Refusal UserErrorGenericResourceNotFound
 */
export function vaultOfInstance(world: World, id: string): Vault {
  const [, vaultId = '', name = ''] = /^(.*)\/backupInstances\/([^/]+)\/?$/i.exec(id) ?? []
  const vault = sourceVaultOf(world, vaultId)
  const item = world.items.find(vault.key, name)
  if (item && !item.deleted) return vault
  throw notThere(`backup instance '${name}' in vault '${vault.name}'`)
}

/**
 * No disk is restored in another region: its snapshots are in its own group, not in the vault (domain.md 9).
 * @throws Refusal UserErrorGenericResourceNotFound, UserErrorCrossRegionRestoreNotEnabled,
 * UserErrorInvalidRestoreRequest
 */
export function refuseCrossRegion(world: World, instanceId: string): never {
  const region = getSecondary(vaultOfInstance(world, instanceId))
  throw badRestore(
    `nothing of a disk is copied to ${region}, as its snapshots stay in their resource group. Restore it in its own region.`,
  )
}

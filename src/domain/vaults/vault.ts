import type { Members } from '../documents.js'
import { Refusal } from '../errors.js'
import type { Conditions } from '../inventory/conditions.js'
import type { Limits } from '../limits.js'
import { keyOf, resourceId, same } from '../names.js'
import type { Instant } from '../policies/schedule.js'
import type { World } from '../world.js'
import type { DataMove } from './data-move-checks.js'
import type { VaultDeletion } from './deleted-vaults.js'
import type { AttachedGuard } from './resource-guard-proxies.js'
import type { SecurityPin } from './security-pin.js'
import type { VaultIdentity } from './vault-identity.js'
import type { VaultSettings } from './vault-settings.js'

export interface Vault {
  key: string
  type: VaultType
  /** As created. */
  id: string
  subscriptionId: string
  resourceGroup: string
  name: string
  location: string
  /** The number that the service keeps for the vault. */
  number: number
  tags?: Record<string, string>
  sku: Record<string, unknown>
  identity?: VaultIdentity
  settings: VaultSettings
  /** What is wrong with the vault itself. */
  conditions?: Conditions
  /** The resource guard that critical operations have to be authorized by. */
  guard?: AttachedGuard
  /** Its data is prepared to move to another vault, or on the move. */
  dataMove?: DataMove
  provisioning: 'Provisioning' | 'Succeeded'
  /** The keys that its agents share. */
  extendedInfo?: ExtendedInfo
  /** The last one that was given out. */
  securityPin?: SecurityPin
  /** Site Recovery's, kept for who reads them with every vault. */
  replicationSettings?: { migrationSolutionId?: string; vmwareToAzureProviderType?: string }
  /** It was deleted, and can be had back. */
  deletion?: VaultDeletion
  /** When it was last changed: its etag. */
  changedAt: Instant
  /** Of a Backup vault: what its one storage setting is for. */
  datastore?: string
  /** Of a Backup vault: its settings as they were sent; what was never said is not shown (golden disk/03). */
  sent?: { securitySettings?: Members; featureSettings?: Members }
  /** Of a Backup vault: what the ids of its operations begin with (wire-disk.md 1.1). */
  operationsId?: string
  /** Of a classic vault: a machine was registered once, since when its redundancy stays (StorageModelModifyError). */
  storageLocked?: true
  /** When policies were added or edited, as far as it still counts (domain.md 3). */
  policyWrites?: Instant[]
}

/** The keys that agents of a vault share, and the GUID that their state is known by. */
export interface ExtendedInfo {
  etag: string
  properties: {
    integrityKey?: string
    encryptionKey?: string
    encryptionKeyThumbprint?: string
    algorithm?: string
  }
}

export const VAULT_TYPE = 'Microsoft.RecoveryServices/vaults'
/** The vaults of 2014 to 2016, of their own provider (wire-classic.md). */
export const CLASSIC_VAULT_TYPE = 'Microsoft.Backup/BackupVault'
/** Backup vaults: disks, and what else has no Recovery Services vault (wire-disk.md). */
export const BACKUP_VAULT_TYPE = 'Microsoft.DataProtection/backupVaults'
export type VaultType = typeof VAULT_TYPE | typeof CLASSIC_VAULT_TYPE | typeof BACKUP_VAULT_TYPE

export const vaultTypeOf = (type: string): VaultType | undefined =>
  [VAULT_TYPE, CLASSIC_VAULT_TYPE, BACKUP_VAULT_TYPE].find((known): known is VaultType => same(known, type))

export const isClassicVault = ({ type }: Pick<Vault, 'type'>) => type === CLASSIC_VAULT_TYPE
export const isBackupVault = ({ type }: Pick<Vault, 'type'>) => type === BACKUP_VAULT_TYPE

export const vaultKey = (subscriptionId: string, group: string, name: string, type: VaultType = VAULT_TYPE) =>
  keyOf(resourceId({ subscriptionId, resourceGroup: group, type, name }))

/** @throws Refusal ResourceNotFound, as the gateway words it */
export function getVault(
  world: World,
  subscriptionId: string,
  group: string,
  name: string,
  type: VaultType = VAULT_TYPE,
): Vault {
  const vault = world.vaults.get(vaultKey(subscriptionId, group, name, type))
  if (!vault) {
    throw new Refusal(
      'ResourceNotFound',
      `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    )
  }
  return vault
}

/** The limits that hold for a vault. */
export const limitsIn = (world: World, vault: Pick<Vault, 'type'>): Limits =>
  isClassicVault(vault) ? world.classicLimits : world.limits

/** A vault's redundancy is locked as soon as it holds a protected item, soft-deleted ones too (SEED-43). */
export const holdsItems = (world: World, vault: Vault) => world.items.any(vault.key)

import { backupVaultFamily } from '../../arm/versions.js'
import { TENANT_ID } from '../../domain/inventory/inventory.js'
import { regionOf } from '../../domain/regions.js'
import { backupScoresOf, softDeleteOf } from '../../domain/vaults/backup-vault-settings.js'
import { BACKUP_VAULT_TYPE, type Vault } from '../../domain/vaults/vault.js'
import type { VaultIdentity } from '../../domain/vaults/vault-identity.js'

/** A Backup vault in a version's family, members in the recorded order (golden disk/03); undefined ones are left out. */
export function backupVaultView(vault: Vault, version: string): Record<string, unknown> {
  const { early } = backupVaultFamily(version)
  // Until 2022 a vault got its identity while it was made.
  const identity = early && vault.provisioning === 'Provisioning' ? undefined : vault.identity
  return {
    location: vault.location,
    tags: vault.tags,
    identity: identity && identityView(identity),
    properties: { provisioningState: vault.provisioning, ...settingsView(vault, version) },
    id: vault.id,
    name: vault.name,
    type: BACKUP_VAULT_TYPE,
  }
}

export function identityView({ principalId, userAssigned }: VaultIdentity): Record<string, unknown> {
  const users = Object.keys(userAssigned).length > 0
  const kinds = [...(principalId ? ['SystemAssigned'] : []), ...(users ? ['UserAssigned'] : [])]
  return {
    type: kinds.join(',') || 'None',
    ...(principalId ? { principalId } : {}),
    ...(kinds.length > 0 ? { tenantId: TENANT_ID } : {}),
    ...(users ? { userAssignedIdentities: userAssigned } : {}),
  }
}

/** What a vault is set to; a deleted one shows it too. */
export function settingsView(vault: Vault, version: string): Record<string, unknown> {
  const { settings, datastore, guard, sent } = vault
  const { early, scores } = backupVaultFamily(version)
  const { secureScore, bcdrSecurityLevel } = backupScoresOf(settings)
  const paired = settings.redundancy === 'GeoRedundant' ? regionOf(vault.location)?.paired : undefined
  return {
    storageSettings: [{ datastoreType: datastore, type: settings.redundancy }],
    isVaultProtectedByResourceGuard: early ? undefined : guard !== undefined,
    monitoringSettings: settings.monitoring,
    securitySettings: early ? undefined : securityView(vault),
    featureSettings: sent?.featureSettings,
    secureScore: scores > 0 ? secureScore : undefined,
    bcdrSecurityLevel: scores > 1 ? bcdrSecurityLevel : undefined,
    replicatedRegions: scores > 0 ? [paired].filter((region) => region !== undefined) : undefined,
  }
}

function securityView(vault: Vault): Record<string, unknown> {
  const { state, days } = softDeleteOf(vault)
  return {
    softDeleteSettings: { state, retentionDurationInDays: days },
    immutabilitySettings: vault.sent?.securitySettings?.immutabilitySettings,
    encryptionSettings: vault.sent?.securitySettings?.encryptionSettings,
  }
}

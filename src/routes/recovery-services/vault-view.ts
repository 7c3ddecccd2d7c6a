import { etagOf } from '../../arm/times.js'
import { vaultFamily } from '../../arm/versions.js'
import { TENANT_ID } from '../../domain/inventory.js'
import type { VaultIdentity } from '../../domain/vault-identity.js'
import { scoresOf } from '../../domain/vault-settings.js'
import { VAULT_TYPE, type Vault } from '../../domain/vaults.js'

/** A vault as the wire has it in a version's family, members in the recorded order (wire-vm.md 3). */
export function vaultView(vault: Vault, version: string): Record<string, unknown> {
  return {
    location: vault.location,
    name: vault.name,
    etag: etagOf(vault.changedAt),
    ...(vault.tags ? { tags: vault.tags } : {}),
    ...(vault.identity ? { identity: identityView(vault.identity) } : {}),
    properties: propertiesOf(vault, version),
    id: vault.id,
    type: VAULT_TYPE,
    sku: vault.sku,
  }
}

/** The service spells the kinds of identity its own way: `SystemAssigned, UserAssigned` (wire-vm-more.md 2.2). */
function identityView({ principalId, userAssigned }: VaultIdentity): Record<string, unknown> {
  const users = Object.keys(userAssigned).length > 0
  const kinds = [...(principalId ? ['SystemAssigned'] : []), ...(users ? ['UserAssigned'] : [])]
  return {
    ...(principalId ? { tenantId: TENANT_ID, principalId } : {}),
    type: kinds.join(', ') || 'None',
    ...(users ? { userAssignedIdentities: userAssigned } : {}),
  }
}

function propertiesOf(vault: Vault, version: string): Record<string, unknown> {
  const { settings } = vault
  const family = vaultFamily(version)
  const provisioning = vault.provisioning === 'Provisioning'
  const base = {
    provisioningState: vault.provisioning,
    privateEndpointStateForBackup: 'None',
    privateEndpointStateForSiteRecovery: 'None',
    ...(settings.encryption ? { encryption: settings.encryption } : {}),
  }
  if (!family.settings) return base
  return {
    ...base,
    ...(family.monitoring && settings.monitoring ? { monitoringSettings: settings.monitoring } : {}),
    ...(provisioning ? {} : { backupStorageVersion: 'Unassigned' }),
    securitySettings: securityOf(vault, family),
    redundancySettings: {
      standardTierStorageRedundancy: settings.redundancy,
      crossRegionRestore: settings.crossRegionRestore ? 'Enabled' : 'Disabled',
    },
    ...scoresOf(settings),
    publicNetworkAccess: settings.publicNetworkAccess,
    restoreSettings: {
      crossSubscriptionRestoreSettings: { crossSubscriptionRestoreState: settings.crossSubscriptionRestore },
    },
  }
}

function securityOf(
  { settings, provisioning }: Vault,
  family: ReturnType<typeof vaultFamily>,
): Record<string, unknown> {
  const unset = family.absentImmutability ? {} : { immutabilitySettings: null }
  return {
    ...(settings.immutability ? { immutabilitySettings: { state: settings.immutability } } : unset),
    softDeleteSettings: {
      softDeleteRetentionPeriodInDays: settings.softDeleteDays,
      softDeleteState: settings.softDelete,
      enhancedSecurityState: settings.enhancedSecurity,
    },
    multiUserAuthorization: provisioning === 'Provisioning' ? 'Invalid' : 'Disabled',
    ...(family.monitoring ? { sourceScanConfiguration: { state: 'Disabled' } } : {}),
  }
}

import { etagOf } from '../../arm/times.js'
import { vaultFamily } from '../../arm/versions.js'
import { TENANT_ID } from '../../domain/inventory/inventory.js'
import { isReachedPrivately, type PrivateEndpoint } from '../../domain/vaults/private-endpoints.js'
import { holdsItems, VAULT_TYPE, type Vault } from '../../domain/vaults/vault.js'
import type { VaultEncryption } from '../../domain/vaults/vault-encryption.js'
import type { VaultIdentity } from '../../domain/vaults/vault-identity.js'
import { scoresOf } from '../../domain/vaults/vault-settings.js'
import type { World } from '../../domain/world.js'

/** A vault as the wire has it in a version's family, members in the recorded order (wire-vm.md 3); undefined ones are left out. */
export function vaultView(world: World, vault: Vault, version: string): Record<string, unknown> {
  return {
    location: vault.location,
    name: vault.name,
    etag: etagOf(vault.changedAt),
    tags: vault.tags,
    identity: vault.identity && identityView(vault.identity),
    properties: propertiesOf(world, vault, version),
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
    ...(kinds.length > 0 ? { tenantId: TENANT_ID } : {}),
    ...(principalId ? { principalId } : {}),
    type: kinds.join(', ') || 'None',
    ...(users ? { userAssignedIdentities: userAssigned } : {}),
  }
}

function propertiesOf(world: World, vault: Vault, version: string): Record<string, unknown> {
  const { settings } = vault
  const family = vaultFamily(version)
  const endpoints = world.privateEndpoints.ofVault(vault.key)
  const reached = {
    privateEndpointConnections:
      endpoints.length > 0 ? endpoints.map((endpoint) => privateEndpointView(vault, endpoint)) : undefined,
    privateEndpointStateForBackup: isReachedPrivately(endpoints, 'AzureBackup') ? 'Enabled' : 'None',
    privateEndpointStateForSiteRecovery: isReachedPrivately(endpoints, 'AzureSiteRecovery') ? 'Enabled' : 'None',
  }
  const encryption = settings.encryption && encryptionView(settings.encryption)
  if (!family.settings) {
    return {
      provisioningState: vault.provisioning,
      ...reached,
      encryption,
    }
  }
  // While a vault is made, soft delete is what the request says, not yet what it will be without (wire-vm-more.md 2.4).
  const unsaid = vault.provisioning === 'Provisioning' && !settings.softDeleteSetByVault
  const { secureScore, bcdrSecurityLevel } = scoresOf(unsaid ? { ...settings, softDelete: 'Disabled' } : settings)
  return {
    provisioningState: vault.provisioning,
    ...reached,
    encryption,
    monitoringSettings: settings.monitoring,
    backupStorageVersion: vault.provisioning === 'Provisioning' ? undefined : storageVersionOf(world, vault),
    securitySettings: unsaid && !settings.immutability ? undefined : securityOf(vault, family, unsaid),
    redundancySettings: {
      standardTierStorageRedundancy: settings.redundancy,
      crossRegionRestore: settings.crossRegionRestore ? 'Enabled' : 'Disabled',
    },
    regionOfChoiceSettings: family.regionOfChoice ? { status: 'Disabled' } : undefined,
    secureScore,
    bcdrSecurityLevel,
    publicNetworkAccess: settings.publicNetworkAccess,
    restoreSettings: {
      crossSubscriptionRestoreSettings: { crossSubscriptionRestoreState: settings.crossSubscriptionRestore },
    },
  }
}

/** A vault gets its storage with its first item (golden vault-get-2024-softdelete-disabled). */
const storageVersionOf = (world: World, vault: Vault) => (holdsItems(world, vault) ? 'V2' : 'Unassigned')

/** Whose key it is: one of the users' identities finds it, or, with a null for that, the vault's own (wire-vm-more.md 2.3). */
function encryptionView({ keyUri, userAssignedIdentity, infrastructureEncryption }: VaultEncryption) {
  const kekIdentity = { useSystemAssignedIdentity: userAssignedIdentity === null, userAssignedIdentity }
  return { keyVaultProperties: { keyUri }, kekIdentity, infrastructureEncryption }
}

/** A private endpoint's connection, in its own place and in its vault. */
export function privateEndpointView(vault: Vault, endpoint: PrivateEndpoint): Record<string, unknown> {
  const { name, provisioning, endpointId, approval, description, actionsRequired, groupIds } = endpoint
  return {
    id: `${vault.id}/privateEndpointConnections/${name}`,
    name,
    type: 'Microsoft.RecoveryServices/vaults/privateEndpointConnections',
    properties: {
      provisioningState: provisioning,
      privateEndpoint: { id: endpointId },
      privateLinkServiceConnectionState: { status: approval, description, actionsRequired },
      groupIds,
    },
  }
}

function securityOf(
  { settings, provisioning, guard }: Vault,
  family: ReturnType<typeof vaultFamily>,
  unsaid: boolean,
): Record<string, unknown> {
  const unset = family.nullImmutability ? null : undefined
  return {
    immutabilitySettings: settings.immutability ? { state: settings.immutability } : unset,
    softDeleteSettings: unsaid
      ? null
      : {
          softDeleteRetentionPeriodInDays: settings.softDelete === 'Disabled' ? 0 : settings.softDeleteDays,
          softDeleteState: settings.softDelete,
          enhancedSecurityState: settings.enhancedSecurity,
        },
    multiUserAuthorization: provisioning === 'Provisioning' ? 'Invalid' : guard ? 'Enabled' : 'Disabled',
    sourceScanConfiguration: family.sourceScan ? { state: 'Disabled' } : undefined,
  }
}

import { type Static, Type } from '@sinclair/typebox'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { AnyObject, VersionQuery } from '../../arm/shapes.js'
import { backupFamily } from '../../arm/versions.js'
import { changeStorageConfig, changeVaultConfig } from '../../domain/vault-settings.js'
import { holdsItems, type Vault } from '../../domain/vaults.js'
import type { World } from '../../domain/world.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

const ConfigBody = Type.Object({ properties: AnyObject })
type ConfigInput = Static<typeof ConfigBody>

const CONFIG = `${VAULT}/backupconfig/vaultconfig`
const STORAGE = `${VAULT}/backupstorageconfig/vaultstorageconfig`

/** wire-vm.md 4; 2024 says for how long deleted data is kept. */
function configView(vault: Vault, version: string): Record<string, unknown> {
  const { settings } = vault
  return {
    id: `${vault.id}/backupconfig/vaultconfig`,
    name: 'vaultconfig',
    type: 'Microsoft.RecoveryServices/vaults/backupconfig',
    properties: {
      enhancedSecurityState: settings.enhancedSecurity,
      softDeleteFeatureState: settings.softDelete,
      ...(backupFamily(version).named ? { softDeleteRetentionPeriodInDays: settings.softDeleteDays } : {}),
      isSoftDeleteFeatureStateEditable: settings.softDelete !== 'AlwaysON',
    },
  }
}

function storageView(world: World, vault: Vault): Record<string, unknown> {
  const { redundancy, crossRegionRestore } = vault.settings
  return {
    id: `${vault.id}/backupstorageconfig/vaultstorageconfig`,
    name: 'vaultstorageconfig',
    type: 'Microsoft.RecoveryServices/vaults/backupstorageconfig',
    properties: {
      storageModelType: redundancy,
      storageType: redundancy,
      dedupState: 'Disabled',
      xcoolState: 'Disabled',
      storageTypeState: holdsItems(world, vault) ? 'Locked' : 'Unlocked',
      crossRegionRestoreFlag: crossRegionRestore,
    },
  }
}

function changeConfig(world: World, call: Call<ConfigInput>): Reply {
  const vault = vaultOf(world, call)
  const changed = { ...vault, settings: changeVaultConfig(vault.settings, call.body.properties), changedAt: world.now }
  world.vaults.put(changed)
  return ok(configView(changed, call.apiVersion))
}

function changeStorage(world: World, call: Call<ConfigInput>): Vault {
  const vault = vaultOf(world, call)
  const settings = changeStorageConfig(vault.settings, call.body.properties, holdsItems(world, vault))
  const changed = { ...vault, settings, changedAt: world.now }
  world.vaults.put(changed)
  return changed
}

/** How the vault's data is encrypted: by Microsoft's keys, or by one of the customer's (wire-vm-more.md 2.3). */
function encryptionView(vault: Vault): Record<string, unknown> {
  const { keyVaultProperties, kekIdentity, infrastructureEncryption } = (vault.settings.encryption ?? {}) as {
    keyVaultProperties?: { keyUri?: string }
    kekIdentity?: { userAssignedIdentity?: string; useSystemAssignedIdentity?: boolean }
    infrastructureEncryption?: string
  }
  const keyUri = keyVaultProperties?.keyUri
  const user = kekIdentity?.userAssignedIdentity
  return {
    id: `${vault.id}/backupEncryptionConfigs/backupResourceEncryptionConfig`,
    name: 'backupResourceEncryptionConfig',
    type: 'Microsoft.RecoveryServices/vaults/backupEncryptionConfigs',
    properties: {
      ...(keyUri && user ? { userAssignedIdentity: user } : {}),
      useSystemAssignedIdentity: !(keyUri && user),
      encryptionAtRestType: keyUri ? 'CustomerManaged' : 'MicrosoftManaged',
      ...(keyUri ? { keyUri, subscriptionId: '' } : {}),
      lastUpdateStatus: keyUri ? 'Succeeded' : 'NotEnabled',
      infrastructureEncryptionState: infrastructureEncryption ?? 'Disabled',
    },
  }
}

const tag = 'Vault configuration'
const configErrors = [
  'ResourceNotFound',
  'InvalidRequestContent',
  'InvalidParameter',
  'BMSUserErrorSoftDeleteUseVaultApi',
] as const
const storageErrors = [
  'ResourceNotFound',
  'InvalidRequestContent',
  'InvalidParameter',
  'UserErrorStorageTypeModificationNotAllowed',
  'BMSUserErrorRedundancySettingsUseVaultApi',
] as const
const config = { 200: { description: 'The configuration' } }
const softDeleteOff = { properties: { enhancedSecurityState: 'Enabled', softDeleteFeatureState: 'Disabled' } }
/** Taken by any vault that was made without saying otherwise: cross-region restore can be switched on late. */
const geoRedundant = { properties: { storageModelType: 'GeoRedundant', crossRegionRestoreFlag: true } }

/** A vault's security and storage configuration: other views of what the vault's own document says. */
export const vaultConfigurationRoutes = [
  route({
    operation: 'BackupResourceVaultConfigs.Get',
    method: 'GET',
    path: CONFIG,
    tag,
    summary: 'Get soft delete and security settings',
    query: VersionQuery,
    responses: config,
    errors: ['ResourceNotFound'],
    handle: (world, call) => ok(configView(vaultOf(world, call), call.apiVersion)),
  }),
  route({
    operation: 'BackupResourceVaultConfigs.Update',
    method: 'PATCH',
    path: CONFIG,
    tag,
    summary: 'Change soft delete and security settings',
    query: VersionQuery,
    body: ConfigBody,
    example: softDeleteOff,
    responses: config,
    errors: configErrors,
    handle: changeConfig,
  }),
  route({
    operation: 'BackupResourceVaultConfigs.Put',
    method: 'PUT',
    path: CONFIG,
    tag,
    summary: 'Replace soft delete and security settings',
    query: VersionQuery,
    body: ConfigBody,
    example: softDeleteOff,
    responses: config,
    errors: configErrors,
    handle: changeConfig,
  }),
  route({
    operation: 'BackupResourceStorageConfigsNonCRR.Get',
    method: 'GET',
    path: STORAGE,
    tag,
    summary: 'Get the storage redundancy',
    query: VersionQuery,
    responses: config,
    errors: ['ResourceNotFound'],
    handle: (world, call) => ok(storageView(world, vaultOf(world, call))),
  }),
  route({
    operation: 'BackupResourceStorageConfigsNonCRR.Update',
    method: 'PUT',
    path: STORAGE,
    tag,
    summary: 'Set the storage redundancy of an empty vault',
    query: VersionQuery,
    body: ConfigBody,
    example: geoRedundant,
    responses: config,
    errors: storageErrors,
    handle: (world, call) => ok(storageView(world, changeStorage(world, call))),
  }),
  route({
    operation: 'BackupResourceStorageConfigsNonCRR.Patch',
    method: 'PATCH',
    path: STORAGE,
    tag,
    summary: 'Change the storage redundancy of an empty vault',
    query: VersionQuery,
    body: ConfigBody,
    example: geoRedundant,
    responses: { 204: { description: 'Changed' } },
    errors: storageErrors,
    handle: (world, call) => {
      changeStorage(world, call)
      return { status: 204 }
    },
  }),
  route({
    operation: 'BackupResourceEncryptionConfigs.Get',
    method: 'GET',
    path: `${VAULT}/backupEncryptionConfigs/backupResourceEncryptionConfig`,
    tag,
    summary: 'Get how the vault is encrypted',
    query: VersionQuery,
    responses: config,
    errors: ['ResourceNotFound'],
    handle: (world, call) => ok(encryptionView(vaultOf(world, call))),
  }),
  route({
    operation: 'ResourceGuardProxies.Get',
    method: 'GET',
    path: `${VAULT}/backupResourceGuardProxies`,
    tag,
    summary: 'List the resource guards of the vault',
    query: VersionQuery,
    responses: { 200: { description: 'None is attached' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => {
      vaultOf(world, call)
      return list([])
    },
  }),
] as const

import { type Static, Type } from '@sinclair/typebox'
import { type Call, ok, type Reply, route } from '../../arm/route.js'
import { GuardRequests, VersionQuery } from '../../arm/shapes.js'
import { backupFamily, configFamily } from '../../arm/versions.js'
import { changeStorageConfig } from '../../domain/vaults/redundancy.js'
import { readRequests } from '../../domain/vaults/resource-guards.js'
import { changeVaultConfig } from '../../domain/vaults/soft-delete-settings.js'
import { holdsItems, type Vault } from '../../domain/vaults/vault.js'
import { enforceSettings } from '../../domain/vaults/vault-security.js'
import type { World } from '../../domain/world.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

/** Names and values are read by the domain, which refuses in the service's own words; their types are checked here. */
const ConfigBody = Type.Object({
  properties: Type.Object({
    enhancedSecurityState: Type.Optional(Type.String()),
    softDeleteFeatureState: Type.Optional(Type.String()),
    softDeleteRetentionPeriodInDays: Type.Optional(Type.Number()),
    resourceGuardOperationRequests: GuardRequests,
  }),
})
const StorageBody = Type.Object({
  properties: Type.Object({
    storageModelType: Type.Optional(Type.String()),
    storageType: Type.Optional(Type.String()),
    crossRegionRestoreFlag: Type.Optional(Type.Boolean()),
  }),
})

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
      // The configuration has no third state here, as the vault's own document has.
      enhancedSecurityState: settings.enhancedSecurity === 'Disabled' ? 'Disabled' : 'Enabled',
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

function changeConfig(world: World, call: Call<Static<typeof ConfigBody>>): Reply {
  const vault = vaultOf(world, call)
  const { properties } = call.body
  const settings = changeVaultConfig(vault.settings, properties, configFamily(call.apiVersion))
  enforceSettings(world, vault, settings, readRequests(properties.resourceGuardOperationRequests))
  const changed = { ...vault, settings, changedAt: world.now }
  world.vaults.put(changed)
  return ok(configView(changed, call.apiVersion))
}

function changeStorage(world: World, call: Call<Static<typeof StorageBody>>): Vault {
  const vault = vaultOf(world, call)
  const settings = changeStorageConfig(vault.settings, call.body.properties, holdsItems(world, vault))
  const changed = { ...vault, settings, changedAt: world.now }
  world.vaults.put(changed)
  return changed
}

const tag = 'Vault configuration'
const configErrors = [
  'ResourceNotFound',
  'InvalidRequestContent',
  'InvalidParameter',
  'BMSUserErrorSoftDeleteUseVaultApi',
  'BMSUserErrorDisablingSoftDeleteStateNotAllowed',
  'UserErrorChangeEnhancedSecurityStateNotAllowed',
  'UserErrorResourceGuardOperationRequestNotProvided',
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
    body: StorageBody,
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
    body: StorageBody,
    example: geoRedundant,
    responses: { 204: { description: 'Changed' } },
    errors: storageErrors,
    handle: (world, call) => {
      changeStorage(world, call)
      return { status: 204 }
    },
  }),
] as const

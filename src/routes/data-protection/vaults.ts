import type { Static } from '@sinclair/typebox'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { keepsDeletedBackupVaults } from '../../arm/versions.js'
import type { BackupVaultInput } from '../../domain/vaults/backup-vault-settings.js'
import { deleteBackupVault, patchBackupVault, putBackupVault } from '../../domain/vaults/backup-vaults.js'
import { BACKUP_VAULT_TYPE, type Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { BACKUP_VAULT, BACKUP_VAULTS_OF_GROUP, SUBSCRIPTION } from '../scopes.js'
import { removeIfThere } from '../vault-removal.js'
import { accepted, backupVaultOf, created } from './long-running.js'
import { BackupVaultBody, BackupVaultPatch } from './vault-body.js'
import { backupVaultView } from './vault-view.js'

const tag = 'Backup vaults'

const EXAMPLE = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  properties: { storageSettings: [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }] },
}

/** What a call is known by, for what tells of it later. */
export const activityOf = (world: World, { correlationId }: Call) => correlationId ?? world.chance.guid()

function put(world: World, call: Call<Static<typeof BackupVaultBody>>): Reply {
  const { subscriptionId = '', resourceGroupName: resourceGroup = '', backupVaultName: name = '' } = call.params
  const id = { subscriptionId, resourceGroup, name }
  const written = putBackupVault(world, id, call.body as BackupVaultInput, call.deletedVaultId)
  const { vault, operation } = written
  const view = backupVaultView(vault, call.apiVersion)
  return created(call, vault, operation, view, undefined, written.created ? 201 : 200)
}

function patch(world: World, call: Call<Static<typeof BackupVaultPatch>>): Reply {
  const { vault, operation } = patchBackupVault(world, backupVaultOf(world, call), call.body as BackupVaultInput)
  return accepted(call, vault, operation)
}

const remove = (world: World, call: Call): Reply =>
  removeIfThere(
    () => backupVaultOf(world, call),
    (vault) => {
      const keepsDeleted = keepsDeletedBackupVaults(call.apiVersion)
      const operation = deleteBackupVault(world, vault, { keepsDeleted, activityId: activityOf(world, call) })
      return accepted(call, vault, operation)
    },
  )

const listed = (call: Call, vaults: Vault[]) => list(vaults.map((vault) => backupVaultView(vault, call.apiVersion)))

/** What settings are refused with, new or changed. */
const settingErrors = [
  'InvalidRequestContent',
  'InvalidParameter',
  'InvalidRestApiParameter',
  'BMSUserErrorInvalidInput',
  'UserErrorCMKKeyVaultAuthFailure',
  'UserErrorStorageTypeModificationNotAllowed',
  'UserErrorUnsupportedVaultImmutabilityStateChange',
  'BMSUserErrorDisablingSoftDeleteStateNotAllowed',
  'UserErrorResourceGuardOperationRequestNotProvided',
] as const
const many = { 200: { description: 'The vaults: { value: [...] }' } }

/** Backup vaults: `Microsoft.DataProtection/backupVaults`. */
export const backupVaultRoutes = [
  route({
    operation: 'BackupVaultResources.BackupVaultsCreateOrUpdate',
    method: 'PUT',
    path: BACKUP_VAULT,
    tag,
    summary: 'Create a Backup vault, or replace its settings',
    description:
      'A new vault is answered while it is still Provisioning; poll the Azure-AsyncOperation URL. With the header x-ms-deleted-vault-id a deleted vault comes back.',
    query: VersionQuery,
    body: BackupVaultBody,
    example: EXAMPLE,
    responses: { 200: { description: 'The vault was there' }, 201: { description: 'The vault is new' } },
    errors: [
      'InvalidResourceName',
      'LocationRequired',
      'LocationNotAvailableForResourceType',
      'InvalidResourceLocation',
      'ResourceGroupBeingDeleted',
      'ResourceNotFound',
      'ResourceAlreadyExists',
      ...settingErrors,
    ],
    handle: put,
  }),
  route({
    operation: 'BackupVaultResources.BackupVaultsGet',
    method: 'GET',
    path: BACKUP_VAULT,
    tag,
    summary: 'Get a Backup vault',
    query: VersionQuery,
    responses: { 200: { description: 'The vault' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => ok(backupVaultView(backupVaultOf(world, call), call.apiVersion)),
  }),
  route({
    operation: 'BackupVaultResources.BackupVaultsUpdate',
    method: 'PATCH',
    path: BACKUP_VAULT,
    tag,
    summary: 'Change the settings that the body names',
    query: VersionQuery,
    body: BackupVaultPatch,
    example: { tags: { team: 'blue' } },
    responses: { 202: { description: 'Accepted; poll the URLs' } },
    errors: ['ResourceNotFound', ...settingErrors],
    handle: patch,
  }),
  route({
    operation: 'BackupVaultResources.BackupVaultsDelete',
    method: 'DELETE',
    path: BACKUP_VAULT,
    tag,
    summary: 'Delete an empty Backup vault',
    description: 'With an api-version of 2025-09-01 or later it is kept for 14 days, and can be had back.',
    query: VersionQuery,
    responses: { 202: { description: 'Accepted; poll the URLs' }, 204: { description: 'There was none' } },
    errors: [
      'BMSUserErrorVaultDeletionNotAllowed',
      'BMSUserErrorVaultDeletionNotPermitted',
      'BMSUserErrorVaultDeletionForbidden',
    ],
    handle: remove,
  }),
  route({
    operation: 'BackupVaultOperationResults.BackupVaultsGetInResourceGroup',
    method: 'GET',
    path: BACKUP_VAULTS_OF_GROUP,
    tag,
    summary: 'List the Backup vaults of a resource group',
    query: VersionQuery,
    responses: many,
    errors: [],
    handle: (world, call) => {
      const { subscriptionId = '', resourceGroupName = '' } = call.params
      return listed(call, world.vaults.ofGroup(subscriptionId, resourceGroupName, BACKUP_VAULT_TYPE))
    },
  }),
  route({
    operation: 'BackupVaultResources.BackupVaultsGetInSubscription',
    method: 'GET',
    path: `${SUBSCRIPTION}/providers/${BACKUP_VAULT_TYPE}`,
    tag,
    summary: 'List the Backup vaults of a subscription',
    query: VersionQuery,
    responses: many,
    errors: [],
    handle: (world, call) =>
      listed(call, world.vaults.ofSubscription(call.params.subscriptionId ?? '', BACKUP_VAULT_TYPE)),
  }),
] as const

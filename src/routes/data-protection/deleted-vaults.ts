import { type Call, list, ok, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { dotNetTime } from '../../arm/times.js'
import {
  type DeletedVault,
  deletedVaultId,
  deletedVaultType,
  getDeletedVault,
  listDeletedVaults,
} from '../../domain/vaults/deleted-vaults.js'
import { BACKUP_VAULT_TYPE } from '../../domain/vaults/vault.js'
import { DATA_PROTECTION_LOCATION as LOCATION } from '../scopes.js'
import { settingsView } from './vault-view.js'

const tag = 'Backup vaults'

/** A deleted Backup vault: what it was, and until when it can be had back (published definition of 2025-09-01). */
function view(vault: DeletedVault, version: string): Record<string, unknown> {
  const { deletion } = vault
  return {
    properties: {
      ...settingsView(vault, version),
      originalBackupVaultId: vault.operationsId,
      originalBackupVaultName: vault.name,
      originalBackupVaultResourcePath: vault.id,
      resourceDeletionInfo: {
        deletionTime: dotNetTime(deletion.at),
        scheduledPurgeTime: dotNetTime(deletion.keptUntil),
        deleteActivityId: deletion.activityId,
      },
    },
    id: deletedVaultId(vault, deletion),
    name: deletion.name,
    type: deletedVaultType(vault),
  }
}

const placeOf = ({ params }: Call) => [params.subscriptionId ?? '', params.locationName ?? ''] as const

/** Backup vaults that were deleted with a version of 2025-09-01 or later. */
export const deletedBackupVaultRoutes = [
  route({
    operation: 'DeletedBackupVaults.ListByLocation',
    method: 'GET',
    path: `${LOCATION}/deletedVaults`,
    tag,
    summary: 'List the deleted Backup vaults of a region',
    description: 'A PUT of the vault with the header x-ms-deleted-vault-id brings one back.',
    query: VersionQuery,
    responses: { 200: { description: 'The deleted vaults: { value: [...] }' } },
    errors: ['LocationNotAvailableForResourceType'],
    handle: (world, call) =>
      list(listDeletedVaults(world, ...placeOf(call), BACKUP_VAULT_TYPE).map((vault) => view(vault, call.apiVersion))),
  }),
  route({
    operation: 'DeletedBackupVaults.Get',
    method: 'GET',
    path: `${LOCATION}/deletedVaults/{deletedVaultName}`,
    tag,
    summary: 'Get a deleted Backup vault',
    query: VersionQuery,
    responses: { 200: { description: 'The deleted vault' } },
    errors: ['ResourceNotFound', 'LocationNotAvailableForResourceType'],
    handle: (world, call) => {
      const name = call.params.deletedVaultName ?? ''
      return ok(view(getDeletedVault(world, ...placeOf(call), name, BACKUP_VAULT_TYPE), call.apiVersion))
    },
  }),
] as const

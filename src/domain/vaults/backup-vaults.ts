import { Refusal } from '../errors.js'
import { type ResourceId, same } from '../names.js'
import type { Operation } from '../operations.js'
import type { World } from '../world.js'
import { openBackupOperation } from './backup-vault-operations.js'
import { type BackupVaultInput, readBackupVault } from './backup-vault-settings.js'
import { getDeletedVault, recoverVault } from './deleted-vaults.js'
import { groupForVault, newVault, regionOfVault } from './new-vault.js'
import { readRequests } from './resource-guards.js'
import { BACKUP_VAULT_TYPE, holdsItems, type Vault, vaultKey } from './vault.js'
import { checkDeletable } from './vault-deletion.js'
import { checkVaultName } from './vault-names.js'
import { enforceSettings } from './vault-security.js'
import { identityAfter, refuseOtherLocation } from './vaults.js'

interface Written {
  vault: Vault
  created: boolean
  operation: Operation
}

/**
 * Creates a Backup vault, replaces what is said of one that is there, or brings a deleted one back.
 * @param deletedVaultId the name or the id of a deleted vault that is to be had back under this id
 * @throws Refusal InvalidResourceName, LocationRequired, LocationNotAvailableForResourceType, InvalidResourceLocation,
 * ResourceGroupBeingDeleted, BMSUserErrorInvalidInput, ResourceNotFound, ResourceAlreadyExists, and what settings are
 * refused with
 */
export function putBackupVault(
  world: World,
  id: Omit<ResourceId, 'type'>,
  input: BackupVaultInput,
  deletedVaultId?: string,
): Written {
  checkVaultName(id.name, BACKUP_VAULT_TYPE)
  const location = regionOfVault(id.name, input.location)
  const before = world.vaults.get(vaultKey(id.subscriptionId, id.resourceGroup, id.name, BACKUP_VAULT_TYPE))
  if (before) {
    refuseOtherLocation(before, location)
    return { ...change(world, before, input, 'putBackupVault'), created: false }
  }
  const group = groupForVault(world, id, location)
  if (deletedVaultId) return recover(world, { ...id, resourceGroup: group.name }, location, deletedVaultId)
  const identity = identityAfter(world, undefined, input)
  const vault: Vault = {
    ...newVault(world, BACKUP_VAULT_TYPE, id, group, location),
    operationsId: world.chance.guid(),
    ...(input.tags ? { tags: input.tags } : {}),
    sku: {},
    ...identity,
    ...readBackupVault(input.properties ?? {}, undefined, { identity: identity.identity, locked: false }),
    provisioning: 'Provisioning',
    changedAt: world.now,
  }
  world.vaults.put(vault)
  const operation = openBackupOperation(world, vault, { kind: 'putBackupVault', pace: 'backupVaultWriteMs' })
  return { vault, created: true, operation }
}

/** A deleted vault comes back under its own name, with its settings; what the body says beside its place is left alone. */
function recover(world: World, id: Omit<ResourceId, 'type'>, location: string, deletedVaultId: string): Written {
  const deletedName = deletedVaultId.slice(deletedVaultId.lastIndexOf('/') + 1)
  const deleted = getDeletedVault(world, id.subscriptionId, location, deletedName, BACKUP_VAULT_TYPE)
  if (!same(deleted.name, id.name)) {
    throw new Refusal(
      'InvalidParameter',
      `The deleted vault '${deletedName}' is called '${deleted.name}', and comes back under that name only. Use it in place of '${id.name}'.`,
    )
  }
  const vault: Vault = { ...recoverVault(world, deleted, id.resourceGroup), provisioning: 'Provisioning' }
  world.vaults.put(vault)
  const operation = openBackupOperation(world, vault, { kind: 'putBackupVault', pace: 'backupVaultWriteMs' })
  return { vault, created: true, operation }
}

/**
 * Changes what a Backup vault's PATCH names; the rest stays.
 * @throws Refusal BMSUserErrorInvalidInput for a change of the storage, UserErrorResourceGuardOperationRequestNotProvided,
 * and what settings are refused with
 */
export const patchBackupVault = (
  world: World,
  vault: Vault,
  input: BackupVaultInput,
): { vault: Vault; operation: Operation } => change(world, vault, input, 'patchBackupVault')

function change(world: World, before: Vault, input: BackupVaultInput, kind: 'putBackupVault' | 'patchBackupVault') {
  const properties = input.properties ?? {}
  const identity = identityAfter(world, before, input)
  const read = readBackupVault(properties, before, {
    identity: identity.identity ?? before.identity,
    locked: holdsItems(world, before),
    patches: kind === 'patchBackupVault',
  })
  enforceSettings(world, before, read.settings, readRequests(properties.resourceGuardOperationRequests))
  const { tags: _, ...rest } = before
  // A PUT says all tags that there are, a PATCH may say nothing of them.
  const tags = input.tags ?? (kind === 'patchBackupVault' ? before.tags : undefined)
  const vault: Vault = { ...rest, ...(tags ? { tags } : {}), ...identity, ...read, changedAt: world.now }
  world.vaults.put(vault)
  return { vault, operation: openBackupOperation(world, vault, { kind, pace: 'backupVaultWriteMs' }) }
}

/**
 * Deletes a Backup vault in which nothing is in use any more: it goes when the operation ends.
 * @param call `keepsDeleted`: since 2025-09 it is kept for a while, and can be had back; `activityId`: what the call is
 * known by
 * @throws Refusal as `checkDeletable`
 */
export function deleteBackupVault(
  world: World,
  vault: Vault,
  { keepsDeleted, activityId }: { keepsDeleted: boolean; activityId: string },
): Operation {
  checkDeletable(world, vault, { asynchronous: true, keepsDeleted })
  const work = { keepsDeleted, activityId }
  return openBackupOperation(world, vault, { kind: 'deleteBackupVault', pace: 'backupVaultDeleteMs', work })
}

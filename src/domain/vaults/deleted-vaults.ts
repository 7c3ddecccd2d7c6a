import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { findGroup, meetGroup, refuseWhileDeleting } from '../inventory/inventory.js'
import { groupId, keyOf, readGroupId, resourceId, same } from '../names.js'
import { failOperation, getOperation, type Operation, openOperation } from '../operations.js'
import { DAY, type Instant } from '../policies/schedule.js'
import { locationOf } from '../regions.js'
import type { World } from '../world.js'
import { isBackupVault, VAULT_TYPE, type Vault, type VaultType, vaultKey } from './vault.js'
import { checkVaultQuota } from './vaults.js'

/** That a vault was deleted and is kept: under which name, since when, and until when. */
export interface VaultDeletion {
  /** `<resource group>_<guid>`: a group can have several deleted vaults, also of one name; of a Backup vault the guid alone. */
  name: string
  at: Instant
  /** What the service says: when the last soft-deleted item in it ends, just before the deletion without any. */
  purgeAt: Instant
  /** When it goes for good. */
  keptUntil: Instant
  /** What the call that deleted it was known by. */
  activityId?: string
}

/**
 * How long an empty vault stays listed, and how much before its deletion the service says that it was to be purged
 * (0.2 to 0.4 s recorded; vaults of the day before were listed and undeleted, wire-vm-more.md 4). No source says for how
 * many days: it is as long as soft delete keeps data at least.
 */
const EMPTY_KEPT_MS = 14 * DAY
const EMPTY_PURGE_BEFORE_MS = 300

const providerOf = ({ type }: Pick<Vault, 'type'>) => type.slice(0, type.indexOf('/'))

export const deletedVaultType = (vault: Pick<Vault, 'type'>) => `${providerOf(vault)}/locations/deletedVaults`

/** The id of a deleted vault: it belongs to a region, no longer to a group. */
export const deletedVaultId = (vault: Vault, { name }: VaultDeletion) =>
  `/subscriptions/${vault.subscriptionId}/providers/${providerOf(vault)}/locations/${vault.location}/deletedVaults/${name}`

export interface DeletedVault extends Vault {
  deletion: VaultDeletion
}

const subjectOf = (key: string) => `vault:${key}`

/**
 * Puts a vault away with everything in it: its name is free from now on, its soft-deleted items keep their ends, and it
 * goes for good with the last of them.
 * @param activityId what the call that deleted it was known by
 */
export function keepDeleted(world: World, vault: Vault, activityId?: string): void {
  const ends = world.items.ofVault(vault.key).flatMap(({ deleted }) => (deleted ? [deleted.until] : []))
  const last = ends.length > 0 ? Math.max(...ends) : undefined
  const deletion: VaultDeletion = {
    name: isBackupVault(vault) ? world.chance.guid() : `${vault.resourceGroup}_${world.chance.guid()}`,
    at: world.now,
    purgeAt: last ?? world.now - EMPTY_PURGE_BEFORE_MS,
    keptUntil: last ?? world.now + EMPTY_KEPT_MS,
    ...(activityId === undefined ? {} : { activityId }),
  }
  const key = keyOf(deletedVaultId(vault, deletion))
  world.vaults.move(vault.key, { ...vault, key, deletion })
  world.timeline.at(deletion.keptUntil, 'vault.purge', subjectOf(key))
}

/**
 * A region's deleted vaults, by name.
 * @throws Refusal LocationNotAvailableForResourceType
 */
export function listDeletedVaults(
  world: World,
  subscriptionId: string,
  location: string,
  type: VaultType = VAULT_TYPE,
): DeletedVault[] {
  const region = locationOf(location)
  return world.vaults.deletedOf(subscriptionId).filter((vault) => vault.location === region && vault.type === type)
}

/** @throws Refusal ResourceNotFound, LocationNotAvailableForResourceType */
export function getDeletedVault(
  world: World,
  subscriptionId: string,
  location: string,
  name: string,
  type: VaultType = VAULT_TYPE,
): DeletedVault {
  const found = listDeletedVaults(world, subscriptionId, location, type).find(({ deletion }) =>
    same(deletion.name, name),
  )
  if (found) return found
  throw new Refusal(
    'ResourceNotFound',
    `There is no deleted vault '${name}' in ${location}. List the deleted vaults of the region to see their names.`,
  )
}

/** Where an undeleted vault will be. */
interface Recovered {
  id: string
  key: string
  resourceGroup: string
}

function recoveredAt(vault: DeletedVault, resourceGroup: string): Recovered {
  const id = same(resourceGroup, vault.resourceGroup)
    ? vault.id
    : resourceId({ subscriptionId: vault.subscriptionId, resourceGroup, type: vault.type, name: vault.name })
  return { id, key: vaultKey(vault.subscriptionId, resourceGroup, vault.name, vault.type), resourceGroup }
}

function checkFree(world: World, vault: DeletedVault, { key, resourceGroup }: Recovered): void {
  if (!world.vaults.get(key)) return
  throw new Refusal(
    'ResourceAlreadyExists',
    `There is a vault '${vault.name}' in resource group '${resourceGroup}' now. Delete it, or undelete this one into another group.`,
  )
}

/**
 * Starts to bring a deleted vault back into a resource group, with its items, policies and jobs.
 * @param recoveryGroupId `/subscriptions/{s}/resourceGroups/{g}` of the vault's own subscription
 * @throws Refusal InvalidParameter, ResourceAlreadyExists, ResourceGroupBeingDeleted, UserErrorVaultQuotaReached,
 * RSVaultUpdateErrorConflictingOperationInProgress
 */
export function undeleteVault(world: World, vault: DeletedVault, recoveryGroupId: string): Operation {
  const group = readGroupId(recoveryGroupId)
  if (!group || !same(group.subscriptionId, vault.subscriptionId)) {
    throw new Refusal(
      'InvalidParameter',
      `recoveryResourceGroupId is '${recoveryGroupId}': give the id of a resource group of the vault's subscription, ${groupId(vault.subscriptionId, '<group>')}.`,
    )
  }
  if (world.operations.allOpen().some(({ kind, vaultKey }) => kind === 'undeleteVault' && vaultKey === vault.key)) {
    throw new Refusal(
      'RSVaultUpdateErrorConflictingOperationInProgress',
      `The vault '${vault.name}' is being undeleted already. Wait until that ends.`,
    )
  }
  checkFree(world, vault, recoveredAt(vault, group.resourceGroup))
  refuseWhileDeleting(findGroup(world, group.subscriptionId, group.resourceGroup))
  checkVaultQuota(world, vault.subscriptionId, vault.location)
  world.timeline.cancel(subjectOf(vault.key))
  const due = world.now + within('vaultUndeleteMs', world.chance.fraction('undelete', vault.key, world.now))
  const work = { resourceGroup: group.resourceGroup, of: vault.key }
  return openOperation(world, { kind: 'undeleteVault', vaultKey: vault.key, due, work })
}

/**
 * The undeletion of a deleted vault by the id that was handed out; it can be asked for when that vault is none any more.
 * @param id of the deleted vault
 * @throws Refusal BMSUserErrorOperationNotFound
 */
export function getUndeletion(world: World, id: string, operationId: string): Operation {
  const operation = getOperation(world, operationId)
  if (operation.kind === 'undeleteVault' && operation.work?.of === keyOf(id)) return operation
  throw new Refusal(
    'BMSUserErrorOperationNotFound',
    `There is no operation '${operationId}' of this deleted vault. Poll the URL that the request was answered with.`,
  )
}

/** Due: a deleted vault is there again, unless its name was taken meanwhile. */
export function finishUndeletion(world: World, operation: Operation): void {
  const vault = world.vaults.get(operation.vaultKey ?? '')
  if (!vault?.deletion) return
  const deleted: DeletedVault = { ...vault, deletion: vault.deletion }
  const group = meetGroup(world, vault.subscriptionId, String(operation.work?.resourceGroup), vault.location)
  const recovered = recoveredAt(deleted, group.name)
  try {
    checkFree(world, deleted, recovered)
  } catch (error) {
    failOperation(world, operation, error)
    world.timeline.at(Math.max(world.now, vault.deletion.keptUntil), 'vault.purge', subjectOf(vault.key))
    return
  }
  takeBack(world, deleted, recovered)
}

function takeBack(world: World, vault: DeletedVault, recovered: Recovered): Vault {
  const { deletion: _, ...live } = vault
  const back: Vault = { ...live, ...recovered, changedAt: world.now }
  world.vaults.move(vault.key, back)
  return back
}

/**
 * Brings a deleted Backup vault back into a resource group, with its instances, policies and jobs: it is there at once.
 * @throws Refusal ResourceAlreadyExists
 */
export function recoverVault(world: World, vault: DeletedVault, resourceGroup: string): Vault {
  const recovered = recoveredAt(vault, resourceGroup)
  checkFree(world, vault, recovered)
  world.timeline.cancel(subjectOf(vault.key))
  return takeBack(world, vault, recovered)
}

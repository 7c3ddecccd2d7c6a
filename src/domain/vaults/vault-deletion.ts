import { Refusal, type RefusalCode } from '../errors.js'
import { failOperation, type Operation } from '../operations.js'
import { purge } from '../protection/soft-delete.js'
import { itemsOf } from '../protection/storage-containers.js'
import type { World } from '../world.js'
import { refuseWhileMoving } from './data-move-checks.js'
import { keepDeleted } from './deleted-vaults.js'
import { VAULT_TYPE, type Vault } from './vault.js'
import { vaultOperation } from './vault-operations.js'

/** What differs between the versions that a vault is deleted with. */
export interface DeletionCall {
  /** Since 2023: it takes its time, and refusals have the backend's codes. */
  asynchronous: boolean
  /** Since 2025: the vault is kept for a while with the soft-deleted items in it, and can be had back. */
  keepsDeleted: boolean
}

type Obstacle = 'softDeleted' | 'items' | 'servers' | 'containers' | 'endpoints'

/** What stands in the way, and what is to be done with it, in the documented order of a vault's deletion (domain.md 7). */
const STEPS: readonly (readonly [Obstacle, (names: string) => string])[] = [
  ['softDeleted', (names) => `Undelete ${names} and delete them with soft delete turned off, or wait for their end.`],
  ['items', (names) => `Stop the protection of ${names} and delete the backup data.`],
  ['servers', (names) => `Take back the registration of the servers ${names} (registeredIdentities).`],
  ['containers', (names) => `Unregister ${names}.`],
  ['endpoints', (names) => `Delete the private endpoint connections ${names}.`],
]

interface DeletionRefusal {
  /** Whether there is anything beside soft-deleted items, and whether there are such items. */
  existing: boolean
  softDeleted: boolean
  /** Until 2022, and since: the older ones are recorded, the newer ones the backend's own (wire-vm-more.md 3). */
  codes: readonly [RefusalCode, RefusalCode]
  /** Words that clients look for: az forces on where it reads of existing resources (client-az.md 4.1). */
  why: string
}

const REFUSALS_OF_DELETION: readonly DeletionRefusal[] = [
  {
    existing: true,
    softDeleted: true,
    codes: ['ServiceResourceNotEmptyWithContainerDetails', 'BMSUserErrorVaultDeletionForbidden'],
    why: 'there are existing resources within the vault, backup items in soft deleted state among them',
  },
  {
    existing: true,
    softDeleted: false,
    codes: ['ServiceResourceNotEmptyWithContainerDetails', 'BMSUserErrorVaultDeletionNotAllowed'],
    why: 'there are existing resources within the vault',
  },
  {
    existing: false,
    softDeleted: true,
    codes: ['ServiceResourceNotEmptyWithBackendMessage', 'BMSUserErrorVaultDeletionNotPermitted'],
    why: 'there are backup items in soft deleted state in the vault',
  },
]

function obstaclesOf(world: World, vault: Vault, { keepsDeleted }: DeletionCall): Record<Obstacle, string[]> {
  const items = world.items.ofVault(vault.key)
  // One that is just coming back, or being deleted, is still in use.
  const gone = items.filter((item) => item.deleted && item.busyWith === undefined)
  return {
    softDeleted: keepsDeleted ? [] : gone.map((item) => item.friendlyName),
    items: items.filter((item) => !gone.includes(item)).map((item) => item.friendlyName),
    servers: world.servers.ofVault(vault.key).map((server) => server.name),
    containers: registeredContainers(world, vault, keepsDeleted),
    endpoints: world.privateEndpoints.ofVault(vault.key).map((endpoint) => endpoint.name),
  }
}

/**
 * What is registered with a vault and stays so without items; a machine's container goes with its item (wire-vm-more.md 5.2).
 * An account that holds soft-deleted shares can't be unregistered, so it may go with a vault that is kept with them.
 */
function registeredContainers(world: World, vault: Vault, keepsDeleted: boolean): string[] {
  const accounts = world.containers
    .ofVault(vault.key)
    .filter((container) => !keepsDeleted || itemsOf(world, container).length === 0)
  return [...accounts, ...world.registrations.ofVault(vault.key)].map(({ friendlyName }) => friendlyName)
}

/**
 * @throws Refusal where something has to go before the vault can: BMSUserErrorVaultDeletionForbidden,
 * BMSUserErrorVaultDeletionNotAllowed, BMSUserErrorVaultDeletionNotPermitted, and what older versions said;
 * UserErrorOperationNotAllowedDuringDataMove
 */
export function checkDeletable(world: World, vault: Vault, call: DeletionCall): void {
  refuseWhileMoving(world, vault)
  const obstacles = obstaclesOf(world, vault, call)
  const softDeleted = obstacles.softDeleted.length > 0
  const existing = STEPS.some(([name]) => name !== 'softDeleted' && obstacles[name].length > 0)
  const row = REFUSALS_OF_DELETION.find((row) => row.existing === existing && row.softDeleted === softDeleted)
  if (!row) return
  const steps = STEPS.filter(([name]) => obstacles[name].length > 0).map(([name, say]) =>
    say(obstacles[name].join(', ')),
  )
  throw new Refusal(
    row.codes[call.asynchronous ? 1 : 0],
    `${vault.type === VAULT_TYPE ? 'Recovery Services' : 'Backup'} vault '${vault.name}' cannot be deleted as ${row.why}. ${steps.join(' ')} Then delete the vault again. See https://aka.ms/AB-AA4ecq5`,
    { target: null, details: null, innerError: null },
  )
}

/**
 * Deletes a vault in which nothing is in use any more.
 * @returns the operation, for versions that have one: the vault goes when it ends
 * @throws Refusal as `checkDeletable`
 */
export function deleteVault(world: World, vault: Vault, call: DeletionCall): Operation | undefined {
  checkDeletable(world, vault, call)
  if (call.asynchronous) return vaultOperation(world, vault, 'deleteVault', 'vaultDeleteMs', { ...call })
  removeVault(world, vault)
  return undefined
}

/** Due: a vault's deletion ends, and it goes unless something has come into use meanwhile. */
export function finishVaultDeletion(world: World, operation: Operation): void {
  const vault = operation.vaultKey === undefined ? undefined : world.vaults.get(operation.vaultKey)
  if (!vault) return
  const call: DeletionCall = { asynchronous: true, keepsDeleted: operation.work?.keepsDeleted === true }
  try {
    checkDeletable(world, vault, call)
  } catch (error) {
    return failOperation(world, operation, error)
  }
  const { activityId } = operation.work ?? {}
  if (call.keepsDeleted) keepDeleted(world, vault, typeof activityId === 'string' ? activityId : undefined)
  else removeVault(world, vault)
}

/** Takes a vault out of the world with all that is kept under its key; due where a deleted vault's time is over. */
export function removeVault(world: World, vault: Vault): void {
  for (const item of world.items.ofVault(vault.key)) purge(world, item)
  world.vaults.delete(vault.key)
}

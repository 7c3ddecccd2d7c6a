import { Refusal } from '../errors.js'
import { canHoldShares, getAccount, isStorageAccount } from '../inventory/file-shares.js'
import type { Resource } from '../inventory/inventory.js'
import { keyOf, readResourceId, resourceId, same } from '../names.js'
import type { Operation } from '../operations.js'
import { DAY } from '../policies/schedule.js'
import { sameRegion } from '../regions.js'
import { refuseWhileMoving } from '../vaults/data-move-checks.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import {
  type AccountAccess,
  checkNotLocked,
  openContainerOperation,
  type StorageContainer,
  sharesSeen,
} from './storage-containers.js'
import { containerOf, readContainerName } from './storage-names.js'

/** What a PUT of a container says. */
export interface RegistrationInput extends AccountAccess {
  name: string
  containerType?: string
  backupManagementType?: string
  sourceResourceId?: string
}

const invalid = (what: string) =>
  new Refusal('UserErrorInvalidRequestParameter', `The container cannot be registered: ${what}`)

/**
 * Starts to register a storage account with a vault, or to register it again with another access. It ends with an
 * inquiry of its own, so that its shares can be protected at once.
 * @throws Refusal BMSUserErrorContainerNameIncorrectFormat, UserErrorInvalidRequestParameter,
 * UserErrorStorageAccountNotFound, UserErrorFileShareEndpointUnreachable, UserErrorStorageAccountVaultLocationMismatch,
 * UserErrorStorageAccountAlreadyRegistered, BMSUserErrorObjectLocked, UserErrorRegistrationQuotaReached
 */
export function registerContainer(world: World, vault: Vault, input: RegistrationInput): Operation {
  refuseWhileMoving(world, vault)
  const account = accountOf(world, vault, input)
  const other = vaultOfAccount(world, account)
  if (other && other.key !== vault.key) {
    throw new Refusal(
      'UserErrorStorageAccountAlreadyRegistered',
      `The storage account '${account.name}' is already registered with another recovery services vault (${other.name}). Unregister it there first.`,
    )
  }
  const name = containerOf(account)
  const before = world.containers.get(vault.key, name)
  if (before) checkNotLocked(before)
  else checkQuota(world, vault)
  const container: StorageContainer = {
    vaultKey: vault.key,
    name,
    sourceId: input.sourceResourceId ?? account.id,
    sourceKey: account.key,
    friendlyName: account.name,
    ...(input.accessType ? { accessType: input.accessType } : {}),
    ...(input.identityInfo ? { identityInfo: input.identityInfo } : {}),
    ...(input.acquireStorageAccountLock ? { acquireStorageAccountLock: input.acquireStorageAccountLock } : {}),
    state: 'Registered',
    registeredAt: before?.registeredAt ?? world.now,
    shares: before?.shares ?? [],
  }
  if (!before) world.containers.put({ ...container, state: 'Registering' })
  return openContainerOperation(world, vault, 'registerContainer', { container: { ...container } })
}

/** The account that a registration is of: it exists, the container is named after it, vault and account fit together. */
function accountOf(world: World, vault: Vault, input: RegistrationInput): Resource {
  const named = readContainerName(input.name)
  if (!named) {
    throw new Refusal(
      'BMSUserErrorContainerNameIncorrectFormat',
      `The container name '${input.name}' is not in the expected form. Name it StorageContainer;Storage;<resource group>;<storage account>.`,
    )
  }
  if (!same(input.containerType ?? 'StorageContainer', 'StorageContainer'))
    throw invalid(`containerType '${input.containerType}' does not go with its name, use StorageContainer.`)
  if (!same(input.backupManagementType ?? 'AzureStorage', 'AzureStorage'))
    throw invalid(`backupManagementType '${input.backupManagementType}' does not go with its name, use AzureStorage.`)
  const id = readResourceId(input.sourceResourceId ?? '')
  if (!id || !isStorageAccount(id))
    throw invalid(`sourceResourceId '${input.sourceResourceId ?? ''}' is not the id of a storage account.`)
  if (!same(containerOf(id), input.name))
    throw invalid(
      `its name '${input.name}' is not that of the storage account '${id.name}', which is '${containerOf(id)}'.`,
    )
  if (!same(id.subscriptionId, vault.subscriptionId))
    throw invalid(
      `the storage account is in subscription ${id.subscriptionId} and the vault in ${vault.subscriptionId}.`,
    )
  if (!world.resources.get(keyOf(resourceId(id)))) {
    throw new Refusal(
      'UserErrorStorageAccountNotFound',
      `The specified storage account '${id.name}' does not exist in resource group '${id.resourceGroup}'. Create it first.`,
    )
  }
  const account = getAccount(world, id)
  if (!canHoldShares(account)) {
    throw new Refusal(
      'UserErrorFileShareEndpointUnreachable',
      `Storage account not found or not supported: '${account.name}' is of kind ${String(account.body.kind)}, which has no file shares. Use a general-purpose or FileStorage account.`,
    )
  }
  if (!sameRegion(account.location, vault.location)) {
    throw new Refusal(
      'UserErrorStorageAccountVaultLocationMismatch',
      `The storage account is in ${account.location} and the vault in ${vault.location}. Register it with a vault in its own region.`,
    )
  }
  return account
}

/** The vault that an account is registered with, or registering: there is one at most (troubleshoot-azure-files.md). */
function vaultOfAccount(world: World, account: Resource): Vault | undefined {
  const name = containerOf(account)
  return world.vaults
    .ofSubscription(account.subscriptionId)
    .find((vault) => world.containers.get(vault.key, name) !== undefined)
}

function checkQuota(world: World, vault: Vault): void {
  const registered = world.containers.ofVault(vault.key)
  const today = registered.filter(({ registeredAt }) => registeredAt > world.now - DAY)
  const { storageAccountsPerVault, storageAccountsPerVaultPerDay } = world.limits
  if (registered.length < storageAccountsPerVault && today.length < storageAccountsPerVaultPerDay) return
  throw new Refusal(
    'UserErrorRegistrationQuotaReached',
    `The vault has ${registered.length} storage accounts, ${today.length} of them registered in the last 24 hours; ${storageAccountsPerVault} are the most, and ${storageAccountsPerVaultPerDay} a day. Use another vault, or wait.`,
  )
}

/** Due: an account is registered. */
export function finishRegistration(world: World, { vaultKey = '', work }: Operation): void {
  const container = work?.container as StorageContainer
  if (!world.containers.get(vaultKey, container.name)) return
  world.containers.put({ ...container, vaultKey, shares: sharesSeen(world, container.sourceKey) })
}

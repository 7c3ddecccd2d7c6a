import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { shareOf, sharesOf } from '../inventory/file-shares.js'
import type { JobError } from '../jobs/job-errors.js'
import { endJob, failJob, type Job, openJob, subjectOf } from '../jobs/jobs.js'
import { same } from '../names.js'
import { type Operation, openOperation } from '../operations.js'
import type { Instant } from '../policies/schedule.js'
import { refuseWhileMoving } from '../vaults/data-move-checks.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import type { ProtectedItem } from './protected-items.js'

/** How Backup gets at an account: by its keys where nothing is said, or as the vault's own identity (2026). */
export interface AccountAccess {
  accessType?: string
  identityInfo?: { isSystemAssignedIdentity?: boolean; managedIdentityResourceId?: string }
  /** Whether a lock keeps the account from being deleted: `Acquire` where nobody says (wire-files.md 4). */
  acquireStorageAccountLock?: string
}

/** A storage account that is registered with a vault (wire-files.md 4). */
export interface StorageContainer extends AccountAccess {
  vaultKey: string
  /** `StorageContainer;Storage;<group>;<account>` */
  name: string
  /** The account's id as it was sent: Terraform compares it by the byte (client-terraform.md 4.5). */
  sourceId: string
  sourceKey: string
  friendlyName: string
  /** It counts, and can be seen, once it is registered and until it has been unregistered. */
  state: 'Registering' | 'Registered' | 'Unregistering'
  /** Newest first is the order of lists. */
  registeredAt: Instant
  /** The shares that the last inquiry saw, by name. */
  shares: string[]
}

/** The registered accounts of a vault, newest first. */
export const storageContainers = (world: World, vault: Vault): StorageContainer[] =>
  world.containers
    .ofVault(vault.key)
    .filter(({ state }) => state !== 'Registering')
    .sort((a, b) => b.registeredAt - a.registeredAt)

export function findStorageContainer(world: World, vault: Vault, name: string): StorageContainer | undefined {
  const container = world.containers.get(vault.key, name)
  return container?.state === 'Registering' ? undefined : container
}

/**
 * A vault's registered storage account by the container's name, in any casing.
 * @throws Refusal BMSUserErrorContainerObjectNotFound
 */
export function getStorageContainer(world: World, vault: Vault, name: string): StorageContainer {
  const container = findStorageContainer(world, vault, name)
  if (!container) {
    throw new Refusal(
      'BMSUserErrorContainerObjectNotFound',
      `The container '${name}' is not registered with vault '${vault.name}'. Register its storage account first.`,
    )
  }
  return container
}

/** The items of a container, soft-deleted ones too. @param items of the vault, where somebody has them at hand */
export const itemsOf = (
  world: World,
  container: StorageContainer,
  items: readonly ProtectedItem[] = world.items.ofVault(container.vaultKey),
): ProtectedItem[] => items.filter((item) => same(item.container, container.name))

/** Whether nothing but soft-deleted items is left in a container: it goes with them, and comes back with them. */
export const isSoftDeleted = (items: readonly ProtectedItem[]) =>
  items.length > 0 && items.every((item) => item.deleted !== undefined)

/** Opens an operation on a container that ends at its own time. */
export function openContainerOperation(
  world: World,
  vault: Vault,
  kind: 'registerContainer' | 'inquireContainer',
  work: Record<string, unknown>,
): Operation {
  const pace = kind === 'registerContainer' ? 'registerContainerMs' : 'inquireContainerMs'
  const due = world.now + within(pace, world.chance.fraction(kind, vault.key, world.now))
  return openOperation(world, { kind, vaultKey: vault.key, due, work })
}

/** @throws Refusal BMSUserErrorObjectLocked while something else is done with it */
export function checkNotLocked(container: StorageContainer): void {
  if (container.state === 'Registered') return
  throw new Refusal(
    'BMSUserErrorObjectLocked',
    `Another operation is in progress on the container '${container.name}': it is ${container.state.toLowerCase()}. Wait until it ends, then try again.`,
  )
}

/** What an account holds that Backup can protect. */
export function sharesSeen(world: World, sourceKey: string): string[] {
  const account = world.resources.get(sourceKey)
  if (!account) return []
  return sharesOf(world, account)
    .map((share) => shareOf(world, share))
    .filter(({ protocol }) => protocol === 'SMB')
    .map(({ name }) => name)
}

/** Starts to look for the shares of a registered account. @throws Refusal BMSUserErrorObjectLocked */
export function inquireContainer(world: World, vault: Vault, container: StorageContainer): Operation {
  checkNotLocked(container)
  return openContainerOperation(world, vault, 'inquireContainer', { container: container.name })
}

/** Due: the vault knows the shares that exist now. */
export function finishInquiry(world: World, { vaultKey = '', work }: Operation): void {
  const container = world.containers.get(vaultKey, String(work?.container))
  if (container) world.containers.put({ ...container, shares: sharesSeen(world, container.sourceKey) })
}

/**
 * Starts to unregister an account that holds no items any more, soft-deleted ones included (wire-files.md 11).
 * @throws Refusal BMSUserErrorContainerHasDatasources, BMSUserErrorObjectLocked
 */
export function unregisterContainer(
  world: World,
  vault: Vault,
  container: StorageContainer,
  activityId: string | undefined,
): Operation {
  refuseWhileMoving(world, vault)
  checkNotLocked(container)
  checkEmpty(itemsOf(world, container))
  const job = openJob(
    world,
    {
      id: 0,
      vaultKey: vault.key,
      workload: 'AzureFileShare',
      containerName: container.name,
      friendlyName: container.friendlyName,
      classic: false,
    },
    {
      operation: 'UnRegister',
      activityId,
      bag: { 'Storage Account Name': container.friendlyName },
      work: { container: container.name },
    },
  )
  world.containers.put({ ...container, state: 'Unregistering' })
  const length = within('unregisterContainerMs', world.chance.fraction('unregister', job.id))
  world.timeline.at(world.now + length, 'job.end', subjectOf(job))
  return openOperation(world, { kind: 'unregisterContainer', vaultKey: vault.key, job })
}

/** @throws Refusal BMSUserErrorContainerHasDatasources in the words that clients show */
export function checkEmpty(items: readonly ProtectedItem[]): void {
  if (items.length === 0) return
  throw new Refusal(
    'BMSUserErrorContainerHasDatasources',
    `There are backup items associated with the server: ${items.map((item) => item.friendlyName).join(', ')}. Stop protection and delete the backups of each of them, then unregister it. See https://aka.ms/DeleteBackupItems`,
  )
}

/** Ends a job that should have unregistered an account: it stays registered. */
export function failUnregistration(world: World, job: Job, error: JobError): void {
  failJob(world, job, error)
  const container = world.containers.get(job.vaultKey, String(job.work?.container))
  if (container) world.containers.put({ ...container, state: 'Registered' })
}

/** Due: an account is no longer registered. */
export function finishUnregistration(world: World, job: Job): void {
  endJob(world, job, 'Completed')
  world.containers.delete(job.vaultKey, String(job.work?.container))
}

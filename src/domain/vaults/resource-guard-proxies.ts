import { PACE } from '../durations.js'
import { Refusal } from '../errors.js'
import { raiseAlert } from '../monitoring/alert-raising.js'
import { same } from '../names.js'
import type { Instant } from '../policies/schedule.js'
import { getItem, itemSubject, type ProtectedItem } from '../protection/protected-items.js'
import type { World } from '../world.js'
import { type CriticalOperation, findGuard, protectedBy, requireGuard } from './resource-guards.js'
import { isBackupVault, type Vault } from './vault.js'

/** The guard that a vault is attached to, and which deletions it has let pass until when. */
export interface AttachedGuard {
  /** As the vault spells it: with `resourcegroups` in lower case (golden resourceGuardProxy-put-200). */
  guardId: string
  guardKey: string
  attachedAt: Instant
  /** By subject: an item's, or `PROXY` for the guard itself. */
  unlocked: Readonly<Record<string, Instant>>
}

export type GuardedVault = Vault & { guard: AttachedGuard }

/** The one name that a vault's proxy has; what clients call that of a Backup vault. */
export const proxyName = (vault: Pick<Vault, 'type'>) => (isBackupVault(vault) ? 'DppResourceGuardProxy' : 'VaultProxy')
const PROXY = 'proxy'

const isGuarded = (vault: Vault): vault is GuardedVault => vault.guard !== undefined

/**
 * The vault itself, if the proxy of that name is there.
 * @throws Refusal BMSUserErrorResourceGuardProxyNotFound
 */
export function getProxy(vault: Vault, name: string): GuardedVault {
  if (same(name, proxyName(vault)) && isGuarded(vault)) return vault
  throw new Refusal(
    'BMSUserErrorResourceGuardProxyNotFound',
    `There is no resource guard proxy '${name}' on vault '${vault.name}'. Attach a resource guard first (PUT backupResourceGuardProxies/${proxyName(vault)}).`,
  )
}

/** The vault, in a list, if a guard is attached to it. */
export const proxiesOf = (vault: Vault): GuardedVault[] => (isGuarded(vault) ? [vault] : [])

/**
 * Attaches a vault to a guard. To put another guard in the place of one is to take that one away.
 * @throws Refusal InvalidParameter for another name, an unknown guard or one of another region;
 * UserErrorResourceGuardOperationRequestNotProvided where the guard so far has not let itself be taken away
 */
export function attachGuard(world: World, vault: Vault, name: string, guardId: string): GuardedVault {
  if (!same(name, proxyName(vault))) {
    throw new Refusal('InvalidParameter', `A vault has one resource guard proxy, '${proxyName(vault)}', not '${name}'.`)
  }
  const guard = findGuard(world, guardId)
  if (guard.location !== vault.location) {
    throw new Refusal(
      'InvalidParameter',
      `The resource guard '${guard.name}' is in ${guard.location} and the vault in ${vault.location}. Attach a guard of the vault's region.`,
    )
  }
  const stays = vault.guard?.guardKey === guard.key
  if (isGuarded(vault) && !stays) passUnlocked(world, vault, 'removeGuard', PROXY)
  const attached: GuardedVault = {
    ...vault,
    guard: {
      guardId: guard.id.replace(/\/resourceGroups\//i, '/resourcegroups/'),
      guardKey: guard.key,
      attachedAt: world.now,
      unlocked: stays && vault.guard ? vault.guard.unlocked : {},
    },
  }
  world.vaults.put(attached)
  return attached
}

/**
 * Unlocks the next deletion of an item, or of the proxy itself: a DELETE has no body that could name a request.
 * @param itemId the item to delete; without one the proxy is meant
 * @returns until when the deletion may come
 * @throws Refusal BMSUserErrorDataSourceObjectNotFound, UserErrorResourceGuardOperationRequestNotProvided
 */
export function unlockDelete(
  world: World,
  vault: GuardedVault,
  requests: readonly string[],
  itemId: string | undefined,
): Instant {
  requireGuard(world, vault, itemId ? 'deleteData' : 'removeGuard', requests)
  const subject = itemId ? itemSubject(itemOf(world, vault, itemId)) : PROXY
  const until = world.now + PACE.unlockedMs
  world.vaults.put({ ...vault, guard: { ...vault.guard, unlocked: { ...vault.guard.unlocked, [subject]: until } } })
  return until
}

/** The item that `resourceToBeDeleted` names: of this vault. */
function itemOf(world: World, vault: Vault, id: string): ProtectedItem {
  const path = id.replace(/%3b/gi, ';').replace(/\/{2,}/g, '/')
  const ours = same(path.slice(0, vault.id.length + 1), `${vault.id}/`)
  return getItem(world, vault, (ours && /\/(?:protectedItems|backupInstances)\/([^/]+)\/?$/i.exec(path)?.[1]) || '')
}

/**
 * Takes the guard away from a vault.
 * @returns whether there was one
 * @throws Refusal UserErrorResourceGuardOperationRequestNotProvided where it was not unlocked
 */
export function detachGuard(world: World, vault: Vault, name: string): boolean {
  if (!isGuarded(vault) || !same(name, proxyName(vault))) return false
  passUnlocked(world, vault, 'removeGuard', PROXY)
  const { guard: _, ...free } = vault
  world.vaults.put(free)
  raiseAlert(world, vault, 'guardRemoved')
  return true
}

/**
 * Lets the deletion of an item's data pass where no guard stands in front of it, or where it was unlocked: once.
 * @throws Refusal UserErrorResourceGuardOperationRequestNotProvided
 */
export function requireUnlocked(world: World, vault: Vault, item: ProtectedItem): void {
  if (isGuarded(vault)) passUnlocked(world, vault, 'deleteData', itemSubject(item))
}

function passUnlocked(world: World, vault: GuardedVault, operation: CriticalOperation, subject: string): void {
  if (!protectedBy(world, vault).includes(operation)) return
  const { [subject]: until, ...unlocked } = vault.guard.unlocked
  if (until === undefined || until <= world.now) {
    throw new Refusal(
      'UserErrorResourceGuardOperationRequestNotProvided',
      `This deletion is protected by the resource guard of vault '${vault.name}', and it is not unlocked: ResourceGuard Operation requestid is either null or empty. Unlock it first (POST backupResourceGuardProxies/${proxyName(vault)}/unlockDelete), then delete within 30 minutes.`,
    )
  }
  world.vaults.put({ ...vault, guard: { ...vault.guard, unlocked } })
}

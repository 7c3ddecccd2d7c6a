import { within } from '../durations.js'
import { ACCOUNT_TYPE, CLASSIC_ACCOUNT_TYPE, canHoldShares, isStorageAccount } from '../inventory/file-shares.js'
import type { Resource } from '../inventory/inventory.js'
import { isClassicMachine, isMachine } from '../inventory/machines.js'
import { type ResourceId, readResourceId, resourceId, same } from '../names.js'
import { type Operation, openOperation } from '../operations.js'
import { sameRegion } from '../regions.js'
import { causeAgainst } from '../request-causes.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import type { WorkloadName } from './protected-items.js'
import { holdsElsewhere } from './protection-checks.js'

/** What a discovery looks for, by what it is meant for. */
const FOUND = {
  VM: isMachine,
  AzureFileShare: (resource) => isStorageAccount(resource) && canHoldShares(resource),
  IaasVM: isClassicMachine,
} as const satisfies Partial<Record<WorkloadName, (resource: Resource) => boolean>>

/** What is discovered before it is protected; a disk is named by who protects it. */
export type Discovered = keyof typeof FOUND

/**
 * What a vault can see: machines and storage accounts of its subscription in its region (SEED-45; wire-files.md 3),
 * classic ones too (SEED-92).
 * @param workloads what is looked for, everything where nothing is said
 * @returns resource keys
 */
export function seenFrom(
  world: World,
  vault: Pick<Vault, 'subscriptionId' | 'location'>,
  workloads: readonly Discovered[] = ['VM', 'AzureFileShare'],
): string[] {
  return world.resources
    .ofSubscription(vault.subscriptionId)
    .filter(
      (resource) =>
        workloads.some((workload) => FOUND[workload](resource)) && sameRegion(resource.location, vault.location),
    )
    .map((resource) => resource.key)
}

const REFRESH_PACES = {
  VM: 'refreshContainersMs',
  AzureFileShare: 'refreshAccountsMs',
  IaasVM: 'classicDiscoveryMs',
} as const

/**
 * Starts a discovery (`refreshContainers`): when it ends, the vault knows the machines or the accounts that exist then.
 * What was there when the vault was made is known from its first moment.
 */
export function refreshContainers(world: World, vault: Vault, workload: Discovered): Operation {
  const fraction = world.chance.fraction('refresh', vault.key, world.now)
  const due = world.now + within(REFRESH_PACES[workload], fraction)
  return openOperation(world, { kind: 'refreshContainers', vaultKey: vault.key, due, work: { workload } })
}

/** What a second discovery of a classic vault ends with (SEED-04; domain.md 8.1). */
const ANOTHER_RUNS = {
  code: 'DiscoveryInProgress',
  message:
    'Failed to discover new items: another Discovery operation is already in progress. Wait until it has completed.',
}

/** Starts a discovery of a classic vault: one runs at a time, a second one fails at once (SEED-04). */
export function discoverMachines(world: World, vault: Vault): Operation {
  const runs = world.operations
    .allOpen()
    .some(({ kind, vaultKey }) => kind === 'refreshContainers' && vaultKey === vault.key)
  if (!runs) return refreshContainers(world, vault, 'IaasVM')
  return openOperation(world, { kind: 'refreshContainers', vaultKey: vault.key, error: ANOTHER_RUNS })
}

/** Due: a discovery ends. */
export function finishRefresh(world: World, operation: Operation): void {
  const { vaultKey, work } = operation
  const vault = vaultKey === undefined ? undefined : world.vaults.get(vaultKey)
  if (!vault) return
  const cause = causeAgainst('discover', vault)
  if (cause) {
    const error = { code: cause.code, message: cause.message }
    world.operations.put({ ...operation, status: 'Failed', end: world.now, error })
    return
  }
  const workload = work?.workload as Discovered
  const accounts = workload === 'AzureFileShare'
  const others = [...world.vaults.discovered(vault.key)].filter((key) => isAccountKey(key) !== accounts)
  world.vaults.setDiscovered(vault.key, [...others, ...seenFrom(world, vault, [workload])])
}

const isAccountKey = (key: string) => isStorageAccount(readResourceId(key) ?? { type: '' })

/**
 * What can be protected: discovered machines that still exist and that no vault holds. A soft-deleted machine is
 * not among them (SEED-46) where no other vault may have it; one whose protection was stopped in another vault is
 * (SEED-47).
 */
export function protectableMachines(world: World, vault: Vault): Resource[] {
  const discovered = world.vaults.discovered(vault.key)
  return world.resources
    .ofSubscription(vault.subscriptionId)
    .filter((resource) => discovered.has(resource.key) && isMachine(resource) && isFree(world, vault, resource.key))
}

function isFree(world: World, vault: Vault, sourceKey: string): boolean {
  const own = world.items.ofSource(sourceKey).some((item) => item.vaultKey === vault.key)
  return !own && !holdsElsewhere(world, vault, { sourceKey })
}

/** A storage account that could be registered, or could have been before it was deleted. */
export interface ProtectableAccount extends ResourceId {
  id: string
  deleted: boolean
}

/**
 * The accounts that could be registered: discovered, and no vault has them. Classic ones come first, each kind by
 * group and name; what has been deleted since the discovery comes last (wire-files.md 3).
 */
export function protectableAccounts(world: World, vault: Vault): ProtectableAccount[] {
  const taken = new Set(
    world.vaults
      .ofSubscription(vault.subscriptionId)
      .flatMap(({ key }) => world.containers.ofVault(key).map(({ sourceKey }) => sourceKey)),
  )
  const order = ({ deleted, type, resourceGroup, name }: ProtectableAccount) =>
    [deleted ? 1 : 0, same(type, CLASSIC_ACCOUNT_TYPE) ? 0 : 1, resourceGroup, name].join('\n').toLowerCase()
  return [...world.vaults.discovered(vault.key)]
    .filter((key) => isAccountKey(key) && !taken.has(key))
    .map((key) => asProtectable(world, key))
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

/** An account by its key; of one that is gone no more is known than that. */
function asProtectable(world: World, key: string): ProtectableAccount {
  const account = world.resources.get(key)
  if (account) return { ...account, deleted: false }
  const { subscriptionId = '', resourceGroup = '', type = '', name = '' } = readResourceId(key) ?? {}
  const spelled = {
    subscriptionId,
    resourceGroup,
    type: same(type, ACCOUNT_TYPE) ? ACCOUNT_TYPE : CLASSIC_ACCOUNT_TYPE,
    name,
  }
  return { ...spelled, id: resourceId(spelled), deleted: true }
}

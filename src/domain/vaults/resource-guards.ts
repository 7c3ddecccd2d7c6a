import { type Members, membersOf } from '../documents.js'
import { Refusal } from '../errors.js'
import type { Resource, ResourceInput } from '../inventory/inventory.js'
import { createOrUpdateResource, deleteResource } from '../inventory/resources.js'
import { keyOf, type ResourceId, readResourceId, resourceId, same } from '../names.js'
import type { World } from '../world.js'
import { isBackupVault, type Vault } from './vault.js'

export const GUARD_TYPE = 'Microsoft.DataProtection/resourceGuards'

const VAULTS = 'Microsoft.RecoveryServices/vaults'
const ITEMS = `${VAULTS}/backupFabrics/protectionContainers/protectedItems`

/**
 * What a guard stands in front of on a Recovery Services vault, in the order of the wire (golden
 * 60-resourceguard-put-2024, wire-vm-more.md 8). Columns: the operation as the guard calls it, the collection whose
 * request authorizes it, whether a guard may leave it out (domain.md 10).
 */
export const CRITICAL_OPERATIONS = {
  deleteData: [`${ITEMS}/delete`, 'deleteProtectedItemRequests', 'optional'],
  changeProtection: [`${ITEMS}/write`, 'updateProtectedItemRequests', 'optional'],
  changePolicy: [`${VAULTS}/backupPolicies/write`, 'updateProtectionPolicyRequests', 'optional'],
  removeGuard: [`${VAULTS}/backupResourceGuardProxies/delete`, 'deleteResourceGuardProxyRequests', 'mandatory'],
  securityPin: [`${VAULTS}/backupSecurityPIN/action`, 'getBackupSecurityPINRequests', 'optional'],
  disableSoftDelete: [`${VAULTS}/backupconfig/write`, 'disableSoftDeleteRequests', 'mandatory'],
  stopProtection: [`${ITEMS}/write#stopProtectionWithRetainData`, 'stopProtectionWithRetainDataRequests', 'optional'],
  reduceImmutability: [`${VAULTS}/write#reduceImmutabilityState`, 'reduceImmutabilityStateRequests', 'optional'],
  restore: [`${ITEMS}/recoveryPoints/restore/action`, 'triggerRestoreRequests', 'optional'],
} as const

const BACKUP_VAULTS = 'Microsoft.DataProtection/backupVaults'
/**
 * The same for a Backup vault, in the order of the wire: there an operation is its own type of request (golden
 * 60-resourceguard-put-2024). The collections are as clients name them: published examples, az, PowerShell; of those in
 * the vault's own settings no source has one.
 */
const OF_BACKUP_VAULTS = {
  deleteData: [`${BACKUP_VAULTS}/backupInstances/delete`, 'deleteBackupInstanceRequests'],
  removeGuard: [`${BACKUP_VAULTS}/backupResourceGuardProxies/delete`, 'deleteResourceGuardProxyRequests'],
  reduceImmutability: [`${BACKUP_VAULTS}/write#reduceImmutabilityState`, 'dppReduceImmutabilityStateRequests'],
  disableSoftDelete: [`${BACKUP_VAULTS}/write#reduceSoftDeleteSecurity`, 'dppReduceSoftDeleteSecurityRequests'],
  modifyEncryption: [`${BACKUP_VAULTS}/write#modifyEncryptionSettings`, 'dppModifyEncryptionSettingsRequests'],
  stopProtection: [`${BACKUP_VAULTS}/backupInstances/stopProtection/action`, 'dppDisableStopProtectionRequests'],
  suspendBackups: [`${BACKUP_VAULTS}/backupInstances/suspendBackups/action`, 'dppDisableSuspendBackupsRequests'],
  changeProtection: [`${BACKUP_VAULTS}/backupInstances/write`, 'dppModifyPolicy'],
  restore: [`${BACKUP_VAULTS}/backupInstances/restore/action`, 'dppTriggerRestoreRequests'],
} as const

export type CriticalOperation = keyof typeof CRITICAL_OPERATIONS | keyof typeof OF_BACKUP_VAULTS
type Rows = Partial<Record<CriticalOperation, readonly [name: string, collection: string, ...more: string[]]>>

/** What a guard stands in front of on a vault of this kind. */
const rowsOf = (vault: Pick<Vault, 'type'>): Rows => (isBackupVault(vault) ? OF_BACKUP_VAULTS : CRITICAL_OPERATIONS)

/** What no guard can leave out: turning soft delete off, and taking the guard away (domain.md 10). */
const MANDATORY: readonly string[] = [
  ...Object.values(CRITICAL_OPERATIONS).flatMap(([name, , how]) => (how === 'mandatory' ? [name] : [])),
  OF_BACKUP_VAULTS.removeGuard[0],
]

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : []

/** The operations that a guard leaves out, as they were written; names that no vault knows are kept (azurerm writes one). */
export const exclusionsOf = (guard: Resource | undefined): string[] =>
  texts(membersOf(guard?.body.properties).vaultCriticalOperationExclusionList)

const leavesOut = (guard: Resource | undefined, name: string) =>
  exclusionsOf(guard).some((excluded) => same(excluded, name))

/** Name and type of request of each operation that a guard stands in front of: left-out ones are not listed. */
export function guardedOperations(guard: Resource): { vaultCriticalOperation: string; requestResourceType: string }[] {
  const ofVaults = Object.values(CRITICAL_OPERATIONS).map(([name, collection]) => ({
    vaultCriticalOperation: name as string,
    requestResourceType: `${GUARD_TYPE}/${collection}`,
  }))
  const ofBackupVaults = Object.values(OF_BACKUP_VAULTS).map(([name]) => ({
    vaultCriticalOperation: name as string,
    requestResourceType: name as string,
  }))
  return [...ofVaults, ...ofBackupVaults].filter(({ vaultCriticalOperation: name }) => !leavesOut(guard, name))
}

/**
 * Creates a guard or replaces its document.
 * @throws Refusal InvalidParameter where a mandatory operation is left out, and what resources of any type refuse
 */
export function putGuard(world: World, id: Omit<ResourceId, 'type'>, input: ResourceInput): Resource {
  const properties = membersOf(input.body.properties)
  const excluded = texts(properties.vaultCriticalOperationExclusionList)
  const mandatory = excluded.find((name) => MANDATORY.some((known) => same(known, name)))
  if (mandatory !== undefined) {
    throw new Refusal(
      'InvalidParameter',
      `The operation '${mandatory}' cannot be in vaultCriticalOperationExclusionList: every resource guard protects it. Take it off the list.`,
    )
  }
  const { description } = properties
  const kept: Members = {
    vaultCriticalOperationExclusionList: excluded,
    ...(typeof description === 'string' ? { description } : {}),
  }
  return createOrUpdateResource(world, { ...id, type: GUARD_TYPE }, { ...input, body: { properties: kept } }).resource
}

/** The vaults that a guard stands in front of; deleted ones don't count. */
export const attachedVaults = (world: World, guardKey: string): Vault[] =>
  world.vaults.all().filter(({ guard, deletion }) => guard?.guardKey === guardKey && !deletion)

/**
 * Deletes a guard that no vault hangs on.
 * @returns whether there was one
 * @throws Refusal OperationNotAllowed while a vault is attached to it
 */
export function deleteGuard(world: World, id: Omit<ResourceId, 'type'>): boolean {
  const key = keyOf(resourceId({ ...id, type: GUARD_TYPE }))
  const attached = attachedVaults(world, key)
  if (attached.length > 0) {
    throw new Refusal(
      'OperationNotAllowed',
      `The resource guard '${id.name}' cannot be deleted while vaults are attached to it: ${attached.map(({ name }) => name).join(', ')}. Remove it from them first.`,
    )
  }
  return deleteResource(world, { ...id, type: GUARD_TYPE })
}

/**
 * The guard that an id names: it has to be in this world, whichever subscription it is in.
 * @throws Refusal InvalidParameter where it is no guard's id, or there is no such guard
 */
export function findGuard(world: World, id: string): Resource {
  const read = readResourceId(id)
  if (!read || !same(read.type, GUARD_TYPE)) {
    throw new Refusal('InvalidParameter', `resourceGuardResourceId '${id}' is not the id of a resource guard.`)
  }
  const guard = world.resources.get(keyOf(resourceId(read)))
  if (guard) return guard
  throw new Refusal(
    'InvalidParameter',
    `The resource guard '${read.name}' in resource group '${read.resourceGroup}' was not found. Create it first (PUT ${resourceId(read)}), then attach it.`,
  )
}

/** What the guard of a vault stands in front of; nothing where there is none. A guard that has gone protects everything. */
export function protectedBy(world: World, vault: Vault): CriticalOperation[] {
  if (!vault.guard) return []
  const guard = world.resources.get(vault.guard.guardKey)
  const rows = rowsOf(vault)
  const operations = Object.keys(rows) as CriticalOperation[]
  return operations.filter((operation) => !leavesOut(guard, rows[operation]?.[0] ?? ''))
}

/** The name of an operation that a vault's guard knows, and the request that authorizes it. */
function requestFor(vault: Vault, operation: CriticalOperation): readonly [name: string, request: string] {
  const [name = '', collection = ''] = rowsOf(vault)[operation] ?? []
  return [name, `${vault.guard?.guardId ?? ''}/${collection}/default`]
}

/** What the guard of a vault stands in front of, and which request authorizes each, as the wire has it. */
export const guardDetails = (world: World, vault: Vault) =>
  protectedBy(world, vault).map((operation) => {
    const [vaultCriticalOperation, defaultResourceRequest] = requestFor(vault, operation)
    return { vaultCriticalOperation, defaultResourceRequest }
  })

/** The requests that a body names, `resourceGuardOperationRequests`. */
export const readRequests = texts

/**
 * Lets an operation pass where the vault has no guard, the guard leaves the operation out, or the caller names the
 * guard's own request for just this operation. To name it is taken as being allowed to: roles are not emulated.
 * @param given `resourceGuardOperationRequests` of the call
 * @throws Refusal UserErrorResourceGuardOperationRequestNotProvided
 */
export function requireGuard(
  world: World,
  vault: Vault,
  operation: CriticalOperation,
  given: readonly string[] = [],
): void {
  if (!vault.guard || !protectedBy(world, vault).includes(operation)) return
  const [name, needed] = requestFor(vault, operation)
  if (given.some((request) => same(request.replace(/\/+$/, ''), needed))) return
  const found =
    given.length === 0 ? 'ResourceGuard Operation requestid is either null or empty' : `'${given.join(', ')}' is not it`
  throw new Refusal(
    'UserErrorResourceGuardOperationRequestNotProvided',
    `The operation ${name} on vault '${vault.name}' is protected by a resource guard, and ${found}. Name '${needed}' in resourceGuardOperationRequests.`,
  )
}

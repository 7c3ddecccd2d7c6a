import { machinesSeenFrom } from './discovery.js'
import { within } from './durations.js'
import { Refusal } from './errors.js'
import { findGroup, meetGroup, refuseWhileDeleting } from './inventory.js'
import { keyOf, type ResourceId, resourceId, same } from './names.js'
import { type Operation, openOperation } from './operations.js'
import { makeBuiltInPolicies } from './policy-book.js'
import { locationOf } from './regions.js'
import type { Instant } from './schedule.js'
import { changesOwnIdentityOnly, mergeIdentity, type VaultIdentity } from './vault-identity.js'
import { readVaultSettings, type VaultInput, type VaultSettings } from './vault-settings.js'
import type { World } from './world.js'

export interface Vault {
  key: string
  /** As created. */
  id: string
  subscriptionId: string
  resourceGroup: string
  name: string
  location: string
  /** The number that the service keeps for the vault. */
  number: number
  tags?: Record<string, string>
  sku: Record<string, unknown>
  identity?: VaultIdentity
  settings: VaultSettings
  provisioning: 'Provisioning' | 'Succeeded'
  /** When it was last changed: its etag. */
  changedAt: Instant
}

export const VAULT_TYPE = 'Microsoft.RecoveryServices/vaults'

/** 2 to 50 characters, a letter first, then letters, digits and hyphens (the portal's rule for vaults). */
const VAULT_NAME = /^[a-zA-Z][-a-zA-Z0-9]{1,49}$/

export const vaultKey = (subscriptionId: string, group: string, name: string) =>
  keyOf(resourceId({ subscriptionId, resourceGroup: group, type: VAULT_TYPE, name }))

/** @throws Refusal ResourceNotFound, as the gateway words it */
export function getVault(world: World, subscriptionId: string, group: string, name: string): Vault {
  const vault = world.vaults.get(vaultKey(subscriptionId, group, name))
  if (!vault) {
    throw new Refusal(
      'ResourceNotFound',
      `The Resource '${VAULT_TYPE}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    )
  }
  return vault
}

/** The id that a vault's own operation is known by: base64 of `<n>;<guid>` (wire-vm-more.md 2.1). */
const OPERATION_NUMBERS = { putVault: 2047, patchVault: 4095, deleteVault: 1023 } as const

function vaultOperation(
  world: World,
  vault: Vault,
  kind: keyof typeof OPERATION_NUMBERS,
  pace: 'vaultWriteMs' | 'vaultDeleteMs',
): Operation {
  const guid = world.chance.guid()
  const text = `${OPERATION_NUMBERS[kind]};${guid}`
  const due = world.now + within(pace, world.chance.fraction(kind, guid))
  return openOperation(world, { kind, id: base64(text), vaultKey: vault.key, due })
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base64 of ASCII text, padded: the domain has no Buffer. */
function base64(text: string): string {
  let out = ''
  for (let i = 0; i < text.length; i += 3) {
    const [a = 0, b, c] = [
      text.charCodeAt(i),
      ...[i + 1, i + 2].map((n) => (n < text.length ? text.charCodeAt(n) : undefined)),
    ]
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0)
    out += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63)
    out +=
      (b === undefined ? '=' : ALPHABET.charAt((bits >> 6) & 63)) + (c === undefined ? '=' : ALPHABET.charAt(bits & 63))
  }
  return out
}

/** Since 2023 the calls that write a vault are long-running; before they were done at once. */
export interface VaultCall {
  asynchronous: boolean
}

/**
 * Creates a vault, or replaces one that is there.
 * @returns the vault, whether it is new, and the operation where the caller's version has one
 * @throws Refusal InvalidResourceName, LocationRequired, InvalidResourceLocation, UserErrorVaultQuotaReached, and what
 * the settings refuse
 */
export function putVault(
  world: World,
  id: Omit<ResourceId, 'type'>,
  input: VaultInput,
  call: VaultCall,
): { vault: Vault; created: boolean; operation?: Operation } {
  if (!VAULT_NAME.test(id.name)) {
    throw new Refusal(
      'InvalidResourceName',
      `The vault name '${id.name}' is not valid: use 2 to 50 letters, digits and hyphens, a letter first.`,
    )
  }
  if (!input.location)
    throw new Refusal('LocationRequired', `The location property is required for vault '${id.name}'.`)
  const location = locationOf(input.location)
  const key = vaultKey(id.subscriptionId, id.resourceGroup, id.name)
  const before = world.vaults.get(key)
  if (before) return { vault: replaceVault(world, before, location, input), created: false }

  checkQuota(world, id.subscriptionId, location)
  refuseWhileDeleting(findGroup(world, id.subscriptionId, id.resourceGroup))
  const group = meetGroup(world, id.subscriptionId, id.resourceGroup, location)
  const vault: Vault = {
    key,
    id: resourceId({ ...id, type: VAULT_TYPE }),
    subscriptionId: id.subscriptionId,
    resourceGroup: id.resourceGroup || group.name,
    name: id.name,
    location,
    number: Number(world.chance.digits(15)),
    ...(input.tags ? { tags: input.tags } : {}),
    sku: input.sku ?? { name: 'RS0', tier: 'Standard' },
    ...identityAfter(world, undefined, input),
    settings: readVaultSettings(input),
    provisioning: call.asynchronous ? 'Provisioning' : 'Succeeded',
    changedAt: world.now,
  }
  world.vaults.put(vault)
  makeBuiltInPolicies(world, vault)
  world.vaults.setDiscovered(vault.key, machinesSeenFrom(world, vault))
  if (!call.asynchronous) return { vault, created: true }
  return { vault, created: true, operation: vaultOperation(world, vault, 'putVault', 'vaultWriteMs') }
}

function replaceVault(world: World, before: Vault, location: string, input: VaultInput): Vault {
  if (before.location !== location) {
    throw new Refusal(
      'InvalidResourceLocation',
      `The resource '${before.name}' already exists in location '${before.location}' in resource group '${before.resourceGroup}'. A resource with the same name cannot be created in location '${location}'.`,
    )
  }
  const { tags: _, ...rest } = before
  const vault: Vault = {
    ...rest,
    ...(input.tags ? { tags: input.tags } : {}),
    sku: input.sku ?? before.sku,
    ...identityAfter(world, before, input),
    settings: readVaultSettings(input, { before: before.settings, locked: holdsItems(world, before) }),
    changedAt: world.now,
  }
  world.vaults.put(vault)
  return vault
}

/**
 * Changes what a vault's PATCH names; the rest stays.
 * @returns the operation for versions that have one
 */
export function patchVault(
  world: World,
  vault: Vault,
  input: VaultInput,
  call: VaultCall,
): { vault: Vault; operation?: Operation } {
  const changed: Vault = {
    ...vault,
    ...(input.tags ? { tags: input.tags } : {}),
    ...(input.sku ? { sku: input.sku } : {}),
    ...identityAfter(world, vault, input),
    settings: readVaultSettings(input, { before: vault.settings, locked: holdsItems(world, vault) }),
    changedAt: world.now,
  }
  world.vaults.put(changed)
  if (!call.asynchronous || changesOwnIdentityOnly(input)) return { vault: changed }
  return { vault: changed, operation: vaultOperation(world, changed, 'patchVault', 'vaultWriteMs') }
}

function identityAfter(world: World, before: Vault | undefined, input: VaultInput): { identity?: VaultIdentity } {
  const identity = input.identity ? mergeIdentity(world.chance, before?.identity, input.identity) : before?.identity
  return identity ? { identity } : {}
}

/** A vault's redundancy is locked as soon as it holds a protected item, soft-deleted ones too (SEED-43). */
export const holdsItems = (world: World, vault: Vault) => world.items.any(vault.key)

/**
 * Deletes an empty vault; those with items refuse (wire-vm-more.md 3).
 * @returns the operation, for versions that have one: the vault goes when it ends
 */
export function deleteVault(world: World, vault: Vault, call: VaultCall): Operation | undefined {
  const items = world.items.ofVault(vault.key)
  const active = items.filter((item) => !item.deleted)
  const nothingMore = { target: null, details: null, innerError: null }
  if (active.length > 0) {
    throw new Refusal(
      'ServiceResourceNotEmptyWithContainerDetails',
      `Vault cannot be deleted as there are existing resources within the vault. : ${active.map((item) => item.friendlyName).join(', ')}\nStop the protection of these items and delete their data, unregister all containers, then delete the vault again. See https://aka.ms/AB-AA4ecq5`,
      nothingMore,
    )
  }
  if (items.length > 0) {
    throw new Refusal(
      'ServiceResourceNotEmptyWithBackendMessage',
      `Recovery Services vault cannot be deleted as there are backup items in soft deleted state in the vault: ${items.map((item) => item.friendlyName).join(', ')}. They are deleted for good when their soft delete period ends; until then undelete them and delete them with soft delete turned off. See https://aka.ms/SoftDeleteCloudWorkloads`,
      nothingMore,
    )
  }
  if (call.asynchronous) return vaultOperation(world, vault, 'deleteVault', 'vaultDeleteMs')
  removeVault(world, vault)
  return undefined
}

/** Takes a vault and all it holds out of the world. */
export function removeVault(world: World, vault: Vault): void {
  for (const item of world.items.ofVault(vault.key)) {
    world.timeline.cancel(`item:${item.id}`)
    world.points.deleteAll(item.id)
    world.items.delete(item.id)
  }
  world.policies.deleteAll(vault.key)
  world.vaults.setDiscovered(vault.key, [])
  world.vaults.delete(vault.key)
}

/** Due: a vault's own operation has come to its end. */
export function finishVaultOperation(world: World, operation: Operation): void {
  const vault = operation.vaultKey === undefined ? undefined : world.vaults.get(operation.vaultKey)
  if (!vault) return
  if (operation.kind === 'deleteVault') removeVault(world, vault)
  else world.vaults.put({ ...vault, provisioning: 'Succeeded', changedAt: world.now })
}

function checkQuota(world: World, subscriptionId: string, location: string): void {
  const there = world.vaults.ofSubscription(subscriptionId).filter((vault) => same(vault.location, location)).length
  if (there >= world.limits.vaultsPerRegion) {
    throw new Refusal(
      'UserErrorVaultQuotaReached',
      `The subscription has ${there} vaults in ${location}, and ${world.limits.vaultsPerRegion} is the most. Delete one, or use another subscription.`,
    )
  }
}

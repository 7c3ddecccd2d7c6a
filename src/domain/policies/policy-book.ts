import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { same } from '../names.js'
import type { Operation } from '../operations.js'
import { checkNotBusy } from '../protection/protected-items.js'
import { refuseWhileMoving } from '../vaults/data-move-checks.js'
import { readRequests } from '../vaults/resource-guards.js'
import { isClassicVault, limitsIn, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { classicDefaultPolicies, defaultPolicies } from './built-in-policies.js'
import type { PolicyContext, PolicyProperties, VaultPolicy } from './policies.js'
import { checkPolicyEdit } from './policy-changes.js'
import { readClassicPatch, readClassicPolicy } from './policy-classic.js'
import { readFileSharePolicy } from './policy-files.js'
import { invalidPolicy, PolicyReader, REFUSAL_EXTRA } from './policy-reader.js'
import { changeItems, itemsBoundFor, itemsOfPolicy } from './policy-updates.js'
import { readVmPolicy } from './policy-vm.js'
import { enforceRetentionChange } from './retention-changes.js'
import { DAY, type Instant } from './schedule.js'

/** A policy of a vault, under its name. */
export interface Policy {
  vaultKey: string
  name: string
  properties: PolicyProperties
  /** In a Backup vault: when it was last written, which its points tell as the version of their tag (wire-disk.md 7). */
  changedAt?: Instant
}

/** 3 to 150 characters, a letter first, a letter or digit last (domain.md 13.2); azurerm allows `_` and `!` too. */
const POLICY_NAME = /^[A-Za-z][-_!A-Za-z0-9]{1,148}[_!A-Za-z0-9]$/

type Input = Readonly<Record<string, unknown>>
type Kind = VaultPolicy['backupManagementType']

/** The kinds of policy that can be written here, and who reads them. */
const READERS: Record<Kind, (input: Input, context: PolicyContext) => VaultPolicy> = {
  AzureIaasVM: readVmPolicy,
  AzureStorage: readFileSharePolicy,
}

const builtInPolicies = (world: World, vault: Vault) =>
  isClassicVault(vault) ? classicDefaultPolicies(world.now) : defaultPolicies(world.now, vault.location)

/**
 * Every vault is born with three policies (wire-vm.md 5, SEED-44), a classic one with one. Those that it has already stay
 * as they are.
 */
export function makeBuiltInPolicies(world: World, vault: Vault): void {
  for (const { name, properties } of builtInPolicies(world, vault)) {
    if (!world.policies.get(vault.key, name)) world.policies.put({ vaultKey: vault.key, name, properties })
  }
}

/** @throws Refusal BMSUserErrorPolicyNotFound */
export function getPolicy(world: World, vault: Vault, name: string): Policy {
  const policy = world.policies.get(vault.key, name)
  if (!policy) {
    throw new Refusal(
      'BMSUserErrorPolicyNotFound',
      `There is no policy '${name}' in vault '${vault.name}'. Create it first, or use DefaultPolicy.`,
    )
  }
  return policy
}

/**
 * Creates a policy or changes one. A change holds at once, and every item that hangs on the policy is configured anew
 * (domain.md 5.1, 5.3).
 * @param input the body's `properties`
 * @param activityId the client's id of the request
 * @returns the policy, and the operation where items are configured anew
 * @throws Refusal BMSUserErrorInvalidPolicyInput and its kin, BMSUserErrorPolicyObjectInUse,
 *   BMSUserErrorConflictingProtectionOperation, UserErrorPolicyQuotaReached, CloudDosAbsoluteLimitReached,
 *   UserErrorOperationDeniedOnImmutableItem, UserErrorResourceGuardOperationRequestNotProvided,
 *   UserErrorOperationNotAllowedDuringDataMove
 */
export function putPolicy(
  world: World,
  vault: Vault,
  name: string,
  input: Input,
  activityId: string | undefined,
): { policy: Policy; operation?: Operation } {
  checkPolicyName(name)
  const before = world.policies.get(vault.key, name)
  const properties = readPolicy(world, vault, input, before)
  if (!before) checkQuota(world, vault)
  const items = before ? itemsOfPolicy(world, vault, before.name) : []
  if (before) checkPolicyEdit(before.name, before.properties, properties, items.length > 0)
  if (before) {
    refuseWhileMoving(world, vault)
    enforceRetentionChange(world, vault, {
      operation: 'changePolicy',
      policyName: before.name,
      before: before.properties,
      after: properties,
      items,
      requests: readRequests(input.resourceGuardOperationRequests),
    })
  }
  for (const item of items) checkNotBusy(item)
  countWrite(world, vault)

  const policy: Policy = { vaultKey: vault.key, name: before?.name ?? name, properties }
  world.policies.put(policy)
  const operation = changeItems(world, vault, policy.name, items, activityId)
  return { policy, ...(operation ? { operation } : {}) }
}

function checkPolicyName(name: string): void {
  if (POLICY_NAME.test(name)) return
  throw new Refusal(
    'BMSUserErrorInvalidPolicyInput',
    `The policy name '${name}' is not valid: use 3 to 150 letters, digits and hyphens, a letter first and no hyphen at the end.`,
    { ...REFUSAL_EXTRA },
  )
}

function readPolicy(world: World, vault: Vault, input: Input, before: Policy | undefined): VaultPolicy {
  const times = { now: world.now }
  if (isClassicVault(vault)) return readClassicPolicy(input, times, world.classicLimits)
  const kind = new PolicyReader(input, times).choice('backupManagementType', Object.keys(READERS) as Kind[])
  return READERS[kind](input, { ...times, ...(before ? { stored: before.properties } : {}) })
}

function checkQuota(world: World, vault: Vault): void {
  const most = limitsIn(world, vault).policiesPerVault
  if (world.policies.ofVault(vault.key).length < most) return
  throw new Refusal(
    'UserErrorPolicyQuotaReached',
    `The vault has ${most} policies, which is the most. Delete one that no item uses.`,
  )
}

/** Takes note of a write: a vault takes so many in 24 hours, whatever policies they are of (domain.md 3). */
function countWrite(world: World, vault: Vault): void {
  const most = limitsIn(world, vault).policyWritesPerDay
  const recent = (vault.policyWrites ?? []).filter((write) => write > world.now - DAY)
  const [oldest] = recent
  if (recent.length >= most && oldest !== undefined) {
    throw new Refusal(
      'CloudDosAbsoluteLimitReached',
      `${most} policies were added or edited in vault '${vault.name}' in the last 24 hours, which is the most. Try again after ${new Date(oldest + DAY).toISOString()}.`,
    )
  }
  world.vaults.put({ ...vault, policyWrites: [...recent, world.now] })
}

/**
 * Deletes a policy that no item uses; one that isn't there is as good as deleted. The vault's own policies come back
 * within a day: no source says when (domain.md 3).
 * @returns whether there was one
 * @throws Refusal BMSUserErrorPolicyObjectInUse
 */
export function deletePolicy(world: World, vault: Vault, name: string): boolean {
  const policy = world.policies.get(vault.key, name)
  if (!policy) return false
  const users = world.items.countOfPolicy(vault.key, policy.name) + itemsBoundFor(world, vault, policy.name).length
  if (users > 0) {
    throw new Refusal(
      'BMSUserErrorPolicyObjectInUse',
      `Policy '${policy.name}' is used by ${users} protected item${users === 1 ? '' : 's'}. Move them to another policy or stop their protection, then delete it.`,
    )
  }
  world.policies.delete(vault.key, policy.name)
  if (builtInPolicies(world, vault).some((builtIn) => same(builtIn.name, policy.name))) {
    const wait = within('cleanupMs', world.chance.fraction('policies', vault.key, world.now))
    world.timeline.at(world.now + wait, 'policies.recreate', `vault:${vault.key}`)
  }
  return true
}

/**
 * Gives a policy of a classic vault another name, and the items that hang on it with it (golden 22).
 * @throws Refusal BMSUserErrorPolicyNotFound, BMSUserErrorInvalidPolicyInput where the name is taken
 */
export function renamePolicy(world: World, vault: Vault, name: string, wanted: string): void {
  const policy = getPolicy(world, vault, name)
  if (policy.name === wanted) return
  checkPolicyName(wanted)
  if (!same(policy.name, wanted) && world.policies.get(vault.key, wanted))
    throw invalidPolicy(`the name '${wanted}' is that of another policy of the vault`, 'Choose another name')
  const items = itemsOfPolicy(world, vault, policy.name)
  world.policies.delete(vault.key, policy.name)
  world.policies.put({ ...policy, name: wanted })
  for (const item of items) world.items.put({ ...item, policyName: wanted })
}

/**
 * What a PATCH of a policy of a classic vault does: renames it where it is given another name, and changes what the rest
 * of the body says, where there is more.
 * @returns the operation where items are configured anew
 * @throws Refusal as `renamePolicy` and `putPolicy`
 */
export function patchClassicPolicy(
  world: World,
  vault: Vault,
  name: string,
  input: Input,
  activityId: string | undefined,
): Operation | undefined {
  getPolicy(world, vault, name)
  const { policyName = name, renamesOnly } = readClassicPatch(input)
  renamePolicy(world, vault, name, same(policyName, name) ? getPolicy(world, vault, name).name : policyName)
  return renamesOnly ? undefined : putPolicy(world, vault, policyName, input, activityId).operation
}

/** Due: a policy of the vault's own was deleted, and is put back as it was at first. */
export function recreateBuiltInPolicies(world: World, vaultKey: string): void {
  const vault = world.vaults.get(vaultKey)
  if (vault) makeBuiltInPolicies(world, vault)
}

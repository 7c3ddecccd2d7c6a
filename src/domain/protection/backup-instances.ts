import { type Operation, operationSubject } from '../operations.js'
import { requireGuard } from '../vaults/resource-guards.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { type DiskConfiguration, policyIdOf, readInstance } from './disk-configuration.js'
import { checkFree, checkStays } from './instance-checks.js'
import { findDeletedInstance, getInstance, type Instance, type InstanceCall, isInstance } from './instances.js'
import { checkNotBusy, isStopped, type StoppedState } from './protected-items.js'
import { protectItem } from './protection.js'
import { badRequest, type ProtectionInput } from './protection-input.js'
import { deleteProtectedItem } from './protection-stop.js'

export interface InstanceDocument {
  /** `properties`, in any casing. */
  properties: unknown
  tags?: Record<string, string>
}

const protect = (world: World, vault: Vault, { name, activityId }: InstanceCall, asked: Partial<ProtectionInput>) =>
  protectItem(world, vault, 'AzureDisk', { containerName: name, itemName: name, activityId, ...asked })

/** What a PUT of an instance has led to. */
export interface PutInstance {
  /** As it is to be. */
  item: Instance
  isNew: boolean
  /** Absent where nothing had to be configured. */
  operation?: Operation
}

/**
 * Protects a disk, or changes what protects it: another policy, other tags. What keeps a new one from being configured
 * shows in it, a while after the operation has succeeded; a change that can't be made fails with its operation, and
 * the instance is as it was (wire-disk.md 5).
 * @throws Refusal InvalidRequestContent, UserErrorInvalidRequestParameter, UserErrorDppDatasourceAlreadyProtected,
 * UserErrorItemIsSoftDeleted, UserErrorProtectionQuotaExceeded, BMSUserErrorConflictingProtectionOperation, and what
 * the policy and a resource guard refuse
 */
export function putInstance(world: World, vault: Vault, call: InstanceCall, document: InstanceDocument): PutInstance {
  const read = readInstance(document.properties)
  const { tags } = document
  const asked = { ...read, instance: { ...read.instance, ...(tags ? { tags } : {}) } }
  const before = world.items.find(vault.key, call.name)
  if (isInstance(before) && !before.deleted) return changeInstance(world, vault, call, before, asked)
  checkFree(world, asked.sourceId)
  const operation = protect(world, vault, call, { policyId: asked.policyId, instance: asked.instance })
  const made = world.items.get(operation.itemId ?? 0)
  const madeAt = world.timeline.nextOf(operationSubject(operation)) ?? world.now
  if (!made) throw new Error(`nothing was made of '${call.name}'`)
  const item: Instance = { ...made, instance: { ...asked.instance, madeAt } }
  world.items.put(item)
  return { item, isNew: true, operation }
}

const isAlike = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function changeInstance(
  world: World,
  vault: Vault,
  call: InstanceCall,
  item: Instance,
  { instance, policyId, requests, friendlyName, ...asked }: DiskConfiguration,
): PutInstance {
  checkNotBusy(item)
  checkStays(item, { instance, ...asked })
  const { madeAt } = item.instance
  const kept = { ...instance, ...(madeAt === undefined ? {} : { madeAt }) }
  const isConfigured = item.state !== 'ProtectionError'
  if (isConfigured && isAlike(item.instance.document, instance.document)) {
    const tagged: Instance = { ...item, instance: kept }
    world.items.put(tagged)
    return { item: tagged, isNew: false }
  }
  requireGuard(world, vault, 'changeProtection', requests)
  if (!isStopped(item)) checkFree(world, asked.sourceId, item)
  world.items.put({ ...item, friendlyName })
  const operation = protect(world, vault, call, { policyId, instance: kept, resumes: !isStopped(item) })
  return { item: { ...item, ...world.items.get(item.id), instance: kept }, isNew: false, operation }
}

/**
 * Stops the backups of an instance: for ever with all that there is, or until its policy has taken all but the last
 * point (domain.md 13.7).
 * @returns undefined where it stands like that already
 * @throws Refusal UserErrorGenericResourceNotFound, BMSUserErrorConflictingProtectionOperation,
 * BMSUserErrorInvalidConfigureProtectionRequest, UserErrorResourceGuardOperationRequestNotProvided
 */
export function stopInstance(
  world: World,
  vault: Vault,
  call: InstanceCall,
  state: StoppedState,
  resourceGuardOperationRequests: readonly string[],
): Operation | undefined {
  const item = getInstance(world, vault, call.name)
  checkNotBusy(item)
  if (item.state === state) return undefined
  return protect(world, vault, call, { policyId: '', protectionState: state, resourceGuardOperationRequests })
}

/**
 * Resumes the backups of an instance by the policy that it names.
 * @param from the only state that the call resumes from; any where it is left out
 * @returns undefined where nothing has stopped (golden disk/50)
 * @throws Refusal as `stopInstance`, UserErrorDppDatasourceAlreadyProtected, and what the policy refuses
 */
export function resumeInstance(
  world: World,
  vault: Vault,
  call: InstanceCall,
  from?: StoppedState,
): Operation | undefined {
  const item = getInstance(world, vault, call.name)
  checkNotBusy(item)
  if (!isStopped(item)) return undefined
  if (from !== undefined && item.state !== from)
    throw badRequest(`'${item.friendlyName}' is ${item.state}, not ${from}. Use resumeProtection.`)
  return configureAsItIs(world, vault, call, item)
}

function configureAsItIs(world: World, vault: Vault, call: InstanceCall, item: Instance): Operation {
  checkFree(world, item.sourceId, item)
  return protect(world, vault, call, { policyId: policyIdOf(item.instance) })
}

/**
 * Tries again what has failed: the configuration of an instance.
 * @returns undefined where nothing has
 * @throws Refusal as `resumeInstance`
 */
export function syncInstance(world: World, vault: Vault, call: InstanceCall): Operation | undefined {
  const item = getInstance(world, vault, call.name)
  checkNotBusy(item)
  return item.state === 'ProtectionError' ? configureAsItIs(world, vault, call, item) : undefined
}

/**
 * Deletes an instance with its data: softly while the vault's soft delete is on.
 * @returns undefined where there is none, or it is soft-deleted already (golden disk/45)
 * @throws Refusal BMSUserErrorConflictingProtectionOperation, UserErrorResourceGuardOperationRequestNotProvided
 */
export function deleteInstance(world: World, vault: Vault, call: InstanceCall): Operation | undefined {
  const item = world.items.find(vault.key, call.name)
  return item && deleteProtectedItem(world, vault, item, call.activityId)
}

/**
 * Brings a soft-deleted instance back, its protection stopped.
 * @returns undefined where there is none
 * @throws Refusal BMSUserErrorConflictingProtectionOperation
 */
export function undeleteInstance(world: World, vault: Vault, call: InstanceCall): Operation | undefined {
  const item = findDeletedInstance(world, vault, call.name)
  return item && protect(world, vault, { ...call, name: item.name }, { isRehydrate: true })
}

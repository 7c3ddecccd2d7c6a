import { listOf, type Members, membersOf, patchedDocument, readDocument } from '../documents.js'
import { Refusal } from '../errors.js'
import { isNested, keyOf, type ResourceId, resourceId, same } from '../names.js'
import { VAULT_TYPE } from '../vaults/vault.js'
import type { World } from '../world.js'
import { findGroup, putResource, type Resource, type ResourceInput, refuseWhileDeleting } from './inventory.js'
import { checkResourceName, completeBody, DISK_TYPE } from './resource-types.js'
import { forgetAssignments } from './role-assignments.js'

/**
 * Creates or replaces a resource on a client's behalf, with what the service adds to its body.
 * @returns the resource, and whether it is new
 * @throws Refusal InvalidResourceName, ResourceGroupBeingDeleted, LocationRequired, LocationNotAvailableForResourceType,
 * InvalidResourceLocation, InvalidParameter, InvalidRequestContent, OperationNotAllowed
 */
export function createOrUpdateResource(
  world: World,
  id: ResourceId,
  input: ResourceInput,
): { resource: Resource; created: boolean } {
  checkResourceName(id)
  refuseWhileDeleting(findGroup(world, id.subscriptionId, id.resourceGroup))
  const before = world.resources.get(keyOf(resourceId(id)))?.body ?? {}
  const { resource: sent, created } = putResource(world, id, input)
  const resource = { ...sent, body: completeBody(world, sent, before) }
  world.resources.put(resource)
  if (same(resource.type, DISK_TYPE)) tellOwner(world, resource)
  return { resource, created }
}

/** A disk that grows is larger for its machine too. */
function tellOwner(world: World, disk: Resource): void {
  const { managedBy, properties } = disk.body
  const owner = typeof managedBy === 'string' ? world.resources.get(keyOf(managedBy)) : undefined
  if (!owner) return
  const ofOwner = membersOf(owner.body.properties)
  const profile = membersOf(ofOwner.storageProfile)
  const grown = (entry: Members) => {
    const { id } = membersOf(entry.managedDisk)
    return typeof id === 'string' && same(id, disk.id)
      ? { ...entry, diskSizeGB: membersOf(properties).diskSizeGB }
      : entry
  }
  const storageProfile = {
    ...profile,
    osDisk: grown(membersOf(profile.osDisk)),
    dataDisks: listOf(profile.dataDisks).map(grown),
  }
  world.resources.put({ ...owner, body: { ...owner.body, properties: { ...ofOwner, storageProfile } } })
}

/**
 * Changes what a PATCH names.
 * @throws Refusal as `createOrUpdateResource`
 */
export const patchResource = (world: World, resource: Resource, patch: Members): Resource =>
  createOrUpdateResource(world, resource, readDocument(patchedDocument(resource, patch))).resource

/**
 * Takes a resource out of the inventory with all that is part of it; a disk stays as long as a machine has it.
 * @returns whether there was one
 * @throws Refusal OperationNotAllowed
 */
export function deleteResource(world: World, id: ResourceId): boolean {
  const resource = world.resources.get(keyOf(resourceId(id)))
  if (!resource) return false
  const { managedBy } = resource.body
  if (same(resource.type, DISK_TYPE) && typeof managedBy === 'string' && world.resources.get(keyOf(managedBy))) {
    throw new Refusal(
      'OperationNotAllowed',
      `Disk ${resource.name} is attached to VM ${managedBy}. Detach it, or delete the VM first.`,
    )
  }
  for (const part of world.resources.partsOf(resource.key)) world.resources.delete(part.key)
  world.resources.delete(resource.key)
  forgetAssignments(world, resource.key)
  return true
}

/** A row of ARM's list of everything, whichever provider it is of. Times in ms; unknown ones are left out. */
export interface ListedResource
  extends Pick<Resource, 'key' | 'id' | 'name' | 'type' | 'resourceGroup' | 'location' | 'tags'> {
  /** `kind`, `sku`, `identity`, `managedBy` and the like, without `properties`. */
  members: Members
  createdAt?: number
  changedAt: number
  provisioningState: string
}

/** Everything in a subscription or one of its groups, vaults included, by id; what is a part of something else is not listed. */
export function listResources(world: World, subscriptionId: string, group?: string): ListedResource[] {
  const resources =
    group === undefined
      ? world.resources.ofSubscription(subscriptionId)
      : world.resources.ofGroup(subscriptionId, group)
  const vaults =
    group === undefined ? world.vaults.ofSubscription(subscriptionId) : world.vaults.ofGroup(subscriptionId, group)
  const rows: ListedResource[] = [
    ...resources
      .filter(({ type }) => !isNested(type))
      .map(({ body: { properties, ...members }, ...resource }) => ({
        ...resource,
        members,
        provisioningState: String(membersOf(properties).provisioningState ?? 'Succeeded'),
      })),
    ...vaults.map(({ sku, identity, provisioning, ...vault }) => ({
      ...vault,
      // A classic vault has its tier among its properties, which lists leave out; a Backup vault has none.
      members: vault.type === VAULT_TYPE ? { sku, ...(identity ? { identity } : {}) } : {},
      provisioningState: provisioning,
    })),
  ]
  return rows.sort((a, b) => (a.key < b.key ? -1 : 1))
}

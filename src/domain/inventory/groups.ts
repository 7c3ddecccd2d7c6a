import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { groupId, keyOf } from '../names.js'
import { type Operation, openOperation } from '../operations.js'
import { checkDeletable, removeVault } from '../vaults/vault-deletion.js'
import type { World } from '../world.js'
import { type ResourceGroup, refuseWhileDeleting } from './inventory.js'
import { forgetAssignments } from './role-assignments.js'

/**
 * Changes what a PATCH of a group names: tags as a whole, who manages it.
 * @throws Refusal ResourceGroupBeingDeleted
 */
export function patchGroup(
  world: World,
  group: ResourceGroup,
  input: { tags?: Record<string, string>; managedBy?: string },
): ResourceGroup {
  refuseWhileDeleting(group)
  const changed: ResourceGroup = {
    ...group,
    ...(input.tags ? { tags: input.tags } : {}),
    ...(input.managedBy === undefined ? {} : { managedBy: input.managedBy }),
  }
  world.groups.put(changed)
  return changed
}

/** The deletion of a group that has not ended yet. */
export function runningDeletion(world: World, group: ResourceGroup): Operation | undefined {
  if (group.state !== 'Deleting') return undefined
  return world.operations.allOpen().find(({ kind, work }) => kind === 'deleteGroup' && work?.group === group.key)
}

/**
 * The deletion of a group by the id that was handed out; it can be asked for after the group has gone.
 * @throws Refusal NotFound where this subscription has none of that id
 */
export function getGroupDeletion(world: World, subscriptionId: string, id: string): Operation {
  const operation = world.operations.get(id)
  const inSubscription = keyOf(groupId(subscriptionId, ''))
  if (operation?.kind !== 'deleteGroup' || !String(operation.work?.group).startsWith(inSubscription)) {
    throw new Refusal(
      'NotFound',
      `There is no operation '${id}' in subscription '${subscriptionId}'. Poll the URL that the request was answered with.`,
    )
  }
  return operation
}

/**
 * Starts the deletion of a group; what is in it goes with it when the operation ends. A vault that can't be deleted
 * keeps its group: ARM would answer the same refusal in the end. A second DELETE is answered with the first one's
 * operation.
 * @throws Refusal as the deletion of its vaults
 */
export function deleteGroup(world: World, group: ResourceGroup): Operation {
  const running = runningDeletion(world, group)
  if (running) return running
  for (const vault of world.vaults.ofGroup(group.subscriptionId, group.name))
    checkDeletable(world, vault, { asynchronous: true, keepsDeleted: false })
  world.groups.put({ ...group, state: 'Deleting' })
  const due = world.now + within('groupDeleteMs', world.chance.fraction('group', group.key, world.now))
  return openOperation(world, { kind: 'deleteGroup', due, work: { group: group.key } })
}

/** Due: a group and everything in it goes. */
export function finishGroupDeletion(world: World, operation: Operation): void {
  const group = world.groups.get(String(operation.work?.group))
  if (!group) return
  for (const vault of world.vaults.ofGroup(group.subscriptionId, group.name)) removeVault(world, vault)
  for (const resource of world.resources.ofGroup(group.subscriptionId, group.name)) world.resources.delete(resource.key)
  forgetAssignments(world, group.key)
  world.groups.delete(group.key)
}

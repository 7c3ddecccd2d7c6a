import { membersOf } from '../documents.js'
import { type Conditions, type EffectiveConditions, effectiveConditions } from '../inventory/conditions.js'
import { findGroup, type Resource } from '../inventory/inventory.js'
import { hasAnyRole, hasRole, type RoleName } from '../inventory/roles.js'
import { failureAt, type Moment } from '../jobs/causes.js'
import type { JobErrorName } from '../jobs/job-errors.js'
import { keyOf, readGroupId } from '../names.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'

/** What is wrong, and how one sees it. */
export type Check<L> = readonly [JobErrorName, when: (look: L) => boolean]

export const firstOf = <L>(checks: readonly Check<L>[], look: L): JobErrorName | undefined =>
  checks.find(([, when]) => when(look))?.[0]

/** Who asks on behalf of a vault; nobody where its identity is not there. */
export interface Asking {
  world: World
  principals: string[]
}

export const lacks = ({ world, principals }: Asking, role: RoleName, scope: string) =>
  !principals.some((principal) => hasRole(world, principal, role, scope))
export const hasNone = ({ world, principals }: Asking, scope: string) =>
  !principals.some((principal) => hasAnyRole(world, principal, scope))

/** What Backup needs of a subscription to take snapshots there and to make disks (domain.md 8.4). */
const NAMESPACES = ['microsoft.compute', 'microsoft.storage']

/** Whether the subscription of a resource or a group has unregistered something of that. */
export function isUnregistered(world: World, id: string): boolean {
  const [, subscriptionId = ''] = /^\/?subscriptions\/([^/]+)/i.exec(id) ?? []
  const unregistered = world.subscriptions.get(keyOf(subscriptionId))?.unregistered ?? []
  return NAMESPACES.some((namespace) => unregistered.includes(namespace))
}

/** Whether a group is not there, or not for long. */
export function isGroupGone(world: World, id: string): boolean {
  const { subscriptionId = '', resourceGroup = '' } = readGroupId(id) ?? {}
  const group = findGroup(world, subscriptionId, resourceGroup)
  return group === undefined || group.state === 'Deleting'
}

/** The id of the disk encryption set that a disk or a snapshot names; undefined where the platform keeps its key. */
function encryptionSetOf(resource: Resource | undefined): string | undefined {
  const { diskEncryptionSetId } = membersOf(membersOf(resource?.body.properties).encryption)
  return typeof diskEncryptionSetId === 'string' && diskEncryptionSetId !== '' ? diskEncryptionSetId : undefined
}

/** Whether the encryption set of a disk or a snapshot can't be seen: any role there lets one read it. */
export function cannotReadSet(asking: Asking, resource: Resource | undefined): boolean {
  const set = encryptionSetOf(resource)
  return set !== undefined && hasNone(asking, set)
}

/** What is true of several things taken together: what was said of the vault, over that what was said of each of them. */
function conditionsOf(world: World, vault: Vault, resources: readonly (Resource | undefined)[]): EffectiveConditions {
  let tags = { ...vault.tags }
  let set: Conditions = { ...vault.conditions }
  for (const resource of resources) {
    if (!resource) continue
    tags = { ...tags, ...resource.tags }
    set = { ...set, ...world.resources.conditions(resource.key) }
  }
  return effectiveConditions({ tags }, set)
}

/**
 * What conditions make fail at a moment: those of the vault, of the disk encryption set, of the disk and of its snapshot,
 * the later before the earlier.
 */
export function failsAt(
  moment: Moment,
  world: World,
  vault: Vault,
  disk: Resource | undefined,
  snapshot?: Resource,
): JobErrorName | undefined {
  const set = encryptionSetOf(snapshot ?? disk)
  const resources = [set === undefined ? undefined : world.resources.get(keyOf(set)), disk, snapshot]
  return failureAt(moment, { conditions: conditionsOf(world, vault, resources) }, world.limits)
}

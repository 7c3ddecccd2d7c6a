import { meetGroup, putResource } from '../inventory/inventory.js'
import type { Machine } from '../inventory/machines.js'
import { keyOf, resourceId } from '../names.js'
import type { ProtectionPolicy } from '../policies/policies.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import type { World } from '../world.js'

export const COLLECTION_TYPE = 'Microsoft.Compute/restorePointCollections'

/** The key of an item's collection in the inventory. */
export const collectionKey = (subscriptionId: string, { group, name }: { group: string; name: string }) =>
  keyOf(resourceId({ subscriptionId, resourceGroup: group, type: COLLECTION_TYPE, name }))

/** SEED-52: the restore point collection lives in a resource group of Backup's own, 600 to a group (domain.md 13.5). */
export function collect(
  world: World,
  item: ProtectedItem,
  machine: Machine,
  policy: ProtectionPolicy | undefined,
): { group: string; name: string } {
  const { subscriptionId, location } = machine.resource
  const { azureBackupRGNamePrefix: prefix, azureBackupRGNameSuffix: suffix = '' } =
    (policy && 'instantRPDetails' in policy ? policy.instantRPDetails : undefined) ?? {}
  let number = 1
  const groupName = () => (prefix ? `${prefix}${number}${suffix}` : `AzureBackupRG_${location}_${number}`)
  while (
    world.resources.ofGroup(subscriptionId, groupName(), COLLECTION_TYPE).length >=
    world.limits.restorePointCollectionsPerGroup
  )
    number++
  const group = groupName()
  const known = meetGroup(world, subscriptionId, group, location)
  world.groups.put({ ...known, managedBy: 'subscriptions/Microsoft.RecoveryServices/' })
  const name = `AzureBackup_${item.friendlyName}_${item.dataId}`
  const body = { properties: { source: { id: machine.resource.id, location }, provisioningState: 'Succeeded' } }
  putResource(world, { subscriptionId, resourceGroup: group, type: COLLECTION_TYPE, name }, { location, body })
  return { group, name }
}

import { Refusal } from '../errors.js'
import { findGroup, meetGroup, type ResourceGroup, refuseWhileDeleting } from '../inventory/inventory.js'
import { type ResourceId, resourceId } from '../names.js'
import { locationOf } from '../regions.js'
import type { World } from '../world.js'
import { type Vault, type VaultType, vaultKey } from './vault.js'

/** Where a vault of any type is, or is to be. */
type VaultPlace = Omit<ResourceId, 'type'>

/**
 * The region that a PUT of a vault names.
 * @throws Refusal LocationRequired, LocationNotAvailableForResourceType
 */
export function regionOfVault(name: string, location: string | undefined): string {
  if (location) return locationOf(location)
  throw new Refusal('LocationRequired', `The location property is required for vault '${name}'.`)
}

/** The group that a vault is put into. @throws Refusal ResourceGroupBeingDeleted, and what names are refused with */
export function groupForVault(world: World, place: VaultPlace, location: string): ResourceGroup {
  refuseWhileDeleting(findGroup(world, place.subscriptionId, place.resourceGroup))
  return meetGroup(world, place.subscriptionId, place.resourceGroup, location)
}

/** What a vault of any type is born with. */
export const newVault = (world: World, type: VaultType, place: VaultPlace, group: ResourceGroup, location: string) =>
  ({
    key: vaultKey(place.subscriptionId, place.resourceGroup, place.name, type),
    type,
    id: resourceId({ ...place, type }),
    subscriptionId: place.subscriptionId,
    resourceGroup: place.resourceGroup || group.name,
    name: place.name,
    location,
    number: Number(world.chance.digits(15)),
  }) satisfies Partial<Vault>

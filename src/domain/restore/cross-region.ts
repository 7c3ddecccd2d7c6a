import { getPoint, isMachinePoint, type MachinePoint, type RecoveryPoint } from '../backup/recovery-points.js'
import { guidOf } from '../chance.js'
import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { TENANT_ID } from '../inventory/inventory.js'
import { listItems, type ProtectedItem } from '../protection/protected-items.js'
import { locationOf, regionOf } from '../regions.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'

/** The region that a vault's data is copied to, while it may be restored there; undefined otherwise. */
export const secondaryOf = (vault: Vault): string | undefined =>
  vault.settings.crossRegionRestore ? regionOf(vault.location)?.paired : undefined

/** @throws Refusal UserErrorCrossRegionRestoreNotEnabled */
export function getSecondary(vault: Vault): string {
  const region = secondaryOf(vault)
  if (region) return region
  throw new Refusal(
    'UserErrorCrossRegionRestoreNotEnabled',
    vault.settings.crossRegionRestore
      ? `The region of vault '${vault.name}', ${vault.location}, has no paired region to restore in.`
      : `Cross-region restore is not enabled for vault '${vault.name}'. Enable it in the vault's redundancySettings.`,
  )
}

/** Whether a point has come to the paired region: only what is in the vault is copied, some time after it is there. */
function isReplicated(world: World, point: RecoveryPoint): point is MachinePoint {
  if (point.vaultTier !== 'Valid' || !isMachinePoint(point)) return false
  const lag = within('replicateMs', world.chance.fraction('replicate', point.itemId, point.name))
  return (point.vaultedAt ?? point.time) + lag <= world.now
}

/** The points of an item that the paired region has, newest first. */
export const replicatedPoints = (world: World, item: ProtectedItem): MachinePoint[] =>
  world.points.ofItem(item.id).filter((point) => isReplicated(world, point))

/** A point of an item that the paired region has. @throws Refusal UserErrorRecoveryPointNotFound */
export function getReplicatedPoint(world: World, item: ProtectedItem, name: string): MachinePoint {
  const point = getPoint(world, item, name)
  if (isReplicated(world, point)) return point
  throw new Refusal(
    'UserErrorRecoveryPointNotFound',
    `The recovery point '${name}' is not in the paired region. It has to be in the vault, and the copy takes up to 12 hours: list the points of the secondary region.`,
  )
}

/** The machines that the paired region knows of, each with the points that it has, newest first. */
export const replicatedItems = (world: World, vault: Vault): { item: ProtectedItem; points: MachinePoint[] }[] =>
  listItems(world, vault)
    .filter((item) => !item.deleted && item.workload === 'VM')
    .map((item) => ({ item, points: replicatedPoints(world, item) }))
    .filter(({ points }) => points.length > 0)

/** Who may ask Backup in a region for its copies: what a client has to have a token made out to. */
export interface AadProperties {
  tenantId: string
  audience: string
  servicePrincipalObjectId: string
}

/** @throws Refusal LocationNotAvailableForResourceType for a region that there is not */
export function aadPropertiesOf(region: string): AadProperties {
  const name = locationOf(region)
  return {
    tenantId: TENANT_ID,
    audience: `https://RecoveryServices/IaasCoord/aadmgmt/${regionOf(name)?.code}`,
    servicePrincipalObjectId: guidOf(`backup/${name}`),
  }
}

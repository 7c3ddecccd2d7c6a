import { backupFamily } from '../../arm/versions.js'
import type { RecoveryPoint } from '../../domain/backup/recovery-points.js'
import type { Instant } from '../../domain/policies/schedule.js'
import { itemPath, type ProtectedItem, type WorkloadName } from '../../domain/protection/protected-items.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { SHARE_VIEWS } from './share-views.js'
import { VM_VIEWS } from './vm-views.js'

export type Properties = Record<string, unknown>

/** What each workload says of its things in their `properties`, in the order of the wire. */
export interface WorkloadViews {
  /** @param extended with `extendedInfo`, as a single GET is asked for it */
  itemProperties(world: World, vault: Vault, item: ProtectedItem, version: string, extended: boolean): Properties
  containerProperties(world: World, vault: Vault, item: ProtectedItem, version: string): Properties
  /** @param detailed with what only a single GET says */
  pointProperties(
    vault: Vault,
    item: ProtectedItem,
    point: RecoveryPoint,
    version: string,
    now: Instant,
    detailed: boolean,
  ): Properties
}

const VIEWS: Record<WorkloadName, WorkloadViews> = {
  VM: VM_VIEWS,
  AzureFileShare: SHARE_VIEWS,
  // No vault that is shown here has one of these.
  IaasVM: VM_VIEWS,
  AzureDisk: VM_VIEWS,
}

const CONTAINERS = 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers'

/** A protected item as the wire has it in a version's family. */
export const itemView = (world: World, vault: Vault, item: ProtectedItem, version: string, extended: boolean) => ({
  id: itemPath(vault, item),
  name: backupFamily(version).firstItems ? item.containerName : item.name,
  type: `${CONTAINERS}/protectedItems`,
  properties: VIEWS[item.workload].itemProperties(world, vault, item, version, extended),
})

/** A container as lists and a GET of it have it: with its type, after its name. */
export const listedContainer = ({ id, name, properties }: { id: string; name: string; properties: Properties }) => ({
  id,
  name,
  type: CONTAINERS,
  properties,
})

/** The container that an item has to itself. */
export const containerView = (world: World, vault: Vault, item: ProtectedItem, version: string) => ({
  id: `${vault.id}/backupFabrics/Azure/protectionContainers/${item.container}`,
  name: item.container,
  type: CONTAINERS,
  properties: VIEWS[item.workload].containerProperties(world, vault, item, version),
})

/** A recovery point as the wire has it in a version's family. */
export const pointView = (
  vault: Vault,
  item: ProtectedItem,
  point: RecoveryPoint,
  version: string,
  now: Instant,
  detailed = false,
) => ({
  id: `${itemPath(vault, item)}/recoveryPoints/${point.name}`,
  name: point.name,
  type: `${CONTAINERS}/protectedItems/recoveryPoints`,
  properties: VIEWS[item.workload].pointProperties(vault, item, point, version, now, detailed),
})

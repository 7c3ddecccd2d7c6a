import { Refusal } from '../errors.js'
import type { DiskExclusion } from '../inventory/machines.js'
import type { JobError } from '../jobs/job-errors.js'
import type { Limits } from '../limits.js'
import { same } from '../names.js'
import type { Instant } from '../policies/schedule.js'
import { isBackupVault, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'

/**
 * What can be protected: `workloadType` on the wire. Each has a row in domain/protection/workloads.ts. Machines in a
 * classic vault are an `IaasVM` there (wire-classic.md 8); managed disks in a Backup vault have no such name on the wire.
 */
export type WorkloadName = 'VM' | 'AzureFileShare' | 'IaasVM' | 'AzureDisk'

/** domain.md 6.1, 13.1; `ProtectionError` is a backup instance's whose configuration has failed (wire-disk.md 5). */
export type ProtectionState = 'IRPending' | 'Protected' | 'ProtectionError' | StoppedState
/** No backup is made: for ever with all that there is, or until the policy has taken all but the last point (domain.md 13.7). */
export type StoppedState = 'ProtectionStopped' | 'BackupsSuspended'

/** How the last operation of a kind went (wire-vm.md 7: kpisHealths). */
export type OperationHealth = 'Completed' | 'Failed' | 'Cancelled'

/** What a backup instance of a Backup vault says beyond what every protected item has. */
export interface BackupInstance {
  /** Its `properties` as they were sent: what is protected, by which parameters and identity. */
  document: Readonly<Record<string, unknown>>
  tags?: Record<string, string>
  /** The resource group that its snapshots are kept in, as it was written; '' where none was named. */
  snapshotGroupId: string
  /** When the call that made it is over. */
  madeAt?: Instant
}

export interface ProtectedItem {
  /** Row number. */
  id: number
  vaultKey: string
  workload: WorkloadName
  /** `VM;iaasvmcontainerv2;<rg>;<vm>` */
  name: string
  /** Its container as paths name it: `IaasVMContainer;iaasvmcontainerv2;<rg>;<vm>` */
  container: string
  /** Its container as it says itself: `iaasvmcontainerv2;<rg>;<vm>` */
  containerName: string
  classic: boolean
  /** `sourceResourceId` on the wire, and the key of what is protected. */
  sourceId: string
  sourceKey: string
  /** Name and group of what is protected, in their own casing. */
  friendlyName: string
  resourceGroup: string
  /** '' once protection has stopped; of a suspended item the one that its points go by. */
  policyName: string
  /** The policy that it had when its protection was stopped: what a later one is compared with. */
  stoppedPolicyName?: string
  state: ProtectionState
  /** Its first configuration is still running: the item can't be seen yet. */
  configuring: boolean
  /** The configuration job that has the item for itself. */
  busyWith?: string
  /** When its configuration last ended. */
  configuredAt?: Instant
  lastBackupStatus: '' | 'Completed' | 'Failed'
  lastBackupTime?: Instant
  lastRecoveryPoint?: Instant
  /** When the newest point in the vault was taken: what the next transfer starts from (SEED-60). */
  lastVaultPoint?: Instant
  /** Names of the disks in that point: one that is not among them goes to the vault from scratch (domain.md 6). */
  vaultDisks?: string[]
  /** The backup that had to go to the vault did not get there: the next one goes instead (domain.md 5.2). */
  owesVault?: boolean
  /** The number that the service keeps for the item's data. */
  dataId: string
  diskExclusion?: DiskExclusion
  /** Soft-deleted: since when, until when, for how many days. */
  deleted?: { at: Instant; until: Instant; days: number }
  /** It was soft-deleted once: its container says so ever after (wire-vm-more.md 1.2). */
  undeleted?: boolean
  backupHealth?: OperationHealth
  /** What the last backup failed with, or warned of. */
  backupError?: JobError
  /** How many backups in a row had that error, where it was more than one. */
  backupErrors?: number
  restoreHealth?: OperationHealth
  /** Why the last restore failed. */
  restoreError?: JobError
  /** Of a backup instance: what was sent of it (wire-disk.md 5). */
  instance?: BackupInstance
  /** Why its first configuration failed, and what the call was known by. */
  protectionError?: { error: JobError; activityId: string }
  /** Group and name of the restore point collection (SEED-52). */
  collection?: { group: string; name: string }
}

/** The limits that hold for an item. */
export const limitsOn = (world: World, { workload }: Pick<ProtectedItem, 'workload'>): Limits =>
  workload === 'IaasVM' ? world.classicLimits : world.limits

/** An item's path under its vault, with the names that the service gave it. */
export const itemPath = (vault: Pick<Vault, 'id' | 'type'>, item: Pick<ProtectedItem, 'container' | 'name'>) =>
  isBackupVault(vault)
    ? `${vault.id}/backupInstances/${item.name}`
    : `${vault.id}/backupFabrics/Azure/protectionContainers/${item.container}/protectedItems/${item.name}`

/** Whether no more backups are made of an item, until its protection is resumed. */
export const isStopped = (item: Pick<ProtectedItem, 'state'>) =>
  item.state === 'ProtectionStopped' || item.state === 'BackupsSuspended'

/** The policy that an item says it has: a suspended one names none (azurerm_backup_protected_vm's documents). */
export const shownPolicy = (item: Pick<ProtectedItem, 'state' | 'policyName'>) =>
  isStopped(item) ? '' : item.policyName

export const itemSubject = (item: Pick<ProtectedItem, 'id'>) => `item:${item.id}`

/**
 * The item under a vault by its native name, in any casing.
 * @throws Refusal BMSUserErrorDataSourceObjectNotFound; soft-deleted items are found, items that are still being configured aren't
 */
export function getItem(world: World, vault: Vault, name: string): ProtectedItem {
  const item = world.items.find(vault.key, name)
  if (!item || item.configuring) {
    throw new Refusal(
      'BMSUserErrorDataSourceObjectNotFound',
      'Item not found.\r\nIt may have been deleted, or was never protected here: check that it is registered to this vault.',
    )
  }
  return item
}

/**
 * The vault's item in a container of that name; a machine has a container to itself.
 * @throws Refusal BMSUserErrorContainerObjectNotFound
 */
export function getContainerItem(world: World, vault: Vault, containerName: string): ProtectedItem {
  const found = listItems(world, vault).find((item) => same(item.container, containerName))
  if (!found) {
    throw new Refusal(
      'BMSUserErrorContainerObjectNotFound',
      `The container '${containerName}' is not registered with vault '${vault.name}'.`,
    )
  }
  return found
}

/** Every item of a vault that can be seen, soft-deleted ones included (client-az.md 4.3: undelete looks for them). */
export const listItems = (world: World, vault: Vault) =>
  world.items.ofVault(vault.key).filter((item) => !item.configuring)

/**
 * What is soft-deleted has to be undeleted before its data is of use (domain.md 6.1).
 * @param then what was asked for, as one does it after that
 * @throws Refusal UserErrorItemIsSoftDeleted
 */
export function checkNotDeleted(item: ProtectedItem, then: string): void {
  if (!item.deleted) return
  throw new Refusal(
    'UserErrorItemIsSoftDeleted',
    `The item '${item.friendlyName}' is in soft deleted state. Undelete it, then ${then}.`,
  )
}

/** @throws Refusal BMSUserErrorConflictingProtectionOperation where a configuration job has the item for itself */
export function checkNotBusy(item: ProtectedItem): void {
  if (item.busyWith === undefined) return
  throw new Refusal(
    'BMSUserErrorConflictingProtectionOperation',
    `Another configure protection operation is in progress for this item${item.instance ? '' : ` (job ${item.busyWith})`}. Wait until it ends, then try again.`,
  )
}

import type { RecoveryPoint } from '../backup/recovery-points.js'
import type { PaceRange } from '../durations.js'
import type { JobErrorName } from '../jobs/job-errors.js'
import type { Job, JobBag, JobOperation } from '../jobs/jobs.js'
import type { LimitName } from '../limits.js'
import type { PolicyProperties, ProtectionPolicy } from '../policies/policies.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import type { ProtectedItem, ProtectionState, WorkloadName } from './protected-items.js'
import type { ProtectionInput } from './protection-input.js'
import { MANAGED_DISKS } from './workload-disk.js'
import { FILE_SHARES } from './workload-file-share.js'
import { MACHINES_OF_CLASSIC_VAULTS } from './workload-iaas-vm.js'
import { VIRTUAL_MACHINES } from './workload-vm.js'

/** What can be protected, as its container and its item will know it. */
export interface Protectable
  extends Pick<
    ProtectedItem,
    | 'name'
    | 'container'
    | 'containerName'
    | 'classic'
    | 'sourceId'
    | 'sourceKey'
    | 'friendlyName'
    | 'resourceGroup'
    | 'instance'
  > {}

/** Parts that are copied side by side, each by its name where it has one, and the data on them all. GB. */
export interface BackedUpData {
  disks: readonly { name?: string; sizeGB: number }[]
  usedDataGB: number
  dailyChurnGB: number
}

/** What is backed up, as it is at the moment. */
export interface BackupSource {
  /** How long a snapshot of it takes, in ms. @param fraction in [0, 1) */
  snapshotMs(fraction: number): number
  /** What makes a snapshot of it fail. */
  snapshotFailure(): JobErrorName | undefined
  /** What makes a transfer of it fail. */
  transferFailure(): JobErrorName | undefined
  /** Some of the writers that make a snapshot application consistent have failed. */
  writersFailed?: boolean
  /** What is copied, and what of it changes in a day. */
  data: BackedUpData
  /** What a recovery point keeps of it. */
  point(
    policy: ProtectionPolicy | undefined,
  ): Pick<RecoveryPoint, 'consistency' | 'usedDataGB' | 'machine' | 'share' | 'disk'>
  /** What its item remembers from its first snapshot on. */
  remember?(policy: ProtectionPolicy | undefined): Partial<ProtectedItem>
}

/** A backup as it begins. */
export interface NewBackup {
  onDemand: boolean
  /** The date that was asked for, on demand. */
  expiry: number | undefined
  tasks: readonly string[]
}

/** The configurations of an item, each a job of its own length: rows of PACE. */
type ConfigurationPace = 'configureFirst' | 'configureAgain' | 'disable' | 'deleteSoft' | 'deletePurge' | 'undelete'

/**
 * What is a workload's own. The rules of protection, backup, retention and deletion are the same for all of them and
 * ask here for what differs.
 */
export interface Workload {
  /** `backupManagementType` on the wire. */
  managementType: 'AzureIaasVM' | 'AzureStorage' | ''
  /** The values of `protectedItemType` that mean it, the first is how it is written; in lower case. */
  itemTypes: readonly string[]
  /** The `objectType` of a backup on demand. */
  backupRequest: 'IaasVMBackupRequest' | 'AzureFileShareBackupRequest' | ''
  paces: Record<ConfigurationPace, PaceRange>
  /** How many of its items a vault takes. */
  quota: LimitName
  /** How many backups on demand a day has, and how many attempts at one; absent where nothing limits them. */
  onDemand?: { backups: LimitName; attempts: LimitName }
  /** How many restores of an item a day has. */
  restoresPerDay: LimitName
  /**
   * The item's own name out of the names in a path.
   * @throws Refusal BMSUserErrorContainerNameIncorrectFormat, BMSUserErrorProtectedItemNameIncorrectFormat
   */
  itemName(container: string, item: string): string
  /** What a PUT wants protected, or a refusal that says what doesn't fit. */
  findSource(world: World, vault: Vault, input: ProtectionInput): Protectable
  /** Whether a policy is one for it. */
  owns(policy: PolicyProperties): policy is ProtectionPolicy
  /** What a job of an item's configuration says of itself, in wire order. */
  bag(
    operation: JobOperation,
    item: Pick<ProtectedItem, 'friendlyName' | 'containerName'>,
    facts: { policyName?: string; points?: number; stopped?: boolean },
  ): JobBag
  /** How late a scheduled backup starts, in ms. @param fraction in [0, 1) */
  startDelayMs(fraction: number): number
  /** What a backup job says of itself when it begins. */
  backupBag(item: ProtectedItem, backup: NewBackup): { bag: JobBag; internalBag?: Record<string, string> }
  /** What it says in the end. */
  sizeBag(sizeMB: number, job: Job): JobBag
  /** The tasks of a backup: all of them have a snapshot, not all go to the vault. */
  backupTasks(policy: ProtectionPolicy | undefined): readonly string[]
  /** How long a backup goes on once its point is there, in ms; absent where the point ends it. @param fraction in [0, 1) */
  settleMs?(fraction: number): number
  /** What there is to back up; undefined once it is gone. */
  look(world: World, item: ProtectedItem): BackupSource | undefined
  /** Why no more points of an item fit; undefined while they do. */
  full?(world: World, item: ProtectedItem, policy: ProtectionPolicy | undefined): JobErrorName | undefined
  /** What a job says of a source that is gone, before its snapshot is taken and afterwards. */
  gone(world: World, item: ProtectedItem): { snapshot: JobErrorName; transfer: JobErrorName }
  /** Why a scheduled backup can't begin now: another job is in its way. @param job its own */
  busy(world: World, item: ProtectedItem, job: Job): JobErrorName | undefined
  /**
   * Whether a snapshot counts by itself: instant restore uses it, and the next backup may begin while it still goes to
   * the vault (SEED-51, SEED-59). Where it doesn't there is a point once it has arrived, and nothing else may run on the
   * item meanwhile (SEED-33).
   */
  snapshotCounts: boolean
  /** Whether a soft delete keeps its data. */
  keptWhenDeleted(world: World, item: ProtectedItem): boolean
  /** Whether an item whose protection is resumed waits for its next backup, although it has points. */
  pendingOnResume: boolean
  /** What its configuration fails with when it comes to its end; absent where nothing is looked at then. */
  misconfigured?(world: World, vault: Vault, item: ProtectedItem): JobErrorName | undefined
  /** Where an item stays whose first configuration has failed; absent where it goes. */
  failedState?: ProtectionState
}

/** Everything that can be protected. */
export const WORKLOADS: Record<WorkloadName, Workload> = {
  VM: VIRTUAL_MACHINES,
  AzureFileShare: FILE_SHARES,
  IaasVM: MACHINES_OF_CLASSIC_VAULTS,
  AzureDisk: MANAGED_DISKS,
}

export const workloadOf = (item: Pick<ProtectedItem, 'workload'>): Workload => WORKLOADS[item.workload]

/** The workload that a `protectedItemType` means. */
export const workloadOfType = (protectedItemType: string): WorkloadName | undefined =>
  (Object.keys(WORKLOADS) as WorkloadName[]).find((name) =>
    WORKLOADS[name].itemTypes.includes(protectedItemType.toLowerCase()),
  )

/** The policy of an item, if it is one for its workload. */
export function policyOf(world: World, item: ProtectedItem): ProtectionPolicy | undefined {
  const policy = item.policyName ? world.policies.get(item.vaultKey, item.policyName) : undefined
  return policy && workloadOf(item).owns(policy.properties) ? policy.properties : undefined
}

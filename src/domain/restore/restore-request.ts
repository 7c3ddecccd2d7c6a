import { getMachinePoint, type MachinePoint } from '../backup/recovery-points.js'
import type { RehydrationInput } from '../backup/rehydration.js'
import { type ResourceId, readGroupId, same } from '../names.js'
import type { Instant } from '../policies/schedule.js'
import { checkNotDeleted, type ProtectedItem } from '../protection/protected-items.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { badRestore } from './bad-restore.js'
import type { DiskAccess } from './machine-snapshots.js'

/**
 * The ways back (wire-vm-more.md 6.1): what the job calls itself, the task after the data has arrived, and whether no
 * other restore of the item may start while it runs.
 */
export const RESTORE_TYPES = {
  RestoreDisks: { jobType: 'Recover disks', secondTask: undefined, alone: false },
  AlternateLocation: {
    jobType: 'Recover VM to an alternate location',
    secondTask: 'Create the restored virtual machine',
    alone: false,
  },
  OriginalLocation: { jobType: 'Replace disks', secondTask: 'Update the virtual machine', alone: true },
} as const

export type RestoreType = keyof typeof RESTORE_TYPES

/** A restore as it is asked for; texts that were left empty are absent. */
export interface RestoreInput {
  pointName: string
  recoveryType: string
  recoveryPointId?: string
  sourceResourceId?: string
  storageAccountId?: string
  region?: string
  targetResourceGroupId?: string
  targetVirtualMachineId?: string
  virtualNetworkId?: string
  subnetId?: string
  /** Data disks to bring back; empty for the OS disk alone, absent for all. */
  restoreDiskLunList?: number[]
  zones?: string[]
  /** Disks of an unmanaged machine, or without a target group, as managed disks. */
  restoreWithManagedDisks?: boolean
  /** The identity of the vault that goes to the storage account. */
  identityInfo?: { isSystemAssignedIdentity?: boolean; managedIdentityResourceId?: string }
  encryptionDetails?: {
    encryptionEnabled?: boolean
    kekUrl?: string
    kekVaultId?: string
    secretKeyUrl?: string
    secretKeyVaultId?: string
  }
  diskEncryptionSetId?: string
  targetDiskNetworkAccessSettings?: { targetDiskNetworkAccessOption?: string; targetDiskAccessId?: string }
  /** Asked for where the point lies in the archive. */
  rehydration?: RehydrationInput
  activityId: string | undefined
}

/** Where a restore runs: in the vault's region, or in the one that its data is copied to. */
export interface RestorePlace {
  region: string
  crossRegion: boolean
}

/** A restore that was asked for, read, with what it is about. */
export interface RestoreRequest {
  vault: Vault
  item: ProtectedItem
  point: MachinePoint
  input: RestoreInput
  type: RestoreType
  place: RestorePlace
  target: Pick<ResourceId, 'subscriptionId' | 'resourceGroup'>
  /** Its disks arrive as managed disks; else as blobs in the storage account. */
  managed: boolean
}

/** What a Restore job keeps for itself. */
export interface RestoreWork {
  type: RestoreType
  pointName: string
  pointTime: Instant
  region: string
  crossRegion: boolean
  subscriptionId: string
  targetGroup: string
  /** The group, the account and the network were there when it began: without them it fails. */
  groupKnown: boolean
  accountId: string
  accountKnown: boolean
  network: RestoreNetwork | null
  targetMachine: string | null
  /** The account's name. */
  account: string
  luns: number[] | null
  zones: string[] | null
  managed: boolean
  encryptionSet: string | null
  /** What it makes of the disks' network access; null for the same as before. */
  access: DiskAccess | null
  /** Size of the disks that come back. */
  sizeGB: number
}

export interface RestoreNetwork {
  id: string
  subnetId: string
  known: boolean
}

/**
 * Reads what is asked for; whether it can be done is for `checkRestore` to say.
 * @throws Refusal UserErrorRecoveryPointNotFound, UserErrorItemIsSoftDeleted, UserErrorInvalidRestoreRequest
 */
export function readRestore(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  input: RestoreInput,
  place: RestorePlace,
): RestoreRequest {
  const point = getMachinePoint(world, item, input.pointName)
  checkNotDeleted(item, 'restore')
  if (input.recoveryPointId && input.recoveryPointId !== point.name) {
    throw badRestore(
      `recoveryPointId '${input.recoveryPointId}' is not the recovery point that was chosen, '${point.name}'.`,
    )
  }
  const type = readType(input.recoveryType)
  const target = readTarget(vault, item, input)
  return { vault, item, point, input, type, place, target, managed: comesManaged(point, type, input) }
}

/** Whether managed disks come of it: of a machine that has such, only where a group is named for them (client-az.md 4.6). */
function comesManaged({ machine }: MachinePoint, type: RestoreType, input: RestoreInput): boolean {
  if (input.restoreWithManagedDisks === true) return true
  return !machine.unmanaged && (type !== 'RestoreDisks' || input.targetResourceGroupId !== undefined)
}

function readType(recoveryType: string): RestoreType {
  const found = (Object.keys(RESTORE_TYPES) as RestoreType[]).find((type) => same(type, recoveryType))
  if (found) return found
  throw badRestore(`recoveryType '${recoveryType}' is unknown. Use one of: ${Object.keys(RESTORE_TYPES).join(', ')}.`)
}

function readTarget(vault: Vault, item: ProtectedItem, { targetResourceGroupId }: RestoreInput) {
  if (!targetResourceGroupId) return { subscriptionId: vault.subscriptionId, resourceGroup: item.resourceGroup }
  const group = readGroupId(targetResourceGroupId)
  if (group) return group
  throw badRestore(`targetResourceGroupId '${targetResourceGroupId}' is not the id of a resource group.`)
}

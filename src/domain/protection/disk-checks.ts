import type { RecoveryPoint } from '../backup/recovery-points.js'
import { listOf, membersOf } from '../documents.js'
import { type Disk, findDisk } from '../inventory/disks.js'
import type { Resource } from '../inventory/inventory.js'
import type { Moment } from '../jobs/causes.js'
import type { JobErrorName } from '../jobs/job-errors.js'
import { keyOf, readGroupId, same } from '../names.js'
import { isDiskPolicy } from '../policies/policies.js'
import { repetitionsOf } from '../policies/repetition.js'
import { sameRegion } from '../regions.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import {
  type Asking,
  type Check,
  cannotReadSet,
  failsAt,
  firstOf,
  hasNone,
  isGroupGone,
  isUnregistered,
  lacks,
} from './disk-looks.js'
import { principalsOf } from './instance-identity.js'
import type { ProtectedItem } from './protected-items.js'

/** A disk as it is to be protected, or is. */
export type ConfiguredDisk = Pick<ProtectedItem, 'sourceId' | 'instance' | 'policyName'>

/** All that is looked at to see whether a disk can be backed up. */
interface Look extends Asking {
  vault: Vault
  item: ConfiguredDisk
  disk: Disk | undefined
  /** The id of the group of its snapshots as it was written. */
  groupId: string
}

/** What an instance says of where its snapshots go, as it was sent. */
const storesOf = ({ instance }: ConfiguredDisk) =>
  listOf(membersOf(membersOf(instance?.document.policyInfo).policyParameters).dataStoreParametersList)

const LEAST_PERIOD_OF_FAST_DISKS = 12 * 3_600_000

/** Premium SSD v2 and Ultra disks are backed up every 12 hours or once a day (domain.md 9). */
function isTooOften({ world, vault, item, disk }: Look): boolean {
  if (!disk || !/^(PremiumV2|UltraSSD)_/i.test(disk.sku)) return false
  const policy = world.policies.get(vault.key, item.policyName)?.properties
  if (!policy || !isDiskPolicy(policy)) return false
  return repetitionsOf(policy).some(({ period }) => period < LEAST_PERIOD_OF_FAST_DISKS)
}

const unregistered: Check<Look> = [
  'UserErrorMissingSubscriptionRegistration',
  ({ world, item }) => isUnregistered(world, item.sourceId),
]
const gone: Check<Look> = ['UserErrorManagedDiskNotFound', ({ disk }) => disk === undefined]
const nobody: Check<Look> = ['UserErrorDiskBackupAuthorizationFailed', ({ principals }) => principals.length === 0]
const setUnreadable: Check<Look> = [
  'UserErrorMSIPermissionsNotPresentOnDES',
  (look) => cannotReadSet(look, look.disk?.resource),
]
const noReader = (look: Look) => lacks(look, 'Disk Backup Reader', look.item.sourceId)
const noContributor = (look: Look) => lacks(look, 'Disk Snapshot Contributor', look.groupId)

/**
 * What is looked at when a disk is to be protected and when it is backed up, in this order: roles are the vault's own to
 * have, whoever asks (wire-disk.md 1.2, 4; golden disk/19, 71).
 */
const CHECKS: Record<'configure' | 'backup', readonly Check<Look>[]> = {
  configure: [
    [
      'CloudInternalError',
      ({ groupId, item }) => groupId === '' && storesOf(item).some(({ objectType }) => !objectType),
    ],
    [
      'UserErrorOperationalStoreParametersNotProvided',
      ({ groupId, item }) => groupId === '' && storesOf(item).length === 0,
    ],
    ['UserErrorInvalidOperationalStoreResourceGroup', ({ groupId }) => readGroupId(groupId) === undefined],
    unregistered,
    gone,
    [
      'UserErrorDiskVaultLocationMismatch',
      ({ disk, vault }) => disk !== undefined && !sameRegion(disk.resource.location, vault.location),
    ],
    [
      'UserErrorSnapshotRGSubscriptionMismatch',
      ({ disk, groupId }) => !same(disk?.resource.subscriptionId ?? '', readGroupId(groupId)?.subscriptionId ?? ''),
    ],
    ['UserErrorSnapshotRGNotFound', ({ world, groupId }) => isGroupGone(world, groupId)],
    nobody,
    ['UserErrorMissingRequiredPermissions', (look) => hasNone(look, look.item.sourceId)],
    ['UserErrorNotEnoughPermissionOnDisk', noReader],
    ['UserErrorNotEnoughPermissionOnSnapshotRG', noContributor],
    setUnreadable,
    ['UserErrorDiskBackupDiskTypeNotSupported', isTooOften],
  ],
  backup: [
    unregistered,
    gone,
    nobody,
    ['UserErrorDiskBackupDiskOrMSIPermissionsNotPresent', noReader],
    [
      'UserErrorDiskBackupSnapshotRGOrMSIPermissionsNotPresent',
      (look) => isGroupGone(look.world, look.groupId) || noContributor(look),
    ],
    setUnreadable,
  ],
}

const MOMENT: Record<'configure' | 'backup', Moment> = { configure: 'diskConfiguration', backup: 'diskSnapshot' }

/**
 * What keeps a disk from being configured, or backed up, now; undefined where nothing does.
 * @param at what it is to be: while a backup runs the service has other words for the same (wire-disk.md 1.2)
 */
export function diskFault(
  world: World,
  vault: Vault,
  item: ConfiguredDisk,
  at: 'configure' | 'backup' = 'configure',
): JobErrorName | undefined {
  const disk = findDisk(world, item.sourceId)
  const groupId = item.instance?.snapshotGroupId ?? ''
  const look: Look = { world, vault, item, disk, groupId, principals: principalsOf(world, vault, item) }
  return firstOf(CHECKS[at], look) ?? failsAt(MOMENT[at], world, vault, disk?.resource)
}

/** Where a restore is to put its new disk. */
export interface DiskRestoreTarget {
  /** The id of the disk that is to be. */
  diskId: string
}

/** All that is looked at to see whether a point can be restored. */
interface RestoreLook extends Asking {
  snapshot: Resource | undefined
  snapshotGroupId: string
  targetGroupId: string
  diskId: string
}

const targetGone = ({ world, targetGroupId }: RestoreLook) => isGroupGone(world, targetGroupId)
const noOperator = (look: RestoreLook) => lacks(look, 'Disk Restore Operator', look.targetGroupId)

const snapshotChecks: readonly Check<RestoreLook>[] = [
  [
    'UserErrorMissingSubscriptionRegistration',
    ({ world, diskId, snapshotGroupId }) => isUnregistered(world, diskId) || isUnregistered(world, snapshotGroupId),
  ],
  ['UserErrorDiskBackupAuthorizationFailed', ({ principals }) => principals.length === 0],
  [
    'UserErrorSnapshotRGOrMSIPermissionsNotPresent',
    (look) =>
      isGroupGone(look.world, look.snapshotGroupId) || lacks(look, 'Disk Snapshot Contributor', look.snapshotGroupId),
  ],
  ['UserErrorDiskSnapshotNotFound', ({ snapshot }) => snapshot === undefined],
  ['UserErrorMSIPermissionsNotPresentOnDES', (look) => cannotReadSet(look, look.snapshot)],
]
const nameTaken: Check<RestoreLook> = [
  'UserErrorSameNameDiskAlreadyExists',
  ({ world, diskId }) => world.resources.get(keyOf(diskId)) !== undefined,
]

/** What is looked at before a restore and at its end, in this order (wire-disk.md 1.2, 8). */
const RESTORE_CHECKS: Record<'validate' | 'restore', readonly Check<RestoreLook>[]> = {
  validate: [
    ...snapshotChecks,
    ['UserErrorRestoreTargetRGNotFound', targetGone],
    ['UserErrorNotEnoughPermissionOnTargetRG', noOperator],
    nameTaken,
  ],
  restore: [
    ...snapshotChecks,
    ['UserErrorDiskBackupRestoreRGOrMSIPermissionsNotPresent', (look) => targetGone(look) || noOperator(look)],
    nameTaken,
  ],
}

const groupOf = (id: string) => id.replace(/\/providers\/.*$/i, '')

/**
 * What keeps a point from being restored to a new disk now; undefined where nothing does.
 * @param at before it is begun, or while its job runs: the service has other words for the same (wire-disk.md 1.2)
 */
export function diskRestoreFault(
  world: World,
  vault: Vault,
  point: RecoveryPoint,
  { diskId }: DiskRestoreTarget,
  at: 'validate' | 'restore' = 'validate',
): JobErrorName | undefined {
  const item = world.items.get(point.itemId)
  const snapshotId = point.disk?.snapshotId ?? ''
  const snapshot = world.resources.get(keyOf(snapshotId))
  const look: RestoreLook = {
    world,
    principals: item ? principalsOf(world, vault, item) : [],
    snapshot,
    snapshotGroupId: groupOf(snapshotId),
    targetGroupId: groupOf(diskId),
    diskId,
  }
  const source = item && findDisk(world, item.sourceId)?.resource
  return firstOf(RESTORE_CHECKS[at], look) ?? failsAt('diskRestore', world, vault, source, snapshot)
}

import { Refusal, type RefusalCode } from '../errors.js'
import { findMachine } from '../inventory/machines.js'
import { isRestore } from '../jobs/jobs.js'
import { keyOf, same } from '../names.js'
import { checkRestores } from '../protection/daily-limits.js'
import { sameRegion } from '../regions.js'
import type { World } from '../world.js'
import { badRestore } from './bad-restore.js'
import type { DiskKeys } from './machine-snapshots.js'
import { RESTORE_TYPES, type RestoreRequest } from './restore-request.js'
import { checkZones } from './restore-zones.js'

/**
 * Whether the item, the point and the vault allow what is asked for.
 * @throws Refusal UserErrorInvalidRestoreRequest, UserErrorRestoreRegionMismatch, CloudDosAbsoluteLimitReached,
 * UserErrorRestoreOperationInProgress, UserErrorInvalidVMEncryptionInfo, a code of ACROSS_SUBSCRIPTIONS, and in place
 * UserErrorOLRNotSupported, UserErrorOLRNotSupportedOnRPWithDisksExcluded, UserErrorVmNotFoundV2, UserErrorVmNotShutDown
 */
export function checkRestore(world: World, request: RestoreRequest): void {
  checkSource(request)
  checkRegion(request)
  checkSubscription(world, request)
  checkDisks(request)
  checkKeys(request)
  checkIdentity(request)
  checkZones(request)
  if (request.type === 'OriginalLocation') checkInPlace(world, request)
  checkAlone(world, request)
  checkRestores(world, request.item)
}

function checkSource({ item, input }: RestoreRequest): void {
  if (input.sourceResourceId && !same(input.sourceResourceId, item.sourceKey)) {
    throw badRestore(
      `sourceResourceId '${input.sourceResourceId}' is not the machine of this item, '${item.sourceId}'.`,
    )
  }
}

/** A restore stays in the region where it runs: the vault's, unless it is a cross-region restore (wire-vm-more.md 7). */
function checkRegion({ input, place }: RestoreRequest): void {
  if (!input.region || sameRegion(input.region, place.region)) return
  throw new Refusal(
    'UserErrorRestoreRegionMismatch',
    place.crossRegion
      ? `The region '${input.region}' is not the one that is asked, '${place.region}'. Name the vault's paired region in both places.`
      : `The region '${input.region}' is not the vault's, '${place.region}'. Restore in the vault's region, or use cross-region restore.`,
  )
}

/** What can't go to another subscription, the first that applies (backup-azure-vms-troubleshoot.md; backup-azure-arm-restore-vms.md). */
const ACROSS_SUBSCRIPTIONS: readonly (readonly [
  RefusalCode,
  message: string,
  when: (request: RestoreRequest, world: World) => boolean,
])[] = [
  [
    'UserErrorCrossSubscriptionRestoreNotSupportedForCRR',
    'Cross Subscription Restore is not supported along with Cross Region Restore. Restore to the subscription of the vault.',
    ({ place }) => place.crossRegion,
  ],
  [
    'UserErrorCrossSubscriptionRestoreNotAllowed',
    "Cross Subscription Restore is permanently disabled for this vault. Restore to the vault's subscription.",
    ({ vault }) => vault.settings.crossSubscriptionRestore === 'PermanentlyDisabled',
  ],
  [
    'UserErrorCrossSubscriptionRestoreNotAllowed',
    "Cross Subscription Restore is disabled for this vault. Enable it in the vault's restoreSettings, or restore to the vault's subscription.",
    ({ vault }) => vault.settings.crossSubscriptionRestore !== 'Enabled',
  ],
  [
    'UserErrorCrossSubscriptionRestoreNotSupportedForOLR',
    'Cross Subscription Restore is not supported for Original Location Recovery. Restore the disks, or make a new machine.',
    ({ type }) => type === 'OriginalLocation',
  ],
  [
    'UserErrorCrossSubscriptionRestoreNotSupportedForUnManagedAzureVM',
    'Cross Subscription Restore is not supported for machines with unmanaged disks. Restore to the subscription of the vault.',
    ({ point }) => point.machine.unmanaged === true,
  ],
  [
    'UserErrorCrossSubscriptionRestoreNotSupportedForEncryptedAzureVM',
    'Cross Subscription Restore is not supported for encrypted machines. Restore to the subscription of the vault.',
    ({ point }) => point.machine.keys !== undefined,
  ],
  [
    'UserErrorCrossSubscriptionRestoreNotSupportedFromSnapshot',
    'Cross Subscription Restore is not supported from a snapshot. Choose a recovery point that has reached the vault.',
    ({ point }) => point.vaultTier === undefined,
  ],
  [
    'UserErrorCrossSubscriptionRestoreInvalidTargetSubscription',
    'The target subscription is not registered to the Recovery Services resource provider. Register Microsoft.RecoveryServices there, then restore.',
    ({ target }, world) => {
      const subscription = world.subscriptions.get(keyOf(target.subscriptionId))
      if (!subscription) return world.strict
      return subscription.unregistered?.includes('microsoft.recoveryservices') ?? false
    },
  ],
]

function checkSubscription(world: World, request: RestoreRequest): void {
  if (same(request.target.subscriptionId, request.vault.subscriptionId)) return
  const reason = ACROSS_SUBSCRIPTIONS.find(([, , when]) => when(request, world))
  if (reason) throw new Refusal(reason[0], reason[1])
}

/** The disks that are asked for are in the point; those of unmanaged machines have their own ways (backup-azure-arm-restore-vms.md). */
function checkDisks({ input, point, type, managed, place }: RestoreRequest): void {
  const { disks, unmanaged } = point.machine
  const luns = disks.flatMap(({ lun }) => lun ?? [])
  const absent = input.restoreDiskLunList?.filter((lun) => !luns.includes(lun)) ?? []
  if (absent.length > 0) {
    const there = luns.length > 0 ? `those at LUN ${luns.join(', ')}` : 'none'
    throw badRestore(
      `restoreDiskLunList names LUN ${absent.join(', ')}; of the data disks the recovery point has ${there}.`,
    )
  }
  if (!unmanaged) return
  if (place.crossRegion) throw badRestore('cross-region restore is for machines with managed disks.')
  if (type === 'AlternateLocation' && !managed)
    throw badRestore(
      'a new machine cannot be made of unmanaged disks. Set restoreWithManagedDisks, or restore the disks.',
    )
  if (managed && point.vaultTier === undefined) {
    throw badRestore(
      'unmanaged disks come back as managed ones from the vault only. Wait until the recovery point is there.',
    )
  }
}

const keyNames = {
  secretKeyUrl: 'secretUrl',
  secretKeyVaultId: 'secretVaultId',
  kekUrl: 'keyUrl',
  kekVaultId: 'keyVaultId',
} as const satisfies Record<string, keyof DiskKeys>

/** Keys as old clients write them: with a port, or with a backslash last (golden restore-encrypted-post-202). */
const plain = (text: string) => text.replace(/[\\/]+$/, '').replace(':443/', '/')

function checkKeys({ input, point }: RestoreRequest): void {
  const { keys } = point.machine
  const { encryptionEnabled, ...named } = input.encryptionDetails ?? {}
  if (input.diskEncryptionSetId && keys)
    throw badRestore('a diskEncryptionSetId does not go with a machine that Azure Disk Encryption encrypts.')
  if (encryptionEnabled !== true) return
  if (!keys) {
    throw new Refusal(
      'UserErrorInvalidVMEncryptionInfo',
      'encryptionDetails say that the machine was encrypted, and at this recovery point it was not. Leave them out.',
    )
  }
  for (const [name, ours] of Object.entries(keyNames) as [keyof typeof keyNames, keyof DiskKeys][]) {
    const given = named[name]
    if (!given || same(plain(given), plain(keys[ours] ?? ''))) continue
    throw new Refusal(
      'UserErrorInvalidVMEncryptionInfo',
      `encryptionDetails.${name} '${given}' is not that of the recovery point. Take it from keyAndSecret of the point.`,
    )
  }
}

/** Only the vault's own identities can go to the storage account for it (backup-azure-arm-restore-vms.md; az checks the same). */
function checkIdentity({ input, vault, point }: RestoreRequest): void {
  if (!input.identityInfo) return
  const { isSystemAssignedIdentity, managedIdentityResourceId } = input.identityInfo
  if (point.machine.unmanaged) throw badRestore('a managed identity can restore managed virtual machines only.')
  if (isSystemAssignedIdentity === true) {
    if (vault.identity?.principalId) return
    throw badRestore(
      'identityInfo names the identity of the vault, and the vault has none. Give it a system-assigned identity.',
    )
  }
  if (!managedIdentityResourceId)
    throw badRestore('identityInfo names no identity: set isSystemAssignedIdentity, or managedIdentityResourceId.')
  const assigned = Object.keys(vault.identity?.userAssigned ?? {})
  if (assigned.some((id) => same(id, managedIdentityResourceId))) return
  throw badRestore(
    `the identity '${managedIdentityResourceId}' of identityInfo is not assigned to the vault. Assign it, or name another.`,
  )
}

function checkInPlace(world: World, { item, point, place }: RestoreRequest): void {
  const { disks, disksAttached, keys, unmanaged } = point.machine
  if (place.crossRegion || keys || unmanaged) {
    const what = place.crossRegion ? 'in another region' : keys ? 'for encrypted machines' : 'for unmanaged machines'
    throw new Refusal(
      'UserErrorOLRNotSupported',
      `The disks of a machine cannot be replaced ${what}. Restore the disks, or make a new machine.`,
    )
  }
  if (disks.length < disksAttached) {
    throw new Refusal(
      'UserErrorOLRNotSupportedOnRPWithDisksExcluded',
      'Some disks were excluded from this recovery point: it cannot be restored to its original location. Restore the disks, or make a new machine.',
    )
  }
  const machine = findMachine(world, item.sourceId)
  if (!machine)
    throw new Refusal(
      'UserErrorVmNotFoundV2',
      `The virtual machine '${item.friendlyName}' no longer exists. Restore to a new machine instead.`,
    )
  if (machine.conditions.powerState === 'running') {
    throw new Refusal(
      'UserErrorVmNotShutDown',
      `The virtual machine '${item.friendlyName}' is running. Stop it, then restore in place.`,
    )
  }
}

function checkAlone(world: World, { item, place }: RestoreRequest): void {
  if (place.crossRegion) return
  const alone = world.jobs.open(item.id).find((job) => {
    const type = isRestore(job) ? job.work?.type : undefined
    return typeof type === 'string' && RESTORE_TYPES[type as keyof typeof RESTORE_TYPES]?.alone
  })
  if (!alone) return
  throw new Refusal(
    'UserErrorRestoreOperationInProgress',
    `Unable to initiate restore as another restore operation is currently in progress (job ${alone.id}). Wait until it ends, then retry.`,
  )
}

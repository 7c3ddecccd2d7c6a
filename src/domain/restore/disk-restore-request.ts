import type { Members } from '../documents.js'
import { Refusal } from '../errors.js'
import { checkResourceName, DISK_TYPE } from '../inventory/resource-types.js'
import { readResourceId, same } from '../names.js'
import { textUnder, under } from '../protection/disk-configuration.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { sameRegion } from '../regions.js'
import { readRequests } from '../vaults/resource-guards.js'
import type { Vault } from '../vaults/vault.js'
import { badRestore } from './bad-restore.js'

/** What a restore of a disk is asked for (wire-disk.md 8); names of members count in any casing. */
export interface DiskRestoreInput {
  recoveryPointId: string
  objectType: string
  sourceDataStoreType: string
  sourceResourceId?: string | undefined
  target: DiskRestoreTargetInput
  /** `resourceGuardOperationRequests` */
  requests: string[]
  activityId: string | undefined
}

interface DiskRestoreTargetInput {
  objectType: string
  recoveryOption: string
  restoreLocation?: string | undefined
  sourceObjectType?: string | undefined
  datasourceType?: string | undefined
  resourceId?: string | undefined
  resourceLocation?: string | undefined
}

/** What a target says beside its id, which says it all. */
const NAMES_OF_TARGET = ['resourceName', 'resourceType', 'resourceUri'] as const

/** Reads the object that asks for a restore. @param activityId what the call is known by @throws Refusal InvalidRequestContent */
export function readDiskRestore(document: Members, activityId: string | undefined): DiskRestoreInput {
  const target = under(document, 'restoreTargetInfo')
  const source = under(target, 'datasourceInfo')
  for (const name of NAMES_OF_TARGET) textUnder(source, name)
  return {
    recoveryPointId: textUnder(document, 'recoveryPointId') ?? '',
    objectType: textUnder(document, 'objectType') ?? '',
    sourceDataStoreType: textUnder(document, 'sourceDataStoreType') ?? '',
    sourceResourceId: textUnder(document, 'sourceResourceId') || undefined,
    target: {
      objectType: textUnder(target, 'objectType') ?? '',
      recoveryOption: textUnder(target, 'recoveryOption') ?? '',
      restoreLocation: textUnder(target, 'restoreLocation') || undefined,
      sourceObjectType: textUnder(source, 'objectType') || undefined,
      datasourceType: textUnder(source, 'datasourceType') || undefined,
      resourceId: textUnder(source, 'resourceID') || undefined,
      resourceLocation: textUnder(source, 'resourceLocation') || undefined,
    },
    requests: readRequests(under(document, 'resourceGuardOperationRequests')),
    activityId,
  }
}

type Misfit = readonly [says: (input: DiskRestoreInput) => string, when: (input: DiskRestoreInput) => boolean]

const isnt = (value: string, wanted: string) => !same(value, wanted)

/** What no restore of a disk can be, the first that applies (wire-disk.md 8: a point, a new disk, nothing else). */
const MISFITS: readonly Misfit[] = [
  [
    ({ objectType }) =>
      `objectType '${objectType}' is not for disks, whose points have to be named. Use AzureBackupRecoveryPointBasedRestoreRequest.`,
    ({ objectType }) => isnt(objectType, 'AzureBackupRecoveryPointBasedRestoreRequest'),
  ],
  [
    () => 'it names no recovery point. Set recoveryPointId to one of the instance.',
    ({ recoveryPointId }) => recoveryPointId === '',
  ],
  [
    ({ sourceDataStoreType }) =>
      `sourceDataStoreType '${sourceDataStoreType}' holds no points of disks. Use OperationalStore.`,
    ({ sourceDataStoreType }) => isnt(sourceDataStoreType, 'OperationalStore'),
  ],
  [
    ({ target }) => `objectType '${target.objectType}' of restoreTargetInfo is not for disks. Use RestoreTargetInfo.`,
    ({ target }) => isnt(target.objectType, 'RestoreTargetInfo'),
  ],
  [
    ({ target }) =>
      `recoveryOption '${target.recoveryOption}' is not possible: no disk is written over. Use FailIfExists.`,
    ({ target }) => isnt(target.recoveryOption, 'FailIfExists'),
  ],
  [
    ({ target }) => `objectType '${target.sourceObjectType}' of datasourceInfo is not a source. Use Datasource.`,
    ({ target }) => target.sourceObjectType !== undefined && isnt(target.sourceObjectType, 'Datasource'),
  ],
  [
    ({ target }) => `datasourceType '${target.datasourceType}' is no disk. Use ${DISK_TYPE}.`,
    ({ target }) => target.datasourceType !== undefined && isnt(target.datasourceType, DISK_TYPE),
  ],
]

/** Where a restore goes, once it is known to make sense. */
interface DiskRestorePlace {
  /** The id of the new disk. */
  diskId: string
  location: string
}

/**
 * Whether a restore makes sense, whatever there is now.
 * @throws Refusal UserErrorInvalidRestoreRequest, UserErrorRestoreRegionMismatch,
 * UserErrorCrossSubscriptionRestoreNotAllowed, InvalidResourceName
 */
export function checkDiskRestore(vault: Vault, item: ProtectedItem, input: DiskRestoreInput): DiskRestorePlace {
  const misfit = MISFITS.find(([, when]) => when(input))
  if (misfit) throw badRestore(misfit[0](input))
  const { sourceResourceId, target } = input
  if (sourceResourceId !== undefined && !same(sourceResourceId, item.sourceId)) {
    throw badRestore(`sourceResourceId '${sourceResourceId}' is not the disk of this instance, '${item.sourceId}'.`)
  }
  const disk = readResourceId(target.resourceId ?? '')
  if (!disk || !same(disk.type, DISK_TYPE)) {
    throw badRestore('datasourceInfo needs the id that the new disk is to have as resourceID.')
  }
  checkResourceName(disk)
  checkSubscription(vault, disk.subscriptionId)
  return { diskId: target.resourceId ?? '', location: locationOfTarget(vault, target) }
}

/** A disk comes back in the region of its snapshots, which is the vault's (domain.md 9). */
function locationOfTarget(vault: Vault, { restoreLocation, resourceLocation }: DiskRestoreTargetInput): string {
  for (const location of [restoreLocation, resourceLocation]) {
    if (location === undefined || sameRegion(location, vault.location)) continue
    throw new Refusal(
      'UserErrorRestoreRegionMismatch',
      `The region '${location}' is not that of the snapshots, '${vault.location}'. Restore the disk there, and copy it then.`,
    )
  }
  return vault.location
}

function checkSubscription({ subscriptionId, settings, name }: Vault, target: string): void {
  if (same(target, subscriptionId) || settings.crossSubscriptionRestore === 'Enabled') return
  throw new Refusal(
    'UserErrorCrossSubscriptionRestoreNotAllowed',
    `Cross Subscription Restore is disabled for vault '${name}'. Enable it in featureSettings of the vault, or restore to the vault's subscription.`,
  )
}

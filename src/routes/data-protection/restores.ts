import { type Static, Type } from '@sinclair/typebox'
import { type Call, type Reply, route } from '../../arm/route.js'
import { AnyObject, GuardRequests, VersionQuery } from '../../arm/shapes.js'
import { refuseRehydration, restoreDisk, validateDiskRestore } from '../../domain/restore/disk-restore.js'
import { readDiskRestore } from '../../domain/restore/disk-restore-request.js'
import type { World } from '../../domain/world.js'
import { INSTANCE } from '../scopes.js'
import { instanceOf } from './instance-of.js'
import { correlationOf } from './instances.js'
import { accepted } from './long-running.js'

const tag = 'Backup instances'

/** Members count in any casing (wire-disk.md 1): what is missing is found out when they are read. */
export const RestoreObject = Type.Object({
  objectType: Type.Optional(Type.String({ description: 'AzureBackupRecoveryPointBasedRestoreRequest' })),
  restoreTargetInfo: Type.Optional(AnyObject),
  sourceDataStoreType: Type.Optional(Type.String({ description: 'OperationalStore' })),
  recoveryPointId: Type.Optional(Type.String()),
  sourceResourceId: Type.Optional(Type.String()),
  identityDetails: Type.Optional(AnyObject),
  resourceGuardOperationRequests: GuardRequests,
})
const ValidateBody = Type.Object({ restoreRequestObject: RestoreObject })
const RehydrateBody = Type.Object({
  recoveryPointId: Type.String(),
  rehydrationPriority: Type.Optional(Type.String()),
  rehydrationRetentionDuration: Type.String(),
})

const RECOVERY_POINT = '0af2de84376a4f7899187629e7145d7f'
/** Of the recovery point, only who has asked for it knows the id. */
export const RESTORE_EXAMPLE = {
  objectType: 'AzureBackupRecoveryPointBasedRestoreRequest',
  recoveryPointId: RECOVERY_POINT,
  sourceDataStoreType: 'OperationalStore',
  restoreTargetInfo: {
    objectType: 'RestoreTargetInfo',
    recoveryOption: 'FailIfExists',
    restoreLocation: 'westeurope',
    datasourceInfo: {
      objectType: 'Datasource',
      datasourceType: 'Microsoft.Compute/disks',
      resourceID:
        '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.Compute/disks/demo-disk-restored',
      resourceName: 'demo-disk-restored',
      resourceType: 'Microsoft.Compute/disks',
      resourceLocation: 'westeurope',
      resourceUri: '',
    },
  },
}

/** How long the service tells clients to wait (wire-disk.md 1.1). */
const RETRY_AFTER = { validate: 10, restore: 30 } as const

function validate(world: World, call: Call<Static<typeof ValidateBody>>): Reply {
  const { vault, item } = instanceOf(world, call)
  const input = readDiskRestore(call.body.restoreRequestObject, correlationOf(call))
  return accepted(call, vault, validateDiskRestore(world, vault, item, input), RETRY_AFTER.validate)
}

function restore(world: World, call: Call<Static<typeof RestoreObject>>): Reply {
  const { vault, item } = instanceOf(world, call)
  const input = readDiskRestore(call.body, call.clientRequestId)
  return accepted(call, vault, restoreDisk(world, vault, item, input), RETRY_AFTER.restore)
}

const rehydrate = (world: World, call: Call<Static<typeof RehydrateBody>>): Reply =>
  refuseRehydration(world, instanceOf(world, call).item, call.body.recoveryPointId)

const errors = [
  ...(['ResourceNotFound', 'UserErrorGenericResourceNotFound', 'InvalidRequestContent'] as const),
  ...(['UserErrorInvalidRestoreRequest', 'UserErrorRestoreRegionMismatch', 'InvalidResourceName'] as const),
  'UserErrorCrossSubscriptionRestoreNotAllowed',
] as const

/** Restores of backup instances: of a disk, to a new one. */
export const diskRestoreRoutes = [
  route({
    operation: 'BackupInstanceResources.BackupInstancesValidateForRestore',
    method: 'POST',
    path: `${INSTANCE}/validateRestore`,
    tag,
    summary: 'Validate a restore',
    description: 'The operation ends Failed where the restore could not be made now.',
    query: VersionQuery,
    body: ValidateBody,
    example: { restoreRequestObject: RESTORE_EXAMPLE },
    responses: { 202: { description: 'Accepted' } },
    errors,
    handle: validate,
  }),
  route({
    operation: 'BackupInstanceResources.BackupInstancesTriggerRestore',
    method: 'POST',
    path: `${INSTANCE}/restore`,
    tag,
    summary: 'Restore a recovery point to a new disk',
    query: VersionQuery,
    body: RestoreObject,
    example: RESTORE_EXAMPLE,
    responses: { 202: { description: 'Accepted; the job runs on after the operation has succeeded' } },
    errors: [
      ...errors,
      'BMSUserErrorConflictingProtectionOperation',
      'UserErrorResourceGuardOperationRequestNotProvided',
      'CloudDosAbsoluteLimitReached',
    ],
    handle: restore,
  }),
  route({
    operation: 'BackupInstanceResources.BackupInstancesTriggerRehydrate',
    method: 'POST',
    path: `${INSTANCE}/rehydrate`,
    tag,
    summary: 'Bring a recovery point back from the archive',
    description: 'Points of disks are never there, so it is refused.',
    query: VersionQuery,
    body: RehydrateBody,
    example: { recoveryPointId: RECOVERY_POINT, rehydrationPriority: 'Standard', rehydrationRetentionDuration: 'P10D' },
    responses: { 202: { description: 'Not for disks' } },
    errors: [
      'ResourceNotFound',
      'UserErrorGenericResourceNotFound',
      'InvalidRequestContent',
      'UserErrorRecoveryPointRehydrationNotAllowed',
    ],
    handle: rehydrate,
  }),
] as const

import { type Static, Type } from '@sinclair/typebox'
import { readFilter } from '../../arm/filter.js'
import { type Call, list, type Reply, route } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { refuseCrossRegion, sourceVaultOf, vaultOfInstance } from '../../domain/restore/disk-cross-region.js'
import { notThere } from '../../domain/vaults/backup-vault-operations.js'
import type { World } from '../../domain/world.js'
import { DATA_PROTECTION_LOCATION_OF_GROUP as LOCATION } from '../scopes.js'
import { RESTORE_EXAMPLE, RestoreObject } from './restores.js'

const tag = 'Cross-region restore'

const RestoreBody = Type.Object({
  restoreRequestObject: RestoreObject,
  crossRegionRestoreDetails: Type.Object({ sourceRegion: Type.String(), sourceBackupInstanceId: Type.String() }),
})
const PointsBody = Type.Object({
  sourceRegion: Type.Optional(Type.String()),
  sourceBackupInstanceId: Type.String(),
})
const JobsBody = Type.Object({ sourceRegion: Type.String(), sourceBackupVaultId: Type.String() })
const JobBody = Type.Object({
  sourceRegion: Type.String(),
  sourceBackupVaultId: Type.String(),
  jobId: Type.String(),
})

const VAULT =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.DataProtection/backupVaults/demo-backup-vault'
const INSTANCE = { sourceRegion: 'westeurope', sourceBackupInstanceId: `${VAULT}/backupInstances/demo-disk` }
const OF_VAULT = { sourceRegion: 'westeurope', sourceBackupVaultId: VAULT }
const RESTORE = { restoreRequestObject: RESTORE_EXAMPLE, crossRegionRestoreDetails: INSTANCE }

const refuse = (world: World, call: Call<Static<typeof RestoreBody>>): Reply =>
  refuseCrossRegion(world, call.body.crossRegionRestoreDetails.sourceBackupInstanceId)

function listPoints(world: World, call: Call<Static<typeof PointsBody>>): Reply {
  readFilter(call.query.$filter, ['startDate', 'endDate'])
  vaultOfInstance(world, call.body.sourceBackupInstanceId)
  return list([])
}

function listJobs(world: World, call: Call<Static<typeof JobsBody>>): Reply {
  sourceVaultOf(world, call.body.sourceBackupVaultId)
  return list([])
}

function getJob(world: World, call: Call<Static<typeof JobBody>>): Reply {
  const { jobId, sourceBackupVaultId } = call.body
  const { name } = sourceVaultOf(world, sourceBackupVaultId)
  throw notThere(`job '${jobId}' of vault '${name}' in ${call.params.locationName}`)
}

const errors = ['ResourceNotFound', 'UserErrorGenericResourceNotFound', 'InvalidRequestContent'] as const
const refused = [...errors, 'UserErrorCrossRegionRestoreNotEnabled', 'UserErrorInvalidRestoreRequest'] as const
const NOT_FOR_DISKS = 'Disks are restored in their own region alone, so it is refused.'

/** The paired region of a Backup vault. It has nothing of disks. */
export const diskCrossRegionRoutes = [
  route({
    operation: 'Dataprotections.BackupInstancesTriggerCrossRegionRestore',
    method: 'POST',
    path: `${LOCATION}/crossRegionRestore`,
    tag,
    summary: 'Restore in the paired region',
    description: NOT_FOR_DISKS,
    query: VersionQuery,
    body: RestoreBody,
    example: RESTORE,
    responses: { 202: { description: 'Not for disks' } },
    errors: refused,
    handle: refuse,
  }),
  route({
    operation: 'Dataprotections.BackupInstancesValidateCrossRegionRestore',
    method: 'POST',
    path: `${LOCATION}/validateCrossRegionRestore`,
    tag,
    summary: 'Validate a restore in the paired region',
    description: NOT_FOR_DISKS,
    query: VersionQuery,
    body: RestoreBody,
    example: RESTORE,
    responses: { 202: { description: 'Not for disks' } },
    errors: refused,
    handle: refuse,
  }),
  route({
    operation: 'Dataprotections.FetchSecondaryRecoveryPointsList',
    method: 'POST',
    path: `${LOCATION}/fetchSecondaryRecoveryPoints`,
    tag,
    summary: 'List the recovery points that the paired region has',
    query: FilterQuery,
    body: PointsBody,
    example: INSTANCE,
    readOnly: true,
    responses: { 200: { description: '{ value: [] }: nothing of disks is copied' } },
    errors: [...errors, 'InvalidFilterInQueryString'],
    handle: listPoints,
  }),
  route({
    operation: 'Dataprotections.FetchCrossRegionRestoreJobsList',
    method: 'POST',
    path: `${LOCATION}/fetchCrossRegionRestoreJobs`,
    tag,
    summary: 'List the restores in the paired region',
    query: FilterQuery,
    body: JobsBody,
    example: OF_VAULT,
    readOnly: true,
    responses: { 200: { description: '{ value: [] }: there are none of disks' } },
    errors,
    handle: listJobs,
  }),
  route({
    operation: 'Dataprotections.FetchCrossRegionRestoreJobGet',
    method: 'POST',
    path: `${LOCATION}/fetchCrossRegionRestoreJob`,
    tag,
    summary: 'Get a restore in the paired region',
    description: 'There are none of disks.',
    query: VersionQuery,
    body: JobBody,
    example: { ...OF_VAULT, jobId: '4f255c73-1693-421a-a33e-23ae0c06e084' },
    readOnly: true,
    responses: { 200: { description: 'The job' } },
    errors,
    handle: getJob,
  }),
] as const

import { type Static, Type } from '@sinclair/typebox'
import { filterTime, readFilter } from '../../arm/filter.js'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { readIsoTime, roundTripTime, ticksText } from '../../arm/times.js'
import { diskPointFamily } from '../../arm/versions.js'
import { getDiskPoint } from '../../domain/backup/disk-backup.js'
import type { RecoveryPoint } from '../../domain/backup/recovery-points.js'
import { guidOf } from '../../domain/chance.js'
import type { ProtectedItem } from '../../domain/protection/protected-items.js'
import { BACKUP_VAULT_TYPE, type Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { INSTANCE, INSTANCE_POINT } from '../scopes.js'
import { instanceOf } from './instance-of.js'

const tag = 'Backup instances'

/** A vault has one store of snapshots, with one id (golden disk/28). */
const storeId = ({ key, operationsId }: Vault) => guidOf(`operational store of ${operationsId ?? key}`)

/** A point of a disk (golden disk/28). */
function pointView(vault: Vault, item: ProtectedItem, point: RecoveryPoint, version: string) {
  const { name, time, snapshotAt = time, madeBy, ruleName } = point
  const { ownName, expiry } = diskPointFamily(version)
  const expiryTime = roundTripTime(point.expiry)
  return {
    properties: {
      objectType: 'AzureBackupDiscreteRecoveryPoint',
      recoveryPointId: name,
      recoveryPointTime: roundTripTime(time),
      recoveryPointType: 'Incremental',
      friendlyName: ownName ? name : guidOf(`friendly name of ${name}`),
      recoveryPointDataStoresDetails: [
        {
          id: storeId(vault),
          type: 'OperationalStore',
          creationTime: roundTripTime(snapshotAt),
          expiryTime,
          metaData: null,
          visible: true,
          state: 'COMMITTED',
          rehydrationExpiryTime: null,
          rehydrationStatus: null,
        },
      ],
      retentionTagName: ruleName,
      retentionTagVersion: ticksText(madeBy?.changedAt ?? snapshotAt),
      policyName: madeBy?.policyName ?? item.policyName,
      policyVersion: null,
      ...(expiry ? { expiryTime, recoveryPointState: null } : {}),
    },
    id: `${vault.id}/backupInstances/${item.name}/recoveryPoints/${name}`,
    name,
    type: `${BACKUP_VAULT_TYPE}/backupInstances/recoveryPoints`,
  }
}

/** `startDate eq '…' and endDate eq '…'` (az dataprotection recovery-point list); both ends belong to it. */
function listPoints(world: World, call: Call): Reply {
  const { vault, item } = instanceOf(world, call)
  const filter = readFilter(call.query.$filter, ['startDate', 'endDate'])
  const timeOf = (name: string) => readIsoTime(filter.get(name.toLowerCase()) ?? '') ?? filterTime(filter, name)
  const from = timeOf('startDate') ?? Number.NEGATIVE_INFINITY
  const to = timeOf('endDate') ?? Number.POSITIVE_INFINITY
  const points = world.points.ofItem(item.id).filter(({ time }) => time >= from && time <= to)
  return list(points.map((point) => pointView(vault, item, point, call.apiVersion)))
}

function getPoint(world: World, call: Call): Reply {
  const { vault, item } = instanceOf(world, call)
  return ok(pointView(vault, item, getDiskPoint(world, item, call.params.recoveryPointId ?? ''), call.apiVersion))
}

const RangesBody = Type.Object({
  sourceDataStoreType: Type.Union(
    ['OperationalStore', 'VaultStore', 'ArchiveStore'].map((store) => Type.Literal(store)),
  ),
  startTime: Type.Optional(Type.String({ format: 'date-time' })),
  endTime: Type.Optional(Type.String({ format: 'date-time' })),
})

/** Ranges are of what is copied all the time; disks have points, so there are none (wire-disk.md 7). */
function findRanges(world: World, call: Call<Static<typeof RangesBody>>): Reply {
  const { item } = instanceOf(world, call)
  return ok({
    properties: { restorableTimeRanges: [], objectType: 'AzureBackupFindRestorableTimeRangesResponse' },
    id: item.name,
    type: `${BACKUP_VAULT_TYPE}/backupInstances/findRestorableTimeRanges`,
  })
}

const errors = ['ResourceNotFound', 'UserErrorGenericResourceNotFound'] as const

/** Recovery points of backup instances. */
export const diskPointRoutes = [
  route({
    operation: 'AzureBackupRecoveryPointResources.RecoveryPointsList',
    method: 'GET',
    path: `${INSTANCE}/recoveryPoints`,
    tag,
    summary: 'List the recovery points of a backup instance, newest first',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...] }' } },
    errors: [...errors, 'InvalidFilterInQueryString'],
    handle: listPoints,
  }),
  route({
    operation: 'AzureBackupRecoveryPointResources.RecoveryPointsGet',
    method: 'GET',
    path: INSTANCE_POINT,
    tag,
    summary: 'Get a recovery point',
    query: VersionQuery,
    responses: { 200: { description: 'The recovery point' } },
    errors,
    handle: getPoint,
  }),
  route({
    operation: 'BackupInstanceResources.RestorableTimeRangesFind',
    method: 'POST',
    path: `${INSTANCE}/findRestorableTimeRanges`,
    tag,
    summary: 'Find the ranges of time that can be restored from',
    description: 'There are none of disks: they have recovery points, each of one moment.',
    query: VersionQuery,
    body: RangesBody,
    example: { sourceDataStoreType: 'OperationalStore' },
    readOnly: true,
    responses: { 200: { description: 'The ranges' } },
    errors: [...errors, 'InvalidRequestContent'],
    handle: findRanges,
  }),
] as const

import { type Static, Type } from '@sinclair/typebox'
import { filterTime, readFilter } from '../../arm/filter.js'
import { accepted } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { getPoint } from '../../domain/recovery-points.js'
import { startRestore } from '../../domain/restore.js'
import type { World } from '../../domain/world.js'
import { ITEM, POINT } from '../scopes.js'
import { itemOf, itemPathOf, itemUrls } from './protected-items.js'
import { pointView } from './views.js'

const tag = 'Recovery points'

function listPoints(world: World, call: Call): Reply {
  const { vault, item } = itemOf(world, call)
  const filter = readFilter(call.query.$filter, [
    'startDate',
    'endDate',
    'restorePointQueryType',
    'extendedInfo',
    'moveReadyRPOnly',
    'includeSoftDeletedRP',
  ])
  const from = filterTime(filter, 'startDate') ?? Number.NEGATIVE_INFINITY
  const to = filterTime(filter, 'endDate') ?? Number.POSITIVE_INFINITY
  const wanted = world.points.ofItem(item.id).filter((point) => point.time >= from && point.time <= to)
  return list(wanted.map((point) => pointView(vault, item, point, call.apiVersion)))
}

const RestoreBody = Type.Object({
  properties: Type.Object({
    objectType: Type.Literal('IaasVMRestoreRequest'),
    recoveryPointId: Type.Optional(Type.String()),
    recoveryType: Type.String(),
    sourceResourceId: Type.Optional(Type.String()),
    storageAccountId: Type.Optional(Type.String()),
    region: Type.Optional(Type.String()),
    targetResourceGroupId: Type.Optional(Type.String()),
    targetVirtualMachineId: Type.Optional(Type.String()),
    virtualNetworkId: Type.Optional(Type.String()),
    subnetId: Type.Optional(Type.String()),
    restoreDiskLunList: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }))),
    zones: Type.Optional(Type.Array(Type.String())),
    createNewCloudService: Type.Optional(Type.Boolean()),
    originalStorageAccountOption: Type.Optional(Type.Boolean()),
    identityBasedRestoreDetails: Type.Optional(Type.Object({ targetStorageAccountId: Type.Optional(Type.String()) })),
  }),
})
type RestoreInput = Static<typeof RestoreBody>

const GROUP_ID = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo'
const RESTORE = {
  properties: {
    objectType: 'IaasVMRestoreRequest',
    recoveryType: 'RestoreDisks',
    sourceResourceId: `${GROUP_ID}/providers/Microsoft.Compute/virtualMachines/vm1`,
    targetResourceGroupId: GROUP_ID,
    storageAccountId: `${GROUP_ID}/providers/Microsoft.Storage/storageAccounts/demostore`,
    region: 'westeurope',
  },
}

function restore(world: World, call: Call<RestoreInput>): Reply {
  const { vault, item } = itemOf(world, call)
  const { objectType: _, identityBasedRestoreDetails, ...properties } = call.body.properties
  const account = properties.storageAccountId ?? identityBasedRestoreDetails?.targetStorageAccountId
  const operation = startRestore(world, vault, item, {
    ...properties,
    ...(account ? { storageAccountId: account } : {}),
    pointName: call.params.recoveryPointId ?? '',
    activityId: call.clientRequestId,
  })
  return accepted(call, itemUrls(call, itemPathOf(call), operation.key))
}

const missing = ['ResourceNotFound', 'BMSUserErrorDataSourceObjectNotFound', 'UserErrorRecoveryPointNotFound'] as const

/** Recovery points of an item, and the ways back. */
export const recoveryPointRoutes = [
  route({
    operation: 'RecoveryPoints.List',
    method: 'GET',
    path: `${ITEM}/recoveryPoints`,
    tag,
    summary: 'List the recovery points of an item, newest first',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...] }' } },
    errors: ['ResourceNotFound', 'BMSUserErrorDataSourceObjectNotFound', 'InvalidFilterInQueryString'],
    handle: listPoints,
  }),
  route({
    operation: 'RecoveryPoints.Get',
    method: 'GET',
    path: POINT,
    tag,
    summary: 'Get a recovery point',
    query: VersionQuery,
    responses: { 200: { description: 'The recovery point' } },
    errors: missing,
    handle: (world, call) => {
      const { vault, item } = itemOf(world, call)
      return ok(pointView(vault, item, getPoint(world, item, call.params.recoveryPointId ?? ''), call.apiVersion))
    },
  }),
  route({
    operation: 'Restores.Trigger',
    method: 'POST',
    path: `${POINT}/restore`,
    tag,
    summary: 'Restore disks, a new machine, or the machine in place',
    query: VersionQuery,
    body: RestoreBody,
    example: RESTORE,
    invalid: 'UserErrorInvalidRestoreRequest',
    responses: { 202: { description: 'Accepted; the operation id is the id of the job' } },
    errors: [
      ...missing,
      'UserErrorInvalidRestoreRequest',
      'UserErrorRestoreRegionMismatch',
      'UserErrorItemIsSoftDeleted',
      'UserErrorVmAlreadyExistWithSameName',
      'UserErrorVmNotShutDown',
      'UserErrorBCMRestoreStorageAccountNotFound',
    ],
    handle: restore,
  }),
] as const

import { type Static, Type } from '@sinclair/typebox'
import { filterTime, readFilter } from '../../arm/filter.js'
import { accepted } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { obstacleTo } from '../../domain/backup/archive-readiness.js'
import { getPoint } from '../../domain/backup/recovery-points.js'
import { requireGuard } from '../../domain/vaults/resource-guards.js'
import type { World } from '../../domain/world.js'
import { ITEM, POINT } from '../scopes.js'
import { readsSecondary, secondaryPointList } from './cross-region-views.js'
import { FileRestore, restoreShare } from './file-restore.js'
import { itemOf, itemPathOf, itemUrls } from './protected-items.js'
import { pointView } from './views.js'
import { HOME_RESTORE_ERRORS, restoreMachine, VM_RESTORE_ERRORS, VM_RESTORE_EXAMPLE, VmRestore } from './vm-restore.js'

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
  if (readsSecondary(vault, call))
    return secondaryPointList(world, vault, item, ({ time }) => time >= from && time <= to)
  const onlyMovable = filter.get('movereadyrponly')?.toLowerCase() === 'true'
  const wanted = world.points
    .ofItem(item.id)
    .filter((point) => point.time >= from && point.time <= to && (!onlyMovable || !obstacleTo(point, world.now)))
  return list(wanted.map((point) => pointView(vault, item, point, call.apiVersion, world.now)))
}

/** Each kind of item has its own kind of request. */
const RestoreBody = Type.Object({ properties: Type.Union([VmRestore, FileRestore]) })

function restore(world: World, call: Call<Static<typeof RestoreBody>>): Reply {
  const found = itemOf(world, call)
  const { properties } = call.body
  requireGuard(world, found.vault, 'restore', properties.resourceGuardOperationRequests)
  const operation =
    properties.objectType === 'AzureFileShareRestoreRequest'
      ? restoreShare(world, call, found, properties)
      : restoreMachine(world, call, found, properties)
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
      return ok(
        pointView(
          vault,
          item,
          getPoint(world, item, call.params.recoveryPointId ?? ''),
          call.apiVersion,
          world.now,
          true,
        ),
      )
    },
  }),
  route({
    operation: 'Restores.Trigger',
    method: 'POST',
    path: `${POINT}/restore`,
    tag,
    summary: 'Restore disks, a new machine, or the machine in place; a file share or files of it',
    query: VersionQuery,
    body: RestoreBody,
    example: VM_RESTORE_EXAMPLE,
    invalid: 'UserErrorInvalidRestoreRequest',
    responses: { 202: { description: 'Accepted; the operation id is the id of the job' } },
    errors: [
      ...missing,
      ...VM_RESTORE_ERRORS,
      ...HOME_RESTORE_ERRORS,
      'UserErrorResourceGuardOperationRequestNotProvided',
      'UserErrorAnotherRestoreInProgressOnSameTarget',
    ],
    handle: restore,
  }),
] as const

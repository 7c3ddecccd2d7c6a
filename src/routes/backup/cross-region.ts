import { type Static, Type } from '@sinclair/typebox'
import { errorBody } from '../../arm/errors.js'
import { accepted, operationResult, waitsForOperation } from '../../arm/long-running.js'
import { type Call, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { dotNetTime } from '../../arm/times.js'
import { statusOf } from '../../domain/operations.js'
import { aadPropertiesOf } from '../../domain/restore/cross-region.js'
import {
  getCrossRegionOperation,
  makeAccessToken,
  startCrossRegionRestore,
} from '../../domain/restore/cross-region-restore.js'
import type { World } from '../../domain/world.js'
import { POINT, RECOVERY_SERVICES_LOCATION } from '../scopes.js'
import { accessTokenView, inSecondary } from './cross-region-views.js'
import { itemOf } from './protected-items.js'
import { restoreInput, VM_RESTORE_ERRORS, VM_RESTORE_EXAMPLE, VmRestore } from './vm-restore.js'

const tag = 'Cross-region restore'

const regionOf = (call: Call) => call.params.locationName ?? ''

const AadBody = Type.Object({
  properties: Type.Object({
    tenantId: Type.Optional(Type.String()),
    audience: Type.String(),
    servicePrincipalObjectId: Type.Optional(Type.String()),
  }),
})

function accessToken(world: World, call: Call<Static<typeof AadBody>>): Reply {
  const { vault, item } = itemOf(world, call)
  const pointName = call.params.recoveryPointId ?? ''
  const { token, point } = makeAccessToken(world, vault, item, pointName, call.body.properties.audience)
  return inSecondary(ok(accessTokenView(vault, item, point, token)))
}

const RestoreBody = Type.Object({
  crossRegionRestoreAccessDetails: Type.Object({
    objectType: Type.Optional(Type.Union([Type.Literal('CrrAccessToken'), Type.Literal('WorkloadCrrAccessToken')])),
    accessTokenString: Type.String(),
    resourceName: Type.Optional(Type.String()),
    resourceId: Type.Optional(Type.String()),
    datasourceId: Type.Optional(Type.String()),
    recoveryPointId: Type.Optional(Type.String()),
  }),
  restoreRequest: VmRestore,
})

function restore(world: World, call: Call<Static<typeof RestoreBody>>): Reply {
  const { crossRegionRestoreAccessDetails: details, restoreRequest } = call.body
  const region = regionOf(call)
  const operation = startCrossRegionRestore(world, region, details, restoreInput(call, '', restoreRequest))
  const at = call.path.replace(/\/backupCrossRegionRestore\/?$/i, '')
  return accepted(call, {
    status: urlOf(call, `${at}/backupCrrOperationsStatus/${operation.key}`),
    result: urlOf(call, `${at}/backupCrrOperationResults/${operation.key}`),
  })
}

const operationOf = (world: World, call: Call) =>
  getCrossRegionOperation(world, regionOf(call), call.params.operationId ?? '')

/** Its own form: the whole path for an id, and an end without a fraction (golden crr-backupCrrOperationsStatus-succeeded). */
function operationStatus(world: World, call: Call): Reply {
  const operation = operationOf(world, call)
  const reply = {
    id: call.path,
    name: operation.key,
    status: statusOf(world, operation),
    startTime: dotNetTime(operation.start),
    endTime: dotNetTime(Math.floor((operation.end ?? operation.start) / 1000) * 1000),
    ...(operation.error ? errorBody(operation.error.code, operation.error.message) : {}),
    properties: { objectType: 'OperationStatusJobExtendedInfo', jobId: operation.jobId },
  }
  return inSecondary(ok(reply))
}

/** Restores in the region that a vault's data is copied to, with what leads up to them. */
export const crossRegionRoutes = [
  route({
    operation: 'operations.backupAadProperties',
    method: 'GET',
    path: `${RECOVERY_SERVICES_LOCATION}/backupAadProperties`,
    tag,
    summary: 'Ask whom an access token for a region is made out to',
    query: FilterQuery,
    responses: { 200: { description: 'Tenant, audience and principal' } },
    errors: ['LocationNotAvailableForResourceType'],
    handle: (_world, call) => inSecondary(ok({ properties: aadPropertiesOf(regionOf(call)) })),
  }),
  route({
    operation: 'operations.recoveryPointAccessToken',
    method: 'POST',
    path: `${POINT}/accessToken`,
    tag,
    summary: 'Get a token for the restore of a point in the paired region',
    description: 'The body is the answer of backupAadProperties of the paired region. A token is good for 24 hours.',
    query: VersionQuery,
    body: AadBody,
    example: { properties: aadPropertiesOf('northeurope') },
    readOnly: true,
    responses: { 200: { description: 'The token, with what it is of' } },
    errors: [
      'ResourceNotFound',
      'BMSUserErrorDataSourceObjectNotFound',
      'UserErrorRecoveryPointNotFound',
      'UserErrorItemIsSoftDeleted',
      'UserErrorCrossRegionRestoreNotEnabled',
      'UserErrorRestoreRegionMismatch',
    ],
    handle: accessToken,
  }),
  route({
    operation: 'operations.backupCrossRegionRestore',
    method: 'POST',
    path: `${RECOVERY_SERVICES_LOCATION}/backupCrossRegionRestore`,
    tag,
    summary: 'Restore disks or a new machine in the paired region',
    description: 'crossRegionRestoreAccessDetails are the properties that came with the access token, unchanged.',
    query: VersionQuery,
    body: RestoreBody,
    example: {
      crossRegionRestoreAccessDetails: { objectType: 'CrrAccessToken', accessTokenString: '<of accessToken>' },
      restoreRequest: { ...VM_RESTORE_EXAMPLE.properties, region: 'northeurope' },
    },
    invalid: 'UserErrorInvalidRestoreRequest',
    responses: { 202: { description: 'Accepted; the status names the job' } },
    errors: [
      'UserErrorCrossRegionRestoreTokenInvalid',
      'UserErrorCrossRegionRestoreNotEnabled',
      'LocationNotAvailableForResourceType',
      'UserErrorRecoveryPointNotFound',
      'UserErrorCrossSubscriptionRestoreNotSupportedForCRR',
      ...VM_RESTORE_ERRORS,
    ],
    handle: restore,
  }),
  route({
    operation: 'operations.backupCrrOperationsStatus',
    method: 'GET',
    path: `${RECOVERY_SERVICES_LOCATION}/backupCrrOperationsStatus/{operationId}`,
    tag,
    summary: 'Poll a cross-region restore',
    query: VersionQuery,
    responses: { 200: { description: 'The status, with the id of the job' } },
    errors: ['BMSUserErrorOperationNotFound', 'LocationNotAvailableForResourceType'],
    waitsFor: waitsForOperation,
    handle: operationStatus,
  }),
  route({
    operation: 'operations.backupCrrOperationResults',
    method: 'GET',
    path: `${RECOVERY_SERVICES_LOCATION}/backupCrrOperationResults/{operationId}`,
    tag,
    summary: 'Poll a cross-region restore for its end',
    query: VersionQuery,
    responses: { 202: { description: 'Still running' }, 204: { description: 'Done: the job goes on' } },
    errors: ['BMSUserErrorOperationNotFound', 'LocationNotAvailableForResourceType'],
    waitsFor: waitsForOperation,
    handle: (world, call) => operationResult(world, call, operationOf(world, call)),
  }),
] as const

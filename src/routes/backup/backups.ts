import { type Static, Type } from '@sinclair/typebox'
import { accepted } from '../../arm/long-running.js'
import { type Call, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { backupNow } from '../../domain/backup/backup.js'
import { Refusal } from '../../domain/errors.js'
import { workloadOf } from '../../domain/protection/workloads.js'
import type { World } from '../../domain/world.js'
import { ITEM } from '../scopes.js'
import { itemOf, itemPathOf, itemUrls } from './protected-items.js'

const BackupBody = Type.Object({
  properties: Type.Object({
    objectType: Type.Union([Type.Literal('IaasVMBackupRequest'), Type.Literal('AzureFileShareBackupRequest')]),
    recoveryPointExpiryTimeInUTC: Type.Optional(Type.String({ format: 'date-time' })),
  }),
})

function trigger(world: World, call: Call<Static<typeof BackupBody>>): Reply {
  const { vault, item } = itemOf(world, call)
  const { objectType, recoveryPointExpiryTimeInUTC: expiry } = call.body.properties
  const { backupRequest } = workloadOf(item)
  if (objectType !== backupRequest) {
    throw new Refusal(
      'UserErrorInvalidRequestParameter',
      `The parameter objectType is invalid: '${objectType}' is not for '${item.friendlyName}'. Use ${backupRequest}.`,
    )
  }
  const operation = backupNow(
    world,
    vault,
    item,
    expiry === undefined ? undefined : Date.parse(expiry),
    call.clientRequestId,
  )
  return accepted(call, itemUrls(call, itemPathOf(call), operation.key))
}

/** Backups on demand. */
export const backupRoutes = [
  route({
    operation: 'Backups.Trigger',
    method: 'POST',
    path: `${ITEM}/backup`,
    tag: 'Protected items',
    summary: 'Back up now',
    query: VersionQuery,
    body: BackupBody,
    example: { properties: { objectType: 'IaasVMBackupRequest' } },
    invalid: 'UserErrorInvalidRequestParameter',
    responses: { 202: { description: 'Accepted; the job runs on after the operation has succeeded' } },
    errors: [
      'ResourceNotFound',
      'BMSUserErrorDataSourceObjectNotFound',
      'UserErrorBcmDatasourceNotPresent',
      'UserErrorBackupOperationInProgress',
      'CloudDosAbsoluteLimitReached',
      'BMSUserErrorConflictingProtectionOperation',
      'UserErrorInvalidRequestParameter',
    ],
    handle: trigger,
  }),
] as const

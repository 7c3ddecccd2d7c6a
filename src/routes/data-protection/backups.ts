import { type Static, Type } from '@sinclair/typebox'
import { type Call, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { backUpDisk } from '../../domain/backup/disk-backup.js'
import type { World } from '../../domain/world.js'
import { INSTANCE } from '../scopes.js'
import { instanceOf } from './instance-of.js'
import { correlationOf } from './instances.js'
import { accepted } from './long-running.js'

const BackupBody = Type.Object({
  backupRuleOptions: Type.Object({
    ruleName: Type.String({ description: 'A backup rule of the policy' }),
    triggerOption: Type.Object({
      retentionTagOverride: Type.Optional(
        Type.String({ description: 'The retention rule that says for how long; Default where nothing is said' }),
      ),
    }),
  }),
})

/** How long the service tells clients to wait (golden disk/29). */
const RETRY_AFTER = 30

function trigger(world: World, call: Call<Static<typeof BackupBody>>): Reply {
  const { vault, item } = instanceOf(world, call)
  const { ruleName, triggerOption } = call.body.backupRuleOptions
  const tag = triggerOption.retentionTagOverride || undefined
  const known = { activityId: call.clientRequestId, correlationId: correlationOf(call) }
  const operation = backUpDisk(world, vault, item, { ruleName, tag, ...known })
  return accepted(call, vault, operation, RETRY_AFTER)
}

/** Backups on demand of backup instances. */
export const diskBackupRoutes = [
  route({
    operation: 'BackupInstanceResources.BackupInstancesAdhocBackup',
    method: 'POST',
    path: `${INSTANCE}/backup`,
    tag: 'Backup instances',
    summary: 'Back up now',
    query: VersionQuery,
    body: BackupBody,
    example: { backupRuleOptions: { ruleName: 'BackupHourly', triggerOption: { retentionTagOverride: 'Default' } } },
    responses: { 202: { description: 'Accepted; the job runs on after the operation has succeeded' } },
    errors: [
      'ResourceNotFound',
      'UserErrorGenericResourceNotFound',
      'InvalidRequestContent',
      'UserErrorBcmDatasourceNotPresent',
      'BMSUserErrorConflictingProtectionOperation',
      'UserErrorInvalidRequestParameter',
      'CloudDosAbsoluteLimitReached',
    ],
    handle: trigger,
  }),
] as const

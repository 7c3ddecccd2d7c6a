import { type Static, Type } from '@sinclair/typebox'
import { type Call, type Reply, route } from '../../arm/route.js'
import { GuardRequests, VersionQuery } from '../../arm/shapes.js'
import type { RefusalCode } from '../../domain/errors.js'
import type { Operation } from '../../domain/operations.js'
import { resumeInstance, stopInstance, syncInstance } from '../../domain/protection/backup-instances.js'
import type { InstanceCall } from '../../domain/protection/instances.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { INSTANCE } from '../scopes.js'
import { correlationOf, INSTANCE_ERRORS, instanceCall } from './instances.js'
import { accepted, backupVaultOf } from './long-running.js'

const tag = 'Backup instances'
const StopBody = Type.Object({ resourceGuardOperationRequests: GuardRequests })
const SyncBody = Type.Object({
  syncType: Type.Optional(Type.Union([Type.Literal('Default'), Type.Literal('ForceResync')])),
})
const NoBody = Type.Object({})

type Deed<Body> = (world: World, vault: Vault, call: InstanceCall, body: Body | undefined) => Operation | undefined

/** An action of an instance: 202, or 200 without anything to poll where there is nothing to do (golden disk/50). */
const act =
  <Body>(deed: Deed<Body>) =>
  (world: World, call: Call<Body>): Reply => {
    const vault = backupVaultOf(world, call)
    const operation = deed(world, vault, instanceCall(call, correlationOf(call)), call.body)
    return operation ? accepted(call, vault, operation) : { status: 200 }
  }

const stop = (state: 'ProtectionStopped' | 'BackupsSuspended') =>
  act<Static<typeof StopBody>>((world, vault, call, body) =>
    stopInstance(world, vault, call, state, body?.resourceGuardOperationRequests ?? []),
  )

const responses = (nothing: string) => ({
  200: { description: nothing },
  202: { description: 'Accepted' },
})
const STOP_ERRORS: readonly RefusalCode[] = [
  ...INSTANCE_ERRORS,
  'BMSUserErrorInvalidConfigureProtectionRequest',
  'UserErrorResourceGuardOperationRequestNotProvided',
]
const RESUME_ERRORS: readonly RefusalCode[] = [
  ...INSTANCE_ERRORS,
  ...(['BMSUserErrorInvalidConfigureProtectionRequest', 'BMSUserErrorPolicyNotFound'] as const),
  'UserErrorDppDatasourceAlreadyProtected',
  'UserErrorDppDatasourceAlreadyHasBackupInstance',
]

/** What is done to backup instances, without a body or with one that may be left out. */
export const instanceActionRoutes = [
  route({
    operation: 'BackupInstanceResources.BackupInstancesStopProtection',
    method: 'POST',
    path: `${INSTANCE}/stopProtection`,
    tag,
    summary: 'Stop backups and keep every recovery point',
    query: VersionQuery,
    body: StopBody,
    bodyOptional: true,
    example: {},
    responses: responses('Protection has stopped already'),
    errors: STOP_ERRORS,
    handle: stop('ProtectionStopped'),
  }),
  route({
    operation: 'BackupInstanceResources.BackupInstancesSuspendBackups',
    method: 'POST',
    path: `${INSTANCE}/suspendBackups`,
    tag,
    summary: 'Stop backups and let recovery points go by the policy, but for the last',
    query: VersionQuery,
    body: StopBody,
    bodyOptional: true,
    example: {},
    responses: responses('Backups are suspended already'),
    errors: STOP_ERRORS,
    handle: stop('BackupsSuspended'),
  }),
  route({
    operation: 'BackupInstanceResources.BackupInstancesResumeProtection',
    method: 'POST',
    path: `${INSTANCE}/resumeProtection`,
    tag,
    summary: 'Resume backups that were stopped or suspended',
    query: VersionQuery,
    body: NoBody,
    bodyOptional: true,
    responses: responses('Nothing has stopped'),
    errors: RESUME_ERRORS,
    handle: act((world, vault, call) => resumeInstance(world, vault, call)),
  }),
  route({
    operation: 'BackupInstanceResources.BackupInstancesResumeBackups',
    method: 'POST',
    path: `${INSTANCE}/resumeBackups`,
    tag,
    summary: 'Resume backups that were suspended',
    query: VersionQuery,
    body: NoBody,
    bodyOptional: true,
    responses: responses('Nothing is suspended'),
    errors: RESUME_ERRORS,
    handle: act((world, vault, call) => resumeInstance(world, vault, call, 'BackupsSuspended')),
  }),
  route({
    operation: 'BackupInstanceResources.BackupInstancesSyncBackupInstance',
    method: 'POST',
    path: `${INSTANCE}/sync`,
    tag,
    summary: 'Try again to configure an instance that is in ProtectionError',
    query: VersionQuery,
    body: SyncBody,
    bodyOptional: true,
    example: { syncType: 'Default' },
    responses: responses('Nothing has failed'),
    errors: RESUME_ERRORS,
    handle: act((world, vault, call) => syncInstance(world, vault, call)),
  }),
] as const

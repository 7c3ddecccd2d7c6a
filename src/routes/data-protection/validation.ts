import { type Static, Type } from '@sinclair/typebox'
import { type Call, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { validateChange, validateInstance } from '../../domain/protection/instance-checks.js'
import type { World } from '../../domain/world.js'
import { BACKUP_VAULT, INSTANCE } from '../scopes.js'
import { correlationOf, DOCUMENT_ERRORS, EXAMPLE_INSTANCE, InstanceProperties, instanceCall } from './instances.js'
import { accepted, backupVaultOf } from './long-running.js'

const tag = 'Backup instances'
const ValidationBody = Type.Object({ backupInstance: InstanceProperties })
type ValidationCall = Call<Static<typeof ValidationBody>>

/** How long the service tells clients to wait (golden disk/18). */
const RETRY_AFTER = 10

function validate(world: World, call: ValidationCall): Reply {
  const vault = backupVaultOf(world, call)
  const operation = validateInstance(world, vault, call.body.backupInstance, correlationOf(call))
  return accepted(call, vault, operation, RETRY_AFTER)
}

function validateModify(world: World, call: ValidationCall): Reply {
  const vault = backupVaultOf(world, call)
  const asked = instanceCall(call, correlationOf(call))
  return accepted(call, vault, validateChange(world, vault, asked, call.body.backupInstance), RETRY_AFTER)
}

const responses = { 202: { description: 'Accepted: the operation fails with what stands in the way' } }
const description =
  'What needs time is looked at by the operation; only that the disk is protected already is refused at once.'

/** Whether a disk could be protected, or its protection changed. */
export const instanceValidationRoutes = [
  route({
    operation: 'BackupVaultResources.BackupInstancesValidateForBackup',
    method: 'POST',
    path: `${BACKUP_VAULT}/validateForBackup`,
    tag,
    summary: 'Find out whether a disk could be protected',
    description,
    query: VersionQuery,
    body: ValidationBody,
    example: { backupInstance: EXAMPLE_INSTANCE },
    responses,
    errors: ['ResourceNotFound', ...DOCUMENT_ERRORS],
    handle: validate,
  }),
  route({
    operation: 'BackupInstanceResources.BackupInstancesValidateForModifyBackup',
    method: 'POST',
    path: `${INSTANCE}/validateForModifyBackup`,
    tag,
    summary: 'Find out whether a backup instance could be changed',
    description,
    query: VersionQuery,
    body: ValidationBody,
    example: { backupInstance: EXAMPLE_INSTANCE },
    responses,
    errors: ['ResourceNotFound', 'UserErrorGenericResourceNotFound', ...DOCUMENT_ERRORS],
    handle: validateModify,
  }),
] as const

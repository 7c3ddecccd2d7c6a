import { type Static, Type } from '@sinclair/typebox'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { AnyObject, VersionQuery } from '../../arm/shapes.js'
import { deleteDiskPolicy, getDiskPolicy, putDiskPolicy } from '../../domain/policies/disk-policy-book.js'
import type { Policy } from '../../domain/policies/policy-book.js'
import { BACKUP_VAULT_TYPE, type Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { BACKUP_VAULT, DISK_POLICY } from '../scopes.js'
import { backupVaultOf } from './long-running.js'

const tag = 'Backup policies'

/** Names of members come in any casing, so that the domain reads them. */
const PolicyBody = Type.Object({
  properties: Type.Intersect([AnyObject], {
    description: 'policyRules: one AzureBackupRule that says when, and an AzureRetentionRule for each of its tags',
  }),
})

const STORE = { dataStoreType: 'OperationalStore', objectType: 'DataStoreInfoBase' }

/** Every four hours, kept for a week; the first backup of a day for 12 days. */
const EXAMPLE = {
  properties: {
    datasourceTypes: ['Microsoft.Compute/disks'],
    objectType: 'BackupPolicy',
    policyRules: [
      {
        name: 'BackupHourly',
        objectType: 'AzureBackupRule',
        backupParameters: { objectType: 'AzureBackupParams', backupType: 'Incremental' },
        dataStore: STORE,
        trigger: {
          objectType: 'ScheduleBasedTriggerContext',
          schedule: { repeatingTimeIntervals: ['R/2026-01-01T02:00:00+00:00/PT4H'] },
          taggingCriteria: [
            { isDefault: true, taggingPriority: 99, tagInfo: { tagName: 'Default' } },
            {
              isDefault: false,
              taggingPriority: 25,
              tagInfo: { tagName: 'Daily' },
              criteria: [{ objectType: 'ScheduleBasedBackupCriteria', absoluteCriteria: ['FirstOfDay'] }],
            },
          ],
        },
      },
      ...(['P7D', 'P12D'] as const).map((duration) => ({
        name: duration === 'P7D' ? 'Default' : 'Daily',
        objectType: 'AzureRetentionRule',
        isDefault: duration === 'P7D',
        lifecycles: [{ deleteAfter: { objectType: 'AbsoluteDeleteOption', duration }, sourceDataStore: STORE }],
      })),
    ],
  },
}

const view = (vault: Vault, { name, properties }: Policy) => ({
  properties,
  id: `${vault.id}/backupPolicies/${name}`,
  name,
  type: `${BACKUP_VAULT_TYPE}/backupPolicies`,
})

const nameOf = ({ params }: Call) => params.backupPolicyName ?? ''

function put(world: World, call: Call<Static<typeof PolicyBody>>): Reply {
  const vault = backupVaultOf(world, call)
  return ok(view(vault, putDiskPolicy(world, vault, nameOf(call), call.body.properties)))
}

function get(world: World, call: Call): Reply {
  const vault = backupVaultOf(world, call)
  return ok(view(vault, getDiskPolicy(world, vault, nameOf(call))))
}

function listPolicies(world: World, call: Call): Reply {
  const vault = backupVaultOf(world, call)
  return list(world.policies.ofVault(vault.key).map((policy) => view(vault, policy)))
}

const one = { 200: { description: 'The policy' } }
const missing = ['ResourceNotFound', 'UserErrorGenericResourceNotFound'] as const

/** Policies of Backup vaults: everything is done at once, a new one is answered with 200 (golden disk/05). */
export const diskPolicyRoutes = [
  route({
    operation: 'BaseBackupPolicyResources.BackupPoliciesCreateOrUpdate',
    method: 'PUT',
    path: DISK_POLICY,
    tag,
    summary: 'Create a policy',
    description: 'A policy that is there cannot be changed: create another, and move the backup instances to it.',
    query: VersionQuery,
    body: PolicyBody,
    example: EXAMPLE,
    responses: one,
    errors: [
      'ResourceNotFound',
      'InvalidRequestContent',
      'BMSUserErrorInvalidInput',
      'UserErrorBMSUpdatePolicyNotSupported',
      'UserErrorPolicyQuotaReached',
    ],
    handle: put,
  }),
  route({
    operation: 'BaseBackupPolicyResources.BackupPoliciesGet',
    method: 'GET',
    path: DISK_POLICY,
    tag,
    summary: 'Get a policy',
    query: VersionQuery,
    responses: one,
    errors: missing,
    handle: get,
  }),
  route({
    operation: 'BaseBackupPolicyResources.BackupPoliciesDelete',
    method: 'DELETE',
    path: DISK_POLICY,
    tag,
    summary: 'Delete a policy that no backup instance uses',
    query: VersionQuery,
    responses: { 200: { description: 'Deleted' }, 204: { description: 'There was none' } },
    errors: ['ResourceNotFound', 'UserErrorDppPolicyObjectInUse', 'UserErrorPolicyAssociatedWithSoftDeletedItems'],
    handle: (world, call) => ({
      status: deleteDiskPolicy(world, backupVaultOf(world, call), nameOf(call)) ? 200 : 204,
    }),
  }),
  route({
    operation: 'BaseBackupPolicyResources.BackupPoliciesList',
    method: 'GET',
    path: `${BACKUP_VAULT}/backupPolicies`,
    tag,
    summary: 'List the policies of a Backup vault',
    query: VersionQuery,
    responses: { 200: { description: 'The policies: { value: [...] }' } },
    errors: ['ResourceNotFound'],
    handle: listPolicies,
  }),
] as const

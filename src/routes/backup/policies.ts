import { Type } from '@sinclair/typebox'
import { matches, readFilter } from '../../arm/filter.js'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { AnyObject, FilterQuery, VersionQuery } from '../../arm/shapes.js'
import { deletePolicy, type Policy, putPolicy } from '../../domain/policy-book.js'
import type { Vault } from '../../domain/vaults.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { VAULT } from '../scopes.js'

const POLICIES = `${VAULT}/backupPolicies`
const POLICY = `${POLICIES}/{backupPolicyName}`
const tag = 'Policies'

/** What is in `properties` is read by domain/policies.ts, which refuses in the service's own words. */
const PolicyBody = Type.Object({ properties: AnyObject })

const EXAMPLE = {
  properties: {
    backupManagementType: 'AzureIaasVM',
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicy',
      scheduleRunFrequency: 'Daily',
      scheduleRunTimes: ['2026-01-01T22:00:00Z'],
    },
    retentionPolicy: {
      retentionPolicyType: 'LongTermRetentionPolicy',
      dailySchedule: {
        retentionTimes: ['2026-01-01T22:00:00Z'],
        retentionDuration: { count: 30, durationType: 'Days' },
      },
    },
    instantRpRetentionRangeInDays: 2,
    timeZone: 'UTC',
  },
}

function view(vault: Vault, policy: Policy, protectedItemsCount: number): Record<string, unknown> {
  return {
    id: `${vault.id}/backupPolicies/${policy.name}`,
    name: policy.name,
    type: 'Microsoft.RecoveryServices/vaults/backupPolicies',
    properties: { ...policy.properties, protectedItemsCount },
  }
}

/** The single answer counts the items, a list never does (wire-vm-more.md 1.1). */
const counted = (world: World, vault: Vault, policy: Policy) =>
  view(vault, policy, world.items.countOfPolicy(vault.key, policy.name))

const nameOf = (call: Call) => call.params.backupPolicyName ?? ''

function get(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const policy = world.policies.get(vault.key, nameOf(call))
  // The one 404 without an error in it (golden policy-get-404-empty-object).
  if (policy) return ok(counted(world, vault, policy))
  return { status: 404, body: {}, headers: { 'content-type': 'application/json' } }
}

function workloadOf(policy: Policy): string | undefined {
  const properties: Record<string, unknown> = { ...policy.properties }
  if (properties.backupManagementType === 'AzureIaasVM') return 'VM'
  return typeof properties.workLoadType === 'string' ? properties.workLoadType : undefined
}

function listPolicies(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const filter = readFilter(call.query.$filter, [
    'backupManagementType',
    'workloadType',
    'policySubType',
    'moreInfo',
    'name',
  ])
  const wanted = world.policies
    .ofVault(vault.key)
    .filter(
      (policy) =>
        matches(filter, 'backupManagementType', String(policy.properties.backupManagementType)) &&
        matches(filter, 'workloadType', workloadOf(policy)) &&
        matches(filter, 'name', policy.name),
    )
  return list(wanted.map((policy) => view(vault, policy, 0)))
}

/** Policies of a vault: when backups are taken and for how long they are kept. */
export const policyRoutes = [
  route({
    operation: 'BackupPolicies.List',
    method: 'GET',
    path: POLICIES,
    tag,
    summary: 'List the policies of a vault',
    query: FilterQuery,
    responses: { 200: { description: '{ value: [...] }' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: listPolicies,
  }),
  route({
    operation: 'ProtectionPolicies.Get',
    method: 'GET',
    path: POLICY,
    tag,
    summary: 'Get a policy',
    query: VersionQuery,
    responses: { 200: { description: 'The policy' }, 404: { description: 'There is none: an empty object' } },
    errors: [],
    handle: get,
  }),
  route({
    operation: 'ProtectionPolicies.CreateOrUpdate',
    method: 'PUT',
    path: POLICY,
    tag,
    summary: 'Create a policy, or change it for every item that uses it',
    query: VersionQuery,
    body: PolicyBody,
    example: EXAMPLE,
    invalid: 'BMSUserErrorInvalidPolicyInput',
    responses: { 200: { description: 'The policy as stored' } },
    errors: [
      'BMSUserErrorInvalidPolicyInput',
      'BMSUserErrorPolicyRetentionInvalid',
      'BMSUserErrorInstantRPRetentionExceedsVaultedRetention',
      'BMSUserErrorPolicyObjectInUse',
      'UserErrorPolicyQuotaReached',
      'ResourceNotFound',
    ],
    handle: (world, call) => {
      const vault = vaultOf(world, call)
      return ok(counted(world, vault, putPolicy(world, vault, nameOf(call), call.body.properties)))
    },
  }),
  route({
    operation: 'ProtectionPolicies.Delete',
    method: 'DELETE',
    path: POLICY,
    tag,
    summary: 'Delete a policy that no item uses',
    query: VersionQuery,
    responses: { 200: { description: 'Deleted' }, 204: { description: 'There was none' } },
    errors: ['BMSUserErrorPolicyObjectInUse', 'ResourceNotFound'],
    handle: (world, call) => ({ status: deletePolicy(world, vaultOf(world, call), nameOf(call)) ? 200 : 204 }),
  }),
] as const

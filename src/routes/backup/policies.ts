import { type Static, Type } from '@sinclair/typebox'
import { matches, readFilter } from '../../arm/filter.js'
import { accepted } from '../../arm/long-running.js'
import { type Call, list, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { FilterQuery, GuardRequests, VersionQuery } from '../../arm/shapes.js'
import { filePolicyFamily } from '../../arm/versions.js'
import { isFileSharePolicy, policyKind } from '../../domain/policies/policies.js'
import { deletePolicy, type Policy, putPolicy } from '../../domain/policies/policy-book.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { VAULT } from '../scopes.js'

const POLICIES = `${VAULT}/backupPolicies`
export const POLICY = `${POLICIES}/{backupPolicyName}`
const tag = 'Policies'

/** What is in `properties` is read by domain/policies/policy-vm.ts and its like, which refuse in the service's own words. */
const PolicyBody = Type.Object({ properties: Type.Object({ resourceGuardOperationRequests: GuardRequests }) })

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

/**
 * A policy as the wire has it. Of machines the single answer counts the items and a list never does
 * (wire-vm-more.md 1.1); of file shares both do since 2022, and nothing did before (wire-files.md 6).
 */
function view(world: World, vault: Vault, policy: Policy, version: string, listed: boolean): Record<string, unknown> {
  const { properties } = policy
  const family = filePolicyFamily(version)
  const ofFiles = isFileSharePolicy(properties)
  const counts = ofFiles ? family.counted : !listed
  return {
    id: `${vault.id}/backupPolicies/${policy.name}`,
    name: policy.name,
    type: 'Microsoft.RecoveryServices/vaults/backupPolicies',
    properties: {
      ...properties,
      ...(ofFiles && !family.workload ? { workLoadType: undefined } : {}),
      protectedItemsCount: counts ? world.items.countOfPolicy(vault.key, policy.name) : 0,
    },
  }
}

/** A policy by itself. */
export const policyView = (world: World, call: Call, vault: Vault, policy: Policy) =>
  view(world, vault, policy, call.apiVersion, false)

const nameOf = (call: Call) => call.params.backupPolicyName ?? ''

function get(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const policy = world.policies.get(vault.key, nameOf(call))
  // The one 404 without an error in it (golden policy-get-404-empty-object).
  if (policy) return ok(policyView(world, call, vault, policy))
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
        matches(filter, 'backupManagementType', String(policyKind(policy.properties))) &&
        matches(filter, 'workloadType', workloadOf(policy)) &&
        matches(filter, 'name', policy.name),
    )
  return list(wanted.map((policy) => view(world, vault, policy, call.apiVersion, true)))
}

/** 200 with the policy; 202 where items hang on it, until each of them is configured anew (wire-vm-more.md 11). */
function put(world: World, call: Call<Static<typeof PolicyBody>>): Reply {
  const vault = vaultOf(world, call)
  const { policy, operation } = putPolicy(world, vault, nameOf(call), call.body.properties, call.clientRequestId)
  if (!operation) return ok(policyView(world, call, vault, policy))
  return accepted(call, {
    status: urlOf(call, `${call.path}/operations/${operation.key}`),
    result: urlOf(call, `${call.path}/operationResults/${operation.key}`),
  })
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
    responses: {
      200: { description: 'The policy as stored' },
      202: { description: 'Items use it and are configured anew; poll the URLs' },
    },
    errors: [
      'BMSUserErrorInvalidPolicyInput',
      'BMSUserErrorPolicyRetentionInvalid',
      'BMSUserErrorInstantRPRetentionExceedsVaultedRetention',
      'BMSUserErrorPolicyObjectInUse',
      'BMSUserErrorConflictingProtectionOperation',
      'UserErrorPolicyQuotaReached',
      'CloudDosAbsoluteLimitReached',
      'UserErrorOperationDeniedOnImmutableItem',
      'UserErrorResourceGuardOperationRequestNotProvided',
      'UserErrorOperationNotAllowedDuringDataMove',
      'ResourceNotFound',
    ],
    handle: put,
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

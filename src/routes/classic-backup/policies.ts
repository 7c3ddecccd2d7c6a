import { type Static, Type } from '@sinclair/typebox'
import { type Call, ok, type Reply } from '../../arm/route.js'
import type { RefusalCode } from '../../domain/errors.js'
import type { Operation } from '../../domain/operations.js'
import { deletePolicy, patchClassicPolicy, putPolicy } from '../../domain/policies/policy-book.js'
import type { World } from '../../domain/world.js'
import { CLASSIC_VAULT } from '../scopes.js'
import {
  ACCEPTED,
  accepted,
  classicRoute,
  classicVaultOf,
  List,
  listOf,
  NO_CONTENT,
  NO_OPERATION,
  NOTHING_TO_FOLLOW,
} from './classic-route.js'
import { PolicyView, policyView } from './policy-views.js'

const POLICIES = `${CLASSIC_VAULT}/protectionPolicies`
const POLICY = `${POLICIES}/{backupPolicyName}`
const tag = 'Classic policies'

/** What is in `properties` is read by domain/policies/policy-classic.ts, in any casing of its names. */
const PolicyBody = Type.Object({ properties: Type.Object({}) })

const TIMES = ['2026-01-01T22:00:00']
const EXAMPLE = {
  properties: {
    workloadType: 'IaasVM',
    policyName: 'DefaultPolicy',
    backupSchedule: { backupType: 'Full', scheduleRun: 'Daily', scheduleRunDays: [], scheduleRunTimes: TIMES },
    ltrRetentionPolicy: {
      DailySchedule: { RetentionTimes: TIMES, CSMRetentionDuration: { Count: 30, DurationType: 'Days' } },
    },
  },
}

const ERRORS: readonly RefusalCode[] = [
  'BMSUserErrorInvalidPolicyInput',
  'BMSUserErrorPolicyRetentionInvalid',
  'BMSUserErrorPolicyObjectInUse',
  'BMSUserErrorConflictingProtectionOperation',
]

const nameOf = (call: Call) => call.params.backupPolicyName ?? ''

/** Items that hang on a policy are configured anew, each by a job; without any there is nothing to follow. */
const written = (operation: Operation | undefined): Reply => (operation ? accepted(operation) : ok(NO_OPERATION))

function put(world: World, call: Call<Static<typeof PolicyBody>>): Reply {
  const vault = classicVaultOf(world, call)
  return written(putPolicy(world, vault, nameOf(call), call.body.properties, call.clientRequestId).operation)
}

function patch(world: World, call: Call<Static<typeof PolicyBody>>): Reply {
  const vault = classicVaultOf(world, call)
  return written(patchClassicPolicy(world, vault, nameOf(call), call.body.properties, call.clientRequestId))
}

function remove(world: World, call: Call): Reply {
  deletePolicy(world, classicVaultOf(world, call), nameOf(call))
  return { status: 204 }
}

/** When machines are backed up, and for how long that is kept. */
export const classicPolicyRoutes = [
  classicRoute({
    operation: 'ClassicPolicies.List',
    of: 'machine',
    method: 'GET',
    path: POLICIES,
    tag,
    summary: 'List the policies of a backup vault',
    responses: { 200: { description: 'The policies', schema: List(PolicyView) } },
    handle: (world, call) => {
      const vault = classicVaultOf(world, call)
      return listOf(world.policies.ofVault(vault.key).map((policy) => policyView(vault, policy)))
    },
  }),
  classicRoute({
    operation: 'ClassicPolicies.CreateOrUpdate',
    of: 'machine',
    method: 'PUT',
    path: POLICY,
    tag,
    summary: 'Create a policy, or replace it',
    description: 'Enumerations are sent as names, and answered as numbers.',
    body: PolicyBody,
    example: EXAMPLE,
    responses: { ...NOTHING_TO_FOLLOW, ...ACCEPTED },
    errors: ERRORS,
    handle: put,
  }),
  classicRoute({
    operation: 'ClassicPolicies.Update',
    of: 'machine',
    method: 'PATCH',
    path: POLICY,
    tag,
    summary: 'Change a policy, or rename it',
    description: 'Another policyName than that of the path renames the policy.',
    body: PolicyBody,
    example: EXAMPLE,
    responses: { ...NOTHING_TO_FOLLOW, ...ACCEPTED },
    errors: ['BMSUserErrorPolicyNotFound', ...ERRORS],
    handle: patch,
  }),
  classicRoute({
    operation: 'ClassicPolicies.Delete',
    of: 'machine',
    method: 'DELETE',
    path: POLICY,
    tag,
    summary: 'Delete a policy that no item uses',
    responses: NO_CONTENT,
    errors: ['BMSUserErrorPolicyObjectInUse'],
    handle: remove,
  }),
] as const

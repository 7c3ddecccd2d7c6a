import { failedOnDemand, operationStatus, waitsForOperation } from '../../arm/long-running.js'
import { type Call, ok, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { getPolicy } from '../../domain/policies/policy-book.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { operationOf } from './operations.js'
import { POLICY, policyView } from './policies.js'

const tag = 'Policies'
const polling = ['ResourceNotFound', 'BMSUserErrorOperationNotFound', 'BMSUserErrorPolicyNotFound'] as const

/** A changed policy's own: the operation is one of the policy that the path names. */
function policyOf(world: World, call: Call) {
  const vault = vaultOf(world, call)
  const policy = getPolicy(world, vault, call.params.backupPolicyName ?? '')
  return { vault, policy, operation: operationOf(world, call) }
}

/** The policy at any time: it has changed at once, and no other answer is published. */
function result(world: World, call: Call): Reply {
  const { vault, policy, operation } = policyOf(world, call)
  return failedOnDemand(operation) ?? ok(policyView(world, call, vault, policy))
}

/** Where the change of a policy in use is polled (wire-vm-more.md 11). */
export const policyOperationRoutes = [
  route({
    operation: 'protectionPolicyOperationStatuses.get',
    method: 'GET',
    path: `${POLICY}/operations/{operationId}`,
    tag,
    summary: 'Poll the change of a policy',
    query: VersionQuery,
    responses: { 200: { description: 'InProgress, Succeeded or Failed; the jobs once all of them have ended' } },
    errors: polling,
    waitsFor: waitsForOperation,
    handle: (world, call) => operationStatus(world, policyOf(world, call).operation),
  }),
  route({
    operation: 'protectionPolicyOperationResults.get',
    method: 'GET',
    path: `${POLICY}/operationResults/{operationId}`,
    tag,
    summary: 'Poll the change of a policy for its result',
    query: VersionQuery,
    responses: { 200: { description: 'The policy' } },
    errors: polling,
    waitsFor: waitsForOperation,
    handle: result,
  }),
] as const

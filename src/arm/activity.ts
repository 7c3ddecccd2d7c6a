import type { FastifyReply } from 'fastify'
import { Refusal } from '../domain/errors.js'
import { type ActivityRecord, logActivity, nameActivity } from '../domain/monitoring/activity-log.js'
import type { World } from '../domain/world.js'
import { callerOf } from './caller.js'
import type { Call, Reply, Route } from './route.js'
import type { Runner } from './serve.js'

const CORRELATION = 'x-ms-correlation-request-id'

/**
 * Runs a request that changes something, as one transaction, and puts it into the activity log of its subscription:
 * with what it changed, or by itself where it was refused. The answer says under which correlation id it stands there.
 */
export function runLogged(
  runner: Pick<Runner, 'transact'>,
  route: Pick<Route, 'method' | 'path'>,
  call: Call,
  reply: FastifyReply,
  run: (world: World) => Reply,
): Reply {
  const log = (world: World, outcome: Pick<ActivityRecord, 'status' | 'error'>) => {
    const record = recordOf(world, route, call, outcome)
    if (record) reply.header(CORRELATION, logActivity(world, record))
  }
  try {
    return runner.transact((world) => {
      const answer = run(world)
      log(world, { status: answer.status })
      return answer
    })
  } catch (error) {
    if (error instanceof Refusal) {
      const { status, code, message } = error
      runner.transact((world) => log(world, { status, error: { code, message } }))
    }
    throw error
  }
}

function recordOf(
  world: World,
  { method, path }: Pick<Route, 'method' | 'path'>,
  call: Call,
  outcome: Pick<ActivityRecord, 'status' | 'error'>,
): ActivityRecord | undefined {
  const { subscriptionId, resourceGroupName } = call.params
  // What is no subscription's stands in no subscription's log.
  if (subscriptionId === undefined) return undefined
  const caller = callerOf(call.authorization)
  return {
    subscriptionId,
    at: world.now,
    method,
    ...nameActivity(method, path, call.params),
    ...(resourceGroupName === undefined ? {} : { resourceGroup: resourceGroupName }),
    ...outcome,
    ...(caller ? { caller: caller.name, claims: caller.claims } : {}),
    ...(call.clientRequestId === undefined ? {} : { clientRequestId: call.clientRequestId }),
    ...(call.correlationId === undefined ? {} : { correlationId: call.correlationId }),
  }
}

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../domain/errors.js'
import { checkSubscriptionId, findGroup, meetSubscription, TENANT_ID } from '../domain/inventory/inventory.js'
import { keyOf } from '../domain/names.js'
import type { Runner } from './serve.js'
import { isApiVersion } from './versions.js'

/** Who may come in, and with what (design.md 5). */
export interface FrontDoor {
  runner: Runner
  /** Refuse as the real service does: no token, no version, unknown subscription or group. */
  strict: boolean
  /** Judges an Authorization header; a text says why it isn't good enough. */
  tokenProblem: (authorization: string | undefined) => string | undefined
  /** Subscriptions that are known: kept so that not every request asks the store. */
  known: Set<string>
}

const ARM_PATH =
  /^\/+(?:subscriptions(?:\/+([^/?]+)(?:\/+resourcegroups\/+([^/?]+)(\/+providers)?)?)?|tenants|providers)(?=[/?]|$)/i

/** Stands before every ARM route. Lenient: subscriptions are made known when first named. */
export function guard(door: FrontDoor) {
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    try {
      const parts = ARM_PATH.exec(request.url)
      if (parts && !request.is404) check(door, request, reply, parts)
      done()
    } catch (error) {
      done(error as Error)
    }
  }
}

function check(door: FrontDoor, request: FastifyRequest, reply: FastifyReply, parts: RegExpExecArray): void {
  const [, subscriptionId, group, below] = parts
  const version = (request.query as Record<string, string | undefined>)['api-version']
  if (version !== undefined && !isApiVersion(version)) {
    throw new Refusal(
      'InvalidApiVersionParameter',
      `The api-version '${version}' is invalid. Versions look like 2024-04-01 or 2024-04-01-preview.`,
    )
  }
  if (door.strict) checkStrictly(door, request, reply, version)
  if (subscriptionId === undefined) return
  const key = keyOf(subscriptionId)
  if (!door.known.has(key)) meet(door, key, subscriptionId)
  if (door.strict && group !== undefined && below !== undefined) {
    door.runner.look((world) => {
      if (findGroup(world, subscriptionId, decodeURIComponent(group))) return
      throw new Refusal('ResourceGroupNotFound', `Resource group '${group}' could not be found.`)
    })
  }
}

function checkStrictly(
  door: FrontDoor,
  request: FastifyRequest,
  reply: FastifyReply,
  version: string | undefined,
): void {
  const problem = door.tokenProblem(request.headers.authorization)
  if (problem) {
    // Clients read out of it which tenant to sign in to.
    const authority = `${request.protocol}://${request.host}/${TENANT_ID}`
    reply.header(
      'www-authenticate',
      `Bearer authorization_uri="${authority}", error="invalid_token", error_description="${problem}"`,
    )
    throw new Refusal('AuthenticationFailed', problem)
  }
  if (version === undefined) {
    throw new Refusal(
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    )
  }
}

function meet(door: FrontDoor, key: string, id: string): void {
  checkSubscriptionId(id)
  const known = door.runner.look((world) => world.subscriptions.get(key))
  if (!known && door.strict) throw new Refusal('SubscriptionNotFound', `The subscription '${id}' could not be found.`)
  if (!known) door.runner.transact((world) => meetSubscription(world, id))
  door.known.add(key)
}

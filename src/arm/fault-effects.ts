import type { FastifyReply, FastifyRequest } from 'fastify'
import { durationMs } from '../domain/faults/fault-effects.js'
import { faultsOfRequest } from '../domain/faults/fault-matching.js'
import { type Fault, type FaultEffect, judge, keepCounts } from '../domain/faults/faults.js'
import { errorBody } from './errors.js'
import { type Note, pathOf, type Runner } from './serve.js'
import { DROPPED, drop, troubleOf } from './trouble.js'

type Done = (error?: Error) => void

/** What rules do to requests as they come in. */
export interface RequestFaults {
  /** Whether there is any rule at all. */
  any(): boolean
  /** Lets a request of ARM's go on with `done`, later or not at all, as the first rule that strikes wants it. */
  meet(request: FastifyRequest, reply: FastifyReply, done: Done): void
}

/** What timers can wait for at most. */
const LONGEST_MS = 2 ** 31 - 1

export function createRequestFaults(runner: Runner, note: Note): RequestFaults {
  const strike = (request: FastifyRequest, operation: string): Fault | undefined => {
    runner.catchUp()
    const seen = { operation, method: request.method, path: pathOf(request.url) }
    const candidates = runner.look((world) => faultsOfRequest(world, 'request', seen))
    if (candidates.length === 0) return undefined
    return runner.transact((world) => keepCounts(world, judge(world, candidates)))
  }

  /** Goes on after some real time; a client that goes away before that has asked for nothing. */
  const hold = (request: FastifyRequest, reply: FastifyReply, ms: number, done: Done) => {
    const left = () => {
      clearTimeout(timer)
      note(request, DROPPED)
    }
    const timer = setTimeout(
      () => {
        reply.raw.off('close', left)
        done()
      },
      Math.min(ms, LONGEST_MS),
    )
    reply.raw.once('close', left)
  }

  const bring = (request: FastifyRequest, reply: FastifyReply, { id, effect }: Fault, done: Done) => {
    if ('status' in effect) {
      note(request, effect.status)
      return void answer(reply, id, effect)
    }
    if ('delayMs' in effect) return hold(request, reply, effect.delayMs, done)
    if ('virtualDelay' in effect) {
      const ms = durationMs(effect.virtualDelay) ?? 0
      const { mode, rate } = runner.pace()
      if (mode === 'live') return hold(request, reply, ms / rate, done)
      runner.pass(ms)
      return done()
    }
    if ('drop' in effect && effect.drop === 'before') {
      note(request, DROPPED)
      return drop(request, reply)
    }
    if ('drop' in effect) troubleOf(request).dropsAnswer = true
    done()
  }

  return {
    any: () => runner.look((world) => world.faults.all().length > 0),
    meet: (request, reply, done) => {
      const { operation, ofArm } = request.routeOptions.config
      const fault = ofArm && operation !== undefined ? strike(request, operation) : undefined
      if (!fault) return done()
      troubleOf(request).faults.push(fault.id)
      bring(request, reply, fault, done)
    },
  }
}

/** What ARM and its providers call errors of a status, where a rule doesn't say. */
const CODES: Readonly<Record<number, string>> = {
  401: 'AuthenticationFailed',
  403: 'AuthorizationFailed',
  404: 'ResourceNotFound',
  408: 'RequestTimeout',
  409: 'Conflict',
  412: 'PreconditionFailed',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
}

function answer(reply: FastifyReply, id: string, effect: Extract<FaultEffect, { status: number }>): FastifyReply {
  const { status, retryAfter } = effect
  const code = effect.code ?? CODES[status] ?? (status < 500 ? 'BadRequest' : 'InternalServerError')
  const message = effect.message ?? `Recoverite's fault '${id}' answers this request with ${status}.`
  return reply
    .code(status)
    .headers({
      'cache-control': 'no-cache',
      'content-type': 'application/json; charset=utf-8',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    })
    .send(Buffer.from(JSON.stringify(errorBody(code, message))))
}

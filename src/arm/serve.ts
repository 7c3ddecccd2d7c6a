import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { guidOf } from '../domain/chance.js'
import type { REFUSALS } from '../domain/errors.js'
import { withFailingOperation } from '../domain/faults/failing-operations.js'
import type { World } from '../domain/world.js'
import { runLogged } from './activity.js'
import { classicHeaders, classicReply, type Dialect } from './classic-dialect.js'
import { contentType, responseHeaders } from './headers.js'
import type { Call, ClockPace, Reply, Route } from './route.js'
import { schemaOf } from './route-schemas.js'
import { drop, troubleOf } from './trouble.js'

/** Who runs a route: brings the world to its present, then looks or changes. */
export interface Runner {
  catchUp(): number
  look<T>(run: (world: World) => T): T
  transact<T>(run: (world: World) => T): T
  await(subject: string): void
  /** Moves the clock by ms of the world, whatever its mode. */
  pass(ms: number): void
  pace(): ClockPace
}

/** Takes note of a request as its answer goes out: Fastify's hooks for that cost a tenth of the answer. */
export type Note = (request: FastifyRequest, status: number) => void

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `ProtectedItems.Get` */
    operation?: string
    /** It is an operation of ARM's, not one of the emulator itself. */
    ofArm?: boolean
    /** The code that a body of the wrong shape is refused with. */
    invalid?: keyof typeof REFUSALS
    /** How its provider speaks, where that is not as those of today do. */
    dialect?: Dialect
  }
}

/** A path's parameters in the spelling of the router. */
const routerPath = (path: string) => path.replace(/\{([^}]+)\}/g, ':$1')

/** Request ids in the form of the service's, one a request; not part of the world. */
export function createRequestIds(): () => string {
  const prefix = guidOf('requests').slice(0, 24)
  let requests = 0
  return () => prefix + (++requests).toString(16).padStart(12, '0')
}

/** The path of a request, decoded, without its query and without doubled slashes. */
export function pathOf(url: string): string {
  const end = url.indexOf('?')
  const path = end < 0 ? url : url.slice(0, end)
  const single = path.includes('//') ? path.replace(/\/{2,}/g, '/') : path
  return single.includes('%') ? decodeURIComponent(single) : single
}

/** A request as handlers see it. */
function callOf(request: FastifyRequest, pace: ClockPace): Call {
  const query = request.query as Call['query']
  return {
    method: request.method,
    base: `${request.protocol}://${request.host}`,
    path: pathOf(request.url),
    params: request.params as Call['params'],
    query,
    body: request.body,
    apiVersion: query['api-version'] ?? '',
    clientRequestId: request.headers['x-ms-client-request-id'] as string | undefined,
    correlationId: request.headers['x-ms-correlation-request-id'] as string | undefined,
    deletedVaultId: request.headers['x-ms-deleted-vault-id'] as string | undefined,
    authorization: request.headers.authorization,
    userAgent: request.headers['user-agent'],
    clock: pace,
  }
}

function send(reply: FastifyReply, call: Call, answer: Reply) {
  reply.code(answer.status)
  if (answer.headers) reply.headers(answer.headers)
  if (answer.body === undefined) {
    if (answer.status !== 204) reply.header('content-length', '0')
    return reply.send()
  }
  const type = answer.headers?.['content-type'] ?? contentType(call.apiVersion)
  reply.header('content-type', type)
  const text = answer.pretty
    ? JSON.stringify(answer.body, null, 2).replaceAll('\n', '\r\n')
    : JSON.stringify(answer.body)
  // Fastify would add a charset to the type of a text, which versions before 2024 do not have; else text is the cheaper.
  return reply.send(type.includes('charset') ? text : Buffer.from(text))
}

/** Whether an answer tells where an operation is polled; one of a classic vault is nothing but the operation's id. */
const handsOut = ({ headers = {}, body }: Reply) =>
  'azure-asyncoperation' in headers || 'location' in headers || typeof body === 'string'

/** Runs what can change something; the operation that it opens may have to fail. */
function change(world: World, route: Route, call: Call, request: FastifyRequest): Reply {
  const seen = { operation: route.operation, method: call.method, path: call.path }
  const { answer, struck } = withFailingOperation(world, seen, handsOut, (world) => route.handle(world, call))
  if (struck) troubleOf(request).faults.push(struck.id)
  return answer
}

/** Headers that depend on the request, refusals of its shape have them too. */
const headersFirst = ({ dialect, method }: Route, runner: Runner) =>
  dialect === undefined
    ? {}
    : {
        onRequest: (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
          reply.headers(classicHeaders(method, request.id, runner.catchUp()))
          done()
        },
      }

/** Serves routes: each request runs at the world's present, as one transaction if it can change anything. */
export function serveRoutes(app: FastifyInstance, runner: Runner, routes: readonly Route[], note: Note): void {
  for (const route of routes) {
    const { dialect } = route
    const headers = dialect ? {} : responseHeaders(route.method, route.tag)
    const reads = route.method === 'GET' || route.method === 'HEAD' || route.readOnly === true
    app.route({
      method: route.method,
      url: routerPath(route.path),
      schema: schemaOf(route),
      config: {
        operation: route.operation,
        ofArm: true,
        ...(route.invalid ? { invalid: route.invalid } : {}),
        ...(dialect ? { dialect } : {}),
      },
      ...headersFirst(route, runner),
      handler: (request, reply) => {
        runner.catchUp()
        const call = callOf(request, runner.pace())
        // Refusals have them too.
        reply.headers(headers)
        if (request.trouble?.budget) reply.headers(request.trouble.budget)
        const { waitsFor } = route
        if (waitsFor) {
          const subject = runner.look((world) => waitsFor(world, call))
          if (subject !== undefined) runner.await(subject)
        }
        const answer = reads
          ? runner.look((world) => route.handle(world, call))
          : runLogged(runner, route, call, reply, (world) => change(world, route, call, request))
        note(request, answer.status)
        if (request.trouble?.dropsAnswer) return drop(request, reply)
        return send(reply, call, dialect ? classicReply(answer, call.apiVersion) : answer)
      },
    })
  }
}

import { parse } from 'node:querystring'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { classicRefusal } from './arm/classic-dialect.js'
import { type ErrorReply, errorBody, gatewayHeaders, internalError, replyOf } from './arm/errors.js'
import { createRequestFaults } from './arm/fault-effects.js'
import { type FrontDoor, guard } from './arm/front-door.js'
import { contentType } from './arm/headers.js'
import { createRequestIds, type Note, type Runner, serveRoutes } from './arm/serve.js'
import type { ServedRequests } from './arm/served-requests.js'
import { ShapeError, validatorCompiler } from './arm/shapes.js'
import type { Throttle } from './arm/throttling.js'
import { drop } from './arm/trouble.js'
import { Refusal, type RefusalCode } from './domain/errors.js'
import { type Document, registerDocuments } from './routes/docs.js'
import { PROVIDERS } from './routes/providers.js'

export interface AppParts {
  runner: Runner
  logger: Logger
  frontDoor: FrontDoor
  requests: ServedRequests
  /** Absent where nobody is throttled. */
  throttle?: Throttle | undefined
  bodyLimit: number
  version: string
  /** Routes that are not ARM's: identity, the control API. */
  others: readonly Document[]
}

/** The application, and its OpenAPI documents by name, each made when it is first asked for. */
export interface App {
  app: FastifyInstance
  documents: ReadonlyMap<string, () => object>
}

/** Every list of names is read without regard to case, as ARM does; a repeated name counts once. */
function parseQuery(text: string): Record<string, string> {
  const query: Record<string, string> = {}
  const parsed = parse(text)
  for (const name in parsed) {
    const value = parsed[name]
    query[name.toLowerCase()] = (Array.isArray(value) ? value.at(-1) : value) ?? ''
  }
  return query
}

/** The Fastify application: every provider's routes, ARM's own refusals, nothing by magic. */
export async function buildApp(parts: AppParts): Promise<App> {
  const app = Fastify({
    genReqId: createRequestIds(),
    bodyLimit: parts.bodyLimit,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    // A request that doesn't come to a route comes to no hook either.
    frameworkErrors: (error, request, reply) =>
      answerError(parts.logger, error, request, (reply as FastifyReply).headers(identityOf(request))),
    routerOptions: {
      caseSensitive: false,
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      maxParamLength: 1024,
      querystringParser: parseQuery,
    },
  }) as unknown as FastifyInstance

  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.removeContentTypeParser(['application/json', 'text/plain'])
  // The SDK for Python calls a body without members plain text.
  app.addContentTypeParser(/^(application\/json|text\/(json|plain))/, { parseAs: 'string' }, (_request, text, done) => {
    if (text.length === 0) return done(null, undefined)
    try {
      done(null, JSON.parse(text as string))
    } catch (error) {
      done(
        new Refusal(
          'InvalidRequestContent',
          `The request content was invalid and could not be deserialized: ${(error as Error).message}`,
        ),
      )
    }
  })
  app.decorateRequest('noted', false)
  const note: Note = (request, status) => {
    if (request.noted) return
    request.noted = true
    parts.requests.add(request, status)
    logAnswer(parts.logger, request, status)
  }
  const guarded = guard(parts.frontDoor)
  const faults = createRequestFaults(parts.runner, note)
  const { throttle } = parts
  app.decorateRequest('receivedAt', 0)
  app.decorateRequest('trouble', null)
  app.addHook('onRequest', (request, reply, done) => {
    request.receivedAt = parts.requests.now()
    reply.headers(identityOf(request))
    if (!throttle && !faults.any()) return guarded(request, reply, done)
    guarded(request, reply, (error) => {
      if (error) return done(error)
      try {
        throttle?.take(request, reply)
        faults.meet(request, reply, done)
      } catch (refused) {
        done(refused as Error)
      }
    })
  })
  app.setErrorHandler((error, request, reply) => {
    if (request.trouble?.dropsAnswer) {
      note(request, replyOf(error)?.status ?? 500)
      return drop(request, reply)
    }
    answerError(parts.logger, error as FastifyError, request, reply)
    note(request, reply.statusCode)
  })
  app.setNotFoundHandler((request, reply) => {
    answerNotFound(request, reply)
    note(request, reply.statusCode)
  })

  const providers = PROVIDERS.map(({ name, title, routes }) => ({
    name,
    title,
    register: (scope: FastifyInstance) => serveRoutes(scope, parts.runner, routes, note),
  }))
  const others = parts.others.map((document) => ({
    ...document,
    register: (scope: FastifyInstance) => {
      scope.addHook('onSend', (request, reply, payload, done) => {
        note(request, reply.statusCode)
        done(null, payload)
      })
      return document.register(scope)
    },
  }))
  const documents = await registerDocuments(app, [...providers, ...others], parts.version)
  return { app, documents }
}

function logAnswer(logger: Logger, request: FastifyRequest, status: number): void {
  const { operation } = request.routeOptions.config ?? {}
  if (operation === undefined && status === 404) {
    logger.warn({ method: request.method, url: request.url }, 'asked for something that is not served')
  } else if (logger.isLevelEnabled('debug')) {
    logger.debug({ requestId: request.id, method: request.method, url: request.url, status, operation }, 'answered')
  }
}

/** What a request and all that belongs to it is known by. */
const correlationOf = (request: FastifyRequest) => String(request.headers['x-ms-correlation-request-id'] ?? request.id)

/** Which request an answer belongs to. */
const identityOf = (request: FastifyRequest) => ({
  'x-ms-request-id': request.id,
  'x-ms-client-request-id': request.headers['x-ms-client-request-id'] ?? request.id,
  'x-ms-correlation-request-id': correlationOf(request),
  'x-ms-routing-request-id': `RECOVERITE:${request.id}`,
})

function answerError(
  logger: Logger,
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const refusal = error instanceof ShapeError ? shapeRefusal(error, request) : error
  const known = replyOf(refusal, correlationOf(request))
  if (!known)
    logger.error({ err: error, requestId: request.id, method: request.method, url: request.url }, 'request failed')
  const answer = inDialect(known ?? internalError(request.id), request)
  return reply
    .code(answer.status)
    .headers({ 'cache-control': 'no-cache', 'content-type': errorType(answer, request), ...answer.headers })
    .send(Buffer.from(JSON.stringify(answer.body)))
}

/** What the provider of an operation refuses is in its own form. */
function inDialect(answer: ErrorReply, request: FastifyRequest): ErrorReply {
  if (request.routeOptions.config?.dialect === undefined) return answer
  return classicRefusal(answer, (request.query as Record<string, string | undefined>)['api-version'])
}

/** What a provider refuses is labelled as its other answers are; ARM itself knows no versions of this. */
function errorType(answer: ErrorReply, request: FastifyRequest): string {
  // A URL that can't be read has no query.
  const version = (request.query as Record<string, string | undefined> | null)?.['api-version']
  const isOfProvider = version !== undefined && answer.headers?.['x-ms-failure-cause'] === undefined
  return isOfProvider ? contentType(version) : 'application/json; charset=utf-8'
}

/** A body of the wrong shape, in the words of the operation that was asked. */
function shapeRefusal(error: ShapeError, request: FastifyRequest): Refusal {
  const code: RefusalCode = request.routeOptions.config.invalid ?? 'InvalidRequestContent'
  return new Refusal(code, `The request content was invalid: ${error.message}. Correct it and send the request again.`)
}

/** What nothing serves: a 404 in ARM's shape that names what was asked. */
function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?')[0] ?? ''
  const isProvider = /\/providers\//i.test(path)
  const code: RefusalCode = isProvider ? 'InvalidResourceType' : 'NotFound'
  const message = `Recoverite knows no operation ${request.method} ${path}. See /docs for the operations that it serves.`
  return reply
    .code(404)
    .header('content-type', 'application/json; charset=utf-8')
    .headers(gatewayHeaders(code))
    .send(JSON.stringify(errorBody(code, message)))
}

import { OptionalKind, Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { guidOf } from '../domain/chance.js'
import { REFUSALS } from '../domain/errors.js'
import type { World } from '../domain/world.js'
import { contentType, responseHeaders } from './headers.js'
import type { Call, ClockPace, Reply, Route } from './route.js'

/** Who runs a route: brings the world to its present, then looks or changes. */
export interface Runner {
  catchUp(): number
  look<T>(run: (world: World) => T): T
  transact<T>(run: (world: World) => T): T
  await(subject: string): void
  pace(): ClockPace
}

/** Takes note of a request as its answer goes out: Fastify's hooks for that cost a tenth of the answer. */
export type Note = (request: FastifyRequest, status: number) => void

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `ProtectedItems.Get` */
    operation?: string
    /** The code that a body of the wrong shape is refused with. */
    invalid?: keyof typeof REFUSALS
  }
}

/** A path's parameters in the spelling of the router. */
const routerPath = (path: string) => path.replace(/\{([^}]+)\}/g, ':$1')

/** What a path's parameters are, for the documents. */
const PARAMETERS: Record<string, { description: string; example?: string }> = {
  subscriptionId: { description: 'A subscription: any GUID', example: '00000000-0000-0000-0000-000000000001' },
  resourceGroupName: { description: 'The resource group', example: 'demo' },
  vaultName: { description: 'The Recovery Services vault', example: 'demo-vault' },
  vmName: { description: 'The virtual machine', example: 'vm1' },
  backupFabricName: { description: 'Always Azure', example: 'Azure' },
  protectionContainerName: {
    description: 'The container of the machine',
    example: 'IaasVMContainer;iaasvmcontainerv2;demo;vm1',
  },
  protectedItemName: { description: 'The protected item', example: 'VM;iaasvmcontainerv2;demo;vm1' },
  backupPolicyName: { description: 'The policy', example: 'DefaultPolicy' },
  backupProtectionIntentName: { description: 'The intent', example: 'vm;iaasvmcontainerv2;demo;vm1' },
  backupJobName: { description: 'The job: a GUID' },
  recoveryPointId: { description: 'The recovery point: a number' },
  operationId: { description: 'The operation that was handed out' },
  locationName: { description: 'The region', example: 'westeurope' },
  resourceProviderNamespace: { description: 'The namespace of a resource provider', example: 'Microsoft.Storage' },
  resourceType: { description: 'The type of the resource', example: 'storageAccounts' },
  resourceName: { description: 'The resource', example: 'demostore' },
  accountName: { description: 'The storage account', example: 'demostore' },
  shareName: { description: 'The file share', example: 'share1' },
  virtualNetworkName: { description: 'The virtual network', example: 'demo-net' },
  subnetName: { description: 'The subnet', example: 'default' },
  deletedVaultName: { description: 'The deleted vault: `<resource group>_<guid>`' },
  certificateName: { description: 'The credentials', example: 'demo-credentials' },
  registeredIdentityName: { description: 'The registered server', example: 'demo-server' },
  backupEngineName: { description: 'The backup management server' },
  privateLinkResourceName: { description: 'What an endpoint leads to', example: 'backupResource' },
  privateEndpointConnectionName: { description: 'The connection', example: 'demo-endpoint' },
  resourceGuardName: { description: 'The resource guard', example: 'demo-guard' },
  requestName: { description: 'Always default', example: 'default' },
  backupResourceGuardProxyName: { description: 'Always VaultProxy', example: 'VaultProxy' },
}

function paramsSchema({ path, pathExamples = {} }: Pick<Route, 'path' | 'pathExamples'>) {
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name)
  return Type.Object(
    Object.fromEntries(
      names.map((name) => {
        const { description, example: usual } = PARAMETERS[name] ?? { description: name }
        const example = pathExamples[name] ?? usual
        return [name, Type.String({ description, ...(example === undefined ? {} : { examples: [example] }) })]
      }),
    ),
  )
}

const ErrorSchema = Type.Object(
  { error: Type.Object({ code: Type.String(), message: Type.String() }) },
  { description: 'ARM error' },
)

/** The schema that the documents and the validator of a route come from. */
function schemaOf(route: Route) {
  const errors = new Map<number, string[]>()
  for (const code of route.errors) {
    const status = REFUSALS[code].status
    errors.set(status, [...(errors.get(status) ?? []), code])
  }
  const body = route.body && (route.bodyOptional ? Type.Optional(route.body) : route.body)
  return {
    operationId: route.operation.replace('.', '_'),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    ...(route.path.includes('{') ? { params: paramsSchema(route) } : {}),
    ...(route.query ? { querystring: route.query } : {}),
    ...(body
      ? {
          body:
            route.example === undefined
              ? body
              : { ...body, [OptionalKind]: body[OptionalKind], examples: [route.example] },
        }
      : {}),
    response: {
      ...Object.fromEntries(
        Object.entries(route.responses).map(([status, { schema, description }]) => [
          status,
          schema ? { ...schema, description } : { type: 'null', description },
        ]),
      ),
      ...Object.fromEntries(
        [...errors].map(([status, codes]) => [status, { ...ErrorSchema, description: codes.join(', ') }]),
      ),
    },
  }
}

/** Request ids in the form of the service's, one a request; not part of the world. */
export function createRequestIds(): () => string {
  const prefix = guidOf('requests').slice(0, 24)
  let requests = 0
  return () => prefix + (++requests).toString(16).padStart(12, '0')
}

/** The path of a request, decoded, without its query and without doubled slashes. */
function pathOf(url: string): string {
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

/** Serves routes: each request runs at the world's present, as one transaction if it can change anything. */
export function serveRoutes(app: FastifyInstance, runner: Runner, routes: readonly Route[], note: Note): void {
  for (const route of routes) {
    const headers = responseHeaders(route.method, route.tag)
    const reads = route.method === 'GET' || route.method === 'HEAD' || route.readOnly === true
    app.route({
      method: route.method,
      url: routerPath(route.path),
      schema: schemaOf(route),
      config: { operation: route.operation, ...(route.invalid ? { invalid: route.invalid } : {}) },
      handler: (request, reply) => {
        runner.catchUp()
        const call = callOf(request, runner.pace())
        // Refusals have them too.
        reply.headers(headers)
        const { waitsFor } = route
        if (waitsFor) {
          const subject = runner.look((world) => waitsFor(world, call))
          if (subject !== undefined) runner.await(subject)
        }
        const run = (world: World) => route.handle(world, call)
        const answer = reads ? runner.look(run) : runner.transact(run)
        note(request, answer.status)
        return send(reply, call, answer)
      },
    })
  }
}

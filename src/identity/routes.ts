/**
 * The directory in front of the resource manager: metadata, discovery, keys and tokens. Everything is public, as in
 * Azure, and every answer is built from the address that the client used.
 */
import type {} from '@fastify/swagger'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  instanceDiscovery,
  isOAuthError,
  metadataEndpoints,
  type OAuthError,
  openIdConfiguration,
  readTokenRequest,
  tenantGuid,
  userRealm,
} from './discovery.js'
import type { TokenIssuer } from './tokens.js'

export type IdentityOptions = {
  tenantId: string
  issuer: TokenIssuer
  /** Real time: clients compare a token's lifetime with their own clock. */
  nowSeconds: () => number
}

const FORM = 'application/x-www-form-urlencoded'

const VersionQuery = Type.Object({ 'api-version': Type.Optional(Type.String({ examples: ['2022-09-01'] })) })
const TenantParams = Type.Object({ tenant: Type.Optional(Type.String({ description: 'A GUID, a domain, or common' })) })
const UserParams = Type.Object({ user: Type.String() })
const TokenForm = Type.Object({
  grant_type: Type.String({ examples: ['client_credentials'] }),
  client_id: Type.String({ examples: ['00000000-0000-0000-0000-0000000000aa'] }),
  client_secret: Type.Optional(Type.String({ description: 'Any value will do', examples: ['secret'] })),
  scope: Type.Optional(Type.String({ examples: ['https://management.azure.com/.default'] })),
  resource: Type.Optional(Type.String()),
  username: Type.Optional(Type.String()),
  password: Type.Optional(Type.String()),
  refresh_token: Type.Optional(Type.String()),
})

/** The authority style says how the endpoints in the document look: AD FS's have no tenant. */
const OPENID_PATHS = [
  { url: '/.well-known/openid-configuration', v2: false, adfs: false },
  { url: '/v2.0/.well-known/openid-configuration', v2: true, adfs: false },
  { url: '/:tenant/.well-known/openid-configuration', v2: false, adfs: false },
  { url: '/:tenant/v2.0/.well-known/openid-configuration', v2: true, adfs: false },
  { url: '/adfs/.well-known/openid-configuration', v2: false, adfs: true },
  { url: '/adfs/v2.0/.well-known/openid-configuration', v2: true, adfs: true },
  { url: '/adfs/:tenant/.well-known/openid-configuration', v2: false, adfs: true },
  { url: '/adfs/:tenant/v2.0/.well-known/openid-configuration', v2: true, adfs: true },
]
/** The CLI uses the first; Terraform the third, because it puts its tenant behind the CLI's login endpoint. */
const TOKEN_PATHS = [
  '/adfs/oauth2/token',
  '/adfs/:tenant/oauth2/token',
  '/adfs/:tenant/oauth2/v2.0/token',
  '/:tenant/oauth2/v2.0/token',
  '/:tenant/oauth2/token',
]
const KEY_PATHS = ['/adfs/discovery/keys', '/:tenant/discovery/keys', '/:tenant/discovery/v2.0/keys']

type TenantRoute = { Params: Static<typeof TenantParams> }

/** In a context of its own, so that only token requests are read as forms. */
export function registerIdentity(app: FastifyInstance, { tenantId, issuer, nowSeconds }: IdentityOptions): void {
  app.register(async (scope) => {
    scope.addContentTypeParser(FORM, { parseAs: 'string' }, async (_request: FastifyRequest, body: string | Buffer) => {
      return new URLSearchParams(body.toString())
    })
    // The schemas are for the documentation; OAuth has its own refusals, and they are in the handlers.
    scope.setValidatorCompiler(() => () => true)

    scope.get<{ Querystring: Static<typeof VersionQuery> }>(
      '/metadata/endpoints',
      { schema: documented('The endpoints of this cloud', { querystring: VersionQuery }) },
      async (request) => metadataEndpoints(baseOf(request), request.query['api-version']),
    )

    for (const { url, v2, adfs } of OPENID_PATHS) {
      const schema = documented('The OpenID Connect configuration of a tenant', paramsOf(url))
      scope.get<TenantRoute>(url, { schema }, async (request) => {
        return openIdConfiguration(baseOf(request), tenantGuid(request.params.tenant, tenantId), v2, adfs)
      })
    }

    for (const url of KEY_PATHS) {
      const schema = documented('The keys that tokens are signed with', paramsOf(url))
      scope.get(url, { schema }, async () => issuer.jwks())
    }

    scope.get(
      '/common/discovery/instance',
      { schema: documented('Instance discovery: which hosts are this authority') },
      async (request) => instanceDiscovery(baseOf(request), tenantId),
    )

    scope.get<{ Params: Static<typeof UserParams> }>(
      '/common/userrealm/:user',
      { schema: documented('Where a user signs in', { params: UserParams }) },
      async (request) => userRealm(baseOf(request), request.params.user),
    )

    for (const url of TOKEN_PATHS) {
      const schema = documented('Issue a token', { ...paramsOf(url), consumes: [FORM], body: TokenForm })
      scope.post<TenantRoute>(url, { schema }, async (request, reply) => {
        // Tokens are nobody else's business (RFC 6749, 5.1).
        reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
        const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
        const reading = readTokenRequest(form, request.headers.authorization)
        if (isOAuthError(reading)) return sendOAuthError(request, reply, reading, nowSeconds())
        const { clientId, audience, user } = reading
        const tenant = tenantGuid(request.params.tenant, tenantId)
        return issuer.issue({ tenant, clientId, audience, user, base: baseOf(request), nowSeconds: nowSeconds() })
      })
    }
  })
}

/** Beside the error stands what the service adds; clients print the correlation id that they sent. */
function sendOAuthError(request: FastifyRequest, reply: FastifyReply, refusal: OAuthError, nowSeconds: number) {
  const { status, ...error } = refusal
  const sent = request.headers['client-request-id']
  return reply.code(status).send({
    ...error,
    timestamp: new Date(nowSeconds * 1000)
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
      .replace('T', ' '),
    trace_id: request.id,
    correlation_id: typeof sent === 'string' ? sent : request.id,
  })
}

function documented<T extends object>(summary: string, rest?: T) {
  return { summary, tags: ['Identity'], ...rest }
}

function paramsOf(url: string) {
  return url.includes(':tenant') ? { params: TenantParams } : {}
}

function baseOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`
}

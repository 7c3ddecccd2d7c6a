/**
 * The documents by which clients find their way, and the reading of a token request. Pure: `base` is the scheme, host
 * and port as the client used them, so that every address in a document is one that this client can reach.
 */
import { readRefreshToken } from './tokens.js'

export const DEFAULT_TENANT_ID = '11111111-1111-1111-1111-111111111111'

/** The CLI replaces the login endpoint of a cloud called AzureCloud, and Terraform refuses AzureStackCloud. */
const CLOUD_NAME = 'Recoverite'
const GRAPH_APPLICATION = '00000003-0000-0000-c000-000000000000'
const TENANT_GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export type TokenGrant = 'client_credentials' | 'password' | 'refresh_token'

export type TokenRequest = {
  grant: TokenGrant
  clientId: string
  audience: string
  /** The user who signed in, where the grant has one. */
  user?: string
}

export type OAuthError = {
  error: string
  error_description: string
  error_codes: number[]
  status: 400 | 401
}

/** The tenant that a path means: itself when it is a GUID, else (`common`, a domain name) the emulator's own. */
export function tenantGuid(segment: string | undefined, tenantId: string): string {
  return segment !== undefined && TENANT_GUID.test(segment) ? segment.toLowerCase() : tenantId
}

/**
 * `GET /metadata/endpoints` in the shape of its api-version. One document serves two clients that disagree:
 * the CLI stays off the internet only when the login endpoint ends in `/adfs`, and Terraform, which puts
 * `/{tenant}/oauth2/v2.0/token` behind it, takes no identity provider but AAD.
 */
export function metadataEndpoints(base: string, apiVersion: string | undefined): object {
  const version = apiVersion ?? ''
  if (version !== '' && version < '2019') return earlyMetadata(base)
  const cloud = cloudMetadata(base)
  return version !== '' && version < '2022-09-01' ? [cloud] : cloud
}

function earlyMetadata(base: string) {
  return {
    galleryEndpoint: `${base}/gallery`,
    graphEndpoint: `${base}/graph`,
    portalEndpoint: base,
    graphAudience: `${base}/graph`,
    authentication: { loginEndpoint: `${base}/adfs`, audiences: audiences(base) },
  }
}

/** Services that are not emulated are placed under `base` too: a client that asks for one gets a 404, not the internet. */
function cloudMetadata(base: string) {
  return {
    name: CLOUD_NAME,
    portal: base,
    authentication: {
      loginEndpoint: `${base}/adfs`,
      audiences: audiences(base),
      tenant: 'common',
      identityProvider: 'AAD',
    },
    resourceManager: base,
    graph: `${base}/graph`,
    graphAudience: `${base}/graph`,
    microsoftGraphResourceId: `${base}/graph`,
    media: `${base}/media`,
    batch: `${base}/batch`,
    gallery: `${base}/gallery`,
    sqlManagement: `${base}/sql-management`,
    vmImageAliasDoc: `${base}/vm-image-aliases.json`,
    activeDirectoryDataLake: `${base}/data-lake`,
    appInsightsResourceId: `${base}/app-insights`,
    appInsightsTelemetryChannelResourceId: `${base}/app-insights-telemetry`,
    logAnalyticsResourceId: `${base}/log-analytics`,
    attestationResourceId: `${base}/attestation`,
    synapseAnalyticsResourceId: `${base}/synapse`,
    ossrdbmsResourceId: `${base}/open-source-databases`,
    suffixes: {
      storage: 'core.windows.net',
      keyVaultDns: 'vault.azure.net',
      mhsmDns: 'managedhsm.azure.net',
      sqlServerHostname: 'database.windows.net',
      mysqlServerEndpoint: 'mysql.database.azure.com',
      mariadbServerEndpoint: 'mariadb.database.azure.com',
      postgresqlServerEndpoint: 'postgres.database.azure.com',
      synapseAnalytics: 'dev.azuresynapse.net',
      acrLoginServer: 'azurecr.io',
      attestationEndpoint: 'attest.azure.net',
      azureFrontDoorEndpointSuffix: 'azurefd.net',
      storageSyncEndpointSuffix: 'afs.azure.net',
      azureDataLakeStoreFileSystem: 'azuredatalakestore.net',
      azureDataLakeAnalyticsCatalogAndJob: 'azuredatalakeanalytics.net',
    },
  }
}

/** The first becomes the CLI's resource id for tokens; its slash is why the CLI asks for the scope `BASE//.default`. */
function audiences(base: string): string[] {
  return [`${base}/`, base]
}

/** Not by `URL`, which throws at a Host header that is no host name. */
function hostOf(base: string): string {
  return base.replace(/^https?:\/\//, '')
}

/** The OpenID Connect document. Clients take the tenant id from the issuer, as its fourth part between slashes. */
export function openIdConfiguration(base: string, tenant: string, v2: boolean, adfs: boolean) {
  const authority = adfs ? `${base}/adfs` : `${base}/${tenant}`
  const oauth = v2 && !adfs ? `${authority}/oauth2/v2.0` : `${authority}/oauth2`
  return {
    issuer: `${base}/${tenant}/`,
    authorization_endpoint: `${oauth}/authorize`,
    token_endpoint: `${oauth}/token`,
    jwks_uri: v2 && !adfs ? `${authority}/discovery/v2.0/keys` : `${authority}/discovery/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
    grant_types_supported: ['client_credentials', 'password', 'refresh_token'],
    response_types_supported: ['token'],
    response_modes_supported: ['query'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nbf', 'tid', 'oid', 'appid', 'upn', 'ver'],
    tenant_region_scope: null,
    cloud_instance_name: hostOf(base),
  }
}

/** Says of any authority that it is this one: by it, MSAL trusts a host that it does not know. */
export function instanceDiscovery(base: string, tenant: string) {
  const host = hostOf(base)
  return {
    tenant_discovery_endpoint: `${base}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  }
}

/** Before it sends a user's password, MSAL asks whether to send it here: every user is managed here. */
export function userRealm(base: string, user: string) {
  return {
    ver: '1.0',
    account_type: 'Managed',
    domain_name: user.split('@')[1] ?? hostOf(base),
    cloud_instance_name: hostOf(base),
    cloud_audience_urn: 'urn:federation:MicrosoftOnline',
  }
}

/**
 * Reads a token request. Any application, user, secret and password will do, but they have to be there.
 * `authorization` is the request's header: some OAuth libraries send the application's id and secret in it.
 */
export function readTokenRequest(form: URLSearchParams, authorization?: string): TokenRequest | OAuthError {
  const basic = basicCredentials(authorization)
  const grant = form.get('grant_type') ?? ''
  const clientId = basic?.id ?? form.get('client_id') ?? ''
  if (grant === '') return missing('grant_type')
  if (!isGrant(grant)) {
    const description = `AADSTS70003: The app requested an unsupported grant type '${grant}'. Offered are client_credentials, password and refresh_token.`
    return refusal('unsupported_grant_type', 70003, description)
  }
  if (clientId === '') return missing('client_id')

  const audience = readAudience(form, grant)
  if (typeof audience !== 'string') return audience
  switch (grant) {
    case 'client_credentials': {
      const proven = [basic?.secret, form.get('client_secret'), form.get('client_assertion')].some(Boolean)
      return proven ? { grant, clientId, audience } : withoutCredential()
    }
    case 'password': {
      const user = form.get('username') ?? ''
      if (user === '') return missing('username')
      return form.get('password') ? { grant, clientId, audience, user } : missing('password')
    }
    case 'refresh_token': {
      const token = form.get('refresh_token') ?? ''
      const user = readRefreshToken(token)
      if (token === '') return missing('refresh_token')
      return user === undefined ? foreignRefreshToken() : { grant, clientId, audience, user }
    }
  }
}

export function isOAuthError(reading: TokenRequest | OAuthError): reading is OAuthError {
  return 'error' in reading
}

function isGrant(grant: string): grant is TokenGrant {
  return grant === 'client_credentials' || grant === 'password' || grant === 'refresh_token'
}

/** Version 1 names a `resource`; version 2 names it as the part of a `scope` before its last segment. */
function readAudience(form: URLSearchParams, grant: TokenGrant): string | OAuthError {
  const resource = form.get('resource')
  if (resource) return resource
  const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
  // A user's scopes may name no resource (`openid`), and a refresh keeps the one it had: the directory's graph stands in.
  const scope = scopes.find((candidate) => candidate.includes('/'))
  if (grant !== 'client_credentials') return scope?.replace(/\/[^/]*$/, '') ?? GRAPH_APPLICATION
  if (scopes.length === 0) return missing('scope')
  if (scope?.endsWith('/.default')) return scope.slice(0, -'/.default'.length)
  const description = `AADSTS1002012: The provided value for scope ${scopes.join(' ')} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`
  return refusal('invalid_scope', 1002012, description)
}

function basicCredentials(authorization: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  // The id and the secret are form-encoded before they are joined (RFC 6749, 2.3.1); a colon ends the id.
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(/:(.*)/s)
  return { id: formDecoded(id), secret: formDecoded(secret) }
}

function formDecoded(text: string): string {
  return new URLSearchParams(`value=${text.replaceAll('&', '%26')}`).get('value') ?? ''
}

function missing(parameter: string): OAuthError {
  const description = `AADSTS900144: The request body must contain the following parameter: '${parameter}'.`
  return refusal('invalid_request', 900144, description)
}

function withoutCredential(): OAuthError {
  const description =
    "AADSTS7000216: 'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."
  return { ...refusal('invalid_client', 7000216, description), status: 401 }
}

function foreignRefreshToken(): OAuthError {
  return refusal('invalid_grant', 9002313, 'AADSTS9002313: Invalid request. The refresh token is malformed or invalid.')
}

function refusal(error: string, code: number, description: string): OAuthError {
  return { error, error_description: description, error_codes: [code], status: 400 }
}

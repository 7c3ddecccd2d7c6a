/**
 * Access tokens. They are signed so that clients which look inside find a real JWT, but the emulator never verifies a
 * signature: tokens of an emulator that has been restarted with a new key go on working.
 *
 * Lifetimes are real time, because clients compare `exp` with their own clock; the caller hands it in as `nowSeconds`.
 */
import { createHash } from 'node:crypto'
import type { JWK, JWTPayload } from 'jose'
import { decodeProtectedHeader } from 'jose/decode/protected_header'
import { decodeJwt } from 'jose/jwt/decode'

export type TokenOrder = {
  /** GUID of the tenant. */
  tenant: string
  clientId: string
  audience: string
  /** Scheme, host and port as the client used them. */
  base: string
  nowSeconds: number
  /** The user who signed in; without one the token is the application's own. */
  user?: string | undefined
}

export type TokenResponse = {
  token_type: 'Bearer'
  expires_in: number
  ext_expires_in: number
  expires_on: string
  not_before: string
  resource: string
  access_token: string
  /** For a user only. */
  refresh_token?: string
  id_token?: string
  client_info?: string
}

export type TokenIssuer = {
  issue(order: TokenOrder): Promise<TokenResponse>
  jwks(): Promise<{ keys: JWK[] }>
}

export type BearerReading =
  | { ok: true; claims: JWTPayload }
  | { ok: false; reason: 'missing' | 'malformed' | 'expired'; message: string }

const LIFETIME_SECONDS = 3599
/** How far a client's clock may be off. */
const LEEWAY_SECONDS = 300
const REFRESH_TOKEN_PREFIX = 'recoverite.'

type SigningKey = { sign(claims: JWTPayload): Promise<string>; jwk: JWK }

/** Makes the signing key at the first token or key request, off the main thread, so that a start never waits for it. */
export function createTokenIssuer(): TokenIssuer {
  let signingKey: Promise<SigningKey> | undefined
  const key = () => {
    signingKey ??= createSigningKey()
    return signingKey
  }
  return {
    issue: async (order) => issueToken(await key(), order),
    jwks: async () => ({ keys: [(await key()).jwk] }),
  }
}

async function createSigningKey(): Promise<SigningKey> {
  const { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } = await import('jose')
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const exported = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(exported)
  return {
    sign: (claims) => new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid }).sign(privateKey),
    jwk: { ...exported, kid, use: 'sig', alg: 'RS256' },
  }
}

async function issueToken(key: SigningKey, order: TokenOrder): Promise<TokenResponse> {
  const issuedAt = Math.floor(order.nowSeconds)
  const expiresAt = issuedAt + LIFETIME_SECONDS
  const oid = objectId(order.tenant, order.user ?? order.clientId)
  const common = {
    iss: `${order.base}/${order.tenant}/`,
    iat: issuedAt,
    nbf: issuedAt,
    exp: expiresAt,
    tid: order.tenant,
    oid,
    sub: oid,
  }
  const subject =
    order.user === undefined
      ? { idtyp: 'app' }
      : { idtyp: 'user', scp: 'user_impersonation', upn: order.user, unique_name: order.user }
  const response: TokenResponse = {
    token_type: 'Bearer',
    expires_in: LIFETIME_SECONDS,
    ext_expires_in: LIFETIME_SECONDS,
    expires_on: String(expiresAt),
    not_before: String(issuedAt),
    resource: order.audience,
    // ARM's own tokens are of version 1, whichever endpoint gave them out.
    access_token: await key.sign({ aud: order.audience, ...common, appid: order.clientId, ...subject, ver: '1.0' }),
  }
  if (order.user === undefined) return response
  return {
    ...response,
    refresh_token: refreshToken(order.user),
    id_token: await key.sign({
      aud: order.clientId,
      ...common,
      name: order.user,
      preferred_username: order.user,
      upn: order.user,
      ver: '2.0',
    }),
    client_info: encode(JSON.stringify({ uid: oid, utid: order.tenant })),
  }
}

/** A refresh token carries its user, so that it outlives the emulator that gave it out. */
function refreshToken(user: string): string {
  return `${REFRESH_TOKEN_PREFIX}${encode(user)}`
}

/** The user of a refresh token, or undefined when it is not one of ours. */
export function readRefreshToken(token: string): string | undefined {
  if (!token.startsWith(REFRESH_TOKEN_PREFIX)) return undefined
  const user = Buffer.from(token.slice(REFRESH_TOKEN_PREFIX.length), 'base64url').toString('utf8')
  return user !== '' && refreshToken(user) === token ? user : undefined
}

/**
 * What `--strict` asks of an Authorization header: a bearer token that is a well-formed JWT and has not expired.
 * Who signed it does not matter.
 */
export function readBearer(header: string | undefined, nowSeconds: number): BearerReading {
  if (header === undefined || header.trim() === '') {
    return {
      ok: false,
      reason: 'missing',
      message: "Authentication failed. The 'Authorization' header is missing.",
    }
  }
  const token = /^Bearer +(\S+)$/i.exec(header.trim())?.[1]
  const claims = token === undefined ? undefined : claimsOf(token)
  if (claims?.exp === undefined) {
    return {
      ok: false,
      reason: 'malformed',
      message: "Authentication failed. The 'Authorization' header is not a bearer token in JWT form with an expiry.",
    }
  }
  if (claims.exp + LEEWAY_SECONDS <= nowSeconds) {
    const [expiry, current] = [claims.exp, nowSeconds].map((seconds) => new Date(seconds * 1000).toUTCString())
    return {
      ok: false,
      reason: 'expired',
      message: `The access token expired: its expiry time '${expiry}' is earlier than the current time '${current}'.`,
    }
  }
  return { ok: true, claims }
}

function claimsOf(token: string): JWTPayload | undefined {
  try {
    decodeProtectedHeader(token)
    const claims = decodeJwt(token)
    return Number.isFinite(claims.exp) && token.split('.').length === 3 ? claims : undefined
  } catch {
    return undefined
  }
}

/** The same application or user in the same tenant is always the same object. */
function objectId(tenant: string, name: string): string {
  const digest = createHash('sha256').update(`${tenant}/${name}`.toLowerCase()).digest('hex')
  const groups = [digest.slice(0, 8), digest.slice(8, 12), `4${digest.slice(13, 16)}`, `8${digest.slice(17, 20)}`]
  return [...groups, digest.slice(20, 32)].join('-')
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url')
}

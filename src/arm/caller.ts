import { membersOf } from '../domain/documents.js'

/** Who asks, as the token says. */
export interface Caller {
  /** The user's name, else the object id of the application. */
  name: string
  isUser: boolean
  /** What the activity log keeps of the token: nothing that changes from one token to the next. */
  claims: Record<string, string>
}

/** Claims of a token, and what the activity log calls them (activity-log-schema.md). */
const CLAIMS: readonly (readonly [claim: string, name: string])[] = [
  ['appid', 'appid'],
  ['oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier'],
  ['tid', 'http://schemas.microsoft.com/identity/claims/tenantid'],
  ['upn', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn'],
]

/** Who stands in an Authorization header; undefined where nobody can be read out of it. Whether it is good is the front door's. */
export function callerOf(authorization: string | undefined): Caller | undefined {
  const [, payload] = /^Bearer +[^.\s]*\.([^.\s]+)\./i.exec(authorization ?? '') ?? []
  const token = payload === undefined ? {} : claimsOf(payload)
  const text = (claim: string) => (typeof token[claim] === 'string' ? token[claim] : undefined)
  const user = text('upn') ?? text('unique_name')
  const name = user ?? text('oid') ?? text('appid')
  if (name === undefined) return undefined
  const claims = CLAIMS.flatMap(([claim, known]) => {
    const value = text(claim)
    return value === undefined ? [] : [[known, value] as const]
  })
  return { name, isUser: user !== undefined, claims: Object.fromEntries(claims) }
}

function claimsOf(payload: string) {
  try {
    return membersOf(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
  } catch {
    return {}
  }
}

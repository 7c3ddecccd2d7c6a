import type { ErrorReply } from './errors.js'
import type { Reply } from './route.js'
import type { Instant } from './times.js'

/** How the provider of classic vaults speaks: in the way of 2015 (wire-classic.md 2, 10). */
export type Dialect = 'classic'

const COMMON = {
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  expires: '-1',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
} as const

/** Deletions were counted as writes. */
const BUDGETS = {
  reads: { ...COMMON, 'x-ms-ratelimit-remaining-subscription-reads': '14999' },
  writes: { ...COMMON, 'x-ms-ratelimit-remaining-subscription-writes': '1199' },
} as const

/** What came with this version says what it runs on. */
const MACHINES_VERSION = '2014-09-01'

/** `20150817T053834Z` */
const stamp = (now: Instant) => `${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`

/** What ARM adds to every answer. @param now the world's instant */
export const classicHeaders = (method: string, id: string, now: Instant): Readonly<Record<string, string>> => ({
  ...(method === 'GET' ? BUDGETS.reads : BUDGETS.writes),
  'x-ms-correlation-request-id': id,
  'x-ms-routing-request-id': `CENTRALUS:${stamp(now)}:${id}`,
})

/** What the provider adds to its own answers; one without a body doesn't say which server it is from. */
const providerHeaders = (version: string | undefined, hasBody: boolean): Readonly<Record<string, string>> => ({
  ...(hasBody ? { 'content-type': 'application/json', server: 'Microsoft-IIS/8.0' } : {}),
  ...(version === MACHINES_VERSION ? { 'x-powered-by': 'ASP.NET' } : {}),
})

/** An answer as the provider sends it. */
export const classicReply = (answer: Reply, version: string): Reply => ({
  ...answer,
  headers: { ...answer.headers, ...providerHeaders(version, answer.body !== undefined) },
})

/** The envelope of what the provider refuses: all its members are always there. */
const classicErrorBody = (code: string, message: string) => ({
  Error: { Code: code, Message: message, Target: null, Details: null, InnerError: null },
})

/** A refusal as the provider answers it; what ARM refuses by itself stays as it is. */
export function classicRefusal(answer: ErrorReply, version: string | undefined): ErrorReply {
  if (answer.headers?.['x-ms-failure-cause'] !== undefined) return answer
  const { code = '', message = '' } = (answer.body.error ?? {}) as { code?: string; message?: string }
  const headers = { ...answer.headers, ...providerHeaders(version, true) }
  return { ...answer, body: classicErrorBody(code, message), headers }
}

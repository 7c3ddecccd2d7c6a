import type { Call } from './route.js'
import { backupFamily } from './versions.js'

/** What every answer has (wire-vm.md 2.3). */
const COMMON = {
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  expires: '-1',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const

/** Which budget a call is counted against, and what is left of an untouched one (wire-vm.md 2.3). */
const BUDGETS = {
  reads: ['x-ms-ratelimit-remaining-subscription-reads', '11999'],
  writes: ['x-ms-ratelimit-remaining-subscription-writes', '1199'],
  deletes: ['x-ms-ratelimit-remaining-subscription-deletes', '14999'],
  resourceRequests: ['x-ms-ratelimit-remaining-subscription-resource-requests', '799'],
} as const

function budgetOf(method: string, tag: string): readonly [string, string] {
  if (tag === 'Vaults') return method === 'GET' ? BUDGETS.reads : BUDGETS.resourceRequests
  if (method === 'GET' || method === 'HEAD') return BUDGETS.resourceRequests
  return method === 'DELETE' ? BUDGETS.deletes : BUDGETS.writes
}

/** How a body is labelled in a version's family. */
export const contentType = (version: string) =>
  backupFamily(version).charset ? 'application/json; charset=utf-8' : 'application/json'

/** The headers of an answer beside those that Fastify and the request's ids bring. */
export function responseHeaders(call: Call, tag: string): Record<string, string> {
  const [name, left] = budgetOf(call.method, tag)
  return { ...COMMON, [name]: left }
}

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
  reads: { ...COMMON, 'x-ms-ratelimit-remaining-subscription-reads': '11999' },
  writes: { ...COMMON, 'x-ms-ratelimit-remaining-subscription-writes': '1199' },
  deletes: { ...COMMON, 'x-ms-ratelimit-remaining-subscription-deletes': '14999' },
  resourceRequests: { ...COMMON, 'x-ms-ratelimit-remaining-subscription-resource-requests': '799' },
} as const

/** How a body is labelled in a version's family. */
export const contentType = (version: string) =>
  backupFamily(version).charset ? 'application/json; charset=utf-8' : 'application/json'

/** The headers of an answer beside those that Fastify and the request's ids bring: the same object for all of a kind. */
export function responseHeaders(method: string, tag: string): Readonly<Record<string, string>> {
  if (tag === 'Vaults') return method === 'GET' ? BUDGETS.reads : BUDGETS.resourceRequests
  // No provider hears of what ARM lists (golden 05-vault-list-subscription-200).
  if (tag === 'Resources' && method === 'GET') return BUDGETS.reads
  if (method === 'GET' || method === 'HEAD') return BUDGETS.resourceRequests
  return method === 'DELETE' ? BUDGETS.deletes : BUDGETS.writes
}

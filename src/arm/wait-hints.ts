import type { ClockPace } from './route.js'

type Headers = Record<string, string>

/**
 * How each kind of client is told to poll again at once, by a mark in its User-Agent; the first that fits.
 * Python takes `Retry-After: 0` for no hint and then waits 30 s (client-az.md 5.5); the others take it at its word
 * (client-terraform.md 3; @azure/core-lro reads seconds, 0 included).
 */
const AT_ONCE: readonly (readonly [mark: RegExp, Headers])[] = [
  [/AZURECLI|azsdk-python|python\//i, { 'x-ms-retry-after-ms': '20' }],
  [/./, { 'retry-after': '0' }],
]

/** The service's own hint (wire-vm.md 2). */
const SERVICE: Headers = { 'retry-after': '60' }

/**
 * What tells a client when to ask again: the service's own figure where time passes as it does there, otherwise
 * whatever makes this client ask at once.
 */
export function waitHints(clock: ClockPace, userAgent: string | undefined): Headers {
  if (clock.mode === 'live' && clock.rate === 1) return SERVICE
  return AT_ONCE.find(([mark]) => mark.test(userAgent ?? '-'))?.[1] ?? {}
}

import type { ClockPace } from './route.js'

type Headers = Record<string, string>

/** For clients to whom a `Retry-After` of 0 is none: 20 ms. */
const SOON: Headers = { 'x-ms-retry-after-ms': '20' }

/**
 * How each kind of client is told to poll again at once, by a mark in its User-Agent; the first that fits.
 * In mode skip the first poll sees the end. Most clients make it without a wait, only Java's waits before it.
 */
const AT_ONCE: readonly (readonly [mark: RegExp, Headers])[] = [
  // azure-core: 0 counts as absent, and then it is 30 s (client-az.md 5.5).
  [/AZURECLI|azsdk-python|python\//i, SOON],
  // azcore/internal/shared RetryAfter, runtime.Poller.PollUntilDone: 0 counts as absent, and then it is 30 s.
  [/azsdk-go/i, SOON],
  // @azure/core-lro pollOperation: whole seconds only, 0 counts as absent, and then it is 2 s.
  [/azsdk-js/i, { 'retry-after': '1' }],
  // azure-core-management PollingState.getRetryAfter, PollingUtil.getDelay: the same, and then it is 30 s.
  [/azsdk-java/i, { 'retry-after': '1' }],
  // Terraform's two stacks take 0 at its word (client-terraform.md 3), .NET's OperationPoller never waits less than 1 s.
  [/./, { 'retry-after': '0' }],
]

/** The service's own hint (wire-vm.md 2). */
const SERVICE: Headers = { 'retry-after': '60' }

/**
 * What tells a client when to ask again: the service's own figure where time passes as it does there, otherwise
 * whatever makes this client ask at once.
 * @param service what the service itself says
 */
export function waitHints(clock: ClockPace, userAgent: string | undefined, service: Headers = SERVICE): Headers {
  if (clock.mode === 'live' && clock.rate === 1) return service
  return AT_ONCE.find(([mark]) => mark.test(userAgent ?? '-'))?.[1] ?? {}
}

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../domain/errors.js'
import type { LimitName, Limits } from '../domain/limits.js'
import type { ClockPace } from './route.js'
import { troubleOf } from './trouble.js'

const HOUR_MS = 3_600_000

/** What ARM counts of a subscription: which methods, how many an hour, and what its header calls them. */
const BUDGETS = [
  { name: 'reads', limit: 'readsPerHour', methods: ['GET', 'HEAD'] },
  { name: 'deletes', limit: 'deletesPerHour', methods: ['DELETE'] },
  { name: 'writes', limit: 'writesPerHour', methods: ['PUT', 'PATCH', 'POST'] },
] as const satisfies readonly { name: string; limit: LimitName; methods: readonly string[] }[]

/** What is counted by itself, as well (wire-vm-more.md 9). */
const ACTIONS: Readonly<Record<string, string>> = {
  'BackupJobs.List': 'Microsoft.RecoveryServices/vaults/backupJobs/read',
  'JobDetails.Get': 'Microsoft.RecoveryServices/vaults/backupJobs/read',
  'backupOperationStatuses.get': 'Microsoft.RecoveryServices/vaults/backupOperations/read',
}

/** As what a request is counted: a deletion of classic vaults' is a write (wire-classic.md 2). */
const countedAs = ({ method, routeOptions }: FastifyRequest) =>
  method === 'DELETE' && routeOptions.config.dialect !== undefined ? 'PUT' : method

/** Budgets of requests by subscription; kept beside the world, as the service keeps them beside what it serves. */
export interface Throttle {
  /**
   * Counts a request of ARM's, and notes what is left of its budget.
   * @throws Refusal SubscriptionRequestsThrottled, ResourceRequestsThrottled; the answer says when to come again
   */
  take(request: FastifyRequest, reply: FastifyReply): void
  /** All budgets are untouched again. */
  forget(): void
}

/** What is left of a budget: an hour of credit is a request, and a limit of n gives n hours of it an hour. */
interface Budget {
  creditMs: number
  at: number
}

/**
 * Budgets that fill up again evenly (ARM's token buckets, request-limits-and-throttling.md) over an hour of the world.
 * @param now the world's instant, ms
 */
export function createThrottle(limits: Limits, now: () => number, pace: () => ClockPace): Throttle {
  const budgets = new Map<string, Budget>()

  /** @returns how many are left; where none was, the ms of the world until there is one */
  const draw = (key: string, limit: number): { left: number } | { waitMs: number } => {
    const at = now()
    const full = limit * HOUR_MS
    const before = budgets.get(key) ?? { creditMs: full, at }
    const creditMs = Math.min(full, before.creditMs + Math.max(0, at - before.at) * limit)
    const enough = creditMs >= HOUR_MS
    const rest = enough ? creditMs - HOUR_MS : creditMs
    budgets.set(key, { creditMs: rest, at })
    if (enough) return { left: Math.floor(rest / HOUR_MS) }
    return { waitMs: limit === 0 ? HOUR_MS : Math.ceil((HOUR_MS - creditMs) / limit) }
  }

  /** Whole seconds of the client's own time. */
  const secondsOf = (waitMs: number) => {
    const { mode, rate } = pace()
    return Math.max(1, Math.ceil(waitMs / 1000 / (mode === 'live' ? rate : 1)))
  }

  return {
    take(request, reply) {
      const { operation = '', ofArm } = request.routeOptions.config
      const subscription = (request.params as Record<string, string | undefined>).subscriptionId
      const budget = BUDGETS.find(({ methods }) => methods.some((method) => method === countedAs(request)))
      if (!ofArm || !budget || subscription === undefined) return
      const whose = subscription.toLowerCase()
      const header = `x-ms-ratelimit-remaining-subscription-${budget.name}`
      const refuse = (
        waitMs: number,
        name: 'SubscriptionRequestsThrottled' | 'ResourceRequestsThrottled',
        what: string,
      ) => {
        const seconds = secondsOf(waitMs)
        reply.header('retry-after', String(seconds))
        return new Refusal(name, `${what} for time interval '01:00:00'. Please try again after '${seconds}' seconds.`)
      }
      const drawn = draw(`${whose}/${budget.name}`, limits[budget.limit])
      if ('waitMs' in drawn) {
        reply.header(header, '0')
        throw refuse(
          drawn.waitMs,
          'SubscriptionRequestsThrottled',
          `Number of ${budget.name} for subscription '${subscription}' exceeded the limit of '${limits[budget.limit]}'`,
        )
      }
      const left = { [header]: String(drawn.left) }
      reply.headers(left)
      troubleOf(request).budget = left
      const action = ACTIONS[operation]
      if (action === undefined) return
      const ofAction = draw(`${whose}/${action}`, limits.jobReadsPerHour)
      if ('left' in ofAction) return
      throw refuse(
        ofAction.waitMs,
        'ResourceRequestsThrottled',
        `Number of requests for action '${action}' exceeded the limit of '${limits.jobReadsPerHour}'`,
      )
    },
    forget: () => budgets.clear(),
  }
}

import { DAY, type Instant } from '../policies/schedule.js'
import type { World } from '../world.js'

/** A request that would change something, as it was answered. */
export interface ActivityRecord {
  subscriptionId: string
  at: Instant
  method: string
  /** `Microsoft.RecoveryServices/vaults/write` */
  operation: string
  resourceId: string
  resourceType: string
  resourceGroup?: string
  /** Of HTTP. */
  status: number
  /** Why it was refused. */
  error?: { code: string; message: string }
  /** Who asked, out of the token: the user, else the application. */
  caller?: string
  claims?: Record<string, string>
  /** What the client called its request and everything that belongs together; absent where it did not. */
  clientRequestId?: string
  correlationId?: string
}

/** How far back the log goes (activity-log.md: 90 days). */
export const ACTIVITY_KEPT = 90 * DAY
/** Every how many records those that are too old are taken out. */
const SWEEP = 64

/** Puts a request into the log. @returns its correlation id: the client's, or the log's own */
export function logActivity(world: World, record: ActivityRecord): string {
  const id = world.activityLog.add(record)
  if (id % SWEEP === 0) world.activityLog.prune(world.now - ACTIVITY_KEPT)
  return record.correlationId ?? ownCorrelation(world, id)
}

/** It is drawn from where the record stands, so that what the log does changes no other id. */
export const ownCorrelation = (world: World, id: number) => world.chance.guidFor('activity', id)

export type ActivityName = Pick<ActivityRecord, 'operation' | 'resourceId' | 'resourceType'>

const VERBS: Record<string, string> = { PUT: 'write', PATCH: 'write', DELETE: 'delete', POST: 'action' }
/** What stands in no provider's namespace is Resource Manager's own. */
const OWN_NAMESPACE = 'Microsoft.Resources'

/**
 * What a request does and to which resource, as roles and the log call it: the types of its path and a verb.
 * Types and names take turns behind the last `providers`; a POST ends in what it does.
 * @param path the route's, with `{parameters}`
 * @param params their values
 */
export function nameActivity(method: string, path: string, params: Readonly<Record<string, string>>): ActivityName {
  const steps = path.split('/').slice(1)
  const written = steps.map((step) => (step.startsWith('{') ? (params[step.slice(1, -1)] ?? step) : step))
  const provider = steps.lastIndexOf('providers')
  const namespace = provider < 0 ? OWN_NAMESPACE : (written[provider + 1] ?? '')
  const below = provider < 0 ? written : written.slice(provider + 2)
  const acts = method === 'POST' && below.length % 2 === 1
  const types = (acts ? below.slice(0, -1) : below).filter((_, at) => at % 2 === 0)
  const resourceType = [namespace, ...types].join('/')
  return {
    operation: [resourceType, ...(acts ? below.slice(-1) : []), VERBS[method] ?? method.toLowerCase()].join('/'),
    resourceId: `/${(acts ? written.slice(0, -1) : written).join('/')}`,
    resourceType,
  }
}

import { Refusal } from '../errors.js'
import { keyOf, same } from '../names.js'
import { DAY, type Instant } from '../policies/schedule.js'
import type { WorkloadName } from '../protection/protected-items.js'
import type { World } from '../world.js'
import type { AlertRuleName } from './alert-rules.js'

/** Only people change the state of an alert: no document says that one of Backup's resolves by itself, so all stay fired. */
export const ALERT_STATES = ['New', 'Acknowledged', 'Closed'] as const
export type AlertState = (typeof ALERT_STATES)[number]

/** What happened to an alert, newest first. */
export interface AlertChange {
  at: Instant
  /** Left out: it was raised. */
  states?: { from: AlertState; to: AlertState }
  /** `System`, or who did it. */
  by: string
  comment: string
}

export interface Alert {
  /** A GUID. */
  id: string
  subscriptionId: string
  rule: AlertRuleName
  /** The vault as it was called then: an alert outlives it. */
  target: { id: string; name: string; resourceGroup: string; type: string }
  /** What of the vault it is about. */
  source?: {
    workload: WorkloadName
    /** The item's path, and what it protects. */
    itemId: string
    sourceId: string
    sourceName: string
    /** Instances of a Backup vault have none. */
    container?: string
  }
  jobId?: string
  description: string
  recommendation: string
  state: AlertState
  firedAt: Instant
  changedAt: Instant
  changedBy: string
  history: AlertChange[]
}

export const SYSTEM = 'System'
/** How long an alert is kept (alerts-manage-alert-instances.md). */
const KEPT = 30 * DAY

export const alertSubject = (id: string) => `alert:${id}`

/** Due: an alert has come to be there. */
export function fireAlert(world: World, alert: Alert): void {
  const fired = { at: world.now, by: SYSTEM, comment: '' }
  world.alerts.put({ ...alert, firedAt: world.now, changedAt: world.now, history: [fired] })
  world.timeline.at(world.now + KEPT, 'alert.expire', alertSubject(alert.id))
}

/**
 * An alert of a subscription by its id.
 * @param scopeKey the resource or group that it has to be of; left out, any
 * @throws Refusal AlertNotFound
 */
export function getAlert(world: World, subscriptionId: string, id: string, scopeKey?: string): Alert {
  const alert = world.alerts.get(id.toLowerCase())
  if (alert && same(alert.subscriptionId, subscriptionId) && isWithin(alert, scopeKey)) return alert
  throw new Refusal(
    'AlertNotFound',
    `There is no alert '${id}' here. List the alerts to see their ids; they are kept for 30 days.`,
  )
}

/** Whether an alert is of a scope: a subscription, a group or a resource, as a key. */
export function isWithin({ target }: Alert, scopeKey = ''): boolean {
  const key = keyOf(target.id)
  return key === scopeKey || key.startsWith(scopeKey === '' ? '' : `${scopeKey}/`)
}

/**
 * Gives an alert another state. The state that it has already changes nothing.
 * @param by who does it
 */
export function changeAlert(world: World, alert: Alert, to: AlertState, by: string, comment: string): Alert {
  if (alert.state === to) return alert
  const change: AlertChange = { at: world.now, states: { from: alert.state, to }, by, comment }
  const changed = { ...alert, state: to, changedAt: world.now, changedBy: by, history: [change, ...alert.history] }
  world.alerts.put(changed)
  return changed
}

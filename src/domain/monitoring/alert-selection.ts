import { same } from '../names.js'
import type { Instant } from '../policies/schedule.js'
import type { World } from '../world.js'
import { ALERT_RULES, CATEGORIES, SEVERITIES } from './alert-rules.js'
import { ALERT_STATES, type Alert, isWithin } from './alerts.js'

/** What every alert here says of itself: they all come from one monitor, and none resolves by itself. */
export const MONITOR_SERVICE = 'Azure Backup'
export const SIGNAL_TYPE = 'Log'
export const MONITOR_CONDITIONS = ['Fired', 'Resolved'] as const

export const severityOf = ({ rule }: Alert) => CATEGORIES[ALERT_RULES[rule].category].severity

/** The type of an alert's target without its provider, as lists have it (azure-sdk-for-net AlertStateChangeTest). */
export const shortType = ({ target }: Alert) => (target.type.split('/').pop() ?? '').toLowerCase()

/** What alerts are looked for, sorted and counted by; a value fits one of those that a field has. */
const FIELDS = {
  name: ({ rule }: Alert) => [ALERT_RULES[rule].name],
  alertRule: ({ rule }: Alert) => [ALERT_RULES[rule].name],
  severity: (alert: Alert) => [severityOf(alert)],
  alertState: ({ state }: Alert) => [state],
  monitorCondition: () => ['Fired'],
  monitorService: () => [MONITOR_SERVICE],
  signalType: () => [SIGNAL_TYPE],
  targetResource: ({ target }: Alert) => [target.id],
  targetResourceName: ({ target }: Alert) => [target.name],
  targetResourceGroup: ({ target }: Alert) => [target.resourceGroup],
  targetResourceType: (alert: Alert) => [shortType(alert), alert.target.type],
  // Nothing is put into smart groups.
  smartGroupId: (): string[] => [],
} as const satisfies Record<string, (alert: Alert) => readonly string[]>

const TIMES = {
  startDateTime: ({ firedAt }: Alert) => firedAt,
  lastModifiedDateTime: ({ changedAt }: Alert) => changedAt,
} as const

export type AlertField = keyof typeof FIELDS
export type AlertTime = keyof typeof TIMES
type AlertOrder = Exclude<AlertField, 'alertRule' | 'monitorService' | 'signalType' | 'smartGroupId'> | AlertTime

/** The published names of what can be filtered by, sorted by and counted by. */
export const FILTERS = [
  ...(['targetResource', 'targetResourceType', 'targetResourceGroup', 'monitorService', 'monitorCondition'] as const),
  ...(['severity', 'alertState', 'alertRule', 'smartGroupId'] as const),
] as const satisfies readonly AlertField[]
export const ORDERS = [
  ...(['name', 'severity', 'alertState', 'monitorCondition', 'targetResource', 'targetResourceName'] as const),
  ...(['targetResourceGroup', 'targetResourceType', 'startDateTime', 'lastModifiedDateTime'] as const),
] as const satisfies readonly AlertOrder[]
export const GROUPINGS = [
  ...(['severity', 'alertState', 'monitorCondition', 'monitorService', 'signalType', 'alertRule'] as const),
] as const satisfies readonly AlertField[]

export interface AlertQuery {
  subscriptionId: string
  /** A group or a resource, as a key; left out: the whole subscription. */
  scopeKey?: string
  /** When they were raised, both ends included. */
  from: Instant
  to: Instant
  filters: Partial<Record<AlertField, string>>
}

/** The alerts that fit a query, newest first. */
export function selectAlerts(world: World, query: AlertQuery): Alert[] {
  const wanted = Object.entries(query.filters) as [AlertField, string][]
  return world.alerts
    .ofSubscription(query.subscriptionId, query.from, query.to)
    .filter((alert) => isWithin(alert, query.scopeKey))
    .filter((alert) => wanted.every(([field, value]) => FIELDS[field](alert).some((own) => same(own, value))))
}

/**
 * Alerts in another order; what is equal stays as it was.
 * @param descending left out: moments from the newest on, everything else from the first letter on
 */
export function sortAlerts(alerts: readonly Alert[], by: AlertOrder, descending?: boolean): Alert[] {
  const isTime = by in TIMES
  const sign = (descending ?? isTime) ? -1 : 1
  const compare = isTime
    ? (a: Alert, b: Alert) => TIMES[by as AlertTime](a) - TIMES[by as AlertTime](b)
    : (a: Alert, b: Alert) => compareTexts(textOf(a, by as AlertField), textOf(b, by as AlertField))
  return [...alerts].sort((a, b) => sign * compare(a, b))
}

const textOf = (alert: Alert, field: AlertField) => (FIELDS[field](alert)[0] ?? '').toLowerCase()
const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export interface AlertCount {
  name: string
  count: number
  alerts: Alert[]
}

/** Values that are counted although no alert has them (az alertsmanagement get-summary, recorded). */
const ALWAYS_COUNTED: Partial<Record<AlertField, readonly string[]>> = {
  severity: SEVERITIES,
  alertState: ALERT_STATES,
  monitorCondition: MONITOR_CONDITIONS,
}

/** How many alerts there are of each value of a field. */
export function countAlerts(alerts: readonly Alert[], by: AlertField): AlertCount[] {
  const found = new Map<string, Alert[]>((ALWAYS_COUNTED[by] ?? []).map((name) => [name, []]))
  for (const alert of alerts) {
    const [value = ''] = FIELDS[by](alert)
    found.set(value, [...(found.get(value) ?? []), alert])
  }
  return [...found].map(([name, of]) => ({ name, count: of.length, alerts: of }))
}

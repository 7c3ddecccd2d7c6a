import type { Call } from '../../arm/route.js'
import { readIsoTime } from '../../arm/times.js'
import { Refusal } from '../../domain/errors.js'
import { SEVERITIES } from '../../domain/monitoring/alert-rules.js'
import {
  type AlertField,
  type AlertQuery,
  FILTERS,
  GROUPINGS,
  MONITOR_CONDITIONS,
  ORDERS,
} from '../../domain/monitoring/alert-selection.js'
import { ALERT_STATES, type AlertState } from '../../domain/monitoring/alerts.js'
import { groupId, keyOf, same } from '../../domain/names.js'
import { DAY, HOUR, type Instant } from '../../domain/policies/schedule.js'
import { ESSENTIALS } from './alert-shapes.js'

const refuse = (name: string, value: string | undefined, wanted: string) =>
  new Refusal('InvalidParameter', `The value '${value ?? ''}' of ${name} is invalid: give ${wanted}.`)

/** The value of a list that is meant, whatever its casing. @throws Refusal InvalidParameter */
function oneOf<T extends string>(name: string, value: string | undefined, values: readonly T[]): T {
  const found = values.find((known) => same(known, value ?? ''))
  if (found === undefined) throw refuse(name, value, `one of ${values.join(', ')}`)
  return found
}

/** What a parameter of the query says; an empty one says nothing. */
const given = (call: Call, name: string) => call.query[name.toLowerCase()] || undefined

function flag(call: Call, name: string): boolean {
  const value = given(call, name)
  return value !== undefined && oneOf(name, value, ['true', 'false']) === 'true'
}

/** Filters with values of their own; the others take any text. */
const VALUES: Partial<Record<AlertField, readonly string[]>> = {
  severity: SEVERITIES,
  alertState: ALERT_STATES,
  monitorCondition: MONITOR_CONDITIONS,
}

const RANGES = { '1h': HOUR, '1d': DAY, '7d': 7 * DAY, '30d': 30 * DAY } as const
const RANGE_NAMES = Object.keys(RANGES) as (keyof typeof RANGES)[]

/** The time that is asked for: a day where nothing is said. @throws Refusal InvalidParameter */
function readRange(call: Call, now: Instant): { from: Instant; to: Instant } {
  const range = given(call, 'timeRange')
  const custom = given(call, 'customTimeRange')
  if (custom === undefined)
    return { from: now - RANGES[range ? oneOf('timeRange', range, RANGE_NAMES) : '1d'], to: now }
  if (range !== undefined) throw refuse('customTimeRange', custom, 'either this or timeRange, not both')
  const [from, to, ...more] = custom.split('/').map(readIsoTime)
  if (from === undefined || to === undefined || more.length > 0) {
    throw refuse('customTimeRange', custom, '<start>/<end> in ISO 8601')
  }
  if (from > to) throw refuse('customTimeRange', custom, 'a start that is not after the end')
  if (from < now - RANGES['30d']) throw refuse('customTimeRange', custom, 'a start within the last 30 days')
  return { from, to }
}

/** Group or resource that a path stands for, as a key; undefined where it is the whole subscription. */
export function scopeKeyOf({ params }: Call): string | undefined {
  const { subscriptionId = '', resourceGroupName, vaultName } = params
  if (resourceGroupName === undefined) return undefined
  const group = groupId(subscriptionId, resourceGroupName)
  return keyOf(vaultName === undefined ? group : `${group}/providers/Microsoft.RecoveryServices/vaults/${vaultName}`)
}

/** Which alerts are asked for. @throws Refusal InvalidParameter */
export function readAlertQuery(call: Call, now: Instant): AlertQuery {
  const filters: AlertQuery['filters'] = {}
  for (const field of FILTERS) {
    const value = given(call, field)
    const values = VALUES[field]
    if (value !== undefined) filters[field] = values ? oneOf(field, value, values) : value
  }
  const scopeKey = scopeKeyOf(call)
  return {
    subscriptionId: call.params.subscriptionId ?? '',
    ...(scopeKey === undefined ? {} : { scopeKey }),
    ...readRange(call, now),
    filters,
  }
}

const PAGE = { usual: 25, most: 250, mostWithContext: 25 } as const

/** How a list is to be cut and shown. @throws Refusal InvalidParameter */
export function readListing(call: Call) {
  const order = given(call, 'sortOrder')
  const includeContext = flag(call, 'includeContext')
  const most = includeContext ? PAGE.mostWithContext : PAGE.most
  const count = given(call, 'pageCount') ?? String(PAGE.usual)
  // PowerShell says 0 where it was told nothing (azure-powershell TestAlertChangeState).
  const size = /^0+$/.test(count) ? PAGE.usual : Number(/^\d{1,9}$/.test(count) ? count : Number.NaN)
  if (!(size <= most)) throw refuse('pageCount', count, `a number from 1 to ${most}`)
  return {
    size,
    includeContext,
    includeEgressConfig: flag(call, 'includeEgressConfig'),
    sortBy: oneOf('sortBy', given(call, 'sortBy') ?? 'lastModifiedDateTime', ORDERS),
    descending: order === undefined ? undefined : oneOf('sortOrder', order, ['asc', 'desc']) === 'desc',
    select: given(call, 'select')
      ?.split(',')
      .map((name) => oneOf('select', name.trim(), ESSENTIALS)),
  }
}

/** By what a summary groups: one field or two. @throws Refusal InvalidParameter */
export function readGrouping(call: Call) {
  const text = given(call, 'groupby')
  const fields = (text ?? '').split(',').map((name) => oneOf('groupby', name.trim(), GROUPINGS))
  const [first, second, ...more] = fields
  if (first === undefined || more.length > 0 || first === second) {
    throw refuse('groupby', text, `one or two different ones of ${GROUPINGS.join(', ')}`)
  }
  return { first, second, smartGroups: flag(call, 'includeSmartGroupsCount') }
}

/** The state that an alert is to have. @throws Refusal InvalidParameter */
export const readNewState = (call: Call): AlertState => oneOf('newState', given(call, 'newState'), ALERT_STATES)

/** @throws Refusal InvalidParameter */
export const checkIdentifier = (call: Call) =>
  oneOf('identifier', given(call, 'identifier'), ['MonitorServiceList'] as const)

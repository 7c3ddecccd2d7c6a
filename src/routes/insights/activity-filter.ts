import type { Call } from '../../arm/route.js'
import { readIsoTime } from '../../arm/times.js'
import { Refusal } from '../../domain/errors.js'
import type { ActivityQuery } from '../../domain/monitoring/activity-events.js'
import { ACTIVITY_KEPT } from '../../domain/monitoring/activity-log.js'
import type { Instant } from '../../domain/policies/schedule.js'

const refuse = (message: string) => new Refusal('BadRequest', message)

const TERM = /^\s*([a-z]+)\s+(ge|gt|le|lt|eq)\s+(?:'((?:[^']|'')*)'|([^\s']+))/i
const AND = /^\s+and\s+(?=\S)/i

/**
 * What can be asked for beside the time (activityLogs_API.json, 2015-04-01; az says resourceId where others say
 * resourceUri, and asks for caller and status too).
 */
const EQUALS: Record<string, Exclude<keyof ActivityQuery, 'subscriptionId' | 'from' | 'to'> | undefined> = {
  correlationid: 'correlationId',
  resourcegroupname: 'resourceGroup',
  resourceuri: 'resourceId',
  resourceid: 'resourceId',
  resourceprovider: 'provider',
  caller: 'caller',
  status: 'status',
}
/** Old clients name the channels: all entries are in one of theirs. */
const WITHOUT_EFFECT = 'eventchannels'

interface Term {
  name: string
  operator: string
  value: string
}

/** The terms of a filter. @throws Refusal BadRequest where it is none */
function termsOf(filter: string): Term[] {
  const terms: Term[] = []
  let rest = filter.trim()
  while (rest !== '') {
    const term = TERM.exec(rest)
    if (!term) throw refuse(`The $filter '${filter}' is invalid: nothing is known of '${rest}'. ${HINT}`)
    const [all, name = '', operator = '', quoted, bare = ''] = term
    terms.push({
      name: name.toLowerCase(),
      operator: operator.toLowerCase(),
      value: quoted?.replaceAll("''", "'") ?? bare,
    })
    rest = rest.slice(all.length)
    const and = AND.exec(rest)
    if (!and && rest.trim() !== '')
      throw refuse(`The $filter '${filter}' is invalid: '${rest.trim()}' is left over. ${HINT}`)
    rest = rest.slice(and?.[0].length ?? rest.length)
  }
  return terms
}

const HINT = "Write it as eventTimestamp ge '<time>' and eventTimestamp le '<time>' and resourceGroupName eq '<name>'."

/** One ms within a bound that excludes itself. */
const WITHIN: Record<string, readonly [bound: 'from' | 'to', ms: number] | undefined> = {
  ge: ['from', 0],
  gt: ['from', 1],
  le: ['to', 0],
  lt: ['to', -1],
}

/**
 * Which entries are asked for.
 * @param strict a filter has to be there, and to begin somewhere, as the service wants it; else it is all that is kept
 * @throws Refusal BadRequest
 */
export function readActivityQuery(call: Call, now: Instant, strict: boolean): ActivityQuery {
  const oldest = now - ACTIVITY_KEPT
  const query: ActivityQuery = { subscriptionId: call.params.subscriptionId ?? '', from: Number.NaN, to: now }
  for (const { name, operator, value } of termsOf(call.query.$filter ?? '')) {
    const member = EQUALS[name]
    const within = name === 'eventtimestamp' ? WITHIN[operator] : undefined
    if (within) query[within[0]] = timeOf(value) + within[1]
    else if (member && operator === 'eq') query[member] = member === 'resourceId' ? value.replace(/\/+$/, '') : value
    else if (name !== WITHOUT_EFFECT) {
      throw refuse(`The $filter is invalid: '${name} ${operator}' is not supported. ${HINT}`)
    }
  }
  if (Number.isNaN(query.from)) {
    if (strict) throw refuse(`The $filter is invalid: it has no start time. ${HINT}`)
    query.from = oldest
  }
  if (query.from < oldest) throw refuse(`The start time cannot be more than 90 days in the past. ${HINT}`)
  if (query.from > query.to) throw refuse(`The start time has to come before the end time. ${HINT}`)
  return query
}

function timeOf(text: string): Instant {
  const instant = readIsoTime(text)
  if (instant === undefined) throw refuse(`The $filter is invalid: '${text}' is not a time in ISO 8601. ${HINT}`)
  return instant
}

import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Test } from 'tap'
import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import {
  AlertHistoryShape,
  AlertListShape,
  AlertShape,
  AlertSummaryShape,
} from '../../src/routes/alerts-management/alert-shapes.js'
import { ActivityListShape } from '../../src/routes/insights/activity-shapes.js'
import type { Answer } from './emulator.js'
import { type Members, members } from './seen.js'
import type { Stage } from './stage.js'

export const SUBSCRIPTION = `/subscriptions/${FIRST_SUBSCRIPTION}`
export const ALERTS = '/providers/Microsoft.AlertsManagement/alerts'
export const ACTIVITY = `${SUBSCRIPTION}/providers/microsoft.insights/eventtypes/management/values`

/** What each answer has to be, by the end of its path. */
const SHAPES: readonly (readonly [path: RegExp, shape: TSchema])[] = [
  [/\/alertsSummary$/i, AlertSummaryShape],
  [/\/alerts$/i, AlertListShape],
  [/\/history$/i, AlertHistoryShape],
  [/\/alerts\/[^/]+(\/changestate)?$/i, AlertShape],
  [/\/management\/values$/i, ActivityListShape],
]

/** Asks, and holds the answer against what is published of it: no member more, none of another kind. */
export async function ask(t: Test, story: Stage, method: string, path: string, query: Members = {}): Promise<Answer> {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  )
  const answer = await story.call(method, `${path}?api-version=2019-05-05-preview&${text}`)
  const shape = SHAPES.find(([of]) => of.test(path))?.[1]
  if (answer.status === 200 && shape) {
    const problems = [...Value.Errors(shape, answer.body)].map((error) => `${error.path}: ${error.message}`)
    t.same(problems, [], `${method} ${path} is as published`)
  }
  return answer
}

/** What of an alert a story looks at. */
export interface SeenAlert {
  guid: string
  rule: string
  severity: string
  state: string
  fired: number
  description: string
  context: Members
}

export function seenAlert(value: Members): SeenAlert {
  const properties = members(value.properties)
  const essentials = members(properties.essentials)
  return {
    guid: String(value.id).split('/').pop() ?? '',
    rule: String(essentials.alertRule),
    severity: String(essentials.severity),
    state: String(essentials.alertState),
    fired: Date.parse(String(essentials.startDateTime)),
    description: String(essentials.description),
    context: members(properties.context),
  }
}

/** The alerts of the last 30 days, oldest first. */
export async function alertsOf(t: Test, story: Stage, query: Members = {}, scope = SUBSCRIPTION): Promise<SeenAlert[]> {
  const asked = { timeRange: '30d', includeContext: true, sortBy: 'startDateTime', sortOrder: 'asc', ...query }
  const answer = await ask(t, story, 'GET', `${scope}${ALERTS}`, asked)
  t.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.values.map(seenAlert)
}

/** The names of the rules that have raised alerts so far: everything that is on its way has come. */
export async function raised(t: Test, story: Stage): Promise<string[]> {
  await story.advance('20m')
  return (await alertsOf(t, story)).map(({ rule }) => rule)
}

/** Entries of the activity log, oldest first. */
export async function activityOf(t: Test, story: Stage, filter?: string): Promise<Members[]> {
  const answer = await ask(t, story, 'GET', ACTIVITY, filter === undefined ? {} : { $filter: filter })
  t.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.values.toReversed()
}

/** `<operation> <status>` of an entry, with what is left of the operation behind the last `providers`. */
export const brief = (event: Members) =>
  `${String(members(event.operationName).value)} ${String(members(event.status).value)}`

/** Signs in. @returns the Authorization header */
export async function signIn(story: Stage, fields: Record<string, string>): Promise<Record<string, string>> {
  const answer = await fetch(`${story.world.url}/common/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'a-client', scope: 'https://management.azure.com/.default', ...fields }),
  })
  const { access_token } = members(await answer.json())
  return { authorization: `Bearer ${String(access_token)}` }
}

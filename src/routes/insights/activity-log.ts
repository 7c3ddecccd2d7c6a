import { type Call, page, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { Refusal } from '../../domain/errors.js'
import { listActivity } from '../../domain/monitoring/activity-events.js'
import { same } from '../../domain/names.js'
import type { World } from '../../domain/world.js'
import { SUBSCRIPTION } from '../scopes.js'
import { readActivityQuery } from './activity-filter.js'
import { ActivityListShape, ActivityQueryShape, CategoriesShape, EVENT_MEMBERS } from './activity-shapes.js'
import { eventView } from './activity-view.js'

const tag = 'Activity log'
const VALUES_A_PAGE = 200

/** Which members are to be had; all where nothing is said. @throws Refusal BadRequest */
function readSelect(text: string | undefined): string[] | undefined {
  return text?.split(',').map((name) => {
    const member = EVENT_MEMBERS.find((known) => same(known, name.trim()))
    if (member !== undefined) return member
    throw new Refusal(
      'BadRequest',
      `The $select '${text}' is invalid: there is no '${name.trim()}'. Name any of ${EVENT_MEMBERS.join(', ')}.`,
    )
  })
}

function list(world: World, call: Call): Reply {
  const select = readSelect(call.query.$select || undefined)
  const events = listActivity(world, readActivityQuery(call, world.now, world.strict))
  const pick = (view: object) =>
    select ? Object.fromEntries(Object.entries(view).filter(([name]) => select.includes(name))) : view
  // Looked at only as far as the page goes.
  const answer = page(call, events, VALUES_A_PAGE)
  const { value, ...rest } = answer.body as { value: typeof events }
  return charset({ ...answer, body: { value: value.map((event) => pick(eventView(event))), ...rest } })
}

const charset = (answer: Reply): Reply => ({
  ...answer,
  headers: { 'content-type': 'application/json; charset=utf-8' },
})

/** activity-log-schema.md: all there is here is administrative. */
const CATEGORIES = [
  ...(['Administrative', 'ServiceHealth', 'ResourceHealth', 'Alert', 'Autoscale', 'Security'] as const),
  ...(['Recommendation', 'Policy'] as const),
]

/** What was done in a subscription: every request that would change something, and the jobs of Backup. */
export const activityLogRoutes = [
  route({
    operation: 'ActivityLogs.List',
    method: 'GET',
    path: `${SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values`,
    tag,
    summary: 'List what was done in a subscription, newest first',
    description: 'The log goes back 90 days. A request has two entries, for its beginning and its end.',
    query: ActivityQueryShape,
    responses: { 200: { description: 'A page of entries: { value: [...] }', schema: ActivityListShape } },
    errors: ['BadRequest'],
    handle: list,
  }),
  route({
    operation: 'EventCategories.List',
    method: 'GET',
    path: '/providers/Microsoft.Insights/eventcategories',
    tag,
    summary: 'List the categories of the activity log',
    query: VersionQuery,
    responses: { 200: { description: '{ value: [...] }', schema: CategoriesShape } },
    errors: [],
    handle: () =>
      charset({ status: 200, body: { value: CATEGORIES.map((value) => ({ value, localizedValue: value })) } }),
  }),
] as const

import { type TSchema, Type } from '@sinclair/typebox'
import { dashboardOf, ITEM_STATES, JOB_COUNTS } from '../../domain/dashboard.js'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { type ControlScope, described, InstantShape, isoInstant } from './shapes.js'

/** An object with the same kind of member under each name. */
const each = <N extends string, S extends TSchema>(names: readonly N[], shape: S) =>
  Object.fromEntries(names.map((name) => [name, shape])) as Record<N, S>

const DashboardAnswer = Type.Object(
  {
    now: InstantShape,
    vaults: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        location: Type.String(),
        protectedItems: Type.Object({
          total: Type.Integer(),
          byState: Type.Object(each(ITEM_STATES, Type.Integer())),
        }),
        jobsLast24h: Type.Object({
          ...each(JOB_COUNTS, Type.Integer()),
          ids: Type.Object(each(JOB_COUNTS, Type.Array(Type.String())), {
            description: 'ARM ids, newest first: GET them to drill down',
          }),
        }),
      }),
    ),
  },
  { description: 'Every vault' },
)

/** What an operator wants to see first (design.md 5). */
export function registerDashboard(scope: ControlScope, { scheduler }: { scheduler: Scheduler }): void {
  scope.get(
    '/_recoverite/dashboard',
    described(
      'Recoverite.Dashboard.Get',
      'Dashboard',
      'Per vault: protected items by state, and the jobs that ran at any time of the last 24 virtual hours. ' +
        'A job that completed with warnings counts as completed, too.',
      { response: { 200: DashboardAnswer } },
    ),
    async () => scheduler.look((world) => ({ now: isoInstant(world.now), vaults: dashboardOf(world) })),
  )
}

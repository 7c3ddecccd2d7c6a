import { Type } from '@sinclair/typebox'
import { type Call, type Reply, route } from '../../arm/route.js'
import { countAlerts, MONITOR_SERVICE, selectAlerts } from '../../domain/monitoring/alert-selection.js'
import type { World } from '../../domain/world.js'
import { SUBSCRIPTION } from '../scopes.js'
import { checkIdentifier, readAlertQuery, readGrouping } from './alert-query.js'
import { AlertSummaryQuery, AlertSummaryShape } from './alert-shapes.js'
import { answer } from './alerts.js'

const SUMMARY = `${SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alertsSummary`

/** How many alerts there are of what, members as recorded (azure-cli-extensions test_alertsmanagement_alert). */
function summary(world: World, call: Call): Reply {
  const { first, second, smartGroups } = readGrouping(call)
  const alerts = selectAlerts(world, readAlertQuery(call, world.now))
  const values = countAlerts(alerts, first).map(({ name, count, alerts: of }) => ({
    name,
    count,
    ...(second
      ? {
          groupedby: second,
          values: countAlerts(of, second).map((inner) => ({ name: inner.name, count: inner.count })),
        }
      : {}),
  }))
  return answer({
    properties: {
      groupedby: first,
      // No alert here is in a smart group.
      ...(smartGroups ? { smartGroupsCount: 0 } : {}),
      total: alerts.length,
      values,
    },
    id: `${call.path.replace(/\/$/, '')}/current`,
    type: 'Microsoft.AlertsManagement/alertsSummary',
    name: 'current',
  })
}

const Service = Type.Object({ name: Type.String(), displayName: Type.String() }, { additionalProperties: false })

/** Counts of alerts, and where they can come from. */
export const alertSummaryRoutes = [
  route({
    operation: 'Alerts.GetSummary',
    method: 'GET',
    path: SUMMARY,
    tag: 'Alerts',
    summary: 'Count the alerts of a subscription',
    query: AlertSummaryQuery,
    responses: { 200: { description: 'How many there are of each value', schema: AlertSummaryShape } },
    errors: ['InvalidParameter'],
    handle: summary,
  }),
  route({
    operation: 'Alerts.MetaData',
    method: 'GET',
    path: '/providers/Microsoft.AlertsManagement/alertsMetaData',
    tag: 'Alerts',
    summary: 'List the services that alerts come from',
    query: Type.Object({
      'api-version': Type.Optional(Type.String()),
      identifier: Type.String({ description: 'Always MonitorServiceList', examples: ['MonitorServiceList'] }),
    }),
    responses: {
      200: {
        description: 'The services',
        schema: Type.Object(
          {
            properties: Type.Object(
              { metadataIdentifier: Type.Literal('MonitorServiceList'), data: Type.Array(Service) },
              { additionalProperties: false },
            ),
          },
          { additionalProperties: false },
        ),
      },
    },
    errors: ['InvalidParameter'],
    handle: (_world, call) =>
      answer({
        properties: {
          metadataIdentifier: checkIdentifier(call),
          data: [{ name: MONITOR_SERVICE, displayName: MONITOR_SERVICE }],
        },
      }),
  }),
] as const

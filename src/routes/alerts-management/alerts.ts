import type { Static } from '@sinclair/typebox'
import { callerOf } from '../../arm/caller.js'
import { type Call, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { selectAlerts, sortAlerts } from '../../domain/monitoring/alert-selection.js'
import { changeAlert, getAlert } from '../../domain/monitoring/alerts.js'
import type { World } from '../../domain/world.js'
import { GROUP, SUBSCRIPTION, VAULT } from '../scopes.js'
import { readAlertQuery, readListing, readNewState, scopeKeyOf } from './alert-query.js'
import {
  AlertHistoryShape,
  AlertListQuery,
  AlertListShape,
  AlertShape,
  ChangeStateQuery,
  CommentBody,
} from './alert-shapes.js'
import { alertView, historyView, listedAlert } from './alert-view.js'

const PROVIDER = '/providers/Microsoft.AlertsManagement'
const tag = 'Alerts'

/** As recorded, whatever the version. */
export const answer = (body: unknown): Reply => ({
  status: 200,
  body,
  headers: { 'content-type': 'application/json; charset=utf-8' },
})

/** What stands in a path before this provider, as it was written. */
const scopeOf = ({ path }: Call) => path.slice(0, path.toLowerCase().lastIndexOf(PROVIDER.toLowerCase()))

const alertOf = (world: World, call: Call) =>
  getAlert(world, call.params.subscriptionId ?? '', call.params.alertId ?? '', scopeKeyOf(call))

/** A page of alerts; the last one has an empty link (azure-powershell TestAlertChangeState). */
function listAlerts(world: World, call: Call): Reply {
  const { size, sortBy, descending, ...shown } = readListing(call)
  const alerts = sortAlerts(selectAlerts(world, readAlertQuery(call, world.now)), sortBy, descending)
  const from = /^\d{1,9}$/.test(call.query.ctoken ?? '') ? Number(call.query.ctoken) : 0
  const value = alerts.slice(from, from + size).map((alert) => listedAlert(alert, shown))
  return answer({ nextLink: from + size < alerts.length ? linkTo(call, from + size) : '', value })
}

function linkTo(call: Call, from: number): string {
  const query = new URLSearchParams()
  for (const [name, text] of Object.entries(call.query))
    if (text !== undefined && name !== 'ctoken') query.set(name, text)
  query.set('ctoken', String(from))
  return `${call.base}${encodeURI(call.path)}?${query}`
}

function changeState(world: World, call: Call<Static<typeof CommentBody> | undefined>): Reply {
  const alert = alertOf(world, call)
  const caller = callerOf(call.authorization)
  // An application is just called User, as recorded; a user by name.
  const by = caller?.isUser ? caller.name : 'User'
  const changed = changeAlert(world, alert, readNewState(call), by, call.body?.comments ?? '')
  return answer(alertView(changed, scopeOf(call)))
}

/** The four operations on the alerts of a scope: the same for a subscription, a group and a vault. */
function alertRoutesOf<const Suffix extends string>(scope: string, suffix: Suffix, where: string) {
  const alerts = `${scope}${PROVIDER}/alerts`
  const alert = `${alerts}/{alertId}`
  return [
    route({
      operation: `Alerts.GetAll${suffix}`,
      method: 'GET',
      path: alerts,
      tag,
      summary: `List the alerts of ${where}`,
      description: 'Those of the last day, unless a time is named. An alert is kept for 30 days.',
      query: AlertListQuery,
      responses: { 200: { description: 'A page of alerts: { nextLink, value: [...] }', schema: AlertListShape } },
      errors: ['InvalidParameter'],
      handle: listAlerts,
    }),
    route({
      operation: `Alerts.GetById${suffix}`,
      method: 'GET',
      path: alert,
      tag,
      summary: `Get an alert of ${where}`,
      query: VersionQuery,
      responses: { 200: { description: 'The alert, with what it is about', schema: AlertShape } },
      errors: ['AlertNotFound'],
      handle: (world, call) => answer(alertView(alertOf(world, call), scopeOf(call))),
    }),
    route({
      operation: `Alerts.ChangeState${suffix}`,
      method: 'POST',
      path: `${alert}/changestate`,
      tag,
      summary: `Acknowledge, close or open again an alert of ${where}`,
      query: ChangeStateQuery,
      body: CommentBody,
      bodyOptional: true,
      example: { comments: 'The machine was being updated' },
      responses: { 200: { description: 'The alert as it is now', schema: AlertShape } },
      errors: ['AlertNotFound', 'InvalidParameter', 'InvalidRequestContent'],
      handle: changeState,
    }),
    route({
      operation: `Alerts.GetHistory${suffix}`,
      method: 'GET',
      path: `${alert}/history`,
      tag,
      summary: `Get what happened to an alert of ${where}`,
      query: VersionQuery,
      responses: { 200: { description: 'Its changes, newest first', schema: AlertHistoryShape } },
      errors: ['AlertNotFound'],
      handle: (world, call) => answer(historyView(alertOf(world, call), scopeOf(call))),
    }),
  ] as const
}

/** Alerts of Azure Backup in Azure Monitor; under a subscription, and since 2023 under whatever they are of. */
export const alertRoutes = [
  ...alertRoutesOf(SUBSCRIPTION, '', 'a subscription'),
  ...alertRoutesOf(GROUP, 'OfGroup', 'a resource group'),
  ...alertRoutesOf(VAULT, 'OfVault', 'a vault'),
] as const

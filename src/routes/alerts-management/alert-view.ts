import { dotNetTime } from '../../arm/times.js'
import { guidOf } from '../../domain/chance.js'
import { ALERT_RULES } from '../../domain/monitoring/alert-rules.js'
import { MONITOR_SERVICE, SIGNAL_TYPE, severityOf, shortType } from '../../domain/monitoring/alert-selection.js'
import type { Alert, AlertChange } from '../../domain/monitoring/alerts.js'
import { keyOf } from '../../domain/names.js'
import type { WorkloadName } from '../../domain/protection/protected-items.js'

const TYPE = 'Microsoft.AlertsManagement/alerts'
const nameOf = ({ rule }: Alert) => ALERT_RULES[rule].name
const idIn = (scope: string, { id }: Alert) => `${scope}/providers/${TYPE}/${id}`

/** Members in the recorded order (azure-sdk-for-net AlertStateChangeTest, azure-cli-extensions test_alertsmanagement_alert). */
const essentials = (alert: Alert, targetResourceType: string) => ({
  severity: severityOf(alert),
  signalType: SIGNAL_TYPE,
  alertState: alert.state,
  monitorCondition: 'Fired',
  monitorService: MONITOR_SERVICE,
  targetResource: keyOf(alert.target.id),
  targetResourceName: keyOf(alert.target.name),
  targetResourceGroup: keyOf(alert.target.resourceGroup),
  targetResourceType,
  sourceCreatedId: guidOf(`source of ${alert.id}`),
  alertRule: nameOf(alert),
  startDateTime: dotNetTime(alert.firedAt),
  lastModifiedDateTime: dotNetTime(alert.changedAt),
  lastModifiedUserName: alert.changedBy,
  actionStatus: { isSuppressed: false },
  description: alert.description,
})

/**
 * What an alert's context calls what it is about: `sourceType`, `sourceVersion`, `formattedSourceType`. Members and form
 * are those of a published alert of a database, with `SQLDataBase`, `VMAppContainer`, `AzureVmSQL`; these follow from it.
 */
const SOURCES: Record<WorkloadName | 'vault', readonly [string, string | null, string]> = {
  VM: ['VM', 'IaasVMContainer', 'AzureVM'],
  AzureFileShare: ['AzureFileShare', 'StorageContainer', 'AzureFiles'],
  IaasVM: ['IaasVM', 'IaasVMContainer', 'AzureVM'],
  AzureDisk: ['AzureDisk', null, 'AzureDisk'],
  vault: ['Vault', null, 'Vault'],
}

function context(alert: Alert) {
  const { source, target } = alert
  const [sourceType, sourceVersion, formattedSourceType] = SOURCES[source?.workload ?? 'vault']
  const sourceId = source?.sourceId ?? target.id
  return {
    category: ALERT_RULES[alert.rule].category,
    sourceId,
    sourceType,
    sourceVersion,
    formattedSourceType,
    affectedItems: sourceId,
    protectedItemId: source?.itemId ?? null,
    linkedResourceId: sourceId,
    linkedResourceName: source?.sourceName ?? target.name,
    firstLevelContainerId: source?.container ?? null,
    secondLevelContainerId: null,
    alertVersionNumber: 'V2020_10',
    extendedInfo: {
      jobId: alert.jobId ?? null,
      possibleCauses: null,
      occurrenceCount: 1,
      recommendedActions: alert.recommendation,
    },
  }
}

/** An alert in a list: under the id of its target, whose type is short there. */
export function listedAlert(
  alert: Alert,
  shown: { includeContext: boolean; includeEgressConfig: boolean; select: readonly string[] | undefined },
) {
  const all = Object.entries(essentials(alert, shortType(alert)))
  const { select } = shown
  return {
    properties: {
      essentials: Object.fromEntries(select ? all.filter(([name]) => select.includes(name)) : all),
      ...(shown.includeContext ? { context: context(alert) } : {}),
      ...(shown.includeEgressConfig ? { egressConfig: {} } : {}),
    },
    id: idIn(keyOf(alert.target.id), alert),
    type: TYPE,
    name: nameOf(alert),
  }
}

/** An alert by itself, where it was asked for. */
export const alertView = (alert: Alert, scope: string) => ({
  properties: {
    essentials: essentials(alert, keyOf(alert.target.type)),
    context: context(alert),
    egressConfig: {},
  },
  id: idIn(scope, alert),
  type: TYPE,
  name: nameOf(alert),
})

function changeView({ at, states, by, comment }: AlertChange) {
  const { from, to } = states ?? { from: '', to: '' }
  return {
    modificationEvent: states ? 'StateChange' : 'AlertCreated',
    oldValue: from,
    newValue: to,
    modifiedAt: dotNetTime(at),
    modifiedBy: by,
    comments: comment,
    description: states ? `State changed from '${from}' to '${to}' by '${by}'` : 'Alert fired',
  }
}

export const historyView = (alert: Alert, scope: string) => ({
  properties: { alertId: alert.id, modifications: alert.history.map(changeView) },
  id: `${idIn(scope, alert)}/history/default`,
  type: TYPE,
  name: nameOf(alert),
})

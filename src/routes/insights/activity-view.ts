import { dotNetTime, netTicks, usTime } from '../../arm/times.js'
import { TENANT_ID } from '../../domain/inventory/inventory.js'
import type { ActivityEvent } from '../../domain/monitoring/activity-events.js'

/** What the log calls an HTTP status: `value`, and `localizedValue` with the number (activityLogs_API.json). */
const HTTP_STATUS: Record<number, string | undefined> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

const localized = (value: string, localizedValue = value) => ({ value, localizedValue })
const EVENT_NAMES: Partial<Record<ActivityEvent['name'], string>> = {
  BeginRequest: 'Begin request',
  EndRequest: 'End request',
}

const phraseOf = (status: number) => HTTP_STATUS[status] ?? `Status ${status}`
const wordOf = (status: number) => phraseOf(status).replaceAll(' ', '')

/** What is said of how a request went; a job of Backup's brings its own. */
function properties({ properties, httpStatus, error, resourceId, operation }: ActivityEvent): Record<string, string> {
  const texts = Object.entries(properties).map(([name, value]) => [
    name,
    typeof value === 'number' ? usTime(value) : value,
  ])
  return {
    ...Object.fromEntries(texts),
    ...(httpStatus === undefined ? {} : { statusCode: wordOf(httpStatus) }),
    ...(error ? { statusMessage: JSON.stringify({ error }) } : {}),
    ...(httpStatus === undefined ? {} : { entity: resourceId, message: operation }),
  }
}

/** An entry of the log, members in the published order (GetActivityLogsFiltered.json). */
export const eventView = (event: ActivityEvent) => {
  const { name, httpStatus, operation, resourceId, clientRequestId } = event
  const [provider = ''] = event.resourceType.split('/')
  return {
    authorization: { action: operation, scope: resourceId },
    ...(event.caller === undefined ? {} : { caller: event.caller }),
    channels: 'Operation',
    claims: event.claims ?? {},
    correlationId: event.correlationId,
    description: '',
    eventDataId: event.id,
    eventName: localized(name, EVENT_NAMES[name]),
    category: localized('Administrative'),
    ...(event.method === undefined
      ? {}
      : { httpRequest: { ...(clientRequestId === undefined ? {} : { clientRequestId }), method: event.method } }),
    id: `${resourceId}/events/${event.id}/ticks/${netTicks(event.at)}`,
    level: event.status === 'Failed' ? 'Error' : 'Informational',
    ...(event.resourceGroup === undefined ? {} : { resourceGroupName: event.resourceGroup }),
    resourceProviderName: localized(provider),
    resourceId,
    resourceType: localized(event.resourceType),
    operationId: event.correlationId,
    operationName: localized(operation),
    properties: properties(event),
    status: localized(event.status),
    subStatus:
      httpStatus === undefined
        ? localized('')
        : localized(wordOf(httpStatus), `${phraseOf(httpStatus)} (HTTP Status Code: ${httpStatus})`),
    eventTimestamp: dotNetTime(event.at),
    submissionTimestamp: dotNetTime(event.at),
    subscriptionId: event.subscriptionId,
    tenantId: TENANT_ID,
  }
}

import { Type } from '@sinclair/typebox'
import { SEVERITIES } from '../../domain/monitoring/alert-rules.js'
import {
  GROUPINGS,
  MONITOR_CONDITIONS,
  MONITOR_SERVICE,
  ORDERS,
  SIGNAL_TYPE,
} from '../../domain/monitoring/alert-selection.js'
import { ALERT_STATES } from '../../domain/monitoring/alerts.js'

/** What the published definitions have (Microsoft.AlertsManagement 2019-05-05-preview), and nothing else. */
const strict = { additionalProperties: false } as const
const oneOf = (values: readonly string[]) => Type.String({ enum: [...values] })
const Time = Type.String({ format: 'date-time' })

const essentials = {
  severity: oneOf(SEVERITIES),
  signalType: Type.Literal(SIGNAL_TYPE),
  alertState: oneOf(ALERT_STATES),
  monitorCondition: oneOf(MONITOR_CONDITIONS),
  monitorService: Type.Literal(MONITOR_SERVICE),
  targetResource: Type.String(),
  targetResourceName: Type.String(),
  targetResourceGroup: Type.String(),
  targetResourceType: Type.String(),
  sourceCreatedId: Type.String(),
  alertRule: Type.String(),
  startDateTime: Time,
  lastModifiedDateTime: Time,
  lastModifiedUserName: Type.String(),
  actionStatus: Type.Object({ isSuppressed: Type.Boolean() }, strict),
  description: Type.String(),
}

/** What can be selected of an alert. */
export const ESSENTIALS = Object.keys(essentials)

const Context = Type.Object(
  {
    category: oneOf(['Security', 'Jobs']),
    sourceId: Type.String(),
    sourceType: Type.String(),
    sourceVersion: Type.Union([Type.String(), Type.Null()]),
    formattedSourceType: Type.String(),
    affectedItems: Type.String(),
    protectedItemId: Type.Union([Type.String(), Type.Null()]),
    linkedResourceId: Type.String(),
    linkedResourceName: Type.String(),
    firstLevelContainerId: Type.Union([Type.String(), Type.Null()]),
    secondLevelContainerId: Type.Null(),
    alertVersionNumber: Type.String(),
    extendedInfo: Type.Object(
      {
        jobId: Type.Union([Type.String(), Type.Null()]),
        possibleCauses: Type.Null(),
        occurrenceCount: Type.Integer(),
        recommendedActions: Type.String(),
      },
      strict,
    ),
  },
  strict,
)

const named = { id: Type.String(), type: Type.String(), name: Type.String() }
const context = Type.Optional(Context)
const egressConfig = Type.Optional(Type.Object({}))

export const AlertShape = Type.Object(
  { properties: Type.Object({ essentials: Type.Object(essentials, strict), context, egressConfig }, strict), ...named },
  strict,
)
const ListedAlert = Type.Object(
  {
    properties: Type.Object(
      { essentials: Type.Partial(Type.Object(essentials), strict), context, egressConfig },
      strict,
    ),
    ...named,
  },
  strict,
)
export const AlertListShape = Type.Object({ nextLink: Type.String(), value: Type.Array(ListedAlert) }, strict)

export const AlertHistoryShape = Type.Object(
  {
    properties: Type.Object(
      {
        alertId: Type.String(),
        modifications: Type.Array(
          Type.Object(
            {
              modificationEvent: oneOf(['AlertCreated', 'StateChange']),
              oldValue: Type.String(),
              newValue: Type.String(),
              modifiedAt: Time,
              modifiedBy: Type.String(),
              comments: Type.String(),
              description: Type.String(),
            },
            strict,
          ),
        ),
      },
      strict,
    ),
    ...named,
  },
  strict,
)

const counted = { name: Type.String(), count: Type.Integer() }
const groupedby = oneOf(GROUPINGS)
export const AlertSummaryShape = Type.Object(
  {
    properties: Type.Object(
      {
        groupedby,
        smartGroupsCount: Type.Optional(Type.Integer()),
        total: Type.Integer(),
        values: Type.Array(
          Type.Object(
            {
              ...counted,
              groupedby: Type.Optional(groupedby),
              values: Type.Optional(Type.Array(Type.Object(counted, strict))),
            },
            strict,
          ),
        ),
      },
      strict,
    ),
    ...named,
  },
  strict,
)

const filter = (description: string) => Type.Optional(Type.String({ description }))
const filters = {
  'api-version': Type.Optional(Type.String({ examples: ['2019-05-05-preview'] })),
  targetResource: filter('The full id of the vault'),
  targetResourceType: filter('vaults'),
  targetResourceGroup: filter('The resource group of the vault'),
  monitorService: filter('All there are come from Azure Backup'),
  monitorCondition: filter(MONITOR_CONDITIONS.join(', ')),
  severity: filter(SEVERITIES.join(', ')),
  alertState: filter(ALERT_STATES.join(', ')),
  alertRule: filter('The name of a rule: Backup Failure'),
  timeRange: filter('How far back: 1h, 1d, 7d or 30d; 1d where nothing else is said'),
  customTimeRange: filter('<start>/<end> in ISO 8601, within the last 30 days'),
}

export const AlertListQuery = Type.Object({
  ...filters,
  smartGroupId: filter('No alert here is in a smart group'),
  includeContext: filter('true: with what the alert is about'),
  includeEgressConfig: filter('true or false'),
  pageCount: filter('How many a page: 1 to 250, at most 25 with includeContext; 25 where nothing is said'),
  sortBy: filter(ORDERS.join(', ')),
  sortOrder: filter('asc or desc; desc for times, asc for all else'),
  select: filter('Which essentials to have, separated by commas'),
})

export const AlertSummaryQuery = Type.Object({
  ...filters,
  groupby: Type.String({ description: `One or two of ${GROUPINGS.join(', ')}`, examples: ['severity,alertState'] }),
  includeSmartGroupsCount: filter('true or false'),
})

export const ChangeStateQuery = Type.Object({
  'api-version': filters['api-version'],
  newState: Type.String({ description: ALERT_STATES.join(', '), examples: ['Acknowledged'] }),
})

export const CommentBody = Type.Object({ comments: Type.Optional(Type.String({ description: 'Why' })) })

import { Type } from '@sinclair/typebox'

/** What the published definition has (Microsoft.Insights 2015-04-01 EventData) and the channels that are recorded, nothing else. */
const strict = { additionalProperties: false } as const
const Text = Type.String()
const Localized = Type.Object({ value: Text, localizedValue: Type.Optional(Text) }, strict)
const Texts = Type.Record(Text, Text)

const event = {
  authorization: Type.Object({ action: Text, scope: Text }, strict),
  caller: Text,
  channels: Text,
  claims: Texts,
  correlationId: Text,
  description: Text,
  eventDataId: Text,
  eventName: Localized,
  category: Localized,
  httpRequest: Type.Object({ clientRequestId: Type.Optional(Text), method: Text }, strict),
  id: Text,
  level: Type.String({ enum: ['Critical', 'Error', 'Warning', 'Informational', 'Verbose'] }),
  resourceGroupName: Text,
  resourceProviderName: Localized,
  resourceId: Text,
  resourceType: Localized,
  operationId: Text,
  operationName: Localized,
  properties: Texts,
  status: Localized,
  subStatus: Localized,
  eventTimestamp: Type.String({ format: 'date-time' }),
  submissionTimestamp: Type.String({ format: 'date-time' }),
  subscriptionId: Text,
  tenantId: Text,
}

/** What can be selected of an entry. */
export const EVENT_MEMBERS = Object.keys(event)

export const ActivityListShape = Type.Object(
  { value: Type.Array(Type.Partial(Type.Object(event), strict)), nextLink: Type.Optional(Text) },
  strict,
)

export const CategoriesShape = Type.Object({ value: Type.Array(Localized) }, strict)

export const ActivityQueryShape = Type.Object({
  'api-version': Type.Optional(Type.String({ examples: ['2015-04-01'] })),
  $filter: Type.Optional(
    Type.String({
      description:
        "eventTimestamp ge '<time>' and eventTimestamp le '<time>', and any of resourceGroupName, resourceUri, resourceProvider, correlationId, caller, status eq '<value>'. With --strict a start is needed, as in Azure; else it is all of the last 90 days",
    }),
  ),
  $select: Type.Optional(Type.String({ description: 'Which members to have, separated by commas' })),
})

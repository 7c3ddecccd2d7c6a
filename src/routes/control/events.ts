import { type Static, Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { BEGINNING, KEPT_EVENTS, type Position, readPosition } from '../../domain/events/domain-events.js'
import { type EventFilter, readFilter } from '../../domain/events/event-filter.js'
import { EVENT_TYPES, NOTICES } from '../../domain/events/event-types.js'
import { FIRST_SUBSCRIPTION } from '../../domain/inventory/inventory.js'
import type { EventHub } from '../../events/hub.js'
import type { EventStream } from '../../events/stream.js'
import { type ControlScope, described, InstantShape, refusals } from './shapes.js'

/** The id of a vault, as listeners name it. */
export const VaultFilter = Type.String({
  description: 'The full ARM id of a vault: only what belongs to it',
  examples: [
    `/subscriptions/${FIRST_SUBSCRIPTION}/resourceGroups/demo/providers/Microsoft.RecoveryServices/vaults/demo-vault`,
  ],
})

const known = (types: Readonly<Record<string, string>>) =>
  Object.entries(types)
    .map(([type, says]) => `\`${type}\`: ${says}`)
    .join('; ')

const EventsQuery = Type.Object(
  {
    types: Type.Optional(
      Type.String({
        description: 'Only these, with commas: types, or all of a thing like job.*',
        examples: ['job.*,alert.*'],
      }),
    ),
    vault: Type.Optional(VaultFilter),
    lastEventId: Type.Optional(
      Type.String({
        description: 'Go on after this event; 0 for all that are kept. A header Last-Event-ID goes before it',
        examples: ['0'],
      }),
    ),
    follow: Type.Optional(Type.Boolean({ description: 'false: what there is as JSON, and no stream' })),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: KEPT_EVENTS, description: 'How many at most, without a stream' }),
    ),
  },
  { additionalProperties: false },
)

export const EventShape = Type.Object(
  {
    id: Type.String({ examples: ['17-9f3ac2d1'] }),
    type: Type.String({ examples: ['job.completed'] }),
    timestamp: InstantShape,
    subject: Type.Union([Type.String(), Type.Null()], { description: 'The id of what it is about' }),
    vault: Type.Union([Type.String(), Type.Null()], { description: 'The id of the vault that it belongs to' }),
    data: Type.Record(Type.String(), Type.Unknown()),
  },
  { description: 'An event' },
)

const PageShape = Type.Object(
  { events: Type.Array(EventShape), lastEventId: Type.String({ description: 'Where to go on' }) },
  { description: 'What there is' },
)

/** @throws Refusal InvalidControlRequest */
function filterOf({ types, vault }: Static<typeof EventsQuery>): EventFilter {
  return readFilter({
    ...(types === undefined ? {} : { types: types.split(',').map((type) => type.trim()) }),
    ...(vault === undefined ? {} : { vault }),
  })
}

/**
 * After which event a client wants to go on; undefined where it says nothing. A browser that connects again says so in the
 * header, and its address is still the first one.
 */
function positionOf({ headers }: FastifyRequest, { lastEventId }: Static<typeof EventsQuery>): Position | undefined {
  const header = headers['last-event-id']
  const asked = typeof header === 'string' && header !== '' ? header : lastEventId
  return asked === undefined ? undefined : readPosition(asked)
}

/** Whether a client wants a stream: nearly all do, but for those who say otherwise. */
function wantsStream({ headers }: FastifyRequest, { follow }: Static<typeof EventsQuery>): boolean {
  if (follow !== undefined) return follow
  const accept = headers.accept ?? ''
  return !accept.includes('application/json') || accept.includes('text/event-stream')
}

/** What happens in the world, as it happens (design.md 5). */
export function registerEvents(scope: ControlScope, { hub }: { hub: EventHub }): void {
  scope.get(
    '/_recoverite/events',
    described(
      'Recoverite.Events.Stream',
      'Follow what happens',
      'Server-Sent Events, one per domain event, from now on or after `lastEventId`: nothing is left out and nothing told twice. ' +
        'With `follow=false`, or where only JSON is accepted, what there is in one piece, from the oldest kept event on. ' +
        `The last ${KEPT_EVENTS} events are kept. Types: ${known(EVENT_TYPES)}. Whatever was asked for, there are also ${known(NOTICES)}.`,
      {
        querystring: EventsQuery,
        response: {
          200: {
            description: 'Events',
            content: {
              'application/json': { schema: PageShape },
              'text/event-stream': { schema: Type.Unsafe<EventStream>(Type.String()) },
            },
          },
          ...refusals('InvalidControlRequest'),
        },
      },
    ),
    async (request, reply) => {
      const { query } = request
      const filter = filterOf(query)
      const position = positionOf(request, query)
      if (!wantsStream(request, query)) {
        const page = hub.page(filter, position ?? BEGINNING, query.limit ?? Number.POSITIVE_INFINITY)
        return reply.type('application/json; charset=utf-8').send(page)
      }
      const stream = hub.stream(filter, position)
      return reply
        .headers({
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-cache, no-transform',
          // Proxies that collect an answer before they pass it on would keep it for ever.
          'x-accel-buffering': 'no',
        })
        .send(stream)
    },
  )
}

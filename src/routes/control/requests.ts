import { Type } from '@sinclair/typebox'
import type { ServedRequest, ServedRequests } from '../../arm/served-requests.js'
import { type ControlScope, described, InstantShape, refusals } from './shapes.js'

const MOST = 1000

const RequestsQuery = Type.Object(
  {
    unserved: Type.Optional(Type.Boolean({ description: 'true: only what nothing serves' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST, description: 'How many at most' })),
  },
  { additionalProperties: false },
)

const RequestsAnswer = Type.Object(
  {
    requests: Type.Array(
      Type.Object({
        id: Type.String(),
        at: InstantShape,
        method: Type.String(),
        url: Type.String(),
        operation: Type.Union([Type.String(), Type.Null()]),
        status: Type.Integer({ description: '0 where the connection was dropped before there was an answer' }),
        durationMs: Type.Number(),
        client: Type.Union([Type.String(), Type.Null()]),
        faults: Type.Array(Type.String(), { description: 'The faults that struck it' }),
      }),
    ),
  },
  { description: 'The last requests, newest first; `at` is the real time' },
)

/** Some routes have no published name and are served all the same. */
const isUnserved = (request: ServedRequest) => request.operation === null && request.status === 404

/** The last requests that were answered (design.md 5). They are kept beside the world: no reset clears them. */
export function registerRequests(scope: ControlScope, { requests }: { requests: ServedRequests }): void {
  scope.get(
    '/_recoverite/requests',
    described(
      'Recoverite.Requests.List',
      'The last requests',
      `The last ${MOST} requests with status, operation and duration. \`unserved=true\` lists what a client asked for and nothing serves.`,
      { querystring: RequestsQuery, response: { 200: RequestsAnswer, ...refusals('InvalidControlRequest') } },
    ),
    async (request) => {
      const { unserved = false, limit = MOST } = request.query
      const all = requests.list()
      return { requests: (unserved ? all.filter(isUnserved) : all).slice(0, limit) }
    },
  )

  scope.delete(
    '/_recoverite/requests',
    described('Recoverite.Requests.Clear', 'Forget the last requests', 'Clears the list of the last requests.', {
      response: { 204: Type.Null({ description: 'Cleared' }) },
    }),
    async (_request, reply) => {
      requests.clear()
      return reply.code(204).send(null)
    },
  )
}

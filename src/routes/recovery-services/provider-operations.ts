import { list, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { PUBLISHED_OPERATIONS } from '../published-operations.js'

const NAMESPACE = 'Microsoft.RecoveryServices'
const VERBS: Record<string, string> = { GET: 'read', PUT: 'write', PATCH: 'write', DELETE: 'delete', POST: 'action' }

/** An operation as roles name it: the types of its path, and what it does there. */
function discovered([published, [method, path]]: [string, readonly [string, string]]) {
  const types = (path.split(`/${NAMESPACE}/`)[1] ?? '').split('/').filter((segment) => !segment.startsWith('{'))
  const verb = VERBS[method] ?? 'read'
  return {
    name: [NAMESPACE, ...types, verb].join('/'),
    isDataAction: false,
    display: {
      provider: 'Microsoft Recovery Services',
      resource: types.join('/'),
      operation: published.replace('.', ' '),
      description: `${verb} of ${types.join('/')}`,
    },
    origin: 'user',
  }
}

/** Several calls can be one operation to a role: GET of one and of many, PUT and PATCH. */
const OPERATIONS = [
  ...new Map(
    Object.entries(PUBLISHED_OPERATIONS)
      .map(discovered)
      .map((operation) => [operation.name.toLowerCase(), operation]),
  ).values(),
]

/** What roles can allow. */
export const providerOperationRoutes = [
  route({
    operation: 'operations.list',
    method: 'GET',
    path: `/providers/${NAMESPACE}/operations`,
    tag: 'Regions',
    summary: 'List the operations of the provider',
    query: VersionQuery,
    responses: { 200: { description: 'The operations: { value: [...] }' } },
    errors: [],
    handle: () => list(OPERATIONS),
  }),
] as const

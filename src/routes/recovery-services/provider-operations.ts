import { list, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { PUBLISHED_OPERATIONS } from '../published-operations.js'

const NAMESPACE = 'Microsoft.RecoveryServices'
const VERBS: Record<string, string> = { GET: 'read', PUT: 'write', PATCH: 'write', DELETE: 'delete', POST: 'action' }

/** An operation as it is published: `Vaults.Get`, and where it is asked for. */
type Published = readonly [name: string, call: readonly [method: string, path: string]]

/** An operation as roles name it: the types of its path, and what it does there. */
function discovered(namespace: string, provider: string, [published, [method, path]]: Published) {
  const types = (path.split(`/${namespace}/`)[1] ?? '').split('/').filter((segment) => !segment.startsWith('{'))
  const verb = VERBS[method] ?? 'read'
  return {
    name: [namespace, ...types, verb].join('/'),
    isDataAction: false,
    display: {
      provider,
      resource: types.join('/'),
      operation: published.replace('.', ' '),
      description: `${verb} of ${types.join('/')}`,
    },
    origin: 'user',
  }
}

/** What roles can allow of a provider. Several calls can be one operation to a role: GET of one and of many, PUT and PATCH. */
export const operationsOf = (namespace: string, provider: string, published: readonly Published[]) => [
  ...new Map(
    published
      .map((operation) => discovered(namespace, provider, operation))
      .map((operation) => [operation.name.toLowerCase(), operation]),
  ).values(),
]

const OPERATIONS = operationsOf(NAMESPACE, 'Microsoft Recovery Services', Object.entries(PUBLISHED_OPERATIONS))

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

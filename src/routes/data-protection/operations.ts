import { list, type Route, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { operationsOf } from '../recovery-services/provider-operations.js'

const NAMESPACE = 'Microsoft.DataProtection'

/** What roles can allow of the provider: what is served of it. */
export function dataProtectionOperationRoutes(served: readonly Route[]) {
  const calls = served.map(({ operation, method, path }) => [operation, [method, path]] as const)
  const operations = operationsOf(NAMESPACE, 'Microsoft Data Protection', calls)
  return [
    route({
      operation: 'DataProtectionOperations.List',
      method: 'GET',
      path: `/providers/${NAMESPACE}/operations`,
      tag: 'Regions of Backup vaults',
      summary: 'List the operations of the provider',
      query: VersionQuery,
      responses: { 200: { description: 'The operations: { value: [...] }' } },
      errors: [],
      handle: () => list(operations),
    }),
  ] as const
}

import { type Static, Type } from '@sinclair/typebox'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { dotNetTime } from '../../arm/times.js'
import { membersOf } from '../../domain/documents.js'
import {
  attachGuard,
  detachGuard,
  type GuardedVault,
  getProxy,
  PROXY_NAME,
  proxiesOf,
  unlockDelete,
} from '../../domain/vaults/resource-guard-proxies.js'
import { CRITICAL_OPERATIONS, protectedBy, requestOf } from '../../domain/vaults/resource-guards.js'
import type { World } from '../../domain/world.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

const PROXIES = `${VAULT}/backupResourceGuardProxies`
const PROXY = `${PROXIES}/{backupResourceGuardProxyName}`
const tag = 'Resource guard proxies'

const ProxyBody = Type.Object({ properties: Type.Object({ resourceGuardResourceId: Type.String() }) })
const UnlockBody = Type.Object({
  resourceGuardOperationRequests: Type.Optional(Type.Array(Type.String())),
  resourceToBeDeleted: Type.Optional(Type.String({ description: 'The protected item; without it the proxy is meant' })),
})

const GUARD_ID =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.DataProtection/resourceGuards/demo-guard'

const nameOf = (call: Call) => call.params.backupResourceGuardProxyName ?? ''

/** golden resourceGuardProxy-put-200 */
function view(world: World, vault: GuardedVault): Record<string, unknown> {
  const { guardId, guardKey, attachedAt } = vault.guard
  const { description } = membersOf(world.resources.get(guardKey)?.body.properties)
  return {
    id: `${vault.id}/backupResourceGuardProxies/${PROXY_NAME}`,
    name: PROXY_NAME,
    type: 'Microsoft.RecoveryServices/vaults/backupResourceGuardProxies',
    properties: {
      resourceGuardResourceId: guardId,
      resourceGuardOperationDetails: protectedBy(world, vault).map((operation) => ({
        vaultCriticalOperation: CRITICAL_OPERATIONS[operation][0],
        defaultResourceRequest: requestOf(guardId, operation),
      })),
      lastUpdatedTime: dotNetTime(attachedAt),
      description,
    },
  }
}

function unlock(world: World, call: Call<Static<typeof UnlockBody>>): Reply {
  const vault = getProxy(vaultOf(world, call), nameOf(call))
  const { resourceGuardOperationRequests = [], resourceToBeDeleted } = call.body
  const until = unlockDelete(world, vault, resourceGuardOperationRequests, resourceToBeDeleted)
  return ok({ unlockDeleteExpiryTime: dotNetTime(until) })
}

const proxy = { 200: { description: 'The proxy: the guard and what it protects' } }
const missing = ['ResourceNotFound', 'BMSUserErrorResourceGuardProxyNotFound'] as const

/** The resource guard of a vault: attach it, unlock deletions, take it away. */
export const resourceGuardProxyRoutes = [
  route({
    operation: 'ResourceGuardProxies.Get',
    method: 'GET',
    path: PROXIES,
    tag,
    summary: 'List the resource guards of the vault',
    query: VersionQuery,
    responses: { 200: { description: 'One or none: { value: [...] }' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => list(proxiesOf(vaultOf(world, call)).map((vault) => view(world, vault))),
  }),
  route({
    operation: 'ResourceGuardProxy.Get',
    method: 'GET',
    path: PROXY,
    tag,
    summary: 'Get the resource guard of the vault',
    query: VersionQuery,
    responses: proxy,
    errors: missing,
    handle: (world, call) => ok(view(world, getProxy(vaultOf(world, call), nameOf(call)))),
  }),
  route({
    operation: 'ResourceGuardProxy.Put',
    method: 'PUT',
    path: PROXY,
    tag,
    summary: 'Attach the vault to a resource guard',
    description: 'From then on critical operations need the request of the guard in resourceGuardOperationRequests.',
    query: VersionQuery,
    body: ProxyBody,
    example: { properties: { resourceGuardResourceId: GUARD_ID } },
    responses: proxy,
    errors: [
      'ResourceNotFound',
      'InvalidRequestContent',
      'InvalidParameter',
      'UserErrorResourceGuardOperationRequestNotProvided',
    ],
    handle: (world, call) => {
      const { resourceGuardResourceId } = call.body.properties
      return ok(view(world, attachGuard(world, vaultOf(world, call), nameOf(call), resourceGuardResourceId)))
    },
  }),
  route({
    operation: 'ResourceGuardProxy.UnlockDelete',
    method: 'POST',
    path: `${PROXY}/unlockDelete`,
    tag,
    summary: 'Unlock the next deletion of an item, or of the proxy, for 30 minutes',
    query: VersionQuery,
    body: UnlockBody,
    example: { resourceGuardOperationRequests: [`${GUARD_ID}/deleteResourceGuardProxyRequests/default`] },
    responses: { 200: { description: 'Until when' } },
    errors: [
      ...missing,
      'InvalidRequestContent',
      'BMSUserErrorDataSourceObjectNotFound',
      'UserErrorResourceGuardOperationRequestNotProvided',
    ],
    handle: unlock,
  }),
  route({
    operation: 'ResourceGuardProxy.Delete',
    method: 'DELETE',
    path: PROXY,
    tag,
    summary: 'Take the resource guard away from the vault',
    query: VersionQuery,
    responses: { 200: { description: 'Taken away' }, 204: { description: 'There was none' } },
    errors: ['ResourceNotFound', 'UserErrorResourceGuardOperationRequestNotProvided'],
    handle: (world, call) => (detachGuard(world, vaultOf(world, call), nameOf(call)) ? ok({}) : { status: 204 }),
  }),
] as const

import { type Static, Type } from '@sinclair/typebox'
import { type Call, list, ok, type Reply, type Route, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { dotNetTime } from '../../arm/times.js'
import { membersOf } from '../../domain/documents.js'
import {
  attachGuard,
  detachGuard,
  type GuardedVault,
  getProxy,
  proxiesOf,
  proxyName,
  unlockDelete,
} from '../../domain/vaults/resource-guard-proxies.js'
import { guardDetails } from '../../domain/vaults/resource-guards.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'

const ProxyBody = Type.Object({ properties: Type.Object({ resourceGuardResourceId: Type.String() }) })
const UnlockBody = Type.Object({
  resourceGuardOperationRequests: Type.Optional(Type.Array(Type.String())),
  resourceToBeDeleted: Type.Optional(Type.String({ description: 'What is protected; without it the proxy is meant' })),
})

const GUARD_ID =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.DataProtection/resourceGuards/demo-guard'

/** A proxy's members, for its kind of vault to put them in the order of its wire. */
export interface ProxyView {
  id: string
  name: string
  type: string
  properties: Record<string, unknown>
}

/** What is a kind of vault's own: names of operations as they are published, where its proxies are, what they look like. */
export interface ProxyKind<List extends string, Get, Put, Unlock, Delete> {
  operations: { list: List; get: Get; put: Put; unlock: Unlock; delete: Delete }
  vaultPath: string
  vaultOf: (world: World, call: Call) => Vault
  tag: string
  /** `vault`, `Backup vault` */
  word: string
  pathExamples?: Route['pathExamples']
  view: (proxy: ProxyView) => object
  deleted: Reply
}

const nameOf = ({ params }: Call) => params.backupResourceGuardProxyName ?? ''

function parts(world: World, vault: GuardedVault): ProxyView {
  const { guardId, guardKey, attachedAt } = vault.guard
  const { description } = membersOf(world.resources.get(guardKey)?.body.properties)
  return {
    id: `${vault.id}/backupResourceGuardProxies/${proxyName(vault)}`,
    name: proxyName(vault),
    type: `${vault.type}/backupResourceGuardProxies`,
    properties: {
      resourceGuardResourceId: guardId,
      resourceGuardOperationDetails: guardDetails(world, vault),
      lastUpdatedTime: dotNetTime(attachedAt),
      description,
    },
  }
}

const one = { 200: { description: 'The proxy: the guard and what it protects' } }
const missing = ['ResourceNotFound', 'BMSUserErrorResourceGuardProxyNotFound'] as const

/** The resource guard of a kind of vault: attach it, unlock deletions, take it away. */
export function guardProxyRoutes<
  const List extends string,
  const Get extends string,
  const Put extends string,
  const Unlock extends string,
  const Delete extends string,
>({ operations, vaultPath, vaultOf, tag, word, view, deleted, ...rest }: ProxyKind<List, Get, Put, Unlock, Delete>) {
  const proxies = `${vaultPath}/backupResourceGuardProxies`
  const path = `${proxies}/{backupResourceGuardProxyName}`
  const common = { tag, query: VersionQuery, ...(rest.pathExamples ? { pathExamples: rest.pathExamples } : {}) }
  const shown = (world: World, vault: GuardedVault) => view(parts(world, vault))
  const unlock = (world: World, call: Call<Static<typeof UnlockBody>>): Reply => {
    const vault = getProxy(vaultOf(world, call), nameOf(call))
    const { resourceGuardOperationRequests = [], resourceToBeDeleted } = call.body
    const until = unlockDelete(world, vault, resourceGuardOperationRequests, resourceToBeDeleted)
    return ok({ unlockDeleteExpiryTime: dotNetTime(until) })
  }
  return [
    route({
      ...common,
      operation: operations.list,
      method: 'GET',
      path: proxies,
      summary: `List the resource guards of the ${word}`,
      responses: { 200: { description: 'One or none: { value: [...] }' } },
      errors: ['ResourceNotFound'],
      handle: (world, call) => list(proxiesOf(vaultOf(world, call)).map((vault) => shown(world, vault))),
    }),
    route({
      ...common,
      operation: operations.get,
      method: 'GET',
      path,
      summary: `Get the resource guard of the ${word}`,
      responses: one,
      errors: missing,
      handle: (world, call) => ok(shown(world, getProxy(vaultOf(world, call), nameOf(call)))),
    }),
    route({
      ...common,
      operation: operations.put,
      method: 'PUT',
      path,
      summary: `Attach the ${word} to a resource guard`,
      description: 'From then on critical operations need the request of the guard in resourceGuardOperationRequests.',
      body: ProxyBody,
      example: { properties: { resourceGuardResourceId: GUARD_ID } },
      responses: one,
      errors: [
        'ResourceNotFound',
        'InvalidRequestContent',
        'InvalidParameter',
        'UserErrorResourceGuardOperationRequestNotProvided',
      ],
      handle: (world, call) => {
        const { resourceGuardResourceId } = call.body.properties
        return ok(shown(world, attachGuard(world, vaultOf(world, call), nameOf(call), resourceGuardResourceId)))
      },
    }),
    route({
      ...common,
      operation: operations.unlock,
      method: 'POST',
      path: `${path}/unlockDelete`,
      summary: 'Unlock the next deletion of what is protected, or of the proxy, for 30 minutes',
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
      ...common,
      operation: operations.delete,
      method: 'DELETE',
      path,
      summary: `Take the resource guard away from the ${word}`,
      responses: { 200: { description: 'Taken away' }, 204: { description: 'There was none' } },
      errors: ['ResourceNotFound', 'UserErrorResourceGuardOperationRequestNotProvided'],
      handle: (world, call) => (detachGuard(world, vaultOf(world, call), nameOf(call)) ? deleted : { status: 204 }),
    }),
  ] as const
}

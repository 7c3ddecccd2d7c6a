import { accepted, operationResult, operationStatus, waitsForOperation } from '../../arm/long-running.js'
import { type Call, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { STATUS_URL_VERSION } from '../../arm/versions.js'
import { findStorageContainer } from '../../domain/protection/storage-containers.js'
import type { World } from '../../domain/world.js'
import { vaultOf } from '../recovery-services/vaults.js'
import { CONTAINER } from '../scopes.js'
import { operationOf } from './operations.js'
import { storageContainerView } from './share-views.js'

const tag = 'Storage accounts'

/** Container-level URLs of an operation, in the casing of the request (wire-files.md 2). */
export const containerUrls = (call: Call, path: string, operationId: string) => ({
  status: urlOf(call, `${path}/operationsStatus/${operationId}`, STATUS_URL_VERSION),
  result: urlOf(call, `${path}/operationResults/${operationId}`),
})

/** A registration ends in the container, everything else in 204; until then both URLs are there again (wire-files.md 2). */
function result(world: World, call: Call): Reply {
  const vault = vaultOf(world, call)
  const operation = operationOf(world, call)
  const reply = operationResult(world, call, operation, () => {
    const container =
      operation.kind === 'registerContainer' &&
      findStorageContainer(world, vault, call.params.protectionContainerName ?? '')
    return container ? ok(storageContainerView(world, vault, container, call.apiVersion)) : { status: 204 }
  })
  if (reply.status !== 202) return reply
  const path = call.path.replace(/\/operationResults\/[^/]*$/i, '')
  return { ...accepted(call, containerUrls(call, path, operation.key)), body: {} }
}

const polling = ['ResourceNotFound', 'BMSUserErrorOperationNotFound'] as const

/** Where operations on containers are polled; those at the vault and its fabric answer for them too (wire-files.md 2). */
export const containerOperationRoutes = [
  route({
    operation: 'protectionContainerOperationResults.get',
    method: 'GET',
    path: `${CONTAINER}/operationResults/{operationId}`,
    tag,
    summary: "Poll a container's operation for its result",
    query: VersionQuery,
    responses: {
      200: { description: 'The container, after its registration' },
      202: { description: 'Still running' },
      204: { description: 'Done' },
    },
    errors: polling,
    waitsFor: waitsForOperation,
    handle: result,
  }),
  route({
    operation: 'operations.containerOperationStatus',
    method: 'GET',
    path: `${CONTAINER}/operationsStatus/{operationId}`,
    tag,
    summary: "Poll a container's operation",
    query: VersionQuery,
    responses: { 200: { description: 'InProgress, Succeeded or Failed' } },
    errors: polling,
    waitsFor: waitsForOperation,
    handle: (world, call) => operationStatus(world, operationOf(world, call)),
  }),
] as const

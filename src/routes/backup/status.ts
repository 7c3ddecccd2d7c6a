import { Type } from '@sinclair/typebox'
import { type Call, ok, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { backupFamily } from '../../arm/versions.js'
import { Refusal } from '../../domain/errors.js'
import { keyOf, machineNames, readResourceId } from '../../domain/names.js'
import type { World } from '../../domain/world.js'
import { RECOVERY_SERVICES_LOCATION } from '../scopes.js'

const StatusBody = Type.Object({
  resourceType: Type.String(),
  resourceId: Type.String(),
  poLogicalName: Type.Optional(Type.String()),
})

/** Whether and where a machine is protected; names all in lower case (wire-vm.md 6.1, wire-vm-more.md 5.4). */
function statusOf(world: World, call: Call<{ resourceType: string; resourceId: string }>): Reply {
  const id = readResourceId(call.body.resourceId)
  if (!id) throw new Refusal('InvalidParameter', `resourceId '${call.body.resourceId}' is not the id of a resource.`)
  const { container, item: itemName } = machineNames(id)
  const items = world.items.ofSource(keyOf(call.body.resourceId)).filter((candidate) => !candidate.configuring)
  const item = items.find((candidate) => candidate.state !== 'ProtectionStopped') ?? items[0]
  const vault = item && world.vaults.get(item.vaultKey)
  return ok({
    protectionStatus: item ? 'Protected' : 'NotProtected',
    ...(vault ? { vaultId: vault.id } : {}),
    fabricName: 'Azure',
    containerName: container.toLowerCase(),
    protectedItemName: itemName.toLowerCase(),
    ...(item ? { policyName: item.policyName } : {}),
    protectedItemsCount: 0,
    ...(backupFamily(call.apiVersion).named ? { objectType: 'BackupStatusResponse' } : {}),
  })
}

/** Questions that are asked of a region. */
export const backupStatusRoutes = [
  route({
    operation: 'BackupStatus.Get',
    method: 'POST',
    path: `${RECOVERY_SERVICES_LOCATION}/backupStatus`,
    tag: 'Protected items',
    summary: 'Ask whether a machine is protected, and where',
    query: VersionQuery,
    body: StatusBody,
    example: {
      resourceType: 'VM',
      resourceId:
        '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo/providers/Microsoft.Compute/virtualMachines/vm1',
    },
    readOnly: true,
    responses: { 200: { description: 'The status' } },
    errors: ['InvalidRequestContent', 'InvalidParameter'],
    handle: statusOf,
  }),
] as const

import { type Static, Type } from '@sinclair/typebox'
import { type Call, ok, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { backupFamily } from '../../arm/versions.js'
import { readSource, type SourceStatus, statusOfSource } from '../../domain/protection/backup-status.js'
import { shownPolicy } from '../../domain/protection/protected-items.js'
import type { World } from '../../domain/world.js'
import { RECOVERY_SERVICES_LOCATION } from '../scopes.js'

const StatusBody = Type.Object({
  resourceType: Type.String(),
  resourceId: Type.String(),
  poLogicalName: Type.Optional(Type.String()),
})

/** Whether and where something is protected; names all in lower case (wire-vm.md 6.1, wire-vm-more.md 5.4). */
function statusOf(world: World, call: Call<Static<typeof StatusBody>>): Reply {
  const source = readSource(world, call.body)
  const { status, item, vault }: SourceStatus = source ? statusOfSource(world, source) : { status: 'NotProtected' }
  return ok({
    protectionStatus: status,
    ...(vault ? { vaultId: vault.id } : {}),
    fabricName: 'Azure',
    ...(source
      ? { containerName: source.containerName.toLowerCase(), protectedItemName: source.itemName.toLowerCase() }
      : {}),
    ...(item ? { policyName: shownPolicy(item) } : {}),
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
    summary: 'Ask whether a machine or a file share is protected, and where',
    description: 'A file share is asked for by its storage account, and its own name in poLogicalName.',
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

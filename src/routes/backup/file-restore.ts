import { type Static, Type } from '@sinclair/typebox'
import type { Call } from '../../arm/route.js'
import { GuardRequests } from '../../arm/shapes.js'
import { withoutNulls } from '../../domain/documents.js'
import type { Operation } from '../../domain/operations.js'
import type { ProtectedItem } from '../../domain/protection/protected-items.js'
import { type ShareRestoreInput, startShareRestore } from '../../domain/restore/file-share-restore.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'

/** The `properties` of a restore of a file share (wire-files.md 10). */
export const FileRestore = Type.Object({
  objectType: Type.Literal('AzureFileShareRestoreRequest'),
  recoveryType: Type.String(),
  sourceResourceId: Type.Optional(Type.String()),
  copyOptions: Type.Optional(Type.String()),
  restoreRequestType: Type.Optional(Type.String()),
  restoreFileSpecs: Type.Optional(
    Type.Array(
      Type.Object({
        path: Type.Optional(Type.String()),
        fileSpecType: Type.Optional(Type.String()),
        targetFolderPath: Type.Optional(Type.String()),
      }),
    ),
  ),
  targetDetails: Type.Optional(
    Type.Object({ name: Type.Optional(Type.String()), targetResourceId: Type.Optional(Type.String()) }),
  ),
  resourceGuardOperationRequests: GuardRequests,
})

/** A restore that a body asks for, as the domain takes it. */
export function shareRestoreInput(
  call: Call,
  pointName: string,
  properties: Static<typeof FileRestore>,
): ShareRestoreInput {
  // Clients send nulls for what a restore in place doesn't have (wire-files.md 10).
  const { objectType: _, ...asked } = withoutNulls(properties) as Static<typeof FileRestore>
  return { ...asked, pointName, activityId: call.clientRequestId }
}

/** Starts the restore that a body asks for. */
export const restoreShare = (
  world: World,
  call: Call,
  { vault, item }: { vault: Vault; item: ProtectedItem },
  properties: Static<typeof FileRestore>,
): Operation =>
  startShareRestore(world, vault, item, shareRestoreInput(call, call.params.recoveryPointId ?? '', properties))

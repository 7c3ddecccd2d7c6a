import { type Static, Type } from '@sinclair/typebox'
import type { Call } from '../../arm/route.js'
import { AnyObject, GuardRequests } from '../../arm/shapes.js'
import { withoutNulls } from '../../domain/documents.js'
import type { RefusalCode } from '../../domain/errors.js'
import type { Operation } from '../../domain/operations.js'
import type { ProtectedItem } from '../../domain/protection/protected-items.js'
import { startRestore } from '../../domain/restore/restore.js'
import type { RestoreInput } from '../../domain/restore/restore-request.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'

const Text = Type.Optional(Type.String())
const Flag = Type.Optional(Type.Boolean())
const REHYDRATING = 'IaasVMRestoreWithRehydrationRequest'

/** LUNs come as numbers or as text, by the client's version (client-az.md 4.3). */
const Luns = Type.Array(Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: '^\\d+$' })]))

/** The `properties` of a restore of a virtual machine. */
export const VmRestore = Type.Object({
  objectType: Type.Union([Type.Literal('IaasVMRestoreRequest'), Type.Literal(REHYDRATING)]),
  recoveryPointId: Text,
  recoveryType: Type.String(),
  sourceResourceId: Text,
  storageAccountId: Text,
  region: Text,
  targetResourceGroupId: Text,
  targetVirtualMachineId: Text,
  virtualNetworkId: Text,
  subnetId: Text,
  restoreDiskLunList: Type.Optional(Luns),
  zones: Type.Optional(Type.Array(Type.String())),
  createNewCloudService: Flag,
  originalStorageAccountOption: Flag,
  restoreWithManagedDisks: Flag,
  identityInfo: Type.Optional(Type.Object({ isSystemAssignedIdentity: Flag, managedIdentityResourceId: Text })),
  identityBasedRestoreDetails: Type.Optional(Type.Object({ targetStorageAccountId: Text })),
  encryptionDetails: Type.Optional(
    Type.Object({
      encryptionEnabled: Flag,
      kekUrl: Text,
      kekVaultId: Text,
      secretKeyUrl: Text,
      secretKeyVaultId: Text,
    }),
  ),
  diskEncryptionSetId: Text,
  targetDiskNetworkAccessSettings: Type.Optional(
    Type.Object({ targetDiskNetworkAccessOption: Text, targetDiskAccessId: Text }),
  ),
  /** Not looked at: there are no edge zones here that a machine could be in. */
  extendedLocation: Type.Optional(AnyObject),
  recoveryPointRehydrationInfo: Type.Optional(
    Type.Object({ rehydrationRetentionDuration: Text, rehydrationPriority: Text }),
  ),
  resourceGuardOperationRequests: GuardRequests,
})

const GROUP_ID = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/demo'
export const VM_RESTORE_EXAMPLE = {
  properties: {
    objectType: 'IaasVMRestoreRequest',
    recoveryType: 'RestoreDisks',
    sourceResourceId: `${GROUP_ID}/providers/Microsoft.Compute/virtualMachines/vm1`,
    targetResourceGroupId: GROUP_ID,
    storageAccountId: `${GROUP_ID}/providers/Microsoft.Storage/storageAccounts/demostore`,
    region: 'westeurope',
  },
}

/** What a restore of a virtual machine can be refused with, wherever it goes. */
export const VM_RESTORE_ERRORS = [
  'UserErrorInvalidRestoreRequest',
  'UserErrorItemIsSoftDeleted',
  'UserErrorRestoreRegionMismatch',
  'CloudDosAbsoluteLimitReached',
  'UserErrorOLRNotSupported',
  'UserErrorInvalidVMEncryptionInfo',
  'UserErrorVmAlreadyExistWithSameName',
  'UserErrorBCMRestoreStorageAccountNotFound',
  'UserErrorRestoreTargetRGNotFound',
  'UserErrorRestoreNetworkNotFound',
  'UserErrorRecoveryPointRehydrationNotAllowed',
  'ResourceGroupBeingDeleted',
  'InvalidResourceName',
] as const satisfies readonly RefusalCode[]

/** What only a restore in the vault's own region can be refused with. */
export const HOME_RESTORE_ERRORS = [
  'UserErrorRestoreOperationInProgress',
  'UserErrorRecoveryPointNotRehydrated',
  'UserErrorRecoveryPointAlreadyRehydrated',
  'UserErrorRecoveryPointRehydrationAlreadyInProgress',
  'UserErrorOLRNotSupportedOnRPWithDisksExcluded',
  'UserErrorVmNotFoundV2',
  'UserErrorVmNotShutDown',
  'UserErrorCrossSubscriptionRestoreNotAllowed',
  'UserErrorCrossSubscriptionRestoreNotSupportedForOLR',
  'UserErrorCrossSubscriptionRestoreNotSupportedForUnManagedAzureVM',
  'UserErrorCrossSubscriptionRestoreNotSupportedForEncryptedAzureVM',
  'UserErrorCrossSubscriptionRestoreNotSupportedFromSnapshot',
  'UserErrorCrossSubscriptionRestoreInvalidTargetSubscription',
] as const satisfies readonly RefusalCode[]

/** Without nulls, and without texts that old clients leave empty (golden restore-encrypted-post-202). */
const given = (properties: Static<typeof VmRestore>) =>
  Object.fromEntries(Object.entries(withoutNulls(properties) as object).filter(([, value]) => value !== '')) as Static<
    typeof VmRestore
  >

/** A restore that a body asks for, as the domain takes it. */
export function restoreInput(call: Call, pointName: string, properties: Static<typeof VmRestore>): RestoreInput {
  const { objectType, restoreDiskLunList, recoveryPointRehydrationInfo, identityBasedRestoreDetails, ...rest } =
    given(properties)
  const account = rest.storageAccountId ?? identityBasedRestoreDetails?.targetStorageAccountId
  return {
    ...rest,
    ...(account ? { storageAccountId: account } : {}),
    ...(restoreDiskLunList ? { restoreDiskLunList: restoreDiskLunList.map(Number) } : {}),
    ...(objectType === REHYDRATING ? { rehydration: recoveryPointRehydrationInfo ?? {} } : {}),
    pointName,
    activityId: call.clientRequestId,
  }
}

/** Starts the restore that a body asks for. */
export const restoreMachine = (
  world: World,
  call: Call,
  { vault, item }: { vault: Vault; item: ProtectedItem },
  properties: Static<typeof VmRestore>,
): Operation => startRestore(world, vault, item, restoreInput(call, call.params.recoveryPointId ?? '', properties))

import { dotNetTime } from '../../arm/times.js'
import { userFacingError } from '../../arm/user-facing-error.js'
import { deletionOf, type InstanceState, stateOfInstance } from '../../domain/protection/instance-state.js'
import type { Instance } from '../../domain/protection/instances.js'
import { BACKUP_VAULT_TYPE, type Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'

/** What both kinds of instance say, members in the order of the wire (golden disk/13, 19, 46). */
function propertiesOf({ instance, protectionError }: Instance, { current, status, provisioning }: InstanceState) {
  const { identityDetails, ...document } = instance.document
  const told = protectionError && userFacingError(protectionError.error, protectionError.activityId)
  const failed = told && current === 'ProtectionError' ? told : undefined
  return {
    ...document,
    protectionStatus: { status, ...(failed ? { errorDetails: failed } : {}) },
    currentProtectionState: current,
    ...(failed ? { protectionErrorDetails: failed } : {}),
    provisioningState: provisioning,
    ...(identityDetails ? { identityDetails } : {}),
  }
}

const named = (vault: Vault, name: string, collection: 'backupInstances' | 'deletedBackupInstances') => ({
  id: `${vault.id}/${collection}/${name}`,
  name,
  type: `${BACKUP_VAULT_TYPE}/${collection}`,
})

/** A backup instance. */
export function instanceView(world: World, vault: Vault, item: Instance): Record<string, unknown> {
  const { tags } = item.instance
  return {
    ...(tags ? { tags } : {}),
    properties: { ...propertiesOf(item, stateOfInstance(world, item)), objectType: 'BackupInstance' },
    ...named(vault, item.name, 'backupInstances'),
  }
}

/** A soft-deleted backup instance. */
export function deletedInstanceView(world: World, vault: Vault, item: Instance): Record<string, unknown> {
  const deletion = deletionOf(world, item)
  return {
    properties: {
      ...(deletion
        ? {
            deletionInfo: {
              deletionTime: dotNetTime(deletion.at),
              billingEndDate: dotNetTime(deletion.billingEnd),
              scheduledPurgeTime: dotNetTime(deletion.purgeAt),
              deleteActivityID: deletion.activityId,
            },
          }
        : {}),
      ...propertiesOf(item, stateOfInstance(world, item)),
      objectType: 'DeletedBackupInstance',
    },
    ...named(vault, item.name, 'deletedBackupInstances'),
  }
}

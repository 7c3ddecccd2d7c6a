import type { Members } from '../documents.js'
import type { JobErrorName } from '../jobs/job-errors.js'
import { same } from '../names.js'
import type { Operation } from '../operations.js'
import { UserFacingRefusal } from '../user-facing-refusal.js'
import { openBackupOperation } from '../vaults/backup-vault-operations.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { type ConfiguredDisk, diskFault } from './disk-checks.js'
import { badInstance, type DiskConfiguration, readInstance } from './disk-configuration.js'
import { noAuthorization, principalsOf } from './instance-identity.js'
import { getInstance, type Instance, type InstanceCall, instancesOfSource } from './instances.js'
import { checkPolicy, letsGo } from './protection-checks.js'
import { WORKLOADS } from './workloads.js'

/**
 * A disk has one instance over all vaults; a soft-deleted one leaves it to others (wire-disk.md 1.2, 5). One that has
 * stopped keeps it from a new one, not from one that is there.
 * @param own the instance that is to have it
 * @throws Refusal UserErrorDppDatasourceAlreadyProtected, or UserErrorDppDatasourceAlreadyHasBackupInstance where its
 * instance could not be configured; at once
 */
export function checkFree(world: World, diskId: string, own?: Instance): void {
  const other = instancesOfSource(world, diskId).find((item) => item.id !== own?.id && !(own && letsGo(world, item)))
  if (!other) return
  const vaultId = world.vaults.get(other.vaultKey)?.id ?? other.vaultKey
  if (other.state === 'ProtectionError') {
    throw new UserFacingRefusal(
      'UserErrorDppDatasourceAlreadyHasBackupInstance',
      `Datasource already has a backup instance, '${other.name}' of the Backup vault ${vaultId}, that could not be configured.`,
      `Mend what ${other.name} says is wrong and configure it again, or delete it.`,
    )
  }
  throw new UserFacingRefusal(
    'UserErrorDppDatasourceAlreadyProtected',
    `Datasource is already protected under the Backup vault ${vaultId}: a disk has one backup instance at a time.`,
    `Delete the backup instance ${other.friendlyName} from the Backup vault ${vaultId} first.`,
  )
}

/** An instance keeps its disk, and the group of its snapshots (domain.md 9). */
export function checkStays(
  item: Instance,
  { sourceId, instance }: Pick<DiskConfiguration, 'sourceId' | 'instance'>,
): void {
  if (!same(sourceId, item.sourceId)) {
    throw badInstance(
      `'${item.name}' protects ${item.sourceId}, and an instance keeps its disk.`,
      `Protect ${sourceId} by an instance of its own.`,
    )
  }
  const { snapshotGroupId: before } = item.instance
  // Of what was never configured nothing lies anywhere.
  if (item.state === 'ProtectionError' || same(instance.snapshotGroupId, before)) return
  throw badInstance(
    `the snapshots of '${item.name}' are in ${before}, which cannot be changed.`,
    `Send ${before} as resourceGroupId, or delete the instance and protect the disk anew.`,
  )
}

/** What the service itself ran into, where it says so: who was not allowed to look at the disk (golden disk/71). */
function detailOf(world: World, vault: Vault, disk: ConfiguredDisk, error: JobErrorName): { detail?: string } {
  const [principal] = principalsOf(world, vault, disk)
  if (error !== 'UserErrorMissingRequiredPermissions' || principal === undefined) return {}
  return { detail: noAuthorization(principal, disk.sourceId) }
}

/** What a validation looks at: the instance as it would be. */
function openValidation(world: World, vault: Vault, disk: ConfiguredDisk, activityId: string | undefined): Operation {
  const error = diskFault(world, vault, disk)
  const told = error && { error, activityId: activityId ?? world.chance.guid(), ...detailOf(world, vault, disk, error) }
  return openBackupOperation(world, vault, {
    kind: 'validateInstance',
    pace: 'validateDiskMs',
    ...(told ? { error: told } : {}),
  })
}

/**
 * Finds out whether a disk could be protected like this. That it is protected already is refused at once, whatever else
 * is wrong makes the operation fail (wire-disk.md 1.2).
 * @throws Refusal InvalidRequestContent, UserErrorInvalidRequestParameter, UserErrorDppDatasourceAlreadyProtected, and
 * what the policy refuses
 */
export function validateInstance(
  world: World,
  vault: Vault,
  properties: unknown,
  activityId: string | undefined,
): Operation {
  const { sourceId, instance, policyId } = readInstance(properties)
  checkFree(world, sourceId)
  const policyName = checkPolicy(world, vault, WORKLOADS.AzureDisk, policyId)
  return openValidation(world, vault, { sourceId, instance, policyName }, activityId)
}

/**
 * Finds out whether an instance could be changed like this.
 * @throws Refusal as `validateInstance`, and UserErrorGenericResourceNotFound
 */
export function validateChange(world: World, vault: Vault, call: InstanceCall, properties: Members): Operation {
  const item = getInstance(world, vault, call.name)
  const asked = readInstance(properties)
  checkStays(item, asked)
  checkFree(world, asked.sourceId, item)
  const policyName = checkPolicy(world, vault, WORKLOADS.AzureDisk, asked.policyId)
  return openValidation(world, vault, { ...asked, policyName }, call.activityId)
}

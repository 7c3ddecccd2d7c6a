import { scheduleRetention } from '../backup/recovery-points.js'
import { Refusal } from '../errors.js'
import { type Job, openJob } from '../jobs/jobs.js'
import type { Operation } from '../operations.js'
import { refuseWhileMoving } from '../vaults/data-move-checks.js'
import { isImmutable, refuseOnImmutable } from '../vaults/immutability.js'
import { requireUnlocked } from '../vaults/resource-guard-proxies.js'
import { requireGuard } from '../vaults/resource-guards.js'
import { isBackupVault, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { giveItemTo } from './item-jobs.js'
import { checkNotBusy, isStopped, itemSubject, type ProtectedItem, type StoppedState } from './protected-items.js'
import { badRequest, type ProtectionInput } from './protection-input.js'
import { workloadOf } from './workloads.js'

/** The ways to stop that keep the data, and what each asks of vault and item (domain.md 13.7). */
const STOPS: Record<StoppedState, (vault: Vault, item: ProtectedItem) => void> = {
  ProtectionStopped: () => {},
  BackupsSuspended: checkSuspension,
}

/** Whether a PUT without a policy asks for one of them. */
export const isStop = (state: string | undefined): state is StoppedState => state !== undefined && state in STOPS

/**
 * Points can go by the policy only where nothing else takes them: the service refuses it with this code for it, too. A
 * Backup vault suspends whatever it has (golden disk/54).
 */
function checkSuspension(vault: Vault, item: ProtectedItem): void {
  if (!isImmutable(vault) && !isBackupVault(vault)) {
    throw new Refusal(
      'UserErrorOperationDeniedOnImmutableItem',
      `Backups of '${item.friendlyName}' cannot be suspended: that is for immutable vaults, although the code of this error speaks of them as the obstacle, and vault '${vault.name}' is not one. Enable immutability of the vault, or stop with protectionState ProtectionStopped.`,
    )
  }
  if (item.state === 'ProtectionStopped') {
    throw badRequest(
      `protection of '${item.friendlyName}' has stopped, so it has no policy that its points could go by.`,
    )
  }
}

/**
 * Stops protection and keeps the data: all of it, or what the policy leaves (domain.md 13.7). A backup that is running
 * goes on to its end.
 * @throws Refusal UserErrorResourceGuardOperationRequestNotProvided, UserErrorOperationDeniedOnImmutableItem,
 * BMSUserErrorInvalidConfigureProtectionRequest
 */
export function stopProtection(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  state: StoppedState,
  input: ProtectionInput,
): Operation {
  STOPS[state](vault, item)
  const critical = isBackupVault(vault) && state === 'BackupsSuspended' ? 'suspendBackups' : 'stopProtection'
  requireGuard(world, vault, critical, input.resourceGuardOperationRequests)
  const job = openJob(world, item, {
    operation: 'DisableBackup',
    activityId: input.activityId,
    bag: workloadOf(item).bag('DisableBackup', item, {}),
    work: { state },
  })
  return giveItemTo(world, item, job, 'disable')
}

/** What the end of a DisableBackup job leaves: no schedule, and retention only where backups are suspended. */
export function finishStop(world: World, item: ProtectedItem, job: Job): void {
  const suspended = job.work?.state === 'BackupsSuspended'
  // Why it could not be configured says nothing any more.
  const { protectionError: _, ...left } = item
  const { policyName } = left
  const stopped: ProtectedItem = suspended
    ? { ...left, state: 'BackupsSuspended' }
    : { ...left, state: 'ProtectionStopped', policyName: '', ...(policyName ? { stoppedPolicyName: policyName } : {}) }
  world.items.put(stopped)
  world.timeline.cancel(itemSubject(item))
  scheduleRetention(world, stopped)
}

/**
 * Deletes an item's data: softly while the vault's soft delete is on, for good otherwise.
 * @returns the operation, or undefined where the item is soft-deleted already
 * @throws Refusal BMSUserErrorConflictingProtectionOperation, UserErrorOperationNotAllowedDuringDataMove,
 * UserErrorOperationDeniedOnImmutableItem, UserErrorResourceGuardOperationRequestNotProvided
 */
export function deleteProtectedItem(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  activityId: string | undefined,
): Operation | undefined {
  refuseWhileMoving(world, vault)
  checkNotBusy(item)
  if (item.deleted) return undefined
  // Immutability is not for what lies outside the vault (domain.md 7).
  if (!isBackupVault(vault)) refuseOnImmutable(vault, `backup data of '${item.friendlyName}' would be deleted`)
  requireUnlocked(world, vault, item)
  const soft = vault.settings.softDelete !== 'Disabled' && workloadOf(item).keptWhenDeleted(world, item)
  const job = openJob(world, item, {
    operation: 'DeleteBackupData',
    activityId,
    bag: workloadOf(item).bag('DeleteBackupData', item, {
      points: world.points.count(item.id),
      stopped: isStopped(item),
    }),
    work: { soft, days: vault.settings.softDeleteDays },
  })
  return giveItemTo(world, item, job, soft ? 'deleteSoft' : 'deletePurge', 'deleteItem')
}

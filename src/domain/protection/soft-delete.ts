import { workOf } from '../backup/backup-phases.js'
import { changePoint, dropPoints } from '../backup/recovery-points.js'
import { collectionKey } from '../backup/restore-point-collections.js'
import { finishCancel, type Job, openJob } from '../jobs/jobs.js'
import { PURGE_WARNING, raiseAlertOfItem } from '../monitoring/alert-raising.js'
import type { Operation } from '../operations.js'
import { DAY } from '../policies/schedule.js'
import type { World } from '../world.js'
import { giveItemTo } from './item-jobs.js'
import { itemSubject, type ProtectedItem } from './protected-items.js'
import { workloadOf } from './workloads.js'

/**
 * What the end of a DeleteBackupData job leaves: nothing, or, with soft delete, an item whose protection has stopped
 * and whose data goes for good when the vault's period is over (domain.md 7, 13.6). The period that holds is the one
 * in force at the deletion.
 */
export function softDelete(world: World, item: ProtectedItem, job: Job): void {
  world.timeline.cancel(itemSubject(item))
  if (!job.work?.soft) return purge(world, item)
  endBackups(world, item)
  const days = Number(job.work.days)
  const until = job.start + days * DAY
  const { policyName, stoppedPolicyName = '' } = item
  world.items.put({
    ...item,
    state: 'ProtectionStopped',
    policyName: '',
    stoppedPolicyName: policyName || stoppedPolicyName,
    deleted: { at: job.start, until, days },
  })
  world.timeline.at(until - PURGE_WARNING, 'softDelete.warning', itemSubject(item))
  world.timeline.at(until, 'softDelete.purge', itemSubject(item))
}

/** Due: an item that is still soft-deleted has two days left. */
export function warnOfPurge(world: World, item: ProtectedItem): void {
  if (item.deleted?.until === world.now + PURGE_WARNING) raiseAlertOfItem(world, item, 'purgeNear')
}

/**
 * Brings a soft-deleted item back: its protection stays stopped, restores are possible, nothing is pruned.
 * @param work what the end of the job does beyond that: the policy and the disks that it resumes with
 */
export function undelete(
  world: World,
  item: ProtectedItem,
  activityId: string | undefined,
  work: Record<string, unknown>,
): Operation {
  const job = openJob(world, item, {
    operation: 'Undelete',
    activityId,
    bag: workloadOf(item).bag('Undelete', item, {}),
    work,
  })
  world.timeline.cancel(itemSubject(item), 'softDelete.purge')
  return giveItemTo(world, item, job, 'undelete')
}

/** What was still being backed up when the data was deleted ends cancelled; of a point on its way the snapshot stays. */
function endBackups(world: World, item: ProtectedItem): void {
  for (const job of world.jobs.open(item.id).filter(({ operation }) => operation === 'Backup')) {
    finishCancel(world, job)
    const { pointName } = workOf(job)
    const point = pointName === undefined ? undefined : world.points.find(item.id, pointName)
    if (!point) continue
    const { transferring: _, ...left } = point
    changePoint(world, left)
  }
}

/** Takes an item, its points and its restore point collection out of the world; what still runs on it ends cancelled. */
export function purge(world: World, item: ProtectedItem): void {
  const vault = world.vaults.get(item.vaultKey)
  if (item.deleted) raiseAlertOfItem(world, item, 'purged')
  for (const job of world.jobs.open(item.id)) finishCancel(world, job)
  world.timeline.cancel(itemSubject(item))
  dropPoints(world, item)
  world.items.delete(item.id)
  // Who has deleted the data no longer wishes for it, should the machine be made again.
  world.intents.delete(item.vaultKey, item.name)
  if (item.collection && vault) world.resources.delete(collectionKey(vault.subscriptionId, item.collection))
}

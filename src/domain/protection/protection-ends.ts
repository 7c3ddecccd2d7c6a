import { rescheduleBackup, scheduleNextBackup } from '../backup/backup.js'
import type { DiskExclusion } from '../inventory/machines.js'
import type { JobErrorName } from '../jobs/job-errors.js'
import { endJob, type Job } from '../jobs/jobs.js'
import { judgePoints } from '../policies/retention-judgment.js'
import type { World } from '../world.js'
import { failItemJob, instanceOf } from './item-jobs.js'
import { isStopped, type ProtectedItem, type ProtectionState } from './protected-items.js'
import { finishStop } from './protection-stop.js'
import { softDelete } from './soft-delete.js'
import { workloadOf } from './workloads.js'

/** What the end of each of an item's own jobs does to it. */
const EFFECTS: Partial<Record<Job['operation'], (world: World, item: ProtectedItem, job: Job) => void>> = {
  ConfigureBackup: finishConfigure,
  DisableBackup: finishStop,
  DeleteBackupData: softDelete,
  Undelete: finishUndelete,
}

/** An undeleted item's protection stays stopped, unless it was brought back with a policy. */
function finishUndelete(world: World, item: ProtectedItem, job: Job): void {
  const { deleted: _, ...live } = item
  const back: ProtectedItem = { ...live, undeleted: true }
  if (job.work?.policyName === undefined) world.items.put(back)
  else finishConfigure(world, back, job)
}

function finishConfigure(world: World, item: ProtectedItem, job: Job): void {
  const { diskExclusion: _, protectionError: __, ...rest } = item
  const diskExclusion = job.work?.diskExclusion as DiskExclusion | null
  const policyName = String(job.work?.policyName)
  const state = stateAfter(world, item, job)
  const configured: ProtectedItem = {
    ...rest,
    ...(diskExclusion ? { diskExclusion } : {}),
    ...instanceOf(job),
    ...(state === 'ProtectionStopped' ? { policyName: '', stoppedPolicyName: policyName } : { policyName }),
    configuring: false,
    configuredAt: world.now,
    state,
  }
  world.items.put(configured)
  if (item.configuring || isStopped(item)) scheduleNextBackup(world, configured)
  else rescheduleBackup(world, configured)
  judgePoints(world, configured)
}

/** A policy that is edited leaves the items that hang on it suspended; who gives an item a policy resumes it, but in a Backup vault. */
function stateAfter(world: World, item: ProtectedItem, job: Job): ProtectionState {
  if (isStopped(item) && !job.work?.resumes) return item.state
  return isPending(world, item) ? 'IRPending' : 'Protected'
}

/** Whether an item waits for its first backup, or for the first one after its protection was resumed. */
const isPending = (world: World, item: ProtectedItem) =>
  world.points.count(item.id) === 0 || (workloadOf(item).pendingOnResume && item.state !== 'Protected')

/** What a configuration finds at its end that makes it fail. */
function misconfigurationOf(world: World, item: ProtectedItem, job: Job): JobErrorName | undefined {
  const { misconfigured } = workloadOf(item)
  if (!misconfigured || job.operation !== 'ConfigureBackup') return undefined
  const vault = world.vaults.get(item.vaultKey)
  const policyName = String(job.work?.policyName)
  return vault && misconfigured(world, vault, { ...item, policyName, ...instanceOf(job) })
}

/** Due: a job that has an item for itself ends, and the item is what the job made of it. */
export function finishItemJob(world: World, job: Job): void {
  const item = world.items.get(job.itemId)
  const fault = item && misconfigurationOf(world, item, job)
  if (fault) return failItemJob(world, job, fault)
  endJob(world, job, 'Completed')
  if (!item) return
  const { busyWith: _, ...free } = item
  EFFECTS[job.operation]?.(world, free, job)
}

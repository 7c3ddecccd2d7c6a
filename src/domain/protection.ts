import { scheduleNextBackup } from './backup.js'
import { Refusal } from './errors.js'
import { giveItemTo } from './item-jobs.js'
import { endJob, type Job, openJob } from './jobs.js'
import type { DiskExclusion } from './machines.js'
import type { Operation } from './operations.js'
import { checkNotBusy, type ProtectedItem, type WorkloadName } from './protected-items.js'
import { checkElsewhere, checkPolicy } from './protection-checks.js'
import { badRequest, type ProtectionInput } from './protection-input.js'
import { scheduleRetention } from './recovery-points.js'
import { softDelete, undelete } from './soft-delete.js'
import type { Vault } from './vaults.js'
import { WORKLOADS, workloadOf, workloadOfType } from './workloads.js'
import type { World } from './world.js'

/**
 * One PUT does it all: which command it is follows from the item as it is and from what the body says
 * (wire-vm.md 6 and 7, wire-vm-more.md 5.1).
 *
 * | item | body | command |
 * | --- | --- | --- |
 * | none | policyId | enable |
 * | any live one | policyId | change policy, or resume |
 * | any live one | policyId '' , ProtectionStopped | stop, keep the data |
 * | soft-deleted | isRehydrate | undelete |
 * | soft-deleted | anything else | refused |
 *
 * @returns the operation to poll; the item changes when its job ends
 * @throws Refusal of every kind that the rules below name; nothing has changed then
 */
export function putProtectedItem(world: World, vault: Vault, input: ProtectionInput): Operation {
  const workload = workloadOfType(input.protectedItemType ?? '')
  if (!workload) {
    throw badRequest(
      `protectedItemType '${input.protectedItemType ?? ''}' is not a kind of item that can be protected here, use Microsoft.Compute/virtualMachines.`,
    )
  }
  const item = world.items.find(vault.key, WORKLOADS[workload].itemName(input.containerName, input.itemName))
  if (item) checkNotBusy(item)
  if (item?.deleted) return undeleteOrRefuse(world, item, input)
  if (input.policyId) return item ? reconfigure(world, vault, item, input) : enable(world, vault, workload, input)
  if (item && input.protectionState === 'ProtectionStopped') return stop(world, item, input.activityId)
  if (item)
    throw badRequest(
      `without a policyId only protectionState ProtectionStopped can be asked for, not '${input.protectionState ?? ''}'.`,
    )
  throw badRequest('an item that is not protected yet needs a policyId.')
}

function undeleteOrRefuse(world: World, item: ProtectedItem, input: ProtectionInput): Operation {
  if (input.isRehydrate) return undelete(world, item, input.activityId)
  throw new Refusal(
    'UserErrorItemIsSoftDeleted',
    `The item '${item.friendlyName}' is in soft deleted state. Undelete it first (isRehydrate true), then change its protection.`,
  )
}

function enable(world: World, vault: Vault, name: WorkloadName, input: ProtectionInput): Operation {
  const workload = WORKLOADS[name]
  const source = workload.findSource(world, vault, input)
  checkElsewhere(world, vault, source)
  const policyName = checkPolicy(world, vault, workload, input.policyId ?? '')
  checkQuota(world, vault, name)
  const item: ProtectedItem = {
    ...source,
    id: world.nextNumber(),
    vaultKey: vault.key,
    workload: name,
    policyName,
    state: 'IRPending',
    configuring: true,
    lastBackupStatus: '',
    dataId: world.chance.digits(14),
    ...(input.diskExclusion ? { diskExclusion: input.diskExclusion } : {}),
  }
  return configure(world, item, 'configureFirst', policyName, input)
}

function checkQuota(world: World, vault: Vault, name: WorkloadName): void {
  const live = world.items.ofVault(vault.key).filter((item) => item.workload === name).length
  if (live < world.limits[WORKLOADS[name].quota]) return
  throw new Refusal(
    'UserErrorProtectionQuotaExceeded',
    `The vault protects ${live} items of type ${name}, which is the most. Use another vault.`,
  )
}

function reconfigure(world: World, vault: Vault, item: ProtectedItem, input: ProtectionInput): Operation {
  const workload = workloadOf(item)
  checkElsewhere(world, vault, workload.findSource(world, vault, input))
  return configure(world, item, 'configureAgain', checkPolicy(world, vault, workload, input.policyId ?? ''), input)
}

function configure(
  world: World,
  item: ProtectedItem,
  pace: 'configureFirst' | 'configureAgain',
  policyName: string,
  input: ProtectionInput,
): Operation {
  const job = openJob(world, item, {
    operation: 'ConfigureBackup',
    activityId: input.activityId,
    bag: workloadOf(item).bag('ConfigureBackup', item, { policyName }),
    work: { policyName, diskExclusion: input.diskExclusion ?? null },
  })
  return giveItemTo(world, item, job, pace)
}

function stop(world: World, item: ProtectedItem, activityId: string | undefined): Operation {
  const job = openJob(world, item, {
    operation: 'DisableBackup',
    activityId,
    bag: workloadOf(item).bag('DisableBackup', item, {}),
  })
  return giveItemTo(world, item, job, 'disable')
}

/**
 * Deletes an item's data: softly while the vault's soft delete is on, for good otherwise.
 * @returns the operation, or undefined where the item is soft-deleted already
 */
export function deleteProtectedItem(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  activityId: string | undefined,
): Operation | undefined {
  checkNotBusy(item)
  if (item.deleted) return undefined
  const soft = vault.settings.softDelete !== 'Disabled'
  const job = openJob(world, item, {
    operation: 'DeleteBackupData',
    activityId,
    bag: workloadOf(item).bag('DeleteBackupData', item, { points: world.points.count(item.id) }),
    work: { soft, days: vault.settings.softDeleteDays },
  })
  return giveItemTo(world, item, job, soft ? 'deleteSoft' : 'deletePurge', 'deleteItem')
}

/** What the end of each of an item's own jobs does to it. */
const EFFECTS: Partial<Record<Job['operation'], (world: World, item: ProtectedItem, job: Job) => void>> = {
  ConfigureBackup: finishConfigure,
  DisableBackup: (world, item) => {
    const stopped: ProtectedItem = { ...item, state: 'ProtectionStopped', policyName: '' }
    world.items.put(stopped)
    world.timeline.cancel(`item:${item.id}`)
  },
  DeleteBackupData: (world, item, job) => softDelete(world, item, job),
  Undelete: (world, item) => {
    const { deleted: _, ...live } = item
    world.items.put({ ...live, undeleted: true })
  },
}

function finishConfigure(world: World, item: ProtectedItem, job: Job): void {
  const { diskExclusion: _, ...rest } = item
  const diskExclusion = job.work?.diskExclusion as DiskExclusion | null
  const configured: ProtectedItem = {
    ...rest,
    ...(diskExclusion ? { diskExclusion } : {}),
    policyName: String(job.work?.policyName),
    configuring: false,
    state: world.points.count(item.id) > 0 ? 'Protected' : 'IRPending',
  }
  world.items.put(configured)
  scheduleNextBackup(world, configured)
  scheduleRetention(world, configured)
}

/** Due: a job that has an item for itself ends, and the item is what the job made of it. */
export function finishItemJob(world: World, job: Job): void {
  const item = world.items.get(job.itemId)
  endJob(world, job, 'Completed')
  if (!item) return
  const { busyWith: _, ...free } = item
  EFFECTS[job.operation]?.(world, free, job)
}

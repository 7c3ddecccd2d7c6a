import { scheduleNextBackup } from './backup.js'
import { Refusal } from './errors.js'
import { giveItemTo } from './item-jobs.js'
import { endJob, type Job, openJob } from './jobs.js'
import type { DiskExclusion } from './machines.js'
import { machineNames, readMachineNames } from './names.js'
import type { Operation } from './operations.js'
import { checkNotBusy, type ProtectedItem } from './protected-items.js'
import { badRequest, checkElsewhere, checkPolicy, checkSource, type ProtectionInput } from './protection-checks.js'
import { scheduleRetention } from './recovery-points.js'
import { softDelete, undelete } from './soft-delete.js'
import type { Vault } from './vaults.js'
import type { World } from './world.js'

const ITEM_TYPES = ['microsoft.compute/virtualmachines', 'microsoft.classiccompute/virtualmachines']

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
  readMachineNames(input.containerName, input.itemName)
  if (!ITEM_TYPES.includes((input.protectedItemType ?? '').toLowerCase())) {
    throw badRequest(
      `protectedItemType '${input.protectedItemType ?? ''}' is not a kind of item of this container, use Microsoft.Compute/virtualMachines.`,
    )
  }
  const item = world.items.find(vault.key, input.itemName)
  if (item) checkNotBusy(item)
  if (item?.deleted) return undeleteOrRefuse(world, item, input)
  if (input.policyId) return item ? reconfigure(world, vault, item, input) : enable(world, vault, input)
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

function enable(world: World, vault: Vault, input: ProtectionInput): Operation {
  const machine = checkSource(world, vault, input)
  checkElsewhere(world, vault, machine)
  const policyName = checkPolicy(world, vault, input.policyId ?? '')
  const live = world.items.ofVault(vault.key).length
  if (live >= world.limits.vmsPerVault) {
    throw new Refusal(
      'UserErrorProtectionQuotaExceeded',
      `The vault protects ${live} virtual machines, which is the most. Use another vault.`,
    )
  }
  if (machine.disks.length - 1 > world.limits.dataDisksPerVm) {
    throw badRequest(
      `the virtual machine has ${machine.disks.length - 1} data disks and ${world.limits.dataDisksPerVm} is the most that can be backed up.`,
    )
  }
  const names = machineNames(machine.resource)
  const item: ProtectedItem = {
    id: world.nextNumber(),
    vaultKey: vault.key,
    name: names.item,
    bareName: names.bare,
    classic: machine.classic,
    sourceId: machine.resource.id,
    sourceKey: machine.resource.key,
    friendlyName: machine.resource.name,
    resourceGroup: machine.resource.resourceGroup,
    policyName,
    state: 'IRPending',
    configuring: true,
    lastBackupStatus: '',
    dataId: world.chance.digits(14),
    ...(input.diskExclusion ? { diskExclusion: input.diskExclusion } : {}),
  }
  return configure(world, item, 'configureFirstMs', policyName, input)
}

function reconfigure(world: World, vault: Vault, item: ProtectedItem, input: ProtectionInput): Operation {
  checkElsewhere(world, vault, checkSource(world, vault, input))
  return configure(world, item, 'configureAgainMs', checkPolicy(world, vault, input.policyId ?? ''), input)
}

function configure(
  world: World,
  item: ProtectedItem,
  pace: 'configureFirstMs' | 'configureAgainMs',
  policyName: string,
  input: ProtectionInput,
): Operation {
  const job = openJob(world, item, {
    operation: 'ConfigureBackup',
    activityId: input.activityId,
    bag: { 'VM Name': item.friendlyName.toLowerCase(), 'Policy Name': policyName },
    work: { policyName, diskExclusion: input.diskExclusion ?? null },
  })
  return giveItemTo(world, item, job, pace)
}

function stop(world: World, item: ProtectedItem, activityId: string | undefined): Operation {
  const job = openJob(world, item, {
    operation: 'DisableBackup',
    activityId,
    bag: { 'VM Name': item.friendlyName.toLowerCase(), 'Policy Name': '' },
  })
  return giveItemTo(world, item, job, 'disableMs')
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
    bag: {
      'VM Name': item.friendlyName.toLowerCase(),
      'Number of Recovery Points': String(world.points.count(item.id)),
    },
    work: { soft, days: vault.settings.softDeleteDays },
  })
  return giveItemTo(world, item, job, soft ? 'deleteSoftMs' : 'deletePurgeMs', 'deleteItem')
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

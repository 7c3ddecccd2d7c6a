import { restoreMs, within } from './durations.js'
import { Refusal } from './errors.js'
import { endJob, type Job, openJob, subjectOf, type Task } from './jobs.js'
import { findMachine } from './machines.js'
import { keyOf, type ResourceId, readResourceId, resourceId, same } from './names.js'
import { type Operation, openOperation } from './operations.js'
import type { ProtectedItem } from './protected-items.js'
import { getMachinePoint, isMachinePoint, type MachinePoint } from './recovery-points.js'
import { sameRegion } from './regions.js'
import {
  blobsOf,
  makeDisks,
  makeMachine,
  RESTORE_TYPES,
  type RestoreType,
  type RestoreWork,
  replaceDisks,
  restoredDisks,
  withoutGroup,
} from './restored-resources.js'
import type { Vault } from './vaults.js'
import type { World } from './world.js'

export interface RestoreInput {
  pointName: string
  recoveryType: string
  recoveryPointId?: string
  sourceResourceId?: string
  storageAccountId?: string
  region?: string
  targetResourceGroupId?: string
  targetVirtualMachineId?: string
  virtualNetworkId?: string
  subnetId?: string
  /** Data disks to bring back; empty for the OS disk alone, absent for all. */
  restoreDiskLunList?: number[]
  zones?: string[]
  activityId: string | undefined
}

const workOf = (job: Job) => job.work as unknown as RestoreWork

function badRestore(what: string): Refusal {
  return new Refusal('UserErrorInvalidRestoreRequest', `The restore request is not valid: ${what}`)
}

/**
 * Starts a restore from a point; a snapshot is enough, it need not be in the vault yet (SEED-51).
 * The job is the operation: both have one id (wire-vm-more.md 1.5).
 * @throws Refusal UserErrorRecoveryPointNotFound, UserErrorItemIsSoftDeleted, UserErrorRestoreRegionMismatch,
 * UserErrorInvalidRestoreRequest, UserErrorVmAlreadyExistWithSameName, UserErrorVmNotShutDown,
 * UserErrorBCMRestoreStorageAccountNotFound
 */
export function startRestore(world: World, vault: Vault, item: ProtectedItem, input: RestoreInput): Operation {
  const point = getMachinePoint(world, item, input.pointName)
  if (item.deleted) {
    throw new Refusal(
      'UserErrorItemIsSoftDeleted',
      `The item '${item.friendlyName}' is in soft deleted state. Undelete it, then restore.`,
    )
  }
  if (input.recoveryPointId && input.recoveryPointId !== point.name) {
    throw badRestore(
      `recoveryPointId '${input.recoveryPointId}' is not the recovery point of the URL, '${point.name}'.`,
    )
  }
  const type = readType(input.recoveryType)
  checkSource(item, input)
  checkRegion(vault, input)
  const account = checkAccount(world, input)
  const targetGroup = checkTargetGroup(item, type, input)
  const target = type === 'AlternateLocation' ? checkTarget(world, vault, input, targetGroup) : undefined
  if (type === 'OriginalLocation') checkOriginal(world, item)
  const { jobType, secondTask } = RESTORE_TYPES[type]
  const network = readResourceId(input.virtualNetworkId ?? '')
  const sizeGB = restoredDisks(point, input.restoreDiskLunList).reduce((sum, disk) => sum + disk.sizeGB, 0)
  const job = openJob(world, item, {
    operation: 'Restore',
    activityId: input.activityId,
    tasks: ['Transfer data from vault', ...(secondTask ? [secondTask] : [])],
    bag: {
      'Job Type': jobType,
      ...(target ? { 'Original VM Name': item.friendlyName.toLowerCase() } : {}),
      // A restore in place names its machine when it is done (golden job-get-Restore-originallocation-inprogress).
      'Target VM Name': target?.name ?? (type === 'RestoreDisks' ? 'vmName' : null),
      ...(target && network ? { 'Target VNet Name': `Group ${network.resourceGroup} ${network.name}` } : {}),
      'Target Storage Account Name': account,
      'Recovery point time ': point.time,
      ...(input.targetResourceGroupId || type !== 'RestoreDisks' ? { 'Target resource group': targetGroup } : {}),
    },
    internalBag: { restoreLocationType: type },
    work: {
      type,
      pointName: point.name,
      pointTime: point.time,
      targetGroup,
      targetMachine: target ? resourceId(target) : null,
      account,
      luns: input.restoreDiskLunList ?? null,
      zones: input.zones ?? null,
      sizeGB,
    } satisfies RestoreWork,
  })
  const [first, ...rest] = job.tasks
  if (first)
    world.jobs.put({ ...job, progress: 1, tasks: [{ ...first, status: 'InProgress', start: world.now }, ...rest] })
  const duration = restoreMs(
    sizeGB * shareUsed(point),
    point.instantTier === 'Valid',
    world.chance.fraction('restore', job.id),
  )
  world.timeline.at(world.now + duration, 'restore.step', subjectOf(job))
  return openOperation(world, { kind: 'triggerRestore', id: job.id, vaultKey: vault.key, job })
}

const shareUsed = (point: MachinePoint) =>
  point.usedDataGB /
  Math.max(
    1,
    point.machine.disks.reduce((sum, disk) => sum + disk.sizeGB, 0),
  )

function readType(recoveryType: string): RestoreType {
  const found = (Object.keys(RESTORE_TYPES) as RestoreType[]).find((type) => same(type, recoveryType))
  if (found) return found
  throw badRestore(`recoveryType '${recoveryType}' is unknown. Use one of: ${Object.keys(RESTORE_TYPES).join(', ')}.`)
}

function checkSource(item: ProtectedItem, input: RestoreInput): void {
  if (input.sourceResourceId && !same(input.sourceResourceId, item.sourceKey)) {
    throw badRestore(
      `sourceResourceId '${input.sourceResourceId}' is not the machine of this item, '${item.sourceId}'.`,
    )
  }
}

/** A restore stays in the vault's region; cross-region restore is a call of its own (wire-vm-more.md 7). */
function checkRegion(vault: Vault, input: RestoreInput): void {
  if (input.region && !sameRegion(input.region, vault.location)) {
    throw new Refusal(
      'UserErrorRestoreRegionMismatch',
      `The region '${input.region}' is not the vault's, '${vault.location}'. Restore in the vault's region, or use cross-region restore.`,
    )
  }
}

function checkAccount(world: World, input: RestoreInput): string {
  const account = readResourceId(input.storageAccountId ?? '')
  if (!account) throw badRestore('a storageAccountId is needed, where the restore can stage its data.')
  const found = world.resources.get(keyOf(resourceId(account)))
  if (!found && world.strict) {
    throw new Refusal(
      'UserErrorBCMRestoreStorageAccountNotFound',
      `The storage account '${account.name}' was not found. Create it in the vault's region, or name another.`,
    )
  }
  return account.name
}

function checkTargetGroup(item: ProtectedItem, type: RestoreType, input: RestoreInput): string {
  if (!input.targetResourceGroupId || type === 'OriginalLocation') return item.resourceGroup
  const group = /\/resourceGroups\/([^/]+)\/?$/i.exec(input.targetResourceGroupId)?.[1]
  if (!group)
    throw badRestore(`targetResourceGroupId '${input.targetResourceGroupId}' is not the id of a resource group.`)
  return group
}

function checkTarget(world: World, vault: Vault, input: RestoreInput, targetGroup: string): ResourceId {
  const target = readResourceId(input.targetVirtualMachineId ?? '')
  if (!target || !same(target.type, 'Microsoft.Compute/virtualMachines')) {
    throw badRestore('AlternateLocation needs targetVirtualMachineId, the id of the virtual machine to make.')
  }
  if (!same(target.resourceGroup, targetGroup)) {
    throw badRestore(
      `targetVirtualMachineId names resource group '${target.resourceGroup}', targetResourceGroupId '${targetGroup}'.`,
    )
  }
  if (!same(target.subscriptionId, vault.subscriptionId))
    throw badRestore('the virtual machine to make is in another subscription than the vault.')
  if (world.resources.get(keyOf(resourceId(target)))) {
    throw new Refusal(
      'UserErrorVmAlreadyExistWithSameName',
      `There is a virtual machine '${target.name}' in resource group '${target.resourceGroup}' already. Name another, or delete it first.`,
    )
  }
  return target
}

function checkOriginal(world: World, item: ProtectedItem): void {
  const machine = findMachine(world, item.sourceId)
  if (!machine)
    throw new Refusal(
      'UserErrorVmNotFoundV2',
      `The virtual machine '${item.friendlyName}' no longer exists. Restore to a new machine instead.`,
    )
  if (machine.conditions.powerState === 'running') {
    throw new Refusal(
      'UserErrorVmNotShutDown',
      `The virtual machine '${item.friendlyName}' is running. Stop it, then restore in place.`,
    )
  }
}

/** Due: the next thing in a restore's life. */
export function stepRestore(world: World, job: Job): void {
  const [transfer, second] = job.tasks
  if (!transfer) return void endJob(world, job, 'Failed')
  if (transfer.status === 'InProgress') {
    const { sizeGB } = workOf(job)
    const details = `${sizeGB} GBs / ${sizeGB} GBs Transferred`
    const done: Task = { ...transfer, status: 'Completed', end: world.now, details }
    const next: Task[] = second ? [{ ...second, status: 'InProgress', start: world.now }] : []
    world.jobs.put({ ...job, tasks: [done, ...next], ...(second ? {} : { progress: 99, remainingMs: 120_000 }) })
    world.timeline.at(world.now + nextIn(world, job, second !== undefined), 'restore.step', subjectOf(job))
    return
  }
  finishRestore(world, {
    ...job,
    tasks: [transfer, ...(second ? [{ ...second, status: 'Completed' as const, end: world.now }] : [])],
  })
}

const nextIn = (world: World, job: Job, makesMachine: boolean) =>
  within(makesMachine ? 'createMachineMs' : 'beforeSnapshotMs', world.chance.fraction('create', job.id))

/** What was restored appears in the inventory: the disks, and the machine that uses them. */
function finishRestore(world: World, job: Job): void {
  const item = world.items.get(job.itemId)
  const vault = world.vaults.get(job.vaultKey)
  const work = workOf(job)
  const point = item && world.points.find(item.id, work.pointName)
  if (!item || !vault || !isMachinePoint(point))
    return void endJob(world, { ...job, error: 'ResourceNotFound' }, 'Failed')
  const disks = makeDisks(world, vault, item, point, work)
  const machine = work.targetMachine === null ? undefined : readResourceId(work.targetMachine)
  if (machine) makeMachine(world, vault, machine, point, disks, work)
  if (work.type === 'OriginalLocation') replaceDisks(world, item, disks)
  const bag =
    work.type === 'RestoreDisks'
      ? { ...withoutGroup(job.bag), ...blobsOf(world, item, job, work) }
      : { ...job.bag, 'Target VM Name': machine?.name ?? item.friendlyName.toLowerCase() }
  endJob(world, { ...job, bag, progress: 100, remainingMs: 0 }, 'Completed')
  world.items.put({ ...item, restoreHealth: 'Completed' })
}

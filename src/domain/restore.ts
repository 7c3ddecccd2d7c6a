import { restoreMs, within } from './durations.js'
import { Refusal } from './errors.js'
import { meetGroup, putResource } from './inventory.js'
import { endJob, type Job, openJob, subjectOf, type Task } from './jobs.js'
import { findMachine } from './machines.js'
import { keyOf, type ResourceId, readResourceId, resourceId, same } from './names.js'
import { type Operation, openOperation } from './operations.js'
import type { ProtectedItem } from './protected-items.js'
import { getPoint, type RecoveryPoint } from './recovery-points.js'
import { sameRegion } from './regions.js'
import type { Instant } from './schedule.js'
import type { Vault } from './vaults.js'
import type { World } from './world.js'

/**
 * The ways back (wire-vm-more.md 6.1): what the job calls itself, and the task after the data has arrived.
 */
export const RESTORE_TYPES = {
  RestoreDisks: { jobType: 'Recover disks', secondTask: undefined },
  AlternateLocation: {
    jobType: 'Recover VM to an alternate location',
    secondTask: 'Create the restored virtual machine',
  },
  OriginalLocation: { jobType: 'Replace disks', secondTask: 'Update the virtual machine' },
} as const

export type RestoreType = keyof typeof RESTORE_TYPES

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
  activityId: string
}

/** What a Restore job keeps for itself. */
interface RestoreWork {
  type: RestoreType
  pointName: string
  pointTime: Instant
  targetGroup: string
  targetMachine: string | null
  account: string
  luns: number[] | null
  zones: string[] | null
  /** Size of the disks that come back. */
  sizeGB: number
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
  const point = getPoint(world, item, input.pointName)
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
      'Target VM Name': target?.name ?? (type === 'RestoreDisks' ? 'vmName' : item.friendlyName.toLowerCase()),
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

const shareUsed = (point: RecoveryPoint) =>
  point.usedDataGB /
  Math.max(
    1,
    point.disks.reduce((sum, disk) => sum + disk.sizeGB, 0),
  )

const restoredDisks = (point: RecoveryPoint, luns: number[] | null | undefined) =>
  point.disks.filter((disk) => disk.lun === undefined || !luns || luns.includes(disk.lun))

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
  if (!item || !vault || !point) return void endJob(world, { ...job, error: 'ResourceNotFound' }, 'Failed')
  const disks = makeDisks(world, vault, item, point, work)
  const machine = work.targetMachine === null ? undefined : readResourceId(work.targetMachine)
  if (machine) makeMachine(world, vault, machine, point, disks, work)
  if (work.type === 'OriginalLocation') replaceDisks(world, item, disks)
  const bag = work.type === 'RestoreDisks' ? { ...withoutGroup(job.bag), ...blobsOf(world, item, job, work) } : job.bag
  endJob(world, { ...job, bag, progress: 100, remainingMs: 0 }, 'Completed')
  world.items.put({ ...item, restoreHealth: 'Completed' })
}

function withoutGroup(bag: Job['bag']): Job['bag'] {
  const { 'Target resource group': _, ...rest } = bag
  return rest
}

/** The blobs that a restore of disks leaves in the storage account, under the machine's letters and digits (golden job-get-Restore-completed). */
function blobsOf(world: World, item: ProtectedItem, job: Job, work: RestoreWork): Job['bag'] {
  const name = item.friendlyName.toLowerCase().replace(/[^a-z0-9]/g, '')
  const container = `${name}-${world.chance.guid().replaceAll('-', '')}`
  const base = `https://${work.account}.blob.core.windows.net/${container}`
  const config = `config-${name}-${job.id}.json`
  return {
    'Config Blob Name': config,
    'Config Blob Container Name': container,
    'Config Blob Uri': `${base}/${config}`,
    ...('Target resource group' in job.bag ? { 'Target resource group': work.targetGroup } : {}),
    'Template Blob Uri': `${base}/azuredeploy${job.id}.json`,
  }
}

interface RestoredDisk {
  id: string
  lun: number | undefined
  name: string
  sizeGB: number
}

function makeDisks(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  point: RecoveryPoint,
  work: RestoreWork,
): RestoredDisk[] {
  const stamp = new Date(world.now).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  meetGroup(world, vault.subscriptionId, work.targetGroup, vault.location)
  return restoredDisks(point, work.luns).map((disk) => {
    const kind = disk.lun === undefined ? 'osdisk' : `datadisk-${String(disk.lun).padStart(3, '0')}`
    const name = `${item.friendlyName.toLowerCase()}-${kind}-${stamp}`
    const { resource } = putResource(
      world,
      { subscriptionId: vault.subscriptionId, resourceGroup: work.targetGroup, type: 'Microsoft.Compute/disks', name },
      {
        location: vault.location,
        tags: { RSVaultBackup: vault.name },
        body: {
          sku: { name: 'Premium_LRS', tier: 'Premium' },
          ...(work.zones ? { zones: work.zones } : {}),
          properties: {
            ...(disk.lun === undefined ? { osType: point.osType } : {}),
            creationData: { createOption: 'Restore' },
            diskSizeGB: disk.sizeGB,
            timeCreated: new Date(world.now).toISOString(),
            diskState: work.type === 'RestoreDisks' ? 'Unattached' : 'Attached',
            provisioningState: 'Succeeded',
          },
        },
      },
    )
    return { id: resource.id, lun: disk.lun, name, sizeGB: disk.sizeGB }
  })
}

function storageProfile(disks: RestoredDisk[], osType: string): Record<string, unknown> {
  const attach = (disk: RestoredDisk) => ({
    name: disk.name,
    createOption: 'Attach',
    diskSizeGB: disk.sizeGB,
    managedDisk: { id: disk.id },
  })
  const osDisk = disks.find((disk) => disk.lun === undefined)
  return {
    ...(osDisk ? { osDisk: { osType, ...attach(osDisk) } } : {}),
    dataDisks: disks.flatMap((disk) => (disk.lun === undefined ? [] : [{ lun: disk.lun, ...attach(disk) }])),
  }
}

function makeMachine(
  world: World,
  vault: Vault,
  id: ResourceId,
  point: RecoveryPoint,
  disks: RestoredDisk[],
  work: RestoreWork,
): void {
  const properties = {
    hardwareProfile: { vmSize: point.vmSize },
    storageProfile: storageProfile(disks, point.osType),
    vmId: world.chance.guid(),
    provisioningState: 'Succeeded',
  }
  putResource(world, id, {
    location: vault.location,
    body: { ...(work.zones ? { zones: work.zones } : {}), properties },
  })
}

function replaceDisks(world: World, item: ProtectedItem, disks: RestoredDisk[]): void {
  const machine = findMachine(world, item.sourceId)
  if (!machine) return
  const properties = machine.resource.body.properties as Record<string, unknown>
  const body = {
    ...machine.resource.body,
    properties: { ...properties, storageProfile: storageProfile(disks, machine.osType) },
  }
  world.resources.put({ ...machine.resource, body, changedAt: world.now })
}

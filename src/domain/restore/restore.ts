import { isMachinePoint } from '../backup/recovery-points.js'
import { type Rehydration, rehydrate, rehydrationBag, rehydrationFor, rehydrationMs } from '../backup/rehydration.js'
import { restoreMs, within } from '../durations.js'
import type { JobError } from '../jobs/job-errors.js'
import { endJob, type Job, openJob, subjectOf, type Task } from '../jobs/jobs.js'
import { readResourceId } from '../names.js'
import { type Operation, openOperation } from '../operations.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { isClassicVault, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { classicRestoreBag } from './classic-restore-bag.js'
import { checkRestore } from './restore-checks.js'
import { rememberRestore, restoreFailure, snapshotsGone } from './restore-failures.js'
import {
  RESTORE_TYPES,
  type RestoreInput,
  type RestorePlace,
  type RestoreRequest,
  type RestoreWork,
  readRestore,
} from './restore-request.js'
import { targetsOf } from './restore-targets.js'
import { type Arrival, bagWithBlobs, makeDisks, makeMachine, replaceDisks, vaultBag } from './restored-resources.js'

/** What the job of a restore keeps: where everything goes, and what has to come out of the archive first. */
type Work = RestoreWork & { rehydration: Rehydration | null }

const workOf = (job: Job) => job.work as unknown as Work

const TRANSFER = 'Transfer data from vault'
const REHYDRATE = 'Rehydrate from Archive storage'

/**
 * Starts a restore from a point; a snapshot is enough, it need not be in the vault yet (SEED-51).
 * The job is the operation: both have one id (wire-vm-more.md 1.5).
 * @throws Refusal as `openRestore`
 */
export function startRestore(world: World, vault: Vault, item: ProtectedItem, input: RestoreInput): Operation {
  const place = { region: vault.location, crossRegion: false }
  const job = openRestore(world, vault, item, input, place)
  return openOperation(world, { kind: 'triggerRestore', id: job.id, vaultKey: vault.key, job })
}

/**
 * Reads and checks everything that a restore needs, and changes nothing.
 * @throws Refusal of every kind that `readRestore`, `rehydrationFor`, `checkRestore` and `targetsOf` name
 */
export function prepareRestore(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  input: RestoreInput,
  place: RestorePlace,
): { request: RestoreRequest; work: Work } {
  const request = readRestore(world, vault, item, input, place)
  const rehydration = rehydrationFor(world, request.point, input.rehydration) ?? null
  checkRestore(world, request)
  return { request, work: { ...targetsOf(world, request), rehydration } }
}

/**
 * Opens the job of a restore, which begins at once.
 * @throws Refusal as `prepareRestore`
 */
export function openRestore(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  input: RestoreInput,
  place: RestorePlace,
): Job {
  const { request, work } = prepareRestore(world, vault, item, input, place)
  const { rehydration } = work
  const { secondTask } = RESTORE_TYPES[work.type]
  const { crossRegion, region } = place
  const opened = openJob(world, item, {
    operation: crossRegion ? 'CrossRegionRestore' : rehydration ? 'RestoreWithRehydrate' : 'Restore',
    activityId: input.activityId,
    tasks: [...(rehydration ? [REHYDRATE] : []), TRANSFER, ...(secondTask ? [secondTask] : [])],
    bag: bagOf(request, work),
    internalBag: { ...(crossRegion ? { AdHoc: 'AdHoc' } : {}), restoreLocationType: work.type },
    work: { ...work },
  })
  const job: Job = { ...withTask(opened, 0, 'InProgress', world), progress: 1, ...(crossRegion ? { region } : {}) }
  world.jobs.put(job)
  const first = rehydration
    ? rehydrationMs(rehydration, world.chance.fraction('rehydrate', job.id))
    : transferMs(world, job, request)
  world.timeline.at(world.now + first, 'restore.step', subjectOf(job))
  return job
}

function bagOf({ item, input, type, point, vault }: RestoreRequest, work: Work): Job['bag'] {
  if (isClassicVault(vault)) return classicRestoreBag(work)
  const target = work.targetMachine === null ? undefined : readResourceId(work.targetMachine)
  const network = work.network && readResourceId(work.network.id)
  return {
    ...(work.rehydration ? rehydrationBag(work.rehydration) : {}),
    'Job Type': RESTORE_TYPES[type].jobType,
    ...(target ? { 'Original VM Name': item.friendlyName.toLowerCase() } : {}),
    // A restore in place names its machine when it is done (golden job-get-Restore-originallocation-inprogress).
    'Target VM Name': target?.name ?? (type === 'RestoreDisks' ? 'vmName' : null),
    ...(network ? { 'Target VNet Name': `Group ${network.resourceGroup} ${network.name}` } : {}),
    'Target Storage Account Name': work.account,
    'Recovery point time ': point.time,
    ...(input.targetResourceGroupId || type !== 'RestoreDisks' ? { 'Target resource group': work.targetGroup } : {}),
    ...(work.crossRegion ? vaultBag(vault) : {}),
  }
}

/** How long the data takes: from the snapshot, where there is one and the disks stay managed disks, it is quick. */
function transferMs(world: World, job: Job, { item, point }: Pick<Arrival, 'item' | 'point'>): number {
  const { sizeGB, managed, crossRegion } = workOf(job)
  const attachedGB = point.machine.disks.reduce((sum, disk) => sum + disk.sizeGB, 0)
  const instant = managed && !crossRegion && point.instantTier === 'Valid' && !snapshotsGone(world, item)
  const dataGB = (sizeGB * point.usedDataGB) / Math.max(1, attachedGB)
  return restoreMs(dataGB, instant, world.chance.fraction('restore', job.id))
}

const withTask = (job: Job, at: number, status: Task['status'], world: World, more: Partial<Task> = {}): Job => ({
  ...job,
  tasks: job.tasks.map((task, index) => {
    if (index !== at) return task
    const when = status === 'InProgress' ? { start: world.now } : { end: world.now }
    return { ...task, ...when, ...more, status }
  }),
})

/** Ends a restore whose first task comes to nothing. */
export const failRestore = (world: World, job: Job, error: JobError): void =>
  fail(world, arrivalOf(world, job), job, 0, error)

function arrivalOf(world: World, job: Job): Arrival | undefined {
  const item = world.items.get(job.itemId)
  const vault = world.vaults.get(job.vaultKey)
  const work = workOf(job)
  const point = item && world.points.find(item.id, work.pointName)
  return item && vault && isMachinePoint(point) ? { item, vault, point, work } : undefined
}

/** Due: the next thing in a restore's life. */
export function stepRestore(world: World, job: Job): void {
  const arrival = arrivalOf(world, job)
  const at = job.tasks.findIndex(({ status }) => status === 'InProgress')
  const name = job.tasks[at]?.name
  if (!arrival) fail(world, undefined, job, at, 'ResourceNotFound')
  else if (name === REHYDRATE) endRehydration(world, arrival, job, at)
  else if (name === TRANSFER) endTransfer(world, arrival, job, at)
  else putInPlace(world, arrival, job, at)
}

function endRehydration(world: World, arrival: Arrival, job: Job, at: number): void {
  const { rehydration } = workOf(job)
  if (rehydration) rehydrate(world, arrival.point, rehydration)
  world.jobs.put(withTask(withTask(job, at, 'Completed', world), at + 1, 'InProgress', world))
  world.timeline.at(world.now + transferMs(world, job, arrival), 'restore.step', subjectOf(job))
}

function endTransfer(world: World, arrival: Arrival, job: Job, at: number): void {
  const error = restoreFailure(world, arrival, 'data')
  if (error) return fail(world, arrival, job, at, error)
  const { sizeGB } = arrival.work
  const done = withTask(job, at, 'Completed', world, { details: `${sizeGB} GBs / ${sizeGB} GBs Transferred` })
  const makesMachine = job.tasks.length > at + 1
  world.jobs.put(
    makesMachine ? withTask(done, at + 1, 'InProgress', world) : { ...done, progress: 99, remainingMs: 120_000 },
  )
  const pace = makesMachine ? 'createMachineMs' : 'beforeSnapshotMs'
  world.timeline.at(world.now + within(pace, world.chance.fraction('create', job.id)), 'restore.step', subjectOf(job))
}

/** What was restored appears in the inventory: the disks, and the machine that uses them. Without a place for the machine the disks are there all the same (backup-azure-arm-restore-vms.md). */
function putInPlace(world: World, arrival: Arrival, job: Job, at: number): void {
  const { item, work } = arrival
  const error = restoreFailure(world, arrival, 'place')
  const disksStay = work.type !== 'OriginalLocation' && error !== 'UserErrorRestoreTargetRGNotFound'
  const disks = work.managed && (!error || disksStay) ? makeDisks(world, arrival) : []
  if (error) return fail(world, arrival, job, at, error)
  const machine = work.targetMachine === null ? undefined : readResourceId(work.targetMachine)
  if (machine) makeMachine(world, machine, disks, arrival)
  if (work.type === 'OriginalLocation') replaceDisks(world, disks, arrival)
  const bag =
    work.type === 'RestoreDisks'
      ? bagWithBlobs(world, job, arrival)
      : { ...job.bag, 'Target VM Name': machine?.name ?? item.friendlyName.toLowerCase() }
  endJob(world, { ...withTask(job, at, 'Completed', world), bag, progress: 100, remainingMs: 0 }, 'Completed')
  if (!work.crossRegion) rememberRestore(world, item)
}

function fail(world: World, arrival: Arrival | undefined, job: Job, at: number, error: JobError): void {
  endJob(world, { ...withTask(job, at, 'Failed', world), error }, 'Failed')
  if (arrival && !arrival.work.crossRegion) rememberRestore(world, arrival.item, error)
}

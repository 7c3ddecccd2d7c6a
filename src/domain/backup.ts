import { consistencyOf } from './consistency.js'
import { DAY, snapshotMs, transferOf, within } from './durations.js'
import { Refusal } from './errors.js'
import { meetGroup, putResource } from './inventory.js'
import { type JobErrorName, snapshotFailure, transferFailure } from './job-errors.js'
import { endJob, type Job, type JobStatus, openJob, subjectOf, type Task, type TaskStatus } from './jobs.js'
import { findMachine, includedDisks, type Machine } from './machines.js'
import { type Operation, openOperation } from './operations.js'
import type { VmPolicy } from './policies.js'
import { isVmPolicy } from './policy-book.js'
import { checkNotBusy, itemSubject, type ProtectedItem } from './protected-items.js'
import { addPoint, keepPoint, type RecoveryPoint, scheduleRetention } from './recovery-points.js'
import { instantExpiry, onDemandExpiry, retentionOf } from './retention.js'
import { type Instant, isLastRunOfDay, nextRun, startDelay } from './schedule.js'
import type { Vault } from './vaults.js'
import type { World } from './world.js'

/**
 * A backup job's status out of its two phases (SEED-58, the table of S2; the last rows are what a cancelled or
 * just begun job, or one whose machine is gone before it starts, show).
 */
export const STATUS_OF_PHASES: readonly (readonly [snapshot: TaskStatus, transfer: TaskStatus, JobStatus])[] = [
  ['Completed', 'InProgress', 'InProgress'],
  ['Completed', 'Skipped', 'Completed'],
  ['Completed', 'Completed', 'Completed'],
  ['Completed', 'Failed', 'CompletedWithWarnings'],
  ['Failed', 'Failed', 'Failed'],
  ['Failed', 'NotStarted', 'Failed'],
  ['Completed', 'NotStarted', 'InProgress'],
  ['InProgress', 'NotStarted', 'InProgress'],
  ['NotStarted', 'NotStarted', 'InProgress'],
  ['Cancelled', 'Cancelled', 'Cancelled'],
]

export function statusOfPhases(snapshot: TaskStatus, transfer: TaskStatus): JobStatus {
  const row = STATUS_OF_PHASES.find(([s, t]) => s === snapshot && t === transfer)
  if (!row) throw new Error(`no job has a snapshot that is ${snapshot} and a transfer that is ${transfer}`)
  return row[2]
}

/** What a Backup job keeps for itself. */
interface BackupWork {
  /** The scheduled run that it belongs to; absent on demand. */
  run?: Instant
  /** Until when a backup on demand is kept. */
  expiry?: Instant
  sizeMB?: number
  pointName?: string
}

const workOf = (job: Job) => (job.work ?? {}) as BackupWork

/** The policy of an item, if it is one for machines. */
function policyOf(world: World, item: ProtectedItem): VmPolicy | undefined {
  const policy = item.policyName ? world.policies.get(item.vaultKey, item.policyName) : undefined
  return policy && isVmPolicy(policy.properties) ? policy.properties : undefined
}

/** Puts an item's next scheduled backup on the timeline: at the policy's next run, up to two hours late (domain.md 3). */
export function scheduleNextBackup(world: World, item: ProtectedItem, after: Instant = world.now): void {
  world.timeline.cancel(itemSubject(item), 'backup.scheduled')
  const policy = policyOf(world, item)
  if (!policy || item.state === 'ProtectionStopped') return
  const run = nextRun(policy, after)
  const due = run + startDelay(world.chance.fraction('start', item.id, run))
  world.timeline.at(Math.max(due, world.now), 'backup.scheduled', itemSubject(item), { run })
}

/** Due: the schedule of an item says it is time (SEED-25). One job, and the next run goes on the timeline. */
export function runScheduledBackup(world: World, item: ProtectedItem, payload: { run: Instant }): void {
  scheduleNextBackup(world, item, payload.run)
  const job = startBackup(world, item, world.chance.guid(), { run: payload.run })
  if (snapshotRuns(world, item, job)) failSnapshot(world, item, job, 'UserErrorBackupOperationInProgress')
}

/**
 * Backs an item up now (SEED-55).
 * @param expiry until when the point is kept; 30 days where nothing is said
 * @throws Refusal UserErrorBcmDatasourceNotPresent while protection is stopped, UserErrorBackupOperationInProgress
 * while another backup takes its snapshot, UserErrorInvalidRequestParameter for an expiry that has passed
 */
export function backupNow(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  expiry: Instant | undefined,
  activityId: string,
): Operation {
  checkNotBusy(item)
  if (item.state === 'ProtectionStopped' || item.deleted) {
    throw new Refusal(
      'UserErrorBcmDatasourceNotPresent',
      `The virtual machine '${item.friendlyName}' is not actively protected by Azure Backup. ${item.deleted ? 'Undelete the item and resume' : 'Resume'} its protection with a policy, then back it up.`,
    )
  }
  if (expiry !== undefined && expiry <= world.now) {
    throw new Refusal(
      'UserErrorInvalidRequestParameter',
      'The parameter recoveryPointExpiryTimeInUTC is invalid: it names a time that has passed. Name one in the future.',
    )
  }
  if (snapshotRuns(world, item)) {
    throw new Refusal(
      'UserErrorBackupOperationInProgress',
      'Unable to initiate backup as another backup operation is currently in progress. Wait until it has taken its snapshot, or cancel it.',
    )
  }
  const job = startBackup(world, item, activityId, { expiry: onDemandExpiry(expiry, world.now) }, expiry)
  return openOperation(world, { kind: 'triggerBackup', vaultKey: vault.key, job })
}

function startBackup(world: World, item: ProtectedItem, activityId: string, work: BackupWork, named?: Instant): Job {
  const job = openJob(world, item, {
    operation: 'Backup',
    activityId,
    bag: {
      'VM Name': item.friendlyName.toLowerCase(),
      ...(named === undefined ? {} : { 'Recovery Point Expiry Time in UTC': named }),
    },
    internalBag: { IsInstantRpJob: 'True' },
    work: { ...work },
  })
  step(world, job, within('beforeSnapshotMs', world.chance.fraction('before', job.id)))
  return job
}

function step(world: World, job: Job, inMs: number): void {
  world.timeline.at(world.now + inMs, 'backup.step', subjectOf(job))
}

/** SEED-59: in each phase only one sub-task of an item runs. */
const phaseRuns = (world: World, item: ProtectedItem, phase: 0 | 1, except?: Job): boolean =>
  world.jobs.open(item.id).some((job) => {
    if (job.operation !== 'Backup' || job.id === except?.id) return false
    const [snapshot, transfer] = job.tasks
    const snapshotOpen =
      snapshot?.status === 'NotStarted' || snapshot?.status === 'InProgress' || snapshot?.status === 'Cancelling'
    return phase === 0
      ? snapshotOpen
      : !snapshotOpen && (transfer?.status === 'NotStarted' || transfer?.status === 'InProgress')
  })

const snapshotRuns = (world: World, item: ProtectedItem, except?: Job) => phaseRuns(world, item, 0, except)
const transferRuns = (world: World, item: ProtectedItem, except: Job) => phaseRuns(world, item, 1, except)

function withTasks(job: Job, changes: readonly [Partial<Task>, Partial<Task>]): Job {
  return { ...job, tasks: job.tasks.map((task, index) => ({ ...task, ...changes[index] })) }
}

/** Due: the next thing in a backup's life. Which one follows from its tasks. */
export function stepBackup(world: World, job: Job): void {
  const item = world.items.get(job.itemId)
  const [snapshot, transfer] = job.tasks
  if (!item || !snapshot || !transfer) return void endJob(world, job, 'Failed')
  if (snapshot.status === 'NotStarted') return startSnapshot(world, item, job)
  if (snapshot.status === 'InProgress') return endSnapshot(world, item, job)
  if (transfer.status === 'NotStarted') return startTransfer(world, item, job)
  return endTransfer(world, item, job)
}

function startSnapshot(world: World, item: ProtectedItem, job: Job): void {
  const machine = findMachine(world, item.sourceId)
  const started = withTasks(job, [{ status: 'InProgress', start: world.now }, {}])
  if (!machine) return failSnapshot(world, item, withTasks(started, [{}, {}]), 'UserErrorVmNotFoundV2', 'NotStarted')
  world.jobs.put(started)
  step(world, job, snapshotMs(machine.disks.length - 1, world.chance.fraction('snapshot', job.id)))
}

function failSnapshot(
  world: World,
  item: ProtectedItem,
  job: Job,
  error: JobErrorName,
  transfer: TaskStatus = 'Failed',
): void {
  const failed = withTasks(job, [{ status: 'Failed', end: world.now }, { status: transfer }])
  conclude(world, item, { ...failed, error, bag: { ...job.bag, 'Backup Size': '0 MB' } })
}

/** The snapshot is there: an instant-restore point (SEED-56). The transfer follows, unless yesterday's still runs (SEED-59). */
function endSnapshot(world: World, item: ProtectedItem, job: Job): void {
  const machine = findMachine(world, item.sourceId)
  const policy = policyOf(world, item)
  const error = machine ? snapshotFailure(machine) : 'UserErrorVmNotFoundV2'
  if (!machine || error) return failSnapshot(world, item, job, error ?? 'UserErrorVmNotFoundV2')
  const work = workOf(job)
  const skip = transferRuns(world, item, job) || !goesToVault(policy, work)
  const point = pointOf(world, item, machine, policy, job, !skip)
  const seen: ProtectedItem = {
    ...item,
    state: 'Protected',
    lastRecoveryPoint: point.time,
    collection: item.collection ?? collect(world, item, machine, policy),
  }
  addPoint(world, item, point)
  const done = withTasks(job, [{ status: 'Completed', end: world.now }, {}])
  if (skip) return conclude(world, seen, withTasks(done, [{}, { status: 'Skipped' }]))
  world.items.put(seen)
  world.jobs.put({ ...done, work: { ...work, pointName: point.name } })
  step(world, job, within('betweenPhasesMs', world.chance.fraction('between', job.id)))
}

/** Of an hourly policy only the last backup of a day goes to the vault (domain.md 5.2); on demand always. */
const goesToVault = (policy: VmPolicy | undefined, work: BackupWork) =>
  work.run === undefined || !policy || isLastRunOfDay(policy, work.run)

function pointOf(
  world: World,
  item: ProtectedItem,
  machine: Machine,
  policy: VmPolicy | undefined,
  job: Job,
  transferring: boolean,
): RecoveryPoint {
  const work = workOf(job)
  const time = job.tasks[0]?.start ?? world.now
  const kept = policy && work.run !== undefined ? retentionOf(policy, work.run) : undefined
  const snapshotExpiry = policy ? instantExpiry(policy, time) : time + 2 * DAY
  const onlySnapshot = !goesToVault(policy, work)
  // The run's own time decides its tags, the point lives for as long as the rule says from when it was taken.
  const expiry = kept && work.run !== undefined ? kept.expiry + (time - work.run) : (work.expiry ?? snapshotExpiry)
  const disks = includedDisks(machine, item.diskExclusion)
  return {
    itemId: item.id,
    name: world.chance.digits(15),
    time,
    consistency: consistencyOf(machine, policy?.snapshotConsistencyType === 'OnlyCrashConsistent'),
    ruleName: kept?.ruleName ?? '',
    tags: kept?.tags.map((tag) => tag.name) ?? [],
    expiry: onlySnapshot ? snapshotExpiry : expiry,
    snapshotExpiry,
    instantTier: 'Valid',
    ...(transferring ? { transferring } : {}),
    osType: machine.osType,
    vmSize: machine.vmSize,
    premium: true,
    ...(machine.zones ? { zones: machine.zones } : {}),
    disks,
    disksAttached: machine.disks.length,
    usedDataGB: machine.usedDataGB,
    policyType: policy?.policyType ?? 'V1',
    jobId: job.id,
    due: null,
  }
}

/** SEED-52: the restore point collection lives in a resource group of Backup's own, 600 to a group (domain.md 13.5). */
function collect(
  world: World,
  item: ProtectedItem,
  machine: Machine,
  policy: VmPolicy | undefined,
): { group: string; name: string } {
  const { subscriptionId, location } = machine.resource
  const { azureBackupRGNamePrefix: prefix, azureBackupRGNameSuffix: suffix = '' } = policy?.instantRPDetails ?? {}
  const type = 'Microsoft.Compute/restorePointCollections'
  let number = 1
  const groupName = () => (prefix ? `${prefix}${number}${suffix}` : `AzureBackupRG_${location}_${number}`)
  while (
    world.resources.ofGroup(subscriptionId, groupName(), type).length >= world.limits.restorePointCollectionsPerGroup
  )
    number++
  const group = groupName()
  const known = meetGroup(world, subscriptionId, group, location)
  world.groups.put({ ...known, managedBy: 'subscriptions/Microsoft.RecoveryServices/' })
  const name = `AzureBackup_${item.friendlyName}_${item.dataId}`
  const body = { properties: { source: { id: machine.resource.id, location }, provisioningState: 'Succeeded' } }
  putResource(world, { subscriptionId, resourceGroup: group, type, name }, { location, body })
  return { group, name }
}

function startTransfer(world: World, item: ProtectedItem, job: Job): void {
  const machine = findMachine(world, item.sourceId)
  const days = item.lastVaultPoint === undefined ? undefined : (world.now - item.lastVaultPoint) / DAY
  const disks = machine ? includedDisks(machine, item.diskExclusion) : []
  const transfer = transferOf(
    disks,
    machine?.usedDataGB ?? 0,
    machine?.dailyChurnGB ?? 0,
    days,
    world.chance.fraction('transfer', job.id),
  )
  world.jobs.put({
    ...withTasks(job, [{}, { status: 'InProgress', start: world.now }]),
    work: { ...job.work, sizeMB: transfer.sizeMB },
  })
  step(world, job, transfer.durationMs)
}

function endTransfer(world: World, item: ProtectedItem, job: Job): void {
  const error = transferFailure(findMachine(world, item.sourceId))
  const work = workOf(job)
  const point = work.pointName === undefined ? undefined : world.points.find(item.id, work.pointName)
  if (point) {
    const { transferring: _, ...arrived } = point
    const isNewest = world.points.newest(item.id)?.name === point.name
    keepPoint(world, error ? arrived : { ...arrived, vaultTier: 'Valid' }, isNewest)
  }
  const ended = withTasks(job, [{}, { status: error ? 'Failed' : 'Completed', end: world.now }])
  const size = error ? 0 : (work.sizeMB ?? 0)
  const lastVaultPoint = error ? item.lastVaultPoint : (point?.time ?? item.lastVaultPoint)
  conclude(
    world,
    { ...item, ...(lastVaultPoint === undefined ? {} : { lastVaultPoint }) },
    { ...ended, ...(error ? { error } : {}), bag: { ...job.bag, 'Backup Size': `${size} MB` } },
  )
}

/** Ends a backup: its status follows from its phases, and the item remembers how it went. */
function conclude(world: World, item: ProtectedItem, job: Job): void {
  const [snapshot, transfer] = job.tasks
  const status = statusOfPhases(snapshot?.status ?? 'Failed', transfer?.status ?? 'Failed')
  if (status !== 'Completed' && status !== 'CompletedWithWarnings' && status !== 'Failed')
    throw new Error(`a backup cannot end ${status}`)
  endJob(world, job, status)
  const failed = status === 'Failed'
  const { backupError: _, ...before } = item
  const remembered: ProtectedItem = {
    ...before,
    ...(failed && job.error ? { backupError: job.error } : {}),
    lastBackupStatus: failed ? 'Failed' : 'Completed',
    lastBackupTime: job.start,
    backupHealth: failed ? 'Failed' : 'Completed',
  }
  world.items.put(remembered)
  scheduleRetention(world, remembered)
}

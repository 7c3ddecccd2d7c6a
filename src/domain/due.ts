import { archiveDuePoints, finishArchiving } from './backup/archive.js'
import { runScheduledBackup } from './backup/backup.js'
import { stepBackup } from './backup/backup-steps.js'
import { type RecoveryPoint, runRetention } from './backup/recovery-points.js'
import { endRehydration } from './backup/rehydration.js'
import { type JobStep, runJobStep } from './faults/job-faults.js'
import { finishGroupDeletion } from './inventory/groups.js'
import { finishMove } from './inventory/resource-moves.js'
import { finishExport } from './jobs/job-export.js'
import { failJob, finishCancel, type Job, type JobOperation } from './jobs/jobs.js'
import { endRefusedJob } from './jobs/refused-jobs.js'
import { type Alert, fireAlert } from './monitoring/alerts.js'
import { type Operation, type OperationKind, operationSubject } from './operations.js'
import { recreateBuiltInPolicies } from './policies/policy-book.js'
import type { Instant } from './policies/schedule.js'
import { finishRefresh } from './protection/discovery.js'
import { failItemJob } from './protection/item-jobs.js'
import { finishMachineRegistration, finishMachineUnregistration } from './protection/machine-registration.js'
import type { ProtectedItem, WorkloadName } from './protection/protected-items.js'
import { finishItemJob } from './protection/protection-ends.js'
import { purge, warnOfPurge } from './protection/soft-delete.js'
import { failUnregistration, finishInquiry, finishUnregistration } from './protection/storage-containers.js'
import { finishRegistration } from './protection/storage-registration.js'
import { failDiskRestore, stepDiskRestore } from './restore/disk-restore.js'
import { failShareRestore } from './restore/file-share-recovery.js'
import { stepShareRestore } from './restore/file-share-restore.js'
import { endFiles, finishProvision, finishRevoke } from './restore/item-level-recovery.js'
import { failRestore, stepRestore } from './restore/restore.js'
import { finishDataMove } from './vaults/data-move.js'
import { finishUndeletion } from './vaults/deleted-vaults.js'
import { finishPrivateEndpoint } from './vaults/private-endpoints.js'
import { finishVaultDeletion, removeVault } from './vaults/vault-deletion.js'
import { finishVaultWrite } from './vaults/vault-operations.js'
import type { DueKind, World } from './world.js'

export interface DueEvent {
  kind: DueKind
  subject: string
  payload?: unknown
}

const idOf = (subject: string) => subject.slice(subject.indexOf(':') + 1)

/** What has gone meanwhile needs nothing: its events do nothing. */
const onJob = (run: JobStep['run'], fail: JobStep['fail']) => (world: World, event: DueEvent) => {
  const job = world.jobs.get(idOf(event.subject))
  if (job) runJobStep(world, job, event, { run, fail })
}

const onItem =
  (run: (world: World, item: ProtectedItem, payload: unknown) => void) => (world: World, event: DueEvent) => {
    const item = world.items.get(Number(idOf(event.subject)))
    if (item) run(world, item, event.payload)
  }

const onPoint = (run: (world: World, point: RecoveryPoint) => void) => (world: World, event: DueEvent) => {
  const [item, name = ''] = idOf(event.subject).split('/')
  const point = world.points.find(Number(item), name)
  if (point) run(world, point)
}

/** What the end of an operation that ends at its own time does. */
const OPERATION_ENDS: Partial<Record<OperationKind, (world: World, operation: Operation) => void>> = {
  refreshContainers: finishRefresh,
  registerContainer: finishRegistration,
  inquireContainer: finishInquiry,
  putVault: finishVaultWrite,
  patchVault: finishVaultWrite,
  deleteVault: finishVaultDeletion,
  undeleteVault: finishUndeletion,
  putPrivateEndpoint: finishPrivateEndpoint,
  deletePrivateEndpoint: finishPrivateEndpoint,
  deleteGroup: finishGroupDeletion,
  provisionFiles: finishProvision,
  revokeFiles: finishRevoke,
  exportJobs: finishExport,
  moveResources: finishMove,
  validateMove: finishMove,
  triggerDataMove: finishDataMove,
  putBackupVault: finishVaultWrite,
  patchBackupVault: finishVaultWrite,
  deleteBackupVault: finishVaultDeletion,
}

function endOperation(world: World, event: DueEvent): void {
  const operation = world.operations.get(idOf(event.subject))
  if (!operation) return
  if (operation.failure)
    return world.operations.put({ ...operation, status: 'Failed', end: world.now, error: operation.failure })
  world.operations.put({ ...operation, status: 'Succeeded', end: world.now })
  world.timeline.cancel(operationSubject(operation))
  OPERATION_ENDS[operation.kind]?.(world, operation)
}

const OF_MACHINES: JobStep = { run: stepRestore, fail: failRestore }

/** A restore's steps are its workload's own. */
const RESTORE_STEPS: Record<WorkloadName, JobStep> = {
  VM: OF_MACHINES,
  AzureFileShare: {
    run: stepShareRestore,
    fail: (world, job, error) => failShareRestore(world, world.items.get(job.itemId), job, error),
  },
  IaasVM: OF_MACHINES,
  AzureDisk: { run: stepDiskRestore, fail: failDiskRestore },
}

/** What the end of jobs does that have no item for themselves. */
const JOB_ENDS: Partial<Record<JobOperation, Partial<Record<WorkloadName, JobStep>>>> = {
  Register: { IaasVM: { run: finishMachineRegistration, fail: finishMachineRegistration } },
  UnRegister: {
    IaasVM: { run: finishMachineUnregistration, fail: failJob },
    AzureFileShare: { run: finishUnregistration, fail: failUnregistration },
  },
}

const OF_ITEMS: JobStep = { run: finishItemJob, fail: failItemJob }

const endOf = ({ operation, workload }: Job): JobStep => JOB_ENDS[operation]?.[workload] ?? OF_ITEMS

function endOfJob(world: World, job: Job): void {
  if (!endRefusedJob(world, job)) endOf(job).run(world, job)
}

/** Everything that can be due, and what it does: one row a kind. */
export const WHEN_DUE: Record<DueKind, (world: World, event: DueEvent) => void> = {
  'backup.scheduled': onItem((world, item, payload) => runScheduledBackup(world, item, payload as { run: Instant })),
  'backup.step': onJob(stepBackup, stepBackup),
  'restore.step': onJob(
    (world, job) => RESTORE_STEPS[job.workload].run(world, job),
    (world, job, error) => RESTORE_STEPS[job.workload].fail(world, job, error),
  ),
  'job.end': onJob(endOfJob, (world, job, error) => endOf(job).fail(world, job, error)),
  'job.cancelled': onJob(finishCancel, failJob),
  retention: onItem((world, item) => runRetention(world, item)),
  'softDelete.purge': onItem((world, item) => purge(world, item)),
  'softDelete.warning': onItem((world, item) => warnOfPurge(world, item)),
  'operation.end': endOperation,
  'files.end': onPoint(endFiles),
  'archive.due': onItem((world, item) => archiveDuePoints(world, item)),
  'archive.end': onJob(finishArchiving, failJob),
  'rehydration.end': onPoint(endRehydration),
  'policies.recreate': (world, event) => recreateBuiltInPolicies(world, idOf(event.subject)),
  'vault.purge': (world, { subject }) => {
    const vault = world.vaults.get(idOf(subject))
    if (vault) removeVault(world, vault)
  },
  'alert.fire': (world, event) => fireAlert(world, event.payload as Alert),
  'alert.expire': (world, event) => world.alerts.delete(idOf(event.subject)),
}

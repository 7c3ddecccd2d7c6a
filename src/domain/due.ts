import { archiveDuePoints, finishArchiving } from './archive.js'
import { runScheduledBackup } from './backup.js'
import { stepBackup } from './backup-steps.js'
import { finishDataMove } from './data-move.js'
import { finishUndeletion } from './deleted-vaults.js'
import { finishRefresh } from './discovery.js'
import { stepShareRestore } from './file-share-restore.js'
import { finishGroupDeletion } from './groups.js'
import { endFiles, finishProvision, finishRevoke } from './item-level-recovery.js'
import { finishExport } from './job-export.js'
import { finishCancel, type Job, type JobOperation } from './jobs.js'
import { type Operation, type OperationKind, operationSubject } from './operations.js'
import { recreateBuiltInPolicies } from './policy-book.js'
import { finishPrivateEndpoint } from './private-endpoints.js'
import type { ProtectedItem, WorkloadName } from './protected-items.js'
import { finishItemJob } from './protection.js'
import { type RecoveryPoint, runRetention } from './recovery-points.js'
import { endRehydration } from './rehydration.js'
import { finishMove } from './resource-moves.js'
import { stepRestore } from './restore.js'
import type { Instant } from './schedule.js'
import { purge } from './soft-delete.js'
import { finishInquiry, finishUnregistration } from './storage-containers.js'
import { finishRegistration } from './storage-registration.js'
import { finishVaultDeletion, removeVault } from './vault-deletion.js'
import { finishVaultWrite } from './vault-operations.js'
import type { DueKind, World } from './world.js'

export interface DueEvent {
  kind: DueKind
  subject: string
  payload?: unknown
}

const idOf = (subject: string) => subject.slice(subject.indexOf(':') + 1)

/** What has gone meanwhile needs nothing: its events do nothing. */
const onJob = (run: (world: World, job: Job) => void) => (world: World, event: DueEvent) => {
  const job = world.jobs.get(idOf(event.subject))
  if (job) run(world, job)
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
}

function endOperation(world: World, event: DueEvent): void {
  const operation = world.operations.get(idOf(event.subject))
  if (!operation) return
  world.operations.put({ ...operation, status: 'Succeeded', end: world.now })
  world.timeline.cancel(operationSubject(operation))
  OPERATION_ENDS[operation.kind]?.(world, operation)
}

/** A restore's steps are its workload's own. */
const RESTORE_STEPS: Record<WorkloadName, (world: World, job: Job) => void> = {
  VM: stepRestore,
  AzureFileShare: stepShareRestore,
}

/** What the end of jobs does that have no item for themselves. */
const JOB_ENDS: Partial<Record<JobOperation, (world: World, job: Job) => void>> = {
  UnRegister: finishUnregistration,
}

/** Everything that can be due, and what it does: one row a kind. */
export const WHEN_DUE: Record<DueKind, (world: World, event: DueEvent) => void> = {
  'backup.scheduled': onItem((world, item, payload) => runScheduledBackup(world, item, payload as { run: Instant })),
  'backup.step': onJob(stepBackup),
  'restore.step': onJob((world, job) => RESTORE_STEPS[job.workload](world, job)),
  'job.end': onJob((world, job) => (JOB_ENDS[job.operation] ?? finishItemJob)(world, job)),
  'job.cancelled': onJob(finishCancel),
  retention: onItem((world, item) => runRetention(world, item)),
  'softDelete.purge': onItem((world, item) => purge(world, item)),
  'operation.end': endOperation,
  'files.end': onPoint(endFiles),
  'archive.due': onItem((world, item) => archiveDuePoints(world, item)),
  'archive.end': onJob(finishArchiving),
  'rehydration.end': onPoint(endRehydration),
  'policies.recreate': (world, event) => recreateBuiltInPolicies(world, idOf(event.subject)),
  'vault.purge': (world, { subject }) => {
    const vault = world.vaults.get(idOf(subject))
    if (vault) removeVault(world, vault)
  },
}

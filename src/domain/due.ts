import { runScheduledBackup, stepBackup } from './backup.js'
import { finishRefresh } from './discovery.js'
import { finishGroupDeletion } from './groups.js'
import { finishCancel, type Job } from './jobs.js'
import { type Operation, type OperationKind, operationSubject } from './operations.js'
import type { ProtectedItem } from './protected-items.js'
import { finishItemJob } from './protection.js'
import { runRetention } from './recovery-points.js'
import { stepRestore } from './restore.js'
import type { Instant } from './schedule.js'
import { purge } from './soft-delete.js'
import { finishVaultOperation } from './vaults.js'
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

/** What the end of an operation that ends at its own time does. */
const OPERATION_ENDS: Partial<Record<OperationKind, (world: World, operation: Operation) => void>> = {
  refreshContainers: finishRefresh,
  putVault: finishVaultOperation,
  patchVault: finishVaultOperation,
  deleteVault: finishVaultOperation,
  deleteGroup: finishGroupDeletion,
}

function endOperation(world: World, event: DueEvent): void {
  const operation = world.operations.get(idOf(event.subject))
  if (!operation) return
  world.operations.put({ ...operation, status: 'Succeeded', end: world.now })
  world.timeline.cancel(operationSubject(operation))
  OPERATION_ENDS[operation.kind]?.(world, operation)
}

/** Everything that can be due, and what it does: one row a kind. */
export const WHEN_DUE: Record<DueKind, (world: World, event: DueEvent) => void> = {
  'backup.scheduled': onItem((world, item, payload) => runScheduledBackup(world, item, payload as { run: Instant })),
  'backup.step': onJob(stepBackup),
  'restore.step': onJob(stepRestore),
  'job.end': onJob(finishItemJob),
  'job.cancelled': onJob(finishCancel),
  retention: onItem((world, item) => runRetention(world, item)),
  'softDelete.purge': onItem((world, item) => purge(world, item)),
  'operation.end': endOperation,
}

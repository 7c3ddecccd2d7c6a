import { STATUS_OF_PHASES } from '../../src/domain/backup/backup-phases.js'
import { isOpen } from '../../src/domain/jobs/job-status.js'
import type { Job, JobOperation } from '../../src/domain/jobs/jobs.js'
import { OPERATION_KINDS } from '../../src/domain/operations.js'
import type { Rows } from './rows.js'
import { bodies, eventsOf, type Rule, saysJob, twice } from './rules.js'

const dueOf = (rows: Rows, { id }: Job) => eventsOf(rows, `job:${id}`).length

/** Whether a job's status is what its two tasks say, or one of what no table has (backup-phases.ts). */
function agrees({ status, tasks: [snapshot, transfer], workload }: Job): boolean {
  if (!snapshot || !transfer) return true
  const [one, two] = [snapshot.status, transfer.status]
  if (status === 'Cancelling') return one === 'Cancelling' && two === 'Cancelling'
  if (status === 'Failed' && one === 'InProgress') return two === 'NotStarted'
  if (status === 'Failed' && one === 'Completed') return workload === 'IaasVM' && two === 'Failed'
  const row = STATUS_OF_PHASES.find(([s, t]) => s === one && t === two)?.[2]
  return row === status || (row === 'Completed' && status === 'CompletedWithWarnings')
}

/** What of items' backups is under way: one entry a job, of its first or its second phase. */
function openPhases(jobs: readonly Job[]): string[] {
  return jobs.flatMap(({ operation, status, itemId, tasks: [snapshot, transfer] }) => {
    if (operation !== 'Backup' || status !== 'InProgress' || !snapshot) return []
    if (snapshot.status !== 'Completed') return [`a snapshot of item ${itemId}`]
    return transfer ? [`a transfer of item ${itemId}`] : []
  })
}

/** Whether a job works on a registration. One that was taken only to fail holds nothing. */
const worksOn = (rows: Rows, operation: JobOperation, of: { vaultKey: string; name: string }) =>
  bodies(rows.jobs).some(
    (job) =>
      isOpen(job) &&
      job.operation === operation &&
      job.work?.refusedWith === undefined &&
      job.vaultKey === of.vaultKey &&
      job.containerName === of.name,
  )

/** What holds of jobs and operations. */
export const JOB_RULES: readonly Rule[] = [
  {
    what: 'an open job has its item',
    breaks: (rows) =>
      bodies(rows.jobs)
        .filter((job) => isOpen(job) && job.itemId !== 0 && !rows.item.has(job.itemId))
        .map(saysJob),
  },
  {
    what: 'an open job has an event to come, or a fault that holds it',
    breaks: (rows) => {
      const faults = new Set(bodies(rows.faults).map(({ id }) => id))
      return bodies(rows.jobs)
        .filter((job) => isOpen(job) && dueOf(rows, job) !== 1)
        .filter((job) => dueOf(rows, job) > 1 || job.status !== 'InProgress' || !faults.has(job.stuck?.fault ?? ''))
        .map((job) => `${saysJob(job)} has ${dueOf(rows, job)} events`)
    },
  },
  {
    what: 'a job that has ended has no event',
    breaks: (rows) =>
      bodies(rows.jobs)
        .filter((job) => !isOpen(job) && dueOf(rows, job) > 0)
        .map(saysJob),
  },
  {
    what: 'a job that has ended says when, an open one does not',
    breaks: (rows) =>
      bodies(rows.jobs)
        .filter((job) => isOpen(job) !== (job.end === undefined))
        .map(saysJob),
  },
  {
    what: 'a backup says what its phases say (SEED-58)',
    breaks: (rows) =>
      bodies(rows.jobs)
        .filter((job) => job.operation === 'Backup' && !agrees(job))
        .map(saysJob),
  },
  {
    what: 'an item has one snapshot and one transfer at a time (SEED-59)',
    breaks: (rows) => twice(openPhases(bodies(rows.jobs)), (phase) => phase),
  },
  {
    what: 'an operation goes on as long as it has an event to come',
    breaks: (rows) =>
      bodies(rows.operations)
        .filter(({ kind, failure }) => OPERATION_KINDS[kind] === 'due' || failure !== undefined)
        .filter(({ key, status }) => (status === 'InProgress') !== (eventsOf(rows, `operation:${key}`).length === 1)),
  },
  {
    what: 'a registration goes on as long as its job',
    breaks: (rows) => [
      ...bodies(rows.registrations).filter(
        (machine) => (machine.state === 'Registering') !== worksOn(rows, 'Register', machine),
      ),
      ...bodies(rows.containers).filter(
        (account) => (account.state === 'Unregistering') !== worksOn(rows, 'UnRegister', account),
      ),
    ],
  },
  {
    what: 'a vault is being made, or data on the move, as long as that is under way',
    breaks: (rows) => {
      const open = bodies(rows.operations).filter(({ status }) => status === 'InProgress')
      return bodies(rows.vaults).filter(({ key, provisioning, dataMove }) => {
        const isMade = open.some(
          (operation) =>
            (operation.kind === 'putVault' || operation.kind === 'putBackupVault') && operation.vaultKey === key,
        )
        const moves = dataMove !== undefined && dataMove.part !== 'prepared'
        return (
          (provisioning === 'Provisioning' && !isMade) ||
          (moves && !open.some((operation) => operation.key === dataMove.operationKey))
        )
      })
    },
  },
  {
    what: 'a fault strikes as often as it may',
    breaks: (rows) => bodies(rows.faults).filter(({ hits, seen, times }) => hits > seen || hits > (times ?? hits)),
  },
]

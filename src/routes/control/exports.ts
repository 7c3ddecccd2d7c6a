import { Type } from '@sinclair/typebox'
import { errorName } from '../../domain/jobs/job-errors.js'
import { type JobExport, openExport } from '../../domain/jobs/job-export.js'
import type { Job } from '../../domain/jobs/jobs.js'
import { workloadOf } from '../../domain/protection/workloads.js'
import { isBackupVault } from '../../domain/vaults/vault.js'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { jobView } from '../backup/job-view.js'
import { diskJobView } from '../data-protection/job-view.js'
import { type ControlScope, described, isoInstant, oneOf, refusals } from './shapes.js'

/** Jobs stand in an export as in a list of this version. */
const VERSION = '2024-04-01'

/** The sheet that a portal makes of jobs: its columns, and what stands in them. */
const COLUMNS: readonly (readonly [title: string, cell: (job: Job, at: number) => string])[] = [
  ['Workload name', (job) => job.friendlyName],
  ['Operation', (job) => job.operation],
  ['Status', (job) => job.status],
  ['Type', (job) => workloadOf(job).managementType || job.workload],
  ['Start time', (job) => isoInstant(job.start)],
  ['End time', (job) => (job.end === undefined ? '' : isoInstant(job.end))],
  ['Duration (seconds)', (job, at) => String(((job.end ?? at) - job.start) / 1000)],
  ['Error', (job) => (job.error ? errorName(job.error) : '')],
  ['Job id', (job) => job.id],
]

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** RFC 4180. */
function sheetOf({ jobs, at }: JobExport): string {
  const rows = [COLUMNS.map(([title]) => title), ...jobs.map((job) => COLUMNS.map(([, cell]) => cell(job, at)))]
  return rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('')
}

const viewOf = ({ vault, at }: JobExport, job: Job) =>
  isBackupVault(vault) ? diskJobView(vault, job, VERSION, false) : jobView(vault, job, VERSION, false, at)

const ExportQuery = Type.Object({
  sig: Type.Optional(Type.String({ description: 'The key that was handed out' })),
  sv: Type.Optional(Type.String()),
  se: Type.Optional(Type.String()),
  sr: Type.Optional(Type.String()),
  sp: Type.Optional(Type.String()),
  format: Type.Optional(oneOf(['json', 'csv'])),
})

/** What an export of jobs points at (wire-vm-more.md 6.5): in Azure a blob, here a document of the emulator's own. */
export function registerExports(scope: ControlScope, { scheduler }: { scheduler: Scheduler }): void {
  scope.get(
    '/_recoverite/exports/:operationId',
    described(
      'Recoverite.Exports.Get',
      'Read exported jobs',
      'What blobUrl and blobSasKey of an export of jobs open, for 15 minutes: the jobs as they stood at its end, as a list of jobs has them, or as a sheet.',
      {
        params: Type.Object({ operationId: Type.String({ description: 'The operation that exported them' }) }),
        querystring: ExportQuery,
        response: {
          200: Type.Unknown({ description: 'A list of jobs, or with format=csv a sheet' }),
          ...refusals('InvalidControlRequest', 'BMSUserErrorOperationNotFound', 'AuthorizationFailed'),
        },
      },
    ),
    async (request, reply) => {
      const { sig, format = 'json' } = request.query
      const found = scheduler.look((world) => openExport(world, request.params.operationId, sig))
      if (format === 'csv') return reply.type('text/csv; charset=utf-8').send(sheetOf(found))
      return reply.type('application/json').send(found.jobs.map((job) => viewOf(found, job)))
    },
  )
}

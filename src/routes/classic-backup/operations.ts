import { Type } from '@sinclair/typebox'
import { waitsForOperation } from '../../arm/long-running.js'
import { type Call, ok, type Reply } from '../../arm/route.js'
import type { JobOperation } from '../../domain/jobs/jobs.js'
import { getOperation, type Operation, type OperationStatus, statusOf } from '../../domain/operations.js'
import type { World } from '../../domain/world.js'
import { CLASSIC_VAULT } from '../scopes.js'
import { classicRoute, classicVaultOf, Exact, GUID_PATTERN } from './classic-route.js'

const ResultView = Exact({
  status: Type.Union([Type.Literal('InProgress'), Type.Literal('Succeeded'), Type.Literal('Failed')]),
  error: Exact({ code: Type.String(), message: Type.String() }),
  jobList: Type.Array(Type.String({ pattern: GUID_PATTERN })),
})

/** Only their ends know the job; of all others it is there at once (wire-classic.md 3). */
const KNOWN_LATE: readonly JobOperation[] = ['Backup', 'Restore']

/** The jobs that an operation has led to so far. */
function jobsOf(world: World, { kind, jobId, work, error }: Operation, status: OperationStatus): string[] {
  if (kind === 'changePolicy') return Array.isArray(work?.jobs) ? work.jobs.map(String) : []
  if (kind === 'cancelJob') return error === undefined ? [String(work?.cancelled)] : []
  const job = jobId === undefined ? undefined : world.jobs.get(jobId)
  if (!job || (KNOWN_LATE.includes(job.operation) && status !== 'Succeeded')) return []
  return [job.id]
}

/** 200 in any case; what there is no error of has empty texts. */
function result(world: World, call: Call): Reply {
  const operation = getOperation(world, call.params.operationId ?? '', classicVaultOf(world, call).key)
  const status = statusOf(world, operation)
  const { code = '', message = '' } = operation.error ?? {}
  return ok({ status, error: { code, message }, jobList: jobsOf(world, operation, status) })
}

/** How what was accepted goes on. */
export const classicOperationRoutes = [
  classicRoute({
    operation: 'ClassicOperations.GetResult',
    of: 'machine',
    method: 'GET',
    path: `${CLASSIC_VAULT}/operationResults/{operationId}`,
    tag: 'Classic jobs',
    summary: 'Get the status of an operation and its jobs',
    description: 'Succeeded says that the job is known; how the job ends, it says itself.',
    responses: { 200: { description: 'The status', schema: ResultView } },
    errors: ['BMSUserErrorOperationNotFound'],
    waitsFor: waitsForOperation,
    handle: result,
  }),
] as const

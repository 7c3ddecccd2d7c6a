import { filterTime, readFilter } from '../arm/filter.js'
import type { Call } from '../arm/route.js'
import type { JobSelection } from '../domain/jobs/job-selection.js'

/** What jobs can be filtered by, and where the selection has it. */
type Filterable = Readonly<Record<string, keyof JobSelection>>

/** By what times; every kind of vault has them. */
const TIMES = { startTime: 'startFrom', endTime: 'startTo' } as const satisfies Filterable

/**
 * The jobs that a `$filter` asks for; it may be empty.
 * @param texts what a kind of vault has beside the times
 * @throws Refusal InvalidFilterInQueryString
 */
export function readJobFilter(call: Call, texts: Filterable): JobSelection {
  const filter = readFilter(call.query.$filter, [...Object.keys(texts), ...Object.keys(TIMES)])
  const named = Object.entries(texts).map(([name, member]) => [member, filter.get(name.toLowerCase())])
  const timed = Object.entries(TIMES).map(([name, member]) => [member, filterTime(filter, name)])
  return Object.fromEntries([...named, ...timed].filter(([, value]) => value !== undefined)) as JobSelection
}

/** What the jobs of a Recovery Services vault can be filtered by. */
export const VAULT_JOB_FILTER = {
  status: 'status',
  operation: 'operation',
  backupManagementType: 'managementType',
  jobId: 'jobId',
  entityFriendlyName: 'friendlyName',
} as const satisfies Filterable

/** The same of a Backup vault. No definition says it: these are what a vault has everywhere. */
export const BACKUP_VAULT_JOB_FILTER = {
  status: 'status',
  operation: 'operation',
  jobId: 'jobId',
  backupInstanceFriendlyName: 'friendlyName',
} as const satisfies Filterable

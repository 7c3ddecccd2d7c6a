import { filterTime, readFilter } from '../../arm/filter.js'
import type { Call } from '../../arm/route.js'
import type { JobSelection } from '../../domain/jobs/job-selection.js'

/** What jobs can be filtered by, and where the selection has it. */
const TEXTS = {
  status: 'status',
  operation: 'operation',
  backupManagementType: 'managementType',
  jobId: 'jobId',
  entityFriendlyName: 'friendlyName',
} as const satisfies Record<string, keyof JobSelection>
const TIMES = { startTime: 'startFrom', endTime: 'startTo' } as const satisfies Record<string, keyof JobSelection>

/** The jobs that a `$filter` asks for. @throws Refusal InvalidFilterInQueryString */
export function readJobFilter(call: Call): JobSelection {
  const filter = readFilter(call.query.$filter, [...Object.keys(TEXTS), ...Object.keys(TIMES)])
  const texts = Object.entries(TEXTS).map(([name, member]) => [member, filter.get(name.toLowerCase())])
  const times = Object.entries(TIMES).map(([name, member]) => [member, filterTime(filter, name)])
  return Object.fromEntries([...texts, ...times].filter(([, value]) => value !== undefined)) as JobSelection
}

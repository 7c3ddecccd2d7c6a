import type { Call } from '../arm/route.js'
import { dotNetTime } from '../arm/times.js'
import type { JobExport } from '../domain/jobs/job-export.js'
import type { Operation } from '../domain/operations.js'

/** Where an export of jobs is fetched, and the query that opens it: it has the form of a shared access signature. */
export const exportLink = (call: Call, { key }: Operation, done: Pick<JobExport, 'until' | 'key'>) => ({
  url: `${call.base}/_recoverite/exports/${key}`,
  query: `sv=2021-08-06&se=${encodeURIComponent(dotNetTime(done.until))}&sr=b&sp=r&sig=${done.key}`,
})

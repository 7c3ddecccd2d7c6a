import { errorName } from '../jobs/job-errors.js'
import type { JobStatus } from '../jobs/job-status.js'
import type { Job, Task, TaskStatus } from '../jobs/jobs.js'
import type { EventType, Happening } from './event-types.js'

/** What a job's new status is told as. */
const STATUS_EVENTS: Record<JobStatus, EventType | undefined> = {
  InProgress: undefined,
  Cancelling: 'job.cancelling',
  Completed: 'job.completed',
  CompletedWithWarnings: 'job.completed',
  Failed: 'job.failed',
  Cancelled: 'job.cancelled',
}

/** What a task's new status is told as. */
const TASK_EVENTS: Record<TaskStatus, EventType | undefined> = {
  NotStarted: undefined,
  InProgress: 'task.started',
  Cancelling: undefined,
  Completed: 'task.ended',
  Failed: 'task.ended',
  Skipped: 'task.ended',
  Cancelled: 'task.ended',
}

/** Tasks keep their places, unless a job finds out that there is more to do. */
function taskBefore(before: Job | undefined, { name }: Task, at: number): Task | undefined {
  const there = before?.tasks[at]
  return there?.name === name ? there : before?.tasks.find((task) => task.name === name)
}

/** What happened to a job: its beginning first, then its tasks in their order, its end last. */
export function jobEvents(before: Job | undefined, job: Job): Happening[] {
  const { operation, friendlyName } = job
  const happened: Happening[] = []
  if (!before) happened.push(['job.started', { operation, workload: job.workload, friendlyName }])
  let at = 0
  for (const task of job.tasks) {
    const { name, status } = task
    const type = TASK_EVENTS[status]
    if (type !== undefined && status !== taskBefore(before, task, at)?.status)
      happened.push([type, { operation, friendlyName, task: name, status }])
    at++
  }
  const type = STATUS_EVENTS[job.status]
  if (type !== undefined && job.status !== before?.status) {
    const { status, error } = job
    happened.push([type, { operation, friendlyName, status, ...(error ? { error: errorName(error) } : {}) }])
  }
  return happened
}

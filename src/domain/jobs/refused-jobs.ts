import { within } from '../durations.js'
import type { World } from '../world.js'
import type { JobErrorName } from './job-errors.js'
import { endJob, type Job, type JobInput, type JobSubject, openJob, subjectOf } from './jobs.js'

/** Opens a job that is only there to say why nothing is done: it fails a moment later (wire-classic.md 10). */
export function openRefusedJob(world: World, subject: JobSubject, input: JobInput, error: JobErrorName): Job {
  const job = openJob(world, subject, { ...input, work: { refusedWith: error } })
  const length = within('classicRefusedMs', world.chance.fraction('refused', job.id))
  world.timeline.at(world.now + length, 'job.end', subjectOf(job))
  return job
}

/** Due: the end of a job that was refused. @returns whether it was one */
export function endRefusedJob(world: World, job: Job): boolean {
  const error = job.work?.refusedWith as JobErrorName | undefined
  if (error === undefined) return false
  endJob(world, { ...job, error }, 'Failed')
  return true
}

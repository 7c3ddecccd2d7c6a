import { errorOfFault, type JobError } from '../jobs/job-errors.js'
import { type Job, subjectOf } from '../jobs/jobs.js'
import type { DueKind, World } from '../world.js'
import { durationMs } from './fault-effects.js'
import { faultsOfJob, type JobPoint } from './fault-matching.js'
import { type Fault, judge, keepCounts } from './faults.js'

/** What a job does when something of it is due, and what it does where that fails. */
export interface JobStep {
  run: (world: World, job: Job) => void
  fail: (world: World, job: Job, error: JobError) => void
}

/** An event that a rule has put off, or held, is not judged again. */
const JUDGED = { judged: true } as const

const isJudged = (payload: unknown): boolean =>
  payload !== null && typeof payload === 'object' && 'judged' in payload && payload.judged === true

/** Whether what is due is the end of a phase, or of a job that has none; rules are asked there, once each. */
const POINTS: Partial<Record<DueKind, (job: Job) => JobPoint | undefined>> = {
  'backup.step': ({ tasks: [snapshot, transfer], work }) => {
    // A disk's point may be there before its snapshot's task is over.
    if (snapshot?.status === 'InProgress') return work?.pointName === undefined ? { phase: 'Snapshot' } : undefined
    return transfer?.status === 'InProgress' ? { phase: 'Transfer' } : undefined
  },
  // A machine's restore at the end of its first task; that of a share has none and says nothing until it has begun.
  'restore.step': ({ tasks: [first], bag }) =>
    (first ? first.status === 'InProgress' : Object.keys(bag).length > 0) ? {} : undefined,
  // What was refused fails anyway, and data moves when its operation ends.
  'job.end': ({ work, operation }) =>
    work?.refusedWith === undefined && operation !== 'BackupDataMove' ? {} : undefined,
  'archive.end': () => ({}),
}

function strike(world: World, job: Job, kind: DueKind): Fault | undefined {
  if (world.faults.all().length === 0) return undefined
  const point = POINTS[kind]?.(job)
  return point && keepCounts(world, judge(world, faultsOfJob(world, job, point)))
}

/** Due: the next thing in a job's life, unless a rule wants it otherwise. */
export function runJobStep(
  world: World,
  job: Job,
  { kind, payload }: { kind: DueKind; payload?: unknown },
  { run, fail }: JobStep,
): void {
  const fault = isJudged(payload) ? undefined : strike(world, job, kind)
  if (!fault) return run(world, job)
  const { effect, id } = fault
  if ('jobFailure' in effect) return fail(world, job, errorOfFault(effect.jobFailure))
  if ('jobStuck' in effect) return world.jobs.put({ ...job, stuck: { fault: id, kind } })
  if ('virtualDelay' in effect) {
    const due = world.now + (durationMs(effect.virtualDelay) ?? 0)
    return world.timeline.at(due, kind, subjectOf(job), JUDGED)
  }
  if (!('jobWarning' in effect)) return run(world, job)
  const warned: Job = { ...job, error: errorOfFault(effect.jobWarning) }
  world.jobs.put(warned)
  run(world, warned)
}

/** Takes a rule away; the jobs that it holds go on at once. */
export function removeFault(world: World, fault: Fault): void {
  world.faults.delete(fault.id)
  for (const job of world.jobs.allOpen()) {
    const { stuck, ...free } = job
    if (stuck?.fault !== fault.id || job.status !== 'InProgress') continue
    world.jobs.put(free)
    world.timeline.at(world.now, stuck.kind, subjectOf(job), JUDGED)
  }
}

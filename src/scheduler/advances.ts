import { DateTime, Duration } from 'luxon'
import { Refusal } from '../domain/errors.js'
import { isOpen } from '../domain/jobs/job-status.js'
import { OPERATION_KINDS, operationSubject } from '../domain/operations.js'
import type { WorldStore } from '../store/world.js'
import { checkTarget, readInstant, refuseClock } from './instants.js'

export type Advance = { by: string } | { to: string } | { until: 'idle' } | { untilJob: string }

/** How long `until: idle` looks for the end of what is open: the longest job takes weeks, and a world that never rests is busy to run. */
const IDLE_WITHIN_MS = 100 * 24 * 3_600_000

/** What an advance needs of the scheduler. */
export interface MovableTime {
  now(): number
  /** Runs what is due until an instant and stands there; answers how many events ran. */
  runUntil(instant: number): number
  /** The same, and keeps it. */
  goTo(instant: number): number
}

/**
 * The four ways to move time, by the name of their member: each takes its value and answers how many events ran.
 * @throws Refusal from each: InvalidControlRequest, ClockMovesOnlyForward, NothingToWaitFor
 */
export function createAdvances(store: WorldStore, time: MovableTime): Record<string, (value: string) => number> {
  const openSubjects = () =>
    store.look(time.now(), (world) => [
      ...world.jobs
        .allOpen()
        .map((job) => ({ subject: `job:${job.id}`, name: `job ${job.id} (${job.operation} of ${job.friendlyName})` })),
      ...world.operations
        .allOpen()
        .filter((operation) => OPERATION_KINDS[operation.kind] === 'due' || operation.failure !== undefined)
        .map((operation) => ({
          subject: operationSubject(operation),
          name: `operation ${operation.key} (${operation.kind})`,
        })),
    ])

  const untilIdle = (): number => {
    const farthest = time.now() + IDLE_WITHIN_MS
    let ran = 0
    for (let open = openSubjects(); open.length > 0; open = openSubjects()) {
      // Nothing that is open ends before its own next transition, so the world has no rest before the last of these.
      const due = open.reduce(
        (last, { subject }) => Math.max(last, store.timeline.nextOf(subject) ?? Number.POSITIVE_INFINITY),
        time.now(),
      )
      if (due > farthest) {
        throw new Refusal(
          'NothingToWaitFor',
          `The world does not come to rest; still open: ${open.map(({ name }) => name).join('; ')}.`,
        )
      }
      ran += time.runUntil(due)
    }
    return ran
  }

  const untilJob = (id: string): number => {
    const jobId = (id.split('/').pop() ?? '').toLowerCase()
    const find = () => store.look(time.now(), (world) => world.jobs.get(jobId))
    let job = find()
    if (!job) throw refuseClock(`There is no job '${id}'. Give a job's name or its full id.`)
    let ran = 0
    for (; job && isOpen(job); job = find()) {
      const due = store.timeline.nextOf(`job:${jobId}`)
      if (due === undefined)
        throw new Refusal('NothingToWaitFor', `Job ${jobId} is ${job.status} and nothing is going to end it.`)
      ran += time.runUntil(due)
    }
    return ran
  }

  const advanceTo = (instant: number): number => {
    checkTarget(time.now(), instant)
    return time.goTo(instant)
  }

  const advanceBy = (text: string): number => {
    const duration = Duration.fromISO(text)
    if (!duration.isValid || !/\d/.test(text))
      throw refuseClock(`by is '${text}': give an ISO 8601 duration like PT90M or P1DT2H.`)
    return advanceTo(Math.round(DateTime.fromMillis(time.now(), { zone: 'utc' }).plus(duration).toMillis()))
  }

  return {
    by: advanceBy,
    to: (value) => advanceTo(readInstant(value, 'to')),
    until: (value) => {
      if (value !== 'idle') throw refuseClock(`until is '${value}': the only end that is known is idle.`)
      return untilIdle()
    },
    untilJob,
  }
}

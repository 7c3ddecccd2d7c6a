import type { Test } from 'tap'
import { type Members, members } from './seen.js'

/** What a failed job of a classic vault says. */
export interface SeenError {
  code: number
  title: string
  text: string
  recommendations: string[]
}

/** What of a job of a classic vault a story looks at. Times in ms since 1970. */
export interface SeenClassicJob {
  id: string
  operation: string
  status: string
  start: number
  end: number | undefined
  /** Of the machine. */
  name: string
  bag: Members
  tasks: string[]
  taskNames: string[]
  cancellable: boolean
  errors: SeenError[]
  /** What it says of a backup that came to an end, and not as it should have. */
  warning: string | undefined
}

/** What of a recovery point a story looks at. */
export interface SeenClassicPoint {
  name: string
  time: number
  consistency: string
}

/** How a job that has not ended says so (wire-classic.md 8). */
const NOT_ENDED = Date.UTC(2001, 0, 1)

const list = (value: unknown) => (Array.isArray(value) ? value.map(members) : [])

const seenError = ({ errorCode, errorTitle, errorString, recommendations }: Members): SeenError => ({
  code: Number(errorCode),
  title: String(errorTitle),
  text: String(errorString),
  recommendations: [recommendations].flat().map(String),
})

export function seenClassicJob(body: unknown): SeenClassicJob {
  const { name, properties } = members(body)
  const job = members(properties)
  const end = Date.parse(String(job.endTimestamp))
  return {
    id: String(name),
    operation: String(job.operation),
    status: String(job.status),
    start: Date.parse(String(job.startTimestamp)),
    end: end === NOT_ENDED ? undefined : end,
    name: String(job.entityFriendlyName),
    bag: members(job.propertyBag),
    tasks: list(job.tasksList).map(({ status }) => String(status)),
    taskNames: list(job.tasksList).map(({ taskId }) => String(taskId)),
    cancellable: [job.actionsInfo].flat().includes(1),
    errors: list(job.errorDetails).map(seenError),
    warning: typeof job.dynamicErrorMessage === 'string' ? job.dynamicErrorMessage : undefined,
  }
}

export const seenClassicPoint = ({ name, properties }: Members): SeenClassicPoint => {
  const { recoveryPointType, recoveryPointTime } = members(properties)
  return { name: String(name), time: Date.parse(String(recoveryPointTime)), consistency: String(recoveryPointType) }
}

/** A row of the troubleshooting table, as a failed job has it. */
export interface Trouble {
  /** The service's own words; recorded errors have none. */
  title: string
  /** What the text says, and what is to be done. */
  text: RegExp
  remedy: RegExp
  /** Where a recording has it. */
  code?: number
}

/** A job has failed with a row of the troubleshooting table, and with nothing else. */
export function failsWith(t: Test, job: SeenClassicJob, { title, text, remedy, code }: Trouble, what = title): void {
  t.equal(job.status, 'Failed', what)
  t.ok(job.end !== undefined && job.end >= job.start, `${what}: it has ended`)
  t.equal(job.errors.length, 1, what)
  const [error] = job.errors
  t.equal(error?.title, title, `${what}: title`)
  t.match(error?.text, text, `${what}: text`)
  t.match(error?.recommendations.join(' '), remedy, `${what}: what to do`)
  if (code === undefined) t.ok((error?.code ?? 0) > 0, `${what}: number`)
  else t.equal(error?.code, code, `${what}: number`)
}

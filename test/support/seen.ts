export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export type Members = { [name: string]: unknown }

/** What of a job a story looks at. Times in ms since 1970. */
export interface SeenJob {
  id: string
  operation: string
  status: string
  start: number
  end: number | undefined
  hours: number
  /** Statuses of its tasks: of a backup Snapshot, then Transfer data to vault. */
  tasks: string[]
  taskNames: string[]
  /** When each task ran; undefined where it has not begun or not ended. */
  times: { start: number | undefined; end: number | undefined }[]
  bag: Members
  /** `Backup Size` in MB, undefined where the job says none. */
  sizeMB: number | undefined
  errors: string[]
}

/** What of a recovery point a story looks at. */
export interface SeenPoint {
  name: string
  time: number
  consistency: string
  instant: string | undefined
  vault: string | undefined
  expiry: number
  rule: string | undefined
}

const instant = (value: unknown): number | undefined => {
  if (typeof value !== 'string' || value.startsWith('0001')) return undefined
  return Date.parse(`${value.replace(/Z$/, '').slice(0, 23)}Z`)
}

/** The members of a value; none where it isn't an object. */
export const members = (value: unknown) => (value && typeof value === 'object' ? value : {}) as Members
const list = (value: unknown) => (Array.isArray(value) ? value.map(members) : [])

export function seenJob(body: unknown): SeenJob {
  const { name, properties } = members(body)
  const job = members(properties)
  const { tasksList, propertyBag } = members(job.extendedInfo)
  const tasks = list(tasksList)
  const bag = members(propertyBag)
  const start = instant(job.startTime) ?? Number.NaN
  const end = instant(job.endTime)
  const size = /^(\d+) MB$/.exec(String(bag['Backup Size']))
  return {
    id: String(name),
    operation: String(job.operation),
    status: String(job.status),
    start,
    end,
    hours: ((end ?? Number.NaN) - start) / HOUR,
    tasks: tasks.map((task) => String(task.status)),
    taskNames: tasks.map((task) => String(task.taskId)),
    times: tasks.map((task) => ({ start: instant(task.startTime), end: instant(task.endTime) })),
    bag,
    sizeMB: size ? Number(size[1]) : undefined,
    errors: list(job.errorDetails).map((error) => String(error.errorTitle)),
  }
}

export function seenPoint(body: Members): SeenPoint {
  const point = members(body.properties)
  const kept = members(point.recoveryPointProperties)
  const tier = (type: string) => {
    const found = list(point.recoveryPointTierDetails).find((details) => details.type === type)
    return found && String(found.status)
  }
  return {
    name: String(body.name),
    time: instant(point.recoveryPointTime) ?? Number.NaN,
    consistency: String(point.recoveryPointType),
    instant: tier('InstantRP'),
    vault: tier('HardenedRP'),
    expiry: instant(kept.expiryTime) ?? Number.NaN,
    rule: kept.ruleName === undefined ? undefined : String(kept.ruleName),
  }
}

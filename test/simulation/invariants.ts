import { STATUS_OF_PHASES } from '../../src/domain/backup/backup-phases.js'
import type { RecoveryPoint } from '../../src/domain/backup/recovery-points.js'
import { isOpen } from '../../src/domain/jobs/job-status.js'
import type { Job } from '../../src/domain/jobs/jobs.js'
import { keyOf } from '../../src/domain/names.js'
import { OPERATION_KINDS } from '../../src/domain/operations.js'
import { isStopped, type ProtectedItem } from '../../src/domain/protection/protected-items.js'
import type { Row, Rows } from './rows.js'

/** What holds of every world at every moment: a row finds what breaks it. */
type Rule = readonly [what: string, breaks: (rows: Rows) => unknown[]]

const iso = (instant: number | undefined) => (instant === undefined ? 'never' : new Date(instant).toISOString())
const bodies = <T>(rows: readonly Row<T>[]): T[] => rows.map(({ body }) => body)

const saysJob = ({ id, operation, workload, status, tasks, itemId, friendlyName }: Job) =>
  `job ${id} (${operation} of ${workload} ${friendlyName}, item ${itemId}) ${status} [${tasks.map((task) => task.status)}]`
const saysItem = (item: ProtectedItem) =>
  `item ${item.id} (${item.name} in ${item.vaultKey}) ${item.state}${item.deleted ? ' deleted' : ''}${item.configuring ? ' configuring' : ''}`

const eventsOf = (rows: Rows, subject: string, kind?: string) =>
  (rows.eventsOf.get(subject) ?? []).filter((event) => kind === undefined || event.kind === kind)

/** Whether there is what a timeline's row is about. An alert that is to be raised is not there before that. */
function isThere(rows: Rows, subject: string, kind: string): boolean {
  const id = subject.slice(subject.indexOf(':') + 1)
  switch (subject.slice(0, subject.indexOf(':'))) {
    case 'job':
      return rows.job.has(id)
    case 'operation':
      return rows.operation.has(id)
    case 'item':
      return rows.item.has(Number(id))
    case 'vault':
      return rows.vault.has(id)
    case 'point': {
      const [item, name] = id.split('/')
      return rows.pointsOf.get(Number(item))?.some((point) => point.name === name) ?? false
    }
    case 'alert':
      return kind === 'alert.fire' || bodies(rows.alerts).some((alert) => alert.id === id)
    default:
      return false
  }
}

/** A classic vault shows a point when its data has arrived. */
const counted = (item: ProtectedItem, points: readonly RecoveryPoint[]) =>
  item.workload === 'IaasVM' ? points.filter(({ vaultTier }) => vaultTier !== undefined) : points

/** Whether a job's status is what its two tasks say, or one of what no table has (backup-phases.ts). */
function agrees({ status, tasks: [snapshot, transfer], workload }: Job): boolean {
  if (!snapshot || !transfer) return true
  const [one, two] = [snapshot.status, transfer.status]
  if (status === 'Cancelling') return one === 'Cancelling' && two === 'Cancelling'
  if (status === 'Failed' && one === 'InProgress') return two === 'NotStarted'
  if (status === 'Failed' && one === 'Completed') return workload === 'IaasVM' && two === 'Failed'
  const row = STATUS_OF_PHASES.find(([s, t]) => s === one && t === two)?.[2]
  return row === status || (row === 'Completed' && status === 'CompletedWithWarnings')
}

/** What of an item's backups is under way: one entry a job, of its first or its second phase. */
function openPhases(jobs: readonly Job[]): string[] {
  return jobs.flatMap(({ operation, status, itemId, tasks: [snapshot, transfer] }) => {
    if (operation !== 'Backup' || status !== 'InProgress' || !snapshot) return []
    if (snapshot.status !== 'Completed') return [`a snapshot of item ${itemId}`]
    return transfer ? [`a transfer of item ${itemId}`] : []
  })
}

function twice<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  const seen = new Set<string>()
  return values.filter((value) => seen.size === seen.add(keyOf(value)).size)
}

const RULES: readonly Rule[] = [
  ['the clock is not behind', ({ timeline, now }) => timeline.filter(({ due }) => due < now)],
  [
    'what is due is about something that is there',
    (rows) => rows.timeline.filter(({ subject, kind }) => !isThere(rows, subject, kind)),
  ],
  [
    'what is in a vault has a vault',
    (rows) =>
      [
        ...rows.ofVaults,
        ...(['policies', 'registrations', 'containers', 'items', 'jobs'] as const).flatMap((table) =>
          rows[table].map(({ columns }) => ({ table, vault: String(columns.vault) })),
        ),
      ].filter(({ vault }) => !rows.vault.has(vault)),
  ],
  [
    'a row is about what its columns say',
    (rows) => [
      ...rows.items.filter(({ columns, body }) => columns.vault !== body.vaultKey || columns.source !== body.sourceKey),
      ...rows.jobs.filter(
        ({ columns, body }) =>
          columns.vault !== body.vaultKey ||
          columns.status !== body.status ||
          columns.open !== Number(isOpen(body)) ||
          columns.start !== body.start,
      ),
      ...rows.points.filter(({ columns, body }) => columns.item !== body.itemId || columns.due !== body.due),
    ],
  ],
  ['a point has an item', (rows) => bodies(rows.points).filter(({ itemId }) => !rows.item.has(itemId))],
  [
    'an open job has its item',
    (rows) =>
      bodies(rows.jobs)
        .filter((job) => isOpen(job) && job.itemId !== 0 && !rows.item.has(job.itemId))
        .map(saysJob),
  ],
  [
    'an item has its policy',
    (rows) => {
      const names = new Set(bodies(rows.policies).map(({ vaultKey, name }) => keyOf(`${vaultKey}/${name}`)))
      return bodies(rows.items)
        .filter(({ policyName, vaultKey }) => policyName !== '' && !names.has(keyOf(`${vaultKey}/${policyName}`)))
        .map((item) => `${saysItem(item)} ${item.policyName}`)
    },
  ],
  [
    'an item has its container',
    (rows) => {
      const own = [...bodies(rows.containers), ...bodies(rows.registrations)]
      const names = new Set(own.map(({ vaultKey, name }) => keyOf(`${vaultKey}/${name}`)))
      return bodies(rows.items)
        .filter(({ workload }) => workload !== 'VM')
        .filter(
          ({ vaultKey, container, name, workload }) =>
            !names.has(keyOf(`${vaultKey}/${workload === 'IaasVM' ? name : container}`)),
        )
        .map(saysItem)
    },
  ],
  [
    'an open job has an event to come, or a fault that holds it',
    (rows) => {
      const faults = new Set(bodies(rows.faults).map(({ id }) => id))
      return bodies(rows.jobs)
        .filter((job) => isOpen(job) && eventsOf(rows, `job:${job.id}`).length !== 1)
        .filter(({ stuck, status }) => status !== 'InProgress' || !stuck || !faults.has(stuck.fault))
        .map((job) => `${saysJob(job)} has ${eventsOf(rows, `job:${job.id}`).length} events`)
    },
  ],
  [
    'a job that has ended has no event',
    (rows) =>
      bodies(rows.jobs)
        .filter((job) => !isOpen(job) && eventsOf(rows, `job:${job.id}`).length > 0)
        .map(saysJob),
  ],
  [
    'a job that has ended says when, an open one does not',
    (rows) =>
      bodies(rows.jobs)
        .filter((job) => isOpen(job) !== (job.end === undefined))
        .map(saysJob),
  ],
  [
    'an operation goes on as long as it has an event to come',
    (rows) =>
      bodies(rows.operations)
        .filter(({ kind, failure }) => OPERATION_KINDS[kind] === 'due' || failure !== undefined)
        .filter(({ key, status }) => (status === 'InProgress') !== (eventsOf(rows, `operation:${key}`).length === 1)),
  ],
  [
    'a job says what its tasks say',
    (rows) =>
      bodies(rows.jobs)
        .filter((job) => job.operation === 'Backup' && !agrees(job))
        .map(saysJob),
  ],
  [
    'an item has one snapshot and one transfer at a time (SEED-59)',
    (rows) => twice(openPhases(bodies(rows.jobs)), (phase) => phase),
  ],
  [
    'an item says when its newest point was taken',
    (rows) =>
      bodies(rows.items)
        .map((item) => ({ item, newest: counted(item, rows.pointsOf.get(item.id) ?? [])[0]?.time }))
        .filter(({ item, newest }) => item.lastRecoveryPoint !== newest)
        .map(({ item, newest }) => `${saysItem(item)} says ${iso(item.lastRecoveryPoint)}, it is ${iso(newest)}`),
  ],
  [
    'who has an item for himself is an open job, and who is not there yet is being made',
    (rows) =>
      bodies(rows.items)
        .filter(({ busyWith, configuring, id }) => {
          const job = busyWith === undefined ? undefined : rows.job.get(busyWith)
          return busyWith === undefined ? configuring : !job || !isOpen(job) || job.itemId !== id
        })
        .map((item) => `${saysItem(item)} busy with ${item.busyWith}`),
  ],
  [
    'a registration goes on as long as its job',
    (rows) => {
      const runs = (operation: string, vaultKey: string, name: string) =>
        bodies(rows.jobs).some(
          (job) =>
            isOpen(job) && job.operation === operation && job.vaultKey === vaultKey && job.containerName === name,
        )
      return [
        ...bodies(rows.registrations).filter(
          ({ state, vaultKey, name }) => (state === 'Registering') !== runs('Register', vaultKey, name),
        ),
        ...bodies(rows.containers).filter(
          ({ state, vaultKey, name }) => (state === 'Unregistering') !== runs('UnRegister', vaultKey, name),
        ),
      ]
    },
  ],
  [
    'what is protected has one backup to come, what is stopped or deleted none',
    (rows) =>
      bodies(rows.items)
        .filter((item) => {
          const runs = !isStopped(item) && !item.deleted && !item.configuring
          return eventsOf(rows, `item:${item.id}`, 'backup.scheduled').length !== Number(runs)
        })
        .map((item) => `${saysItem(item)} ${JSON.stringify(eventsOf(rows, `item:${item.id}`))}`),
  ],
  [
    'what is soft-deleted goes at its end, nothing else does',
    (rows) =>
      bodies(rows.items)
        .filter(({ id, deleted, busyWith }) => {
          const purges = eventsOf(rows, `item:${id}`, 'softDelete.purge').map(({ due }) => due)
          return deleted && busyWith === undefined ? purges.join() !== `${deleted.until}` : purges.length > 0
        })
        .map(
          (item) =>
            `${saysItem(item)} ${iso(item.deleted?.until)} ${JSON.stringify(eventsOf(rows, `item:${item.id}`))}`,
        ),
  ],
  [
    'the next point that runs out is looked at in time',
    (rows) =>
      bodies(rows.items)
        .filter((item) => {
          const looks = eventsOf(rows, `item:${item.id}`, 'retention')
          if (item.state === 'ProtectionStopped' || item.deleted) return looks.length > 0
          const dues = (rows.pointsOf.get(item.id) ?? []).flatMap(({ due }) => (due === null ? [] : [due]))
          // A backup that runs looks at it when it ends.
          const isBackedUp = bodies(rows.jobs).some((job) => job.itemId === item.id && isOpen(job))
          if (dues.length === 0 || isBackedUp) return looks.length > 1
          return looks.length !== 1 || (looks[0]?.due ?? 0) > Math.max(Math.min(...dues), rows.now)
        })
        .map((item) => `${saysItem(item)} ${JSON.stringify(eventsOf(rows, `item:${item.id}`))}`),
  ],
  [
    'a machine is protected once (SEED-45)',
    (rows) =>
      twice(
        bodies(rows.items).filter((item) => !item.deleted && !isStopped(item)),
        ({ sourceKey, name }) => `${sourceKey} ${name}`,
      ).map(saysItem),
  ],
  [
    'an account is registered once',
    (rows) =>
      twice(
        bodies(rows.containers).filter(({ vaultKey }) => !rows.vault.get(vaultKey)?.deletion),
        ({ sourceKey }) => sourceKey,
      ),
  ],
  [
    'a collection of restore points is of an item',
    (rows) => {
      const own = new Set(bodies(rows.items).flatMap(({ collection: c }) => (c ? [keyOf(`${c.group}/${c.name}`)] : [])))
      return bodies(rows.resources)
        .filter(({ type }) => type.endsWith('/restorePointCollections'))
        .filter(({ resourceGroup, name }) => !own.has(keyOf(`${resourceGroup}/${name}`)))
        .map(({ id }) => id)
    },
  ],
  [
    'a fault strikes as often as it may',
    (rows) => bodies(rows.faults).filter(({ hits, seen, times }) => hits > seen || hits > (times ?? hits)),
  ],
]

/** What is wrong with a world; nothing where all is as it has to be. */
export const problemsOf = (rows: Rows): string[] =>
  RULES.flatMap(([what, breaks]) =>
    breaks(rows).map((it) => `${what}: ${typeof it === 'string' ? it : JSON.stringify(it)}`),
  )

import { LONGEST_JOB } from '../../src/domain/dashboard.js'
import { isOpen } from '../../src/domain/jobs/job-status.js'
import { type Job, jobPath } from '../../src/domain/jobs/jobs.js'
import { keyOf, same } from '../../src/domain/names.js'
import { itemPath, type ProtectedItem } from '../../src/domain/protection/protected-items.js'
import { isBackupVault, isClassicVault, type Vault } from '../../src/domain/vaults/vault.js'
import { DAY, type Members, members } from '../support/seen.js'
import type { Rows } from './rows.js'
import type { Simulation } from './simulation.js'

type View = (simulation: Simulation, rows: Rows) => Promise<string[]>

const live = (rows: Rows): Vault[] => [...rows.vault.values()].filter(({ deletion }) => !deletion)

interface Reading {
  version: string
  jobs: string
  items: readonly string[]
}

const NOW = 'api-version=2024-04-01'
const RECOVERY_SERVICES: Reading = { version: NOW, jobs: 'backupJobs', items: ['backupProtectedItems'] }
const CLASSIC: Reading = { version: 'api-version=2014-09-01', jobs: 'jobs', items: ['protectedItems'] }
const DISKS: Reading = { version: NOW, jobs: 'backupJobs', items: ['backupInstances', 'deletedBackupInstances'] }

/** How what a vault holds is listed. */
const readingOf = (vault: Vault): Reading =>
  isBackupVault(vault) ? DISKS : isClassicVault(vault) ? CLASSIC : RECOVERY_SERVICES

/** A Backup vault has jobs of backups and restores alone; all others show what they have. */
const isTold = (vault: Vault, { operation }: Job) =>
  !isBackupVault(vault) || operation === 'Backup' || operation === 'Restore'

/** An instance is there from the moment on in which it was asked for, any other item when it is configured. */
const isListed = (vault: Vault, item: ProtectedItem) =>
  item.vaultKey === vault.key && (isBackupVault(vault) || !item.configuring)

function difference(what: string, shown: readonly string[], there: readonly string[]): string[] {
  const missing = there.filter((one) => !shown.includes(one))
  const strange = shown.filter((one) => !there.includes(one))
  if (missing.length === 0 && strange.length === 0 && shown.length === there.length) return []
  return [`${what}: ${shown.length} in place of ${there.length}; missing [${missing}], strange [${strange}]`]
}

/** Every value of a list, page by page; undefined where a rule has come between. */
async function listed({ clients }: Simulation, path: string): Promise<Members[] | undefined> {
  const values: Members[] = []
  for (let next = path; next !== ''; ) {
    const answer = await clients.call('GET', next)
    if (answer.status !== 200) return undefined
    values.push(...answer.values)
    next = answer.text('nextLink')
  }
  return values
}

/** The jobs of a vault that are listed are those that there are. */
const jobs: View = async (simulation, rows) => {
  const vault = simulation.random.any(live(rows))
  if (!vault) return []
  const reading = readingOf(vault)
  const shown = await listed(simulation, `${vault.id}/${reading.jobs}?${reading.version}`)
  const there = [...rows.job.values()].filter(
    (job) => job.vaultKey === vault.key && job.region === undefined && isTold(vault, job),
  )
  if (!shown) return []
  return [
    ...difference(
      `the jobs of ${vault.name}`,
      shown.map(({ name }) => String(name)),
      there.map(({ id }) => id),
    ),
    ...shown.flatMap(({ name, properties }) => {
      const job = rows.job.get(String(name))
      const status = String(members(properties).status)
      return job && status !== job.status ? [`job ${job.id} is ${job.status}, and shown as ${status}`] : []
    }),
  ]
}

/** The items of a vault that are listed are those that there are. */
const items: View = async (simulation, rows) => {
  const vault = simulation.random.any(live(rows))
  if (!vault) return []
  const { items: kinds, version } = readingOf(vault)
  const shown: Members[] = []
  for (const kind of kinds) {
    const values = await listed(simulation, `${vault.id}/${kind}?${version}`)
    if (!values) return []
    shown.push(...values)
  }
  const there = [...rows.item.values()].filter((item) => isListed(vault, item))
  return [
    ...difference(
      `the items of ${vault.name}`,
      shown.map(({ name }) => String(name).toLowerCase()),
      there.map(({ name }) => name.toLowerCase()),
    ),
    ...(isBackupVault(vault) ? there.flatMap((item) => misstated(item, shown)) : []),
  ]
}

/** What an instance says of itself while nothing works on it. */
const STATES: Readonly<Record<string, string>> = {
  IRPending: 'ProtectionConfigured',
  Protected: 'ProtectionConfigured',
}

/** Whether an instance says other than what it is. */
function misstated(item: ProtectedItem, shown: readonly Members[]): string[] {
  const properties = members(
    shown.find(({ name }) => String(name).toLowerCase() === item.name.toLowerCase())?.properties,
  )
  const { currentProtectionState: says, protectionErrorDetails: why } = properties
  const is = item.deleted ? 'SoftDeleted' : (STATES[item.state] ?? item.state)
  const isWrong = item.busyWith === undefined && (says !== is || (why !== undefined) !== (is === 'ProtectionError'))
  return isWrong ? [`instance ${item.name} is ${is}, and shown as ${says} with ${JSON.stringify(why)}`] : []
}

/** A policy says how many items hang on it. */
const policies: View = async ({ random, clients }, rows) => {
  const policy = random.any(rows.policies)?.body
  const vault = policy && rows.vault.get(policy.vaultKey)
  if (!vault || vault.deletion || isClassicVault(vault) || isBackupVault(vault)) return []
  const { status, body } = await clients.call('GET', `${vault.id}/backupPolicies/${policy.name}`)
  if (status !== 200) return []
  const shown = members(members(body).properties).protectedItemsCount
  const hanging = [...rows.item.values()].filter(
    (item) => item.vaultKey === vault.key && same(item.policyName, policy.name),
  ).length
  return shown === hanging ? [] : [`policy ${policy.name} of ${vault.name} has ${hanging} items, and says ${shown}`]
}

const COUNTED: Readonly<Record<string, readonly string[]>> = {
  completed: ['Completed', 'CompletedWithWarnings'],
  completedWithWarnings: ['CompletedWithWarnings'],
  failed: ['Failed'],
  cancelled: ['Cancelled'],
  inProgress: ['InProgress', 'Cancelling'],
}

/** The dashboard counts what there is. */
const dashboard: View = async ({ clients }, rows) => {
  const answer = await clients.call('GET', '/_recoverite/dashboard')
  const shown = [answer.at('vaults')].flat().map(members)
  const ofVault = (vault: Vault): string[] => {
    const said = shown.find(({ id }) => id === vault.id)
    const own = [...rows.item.values()].filter((item) => item.vaultKey === vault.key && !item.configuring)
    const { total, byState } = members(members(said).protectedItems)
    const stateOf = (state: string) => own.filter((item) => (item.deleted ? 'SoftDeleted' : item.state) === state)
    const from = rows.now - DAY
    const recent = [...rows.job.values()].filter(
      (job) =>
        job.vaultKey === vault.key &&
        isTold(vault, job) &&
        (isOpen(job) || (job.start >= from - LONGEST_JOB && (job.end ?? 0) >= from)),
    )
    const ids = members(members(members(said).jobsLast24h).ids)
    return [
      ...(total === own.length ? [] : [`${vault.name} has ${own.length} items, the dashboard says ${total}`]),
      ...Object.entries(members(byState))
        .filter(([state, count]) => stateOf(state).length !== count)
        .map(([state, count]) => `${vault.name} has ${stateOf(state).length} ${state}, the dashboard says ${count}`),
      ...Object.entries(COUNTED).flatMap(([count, statuses]) =>
        difference(
          `${count} jobs on the dashboard of ${vault.name}`,
          [ids[count]].flat().map(String),
          recent.filter(({ status }) => statuses.includes(status)).map((job) => jobPath(vault, job)),
        ),
      ),
    ]
  }
  return [
    ...difference(
      'the vaults of the dashboard',
      shown.map(({ id }) => String(id)),
      live(rows).map(({ id }) => id),
    ),
    ...live(rows).flatMap(ofVault),
  ]
}

/** The points of an item that are listed are those that there are. */
const points: View = async (simulation, rows) => {
  const item = simulation.random.any(
    [...rows.item.values()].filter(({ configuring, workload }) => !configuring && workload !== 'IaasVM'),
  )
  const vault = item && rows.vault.get(item.vaultKey)
  // A soft-deleted instance is not there for those who look for its points.
  if (!vault || vault.deletion || (isBackupVault(vault) && item.deleted)) return []
  const shown = await listed(simulation, `${itemPath(vault, item)}/recoveryPoints?${NOW}`)
  if (!shown) return []
  return difference(
    `the points of ${item.name} in ${vault.name}`,
    shown.map(({ name }) => String(name)),
    (rows.pointsOf.get(item.id) ?? []).map(({ name }) => name),
  )
}

/** A recovery point of a disk has its snapshot, unless somebody has deleted that. */
const snapshots: View = async ({ model }, { points, resources }) => {
  const there = new Set(resources.map(({ body }) => body.key))
  return points.flatMap(({ body: { name, time, disk } }) => {
    if (!disk || there.has(keyOf(disk.snapshotId)) || model.hasAskedForEnd(disk.snapshotId, time)) return []
    return [`point ${name} has lost its snapshot ${disk.snapshotId}`]
  })
}

/** Listeners are told of no job that a Backup vault does not show. */
const events: View = async (simulation, rows) => {
  const vault = simulation.random.any(live(rows).filter(isBackupVault))
  if (!vault) return []
  const path = `/_recoverite/events?follow=false&lastEventId=0&types=job.*&vault=${vault.id}`
  const told = [(await simulation.clients.call('GET', path)).at('events')].flat().map(members)
  return told
    .map(({ subject }) => rows.job.get(String(subject).split('/').at(-1) ?? ''))
    .flatMap((job) => (job && !isTold(vault, job) ? [`a listener is told of job ${job.id}, a ${job.operation}`] : []))
}

const VIEWS: readonly View[] = [jobs, items, policies, dashboard, points, snapshots, events]

/** What the service shows, held against what there is. Where a rule has moved the clock meanwhile, nothing is said. */
export async function differences(simulation: Simulation, rows: Rows): Promise<string[]> {
  const view = simulation.random.any(VIEWS) ?? jobs
  const found = await view(simulation, rows)
  return simulation.story.now === rows.now ? found : []
}

import { LONGEST_JOB } from '../../src/domain/dashboard.js'
import { isOpen } from '../../src/domain/jobs/job-status.js'
import { jobPath } from '../../src/domain/jobs/jobs.js'
import { same } from '../../src/domain/names.js'
import { isClassicVault, type Vault } from '../../src/domain/vaults/vault.js'
import { DAY, type Members, members } from '../support/seen.js'
import type { Rows } from './rows.js'
import type { Simulation } from './simulation.js'

type View = (simulation: Simulation, rows: Rows) => Promise<string[]>

const live = (rows: Rows): Vault[] => [...rows.vault.values()].filter(({ deletion }) => !deletion)
const versionOf = (vault: Vault) => `api-version=${isClassicVault(vault) ? '2014-09-01' : '2024-04-01'}`

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
  const kind = isClassicVault(vault) ? 'jobs' : 'backupJobs'
  const shown = await listed(simulation, `${vault.id}/${kind}?${versionOf(vault)}`)
  const there = [...rows.job.values()].filter((job) => job.vaultKey === vault.key && job.region === undefined)
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
  const kind = isClassicVault(vault) ? 'protectedItems' : 'backupProtectedItems'
  const shown = await listed(simulation, `${vault.id}/${kind}?${versionOf(vault)}`)
  const there = [...rows.item.values()].filter((item) => item.vaultKey === vault.key && !item.configuring)
  if (!shown) return []
  return difference(
    `the items of ${vault.name}`,
    shown.map(({ name }) => String(name).toLowerCase()),
    there.map(({ name }) => name.toLowerCase()),
  )
}

/** A policy says how many items hang on it. */
const policies: View = async ({ random, clients }, rows) => {
  const policy = random.any(rows.policies)?.body
  const vault = policy && rows.vault.get(policy.vaultKey)
  if (!vault || vault.deletion || isClassicVault(vault)) return []
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
        job.vaultKey === vault.key && (isOpen(job) || (job.start >= from - LONGEST_JOB && (job.end ?? 0) >= from)),
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
  if (!vault || vault.deletion) return []
  const path = `${vault.id}/backupFabrics/Azure/protectionContainers/${item.container}/protectedItems/${item.name}`
  const shown = await listed(simulation, `${path}/recoveryPoints?${versionOf(vault)}`)
  if (!shown) return []
  return difference(
    `the points of ${item.name} in ${vault.name}`,
    shown.map(({ name }) => String(name)),
    (rows.pointsOf.get(item.id) ?? []).map(({ name }) => name),
  )
}

const VIEWS: readonly View[] = [jobs, items, policies, dashboard, points]

/** What the service shows, held against what there is. Where a rule has moved the clock meanwhile, nothing is said. */
export async function differences(simulation: Simulation, rows: Rows): Promise<string[]> {
  const view = simulation.random.any(VIEWS) ?? jobs
  const found = await view(simulation, rows)
  return simulation.story.now === rows.now ? found : []
}

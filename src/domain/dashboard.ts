import { isOpen } from './jobs/job-status.js'
import { type Job, jobPath } from './jobs/jobs.js'
import { isShown } from './jobs/shown-jobs.js'
import { DAY } from './policies/schedule.js'
import { listItems, type ProtectedItem, type ProtectionState } from './protection/protected-items.js'
import type { Vault } from './vaults/vault.js'
import type { World } from './world.js'

/** How jobs are counted; one that completed with warnings counts as completed, too. */
export const JOB_COUNTS = ['completed', 'completedWithWarnings', 'failed', 'cancelled', 'inProgress'] as const
export type JobCount = (typeof JOB_COUNTS)[number]

/** Where an item stands: its protection state, or that it was deleted and can be had back. */
export const ITEM_STATES = [
  ...(['IRPending', 'Protected', 'ProtectionError'] as const),
  ...(['ProtectionStopped', 'BackupsSuspended', 'SoftDeleted'] as const),
]
export type ItemState = ProtectionState | 'SoftDeleted'

export interface VaultDashboard {
  /** The vault's ARM id, as created. */
  id: string
  name: string
  location: string
  /** The items that can be seen, soft-deleted ones included; every one has one state. */
  protectedItems: { total: number; byState: Record<ItemState, number> }
  /** How many jobs, and their ARM ids, newest first. */
  jobsLast24h: Record<JobCount, number> & { ids: Record<JobCount, string[]> }
}

const COUNTED: Record<Job['status'], readonly JobCount[]> = {
  InProgress: ['inProgress'],
  Cancelling: ['inProgress'],
  Completed: ['completed'],
  CompletedWithWarnings: ['completed', 'completedWithWarnings'],
  Failed: ['failed'],
  Cancelled: ['cancelled'],
}

/** No job lasts longer, unless a fault holds it: the largest disk at the pace of a first backup needs 39 days. */
export const LONGEST_JOB = 45 * DAY

const stateOf = (item: ProtectedItem): ItemState => (item.deleted ? 'SoftDeleted' : item.state)

/** Every name of a list, with a value of its own. */
function each<N extends string, V>(names: readonly N[], of: (name: N) => V): Record<N, V> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<N, V>
}

/**
 * The vault's jobs that ran at any time of the last 24 hours: started in them, or open at their beginning.
 * Open jobs are found however old they are.
 */
function recentJobs(world: World, vault: Vault, open: readonly Job[]): Job[] {
  const from = world.now - DAY
  const inReach = world.jobs.query({ vaultKey: vault.key, startFrom: from - LONGEST_JOB })
  const older = open.filter((job) => job.vaultKey === vault.key && job.start < from - LONGEST_JOB).reverse()
  return [...inReach.filter((job) => job.start >= from || isOpen(job) || (job.end ?? 0) >= from), ...older]
}

function dashboardOfVault(world: World, vault: Vault, open: readonly Job[]): VaultDashboard {
  const states = listItems(world, vault).map(stateOf)
  const jobs = recentJobs(world, vault, open).filter(isShown)
  const ids = each(JOB_COUNTS, (count) =>
    jobs.filter((job) => COUNTED[job.status].includes(count)).map((job) => jobPath(vault, job)),
  )
  return {
    id: vault.id,
    name: vault.name,
    location: vault.location,
    protectedItems: {
      total: states.length,
      byState: each(ITEM_STATES, (state) => states.filter((other) => other === state).length),
    },
    jobsLast24h: { ...each(JOB_COUNTS, (count) => ids[count].length), ids },
  }
}

/** What an operator wants to see first, per vault in the order of their ids: items by state, jobs of the last 24 virtual hours. */
export function dashboardOf(world: World): VaultDashboard[] {
  const open = world.jobs.allOpen()
  return world.vaults.all().map((vault) => dashboardOfVault(world, vault, open))
}

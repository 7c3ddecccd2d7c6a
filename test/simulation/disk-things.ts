import { backupVaultPath, type DiskRole, diskPath, diskPolicy, lasts, tagged } from '../support/disk-story.js'
import type { Answer } from '../support/emulator.js'
import { tryGiveRole } from '../support/roles.js'
import type { Members } from '../support/seen.js'
import { groupPath } from '../support/story.js'
import { isDone } from './clients.js'
import type { Kept } from './model.js'
import { BACKUP_VAULTS, choose, DISKS, RESTORE_GROUP, type Simulation, SNAPSHOT_GROUP } from './simulation.js'

export const someBackupVault = (simulation: Simulation) =>
  backupVaultPath(choose(simulation, BACKUP_VAULTS)?.name ?? '')

/** A disk and a vault, nearly always of one region. */
export function somePair(simulation: Simulation): { vault: string; disk: string; location: string } {
  const { name, location } = choose(simulation, DISKS) ?? DISKS[0]
  const near = simulation.random.chance(0.97)
    ? BACKUP_VAULTS.filter((vault) => vault.location === location)
    : BACKUP_VAULTS
  return { vault: backupVaultPath(choose(simulation, near)?.name ?? ''), disk: diskPath(name), location }
}

/** The markers that tags can have, and how much of each leaves a handful of points. */
const MARKERS = {
  FirstOfDay: ['D', 20],
  FirstOfWeek: ['W', 10],
  FirstOfMonth: ['M', 6],
  FirstOfYear: ['M', 11],
} as const
const MARKER_NAMES = Object.keys(MARKERS) as (keyof typeof MARKERS)[]
/** All that there are, the long ones more often: each backup takes its time to simulate. */
const PERIODS = [
  'PT1H',
  'PT2H',
  'PT4H',
  'PT6H',
  'PT8H',
  ...Array<'PT12H'>(3).fill('PT12H'),
  ...Array<'P1D'>(6).fill('P1D'),
] as const

/** The `properties` of a PUT of any policy of disks. */
export function someDiskPolicy({ random }: Simulation): Members {
  const from = `R/2026-01-0${random.from(1, 5)}T${String(random.below(24)).padStart(2, '0')}:${random.of(['00', '30'])}:00+00:00`
  const marked = MARKER_NAMES.filter(() => random.chance(0.25))
  return diskPolicy({
    intervals: [`${from}/${random.of(PERIODS)}`],
    tags: [...marked.map((name, at) => tagged(name, 20 + at, name)), tagged('Default', 99)],
    rules: [
      lasts('Default', `P${random.from(1, 9)}D`),
      ...marked.map((name) => lasts(name, `P${random.from(1, MARKERS[name][1])}${MARKERS[name][0]}`)),
    ],
  })
}

/** How many names restored disks have. */
export const COPIES = 6

type Needed = readonly [role: DiskRole, scope: string]

/** What the identity of a vault needs, and where. */
export const NEEDED: readonly [Needed, ...Needed[]] = [
  ['Disk Backup Reader', groupPath('apps')],
  ['Disk Snapshot Contributor', groupPath(SNAPSHOT_GROUP)],
  ['Disk Restore Operator', groupPath(RESTORE_GROUP)],
]

/** The principal of a vault's identity; undefined where it has none, or where nobody knows. */
export async function principalOf({ disks }: Simulation, vault: string): Promise<string | undefined> {
  return (await disks.call('GET', vault)).text('identity.principalId') || undefined
}

/** Gives a vault all the roles that it needs. */
export async function grantAll(simulation: Simulation, vault: string): Promise<void> {
  const principal = await principalOf(simulation, vault)
  if (principal === undefined) return
  for (const [role, scope] of NEEDED) await tryGiveRole(simulation.disks, principal, role, scope)
}

/**
 * Waits for the end of what a Backup vault has begun.
 * @param path what it is about
 * @param then what its success acknowledges
 */
export function followBegun(
  { model }: Simulation,
  begun: Answer,
  path: string,
  then: (status: Answer) => readonly Kept[] = () => [],
): void {
  const url = begun.header('azure-asyncoperation')
  if (!isDone(begun) || url === '') return
  model.expect({
    path,
    url,
    read: (answer) => {
      const status = answer.text('status')
      if (status === 'Inprogress') return undefined
      return status === 'Succeeded' ? then(answer) : []
    },
  })
}

/** Waits for the operation of a backup or a restore, then for the job that it names. @param then what its success acknowledges */
export function followJob(
  simulation: Simulation,
  begun: Answer,
  path: string,
  then: (job: Answer) => readonly Kept[] = () => [],
): void {
  const { model } = simulation
  followBegun(simulation, begun, path, (operation) => {
    const url = operation.text('properties.jobId')
    model.acknowledge({ path: url, url })
    model.expect({
      path,
      url,
      read: (job) => {
        const status = job.text('properties.status')
        if (status === 'InProgress') return undefined
        return status === 'Completed' || status === 'CompletedWithWarnings' ? then(job) : []
      },
    })
    return []
  })
}

import fc from 'fast-check'
import { itemPath, type ProtectedItem, type WorkloadName } from '../../src/domain/protection/protected-items.js'
import { anyPolicy, SHORT } from '../properties/any-policy.js'
import { bodyOf, type PolicyCase } from '../properties/policy-cases.js'
import type { ClassicStory } from '../support/classic-story.js'
import type { DiskStory } from '../support/disk-story.js'
import type { Answer } from '../support/emulator.js'
import type { Members } from '../support/seen.js'
import type { ShareStory } from '../support/share-story.js'
import { vaultPath } from '../support/story.js'
import { type Clients, isDone } from './clients.js'
import type { Kept, Model } from './model.js'
import type { Random } from './random.js'
import type { Rows } from './rows.js'

/** What somebody does. */
export interface Deed {
  name: string
  /** How often, compared with others. */
  weight: number
  run(simulation: Simulation): Promise<unknown>
}

/** Somebody who acts. */
export interface Actor {
  weight: number
  deeds: readonly Deed[]
}

/** A simulation as those who act in it see it. */
export interface Simulation {
  readonly random: Random
  readonly actors: readonly Actor[]
  readonly clients: Clients
  /** The same clients, in the words of stories. */
  readonly story: ShareStory
  readonly classic: ClassicStory
  readonly disks: DiskStory
  readonly model: Model
  /** Counts round and round what there is: for a while all act on the same things, so that they come in each other's way. */
  focus: number
  /** The rows as the last step left them; undefined at the beginning. */
  rows: Rows | undefined
  /** A checkpoint, and how everything was then. */
  saved: Saved | undefined
}

/** What has to be as it was when a checkpoint is restored. */
export interface Saved {
  digest: string
  now: string
  rows: Rows | undefined
  /** Takes the model back. */
  back: () => void
}

export interface Place {
  name: string
  location: 'westeurope' | 'northeurope'
}

const west = (name: string): Place => ({ name, location: 'westeurope' })
const north = (name: string): Place => ({ name, location: 'northeurope' })

/** What there can be, whether or not it is there: two teams share the machines of the west. */
export const VAULTS = [west('west'), west('west-two'), north('north')] as const
export const MACHINES = [west('vm0'), west('vm1'), west('vm2'), north('vm3'), north('vm4')] as const
export const ACCOUNTS = [west('files0'), north('files1')] as const
export const SHARES = ['accounts', 'brochures'] as const
export const BACKUP_VAULTS = [west('disks'), west('disks-two'), north('disks-north')] as const
export const DISKS = [west('disk0'), west('disk1'), west('disk2'), north('disk3')] as const
/** Where the snapshots of all disks go, and the disks that are made out of them. */
export const SNAPSHOT_GROUP = 'snapshots'
export const RESTORE_GROUP = 'restored'
/** Policies of machines, of file shares, and of disks. */
export const VM_POLICIES = ['Vm0', 'Vm1', 'DefaultPolicy', 'EnhancedPolicy'] as const
export const SHARE_POLICIES = ['Share0', 'Share1'] as const
export const DISK_POLICIES = ['Disk0', 'Disk1', 'Disk2'] as const

/** One of some, as often as not the one that all act on. */
export function choose<T>({ random, focus }: Simulation, list: readonly T[]): T | undefined {
  return random.chance(0.5) ? list[focus % list.length] : random.any(list)
}

/** The path of a vault of Recovery Services, whether or not it is there. */
export const someVault = (simulation: Simulation) => vaultPath(choose(simulation, VAULTS)?.name ?? '')

/** A vault, and one of some places in its region. */
export function pair<P extends Place>(
  simulation: Simulation,
  places: readonly [P, ...P[]],
): { vault: string; place: P } {
  const place = choose(simulation, places) ?? places[0]
  const near = VAULTS.filter(({ location }) => location === place.location)
  return { vault: vaultPath(choose(simulation, near)?.name ?? ''), place }
}

/** An item that there is, of a vault that has not been deleted. */
export function anyItem(
  simulation: Simulation,
  workload: WorkloadName,
): { item: ProtectedItem; vault: string; path: string } | undefined {
  const { rows } = simulation
  const there = rows?.items.filter(({ body }) => body.workload === workload) ?? []
  const item = choose(simulation, there)?.body
  const vault = item && rows?.vault.get(item.vaultKey)
  return vault && !vault.deletion ? { item, vault: vault.id, path: itemPath(vault, item) } : undefined
}

/** The `properties` of a PUT of any policy of some kinds. */
export function somePolicy({ random }: Simulation, ...kinds: PolicyCase['of'][]): Members {
  const of = random.any(kinds) ?? 'standard'
  const every = random.any(SCHEDULES[of]) ?? 'day'
  const [policy] = fc.sample(anyPolicy(of, every, SHORT), { seed: random.below(2 ** 31), numRuns: 1 })
  if (!policy) throw new Error('there is always a policy')
  return bodyOf(policy)
}

const SCHEDULES: Record<PolicyCase['of'], readonly PolicyCase['schedule']['every'][]> = {
  standard: ['day', 'week'],
  enhanced: ['day', 'week', 'hours'],
  snapshots: ['day', 'hours'],
  vaulted: ['day', 'hours'],
}

/** The `name` of one of a list's values; undefined where it has none. */
export const anyName = ({ random }: Simulation, answer: Answer): string | undefined => {
  const name = random.any(answer.names)
  return name === undefined ? undefined : String(name)
}

/**
 * Waits for the end of what was accepted.
 * @param path what it is about
 * @param then what its success acknowledges
 */
export function follow(
  { model }: Simulation,
  accepted: Answer,
  path: string,
  then: (status: Answer) => readonly Kept[] = () => [],
): void {
  const url = accepted.header('azure-asyncoperation')
  if (!isDone(accepted) || url === '') return
  model.expect({
    path,
    url,
    read: (answer) => {
      const status = answer.text('status')
      if (status === 'InProgress') return undefined
      return status === 'Succeeded' ? then(answer) : []
    },
  })
}

/** The job that an operation tells of. */
export function jobIn(vault: string, status: Answer): Kept[] {
  const id = status.text('properties.jobId')
  const path = `${vault}/backupJobs/${id}`
  return id === '' ? [] : [{ path, url: path }]
}

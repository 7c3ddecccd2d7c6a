import { itemPath } from '../../src/domain/protection/protected-items.js'
import { restoredDisk, restoreOf, seenDiskPoint, tryBackUp, tryRestore } from '../support/disk-backups.js'
import { type DiskInstance, instanceOf } from '../support/disk-story.js'
import type { Members } from '../support/seen.js'
import { groupPath } from '../support/story.js'
import { mayBeDone } from './clients.js'
import { COPIES, followBegun, followJob, somePair } from './disk-things.js'
import { anyItem, anyName, choose, type Deed, DISK_POLICIES, type Simulation, SNAPSHOT_GROUP } from './simulation.js'

/** An instance has the name of its disk. */
const nameOf = (disk: string) => disk.slice(disk.lastIndexOf('/') + 1)
const instanceAt = (vault: string, disk: string): DiskInstance => ({
  vault,
  disk,
  path: `${vault}/backupInstances/${nameOf(disk)}`,
})

/** Mostly one that there is. */
function someInstance(simulation: Simulation): DiskInstance {
  const there = simulation.random.chance(0.8) ? anyItem(simulation, 'AzureDisk') : undefined
  if (there) return { vault: there.vault, path: there.path, disk: there.item.sourceId }
  const { vault, disk } = somePair(simulation)
  return instanceAt(vault, disk)
}

const isThere = ({ path }: DiskInstance) => [{ path, url: path }]

const propertiesOf = ({ random }: Simulation, { vault, disk }: DiskInstance): Members =>
  instanceOf(vault, disk, random.of(DISK_POLICIES), groupPath(random.chance(0.93) ? SNAPSHOT_GROUP : 'elsewhere'))

async function put(simulation: Simulation, instance: DiskInstance): Promise<void> {
  const tags = simulation.random.chance(0.2) ? { tags: { at: String(simulation.random.below(9)) } } : {}
  const body = { properties: propertiesOf(simulation, instance), ...tags }
  const answer = await simulation.disks.call('PUT', instance.path, body)
  followBegun(simulation, answer, instance.path, () => isThere(instance))
}

const protect = (simulation: Simulation) => {
  const { vault, disk } = somePair(simulation)
  return put(simulation, instanceAt(vault, disk))
}

const change = (simulation: Simulation) => put(simulation, someInstance(simulation))

async function validate(simulation: Simulation): Promise<void> {
  const { random, disks } = simulation
  const instance = someInstance(simulation)
  const backupInstance = propertiesOf(simulation, instance)
  const answer = random.chance(0.5)
    ? await disks.call('POST', `${instance.vault}/validateForBackup`, { backupInstance })
    : await disks.call('POST', `${instance.path}/validateForModifyBackup`, { backupInstance })
  followBegun(simulation, answer, `${instance.vault}/validation`)
}

const act =
  (action: string) =>
  async (simulation: Simulation): Promise<void> => {
    const { path } = someInstance(simulation)
    followBegun(simulation, await simulation.disks.call('POST', `${path}/${action}`), `${path}/${action}`)
  }

async function remove(simulation: Simulation): Promise<void> {
  const { path } = someInstance(simulation)
  const answer = await simulation.disks.call('DELETE', path)
  if (mayBeDone(answer)) simulation.model.forget(path)
  followBegun(simulation, answer, `${path}-deletion`)
}

async function undelete(simulation: Simulation): Promise<void> {
  const { disks, rows } = simulation
  const deleted = rows?.items.filter(({ body }) => body.workload === 'AzureDisk' && body.deleted) ?? []
  const item = choose(simulation, deleted)?.body
  const vault = item && rows?.vault.get(item.vaultKey)
  if (!vault) return
  const path = itemPath(vault, item)
  const answer = await disks.call('POST', `${vault.id}/deletedBackupInstances/${item.name}/undelete`)
  followBegun(simulation, answer, path, () => [{ path, url: path }])
}

async function backUp(simulation: Simulation): Promise<void> {
  const { random, disks } = simulation
  const instance = someInstance(simulation)
  const tag = random.of(['Default', 'Default', 'FirstOfWeek', undefined])
  followJob(simulation, await tryBackUp(disks, instance, tag), `${instance.vault}/backup`)
}

/** Points of disks are there until the end that they were made with. */
async function look(simulation: Simulation): Promise<void> {
  const { random, disks, model } = simulation
  const { path } = someInstance(simulation)
  const listed = await disks.call('GET', `${path}/recoveryPoints`)
  // What is being deleted, or was, may be gone the next moment.
  if (!model.keeps(path)) return
  for (const { name, expiry } of listed.values.map(seenDiskPoint).filter(() => random.chance(0.2))) {
    const point = `${path}/recoveryPoints/${name}`
    model.acknowledge({ path: point, url: point, until: expiry })
  }
}

async function restore(simulation: Simulation): Promise<void> {
  const { random, disks } = simulation
  const instance = someInstance(simulation)
  const point = anyName(simulation, await disks.call('GET', `${instance.path}/recoveryPoints`)) ?? '0'.repeat(32)
  const disk = restoredDisk(`copy${random.below(COPIES)}`)
  const restoreLocation = instance.vault.endsWith('north') ? 'northeurope' : 'westeurope'
  const request = restoreOf(point, disk, { target: { restoreLocation }, source: { resourceLocation: restoreLocation } })
  if (random.chance(0.3)) {
    const answer = await disks.call('POST', `${instance.path}/validateRestore`, { restoreRequestObject: request })
    return followBegun(simulation, answer, `${instance.vault}/validation`)
  }
  followJob(simulation, await tryRestore(disks, instance, request), disk, () => [{ path: disk, url: disk }])
}

/** What is done with managed disks and their backups. */
export const DISK_DEEDS: readonly Deed[] = [
  { name: 'protect a disk', weight: 10, run: protect },
  { name: 'change an instance', weight: 3, run: change },
  { name: 'validate an instance', weight: 1, run: validate },
  { name: 'stop the protection of a disk', weight: 2, run: act('stopProtection') },
  { name: 'suspend the backups of a disk', weight: 2, run: act('suspendBackups') },
  { name: 'resume the protection of a disk', weight: 4, run: act('resumeProtection') },
  { name: 'resume the backups of a disk', weight: 1, run: act('resumeBackups') },
  { name: 'configure an instance again', weight: 3, run: act('sync') },
  { name: 'delete an instance', weight: 4, run: remove },
  { name: 'undelete an instance', weight: 4, run: undelete },
  { name: 'back a disk up', weight: 6, run: backUp },
  { name: 'look at the points of a disk', weight: 3, run: look },
  { name: 'restore a disk', weight: 5, run: restore },
]

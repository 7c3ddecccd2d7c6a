import { restoredDisk } from '../support/disk-backups.js'
import { backupVaultPath, diskPath } from '../support/disk-story.js'
import { tryGiveRole, tryTakeRole } from '../support/roles.js'
import { DAY, type Members } from '../support/seen.js'
import { groupPath } from '../support/story.js'
import { isDone, mayBeDone } from './clients.js'
import { COPIES, followBegun, grantAll, NEEDED, principalOf, someBackupVault, someDiskPolicy } from './disk-things.js'
import {
  BACKUP_VAULTS,
  type Deed,
  DISK_POLICIES,
  DISKS,
  RESTORE_GROUP,
  type Simulation,
  SNAPSHOT_GROUP,
} from './simulation.js'

/** Until 2025 a vault goes for good, since then so that it can be had back. */
const DELETIONS = ['2024-04-01', '2025-09-01'] as const
const NOW = 'api-version=2025-09-01'
/** Longer than the deletion of a vault or of a group is under way, ms. */
const TAKES = DAY / 12

const softDelete = (state: string): Members => ({
  securitySettings: { softDeleteSettings: { state, retentionDurationInDays: 14 } },
})
const immutability = (state: string): Members => ({ securitySettings: { immutabilitySettings: { state } } })

async function putVault(simulation: Simulation): Promise<void> {
  const { random, disks } = simulation
  const { name, location } = random.of(BACKUP_VAULTS)
  const path = backupVaultPath(name)
  const answer = await disks.tryVault(name, {}, { location, tags: { at: String(random.below(9)) } })
  followBegun(simulation, answer, path, () => [{ path, url: path }])
}

async function changeVault(simulation: Simulation): Promise<void> {
  const { random, disks } = simulation
  const vault = someBackupVault(simulation)
  const change = random.of<Members>([
    { properties: softDelete('On') },
    { properties: softDelete('Off') },
    { properties: immutability('Unlocked') },
    { properties: immutability('Disabled') },
    { identity: { type: 'None' } },
    { identity: { type: 'SystemAssigned' } },
    { tags: { team: 'blue' } },
  ])
  followBegun(simulation, await disks.call('PATCH', vault, change), `${vault}/change`)
}

async function deleteVault(simulation: Simulation): Promise<void> {
  const { random, disks, model } = simulation
  const path = someBackupVault(simulation)
  const answer = await disks.call('DELETE', `${path}?api-version=${random.of(DELETIONS)}`)
  if (mayBeDone(answer)) model.forget(path, TAKES)
  followBegun(simulation, answer, `${path.replace('/backupVaults/', '/deletions/')}`)
}

async function undeleteVault(simulation: Simulation): Promise<void> {
  const { random, disks } = simulation
  const { name, location } = random.of(BACKUP_VAULTS)
  const subscription = groupPath('').split('/resourceGroups/')[0]
  const deleted = `${subscription}/providers/Microsoft.DataProtection/locations/${location}/deletedVaults`
  const id = random.any((await disks.call('GET', `${deleted}?${NOW}`)).values)?.id
  if (typeof id !== 'string') return
  const path = backupVaultPath(name)
  const headers = { 'x-ms-deleted-vault-id': id }
  const answer = await disks.call('PUT', `${path}?${NOW}`, { location, properties: { storageSettings: [] } }, headers)
  followBegun(simulation, answer, path, () => [{ path, url: path }])
}

async function putPolicy(simulation: Simulation): Promise<void> {
  const { random, disks, model } = simulation
  const vault = someBackupVault(simulation)
  const name = random.of(DISK_POLICIES)
  const path = `${vault}/backupPolicies/${name}`
  if (isDone(await disks.tryPolicy(vault, name, someDiskPolicy(simulation)))) model.acknowledge({ path, url: path })
}

async function deletePolicy(simulation: Simulation): Promise<void> {
  const { random, disks, model } = simulation
  const path = `${someBackupVault(simulation)}/backupPolicies/${random.of(DISK_POLICIES)}`
  if (mayBeDone(await disks.call('DELETE', path))) model.forget(path)
}

const grantRoles = (simulation: Simulation) => grantAll(simulation, someBackupVault(simulation))

async function changeRole(simulation: Simulation): Promise<void> {
  const { random, disks } = simulation
  const principal = await principalOf(simulation, someBackupVault(simulation))
  if (principal === undefined) return
  const [role, scope] = random.of(NEEDED)
  await (random.chance(0.5) ? tryGiveRole : tryTakeRole)(disks, principal, role, scope)
}

const makeDisk = ({ random, disks }: Simulation) => {
  const { name, location } = random.of(DISKS)
  const disk = { resourceGroup: 'apps', name, location, diskSizeGB: random.from(4, 900) }
  return disks.call('POST', '/_recoverite/inventory', { disks: [disk] })
}

async function deleteDisk({ random, disks, model }: Simulation): Promise<void> {
  const path = random.of([diskPath(random.of(DISKS).name), restoredDisk(`copy${random.below(COPIES)}`)])
  if (mayBeDone(await disks.call('DELETE', path))) model.forget(path)
}

/** Somebody finds that there are too many snapshots. */
async function deleteSnapshot({ random, disks, model }: Simulation): Promise<void> {
  const { values } = await disks.call('GET', `${groupPath(SNAPSHOT_GROUP)}/resources?api-version=2021-04-01`)
  const id = random.any(values)?.id
  if (typeof id === 'string' && mayBeDone(await disks.call('DELETE', id))) model.forget(id)
}

async function deleteGroup({ random, disks, model }: Simulation): Promise<void> {
  const path = groupPath(random.of([SNAPSHOT_GROUP, RESTORE_GROUP]))
  if (mayBeDone(await disks.call('DELETE', `${path}?api-version=2021-04-01`))) model.forget(path, TAKES)
}

const putGroup = ({ random, disks }: Simulation) =>
  disks.call('PUT', groupPath(random.of([SNAPSHOT_GROUP, RESTORE_GROUP, 'apps'])), { location: 'westeurope' })

const LISTS = [
  ...(['backupInstances', 'deletedBackupInstances', 'backupPolicies', 'backupJobs'] as const),
  "backupJobs?$filter=status eq 'InProgress'",
] as const

/** Looks around: what is listed can be had. */
async function lookAround(simulation: Simulation): Promise<void> {
  const { random, disks } = simulation
  const list = await disks.call('GET', `${someBackupVault(simulation)}/${random.of(LISTS)}`)
  const id = random.any(list.values)?.id
  if (isDone(list) && typeof id === 'string') await disks.call('GET', id)
}

async function exportJobs(simulation: Simulation): Promise<void> {
  const vault = someBackupVault(simulation)
  followBegun(simulation, await simulation.disks.call('POST', `${vault}/exportBackupJobs`), `${vault}/export`)
}

/** What the owners of Backup vaults do with the vaults, with what these are allowed to, and with disks. */
export const BACKUP_VAULT_DEEDS: readonly Deed[] = [
  { name: 'put a Backup vault', weight: 4, run: putVault },
  { name: 'change a Backup vault', weight: 3, run: changeVault },
  { name: 'delete a Backup vault', weight: 1, run: deleteVault },
  { name: 'undelete a Backup vault', weight: 2, run: undeleteVault },
  { name: 'put a policy of disks', weight: 5, run: putPolicy },
  { name: 'delete a policy of disks', weight: 1, run: deletePolicy },
  { name: 'give a vault its roles', weight: 7, run: grantRoles },
  { name: 'give or take a role', weight: 2, run: changeRole },
  { name: 'make or resize a disk', weight: 4, run: makeDisk },
  { name: 'delete a disk', weight: 1.5, run: deleteDisk },
  { name: 'delete a snapshot', weight: 1, run: deleteSnapshot },
  { name: 'put a group of disks', weight: 3, run: putGroup },
  { name: 'delete a group of disks', weight: 0.4, run: deleteGroup },
  { name: 'look around in a Backup vault', weight: 1, run: lookAround },
  { name: 'export jobs of a Backup vault', weight: 0.5, run: exportJobs },
]

import { backupVaultPath, diskPath, diskPolicy, instanceOf } from './disk-story.js'
import { roleRequest } from './roles.js'
import { members } from './seen.js'
import { groupPath } from './story.js'

/** Asks an emulator, wherever that runs. @returns the body of its answer */
export type Asking = (method: string, path: string, body?: unknown) => Promise<unknown>

export const DISK_VAULT = backupVaultPath('vault')
export const SNAPSHOTS = groupPath('snapshots')
const APPS = groupPath('apps')
const RESTORED = groupPath('restored')

/** The instance of a disk: it has the disk's name. */
export const instancePath = (disk: string) => `${DISK_VAULT}/backupInstances/${disk}`

/**
 * A Backup vault, disks, all roles, and each disk protected by a policy that backs up every four hours from 02:00 on;
 * what is asked for goes over HTTP alone.
 */
export async function beginDisks(ask: Asking, disks: readonly string[]): Promise<void> {
  const location = 'westeurope'
  await ask('POST', '/_recoverite/inventory', {
    disks: disks.map((name) => ({ resourceGroup: 'apps', name, diskSizeGB: 32 })),
  })
  for (const group of [SNAPSHOTS, RESTORED]) await ask('PUT', `${group}?api-version=2021-04-01`, { location })
  await ask('PUT', DISK_VAULT, {
    location,
    identity: { type: 'SystemAssigned' },
    properties: { storageSettings: [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }] },
  })
  const principal = String(members(members(await ask('GET', DISK_VAULT)).identity).principalId)
  const roles = [
    roleRequest(principal, 'Disk Backup Reader', APPS),
    roleRequest(principal, 'Disk Snapshot Contributor', SNAPSHOTS),
    roleRequest(principal, 'Disk Restore Operator', RESTORED),
  ]
  for (const { path, body } of roles) await ask('PUT', path, body)
  await ask('PUT', `${DISK_VAULT}/backupPolicies/Disks`, { properties: diskPolicy() })
  await ask('POST', '/_recoverite/clock/advance', { by: 'PT1M' })
  for (const name of disks)
    await ask('PUT', instancePath(name), { properties: instanceOf(DISK_VAULT, diskPath(name), 'Disks', SNAPSHOTS) })
  await ask('POST', '/_recoverite/clock/advance', { by: 'PT5M' })
}

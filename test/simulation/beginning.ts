import { classicVaultPath } from '../support/classic-story.js'
import { backupVaultPath } from '../support/disk-story.js'
import { network } from '../support/restores.js'
import { vaultPath } from '../support/story.js'
import { CLASSIC_NAMES, CLASSIC_VAULTS } from './classic-deeds.js'
import { grantAll, someDiskPolicy } from './disk-things.js'
import {
  ACCOUNTS,
  BACKUP_VAULTS,
  DISK_POLICIES,
  DISKS,
  MACHINES,
  RESTORE_GROUP,
  SHARES,
  type Simulation,
  SNAPSHOT_GROUP,
  somePolicy,
  VAULTS,
} from './simulation.js'

/** What a vault needs for restores in the paired region. */
const CRR = { redundancySettings: { standardTierStorageRedundancy: 'GeoRedundant', crossRegionRestore: 'Enabled' } }

/** What there is when a simulation begins, so that not all of it is about what isn't there: vaults, policies, things to protect. */
export async function begin(simulation: Simulation): Promise<void> {
  const { random, story, classic, model } = simulation
  story.account('staging', [], { resourceGroup: 'backup' })
  for (const { name, location } of MACHINES)
    story.machine(name, { location, conditions: { usedDataGB: random.below(90) } })
  for (const { name, location } of ACCOUNTS) story.account(name, [...SHARES], { location })
  for (const name of CLASSIC_NAMES) classic.machine(name)
  await story.call('PUT', network(), { location: 'westeurope', properties: { subnets: [{ name: 'default' }] } })
  for (const { name, location } of VAULTS) {
    const path = vaultPath(name)
    await story.call('PUT', path, { location, sku: { name: 'RS0', tier: 'Standard' }, properties: CRR })
    await story.putPolicy(path, 'Vm0', somePolicy(simulation, 'standard'))
    await story.putPolicy(path, 'Vm1', somePolicy(simulation, 'enhanced'))
    await story.putPolicy(path, 'Share0', somePolicy(simulation, 'snapshots'))
    await story.putPolicy(path, 'Share1', somePolicy(simulation, 'vaulted'))
    model.acknowledge({ path, url: path })
  }
  for (const name of CLASSIC_VAULTS) {
    await classic.tryVault(name)
    await classic.ask('POST', `${classicVaultPath(name)}/refreshContainers`)
  }
  await beginDisks(simulation)
  story.world.emulator.clock.advance({ by: 'PT10M' })
}

async function beginDisks(simulation: Simulation): Promise<void> {
  const { disks, model } = simulation
  for (const { name, location } of DISKS) disks.disk(name, { location })
  for (const group of [SNAPSHOT_GROUP, RESTORE_GROUP]) await disks.group(group)
  for (const { name, location } of BACKUP_VAULTS) {
    const path = backupVaultPath(name)
    await disks.tryVault(name, {}, { location })
    for (const policy of DISK_POLICIES) await disks.tryPolicy(path, policy, someDiskPolicy(simulation))
    await grantAll(simulation, path)
    model.acknowledge({ path, url: path })
  }
}

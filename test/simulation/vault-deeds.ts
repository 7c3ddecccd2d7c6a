import { groupPath, vaultPath } from '../support/story.js'
import { isDone, mayBeDone } from './clients.js'
import {
  anyItem,
  anyName,
  type Deed,
  follow,
  SHARE_POLICIES,
  type Simulation,
  somePolicy,
  someVault,
  VAULTS,
  VM_POLICIES,
} from './simulation.js'

/** Until 2022 at once, since 2023 in its own time, since 2025 so that it can be had back. */
const DELETIONS = ['2021-03-01', '2024-04-01', '2025-08-01'] as const
const NOW = 'api-version=2025-08-01'
const GROUPS = ['backup', 'backup', 'recovered'] as const

/** The settings of a vault that change what may be done in it. */
const immutability = (state: string) => ({ properties: { securitySettings: { immutabilitySettings: { state } } } })
const softDelete = (state: string) => ({
  properties: { softDeleteFeatureState: state, enhancedSecurityState: state, softDeleteRetentionPeriodInDays: 14 },
})

/** Longer than a vault's deletion is under way, ms: what is put into it meanwhile goes with it. */
const TAKES = 10_000

async function putVault(simulation: Simulation): Promise<void> {
  const { random, story } = simulation
  const { name, location } = random.of(VAULTS)
  const path = vaultPath(name)
  const sku = { name: 'RS0', tier: 'Standard' }
  const answer = await story.call('PUT', path, { location, sku, properties: {}, tags: { at: String(random.below(9)) } })
  follow(simulation, answer, path, () => [{ path, url: path }])
}

async function deleteVault(simulation: Simulation): Promise<void> {
  const { random, story, model } = simulation
  const path = someVault(simulation)
  const answer = await story.call('DELETE', `${path}?api-version=${random.of(DELETIONS)}`)
  if (mayBeDone(answer)) model.forget(path, TAKES)
  follow(simulation, answer, `${path}/deletion`)
}

async function undeleteVault(simulation: Simulation): Promise<void> {
  const { random, story } = simulation
  const { location } = random.of(VAULTS)
  const subscription = groupPath('').split('/resourceGroups/')[0]
  const deleted = `${subscription}/providers/Microsoft.RecoveryServices/locations/${location}/deletedVaults`
  const name = anyName(simulation, await story.call('GET', `${deleted}?${NOW}`))
  if (name === undefined) return
  const recoveryResourceGroupId = groupPath(random.of(GROUPS))
  const body = { properties: { recoveryResourceGroupId } }
  follow(simulation, await story.call('POST', `${deleted}/${name}/undelete?${NOW}`, body), `${deleted}/${name}`)
}

async function putPolicy(simulation: Simulation): Promise<void> {
  const { random, story, model } = simulation
  const vault = someVault(simulation)
  const ofShares = random.chance(0.4)
  const name = random.of(ofShares ? SHARE_POLICIES : VM_POLICIES)
  const body = ofShares
    ? somePolicy(simulation, 'snapshots', 'vaulted')
    : somePolicy(simulation, 'standard', 'enhanced')
  const path = `${vault}/backupPolicies/${name}`
  const answer = await story.putPolicy(vault, name, body)
  if (answer.status === 200) model.acknowledge({ path, url: path })
  follow(simulation, answer, `${path}/change`)
}

async function deletePolicy(simulation: Simulation): Promise<void> {
  const { random, story, model } = simulation
  const path = `${someVault(simulation)}/backupPolicies/${random.of([...VM_POLICIES, ...SHARE_POLICIES])}`
  if (mayBeDone(await story.call('DELETE', path))) model.forget(path)
}

async function changeVault(simulation: Simulation): Promise<void> {
  const { random, story } = simulation
  const vault = someVault(simulation)
  if (random.chance(0.5)) {
    const state = random.of(['Unlocked', 'Disabled', 'Disabled'])
    return follow(simulation, await story.call('PATCH', vault, immutability(state)), `${vault}/change`)
  }
  const state = random.of(['Enabled', 'Disabled'])
  await story.call('PATCH', `${vault}/backupconfig/vaultconfig`, softDelete(state))
}

async function discover(simulation: Simulation): Promise<void> {
  const vault = someVault(simulation)
  const answer = await simulation.story.call('POST', `${vault}/backupFabrics/Azure/refreshContainers`)
  follow(simulation, answer, `${vault}/discovery`)
}

const LISTS = [
  'backupProtectedItems',
  'backupPolicies',
  'backupJobs',
  "backupJobs?$filter=status eq 'InProgress'",
  'backupProtectableItems',
  "backupProtectionContainers?$filter=backupManagementType eq 'AzureStorage'",
  'usages',
] as const

/** Looks around: what is listed can be had. */
async function lookAround(simulation: Simulation): Promise<void> {
  const { random, story } = simulation
  const list = await story.call('GET', `${someVault(simulation)}/${random.of(LISTS)}`)
  const id = random.any(list.values)?.id
  if (isDone(list) && typeof id === 'string') await story.call('GET', id)
}

/** Cancels a job that is open, often one that has just been begun. */
async function cancel(simulation: Simulation): Promise<void> {
  const { random, story } = simulation
  const there = anyItem(simulation, 'VM')
  const vault = there?.vault ?? someVault(simulation)
  if (there && random.chance(0.6)) {
    await story.call('POST', `${there.path}/backup`, { properties: { objectType: 'IaasVMBackupRequest' } })
    story.world.emulator.clock.advance({ by: `PT${random.below(10)}M${random.below(60)}S` })
  }
  const job = anyName(simulation, await story.call('GET', `${vault}/backupJobs?$filter=status eq 'InProgress'`))
  if (job === undefined) return
  const path = `${vault}/backupJobs/${job}`
  follow(simulation, await story.call('POST', `${path}/cancel`), `${path}/cancellation`)
}

async function exportJobs(simulation: Simulation): Promise<void> {
  await simulation.story.call('POST', `${someVault(simulation)}/backupJobsExport`)
}

/** What the owners of Recovery Services vaults do with the vaults themselves. */
export const VAULT_DEEDS: readonly Deed[] = [
  { name: 'put a vault', weight: 3, run: putVault },
  { name: 'delete a vault', weight: 1.5, run: deleteVault },
  { name: 'undelete a vault', weight: 2, run: undeleteVault },
  { name: 'put a policy', weight: 6, run: putPolicy },
  { name: 'delete a policy', weight: 1, run: deletePolicy },
  { name: 'change a vault', weight: 3, run: changeVault },
  { name: 'discover', weight: 1, run: discover },
  { name: 'look around', weight: 1.5, run: lookAround },
  { name: 'cancel', weight: 6, run: cancel },
  { name: 'export jobs', weight: 1, run: exportJobs },
]

import { isOpen } from '../jobs/job-status.js'
import { DAY } from '../policies/schedule.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { listItems } from '../protection/protected-items.js'
import { storageContainers } from '../protection/storage-containers.js'
import { workloadOf } from '../protection/workloads.js'
import type { World } from '../world.js'
import type { Redundancy } from './redundancy.js'
import { AGENTS, agentServers } from './registered-servers.js'
import type { Vault } from './vault.js'

/** How much of something a vault has. */
export interface Usage {
  name: string
  /** As the portal shows it; null where it doesn't. */
  title: string | null
  unit: 'Count' | 'Bytes' | 'None'
  /** What is counted over a day, not as it stands. */
  ofDay?: boolean
  /** Counted by Site Recovery, which writes its rows in another order. */
  ofSiteRecovery?: boolean
  value: number
}

/** What a vault is counted by. */
interface Facts {
  items: ProtectedItem[]
  jobs: { open: number; failed: number }
  bytes: (redundancies: readonly Redundancy[]) => number
  /** Servers that back up their own files. */
  agents: number
}

type Row = Omit<Usage, 'value'> & { of?: (facts: Facts) => number }

const count = (name: string, title: string, of?: Row['of']): Row => ({
  name,
  title,
  unit: 'Count',
  ...(of ? { of } : {}),
})
const bytes = (name: string, title: string, of?: Row['of']): Row => ({
  name,
  title,
  unit: 'Bytes',
  ...(of ? { of } : {}),
})
const siteRecovery = (name: string, title: string | null): Row => ({ name, title, unit: 'Count', ofSiteRecovery: true })
/** Alerts count without a unit. */
const alerts = (name: string): Row => ({ name, title: name, unit: 'None' })

/** Everything that a vault's usages list, in the recorded order (golden vault-usages-list); what has no count is 0 here. */
const ROWS: readonly Row[] = [
  count('MABContainersCount', 'Backup management servers', ({ agents }) => agents),
  count('ProtectedItemCount', 'Backup items/Azure virtual machine backup', ({ items }) => items.length),
  count('IaaSVMProtectedItemCount', 'Azure Virtual Machines', ({ items }) => ofType(items, 'AzureIaasVM')),
  count('MABProtectedItemCount', 'File-Folders'),
  count('DPMProtectedItemCount', 'DPM Protected Items Count'),
  count('AzureBackupServerProtectedItemCount', 'Azure Backup Server Protected Items Count'),
  { ...count('InProgressJobsCount', 'In progress', ({ jobs }) => jobs.open), ofDay: true },
  { ...count('FailedJobsCount', 'Failed', ({ jobs }) => jobs.failed), ofDay: true },
  bytes('GRSStorageUsage', 'Cloud - GRS', (facts) => facts.bytes(['GeoRedundant'])),
  bytes('LRSStorageUsage', 'Cloud - LRS', (facts) => facts.bytes(['LocallyRedundant', 'ZoneRedundant'])),
  count('ManagedInstances', 'Protected Instances', ({ items }) => items.length),
  bytes('GRSDedupStorageUsage', 'Dedup - GRS'),
  bytes('LRSDedupStorageUsage', 'Dedup - LRS'),
  bytes('UsedDiskSize', "Backup Engines' Disk Used"),
  siteRecovery('ProtectedItem', 'Replicated Items'),
  siteRecovery('RecoveryPlan', 'Recovery Plans'),
  siteRecovery('UnHealthyProvider', 'Server health critical'),
  siteRecovery('DeprecatedProvider', null),
  siteRecovery('UnSupportedProvider', null),
  siteRecovery('SupportedProvider', null),
  siteRecovery('Event', 'Events'),
  siteRecovery('FailedJob', 'Failed'),
  siteRecovery('InProgressJob', 'In progress'),
  siteRecovery('SuspendedJob', 'User input required'),
  siteRecovery('RegisteredServersCount', 'Registered servers count'),
  alerts('Critical'),
  alerts('Warning'),
]

const ofType = (items: readonly ProtectedItem[], type: string) =>
  items.filter((item) => workloadOf(item).managementType === type).length

/** The items that count: what is soft-deleted has been deleted. */
const liveItems = (world: World, vault: Vault) => listItems(world, vault).filter((item) => !item.deleted)

/** What a vault has and does, as it stands. */
export function usagesOf(world: World, vault: Vault): Usage[] {
  const recent = world.jobs.query({ vaultKey: vault.key, startFrom: world.now - DAY })
  const facts: Facts = {
    items: liveItems(world, vault),
    jobs: { open: recent.filter(isOpen).length, failed: recent.filter(({ status }) => status === 'Failed').length },
    agents: agentServers(world, vault).length,
    bytes: (redundancies) => (redundancies.includes(vault.settings.redundancy) ? storedBytes(world, vault) : 0),
  }
  return ROWS.map(({ of, ...row }) => ({ ...row, value: of?.(facts) ?? 0 }))
}

const GB = 1024 ** 3

/**
 * What lies in the vault: the data of each item's newest point there. What older points add to it depends on what of
 * the data changed, block by block, and is not emulated.
 */
function storedBytes(world: World, vault: Vault): number {
  const newest = listItems(world, vault).map((item) =>
    world.points.ofItem(item.id).find((point) => point.vaultTier === 'Valid'),
  )
  return newest.reduce((sum, point) => sum + Math.round((point?.usedDataGB ?? 0) * GB), 0)
}

/** What `backupUsageSummaries` can count, and how its rows are called there (published examples of the summaries). */
export const SUMMARIES = ['BackupProtectedItemCountSummary', 'BackupProtectionContainerCountSummary'] as const
export type Summary = (typeof SUMMARIES)[number]

const TITLES: readonly (readonly [type: string, title: string])[] = [
  ['AzureIaasVM', 'Azure Virtual Machine'],
  ['MAB', 'Azure Backup Agent'],
  ['DPM', 'System Center Data Protection Manager'],
  ['AzureBackupServer', 'Azure Backup Server'],
  ['AzureStorage', 'Azure Storage (Azure Files)'],
  ['AzureWorkload', 'SQL in Azure VM'],
]

/**
 * A vault's items or containers by what manages them. A machine has a container to itself, a storage account and a
 * server are one each.
 */
export function summaryOf(world: World, vault: Vault, summary: Summary): Usage[] {
  const items = liveItems(world, vault)
  const registered = (name: string) =>
    name === 'AzureStorage'
      ? storageContainers(world, vault).length
      : world.servers.ofVault(vault.key).filter(({ agent }) => AGENTS[agent].managementType === name).length
  return TITLES.map(([name, title]) => {
    const ofItems = summary === 'BackupProtectedItemCountSummary' || name === 'AzureIaasVM'
    return { name, title, unit: 'Count', value: ofItems ? ofType(items, name) : registered(name) }
  })
}

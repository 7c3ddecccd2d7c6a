import type { MachinePoint } from '../backup/recovery-points.js'
import { listOf, type Members, membersOf } from '../documents.js'
import { meetGroup } from '../inventory/inventory.js'
import { findMachine } from '../inventory/machines.js'
import { DISK_TYPE } from '../inventory/resource-types.js'
import { createOrUpdateResource } from '../inventory/resources.js'
import { putVirtualMachine } from '../inventory/virtual-machines.js'
import type { Job } from '../jobs/jobs.js'
import type { ResourceId } from '../names.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import { isClassicVault, type Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { classicBlobs } from './classic-restore-bag.js'
import type { DiskKeys, SnapshotDisk } from './machine-snapshots.js'
import type { RestoreWork } from './restore-request.js'

/** The disks of a point that a restore brings back: all, or the OS disk and those named by LUN. */
export const restoredDisks = ({ machine }: MachinePoint, luns: number[] | null | undefined) =>
  machine.disks.filter((disk) => disk.lun === undefined || !luns || luns.includes(disk.lun))

/** A disk that a restore has made. */
export interface RestoredDisk {
  id: string
  lun: number | undefined
  name: string
  sizeGB: number
}

/** A restore whose data has arrived: what of it there is to make. */
export interface Arrival {
  vault: Vault
  item: ProtectedItem
  point: MachinePoint
  work: RestoreWork
}

const sourceVault = (id: string | undefined) => ({ sourceVault: { id } })

/** The keys of Azure Disk Encryption as disks and machines name them. */
const encryptionSettings = ({ secretUrl, secretVaultId, keyUrl, keyVaultId }: DiskKeys): Members => ({
  diskEncryptionKey: { secretUrl, ...sourceVault(secretVaultId) },
  ...(keyUrl ? { keyEncryptionKey: { keyUrl, ...sourceVault(keyVaultId) } } : {}),
})

function diskBody({ point: { machine }, work }: Arrival, disk: SnapshotDisk): Members {
  const isOs = disk.lun === undefined
  // The disk accesses of the source are in its own region.
  const access = work.access ?? (work.crossRegion ? {} : (disk.access ?? {}))
  return {
    sku: { name: disk.sku ?? (machine.premium ? 'Premium_LRS' : 'Standard_LRS') },
    ...(work.zones ? { zones: work.zones } : {}),
    properties: {
      ...(isOs ? { osType: machine.osType } : {}),
      creationData: { createOption: 'Restore' },
      diskSizeGB: disk.sizeGB,
      ...access,
      ...(work.encryptionSet
        ? { encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: work.encryptionSet } }
        : {}),
      ...(isOs && machine.keys
        ? {
            encryptionSettingsCollection: {
              enabled: true,
              encryptionSettings: [encryptionSettings(machine.keys)],
              encryptionSettingsVersion: '1.0',
            },
          }
        : {}),
    },
  }
}

/** Makes the disks of a restore in its target group, attached to nothing yet. */
export function makeDisks(world: World, arrival: Arrival): RestoredDisk[] {
  const { vault, item, point, work } = arrival
  const stamp = new Date(world.now).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  meetGroup(world, work.subscriptionId, work.targetGroup, work.region)
  return restoredDisks(point, work.luns).map((disk) => {
    const kind = disk.lun === undefined ? 'osdisk' : `datadisk-${String(disk.lun).padStart(3, '0')}`
    const name = `${item.friendlyName.toLowerCase()}-${kind}-${stamp}`
    const place = { subscriptionId: work.subscriptionId, resourceGroup: work.targetGroup, type: DISK_TYPE, name }
    const { resource } = createOrUpdateResource(world, place, {
      location: work.region,
      tags: { RSVaultBackup: vault.name },
      body: diskBody(arrival, disk),
    })
    return { id: resource.id, lun: disk.lun, name, sizeGB: disk.sizeGB }
  })
}

const attached = ({ name, id, sizeGB }: RestoredDisk): Members => ({
  name,
  createOption: 'Attach',
  diskSizeGB: sizeGB,
  managedDisk: { id },
})

const dataEntries = (disks: RestoredDisk[]): Members[] =>
  disks.flatMap((disk) => (disk.lun === undefined ? [] : [{ lun: disk.lun, ...attached(disk) }]))

function osEntry(disks: RestoredDisk[], { point: { machine } }: Arrival): Members | undefined {
  const disk = disks.find(({ lun }) => lun === undefined)
  if (!disk) return undefined
  const keys = machine.keys ? { encryptionSettings: { enabled: true, ...encryptionSettings(machine.keys) } } : {}
  return { osType: machine.osType, ...attached(disk), ...keys }
}

/** The interface of a new machine in the network that was asked for; its address is dynamic (domain.md 3). */
function makeInterface(world: World, machine: ResourceId, { work }: Arrival): Members {
  if (!work.network) return {}
  const name = `${machine.name}-nic-${world.chance.guid().replaceAll('-', '')}`
  const properties = { subnet: { id: work.network.subnetId }, privateIPAllocationMethod: 'Dynamic' }
  const { resource } = createOrUpdateResource(
    world,
    { ...machine, type: 'Microsoft.Network/networkInterfaces', name },
    { location: work.region, body: { properties: { ipConfigurations: [{ name: 'ipconfig1', properties }] } } },
  )
  return { networkProfile: { networkInterfaces: [{ id: resource.id }] } }
}

/** Makes the machine of a restore to an alternate location, with the restored disks and the tags of the source. */
export function makeMachine(world: World, id: ResourceId, disks: RestoredDisk[], arrival: Arrival): void {
  const { point, work } = arrival
  const tags = Object.entries(point.machine.tags ?? {}).slice(0, world.limits.tagsRestored)
  putVirtualMachine(world, id, {
    location: work.region,
    tags: Object.fromEntries(tags),
    body: {
      ...(work.zones ? { zones: work.zones } : {}),
      properties: {
        hardwareProfile: { vmSize: point.machine.vmSize },
        storageProfile: { osDisk: osEntry(disks, arrival), dataDisks: dataEntries(disks) },
        ...makeInterface(world, id, arrival),
      },
    },
  })
}

/** Puts the restored disks in place of a machine's own, which stay in their group, attached to nothing (backup-azure-arm-restore-vms.md). */
export function replaceDisks(world: World, disks: RestoredDisk[], arrival: Arrival): void {
  const machine = findMachine(world, arrival.item.sourceId)
  if (!machine) return
  const { location, tags, body } = machine.resource
  const properties = membersOf(body.properties)
  const profile = membersOf(properties.storageProfile)
  // Disks that were not asked for stay as they are.
  const kept = arrival.work.luns
    ? listOf(profile.dataDisks).filter(({ lun }) => !disks.some((disk) => disk.lun === lun))
    : []
  const storageProfile = {
    ...profile,
    osDisk: osEntry(disks, arrival),
    dataDisks: [...kept, ...dataEntries(disks)],
  }
  putVirtualMachine(world, machine.resource, {
    location,
    ...(tags ? { tags } : {}),
    body: { ...body, properties: { ...properties, storageProfile } },
  })
}

/** What a job in another region says of the vault that its data is from (golden crr-backupCrrJob-post-inprogress). */
export const vaultBag = (vault: Vault) => ({
  'Subscription Id of the vault': vault.subscriptionId,
  'Resource Group Name of the vault': vault.resourceGroup,
  'Vault name': vault.name,
})

/**
 * What a restore of disks says in the end: the blobs that it leaves in the storage account, under the machine's
 * letters and digits (golden job-get-Restore-completed). Its target group stands between them, the vault last.
 */
export function bagWithBlobs(world: World, job: Job, { vault, item, work }: Arrival): Job['bag'] {
  if (isClassicVault(vault)) return classicBlobs(world, job, work)
  const name = item.friendlyName.toLowerCase().replace(/[^a-z0-9]/g, '')
  const container = `${name}-${world.chance.guid().replaceAll('-', '')}`
  const base = `https://${work.account}.blob.core.windows.net/${container}`
  const config = `config-${name}-${job.id}.json`
  const later = ['Target resource group', ...Object.keys(vaultBag(vault))]
  return {
    ...Object.fromEntries(Object.entries(job.bag).filter(([key]) => !later.includes(key))),
    'Config Blob Name': config,
    'Config Blob Container Name': container,
    'Config Blob Uri': `${base}/${config}`,
    ...('Target resource group' in job.bag ? { 'Target resource group': work.targetGroup } : {}),
    'Template Blob Uri': `${base}/azuredeploy${job.id}.json`,
    ...(work.crossRegion ? vaultBag(vault) : {}),
  }
}

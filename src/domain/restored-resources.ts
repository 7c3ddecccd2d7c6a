import { meetGroup, putResource } from './inventory.js'
import type { Job } from './jobs.js'
import { findMachine } from './machines.js'
import type { ResourceId } from './names.js'
import type { ProtectedItem } from './protected-items.js'
import type { MachinePoint } from './recovery-points.js'
import type { Instant } from './schedule.js'
import type { Vault } from './vaults.js'
import type { World } from './world.js'

/**
 * The ways back (wire-vm-more.md 6.1): what the job calls itself, and the task after the data has arrived.
 */
export const RESTORE_TYPES = {
  RestoreDisks: { jobType: 'Recover disks', secondTask: undefined },
  AlternateLocation: {
    jobType: 'Recover VM to an alternate location',
    secondTask: 'Create the restored virtual machine',
  },
  OriginalLocation: { jobType: 'Replace disks', secondTask: 'Update the virtual machine' },
} as const

export type RestoreType = keyof typeof RESTORE_TYPES

/** What a Restore job keeps for itself. */
export interface RestoreWork {
  type: RestoreType
  pointName: string
  pointTime: Instant
  targetGroup: string
  targetMachine: string | null
  account: string
  luns: number[] | null
  zones: string[] | null
  /** Size of the disks that come back. */
  sizeGB: number
}

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

/** Makes the disks of a restore in its target group. */
export function makeDisks(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  point: MachinePoint,
  work: RestoreWork,
): RestoredDisk[] {
  const stamp = new Date(world.now).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  meetGroup(world, vault.subscriptionId, work.targetGroup, vault.location)
  return restoredDisks(point, work.luns).map((disk) => {
    const kind = disk.lun === undefined ? 'osdisk' : `datadisk-${String(disk.lun).padStart(3, '0')}`
    const name = `${item.friendlyName.toLowerCase()}-${kind}-${stamp}`
    const { resource } = putResource(
      world,
      { subscriptionId: vault.subscriptionId, resourceGroup: work.targetGroup, type: 'Microsoft.Compute/disks', name },
      {
        location: vault.location,
        tags: { RSVaultBackup: vault.name },
        body: {
          sku: { name: 'Premium_LRS', tier: 'Premium' },
          ...(work.zones ? { zones: work.zones } : {}),
          properties: {
            ...(disk.lun === undefined ? { osType: point.machine.osType } : {}),
            creationData: { createOption: 'Restore' },
            diskSizeGB: disk.sizeGB,
            timeCreated: new Date(world.now).toISOString(),
            diskState: work.type === 'RestoreDisks' ? 'Unattached' : 'Attached',
            provisioningState: 'Succeeded',
          },
        },
      },
    )
    return { id: resource.id, lun: disk.lun, name, sizeGB: disk.sizeGB }
  })
}

function storageProfile(disks: RestoredDisk[], osType: string): Record<string, unknown> {
  const attach = (disk: RestoredDisk) => ({
    name: disk.name,
    createOption: 'Attach',
    diskSizeGB: disk.sizeGB,
    managedDisk: { id: disk.id },
  })
  const osDisk = disks.find((disk) => disk.lun === undefined)
  return {
    ...(osDisk ? { osDisk: { osType, ...attach(osDisk) } } : {}),
    dataDisks: disks.flatMap((disk) => (disk.lun === undefined ? [] : [{ lun: disk.lun, ...attach(disk) }])),
  }
}

/** Makes the machine of a restore to an alternate location, with the restored disks. */
export function makeMachine(
  world: World,
  vault: Vault,
  id: ResourceId,
  point: MachinePoint,
  disks: RestoredDisk[],
  work: RestoreWork,
): void {
  const properties = {
    hardwareProfile: { vmSize: point.machine.vmSize },
    storageProfile: storageProfile(disks, point.machine.osType),
    vmId: world.chance.guid(),
    provisioningState: 'Succeeded',
  }
  putResource(world, id, {
    location: vault.location,
    body: { ...(work.zones ? { zones: work.zones } : {}), properties },
  })
}

/** Puts the restored disks in place of a machine's own. */
export function replaceDisks(world: World, item: ProtectedItem, disks: RestoredDisk[]): void {
  const machine = findMachine(world, item.sourceId)
  if (!machine) return
  const properties = machine.resource.body.properties as Record<string, unknown>
  const body = {
    ...machine.resource.body,
    properties: { ...properties, storageProfile: storageProfile(disks, machine.osType) },
  }
  world.resources.put({ ...machine.resource, body, changedAt: world.now })
}

/** A job's bag without its target group, which stands elsewhere once the blobs are there. */
export function withoutGroup(bag: Job['bag']): Job['bag'] {
  const { 'Target resource group': _, ...rest } = bag
  return rest
}

/** The blobs that a restore of disks leaves in the storage account, under the machine's letters and digits (golden job-get-Restore-completed). */
export function blobsOf(world: World, item: ProtectedItem, job: Job, work: RestoreWork): Job['bag'] {
  const name = item.friendlyName.toLowerCase().replace(/[^a-z0-9]/g, '')
  const container = `${name}-${world.chance.guid().replaceAll('-', '')}`
  const base = `https://${work.account}.blob.core.windows.net/${container}`
  const config = `config-${name}-${job.id}.json`
  return {
    'Config Blob Name': config,
    'Config Blob Container Name': container,
    'Config Blob Uri': `${base}/${config}`,
    ...('Target resource group' in job.bag ? { 'Target resource group': work.targetGroup } : {}),
    'Template Blob Uri': `${base}/azuredeploy${job.id}.json`,
  }
}

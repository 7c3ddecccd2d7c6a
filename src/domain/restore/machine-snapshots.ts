import { guidOf } from '../chance.js'
import { listOf, type Members, membersOf } from '../documents.js'
import type { Machine, MachineDisk } from '../inventory/machines.js'
import { groupId, keyOf } from '../names.js'
import type { World } from '../world.js'

/** How a managed disk is reached over the network, as the wire has it. */
export interface DiskAccess {
  networkAccessPolicy: string
  publicNetworkAccess: string
  diskAccessId?: string
}

/** Where the keys of Azure Disk Encryption lie: the secret that opens the disks, and the key that wraps it. */
export interface DiskKeys {
  secretUrl: string
  secretVaultId: string
  keyUrl?: string
  keyVaultId?: string
}

export interface SnapshotDisk extends MachineDisk {
  sku?: string
  /** Absent where anybody may reach it. */
  access?: DiskAccess
}

/** What a point of a virtual machine keeps of it. */
export interface MachineSnapshot {
  osType: 'Windows' | 'Linux'
  vmSize: string
  premium: boolean
  zones?: string[]
  tags?: Record<string, string>
  /** Its disks are blobs in storage accounts, as those of classic machines are. */
  unmanaged?: true
  /** Encrypted by Azure Disk Encryption. */
  keys?: DiskKeys
  /** Those that were backed up. */
  disks: SnapshotDisk[]
  disksAttached: number
}

/** An s in a size says that it takes premium disks: `Standard_DS1_v2`, not `Standard_D1_v2` (Azure's naming of sizes). */
const PREMIUM_SIZE = /^[^_]+_[^_]*s/i
/** Tags of the emulator's own that bring conditions about: they are nothing that the service keeps. */
const OF_THE_EMULATOR = /^recoverite:/i

const PRIVATE: DiskAccess = { networkAccessPolicy: 'AllowPrivate', publicNetworkAccess: 'Disabled' }

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** How a disk's own document says it is reached; undefined where it says nothing, or leaves it open. */
function accessOf(disk: Members, machine: Machine): DiskAccess | undefined {
  const policy = textOf(disk.networkAccessPolicy)
  if (policy === undefined || policy === 'AllowAll')
    return machine.conditions.diskAccess === 'private' ? PRIVATE : undefined
  const diskAccessId = textOf(disk.diskAccessId)
  return {
    networkAccessPolicy: policy,
    publicNetworkAccess: textOf(disk.publicNetworkAccess) ?? 'Disabled',
    ...(diskAccessId ? { diskAccessId } : {}),
  }
}

const urlAndVault = (entry: unknown, url: 'secretUrl' | 'keyUrl') => {
  const key = membersOf(entry)
  return { url: textOf(key[url]), vault: textOf(membersOf(key.sourceVault).id) }
}

/** The keys that a machine's document names, or made-up ones where its condition alone says that it is encrypted. */
function keysOf({ resource, conditions }: Machine, settings: Members): DiskKeys | undefined {
  const secret = urlAndVault(settings.diskEncryptionKey, 'secretUrl')
  if (settings.enabled === true && secret.url && secret.vault) {
    const key = urlAndVault(settings.keyEncryptionKey, 'keyUrl')
    return {
      secretUrl: secret.url,
      secretVaultId: secret.vault,
      ...(key.url && key.vault ? { keyUrl: key.url, keyVaultId: key.vault } : {}),
    }
  }
  if (conditions.encryption !== 'ade') return undefined
  const part = (name: string) => guidOf(`${name}/${resource.key}`)
  const name = `kv-${part('vault').slice(0, 8)}`
  const vault = `${groupId(resource.subscriptionId, resource.resourceGroup)}/providers/Microsoft.KeyVault/vaults/${name}`
  const url = (kind: string) => `https://${name}.vault.azure.net/${kind}/${part(kind).replaceAll('-', '')}`
  return {
    secretUrl: url(`secrets/${part('disk').toUpperCase()}`),
    secretVaultId: vault,
    keyUrl: url('keys/wrapping-key'),
    keyVaultId: vault,
  }
}

/** Whether a machine is encrypted by Azure Disk Encryption, by its document or by its condition. */
export function isEncrypted(machine: Machine): boolean {
  const { osDisk } = membersOf(membersOf(machine.resource.body.properties).storageProfile)
  return keysOf(machine, membersOf(membersOf(osDisk).encryptionSettings)) !== undefined
}

/** What a point keeps of a machine. @param included the disks that were backed up */
export function snapshotOf(world: World, machine: Machine, included: readonly MachineDisk[]): MachineSnapshot {
  const { osDisk, dataDisks } = membersOf(membersOf(machine.resource.body.properties).storageProfile)
  const entries = [membersOf(osDisk), ...listOf(dataDisks)]
  const premium = PREMIUM_SIZE.test(machine.vmSize)
  const disks = included.map((disk): SnapshotDisk => {
    const entry = membersOf(entries[machine.disks.indexOf(disk)]?.managedDisk)
    const found = world.resources.get(keyOf(textOf(entry.id) ?? ''))
    const sku = textOf(entry.storageAccountType) ?? textOf(membersOf(found?.body.sku).name)
    const access = accessOf(membersOf(found?.body.properties), machine)
    return { ...disk, sku: sku ?? (premium ? 'Premium_LRS' : 'Standard_LRS'), ...(access ? { access } : {}) }
  })
  const tags = Object.entries(machine.resource.tags ?? {}).filter(([name]) => !OF_THE_EMULATOR.test(name))
  const keys = keysOf(machine, membersOf(entries[0]?.encryptionSettings))
  return {
    osType: machine.osType,
    vmSize: machine.vmSize,
    premium,
    ...(machine.zones ? { zones: machine.zones } : {}),
    ...(tags.length > 0 ? { tags: Object.fromEntries(tags) } : {}),
    ...(machine.classic || entries.some(({ vhd }) => vhd !== undefined) ? { unmanaged: true as const } : {}),
    ...(keys ? { keys } : {}),
    disks,
    disksAttached: machine.disks.length,
  }
}

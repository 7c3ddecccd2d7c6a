import { membersOf } from '../documents.js'
import { Refusal } from '../errors.js'
import { keyOf, readResourceId, same } from '../names.js'
import { protectAtCreation } from '../protection/intents.js'
import { AGENT_NAMES, type Registration, registerServer } from '../vaults/registered-servers.js'
import type { World } from '../world.js'
import { CLASSIC_MACHINE_TYPE } from './machines.js'
import { SERVER_TYPE } from './resource-types.js'
import { checkOneOf, checkWhole, defined, identityOf, type Kind, putSeed, refuse, type Seed, skuOf } from './seeds.js'
import { type StorageAccountSeed, seedStorageAccount } from './storage-seeds.js'

export interface MachineSeed extends Seed {
  osType?: OsType
  vmSize?: string
  osDiskSizeGB?: number
  dataDisks?: { lun: number; diskSizeGB: number }[]
  /** Makes it a classic machine. */
  cloudService?: string
}

export interface DiskSeed extends Seed {
  diskSizeGB: number
  sku?: string
}

/** A machine outside Azure, for the agents. */
export interface ServerSeed extends Seed {
  osType?: OsType
  osVersion?: string
  /** With which vault it has registered, and by which agent. */
  registration?: Registration
}

/** The control API's bulk seed (design.md 5). */
export interface InventorySeed {
  virtualMachines?: MachineSeed[]
  disks?: DiskSeed[]
  servers?: ServerSeed[]
  storageAccounts?: StorageAccountSeed[]
}

export const OS_TYPES = ['Windows', 'Linux'] as const
export type OsType = (typeof OS_TYPES)[number]
export const DISK_SKUS = [
  'Standard_LRS',
  'StandardSSD_LRS',
  'StandardSSD_ZRS',
  'Premium_LRS',
  'Premium_ZRS',
  'PremiumV2_LRS',
  'UltraSSD_LRS',
] as const
/** GB, the largest disk that Azure has; what Backup takes is less and Backup's to say. */
export const LARGEST_DISK_GB = 65_536
/** A machine's data disks have the LUNs 0 to 63. */
export const LAST_LUN = 63

const MACHINE_NAME = {
  name: /^[a-z0-9](?:[-\w.]{0,62}\w)?$/i,
  rule: '1 to 64 letters, digits, hyphens, underscores and full stops, a letter or digit first',
}
const MACHINE: Kind = { type: 'Microsoft.Compute/virtualMachines', ...MACHINE_NAME }
const CLASSIC_MACHINE: Kind = { type: CLASSIC_MACHINE_TYPE, ...MACHINE_NAME }
const DISK: Kind = {
  type: 'Microsoft.Compute/disks',
  name: /^[a-z0-9](?:[-\w.]{0,78}\w)?$/i,
  rule: '1 to 80 letters, digits, hyphens, underscores and full stops, a letter or digit first',
}
const SERVER: Kind = {
  type: SERVER_TYPE,
  name: /^[a-z0-9](?:[-\w.]{0,253}\w)?$/i,
  rule: 'a host name of at most 255 characters',
}
const CLOUD_SERVICE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/i

/**
 * Puts a machine into the inventory, a classic one where it has a cloud service or a classic id (design.md 5).
 * @returns the machine's id
 * @throws Refusal as every seed, and InvalidControlRequest for disks that can't be
 */
export function seedMachine(world: World, seed: MachineSeed): string {
  const isClassic =
    seed.cloudService !== undefined || same(readResourceId(seed.id ?? '')?.type ?? '', CLASSIC_MACHINE.type)
  if (seed.cloudService !== undefined && !CLOUD_SERVICE.test(seed.cloudService)) {
    throw refuse(`cloudService is '${seed.cloudService}': give 1 to 63 letters, digits and hyphens.`)
  }
  checkOneOf('osType', seed.osType, OS_TYPES)
  checkWhole('osDiskSizeGB', seed.osDiskSizeGB, 1, LARGEST_DISK_GB)
  checkDataDisks(seed.dataDisks ?? [])
  let isNew = false
  const id = putSeed(world, isClassic ? CLASSIC_MACHINE : MACHINE, seed, (name, before) => {
    isNew = before.properties === undefined
    const properties = membersOf(before.properties)
    const storage = membersOf(properties.storageProfile)
    const dataDisks = seed.dataDisks?.map(({ lun, diskSizeGB }) => ({
      lun,
      name: `${name}_DataDisk_${lun}`,
      createOption: 'Empty',
      diskSizeGB,
    }))
    return {
      ...before,
      properties: {
        ...properties,
        ...(isClassic
          ? { domainName: { name, ...membersOf(properties.domainName), ...defined({ name: seed.cloudService }) } }
          : {}),
        hardwareProfile: {
          vmSize: 'Standard_D2s_v3',
          ...membersOf(properties.hardwareProfile),
          ...defined({ vmSize: seed.vmSize }),
        },
        storageProfile: {
          ...storage,
          osDisk: {
            osType: 'Windows',
            name: `${name}_OsDisk`,
            createOption: 'FromImage',
            diskSizeGB: 127,
            ...membersOf(storage.osDisk),
            ...defined({ osType: seed.osType, diskSizeGB: seed.osDiskSizeGB }),
          },
          dataDisks: dataDisks ?? storage.dataDisks ?? [],
        },
      },
    }
  })
  const machine = isNew ? world.resources.get(keyOf(id)) : undefined
  if (machine) protectAtCreation(world, machine)
  return id
}

function checkDataDisks(disks: NonNullable<MachineSeed['dataDisks']>): void {
  const luns = new Set<number>()
  for (const { lun, diskSizeGB } of disks) {
    checkWhole('lun', lun, 0, LAST_LUN)
    checkWhole(`diskSizeGB of LUN ${lun}`, diskSizeGB, 1, LARGEST_DISK_GB)
    if (luns.has(lun)) throw refuse(`LUN ${lun} is there twice: every data disk of a machine has its own.`)
    luns.add(lun)
  }
}

/** Puts a managed disk into the inventory: empty, attached to nothing. Answers its id. @throws Refusal as every seed */
export function seedDisk(world: World, seed: DiskSeed): string {
  checkWhole('diskSizeGB', seed.diskSizeGB, 1, LARGEST_DISK_GB)
  checkOneOf('sku', seed.sku, DISK_SKUS)
  return putSeed(world, DISK, seed, (_name, before) => ({
    ...before,
    sku: { name: 'Standard_LRS', ...membersOf(before.sku), ...skuOf(seed.sku) },
    properties: {
      creationData: { createOption: 'Empty' },
      diskState: 'Unattached',
      provisioningState: 'Succeeded',
      ...membersOf(before.properties),
      diskSizeGB: seed.diskSizeGB,
    },
  }))
}

/** Puts a server outside Azure into the inventory. Answers its id. @throws Refusal as every seed */
export function seedServer(world: World, seed: ServerSeed): string {
  checkOneOf('osType', seed.osType, OS_TYPES)
  checkOneOf('registration.agent', seed.registration?.agent, AGENT_NAMES)
  const id = putSeed(world, SERVER, seed, (_name, before) => ({
    ...before,
    properties: {
      osType: 'Windows',
      ...membersOf(before.properties),
      ...defined({ osType: seed.osType, osVersion: seed.osVersion }),
    },
  }))
  if (seed.registration) registerServer(world, identityOf(seed, SERVER.type).name, seed.registration)
  return id
}

/**
 * Puts everything of a bulk seed into the inventory. Run it in one transaction: then it is all or nothing.
 * @returns the ids in the order of the seed
 * @throws Refusal InvalidControlRequest that names the entry (`disks[2]: …`), also for one resource given twice;
 * InvalidResourceLocation where a resource is there already in another region
 */
export function seedInventory(world: World, seed: InventorySeed): string[] {
  const places = new Map<string, string>()
  const all = <S>(kind: string, seeds: readonly S[] | undefined, one: (world: World, seed: S) => string) =>
    (seeds ?? []).map((entry, index) => {
      const place = `${kind}[${index}]`
      const id = naming(place, () => one(world, entry))
      const twin = places.get(keyOf(id))
      if (twin !== undefined) throw refuse(`${place}: the resource '${id}' is already in this call, as ${twin}.`)
      places.set(keyOf(id), place)
      return id
    })
  return [
    ...all('virtualMachines', seed.virtualMachines, seedMachine),
    ...all('disks', seed.disks, seedDisk),
    ...all('servers', seed.servers, seedServer),
    ...all('storageAccounts', seed.storageAccounts, seedStorageAccount),
  ]
}

/** Says in a refusal which entry it is about; bad input is the control API's to refuse, whatever rule found it. */
function naming<T>(place: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal(error.status === 400 ? 'InvalidControlRequest' : error.code, `${place}: ${error.message}`)
  }
}

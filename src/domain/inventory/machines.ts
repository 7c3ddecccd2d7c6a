import { membersOf } from '../documents.js'
import { keyOf, type MachineNames, machineNames, same } from '../names.js'
import type { World } from '../world.js'
import { type EffectiveConditions, effectiveConditions } from './conditions.js'
import type { Resource } from './inventory.js'

export interface MachineDisk {
  /** Undefined for the OS disk. */
  lun: number | undefined
  name: string
  sizeGB: number
}

/** What Backup looks at when it looks at a virtual machine. */
export interface Machine {
  resource: Resource
  classic: boolean
  osType: 'Windows' | 'Linux'
  vmSize: string
  disks: MachineDisk[]
  zones: string[] | undefined
  conditions: EffectiveConditions
  /** Data on all disks together, in GB. */
  usedDataGB: number
  /** Data that changes in a day, in GB. */
  dailyChurnGB: number
}

/** Without figures a machine holds 60 % of its disks' size and changes 3 % of that a day (design.md 5). */
const USED_SHARE = 0.6
const CHURN_SHARE = 0.03
const OS_DISK_GB = { Windows: 127, Linux: 30 } as const

const VM_TYPES = ['microsoft.compute/virtualmachines', 'microsoft.classiccompute/virtualmachines']

export const CLASSIC_MACHINE_TYPE = 'Microsoft.ClassicCompute/virtualMachines'
export const isClassicMachine = ({ type }: Pick<Resource, 'type'>) => same(type, CLASSIC_MACHINE_TYPE)

export const isMachine = ({ type }: Pick<Resource, 'type'>) => VM_TYPES.includes(type.toLowerCase())

const numberOr = (value: unknown, otherwise: number) => (typeof value === 'number' && value > 0 ? value : otherwise)
const textOr = (value: unknown, otherwise: string) => (typeof value === 'string' && value ? value : otherwise)

/** The cloud service of a classic machine; of one that names none, as of what Resource Manager has made, its group. */
export const cloudServiceOf = ({ body, resourceGroup }: Pick<Resource, 'body' | 'resourceGroup'>) =>
  textOr(membersOf(membersOf(body.properties).domainName).name, resourceGroup)

/** How the container and the item of a machine are called. */
export const namesOfMachine = (machine: Resource): MachineNames => machineNames(machine, placeOf(machine))

const placeOf = (machine: Resource) => (isClassicMachine(machine) ? cloudServiceOf(machine) : machine.resourceGroup)

/** The machine behind a resource, or undefined where there is none or it is something else. */
export function findMachine(world: World, id: string): Machine | undefined {
  const resource = world.resources.get(keyOf(id))
  if (!resource || !isMachine(resource)) return undefined
  return machineOf(world, resource)
}

/** A resource that is a machine, read as Backup sees it. */
export function machineOf(world: World, resource: Resource): Machine {
  const properties = membersOf(resource.body.properties)
  const storage = membersOf(properties.storageProfile)
  const osDisk = membersOf(storage.osDisk)
  const osType = same(textOr(osDisk.osType, 'Windows'), 'Linux') ? 'Linux' : 'Windows'
  const dataDisks = Array.isArray(storage.dataDisks) ? storage.dataDisks.map(membersOf) : []
  const disks: MachineDisk[] = [
    {
      lun: undefined,
      name: textOr(osDisk.name, `${resource.name}_OsDisk`),
      sizeGB: numberOr(osDisk.diskSizeGB, OS_DISK_GB[osType]),
    },
    ...dataDisks.map((disk, index) => {
      const lun = typeof disk.lun === 'number' ? disk.lun : index
      return {
        lun,
        name: textOr(disk.name, `${resource.name}_DataDisk_${lun}`),
        sizeGB: numberOr(disk.diskSizeGB, 128),
      }
    }),
  ]
  const conditions = withAgentVersion(effectiveConditions(resource, world.resources.conditions(resource.key)), osType)
  const sizeGB = disks.reduce((sum, disk) => sum + disk.sizeGB, 0)
  const usedDataGB = conditions.usedDataGB ?? sizeGB * USED_SHARE
  return {
    resource,
    classic: isClassicMachine(resource),
    osType,
    vmSize: textOr(membersOf(properties.hardwareProfile).vmSize, 'Standard_D2s_v3'),
    disks,
    zones: Array.isArray(resource.body.zones) ? resource.body.zones.map(String) : undefined,
    conditions,
    usedDataGB,
    dailyChurnGB: conditions.dailyChurnGB ?? usedDataGB * CHURN_SHARE,
  }
}

/** The least version of the VM agent of Windows that Backup takes (SEED-15, SEED-37). */
export const LEAST_AGENT_VERSION = '2.6.1198.718'

/** An agent that is older than the least that Backup takes is outdated, whatever else is said of it. */
function withAgentVersion(conditions: EffectiveConditions, osType: Machine['osType']): EffectiveConditions {
  const { agent, agentVersion } = conditions
  if (osType !== 'Windows' || agent !== 'ready' || agentVersion === undefined) return conditions
  return isOlder(agentVersion, LEAST_AGENT_VERSION) ? { ...conditions, agent: 'outdated' } : conditions
}

/** Whether a version of an agent comes before another; parts that are left out are 0. */
export function isOlder(version: string, other: string): boolean {
  const [parts, others] = [version.split('.').map(Number), other.split('.').map(Number)]
  const at = others.findIndex((part, index) => (parts[index] ?? 0) !== part)
  return at >= 0 && (parts[at] ?? 0) < (others[at] ?? 0)
}

/** Which disks of a machine go into its backups: by LUN, the OS disk always does (wire-vm.md 6). */
export interface DiskExclusion {
  diskLunList: number[]
  isInclusionList: boolean
}

/** The disks that are backed up. An inclusion list names the data disks to take, otherwise those to leave out. */
export function includedDisks(machine: Machine, exclusion: DiskExclusion | undefined): MachineDisk[] {
  if (!exclusion) return machine.disks
  return machine.disks.filter(
    (disk) => disk.lun === undefined || exclusion.diskLunList.includes(disk.lun) === exclusion.isInclusionList,
  )
}

/** What of a machine goes into its backups: the disks, and their share of its data by their size. */
export function backedUp(machine: Machine, exclusion: DiskExclusion | undefined) {
  const sizeOf = (disks: readonly MachineDisk[]) => disks.reduce((sum, disk) => sum + disk.sizeGB, 0)
  const disks = includedDisks(machine, exclusion)
  const share = sizeOf(disks) / Math.max(1, sizeOf(machine.disks))
  return { disks, usedDataGB: machine.usedDataGB * share, dailyChurnGB: machine.dailyChurnGB * share }
}

import { membersOf } from '../documents.js'
import type { Machine } from '../inventory/machines.js'
import type { JobErrorName } from '../jobs/job-errors.js'
import type { World } from '../world.js'

type Disks = readonly { sizeGB: number }[]

/** Sizes with one core; every other has two and more, and more than a gigabyte (Azure's lists of sizes). */
const SMALL_SIZES: readonly (readonly [size: RegExp, memoryGB: number])[] = [
  [/^(basic|standard)_a0$/i, 0.75],
  [/^(basic|standard)_a1$/i, 1.75],
  [/^standard_a1_v2$/i, 2],
  [/^standard_ds?1(_v2)?$/i, 3.5],
  [/^standard_f1s?$/i, 2],
  [/^standard_b1ls$/i, 0.5],
  [/^standard_b1s$/i, 1],
  [/^standard_b1ms$/i, 2],
]

/** Cores and memory of a size as far as it is small; `Infinity` where it is not. */
export function smallness(vmSize: string): { cores: number; memoryGB: number } {
  const [, memoryGB] = SMALL_SIZES.find(([size]) => size.test(vmSize)) ?? []
  return memoryGB === undefined ? { cores: Infinity, memoryGB: Infinity } : { cores: 1, memoryGB }
}

const hasUnmanagedDisks = ({ resource }: Machine) =>
  membersOf(membersOf(membersOf(resource.body.properties).storageProfile).osDisk).vhd !== undefined

/** How many data disks a machine may have: fewer where it is classic or its disks are unmanaged (domain.md 3). */
const mostDataDisks = ({ limits }: World, machine: Machine) =>
  machine.classic || hasUnmanagedDisks(machine) ? limits.dataDisksPerOlderVm : limits.dataDisksPerVm

/** Why a machine cannot be protected, in words; undefined where it can (SEED-13, domain.md 3). */
export function unfit(world: World, machine: Machine): string | undefined {
  const { leastCoresOfVm, leastMemoryOfVmGB } = world.limits
  const dataDisks = machine.disks.length - 1
  const most = mostDataDisks(world, machine)
  if (dataDisks > most) {
    return `the virtual machine has ${dataDisks} data disks and ${most} is the most that can be backed up.`
  }
  const { cores, memoryGB } = smallness(machine.vmSize)
  if (cores >= leastCoresOfVm && memoryGB >= leastMemoryOfVmGB) return undefined
  return `the size ${machine.vmSize} is too small, ${leastCoresOfVm} cores and ${leastMemoryOfVmGB} GB of memory are the least.`
}

/** What of the disks of a machine fails its backups, first row that fits (domain.md 3, 8.3). */
const DISK_FAILURES: readonly (readonly [
  fails: (world: World, machine: Machine, backedUp: Disks) => boolean,
  JobErrorName,
])[] = [
  [
    (world, machine) => machine.disks.length - 1 > mostDataDisks(world, machine),
    'UserErrorUnsupportedDiskConfiguration',
  ],
  [({ limits }, _, disks) => disks.some(({ sizeGB }) => sizeGB > limits.diskSizeGB), 'UserErrorUnsupportedDiskSize'],
  [
    ({ limits }, _, disks) => disks.reduce((sum, { sizeGB }) => sum + sizeGB, 0) > limits.disksOfVmGB,
    'UserErrorUnsupportedDiskSize',
  ],
]

/** Disks may have been added or grown since the machine was protected: its backups fail then. */
export const diskFailure = (world: World, machine: Machine, backedUp: Disks): JobErrorName | undefined =>
  DISK_FAILURES.find(([fails]) => fails(world, machine, backedUp))?.[1]

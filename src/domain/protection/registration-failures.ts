import type { Machine } from '../inventory/machines.js'
import { failureAt } from '../jobs/causes.js'
import type { JobErrorName } from '../jobs/job-errors.js'
import type { World } from '../world.js'

/** Why a machine could not be registered with a classic vault; undefined where it could. */
export function registrationFailure(world: World, machine: Machine | undefined): JobErrorName | undefined {
  if (!machine) return 'AzureVmOffline'
  const limits = world.classicLimits
  if (machine.conditions.powerState !== 'running') return failureAt('classicRegistration', machine, limits)
  // SEED-13.
  if (machine.disks.length - 1 > limits.dataDisksPerOlderVm) return 'ClassicDataDiskLimitExceeded'
  return failureAt('classicRegistration', machine, limits)
}

import type { Machine } from '../inventory/machines.js'
import type { World } from '../world.js'

/** What Backup puts onto the VM agent, by the machine's operating system. */
const EXTENSIONS = { Windows: 'VMSnapshot', Linux: 'VMSnapshotLinux' } as const

/**
 * The name of Backup's extension on a machine: there from the moment its protection is configured, whether it runs or
 * not (SEED-48), for as long as a vault has an item of it. Without an agent there is nothing to put it onto.
 */
export function backupExtensionOf(world: World, machine: Machine): string | undefined {
  if (machine.conditions.agent === 'missing') return undefined
  const known = world.items.ofSource(machine.resource.key).some((item) => !item.configuring)
  return known ? EXTENSIONS[machine.osType] : undefined
}

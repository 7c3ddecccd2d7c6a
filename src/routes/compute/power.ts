import { route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { actOnPower, type PowerAction } from '../../domain/inventory/power.js'
import { MACHINE, machineAt } from './virtual-machines.js'

/**
 * A power action, done at once: 200 without a body, which SDKs take for the end and azurerm follows by reading the
 * machine's provisioning state (go-azure-sdk resourcemanager/poller.go).
 */
function powerRoute<const Operation extends string>(operation: Operation, action: PowerAction, summary: string) {
  return route({
    operation,
    method: 'POST',
    path: `${MACHINE}/${action}`,
    tag: 'Virtual machines',
    summary,
    query: VersionQuery,
    responses: { 200: { description: 'Done' } },
    errors: ['ResourceNotFound', 'OperationNotAllowed'],
    handle: (world, call) => {
      actOnPower(world, machineAt(world, call), action)
      return { status: 200 }
    },
  })
}

/** What is done to a machine's power. */
export const powerRoutes = [
  powerRoute('VirtualMachines.Start', 'start', 'Start a virtual machine'),
  powerRoute('VirtualMachines.PowerOff', 'powerOff', 'Stop a virtual machine; it stays allocated'),
  powerRoute('VirtualMachines.Deallocate', 'deallocate', 'Stop a virtual machine and give back what it runs on'),
  powerRoute('VirtualMachines.Restart', 'restart', 'Restart a running virtual machine'),
  powerRoute('VirtualMachines.Reapply', 'reapply', "Apply a virtual machine's state once more"),
] as const

import { dotNetTime } from '../../arm/times.js'
import { membersOf } from '../../domain/documents.js'
import { type EffectiveConditions, effectiveConditions } from '../../domain/inventory/conditions.js'
import type { Resource } from '../../domain/inventory/inventory.js'
import { machineOf } from '../../domain/inventory/machines.js'
import { vmIdOf } from '../../domain/inventory/virtual-machines.js'
import { backupExtensionOf } from '../../domain/protection/backup-extension.js'
import type { World } from '../../domain/world.js'
import { resourceView } from '../resource-manager/resource-view.js'

type Status = {
  code: string
  level: 'Info' | 'Warning' | 'Error'
  displayStatus: string
  message?: string
  time?: string
}

const PROVISIONING: Record<EffectiveConditions['provisioningState'], Status> = {
  Succeeded: { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded' },
  Failed: { code: 'ProvisioningState/failed', level: 'Error', displayStatus: 'Provisioning failed' },
  Updating: { code: 'ProvisioningState/updating', level: 'Info', displayStatus: 'Updating' },
}

const READY: Status = {
  code: 'ProvisioningState/succeeded',
  level: 'Info',
  displayStatus: 'Ready',
  message: 'GuestAgent is running and processing the extensions.',
}
const NOT_READY: Status = {
  code: 'ProvisioningState/Unavailable',
  level: 'Warning',
  displayStatus: 'Not Ready',
  message: 'VM status blob is found but not yet populated.',
}

const CURRENT = { Windows: '2.7.41491.1183', Linux: '2.13.1.1' } as const
/** Below the least that Backup takes (SEED-37). */
const OUTDATED = { Windows: '2.5.1198.709', Linux: '2.0.8' } as const

/** What the guest agent of a running machine says of itself; a missing one has no version. */
function agentView({ agent, agentVersion }: EffectiveConditions, osType: 'Windows' | 'Linux', time: string) {
  const current = agentVersion ?? CURRENT[osType]
  const versions = {
    ready: current,
    outdated: agentVersion ?? OUTDATED[osType],
    notReady: current,
    unresponsive: current,
    missing: 'Unknown',
  }
  const status = agent === 'ready' || agent === 'outdated' ? READY : NOT_READY
  return { vmAgentVersion: versions[agent], statuses: [{ ...status, time }], extensionHandlers: [] }
}

/** A machine at this instant: its power, its agent while it runs, its disks. */
export function instanceView(world: World, resource: Resource): Record<string, unknown> {
  const { osType, disks, conditions } = machineOf(world, resource)
  const { powerState } = conditions
  const changed = dotNetTime(resource.changedAt)
  const running = powerState === 'running'
  const guest = osType === 'Windows' ? 'Microsoft Windows Server 2022 Datacenter' : 'ubuntu'
  return {
    ...(running
      ? { computerName: resource.name, osName: guest, vmAgent: agentView(conditions, osType, dotNetTime(world.now)) }
      : {}),
    hyperVGeneration: 'V2',
    disks: disks.map(({ name }) => ({ name, statuses: [{ ...PROVISIONING.Succeeded, time: changed }] })),
    statuses: [
      { ...PROVISIONING[conditions.provisioningState], time: changed },
      { code: `PowerState/${powerState}`, level: 'Info', displayStatus: `VM ${powerState}` },
    ],
  }
}

/** Backup's extension, as a machine's own document has it. */
function extensionsView(world: World, resource: Resource): Record<string, unknown> {
  const name = backupExtensionOf(world, machineOf(world, resource))
  if (name === undefined) return {}
  const extension = {
    id: `${resource.id}/extensions/${name}`,
    name,
    type: 'Microsoft.Compute/virtualMachines/extensions',
    location: resource.location,
    properties: {
      autoUpgradeMinorVersion: true,
      provisioningState: 'Succeeded',
      publisher: 'Microsoft.Azure.RecoveryServices',
      type: name,
      typeHandlerVersion: '1.0',
    },
  }
  return { resources: [extension] }
}

/** What `$expand` can add to a machine. */
export type Expansion = 'instanceview' | 'userdata'

/** A machine as the wire has it; `userData` and the instance view only where they were asked for. */
export function machineView(world: World, resource: Resource, expand?: Expansion): Record<string, unknown> {
  const { userData, ...properties } = membersOf(resource.body.properties)
  const { provisioningState } = effectiveConditions(resource, world.resources.conditions(resource.key))
  return {
    ...resourceView(resource),
    ...extensionsView(world, resource),
    properties: {
      ...properties,
      vmId: vmIdOf(resource),
      provisioningState,
      timeCreated: dotNetTime(resource.createdAt),
      ...(userData && expand === 'userdata' ? { userData } : {}),
      ...(expand === 'instanceview' ? { instanceView: instanceView(world, resource) } : {}),
    },
  }
}

/** Sizes that a machine can be given: its own first, then usual ones; name, cores, memory in GB, data disks. */
const SIZES = [
  ['Standard_B2s', 2, 4, 4],
  ['Standard_D2s_v3', 2, 8, 4],
  ['Standard_D4s_v3', 4, 16, 8],
  ['Standard_D8s_v3', 8, 32, 16],
  ['Standard_E4s_v5', 4, 32, 8],
  ['Standard_F4s_v2', 4, 8, 8],
] as const

/** The sizes that a machine can be given, in the shape of the compute provider. */
export function sizesOf(world: World, machine: Resource): Record<string, unknown>[] {
  const { vmSize } = machineOf(world, machine)
  const own = SIZES.some(([name]) => name === vmSize) ? [] : [[vmSize, 2, 8, 32] as const]
  return [...own, ...SIZES].map(([name, cores, memoryGB, disks]) => ({
    name,
    numberOfCores: cores,
    osDiskSizeInMB: 1_047_552,
    resourceDiskSizeInMB: memoryGB * 2048,
    memoryInMB: memoryGB * 1024,
    maxDataDiskCount: disks,
  }))
}

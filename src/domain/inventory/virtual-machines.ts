import { guidOf } from '../chance.js'
import { listOf, type Members, membersOf, patchedDocument, readDocument } from '../documents.js'
import { Refusal } from '../errors.js'
import { keyOf, type ResourceId, readResourceId, resourceId, same } from '../names.js'
import { protectAtCreation } from '../protection/intents.js'
import type { World } from '../world.js'
import { type Resource, type ResourceInput, resourceNotFound } from './inventory.js'
import { findMachine } from './machines.js'
import { DISK_TYPE } from './resource-types.js'
import { createOrUpdateResource, deleteResource } from './resources.js'

export const VM_TYPE = 'Microsoft.Compute/virtualMachines'

/** @throws Refusal ResourceNotFound in the gateway's words */
export function getVirtualMachine(world: World, id: ResourceId): Resource {
  const found = world.resources.get(keyOf(resourceId(id)))
  if (!found) throw resourceNotFound({ ...id, type: VM_TYPE })
  return found
}

/** The id that a machine is known by inside; seeded and restored machines have one too. */
export const vmIdOf = (machine: Resource): string => {
  const { vmId } = membersOf(machine.body.properties)
  return typeof vmId === 'string' ? vmId : guidOf(`vm/${machine.key}`)
}

const invalid = (parameter: string, why: string) =>
  new Refusal('InvalidParameter', `The value of parameter '${parameter}' is invalid: ${why}.`)

/** Windows or Linux: as said, or by the image and the profile that a machine is made with. */
function osTypeOf(properties: Members, osDisk: Members): 'Windows' | 'Linux' {
  if (typeof osDisk.osType === 'string' && osDisk.osType !== '') {
    const known = (['Windows', 'Linux'] as const).find((name) => same(name, String(osDisk.osType)))
    if (known) return known
    throw invalid('osDisk.osType', `'${osDisk.osType}' is neither Windows nor Linux`)
  }
  const { linuxConfiguration, windowsConfiguration } = membersOf(properties.osProfile)
  if (linuxConfiguration) return 'Linux'
  if (windowsConfiguration) return 'Windows'
  const { publisher, offer } = membersOf(membersOf(properties.storageProfile).imageReference)
  return (publisher || offer) && !/windows/i.test(`${publisher} ${offer}`) ? 'Linux' : 'Windows'
}

/** A disk of a machine while the machine is written: how the machine names it, and what it is if it has to be made. */
interface WantedDisk {
  entry: Members
  name: string
  defaultSizeGB: number
  osType?: string
}

/** A machine while it is written. */
interface Writing {
  machine: Resource
  /** Its storage profile until now. */
  known: Members
  /** Keys of the disks that were its own until now. */
  disksBefore: Set<string>
}

const managedIdOf = (entry: Members) => {
  const { id } = membersOf(entry.managedDisk)
  return typeof id === 'string' ? id : undefined
}

/**
 * The disk resource that an entry of a storage profile stands for, made where there is none yet.
 * @throws Refusal ResourceNotFound, OperationNotAllowed for a disk to attach that is not there or is another machine's
 */
function diskOf(world: World, { machine, disksBefore }: Writing, wanted: WantedDisk): Resource {
  const given = readResourceId(managedIdOf(wanted.entry) ?? '')
  const id = given ?? {
    subscriptionId: machine.subscriptionId,
    resourceGroup: machine.resourceGroup,
    type: DISK_TYPE,
    name: wanted.name,
  }
  const key = keyOf(resourceId(id))
  const found = world.resources.get(key)
  if (found) {
    const owner = found.body.managedBy
    if (typeof owner === 'string' && !same(owner, machine.id) && world.resources.get(keyOf(owner))) {
      throw new Refusal(
        'OperationNotAllowed',
        `Disk '${found.name}' cannot be attached to VM '${machine.name}' as it is already owned by VM '${owner}'.`,
      )
    }
    return found
  }
  if (same(String(wanted.entry.createOption), 'Attach') && !disksBefore.has(key)) throw resourceNotFound(id)
  const { storageAccountType } = membersOf(wanted.entry.managedDisk)
  return createOrUpdateResource(world, id, {
    location: machine.location,
    body: {
      ...(machine.body.zones ? { zones: machine.body.zones } : {}),
      ...(storageAccountType ? { sku: { name: storageAccountType } } : {}),
      properties: {
        ...(wanted.osType ? { osType: wanted.osType } : {}),
        creationData: { createOption: wanted.osType ? 'FromImage' : 'Empty' },
        diskSizeGB: wanted.entry.diskSizeGB ?? wanted.defaultSizeGB,
      },
    },
  }).resource
}

const sizeOf = (value: unknown) => (typeof value === 'number' ? value : 0)

/** An entry of a storage profile as the service answers it, with its disk in the inventory attached to the machine. */
function attach(world: World, writing: Writing, wanted: WantedDisk): Members {
  const { entry, name, defaultSizeGB } = wanted
  if (entry.vhd) return { ...entry, name, diskSizeGB: entry.diskSizeGB ?? defaultSizeGB }
  const disk = diskOf(world, writing, wanted)
  const properties = membersOf(disk.body.properties)
  // A disk grows through its machine, and never shrinks.
  const diskSizeGB = Math.max(sizeOf(entry.diskSizeGB), sizeOf(properties.diskSizeGB)) || defaultSizeGB
  const state = { diskSizeGB, diskSizeBytes: diskSizeGB * 1024 ** 3, diskState: 'Attached' }
  const body = { ...disk.body, managedBy: writing.machine.id, properties: { ...properties, ...state } }
  world.resources.put({ ...disk, body, changedAt: world.now })
  const sku = membersOf(disk.body.sku).name
  return {
    deleteOption: 'Detach',
    ...entry,
    name: disk.name,
    diskSizeGB,
    managedDisk: { ...(sku ? { storageAccountType: sku } : {}), ...membersOf(entry.managedDisk), id: disk.id },
  }
}

function completeStorage(world: World, writing: Writing, properties: Members): Members {
  const profile = membersOf(properties.storageProfile)
  const osDisk: Members = { ...membersOf(writing.known.osDisk), ...membersOf(profile.osDisk) }
  const osType = osTypeOf(properties, osDisk)
  const vm = writing.machine.name
  const luns = listOf(profile.dataDisks).map((disk) => disk.lun)
  if (new Set(luns).size < luns.length) throw invalid('dataDisk.lun', 'two disks are at one LUN')
  const nameOf = (entry: Members, otherwise: string) =>
    typeof entry.name === 'string' && entry.name !== '' ? entry.name : otherwise
  const osEntry = { createOption: 'FromImage', caching: 'ReadWrite', ...osDisk, osType }
  return {
    ...profile,
    osDisk: attach(world, writing, {
      entry: osEntry,
      name: nameOf(osDisk, `${vm}_OsDisk`),
      defaultSizeGB: osType === 'Linux' ? 30 : 127,
      osType,
    }),
    dataDisks: listOf(profile.dataDisks).map((disk) =>
      attach(world, writing, {
        entry: { createOption: 'Empty', caching: 'None', ...disk },
        name: nameOf(disk, `${vm}_DataDisk_${disk.lun}`),
        defaultSizeGB: 128,
      }),
    ),
  }
}

/** What was sent for the guest, without its secrets: the service never answers them. */
function completeOsProfile(vm: string, sent: unknown): Members {
  if (!sent) return {}
  const { adminPassword: _, customData: __, ...profile } = membersOf(sent)
  return { osProfile: { computerName: vm, secrets: [], allowExtensionOperations: true, ...profile } }
}

/** The entries of all disks in a machine's properties. */
function entriesOf(properties: Members): Members[] {
  const { osDisk, dataDisks } = membersOf(properties.storageProfile)
  return [membersOf(osDisk), ...listOf(dataDisks)]
}

const diskIdsOf = (properties: Members) => entriesOf(properties).flatMap((entry) => managedIdOf(entry) ?? [])

function detach(world: World, diskId: string): void {
  const disk = world.resources.get(keyOf(diskId))
  if (!disk) return
  const { managedBy: _, ...body } = disk.body
  world.resources.put({
    ...disk,
    body: { ...body, properties: { ...membersOf(body.properties), diskState: 'Unattached' } },
    changedAt: world.now,
  })
}

/**
 * Creates a machine, or replaces its document; its managed disks are resources of their own and are made with it.
 * @returns the machine, and whether it is new
 * @throws Refusal as `createOrUpdateResource`; ResourceNotFound and OperationNotAllowed for disks to attach
 */
export function putVirtualMachine(
  world: World,
  id: ResourceId,
  input: ResourceInput,
): { resource: Resource; created: boolean } {
  const before = world.resources.get(keyOf(resourceId(id)))
  const { resource, created } = createOrUpdateResource(world, id, input)
  const known = membersOf(before?.body.properties)
  const disksBefore = new Set(diskIdsOf(known).map(keyOf))
  const writing: Writing = { machine: resource, known: membersOf(known.storageProfile), disksBefore }
  const { instanceView: _, additionalCapabilities, ...properties } = membersOf(resource.body.properties)
  const finished: Resource = {
    ...resource,
    body: {
      ...resource.body,
      properties: {
        ...(Object.keys(membersOf(additionalCapabilities)).length > 0 ? { additionalCapabilities } : {}),
        ...properties,
        vmId: before ? vmIdOf(before) : world.chance.guid(),
        hardwareProfile: {
          vmSize: 'Standard_D2s_v3',
          ...membersOf(known.hardwareProfile),
          ...membersOf(properties.hardwareProfile),
        },
        storageProfile: completeStorage(world, writing, properties),
        ...completeOsProfile(resource.name, properties.osProfile),
      },
    },
  }
  world.resources.put(finished)
  const kept = new Set(diskIdsOf(membersOf(finished.body.properties)).map(keyOf))
  for (const disk of disksBefore) if (!kept.has(disk)) detach(world, disk)
  if (created) protectAtCreation(world, finished)
  return { resource: finished, created }
}

/** Changes what a PATCH names. @throws Refusal as `putVirtualMachine` */
export const patchVirtualMachine = (world: World, machine: Resource, patch: Members): Resource =>
  putVirtualMachine(world, machine, readDocument(patchedDocument(machine, patch))).resource

/**
 * Takes a machine out of the inventory, whether it is protected or not: its next backups find it gone. Its disks stay,
 * but for those that were to go with it.
 * @returns whether there was one
 */
export function deleteVirtualMachine(world: World, id: ResourceId): boolean {
  const machine = findMachine(world, resourceId(id))?.resource
  if (!machine) return false
  deleteResource(world, machine)
  for (const entry of entriesOf(membersOf(machine.body.properties))) {
    const diskId = managedIdOf(entry)
    if (diskId === undefined) continue
    if (same(String(entry.deleteOption), 'Delete')) world.resources.delete(keyOf(diskId))
    else detach(world, diskId)
  }
  return true
}

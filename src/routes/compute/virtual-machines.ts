import { type Static, Type } from '@sinclair/typebox'
import { type Call, list, ok, page, type Reply, route } from '../../arm/route.js'
import { AnyObject, Tags, VersionQuery } from '../../arm/shapes.js'
import { readDocument } from '../../domain/documents.js'
import { Refusal } from '../../domain/errors.js'
import type { Resource } from '../../domain/inventory/inventory.js'
import {
  deleteVirtualMachine,
  getVirtualMachine,
  patchVirtualMachine,
  putVirtualMachine,
  VM_TYPE,
} from '../../domain/inventory/virtual-machines.js'
import type { ResourceId } from '../../domain/names.js'
import type { World } from '../../domain/world.js'
import { GROUP, SUBSCRIPTION } from '../scopes.js'
import { type Expansion, instanceView, machineView, sizesOf } from './machine-view.js'

const MACHINES = `${GROUP}/providers/${VM_TYPE}`
export const MACHINE = `${MACHINES}/{vmName}`

const Disk = {
  name: Type.Optional(Type.String()),
  createOption: Type.Optional(Type.String()),
  diskSizeGB: Type.Optional(Type.Integer({ minimum: 1 })),
  managedDisk: Type.Optional(AnyObject),
}

/** A machine's document, as far as Recoverite looks into it; further members are kept as they are. */
const MachineBody = Type.Object({
  location: Type.Optional(Type.String()),
  tags: Type.Optional(Tags),
  zones: Type.Optional(Type.Array(Type.String())),
  identity: Type.Optional(AnyObject),
  properties: Type.Optional(
    Type.Object({
      hardwareProfile: Type.Optional(Type.Object({ vmSize: Type.Optional(Type.String()) })),
      storageProfile: Type.Optional(
        Type.Object({
          imageReference: Type.Optional(AnyObject),
          osDisk: Type.Optional(Type.Object({ osType: Type.Optional(Type.String()), ...Disk })),
          dataDisks: Type.Optional(
            Type.Array(Type.Object({ lun: Type.Integer({ minimum: 0, maximum: 63 }), ...Disk })),
          ),
        }),
      ),
      osProfile: Type.Optional(AnyObject),
      networkProfile: Type.Optional(AnyObject),
    }),
  ),
})

const EXAMPLE = {
  location: 'westeurope',
  properties: {
    hardwareProfile: { vmSize: 'Standard_D2s_v3' },
    storageProfile: {
      imageReference: {
        publisher: 'Canonical',
        offer: '0001-com-ubuntu-server-jammy',
        sku: '22_04-lts-gen2',
        version: 'latest',
      },
      osDisk: { createOption: 'FromImage', osType: 'Linux', diskSizeGB: 30 },
      dataDisks: [{ lun: 0, createOption: 'Empty', diskSizeGB: 64 }],
    },
    osProfile: { computerName: 'vm1', adminUsername: 'azureuser' },
  },
}

const ExpandQuery = Type.Composite([
  VersionQuery,
  Type.Object({ $expand: Type.Optional(Type.String({ description: 'instanceView or userData' })) }),
])

const PAGE_SIZE = 200

const idOf = (call: Call): ResourceId => ({
  subscriptionId: call.params.subscriptionId ?? '',
  resourceGroup: call.params.resourceGroupName ?? '',
  type: VM_TYPE,
  name: call.params.vmName ?? '',
})

/** The machine that a path names. @throws Refusal ResourceNotFound */
export const machineAt = (world: World, call: Call) => getVirtualMachine(world, idOf(call))

/** @throws Refusal InvalidParameter */
function expandOf(call: Call): Expansion | undefined {
  const expand = call.query.$expand?.toLowerCase()
  if (expand === undefined || expand === '') return undefined
  if (expand === 'instanceview' || expand === 'userdata') return expand
  throw new Refusal(
    'InvalidParameter',
    `The value '${call.query.$expand}' of $expand is invalid: use instanceView or userData.`,
  )
}

const view = (world: World, call: Call, machine: Resource) => machineView(world, machine, expandOf(call))

function put(world: World, call: Call<Static<typeof MachineBody>>): Reply {
  const { resource, created } = putVirtualMachine(world, idOf(call), readDocument(call.body))
  return { status: created ? 201 : 200, body: machineView(world, resource) }
}

function listMachines(world: World, call: Call, machines: Resource[]): Reply {
  return page(
    call,
    machines.map((machine) => view(world, call, machine)),
    PAGE_SIZE,
  )
}

const one = { 200: { description: 'The machine' } }
const many = { 200: { description: 'The machines: { value: [...] }' } }
const WRITE_ERRORS = [
  'InvalidRequestContent',
  'InvalidResourceName',
  'InvalidParameter',
  'ResourceNotFound',
  'InvalidResourceLocation',
  'ResourceGroupBeingDeleted',
  'OperationNotAllowed',
] as const

/** Virtual machines: `Microsoft.Compute/virtualMachines`. Everything is done at once. */
export const virtualMachineRoutes = [
  route({
    operation: 'VirtualMachines.CreateOrUpdate',
    method: 'PUT',
    path: MACHINE,
    tag: 'Virtual machines',
    summary: 'Create a virtual machine with its disks, or replace its document',
    query: VersionQuery,
    body: MachineBody,
    example: EXAMPLE,
    responses: { 200: { description: 'The machine was there' }, 201: { description: 'The machine is new' } },
    errors: ['LocationRequired', 'LocationNotAvailableForResourceType', ...WRITE_ERRORS],
    handle: put,
  }),
  route({
    operation: 'VirtualMachines.Update',
    method: 'PATCH',
    path: MACHINE,
    tag: 'Virtual machines',
    summary: 'Change what the body names',
    query: VersionQuery,
    body: MachineBody,
    example: { tags: { 'recoverite:agent': 'notReady' } },
    responses: one,
    errors: WRITE_ERRORS,
    handle: (world, call) => ok(machineView(world, patchVirtualMachine(world, machineAt(world, call), call.body))),
  }),
  route({
    operation: 'VirtualMachines.Get',
    method: 'GET',
    path: MACHINE,
    tag: 'Virtual machines',
    summary: 'Get a virtual machine',
    query: ExpandQuery,
    responses: one,
    errors: ['ResourceNotFound', 'InvalidParameter'],
    handle: (world, call) => ok(view(world, call, machineAt(world, call))),
  }),
  route({
    operation: 'VirtualMachines.InstanceView',
    method: 'GET',
    path: `${MACHINE}/instanceView`,
    tag: 'Virtual machines',
    summary: "Get a virtual machine's power state, agent and disks at this instant",
    query: VersionQuery,
    responses: { 200: { description: 'The instance view' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => ok(instanceView(world, machineAt(world, call))),
  }),
  route({
    operation: 'VirtualMachines.ListAvailableSizes',
    method: 'GET',
    path: `${MACHINE}/vmSizes`,
    tag: 'Virtual machines',
    summary: 'List the sizes that a virtual machine can be given',
    query: VersionQuery,
    responses: { 200: { description: 'The sizes: { value: [...] }' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => list(sizesOf(world, machineAt(world, call))),
  }),
  route({
    operation: 'VirtualMachines.List',
    method: 'GET',
    path: MACHINES,
    tag: 'Virtual machines',
    summary: 'List the virtual machines of a resource group',
    query: ExpandQuery,
    responses: many,
    errors: ['InvalidParameter'],
    handle: (world, call) => {
      const { subscriptionId, resourceGroup } = idOf(call)
      return listMachines(world, call, world.resources.ofGroup(subscriptionId, resourceGroup, VM_TYPE))
    },
  }),
  route({
    operation: 'VirtualMachines.ListAll',
    method: 'GET',
    path: `${SUBSCRIPTION}/providers/${VM_TYPE}`,
    tag: 'Virtual machines',
    summary: 'List the virtual machines of a subscription',
    query: ExpandQuery,
    responses: many,
    errors: ['InvalidParameter'],
    handle: (world, call) =>
      listMachines(world, call, world.resources.ofSubscription(idOf(call).subscriptionId, VM_TYPE)),
  }),
  route({
    operation: 'VirtualMachines.Delete',
    method: 'DELETE',
    path: MACHINE,
    tag: 'Virtual machines',
    summary: 'Delete a virtual machine',
    description: 'A protected one too: its backups fail from then on. Disks stay unless their deleteOption is Delete.',
    query: VersionQuery,
    responses: { 200: { description: 'Deleted' }, 204: { description: 'There was none' } },
    errors: [],
    handle: (world, call) => ({ status: deleteVirtualMachine(world, idOf(call)) ? 200 : 204 }),
  }),
] as const

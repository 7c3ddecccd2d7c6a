import { Type } from '@sinclair/typebox'
import { matches, readFilter } from '../../arm/filter.js'
import type { Call, Reply } from '../../arm/route.js'
import { discoverMachines } from '../../domain/protection/discovery.js'
import {
  type ListedMachine,
  listMachines,
  registerMachine,
  unregisterMachine,
} from '../../domain/protection/machine-registration.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { CLASSIC_VAULT } from '../scopes.js'
import { ACCEPTED, accepted, classicRoute, classicVaultOf, Exact, List, listOf, Thing } from './classic-route.js'

export const REGISTERED = `${CLASSIC_VAULT}/registeredContainers/{protectionContainerName}`
const tag = 'Classic discovery and registration'

const ContainerView = Thing(
  Exact({
    friendlyName: Type.String(),
    status: Type.Union([Type.Literal('NotRegistered'), Type.Literal('Registering'), Type.Literal('Registered')]),
    healthStatus: Type.Union([Type.Literal('Healthy'), Type.Literal('Deleted')]),
    containerType: Type.Literal('IaasVM'),
    parentContainerId: Type.String(),
  }),
)

/** Clients tell machines of one name apart by the last part of their parent. */
const containerView = (vault: Vault, { name, friendlyName, cloudService, status, deleted }: ListedMachine) => ({
  properties: {
    friendlyName,
    status,
    healthStatus: deleted ? 'Deleted' : 'Healthy',
    containerType: 'IaasVM',
    parentContainerId: `${vault.id}/containers/${cloudService}`,
  },
  id: `${vault.id}/containers/${name}`,
  name,
  type: `${vault.type}/containers`,
})

/** The kind of container and its state had other names until August 2015; clients of either age come by. */
const KINDS = ['type', 'containerType']
const STATES = ['status', 'containerStatus']

function list(world: World, call: Call): Reply {
  const vault = classicVaultOf(world, call)
  const filter = readFilter(call.query.$filter, [...KINDS, ...STATES, 'friendlyName'])
  if (!KINDS.every((name) => matches(filter, name, 'IaasVM'))) return listOf([])
  return listOf(
    listMachines(world, vault)
      .filter(
        ({ friendlyName, status }) =>
          matches(filter, 'friendlyName', friendlyName) && STATES.every((name) => matches(filter, name, status)),
      )
      .map((machine) => containerView(vault, machine)),
  )
}

const nameOf = (call: Call) => call.params.protectionContainerName ?? ''

/** Discovery of classic machines, and their registration. */
export const classicContainerRoutes = [
  classicRoute({
    operation: 'ClassicContainers.Refresh',
    of: 'machine',
    method: 'POST',
    path: `${CLASSIC_VAULT}/refreshContainers`,
    tag,
    summary: 'Discover the classic machines of the subscription in the region of the vault',
    description: 'One discovery runs at a time: the operation of a second one fails with DiscoveryInProgress.',
    responses: ACCEPTED,
    handle: (world, call) => accepted(discoverMachines(world, classicVaultOf(world, call))),
  }),
  classicRoute({
    operation: 'ClassicContainers.List',
    of: 'machine',
    method: 'GET',
    path: `${CLASSIC_VAULT}/containers`,
    tag,
    summary: 'List the machines that are discovered or registered',
    description: "Filters: `type eq 'IaasVM'`, `status eq 'NotRegistered'`, `friendlyName eq 'vm1'`.",
    filtered: true,
    responses: { 200: { description: 'The machines', schema: List(ContainerView) } },
    handle: list,
  }),
  classicRoute({
    operation: 'ClassicContainers.Register',
    of: 'machine',
    method: 'PUT',
    path: REGISTERED,
    tag,
    summary: 'Register a discovered machine',
    description: 'It shows at once as Registering; a job says how the registration went.',
    responses: ACCEPTED,
    errors: [
      'BMSUserErrorContainerObjectNotFound',
      'BMSUserErrorContainerAlreadyRegistered',
      'VirtualMachineAlreadyProtected',
      'UserErrorRegistrationQuotaReached',
    ],
    handle: (world, call) =>
      accepted(registerMachine(world, classicVaultOf(world, call), nameOf(call), call.clientRequestId)),
  }),
  classicRoute({
    operation: 'ClassicContainers.Unregister',
    of: 'machine',
    method: 'DELETE',
    path: REGISTERED,
    tag,
    summary: 'Take back the registration of a machine',
    description: 'Its job fails where the item of the machine still has data.',
    responses: ACCEPTED,
    errors: ['BMSUserErrorContainerObjectNotFound'],
    handle: (world, call) =>
      accepted(unregisterMachine(world, classicVaultOf(world, call), nameOf(call), call.clientRequestId)),
  }),
] as const

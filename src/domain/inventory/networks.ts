import { guidOf } from '../chance.js'
import { listOf, type Members, membersOf } from '../documents.js'
import { Refusal } from '../errors.js'
import { same } from '../names.js'
import type { World } from '../world.js'
import type { Resource } from './inventory.js'

const SUBNET_TYPE = 'Microsoft.Network/virtualNetworks/subnets'

/** A subnet as the wire has it, with its id. */
export interface Subnet extends Members {
  name: string
  id: string
}

/** @throws Refusal InvalidRequestContent for one without a name */
function completeSubnet(network: Resource, subnet: Members): Subnet {
  const { name } = subnet
  if (typeof name !== 'string' || !/^\w([\w.-]{0,78}\w)?$/.test(name)) {
    throw new Refusal(
      'InvalidRequestContent',
      `The subnets of virtual network '${network.name}' need a name of letters, digits, '.', '_' and '-'.`,
    )
  }
  const properties = {
    addressPrefix: '10.0.0.0/24',
    delegations: [],
    privateEndpointNetworkPolicies: 'Disabled',
    privateLinkServiceNetworkPolicies: 'Enabled',
    ...membersOf(subnet.properties),
    provisioningState: 'Succeeded',
  }
  return { ...subnet, name, id: `${network.id}/subnets/${name}`, properties, type: SUBNET_TYPE }
}

/**
 * The properties of a virtual network: its subnets with their ids. A document that says nothing of subnets keeps those
 * that are there.
 * @throws Refusal InvalidRequestContent
 */
export function completeNetwork(network: Resource, before: Members): Members {
  const sent = membersOf(network.body.properties)
  const subnets = listOf(sent.subnets ?? membersOf(before.properties).subnets)
  return {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
    virtualNetworkPeerings: [],
    enableDdosProtection: false,
    ...sent,
    subnets: subnets.map((subnet) => completeSubnet(network, subnet)),
  }
}

/** The properties of a network interface: addresses in the form of the service's, the same at every reading. */
export function completeInterface(nic: Resource): Members {
  const sent = membersOf(nic.body.properties)
  const hex = guidOf(`nic/${nic.key}`).replaceAll('-', '').toUpperCase()
  const host = 4 + (Number.parseInt(hex.slice(0, 4), 16) % 250)
  const configurations = listOf(sent.ipConfigurations).map((configuration, index) => {
    const name = typeof configuration.name === 'string' ? configuration.name : `ipconfig${index + 1}`
    const properties = {
      privateIPAddress: `10.0.${index}.${host}`,
      privateIPAllocationMethod: 'Dynamic',
      privateIPAddressVersion: 'IPv4',
      primary: index === 0,
      ...membersOf(configuration.properties),
      provisioningState: 'Succeeded',
    }
    return { ...configuration, name, id: `${nic.id}/ipConfigurations/${name}`, properties }
  })
  return {
    enableAcceleratedNetworking: false,
    enableIPForwarding: false,
    ...sent,
    dnsSettings: { dnsServers: [], appliedDnsServers: [], ...membersOf(sent.dnsSettings) },
    ipConfigurations: configurations,
    macAddress: `00-0D-3A-${hex.slice(4, 6)}-${hex.slice(6, 8)}-${hex.slice(8, 10)}`,
  }
}

/** The subnets of a virtual network. */
export const subnetsOf = (network: Resource): Subnet[] =>
  listOf(membersOf(network.body.properties).subnets).map((subnet) => completeSubnet(network, subnet))

/** @throws Refusal NotFound in the words of the network provider */
export function getSubnet(network: Resource, name: string): Subnet {
  const subnet = subnetsOf(network).find((candidate) => same(candidate.name, name))
  if (!subnet) throw new Refusal('NotFound', `Resource ${network.id}/subnets/${name} not found.`)
  return subnet
}

const putSubnets = (world: World, network: Resource, subnets: Members[]) => {
  const body = { ...network.body, properties: { ...membersOf(network.body.properties), subnets } }
  world.resources.put({ ...network, body, changedAt: world.now })
}

/**
 * Creates or replaces a subnet.
 * @returns the subnet, and whether it is new
 * @throws Refusal InvalidRequestContent
 */
export function putSubnet(
  world: World,
  network: Resource,
  name: string,
  document: Members,
): { subnet: Subnet; created: boolean } {
  const others = subnetsOf(network)
  const before = others.find((candidate) => same(candidate.name, name))
  const subnet = completeSubnet(network, { ...document, name: before?.name ?? name })
  const subnets = before ? others.map((other) => (other === before ? subnet : other)) : [...others, subnet]
  putSubnets(world, network, subnets)
  return { subnet, created: !before }
}

/** Takes a subnet out of its network. Answers whether there was one. */
export function deleteSubnet(world: World, network: Resource, name: string): boolean {
  const subnets = subnetsOf(network)
  const left = subnets.filter((subnet) => !same(subnet.name, name))
  if (left.length === subnets.length) return false
  putSubnets(world, network, left)
  return true
}

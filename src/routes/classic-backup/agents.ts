import { type Static, Type } from '@sinclair/typebox'
import { matches, readFilter } from '../../arm/filter.js'
import type { Call, Reply } from '../../arm/route.js'
import { regionOf } from '../../domain/regions.js'
import {
  type Agent,
  allowReRegistration,
  getServer,
  type RegisteredServer,
  unregisterServer,
} from '../../domain/vaults/registered-servers.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { CLASSIC_VAULT } from '../scopes.js'
import { classicRoute, classicVaultOf, Exact, GUID_PATTERN, List, listOf, NO_CONTENT } from './classic-route.js'

const AGENTS_PATH = `${CLASSIC_VAULT}/backupContainers`
const AGENT = `${AGENTS_PATH}/{agentId}`
const tag = 'Classic agents'

/** What agents are to their maker: files and folders (Online Backup Service), Data Protection Manager, Azure Backup Server. */
const CUSTOMER_TYPES = {
  MARS: 'OBS',
  DPM: 'DPM',
  AzureBackupServer: 'DPMVenus',
} as const satisfies Record<Agent, string>

const AgentView = Exact({
  uniqueName: Type.String(),
  containerType: Type.Literal('Machine'),
  properties: Exact({
    containerId: Type.Integer(),
    friendlyName: Type.String(),
    containerStampId: Type.String({ pattern: GUID_PATTERN }),
    containerStampUri: Type.String(),
    canReRegister: Type.Boolean(),
    customerType: Type.Union(Object.values(CUSTOMER_TYPES).map((name) => Type.Literal(name))),
  }),
})

/** A server outside Azure; it is kept at a stamp of the vault's region. */
const agentView = (world: World, { location }: Vault, { name, number, agent, canReRegister }: RegisteredServer) => ({
  uniqueName: name.toLowerCase(),
  containerType: 'Machine',
  properties: {
    containerId: Number(number),
    friendlyName: name,
    containerStampId: world.chance.guidFor('stamp', location),
    containerStampUri: `https://pod01-prot1.${regionOf(location)?.code ?? location}.backup.windowsazure.com`,
    canReRegister: canReRegister === true,
    customerType: CUSTOMER_TYPES[agent],
  },
})

function list(world: World, call: Call): Reply {
  const vault = classicVaultOf(world, call)
  const filter = readFilter(call.query.$filter, ['type', 'friendlyName'])
  if (!matches(filter, 'type', 'Machine')) return listOf([])
  const servers = world.servers.ofVault(vault.key).filter(({ name }) => matches(filter, 'friendlyName', name))
  return listOf(servers.map((server) => agentView(world, vault, server)))
}

const ReRegistrationBody = Type.Object({ properties: Type.Object({ enableReRegister: Type.Boolean() }) })

/** The server that a path names by its number. */
const serverOf = (world: World, call: Call, vault: Vault) => getServer(world, vault, call.params.agentId ?? '')

function enable(world: World, call: Call<Static<typeof ReRegistrationBody>>): Reply {
  const vault = classicVaultOf(world, call)
  allowReRegistration(world, serverOf(world, call, vault), call.body.properties.enableReRegister)
  return { status: 204 }
}

function remove(world: World, call: Call): Reply {
  const vault = classicVaultOf(world, call)
  unregisterServer(world, vault, serverOf(world, call, vault).name)
  return { status: 204 }
}

/** Servers outside Azure that back up to a classic vault by an agent. */
export const classicAgentRoutes = [
  classicRoute({
    operation: 'ClassicAgents.List',
    of: 'vault',
    method: 'GET',
    path: AGENTS_PATH,
    tag,
    summary: 'List the servers with an agent',
    description: "Filters: `type eq 'Machine'`, `friendlyName eq 'SERVER1.CONTOSO.COM'`.",
    filtered: true,
    responses: { 200: { description: 'The servers', schema: List(AgentView) } },
    handle: list,
  }),
  classicRoute({
    operation: 'ClassicAgents.EnableReRegistration',
    of: 'vault',
    method: 'PATCH',
    path: `${AGENT}/enableReRegister`,
    tag,
    summary: 'Let a server register again',
    body: ReRegistrationBody,
    example: { properties: { enableReRegister: true } },
    responses: NO_CONTENT,
    errors: ['BMSUserErrorContainerObjectNotFound'],
    handle: enable,
  }),
  classicRoute({
    operation: 'ClassicAgents.Unregister',
    of: 'vault',
    method: 'DELETE',
    path: `${AGENT}/UnRegisterContainer`,
    tag,
    summary: 'Take back the registration of a server',
    responses: NO_CONTENT,
    errors: ['BMSUserErrorContainerObjectNotFound'],
    handle: remove,
  }),
] as const

import { Refusal } from '../errors.js'
import { keyOf, same } from '../names.js'
import type { Instant } from '../policies/schedule.js'
import type { VaultRecord, World } from '../world.js'
import { limitsIn, type Vault } from './vault.js'
import { checkVaultCredentials } from './vault-credentials.js'

/** What a server outside Azure backs up to a vault by, and how a vault calls it. */
export const AGENTS = {
  /** The agent for files and folders: its server is a container. */
  MARS: { managementType: 'MAB', engine: undefined },
  /** Data Protection Manager and Azure Backup Server back up others: their servers are backup engines. */
  DPM: { managementType: 'DPM', engine: 'DpmBackupEngine' },
  AzureBackupServer: { managementType: 'AzureBackupServer', engine: 'AzureBackupServerEngine' },
} as const

export type Agent = keyof typeof AGENTS
export const AGENT_NAMES = Object.keys(AGENTS) as Agent[]

/** A server that has registered with a vault, by its host name. */
export interface RegisteredServer extends VaultRecord {
  agent: Agent
  /** The number that the service keeps for it. */
  number: string
  registeredAt: Instant
  /** Somebody has allowed it to register once more (wire-classic.md 2, row 30). */
  canReRegister?: true
  /** The schedule and the retention that its agent was last allowed. */
  policy?: AgentPolicy
  /** Since when its data is encrypted by the passphrase that holds. */
  passphraseSince?: Instant
  /** Its backup data was deleted, and is kept all the same until some time later. */
  deletedData?: { at: Instant; keptUntil: Instant }
}

/** How often an agent backs up, times a day that it does. */
export type AgentFrequency = 'Daily' | 'Weekly' | 'Monthly' | 'Yearly'
/** How many days daily points are kept, weeks weekly ones, and so on; each can be chosen by itself (SEED-83). */
export type AgentRetention = { [Unit in 'days' | 'weeks' | 'months' | 'years']?: number }

/** What an agent backs up by: its own, no policy of the vault. */
export interface AgentPolicy {
  frequency: AgentFrequency
  schedulesPerDay: number
  retention: AgentRetention
}

/** What a server registers with. */
export interface Registration {
  /** The vault's id. */
  vault: string
  agent: Agent
  /** The certificate of the vault credentials; without one they are taken to be good. */
  thumbprint?: string
}

/**
 * Registers a server with a vault, or does so again.
 * @throws Refusal ResourceNotFound, UserErrorServerAlreadyRegistered, UserErrorServerQuotaReached (SEED-67), and what
 * the vault credentials are refused with (SEED-68)
 */
export function registerServer(world: World, name: string, { vault: id, agent, thumbprint }: Registration): void {
  const vault = world.vaults.get(keyOf(id))
  if (!vault)
    throw new Refusal('ResourceNotFound', `There is no vault '${id}' to register '${name}' with. Create it first.`)
  if (thumbprint !== undefined) checkVaultCredentials(world, vault, thumbprint)
  const other = world.vaults.all().find(({ key }) => key !== vault.key && world.servers.get(key, name))
  if (other) {
    throw new Refusal(
      'UserErrorServerAlreadyRegistered',
      `The server '${name}' is registered with vault '${other.name}'. Take that back first (registeredIdentities).`,
    )
  }
  const before = world.servers.get(vault.key, name)
  if (!before) checkRoom(world, vault, agent)
  const { canReRegister: _, ...kept } = before ?? { vaultKey: vault.key, name, number: world.chance.digits(6) }
  world.servers.put({ ...kept, agent, registeredAt: world.now })
}

/** Agents of files and folders are counted by themselves, servers that back up others together (domain.md 3). */
function checkRoom(world: World, vault: Vault, agent: Agent): void {
  const limit = AGENTS[agent].engine ? 'enginesPerVault' : 'agentsPerVault'
  const isEngine = (server: RegisteredServer) => AGENTS[server.agent].engine !== undefined
  const there = world.servers.ofVault(vault.key).filter((server) => isEngine(server) === (limit === 'enginesPerVault'))
  if (there.length < limitsIn(world, vault)[limit]) return
  throw new Refusal(
    'UserErrorServerQuotaReached',
    `The vault '${vault.name}' has ${there.length} such servers registered, which is the most. Use another vault.`,
  )
}

/**
 * Takes a server's registration back.
 * @param identity its name, also as the last part of a container's: `Windows;server1`
 */
export function unregisterServer(world: World, vault: Vault, identity: string): void {
  world.servers.delete(vault.key, identity.slice(identity.lastIndexOf(';') + 1))
}

/** Allows a server to register once more, or doesn't any longer; to register uses it up. */
export function allowReRegistration(world: World, server: RegisteredServer, allowed: boolean): void {
  const { canReRegister: _, ...before } = server
  world.servers.put(allowed ? { ...before, canReRegister: true } : before)
}

/**
 * A server by the number that the service keeps for it.
 * @throws Refusal BMSUserErrorContainerObjectNotFound
 */
export function getServer(world: World, vault: Vault, number: string): RegisteredServer {
  const found = world.servers.ofVault(vault.key).find((server) => server.number === number)
  if (found) return found
  throw new Refusal(
    'BMSUserErrorContainerObjectNotFound',
    `There is no server with the number '${number}' registered with vault '${vault.name}'. List the servers (backupContainers) to see their numbers.`,
  )
}

/** The backup engines of a vault, by name. */
export const backupEngines = (world: World, vault: Vault): RegisteredServer[] =>
  world.servers.ofVault(vault.key).filter(({ agent }) => AGENTS[agent].engine !== undefined)

/** @throws Refusal BMSUserErrorContainerObjectNotFound */
export function getBackupEngine(world: World, vault: Vault, name: string): RegisteredServer {
  const engine = backupEngines(world, vault).find((server) => same(server.name, name))
  if (engine) return engine
  throw new Refusal(
    'BMSUserErrorContainerObjectNotFound',
    `The backup engine '${name}' is not registered with vault '${vault.name}'. List the vault's engines to see those that are.`,
  )
}

/** The servers that back up their own files and folders: containers of a vault, by name. */
export const agentServers = (world: World, vault: Vault): RegisteredServer[] =>
  world.servers.ofVault(vault.key).filter(({ agent }) => AGENTS[agent].engine === undefined)

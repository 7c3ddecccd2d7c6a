import { Refusal } from '../errors.js'
import { effectiveConditions } from '../inventory/conditions.js'
import { SERVER_TYPE } from '../inventory/resource-types.js'
import { same } from '../names.js'
import { DAY } from '../policies/schedule.js'
import type { World } from '../world.js'
import { AGENT_RULES, type AgentRequest, type Asked, isSecured } from './agent-rules.js'
import type { RegisteredServer } from './registered-servers.js'
import type { Vault } from './vault.js'

/** Where the security features are on, data that an agent has deleted is kept for so long (domain.md 7). */
const DELETED_DATA_KEPT_MS = 14 * DAY

/** The version of a server's agent, by the conditions of the server of that host name. */
function agentVersionOf(world: World, name: string): string | undefined {
  const servers = world.resources.all().filter(({ type }) => same(type, SERVER_TYPE))
  const server = servers.find((resource) => same(resource.name, name))
  return server && effectiveConditions(server, world.resources.conditions(server.key)).agentVersion
}

/**
 * Answers what the agent of a registered server asks of its vault, and keeps what comes of it.
 * @returns the server as it is then
 * @throws Refusal BMSUserErrorContainerObjectNotFound where no such server has registered, and as AGENT_RULES have it
 */
export function askVault(world: World, vault: Vault, name: string, request: AgentRequest): RegisteredServer {
  const server = world.servers.get(vault.key, name)
  if (!server) {
    throw new Refusal(
      'BMSUserErrorContainerObjectNotFound',
      `The server '${name}' is not registered with vault '${vault.name}'. Register it first (servers of the inventory).`,
    )
  }
  const asked: Asked = { world, vault, server, request, version: agentVersionOf(world, name) }
  const rule = AGENT_RULES.find(({ of, holds }) => of.includes(request.request) && holds(asked))
  if (rule) throw new Refusal(rule.code, `${rule.message} ${rule.remedy}`)
  const changed = afterwards(asked)
  world.servers.put(changed)
  return changed
}

function afterwards(asked: Asked): RegisteredServer {
  const { world, server, request } = asked
  if (request.request === 'changePassphrase') return { ...server, passphraseSince: world.now }
  // To protect the same data again is to have back what was deleted; to delete it is to stop the schedule too.
  const { policy: _, deletedData: __, ...rest } = server
  if (request.request === 'changePolicy') return { ...rest, policy: request.policy }
  const keptUntil = world.now + (isSecured(asked) ? DELETED_DATA_KEPT_MS : 0)
  return { ...rest, deletedData: { at: world.now, keptUntil } }
}

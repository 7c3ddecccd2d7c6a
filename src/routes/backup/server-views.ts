import { type Filter, matches } from '../../arm/filter.js'
import { AGENTS, agentServers, type RegisteredServer } from '../../domain/vaults/registered-servers.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { listedContainer } from './views.js'

/** A server that backs up its own files and folders, as a container: `Windows;<host>`. */
function agentContainer(vault: Vault, { name: host, agent, number }: RegisteredServer) {
  const name = `Windows;${host}`
  return listedContainer({
    id: `${vault.id}/backupFabrics/Azure/protectionContainers/${name}`,
    name,
    properties: {
      canReRegister: true,
      containerId: Number(number),
      protectedItemCount: 0,
      friendlyName: host,
      backupManagementType: AGENTS[agent].managementType,
      registrationStatus: 'Registered',
      healthStatus: 'Healthy',
      containerType: 'Windows',
    },
  })
}

/** The registered agents of a vault that a list of containers is asked for. */
export const agentContainers = (world: World, vault: Vault, filter: Filter) =>
  agentServers(world, vault)
    .filter(
      ({ agent, name }) =>
        matches(filter, 'backupManagementType', AGENTS[agent].managementType) &&
        matches(filter, 'friendlyName', name) &&
        matches(filter, 'containerType', 'Windows'),
    )
    .map((server) => agentContainer(vault, server))

/** The agent that a container's name means; undefined where it means none. */
export function findAgentContainer(world: World, vault: Vault, containerName: string) {
  const [, host] = /^windows;(.+)$/i.exec(containerName) ?? []
  const server = host === undefined ? undefined : world.servers.get(vault.key, host)
  return server && AGENTS[server.agent].engine === undefined ? agentContainer(vault, server) : undefined
}

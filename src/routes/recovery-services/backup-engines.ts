import { Type } from '@sinclair/typebox'
import { matches, readFilter } from '../../arm/filter.js'
import { list, ok, route } from '../../arm/route.js'
import { FilterQuery, VersionQuery } from '../../arm/shapes.js'
import {
  AGENTS,
  backupEngines,
  getBackupEngine,
  type RegisteredServer,
} from '../../domain/vaults/registered-servers.js'
import type { Vault } from '../../domain/vaults/vault.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

/** golden backupEngines-list-dpm */
const engineView = (vault: Vault, { name, agent, number }: RegisteredServer) => ({
  id: `${vault.id}/backupEngines/${name}`,
  name,
  type: 'Microsoft.RecoveryServices/vaults/backupEngines',
  properties: {
    friendlyName: name,
    backupManagementType: AGENTS[agent].managementType,
    registrationStatus: 'Registered',
    healthStatus: 'Healthy',
    backupEngineType: AGENTS[agent].engine,
    canReRegister: true,
    backupEngineId: number,
  },
})

const tag = 'Servers'

/** Data Protection Manager and Azure Backup Server: the inventory says which of them are registered with a vault. */
export const backupEngineRoutes = [
  route({
    operation: 'BackupEngines.List',
    method: 'GET',
    path: `${VAULT}/backupEngines`,
    tag,
    summary: 'List the backup management servers of a vault',
    description: 'A server registers with a vault by its seed: POST /_recoverite/inventory.',
    query: Type.Composite([FilterQuery, Type.Object({ $top: Type.Optional(Type.String()) })]),
    responses: { 200: { description: 'The servers: { value: [...] }' } },
    errors: ['ResourceNotFound', 'InvalidFilterInQueryString'],
    handle: (world, call) => {
      const vault = vaultOf(world, call)
      const filter = readFilter(call.query.$filter, ['backupManagementType', 'friendlyName', 'status'])
      const engines = backupEngines(world, vault).filter(
        ({ name, agent }) =>
          matches(filter, 'backupManagementType', AGENTS[agent].managementType) &&
          matches(filter, 'friendlyName', name) &&
          matches(filter, 'status', 'Registered'),
      )
      return list(engines.map((engine) => engineView(vault, engine)))
    },
  }),
  route({
    operation: 'BackupEngines.Get',
    method: 'GET',
    path: `${VAULT}/backupEngines/{backupEngineName}`,
    tag,
    summary: 'Get a backup management server of a vault',
    query: VersionQuery,
    responses: { 200: { description: 'The server' } },
    errors: ['ResourceNotFound', 'BMSUserErrorContainerObjectNotFound'],
    handle: (world, call) => {
      const vault = vaultOf(world, call)
      return ok(engineView(vault, getBackupEngine(world, vault, call.params.backupEngineName ?? '')))
    },
  }),
] as const

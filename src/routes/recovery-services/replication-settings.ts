import { type Static, Type } from '@sinclair/typebox'
import { type Call, ok, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

const SETTINGS = `${VAULT}/replicationVaultSettings/default`

const SettingsBody = Type.Object({
  properties: Type.Object({
    migrationSolutionId: Type.Optional(Type.String()),
    vmwareToAzureProviderType: Type.Optional(Type.String()),
  }),
})

const settingsView = (vault: Vault) => ({
  id: `${vault.id}/replicationVaultSettings/default`,
  name: 'default',
  type: 'Microsoft.RecoveryServices/vaults/replicationVaultSettings',
  properties: vault.replicationSettings ?? {},
})

function put(world: World, call: Call<Static<typeof SettingsBody>>): Reply {
  const vault = { ...vaultOf(world, call), replicationSettings: call.body.properties }
  world.vaults.put(vault)
  return ok(settingsView(vault))
}

const tag = 'Vault configuration'

/** Site Recovery's settings of a vault: Terraform reads them with every vault (client-terraform.md 4.2); nothing else of Site Recovery is here. */
export const replicationSettingsRoutes = [
  route({
    operation: 'ReplicationVaultSetting.Get',
    method: 'GET',
    path: SETTINGS,
    tag,
    summary: 'Get the settings of Site Recovery',
    query: VersionQuery,
    responses: { 200: { description: 'The settings' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => ok(settingsView(vaultOf(world, call))),
  }),
  route({
    operation: 'ReplicationVaultSetting.Create',
    method: 'PUT',
    path: SETTINGS,
    tag,
    summary: 'Set the settings of Site Recovery',
    query: VersionQuery,
    body: SettingsBody,
    example: { properties: { vmwareToAzureProviderType: 'Vmware' } },
    responses: { 200: { description: 'The settings' } },
    errors: ['ResourceNotFound', 'InvalidRequestContent'],
    handle: put,
  }),
] as const

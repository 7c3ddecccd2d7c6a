import { type Static, Type } from '@sinclair/typebox'
import { type Call, ok, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import type { Vault } from '../../domain/vaults/vault.js'
import { changeEncryptionConfig } from '../../domain/vaults/vault-encryption.js'
import { enforceSettings } from '../../domain/vaults/vault-security.js'
import type { World } from '../../domain/world.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

const CONFIG = `${VAULT}/backupEncryptionConfigs/backupResourceEncryptionConfig`

const ConfigBody = Type.Object({
  properties: Type.Object({
    encryptionAtRestType: Type.Optional(Type.String()),
    keyUri: Type.Optional(Type.String()),
    useSystemAssignedIdentity: Type.Optional(Type.Boolean()),
    userAssignedIdentity: Type.Optional(Type.String()),
    infrastructureEncryptionState: Type.Optional(Type.String()),
  }),
})

/** How the vault's data is encrypted: by Microsoft's keys, or by one of the customer's (wire-vm-more.md 2.3). */
function encryptionView({ id, settings: { encryption } }: Vault): Record<string, unknown> {
  const user = encryption?.userAssignedIdentity
  return {
    id: `${id}/backupEncryptionConfigs/backupResourceEncryptionConfig`,
    name: 'backupResourceEncryptionConfig',
    type: 'Microsoft.RecoveryServices/vaults/backupEncryptionConfigs',
    properties: {
      ...(user ? { userAssignedIdentity: user } : {}),
      useSystemAssignedIdentity: !user,
      encryptionAtRestType: encryption ? 'CustomerManaged' : 'MicrosoftManaged',
      ...(encryption ? { keyUri: encryption.keyUri, subscriptionId: '' } : {}),
      lastUpdateStatus: encryption ? 'Succeeded' : 'NotEnabled',
      infrastructureEncryptionState: encryption?.infrastructureEncryption ?? 'Disabled',
    },
  }
}

function put(world: World, call: Call<Static<typeof ConfigBody>>): Reply {
  const vault = vaultOf(world, call)
  const settings = changeEncryptionConfig(vault.settings, call.body.properties, vault.identity)
  enforceSettings(world, vault, settings, [])
  world.vaults.put({ ...vault, settings, changedAt: world.now })
  return { status: 200 }
}

const tag = 'Vault configuration'

/** How a vault is encrypted: another view of what the vault's own document says. */
export const vaultEncryptionRoutes = [
  route({
    operation: 'BackupResourceEncryptionConfigs.Get',
    method: 'GET',
    path: CONFIG,
    tag,
    summary: 'Get how the vault is encrypted',
    query: VersionQuery,
    responses: { 200: { description: 'The configuration' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => ok(encryptionView(vaultOf(world, call))),
  }),
  route({
    operation: 'BackupResourceEncryptionConfigs.Update',
    method: 'PUT',
    path: CONFIG,
    tag,
    summary: 'Encrypt the vault by a key of your own',
    query: VersionQuery,
    body: ConfigBody,
    example: { properties: { encryptionAtRestType: 'MicrosoftManaged' } },
    responses: { 200: { description: 'Done' } },
    errors: [
      'ResourceNotFound',
      'InvalidRequestContent',
      'InvalidParameter',
      'InvalidRestApiParameter',
      'UserErrorCMKKeyVaultAuthFailure',
    ],
    handle: put,
  }),
] as const

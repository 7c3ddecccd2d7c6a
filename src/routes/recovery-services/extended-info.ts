import { type Static, Type } from '@sinclair/typebox'
import { type Call, ok, type Reply, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { getExtendedInfo, patchExtendedInfo, putExtendedInfo } from '../../domain/vaults/extended-info.js'
import type { ExtendedInfo, Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

const INFO = `${VAULT}/extendedInformation/vaultExtendedInfo`

const InfoBody = Type.Object({
  properties: Type.Object({
    integrityKey: Type.Optional(Type.String()),
    encryptionKey: Type.Optional(Type.String()),
    encryptionKeyThumbprint: Type.Optional(Type.String()),
    algorithm: Type.Optional(Type.String()),
  }),
})
type InfoInput = Static<typeof InfoBody>

/** The id lacks a slash, and the etag is a bare GUID: as recorded (golden vaultExtendedInfo-put-200). */
const infoView = (vault: Vault, { etag, properties }: ExtendedInfo) => ({
  name: 'vaultExtendedInfo',
  etag,
  properties,
  id: `${vault.id}extendedInformation/vaultExtendedInfo`,
  type: 'Microsoft.RecoveryServices/vaults/extendedInformation',
})

const change =
  (run: (world: World, vault: Vault, properties: InfoInput['properties']) => ExtendedInfo) =>
  (world: World, call: Call<InfoInput>): Reply => {
    const vault = vaultOf(world, call)
    return ok(infoView(vault, run(world, vault, call.body.properties)))
  }

const tag = 'Vaults'
const example = { properties: { integrityKey: 'YW4gaW50ZWdyaXR5IGtleQ==', algorithm: 'None' } }
const responses = { 200: { description: 'The extended information' } }

/** The keys that agents of a vault share. */
export const extendedInfoRoutes = [
  route({
    operation: 'VaultExtendedInfoResources.VaultExtendedInfoGet',
    method: 'GET',
    path: INFO,
    tag,
    summary: 'Get the keys that agents of the vault share',
    query: VersionQuery,
    responses,
    errors: ['ResourceNotFound', 'ResourceExtendedInfoNotFound'],
    handle: (world, call) => {
      const vault = vaultOf(world, call)
      return ok(infoView(vault, getExtendedInfo(vault)))
    },
  }),
  route({
    operation: 'VaultExtendedInfoResources.VaultExtendedInfoCreateOrUpdate',
    method: 'PUT',
    path: INFO,
    tag,
    summary: 'Set them',
    query: VersionQuery,
    body: InfoBody,
    example,
    responses,
    errors: ['ResourceNotFound', 'InvalidRequestContent'],
    handle: change(putExtendedInfo),
  }),
  route({
    operation: 'VaultExtendedInfoResources.VaultExtendedInfoUpdate',
    method: 'PATCH',
    path: INFO,
    tag,
    summary: 'Change those that the body names',
    query: VersionQuery,
    body: InfoBody,
    example,
    responses,
    errors: ['ResourceNotFound', 'ResourceExtendedInfoNotFound', 'InvalidRequestContent'],
    handle: change(patchExtendedInfo),
  }),
] as const

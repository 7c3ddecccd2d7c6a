import { type Static, Type } from '@sinclair/typebox'
import { type Call, ok, type Reply } from '../../arm/route.js'
import { Tags } from '../../arm/shapes.js'
import { putClassicVault } from '../../domain/vaults/classic-vaults.js'
import type { Vault } from '../../domain/vaults/vault.js'
import { deleteVault } from '../../domain/vaults/vault-deletion.js'
import type { World } from '../../domain/world.js'
import { CLASSIC_VAULT } from '../scopes.js'
import { removeIfThere } from '../vault-removal.js'
import { classicRoute, classicVaultOf, Exact, GUID_PATTERN } from './classic-route.js'

const tag = 'Classic vaults'

const VaultBody = Type.Object({
  location: Type.Optional(Type.String()),
  tags: Type.Optional(Tags),
  properties: Type.Optional(Type.Object({ sku: Type.Optional(Type.Object({ name: Type.Optional(Type.String()) })) })),
})

const VaultView = Exact({
  location: Type.String(),
  name: Type.String(),
  etag: Type.String({ pattern: GUID_PATTERN }),
  tags: Tags,
  properties: Exact({ sku: Exact({ name: Type.String() }), provisioningState: Type.Literal('Succeeded') }),
  id: Type.String(),
  type: Type.String(),
})

/** A vault changes its etag with itself. */
const vaultView = (
  world: World,
  { key, location, name, tags = {}, sku, provisioning, id, type, changedAt }: Vault,
) => ({
  location,
  name,
  etag: world.chance.guidFor('etag', key, changedAt),
  tags,
  properties: { sku: { name: sku.name ?? 'standard' }, provisioningState: provisioning },
  id,
  type,
})

function put(world: World, call: Call<Static<typeof VaultBody>>): Reply {
  const { subscriptionId = '', resourceGroupName: resourceGroup = '', vaultName: name = '' } = call.params
  const { location, tags, properties } = call.body
  const { vault, created } = putClassicVault(
    world,
    { subscriptionId, resourceGroup, name },
    {
      ...(location === undefined ? {} : { location }),
      ...(tags ? { tags } : {}),
      ...(properties?.sku ? { sku: properties.sku } : {}),
    },
  )
  return { status: created ? 201 : 200, body: vaultView(world, vault) }
}

const remove = (world: World, call: Call): Reply =>
  removeIfThere(
    () => classicVaultOf(world, call),
    (vault) => {
      deleteVault(world, vault, { asynchronous: false, keepsDeleted: false })
      return { status: 200 }
    },
  )

/** The vaults of 2014 to 2016: `Microsoft.Backup/BackupVault`. Lists of them are ARM's own. */
export const classicVaultRoutes = [
  classicRoute({
    operation: 'ClassicVaults.CreateOrUpdate',
    of: 'vault',
    method: 'PUT',
    path: CLASSIC_VAULT,
    tag,
    summary: 'Create a backup vault, or replace what is said of it',
    body: VaultBody,
    example: { properties: { sku: { name: 'standard' } }, location: 'westeurope', tags: {} },
    responses: {
      200: { description: 'The vault was there', schema: VaultView },
      201: { description: 'The vault is new', schema: VaultView },
    },
    errors: [
      'InvalidResourceName',
      'LocationRequired',
      'LocationNotAvailableForResourceType',
      'InvalidResourceLocation',
      'ResourceGroupBeingDeleted',
      'UserErrorVaultQuotaReached',
    ],
    handle: put,
  }),
  classicRoute({
    operation: 'ClassicVaults.Get',
    of: 'vault',
    method: 'GET',
    path: CLASSIC_VAULT,
    tag,
    summary: 'Get a backup vault',
    responses: { 200: { description: 'The vault', schema: VaultView } },
    handle: (world, call) => ok(vaultView(world, classicVaultOf(world, call))),
  }),
  classicRoute({
    operation: 'ClassicVaults.Delete',
    of: 'vault',
    method: 'DELETE',
    path: CLASSIC_VAULT,
    tag,
    summary: 'Delete an empty backup vault',
    responses: { 200: { description: 'Deleted' }, 204: { description: 'There was none' } },
    errors: ['ServiceResourceNotEmptyWithContainerDetails'],
    handle: remove,
  }),
] as const

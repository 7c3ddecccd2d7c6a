import { type Static, Type } from '@sinclair/typebox'
import { type Call, list, ok, type Reply, route } from '../../arm/route.js'
import { Tags, VersionQuery } from '../../arm/shapes.js'
import { membersOf, withoutNulls } from '../../domain/documents.js'
import {
  ACCOUNT_TYPE,
  deleteShare,
  getAccount,
  getShare,
  keysOf,
  putShare,
  shareName,
  shareOf,
  sharesOf,
} from '../../domain/inventory/file-shares.js'
import type { Resource } from '../../domain/inventory/inventory.js'
import type { World } from '../../domain/world.js'
import { GROUP } from '../scopes.js'

const ACCOUNT = `${GROUP}/providers/${ACCOUNT_TYPE}/{accountName}`
const SERVICE = `${ACCOUNT}/fileServices/default`
const SHARES = `${SERVICE}/shares`
const SHARE = `${SHARES}/{shareName}`
const tag = 'File shares'

/** A share's document, as far as Recoverite looks into it; further properties are kept as they are. */
const ShareBody = Type.Object({
  properties: Type.Optional(
    Type.Object({
      shareQuota: Type.Optional(Type.Integer({ description: 'GB' })),
      accessTier: Type.Optional(Type.String()),
      enabledProtocols: Type.Optional(Type.Union([Type.Literal('SMB'), Type.Literal('NFS')])),
      metadata: Type.Optional(Tags),
    }),
  ),
})
type ShareInput = Static<typeof ShareBody>

const ExpandQuery = Type.Composite([
  VersionQuery,
  Type.Object({ $expand: Type.Optional(Type.String({ description: 'stats, for the bytes that are used' })) }),
])

/** @throws Refusal ResourceNotFound */
const accountAt = (world: World, { params }: Call): Resource =>
  getAccount(world, {
    subscriptionId: params.subscriptionId ?? '',
    resourceGroup: params.resourceGroupName ?? '',
    type: ACCOUNT_TYPE,
    name: params.accountName ?? '',
  })

const nameOf = (call: Call) => call.params.shareName ?? ''

function shareView(share: Resource, more: Record<string, unknown> = {}) {
  return {
    id: share.id,
    name: shareName(share),
    type: share.type,
    etag: `"0x${share.changedAt.toString(16).toUpperCase()}"`,
    properties: { ...membersOf(share.body.properties), ...more },
  }
}

function put(world: World, call: Call<ShareInput>): Reply {
  const properties = membersOf(withoutNulls(call.body.properties))
  const { share, created } = putShare(world, accountAt(world, call), nameOf(call), properties)
  return { status: created ? 201 : 200, body: shareView(share) }
}

function get(world: World, call: Call): Reply {
  const share = getShare(world, accountAt(world, call), nameOf(call))
  const stats = call.query.$expand?.toLowerCase() === 'stats'
  return ok(
    shareView(share, stats ? { shareUsageBytes: Math.round(shareOf(world, share).usedDataGB * 1024 ** 3) } : {}),
  )
}

function patch(world: World, call: Call<ShareInput>): Reply {
  const account = accountAt(world, call)
  getShare(world, account, nameOf(call))
  const properties = membersOf(withoutNulls(call.body.properties))
  return ok(shareView(putShare(world, account, nameOf(call), properties).share))
}

/** What the file service of each account is set to. */
function service(world: World, call: Call): Reply {
  const account = accountAt(world, call)
  return ok({
    sku: account.body.sku,
    id: `${account.id}/fileServices/default`,
    name: 'default',
    type: `${ACCOUNT_TYPE}/fileServices`,
    properties: {
      protocolSettings: { smb: {} },
      cors: { corsRules: [] },
      shareDeleteRetentionPolicy: { enabled: false },
    },
  })
}

const keyView = ({ name, value }: { name: string; value: string }) => ({ keyName: name, value, permissions: 'FULL' })

const one = { 200: { description: 'The share' } }
const missing = ['ResourceNotFound', 'ShareNotFound'] as const

/** File shares of storage accounts, and the accounts' keys. Everything is done at once. */
export const fileShareRoutes = [
  route({
    operation: 'StorageAccounts.ListKeys',
    method: 'POST',
    path: `${ACCOUNT}/listKeys`,
    tag,
    summary: 'List the keys of a storage account; nothing opens with them',
    query: VersionQuery,
    readOnly: true,
    responses: { 200: { description: 'The keys' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => ok({ keys: keysOf(accountAt(world, call)).map(keyView) }),
  }),
  route({
    operation: 'FileServices.GetServiceProperties',
    method: 'GET',
    path: SERVICE,
    tag,
    summary: 'Get the settings of the file service of a storage account',
    query: VersionQuery,
    responses: { 200: { description: 'The settings' } },
    errors: ['ResourceNotFound'],
    handle: service,
  }),
  route({
    operation: 'FileShares.List',
    method: 'GET',
    path: SHARES,
    tag,
    summary: 'List the file shares of a storage account',
    query: VersionQuery,
    responses: { 200: { description: 'The shares: { value: [...] }' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => list(sharesOf(world, accountAt(world, call)).map((share) => shareView(share))),
  }),
  route({
    operation: 'FileShares.Create',
    method: 'PUT',
    path: SHARE,
    tag,
    summary: 'Create a file share, or change one',
    query: VersionQuery,
    body: ShareBody,
    example: { properties: { shareQuota: 100 } },
    responses: { 200: { description: 'The share was there' }, 201: { description: 'The share is new' } },
    errors: ['ResourceNotFound', 'InvalidResourceName', 'InvalidParameter', 'InvalidRequestContent'],
    handle: put,
  }),
  route({
    operation: 'FileShares.Get',
    method: 'GET',
    path: SHARE,
    tag,
    summary: 'Get a file share',
    query: ExpandQuery,
    responses: one,
    errors: missing,
    handle: get,
  }),
  route({
    operation: 'FileShares.Update',
    method: 'PATCH',
    path: SHARE,
    tag,
    summary: 'Change what the body names of a file share',
    query: VersionQuery,
    body: ShareBody,
    example: { properties: { shareQuota: 200 } },
    responses: one,
    errors: [...missing, 'InvalidParameter', 'InvalidRequestContent'],
    handle: patch,
  }),
  route({
    operation: 'FileShares.Delete',
    method: 'DELETE',
    path: SHARE,
    tag,
    summary: 'Delete a file share',
    description: 'A protected one too: its snapshots go with it, and its backups fail from then on.',
    query: VersionQuery,
    responses: { 200: { description: 'Deleted' }, 204: { description: 'There was none' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => ({ status: deleteShare(world, accountAt(world, call), nameOf(call)) ? 200 : 204 }),
  }),
] as const

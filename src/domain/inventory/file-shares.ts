import { base64 } from '../base64.js'
import { digestOf } from '../chance.js'
import { membersOf } from '../documents.js'
import { Refusal } from '../errors.js'
import { keyOf, type ResourceId, resourceId, same } from '../names.js'
import type { World } from '../world.js'
import { type EffectiveConditions, effectiveConditions } from './conditions.js'
import { getResource, putResource, type Resource, resourceNotFound } from './inventory.js'

export const ACCOUNT_TYPE = 'Microsoft.Storage/storageAccounts'
export const CLASSIC_ACCOUNT_TYPE = 'Microsoft.ClassicStorage/storageAccounts'
const ACCOUNT_TYPES = [ACCOUNT_TYPE, CLASSIC_ACCOUNT_TYPE].map(keyOf)

export const isStorageAccount = ({ type }: Pick<ResourceId, 'type'>) => ACCOUNT_TYPES.includes(type.toLowerCase())

/** File shares are in these accounts (azure-file-share-support-matrix.md); one without a kind is a classic one. */
const KINDS = ['StorageV2', 'Storage', 'FileStorage']
export const canHoldShares = (account: Resource) => KINDS.includes(String(account.body.kind ?? 'Storage'))

/** GB: what a share is given where nobody says (the service's default), and the most (documentation of large shares). */
export const SHARE_QUOTA_GB = { default: 5120, least: 1, most: 102_400 }

/** 3 to 63 lower-case letters, digits and single hyphens (Azure's naming rules). */
const SHARE_NAME = /^(?!.*--)[a-z0-9][-a-z0-9]{1,61}[a-z0-9]$/
export const SHARE_NAME_RULE = '3 to 63 lower-case letters, digits and single hyphens between them'
export const isShareName = (name: string) => SHARE_NAME.test(name)

/** What Backup looks at when it looks at a file share. */
export interface FileShare {
  resource: Resource
  name: string
  quotaGB: number
  /** Backup knows no other than SMB (azure-file-share-support-matrix.md). */
  protocol: 'SMB' | 'NFS'
  usedDataGB: number
  dailyChurnGB: number
  files: number
  conditions: EffectiveConditions
}

/** Without figures a share is empty, with data it changes as much of it a day as a machine does (design.md 5). */
const CHURN_SHARE = 0.03

const shareId = (account: ResourceId, name: string): ResourceId => ({
  subscriptionId: account.subscriptionId,
  resourceGroup: account.resourceGroup,
  type: `${account.type}/fileServices/shares`,
  name: `${account.name}/default/${name}`,
})

/** The key of a share's resource, whether or not it is there. */
export const shareKey = (account: ResourceId, name: string) => keyOf(resourceId(shareId(account, name)))

/** The last part of `account/default/share`. */
export const shareName = ({ name }: Pick<Resource, 'name'>) => name.slice(name.lastIndexOf('/') + 1)

/** @throws Refusal ResourceNotFound */
export function getAccount(world: World, id: ResourceId): Resource {
  const account = getResource(world, id)
  if (isStorageAccount(account)) return account
  throw resourceNotFound(id)
}

/** The shares of an account, by name. */
export const sharesOf = (world: World, account: Resource): Resource[] =>
  world.resources.partsOf(account.key).filter(({ type }) => same(type, `${account.type}/fileServices/shares`))

/** A share as Backup sees it, by the key of its resource; undefined once it is gone. */
export function findShare(world: World, key: string): FileShare | undefined {
  const resource = world.resources.get(key)
  return resource && shareOf(world, resource)
}

/** A share's resource as Backup sees it. */
export function shareOf(world: World, resource: Resource): FileShare {
  const conditions = effectiveConditions(resource, world.resources.conditions(resource.key))
  const { shareQuota, enabledProtocols } = membersOf(resource.body.properties)
  const usedDataGB = conditions.usedDataGB ?? 0
  return {
    resource,
    name: shareName(resource),
    quotaGB: typeof shareQuota === 'number' ? shareQuota : SHARE_QUOTA_GB.default,
    protocol: enabledProtocols === 'NFS' ? 'NFS' : 'SMB',
    usedDataGB,
    dailyChurnGB: conditions.dailyChurnGB ?? usedDataGB * CHURN_SHARE,
    files: conditions.files ?? (usedDataGB > 0 ? 1 : 0),
    conditions,
  }
}

/** @throws Refusal ShareNotFound */
export function getShare(world: World, account: Resource, name: string): Resource {
  const share = world.resources.get(shareKey(account, name))
  if (share) return share
  throw new Refusal(
    'ShareNotFound',
    `The specified share '${name}' does not exist in storage account '${account.name}'.`,
  )
}

/**
 * Creates a share, or changes what the properties name of one that is there.
 * @param properties `shareQuota` in GB, `accessTier`, `enabledProtocols`, `metadata`
 * @returns the share, and whether it is new
 * @throws Refusal InvalidResourceName, InvalidParameter
 */
export function putShare(
  world: World,
  account: Resource,
  name: string,
  properties: Record<string, unknown>,
): { share: Resource; created: boolean } {
  if (!isShareName(name)) {
    throw new Refusal('InvalidResourceName', `'${name}' is not a valid name for a file share: use ${SHARE_NAME_RULE}.`)
  }
  const { shareQuota } = properties
  const { least, most } = SHARE_QUOTA_GB
  if (typeof shareQuota === 'number' && (shareQuota < least || shareQuota > most)) {
    throw new Refusal('InvalidParameter', `shareQuota is ${shareQuota}: give a number of GB from ${least} to ${most}.`)
  }
  const id = shareId(account, name)
  const before = membersOf(world.resources.get(keyOf(resourceId(id)))?.body.properties)
  const body = {
    properties: {
      accessTier: 'TransactionOptimized',
      enabledProtocols: 'SMB',
      shareQuota: SHARE_QUOTA_GB.default,
      leaseState: 'available',
      leaseStatus: 'unlocked',
      ...before,
      ...properties,
      lastModifiedTime: new Date(world.now).toISOString(),
    },
  }
  const { resource, created } = putResource(world, id, { location: account.location, body })
  return { share: resource, created }
}

/** Takes a share out of the inventory, and its snapshots with it. @returns whether there was one */
export function deleteShare(world: World, account: Resource, name: string): boolean {
  const key = keyOf(resourceId(shareId(account, name)))
  if (!world.resources.get(key)) return false
  world.resources.delete(key)
  return true
}

/** An account's two keys: in the form of real ones, always the same, and nothing opens with them. */
export const keysOf = (account: Resource) =>
  ['key1', 'key2'].map((name) => ({ name, value: base64(digestOf(`${account.key}/${name}`)) }))

import { membersOf } from '../documents.js'
import { readResourceId, same } from '../names.js'
import type { World } from '../world.js'
import { readConditions } from './conditions.js'
import {
  ACCOUNT_TYPE,
  CLASSIC_ACCOUNT_TYPE,
  isShareName,
  putShare,
  SHARE_NAME_RULE,
  SHARE_QUOTA_GB,
} from './file-shares.js'
import { getResource, type Resource } from './inventory.js'
import { checkOneOf, checkWhole, type Kind, putSeed, refuse, type Seed, skuOf } from './seeds.js'

/** A file share of a seeded account; without figures it is empty. */
export interface ShareSeed {
  name: string
  quotaGB?: number
  usedDataGB?: number
  dailyChurnGB?: number
  files?: number
  conditions?: Record<string, unknown>
}

export interface StorageAccountSeed extends Seed {
  kind?: string
  sku?: string
  /** Makes it a classic account. */
  classic?: boolean
  fileShares?: ShareSeed[]
}

export const STORAGE_SKUS = [
  'Standard_LRS',
  'Standard_GRS',
  'Standard_RAGRS',
  'Standard_ZRS',
  'Standard_GZRS',
  'Standard_RAGZRS',
  'Premium_LRS',
  'Premium_ZRS',
] as const
export const STORAGE_KINDS = ['StorageV2', 'Storage', 'BlobStorage', 'BlockBlobStorage', 'FileStorage'] as const

const NAME = { name: /^[a-z0-9]{3,24}$/, rule: '3 to 24 lower-case letters and digits' }
const STORAGE_ACCOUNT: Kind = { type: ACCOUNT_TYPE, ...NAME }
const CLASSIC_ACCOUNT: Kind = { type: CLASSIC_ACCOUNT_TYPE, ...NAME }

/**
 * Puts a storage account with its file shares into the inventory, with the endpoints of the public cloud. Answers the
 * account's id. Shares that it has already and that the seed doesn't name stay.
 * @throws Refusal as every seed
 */
export function seedStorageAccount(world: World, { fileShares = [], classic, ...seed }: StorageAccountSeed): string {
  checkOneOf('kind', seed.kind, STORAGE_KINDS)
  checkOneOf('sku', seed.sku, STORAGE_SKUS)
  const isClassic = classic ?? same(readResourceId(seed.id ?? '')?.type ?? '', CLASSIC_ACCOUNT_TYPE)
  const id = putSeed(world, isClassic ? CLASSIC_ACCOUNT : STORAGE_ACCOUNT, seed, (name, before) => ({
    ...before,
    ...(isClassic ? {} : { kind: seed.kind ?? before.kind ?? 'StorageV2' }),
    ...(isClassic ? {} : { sku: { ...skuOf('Standard_LRS'), ...membersOf(before.sku), ...skuOf(seed.sku) } }),
    properties: {
      provisioningState: 'Succeeded',
      primaryEndpoints: Object.fromEntries(
        ['blob', 'dfs', 'file', 'queue', 'table'].map((service) => [
          service,
          `https://${name}.${service}.core.windows.net/`,
        ]),
      ),
      ...membersOf(before.properties),
    },
  }))
  const read = readResourceId(id)
  if (read && fileShares.length > 0) seedShares(world, getResource(world, read), fileShares)
  return id
}

function seedShares(world: World, account: Resource, seeds: readonly ShareSeed[]): void {
  const seen = new Set<string>()
  for (const { name, quotaGB, conditions = {}, ...figures } of seeds) {
    if (!isShareName(name)) throw refuse(`fileShares has '${name}': a file share takes ${SHARE_NAME_RULE}.`)
    if (seen.has(name)) throw refuse(`the file share '${name}' is there twice.`)
    seen.add(name)
    checkWhole(`quotaGB of '${name}'`, quotaGB, SHARE_QUOTA_GB.least, SHARE_QUOTA_GB.most)
    const { share } = putShare(world, account, name, quotaGB === undefined ? {} : { shareQuota: quotaGB })
    const before = world.resources.conditions(share.key)
    world.resources.setConditions(share.key, readConditions({ ...figures, ...conditions }, before))
  }
}

import { Refusal } from '../errors.js'
import { same } from '../names.js'
import { locationOf, regionOf } from '../regions.js'
import { SUB_RESOURCES, type SubResource } from './private-endpoints.js'
import { oneOf } from './setting-values.js'
import type { Vault } from './vault.js'
import { checkVaultType } from './vault-names.js'

/** The zones in which a private endpoint's names have to be found (published examples of capabilities and links). */
const STORAGE_ZONES = ['privatelink.queue.core.windows.net', 'privatelink.blob.core.windows.net']
const backupZones = (code: string) => [`privatelink.${code}.backup.windowsazure.com`, ...STORAGE_ZONES]
const SITE_RECOVERY_ZONES = ['privatelink.siterecovery.windowsazure.com']

/**
 * The zones of a part of a vault in a region; the secondary one lies in the region's pair.
 * @throws Refusal LocationNotAvailableForResourceType
 */
export function zonesOf(subResource: SubResource, location: string): string[] {
  const region = regionOf(locationOf(location))
  if (subResource === 'AzureSiteRecovery') return SITE_RECOVERY_ZONES
  const pair = region?.paired === undefined ? undefined : regionOf(region.paired)
  const where = subResource === 'AzureBackup_secondary' ? (pair ?? region) : region
  return backupZones(where?.code ?? '')
}

/** What a private endpoint of a vault leads to. */
export interface PrivateLink {
  name: string
  groupId: SubResource
  members: readonly string[]
}

const LINKS: readonly PrivateLink[] = [
  {
    name: 'backupResource',
    groupId: 'AzureBackup',
    members: ['fab1', 'rec2', 'prot1', 'ecs1', 'tel1', 'wbcm1', 'fc1', 'id1'].map((part) => `backup-${part}`),
  },
  {
    name: 'siteRecoveryResource',
    groupId: 'AzureSiteRecovery',
    members: ['rcm1', 'prot2', 'tel1', 'srs1', 'prot2b', 'id1'].map((part) => `siteRecovery-${part}`),
  },
]

export const listPrivateLinks = (): readonly PrivateLink[] => LINKS

/** @throws Refusal ResourceNotFound */
export function getPrivateLink(vault: Vault, name: string): PrivateLink {
  const link = LINKS.find((row) => same(row.name, name))
  if (link) return link
  throw new Refusal(
    'ResourceNotFound',
    `The vault '${vault.name}' has no private link resource '${name}', only ${LINKS.map((row) => row.name).join(', ')}.`,
  )
}

/**
 * What a region's vaults need of a network: the zones of each part that was asked for.
 * @throws Refusal InvalidParameter, LocationNotAvailableForResourceType
 */
export function dnsZones(
  location: string,
  type: string,
  asked: readonly { subResource?: string }[],
): { subResource: SubResource; requiredZoneNames: string[] }[] {
  checkVaultType(type)
  locationOf(location)
  return asked.map(({ subResource: name }) => {
    const subResource = oneOf(name ?? '', SUB_RESOURCES, 'subResource') ?? 'AzureBackup'
    return { subResource, requiredZoneNames: zonesOf(subResource, location) }
  })
}

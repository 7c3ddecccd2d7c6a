import { dotNetTime } from '../../arm/times.js'
import type { Resource } from '../../domain/inventory/inventory.js'
import type { ListedResource } from '../../domain/inventory/resources.js'

/** A resource as the wire has it: what every one has first, then what was sent and what the service added, `properties` last. */
export function resourceView({ id, name, type, location, tags, body }: Resource): Record<string, unknown> {
  const { properties = {}, ...members } = body
  return { id, name, type, location, ...(tags ? { tags } : {}), ...members, properties }
}

/** What `$expand` can add to the rows of ARM's list. */
export const EXPANDABLE = ['createdTime', 'changedTime', 'provisioningState']

/**
 * A row of ARM's list of everything: no `properties`, times and state where they were asked for.
 * @param expand names of `EXPANDABLE` in lower case
 */
export function listedView(resource: ListedResource, expand: readonly string[]): Record<string, unknown> {
  const { id, name, type, location, tags, members, createdAt, changedAt, provisioningState } = resource
  const { kind, sku, managedBy, identity, zones, plan } = members
  return {
    id,
    name,
    type,
    ...(kind ? { kind } : {}),
    ...(sku ? { sku } : {}),
    ...(managedBy ? { managedBy } : {}),
    location,
    ...(identity ? { identity } : {}),
    ...(zones ? { zones } : {}),
    ...(plan ? { plan } : {}),
    ...(tags ? { tags } : {}),
    ...(createdAt !== undefined && expand.includes('createdtime') ? { createdTime: dotNetTime(createdAt) } : {}),
    ...(expand.includes('changedtime') ? { changedTime: dotNetTime(changedAt) } : {}),
    ...(expand.includes('provisioningstate') ? { provisioningState } : {}),
  }
}

import { list, ok, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { getPrivateLink, listPrivateLinks, type PrivateLink, zonesOf } from '../../domain/vaults/private-links.js'
import type { Vault } from '../../domain/vaults/vault.js'
import { VAULT } from '../scopes.js'
import { vaultOf } from './vaults.js'

const linkView = (vault: Vault, { name, groupId, members }: PrivateLink) => ({
  id: `${vault.id}/privateLinkResources/${name}`,
  name,
  type: 'Microsoft.RecoveryServices/vaults/privateLinkResources',
  properties: { groupId, requiredMembers: members, requiredZoneNames: zonesOf(groupId, vault.location) },
})

const tag = 'Private endpoints'

/** What private endpoints of a vault lead to. */
export const privateLinkRoutes = [
  route({
    operation: 'PrivateLinkResourceOperationGroup.PrivateLinkResourcesList',
    method: 'GET',
    path: `${VAULT}/privateLinkResources`,
    tag,
    summary: 'List what private endpoints of a vault lead to',
    query: VersionQuery,
    responses: { 200: { description: 'The private link resources: { value: [...] }' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => {
      const vault = vaultOf(world, call)
      return list(listPrivateLinks().map((link) => linkView(vault, link)))
    },
  }),
  route({
    operation: 'PrivateLinkResourceOperationGroup.PrivateLinkResourcesGet',
    method: 'GET',
    path: `${VAULT}/privateLinkResources/{privateLinkResourceName}`,
    tag,
    summary: 'Get one of them',
    query: VersionQuery,
    responses: { 200: { description: 'The private link resource' } },
    errors: ['ResourceNotFound'],
    handle: (world, call) => {
      const vault = vaultOf(world, call)
      return ok(linkView(vault, getPrivateLink(vault, call.params.privateLinkResourceName ?? '')))
    },
  }),
] as const

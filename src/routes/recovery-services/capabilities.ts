import { Type } from '@sinclair/typebox'
import { ok, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { dnsZones } from '../../domain/vaults/private-links.js'
import { vaultNameAvailability } from '../../domain/vaults/vault-names.js'
import { GROUP, RECOVERY_SERVICES_LOCATION as LOCATION } from '../scopes.js'

const CapabilitiesBody = Type.Object({
  type: Type.String(),
  properties: Type.Optional(
    Type.Object({
      dnsZones: Type.Optional(Type.Array(Type.Object({ subResource: Type.Optional(Type.String()) }))),
    }),
  ),
})

const NameBody = Type.Object({ name: Type.String(), type: Type.String() })

const tag = 'Regions'
const TYPE = 'Microsoft.RecoveryServices/Vaults'

/** What a region says before there is a vault in it. */
export const capabilityRoutes = [
  route({
    operation: 'Openapis.RecoveryServicesCapabilities',
    method: 'POST',
    path: `${LOCATION}/capabilities`,
    tag,
    summary: 'What vaults of a region need of a network',
    query: VersionQuery,
    body: CapabilitiesBody,
    example: { type: TYPE, properties: { dnsZones: [{ subResource: 'AzureBackup' }] } },
    readOnly: true,
    responses: { 200: { description: 'The zones of each part of a vault that was asked for' } },
    errors: ['InvalidRequestContent', 'InvalidParameter', 'LocationNotAvailableForResourceType'],
    handle: (_world, { params, body: { type, properties } }) => {
      const zones = dnsZones(params.locationName ?? '', type, properties?.dnsZones ?? [])
      return ok({ type, ...(properties ? { properties: { dnsZones: zones } } : {}) })
    },
  }),
  route({
    operation: 'Openapis.RecoveryServicesCheckNameAvailability',
    method: 'POST',
    path: `${GROUP}/providers/Microsoft.RecoveryServices/locations/{locationName}/checkNameAvailability`,
    tag,
    summary: 'Ask whether a name is free for a vault',
    query: VersionQuery,
    body: NameBody,
    example: { name: 'another-vault', type: TYPE },
    readOnly: true,
    responses: { 200: { description: 'Whether it is, and why not' } },
    errors: ['InvalidRequestContent', 'InvalidParameter', 'LocationNotAvailableForResourceType'],
    handle: (world, { params, body }) =>
      ok(
        vaultNameAvailability(world, {
          subscriptionId: params.subscriptionId ?? '',
          resourceGroup: params.resourceGroupName ?? '',
          location: params.locationName ?? '',
          ...body,
        }),
      ),
  }),
] as const

import { Type } from '@sinclair/typebox'
import { ok, route } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { diskFeature } from '../../domain/protection/disk-features.js'
import { BACKUP_VAULT_TYPE } from '../../domain/vaults/vault.js'
import { vaultNameAvailability } from '../../domain/vaults/vault-names.js'
import { DATA_PROTECTION_LOCATION, DATA_PROTECTION_LOCATION_OF_GROUP } from '../scopes.js'

const NameBody = Type.Object({ name: Type.String(), type: Type.String() })
const FeatureBody = Type.Object({
  objectType: Type.Literal('FeatureValidationRequest'),
  featureType: Type.String(),
  featureName: Type.String(),
})

const tag = 'Regions of Backup vaults'

/** What a region says before there is a Backup vault in it. */
export const backupRegionRoutes = [
  route({
    operation: 'Dataprotections.BackupVaultsCheckNameAvailability',
    method: 'POST',
    path: `${DATA_PROTECTION_LOCATION_OF_GROUP}/checkNameAvailability`,
    tag,
    summary: 'Ask whether a name is free for a Backup vault',
    query: VersionQuery,
    body: NameBody,
    example: { name: 'another-vault', type: 'Microsoft.DataProtection/BackupVaults' },
    readOnly: true,
    responses: { 200: { description: 'Whether it is, and why not' } },
    errors: ['InvalidRequestContent', 'InvalidParameter', 'LocationNotAvailableForResourceType'],
    handle: (world, { params, body }) => {
      const { subscriptionId = '', resourceGroupName: resourceGroup = '', locationName: location = '' } = params
      const asked = { subscriptionId, resourceGroup, location, ...body }
      return ok(vaultNameAvailability(world, asked, BACKUP_VAULT_TYPE))
    },
  }),
  route({
    operation: 'Dataprotections.DataProtectionCheckFeatureSupport',
    method: 'POST',
    path: `${DATA_PROTECTION_LOCATION}/checkFeatureSupport`,
    tag,
    summary: 'Ask whether a kind of data source can be backed up in a region',
    query: VersionQuery,
    body: FeatureBody,
    example: {
      objectType: 'FeatureValidationRequest',
      featureType: 'DataSourceType',
      featureName: 'Microsoft.Compute/disks',
    },
    readOnly: true,
    responses: { 200: { description: 'The feature, and how far it is there' } },
    errors: ['InvalidRequestContent', 'InvalidParameter', 'LocationNotAvailableForResourceType'],
    handle: (_world, { params, body }) => {
      const feature = diskFeature(params.locationName ?? '', body.featureType, body.featureName)
      return ok({ objectType: 'FeatureValidationResponse', ...feature })
    },
  }),
] as const

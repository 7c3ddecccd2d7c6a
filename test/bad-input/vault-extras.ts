import { groupPath } from '../support/story.js'
import { changed } from './derived.js'
import type { Family, Row, Wrongs } from './rows.js'
import type { Stage } from './stage.js'

const nowhere: Row = ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound']
const ofRegion = 'it is asked of a region, whatever vaults there are'
const atlantis: Row = [
  'a region that there is not',
  { params: { locationName: 'atlantis' } },
  'LocationNotAvailableForResourceType',
]

const keys: Wrongs = {
  otherVault: [nowhere],
  state: 'its servers share their keys whatever else the vault does',
  body: { properties: { integrityKey: 'a key', encryptionKey: 'another', algorithm: 'None' } },
}

/** What regions say, servers of a vault, its private endpoints, its encryption, and vaults that were deleted. */
export const vaultExtrasRows = (_stage: Stage): Family => ({
  'Openapis.RecoveryServicesCapabilities': {
    otherVault: ofRegion,
    state: ofRegion,
    more: [
      atlantis,
      ['capabilities of another type', { body: { type: 'Microsoft.Compute/disks' } }, 'InvalidParameter'],
    ],
  },
  'Openapis.RecoveryServicesCheckNameAvailability': {
    otherVault: ofRegion,
    state: ofRegion,
    more: [
      atlantis,
      ['a name of another type', { body: { name: 'one', type: 'Microsoft.Compute/disks' } }, 'InvalidParameter'],
    ],
  },
  'DeletedVaults.Undelete': {
    body: { properties: { recoveryResourceGroupId: groupPath('demo') } },
    otherVault: [
      ['a deleted vault that there is not', { params: { deletedVaultName: 'demo_none' } }, 'ResourceNotFound'],
      [
        'a group of another subscription',
        {
          body: {
            properties: { recoveryResourceGroupId: groupPath('demo').replace('000000000001/', '000000000002/') },
          },
        },
        'InvalidParameter',
      ],
    ],
    state: [['its name is taken again', {}, 'ResourceAlreadyExists']],
    more: [atlantis],
  },
  'VaultExtendedInfoResources.VaultExtendedInfoCreateOrUpdate': keys,
  'VaultExtendedInfoResources.VaultExtendedInfoUpdate': {
    ...keys,
    state: [['a vault that has none yet', {}, 'ResourceExtendedInfoNotFound']],
  },
  'Vaults.VaultCertificatesCreate': {
    otherVault: [nowhere],
    state: 'a server can be given credentials at any time',
    more: [
      [
        'a certificate that is none',
        { body: { properties: { authType: 'AAD', certificate: 'bm90IGEgY2VydGlmaWNhdGU=' } } },
        'UserErrorInvalidCertificate',
      ],
    ],
  },
  'Vaults.RegisteredIdentitiesDelete': {
    state: 'no data of a server is kept here that could hold it',
  },
  'ReplicationVaultSetting.Create': {
    otherVault: [nowhere],
    state: 'settings can be changed at any time',
  },
  'PrivateEndpointConnectionResources.PrivateEndpointConnectionPut': {
    state: [['a vault that holds items', {}, 'UserErrorPrivateEndpointVaultNotEmpty']],
    more: [
      [
        'an endpoint that is none',
        {
          params: { vaultName: 'gone-vault' },
          body: { properties: { privateEndpoint: { id: '/subscriptions/mine' }, groupIds: ['AzureBackup'] } },
        },
        'InvalidParameter',
      ],
    ],
  },
  'PrivateEndpointConnectionResources.PrivateEndpointConnectionDelete': {
    state: [['a connection that there is not', {}, 'nothing']],
  },
  'BackupResourceEncryptionConfigs.Update': {
    body: {
      properties: {
        encryptionAtRestType: 'CustomerManaged',
        keyUri: 'https://demo.vault.azure.net/keys/one/1',
        useSystemAssignedIdentity: true,
        infrastructureEncryptionState: 'Disabled',
      },
    },
    otherVault: [nowhere],
    state: [['a vault without an identity that could read the key', {}, 'UserErrorCMKKeyVaultAuthFailure']],
    more: [
      [
        'encryption of a kind that there is not',
        { body: changed({}, 'properties.encryptionAtRestType', 'Scrambled') },
        'InvalidParameter',
      ],
    ],
  },
})

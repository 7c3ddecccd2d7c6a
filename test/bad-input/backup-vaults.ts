import { type Members, members } from '../support/seen.js'
import { setDiskStage } from './disk-stage.js'
import type { Family, Row } from './rows.js'
import type { Stage } from './stage.js'

const NO_VAULT: Row = ['a vault that there is not', { params: { backupVaultName: 'no-vault' } }, 'ResourceNotFound']
const LOCKED = 'UserErrorResourceGuardOperationRequestNotProvided'
const INVALID = 'BMSUserErrorInvalidInput'
const STORAGE = [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }]

/** Everything that a Backup vault's document can say, as it is for a vault that nobody has changed. */
const EVERYTHING = {
  tags: { team: 'blue' },
  identity: { type: 'SystemAssigned' },
  properties: {
    securitySettings: {
      softDeleteSettings: { state: 'On', retentionDurationInDays: 14 },
      immutabilitySettings: { state: 'Disabled' },
      encryptionSettings: {
        state: 'Enabled',
        keyVaultProperties: { keyUri: 'https://demo.vault.azure.net/keys/one/1' },
        kekIdentity: { identityType: 'SystemAssigned' },
        infrastructureEncryption: 'Disabled',
      },
    },
    featureSettings: {
      crossRegionRestoreSettings: { state: 'Disabled' },
      crossSubscriptionRestoreSettings: { state: 'Enabled' },
    },
    monitoringSettings: { azureMonitorAlertSettings: { alertsForAllJobFailures: 'Enabled' } },
  },
}

const softDelete = (state: string, retentionDurationInDays?: number) => ({
  securitySettings: { softDeleteSettings: { state, retentionDurationInDays } },
})
const encryption = (encryptionSettings: Members) => ({ securitySettings: { encryptionSettings } })
const features = (name: string, state: string) => ({ featureSettings: { [`${name}RestoreSettings`]: { state } } })

/** What a vault's document refuses in its properties, as a PUT or a PATCH. */
const settings = (body: (properties: Members) => unknown): Row[] => [
  ['soft delete for 13 days', { body: body(softDelete('On', 13)) }, 'InvalidParameter'],
  ['soft delete for 181 days', { body: body(softDelete('On', 181)) }, 'InvalidParameter'],
  ['soft delete for half a day more', { body: body(softDelete('On', 14.5)) }, 'InvalidParameter'],
  ['soft delete that is half on', { body: body(softDelete('HalfOn')) }, 'InvalidParameter'],
  [
    'a state of immutability that there is not',
    { body: body({ securitySettings: { immutabilitySettings: { state: 'Frozen' } } }) },
    'InvalidParameter',
  ],
  ['a state of cross-region restore', { body: body(features('crossRegion', 'Sometimes')) }, 'InvalidParameter'],
  ['a state of restores elsewhere', { body: body(features('crossSubscription', 'Never')) }, 'InvalidParameter'],
  ['cross-region restore without a pair', { body: body(features('crossRegion', 'Enabled')) }, 'InvalidParameter'],
  ['encryption without a key', { body: body(encryption({ state: 'Enabled' })) }, 'InvalidRestApiParameter'],
  [
    'a key without an identity to read it',
    {
      body: body(
        encryption({ state: 'Enabled', keyVaultProperties: { keyUri: 'https://demo.vault.azure.net/keys/one' } }),
      ),
    },
    'InvalidRestApiParameter',
  ],
  [
    'a key that an identity of others reads',
    {
      body: body(
        encryption({
          state: 'Enabled',
          keyVaultProperties: { keyUri: 'https://demo.vault.azure.net/keys/one' },
          kekIdentity: { identityType: 'UserAssigned', identityId: '/subscriptions/none' },
        }),
      ),
    },
    'UserErrorCMKKeyVaultAuthFailure',
  ],
  ['an identity of no kind', { body: { ...members(body({})), identity: { type: 'Stolen' } } }, 'InvalidParameter'],
]

const put = (properties: Members, changes: Members = {}) => ({
  body: { location: 'westeurope', properties: { storageSettings: STORAGE, ...properties }, ...changes },
})
const stored = (storageSettings: unknown) => put({ storageSettings })

/** Backup vaults and the guards that they are attached to. */
export const backupVaultRows = async (stage: Stage): Promise<Family> => {
  const { story, instance } = await setDiskStage(stage)
  const { guard, spareGuard, other } = stage
  const guarded = instance.vault.replace(/[^/]*$/, 'guarded-backup-vault')
  const made = await story.call('PUT', guarded, put({}).body)
  await story.succeeded(made)
  const proxyPath = `${guarded}/backupResourceGuardProxies/DppResourceGuardProxy`
  await story.call('PUT', proxyPath, { properties: { resourceGuardResourceId: guard } })
  const GUARDED = { backupVaultName: 'guarded-backup-vault' }
  const proxy = (resourceGuardResourceId: string) => ({ body: { properties: { resourceGuardResourceId } } })
  const unguarded: Row = [
    'a vault that has no guard',
    { params: { backupVaultName: 'other-backup-vault' } },
    'BMSUserErrorResourceGuardProxyNotFound',
  ]
  return {
    'BackupVaultResources.BackupVaultsCreateOrUpdate': {
      body: {
        location: 'westeurope',
        ...EVERYTHING,
        properties: { storageSettings: STORAGE, ...EVERYTHING.properties },
      },
      otherVault: 'a vault names no other vault',
      missing: [
        ['no location', { body: { properties: { storageSettings: STORAGE } } }, 'LocationRequired'],
        ['no storage', { params: { backupVaultName: 'new-vault' }, body: { location: 'westeurope' } }, INVALID],
        ['a list of no storage', stored([]), INVALID],
        ['storage without a store', stored([{ type: 'LocallyRedundant' }]), INVALID],
        ['storage without redundancy', stored([{ datastoreType: 'VaultStore' }]), INVALID],
      ],
      state: [
        [
          'another redundancy once there are items',
          stored([{ datastoreType: 'VaultStore', type: 'GeoRedundant' }]),
          'UserErrorStorageTypeModificationNotAllowed',
        ],
        ['another store', stored([{ datastoreType: 'ArchiveStore', type: 'LocallyRedundant' }]), INVALID],
        ['another region', put({}, { location: 'northeurope' }), 'InvalidResourceLocation'],
      ],
      more: [
        ['two stores', stored([...STORAGE, ...STORAGE]), INVALID],
        [
          'a store that there is not',
          stored([{ datastoreType: 'Attic', type: 'LocallyRedundant' }]),
          'InvalidParameter',
        ],
        ['a redundancy that there is not', stored([{ datastoreType: 'VaultStore', type: 'Once' }]), 'InvalidParameter'],
        ['a region that there is not', put({}, { location: 'atlantis' }), 'LocationNotAvailableForResourceType'],
        ['a name that begins with a digit', { params: { backupVaultName: '1vault' } }, 'InvalidResourceName'],
        ['a name that ends with a hyphen', { params: { backupVaultName: 'vault-' } }, 'InvalidResourceName'],
        ['a name of one letter', { params: { backupVaultName: 'v' } }, 'InvalidResourceName'],
        ...settings((properties) => put(properties).body),
      ],
    },
    'BackupVaultResources.BackupVaultsUpdate': {
      body: EVERYTHING,
      otherVault: [NO_VAULT],
      missing: 'a PATCH may name as little as it wants',
      state: [
        [
          'another redundancy once there are items',
          { body: { properties: { storageSettings: [{ datastoreType: 'VaultStore', type: 'ZoneRedundant' }] } } },
          'UserErrorStorageTypeModificationNotAllowed',
        ],
        ['soft delete off against its guard', { params: GUARDED, body: { properties: softDelete('Off') } }, LOCKED],
      ],
      more: settings((properties) => ({ properties })),
    },
    'BackupVaultResources.BackupVaultsDelete': {
      otherVault: 'a vault names no other vault',
      state: [
        ['a vault with items', {}, 'BMSUserErrorVaultDeletionForbidden'],
        [
          'a vault with items that live',
          { params: { backupVaultName: 'other-backup-vault' } },
          'BMSUserErrorVaultDeletionNotAllowed',
        ],
      ],
      more: [['a vault that there is not', { params: { backupVaultName: 'no-vault' } }, 'nothing']],
    },
    'ResourceGuardProxyBaseResources.DppResourceGuardProxyCreateOrUpdate': {
      otherVault: [NO_VAULT, ['the id of a vault for a guard', proxy(other), 'InvalidParameter']],
      state: [['another guard while the first one is not unlocked', { params: GUARDED, ...proxy(spareGuard) }, LOCKED]],
      more: [
        ['a guard that there is not', proxy(guard.replace('demo-guard', 'no-guard')), 'InvalidParameter'],
        ['the name of another kind', { params: { backupResourceGuardProxyName: 'VaultProxy' } }, 'InvalidParameter'],
      ],
    },
    'ResourceGuardProxyBaseResources.DppResourceGuardProxyUnlockDelete': {
      params: GUARDED,
      missing: [['no request of the guard', { body: {} }, LOCKED]],
      otherVault: [unguarded, NO_VAULT],
      state: [
        [
          'the request of another operation',
          { body: { resourceGuardOperationRequests: [`${guard}/dppModifyPolicy/default`] } },
          LOCKED,
        ],
      ],
      more: [
        [
          'an instance of another vault',
          {
            body: {
              resourceGuardOperationRequests: [`${guard}/deleteBackupInstanceRequests/default`],
              resourceToBeDeleted: instance.path,
            },
          },
          'BMSUserErrorDataSourceObjectNotFound',
        ],
      ],
    },
    'ResourceGuardProxyBaseResources.DppResourceGuardProxyDelete': {
      params: GUARDED,
      otherVault: [NO_VAULT],
      state: [['a guard that is not unlocked', {}, LOCKED]],
      more: [['a guard that there is not', { params: { backupVaultName: 'other-backup-vault' } }, 'nothing']],
    },
    'Dataprotections.BackupVaultsCheckNameAvailability': {
      otherVault: 'the question names no vault',
      state: 'any name can be asked for',
      more: [
        ['another type', { body: { name: 'vault', type: 'Microsoft.RecoveryServices/vaults' } }, 'InvalidParameter'],
        ['a region that there is not', { params: { locationName: 'atlantis' } }, 'LocationNotAvailableForResourceType'],
      ],
    },
    'Dataprotections.DataProtectionCheckFeatureSupport': {
      otherVault: 'the question names no vault',
      state: 'any feature can be asked for',
      more: [
        ['a region that there is not', { params: { locationName: 'atlantis' } }, 'LocationNotAvailableForResourceType'],
      ],
    },
  }
}

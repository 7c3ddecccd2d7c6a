import type { Family, Row } from './rows.js'
import type { Stage } from './stage.js'

const vault = (properties: object, location = 'westeurope') => ({ location, sku: { name: 'Standard' }, properties })
const days = (softDeleteRetentionPeriodInDays: number) => ({
  securitySettings: { softDeleteSettings: { softDeleteRetentionPeriodInDays } },
})
const redundancy = (standardTierStorageRedundancy: string) => ({
  redundancySettings: { standardTierStorageRedundancy },
})

/** Everything that a vault's document can say, as it is for a vault that nobody has changed. */
const EVERYTHING = {
  tags: { team: 'blue' },
  identity: { type: 'SystemAssigned' },
  properties: {
    publicNetworkAccess: 'Enabled',
    redundancySettings: { standardTierStorageRedundancy: 'GeoRedundant', crossRegionRestore: 'Disabled' },
    restoreSettings: { crossSubscriptionRestoreSettings: { crossSubscriptionRestoreState: 'Enabled' } },
    securitySettings: {
      immutabilitySettings: { state: 'Disabled' },
      softDeleteSettings: {
        softDeleteState: 'Enabled',
        softDeleteRetentionPeriodInDays: 14,
        enhancedSecurityState: 'Enabled',
      },
    },
    monitoringSettings: {
      azureMonitorAlertSettings: { alertsForAllJobFailures: 'Enabled' },
      classicAlertSettings: { alertsForCriticalOperations: 'Disabled' },
    },
    encryption: {
      keyVaultProperties: { keyUri: 'https://demo.vault.azure.net/keys/one/1' },
      kekIdentity: { useSystemAssignedIdentity: true },
      infrastructureEncryption: 'Disabled',
    },
  },
}

/** What a vault's own document refuses in its properties, as a PUT or a PATCH of one that holds items. */
const settings = (body: (properties: object) => unknown): Row[] => [
  ['a redundancy that there is not', { body: body(redundancy('Everywhere')) }, 'InvalidParameter'],
  ['soft delete for 13 days', { body: body(days(13)) }, 'InvalidParameter'],
  ['soft delete for 181 days', { body: body(days(181)) }, 'InvalidParameter'],
  ['soft delete for half a day more', { body: body(days(14.5)) }, 'InvalidParameter'],
  ['tags that are no texts', { body: { location: 'westeurope', tags: { a: 1 } } }, 'InvalidRequestContent'],
  ['a network that is half open', { body: body({ publicNetworkAccess: 'HalfOpen' }) }, 'InvalidParameter'],
]

const named = (what: string, vaultName: string): Row => [what, { params: { vaultName } }, 'InvalidResourceName']

/** Vaults: `Microsoft.RecoveryServices/vaults`. */
export const vaultRows = (_stage: Stage): Family => ({
  'Vaults.CreateOrUpdate': {
    body: { location: 'westeurope', sku: { name: 'RS0', tier: 'Standard' }, ...EVERYTHING },
    otherVault: 'a vault names no other vault',
    missing: [['no location', { body: { sku: { name: 'Standard' } } }, 'LocationRequired']],
    state: [
      [
        'another redundancy once there are items',
        { body: vault(redundancy('LocallyRedundant')) },
        'UserErrorStorageTypeModificationNotAllowed',
      ],
      ['another region', { body: vault({}, 'northeurope') }, 'InvalidResourceLocation'],
    ],
    more: [
      named('a name of one letter', 'v'),
      named('a name of 51 letters', 'v'.repeat(51)),
      named('a name that starts with a digit', '1vault'),
      named('a name with an underscore', 'my_vault'),
      ['a region that there is not', { body: vault({}, 'atlantis') }, 'LocationNotAvailableForResourceType'],
      [
        'a body of 5 MB',
        { body: { location: 'westeurope', tags: { big: 'x'.repeat(5_000_000) } } },
        'RequestContentTooLarge',
      ],
      ...settings(vault),
    ],
  },
  'Vaults.Update': {
    body: EVERYTHING,
    otherVault: [['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound']],
    missing: 'a PATCH may name as little as it wants',
    state: [
      [
        'another redundancy once there are items',
        { body: { properties: redundancy('LocallyRedundant') } },
        'UserErrorStorageTypeModificationNotAllowed',
      ],
    ],
    more: settings((properties) => ({ properties })),
  },
  'Vaults.Delete': {
    otherVault: [['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'nothing']],
    state: [
      // Items that are protected, and one that is soft-deleted; none that is.
      ['a vault that holds items of both kinds', {}, 'BMSUserErrorVaultDeletionForbidden'],
      [
        'one that holds protected items',
        { params: { vaultName: 'other-vault' } },
        'BMSUserErrorVaultDeletionNotAllowed',
      ],
    ],
  },
})

import type { Family, Row, Wrongs } from './rows.js'
import type { Stage } from './stage.js'

const nowhere: Row = ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound']
const properties = (members: object) => ({ body: { properties: members } })

const security: Wrongs = {
  body: {
    properties: {
      enhancedSecurityState: 'Enabled',
      softDeleteFeatureState: 'Enabled',
      softDeleteRetentionPeriodInDays: 14,
      resourceGuardOperationRequests: [],
    },
  },
  otherVault: [nowhere],
  state: 'its settings can be changed whatever the vault holds',
  more: [
    ['a state that there is not', properties({ softDeleteFeatureState: 'Sometimes' }), 'InvalidParameter'],
    ['deleted data for a year', properties({ softDeleteRetentionPeriodInDays: 365 }), 'InvalidParameter'],
  ],
}

const storage: Wrongs = {
  body: { properties: { storageModelType: 'GeoRedundant', storageType: 'GeoRedundant', crossRegionRestoreFlag: true } },
  otherVault: [nowhere],
  state: [
    [
      'another redundancy once there are items',
      properties({ storageModelType: 'LocallyRedundant' }),
      'UserErrorStorageTypeModificationNotAllowed',
    ],
  ],
  more: [['a redundancy that there is not', properties({ storageModelType: 'Everywhere' }), 'InvalidParameter']],
}

/** The vault's two configurations. */
export const vaultConfigurationRows = (_stage: Stage): Family => ({
  'BackupResourceVaultConfigs.Update': security,
  'BackupResourceVaultConfigs.Put': security,
  'BackupResourceStorageConfigsNonCRR.Update': storage,
  'BackupResourceStorageConfigsNonCRR.Patch': storage,
})

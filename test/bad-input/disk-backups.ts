import { RESTORE_EXAMPLE } from '../../src/routes/data-protection/restores.js'
import { setDiskStage } from './disk-stage.js'
import type { Family, Row } from './rows.js'
import type { Stage } from './stage.js'

const NOT_THERE = 'UserErrorGenericResourceNotFound'
const NO_VAULT: Row = ['a vault that there is not', { params: { backupVaultName: 'no-vault' } }, 'ResourceNotFound']

/** Backups on demand, restores and jobs of managed disks. */
export const diskBackupRows = async (stage: Stage): Promise<Family> => {
  const { stopped, deleted, configuring, taken, takenPoint, point, instance, vault } = await setDiskStage(stage)
  const ofOthers: Row[] = [
    ['an instance of another vault', { params: { backupInstanceName: taken } }, NOT_THERE],
    ['a vault that has none', { params: { backupVaultName: 'other-backup-vault' } }, NOT_THERE],
    NO_VAULT,
  ]
  const ofDeleted: Row = ['a soft-deleted instance', { params: { backupInstanceName: deleted } }, NOT_THERE]
  const request = { ...RESTORE_EXAMPLE, recoveryPointId: point }
  const ofTaken = { ...request, recoveryPointId: takenPoint }
  const without = (name: keyof typeof RESTORE_EXAMPLE) =>
    Object.fromEntries(Object.entries(request).filter(([member]) => member !== name))
  const incomplete = Object.keys(RESTORE_EXAMPLE).map((name): Row => {
    const body = without(name as keyof typeof RESTORE_EXAMPLE)
    return [`no ${name}`, { body }, 'UserErrorInvalidRestoreRequest']
  })
  const rehydration = { recoveryPointId: point, rehydrationPriority: 'High', rehydrationRetentionDuration: 'P10D' }
  const noRegion = {
    missing: [['no details', { body: { restoreRequestObject: request } }, 'InvalidRequestContent']] as Row[],
    otherVault: [
      [
        'an instance of no vault',
        {
          body: {
            restoreRequestObject: request,
            crossRegionRestoreDetails: {
              sourceRegion: 'westeurope',
              sourceBackupInstanceId: `${vault}/backupInstances/${taken}`,
            },
          },
        },
        NOT_THERE,
      ],
    ] as Row[],
    state: [['a vault that allows none', {}, 'UserErrorCrossRegionRestoreNotEnabled']] as Row[],
    unread: { restoreRequestObject: 'there is nothing to restore there, whatever is asked for' },
  }
  const ofInstances: Row[] = [
    ['no instance', { body: { sourceRegion: 'westeurope', sourceBackupInstanceId: `${instance.path}x` } }, NOT_THERE],
    ['no id', { body: { sourceRegion: 'westeurope', sourceBackupInstanceId: 'demo-disk' } }, NOT_THERE],
  ]
  const ofVaults = (more = {}): Row[] => [
    [
      'no vault',
      { body: { sourceRegion: 'westeurope', sourceBackupVaultId: `${vault}x`, ...more } },
      'ResourceNotFound',
    ],
    ['no id', { body: { sourceRegion: 'westeurope', sourceBackupVaultId: 'demo', ...more } }, NOT_THERE],
  ]
  return {
    'BackupInstanceResources.BackupInstancesAdhocBackup': {
      otherVault: ofOthers,
      state: [
        ofDeleted,
        [
          'an instance that has stopped',
          { params: { backupInstanceName: stopped } },
          'UserErrorBcmDatasourceNotPresent',
        ],
        [
          'an instance that is being configured',
          { params: { backupInstanceName: configuring } },
          'BMSUserErrorConflictingProtectionOperation',
        ],
      ],
      more: [
        [
          'a tag that there is not',
          { body: { backupRuleOptions: { ruleName: 'BackupHourly', triggerOption: { retentionTagOverride: 'No' } } } },
          'UserErrorInvalidRequestParameter',
        ],
      ],
    },
    'BackupInstanceResources.BackupInstancesValidateForRestore': {
      body: { restoreRequestObject: request },
      otherVault: [...ofOthers, ['a point of another vault', { body: { restoreRequestObject: ofTaken } }, NOT_THERE]],
      state: [ofDeleted],
    },
    'BackupInstanceResources.BackupInstancesTriggerRestore': {
      body: request,
      missing: incomplete,
      otherVault: [...ofOthers, ['a point of another vault', { body: ofTaken }, NOT_THERE]],
      state: [
        ofDeleted,
        ['an instance that is being configured', { params: { backupInstanceName: configuring } }, NOT_THERE],
      ],
    },
    'BackupInstanceResources.BackupInstancesTriggerRehydrate': {
      body: rehydration,
      otherVault: [
        ...ofOthers,
        ['a point of another vault', { body: { ...rehydration, recoveryPointId: takenPoint } }, NOT_THERE],
      ],
      state: [['a point that is not in the archive', {}, 'UserErrorRecoveryPointRehydrationNotAllowed']],
    },
    'BackupInstanceResources.RestorableTimeRangesFind': {
      otherVault: ofOthers,
      state: [ofDeleted],
    },
    'BackupVaultResources.ExportJobsTrigger': {
      otherVault: [NO_VAULT],
      state: 'a vault exports its jobs whenever it is asked to',
      more: [['a filter that is none', { query: '?$filter=colour%20eq%20red' }, 'InvalidFilterInQueryString']],
    },
    'Dataprotections.BackupInstancesTriggerCrossRegionRestore': noRegion,
    'Dataprotections.BackupInstancesValidateCrossRegionRestore': noRegion,
    'Dataprotections.FetchSecondaryRecoveryPointsList': {
      otherVault: ofInstances,
      state: 'nothing of a disk is ever there',
    },
    'Dataprotections.FetchCrossRegionRestoreJobsList': { otherVault: ofVaults(), state: 'there are never any' },
    'Dataprotections.FetchCrossRegionRestoreJobGet': {
      otherVault: ofVaults({ jobId: '4f255c73-1693-421a-a33e-23ae0c06e084' }),
      state: [['there are never any', {}, NOT_THERE]],
    },
  }
}

import { instanceOf } from '../support/disk-story.js'
import { members } from '../support/seen.js'
import { groupPath } from '../support/story.js'
import { setDiskStage } from './disk-stage.js'
import type { Family, Row } from './rows.js'
import type { Stage } from './stage.js'

const NOT_THERE = 'UserErrorGenericResourceNotFound'
const BUSY = 'BMSUserErrorConflictingProtectionOperation'
const TAKEN = 'UserErrorDppDatasourceAlreadyProtected'
const UNREADABLE = 'InvalidRequestContent'
const INVALID = 'UserErrorInvalidRequestParameter'
const NO_VAULT: Row = ['a vault that there is not', { params: { backupVaultName: 'no-vault' } }, 'ResourceNotFound']

const optional = 'no member has to be there'
const bodiless = { missing: optional, type: 'the body has no members' }

/** Backup instances: what is to be protected, and what is done to what is. */
export const instanceRows = async (stage: Stage): Promise<Family> => {
  const { story, stopped, deleted, configuring, taken, instance, vault } = await setDiskStage(stage)
  const named = (backupInstanceName: string) => ({ backupInstanceName })
  const diskOf = (name: string) => instance.disk.replace(/[^/]*$/, name)
  const of = (disk: string, at = vault) => instanceOf(at, disk, 'DemoDiskPolicy', groupPath('snapshots'))
  const fresh = of(story.disk('fresh-disk', { resourceGroup: 'demo' }))
  const other = vault.replace(/[^/]*$/, 'other-backup-vault')

  /** An instance that is right but for something, as a PUT or a validation has it. */
  const documents = (
    body: (properties: unknown) => unknown,
  ): Record<'missing' | 'type' | 'otherVault' | 'more', Row[]> => {
    const source = (changes: object) =>
      body({ ...fresh, dataSourceInfo: { ...members(fresh.dataSourceInfo), ...changes } })
    const policy = (changes: object) => body({ ...fresh, policyInfo: { ...members(fresh.policyInfo), ...changes } })
    const identity = (identityDetails: unknown) => body({ ...fresh, identityDetails })
    return {
      missing: [
        ['no data source', { body: body({ policyInfo: fresh.policyInfo }) }, UNREADABLE],
        ['no disk', { body: source({ resourceID: null }) }, UNREADABLE],
        ['no policy at all', { body: body({ dataSourceInfo: fresh.dataSourceInfo }) }, UNREADABLE],
        ['no id of a policy', { body: policy({ policyId: '' }) }, UNREADABLE],
      ],
      type: [
        ['a number for a disk', { body: source({ resourceID: 7 }) }, UNREADABLE],
        ['a list for a name', { body: source({ resourceName: [] }) }, UNREADABLE],
        ['a number for a policy', { body: policy({ policyId: 7 }) }, UNREADABLE],
        ['a text for a yes', { body: identity({ useSystemAssignedIdentity: 'yes' }) }, UNREADABLE],
        ['a number for an identity', { body: identity({ userAssignedIdentityArmUrl: 7 }) }, UNREADABLE],
      ],
      otherVault: [
        NO_VAULT,
        [
          'a policy of another vault',
          { body: policy({ policyId: `${other}/backupPolicies/DemoDiskPolicy` }) },
          'BMSUserErrorInvalidConfigureProtectionRequest',
        ],
      ],
      more: [
        ['something that is no id', { body: source({ resourceID: 'fresh-disk' }) }, INVALID],
        [
          'a machine for a disk',
          { body: source({ resourceID: diskOf('vm1').replace('disks', 'virtualMachines') }) },
          INVALID,
        ],
        ['another kind of source', { body: source({ datasourceType: 'Microsoft.Storage/storageAccounts' }) }, INVALID],
        ['no identity', { body: identity({ useSystemAssignedIdentity: false }) }, INVALID],
        [
          'a policy that there is not',
          { body: policy({ policyId: `${vault}/backupPolicies/none` }) },
          'BMSUserErrorPolicyNotFound',
        ],
      ],
    }
  }

  const inProperties = documents((properties) => ({ properties }))
  const inInstance = documents((backupInstance) => ({ backupInstance }))
  const ofOthers: Row[] = [
    ['an instance of another vault', { params: named(taken) }, NOT_THERE],
    ['a vault that has none', { params: { backupVaultName: 'other-backup-vault' } }, NOT_THERE],
    NO_VAULT,
  ]
  const standing: Row[] = [
    ['a soft-deleted instance', { params: named(deleted) }, NOT_THERE],
    ['an instance that is being configured', { params: named(configuring) }, BUSY],
  ]
  const ofStopped = (what: string): Row => [
    what,
    { params: named(stopped) },
    'BMSUserErrorInvalidConfigureProtectionRequest',
  ]
  const protectedElsewhere = (body: (properties: unknown) => unknown): Row[] => [
    ['a disk of another vault', { body: body(of(diskOf(taken))) }, TAKEN],
    ['a disk of another instance', { body: body(of(instance.disk)) }, TAKEN],
    ['a disk whose protection has stopped', { body: body(of(diskOf(stopped))) }, TAKEN],
  ]
  const fixed = (body: (properties: unknown) => unknown): Row[] => [
    ['another disk for an instance', { params: named('demo-disk'), body: body(fresh) }, INVALID],
    [
      'another group for the snapshots of an instance',
      {
        params: named('demo-disk'),
        body: body(instanceOf(vault, instance.disk, 'DemoDiskPolicy', groupPath('elsewhere'))),
      },
      INVALID,
    ],
  ]
  const asProperties = (properties: unknown) => ({ properties })
  const asInstance = (backupInstance: unknown) => ({ backupInstance })
  return {
    'BackupInstanceResources.BackupInstancesCreateOrUpdate': {
      params: named('fresh-disk'),
      body: { properties: fresh, tags: { team: 'a' } },
      ...inProperties,
      state: [
        [
          'a soft-deleted instance',
          { params: named(deleted), body: asProperties(of(diskOf(deleted))) },
          'UserErrorItemIsSoftDeleted',
        ],
        [
          'an instance that is being configured',
          { params: named(configuring), body: asProperties(of(diskOf('late-disk'))) },
          BUSY,
        ],
        ...protectedElsewhere(asProperties),
      ],
      more: [...inProperties.more, ...fixed(asProperties)],
    },
    'BackupInstanceResources.BackupInstancesDelete': {
      otherVault: [NO_VAULT, ['an instance of another vault', { params: named(taken) }, 'nothing']],
      state: [
        ['an instance that is being configured', { params: named(configuring) }, BUSY],
        ['a soft-deleted instance', { params: named(deleted) }, 'nothing'],
      ],
    },
    'BackupInstanceResources.BackupInstancesStopProtection': {
      missing: optional,
      otherVault: ofOthers,
      state: standing,
    },
    'BackupInstanceResources.BackupInstancesSuspendBackups': {
      missing: optional,
      otherVault: ofOthers,
      state: [...standing, ofStopped('an instance that has stopped')],
    },
    'BackupInstanceResources.BackupInstancesResumeProtection': { ...bodiless, otherVault: ofOthers, state: standing },
    'BackupInstanceResources.BackupInstancesResumeBackups': {
      ...bodiless,
      otherVault: ofOthers,
      state: [...standing, ofStopped('an instance that has stopped, and is not suspended')],
    },
    'BackupInstanceResources.BackupInstancesSyncBackupInstance': {
      missing: optional,
      otherVault: ofOthers,
      state: standing,
    },
    'BackupVaultResources.BackupInstancesValidateForBackup': {
      body: { backupInstance: fresh },
      ...inInstance,
      state: protectedElsewhere(asInstance),
    },
    'BackupInstanceResources.BackupInstancesValidateForModifyBackup': {
      body: { backupInstance: of(instance.disk) },
      missing: inInstance.missing,
      type: inInstance.type,
      otherVault: ofOthers,
      state: [['a soft-deleted instance', { params: named(deleted) }, NOT_THERE]],
      more: fixed(asInstance),
    },
    'DeletedBackupInstanceResources.DeletedBackupInstancesUndelete': {
      ...bodiless,
      params: { deletedBackupInstanceName: deleted },
      otherVault: [
        ['a vault that has none', { params: { backupVaultName: 'other-backup-vault' } }, NOT_THERE],
        NO_VAULT,
      ],
      state: [['an instance that is not deleted', { params: { deletedBackupInstanceName: 'demo-disk' } }, NOT_THERE]],
    },
  }
}

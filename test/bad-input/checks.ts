import { itemOf } from '../support/story.js'
import { changed } from './derived.js'
import type { Family, Row } from './rows.js'
import { namesIn, type Stage } from './stage.js'

const answers = 'what it finds is its answer, never a refusal of the question'
const nowhere: Row = ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound']
const INVALID = 'BMSUserErrorInvalidConfigureProtectionRequest'

/** Questions beforehand, intents, exports, and restores in the paired region. */
export const checkRows = (stage: Stage): Family => {
  const { vault, other, deleted, configuring, taken, takenJob, free } = stage
  const intent = (machine: string, policyOf = vault) => ({
    params: { backupProtectionIntentName: namesIn(itemOf(vault, machine)).protectedItemName },
    body: {
      properties: {
        protectionIntentItemType: 'AzureResourceItem',
        sourceResourceId: machine,
        policyId: `${policyOf}/backupPolicies/DefaultPolicy`,
      },
    },
  })
  return {
    'ProtectionIntent.Validate': {
      otherVault: answers,
      state: answers,
      more: [
        ['an id that is none', { body: { resourceType: 'VM', resourceId: 'vm1', vaultId: vault } }, 'InvalidParameter'],
      ],
    },
    'FeatureSupport.Validate': {
      otherVault: 'it names no vault',
      state: answers,
    },
    'ProtectionIntentResources.ProtectionIntentCreateOrUpdate': {
      ...intent(free),
      otherVault: [
        ['a machine of another vault', intent(taken.machine), 'VirtualMachineAlreadyProtected'],
        ['a policy of another vault', intent(free, other), INVALID],
        nowhere,
      ],
      state: [
        ['a soft-deleted item', intent(deleted.machine), 'UserErrorItemIsSoftDeleted'],
        ['an item that is being configured', intent(configuring.machine), 'BMSUserErrorConflictingProtectionOperation'],
      ],
      more: [
        [
          'the name of another machine',
          { params: intent(taken.machine).params },
          'BMSUserErrorProtectedItemNameIncorrectFormat',
        ],
        [
          'an intent for a database',
          { body: changed(intent(free).body, 'properties.protectionIntentItemType', 'RecoveryServiceVaultItem') },
          INVALID,
        ],
      ],
    },
    'ProtectionIntentResources.ProtectionIntentDelete': {
      state: 'an intent can be taken back at any time',
    },
    'Jobs.Export': {
      otherVault: [nowhere],
      state: 'jobs can be exported whatever they are doing',
      more: [['a filter that is none', { query: '?$filter=colour%20eq%20red' }, 'InvalidFilterInQueryString']],
    },
    'operations.recoveryPointAccessToken': {
      state: [['a vault that restores in its own region only', {}, 'UserErrorCrossRegionRestoreNotEnabled']],
    },
    'operations.backupCrossRegionRestore': {
      otherVault: 'the token says which vault it is',
      state: [['a token that was never made out', {}, 'UserErrorCrossRegionRestoreTokenInvalid']],
    },
    'operations.backupCrrJob': {
      otherVault: [
        ['a job of another vault', { body: { resourceId: vault, jobName: takenJob } }, 'UserErrorJobNotFound'],
        ['a vault that there is not', { body: { resourceId: `${vault}x`, jobName: takenJob } }, 'ResourceNotFound'],
      ],
      state: 'a job can be asked for whatever it is doing',
      more: [['an id that is none', { body: { resourceId: 'vault', jobName: takenJob } }, 'InvalidParameter']],
    },
    'operations.backupCrrJobs': {
      otherVault: [['a vault that there is not', { body: { resourceId: `${vault}x` } }, 'ResourceNotFound']],
      state: 'jobs can be asked for whatever they are doing',
      more: [['an id that is none', { body: { resourceId: 'vault' } }, 'InvalidParameter']],
    },
  }
}

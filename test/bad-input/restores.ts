import { groupPath, machinePath } from '../support/story.js'
import type { Family, Row, Wrongs } from './rows.js'
import { namesIn, type Stage } from './stage.js'

/** Restores. */
export const restoreRows = (stage: Stage): Family => {
  const { item, deleted, taken, takenPoint } = stage
  const body = (changes: object = {}) => ({
    properties: {
      objectType: 'IaasVMRestoreRequest',
      recoveryType: 'RestoreDisks',
      sourceResourceId: item.machine,
      storageAccountId: `${groupPath('demo')}/providers/Microsoft.Storage/storageAccounts/demostore`,
      region: 'westeurope',
      ...changes,
    },
  })
  const restore = (what: string, changes: object, code: Row[2] = 'UserErrorInvalidRestoreRequest'): Row => [
    what,
    { body: body(changes) },
    code,
  ]
  const VALIDATED = 'ValidateIaasVMRestoreOperationRequest'
  const validation: Wrongs = {
    body: {
      id: `${item.path}/recoveryPoints/${stage.point}`,
      properties: { objectType: VALIDATED, restoreRequest: body().properties },
    },
    otherVault: [
      [
        'an item of another vault',
        {
          body: {
            id: `${taken.path}/recoveryPoints/${takenPoint}`,
            properties: { objectType: VALIDATED, restoreRequest: body({ sourceResourceId: taken.machine }).properties },
          },
        },
        'BMSUserErrorDataSourceObjectNotFound',
      ],
      ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound'],
    ],
    state: 'what forbids a restore is what it answers, never a refusal of the question',
    more: [
      [
        'an id that is none',
        { body: { id: 'vm1', properties: { objectType: VALIDATED, restoreRequest: body().properties } } },
        'UserErrorInvalidRestoreRequest',
      ],
    ],
  }
  return {
    'Operation.Validate': validation,
    'ValidateOperation.Trigger': validation,
    'Restores.Trigger': {
      body: body({
        targetResourceGroupId: groupPath('demo'),
        restoreDiskLunList: [0],
        originalStorageAccountOption: false,
      }),
      discriminator: [restore('of another workload', { objectType: 'AzureFileShareRestoreRequest' })],
      missing: [restore('no storage account', { storageAccountId: null })],
      otherVault: [
        ['a point of another vault', { params: { recoveryPointId: takenPoint } }, 'UserErrorRecoveryPointNotFound'],
        [
          'an item of another vault',
          { params: { ...namesIn(taken), recoveryPointId: takenPoint } },
          'BMSUserErrorDataSourceObjectNotFound',
        ],
        restore('another vault’s machine for the source', { sourceResourceId: taken.machine }),
        ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound'],
      ],
      state: [
        [
          'of a soft-deleted item',
          {
            params: { ...namesIn(deleted), recoveryPointId: stage.deletedPoint },
            body: body({ sourceResourceId: deleted.machine }),
          },
          'UserErrorItemIsSoftDeleted',
        ],
        restore('in place of a running machine', { recoveryType: 'OriginalLocation' }, 'UserErrorVmNotShutDown'),
      ],
      more: [
        [
          'from a point that there is not',
          { params: { recoveryPointId: '123456789012345' } },
          'UserErrorRecoveryPointNotFound',
        ],
        restore('to another region', { region: 'northeurope' }, 'UserErrorRestoreRegionMismatch'),
        restore('of an unknown type', { recoveryType: 'Magic' }),
        restore('of another machine', { sourceResourceId: machinePath('free') }),
        restore(
          'to a machine that is there',
          {
            recoveryType: 'AlternateLocation',
            targetResourceGroupId: groupPath('apps'),
            targetVirtualMachineId: machinePath('free'),
          },
          'UserErrorVmAlreadyExistWithSameName',
        ),
      ],
    },
  }
}

import { itemOf, machinePath, protection } from '../support/story.js'
import { changed } from './derived.js'
import type { Family, Row } from './rows.js'
import { namesIn, type Stage } from './stage.js'

const POLICY = 'DefaultPolicy'
const VM = 'Microsoft.Compute/virtualMachines'

/** Protected items, and backups on demand. */
export const itemRows = (stage: Stage): Family => {
  const { vault, other, item, stopped, busy, deleted, configuring, free } = stage
  const protect = (what: string, machine: string, code: Row[2], policy = POLICY): Row => [
    what,
    { params: namesIn(itemOf(vault, machine)), body: protection(vault, machine, policy) },
    code,
  ]
  const freeWith = (what: string, path: string, value: unknown, code: Row[2]): Row => [
    what,
    { params: namesIn(itemOf(vault, free)), body: changed(protection(vault, free, POLICY), path, value) },
    code,
  ]
  const INVALID = 'BMSUserErrorInvalidConfigureProtectionRequest'
  const now = (changes: object = {}) => ({ properties: { objectType: 'IaasVMBackupRequest', ...changes } })
  return {
    'ProtectedItems.CreateOrUpdate': {
      body: changed(protection(vault, item.machine, POLICY), 'properties.extendedProperties', {
        diskExclusionProperties: { diskLunList: [0], isInclusionList: true },
      }),
      discriminator: [
        freeWith(
          'the type of a file share',
          'properties.protectedItemType',
          'AzureFileShareProtectedItem',
          'BMSUserErrorContainerNameIncorrectFormat',
        ),
      ],
      missing: [
        freeWith('no policy', 'properties.policyId', '', INVALID),
        freeWith('no machine', 'properties.sourceResourceId', undefined, INVALID),
      ],
      otherVault: [
        protect('a machine of another vault', stage.taken.machine, 'VirtualMachineAlreadyProtected'),
        freeWith('a policy of another vault', 'properties.policyId', `${other}/backupPolicies/${POLICY}`, INVALID),
        ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound'],
      ],
      state: [
        protect('a soft-deleted item', deleted.machine, 'UserErrorItemIsSoftDeleted'),
        protect('an item that is being configured', configuring.machine, 'BMSUserErrorConflictingProtectionOperation'),
        [
          'undelete of what is not deleted',
          {
            body: {
              properties: { protectedItemType: VM, sourceResourceId: item.machine, policyId: '', isRehydrate: true },
            },
          },
          INVALID,
        ],
        freeWith(
          'stop of what is not protected',
          'properties',
          {
            protectedItemType: VM,
            sourceResourceId: free,
            policyId: '',
            protectionState: 'ProtectionStopped',
          },
          INVALID,
        ),
      ],
      more: [
        freeWith('a state that there is not', 'properties.protectionState', 'Halted', INVALID),
        [
          'a state that is none to stop in',
          {
            body: {
              properties: {
                protectedItemType: VM,
                sourceResourceId: item.machine,
                policyId: '',
                protectionState: 'ProtectionPaused',
              },
            },
          },
          INVALID,
        ],
        [
          'suspension in a vault that is not immutable',
          {
            body: {
              properties: {
                protectedItemType: VM,
                sourceResourceId: item.machine,
                policyId: '',
                protectionState: 'BackupsSuspended',
              },
            },
          },
          'UserErrorOperationDeniedOnImmutableItem',
        ],
        protect('a machine that does not exist', machinePath('ghost'), INVALID),
        protect('a machine of another region', machinePath('far'), 'UserErrorVmVaultLocationMismatch'),
        protect('a policy that there is not', free, 'BMSUserErrorPolicyNotFound', 'Nothing'),
        protect('a policy of another workload', free, 'BMSUserErrorInvalidPolicyForGivenProvider', 'HourlyLogBackup'),
        [
          'an item name of another machine',
          { params: namesIn(itemOf(vault, free)), body: protection(vault, item.machine, POLICY) },
          INVALID,
        ],
        [
          'a container of another machine',
          {
            params: {
              ...namesIn(item),
              protectionContainerName: namesIn(itemOf(vault, free)).protectionContainerName,
            },
          },
          'BMSUserErrorProtectedItemNameIncorrectFormat',
        ],
        [
          'a container name without a machine',
          { params: { protectionContainerName: 'IaasVMContainer;vm1' } },
          'BMSUserErrorContainerNameIncorrectFormat',
        ],
      ],
    },
    'ProtectedItems.Delete': {
      otherVault: [
        ['an item of another vault', { params: namesIn(stage.taken) }, 'nothing'],
        ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound'],
      ],
      state: [
        [
          'an item that is being configured',
          { params: namesIn(configuring) },
          'BMSUserErrorConflictingProtectionOperation',
        ],
        ['a soft-deleted item', { params: namesIn(deleted) }, 'nothing'],
      ],
    },
    'Backups.Trigger': {
      body: now({ recoveryPointExpiryTimeInUTC: '2026-02-01T00:00:00Z' }),
      discriminator: [
        [
          'a backup of a file share',
          { body: now({ objectType: 'AzureFileShareBackupRequest' }) },
          'UserErrorInvalidRequestParameter',
        ],
      ],
      otherVault: [
        ['an item of another vault', { params: namesIn(stage.taken) }, 'BMSUserErrorDataSourceObjectNotFound'],
        ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound'],
      ],
      state: [
        ['of a stopped item', { params: namesIn(stopped) }, 'UserErrorBcmDatasourceNotPresent'],
        ['of a soft-deleted item', { params: namesIn(deleted) }, 'UserErrorBcmDatasourceNotPresent'],
        ['of a busy item', { params: namesIn(busy) }, 'UserErrorBackupOperationInProgress'],
        [
          'of an item that is being configured for the first time',
          { params: namesIn(configuring) },
          'BMSUserErrorDataSourceObjectNotFound',
        ],
      ],
      more: [
        ['of what is not protected', { params: namesIn(itemOf(vault, free)) }, 'BMSUserErrorDataSourceObjectNotFound'],
        [
          'to keep until yesterday',
          { body: now({ recoveryPointExpiryTimeInUTC: '2026-01-01T00:00:00Z' }) },
          'UserErrorInvalidRequestParameter',
        ],
        [
          'to keep until some time',
          { body: now({ recoveryPointExpiryTimeInUTC: 'later' }) },
          'UserErrorInvalidRequestParameter',
        ],
      ],
    },
  }
}

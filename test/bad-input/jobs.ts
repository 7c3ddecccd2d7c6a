import type { Family } from './rows.js'
import type { Stage } from './stage.js'

/** Jobs and discovery. */
export const jobRows = (stage: Stage): Family => ({
  'JobCancellations.Trigger': {
    otherVault: [
      ['a job of another vault', { params: { backupJobName: stage.takenJob } }, 'UserErrorJobNotFound'],
      ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound'],
    ],
    state: [['a job that has ended', {}, 'UserErrorJobNotCancellable']],
    more: [
      [
        'a job that there is not',
        { params: { backupJobName: '00000000-0000-4000-8000-000000000000' } },
        'UserErrorJobNotFound',
      ],
    ],
  },
  'ProtectionContainers.Refresh': {
    otherVault: [['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound']],
    state: 'a vault looks for machines whenever it is asked to',
    more: [['a filter that is none', { query: '?$filter=colour%20eq%20red' }, 'InvalidFilterInQueryString']],
  },
  'BackupStatus.Get': {
    otherVault: 'it asks for the vault, whichever it is',
    state: 'whatever the machine is doing, it can be asked for',
    more: [['an id that is none', { body: { resourceType: 'VM', resourceId: 'vm1' } }, 'InvalidParameter']],
  },
})

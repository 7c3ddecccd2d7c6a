import assert from 'node:assert/strict'
import { members } from '../support/seen.js'
import { groupPath, keep } from '../support/story.js'
import { changed } from './derived.js'
import type { Family, Row } from './rows.js'
import { namesIn, type Stage } from './stage.js'

const accountPath = (name: string) => `${groupPath('demo')}/providers/Microsoft.Storage/storageAccounts/${name}`
const containerName = (account: string) => `StorageContainer;Storage;demo;${account}`

const POLICY = {
  properties: {
    backupManagementType: 'AzureStorage',
    workLoadType: 'AzureFileShare',
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicy',
      scheduleRunFrequency: 'Daily',
      scheduleRunTimes: ['2026-01-01T22:00:00Z'],
    },
    retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep('22:00', 30, 'Days') },
    timeZone: 'UTC',
  },
}

const registration = (account: string) => ({
  properties: {
    containerType: 'StorageContainer',
    backupManagementType: 'AzureStorage',
    sourceResourceId: accountPath(account),
  },
})

const containerPath = (vault: string, account: string) =>
  `${vault}/backupFabrics/Azure/protectionContainers/${containerName(account)}`

const protectedShare = (vault: string, account: string, policy = 'Shares') => ({
  properties: {
    protectedItemType: 'AzureFileShareProtectedItem',
    sourceResourceId: accountPath(account),
    policyId: `${vault}/backupPolicies/${policy}`,
  },
})

/** A share that is protected and backed up, an account of the other vault, one that is just coming, one that goes. */
async function setShares({ story, vault, other }: Stage): Promise<{ path: string; point: string }> {
  story.world.emulator.seed({
    storageAccounts: [
      { resourceGroup: 'demo', name: 'filestore', fileShares: [{ name: 'documents' }, { name: 'spare' }] },
      { resourceGroup: 'demo', name: 'takenstore' },
      { resourceGroup: 'demo', name: 'latestore' },
      { resourceGroup: 'demo', name: 'leavingstore' },
      { resourceGroup: 'demo', name: 'freestore' },
      { resourceGroup: 'demo', name: 'farstore', location: 'northeurope' },
    ],
  })
  const register = (of: string, account: string) => story.call('PUT', containerPath(of, account), registration(account))
  await story.finished(await register(vault, 'filestore'))
  await story.finished(await register(other, 'takenstore'))
  await story.finished(await register(vault, 'leavingstore'))
  const policy = await story.call('PUT', `${vault}/backupPolicies/Shares`, POLICY)
  assert.equal(policy.status, 200, JSON.stringify(policy.body))
  const asked = `${containerPath(vault, 'filestore')}/protectedItems/AzureFileShare;documents`
  await story.finished(await story.call('PUT', asked, protectedShare(vault, 'filestore')))
  const listed = await story.call('GET', `${vault}/backupProtectedItems?$filter=backupManagementType eq 'AzureStorage'`)
  const path = String(listed.values[0]?.id)
  const backup = await story.finished(
    await story.call('POST', `${path}/backup`, { properties: { objectType: 'AzureFileShareBackupRequest' } }),
  )
  await story.ended(vault, backup.text('properties.jobId'))
  const [point] = (await story.call('GET', `${path}/recoveryPoints`)).values
  assert.equal((await register(vault, 'latestore')).status, 202)
  assert.equal((await story.call('DELETE', containerPath(vault, 'leavingstore'))).status, 202)
  return { path, point: String(members(point).name) }
}

/** Azure Files: storage accounts, shares as items, their policies, backups and restores. */
export const fileRows = async (stage: Stage): Promise<Family> => {
  const { vault, other } = stage
  const { path, point } = await setShares(stage)
  const params = namesIn({ vault, path })
  const account = (name: string) => ({
    params: { protectionContainerName: containerName(name) },
    body: registration(name),
  })
  const share = (name: string, of = 'filestore') => ({
    protectionContainerName: containerName(of),
    protectedItemName: `AzureFileShare;${name}`,
  })
  const INVALID = 'BMSUserErrorInvalidConfigureProtectionRequest'
  const restore = (changes: object = {}) => ({
    properties: {
      objectType: 'AzureFileShareRestoreRequest',
      recoveryType: 'OriginalLocation',
      sourceResourceId: accountPath('filestore'),
      copyOptions: 'Overwrite',
      restoreRequestType: 'ItemLevelRestore',
      restoreFileSpecs: [{ path: 'notes.txt', fileSpecType: 'File' }],
      ...changes,
    },
  })
  const wrongRestore = (what: string, changes: object): Row => [
    what,
    { body: restore(changes) },
    'UserErrorInvalidRestoreRequest',
  ]
  const nowhere: Row = ['a vault that there is not', { params: { vaultName: 'no-vault' } }, 'ResourceNotFound']
  return {
    'ProtectionContainers.Register': {
      ...account('freestore'),
      otherVault: [
        ['an account of another vault', account('takenstore'), 'UserErrorStorageAccountAlreadyRegistered'],
        nowhere,
      ],
      state: [['an account that is just being registered', account('latestore'), 'BMSUserErrorObjectLocked']],
      more: [
        ['an account that there is not', account('nostore'), 'UserErrorStorageAccountNotFound'],
        ['an account of another region', account('farstore'), 'UserErrorStorageAccountVaultLocationMismatch'],
        [
          'the name of another account',
          { params: account('filestore').params, body: registration('freestore') },
          'UserErrorInvalidRequestParameter',
        ],
      ],
    },
    'ProtectionContainers.Inquire': {
      params: { protectionContainerName: containerName('filestore') },
      state: [
        [
          'an account that is being unregistered',
          { params: account('leavingstore').params },
          'BMSUserErrorObjectLocked',
        ],
      ],
      more: [
        [
          'an account that is not registered',
          { params: account('freestore').params },
          'BMSUserErrorContainerObjectNotFound',
        ],
      ],
    },
    'ProtectionContainers.Unregister': {
      params: { protectionContainerName: containerName('filestore') },
      state: [
        ['an account with items', {}, 'BMSUserErrorContainerHasDatasources'],
        [
          'an account that is being unregistered',
          { params: account('leavingstore').params },
          'BMSUserErrorObjectLocked',
        ],
      ],
    },
    'ProtectionPolicies.CreateOrUpdate': {
      params: { backupPolicyName: 'OtherShares' },
      body: POLICY,
      otherVault: [nowhere],
      state: [
        [
          'a policy in use becomes one for machines',
          {
            params: { backupPolicyName: 'Shares' },
            body: changed(POLICY, 'properties.backupManagementType', 'AzureIaasVM'),
          },
          'BMSUserErrorPolicyObjectInUse',
        ],
      ],
    },
    'ProtectedItems.CreateOrUpdate': {
      params: share('spare'),
      body: protectedShare(vault, 'filestore'),
      missing: [
        ['no policy', { body: changed(protectedShare(vault, 'filestore'), 'properties.policyId', '') }, INVALID],
      ],
      otherVault: [
        ['a policy of another vault', { body: protectedShare(other, 'filestore') }, INVALID],
        [
          'an account of another vault',
          { params: share('spare', 'takenstore'), body: protectedShare(vault, 'takenstore') },
          'BMSUserErrorContainerObjectNotFound',
        ],
        nowhere,
      ],
      state: [
        [
          'an account that is not registered',
          { params: share('spare', 'freestore'), body: protectedShare(vault, 'freestore') },
          'BMSUserErrorContainerObjectNotFound',
        ],
      ],
      more: [
        ['a share that there is not', { params: share('nothing') }, 'BMSUserErrorDataSourceObjectNotFound'],
        [
          'a policy for machines',
          { body: protectedShare(vault, 'filestore', 'DefaultPolicy') },
          'BMSUserErrorInvalidPolicyForGivenProvider',
        ],
      ],
    },
    'Backups.Trigger': {
      params,
      body: {
        properties: {
          objectType: 'AzureFileShareBackupRequest',
          recoveryPointExpiryTimeInUTC: '2026-02-01T00:00:00Z',
        },
      },
      discriminator: [
        [
          'a backup of a machine',
          { body: { properties: { objectType: 'IaasVMBackupRequest' } } },
          'UserErrorInvalidRequestParameter',
        ],
      ],
      state: 'a share can be backed up again and again',
    },
    'Restores.Trigger': {
      params: { ...params, recoveryPointId: point },
      body: restore(),
      discriminator: [wrongRestore('of a machine', { objectType: 'IaasVMRestoreRequest' })],
      state: 'a share can be restored in any state that is not soft deleted',
      more: [
        wrongRestore('of another account', { sourceResourceId: accountPath('freestore') }),
        wrongRestore('copies of no kind', { copyOptions: 'Shuffle' }),
        wrongRestore('elsewhere without a target', { recoveryType: 'AlternateLocation' }),
        wrongRestore('of files that nobody names', { restoreFileSpecs: [] }),
      ],
    },
  }
}

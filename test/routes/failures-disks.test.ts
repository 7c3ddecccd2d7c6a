import t from 'tap'
import { DISK_JOB_ERRORS } from '../../src/domain/jobs/disk-job-errors.js'
import { diskPolicy, instanceOf } from '../support/disk-story.js'
import { type DiskStage, diskStage, type Trouble, takenAway, troublesAt } from '../support/disk-troubles.js'
import { members } from '../support/seen.js'
import { groupPath } from '../support/story.js'

/** The codes that have been seen, wherever. */
const SEEN = new Set<string>()
const see = (code: string) => {
  SEEN.add(code)
  return code
}

const SET = `${groupPath('apps')}/providers/Microsoft.Compute/diskEncryptionSets/set1`

/** The disk is encrypted with a key of its owner's, and the vault may not read the set that says which. */
const encrypted: Omit<Trouble, 'code'> = {
  what: 'no role on the disk encryption set',
  bring: (stage) => encrypt(stage, { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: SET }),
  end: (stage) => stage.give('Reader', SET),
}

async function encrypt(stage: DiskStage, encryption: object): Promise<void> {
  const sent = { location: 'westeurope', properties: { creationData: { createOption: 'Empty' }, diskSizeGB: 32 } }
  await stage.call('PUT', stage.disk1, { ...sent, properties: { ...sent.properties, encryption } })
}

const CONFIGURATION: readonly Trouble[] = [
  { ...takenAway.disk, code: 'UserErrorManagedDiskNotFound' },
  { ...takenAway.reader, code: 'UserErrorMissingRequiredPermissions' },
  { ...takenAway.otherRole, code: 'UserErrorNotEnoughPermissionOnDisk' },
  { ...takenAway.contributor, code: 'UserErrorNotEnoughPermissionOnSnapshotRG' },
  { ...takenAway.snapshotGroup, code: 'UserErrorSnapshotRGNotFound' },
  { ...takenAway.identity, code: 'UserErrorDiskBackupAuthorizationFailed' },
  { ...takenAway.compute, code: 'UserErrorMissingSubscriptionRegistration' },
  { ...takenAway.storage, code: 'UserErrorMissingSubscriptionRegistration' },
  { ...encrypted, code: 'UserErrorMSIPermissionsNotPresentOnDES' },
  ...troublesAt('diskConfiguration', 'in all ways'),
]

t.test('what keeps a disk from being configured, and no longer does once it is over', async (t) => {
  const stage = await diskStage(t)
  t.equal(await stage.validated(), '', 'nothing is wrong')
  for (const { what, code, bring, end } of CONFIGURATION) {
    await bring(stage)
    t.equal(see(await stage.validated()), code, what)
    await end(stage)
    t.equal(await stage.validated(), '', `${what}: no longer`)
  }
})

t.test('what an instance itself says can be wrong', async (t) => {
  const stage = await diskStage(t)
  const { vaultPath, disk1 } = stage
  const policyId = `${vaultPath}/backupPolicies/Disks`
  const store = { dataStoreType: 'OperationalStore', objectType: 'AzureOperationalStoreParameters' }
  const storing = (...dataStoreParametersList: object[]) => ({
    policyInfo: { policyId, policyParameters: { dataStoreParametersList } },
  })
  for (const [code, changes] of [
    ['UserErrorOperationalStoreParametersNotProvided', { policyInfo: { policyId } }],
    ['UserErrorInvalidOperationalStoreResourceGroup', storing({ ...store, resourceGroupId: 'snapshots' })],
    ['CloudInternalError', storing({ dataStoreType: 'OperationalStore', objectType: null })],
    [
      'UserErrorSnapshotRGSubscriptionMismatch',
      storing({
        ...store,
        resourceGroupId: '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/snapshots',
      }),
    ],
  ] as const)
    t.equal(see(await stage.validated(changes)), code)
  const far = stage.disk('far', { location: 'northeurope' })
  t.equal(see(await stage.validated({}, far)), 'UserErrorDiskVaultLocationMismatch')
  t.equal(await stage.validated({}, disk1), '', 'as it should be')
})

t.test('fast disks are backed up twice a day at most', async (t) => {
  const stage = await diskStage(t)
  const { vaultPath } = stage
  const fast = stage.disk('fast', { sku: 'PremiumV2_LRS' })
  await stage.give('Disk Backup Reader', fast)
  t.equal(await stage.validated({}, fast), '', 'once a day')
  for (const [hours, code] of [
    [4, 'UserErrorDiskBackupDiskTypeNotSupported'],
    [12, ''],
  ] as const) {
    const name = `Every${hours}`
    await stage.policy(vaultPath, name, diskPolicy({ intervals: [`R/2026-01-01T02:00:00+00:00/PT${hours}H`] }))
    t.equal(await stage.validated({ ...instanceOf(vaultPath, fast, name) }, fast), code, `every ${hours} hours`)
  }
})

t.test('an identity of a user has the roles that count where the instance names it', async (t) => {
  const stage = await diskStage(t)
  const id = `${groupPath('apps')}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine`
  const made = await stage.call('PUT', id, { location: 'westeurope' })
  const identityDetails = { useSystemAssignedIdentity: false, userAssignedIdentityArmUrl: id }
  t.equal(await stage.validated({ identityDetails }), 'UserErrorDiskBackupAuthorizationFailed', 'it is not the vault’s')
  const identity = { type: 'SystemAssigned,UserAssigned', userAssignedIdentities: { [id]: {} } }
  await stage.call('PATCH', stage.vaultPath, { identity })
  await stage.advance('1m')
  t.equal(await stage.validated({ identityDetails }), 'UserErrorMissingRequiredPermissions')
  stage.principal = made.text('properties.principalId')
  await stage.give('Disk Backup Reader', groupPath('apps'))
  await stage.give('Disk Snapshot Contributor', groupPath('snapshots'))
  t.equal(await stage.validated({ identityDetails }), '', 'a role above the disk is one on the disk')
})

t.test('a configuration that fails leaves an instance that says why', async (t) => {
  const stage = await diskStage(t)
  await stage.take('Disk Snapshot Contributor', groupPath('snapshots'))
  const { path } = await stage.protect(stage.vaultPath, stage.disk1)
  const instance = await stage.instance({ path })
  t.equal(instance.currentProtectionState, 'ProtectionError')
  t.equal(members(instance.protectionErrorDetails).code, 'UserErrorNotEnoughPermissionOnSnapshotRG')

  const before = stage.world.emulator.digest()
  const second = await stage.tryProtect(stage.vaultPath, stage.disk1, 'Disks', {}, 'second')
  t.equal(second.status, 400)
  t.equal(second.code, 'UserErrorDppDatasourceAlreadyHasBackupInstance', 'it has an instance, though a bad one')
  t.equal(stage.world.emulator.digest(), before, 'nothing has changed')
  await stage.delete(path)
  await stage.give('Disk Snapshot Contributor', groupPath('snapshots'))
  const again = await stage.protect(stage.vaultPath, stage.disk1)
  t.equal((await stage.instance(again)).currentProtectionState, 'ProtectionConfigured')
})

const BACKUP: readonly Trouble[] = [
  { ...takenAway.reader, code: 'UserErrorDiskBackupDiskOrMSIPermissionsNotPresent' },
  { ...takenAway.otherRole, code: 'UserErrorDiskBackupDiskOrMSIPermissionsNotPresent' },
  { ...takenAway.contributor, code: 'UserErrorDiskBackupSnapshotRGOrMSIPermissionsNotPresent' },
  { ...takenAway.snapshotGroup, code: 'UserErrorDiskBackupSnapshotRGOrMSIPermissionsNotPresent' },
  { ...takenAway.identity, code: 'UserErrorDiskBackupAuthorizationFailed' },
  { ...takenAway.compute, code: 'UserErrorMissingSubscriptionRegistration' },
  { ...takenAway.disk, code: 'UserErrorManagedDiskNotFound' },
  { ...encrypted, code: 'UserErrorMSIPermissionsNotPresentOnDES' },
  ...troublesAt('diskSnapshot', 'in turn'),
]

t.test('what makes a backup fail, and no longer does once it is over', async (t) => {
  const stage = await diskStage(t)
  const { path } = await stage.protect(stage.vaultPath, stage.disk1)
  t.equal(await stage.backedUp(path), 'Completed', 'nothing is wrong')
  for (const { what, code, bring, end } of BACKUP) {
    await bring(stage)
    t.equal(see(await stage.backedUp(path)), code, what)
    await end(stage)
    t.equal(await stage.backedUp(path), 'Completed', `${what}: no longer`)
  }
})

/** Before a restore and in its job the service has different words for the same. */
const RESTORE: readonly (Trouble & { inJob?: string })[] = [
  {
    ...takenAway.operator,
    code: 'UserErrorNotEnoughPermissionOnTargetRG',
    inJob: 'UserErrorDiskBackupRestoreRGOrMSIPermissionsNotPresent',
  },
  {
    ...takenAway.targetGroup,
    code: 'UserErrorRestoreTargetRGNotFound',
    inJob: 'UserErrorDiskBackupRestoreRGOrMSIPermissionsNotPresent',
  },
  { ...takenAway.contributor, code: 'UserErrorSnapshotRGOrMSIPermissionsNotPresent' },
  { ...takenAway.identity, code: 'UserErrorDiskBackupAuthorizationFailed' },
  { ...takenAway.storage, code: 'UserErrorMissingSubscriptionRegistration' },
  ...troublesAt('diskRestore', 'in turn'),
]

t.test('what makes a restore fail, and no longer does once it is over', async (t) => {
  const stage = await diskStage(t)
  const { path } = await stage.protect(stage.vaultPath, stage.disk1)
  await stage.backedUp(path)
  for (const [index, { what, code, inJob = code, bring, end }] of RESTORE.entries()) {
    const request = await stage.restoreOf(path, `copy${index}`)
    await bring(stage)
    t.equal(see(await stage.restoreValidated(path, request)), code, `${what}: validated`)
    t.equal(see(await stage.restored(path, request)), inJob, `${what}: restored`)
    await end(stage)
    t.equal(await stage.restoreValidated(path, request), '', `${what}: no longer`)
    t.equal(await stage.restored(path, request), 'Completed', `${what}: no longer`)
  }
})

t.test('a restore does not write over a disk', async (t) => {
  const stage = await diskStage(t)
  const { path } = await stage.protect(stage.vaultPath, stage.disk1)
  await stage.backedUp(path)
  const request = await stage.restoreOf(path, 'copy')
  t.equal(await stage.restored(path, request), 'Completed')
  t.equal(see(await stage.restoreValidated(path, request)), 'UserErrorSameNameDiskAlreadyExists')
  t.equal(await stage.restored(path, request), 'UserErrorSameNameDiskAlreadyExists')
})

t.test('snapshots are resources: a point goes without its snapshot, and a snapshot with its point', async (t) => {
  const stage = await diskStage(t)
  const { path } = await stage.protect(stage.vaultPath, stage.disk1)
  const snapshots = () => stage.call('GET', `${groupPath('snapshots')}/providers/Microsoft.Compute/snapshots`)
  t.same((await snapshots()).values, [])
  await stage.backedUp(path)
  const [taken] = (await snapshots()).values
  t.match(taken, {
    location: 'westeurope',
    sku: { name: 'Standard_ZRS' },
    properties: {
      creationData: { createOption: 'Copy', sourceResourceId: stage.disk1 },
      diskSizeGB: 32,
      incremental: true,
      provisioningState: 'Succeeded',
    },
  })
  const request = await stage.restoreOf(path, 'copy')
  await stage.delete(String(taken?.id))
  t.equal(see(await stage.restoreValidated(path, request)), 'UserErrorDiskSnapshotNotFound')
  t.equal(await stage.restored(path, request), 'UserErrorDiskSnapshotNotFound')

  t.equal(await stage.backedUp(path), 'Completed')
  t.equal((await snapshots()).values.length, 1, 'the deleted one is not made again')
  await stage.advance('15d')
  const points = (await stage.call('GET', `${path}/recoveryPoints`)).values.length
  t.ok(points >= 7, `${points} points`)
  t.equal((await snapshots()).values.length, points, 'as many as there are points')
  await stage.delete(path)
  t.equal((await snapshots()).values.length, points, 'soft delete keeps them')
  await stage.advance('16d')
  t.same((await snapshots()).values, [], 'they are gone with the data')
})

t.test('a point can be restored when its disk has gone', async (t) => {
  const stage = await diskStage(t)
  const { path } = await stage.protect(stage.vaultPath, stage.disk1)
  await stage.backedUp(path)
  await stage.delete(stage.disk1)
  const request = await stage.restoreOf(path, 'copy')
  t.equal(await stage.restoreValidated(path, request), '')
  t.equal(await stage.restored(path, request), 'Completed')
  await stage.delete(groupPath('snapshots'))
  t.equal(
    await stage.restored(path, await stage.restoreOf(path, 'again')),
    'UserErrorSnapshotRGOrMSIPermissionsNotPresent',
    'not without the group of its snapshots',
  )
})

t.test('a second backup waits for the first', async (t) => {
  const stage = await diskStage(t)
  const { path } = await stage.protect(stage.vaultPath, stage.disk1)
  const backupRuleOptions = { ruleName: 'BackupHourly', triggerOption: {} }
  await stage.call('POST', `${path}/backup`, { backupRuleOptions })
  const second = await stage.finished(await stage.call('POST', `${path}/backup`, { backupRuleOptions }))
  t.equal(see(second.text('error.code')), 'UserErrorMaxConcurrentOperationLimitReached')
})

t.test('no error of a disk is out of reach', async (t) => {
  t.same(
    Object.keys(DISK_JOB_ERRORS).filter((code) => !SEEN.has(code)),
    [],
  )
})

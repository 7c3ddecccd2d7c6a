import t from 'tap'
import {
  backUp,
  diskJob,
  diskPoints,
  restored,
  restoredDisk,
  restoreOf,
  tryRestore,
  validated,
} from '../support/disk-backups.js'
import { type DiskInstance, type DiskStory, diskPath, diskPolicy, tellDiskStory } from '../support/disk-story.js'
import { type Members, members } from '../support/seen.js'
import { groupPath } from '../support/story.js'

/** A policy that never strikes while a story runs. */
const RARELY = diskPolicy({ intervals: ['R/2026-06-01T02:00:00+00:00/P1D'] })
const NO_POINT = '0'.repeat(32)

/** A protected disk that has a point, and a group that it may be restored to. */
async function backedUp(story: DiskStory, properties: Members = {}): Promise<DiskInstance & { point: string }> {
  const instance = await story.protectedDisk(RARELY, { diskSizeGB: 64, sku: 'Premium_LRS' }, properties)
  await story.group('restored')
  await story.grant(instance.vault, 'Disk Restore Operator', groupPath('restored'))
  await backUp(story, instance)
  const [point] = await diskPoints(story, instance)
  return { ...instance, point: point?.name ?? '' }
}

t.test('a point becomes a new disk, as large and of the same kind', async (t) => {
  const story = await tellDiskStory(t)
  const { point, ...instance } = await backedUp(story)
  const request = restoreOf(point)
  t.equal((await validated(story, instance, request)).text('status'), 'Succeeded')
  t.equal((await story.call('GET', restoredDisk())).status, 404, 'a validation makes nothing')

  const accepted = await tryRestore(story, instance, request)
  t.equal(accepted.status, 202)
  const status = await story.succeeded(accepted)
  const id = status.text('properties.jobId').split('/').pop() ?? ''
  const [kept] = await diskPoints(story, instance)
  const running = await diskJob(story, instance.vault, id)
  t.match(running, { status: 'InProgress', operation: 'Restore', onDemand: true })
  t.match(members(running.properties.extendedInfo), {
    sourceRecoverPoint: { recoveryPointID: point },
    targetRecoverPoint: null,
    recoveryDestination: restoredDisk(),
    subTasks: [{ taskId: 1, taskName: 'Trigger Restore', taskStatus: 'InProgress' }],
    additionalDetails: null,
  })
  const { sourceRecoverPoint } = members(running.properties.extendedInfo)
  t.equal(Date.parse(String(members(sourceRecoverPoint).recoveryPointTime)), kept?.time)
  t.equal((await story.call('GET', restoredDisk())).status, 404, 'not there before the job is over')

  story.world.emulator.clock.advance({ untilJob: id })
  const job = await diskJob(story, instance.vault, id)
  t.equal(job.status, 'Completed')
  const took = ((job.end ?? 0) - job.start) / 1000
  t.ok(took >= 240 && took <= 246, `took as long as the service's: ${took} s`)
  const disk = await story.call('GET', restoredDisk())
  t.equal(disk.status, 200)
  t.equal(disk.text('location'), 'westeurope')
  t.equal(disk.at('properties.diskSizeGB'), 64)
  t.equal(disk.text('sku.name'), 'Premium_LRS')
  t.equal(disk.text('properties.creationData.createOption'), 'Copy')
  t.match(disk.text('properties.creationData.sourceResourceId'), /\/snapshots\//, 'made of the point’s snapshot')
  t.equal((await story.call('GET', instance.disk)).status, 200, 'its source is as it was')
})

t.test('a disk that is there is never written over: the validation and the job say so', async (t) => {
  const story = await tellDiskStory(t)
  const { point, ...instance } = await backedUp(story)
  story.disk('taken', { resourceGroup: 'restored', diskSizeGB: 8 })
  const request = restoreOf(point, restoredDisk('taken'))
  const status = await validated(story, instance, request)
  t.equal(status.text('status'), 'Failed')
  t.equal(status.text('error.code'), 'UserErrorSameNameDiskAlreadyExists')
  t.equal(status.text('error.additionalInfo.0.type'), 'UserFacingError')
  const job = await restored(story, instance, request)
  t.equal(job.status, 'Failed')
  t.same(job.errors, ['UserErrorSameNameDiskAlreadyExists'])
  t.equal(members(job.properties.errorDetails).length, 1)
  t.equal((await story.call('GET', restoredDisk('taken'))).at('properties.diskSizeGB'), 8)
  t.equal((await restored(story, instance, restoreOf(point))).status, 'Completed', 'under another name it works')
})

t.test('names of members count in any casing, and articles send more', async (t) => {
  const story = await tellDiskStory(t)
  const { point, ...instance } = await backedUp(story)
  const { restoreTargetInfo, ...rest } = restoreOf(point)
  const { datasourceInfo, ...target } = members(restoreTargetInfo)
  const { resourceID, ...source } = members(datasourceInfo)
  const spelled = {
    ...rest,
    RestoreTargetInfo: { ...target, dataSourceInfo: { ...source, resourceId: resourceID } },
  }
  const validation = await story.call('POST', `${instance.path}/validateRestore`, {
    objectType: 'ValidateRestoreRequestObject',
    recoveryPointId: point,
    restoreRequestObject: spelled,
  })
  t.equal((await story.finished(validation)).text('status'), 'Succeeded')
  t.equal((await restored(story, instance, { ...spelled, sourceResourceId: instance.disk })).status, 'Completed')
  t.equal((await story.call('GET', restoredDisk())).status, 200)
})

t.test('what is no restore of a disk is refused at once, validated or not', async (t) => {
  const story = await tellDiskStory(t)
  const { point, ...instance } = await backedUp(story)
  const invalid = 'UserErrorInvalidRestoreRequest'
  const other = '00000000-0000-0000-0000-000000000002'
  const rows: [string, Members, number, string][] = [
    [
      'a moment',
      restoreOf(point, undefined, { changes: { objectType: 'AzureBackupRecoveryTimeBasedRestoreRequest' } }),
      400,
      invalid,
    ],
    [
      'with rehydration',
      restoreOf(point, undefined, { changes: { objectType: 'AzureBackupRestoreWithRehydrationRequest' } }),
      400,
      invalid,
    ],
    ['no point', restoreOf(''), 400, invalid],
    ['from the vault', restoreOf(point, undefined, { changes: { sourceDataStoreType: 'VaultStore' } }), 400, invalid],
    ['of files', restoreOf(point, undefined, { target: { objectType: 'RestoreFilesTargetInfo' } }), 400, invalid],
    [
      'over what is there',
      restoreOf(point, undefined, { target: { recoveryOption: 'OverwriteIfExists' } }),
      400,
      invalid,
    ],
    [
      'of a blob',
      restoreOf(point, undefined, { source: { datasourceType: 'Microsoft.Storage/storageAccounts/blobServices' } }),
      400,
      invalid,
    ],
    ['without a name', restoreOf(point, undefined, { source: { resourceID: '' } }), 400, invalid],
    [
      'to a machine',
      restoreOf(point, `${groupPath('restored')}/providers/Microsoft.Compute/virtualMachines/vm1`),
      400,
      invalid,
    ],
    [
      'of another disk',
      restoreOf(point, undefined, { changes: { sourceResourceId: diskPath('disk2') } }),
      400,
      invalid,
    ],
    ['nothing', {}, 400, invalid],
    ['a name that is none', restoreOf(point, restoredDisk('a?b')), 400, 'InvalidResourceName'],
    [
      'in another region',
      restoreOf(point, undefined, { target: { restoreLocation: 'northeurope' } }),
      400,
      'UserErrorRestoreRegionMismatch',
    ],
    [
      'with a disk of another region',
      restoreOf(point, undefined, { source: { resourceLocation: 'northeurope' } }),
      400,
      'UserErrorRestoreRegionMismatch',
    ],
    ['a point that there is not', restoreOf(NO_POINT), 404, 'UserErrorGenericResourceNotFound'],
  ]
  const before = story.world.emulator.digest()
  for (const [what, request, status, code] of rows) {
    for (const answer of [
      await tryRestore(story, instance, request),
      await story.call('POST', `${instance.path}/validateRestore`, { restoreRequestObject: request }),
    ]) {
      t.equal(answer.status, status, what)
      t.equal(answer.code, code, what)
    }
  }
  const unwrapped = await story.call('POST', `${instance.path}/validateRestore`, restoreOf(point))
  t.equal(unwrapped.code, 'InvalidRequestContent', 'a validation has its request wrapped')
  const elsewhere = restoredDisk().replace(/^\/subscriptions\/[^/]+/, `/subscriptions/${other}`)
  t.equal(
    (await tryRestore(story, { path: `${instance.vault}/backupInstances/none` }, restoreOf(point, elsewhere))).status,
    404,
  )
  t.equal(story.world.emulator.digest(), before, 'nothing has changed')
})

t.test('to another subscription only where the vault allows it', async (t) => {
  const story = await tellDiskStory(t)
  const { point, ...instance } = await backedUp(story, {
    featureSettings: { crossSubscriptionRestoreSettings: { state: 'Disabled' } },
  })
  const other = '00000000-0000-0000-0000-000000000002'
  const elsewhere = restoredDisk().replace(/^\/subscriptions\/[^/]+/, `/subscriptions/${other}`)
  const before = story.world.emulator.digest()
  const answer = await tryRestore(story, instance, restoreOf(point, elsewhere))
  t.equal(answer.status, 400)
  t.equal(answer.code, 'UserErrorCrossSubscriptionRestoreNotAllowed')
  t.equal(story.world.emulator.digest(), before)
  t.equal((await restored(story, instance, restoreOf(point))).status, 'Completed', 'in its own it works')
})

t.test('an instance whose backups have stopped is restored, ten times a day', async (t) => {
  const story = await tellDiskStory(t)
  const { point, ...instance } = await backedUp(story)
  await story.succeeded(await story.call('POST', `${instance.path}/stopProtection`))
  await story.advance('1m')
  for (let restore = 0; restore < 10; restore++) {
    const job = await restored(story, instance, restoreOf(point, restoredDisk(`restored${restore}`)))
    t.equal(job.status, 'Completed')
    t.equal(job.properties.policyName, 'Disks', 'under the policy that it had')
  }
  const before = story.world.emulator.digest()
  const answer = await tryRestore(story, instance, restoreOf(point))
  t.equal(answer.status, 400)
  t.equal(answer.code, 'CloudDosAbsoluteLimitReached')
  t.equal(story.world.emulator.digest(), before)
  await story.advance('1d')
  t.equal((await restored(story, instance, restoreOf(point))).status, 'Completed')
})

t.test('a point that goes while it is restored from', async (t) => {
  const story = await tellDiskStory(t)
  const { point, ...instance } = await backedUp(story)
  const accepted = await tryRestore(story, instance, restoreOf(point))
  const id = (await story.succeeded(accepted)).text('properties.jobId').split('/').pop() ?? ''
  const made = await story.call('GET', `${groupPath('snapshots')}/resources?api-version=2021-04-01`)
  const snapshot = made.values.find(({ type }) => type === 'Microsoft.Compute/snapshots')
  await story.call('DELETE', `${snapshot?.id}?api-version=2024-03-02`)
  story.world.emulator.clock.advance({ untilJob: id })
  const job = await diskJob(story, instance.vault, id)
  t.equal(job.status, 'Failed')
  t.same(job.errors, ['UserErrorDiskSnapshotNotFound'])
  t.equal((await story.call('GET', restoredDisk())).status, 404)
})

t.test('disks have no ranges of time, nothing in the archive, and nothing in another region', async (t) => {
  const story = await tellDiskStory(t)
  const { point, ...instance } = await backedUp(story, {
    storageSettings: [{ datastoreType: 'VaultStore', type: 'GeoRedundant' }],
    featureSettings: { crossRegionRestoreSettings: { state: 'Enabled' } },
  })
  const before = story.world.emulator.digest()
  const ranges = await story.call('POST', `${instance.path}/findRestorableTimeRanges`, {
    sourceDataStoreType: 'OperationalStore',
    startTime: '2026-01-01T00:00:00.0000000Z',
    endTime: '2026-02-01T00:00:00.0000000Z',
  })
  t.same(ranges.at('properties'), {
    restorableTimeRanges: [],
    objectType: 'AzureBackupFindRestorableTimeRangesResponse',
  })
  t.equal(ranges.text('id'), 'disk1', 'the name alone')
  const rehydration = await story.call('POST', `${instance.path}/rehydrate`, {
    recoveryPointId: point,
    rehydrationPriority: 'High',
    rehydrationRetentionDuration: 'P10D',
  })
  t.equal(rehydration.code, 'UserErrorRecoveryPointRehydrationNotAllowed')

  const region = `${groupPath('backup')}/providers/Microsoft.DataProtection/locations/northeurope`
  const ask = (what: string, body: Members) => story.call('POST', `${region}/${what}`, body)
  const ofVault = { sourceRegion: 'westeurope', sourceBackupVaultId: instance.vault }
  const ofInstance = { sourceRegion: 'westeurope', sourceBackupInstanceId: instance.path }
  t.same((await ask('fetchSecondaryRecoveryPoints', ofInstance)).body, { value: [] })
  t.same((await ask('fetchCrossRegionRestoreJobs', ofVault)).body, { value: [] })
  const noVault = { ...ofVault, sourceBackupVaultId: `${instance.vault}x` }
  const noInstance = { ...ofInstance, sourceBackupInstanceId: `${instance.path}x` }
  t.equal((await ask('fetchCrossRegionRestoreJobs', noVault)).status, 404)
  t.equal((await ask('fetchSecondaryRecoveryPoints', noInstance)).status, 404)
  t.equal((await ask('fetchCrossRegionRestoreJob', { ...ofVault, jobId: NO_POINT })).status, 404)
  for (const what of ['crossRegionRestore', 'validateCrossRegionRestore']) {
    const answer = await ask(what, { restoreRequestObject: restoreOf(point), crossRegionRestoreDetails: ofInstance })
    t.equal(answer.status, 400, what)
    t.equal(answer.code, 'UserErrorInvalidRestoreRequest', what)
  }
  t.equal(story.world.emulator.digest(), before, 'nothing has changed')
})

t.test('a vault whose data is not to be had in another region says so', async (t) => {
  const story = await tellDiskStory(t)
  const { point, ...instance } = await backedUp(story)
  const answer = await story.call(
    'POST',
    `${groupPath('backup')}/providers/Microsoft.DataProtection/locations/northeurope/crossRegionRestore`,
    {
      restoreRequestObject: restoreOf(point),
      crossRegionRestoreDetails: { sourceRegion: 'westeurope', sourceBackupInstanceId: instance.path },
    },
  )
  t.equal(answer.code, 'UserErrorCrossRegionRestoreNotEnabled')
})

t.test('a guard stands in front of restores, not of their validation', async (t) => {
  const story = await tellDiskStory(t)
  const { point, ...instance } = await backedUp(story)
  const guard = `${groupPath('backup')}/providers/Microsoft.DataProtection/resourceGuards/guard`
  t.equal((await story.call('PUT', guard, { location: 'westeurope', properties: {} })).status, 200)
  const proxy = `${instance.vault}/backupResourceGuardProxies/DppResourceGuardProxy`
  const attached = await story.call('PUT', proxy, { properties: { resourceGuardResourceId: guard } })
  t.equal(attached.status, 200)
  const details = attached.at('properties.resourceGuardOperationDetails') as Members[]
  const ofRestores = details.find(({ vaultCriticalOperation }) =>
    /restore\/action$/.test(String(vaultCriticalOperation)),
  )
  const request = restoreOf(point)
  t.equal((await validated(story, instance, request)).text('status'), 'Succeeded')
  const before = story.world.emulator.digest()
  for (const resourceGuardOperationRequests of [undefined, [`${guard}/getBackupSecurityPINRequests/default`]]) {
    const answer = await tryRestore(story, instance, { ...request, resourceGuardOperationRequests })
    t.equal(answer.code, 'UserErrorResourceGuardOperationRequestNotProvided')
  }
  t.equal(story.world.emulator.digest(), before)
  const allowed = { ...request, resourceGuardOperationRequests: [ofRestores?.defaultResourceRequest] }
  t.equal((await restored(story, instance, allowed)).status, 'Completed')
})

t.test('clients are told to wait as the service tells them', async (t) => {
  const story = await tellDiskStory(t)
  const { point, ...instance } = await backedUp(story)
  story.world.emulator.clock.set({ mode: 'live', rate: 1 })
  const validation = { restoreRequestObject: restoreOf(point) }
  const waits = async (action: string, body: Members) =>
    (await story.call('POST', `${instance.path}/${action}`, body)).header('retry-after')
  t.equal(await waits('validateRestore', validation), '10')
  t.equal(await waits('restore', restoreOf(point)), '30')
})

import t from 'tap'
import {
  backUp,
  diskJob,
  diskPoints,
  restored,
  restoredDisk,
  restoreOf,
  startBackUp,
  tryBackUp,
  tryRestore,
} from '../support/disk-backups.js'
import { diskPolicy, tellDiskStory } from '../support/disk-story.js'
import { members } from '../support/seen.js'
import { groupPath } from '../support/story.js'

/** A policy that never strikes while a story runs. */
const RARELY = diskPolicy({ intervals: ['R/2026-06-01T02:00:00+00:00/P1D'] })

t.test('a backup of a disk fails on demand, with any code and message', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY)
  story.world.emulator.faults.add({
    match: { resource: instance.disk, jobOperation: 'Backup', attempt: 2 },
    effect: { jobFailure: { code: 'MyOwnCode', message: 'Made up for a test.' } },
  })
  t.equal((await backUp(story, instance)).status, 'Completed')
  const failed = await backUp(story, instance)
  t.equal(failed.status, 'Failed')
  t.match(failed.properties.errorDetails, [{ code: 'MyOwnCode', message: 'Made up for a test.' }])
  t.match(members(failed.properties.extendedInfo), { targetRecoverPoint: null, subTasks: [{ taskStatus: 'Failed' }] })
  t.equal(failed.properties.destinationDataStoreName, null)
  t.equal((await diskPoints(story, instance)).length, 1, 'it has made no point')
  t.equal((await backUp(story, instance)).status, 'Completed')
})

t.test('one that warns has made its point', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY)
  story.world.emulator.faults.add({
    match: { resource: instance.path, jobOperation: 'Backup' },
    effect: { jobWarning: { code: 'MyOwnCode' } },
  })
  const job = await backUp(story, instance)
  t.equal(job.status, 'CompletedWithWarnings')
  t.equal(job.properties.errorDetails, null)
  t.match(members(job.properties.extendedInfo).warningDetails, [{ warning: { code: 'MyOwnCode' } }])
  const [point] = await diskPoints(story, instance)
  t.match(members(job.properties.extendedInfo).targetRecoverPoint, { recoveryPointID: point?.name })
  t.equal(job.properties.destinationDataStoreName, 'OperationalTierStore')
})

t.test('one that is stuck keeps others away until its fault has gone', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY)
  const fault = story.world.emulator.faults.add({
    match: { resource: instance.vault, jobOperation: 'Backup' },
    effect: { jobStuck: true },
    times: 1,
  })
  const id = await startBackUp(story, instance)
  await story.advance('12h')
  t.equal((await diskJob(story, instance.vault, id)).status, 'InProgress')
  const second = await story.finished(await tryBackUp(story, instance))
  t.equal(second.text('error.code'), 'UserErrorMaxConcurrentOperationLimitReached')
  fault.remove()
  await story.advance('3m')
  t.equal((await diskJob(story, instance.vault, id)).status, 'Completed')
})

t.test('a restore fails on demand and makes no disk; an operation does, too', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY)
  await story.group('restored')
  await story.grant(instance.vault, 'Disk Restore Operator', groupPath('restored'))
  await backUp(story, instance)
  const [point] = await diskPoints(story, instance)
  const request = restoreOf(point?.name ?? '')
  const { faults } = story.world.emulator
  const ofJob = faults.add({ match: { jobOperation: 'Restore' }, effect: { jobFailure: { code: 'MyOwnCode' } } })
  const job = await restored(story, instance, request)
  t.equal(job.status, 'Failed')
  t.same(job.errors, ['MyOwnCode'])
  t.match(members(job.properties.extendedInfo).subTasks, [{ taskName: 'Trigger Restore', taskStatus: 'Failed' }])
  t.equal((await story.call('GET', restoredDisk())).status, 404)
  ofJob.remove()
  const ofOperation = faults.add({
    match: { operation: 'BackupInstanceResources.BackupInstancesTriggerRestore' },
    effect: { operationFailure: { code: 'MyOtherCode' } },
  })
  const status = await story.finished(await tryRestore(story, instance, request))
  t.equal(status.text('status'), 'Failed')
  t.equal(status.text('error.code'), 'MyOtherCode')
  await story.advance('10m')
  t.equal((await story.call('GET', restoredDisk())).status, 404, 'there was no job')
  ofOperation.remove()
  t.equal((await restored(story, instance, request)).status, 'Completed')
})

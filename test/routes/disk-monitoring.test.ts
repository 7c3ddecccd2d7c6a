import t, { type Test } from 'tap'
import { backUp, diskPoints, restored, restoredDisk, restoreOf, tryBackUp } from '../support/disk-backups.js'
import { type DiskInstance, type DiskStory, diskPolicy, lasts, tellDiskStory } from '../support/disk-story.js'
import { activityOf, alertsOf } from '../support/monitoring.js'
import { type Members, members } from '../support/seen.js'
import { groupPath } from '../support/story.js'

/** A policy that never strikes while a story runs. */
const RARELY = diskPolicy({ intervals: ['R/2026-06-01T02:00:00+00:00/P1D'] })
const TYPE = 'Microsoft.DataProtection/backupVaults'

/** A disk that was protected, and is no longer there. */
async function goneDisk(t: Test, properties: Members = {}): Promise<{ story: DiskStory; instance: DiskInstance }> {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY, {}, properties)
  await story.call('DELETE', `${instance.disk}?api-version=2024-03-02`)
  return { story, instance }
}

t.test('a failed backup of a disk raises an alert, with what it is about', async (t) => {
  const { story, instance } = await goneDisk(t)
  const job = await backUp(story, instance)
  t.equal(job.status, 'Failed')
  t.same(job.errors, ['UserErrorManagedDiskNotFound'])
  await story.advance('20m')
  const [alert, ...more] = await alertsOf(t, story)
  t.same(more, [])
  t.match(alert, { rule: 'Backup Failure', severity: 'Sev1', state: 'New' })
  t.match(alert?.context, {
    category: 'Jobs',
    sourceId: instance.disk,
    protectedItemId: instance.path,
    linkedResourceName: 'disk1',
    firstLevelContainerId: null,
    extendedInfo: { jobId: job.id },
  })
})

t.test('alerts of failed jobs can be turned off', async (t) => {
  const { story, instance } = await goneDisk(t, {
    monitoringSettings: { azureMonitorAlertSettings: { alertsForAllJobFailures: 'Disabled' } },
  })
  t.equal((await backUp(story, instance)).status, 'Failed')
  await story.advance('1h')
  t.same(await alertsOf(t, story), [])
})

t.test('a failed restore raises one, too', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY)
  await backUp(story, instance)
  const [point] = await diskPoints(story, instance)
  const job = await restored(story, instance, restoreOf(point?.name ?? '', restoredDisk('new', 'nowhere')))
  t.equal(job.status, 'Failed')
  await story.advance('20m')
  t.match(await alertsOf(t, story), [{ rule: 'Restore Failure', severity: 'Sev1' }])
})

t.test('an operation that comes to nothing has no job, and raises none', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY)
  await story.succeeded(await tryBackUp(story, instance))
  t.equal((await story.finished(await tryBackUp(story, instance))).text('status'), 'Failed')
  await story.advance('1h')
  t.same(await alertsOf(t, story), [])
})

t.test('deleted backup data raises an alert while soft delete is on', async (t) => {
  for (const [state, rules] of [
    ['On', ['Delete Backup Data']],
    ['Off', []],
  ] as const) {
    const story = await tellDiskStory(t)
    const securitySettings = { softDeleteSettings: { state, retentionDurationInDays: 14 } }
    const instance = await story.protectedDisk(RARELY, {}, { securitySettings })
    await backUp(story, instance)
    await story.succeeded(await story.call('DELETE', instance.path))
    await story.advance('1h')
    t.same(
      (await alertsOf(t, story)).map(({ rule }) => rule),
      rules,
      state,
    )
    await story.advance('15d')
    t.same(
      (await alertsOf(t, story)).map(({ rule }) => rule),
      rules,
      `${state}: nothing of its purge`,
    )
  }
})

t.test('what a Backup vault is itself raises no alert', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY)
  await story.policy(instance.vault, 'Shorter', diskPolicy({ rules: [lasts('Default', 'P1D')] }))
  await story.finished(await story.tryProtect(instance.vault, instance.disk, 'Shorter'))
  const patch = { properties: { securitySettings: { softDeleteSettings: { state: 'Off' } } } }
  t.ok((await story.call('PATCH', instance.vault, patch)).status < 300)
  await story.advance('1h')
  t.same(await alertsOf(t, story), [])
})

t.test('the activity log has backups and restores, with how they ended', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY)
  await story.group('restored')
  await story.grant(instance.vault, 'Disk Restore Operator', groupPath('restored'))
  await backUp(story, instance)
  const [point] = await diskPoints(story, instance)
  await restored(story, instance, restoreOf(point?.name ?? ''))
  const told = (await activityOf(t, story))
    .filter((event) => members(event.eventName).value === 'AzureBackupActivityLog')
    .map((event) => `${members(event.operationName).value} ${members(event.status).value}`)
  t.same(told.sort(), [
    `${TYPE}/backupInstances/backup/action Started`,
    `${TYPE}/backupInstances/backup/action Succeeded`,
    `${TYPE}/backupInstances/restore/action Started`,
    `${TYPE}/backupInstances/restore/action Succeeded`,
  ])
})

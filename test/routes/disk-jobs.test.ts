import t from 'tap'
import type { DomainEvent } from '../../src/domain/events/domain-events.js'
import { backUp, diskJob, diskJobs, diskPoints, restored, restoreOf } from '../support/disk-backups.js'
import { diskPolicy, tellDiskStory } from '../support/disk-story.js'
import { members } from '../support/seen.js'
import { groupPath } from '../support/story.js'

/** A policy that never strikes while a story runs. */
const RARELY = diskPolicy({ intervals: ['R/2026-06-01T02:00:00+00:00/P1D'] })

t.test('a vault tells of backups and restores, and of nothing that configures', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY)
  await story.group('restored')
  await story.grant(instance.vault, 'Disk Restore Operator', groupPath('restored'))
  const backup = await backUp(story, instance)
  const [point] = await diskPoints(story, instance)
  const restore = await restored(story, instance, restoreOf(point?.name ?? ''))
  await story.succeeded(await story.call('POST', `${instance.path}/stopProtection`))
  await story.advance('2m')
  t.same(
    (await diskJobs(story, instance.vault)).map(({ id }) => id),
    [restore.id, backup.id],
    'newest first',
  )
  const shown = await story.call('GET', '/_recoverite/dashboard')
  t.equal(JSON.stringify(shown.body).match(/backupJobs\//g)?.length, 2, 'nor does the dashboard count it')
  const { body } = await story.call('GET', '/_recoverite/events?follow=false')
  const events = (body as { events: DomainEvent[] }).events
  t.same(
    events.filter(({ type }) => type.startsWith('job.')).map(({ type, data }) => `${type} ${data.operation}`),
    ['job.started Backup', 'job.completed Backup', 'job.started Restore', 'job.completed Restore'],
    'nor do events',
  )
  const created = events.filter(({ type }) => type === 'recoveryPoint.created')
  t.same(
    created.map(({ subject }) => subject),
    [`${instance.path}/recoveryPoints/${point?.name}`],
    'of points they tell where they are',
  )
})

t.test('a job in a list says less, and its length in another form', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY)
  const { id, properties } = await backUp(story, instance)
  const [listed] = await diskJobs(story, instance.vault)
  t.match(properties.duration, /^PT\d+M([\d.]+S)?$/)
  t.match(listed?.properties.duration, /^00:0\d:\d\d(\.\d{7})?$/)
  t.equal(listed?.properties.extendedInfo, null)
  const { duration: _, extendedInfo: __, ...same } = properties
  const { duration: ___, extendedInfo: ____, ...also } = listed?.properties ?? {}
  t.same(also, same, 'everything else is the same')
  const upper = await story.call('GET', `${instance.vault}/backupJobs/${id.toUpperCase()}`)
  t.equal(upper.status, 200, 'ids count in any casing')
  const none = await story.call('GET', `${instance.vault}/backupJobs/00000000-0000-4000-8000-000000000000`)
  t.equal(none.status, 404)
  t.equal(none.code, 'UserErrorGenericResourceNotFound')
})

t.test('jobs are filtered; an empty filter asks for all', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk()
  await story.reach('2026-01-06T11:00:00Z')
  const of = async (filter: string) => (await diskJobs(story, instance.vault, filter)).length
  const all = await of('')
  t.equal(all, 7)
  t.equal(await of("status eq 'Completed' and operation eq 'Backup'"), all)
  t.equal(await of("status eq 'failed'"), 0)
  t.equal(await of("operation eq 'Restore'"), 0)
  t.equal(await of("backupInstanceFriendlyName eq 'DISK1'"), all)
  t.equal(await of("startTime eq '2026-01-06 12:00:00 AM' and endTime eq '2026-01-06 08:00:00 AM'"), 2)
  const bad = await story.call('GET', `${instance.vault}/backupJobs?$filter=${encodeURIComponent("colour eq 'red'")}`)
  t.equal(bad.status, 400)
  t.equal(bad.code, 'InvalidFilterInQueryString')
})

t.test('points are filtered by when they were taken', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk()
  await story.reach('2026-01-07T11:00:00Z')
  const of = async (filter: string) => (await diskPoints(story, instance, filter)).length
  const all = await of('')
  t.equal(all, 13)
  t.equal(await of("startDate eq '2026-01-06T00:00:00.0000000Z'"), 9)
  t.equal(await of("startDate eq '2026-01-06T00:00:00' and endDate eq '2026-01-07T00:00:00'"), 6)
  t.equal(await of("endDate eq '2026-01-06'"), 4, 'a date is its midnight')
  for (const filter of ["startDate eq 'yesterday'", "tag eq 'Default'"]) {
    const bad = await story.call('GET', `${instance.path}/recoveryPoints?$filter=${encodeURIComponent(filter)}`)
    t.equal(bad.code, 'InvalidFilterInQueryString', filter)
  }
})

t.test('jobs and points say what they said in each version', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY, { diskSizeGB: 4 })
  const { id } = await backUp(story, instance)
  const rows = [
    ['2021-07-01', 'dataTransferedInBytes', '0001-01-01T00:00:00', false, false, false],
    ['2023-01-01', 'dataTransferredInBytes', '0001-01-01T00:00:00Z', true, false, false],
    ['2023-11-01', 'dataTransferredInBytes', '0001-01-01T00:00:00Z', true, false, true],
    ['2024-04-01', 'dataTransferredInBytes', '0001-01-01T00:00:00Z', true, true, true],
  ] as const
  for (const [version, transferred, unset, tiers, details, expiry] of rows) {
    const job = await story.call('GET', `${instance.vault}/backupJobs/${id}?api-version=${version}`)
    const properties = members(job.at('properties'))
    const info = members(properties.extendedInfo)
    t.ok(transferred in info, `${version} ${transferred}`)
    t.equal(members(info.targetRecoverPoint).recoveryPointTime, unset, version)
    t.equal('isCrossRegionRestore' in properties, tiers, version)
    t.equal('warningDetails' in info, details, version)
    const size = job.at('properties.extendedInfo.subTasks.0.additionalDetails')
    t.equal(members(size).OriginalDatasourceSizeInBytes, details ? String(4 * 1024 ** 3) : undefined, version)
    const points = await story.call('GET', `${instance.path}/recoveryPoints?api-version=${version}`)
    const point = members(points.values[0]?.properties)
    t.equal('expiryTime' in point, expiry, version)
    t.equal(point.friendlyName === point.recoveryPointId, version >= '2023', version)
  }
})

t.test('the version of a tag changes with its policy', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY)
  await backUp(story, instance)
  await backUp(story, instance)
  const versions = (await diskPoints(story, instance)).map(({ properties }) => properties.retentionTagVersion)
  t.equal(versions[0], versions[1], 'as long as nobody writes the policy')
  t.match(versions[0], /^\d{18}$/)
})

t.test('jobs are exported: as a list and as a sheet', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY)
  const { id } = await backUp(story, instance)
  const accepted = await story.call('POST', `${instance.vault}/exportBackupJobs`)
  t.equal(accepted.status, 202)
  const running = await story.call('GET', accepted.header('location'))
  t.equal(running.status, 202)
  t.equal((await story.succeeded(accepted)).text('status'), 'Succeeded')
  const done = await story.call('GET', accepted.header('location'))
  t.equal(done.status, 200)
  const exported = await story.call('GET', `${done.text('blobUrl')}${done.text('blobSasKey')}`)
  t.same(exported.body, [(await story.call('GET', `${instance.vault}/backupJobs`)).values[0]])
  const sheet = await story.call('GET', `${done.text('excelFileBlobUrl')}${done.text('excelFileBlobSasKey')}`)
  const [, row = ''] = String(sheet.body).split('\r\n')
  t.match(row, /^disk1,Backup,Completed,AzureDisk,/)
  t.match(row, id)
  const unknown = await story.call('GET', accepted.header('location').replace(/operations\/[^?]+/, 'operations/none'))
  t.equal(unknown.status, 404)
  const shut = await story.call('GET', done.text('blobUrl'))
  t.equal(shut.status, 403, 'without its key it stays shut')
})

t.test('a job stays as it was when its instance has gone', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(RARELY, {}, { securitySettings: { softDeleteSettings: { state: 'Off' } } })
  const before = await backUp(story, instance)
  await story.succeeded(await story.call('DELETE', instance.path))
  await story.advance('2m')
  t.equal((await story.call('GET', instance.path)).status, 404)
  t.same((await diskJob(story, instance.vault, before.id)).properties, before.properties)
})

import t, { type Test } from 'tap'
import { type DiskInstance, type DiskStory, instanceOf, tellDiskStory } from '../support/disk-story.js'
import { members } from '../support/seen.js'

const softDelete = (state: string, days = 14) => ({
  securitySettings: { softDeleteSettings: { state, retentionDurationInDays: days } },
})

const deletedPath = ({ vault }: DiskInstance) => `${vault}/deletedBackupInstances/disk1`

const pointsOf = async (story: DiskStory, { path }: DiskInstance) =>
  (await story.call('GET', `${path}/recoveryPoints`)).names

/** An instance with points, just deleted. */
async function deleted(t: Test, story: DiskStory, settings = softDelete('On')) {
  const instance = await story.protectedDisk(undefined, {}, settings)
  await story.advance('1d')
  const points = await pointsOf(story, instance)
  t.ok(points.length >= 5)
  const activity = '22222222-2222-2222-2222-222222222222'
  const begun = await story.call('DELETE', instance.path, undefined, { 'x-ms-client-request-id': activity })
  return { instance, points, begun, activity, at: story.now }
}

t.test('a deleted instance is kept, and goes when its days are over', async (t) => {
  const story = await tellDiskStory(t)
  const { instance, begun, activity, at } = await deleted(t, story, softDelete('On', 20))
  const { vault, path } = instance
  t.equal(begun.status, 202)
  t.ok(begun.header('azure-asyncoperation') && begun.header('location'))
  const meanwhile = await story.instance(instance)
  t.match(meanwhile, {
    currentProtectionState: 'SoftDeleting',
    protectionStatus: { status: 'SoftDeleting' },
    provisioningState: 'Deleting',
  })
  const live = (await story.call('GET', path)).body
  await story.succeeded(begun)
  t.ok(story.now - at >= 42_000 && story.now - at <= 49_000, 'it takes 43 s')

  t.match(await story.call('GET', path), { status: 404, code: 'UserErrorGenericResourceNotFound' })
  t.same((await story.call('GET', `${vault}/backupInstances`)).values, [])
  const { body } = await story.call('GET', deletedPath(instance))
  t.same((await story.call('GET', `${vault}/deletedBackupInstances`)).values, [body])
  const properties = members(members(body).properties)
  t.same(properties.deletionInfo, {
    deletionTime: iso(at),
    billingEndDate: iso(at + 6 * DAY),
    scheduledPurgeTime: iso(at + 20 * DAY),
    deleteActivityID: activity,
  })
  t.match(properties, {
    ...members(members(live).properties),
    protectionStatus: { status: 'SoftDeleted' },
    currentProtectionState: 'SoftDeleted',
    provisioningState: 'Succeeded',
    objectType: 'DeletedBackupInstance',
  })
  t.equal(Object.keys(properties)[0], 'deletionInfo')
  t.match(body, {
    id: deletedPath(instance),
    name: 'disk1',
    type: 'Microsoft.DataProtection/backupVaults/deletedBackupInstances',
  })
  t.equal((await story.call('DELETE', path)).status, 204, 'it is not there to be deleted again')

  await story.reach(iso(at + 20 * DAY - 1000))
  t.equal((await story.call('GET', deletedPath(instance))).status, 200)
  await story.advance('2s')
  t.match(await story.call('GET', deletedPath(instance)), { status: 404, code: 'UserErrorGenericResourceNotFound' })
  t.same((await story.call('GET', `${vault}/deletedBackupInstances`)).values, [])
})

t.test('an undeleted instance has stopped, with all its points, and can go on', async (t) => {
  const story = await tellDiskStory(t)
  const { instance, begun, points } = await deleted(t, story)
  await story.succeeded(begun)
  await story.advance('10d')
  const undeleted = await story.call('POST', `${deletedPath(instance)}/undelete`)
  t.equal(undeleted.status, 202)
  t.equal((await story.call('GET', instance.path)).status, 404, 'not yet')
  await story.succeeded(undeleted)
  t.match(await story.instance(instance), { currentProtectionState: 'ProtectionStopped', objectType: 'BackupInstance' })
  t.same((await story.call('GET', `${instance.vault}/deletedBackupInstances`)).values, [])
  t.same(await pointsOf(story, instance), points)
  await story.advance('10d')
  t.same(await pointsOf(story, instance), points, 'nothing purges it any more')

  await story.succeeded(await story.call('POST', `${instance.path}/resumeProtection`))
  t.match(await story.instance(instance), { currentProtectionState: 'ProtectionConfigured' })
  await story.advance('1d')
  t.notSame((await pointsOf(story, instance))[0], points[0], 'backups are made again')
})

t.test('without soft delete an instance is gone at once', async (t) => {
  const story = await tellDiskStory(t)
  const { instance, begun, at } = await deleted(t, story, softDelete('Off'))
  t.match(await story.instance(instance), {
    currentProtectionState: 'ProtectionConfigured',
    provisioningState: 'Deleting',
  })
  await story.succeeded(begun)
  t.ok(story.now - at >= 77_000 && story.now - at <= 89_000, 'it takes 77 to 84 s')
  t.equal((await story.call('GET', instance.path)).status, 404)
  t.same((await story.call('GET', `${instance.vault}/deletedBackupInstances`)).body, { value: [] })
  await story.protect(instance.vault, instance.disk)
  t.same(await pointsOf(story, instance), [], 'a new one of its name has nothing of it')
})

t.test('an instance that was never configured leaves nothing behind', async (t) => {
  const story = await tellDiskStory(t)
  const disk = story.disk('disk1')
  const vault = await story.vault('vault', softDelete('On'))
  await story.policy(vault)
  const instance = await story.protect(vault, disk)
  t.match(await story.instance(instance), { currentProtectionState: 'ProtectionError' })
  await story.succeeded(await story.call('DELETE', instance.path))
  t.same((await story.call('GET', `${vault}/deletedBackupInstances`)).values, [])
})

t.test('an immutable vault lets instances go: their data is not in it', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(
    undefined,
    {},
    {
      securitySettings: { immutabilitySettings: { state: 'Unlocked' } },
    },
  )
  await story.succeeded(await story.call('DELETE', instance.path))
  t.equal((await story.call('GET', instance.path)).status, 404)
})

t.test('what is soft-deleted is not protected again, and what is not can not be undeleted', async (t) => {
  const story = await tellDiskStory(t)
  const { instance, begun } = await deleted(t, story)
  await story.succeeded(begun)
  const before = story.world.emulator.digest()
  const put = await story.call('PUT', instance.path, { properties: instanceOf(instance.vault, instance.disk, 'Disks') })
  t.match(put, { status: 400, code: 'UserErrorItemIsSoftDeleted' })
  const absent = await story.call('POST', `${instance.vault}/deletedBackupInstances/none/undelete`)
  t.equal(absent.status, 404)
  t.match(absent.body, {
    ErrorCode: 'UserErrorGenericResourceNotFound',
    Message: { Language: 'en-US', Value: /'none'/ },
    Values: [],
  })
  t.equal(story.world.emulator.digest(), before)

  const undelete = () => story.call('POST', `${deletedPath(instance)}/undelete`)
  t.equal((await undelete()).status, 202)
  const busy = story.world.emulator.digest()
  t.match(await undelete(), { status: 400, code: 'BMSUserErrorConflictingProtectionOperation' })
  t.equal(story.world.emulator.digest(), busy)
  await story.advance('1m')
  t.equal((await undelete()).status, 404)
})

const DAY = 86_400_000
/** As the service writes it. */
const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z')

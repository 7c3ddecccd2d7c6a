import t from 'tap'
import { instanceOf, tellDiskStory } from '../support/disk-story.js'
import type { Answer } from '../support/emulator.js'
import { members } from '../support/seen.js'
import { groupPath } from '../support/story.js'

t.test('a validation says at its end what stands in the way', async (t) => {
  const story = await tellDiskStory(t)
  const disk = story.disk('disk1')
  const vault = await story.vault()
  await story.policy(vault)
  const body = { backupInstance: instanceOf(vault, disk, 'Disks') }
  const correlation = '11111111-2222-3333-4444-555555555555'
  const validate = () =>
    story.call('POST', `${vault}/validateForBackup`, body, { 'x-ms-correlation-request-id': correlation })
  const failing = async (code: string) => {
    const begun = await validate()
    t.equal(begun.status, 202)
    const from = story.now
    const status = await story.finished(begun)
    t.ok(story.now - from >= 12_000 && story.now - from <= 46_000, 'it takes 12 to 41 s')
    t.match(status.at('error'), {
      code,
      additionalInfo: [{ type: 'UserFacingError', info: { code, properties: { ActivityId: correlation } } }],
    })
    t.same(Object.keys(members(status.body)), ['id', 'name', 'status', 'error', 'startTime', 'endTime'])
    return status
  }
  await failing('UserErrorSnapshotRGNotFound')
  const snapshots = await story.group('snapshots')
  const denied = await failing('UserErrorMissingRequiredPermissions')
  const principal = await story.principalOf(vault)
  t.match(
    denied.text('error.additionalInfo.0.info.innerError.additionalInfo.DetailedNonLocalisedMessage'),
    new RegExp(`client '${principal}'.*${disk}`),
  )
  await story.grant(vault, 'Disk Backup Reader', disk)
  await failing('UserErrorNotEnoughPermissionOnSnapshotRG')
  await story.grant(vault, 'Disk Snapshot Contributor', snapshots)
  const begun = await validate()
  t.same((await story.succeeded(begun)).at('error'), undefined)
  t.same((await story.call('GET', begun.header('location'))).body, { objectType: 'OperationJobExtendedInfo' })
  t.same((await story.call('GET', `${vault}/backupInstances`)).values, [], 'nothing was made')
})

t.test('a change is validated for the instance that is there', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await story.protectedDisk()
  await story.policy(vault, 'Other')
  const body = { backupInstance: instanceOf(vault, disk, 'Other') }
  const modify = (url: string) => story.call('POST', `${url}/validateForModifyBackup`, body)
  await story.succeeded(await modify(path))
  t.equal(members((await story.instance({ path })).policyInfo).policyId, `${vault}/backupPolicies/Disks`)
  t.match(await modify(`${vault}/backupInstances/none`), { status: 404, code: 'UserErrorGenericResourceNotFound' })
  t.equal((await story.call('DELETE', disk)).status, 200)
  t.match(await story.finished(await modify(path)), { body: { error: { code: 'UserErrorManagedDiskNotFound' } } })
})

t.test('a resource guard stands in front of what could cost backups', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await story.protectedDisk()
  await story.policy(vault, 'Other')
  const guard = `${groupPath('backup')}/providers/Microsoft.DataProtection/resourceGuards/guard`
  t.equal((await story.call('PUT', guard, { location: 'westeurope' })).status, 200)
  const proxy = `${vault}/backupResourceGuardProxies/DppResourceGuardProxy`
  const attached = await story.call('PUT', proxy, { properties: { resourceGuardResourceId: guard } })
  t.equal(attached.status, 200)
  const requests = (collection: string) => ({ resourceGuardOperationRequests: [`${guard}/${collection}/default`] })

  const change = (more: object = {}) =>
    story.call('PUT', path, { properties: { ...instanceOf(vault, disk, 'Other'), ...more } })
  const rows: [what: string, call: (allowed?: string) => Promise<Answer>, collection: string][] = [
    [
      'stopProtection',
      (allowed) => story.call('POST', `${path}/stopProtection`, allowed ? requests(allowed) : undefined),
      'dppDisableStopProtectionRequests',
    ],
    [
      'suspendBackups',
      (allowed) => story.call('POST', `${path}/suspendBackups`, allowed ? requests(allowed) : {}),
      'dppDisableSuspendBackupsRequests',
    ],
    ['another policy', (allowed) => change(allowed ? requests(allowed) : {}), 'dppModifyPolicy'],
  ]
  for (const [what, call, collection] of rows) {
    const before = story.world.emulator.digest()
    for (const wrong of [undefined, 'deleteBackupInstanceRequests']) {
      const refused = await call(wrong)
      t.match(refused, { status: 400, code: 'UserErrorResourceGuardOperationRequestNotProvided' }, what)
    }
    t.equal(story.world.emulator.digest(), before, `${what} changes nothing`)
    await story.succeeded(await call(collection))
    const resumed = await story.call('POST', `${path}/resumeProtection`)
    if (resumed.status === 202) await story.succeeded(resumed)
  }
  t.equal((await story.call('PUT', path, { properties: instanceOf(vault, disk, 'Other'), tags: {} })).status, 200)

  const before = story.world.emulator.digest()
  const refused = await story.call('DELETE', path)
  t.match(refused, { status: 400, code: 'UserErrorResourceGuardOperationRequestNotProvided' })
  t.equal(story.world.emulator.digest(), before)
  const unlocked = await story.call('POST', `${proxy}/unlockDelete`, {
    ...requests('deleteBackupInstanceRequests'),
    resourceToBeDeleted: path,
  })
  t.equal(unlocked.status, 200, JSON.stringify(unlocked.body))
  await story.succeeded(await story.call('DELETE', path))
  t.equal((await story.call('GET', path)).status, 404)
})

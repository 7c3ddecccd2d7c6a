import t from 'tap'
import { type Members, members } from '../support/seen.js'
import { accountPath, type ShareItem, type ShareStory, tellShareStory, vaultPolicy } from '../support/share-story.js'

/** A share with 4 GB in 12 files, backed up; a second account with an empty share. */
async function backedUp(story: ShareStory, policy?: Members): Promise<ShareItem & { point: string }> {
  const item = await story.protectedShare(policy, { name: 'share1', usedDataGB: 4, files: 12 })
  story.account('account2', ['target'])
  await story.backUp(item)
  return { ...item, point: await story.newest(item) }
}

const other = (name = 'target', account = 'account2') => ({
  recoveryType: 'AlternateLocation',
  targetDetails: { name, targetResourceId: accountPath(account) },
})
const files = (count: number, folder?: string) => ({
  restoreRequestType: 'ItemLevelRestore',
  restoreFileSpecs: Array.from({ length: count }, (_, index) => ({
    path: `file${index}`,
    fileSpecType: 'File',
    ...(folder ? { targetFolderPath: folder } : {}),
  })),
})
const conditionsOf = async (story: ShareStory, account: string, share: string) =>
  members(
    (
      await story.call(
        'GET',
        `/_recoverite/conditions?resourceId=${accountPath(account)}/fileServices/default/shares/${share}`,
      )
    ).at('set'),
  )

t.test('a restore in place: the job is the operation, and says nothing at first', async (t) => {
  const story = await tellShareStory(t)
  const item = await backedUp(story)
  const accepted = await story.tryRestore(item, item.point, { targetDetails: null })
  t.equal(accepted.status, 202)
  const id =
    decodeURI(new URL(accepted.header('location')).pathname)
      .split('/')
      .pop() ?? ''
  const first = await story.call('GET', `${item.vault}/backupJobs/${id}`)
  t.match(first.body, { properties: { storageAccountVersion: 'Storage', extendedInfo: { tasksList: [] } } })
  t.strictSame(first.at('properties.extendedInfo.propertyBag'), {})
  await story.advance('3s')
  const running = await story.call('GET', `${item.vault}/backupJobs/${id}`)
  t.match(running.body, { properties: { storageAccountVersion: 'ClassicCompute', actionsInfo: ['Cancellable'] } })
  t.strictSame(running.at('properties.extendedInfo.propertyBag'), {
    'Source File Share Name': 'share1',
    'Source Storage Account Name': 'account1',
    'Job Type': 'Recovering to the original file share',
    RestoreDestination: 'account1/share1/',
    'Data Transferred (in MB)': '0',
    'Number Of Restored Files': '0',
    'Number Of Skipped Files': '0',
    'Number Of Failed Files': '0',
  })
  const { bag, status } = await story.ended(item.vault, id)
  t.equal(status, 'Completed')
  t.equal(Object.keys(bag)[2], 'RestoreRecoveryPointTime', 'the time of the point comes third in the end')
  t.match(bag, { RestoreRecoveryPointTime: /^1\/5\/2026 8:\d\d:\d\d AM$/, 'Number Of Restored Files': '12' })
  t.equal(bag['Data Transferred (in MB)'], '4096')
  const result = await story.call('GET', accepted.header('location'))
  t.equal(result.status, 204)
})

t.test('files and whole shares come back to a share that exists', async (t) => {
  const story = await tellShareStory(t)
  const item = await backedUp(story)
  const some = await story.restore(item, item.point, { ...other(), ...files(2, 'folder1') })
  t.match(some.bag, {
    'Target File Share Name': 'target',
    'Target Storage Account Name': 'account2',
    'Job Type': 'Recover to an alternate file share',
    RestoreDestination: 'account2/target/folder1',
    'Number Of Restored Files': '2',
  })
  t.match(await conditionsOf(story, 'account2', 'target'), { files: 2 })
  const whole = await story.restore(item, item.point, { ...other(), restoreFileSpecs: [{ targetFolderPath: '/' }] })
  t.match(whole.bag, { RestoreDestination: 'account2/target/', 'Number Of Restored Files': '12' })
  t.match(await conditionsOf(story, 'account2', 'target'), { files: 14, usedDataGB: 4 })
})

t.test('copyOptions say what becomes of files that are there', async (t) => {
  const story = await tellShareStory(t)
  const item = await backedUp(story)
  await story.call(
    'PATCH',
    `/_recoverite/conditions?resourceId=${accountPath('account1')}/fileServices/default/shares/share1`,
    { files: 5 },
  )
  const counts = ({ bag }: { bag: Members }) =>
    ['Restored', 'Skipped', 'Failed'].map((what) => bag[`Number Of ${what} Files`]).join()
  const skipped = await story.restore(item, item.point, { copyOptions: 'Skip' })
  t.strictSame([skipped.status, counts(skipped)], ['Completed', '7,5,0'])
  const failed = await story.restore(item, item.point, { copyOptions: 'FailOnConflict' })
  t.strictSame([failed.status, counts(failed)], ['Failed', '0,0,12'], 'by now all are there')
  t.match(failed.properties.errorDetails, [{ errorString: /no file could be recovered/ }])
  const copied = await story.restore(item, item.point, { copyOptions: 'CreateCopy' })
  t.strictSame([copied.status, counts(copied)], ['Completed', '12,0,0'])
})

t.test('what is in the vault survives its account, a snapshot does not', async (t) => {
  const story = await tellShareStory(t)
  const item = await backedUp(story, vaultPolicy())
  await story.call('DELETE', accountPath('account1'))
  t.equal((await story.item(item)).sourceResourceId, undefined, 'the item names no account any more')
  const whole = await story.restore(item, item.point, other())
  t.equal(whole.status, 'Completed')
  const inPlace = await story.restore(item, item.point)
  t.equal(inPlace.status, 'Failed')
  t.match(inPlace.properties.errorDetails, [{ errorCode: 570035 }])
})

t.test('a restore fails where it cannot read or write', async (t) => {
  const story = await tellShareStory(t)
  const item = await backedUp(story)
  const codes = async (changes: Members) => {
    const { status, properties } = await story.restore(item, item.point, changes)
    const [error] = Array.isArray(properties.errorDetails) ? properties.errorDetails : []
    return [status, members(error).errorCode]
  }
  t.strictSame(await codes(other('nothing')), ['Failed', 499207], 'there is no such share')
  t.strictSame(await codes(other('target', 'nowhere')), ['Failed', 570035], 'there is no such account')
  await story.condition(accountPath('account2'), { network: 'blocked' })
  t.strictSame(await codes(other()), ['Failed', 570035], 'the target is not accessible')
  await story.condition(accountPath('account2'), { network: 'open' })
  await story.condition(accountPath('account1'), { network: 'blocked' })
  t.strictSame(await codes(other()), ['Failed', 570035], 'the source is not accessible')
  await story.condition(accountPath('account1'), { network: 'open' })
  await story.call('DELETE', `${accountPath('account1')}/fileServices/default/shares/share1`)
  t.strictSame(await codes(other()), ['Failed', 499204], 'the snapshot has gone with its share')
  story.account('account1', ['share1'])
  t.strictSame(await codes(other()), ['Failed', 499204], 'a new share of the same name has none of the snapshots')
})

t.test('a restore can be cancelled, a backup cannot', async (t) => {
  const story = await tellShareStory(t)
  const item = await backedUp(story)
  const accepted = await story.tryRestore(item, item.point)
  const id =
    decodeURI(new URL(accepted.header('location')).pathname)
      .split('/')
      .pop() ?? ''
  const before = story.world.emulator.digest()
  t.equal((await story.tryRestore(item, item.point)).code, 'UserErrorAnotherRestoreInProgressOnSameTarget')
  t.equal(story.world.emulator.digest(), before)
  t.equal((await story.call('POST', `${item.vault}/backupJobs/${id}/cancel`)).status, 202)
  t.equal((await story.job(item.vault, id)).status, 'Cancelling')
  t.equal((await story.ended(item.vault, id)).status, 'Cancelled')
  const backup = await story.startBackUp(item)
  t.equal((await story.call('POST', `${item.vault}/backupJobs/${backup}/cancel`)).code, 'UserErrorJobNotCancellable')
})

t.test('requests that make no sense are refused and change nothing', async (t) => {
  const story = await tellShareStory(t, { limits: { filesPerRestore: 3 } })
  const item = await backedUp(story)
  const machine = await story.protect(item.vault, story.machine('vm1'))
  const before = story.world.emulator.digest()
  const wrong: Members[] = [
    { recoveryType: 'RestoreDisks' },
    { restoreRequestType: 'SomeRestore' },
    { copyOptions: 'Merge' },
    { sourceResourceId: accountPath('account2') },
    { recoveryType: 'AlternateLocation' },
    { recoveryType: 'AlternateLocation', targetDetails: { name: 'target' } },
    { ...other(), targetDetails: { name: 'target', targetResourceId: item.vault } },
    { restoreRequestType: 'ItemLevelRestore' },
    { ...files(1), restoreFileSpecs: [{ fileSpecType: 'File' }] },
    { ...files(1), restoreFileSpecs: [{ path: 'a', fileSpecType: 'Link' }] },
    { restoreFileSpecs: [{ path: 'a' }] },
    files(4),
    { objectType: 'IaasVMRestoreRequest' },
    { objectType: 'SomeRestoreRequest' },
  ]
  for (const changes of wrong) {
    const { status, code } = await story.tryRestore(item, item.point, changes)
    t.strictSame([status, code], [400, 'UserErrorInvalidRestoreRequest'], JSON.stringify(changes))
  }
  t.equal((await story.tryRestore(item, '1')).code, 'UserErrorRecoveryPointNotFound')
  t.equal((await story.tryRestore({ ...item, path: machine.path }, '1')).code, 'UserErrorInvalidRestoreRequest')
  t.equal((await story.tryBackUp(machine)).code, 'UserErrorInvalidRequestParameter', "a share's request for a machine")
  t.equal(story.world.emulator.digest(), before)
})

t.test('without its snapshot a point goes back only as a whole and elsewhere', async (t) => {
  const story = await tellShareStory(t)
  const item = await backedUp(story, vaultPolicy())
  await story.reach('2026-01-12T23:00:00Z')
  const [first] = await story.points(item)
  t.strictSame([first?.name, first?.instant, first?.vault], [item.point, 'Deleted', 'Valid'])
  for (const changes of [{}, { ...other(), ...files(1) }])
    t.equal((await story.tryRestore(item, item.point, changes)).code, 'UserErrorInvalidRestoreRequest')
  t.equal((await story.restore(item, item.point, other())).status, 'Completed')
})

t.test('backups fail where the share cannot be read', async (t) => {
  const story = await tellShareStory(t, { limits: { snapshotsPerShare: 2 } })
  const item = await backedUp(story)
  const code = async () => {
    const job = await story.backUp(item)
    const { body } = await story.call('GET', `${item.vault}/backupJobs/${job.id}`)
    const [error] = members(members(body).properties).errorDetails as Members[]
    return [job.status, error?.errorCode]
  }
  await story.condition(accountPath('account1'), { network: 'blocked' })
  t.strictSame(await code(), ['Failed', 499202])
  await story.condition(accountPath('account1'), { network: 'open' })
  t.match(await story.item(item), {
    protectionStatus: 'Unhealthy',
    protectionState: 'Protected',
    lastBackupStatus: 'Failed',
  })
  t.equal((await story.backUp(item)).status, 'Completed')
  t.strictSame(await code(), ['Failed', 499205], 'the share has no room for another snapshot')
  await story.call('DELETE', `${accountPath('account1')}/fileServices/default/shares/share1`)
  t.strictSame(await code(), ['Failed', 499203])
  t.match(await story.item(item), { extendedInfo: { resourceState: 'Deleted' } })
  await story.call('DELETE', accountPath('account1'))
  t.strictSame(await code(), ['Failed', 499201])
})

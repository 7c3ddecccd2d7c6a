import t from 'tap'
import { members } from '../support/seen.js'
import { type Item, type Story, tellStory } from '../support/story.js'

const cancel = ({ call }: Story, { vault }: Item, id: string) => call('POST', `${vault}/backupJobs/${id}/cancel`)

/** What became of a cancellation that was taken: nothing yet, its end, or the code that it failed with. */
async function outcome(story: Story, item: Item, id: string): Promise<string> {
  const accepted = await cancel(story, item, id)
  if (accepted.status !== 202) return accepted.code
  const status = await story.call('GET', accepted.header('azure-asyncoperation'))
  const result = await story.call('GET', accepted.header('location'))
  if ((status.text('status') === 'Succeeded') !== (result.status === 204)) return 'status and result disagree'
  return result.status === 204 ? 'taken' : result.code
}

t.test('a backup can be cancelled while its snapshot is taken', async (t) => {
  await t.test('before it and in it', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    for (const tasks of [
      ['NotStarted', 'NotStarted'],
      ['InProgress', 'NotStarted'],
    ]) {
      const id = await story.startBackUp(item)
      await story.phase(item.vault, id, ...tasks)
      t.equal(await outcome(story, item, id), 'taken')
      t.equal((await story.job(item.vault, id)).status, 'Cancelling')
      t.equal(await outcome(story, item, id), 'UserErrorJobNotCancellable', 'once')
      const ended = await story.ended(item.vault, id)
      t.equal(ended.status, 'Cancelled')
      t.same(ended.tasks, ['Cancelled', 'Cancelled'])
      t.equal(await outcome(story, item, id), 'UserErrorJobNotCancellable', 'not when it has ended')
    }
    t.same(await story.points(item), [], 'no point is made')
    t.match(await story.item(item), { protectionState: 'IRPending', lastBackupStatus: '' })
    const older = await story.call('GET', `${item.path}?api-version=2022-02-01`)
    t.match(members(members(older.at('properties.kpisHealths')).BackupOperationStatusKPI), {
      resourceHealthDetails: [{ code: 400158 }],
    })
  })

  await t.test('in its very last moment: there is no point then', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    const id = await story.startBackUp(item)
    await story.phase(item.vault, id, 'InProgress', 'NotStarted')
    const next = story.world.emulator.clock.read().nextEvent
    await story.reach(new Date((next?.at ?? 0) - 1).toISOString())
    t.equal(await outcome(story, item, id), 'taken')
    await story.advance('1h')
    t.equal((await story.job(item.vault, id)).status, 'Cancelled')
    t.same(await story.points(item), [])
  })

  await t.test('between the phases and in the transfer it is taken and comes to nothing', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    const id = await story.startBackUp(item)
    await story.phase(item.vault, id, 'InProgress', 'NotStarted')
    const snapshotEnds = story.world.emulator.clock.read().nextEvent?.at ?? 0
    await story.reach(new Date(snapshotEnds).toISOString())
    t.same((await story.job(item.vault, id)).tasks, ['Completed', 'NotStarted'])
    t.equal(await outcome(story, item, id), 'UserErrorJobNotCancellable')
    await story.phase(item.vault, id, 'Completed', 'InProgress')
    t.equal((await cancel(story, item, id)).status, 202)
    t.equal(await outcome(story, item, id), 'UserErrorJobNotCancellable')
    t.equal((await story.ended(item.vault, id)).status, 'Completed')
    t.equal((await story.points(item)).length, 1)
  })

  await t.test('the next one starts from the last that succeeded', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine({ conditions: { dailyChurnGB: 24 } })
    await story.backUp(item)
    await story.advance('3h')
    const id = await story.startBackUp(item)
    t.equal(await outcome(story, item, id), 'taken')
    await story.advance('3h')
    const sizeMB = (await story.backUp(item)).sizeMB ?? 0
    t.ok(sizeMB > 6 * 1024, `${sizeMB} MB are more than six hours of changes`)
  })
})

t.test('a configuration cannot be cancelled', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const [job] = await story.jobs(item.vault, 'ConfigureBackup')
  t.equal(await outcome(story, item, job?.id ?? ''), 'UserErrorJobNotCancellable')
  t.equal((await story.tryProtect(item.vault, item.machine)).status, 202)
  const running = (await story.jobs(item.vault, 'ConfigureBackup')).at(-1)
  t.equal(running?.status, 'InProgress')
  const before = story.world.emulator.digest()
  t.equal(await outcome(story, item, running?.id ?? ''), 'UserErrorJobNotCancellable')
  t.equal(story.world.emulator.digest(), before)
})

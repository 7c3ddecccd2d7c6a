import t, { type Test } from 'tap'
import type { StartOptions } from '../../src/emulator.js'
import {
  type ClassicItem,
  type ClassicStory,
  classicKeep,
  classicPolicy,
  tellClassicStory,
} from '../support/classic-story.js'
import type { Answer } from '../support/emulator.js'
import type { Members } from '../support/seen.js'
import { failsWith, type Trouble } from '../support/seen-classic.js'

const COPYING: Trouble = {
  title: 'Copying VHDs from backup vault timed out',
  text: /Retry the operation in a few minutes.*contact Microsoft Support/,
  remedy: /data disks/,
}
const SNAPSHOT: Trouble = {
  title: 'Snapshot VM sub task timed out',
  text: /Retry the operation in a few minutes.*contact Microsoft Support/,
  remedy: /VM agent.*network/,
}
const INTERNAL: Trouble = {
  title: 'Backup failed with an internal error',
  text: /Retry the operation in a few minutes.*contact Microsoft Support/,
  remedy: /deleted, stop its protection and keep the data/,
}
const EXTENSION: Trouble = {
  title: 'Failed to install the Azure Recovery Services extension on the selected item',
  text: /VM Agent is a pre-requisite/,
  remedy: /Install the VM agent.*flag/,
}
const LOCKED: Trouble = {
  title: '',
  text: /Another operation is in progress/,
  remedy: /Wait until the operation/,
  code: 134607754,
}

const manyDisks = (count: number) => Array.from({ length: count }, (_, lun) => ({ lun, diskSizeGB: 8 }))

/** The backup of the next night, from a morning to the next. */
async function nextNight(story: ClassicStory, { vault }: ClassicItem) {
  const before = (await story.jobs(vault)).length
  await story.advance('1d')
  const jobs = await story.jobs(vault)
  if (jobs.length !== before + 1) throw new Error(`${jobs.length - before} backups in a night`)
  const [job] = jobs.slice(-1)
  if (!job) throw new Error('no backup in a night')
  return job
}

/** A backup comes to nothing: there is no new point of it. */
async function doesNotBackUp(t: Test, story: ClassicStory, item: ClassicItem, trouble: Trouble, what: string) {
  const points = await story.points(item)
  const job = await nextNight(story, item)
  failsWith(t, job, trouble, what)
  t.same(await story.points(item), points, `${what}: no point comes of it`)
  t.match(await story.item(item), { lastBackupStatus: 'Failed', lastBackupJobId: job.id }, what)
}

async function backsUp(t: Test, story: ClassicStory, item: ClassicItem, what: string) {
  const points = await story.points(item)
  const job = await nextNight(story, item)
  t.match(job, { status: 'Completed', errors: [] }, what)
  t.equal((await story.points(item)).length, points.length + 1, `${what}: a point comes of it`)
  t.match(await story.item(item), { lastBackupStatus: 'Completed', protectionStatus: 'Protected' }, what)
}

/** What is wrong with a machine makes every backup fail, as long as it is wrong. */
async function comesAndGoes(
  t: Test,
  conditions: Members,
  trouble: Trouble,
  options: StartOptions = { profile: '2015' },
) {
  const what = `${JSON.stringify(conditions)} in ${options.profile}`
  const story = await tellClassicStory(t, options)
  const item = await story.protectedMachine()
  await story.condition(item.machine, conditions)
  await doesNotBackUp(t, story, item, trouble, what)
  await doesNotBackUp(t, story, item, trouble, `${what}, the next night`)
  await story.condition(item.machine, Object.fromEntries(Object.keys(conditions).map((name) => [name, null])))
  await backsUp(t, story, item, `${what}, and then no longer`)
}

t.test('SEED-29: copying the disks to the vault times out where there is too much', async (t) => {
  await comesAndGoes(t, { vaultTransfer: 'failing' }, COPYING)
  await comesAndGoes(t, { vaultTransfer: 'failing' }, COPYING, { profile: '2016' })

  await t.test('as with more than five data disks', async (t) => {
    const story = await tellClassicStory(t, { profile: '2015' })
    const item = await story.protectedMachine({ dataDisks: manyDisks(5) })
    await backsUp(t, story, item, 'five disks')
    story.machine('vm1', { dataDisks: manyDisks(6) })
    await doesNotBackUp(t, story, item, COPYING, 'a sixth disk that was attached later')
    const failed = (await story.jobs(item.vault)).at(-1)
    t.same(failed?.tasks, ['Completed', 'Failed'], 'the snapshot was taken')
    story.machine('vm1', { dataDisks: manyDisks(5) })
    await backsUp(t, story, item, 'detached again')
  })

  await t.test('the last point stays, however many nights it goes on', async (t) => {
    for (const seed of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const story = await tellClassicStory(t, { profile: '2015', seed })
      const twoDays = { DailySchedule: classicKeep('22:00', 2, 'Days') }
      const item = await story.protectedMachine({}, classicPolicy('22:00', twoDays))
      await backsUp(t, story, item, 'the first night')
      const kept = await story.points(item)
      await story.condition(item.machine, { vaultTransfer: 'failing' })
      await story.advance('8d')
      t.same(await story.points(item), kept, 'its two days are long over')
      await story.condition(item.machine, { vaultTransfer: 'ok' })
      await story.advance('1d')
      t.notOk(
        (await story.points(item)).some(({ name }) => name === kept[0]?.name),
        'until there is another one',
      )
    }
  })

  await t.test('which is no trouble where more are supported', async (t) => {
    const story = await tellClassicStory(t, { profile: '2016' })
    const item = await story.protectedMachine({ dataDisks: manyDisks(6) })
    await backsUp(t, story, item, 'six disks in 2016')
  })
})

t.test('SEED-30: the snapshot times out where agent or network are in trouble', async (t) => {
  await comesAndGoes(t, { agent: 'unresponsive' }, SNAPSHOT)
  await comesAndGoes(t, { network: 'blocked' }, SNAPSHOT)
  await comesAndGoes(t, { agent: 'notReady' }, SNAPSHOT, { profile: 'present' })

  await t.test('a machine that is shut down needs neither', async (t) => {
    const story = await tellClassicStory(t)
    const item = await story.protectedMachine()
    await story.condition(item.machine, { powerState: 'stopped', agent: 'unresponsive', network: 'blocked' })
    await backsUp(t, story, item, 'stopped')
  })

  await t.test('a tag of the machine says it, too', async (t) => {
    const story = await tellClassicStory(t)
    const item = await story.protectedMachine()
    story.machine('vm1', { tags: { 'recoverite:network': 'blocked' } })
    await doesNotBackUp(t, story, item, SNAPSHOT, 'tagged')
    story.machine('vm1', { tags: {} })
    await backsUp(t, story, item, 'without the tag')
  })

  await t.test('and so does a seed of the inventory', async (t) => {
    const story = await tellClassicStory(t)
    const item = await story.protectedMachine()
    const seed = (conditions: Members) =>
      story.call('POST', '/_recoverite/inventory', { virtualMachines: [{ id: item.machine, conditions }] })
    t.equal((await seed({ agent: 'unresponsive' })).status, 201)
    await doesNotBackUp(t, story, item, SNAPSHOT, 'seeded')
    t.equal((await seed({ agent: 'ready' })).status, 201)
    await backsUp(t, story, item, 'seeded again')
  })
})

t.test('SEED-31: a backup fails with an internal error', async (t) => {
  await comesAndGoes(t, { service: 'internalError' }, INTERNAL)

  await t.test('every night once the machine is deleted, until its protection is stopped', async (t) => {
    const story = await tellClassicStory(t, { profile: '2015' })
    const item = await story.protectedMachine()
    await backsUp(t, story, item, 'while it is there')
    const kept = await story.points(item)
    await story.deleteMachine(item.machine)
    t.match(await story.containers(item.vault), [{ name: item.name, status: 'Registered', health: 'Deleted' }])
    for (let night = 1; night <= 5; night++) await doesNotBackUp(t, story, item, INTERNAL, `night ${night}`)

    const stopped = await story.stop(item)
    t.match(stopped, { operation: 'Unprotect', status: 'Completed', bag: { 'Delete Backup Data': 'False' } })
    const jobs = (await story.jobs(item.vault)).length
    await story.advance('60d')
    t.equal((await story.jobs(item.vault)).length, jobs, 'no more backups, and no more errors')
    t.same(await story.points(item), kept, 'and its data is still there')
    t.match(await story.item(item), { protectionStatus: 'ProtectionStopped', recoveryPointsCount: 1 })
    t.equal((await story.restore(item, kept[0]?.name ?? '')).status, 'Completed', 'it can be restored')
  })

  await t.test('and no longer once the machine is made again', async (t) => {
    const story = await tellClassicStory(t)
    const item = await story.protectedMachine()
    await story.deleteMachine(item.machine)
    await doesNotBackUp(t, story, item, INTERNAL, 'deleted')
    story.machine('vm1')
    t.match(await story.containers(item.vault), [{ status: 'Registered', health: 'Healthy' }])
    await backsUp(t, story, item, 'made again with the same name in the same cloud service')
  })
})

t.test('SEED-32: the extension cannot be installed without a VM agent', async (t) => {
  await comesAndGoes(t, { agent: 'missing' }, EXTENSION)
  await comesAndGoes(t, { agentFlag: 'unset' }, EXTENSION)
  await comesAndGoes(t, { agent: 'missing', agentFlag: 'unset' }, EXTENSION, { profile: 'present' })
})

/** A machine with so much data that its first backup lasts longer than a day. */
const LARGE = { usedDataGB: 2000 }

t.test('SEED-33: nothing else runs on a machine while a backup or a restore of it does', async (t) => {
  await t.test('no second backup while one is running', async (t) => {
    const story = await tellClassicStory(t, { profile: '2015' })
    const item = await story.protectedMachine({ conditions: LARGE })
    await story.reach('2026-01-06T08:00:00Z')
    const [first] = await story.jobs(item.vault)
    t.equal(first?.status, 'InProgress')
    await story.reach('2026-01-07T08:00:00Z')
    const [still, second, ...more] = await story.jobs(item.vault)
    t.same(more, [])
    t.match(still, { id: first?.id, status: 'InProgress' }, 'it is not disturbed')
    if (second) failsWith(t, second, LOCKED, 'the one of the next night')
    t.equal((await story.ended(item.vault, first?.id ?? '')).status, 'Completed')
    await story.reach('2026-01-09T08:00:00Z')
    t.equal((await story.jobs(item.vault)).at(-1)?.status, 'Completed', 'and then the nights go on')
    const completed = (await story.jobs(item.vault)).filter(({ status }) => status === 'Completed')
    t.equal((await story.points(item)).length, completed.length, 'each that completed has its point')
  })

  await t.test('no backup while a restore is running', async (t) => {
    const story = await tellClassicStory(t, { profile: '2015' })
    const item = await story.protectedMachine({ conditions: { usedDataGB: 4000, dailyChurnGB: 1 } })
    await story.reach('2026-01-09T04:30:00Z')
    const [point] = await story.points(item)
    const restore = await story.startRestore(item, point?.name ?? '')
    await story.reach('2026-01-09T07:05:00Z')
    t.match(await story.job(item.vault, restore), { operation: 'Restore', status: 'InProgress' })
    const failed = (await story.jobs(item.vault)).at(-1)
    if (failed) failsWith(t, failed, LOCKED, 'the backup of that night')
    failsWith(t, await story.restore(item, point?.name ?? ''), LOCKED, 'a second restore')
    t.equal((await story.ended(item.vault, restore)).status, 'Completed')
    await story.reach('2026-01-10T08:00:00Z')
    t.equal((await story.jobs(item.vault)).at(-1)?.status, 'Completed')
  })

  await t.test('no change of its protection either', async (t) => {
    const story = await tellClassicStory(t, { profile: '2016' })
    const item = await story.protectedMachine({ conditions: LARGE })
    const backup = await story.startBackUp(item)
    const asks: Record<string, () => Promise<Answer>> = {
      'a second backup': () => story.tryBackUp(item),
      'another policy': () => story.tryProtect(item),
      'to stop': () => story.tryStop(item),
      'to delete its data': () => story.ask('DELETE', item.path),
      'to unregister it': () => story.ask('DELETE', item.container),
    }
    const before = await story.item(item)
    for (const [what, ask] of Object.entries(asks)) {
      const job = await story.jobOf(item.vault, await ask())
      failsWith(t, await story.ended(item.vault, job), LOCKED, what)
    }
    t.same(await story.item(item), before, 'it is as it was')
    t.equal((await story.job(item.vault, backup)).status, 'InProgress')
    t.equal((await story.ended(item.vault, backup)).status, 'Completed')
    t.equal((await story.stop(item)).status, 'Completed', 'afterwards it can be stopped')
  })

  await t.test('in 2015 nobody can cancel it', async (t) => {
    const story = await tellClassicStory(t, { profile: '2015' })
    const item = await story.protectedMachine()
    await story.reach('2026-01-06T04:59:00Z')
    const job = await story.running(item.vault)
    t.notOk(job.cancellable, 'the job does not offer it')
    const before = story.world.emulator.digest()
    const refused = await story.tryCancel(item.vault, job.id)
    t.equal(refused.status, 400)
    t.equal(refused.code, 'OperationNotSupportedInPreview')
    t.match(refused.message, /Wait until the job ends/)
    t.equal(story.world.emulator.digest(), before)
    t.equal((await story.ended(item.vault, job.id)).status, 'Completed')
  })

  for (const profile of ['2016', 'present'] as const) {
    await t.test(`in ${profile} who made it can cancel it`, async (t) => {
      const story = await tellClassicStory(t, { profile })
      const item = await story.protectedMachine()
      const id = await story.startBackUp(item)
      t.ok((await story.job(item.vault, id)).cancellable)
      const cancelling = story.operationId(await story.tryCancel(item.vault, id), 200)
      t.match(await story.job(item.vault, id), { status: 'Cancelling', tasks: ['Cancelling', 'Cancelling'] })
      t.match(await story.settled(item.vault, cancelling), { status: 'Succeeded', jobs: [id] })
      t.match(await story.ended(item.vault, id), { status: 'Cancelled', errors: [] })
      t.same(await story.points(item), [], 'what it had taken is dropped')
      const before = story.world.emulator.digest()
      const again = await story.tryCancel(item.vault, id)
      t.equal(again.code, 'UserErrorJobNotCancellable')
      t.match(again.message, /not in progress/)
      t.equal(story.world.emulator.digest(), before)
      t.equal((await story.backUp(item)).status, 'Completed', 'the next one may begin')
      const [register] = await story.jobs(item.vault, 'Register')
      t.equal((await story.tryCancel(item.vault, register?.id ?? '')).code, 'UserErrorJobNotCancellable')
    })
  }
})

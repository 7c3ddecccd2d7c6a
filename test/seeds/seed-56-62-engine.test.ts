import t, { type Test } from 'tap'
import { DAY, HOUR, type SeenJob } from '../support/seen.js'
import { type Item, type Story, tellStory } from '../support/story.js'

/** A machine whose first transfer takes about 35 hours: 4 TB of disks, 2.5 TB of data. */
const LARGE = { dataDisks: [{ lun: 0, diskSizeGB: 4095 }] }

/** The first and the second scheduled backup of a machine of which the default policy backs up every night at three. */
const FIRST_NIGHT = '2026-01-06T03:00:00Z'
const SECOND_NIGHT = '2026-01-07T03:00:00Z'
const THIRD_NIGHT = '2026-01-08T03:00:00Z'

const isRunning = (status: string | undefined) => status === 'InProgress'

/** The second night of a large machine, while the first backup is still transferring: both jobs, the later one ended. */
async function secondNight(story: Story, item: Item): Promise<[SeenJob, SeenJob]> {
  await story.reach('2026-01-07T05:30:00Z')
  const [first, second] = await story.jobs(item.vault)
  if (!first || !second) throw new Error('two nights make two backups')
  return [first, second]
}

t.test('SEED-56: a backup takes its snapshot first and transfers it to the vault then', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const id = await story.startBackUp(item)

  await t.test('while the snapshot is taken nothing is transferred, and there is no point yet', async (t) => {
    const job = await story.phase(item.vault, id, 'InProgress', 'NotStarted')
    t.same(job.taskNames, ['Take Snapshot', 'Transfer data to vault'])
    t.equal(job.status, 'InProgress')
    t.equal(job.times[1]?.start, undefined)
    t.same(await story.points(item), [])
  })

  await t.test('the snapshot makes a point for instant restore, which is not in the vault', async (t) => {
    const job = await story.phase(item.vault, id, 'Completed', 'InProgress')
    t.equal(job.status, 'InProgress')
    const [point, ...more] = await story.points(item)
    t.same(more, [])
    t.equal(point?.instant, 'Valid')
    t.equal(point?.vault, undefined)
  })

  await t.test('the transfer makes it a point in the vault: the same one', async (t) => {
    const job = await story.ended(item.vault, id)
    t.same(job.tasks, ['Completed', 'Completed'])
    t.equal(job.status, 'Completed')
    const [snapshot, transfer] = job.times
    t.ok((transfer?.start ?? 0) >= (snapshot?.end ?? Number.POSITIVE_INFINITY), 'never both at once')
    const [point, ...more] = await story.points(item)
    t.same(more, [])
    t.equal(point?.instant, 'Valid')
    t.equal(point?.vault, 'Valid')
  })

  await t.test('the snapshot is there for as long as the policy says, which is five days at most', async (t) => {
    const [point] = await story.points(item)
    const snapshotOf = async () => (await story.points(item)).find(({ name }) => name === point?.name)
    const end = (point?.time ?? 0) + 2 * DAY
    await story.reach(new Date(end - 1000).toISOString())
    t.equal((await snapshotOf())?.instant, 'Valid')
    await story.reach(new Date(end).toISOString())
    t.equal((await snapshotOf())?.instant, 'Deleted')
    t.equal((await snapshotOf())?.vault, 'Valid', 'the vault keeps its copy')
    const policy = await story.call('GET', `${item.vault}/backupPolicies/DefaultPolicy`)
    const longer = { ...(policy.at('properties') as object), instantRpRetentionRangeInDays: 6 }
    t.equal((await story.putPolicy(item.vault, 'Longer', longer)).status, 400)
  })
})

/** The first backup and the one after it of a machine. */
async function twoBackups(t: Test, seed: Parameters<Story['machine']>[1]): Promise<[SeenJob, SeenJob]> {
  const story = await tellStory(t)
  const item = await story.protectedMachine(seed)
  return [await story.backUp(item), await story.backUp(item)]
}

t.test('SEED-57: a transfer takes days where the disks are large or much of them changes', async (t) => {
  const [large] = await twoBackups(t, { dataDisks: [{ lun: 0, diskSizeGB: 16_384 }] })
  t.ok(large.hours > 3 * 24, `${large.hours} h for 16 TB`)
  const [snapshot, transfer] = large.times
  t.ok((snapshot?.end ?? 0) - (snapshot?.start ?? 0) < HOUR, 'it is the transfer that takes them')
  t.ok((transfer?.end ?? 0) - (transfer?.start ?? 0) > 3 * DAY)

  const nextOf = async (dailyChurnGB: number) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine({ ...LARGE, conditions: { usedDataGB: 4000, dailyChurnGB } })
    await story.backUp(item)
    await story.advance('2d')
    const next = (await story.jobs(item.vault)).slice(1).find((job) => job.tasks[1] === 'Completed')
    return next?.hours ?? 0
  }
  const [quiet, busy] = [await nextOf(40), await nextOf(2000)]
  t.ok(busy > 4 * quiet, `the more changes the longer: ${quiet} h, ${busy} h`)

  const split = { osDiskSizeGB: 2048, dataDisks: [{ lun: 0, diskSizeGB: 2048 }] }
  const oneDisk = { osDiskSizeGB: 4096 }
  const [[apart], [together]] = [await twoBackups(t, split), await twoBackups(t, oneDisk)]
  t.ok(apart.hours < 0.6 * together.hours, 'disks go in parallel: the largest one decides')
})

t.test('SEED-58: the status of a job follows from its two phases', async (t) => {
  await t.test('snapshot completed, transfer in progress: the job is in progress', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    const job = await story.phase(item.vault, await story.startBackUp(item), 'Completed', 'InProgress')
    t.equal(job.status, 'InProgress')
    t.equal(job.end, undefined)
  })

  await t.test('snapshot completed, transfer skipped: the job is completed', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine(LARGE)
    const [first, second] = await secondNight(story, item)
    t.same(first.tasks, ['Completed', 'InProgress'], "yesterday's data is still on the way")
    t.same(second.tasks, ['Completed', 'Skipped'])
    t.equal(second.status, 'Completed')
    t.same(second.errors, [])
    const [, point] = await story.points(item)
    t.equal(point?.instant, 'Valid')
    t.equal(point?.vault, undefined, 'nothing of it came to the vault')
  })

  await t.test('snapshot completed, transfer completed: the job is completed', async (t) => {
    const story = await tellStory(t)
    const job = await story.backUp(await story.protectedMachine())
    t.same(job.tasks, ['Completed', 'Completed'])
    t.equal(job.status, 'Completed')
    t.same(job.errors, [])
  })

  await t.test('snapshot completed, transfer failed: the job is completed with warnings', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    await story.condition(item.machine, { vaultTransfer: 'failing' })
    const job = await story.backUp(item)
    t.same(job.tasks, ['Completed', 'Failed'])
    t.equal(job.status, 'CompletedWithWarnings')
    t.same(job.errors, ['CopyingVHDsFromBackUpVaultTakingLongTime'])
    const [point] = await story.points(item)
    t.equal(point?.instant, 'Valid', 'the snapshot is there')
    t.equal(point?.vault, undefined)

    const gone = await story.protect(item.vault, story.machine('vm2'))
    const id = await story.startBackUp(gone)
    await story.phase(item.vault, id, 'Completed', 'InProgress')
    await story.deleteMachine(String((await story.item(gone)).sourceResourceId))
    const ended = await story.ended(item.vault, id)
    t.same(ended.tasks, ['Completed', 'Failed'], 'as recorded of a machine that was deleted meanwhile')
    t.equal(ended.status, 'CompletedWithWarnings')
    t.same(ended.errors, ['ResourceNotFound'])
  })

  await t.test('snapshot failed, transfer failed: the job is failed', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    await story.condition(item.machine, { agent: 'notReady' })
    const job = await story.backUp(item)
    t.same(job.tasks, ['Failed', 'Failed'])
    t.equal(job.status, 'Failed')
    t.same(job.errors, ['UserErrorGuestAgentStatusUnavailable'])
    t.same(await story.points(item), [], 'it left no point')
    t.match(await story.item(item), { protectionState: 'IRPending', lastBackupStatus: 'Failed' })
    await story.condition(item.machine, { agent: 'ready' })
    t.equal((await story.backUp(item)).status, 'Completed')
    t.match(await story.item(item), { protectionState: 'Protected', lastBackupStatus: 'Completed' })
  })

  // The table has the transfer fail with the snapshot; the recordings of a machine that is gone have NotStarted, and a
  // snapshot that stays InProgress where the machine went meanwhile (wire-vm-more.md 6.2). They win, and the job fails.
  await t.test('a machine that is gone fails the job before its transfer begins', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    const id = await story.startBackUp(item)
    await story.phase(item.vault, id, 'InProgress', 'NotStarted')
    await story.deleteMachine(item.machine)
    const during = await story.ended(item.vault, id)
    t.same(during.tasks, ['InProgress', 'NotStarted'])
    const before = await story.backUp(item)
    t.same(before.tasks, ['Failed', 'NotStarted'])
    for (const job of [during, before]) {
      t.equal(job.status, 'Failed')
      t.same(job.errors, ['UserErrorVmNotFoundV2'])
      t.equal(job.sizeMB, 0)
    }
    t.same(await story.points(item), [])
  })
})

t.test('SEED-59: two backups of a machine run in parallel, each phase for one of them only', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine(LARGE)
  await story.reach(FIRST_NIGHT)

  await t.test('the next day takes its snapshot beside the transfer of the first, and skips its own', async (t) => {
    await story.reach(SECOND_NIGHT)
    let parallel = 0
    for (let steps = 0; steps < 70; steps++) {
      const jobs = await story.jobs(item.vault)
      const running = jobs.filter((job) => job.status === 'InProgress')
      parallel = Math.max(parallel, running.length)
      for (const phase of [0, 1]) {
        const inPhase = running.filter((job) => isRunning(job.tasks[phase])).length
        if (inPhase > 1) t.fail(`${inPhase} sub-tasks run in one phase`)
      }
      await story.advance('2m')
    }
    t.equal(parallel, 2)
    const [first, second] = await secondNight(story, item)
    t.same(first.tasks, ['Completed', 'InProgress'])
    t.equal(second.status, 'Completed', 'it did not fail because of the first')
    t.same(second.tasks, ['Completed', 'Skipped'])
    t.equal(second.times[1]?.start, undefined, 'a skipped transfer never ran')
    t.match(await story.item(item), { lastBackupStatus: 'Completed', extendedInfo: { recoveryPointCount: 2 } })
  })

  await t.test('a backup now is no exception, and two snapshots at once are refused', async (t) => {
    const id = await story.startBackUp(item)
    const refused = await story.tryBackUp(item)
    t.equal(refused.status, 400)
    t.equal(refused.code, 'UserErrorBackupOperationInProgress')
    t.equal((await story.jobs(item.vault)).length, 3)
    const job = await story.ended(item.vault, id)
    t.same(job.tasks, ['Completed', 'Skipped'])
  })

  await t.test('the first ends as if it had been alone, and the item speaks of the later one', async (t) => {
    const [first] = await story.jobs(item.vault)
    const before = await story.item(item)
    const ended = await story.ended(item.vault, first?.id ?? '')
    t.equal(ended.status, 'Completed')
    t.ok((ended.end ?? 0) > Date.parse(SECOND_NIGHT))
    const { lastBackupTime, lastRecoveryPoint } = await story.item(item)
    t.equal(lastBackupTime, before.lastBackupTime, 'an older backup that ends late does not turn it back')
    t.equal(lastRecoveryPoint, before.lastRecoveryPoint)
  })

  await t.test('once the way is free the next night transfers again', async (t) => {
    await story.reach('2026-01-08T12:00:00Z')
    const last = (await story.jobs(item.vault)).at(-1)
    t.ok((last?.start ?? 0) >= Date.parse(THIRD_NIGHT))
    t.same(last?.tasks, ['Completed', 'Completed'])
    const vaulted = (await story.points(item)).map((point) => point.vault)
    t.same(vaulted, ['Valid', undefined, undefined, 'Valid'])
  })
})

t.test('SEED-60: a transfer takes all that has changed since the newest point in the vault', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine({ ...LARGE, conditions: { usedDataGB: 2500, dailyChurnGB: 50 } })
  await story.reach('2026-01-10T00:00:00Z')
  const jobs = await story.jobs(item.vault)
  t.same(
    jobs.map((job) => job.tasks[1]),
    ['Completed', 'Skipped', 'Completed', 'Completed'],
  )
  const [first, skipped, both, one] = jobs.map((job) => job.sizeMB)
  const times = (await story.points(item)).map((point) => point.time)
  t.equal(times.length, 3, 'of the skipped day there was only a snapshot, and that has gone')
  const churnMB = (from = Number.NaN, to = Number.NaN) => Math.round((50 * 1024 * (to - from)) / DAY)
  t.equal(first, 2500 * 1024, 'the first one takes everything')
  t.equal(skipped, undefined, 'a skipped transfer moves nothing')
  t.equal(both, churnMB(times[0], times[1]), 'the next takes the churn of both days')
  t.equal(one, churnMB(times[1], times[2]), 'and the one after it that of its own day')
  t.ok((both ?? 0) > 1.8 * (one ?? 0))

  await t.test('a failed transfer leaves its changes to the next too', async (t) => {
    await story.condition(item.machine, { vaultTransfer: 'failing' })
    await story.reach('2026-01-11T00:00:00Z')
    await story.condition(item.machine, { vaultTransfer: null })
    await story.reach('2026-01-12T00:00:00Z')
    const [failed, next] = (await story.jobs(item.vault)).slice(-2)
    t.equal(failed?.status, 'CompletedWithWarnings')
    t.equal(failed?.sizeMB, 0)
    const points = (await story.points(item)).filter((point) => point.vault === 'Valid').map((point) => point.time)
    t.equal(next?.sizeMB, churnMB(points.at(-2), points.at(-1)))
    t.ok((next?.sizeMB ?? 0) > 1.8 * (one ?? 0))
  })

  await t.test('however long it takes, never more than there is', async (t) => {
    await story.condition(item.machine, { dailyChurnGB: 2000 })
    await story.stop(item)
    await story.advance('10d')
    await story.protect(item.vault, item.machine)
    t.equal((await story.backUp(item)).sizeMB, 2500 * 1024)
  })
})

t.test('SEED-61: a first backup may take more than a day, in proportion to the data', async (t) => {
  const hours = async (usedDataGB: number) =>
    (await twoBackups(t, { ...LARGE, conditions: { usedDataGB } })).map((job) => job.hours)[0] ?? 0
  const [large] = await twoBackups(t, LARGE)
  t.ok(large.hours > 24, `${large.hours} h for 4 TB`)
  const [one, two, four] = [await hours(1000), await hours(2000), await hours(4000)]
  t.ok(Math.abs(two / one - 2) < 0.1, `twice the data take ${two / one} times as long`)
  t.ok(Math.abs(four / one - 4) < 0.2, `four times the data take ${four / one} times as long`)
  const [small] = await twoBackups(t, { osDiskSizeGB: 30 })
  t.ok(small.hours < 3, 'a small machine is done within hours')
})

t.test('SEED-62: the backups after the first take up to a day', async (t) => {
  for (const diskSizeGB of [128, 4095, 32_767]) {
    const story = await tellStory(t)
    const item = await story.protectedMachine({ dataDisks: [{ lun: 0, diskSizeGB }] })
    const first = await story.backUp(item)
    await story.advance('4d')
    const scheduled = (await story.jobs(item.vault)).slice(1).filter((job) => job.tasks[1] === 'Completed')
    t.ok(scheduled.length > 0)
    for (const job of scheduled) {
      t.ok(job.hours < 24, `${job.hours} h for ${diskSizeGB} GB`)
      t.ok(job.hours < first.hours, 'and less than the first')
      t.ok((job.sizeMB ?? 0) < (first.sizeMB ?? 0) / 2, 'as it moves only what has changed')
    }
  }

  await t.test('even where all of it changes every day', async (t) => {
    const story = await tellStory(t)
    const churning = { usedDataGB: 30_000, dailyChurnGB: 30_000 }
    const item = await story.protectedMachine({ osDiskSizeGB: 32_767, conditions: churning })
    t.ok((await story.backUp(item)).hours > 10 * 24)
    const next = await story.backUp(item)
    t.equal(next.sizeMB, 30_000 * 1024)
    t.ok(next.hours > 20 && next.hours <= 24, `${next.hours} h`)
  })
})

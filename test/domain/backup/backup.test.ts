import t from 'tap'
import { DAY, HOUR, type Members } from '../../support/seen.js'
import { dailyPolicy, itemOf, keep, protection, tellStory } from '../../support/story.js'

/** A daily policy with the given rules. */
const kept = (rules: Members): Members =>
  dailyPolicy('22:00', { retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', ...rules } })
const SEVEN_DAYS = kept({ dailySchedule: keep('22:00', 7, 'Days') })
const dateOf = (instant: number) => new Date(instant).toISOString().slice(0, 10)

t.test('how consistent a point is follows from system, power and what the guest can do', async (t) => {
  const rows = [
    ['Windows', {}, 'AppConsistent'],
    ['Windows', { vss: 'writersFailed' }, 'FileSystemConsistent'],
    ['Windows', { powerState: 'stopped' }, 'CrashConsistent'],
    ['Windows', { powerState: 'deallocated', vss: 'writersFailed' }, 'CrashConsistent'],
    ['Windows', { scripts: 'failed' }, 'AppConsistent'],
    ['Linux', {}, 'FileSystemConsistent'],
    ['Linux', { scripts: 'ok' }, 'AppConsistent'],
    ['Linux', { scripts: 'failed' }, 'FileSystemConsistent'],
    ['Linux', { vss: 'ok' }, 'FileSystemConsistent'],
    ['Linux', { powerState: 'stopped', scripts: 'ok' }, 'CrashConsistent'],
    ['Linux', { powerState: 'deallocated' }, 'CrashConsistent'],
  ] as const
  const story = await tellStory(t)
  const machines = rows.map(([osType, conditions], row) => story.machine(`vm${row}`, { osType, conditions }))
  const vault = await story.vault()
  for (const machine of machines) await story.protect(vault, machine)
  await story.advance('1d')
  for (const [row, [osType, conditions, consistency]] of rows.entries()) {
    const points = await story.points(itemOf(vault, machines[row] ?? ''))
    t.same(
      points.map((point) => point.consistency),
      [consistency],
      `${osType} ${JSON.stringify(conditions)}`,
    )
  }

  await t.test('a machine that is off needs no agent, one that runs does', async (t) => {
    const off = await story.protect(vault, story.machine('off', { conditions: { agent: 'missing' } }))
    t.equal((await story.backUp(off)).status, 'Failed')
    await story.condition(String((await story.item(off)).sourceResourceId), { powerState: 'stopped' })
    t.equal((await story.backUp(off)).status, 'Completed')
  })

  await t.test('an enhanced policy can ask for crash consistency and no more', async (t) => {
    const schedulePolicy = {
      schedulePolicyType: 'SimpleSchedulePolicyV2',
      scheduleRunFrequency: 'Daily',
      dailySchedule: { scheduleRunTimes: ['2026-01-01T22:00:00Z'] },
    }
    const changes = { policyType: 'V2', snapshotConsistencyType: 'OnlyCrashConsistent', schedulePolicy }
    await story.policy(vault, 'Agentless', dailyPolicy('22:00', changes))
    const item = await story.protect(vault, story.machine('agentless'), 'Agentless')
    await story.backUp(item)
    t.equal((await story.points(item))[0]?.consistency, 'CrashConsistent')
  })
})

t.test('over a year the longest-lived of its rules keeps each point', async (t) => {
  const story = await tellStory(t, { now: '2026-01-01T00:00:00Z' })
  const firstSunday = {
    retentionScheduleFormatType: 'Weekly',
    retentionScheduleWeekly: { daysOfTheWeek: ['Sunday'], weeksOfTheMonth: ['First'] },
  }
  const policy = kept({
    dailySchedule: keep('22:00', 7, 'Days'),
    weeklySchedule: { daysOfTheWeek: ['Sunday'], ...keep('22:00', 4, 'Weeks') },
    monthlySchedule: { ...firstSunday, ...keep('22:00', 3, 'Months') },
    yearlySchedule: { ...firstSunday, monthsOfYear: ['January'], ...keep('22:00', 2, 'Years') },
  })
  const item = await story.protectedMachine({}, policy)
  await story.reach('2026-01-09T12:00:00Z')
  t.same(
    (await story.points(item)).map(({ time, rule }) => `${dateOf(time - 22 * HOUR)} ${rule}`),
    [
      ...['2026-01-02 Daily', '2026-01-03 Daily', '2026-01-04 Yearly'],
      ...['2026-01-05 Daily', '2026-01-06 Daily', '2026-01-07 Daily', '2026-01-08 Daily'],
    ],
    'the first daily point has gone after its seven days, no other',
  )
  await story.reach('2027-01-01T12:00:00Z')
  t.same(
    (await story.points(item)).map(({ time, rule }) => `${dateOf(time - 22 * HOUR)} ${rule}`),
    [
      '2026-01-04 Yearly',
      ...['2026-10-04 Monthly', '2026-11-01 Monthly', '2026-12-06 Monthly'],
      ...['2026-12-13 Weekly', '2026-12-20 Weekly'],
      ...['2026-12-25 Daily', '2026-12-26 Daily', '2026-12-27 Weekly', '2026-12-28 Daily'],
      ...['2026-12-29 Daily', '2026-12-30 Daily', '2026-12-31 Daily'],
    ],
  )
  t.equal((await story.jobList(item.vault, "operation eq 'Backup'")).length, 365)
})

t.test('the last point of a machine that is gone is kept until its data is deleted', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine({}, SEVEN_DAYS)
  await story.advance('3d')
  const [, , last] = await story.points(item)
  await story.deleteMachine(item.machine)
  await story.advance('40d')
  const points = await story.points(item)
  t.same(
    points.map(({ name }) => name),
    [last?.name],
    'the others have expired',
  )
  t.ok((points[0]?.expiry ?? 0) < story.now, 'this one too, long ago')
  t.equal(points[0]?.vault, 'Valid')
  const failed = (await story.jobs(item.vault)).slice(3)
  t.equal(failed.length, 40, 'the schedule goes on and fails every night')
  t.ok(failed.every((job) => job.status === 'Failed' && job.errors[0] === 'UserErrorVmNotFoundV2'))
  t.equal((await story.item(item)).protectionState, 'Protected')

  await story.stop(item)
  await story.advance('10d')
  t.equal((await story.jobs(item.vault)).length, 43, 'stopping ends the failures')
  t.equal((await story.points(item)).length, 1, 'and keeps the point')
  await story.deleteData(item)
  await story.advance('14d')
  t.equal((await story.call('GET', item.path)).status, 404)
})

t.test('nothing expires while protection is stopped; what is over goes when it is resumed', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine({}, SEVEN_DAYS)
  await story.advance('5d')
  const names = async () => (await story.points(item)).map(({ name }) => name)
  const before = await names()
  t.equal(before.length, 5)
  await story.stop(item)
  await story.advance('60d')
  t.same(await names(), before)
  t.equal((await story.jobs(item.vault)).length, 5, 'and nothing is backed up')
  t.equal((await story.tryBackUp(item)).code, 'UserErrorBcmDatasourceNotPresent', 'not even on demand')

  await story.protect(item.vault, item.machine, 'Custom')
  t.equal((await story.item(item)).protectionState, 'Protected')
  t.same(await names(), before.slice(-1), 'of what is over the newest is kept until there is a newer one')
  await story.advance('1d')
  const after = await names()
  t.equal(after.length, 1)
  t.notOk(after.includes(before[4] ?? ''))
})

t.test('of many machines with one schedule every one starts within two hours of it', async (t) => {
  const story = await tellStory(t)
  const machines = Array.from({ length: 100 }, (_, n) => story.machine(`vm${n}`))
  const vault = await story.vault()
  for (const machine of machines) {
    const { path } = itemOf(vault, machine)
    await story.call('PUT', path, protection(vault, machine, 'DefaultPolicy'))
  }
  const list = () => story.jobList(vault, "operation eq 'Backup'")
  await story.reach('2026-01-06T02:59:59Z')
  t.equal((await list()).length, 0, 'none before')
  await story.reach('2026-01-06T05:00:00Z')
  const starts = (await list()).map((job) => job.start)
  t.equal(starts.length, 100, 'all of them by five')
  t.ok(new Set(starts).size > 90, 'not all in one moment')
  await story.reach('2026-01-07T02:59:59Z')
  t.equal((await list()).length, 100, 'and none twice')
})

t.test('how long things take derives from the seed', async (t) => {
  const history = async (seed: string) => {
    const story = await tellStory(t, { seed })
    const item = await story.protectedMachine()
    await story.advance('5d')
    const jobs = await story.jobs(item.vault)
    return { ids: jobs.map(({ id }) => id), lengths: jobs.map(({ start, hours, times }) => [start, hours, times]) }
  }
  const [once, again, other] = [await history('one'), await history('one'), await history('two')]
  t.same(again, once, 'the same seed tells the same story')
  for (const [job, lengths] of other.lengths.entries()) t.notSame(lengths, once.lengths[job])
  t.notSame(other.ids, once.ids)
  const first = once.lengths.map(([start]) => start)
  t.equal(
    new Set(first.map((start) => Number(start) % DAY)).size,
    first.length,
    'within a story no day is like another',
  )
})

t.test('protection that is stopped during a backup stays stopped when the backup ends', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const id = await story.startBackUp(item)
  await story.phase(item.vault, id, 'InProgress', 'NotStarted')
  await story.stop(item)
  t.equal((await story.ended(item.vault, id)).status, 'Completed')
  t.match(await story.item(item), { protectionState: 'ProtectionStopped', policyName: '' })
  t.equal((await story.points(item)).length, 1)
  await story.advance('40d')
  t.equal((await story.points(item)).length, 1)
  t.equal((await story.jobs(item.vault)).length, 1)
})

t.test('a backup whose data is deleted for good ends cancelled', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const off = { properties: { enhancedSecurityState: 'Enabled', softDeleteFeatureState: 'Disabled' } }
  await story.call('PATCH', `${item.vault}/backupconfig/vaultconfig`, off)
  const id = await story.startBackUp(item)
  await story.phase(item.vault, id, 'Completed', 'InProgress')
  await story.deleteData(item)
  t.equal((await story.call('GET', item.path)).status, 404)
  t.equal((await story.job(item.vault, id)).status, 'Cancelled')
  await story.advance('2d')
  t.equal((await story.job(item.vault, id)).status, 'Cancelled', 'nothing of it goes on')
  t.equal((await story.jobs(item.vault)).length, 1)
})

t.test('disks that are left out take their share of the data with them', async (t) => {
  const story = await tellStory(t)
  const dataDisks = [
    { lun: 0, diskSizeGB: 100 },
    { lun: 1, diskSizeGB: 200 },
  ]
  const seed = { osDiskSizeGB: 100, dataDisks, conditions: { usedDataGB: 200 } }
  const vault = await story.vault()
  const whole = await story.protect(vault, story.machine('whole', seed))
  t.equal((await story.backUp(whole)).sizeMB, 200 * 1024)
  const machine = story.machine('part', seed)
  const body = protection(vault, machine, 'DefaultPolicy')
  const part = itemOf(vault, machine)
  await story.finished(
    await story.call('PUT', part.path, {
      properties: {
        ...body.properties,
        extendedProperties: { diskExclusionProperties: { diskLunList: [1], isInclusionList: false } },
      },
    }),
  )
  t.equal((await story.backUp(part)).sizeMB, 100 * 1024)
})

t.test('a policy that is edited while its run waits to start loses no backup', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  await story.policy(vault, 'Custom', dailyPolicy())
  const items = []
  for (let n = 0; n < 12; n++) items.push(await story.protect(vault, story.machine(`vm${n}`), 'Custom'))
  await story.reach('2026-01-05T22:00:30Z')
  const started = (await story.jobs(vault)).length
  t.ok(started > 0 && started < items.length, `some have started and some wait: ${started}`)
  const kept = { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep('22:00', 60, 'Days') }
  await story.policy(vault, 'Custom', dailyPolicy('22:00', { retentionPolicy: kept }))
  await story.reach('2026-01-06T12:00:00Z')
  t.equal((await story.jobs(vault)).length, items.length, 'one backup each')
})

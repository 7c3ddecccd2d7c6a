import t from 'tap'
import { limitsOf } from '../../src/domain/limits.js'
import { refused } from '../support/control.js'
import { DAY, HOUR, type Members } from '../support/seen.js'
import { dailyPolicy, type Item, keep, type Story, tellStory } from '../support/story.js'

const rules = (changes: Members): Members => ({
  retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', ...changes },
})
const firstSunday = {
  retentionScheduleFormatType: 'Weekly',
  retentionScheduleWeekly: { daysOfTheWeek: ['Sunday'], weeksOfTheMonth: ['First'] },
}
const dailySchedule = keep('22:00', 7, 'Days')
/** Four rules of retention over one schedule. */
const LONG = rules({
  dailySchedule,
  weeklySchedule: { daysOfTheWeek: ['Sunday'], ...keep('22:00', 4, 'Weeks') },
  monthlySchedule: { ...firstSunday, ...keep('22:00', 12, 'Months') },
  yearlySchedule: { ...firstSunday, monthsOfYear: ['January'], ...keep('22:00', 10, 'Years') },
})

t.test(
  'SEED-84: retention attaches to the times of the schedule; the schedule sends, retention chooses what stays',
  async (t) => {
    const story = await tellStory(t, { now: '2026-01-01T00:00:00Z' })
    const vault = await story.vault()

    await t.test('a rule for another time is refused', async (t) => {
      const elsewhen = keep('10:00', 30, 'Days')
      for (const changes of [
        rules({ dailySchedule: elsewhen }),
        rules({ dailySchedule, monthlySchedule: { ...firstSunday, ...keep('10:00', 12, 'Months') } }),
        { backupManagementType: 'AzureStorage', ...rules({ dailySchedule: elsewhen }) },
      ]) {
        const put = ['PUT', `${vault}/backupPolicies/Elsewhen`, { properties: dailyPolicy('22:00', changes) }] as const
        await refused(t, story.world, put, { code: 'BMSUserErrorInvalidPolicyInput', says: /retentionTimes/ })
      }
    })

    await story.policy(vault, 'Plain', dailyPolicy('22:00', rules({ dailySchedule })))
    await story.policy(vault, 'Long', dailyPolicy('22:00', LONG))
    const plain = await story.protect(vault, story.machine('plain'), 'Plain')
    const long = await story.protect(vault, story.machine('long'), 'Long')
    await story.reach('2026-03-12T12:00:00Z')
    const jobs = await story.jobs(vault)
    const of = (name: string) => jobs.filter((job) => job.bag['VM Name'] === name)
    t.equal(of('long').length, 70, 'a backup a day')
    t.equal(of('plain').length, 70, 'as without the other rules')
    t.ok(
      of('long').every(({ start }) => start % DAY >= 22 * HOUR || start % DAY < 2 * HOUR),
      'none of them at another time',
    )
    const sent = (name: string) => of(name).reduce((sum, { sizeMB = 0 }) => sum + sizeMB, 0)
    t.ok(Math.abs(sent('long') - sent('plain')) / sent('plain') < 0.05, 'nothing more is sent to keep points longer')

    const runs = of('long').map(({ start }) => Math.floor(start / 60_000))
    const points = await story.points(long)
    t.ok(
      points.every(({ time }) => runs.some((run) => Math.abs(run - time / 60_000) < 2)),
      'every point is that of a backup',
    )
    t.equal((await story.points(plain)).length, 7)
    t.same(
      points
        .filter(({ rule }) => rule !== 'Daily')
        .map(({ time, rule }) => [new Date(time - 22 * HOUR).toISOString().slice(0, 10), rule]),
      [
        ['2026-01-04', 'Yearly'],
        ['2026-02-01', 'Monthly'],
        ['2026-02-15', 'Weekly'],
        ['2026-02-22', 'Weekly'],
        ['2026-03-01', 'Monthly'],
        ['2026-03-08', 'Weekly'],
      ],
    )
  },
)

/** Restores the disks of a point and answers how long that took, in seconds. */
async function secondsToRestore(story: Story, item: Item & { machine: string }, point: string): Promise<number> {
  const id = await story.startRestore(item, point, item.machine, `group-${point}`)
  const job = await story.ended(item.vault, id)
  if (job.status !== 'Completed') throw new Error(`the restore ended ${job.status}: ${job.errors.join()}`)
  return job.hours * 3600
}

t.test(
  'SEED-85: every point behaves like a full one: how long a restore takes does not depend on its age',
  async (t) => {
    const story = await tellStory(t)
    const seed = { osDiskSizeGB: 128, conditions: { usedDataGB: 100, dailyChurnGB: 5 } }
    const item = await story.protectedMachine(
      seed,
      dailyPolicy('22:00', rules({ dailySchedule: keep('22:00', 90, 'Days') })),
    )
    await story.advance('80d')
    const inVault = (await story.points(item)).filter(({ instant }) => instant === 'Deleted')
    const [first, second] = inVault
    const last = inVault.at(-1)
    t.ok((last?.time ?? 0) - (first?.time ?? 0) > 70 * DAY)
    const sizes = (await story.jobs(item.vault)).map(({ sizeMB = 0 }) => sizeMB)
    t.ok((sizes[0] ?? 0) > 10 * (sizes.at(-1) ?? 0), 'the first backup sent everything, the last what had changed')

    const [oldest, next, newest] = [
      await secondsToRestore(story, item, first?.name ?? ''),
      await secondsToRestore(story, item, second?.name ?? ''),
      await secondsToRestore(story, item, last?.name ?? ''),
    ]
    t.ok(oldest > 500, 'a hundred gigabytes from the vault take their time')
    for (const other of [oldest, next]) t.ok(Math.abs(other - newest) <= 10, `${other} s and ${newest} s`)
  },
)

t.test('SEED-86: there was no limit of points; today an item keeps 9999', async (t) => {
  t.same(
    (['2015', '2016', 'present'] as const).map((profile) => limitsOf(profile).recoveryPointsPerItem),
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 9999],
  )

  await t.test('an item that has them all gets no further one until one of them has gone', async (t) => {
    const story = await tellStory(t, { limits: { recoveryPointsPerItem: 3 } })
    const item = await story.protectedMachine({ osDiskSizeGB: 32 })
    await story.backUp(item, '2026-01-06T00:00:00Z')
    await story.backUp(item)
    await story.reach('2026-01-06T08:00:00Z')
    await story.backUp(item)
    const full = (await story.points(item)).map(({ name }) => name)
    t.equal(full.length, 3, 'the first is over, a scheduled one has come')
    const failed = await story.backUp(item)
    t.equal(failed.status, 'Failed')
    t.same(failed.errors, ['UserErrorRecoveryPointLimitReached'])
    t.same(failed.tasks, ['Failed', 'Failed'])
    t.same(
      (await story.points(item)).map(({ name }) => name),
      full,
      'nothing is dropped for it',
    )
    t.equal((await story.item(item)).lastBackupStatus, 'Failed')

    await story.reach('2026-02-06T12:00:00Z')
    t.equal((await story.jobs(item.vault)).at(-1)?.status, 'Completed', 'a month later there is room')
  })

  await t.test('in 2016 neither points nor restores are counted', async (t) => {
    const story = await tellStory(t, { profile: '2016' })
    const item = await story.protectedMachine({ osDiskSizeGB: 32, conditions: { usedDataGB: 1 } })
    for (let n = 0; n < 12; n++) t.equal((await story.backUp(item)).status, 'Completed')
    const points = await story.points(item)
    t.ok(points.length >= 12)
    for (const { name } of points.slice(0, 12)) t.ok((await secondsToRestore(story, item, name)) > 0)
  })
})

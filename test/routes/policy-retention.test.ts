import t from 'tap'
import { DAY, HOUR, type Members, type SeenPoint } from '../support/seen.js'
import { dailyPolicy, type Item, keep, type Story, tellStory } from '../support/story.js'

const rules = (changes: Members): Members => ({
  retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', ...changes },
})
/** A policy that runs daily and keeps each of its points for so many days. */
const nightly = (days: number, changes: Members = {}): Members =>
  dailyPolicy('22:00', { ...rules({ dailySchedule: keep('22:00', days, 'Days') }), ...changes })

const onMondays = (weeks: number): Members => ({
  ...nightly(30),
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicy',
    scheduleRunFrequency: 'Weekly',
    scheduleRunDays: ['Monday'],
    scheduleRunTimes: ['2026-01-01T22:00:00Z'],
  },
  ...rules({ weeklySchedule: { daysOfTheWeek: ['Monday'], ...keep('22:00', weeks, 'Weeks') } }),
})

const dateOf = (instant: number) => new Date(instant).toISOString().slice(0, 10)
/** The days of the runs that points are of; a run at ten in the evening may start after midnight. */
const daysOf = (points: SeenPoint[]) => points.map(({ time }) => dateOf(time - 22 * HOUR))
const namesOf = (points: SeenPoint[]) => points.map(({ name }) => name)
const keptDays = ({ expiry, time }: SeenPoint) => Math.round((expiry - time) / DAY)

/** A machine that a daily policy has protected for some days: one point of each. */
async function history(story: Story, policy: Members, days: number): Promise<Item & { machine: string }> {
  const item = await story.protectedMachine({ osDiskSizeGB: 32 }, policy)
  await story.advance(`${days}d`)
  return item
}

t.test('raised retention keeps the points that there are, even the one that was to go next', async (t) => {
  const story = await tellStory(t)
  const item = await history(story, nightly(7), 10)
  const before = await story.points(item)
  t.equal(before.length, 7)
  const [oldest] = before
  await story.reach(new Date((oldest?.expiry ?? 0) - 1000).toISOString())
  await story.policy(item.vault, 'Custom', nightly(30))
  const after = await story.points(item)
  t.ok(namesOf(after).includes(oldest?.name ?? ''))
  t.ok(after.every((point) => keptDays(point) === 30))
  await story.advance('20d')
  t.equal((await story.points(item)).length, after.length + 20, 'nothing goes in these days')
  await story.advance('20d')
  t.equal((await story.points(item)).length, 30)
})

t.test('lowered retention takes points away within a day, not at once', async (t) => {
  const cleanup = async (seed: string) => {
    const story = await tellStory(t, { seed })
    const item = await history(story, nightly(30), 20)
    const all = namesOf(await story.points(item))
    t.equal(all.length, 20)
    const asked = story.now
    await story.policy(item.vault, 'Custom', nightly(7))
    const marked = await story.points(item)
    t.same(namesOf(marked), all, 'they are still there')
    t.ok(
      marked.every((point) => keptDays(point) === 7),
      'and say when they were to go',
    )
    let gone = 0
    while (namesOf(await story.points(item)).includes(all[0] ?? '')) {
      await story.advance('30m')
      gone = story.now - asked
      if (gone > 2 * DAY) break
    }
    t.ok(gone > 0 && gone <= DAY + HOUR / 2, `${gone / HOUR} h`)
    const left = await story.points(item)
    t.ok(
      left.every(({ expiry }) => expiry > story.now),
      'all that was over is gone',
    )
    t.ok(left.length >= 6 && left.length <= 8)
    return gone
  }
  const [one, again, other] = [await cleanup('one'), await cleanup('one'), await cleanup('two')]
  t.equal(again, one, 'when follows from the seed')
  t.not(other, one)
})

t.test('what is raised again before the cleanup is not lost', async (t) => {
  const story = await tellStory(t)
  const item = await history(story, nightly(30), 20)
  const before = await story.points(item)
  await story.policy(item.vault, 'Custom', nightly(7))
  await story.policy(item.vault, 'Custom', nightly(30))
  t.same(await story.points(item), before)
  await story.advance('3d')
  t.equal((await story.points(item)).length, 23)
})

t.test('a second reduction does not put off what the first has doomed', async (t) => {
  const story = await tellStory(t)
  const item = await history(story, nightly(30), 20)
  await story.policy(item.vault, 'Custom', nightly(14))
  await story.advance('1h')
  await story.policy(item.vault, 'Custom', nightly(7))
  await story.advance('1d')
  t.ok((await story.points(item)).every(({ expiry }) => expiry > story.now))
})

t.test('points on demand keep the day that was chosen for them', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine({ osDiskSizeGB: 32 }, nightly(30))
  await story.backUp(item, '2026-01-25T00:00:00Z')
  const [chosen] = await story.points(item)
  await story.advance('9d')
  await story.policy(item.vault, 'Custom', nightly(7))
  await story.advance('1d')
  t.match(
    (await story.points(item)).find(({ name }) => name === chosen?.name),
    { expiry: chosen?.expiry, time: chosen?.time },
    'seven days are over, its date is not',
  )
  await story.policy(item.vault, 'Custom', nightly(60))
  await story.reach('2026-01-25T00:01:00Z')
  t.notOk(namesOf(await story.points(item)).includes(chosen?.name ?? ''), 'and no longer either')
})

t.test('each rule is judged for itself: a point keeps the tags that it was born with', async (t) => {
  const story = await tellStory(t, { now: '2026-01-01T00:00:00Z' })
  const firstSunday = {
    retentionScheduleFormatType: 'Weekly',
    retentionScheduleWeekly: { daysOfTheWeek: ['Sunday'], weeksOfTheMonth: ['First'] },
  }
  const monthlySchedule = { ...firstSunday, ...keep('22:00', 6, 'Months') }
  const yearly = (years: number) => ({ ...firstSunday, monthsOfYear: ['January'], ...keep('22:00', years, 'Years') })
  const policy = (changes: Members) =>
    dailyPolicy('22:00', rules({ dailySchedule: keep('22:00', 7, 'Days'), monthlySchedule, ...changes }))
  const item = await story.protectedMachine({ osDiskSizeGB: 32 }, policy({ yearlySchedule: yearly(5) }))
  await story.reach('2026-03-08T12:00:00Z')
  const seen = async () =>
    (await story.points(item))
      .filter(({ rule }) => rule !== 'Daily')
      .map((point) => `${dateOf(point.time - 22 * HOUR)} ${point.rule} ${dateOf(point.expiry - 22 * HOUR)}`)
  t.same(await seen(), [
    '2026-01-04 Yearly 2031-01-04',
    '2026-02-01 Monthly 2026-08-01',
    '2026-03-01 Monthly 2026-09-01',
  ])

  await story.policy(item.vault, 'Custom', policy({ yearlySchedule: yearly(2) }))
  t.same(await seen(), [
    '2026-01-04 Yearly 2028-01-04',
    '2026-02-01 Monthly 2026-08-01',
    '2026-03-01 Monthly 2026-09-01',
  ])
  await story.policy(item.vault, 'Custom', policy({}))
  t.same(
    await seen(),
    ['2026-01-04 Monthly 2026-07-04', '2026-02-01 Monthly 2026-08-01', '2026-03-01 Monthly 2026-09-01'],
    'without its yearly rule a point is a monthly one',
  )
  await story.policy(item.vault, 'Custom', policy({ yearlySchedule: yearly(5) }))
  t.equal((await seen())[0], '2026-01-04 Yearly 2031-01-04', 'and a yearly one again')
  await story.policy(item.vault, 'Custom', policy({ monthlySchedule: undefined }))
  await story.advance('1d')
  t.same(await seen(), [], 'without both it is a daily one, and over')
  t.ok((await story.points(item)).every((point) => story.now - point.time < 7 * DAY))
})

t.test('daily points go when their policy becomes weekly; weekly ones stay for the days they have left', async (t) => {
  await t.test('daily to weekly', async (t) => {
    const story = await tellStory(t)
    const item = await history(story, nightly(30), 10)
    const [last] = (await story.points(item)).slice(-1)
    await story.policy(item.vault, 'Custom', onMondays(4))
    t.equal((await story.points(item)).length, 10)
    await story.advance('1d')
    t.same(namesOf(await story.points(item)), [last?.name], 'the last one is always kept')
    await story.reach('2026-01-20T12:00:00Z')
    t.same(daysOf(await story.points(item)), ['2026-01-19'], 'until there is a newer one')
  })
  await t.test('weekly to daily', async (t) => {
    const story = await tellStory(t)
    const item = await history(story, onMondays(4), 21)
    const weekly = await story.points(item)
    t.same(daysOf(weekly), ['2026-01-05', '2026-01-12', '2026-01-19'])
    await story.policy(item.vault, 'Custom', nightly(7))
    t.same(await story.points(item), weekly, 'nothing is another day')
    await story.reach('2026-02-05T12:00:00Z')
    const seen = await story.points(item)
    t.same(daysOf(seen.filter(({ rule }) => rule === 'Weekly')), ['2026-01-12', '2026-01-19'])
    t.equal(seen.filter(({ rule }) => rule === 'Daily').length, 7)
  })
  await t.test('weekly to daily with a rule for weeks: that one holds', async (t) => {
    const story = await tellStory(t)
    const item = await history(story, onMondays(4), 21)
    const weeklySchedule = { daysOfTheWeek: ['Monday'], ...keep('22:00', 2, 'Weeks') }
    await story.policy(
      item.vault,
      'Custom',
      nightly(7, rules({ dailySchedule: keep('22:00', 7, 'Days'), weeklySchedule })),
    )
    t.ok((await story.points(item)).every((point) => keptDays(point) === 14))
  })
})

t.test('an item that goes to another policy is judged by that one', async (t) => {
  const story = await tellStory(t)
  const item = await history(story, nightly(30), 20)
  await story.policy(item.vault, 'Short', nightly(7))
  await story.protect(item.vault, item.machine, 'Short')
  t.equal((await story.points(item)).length, 20)
  await story.advance('1d')
  t.ok((await story.points(item)).every((point) => keptDays(point) === 7 && point.expiry > story.now))
  await story.protect(item.vault, item.machine, 'Custom')
  t.ok((await story.points(item)).every((point) => keptDays(point) === 30))
})

t.test('while protection is stopped nothing is judged', async (t) => {
  const story = await tellStory(t)
  const item = await history(story, nightly(30), 20)
  const before = await story.points(item)
  await story.stop(item)
  await story.policy(item.vault, 'Custom', nightly(7))
  await story.advance('40d')
  t.same(
    (await story.points(item)).map(({ name, expiry }) => [name, expiry]),
    before.map(({ name, expiry }) => [name, expiry]),
  )
  await story.policy(item.vault, 'Long', nightly(90))
  await story.protect(item.vault, item.machine, 'Long')
  t.same(namesOf(await story.points(item)), namesOf(before), 'a longer one saves what was over already')
})

t.test('snapshots for instant restore follow the policy too', async (t) => {
  const story = await tellStory(t)
  const instant = (days: number) => nightly(30, { instantRpRetentionRangeInDays: days })
  const item = await history(story, instant(5), 10)
  const valid = async () => (await story.points(item)).filter((point) => point.instant === 'Valid').length
  t.equal(await valid(), 5)
  await story.policy(item.vault, 'Custom', instant(2))
  t.equal(await valid(), 5)
  await story.advance('1d')
  t.equal(await valid(), 2)
  t.equal((await story.points(item)).length, 11, 'the points themselves stay in the vault')
  await story.policy(item.vault, 'Custom', instant(4))
  t.equal(await valid(), 2, 'what has gone is gone')
  await story.advance('2d')
  t.equal(await valid(), 4)
})

t.test('points that never went to the vault live as long as their snapshots', async (t) => {
  const story = await tellStory(t)
  const hourly = (days: number): Members => ({
    ...nightly(30),
    policyType: 'V2',
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicyV2',
      scheduleRunFrequency: 'Hourly',
      hourlySchedule: { interval: 6, scheduleWindowStartTime: '2026-01-01T00:00:00Z', scheduleWindowDuration: 18 },
    },
    instantRpRetentionRangeInDays: days,
  })
  const item = await story.protectedMachine({ osDiskSizeGB: 32 }, hourly(2))
  await story.advance('4d')
  const alone = async () => (await story.points(item)).filter((point) => point.vault === undefined)
  const before = await alone()
  await story.policy(item.vault, 'Custom', hourly(5))
  t.same(namesOf(await alone()), namesOf(before))
  t.ok((await alone()).every((point) => keptDays(point) === 5))
  await story.policy(item.vault, 'Custom', hourly(1))
  await story.advance('1d')
  t.ok((await alone()).every((point) => story.now - point.time < DAY))
})

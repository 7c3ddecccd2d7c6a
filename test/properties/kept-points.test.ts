import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { MONDAY } from '../support/emulator.js'
import { DAY, HOUR, type SeenPoint, seenPoint } from '../support/seen.js'
import { type ShareStory, tellShareStory } from '../support/share-story.js'
import { anyPolicy, type Most } from './any-policy.js'
import { type ItemCase, type Made, makeWorld } from './any-world.js'
import { isOfShares, type PolicyCase } from './policy-cases.js'
import { holds } from './property.js'
import { endOf, type Run, runsOf } from './reference-calendar.js'

const YEARS = 10
const MOST: Most = { Days: 90, Weeks: 60, Months: 36, Years: 3 }
const iso = (instant: number) => new Date(instant).toISOString()

/** How late a backup begins at most, and how long it takes at most until its point is listed, and is in the vault. */
const LATE = { machine: 2 * HOUR + 2000, share: 62_000 }
const LISTED = HOUR / 2
const VAULTED = 4 * HOUR

/** When a run's point goes that was so late: of hourly backups those that aren't the day's last are snapshots alone. */
function goesAt({ of, schedule, snapshotDays }: PolicyCase, run: Run, late: number): number {
  const onlySnapshot = of !== 'snapshots' && schedule.every === 'hours' && !run.lastOfDay
  return late + (onlySnapshot ? run.at + snapshotDays * DAY : endOf(run))
}

/** Whether a policy keeps so few points, once the oldest have gone, that there is room for all of them. */
function roomFor(policy: PolicyCase): boolean {
  const [from, to] = [Date.UTC(2022, 11, 1), Date.UTC(2026, 0, 1)]
  const kept = runsOf(policy, from, to).filter((run) => goesAt(policy, run, 0) > to)
  return kept.length < 150
}

const anyItem = (of: PolicyCase['of'], every: PolicyCase['schedule']['every']): fc.Arbitrary<ItemCase> =>
  anyPolicy(of, every, MOST)
    .filter(({ schedule }) => schedule.every !== 'hours' || schedule.interval >= 12)
    .filter(roomFor)
    .map((policy) => ({ vault: 'one', policy, usedDataGB: 20, dataDisks: 0 }))

const anyItems = fc.tuple(
  anyItem('standard', 'day'),
  anyItem('standard', 'week'),
  anyItem('enhanced', 'hours'),
  fc.oneof(anyItem('snapshots', 'day'), anyItem('vaulted', 'day'), anyItem('vaulted', 'hours')),
)
/** Moments of the ten years, as parts of them. */
const anyMoments = fc.array(fc.integer({ min: 0, max: YEARS * 365 * DAY }), { minLength: 10, maxLength: 10 })

/** The points of an item, oldest first, as a version tells them that says of shares' too when they go. */
async function pointsOf({ call }: ShareStory, { path, share }: Made): Promise<SeenPoint[]> {
  const answer = await call('GET', `${path}/recoveryPoints?api-version=${share ? '2025-02-01' : '2024-04-01'}`)
  return answer.values.map(seenPoint).reverse()
}

/** The run that a point is of: the last before it, as times of shares are in whole seconds. */
function runOf(runs: readonly Run[], { time }: SeenPoint): Run {
  const run = runs.findLast(({ at }) => at <= time + 999)
  assert.ok(run, `a point of ${iso(time)}, before the first run`)
  return run
}

/** What a point says of itself: the rule that keeps it longest, and when it goes; of a share's in the vault, its snapshot. */
function checkWords(policy: PolicyCase, run: Run, point: SeenPoint, goes: number, what: string): void {
  const longest = [...run.until].filter(([, until]) => until === endOf(run)).map(([tag]) => tag)
  assert.ok(
    longest.some((tag) => tag === point.rule),
    `${what}: rule ${point.rule}, not ${longest}`,
  )
  const told = policy.of === 'vaulted' ? point.time + policy.snapshotDays * DAY : goes
  const off = Math.abs(point.expiry - told)
  assert.ok(off <= (isOfShares(policy) ? 1000 : 0), `${what}: expiry ${iso(point.expiry)}, not ${iso(told)}`)
}

/** Where the data of a machine's point lies. */
function checkTiers({ schedule, snapshotDays }: PolicyCase, run: Run, point: SeenPoint, now: number, what: string) {
  const vaulted = schedule.every !== 'hours' || run.lastOfDay
  if (!vaulted) return assert.equal(point.vault, undefined, `${what} is a snapshot alone`)
  if (now < run.at + VAULTED) return
  const snapshot = now < point.time + snapshotDays * DAY ? 'Valid' : 'Deleted'
  assert.deepEqual([point.vault, point.instant], ['Valid', snapshot], `${what}: vault and snapshot`)
}

/** Holds a point against what the calendar says of its run; the newest stays, whatever its age. */
function checkPoint(policy: PolicyCase, run: Run, point: SeenPoint, now: number, newest: boolean): void {
  const what = `the point of ${iso(run.at)}, taken ${iso(point.time)}, at ${iso(now)}`
  const share = isOfShares(policy)
  const late = point.time - run.at
  assert.ok(late <= (share ? LATE.share : LATE.machine), `${what} is late`)
  const goes = goesAt(policy, run, late)
  assert.ok(newest || goes > now - (share ? 1000 : 0), `${what} should have gone ${iso(goes)}`)
  if (!share) checkTiers(policy, run, point, now, what)
  // Of its newest point a share says neither.
  if (!(share && newest)) checkWords(policy, run, point, goes, what)
}

/** Holds the points that an item has now against the calendar. */
function checkPoints(policy: PolicyCase, runs: readonly Run[], points: readonly SeenPoint[], now: number): void {
  const latest = isOfShares(policy) ? LATE.share : LATE.machine
  const seen = new Set<Run>()
  for (const [index, point] of points.entries()) {
    const run = runOf(runs, point)
    assert.ok(!seen.has(run), `two points of ${iso(run.at)}`)
    seen.add(run)
    checkPoint(policy, run, point, now, index === points.length - 1)
  }
  const missing = runs.filter(
    (run) => run.at + latest + LISTED <= now && goesAt(policy, run, 0) > now && !seen.has(run),
  )
  assert.deepEqual(
    missing.map(({ at }) => iso(at)),
    [],
    `at ${iso(now)} there is no point of these`,
  )
}

/** Goes to the very moment at which the next point of an item goes: until then it is there, from then on it isn't. */
async function checkEdge(story: ShareStory, item: Made): Promise<void> {
  const points = await pointsOf(story, item)
  const next = points.slice(0, -1).toSorted((a, b) => a.expiry - b.expiry)[0]
  if (!next) return
  const isThere = async () => (await pointsOf(story, item)).some(({ name }) => name === next.name)
  await story.reach(iso(next.expiry - 1))
  assert.ok(await isThere(), `until ${iso(next.expiry)}`)
  await story.reach(iso(next.expiry))
  assert.ok(!(await isThere()), `from ${iso(next.expiry)} on`)
}

t.test('over ten years an item has the points that a calendar says, and no others', async (t) => {
  const story = await tellShareStory(t)
  await holds(t, 1, fc.tuple(anyItems, anyMoments), async ([items, moments]) => {
    const made = await makeWorld(story, { seed: 'decade', items })
    const end = Date.parse(MONDAY) + (YEARS + 1) * 366 * DAY
    const runs = items.map(({ policy }) => runsOf(policy, story.now, end))
    for (const moment of moments.toSorted((a, b) => a - b)) {
      await story.reach(iso(Math.max(story.now, Date.parse(MONDAY) + moment)))
      for (const [index, { policy }] of items.entries()) {
        const item = made[index]
        if (item) checkPoints(policy, runs[index] ?? [], await pointsOf(story, item), story.now)
      }
      if (made[0]) await checkEdge(story, made[0])
    }
  })
})

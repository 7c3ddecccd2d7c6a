import t from 'tap'
import { readDiskPolicy } from '../../../src/domain/policies/policy-disk.js'
import { nextRepetition, readRepetition, repetitionsOf } from '../../../src/domain/policies/repetition.js'
import { expiryOfTag, lifetimeOf, tagAt } from '../../../src/domain/policies/tagging.js'
import { diskPolicy, lasts, tagged } from '../../support/disk-story.js'
import type { Members } from '../../support/seen.js'

const MOST = 100_000
const at = (text: string) => Date.parse(text)

/** A policy with further tags, each kept for some days. */
const withTags = (intervals: string[], tags: Members[]) =>
  readDiskPolicy(
    diskPolicy({
      intervals,
      tags: [tagged('Default', 99), ...tags],
      rules: [
        lasts('Default', 'P7D'),
        ...tags.map(({ tagInfo }) => lasts((tagInfo as { tagName: string }).tagName, 'P10D')),
      ],
    }),
    MOST,
  )

const criteria = (tagName: string, taggingPriority: number, of: Members): Members => ({
  isDefault: false,
  taggingPriority,
  tagInfo: { tagName },
  criteria: [{ objectType: 'ScheduleBasedBackupCriteria', ...of }],
})

t.test('repetitions are read, with zones and without', async (t) => {
  const HOUR = 3_600_000
  const rows: [text: string, zone: string | undefined, start: string, hours: number][] = [
    ['R/2020-04-05T13:00:00+00:00/PT4H', undefined, '2020-04-05T13:00:00Z', 4],
    ['R/2020-04-05T13:00:00+05:30/P1D', 'UTC', '2020-04-05T07:30:00Z', 24],
    ['R/2020-04-05T13:00Z/P2W', undefined, '2020-04-05T13:00:00Z', 336],
    ['R/2020-04-05T13:00:00.5000000Z/PT1H', undefined, '2020-04-05T13:00:00.500Z', 1],
    ['R/2020-04-05T13:00:00/PT1H', undefined, '2020-04-05T13:00:00Z', 1],
    ['R/2020-04-05T13:00:00/PT1H', 'W. Europe Standard Time', '2020-04-05T12:00:00Z', 1],
    ['R/2020-04-05T13:00:00/PT1H', 'Nowhere Standard Time', '2020-04-05T13:00:00Z', 1],
  ]
  for (const [text, zone, start, hours] of rows)
    t.strictSame(readRepetition(text, zone), { start: at(start), period: hours * HOUR }, text)
  for (const text of [
    '',
    'R/PT4H',
    'R5/2020-04-05T13:00:00Z/PT4H',
    'R/2020-04-05T13:00:00Z/PT4H/PT2H',
    'R/2020-04-05T13:00:00Z/PT0H',
    'R/2020-04-05T13:00:00Z/P1DT2H',
    'R/2020-04-31T13:00:00Z/P1D',
    'R/2020-04-05/P1D',
  ])
    t.equal(readRepetition(text), undefined, text)
})

t.test('runs fall on the start and on each period after it', async (t) => {
  const policy = withTags(['R/2026-01-01T02:00:00Z/PT8H', 'R/2026-01-03T05:00:00Z/P1D'], [])
  const runs: string[] = []
  for (let now = at('2025-12-31T00:00:00Z'); runs.length < 9; ) {
    now = nextRepetition(repetitionsOf(policy), now) ?? Number.NaN
    runs.push(new Date(now).toISOString().slice(8, 13))
  }
  t.strictSame(runs, ['01T02', '01T10', '01T18', '02T02', '02T10', '02T18', '03T02', '03T05', '03T10'])
  t.equal(nextRepetition([], 0), undefined)
})

/** What a reference that knows nothing of priorities and periods but their definition says of a list of runs. */
const STARTS: Record<string, (day: Date) => number> = {
  FirstOfDay: (day) => Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()),
  FirstOfWeek: (day) => Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() - day.getUTCDay()),
  FirstOfMonth: (day) => Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1),
  FirstOfYear: (day) => Date.UTC(day.getUTCFullYear(), 0, 1),
}

t.test('of two years of backups, some of which fail, each has the tag that it should have', async (t) => {
  const tags: [name: string, priority: number, marker: string][] = [
    ['Yearly', 5, 'FirstOfYear'],
    ['Monthly', 15, 'FirstOfMonth'],
    ['Weekly', 20, 'FirstOfWeek'],
    ['Daily', 25, 'FirstOfDay'],
  ]
  const policy = withTags(
    ['R/2025-12-30T05:00:00Z/PT6H'],
    tags.map(([name, priority, marker]) => tagged(name, priority, marker)),
  )
  const counts: Record<string, number> = {}
  const made: number[] = []
  let wrong = 0
  let run = at('2025-12-30T04:00:00Z')
  for (let n = 0; n < 2 * 366 * 4; n++) {
    run = nextRepetition(repetitionsOf(policy), run) ?? Number.NaN
    // Some fail, now and then for days.
    if ((n * 7919) % 13 === 0 || (n > 400 && n < 430)) continue
    const due = tags.find(([, , marker]) => {
      const start = STARTS[marker]?.(new Date(run)) ?? 0
      return !made.some((earlier) => earlier >= start)
    })
    const expected = due?.[0] ?? 'Default'
    const tag = tagAt(policy, run, made.at(-1))
    if (tag !== expected) wrong++
    counts[tag] = (counts[tag] ?? 0) + 1
    made.push(run)
  }
  t.equal(wrong, 0)
  t.equal(counts.Yearly, 3, 'of 2025, 2026 and 2027')
  t.ok((counts.Monthly ?? 0) >= 21 && (counts.Monthly ?? 0) <= 24, `${counts.Monthly} months`)
  t.ok((counts.Weekly ?? 0) > 80 && (counts.Daily ?? 0) > 500 && (counts.Default ?? 0) > 1500, JSON.stringify(counts))
})

t.test('criteria of days, weeks, months and times, on the wall clock of the policy', async (t) => {
  const of = (criterion: Members, zone?: string) => {
    const policy = withTags(['R/2026-01-01T00:00:00Z/PT1H'], [criteria('Some', 10, criterion)])
    const [rule] = policy.policyRules
    if (zone !== undefined && rule?.objectType === 'AzureBackupRule') rule.trigger.schedule.timeZone = zone
    return (run: string) => tagAt(policy, at(run), undefined) === 'Some'
  }
  const rows: [what: string, holds: (run: string) => boolean, right: string[], wrong: string[]][] = [
    ['Sundays', of({ daysOfTheWeek: ['Sunday'] }), ['2026-02-01T10:00Z'], ['2026-02-02T00:00Z', '2026-01-31T23:00Z']],
    [
      'Sundays in Sydney',
      of({ daysOfTheWeek: ['Sunday'] }, 'AUS Eastern Standard Time'),
      ['2026-01-31T14:00Z', '2026-02-01T13:00Z'],
      ['2026-01-31T13:00Z', '2026-02-01T14:00Z'],
    ],
    [
      'the first and the last of a month',
      of({ daysOfMonth: [{ date: 1 }, { isLast: true }] }),
      ['2026-02-01T10:00Z', '2026-02-28T10:00Z', '2028-02-29T10:00Z', '2026-12-31T10:00Z'],
      ['2026-02-27T10:00Z', '2028-02-28T10:00Z', '2026-12-30T10:00Z'],
    ],
    [
      'the second and the last Friday',
      of({ daysOfTheWeek: ['Friday'], weeksOfTheMonth: ['Second', 'Last'] }),
      ['2026-01-09T10:00Z', '2026-01-30T10:00Z', '2026-02-13T10:00Z', '2026-02-27T10:00Z'],
      ['2026-01-02T10:00Z', '2026-01-16T10:00Z', '2026-01-23T10:00Z', '2026-01-10T10:00Z'],
    ],
    ['in March and June', of({ monthsOfYear: ['March', 'June'] }), ['2026-03-31T23:00Z'], ['2026-04-01T00:00Z']],
    [
      'at some times of the day',
      of({ scheduleTimes: ['2020-01-01T04:30:00+05:30', '2020-01-01T12:00:00'] }),
      ['2026-07-01T23:00Z', '2026-07-01T12:00Z'],
      ['2026-07-01T04:30Z', '2026-07-01T11:00Z'],
    ],
    ['always', of({ absoluteCriteria: ['AllBackup'] }), ['2026-07-01T23:00Z'], []],
  ]
  for (const [what, holds, right, wrong] of rows) {
    for (const run of right) t.ok(holds(run), `${what}: ${run}`)
    for (const run of wrong) t.notOk(holds(run), `${what}: not ${run}`)
  }
})

t.test('a first of the day is that of the day on the wall clock', async (t) => {
  const policy = withTags(['R/2026-01-01T00:00:00Z/PT1H'], [tagged('Daily', 10, 'FirstOfDay')])
  t.equal(tagAt(policy, at('2026-01-02T00:00Z'), at('2026-01-01T23:00Z')), 'Daily')
  t.equal(tagAt(policy, at('2026-01-02T01:00Z'), at('2026-01-02T00:00Z')), 'Default')
  const [rule] = policy.policyRules
  if (rule?.objectType === 'AzureBackupRule') rule.trigger.schedule.timeZone = 'India Standard Time'
  t.equal(tagAt(policy, at('2026-01-02T00:00Z'), at('2026-01-01T23:00Z')), 'Default')
  t.equal(tagAt(policy, at('2026-01-01T19:00Z'), at('2026-01-01T18:00Z')), 'Daily', 'midnight is at 18:30')
})

t.test('the lower number wins, and the default tag may have it', async (t) => {
  const policy = (priority: number) =>
    readDiskPolicy(
      diskPolicy({
        tags: [tagged('Default', priority), tagged('Every', 20, 'AllBackup')],
        rules: [lasts('Default', 'P7D'), lasts('Every', 'P9D')],
      }),
      MOST,
    )
  t.equal(tagAt(policy(99), at('2026-01-01T02:00Z'), undefined), 'Every')
  t.equal(tagAt(policy(10), at('2026-01-01T02:00Z'), undefined), 'Default')
})

t.test('a point lives as long as the rule of its tag says', async (t) => {
  const rules = [lasts('Default', 'P7D'), lasts('Weekly', 'P12W'), lasts('Monthly', 'P3M'), lasts('Yearly', 'P1Y')]
  const policy = readDiskPolicy(diskPolicy({ rules }), MOST)
  const rows: [tag: string, until: string][] = [
    ['Default', '2026-02-07T10:00:00Z'],
    ['default', '2026-02-07T10:00:00Z'],
    ['Weekly', '2026-04-25T10:00:00Z'],
    ['Monthly', '2026-04-30T10:00:00Z'],
    ['Yearly', '2027-01-31T10:00:00Z'],
    ['of no rule', '2026-02-07T10:00:00Z'],
  ]
  for (const [tag, until] of rows)
    t.equal(new Date(expiryOfTag(policy, tag, at('2026-01-31T10:00:00Z'))).getTime(), at(until), tag)
  for (const text of ['P0D', 'PT4H', 'P1Y2M', '7D', '', 'P-1D']) t.equal(lifetimeOf(text), undefined, text)
})

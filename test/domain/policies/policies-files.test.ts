import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { Refusal } from '../../../src/domain/errors.js'
import { readFileSharePolicy } from '../../../src/domain/policies/policy-files.js'
import {
  hasVaultTier,
  instantExpiry,
  retentionOf,
  rulesOf,
  snapshotDaysOf,
  type TagName,
} from '../../../src/domain/policies/retention.js'
import { DAY, isLastRunOfDay, nextRun, runsBetween } from '../../../src/domain/policies/schedule.js'
import { type Bag, change, isBag, type Json } from './policy-bodies.js'

const TIME = '2026-01-01T22:00:00Z'
const at = (text: string) => Date.parse(text)
const keep = (count: number, durationType = 'Days', times: string[] = [TIME]): Bag => ({
  retentionTimes: times,
  retentionDuration: { count, durationType },
})

/** A body as azurerm and az send it: snapshots once a day. */
const daily = (): Bag => ({
  backupManagementType: 'AzureStorage',
  workLoadType: 'AzureFileShare',
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicy',
    scheduleRunFrequency: 'Daily',
    scheduleRunTimes: [TIME],
  },
  retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep(30) },
  timeZone: 'UTC',
})

/** The same with points in the vault. */
const vaulted = (days = 30, snapshots = 5): Bag => ({
  ...change(daily(), 'retentionPolicy', undefined),
  vaultRetentionPolicy: {
    vaultRetention: { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep(days) },
    snapshotRetentionInDays: snapshots,
  },
})

const hours = (interval: number, scheduleWindowDuration: number): Bag => ({
  schedulePolicyType: 'SimpleSchedulePolicy',
  scheduleRunFrequency: 'Hourly',
  hourlySchedule: { interval, scheduleWindowStartTime: '2026-07-22T08:00:00.000Z', scheduleWindowDuration },
})
const hourly = (body: Bag, interval: number, duration: number): Bag => ({
  ...body,
  schedulePolicy: hours(interval, duration),
})

/** The code and the text that a body is refused with. */
function refused(body: Bag): [code: string, message: string] {
  try {
    readFileSharePolicy(body)
  } catch (refusal) {
    if (refusal instanceof Refusal) return [refusal.code, refusal.message]
    throw refusal
  }
  throw new Error(`taken: ${JSON.stringify(body)}`)
}

const golden = new URL('../../../../shared/golden/files/', import.meta.url)
const recordings = existsSync(golden) ? {} : { skip: `${golden.pathname} is not here` }

t.test('every recorded policy of file shares is taken and stored to the byte', recordings, async (t) => {
  const propertiesOf = (resource: Json | undefined) =>
    isBag(resource) && isBag(resource.properties) ? [resource.properties] : []
  let seen = 0
  for (const file of readdirSync(golden).filter((name) => /^afs-polic/.test(name))) {
    const { request, response } = JSON.parse(readFileSync(new URL(file, golden), 'utf8')) as {
      request: { apiVersion: string; body?: Json }
      response: { body?: Json }
    }
    const body = response.body
    const listed = isBag(body) && Array.isArray(body.value) ? body.value.flatMap(propertiesOf) : propertiesOf(body)
    for (const { protectedItemsCount, ...answered } of listed) {
      seen++
      const { workLoadType, ...rest } = readFileSharePolicy(answered)
      // Versions up to 2021 don't say what it is for.
      t.equal(
        JSON.stringify('workLoadType' in answered ? { ...readFileSharePolicy(answered) } : rest),
        JSON.stringify(answered),
        file,
      )
      for (const sent of propertiesOf(request.body))
        t.same(readFileSharePolicy(sent), readFileSharePolicy(answered), file)
    }
  }
  t.equal(seen, 6)
})

t.test('times come back as they were written, offsets included', async (t) => {
  const stored = (time: string) => {
    const body = change(
      change(daily(), 'schedulePolicy.scheduleRunTimes', [time]),
      'retentionPolicy.dailySchedule',
      keep(30, 'Days', [time]),
    )
    const policy = readFileSharePolicy(body, { now: at('2026-01-05T00:00:00Z') })
    return [
      rulesOf(policy).dailySchedule?.retentionTimes[0],
      new Date(nextRun(policy, at('2026-01-10T00:00:00Z'))).toISOString(),
    ]
  }
  t.same(stored('2026-09-09T23:00:00+00:00'), ['2026-09-09T23:00:00+00:00', '2026-01-10T23:00:00.000Z'])
  t.same(stored('2026-09-09T23:00:00+02:00'), ['2026-09-09T23:00:00+02:00', '2026-01-10T21:00:00.000Z'], 'and count')
  t.same(stored('2018-07-30T23:00:00.000Z'), ['2018-07-30T23:00:00Z', '2026-01-10T23:00:00.000Z'], 'azurerm')
  t.same(stored('23:00:00Z'), ['2026-01-05T23:00:00Z', '2026-01-10T23:00:00.000Z'])
})

t.test('a form of one time is the same time in the other', async (t) => {
  const body = change(daily(), 'retentionPolicy.dailySchedule', keep(30, 'Days', ['2026-01-01T22:00:00+00:00']))
  t.same(rulesOf(readFileSharePolicy(body)).dailySchedule?.retentionTimes, ['2026-01-01T22:00:00+00:00'])
})

t.test('an hourly schedule stands in the standard one, and keeps at the end of its window', async (t) => {
  const rules = { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep(10, 'Days', []) }
  for (const retentionTimes of [null, undefined]) {
    const body = hourly(
      { ...daily(), retentionPolicy: change(rules, 'dailySchedule.retentionTimes', retentionTimes ?? null) },
      4,
      12,
    )
    const policy = readFileSharePolicy(change(body, 'schedulePolicy.scheduleRunTimes', retentionTimes ?? null))
    t.same(policy.schedulePolicy, {
      schedulePolicyType: 'SimpleSchedulePolicy',
      scheduleRunFrequency: 'Hourly',
      hourlySchedule: { interval: 4, scheduleWindowStartTime: '2026-07-22T08:00:00Z', scheduleWindowDuration: 12 },
      scheduleWeeklyFrequency: 0,
    })
    t.same(rulesOf(policy).dailySchedule?.retentionTimes, ['2026-07-22T20:00:00Z'])
    const runs = runsBetween(policy, at('2026-01-10T00:00:00Z'), at('2026-01-11T00:00:00Z'))
    t.same(
      runs.map((run) => new Date(run).getUTCHours()),
      [8, 12, 16, 20],
    )
    t.same(
      runs.map((run) => isLastRunOfDay(policy, run)),
      [false, false, false, true],
    )
  }
})

t.test('a policy keeps snapshots alone, or sends points to the vault', async (t) => {
  const alone = readFileSharePolicy(daily())
  const run = at('2026-01-10T22:00:00Z')
  t.equal(hasVaultTier(alone), false)
  t.equal(snapshotDaysOf(alone), undefined)
  const { expiry, ruleName } = retentionOf(alone, run)
  t.same([ruleName, expiry], ['Daily', run + 30 * DAY])
  t.equal(instantExpiry(alone, run, expiry), expiry, 'the snapshot is the point')

  const both = readFileSharePolicy(vaulted())
  t.equal(hasVaultTier(both), true)
  t.equal(retentionOf(both, run).expiry, run + 30 * DAY)
  t.equal(instantExpiry(both, run, run + 30 * DAY), run + 5 * DAY)
})

t.test('retention has its ranges, by tier', async (t) => {
  const unsupported = 'BMSUserErrorPolicyRetentionInvalid'
  const weeks = (count: number): Bag => ({ daysOfTheWeek: ['Sunday'], ...keep(count, 'Weeks') })
  const firstSunday: Bag = {
    retentionScheduleFormatType: 'Weekly',
    retentionScheduleWeekly: { daysOfTheWeek: ['Sunday'], weeksOfTheMonth: ['First'] },
  }
  const months = (count: number): Bag => ({ ...firstSunday, ...keep(count, 'Months') })
  const years = (count: number): Bag => ({ ...firstSunday, monthsOfYear: ['May'], ...keep(count, 'Years') })
  const rows: [TagName, (count: number) => Bag, snapshots: number, vault: number][] = [
    ['Daily', (count) => keep(count), 200, 9999],
    ['Weekly', weeks, 200, 5163],
    ['Monthly', months, 120, 1188],
    ['Yearly', years, 10, 99],
  ]
  for (const [tag, rule, snapshots, vault] of rows) {
    const member = `${tag.toLowerCase()}Schedule`
    const alone = (count: number) => change(daily(), `retentionPolicy.${member}`, rule(count))
    const both = (count: number) => change(vaulted(), `vaultRetentionPolicy.vaultRetention.${member}`, rule(count))
    t.ok(readFileSharePolicy(alone(snapshots)), `${tag}: ${snapshots}`)
    t.equal(refused(alone(snapshots + 1))[0], unsupported)
    t.ok(readFileSharePolicy(both(vault)), `${tag} in the vault: ${vault}`)
    t.equal(refused(both(vault + 1))[0], vault === 9999 ? 'BMSUserErrorInvalidPolicyInput' : unsupported)
  }
  t.ok(readFileSharePolicy(change(daily(), 'retentionPolicy.dailySchedule', keep(1))), 'one day is enough')

  t.test('with several snapshots a day the share is full sooner', async (t) => {
    const kept = (interval: number, duration: number, count: number) =>
      hourly(change(daily(), 'retentionPolicy.dailySchedule', keep(count)), interval, duration)
    for (const [interval, duration, days] of [
      [4, 12, 49],
      [4, 20, 32],
      [12, 12, 99],
    ] as const) {
      t.ok(readFileSharePolicy(kept(interval, duration, days)))
      t.equal(refused(kept(interval, duration, days + 1))[0], unsupported)
    }
    t.ok(readFileSharePolicy(hourly(vaulted(9999), 4, 12)), 'the vault is not')
  })

  t.test('snapshots go before the points in the vault do', async (t) => {
    t.ok(readFileSharePolicy(vaulted(31, 30)))
    t.equal(refused(vaulted(60, 31))[0], 'BMSUserErrorInvalidPolicyInput')
    t.equal(refused(vaulted(60, 0))[0], 'BMSUserErrorInvalidPolicyInput')
    const [code, message] = refused(vaulted(5, 5))
    t.equal(code, unsupported)
    t.match(message, 'snapshotRetentionInDays')
  })
})

t.test('what cannot be a policy of file shares is refused, with the reason', async (t) => {
  const rows: [string, Bag, names: string][] = [
    ['another kind', change(daily(), 'backupManagementType', 'AzureIaasVM'), 'AzureStorage'],
    ['another workload', change(daily(), 'workLoadType', 'SQLDataBase'), 'AzureFileShare'],
    ['a weekly schedule', change(daily(), 'schedulePolicy.scheduleRunFrequency', 'Weekly'), 'Hourly, Daily'],
    ['an enhanced schedule', change(daily(), 'schedulePolicy.schedulePolicyType', 'SimpleSchedulePolicyV2'), 'Simple'],
    ['no retention', change(daily(), 'retentionPolicy', undefined), 'retentionPolicy is missing'],
    [
      'both retentions',
      { ...daily(), ...vaulted(), retentionPolicy: daily().retentionPolicy ?? null },
      'vaultRetention',
    ],
    ['no rule for the vault', change(vaulted(), 'vaultRetentionPolicy.vaultRetention', null), 'vaultRetention'],
    [
      'retention at another time (SEED-84)',
      change(daily(), 'retentionPolicy.dailySchedule', keep(5, 'Days', ['2026-01-01T10:00:00Z'])),
      'run at 22:00:00Z',
    ],
    ['no retention time', change(daily(), 'retentionPolicy.dailySchedule', keep(5, 'Days', [])), 'exactly one time'],
    ['every five hours', hourly(daily(), 5, 10), '1, 4, 6, 8, 12'],
    ['a window that is shorter than the interval', hourly(daily(), 8, 4), 'between 8 and 24'],
    ['seven snapshots a day', hourly(daily(), 1, 6), 'more than 6 backups a day'],
    ['no window', change(hourly(daily(), 4, 12), 'schedulePolicy.hourlySchedule', null), 'hourlySchedule is missing'],
    ['an unknown zone', change(daily(), 'timeZone', 'Europe/Berlin'), 'not a Windows time zone'],
  ]
  for (const [what, body, names] of rows) {
    const [code, message] = refused(body)
    t.equal(code, 'BMSUserErrorInvalidPolicyInput', what)
    t.ok(message.includes(names), `${what}: ${message}`)
  }
})

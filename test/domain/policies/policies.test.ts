import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { defaultPolicies } from '../../../src/domain/policies/built-in-policies.js'
import { policyKind, reducesRetention } from '../../../src/domain/policies/policies.js'
import { readVmPolicy } from '../../../src/domain/policies/policy-vm.js'
import { TIME_ZONES } from '../../../src/domain/policies/time-zones.js'
import {
  type Bag,
  byDate,
  change,
  daily,
  enhancedWeekly,
  hourly,
  isBag,
  type Json,
  MONTHLY,
  outcomeOf,
  refusalOf,
  TIME,
  weekly,
  withMonths,
} from './policy-bodies.js'

t.test('what is left out has the service’s defaults', async (t) => {
  const bare = (body: Bag) => change(change(body, 'timeZone', undefined), 'instantRpRetentionRangeInDays', undefined)
  t.equal(readVmPolicy(bare(daily())).timeZone, 'UTC')
  t.equal(readVmPolicy(bare(daily())).instantRpRetentionRangeInDays, 2, 'daily (SEED-50)')
  t.equal(readVmPolicy(bare(weekly())).instantRpRetentionRangeInDays, 5, 'weekly: always 5')
  t.equal(readVmPolicy(bare(hourly())).instantRpRetentionRangeInDays, 7, 'enhanced')
  t.equal(readVmPolicy(bare(enhancedWeekly())).instantRpRetentionRangeInDays, 7, 'enhanced, weekly')
  t.same(readVmPolicy(daily()).instantRPDetails, {})
  t.notOk('policyType' in readVmPolicy(daily()), 'the policy type is stored as sent')
  t.equal(readVmPolicy({ ...daily(), policyType: 'V1' }).policyType, 'V1')
  t.match(readVmPolicy(weekly()).schedulePolicy, { scheduleWeeklyFrequency: 0 })
})

t.test('an update that leaves instant restore out keeps what was stored, as azurerm counts on', async (t) => {
  const stored = readVmPolicy({ ...daily(), instantRpRetentionRangeInDays: 4 })
  const update = change(daily(), 'instantRpRetentionRangeInDays', undefined)
  t.equal(readVmPolicy(update, { stored }).instantRpRetentionRangeInDays, 4)
  t.equal(readVmPolicy(weekly(), { stored }).instantRpRetentionRangeInDays, 5, 'unless it is out of range now')
})

t.test('times are stored in one form', async (t) => {
  const stored = (time: string, now?: string) => {
    const body = change(
      change(daily(), 'schedulePolicy.scheduleRunTimes', [time]),
      'retentionPolicy.dailySchedule.retentionTimes',
      [time],
    )
    const policy = readVmPolicy(body, now === undefined ? {} : { now: Date.parse(now) })
    t.same(
      policy.retentionPolicy.dailySchedule?.retentionTimes,
      (policy.schedulePolicy as unknown as Bag).scheduleRunTimes,
    )
    return policy.retentionPolicy.dailySchedule?.retentionTimes[0]
  }
  t.equal(stored('2026-01-01T05:30:00.000Z'), '2026-01-01T05:30:00Z', 'az')
  t.equal(stored('2026-01-01T05:30:00.0000000Z'), '2026-01-01T05:30:00Z', '.NET')
  t.equal(stored('2026-01-01T05:30:00+00:00'), '2026-01-01T05:30:00Z', 'az 2.91')
  t.equal(stored('2026-01-01T05:30:00'), '2026-01-01T05:30:00Z', 'without a zone')
  t.equal(stored('2026-01-01T05:30:00+02:00'), '2026-01-01T03:30:00Z', 'with another zone')
  t.equal(stored('2026-01-01T05:30Z'), '2026-01-01T05:30:00Z', 'without seconds')
  t.equal(stored('23:00:00Z', '2026-01-05T09:00:00Z'), '2026-01-05T23:00:00Z', 'azurerm sends the time of day alone')
  t.equal(stored('23:00'), '1970-01-01T23:00:00Z', 'some date is needed')
})

t.test('a body with nulls and other spellings is read like any other', async (t) => {
  const body: Bag = {
    ...daily(),
    backupManagementType: 'azureiaasvm',
    protectedItemsCount: 3,
    resourceGuardOperationRequests: null,
    instantRpDetails: { azureBackupRgNamePrefix: 'snap_', azureBackupRgNameSuffix: null },
    snapshotConsistencyType: '',
    tieringPolicy: null,
  }
  const withNulls = change(change(body, 'retentionPolicy.weeklySchedule', null), 'schedulePolicy.scheduleRunDays', null)
  t.same(readVmPolicy(withNulls), {
    ...readVmPolicy(daily()),
    instantRPDetails: { azureBackupRGNamePrefix: 'snap_' },
  })
  t.test('nulls in instantRpDetails, as az prints them, are no names', async (t) => {
    const none = { azureBackupRgNamePrefix: null, azureBackupRgNameSuffix: null }
    t.same(readVmPolicy({ ...daily(), instantRpDetails: none }).instantRPDetails, {})
  })
})

t.test('the stored form has the members in the order of the wire', async (t) => {
  const jumbled = Object.fromEntries(
    Object.entries({
      ...hourly(),
      timeZone: 'India Standard Time',
      tieringPolicy: { ArchivedRP: { durationType: 'Invalid', duration: 0, tieringMode: 'DoNotTier' } },
      snapshotConsistencyType: 'OnlyCrashConsistent',
    }).reverse(),
  )
  const members = [
    'backupManagementType',
    'snapshotConsistencyType',
    'policyType',
    'instantRPDetails',
    'schedulePolicy',
  ]
  const policy = readVmPolicy(jumbled)
  t.same(Object.keys(policy), [
    ...members,
    'retentionPolicy',
    'tieringPolicy',
    'instantRpRetentionRangeInDays',
    'timeZone',
  ])
  t.same(Object.keys(policy.tieringPolicy?.ArchivedRP ?? {}), ['tieringMode', 'duration', 'durationType'])
  const yearly = { ...MONTHLY, monthsOfYear: ['May'] }
  const { yearlySchedule } = readVmPolicy(change(daily(), 'retentionPolicy.yearlySchedule', yearly)).retentionPolicy
  t.same(Object.keys(yearlySchedule ?? {}), [
    ...['retentionScheduleFormatType', 'monthsOfYear', 'retentionScheduleWeekly'],
    ...['retentionTimes', 'retentionDuration'],
  ])
})

t.test('tiering has a duration only when it is after one', async (t) => {
  const tier = (rule: Bag) =>
    readVmPolicy({ ...withMonths(), tieringPolicy: { ArchivedRP: rule } }).tieringPolicy?.ArchivedRP
  t.same(tier({ tieringMode: 'TierRecommended' }), {
    tieringMode: 'TierRecommended',
    duration: 0,
    durationType: 'Invalid',
  })
  const after = { tieringMode: 'TierAfter', duration: 3, durationType: 'Months' }
  t.same(tier(after), after)
})

t.test('tiering needs a monthly or yearly rule that lasts six months longer', async (t) => {
  const kept = (rule: 'monthly' | 'yearly', count: number, durationType: string) => {
    const schedule = { ...MONTHLY, monthsOfYear: ['May'], retentionDuration: { count, durationType } }
    return change(daily(), `retentionPolicy.${rule}Schedule`, schedule)
  }
  const months = (duration: number): Bag => ({ tieringMode: 'TierAfter', duration, durationType: 'Months' })
  const recommended: Bag = { tieringMode: 'TierRecommended' }
  const taken: [Bag, Bag][] = [
    [kept('monthly', 9, 'Months'), months(3)],
    [kept('monthly', 9, 'Months'), recommended],
    [kept('yearly', 1, 'Years'), months(6)],
    [kept('monthly', 39, 'Weeks'), { tieringMode: 'TierAfter', duration: 90, durationType: 'Days' }],
    [daily(), { tieringMode: 'DoNotTier' }],
  ]
  for (const [body, rule] of taken) t.ok(readVmPolicy({ ...body, tieringPolicy: { ArchivedRP: rule } }))
  const refused: [Bag, Bag, string][] = [
    [kept('monthly', 8, 'Months'), months(3), 'no monthly or yearly rule'],
    [kept('monthly', 8, 'Months'), recommended, 'no monthly or yearly rule'],
    [kept('yearly', 1, 'Years'), months(7), 'no monthly or yearly rule'],
    [daily(), recommended, 'no monthly or yearly rule'],
    [change(daily(), 'retentionPolicy.dailySchedule.retentionDuration.count', 9999), months(3), 'DoNotTier'],
    [kept('monthly', 60, 'Months'), months(2), 'at least 3 months'],
    [kept('monthly', 60, 'Months'), { tieringMode: 'TierAfter', duration: 45, durationType: 'Days' }, 'at least 3'],
  ]
  for (const [body, rule, names] of refused) {
    const { code, message } = refusalOf({ ...body, tieringPolicy: { ArchivedRP: rule } })
    t.equal(code, 'BMSUserErrorInvalidPolicyInput')
    t.match(message, names)
  }
})

t.test('the more snapshots a day has, the fewer days of them instant restore keeps', async (t) => {
  const most = (interval: number, scheduleWindowDuration: number) => {
    const window = { interval, scheduleWindowStartTime: TIME, scheduleWindowDuration }
    const body = change(hourly(), 'schedulePolicy.hourlySchedule', window)
    const kept = change(body, 'retentionPolicy.dailySchedule.retentionDuration.count', 180)
    const taken = (days: number) => !/instantRp/.test(outcomeOf({ ...kept, instantRpRetentionRangeInDays: days }))
    return Array.from({ length: 40 }, (_, day) => day + 1).filter(taken).length
  }
  t.same([most(24, 24), most(12, 24), most(8, 24), most(6, 24), most(4, 24)], [30, 30, 20, 15, 10])
  t.equal(most(4, 12), 15, 'runs count, not the interval')
})

t.test('the last day of a month is that whatever its date', async (t) => {
  const dates = (...days: Bag[]) =>
    readVmPolicy(change(daily(), 'retentionPolicy.monthlySchedule', byDate(...days))).retentionPolicy.monthlySchedule
      ?.retentionScheduleDaily?.daysOfTheMonth
  t.same(dates({ date: 0, isLast: true }, { date: 28 }), [
    { date: 0, isLast: true },
    { date: 28, isLast: false },
  ])
  t.same(dates({ isLast: true }), [{ date: 0, isLast: true }])
  t.notOk(
    'retentionScheduleWeekly' in
      (readVmPolicy(change(daily(), 'retentionPolicy.monthlySchedule', byDate({ date: 1 }))).retentionPolicy
        .monthlySchedule ?? {}),
    'the other format is left out',
  )
})

t.test('every zone of Windows is taken, and stays as it was written', async (t) => {
  for (const timeZone of TIME_ZONES) if (readVmPolicy({ ...daily(), timeZone }).timeZone !== timeZone) t.fail(timeZone)
  t.equal(readVmPolicy({ ...daily(), timeZone: 'utc' }).timeZone, 'utc')
})

t.test('reading what was stored changes nothing', async (t) => {
  for (const body of [daily(), weekly(), hourly(), enhancedWeekly(), withMonths()]) {
    const stored = readVmPolicy(body)
    t.equal(JSON.stringify(readVmPolicy({ ...stored })), JSON.stringify(stored))
  }
})

t.test('the published samples of the API are taken', async (t) => {
  t.test('a weekly policy with neither policy type nor instant restore', async (t) => {
    const policy = readVmPolicy({ ...weekly(), timeZone: 'Pacific Standard Time' })
    t.equal(policy.instantRpRetentionRangeInDays, 5)
  })
  t.test('an enhanced daily policy that keeps at another time than it runs', async (t) => {
    const sample: Bag = {
      ...hourly(),
      instantRpRetentionRangeInDays: 30,
      snapshotConsistencyType: 'OnlyCrashConsistent',
      schedulePolicy: {
        schedulePolicyType: 'SimpleSchedulePolicyV2',
        scheduleRunFrequency: 'Daily',
        dailySchedule: { scheduleRunTimes: ['2018-01-24T10:00:00Z'] },
      },
      retentionPolicy: {
        retentionPolicyType: 'LongTermRetentionPolicy',
        dailySchedule: {
          retentionTimes: ['2021-12-17T08:00:00+00:00'],
          retentionDuration: { count: 180, durationType: 'Days' },
        },
        monthlySchedule: { ...MONTHLY, retentionScheduleDaily: {} },
      },
    }
    t.same(readVmPolicy(sample).retentionPolicy.dailySchedule?.retentionTimes, ['2021-12-17T08:00:00Z'])
  })
})

t.test('the kind of a policy is its discriminator', async (t) => {
  t.equal(policyKind(daily()), 'AzureIaasVM')
  t.equal(policyKind({ backupManagementType: 'azureworkload' }), 'AzureWorkload')
  t.equal(policyKind({ backupManagementType: 'Tape' }), undefined)
  t.equal(policyKind({}), undefined)
})

t.test('a shorter or a missing rule reduces retention', async (t) => {
  const before = readVmPolicy(withMonths())
  const keep = (count: number, durationType = 'Days') =>
    readVmPolicy(change(withMonths(), 'retentionPolicy.dailySchedule.retentionDuration', { count, durationType }))
  t.equal(reducesRetention(before, before), false)
  t.equal(reducesRetention(before, keep(29)), true)
  t.equal(reducesRetention(before, keep(31)), false)
  t.equal(reducesRetention(before, keep(1, 'Months')), false, 'a month counts 31 days')
  t.equal(reducesRetention(before, readVmPolicy(daily())), true, 'the monthly rule is gone')
  t.equal(reducesRetention(readVmPolicy(daily()), before), false, 'a rule more')
})

const golden = new URL('../../../../shared/golden/', import.meta.url)
const recordings = existsSync(golden) ? {} : { skip: `${golden.pathname} is not here` }

interface Recording {
  request?: { body?: Json }
  response?: { body?: Json }
}

/** The properties of all recorded policies of virtual machines, requests and answers; S- files are documentation. */
function recorded(): { file: string; sent: Bag | undefined; stored: Bag }[] {
  return ['vm/', 'vm-more/'].flatMap((folder) =>
    readdirSync(new URL(folder, golden))
      .filter((file) => /^polic/.test(file))
      .flatMap((file) => {
        const { request, response } = JSON.parse(readFileSync(new URL(folder + file, golden), 'utf8')) as Recording
        const propertiesOf = (resource: Json | undefined) =>
          isBag(resource) && isBag(resource.properties) ? [resource.properties] : []
        const body = response?.body
        const listed = isBag(body) && Array.isArray(body.value) ? body.value.flatMap(propertiesOf) : propertiesOf(body)
        const [sent] = propertiesOf(request?.body)
        return listed.filter((stored) => policyKind(stored) === 'AzureIaasVM').map((stored) => ({ file, sent, stored }))
      }),
  )
}

const withoutCount = ({ protectedItemsCount, ...properties }: Bag) => JSON.stringify(properties)

t.test('every recorded policy is taken and stored to the byte as the service stored it', recordings, async (t) => {
  const policies = recorded()
  t.ok(policies.length >= 10, `${policies.length} recorded`)
  for (const { file, sent, stored } of policies) {
    t.equal(JSON.stringify(readVmPolicy(stored)), withoutCount(stored), `${file}: as answered`)
    if (sent) t.equal(JSON.stringify(readVmPolicy(sent)), withoutCount(stored), `${file}: as sent`)
  }
})

t.test('a new vault has the three recorded policies, to the byte', recordings, async (t) => {
  const file = new URL('vm/policies-list-defaults.json', golden)
  const list = JSON.parse(readFileSync(file, 'utf8')).response.body.value as { name: string; properties: Bag }[]
  for (const { name, properties } of defaultPolicies(Date.parse('2022-05-13T09:41:00Z'), 'southeastasia')) {
    const answered = list.find((policy) => policy.name === name)?.properties ?? {}
    t.equal(JSON.stringify(properties), withoutCount(answered), name)
  }
})

t.test('the built-in policies run by night, by the region', async (t) => {
  const timeIn = (location: string) => {
    const [logs, standard, enhanced] = defaultPolicies(Date.parse('2022-03-18T23:59:59Z'), location)
    t.same([logs?.name, standard?.name, enhanced?.name], ['HourlyLogBackup', 'DefaultPolicy', 'EnhancedPolicy'])
    t.match(JSON.stringify(enhanced), '2022-03-18T08:00:00Z', 'the enhanced one from eight on, everywhere')
    return /scheduleRunTimes":\["([^"]+)"/.exec(JSON.stringify(standard))?.[1]
  }
  t.equal(timeIn('westus'), '2022-03-18T23:30:00Z', 'recorded')
  t.equal(timeIn('Southeast Asia'), '2022-03-18T20:00:00Z', 'recorded; by display name too')
  t.equal(timeIn('westeurope'), '2022-03-18T03:00:00Z')
  t.equal(timeIn('atlantis'), '2022-03-18T22:00:00Z', 'a region we know nothing of')
  t.test('and can be put back as they are', async (t) => {
    for (const { properties } of defaultPolicies(0, 'westus').slice(1)) {
      t.equal(JSON.stringify(readVmPolicy({ ...properties })), JSON.stringify(properties))
    }
  })
})

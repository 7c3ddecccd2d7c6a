import t from 'tap'
import { type DiskStory, diskPolicy, lasts, tagged, tellDiskStory } from '../support/disk-story.js'
import { refused } from '../support/refusals.js'
import { type Members, members } from '../support/seen.js'

const DAILY = { tags: [tagged('Default', 99), tagged('Daily', 25, 'FirstOfDay')] }
const KEPT = [lasts('Default', 'P7D'), lasts('Daily', 'P12D')]

/** The rules of a policy as it is shown, the one that strikes first. */
const rulesOf = async (story: DiskStory, path: string): Promise<Members[]> => {
  const answer = await story.call('GET', path)
  return (answer.at('properties.policyRules') as unknown[]).map(members)
}

t.test('a policy is made at once, read, listed and deleted', async (t) => {
  const story = await tellDiskStory(t)
  const vault = await story.vault()
  const path = `${vault}/backupPolicies/Disks`
  const made = await story.tryPolicy(vault, 'Disks', diskPolicy({ ...DAILY, rules: KEPT }))
  t.equal(made.status, 200, 'not 201')
  t.equal(made.header('azure-asyncoperation'), '')
  t.strictSame(made.body, (await story.call('GET', path)).body)
  t.strictSame((await story.call('GET', path.replace('Disks', 'DISKS'))).at('name'), 'Disks', 'in any casing')
  await story.policy(vault, 'Another')
  t.strictSame((await story.call('GET', `${vault}/backupPolicies`)).names, ['Another', 'Disks'])

  t.equal((await story.call('DELETE', path)).status, 200)
  t.equal((await story.call('DELETE', path)).status, 204)
  t.equal((await story.call('GET', path)).code, 'UserErrorGenericResourceNotFound')
  t.strictSame((await story.call('GET', `${vault}/backupPolicies`)).names, ['Another'])
  await story.advance('3d')
  t.strictSame((await story.call('GET', `${vault}/backupPolicies`)).names, ['Another'], 'no policy comes by itself')
})

t.test(
  'a policy is shown as it was meant: names in the service’s spelling, tags with ids, texts as they were sent',
  async (t) => {
    const story = await tellDiskStory(t)
    const vault = await story.vault()
    const [backup, byDefault] = diskPolicy().policyRules as Members[]
    const trigger = members(backup?.trigger)
    const sent = {
      datasourceTypes: ['microsoft.compute/DISKS'],
      objectType: 'backuppolicy',
      name: 'means nothing',
      policyRules: [
        {
          ...backup,
          trigger: {
            ...trigger,
            schedule: { repeatingTimeIntervals: ['R/2026-01-01T04:30:00+05:30/PT12H'], timeZone: '' },
            taggingCriteria: [
              tagged('Default', 99),
              {
                isDefault: false,
                taggingPriority: 20,
                tagInfo: { tagName: 'Sundays', eTag: null },
                criteria: [
                  {
                    objectType: 'ScheduleBasedBackupCriteria',
                    daysOfTheWeek: ['sunday'],
                    daysOfMonth: [{ date: 1, isLast: false }, { isLast: true }],
                    monthsOfYear: ['JANUARY'],
                    scheduleTimes: ['2026-01-01T04:30:00+05:30'],
                    weeksOfTheMonth: ['first'],
                  },
                ],
              },
            ],
          },
        },
        byDefault,
        {
          ...lasts('Sundays', 'P6W'),
          lifecycles: [
            {
              deleteAfter: { objectType: 'AbsoluteDeleteOption', duration: 'P6W' },
              sourceDataStore: { dataStoreType: 'operationalstore', objectType: 'DataStoreInfoBase' },
              targetDataStoreCopySettings: [],
            },
          ],
        },
      ],
    }
    const answer = await story.tryPolicy(vault, 'Disks', sent)
    t.equal(answer.status, 200, JSON.stringify(answer.body))
    t.strictSame(answer.at('properties.datasourceTypes'), ['Microsoft.Compute/disks'])
    t.equal(answer.at('properties.name'), undefined)
    const [strikes, , sundays] = await rulesOf(story, `${vault}/backupPolicies/Disks`)
    t.strictSame(members(strikes?.trigger), {
      schedule: { repeatingTimeIntervals: ['R/2026-01-01T04:30:00+05:30/PT12H'] },
      taggingCriteria: [
        { tagInfo: { tagName: 'Default', id: 'Default_' }, taggingPriority: 99, isDefault: true },
        {
          tagInfo: { tagName: 'Sundays', id: 'Sundays_' },
          taggingPriority: 20,
          isDefault: false,
          criteria: [
            {
              daysOfMonth: [{ date: 1, isLast: false }, { isLast: true }],
              daysOfTheWeek: ['Sunday'],
              monthsOfYear: ['January'],
              scheduleTimes: ['2026-01-01T04:30:00+05:30'],
              weeksOfTheMonth: ['First'],
              objectType: 'ScheduleBasedBackupCriteria',
            },
          ],
        },
      ],
      objectType: 'ScheduleBasedTriggerContext',
    })
    t.strictSame(sundays?.lifecycles, [
      {
        deleteAfter: { objectType: 'AbsoluteDeleteOption', duration: 'P6W' },
        sourceDataStore: { dataStoreType: 'OperationalStore', objectType: 'DataStoreInfoBase' },
        targetDataStoreCopySettings: [],
      },
    ])
  },
)

t.test('every schedule and every lifetime that there is can be had', async (t) => {
  const story = await tellDiskStory(t)
  const vault = await story.vault()
  const most: [period: string, duration: string][] = [
    ['PT1H', 'P18D'],
    ['PT2H', 'P37D'],
    ['PT4H', 'P75D'],
    ['PT6H', 'P112D'],
    ['PT8H', 'P150D'],
    ['PT12H', 'P225D'],
    ['P1D', 'P1Y'],
    ['P1D', 'P12M'],
    ['PT24H', 'P52W'],
  ]
  for (const [period, duration] of most) {
    const intervals = [`R/2026-01-01T02:00:00+00:00/${period}`]
    const answer = await story.tryPolicy(
      vault,
      `every-${period}-${duration}`,
      diskPolicy({ intervals, rules: [lasts('Default', duration)] }),
    )
    t.equal(answer.status, 200, `${period} ${duration}: ${JSON.stringify(answer.body)}`)
  }
  // The first of each day is taken out of what the default tag has.
  const both = diskPolicy({ ...DAILY, rules: [lasts('Default', 'P50D'), lasts('Daily', 'P200D')] })
  t.equal((await story.tryPolicy(vault, 'both', both)).status, 200, '5 a day for 50 days, one for 200: 450')
})

t.test('a policy that is there is not changed, in use or not', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, path } = await story.protectedDisk()
  const again = await story.tryPolicy(vault, 'DISKS', diskPolicy())
  t.equal(again.status, 200, 'what says the same is taken')
  t.equal(again.text('name'), 'Disks')
  const longer = diskPolicy({ rules: [lasts('Default', 'P9D')] })
  await story.policy(vault, 'Unused')
  for (const name of ['Disks', 'Unused']) {
    const answer = await refused(t, story, 'UserErrorBMSUpdatePolicyNotSupported', () =>
      story.tryPolicy(vault, name, longer),
    )
    t.match(answer.at('error.additionalInfo.0.info'), {
      code: 'UserErrorBMSUpdatePolicyNotSupported',
      message: /^Update of existing policy is not supported/,
      details: null,
      innerError: null,
    })
  }
  const inUse = await refused(t, story, 'UserErrorDppPolicyObjectInUse', () =>
    story.call('DELETE', `${vault}/backupPolicies/disks`),
  )
  t.match(inUse.message, /disk1/)

  await story.succeeded(await story.call('POST', `${path}/stopProtection`))
  await refused(t, story, 'UserErrorDppPolicyObjectInUse', () => story.call('DELETE', `${vault}/backupPolicies/Disks`))
  await story.succeeded(await story.call('DELETE', path))
  await story.advance('2m')
  await refused(t, story, 'UserErrorPolicyAssociatedWithSoftDeletedItems', () =>
    story.call('DELETE', `${vault}/backupPolicies/Disks`),
  )
  await story.advance('15d')
  t.equal((await story.call('DELETE', `${vault}/backupPolicies/Disks`)).status, 200)
})

t.test('limits that were lowered are reached', async (t) => {
  const story = await tellDiskStory(t, { limits: { policiesPerBackupVault: 1, snapshotsPerDiskPolicy: 10 } })
  const vault = await story.vault()
  await refused(t, story, 'BMSUserErrorInvalidInput', () => story.tryPolicy(vault, 'Disks', diskPolicy()))
  const few = diskPolicy({ intervals: ['R/2026-01-01T02:00:00+00:00/P1D'] })
  await story.policy(vault, 'Disks', few)
  await refused(t, story, 'UserErrorPolicyQuotaReached', () => story.tryPolicy(vault, 'More', few))
})

t.test('a policy strikes when it says', async (t) => {
  const story = await tellDiskStory(t)
  const intervals = ['R/2026-01-01T04:00:00+05:30/PT8H']
  const { vault } = await story.protectedDisk(diskPolicy({ intervals }))
  await story.advance('2d')
  const jobs = await story.call('GET', `${vault}/backupJobs`)
  const starts = jobs.values.map((job) => String(members(job.properties).startTime).slice(8, 16)).sort()
  t.strictSame(
    starts.map((start) => start.slice(3)),
    ['14:30', '22:30', '06:30', '14:30', '22:30', '06:30'],
    'at 04:00 in India and every eight hours from then on',
  )
})

t.test('a policy that an instance is just being given is in use', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await story.protectedDisk()
  await story.policy(vault, 'Hourly', diskPolicy({ intervals: ['R/2026-01-01T00:00:00+00:00/PT1H'] }))
  const begun = await story.tryProtect(vault, disk, 'Hourly')
  for (const name of ['Disks', 'Hourly'])
    await refused(t, story, 'UserErrorDppPolicyObjectInUse', () =>
      story.call('DELETE', `${vault}/backupPolicies/${name}`),
    )
  await story.succeeded(begun)
  const { policyInfo } = await story.instance({ path })
  t.equal(members(policyInfo).policyId, `${vault}/backupPolicies/Hourly`)
  t.equal((await story.call('DELETE', `${vault}/backupPolicies/Disks`)).status, 200)
})

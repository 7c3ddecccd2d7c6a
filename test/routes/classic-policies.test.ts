import t from 'tap'
import { classicKeep, classicPolicy, classicWeekly, tellClassicStory } from '../support/classic-story.js'
import { members } from '../support/seen.js'

const NO_OPERATION = '00000000-0000-0000-0000-000000000000'
const TIMES = ['2026-01-01T22:00:00']
const lasts = (Count: number, DurationType: number) => ({
  RetentionTimes: TIMES,
  CSMRetentionDuration: { Count, DurationType },
})

t.test('names that are sent are answered as numbers', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault()
  const made = await story.putPolicy(
    vault,
    'Everything',
    classicPolicy('22:00', {
      WeeklySchedule: { DaysOfTheWeek: ['Sunday', 'Saturday'], ...classicKeep('22:00', 8, 'Weeks') },
      MonthlySchedule: {
        RetentionScheduleType: 'Weekly',
        RetentionScheduleWeekly: { DaysOfTheWeek: ['Sunday'], WeeksOfTheMonth: ['First', 'Last'] },
        ...classicKeep('22:00', 12, 'Months'),
      },
      YearlySchedule: {
        RetentionScheduleType: 'Daily',
        MonthsOfYear: ['January', 'December'],
        RetentionScheduleDaily: { DaysOfTheMonth: [{ Date: 1, IsLast: false }, { IsLast: true }] },
        ...classicKeep('22:00', 10, 'Years'),
      },
    }),
  )
  t.strictSame([made.status, made.body], [200, NO_OPERATION])
  await story.policy(vault, 'Weekly', classicWeekly('06:30', 'Wednesday', 12))
  const { values } = await story.list(vault, 'protectionPolicies')
  const policies = Object.fromEntries(values.map(({ name, properties }) => [String(name), members(properties)]))
  t.strictSame(Object.keys(policies).sort(), ['DefaultPolicy', 'Everything', 'Weekly'])
  t.strictSame(policies.Everything?.ltrRetentionPolicy, {
    DailySchedule: lasts(30, 1),
    WeeklySchedule: { DaysOfTheWeek: [0, 6], ...lasts(8, 2) },
    MonthlySchedule: {
      RetentionScheduleType: 2,
      RetentionScheduleDaily: null,
      RetentionScheduleWeekly: { DaysOfTheWeek: [0], WeeksOfTheMonth: [0, 4] },
      ...lasts(12, 3),
    },
    YearlySchedule: {
      MonthsOfYear: [1, 12],
      RetentionScheduleType: 1,
      RetentionScheduleDaily: {
        DaysOfTheMonth: [
          { Date: 1, IsLast: false },
          { Date: 0, IsLast: true },
        ],
      },
      RetentionScheduleWeekly: null,
      ...lasts(10, 4),
    },
  })
  t.strictSame(policies.Weekly?.backupSchedule, {
    backupType: 'Full',
    scheduleRun: 'Weekly',
    scheduleRunDays: ['Wednesday'],
    scheduleRunTimes: ['2026-01-01T06:30:00'],
  })
})

t.test('a policy in use is changed by an operation with a job an item', async (t) => {
  const story = await tellClassicStory(t)
  const item = await story.protectedMachine({}, classicPolicy('10:00'))
  const { vault } = item
  const accepted = await story.putPolicy(vault, 'Custom', classicPolicy('12:00'))
  const id = story.operationId(accepted)
  const running = await story.operation(vault, id)
  t.match(running, { status: 'InProgress', code: '' })
  t.equal(running.jobs.length, 1)
  t.match(await story.ended(vault, running.jobs[0] ?? ''), {
    operation: 'ConfigureBackup',
    status: 'Completed',
    bag: { 'Policy Name': 'Custom' },
  })
  t.equal((await story.operation(vault, id)).status, 'Succeeded')
  const { start } = await story.running(vault)
  t.equal(new Date(start).toISOString().slice(0, 13), '2026-01-05T12', 'the new time holds')
})

t.test('a policy is renamed with what hangs on it', async (t) => {
  const story = await tellClassicStory(t)
  const item = await story.protectedMachine({}, classicPolicy('10:00'))
  const { vault } = item
  const patch = (name: string, properties: object) =>
    story.ask('PATCH', `${vault}/protectionPolicies/${name}`, { properties })
  const renamed = await patch('custom', { policyName: 'Nightly' })
  t.strictSame([renamed.status, renamed.body], [200, NO_OPERATION], 'nothing but its name has changed')
  t.strictSame((await story.list(vault, 'protectionPolicies')).names.sort(), ['DefaultPolicy', 'Nightly'])
  t.equal(
    String((await story.item(item))?.protectionPolicyId)
      .split('/')
      .at(-1),
    'Nightly',
  )

  const both = await patch('Nightly', { ...classicPolicy('12:00'), policyName: 'Noon' })
  const { jobs } = await story.settled(vault, story.operationId(both))
  t.equal((await story.job(vault, jobs[0] ?? '')).bag['Policy Name'], 'Noon')
  t.equal((await patch('Noon', { policyName: 'NOON' })).status, 200, 'its own name in other letters is free')
  t.ok((await story.list(vault, 'protectionPolicies')).names.includes('Noon'), 'and means the same')
  const used = await story.ask('DELETE', `${vault}/protectionPolicies/noon`)
  t.strictSame([used.status, used.code], [400, 'BMSUserErrorPolicyObjectInUse'])
})

import t from 'tap'
import { refused } from '../support/control.js'
import { DAY, HOUR, type Members, members } from '../support/seen.js'
import { dailyPolicy, itemOf, keep, protection, type Story, tellStory } from '../support/story.js'

const kept = (days: number, time = '22:00') => ({
  retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep(time, days, 'Days') },
})
const nightly = (days: number, time = '22:00') => dailyPolicy(time, kept(days, time))

const enhanced = (changes: Members = {}): Members => ({
  ...nightly(30),
  policyType: 'V2',
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicyV2',
    scheduleRunFrequency: 'Daily',
    dailySchedule: { scheduleRunTimes: ['2026-01-01T22:00:00Z'] },
  },
  ...changes,
})

const files = (changes: Members = {}): Members => ({
  ...nightly(30),
  backupManagementType: 'AzureStorage',
  workLoadType: 'AzureFileShare',
  ...changes,
})

/** A vault with machines that one policy protects. */
async function protectedMachines(story: Story, count: number) {
  const vault = await story.vault()
  await story.policy(vault, 'Custom', nightly(30))
  const items = []
  for (let n = 0; n < count; n++) items.push(await story.protect(vault, story.machine(`vm${n}`), 'Custom'))
  return { vault, items }
}

t.test('a policy in use is changed by an operation, with a job for each of its items', async (t) => {
  const story = await tellStory(t)
  const { vault } = await protectedMachines(story, 3)
  const other = await story.protect(vault, story.machine('other'))
  await story.advance('1h')
  const path = `${vault}/backupPolicies/Custom`
  const body = { properties: nightly(60) }
  const accepted = await story.call('PUT', path, body, { 'x-ms-client-request-id': 'edit-1' })
  t.equal(accepted.status, 202)
  t.equal(accepted.body, undefined)
  const status = accepted.header('azure-asyncoperation')
  const result = accepted.header('location')
  t.match(status, /\/backupPolicies\/Custom\/operations\/[0-9a-f-]{36}\?api-version=2024-04-01$/)
  t.match(result, /\/backupPolicies\/Custom\/operationResults\/[0-9a-f-]{36}\?api-version=2024-04-01$/)

  const running = await story.call('GET', status)
  t.match(running.body, { status: 'InProgress' })
  t.equal(running.at('properties'), undefined)
  const changed = (await story.call('GET', result)).at('properties.retentionPolicy.dailySchedule.retentionDuration')
  t.match(changed, { count: 60 }, 'the policy itself has changed at once')

  await t.test('until the jobs have ended nothing else configures the items', async (t) => {
    for (const [method, url, sent] of [
      ['PUT', path, body],
      ['DELETE', itemOf(vault, await idOf(story, vault, 'vm1')).path, undefined],
    ] as const) {
      await refused(t, story.world, [method, url, sent], { code: 'BMSUserErrorConflictingProtectionOperation' })
    }
  })

  await story.advance('3s')
  const ended = await story.call('GET', status)
  t.match(ended.body, { status: 'Succeeded', properties: { objectType: 'OperationStatusJobsExtendedInfo' } })
  t.same(ended.at('properties.failedJobsError'), {})
  const ids = ended.at('properties.jobIds') as string[]
  t.equal(ids.length, 3)
  for (const id of ids) {
    const job = await story.job(vault, id)
    t.match(job, { operation: 'ConfigureBackup', status: 'Completed', bag: { 'Policy Name': 'Custom' } })
    t.equal((await story.call('GET', `${vault}/backupJobs/${id}`)).text('properties.activityId'), 'edit-1')
  }
  const names = (await story.jobs(vault, 'ConfigureBackup')).map((job) => job.bag['VM Name'])
  t.same(names.sort(), ['other', 'vm0', 'vm0', 'vm1', 'vm1', 'vm2', 'vm2'], 'the item of another policy has none')

  const done = await story.call('GET', result)
  t.equal(done.status, 200)
  t.same(done.body, (await story.call('GET', path)).body, 'the result is the policy')
  t.equal(done.at('properties.protectedItemsCount'), 3)
  const id = /operations\/([^?]+)/.exec(status)?.[1]
  t.same((await story.call('GET', `${vault}/backupOperations/${id}`)).body, ended.body, 'polled at the vault too')
  t.equal((await story.call('GET', `${path}/operations/${other.path.length}`)).code, 'BMSUserErrorOperationNotFound')
})

async function idOf(story: Story, vault: string, name: string): Promise<string> {
  const items = (await story.call('GET', `${vault}/backupProtectedItems`)).values.map(({ properties }) =>
    members(properties),
  )
  return String(items.find((item) => item.friendlyName === name)?.sourceResourceId)
}

t.test('a client that polls does not wait, however many items there are', async (t) => {
  const story = await tellStory(t)
  const { vault } = await protectedMachines(story, 12)
  const accepted = await story.putPolicy(vault, 'Custom', nightly(60))
  await story.call('PUT', '/_recoverite/clock', { mode: 'skip' })
  const polled = await story.call('GET', accepted.header('azure-asyncoperation'))
  t.equal(polled.text('status'), 'Succeeded', 'the first poll sees the end')
  t.equal((polled.at('properties.jobIds') as string[]).length, 12)
})

t.test('a policy that no item uses is changed at once', async (t) => {
  const story = await tellStory(t)
  const { vault, items } = await protectedMachines(story, 1)
  await story.policy(vault, 'Idle', nightly(30))
  const changed = await story.putPolicy(vault, 'Idle', nightly(60))
  t.equal(changed.status, 200)
  t.equal(changed.at('properties.retentionPolicy.dailySchedule.retentionDuration.count'), 60)
  const [item] = items
  if (item) await story.stop(item)
  t.equal((await story.putPolicy(vault, 'Custom', nightly(60))).status, 200, 'a stopped item hangs on none')
  t.equal((await story.jobs(vault, 'ConfigureBackup')).length, 1)
})

t.test('an item that another configuration has for itself holds the policy up', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  await story.policy(vault, 'Custom', nightly(30))
  await story.tryProtect(vault, story.machine('vm1'), 'Custom')
  const put = ['PUT', `${vault}/backupPolicies/Custom`, { properties: nightly(60) }] as const
  await refused(t, story.world, put, { code: 'BMSUserErrorConflictingProtectionOperation' })
  await story.advance('1m')
  t.equal((await story.putPolicy(vault, 'Custom', nightly(60))).status, 202)
})

t.test('a change leaves the items as they were, but for the schedule', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  await story.policy(vault, 'Custom', nightly(30))
  const machine = story.machine('vm1', { dataDisks: [{ lun: 0, diskSizeGB: 32 }] })
  const item = itemOf(vault, machine)
  const { properties } = protection(vault, machine, 'Custom')
  const extendedProperties = { diskExclusionProperties: { diskLunList: [0], isInclusionList: false } }
  await story.finished(await story.call('PUT', item.path, { properties: { ...properties, extendedProperties } }))
  await story.backUp(item)
  const before = await story.item(item)
  await story.policy(vault, 'Custom', nightly(30, '12:00'))
  t.same(await story.item(item), before)
  await story.reach('2026-01-08T08:00:00Z')
  const scheduled = (await story.jobs(vault)).slice(1).map(({ start }) => start % DAY)
  t.equal(scheduled.length, 3, 'one a day from the day of the change on')
  t.ok(scheduled.every((start) => start >= 12 * HOUR && start < 14 * HOUR))
})

t.test('a single policy counts its items, a list never does', async (t) => {
  const story = await tellStory(t)
  const { vault, items } = await protectedMachines(story, 2)
  const count = async (name: string) =>
    (await story.call('GET', `${vault}/backupPolicies/${name}`)).at('properties.protectedItemsCount')
  t.same([await count('Custom'), await count('DefaultPolicy')], [2, 0])
  const listed = (await story.call('GET', `${vault}/backupPolicies`)).values
  t.ok(listed.every(({ properties }) => members(properties).protectedItemsCount === 0))
  await story.finished(await story.tryProtect(vault, await idOf(story, vault, 'vm0')))
  t.same([await count('Custom'), await count('DefaultPolicy')], [1, 1], 'it follows the item')
  const [, item] = items
  if (item) await story.stop(item)
  t.equal(await count('Custom'), 0)
})

t.test('a policy in use cannot be deleted; the vault’s own come back', async (t) => {
  const story = await tellStory(t)
  const { vault, items } = await protectedMachines(story, 1)
  const path = (name: string) => `${vault}/backupPolicies/${name}`
  await refused(t, story.world, ['DELETE', path('Custom')], { code: 'BMSUserErrorPolicyObjectInUse' })
  const [item] = items
  if (item) await story.stop(item)
  const resumed = await story.tryProtect(vault, await idOf(story, vault, 'vm0'), 'Custom')
  await refused(t, story.world, ['DELETE', path('Custom')], { code: 'BMSUserErrorPolicyObjectInUse' })
  await story.finished(resumed)
  if (item) await story.stop(item)
  t.equal((await story.call('DELETE', path('Custom'))).status, 200)
  t.equal((await story.call('DELETE', path('Custom'))).status, 204)
  await story.advance('2d')
  t.equal((await story.call('GET', path('Custom'))).status, 404, 'that was for good')

  await story.policy(vault, 'EnhancedPolicy', enhanced())
  for (const name of ['DefaultPolicy', 'EnhancedPolicy']) t.equal((await story.call('DELETE', path(name))).status, 200)
  t.equal((await story.call('GET', path('DefaultPolicy'))).status, 404)
  await story.advance('1d')
  const names = (await story.call('GET', `${vault}/backupPolicies`)).names
  t.same(names, ['DefaultPolicy', 'EnhancedPolicy', 'HourlyLogBackup'], 'within a day')
  t.equal(
    (await story.call('GET', path('EnhancedPolicy'))).at('properties.schedulePolicy.scheduleRunFrequency'),
    'Hourly',
    'as they were at first',
  )

  await t.test('but not over one that has taken the name meanwhile', async (t) => {
    await story.call('DELETE', path('DefaultPolicy'))
    await story.policy(vault, 'DefaultPolicy', nightly(99))
    await story.advance('2d')
    const stored = await story.call('GET', path('DefaultPolicy'))
    t.equal(stored.at('properties.retentionPolicy.dailySchedule.retentionDuration.count'), 99)
  })
})

t.test('a vault has room for so many policies, and takes so many writes of them a day', async (t) => {
  const story = await tellStory(t, { limits: { policiesPerVault: 5, policyWritesPerDay: 4 } })
  const vault = await story.vault()
  const put = (name: string, days = 30) =>
    ['PUT', `${vault}/backupPolicies/${name}`, { properties: nightly(days) }] as const
  await story.policy(vault, 'First', nightly(30))
  await story.policy(vault, 'Second', nightly(30))
  await refused(t, story.world, put('Third'), { code: 'UserErrorPolicyQuotaReached' })
  await story.advance('6h')
  await story.policy(vault, 'First', nightly(40))
  await story.policy(vault, 'First', nightly(50))
  // It says when to try again.
  const wanted = { code: 'CloudDosAbsoluteLimitReached', says: /after 2026-01-06T08:00:10.000Z/ }
  await refused(t, story.world, put('First', 60), wanted)
  t.equal((await story.call('DELETE', `${vault}/backupPolicies/Second`)).status, 200, 'a deletion is no write')
  const elsewhere = await story.vault('elsewhere')
  await story.policy(elsewhere, 'First', nightly(30))
  await story.reach('2026-01-06T08:00:10Z')
  await story.policy(vault, 'First', nightly(60))
})

t.test('an item may go to an enhanced policy and not back', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  await story.policy(vault, 'Enhanced', enhanced())
  const machine = story.machine('vm1')
  const item = await story.protect(vault, machine)
  await story.backUp(item)
  await story.protect(vault, machine, 'Enhanced')
  t.equal((await story.item(item)).policyName, 'Enhanced')
  const back = ['PUT', item.path, protection(vault, machine, 'DefaultPolicy')] as const
  await refused(t, story.world, back, { code: 'BMSUserErrorInvalidPolicyForGivenProvider' })
  await story.backUp(item)
  await story.stop(item)
  await refused(t, story.world, back, { code: 'BMSUserErrorInvalidPolicyForGivenProvider' })
  await story.protect(vault, machine, 'EnhancedPolicy')
  t.equal((await story.item(item)).policyName, 'EnhancedPolicy')

  const standard = ['PUT', `${vault}/backupPolicies/EnhancedPolicy`, { properties: nightly(30) }] as const
  await refused(t, story.world, standard, { code: 'BMSUserErrorPolicyObjectInUse' })
})

t.test('policies of file shares are kept beside the others', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const path = `${vault}/backupPolicies/Shares`
  t.equal((await story.putPolicy(vault, 'Shares', files())).status, 200)
  const seen = async (version: string) =>
    members((await story.call('GET', `${path}?api-version=${version}`)).at('properties'))
  t.same(Object.keys(await seen('2021-12-01')), [
    ...['backupManagementType', 'schedulePolicy', 'retentionPolicy', 'timeZone', 'protectedItemsCount'],
  ])
  t.equal((await seen('2024-04-01')).workLoadType, 'AzureFileShare')
  const filter = encodeURIComponent("backupManagementType eq 'AzureStorage' and workloadType eq 'AzureFileShare'")
  t.same((await story.call('GET', `${vault}/backupPolicies?$filter=${filter}`)).names, ['Shares'])

  const machine = story.machine('vm1')
  const wrong = ['PUT', itemOf(vault, machine).path, protection(vault, machine, 'Shares')] as const
  await refused(t, story.world, wrong, { code: 'BMSUserErrorInvalidPolicyForGivenProvider' })

  const inVault = files({
    retentionPolicy: undefined,
    vaultRetentionPolicy: { vaultRetention: nightly(30).retentionPolicy, snapshotRetentionInDays: 5 },
  })
  t.equal((await story.putPolicy(vault, 'Shares', inVault)).status, 200, 'from snapshots to the vault')
  const back = ['PUT', path, { properties: files() }] as const
  await refused(t, story.world, back, { code: 'BMSUserErrorInvalidPolicyInput' })
  const logs = [
    'PUT',
    `${vault}/backupPolicies/Logs`,
    { properties: { backupManagementType: 'AzureWorkload' } },
  ] as const
  await refused(t, story.world, logs, { code: 'BMSUserErrorInvalidPolicyInput' })
})

import t from 'tap'
import { type DiskInstance, type DiskStory, diskPolicy, lasts, tellDiskStory } from '../support/disk-story.js'
import type { Answer } from '../support/emulator.js'
import { members } from '../support/seen.js'

const stateOf = async (story: DiskStory, { path }: Pick<DiskInstance, 'path'>) => {
  const answer = await story.call('GET', path)
  t.equal(answer.text('properties.protectionStatus.status'), answer.text('properties.currentProtectionState'))
  t.equal(answer.text('properties.provisioningState'), 'Succeeded')
  return answer.text('properties.currentProtectionState')
}

const pointsOf = async (story: DiskStory, { path }: Pick<DiskInstance, 'path'>) =>
  (await story.call('GET', `${path}/recoveryPoints`)).names

/** Once a day, kept for three. */
const SHORT = diskPolicy({ intervals: ['R/2026-01-01T12:00:00+00:00/P1D'], rules: [lasts('Default', 'P3D')] })

/** Nothing to do: 200, and nothing to poll. */
const isNothing = ({ status, headers, body }: Answer) =>
  status === 200 && !headers.has('azure-asyncoperation') && !headers.has('location') && body === undefined

t.test('where each action leads from each state', async (t) => {
  const CONFIGURED = 'ProtectionConfigured'
  const STOPPED = 'ProtectionStopped'
  const SUSPENDED = 'BackupsSuspended'
  /** What is there to be done before, what is asked for, and where that leads: '' where there is nothing to do. */
  const rows: [before: string[], action: string, state: string][] = [
    [[], 'stopProtection', STOPPED],
    [[], 'suspendBackups', SUSPENDED],
    [[], 'resumeProtection', ''],
    [[], 'resumeBackups', ''],
    [[], 'sync', ''],
    [['stopProtection'], 'stopProtection', ''],
    [['stopProtection'], 'suspendBackups', 'BMSUserErrorInvalidConfigureProtectionRequest'],
    [['stopProtection'], 'resumeProtection', CONFIGURED],
    [['stopProtection'], 'resumeBackups', 'BMSUserErrorInvalidConfigureProtectionRequest'],
    [['stopProtection'], 'sync', ''],
    [['suspendBackups'], 'stopProtection', STOPPED],
    [['suspendBackups'], 'suspendBackups', ''],
    [['suspendBackups'], 'resumeProtection', CONFIGURED],
    [['suspendBackups'], 'resumeBackups', CONFIGURED],
    [['suspendBackups'], 'sync', ''],
    [['suspendBackups', 'stopProtection'], 'resumeProtection', CONFIGURED],
  ]
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk()
  const act = (action: string) => story.call('POST', `${instance.path}/${action}`)
  for (const [steps, action, expected] of rows) {
    const what = [...steps, action].join(', then ')
    for (const step of steps) await story.succeeded(await act(step))
    const before = { digest: story.world.emulator.digest(), state: await stateOf(story, instance) }
    const answer = await act(action)
    if (expected.startsWith('BMS')) t.match(answer, { status: 400, code: expected }, what)
    else if (expected === '') t.ok(isNothing(answer), `${what}: nothing to do`)
    else {
      t.equal(answer.status, 202, what)
      t.ok(answer.header('azure-asyncoperation') && answer.header('location'), `${what} is followed`)
      const from = story.now
      const status = await story.succeeded(answer)
      t.equal(status.at('properties'), undefined, 'it has no job')
      t.ok(story.now - from >= 41_000 && story.now - from <= 46_000, `${what} takes 42 s`)
      const result = await story.call('GET', answer.header('location'))
      t.same(result.body, { objectType: 'OperationJobExtendedInfo' })
      t.equal(await stateOf(story, instance), expected, what)
    }
    if (answer.status !== 202) {
      t.equal(await stateOf(story, instance), before.state, what)
      t.equal(story.world.emulator.digest(), before.digest, `${what} changes nothing`)
    }
    const back = await act('resumeProtection')
    if (back.status === 202) await story.succeeded(back)
  }
})

t.test('stopped, an instance is not backed up and keeps every point; resumed, both go on', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(SHORT)
  await story.reach('2026-01-07T20:00:00Z')
  t.equal((await pointsOf(story, instance)).length, 3)
  await story.succeeded(await story.call('POST', `${instance.path}/stopProtection`, {}))
  await story.advance('30d')
  const kept = await pointsOf(story, instance)
  t.equal(kept.length, 3, 'none is made, none goes')
  const backup = await story.call('POST', `${instance.path}/backup`, {
    backupRuleOptions: { ruleName: 'BackupHourly', triggerOption: {} },
  })
  t.equal(backup.status, 400, 'not on demand, either')
  await story.succeeded(await story.call('POST', `${instance.path}/resumeProtection`))
  await story.advance('5d')
  const points = await pointsOf(story, instance)
  t.ok(points.length >= 3 && points.length <= 4, `${points.length} points`)
  t.notOk(
    points.some((name) => kept.includes(name)),
    'what was over goes',
  )
})

t.test('suspended, the points of an instance go by its policy, but for the last', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(SHORT)
  await story.reach('2026-01-07T20:00:00Z')
  const [newest] = await pointsOf(story, instance)
  await story.succeeded(await story.call('POST', `${instance.path}/suspendBackups`))
  await story.advance('30d')
  t.same(await pointsOf(story, instance), [newest])
})

t.test('a stopped instance can be given another policy and stays stopped', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(SHORT)
  await story.policy(instance.vault, 'Hourly', diskPolicy({ intervals: ['R/2026-01-01T00:00:00+00:00/PT1H'] }))
  for (const action of ['stopProtection', 'suspendBackups'] as const) {
    await story.succeeded(await story.call('POST', `${instance.path}/${action}`))
    const state = await stateOf(story, instance)
    const policy = action === 'stopProtection' ? 'Hourly' : 'Disks'
    await story.succeeded(await story.tryProtect(instance.vault, instance.disk, policy))
    t.equal(await stateOf(story, instance), state)
    const jobs = (await story.call('GET', `${instance.vault}/backupJobs`)).values.length
    await story.advance('6h')
    t.equal((await story.call('GET', `${instance.vault}/backupJobs`)).values.length, jobs, 'no backup is made')
    await story.succeeded(await story.call('POST', `${instance.path}/resumeProtection`))
    const { policyInfo } = await story.instance(instance)
    t.equal(members(policyInfo).policyId, `${instance.vault}/backupPolicies/${policy}`)
    await story.advance('6h')
    const made = (await story.call('GET', `${instance.vault}/backupJobs`)).values.length - jobs
    t.ok(policy === 'Hourly' ? made >= 5 : made <= 1, `${made} backups in six hours by ${policy}`)
  }
})

t.test('a resumption that fails leaves the instance stopped', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk()
  await story.succeeded(await story.call('POST', `${instance.path}/stopProtection`))
  t.equal((await story.call('DELETE', instance.disk)).status, 200)
  const status = await story.finished(await story.call('POST', `${instance.path}/resumeProtection`))
  t.match(status.body, { status: 'Failed', error: { code: 'UserErrorManagedDiskNotFound' } })
  t.equal(await stateOf(story, instance), 'ProtectionStopped')
})

t.test('of two stopped instances of a disk one is resumed, however soon the other is asked for', async (t) => {
  const story = await tellDiskStory(t)
  const first = await story.protectedDisk()
  await story.succeeded(await story.call('DELETE', first.path))
  const second = { ...first, path: `${first.vault}/backupInstances/second` }
  await story.succeeded(await story.tryProtect(first.vault, first.disk, 'Disks', {}, 'second'))
  await story.advance('5m')
  await story.succeeded(await story.call('POST', `${second.path}/stopProtection`))
  await story.succeeded(await story.call('POST', `${first.vault}/deletedBackupInstances/disk1/undelete`))

  const begun = await story.call('POST', `${first.path}/resumeProtection`)
  const before = story.world.emulator.digest()
  const refused = await story.call('POST', `${second.path}/resumeProtection`)
  t.match(refused, { status: 400, code: 'UserErrorDppDatasourceAlreadyProtected' })
  t.equal(story.world.emulator.digest(), before, 'nothing has changed')
  await story.succeeded(begun)
  t.same([await stateOf(story, first), await stateOf(story, second)], ['ProtectionConfigured', 'ProtectionStopped'])
})

import t from 'tap'
import { backUp, diskJob, diskJobs, diskPoints, endedJob, startBackUp, tryBackUp } from '../support/disk-backups.js'
import { type DiskStory, diskPolicy, lasts, tagged, tellDiskStory } from '../support/disk-story.js'
import { DAY, HOUR, members } from '../support/seen.js'
import { groupPath } from '../support/story.js'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** A policy that never strikes while a story runs. */
const RARELY = { intervals: ['R/2026-06-01T02:00:00+00:00/P1D'] }

const snapshots = async (story: DiskStory): Promise<Record<string, unknown>[]> => {
  const { values } = await story.call('GET', `${groupPath('snapshots')}/resources?api-version=2021-04-01`)
  return values.filter(({ type }) => type === 'Microsoft.Compute/snapshots')
}

t.test('a backup on demand: an operation, a job, a point and its snapshot', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(diskPolicy(RARELY))
  const accepted = await tryBackUp(story, instance, 'default')
  t.equal(accepted.status, 202)
  t.equal(accepted.body, undefined, 'without a body')
  t.match(accepted.header('azure-asyncoperation'), `${instance.vault}/operationStatus/`)
  t.match(
    accepted.header('location'),
    /\/providers\/Microsoft\.DataProtection\/locations\/westeurope\/operationResults\//,
  )
  const begun = await story.call('GET', accepted.header('azure-asyncoperation'))
  t.equal(begun.text('status'), 'Inprogress')
  t.equal(begun.at('properties'), undefined, 'says nothing of a job while it runs')
  const requested = story.now
  const status = await story.succeeded(accepted)
  t.ok(story.now - requested <= 5 * SECOND, 'is over in a few seconds')
  const id = status.text('properties.jobId').split('/').pop() ?? ''
  const result = await story.call('GET', accepted.header('location'))
  t.equal(result.status, 200)
  t.same(result.body, { jobId: `${instance.vault}/backupJobs/${id}`, objectType: 'OperationJobExtendedInfo' })

  const running = await diskJob(story, instance.vault, id)
  t.equal(running.status, 'InProgress')
  t.equal(running.properties.duration, 'PT0S')
  t.equal(running.properties.endTime, null)
  t.equal(running.tag, 'default', 'the tag as it was sent')
  t.same(await diskPoints(story, instance), [], 'no point yet')

  let seen = 0
  while ((await diskJob(story, instance.vault, id)).status === 'InProgress') {
    if ((await diskPoints(story, instance)).length > 0) seen += 5
    await story.advance('5s')
  }
  t.ok(seen >= 60 && seen <= 105, `the point is there about a minute before the job is over: ${seen} s`)

  const job = await diskJob(story, instance.vault, id)
  t.equal(job.status, 'Completed')
  t.equal(job.onDemand, true)
  const took = (job.end ?? 0) - job.start
  t.ok(took >= 183 * SECOND && took <= 252 * SECOND, `took as long as the service's: ${took / SECOND} s`)
  const [point, ...more] = await diskPoints(story, instance)
  t.same(more, [])
  t.same(members(job.properties.extendedInfo).targetRecoverPoint, {
    recoveryPointID: point?.name,
    recoveryPointTime: '0001-01-01T00:00:00Z',
  })
  t.match(point?.name, /^[0-9a-f]{32}$/)
  t.equal(point?.tag, 'Default', 'the tag as the policy has it')
  t.equal((point?.time ?? 0) - (point?.snapshotAt ?? 0), 70 * SECOND, 'later than its snapshot')
  t.equal((point?.expiry ?? 0) - (point?.snapshotAt ?? 0), 7 * DAY, 'lives for as long as its tag says')
  t.equal(point?.properties.policyName, 'Disks')

  const kept = await snapshots(story)
  t.equal(kept.length, 1, 'the snapshot is in the group that the instance names')
  const alone = await story.call('GET', `${instance.path}/recoveryPoints/${point?.name.toUpperCase()}`)
  t.equal(alone.status, 200)
  t.same(alone.at('properties'), point?.properties)
})

t.test('the tag of a policy says for how long, and is the default one where none is named', async (t) => {
  const story = await tellDiskStory(t)
  const rules = [lasts('Default', 'P7D'), lasts('Monthly', 'P3M')]
  const tags = [tagged('Monthly', 20, 'FirstOfMonth'), tagged('Default', 99)]
  const instance = await story.protectedDisk(diskPolicy({ ...RARELY, rules, tags }))
  await backUp(story, instance, 'Monthly')
  const untold = await story.call('POST', `${instance.path}/backup`, {
    backupRuleOptions: { ruleName: 'backuphourly', triggerOption: {} },
  })
  await story.succeeded(untold)
  await story.advance('10m')
  const [second, first] = await diskPoints(story, instance)
  t.equal(first?.tag, 'Monthly')
  t.equal(new Date(first?.expiry ?? 0).getUTCMonth(), 3, 'a point of January until April')
  t.equal(second?.tag, 'Default')
})

t.test('what a backup on demand is refused for', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(diskPolicy(RARELY))
  const body = (backupRuleOptions: unknown) => story.call('POST', `${instance.path}/backup`, { backupRuleOptions })
  const rows = [
    [
      'a rule that the policy has not',
      () => tryBackUp(story, instance, 'Default', 'Nightly'),
      400,
      'UserErrorInvalidRequestParameter',
    ],
    [
      'the name of a retention rule',
      () => tryBackUp(story, instance, 'Default', 'Default'),
      400,
      'UserErrorInvalidRequestParameter',
    ],
    [
      'a tag that the policy has not',
      () => tryBackUp(story, instance, 'Yearly'),
      400,
      'UserErrorInvalidRequestParameter',
    ],
    ['no rule', () => body({ triggerOption: {} }), 400, 'InvalidRequestContent'],
    ['no options', () => story.call('POST', `${instance.path}/backup`, {}), 400, 'InvalidRequestContent'],
    [
      'an instance that there is not',
      () => tryBackUp(story, { path: `${instance.vault}/backupInstances/none` }),
      404,
      'UserErrorGenericResourceNotFound',
    ],
    [
      'a vault that there is not',
      () => tryBackUp(story, { path: `${instance.vault}x/backupInstances/disk1` }),
      404,
      'ResourceNotFound',
    ],
  ] as const
  const before = story.world.emulator.digest()
  for (const [what, ask, status, code] of rows) {
    const answer = await ask()
    t.equal(answer.status, status, what)
    t.equal(answer.code, code, what)
  }
  t.equal(story.world.emulator.digest(), before, 'nothing has changed')
})

t.test('one backup of a disk at a time: the operation of a second comes to nothing', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(diskPolicy(RARELY))
  const first = await startBackUp(story, instance)
  const second = await tryBackUp(story, instance)
  t.equal(second.status, 202)
  const failed = await story.finished(second)
  t.equal(failed.text('status'), 'Failed')
  t.equal(failed.text('error.code'), 'UserErrorMaxConcurrentOperationLimitReached')
  t.equal(failed.at('properties'), undefined, 'there is no job')
  t.equal((await diskJobs(story, instance.vault)).length, 1)
  await endedJob(story, instance.vault, first)
  t.equal((await backUp(story, instance)).status, 'Completed', 'afterwards the next')
})

t.test('ten backups on demand in a day', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(diskPolicy(RARELY))
  for (let backup = 0; backup < 10; backup++) t.equal((await backUp(story, instance)).status, 'Completed')
  const before = story.world.emulator.digest()
  const answer = await tryBackUp(story, instance)
  t.equal(answer.status, 400)
  t.equal(answer.code, 'CloudDosAbsoluteLimitReached')
  t.equal(story.world.emulator.digest(), before)
  await story.advance('1d')
  t.equal((await backUp(story, instance)).status, 'Completed', 'the next day has its own')
})

t.test('only what is protected is backed up', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(diskPolicy(RARELY))
  for (const stop of ['stopProtection', 'suspendBackups']) {
    await story.succeeded(await story.call('POST', `${instance.path}/${stop}`))
    await story.advance('1m')
    const before = story.world.emulator.digest()
    const answer = await tryBackUp(story, instance)
    t.equal(answer.status, 400, stop)
    t.equal(answer.code, 'UserErrorBcmDatasourceNotPresent', stop)
    t.equal(story.world.emulator.digest(), before, stop)
    await story.succeeded(await story.call('POST', `${instance.path}/resumeProtection`))
    await story.advance('1m')
  }
  t.equal((await backUp(story, instance)).status, 'Completed', 'after it was resumed')
  await story.succeeded(await story.call('DELETE', instance.path))
  t.equal((await tryBackUp(story, instance)).code, 'UserErrorGenericResourceNotFound', 'of a deleted one')
})

t.test('a schedule: every run within a minute of its time, and as many points as its tag keeps', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk()
  await story.reach('2026-01-20T12:00:00Z')
  const jobs = (await diskJobs(story, instance.vault)).reverse()
  t.equal(jobs.length, 6 * 15 + 1, 'from Monday 10:00 to the 20th 10:00, six a day')
  for (const [index, job] of jobs.entries()) {
    const late = job.start - (Date.parse('2026-01-05T10:00:00Z') + index * 4 * HOUR)
    if (late < 0 || late > MINUTE) t.fail(`job ${index} began ${late} ms after its time`)
    if (job.status !== 'Completed' || job.onDemand) t.fail(`job ${index} is ${job.status}`)
  }
  const points = await diskPoints(story, instance)
  t.equal(points.length, 42, 'seven days of them')
  t.equal((await snapshots(story)).length, 42, 'and their snapshots, no others')
  t.ok(
    points.every(({ time }, index) => index === 0 || time < (points[index - 1]?.time ?? 0)),
    'newest first',
  )
  const [job] = await diskJobs(story, instance.vault)
  const whole = await diskJob(story, instance.vault, job?.id ?? '')
  t.equal(whole.tag, 'Default')
  t.same(whole.properties.supportedActions, [], 'nobody has asked for it')
})

t.test('a daily schedule and seven days: exactly seven points', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(diskPolicy({ intervals: ['R/2026-01-01T12:00:00+00:00/P1D'] }))
  for (const day of ['13', '14', '18', '25']) {
    await story.reach(`2026-01-${day}T13:00:00Z`)
    t.equal((await diskPoints(story, instance)).length, 7, day)
  }
})

t.test('the first point of a day, a week and a month gets its own tag; those on demand do not count', async (t) => {
  const story = await tellDiskStory(t)
  const tags = [
    tagged('Monthly', 10, 'FirstOfMonth'),
    tagged('Weekly', 20, 'FirstOfWeek'),
    tagged('Daily', 30, 'FirstOfDay'),
    tagged('Default', 99),
  ]
  const rules = [lasts('Default', 'P2D'), lasts('Daily', 'P9D'), lasts('Weekly', 'P4W'), lasts('Monthly', 'P12M')]
  const instance = await story.protectedDisk(
    diskPolicy({ intervals: ['R/2026-01-01T00:00:00+00:00/PT6H'], tags, rules }),
  )
  // Monday, and the first that the schedule makes at all.
  await story.reach('2026-01-05T13:00:00Z')
  const [first] = await diskPoints(story, instance)
  t.equal(first?.tag, 'Monthly')
  t.equal(first?.time !== undefined && first.expiry > first.time + 364 * DAY, true, 'kept for its twelve months')
  await story.reach('2026-01-06T05:00:00Z')
  await backUp(story, instance, 'Default')
  await story.reach('2026-01-07T17:00:00Z')
  const newest = await diskPoints(story, instance)
  t.same(
    newest.map(({ tag }) => tag),
    ['Default', 'Default', 'Daily', 'Default', 'Default', 'Default', 'Default', 'Daily', 'Default', 'Monthly'],
    'the first run of each day, whatever was asked for before',
  )
})

t.test('a run that finds another backup under way fails, and the next one goes on', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk()
  await story.reach('2026-01-05T09:59:30Z')
  await startBackUp(story, instance)
  await story.reach('2026-01-05T14:30:00Z')
  const [next, run, onDemand] = await diskJobs(story, instance.vault)
  t.equal(onDemand?.status, 'Completed')
  t.equal(run?.status, 'Failed')
  t.same(run?.errors, ['UserErrorMaxConcurrentOperationLimitReached'])
  t.equal(next?.status, 'Completed')
  t.equal((await diskPoints(story, instance)).length, 2)
})

t.test('a disk has room for so many snapshots', async (t) => {
  const story = await tellDiskStory(t, { limits: { snapshotsPerDisk: 2 } })
  const instance = await story.protectedDisk(diskPolicy(RARELY))
  t.equal((await backUp(story, instance)).status, 'Completed')
  t.equal((await backUp(story, instance)).status, 'Completed')
  const full = await backUp(story, instance)
  t.equal(full.status, 'Failed')
  t.same(full.errors, ['UserErrorRecoveryPointLimitReached'])
  t.equal((await diskPoints(story, instance)).length, 2, 'what is kept stays')
  t.equal((await snapshots(story)).length, 2)
  await story.advance('8d')
  t.equal((await backUp(story, instance)).status, 'Completed', 'when some have gone there is room again')
})

t.test(
  'a job is known by what the client called its request, an error of its operation by what all belongs to',
  async (t) => {
    const story = await tellDiskStory(t)
    const instance = await story.protectedDisk(diskPolicy(RARELY))
    const body = { backupRuleOptions: { ruleName: 'BackupHourly', triggerOption: { retentionTagOverride: 'Default' } } }
    const headers = {
      'x-ms-client-request-id': '4897b89a-1e49-4b41-85b0-4c30d8de406d',
      'x-ms-correlation-request-id': '39fbff8c-2a4c-4b9e-8e3b-5a5b5b8c7d11',
    }
    const ask = () => story.call('POST', `${instance.path}/backup`, body, headers)
    const status = await story.succeeded(await ask())
    const failed = await story.finished(await ask())
    const { properties } = await endedJob(story, instance.vault, status.text('properties.jobId').split('/').pop() ?? '')
    t.equal(properties.activityID, headers['x-ms-client-request-id'])
    const [task] = members(properties.extendedInfo).subTasks as unknown[]
    t.equal(members(members(task).additionalDetails).TaskId, headers['x-ms-client-request-id'])
    t.equal(failed.text('error.additionalInfo.0.info.properties.ActivityId'), headers['x-ms-correlation-request-id'])
  },
)

t.test('however the clock is moved, the same comes of it', async (t) => {
  const worlds = []
  for (const steps of [1, 60]) {
    const story = await tellDiskStory(t)
    const tags = [tagged('Daily', 30, 'FirstOfDay'), tagged('Default', 99)]
    await story.protectedDisk(diskPolicy({ tags, rules: [lasts('Default', 'P2D'), lasts('Daily', 'P5D')] }))
    const until = Date.parse('2026-01-15T12:00:00Z')
    const from = story.now
    for (let step = 1; step <= steps; step++)
      await story.reach(new Date(from + Math.floor(((until - from) * step) / steps)).toISOString())
    worlds.push(story.world.emulator.digest())
  }
  t.equal(worlds[0], worlds[1])
})

t.test('in mode skip a client that polls has waited for nothing', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk(diskPolicy(RARELY))
  story.world.emulator.clock.set({ mode: 'skip' })
  const accepted = await tryBackUp(story, instance)
  const status = await story.call('GET', accepted.header('azure-asyncoperation'))
  t.equal(status.text('status'), 'Succeeded', 'the first poll sees the end')
  const id = status.text('properties.jobId').split('/').pop() ?? ''
  let polls = 1
  while ((await diskJob(story, instance.vault, id)).status === 'InProgress' && polls < 10) polls++
  t.ok(polls <= 3, `and the job's end comes after its phases: ${polls} polls`)
  t.equal((await diskPoints(story, instance)).length, 1)
})

import t from 'tap'
import {
  type ClassicItem,
  type ClassicStory,
  classicItem,
  classicKeep,
  classicPolicy,
  classicWeekly,
  tellClassicStory,
} from '../support/classic-story.js'
import type { Answer } from '../support/emulator.js'
import { DAY, HOUR, type Members } from '../support/seen.js'

/** A vault in which machines are registered, each in a cloud service of its own. */
async function registeredMachines(story: ClassicStory, ...names: string[]): Promise<ClassicItem[]> {
  const vault = await story.vault()
  const items = names.map((name) => classicItem(vault, name))
  for (const name of names) story.machine(name)
  await story.discover(vault)
  const jobs = await Promise.all(items.map((item) => story.startRegister(item)))
  for (const job of jobs) await story.ended(vault, job)
  return items
}

/** The name of the policy that an item says it has. */
const policyOf = (item: Members | undefined) => String(item?.protectionPolicyId).split('/').at(-1)

t.test('SEED-18: what can be protected is registered correctly, and gets a policy', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault()
  for (const name of ['sound', 'busy', 'known']) story.machine(name)
  story.machine('stopped', { conditions: { powerState: 'stopped' } })
  story.machine('far', { location: 'northeurope' })
  const [sound, busy, known, stopped] = ['sound', 'busy', 'known', 'stopped'].map((name) => classicItem(vault, name))
  if (!sound || !busy || !known || !stopped) return
  await story.discover(vault)
  await story.register(sound)
  await story.register(stopped)
  const registering = await story.startRegister(busy)
  t.same(await story.protectable(vault), { [sound.name]: 'NotProtected' }, 'not what is known, failed, or on its way')
  for (const item of [busy, known, stopped, classicItem(vault, 'far')]) {
    const before = story.world.emulator.digest()
    const refused = await story.tryProtect(item)
    t.equal(refused.code, 'BMSUserErrorContainerObjectNotFound', item.name)
    t.equal(refused.status, 404)
    t.equal(story.world.emulator.digest(), before)
  }
  await story.ended(vault, registering)
  t.same(await story.protectable(vault), { [busy.name]: 'NotProtected', [sound.name]: 'NotProtected' })

  await t.test('the policy has to be one of the vault', async (t) => {
    const other = await story.vault('other')
    await story.policy(other, 'Theirs', classicPolicy())
    const ask = (policyId: unknown) => story.ask('PUT', sound.path, { properties: { policyId } })
    for (const [policyId, code] of [
      [`${vault}/protectionPolicies/Theirs`, 'BMSUserErrorPolicyNotFound'],
      [`${other}/protectionPolicies/Theirs`, 'BMSUserErrorInvalidConfigureProtectionRequest'],
      ['Theirs', 'BMSUserErrorInvalidConfigureProtectionRequest'],
    ] as const) {
      const before = story.world.emulator.digest()
      t.equal((await ask(policyId)).code, code, policyId)
      t.equal(story.world.emulator.digest(), before)
    }
    t.same(await story.items(vault), {})
  })

  const protecting = await story.jobOf(vault, await story.tryProtect(sound))
  t.equal((await story.protectable(vault))[sound.name], 'Protecting')
  await story.ended(vault, protecting)
  t.equal((await story.protectable(vault))[sound.name], 'Protected')
  t.same(Object.keys(await story.items(vault)), [sound.name])
})

t.test('SEED-19: many machines are protected at one time', async (t) => {
  const story = await tellClassicStory(t, { profile: '2015' })
  const names = Array.from({ length: 30 }, (_, number) => `vm${number}`)
  const items = await registeredMachines(story, ...names)
  const vault = items[0]?.vault ?? ''
  const jobs = await Promise.all(items.map(async (item) => story.jobOf(vault, await story.tryProtect(item))))
  t.equal(new Set(jobs).size, 30, 'each by a job of its own')
  const ended = await Promise.all(jobs.map((job) => story.ended(vault, job)))
  t.same(
    ended.map(({ status, operation, name }) => [status, operation, name]),
    names.map((name) => ['Completed', 'ConfigureBackup', name]),
  )
  const all = Object.values(await story.items(vault))
  t.equal(all.length, 30)
  t.ok(all.every(({ protectionStatus }) => protectionStatus === 'IRPending'))
  await story.advance('1d')
  const backups = await story.jobs(vault)
  t.same(backups.map(({ name }) => name).sort(), [...names].sort(), 'and backed up, each by a job of its own')
  t.ok(backups.every(({ status }) => status === 'Completed'))

  await t.test('those of one name are told apart by their cloud service', async (t) => {
    const twins = ['red', 'blue'].map((cloudService) => {
      story.machine('twin', { cloudService })
      return classicItem(vault, 'twin', cloudService)
    })
    await story.discover(vault)
    for (const twin of twins) await story.register(twin)
    const [red, blue] = twins
    if (!red || !blue) return
    await story.protect(red)
    t.equal((await story.item(red))?.protectionStatus, 'IRPending')
    t.equal(await story.item(blue), undefined)
    t.equal((await story.protectable(vault))[blue.name], 'NotProtected')
  })
})

t.test('SEED-20: a vault has several policies, a policy several machines, a machine one policy', async (t) => {
  const story = await tellClassicStory(t, { profile: '2015' })
  const [one, two, three] = await registeredMachines(story, 'one', 'two', 'three')
  if (!one || !two || !three) return
  const { vault } = one
  await story.policy(vault, 'Nightly', classicPolicy('22:00'))
  await story.policy(vault, 'Sundays', classicWeekly('06:00', 'Sunday', 4))
  t.same((await story.list(vault, 'protectionPolicies')).names.sort(), ['DefaultPolicy', 'Nightly', 'Sundays'])
  for (const item of [one, two]) await story.protect(item, 'Nightly')
  await story.protect(three, 'Sundays')
  const policies = async () => Object.values(await story.items(vault)).map(policyOf)
  t.same(await policies(), ['Nightly', 'Nightly', 'Sundays'])

  // From Monday morning to the next: six nights and a Sunday.
  await story.reach('2026-01-12T08:00:00Z')
  const backups = async () => {
    const jobs = await story.jobs(vault)
    return Object.fromEntries([one, two, three].map((item) => [nameOf(item), ofMachine(jobs, item).length]))
  }
  t.same(await backups(), { one: 7, two: 7, three: 1 })
  const [sunday] = ofMachine(await story.jobs(vault), three)
  t.equal(new Date(sunday?.start ?? 0).getUTCDay(), 0)

  await t.test('another policy takes the place of the one before', async (t) => {
    const job = await story.protect(two, 'Sundays')
    t.match(job, { operation: 'ConfigureBackup', status: 'Completed', bag: { 'Policy Name': 'Sundays' } })
    t.same(await policies(), ['Nightly', 'Sundays', 'Sundays'])
    t.match(await story.item(two), { protectionStatus: 'Protected' })
    await story.reach('2026-01-19T08:00:00Z')
    t.same(await backups(), { one: 14, two: 8, three: 2 }, 'it goes by one schedule, not by both')
  })

  await t.test('a policy that machines have cannot be deleted', async (t) => {
    const remove = (name: string) => story.ask('DELETE', `${vault}/protectionPolicies/${name}`)
    const before = story.world.emulator.digest()
    const refused = await remove('Nightly')
    t.equal(refused.code, 'BMSUserErrorPolicyObjectInUse')
    t.equal(story.world.emulator.digest(), before)
    await story.protect(one, 'Sundays')
    t.equal((await remove('Nightly')).status, 204)
    t.same((await story.list(vault, 'protectionPolicies')).names.sort(), ['DefaultPolicy', 'Sundays'])
  })
})

const nameOf = ({ name }: ClassicItem) => name.split(';').at(-1) ?? ''
const ofMachine = <Job extends { name: string }>(jobs: readonly Job[], item: ClassicItem) =>
  jobs.filter(({ name }) => name === nameOf(item))

/** Rules beside the daily one, each of a length. */
const weeks = (count: number) => ({
  WeeklySchedule: { DaysOfTheWeek: ['Monday'], ...classicKeep('22:00', count, 'Weeks') },
})
const byDate = {
  RetentionScheduleType: 'Daily',
  RetentionScheduleDaily: { DaysOfTheMonth: [{ Date: 1, IsLast: false }] },
}
const months = (count: number) => ({ MonthlySchedule: { ...byDate, ...classicKeep('22:00', count, 'Months') } })
const years = (count: number) => ({
  YearlySchedule: { ...byDate, MonthsOfYear: ['January'], ...classicKeep('22:00', count, 'Years') },
})
const days = (count: number) => ({ DailySchedule: classicKeep('22:00', count, 'Days') })

t.test('SEED-21: the preview keeps backups for 30 days and makes one a day', async (t) => {
  /** Per profile: the most of each rule; undefined where there is no such rule. */
  const most = {
    '2015': { days: 30, weeks: 4, months: undefined, years: undefined },
    '2016': { days: 366, weeks: 260, months: 120, years: 99 },
    present: { days: 366, weeks: 260, months: 120, years: 99 },
  } as const
  const rules = { days, weeks, months, years }
  for (const [profile, limits] of Object.entries(most) as [keyof typeof most, (typeof most)[keyof typeof most]][]) {
    await t.test(`in ${profile}`, async (t) => {
      const story = await tellClassicStory(t, { profile })
      const vault = await story.vault()
      const refuses = async (what: string, ask: () => Promise<Answer>, code: string) => {
        const before = story.world.emulator.digest()
        const refused = await ask()
        t.equal(refused.status, 400, what)
        t.equal(refused.code, code, `${what}: ${refused.message}`)
        t.equal(story.world.emulator.digest(), before, `${what}: nothing has changed`)
      }
      for (const [unit, figure] of Object.entries(limits) as [keyof typeof rules, number | undefined][]) {
        const put = (count: number) =>
          story.putPolicy(vault, `Keep-${unit}`, classicPolicy('22:00', rules[unit](count)))
        if (figure !== undefined) t.equal((await put(figure)).status, 200, `${figure} ${unit}`)
        const more = (figure ?? 0) + 1
        await refuses(`${more} ${unit}`, () => put(more), 'BMSUserErrorPolicyRetentionInvalid')
      }
      const twice = { scheduleRunTimes: ['2026-01-01T10:00:00', '2026-01-01T22:00:00'] }
      const put = (schedule: Members) => () => story.putPolicy(vault, 'Often', classicPolicy('22:00', {}, schedule))
      await refuses('twice a day', put(twice), 'BMSUserErrorInvalidPolicyInput')
      await refuses('every hour', put({ scheduleRun: 'Hourly' }), 'BMSUserErrorInvalidPolicyInput')
      await refuses(
        'at a time between',
        put({ scheduleRunTimes: ['2026-01-01T22:10:00'] }),
        'BMSUserErrorInvalidPolicyInput',
      )
      const change = { properties: { policyName: 'Keep-days', ...changed(limits.days + 1) } }
      const path = `${vault}/protectionPolicies/Keep-days`
      await refuses('a change', () => story.ask('PATCH', path, change), 'BMSUserErrorPolicyRetentionInvalid')
    })
  }

  await t.test('a point is kept for its 30 days', async (t) => {
    const story = await tellClassicStory(t, { profile: '2015' })
    const item = await story.protectedMachine({}, classicPolicy('22:00'))
    await story.advance('45d')
    const points = await story.points(item)
    t.equal(points.length, 30)
    t.ok(points.every(({ time }) => story.now - time < 30 * DAY))
    t.equal((await story.jobs(item.vault)).length, 45, 'one a day')
  })
})

/** As a client sends a changed policy: in small letters. */
function changed(count: number): Members {
  const { BackupSchedule, LTRRetentionPolicy } = classicPolicy('22:00', days(count))
  return { backupSchedule: BackupSchedule, ltrRetentionPolicy: LTRRetentionPolicy }
}

t.test('SEED-22: each machine has a job of its own that configures its protection', async (t) => {
  const story = await tellClassicStory(t)
  const items = await registeredMachines(story, 'one', 'two')
  const vault = items[0]?.vault ?? ''
  for (const item of items) {
    const id = await story.jobOf(vault, await story.tryProtect(item))
    t.match(await story.job(vault, id), {
      operation: 'ConfigureBackup',
      status: 'InProgress',
      name: nameOf(item),
      bag: { 'VM Name': nameOf(item), 'Policy Name': 'DefaultPolicy' },
    })
    t.equal((await story.ended(vault, id)).status, 'Completed')
  }
  const { values } = await story.list(vault, 'jobs', "operation eq 'ConfigureBackup'")
  t.equal(values.length, 2, 'they can be filtered by what they do')
  t.equal((await story.list(vault, 'jobs', "operation eq 'ConfigureBackup' and status eq 'Failed'")).values.length, 0)

  await t.test('a policy that is changed is configured anew for each of its machines', async (t) => {
    const path = `${vault}/protectionPolicies/DefaultPolicy`
    const answer = await story.ask('PATCH', path, { properties: { policyName: 'DefaultPolicy', ...changed(10) } })
    const operation = await story.settled(vault, story.operationId(answer, answer.status))
    t.match(operation, { status: 'Succeeded' })
    t.equal(new Set(operation.jobs).size, 2)
    for (const id of operation.jobs)
      t.match(await story.job(vault, id), { operation: 'ConfigureBackup', bag: { 'Policy Name': 'DefaultPolicy' } })
    await story.advance('1d')
    const starts = (await story.jobs(vault)).map(({ start }) => new Date(start).getUTCHours())
    t.equal(starts.length, 2)
    t.ok(
      starts.every((hour) => hour >= 22 || hour < 1),
      'they go by it from then on',
    )
  })
})

t.test('SEED-23: a protected machine waits for its first backup', async (t) => {
  const story = await tellClassicStory(t)
  const [item] = await registeredMachines(story, 'one')
  if (!item) return
  const id = await story.jobOf(item.vault, await story.tryProtect(item))
  t.equal(await story.item(item), undefined, 'not before its configuration has ended')
  await story.ended(item.vault, id)
  t.match(await story.item(item), {
    friendlyName: 'one',
    itemType: 'IaasVM',
    status: 'Protected',
    protectionStatus: 'IRPending',
    recoveryPointsCount: 0,
    lastRecoveryPoint: null,
    lastBackupTime: null,
    lastBackupStatus: null,
    lastBackupJobId: null,
  })
  t.same(await story.points(item), [])
  await story.reach('2026-01-06T04:59:00Z')
  t.same(await story.jobs(item.vault), [], 'nothing is backed up before it is time')
  t.match(await story.item(item), { protectionStatus: 'IRPending' })
})

t.test('SEED-24: the preview does not back up at once', async (t) => {
  const story = await tellClassicStory(t, { profile: '2015' })
  const item = await story.protectedMachine()
  const refuses = async () => {
    const before = story.world.emulator.digest()
    const refused = await story.tryBackUp(item)
    t.equal(refused.status, 400)
    t.equal(refused.code, 'OperationNotSupportedInPreview')
    t.match(refused.message, /Wait for the scheduled backup/)
    t.equal(story.world.emulator.digest(), before)
  }
  await refuses()
  await story.advance('1d')
  t.match(await story.item(item), { protectionStatus: 'Protected' })
  await refuses()

  for (const profile of ['2016', 'present'] as const) {
    await t.test(`${profile} does`, async (t) => {
      const story = await tellClassicStory(t, { profile })
      const item = await story.protectedMachine({}, classicPolicy('22:00', days(3)))
      const job = await story.backUp(item)
      t.match(job, { operation: 'Backup', status: 'Completed', cancellable: true })
      t.match(await story.item(item), { protectionStatus: 'Protected', recoveryPointsCount: 1 })
      const [first] = await story.points(item)
      await story.advance('2d')
      t.equal((await story.points(item)).length, 3, 'the schedule goes on')
      await story.advance('1d')
      t.notOk(
        (await story.points(item)).some(({ name }) => name === first?.name),
        'it is kept for as long as a point of the schedule',
      )
    })
  }
})

t.test('SEED-25: at the time of the schedule each machine that is due is backed up by a job of its own', async (t) => {
  const story = await tellClassicStory(t, { profile: '2015' })
  const [one, two, three] = await registeredMachines(story, 'one', 'two', 'three')
  if (!one || !two || !three) return
  const { vault } = one
  await story.policy(vault, 'Nightly', classicPolicy('22:00'))
  await story.policy(vault, 'Noon', classicPolicy('12:00'))
  for (const item of [one, two]) await story.protect(item, 'Nightly')
  await story.protect(three, 'Noon')
  await story.reach('2026-01-05T21:59:59Z')
  t.same(
    (await story.jobs(vault)).map(({ name }) => name),
    ['three'],
  )
  await story.reach('2026-01-06T00:00:01Z')
  const jobs = (await story.jobs(vault)).filter(({ name }) => name !== 'three')
  t.same(jobs.map(({ name }) => name).sort(), ['one', 'two'])
  const run = Date.parse('2026-01-05T22:00:00Z')
  for (const job of jobs) {
    t.ok(job.start >= run && job.start <= run + 2 * HOUR, `${job.name} starts at ${new Date(job.start).toISOString()}`)
    t.same(job.taskNames, ['Take Snapshot', 'Transfer data to Backup vault'])
    t.same(job.bag['VM Name'], job.name)
  }
  await story.reach('2026-01-06T03:00:00Z')
  for (const { id } of jobs) {
    const job = await story.job(vault, id)
    t.match(job, { status: 'Completed', tasks: ['Completed', 'Completed'], errors: [] })
    t.match(job.bag['Backup Size'], /^\d+ MB$/)
  }
  t.equal((await story.points(one))[0]?.consistency, 'AppConsistent', 'all writes were flushed')
})

t.test('SEED-26: a machine is protected when its first backup has completed, and pending until then', async (t) => {
  const story = await tellClassicStory(t, { profile: '2015' })
  const item = await story.protectedMachine()
  await story.condition(item.machine, { agent: 'unresponsive' })
  await story.advance('1d')
  t.match(await story.item(item), {
    protectionStatus: 'IRPending',
    status: 'Protected',
    lastBackupStatus: 'Failed',
    lastRecoveryPoint: null,
    recoveryPointsCount: 0,
  })
  await story.condition(item.machine, { agent: 'ready' })
  await story.reach('2026-01-07T04:59:00Z')
  const running = await story.running(item.vault)
  t.match(running, { status: 'InProgress', end: undefined })
  t.match(await story.item(item), { protectionStatus: 'IRPending', recoveryPointsCount: 0 })
  await story.advance('15m')
  t.match(await story.job(item.vault, running.id), { tasks: ['Completed', 'InProgress'] })
  t.match(
    await story.item(item),
    { protectionStatus: 'IRPending', recoveryPointsCount: 0, lastRecoveryPoint: null },
    'a snapshot alone is not a backup',
  )
  t.same(await story.points(item), [])

  const job = await story.ended(item.vault, running.id)
  t.equal(job.status, 'Completed')
  const [point] = await story.points(item)
  const seen = await story.item(item)
  t.match(seen, {
    protectionStatus: 'Protected',
    status: 'Protected',
    lastBackupStatus: 'Completed',
    lastBackupJobId: job.id,
    recoveryPointsCount: 1,
  })
  t.equal(Date.parse(String(seen?.lastBackupTime)), job.start, 'when the backup began')
  t.equal(Date.parse(String(seen?.lastRecoveryPoint)), point?.time, 'and when its point was taken')

  await story.condition(item.machine, { agent: 'unresponsive' })
  await story.reach('2026-01-08T08:00:00Z')
  t.match(
    await story.item(item),
    { protectionStatus: 'Protected', lastBackupStatus: 'Failed', recoveryPointsCount: 1 },
    'a later one that fails does not take that back',
  )
})

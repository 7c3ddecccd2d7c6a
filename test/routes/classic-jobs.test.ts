import t from 'tap'
import { classicItem, tellClassicStory } from '../support/classic-story.js'
import { type Members, members } from '../support/seen.js'

/** The form in which filters have times. */
function filterTime(instant: number): string {
  const [date = '', time = ''] = new Date(instant).toISOString().split('T')
  const hour = Number(time.slice(0, 2))
  return `${date} ${String(hour % 12 || 12).padStart(2, '0')}${time.slice(2, 8)} ${hour < 12 ? 'AM' : 'PM'}`
}

t.test('a backup and a restore are known to their operations when these have ended', async (t) => {
  const story = await tellClassicStory(t)
  const item = await story.protectedMachine()
  const { vault } = item
  for (const start of [
    () => story.tryBackUp(item),
    async () => story.tryRestore(item, (await story.points(item))[0]?.name ?? ''),
  ]) {
    const id = story.operationId(await start())
    t.match(await story.operation(vault, id), { status: 'InProgress', code: '', jobs: [] })
    const { status, jobs } = await story.settled(vault, id)
    t.equal(status, 'Succeeded')
    t.equal(jobs.length, 1)
    const job = await story.job(vault, jobs[0] ?? '')
    t.equal(job.status, 'InProgress', 'the job goes on')
    t.equal((await story.ended(vault, job.id)).status, 'Completed')
  }
})

t.test('what a job says of itself', async (t) => {
  const story = await tellClassicStory(t)
  const item = await story.protectedMachine({ cloudService: 'Shop' })
  const { vault } = item
  await story.backUp(item)
  await story.backUp(item)
  const [point] = await story.points(item)
  await story.restore(item, point?.name ?? '')
  await story.stop(item)
  await story.deleteData(item)
  await story.protect(item)
  await story.deleteData(item)
  await story.unregister(item)

  const names = (await story.list(vault, 'jobs')).names.map(String).reverse()
  const bags: Members[] = []
  for (const { id, operation, bag } of await Promise.all(names.map((name) => story.job(vault, name)))) {
    const text = JSON.stringify(bag)
      .replaceAll(id, '{job}')
      .replace(/vhd[0-9a-f]{32}/g, 'vhd{hex}')
    bags.push({ operation, ...JSON.parse(text) })
  }
  const vm = { 'VM Name': 'vm1' }
  const size = bags[2]?.['Backup Size']
  t.match(size, /^\d+ MB$/)
  t.strictSame(bags, [
    { operation: 'Register', ...vm, 'Cloud Service': 'Shop' },
    { operation: 'ConfigureBackup', ...vm, 'Policy Name': 'DefaultPolicy' },
    { operation: 'Backup', ...vm, 'Backup Size': size },
    { operation: 'Backup', ...vm, 'Backup Size': bags[3]?.['Backup Size'] },
    {
      operation: 'Restore',
      JobType: 'Recover disks',
      'Target Storage Account Name': 'staging',
      'Config Blob Name': 'config{job}.xml',
      'Config Blob Container Name': 'vhd{hex}',
      'Config Blob Uri': 'https://staging.blob.core.windows.net/vhd{hex}/config{job}.xml',
    },
    { operation: 'Unprotect', ...vm, 'Delete Backup Data': 'False' },
    { operation: 'DeleteBackupData', ...vm, 'Number of Recovery Points': '2' },
    { operation: 'ConfigureBackup', ...vm, 'Policy Name': 'DefaultPolicy' },
    { operation: 'Unprotect', ...vm, 'Delete Backup Data': 'True', 'Number of Recovery Points': '0' },
    { operation: 'UnRegister', ...vm, 'Cloud Service': 'Shop' },
  ])
})

t.test('jobs are found by their names and by when they began', async (t) => {
  const story = await tellClassicStory(t)
  const item = await story.protectedMachine()
  const { vault } = item
  const backup = await story.backUp(item)
  await story.stop(item)
  const count = async (filter: string) => (await story.list(vault, 'jobs', filter)).values.length
  t.equal(await count("operation eq 'UnProtect'"), 1, 'clients spell it otherwise')
  t.equal(await count("operation eq 'DisableBackup'"), 0, 'nobody calls it so here')
  t.equal(await count("operation eq 'backup' and status eq 'completed' and workloadType eq 'IaasVM'"), 1)
  t.equal(await count(`name eq '${backup.id.toUpperCase()}'`), 1)
  const [from, to] = [filterTime(backup.start), filterTime(backup.start + 60_000)]
  t.equal(await count(`startTime eq '${from}' and endTime eq '${to}'`), 1, 'both bound when jobs began')
  t.equal(await count(`endTime eq '${to}'`), 3, 'the registration, the configuration, and the backup itself')
  const listed = await story.list(vault, 'jobs')
  t.equal(listed.at('nextLink'), '')
  t.strictSame(
    listed.values.map(({ properties }) => members(properties).operation),
    ['Unprotect', 'Backup', 'ConfigureBackup', 'Register'],
    'newest first',
  )
})

t.test('a job is cancelled while its snapshot is taken, and not afterwards', async (t) => {
  const story = await tellClassicStory(t)
  const item = await story.protectedMachine()
  const { vault } = item
  const first = await story.startBackUp(item)
  t.equal((await story.job(vault, first)).cancellable, true)
  const asked = story.operationId(await story.tryCancel(vault, first), 200)
  t.match(await story.settled(vault, asked), { status: 'Succeeded', code: '', jobs: [first] })
  t.strictSame((await story.job(vault, first)).tasks, ['Cancelling', 'Cancelling'])
  t.equal((await story.ended(vault, first)).status, 'Cancelled')

  const second = await story.startBackUp(item)
  while ((await story.job(vault, second)).tasks[0] !== 'Completed') await story.advance('1m')
  t.strictSame(await story.points(item), [], 'a point is there when its data has arrived')
  const late = story.operationId(await story.tryCancel(vault, second), 200)
  t.match(await story.settled(vault, late), { status: 'Failed', code: 'UserErrorJobNotCancellable', jobs: [] })
  t.equal((await story.ended(vault, second)).status, 'Completed')
  t.equal((await story.points(item)).length, 1)
})

t.test('a machine with data stays registered: its job fails', async (t) => {
  const story = await tellClassicStory(t)
  const item = await story.protectedMachine()
  const refused = await story.unregister(item)
  t.match(refused, { operation: 'UnRegister', status: 'Failed' })
  t.match(refused.errors, [{ code: 134607755, title: '' }])
  t.equal(await story.registration(item), 'Registered')
  await story.deleteData(item)
  t.equal((await story.unregister(item)).status, 'Completed')
  t.equal(await story.registration(item), 'NotRegistered')
})

t.test('an operation can be made to fail, and then there is no job', async (t) => {
  const story = await tellClassicStory(t)
  story.machine('vm1')
  const vault = await story.vault()
  await story.discover(vault)
  const item = classicItem(vault, 'vm1')
  const rule = await story.call('POST', '/_recoverite/faults', {
    match: { operation: 'ClassicContainers.Register' },
    effect: { operationFailure: { code: 'BMSUserErrorObjectLocked', message: 'It is locked.' } },
    times: 1,
  })
  t.equal(rule.status, 201)
  const id = story.operationId(await story.tryRegister(item))
  t.strictSame(await story.settled(vault, id), {
    status: 'Failed',
    code: 'BMSUserErrorObjectLocked',
    message: 'It is locked.',
    jobs: [],
  })
  t.equal(await story.registration(item), 'NotRegistered')
  t.equal((await story.register(item)).status, 'Completed', 'the rule struck once')
})

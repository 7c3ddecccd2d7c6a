import t from 'tap'
import { ClassicStory, classicItem } from '../support/classic-story.js'
import { newestPoint, startRestore } from '../support/restores.js'
import { DAY, HOUR } from '../support/seen.js'
import { accountPath, ShareStory } from '../support/share-story.js'
import { dailyPolicy, groupPath, type Story, tellStory } from '../support/story.js'

const CODE = 'CopyingVHDsFromBackUpVaultTakingLongTime'

const statusesOf = async (story: Story, vault: string, operation?: string) =>
  (await story.jobs(vault, operation)).map(({ status, errors }) => [status, ...errors].join(' '))

t.test('the third backup of this machine fails in its transfer with this code', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine({}, dailyPolicy('22:00'))
  const other = await story.protect(item.vault, story.machine('vm2'), 'Custom')
  const fault = story.world.emulator.faults.add({
    match: { resource: item.machine, jobOperation: 'Backup', phase: 'Transfer', attempt: 3 },
    effect: { jobFailure: { code: CODE } },
  })
  await story.advance('3d')
  const third = (await story.points(item)).at(-1)
  t.match(third, { instant: 'Valid', vault: undefined }, 'its snapshot is there, the vault has nothing of it')
  await story.advance('2d')
  const jobs = (await story.jobs(item.vault)).filter(({ bag }) => bag['VM Name'] === 'vm1')
  t.same(
    jobs.map(({ status, tasks, errors }) => [status, ...tasks, ...errors].join(' ')),
    [
      'Completed Completed Completed',
      'Completed Completed Completed',
      `CompletedWithWarnings Completed Failed ${CODE}`,
      'Completed Completed Completed',
      'Completed Completed Completed',
    ],
  )
  t.match(fault, { seen: 1, hits: 1 })
  t.ok(
    (await story.points(other)).every(({ vault }) => vault === 'Valid'),
    'another machine has not felt it',
  )
})

t.test('a backup that fails in its snapshot has failed, with any code and message', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  story.world.emulator.faults.add({
    match: { resource: item.vault, jobOperation: 'Backup', phase: 'Snapshot' },
    effect: { jobFailure: { code: 'MyOwnCode', message: 'Made up for a test.' } },
    times: 1,
  })
  const job = await story.backUp(item)
  t.match(job, { status: 'Failed', tasks: ['Failed', 'Failed'], errors: ['MyOwnCode'] })
  const shown = await story.call('GET', `${item.vault}/backupJobs/${job.id}`)
  t.match(shown.at('properties.errorDetails'), [{ errorTitle: 'MyOwnCode', errorString: 'Made up for a test.' }])
  t.type(shown.at('properties.errorDetails.0.errorCode'), 'number')
  t.match(await story.item(item), {
    lastBackupStatus: 'Failed',
    healthDetails: [{ title: 'MyOwnCode', message: 'Made up for a test.' }],
  })
  t.same(await story.points(item), [])
  t.equal((await story.backUp(item)).status, 'Completed')
  t.equal((await story.item(item)).lastBackupStatus, 'Completed')
})

t.test('a code that the service has brings its number and text along', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  story.world.emulator.faults.add({ match: { attempt: 2 }, effect: { jobFailure: { code: 'UserErrorVmNotFoundV2' } } })
  t.equal((await story.backUp(item)).status, 'Completed')
  const { id } = await story.backUp(item)
  const shown = await story.call('GET', `${item.vault}/backupJobs/${id}`)
  t.match(shown.at('properties.errorDetails'), [{ errorCode: 400136, errorTitle: 'UserErrorVmNotFoundV2' }])
})

t.test('without a phase a rule meets each backup once, in its snapshot', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const fault = story.world.emulator.faults.add({
    match: { jobOperation: 'Backup' },
    effect: { jobFailure: { code: 'X' } },
    skipFirst: 1,
    times: 1,
  })
  for (let count = 0; count < 3; count++) await story.backUp(item)
  t.same(await statusesOf(story, item.vault), ['Completed', 'Failed X', 'Completed'])
  t.match(fault, { seen: 2, hits: 1 })
})

t.test('a warning: the job does all it should, and says what it was not happy with', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const { faults } = story.world.emulator
  faults.add({ match: { phase: 'Transfer' }, effect: { jobWarning: { code: 'Slow' } }, times: 1 })
  const job = await story.backUp(item)
  t.match(job, { status: 'CompletedWithWarnings', tasks: ['Completed', 'Completed'], errors: ['Slow'] })
  t.equal((await story.points(item)).at(-1)?.vault, 'Valid')
  t.match(await story.item(item), { lastBackupStatus: 'Completed', healthStatus: 'ActionSuggested' })
  faults.add({ match: { jobOperation: 'ConfigureBackup' }, effect: { jobWarning: { code: 'Odd' } } })
  await story.protect(item.vault, story.machine('vm2'))
  t.same(await statusesOf(story, item.vault, 'ConfigureBackup'), ['Completed', 'CompletedWithWarnings Odd'])
})

t.test('a stuck job ends when it is cancelled, or goes on when the fault has gone', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const { emulator } = story.world
  const fault = emulator.faults.add({
    match: { jobOperation: 'Backup', phase: 'Snapshot' },
    effect: { jobStuck: true },
  })
  const first = await story.startBackUp(item)
  await story.advance('3h')
  t.match(await story.job(item.vault, first), { status: 'InProgress', tasks: ['InProgress', 'NotStarted'] })
  const idle = await story.call('POST', '/_recoverite/clock/advance', { until: 'idle' })
  t.match(idle, { status: 422, code: 'NothingToWaitFor' })
  t.match(idle.text('error.message'), first)
  t.equal((await story.call('POST', `${item.vault}/backupJobs/${first}/cancel`)).status, 202)
  t.equal((await story.ended(item.vault, first)).status, 'Cancelled')

  const second = await story.startBackUp(item)
  await story.advance('3h')
  t.equal((await story.job(item.vault, second)).status, 'InProgress')
  fault.remove()
  const ended = await story.ended(item.vault, second)
  t.match(ended, { status: 'Completed', tasks: ['Completed', 'Completed'] })
  t.ok(ended.hours >= 3)
  emulator.clock.advance({ until: 'idle' })
  t.equal((await story.points(item)).length, 1)
})

t.test('a job that is stuck in its transfer is past cancelling; clear lets all go on', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const { emulator } = story.world
  emulator.faults.add({ match: { phase: 'Transfer' }, effect: { jobStuck: true }, times: 1 })
  const stuck = await story.startBackUp(item)
  await story.phase(item.vault, stuck, 'Completed', 'InProgress')
  await story.advance('2d')
  const cancel = await story.call('POST', `${item.vault}/backupJobs/${stuck}/cancel`)
  t.equal((await story.finished(cancel)).code, 'UserErrorJobNotCancellable')
  t.equal((await story.job(item.vault, stuck)).status, 'InProgress')
  t.same((await story.jobs(item.vault)).at(-1)?.tasks, ['Completed', 'Skipped'], 'one transfer at a time (SEED-59)')
  emulator.faults.clear()
  t.equal((await story.ended(item.vault, stuck)).status, 'Completed')
})

t.test('rules are put away and brought back with their world', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const { faults } = story.world.emulator
  const fault = faults.add({ match: { jobOperation: 'Backup' }, effect: { jobStuck: true }, times: 1 })
  const id = await story.startBackUp(item)
  await story.advance('3h')
  t.equal((await story.call('PUT', '/_recoverite/checkpoints/stuck')).status < 300, true)
  faults.clear()
  t.equal((await story.ended(item.vault, id)).status, 'Completed')
  t.equal((await story.call('POST', '/_recoverite/checkpoints/stuck/restore')).status, 200)
  t.match(faults.list(), [{ id: fault.id, seen: 1, hits: 1 }])
  t.equal((await story.job(item.vault, id)).status, 'InProgress')
  fault.remove()
  t.equal((await story.ended(item.vault, id)).status, 'Completed')
})

t.test('a stuck job stays stuck over a restart', async (t) => {
  const dataDir = t.testdir()
  const story = await tellStory(t, { dataDir })
  const item = await story.protectedMachine()
  const fault = story.world.emulator.faults.add({ match: { jobOperation: 'Backup' }, effect: { jobStuck: true } })
  const id = await story.startBackUp(item)
  await story.advance('3h')
  await story.world.emulator.close()
  const after = await tellStory(t, { dataDir })
  t.equal((await after.job(item.vault, id)).status, 'InProgress')
  t.match(after.world.emulator.faults.list(), [{ id: fault.id, seen: 1, hits: 1 }])
  t.equal((await after.call('DELETE', `/_recoverite/faults/${fault.id}`)).status, 204)
  t.equal((await after.ended(item.vault, id)).status, 'Completed')
})

t.test('a phase that takes so much longer', async (t) => {
  const run = async (delayed: boolean) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    if (delayed)
      story.world.emulator.faults.add({ match: { phase: 'Transfer' }, effect: { virtualDelay: 'PT10H' }, times: 1 })
    return story.backUp(item)
  }
  const [usual, late] = [await run(false), await run(true)]
  t.equal(late.status, 'Completed')
  t.equal((late.end ?? 0) - late.start, (usual.end ?? 0) - usual.start + 10 * HOUR)
  t.same(late.times[0], usual.times[0], 'the snapshot took as long as ever')
})

t.test('the first rule that strikes is the only one, at each point', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const { faults } = story.world.emulator
  const first = faults.add({ match: {}, effect: { jobWarning: { code: 'First' } } })
  const second = faults.add({ match: { phase: 'Snapshot' }, effect: { jobFailure: { code: 'Second' } } })
  const third = faults.add({ match: { phase: 'Transfer' }, effect: { jobFailure: { code: 'Third' } } })
  t.match(await story.backUp(item), {
    status: 'CompletedWithWarnings',
    tasks: ['Completed', 'Failed'],
    errors: ['Third'],
  })
  t.match([first.hits, second.seen, third.hits], [1, 0, 1])
})

t.test('a configuration that fails leaves the item as it was, or none', async (t) => {
  const story = await tellStory(t)
  const machine = story.machine('vm1')
  const vault = await story.vault()
  await story.policy(vault, 'Custom', dailyPolicy())
  const { faults } = story.world.emulator
  const fault = faults.add({
    match: { jobOperation: 'ConfigureBackup' },
    effect: { jobFailure: { code: 'UserErrorGuestAgentStatusUnavailable' } },
  })
  const enabled = await story.finished(await story.tryProtect(vault, machine))
  t.match(enabled, { body: { status: 'Failed', error: { code: 'UserErrorGuestAgentStatusUnavailable' } } })
  t.same((await story.call('GET', `${vault}/backupProtectedItems`)).values, [])
  t.same(await statusesOf(story, vault, 'ConfigureBackup'), ['Failed UserErrorGuestAgentStatusUnavailable'])
  fault.remove()
  const item = await story.protect(vault, machine)

  const before = await story.item(item)
  faults.add({ match: { resource: item.path }, effect: { jobFailure: { code: 'X' } } })
  const changed = await story.tryProtect(vault, machine, 'Custom')
  const result = changed.header('location')
  t.equal((await story.finished(changed)).text('status'), 'Failed')
  t.match(await story.call('GET', result), { status: 400, code: 'X' })
  t.same(await story.item(item), before, 'the policy is the one before')
  await story.stop(item)
  t.same(await story.item(item), before, 'protection goes on')
  await story.deleteData(item)
  t.same(await story.item(item), before, 'its data is there')
  faults.clear()
  await story.stop(item)
  t.equal((await story.item(item)).protectionState, 'ProtectionStopped')
})

t.test('an undeletion that fails leaves the item deleted, and its end due', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  await story.deleteData(item)
  const state = async () => ({ ...(await story.item(item)), deferredDeleteTimeRemaining: undefined })
  const deleted = await state()
  t.match(deleted, { isScheduledForDeferredDelete: true })
  story.world.emulator.faults.add({ match: { jobOperation: 'Undelete' }, effect: { jobFailure: { code: 'X' } } })
  await story.undelete(item)
  t.same(await state(), deleted)
  await story.advance('15d')
  t.equal((await story.call('GET', item.path)).status, 404, 'purged when its days were over')
})

t.test('a restore that fails brings nothing back', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  story.world.emulator.seed({ storageAccounts: [{ resourceGroup: 'backup', name: 'staging' }] })
  const from = await newestPoint(story, item)
  const fault = story.world.emulator.faults.add({
    match: { resource: item.machine, jobOperation: 'Restore' },
    effect: { jobFailure: { code: 'UserErrorRestoreTargetRGNotFound' } },
    times: 1,
  })
  const disks = { recoveryType: 'RestoreDisks', targetResourceGroupId: groupPath('restored') }
  const failed = await story.ended(item.vault, await startRestore(story, from, disks))
  t.match(failed, { status: 'Failed', errors: ['UserErrorRestoreTargetRGNotFound'] })
  t.same((await story.call('GET', `${groupPath('restored')}/resources`)).values, [])
  t.match(fault, { seen: 1, hits: 1 })
  t.equal((await story.ended(item.vault, await startRestore(story, from, disks))).status, 'Completed')
  t.equal((await story.call('GET', `${groupPath('restored')}/resources`)).values.length, 1)
})

t.test('jobs of file shares and their accounts', async (t) => {
  const story = new ShareStory((await tellStory(t)).world)
  const share = await story.protectedShare()
  const { faults } = story.world.emulator
  faults.add({
    match: { resource: accountPath('account1'), jobOperation: 'Backup' },
    effect: { jobFailure: { code: 'X' } },
    times: 1,
  })
  t.match(await story.backUp(share), { status: 'Failed' })
  t.equal((await story.backUp(share)).status, 'Completed')
  const [point] = await story.points(share)
  const restore = faults.add({ match: { jobOperation: 'Restore' }, effect: { jobFailure: { code: 'X' } }, times: 1 })
  await story.finished(await story.tryRestore(share, point?.name ?? '', { copyOptions: 'Overwrite' }))
  await story.advance('6h')
  t.same(
    (await story.jobs(share.vault, 'Restore')).map(({ status }) => status),
    ['Failed'],
  )
  t.match(restore, { seen: 1, hits: 1 })

  await story.call('PATCH', `${share.vault}/backupconfig/vaultconfig`, {
    properties: { enhancedSecurityState: 'Enabled', softDeleteFeatureState: 'Disabled' },
  })
  await story.deleteData(share)
  const refusing = faults.add({ match: { jobOperation: 'UnRegister' }, effect: { jobFailure: { code: 'Y' } } })
  const unregistered = await story.finished(await story.call('DELETE', share.container))
  t.match(unregistered, { body: { status: 'Failed', error: { code: 'Y' } } })
  t.equal((await story.call('GET', share.container)).status, 200, 'it is registered still')
  refusing.remove()
  t.equal((await story.finished(await story.call('DELETE', share.container))).text('status'), 'Succeeded')
  t.equal((await story.call('GET', share.container)).status, 404)
})

t.test('jobs of classic vaults', async (t) => {
  const story = new ClassicStory((await tellStory(t)).world)
  const machine = story.machine('vm1')
  const vault = await story.vault()
  await story.discover(vault)
  const item = classicItem(vault, 'vm1')
  const { faults } = story.world.emulator
  faults.add({ match: { jobOperation: 'Register' }, effect: { jobFailure: { code: 'X' } }, times: 1 })
  t.match(await story.register(item), { status: 'Failed' })
  t.equal(await story.registration(item), 'NotRegistered')
  t.match(await story.register(item), { status: 'Completed' })
  faults.add({
    match: { resource: machine, jobOperation: 'ConfigureBackup' },
    effect: { jobFailure: { code: 'X' } },
    times: 1,
  })
  t.match(await story.protect(item), { status: 'Failed' })
  t.match(await story.protect(item), { status: 'Completed' })
  faults.add({ match: { resource: item.path, phase: 'Transfer' }, effect: { jobFailure: { code: 'X' } }, times: 1 })
  t.match(await story.backUp(item), { status: 'Failed' })
  t.match(await story.backUp(item), { status: 'Completed' })
  faults.add({ match: { jobOperation: 'DisableBackup' }, effect: { jobFailure: { code: 'X' } }, times: 1 })
  t.match(await story.stop(item), { status: 'Failed' })
  faults.add({ match: { jobOperation: 'UnRegister' }, effect: { jobFailure: { code: 'X' } }, times: 1 })
  await story.deleteData(item)
  t.match(await story.unregister(item), { status: 'Failed' })
  t.equal(await story.registration(item), 'Registered')
  t.match(await story.unregister(item), { status: 'Completed' })
  t.same(
    faults.list().map(({ hits }) => hits),
    [1, 1, 1, 1, 1],
  )
  faults.add({ match: { operation: 'ClassicContainers.Register' }, effect: { operationFailure: { code: 'Z' } } })
  const operation = await story.settled(vault, story.operationId(await story.tryRegister(item)))
  t.match(operation, { status: 'Failed', code: 'Z', jobs: [] })
  t.equal(await story.registration(item), 'NotRegistered')
})

t.test('the same seed and rules give the same world', async (t) => {
  const run = async () => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    story.world.emulator.faults.add({
      match: { jobOperation: 'Backup' },
      effect: { jobFailure: { code: 'X' } },
      probability: 0.4,
    })
    await story.advance('30d')
    return { statuses: (await statusesOf(story, item.vault)).join(), digest: story.world.emulator.digest() }
  }
  const [one, two] = [await run(), await run()]
  t.same(one, two)
  t.ok(one.statuses.includes('Failed X') && one.statuses.includes('Completed'))
})

t.test('rules that could be of jobs of long ago cost nothing when they are over', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine({}, dailyPolicy())
  const { faults } = story.world.emulator
  const fault = faults.add({ match: { attempt: 1 }, effect: { virtualDelay: 'PT1H' }, times: 1 })
  await story.advance('40d')
  t.match(fault, { seen: 1, hits: 1 })
  t.equal((await story.jobs(item.vault)).filter(({ status }) => status === 'Completed').length, 40)
  t.ok(story.now > 40 * DAY)
})

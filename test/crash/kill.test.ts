import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'
import t from 'tap'
import { ADVANCE, CLOCK, ITEM, SUBSCRIPTION, VAULT, VM } from '../support/control.js'
import { digestOf, options } from '../support/crash.js'
import { MONDAY } from '../support/emulator.js'
import { type RunningProgram, startProgram } from '../support/program.js'

const START = Date.parse(MONDAY)
const DAY = 86_400_000
const isoOf = (instant: number) => new Date(instant).toISOString()

/** A machine, protected by the vault's own policy: backed up once a day. */
async function protectMachine({ call }: RunningProgram): Promise<void> {
  await call('POST', '/_recoverite/inventory', { virtualMachines: [{ id: VM }] })
  await call('PUT', VAULT, { location: 'westeurope', sku: { name: 'Standard' }, properties: {} })
  await call('POST', ADVANCE, { until: 'idle' })
  const properties = {
    protectedItemType: 'Microsoft.Compute/virtualMachines',
    sourceResourceId: VM,
    policyId: `${VAULT}/backupPolicies/DefaultPolicy`,
  }
  await call('PUT', ITEM, { properties })
  await call('POST', ADVANCE, { until: 'idle' })
}

const jobsOf = async ({ call }: RunningProgram, filter: string) =>
  (await call('GET', `${VAULT}/backupJobs?$filter=${encodeURIComponent(filter)}`)).values

/** Starts a backup. @returns the path of its job */
async function backUp(program: RunningProgram): Promise<string> {
  await program.call('POST', `${ITEM}/backup`, { properties: { objectType: 'IaasVMBackupRequest' } })
  const [job] = await jobsOf(program, "operation eq 'Backup'")
  return `${VAULT}/backupJobs/${job?.name}`
}

/** Moves the clock from event to event until the tasks of a job are in the given states. */
async function reach({ call }: RunningProgram, job: string, ...states: string[]): Promise<void> {
  for (let events = 0; events < 10; events++) {
    const tasks = (await call('GET', job)).at('properties.extendedInfo.tasksList') as { status: string }[]
    if (tasks.map((task) => task.status).join() === states.join()) return
    await call('POST', ADVANCE, { to: (await call('GET', CLOCK)).at('nextEvent.at') })
  }
  throw new Error(`the tasks of the job are never ${states.join()}`)
}

const clockOf = async ({ call }: RunningProgram) => Date.parse((await call('GET', CLOCK)).text('now'))

t.test('a backup goes on after its process was killed', async (t) => {
  const PHASES = [
    ['before its snapshot', 'NotStarted', 'NotStarted'],
    ['during its snapshot', 'InProgress', 'NotStarted'],
    ['between snapshot and transfer', 'Completed', 'NotStarted'],
    ['during its transfer', 'Completed', 'InProgress'],
  ] as const

  const undisturbed = t.testdir()
  const calm = await startProgram(t, options(undisturbed))
  await protectMachine(calm)
  await calm.call('POST', ADVANCE, { untilJob: (await backUp(calm)).split('/').pop() })
  await calm.call('POST', ADVANCE, { to: isoOf(START + DAY / 2) })
  t.same(await calm.stop('SIGTERM'), { code: 0, signal: null })
  const expected = await digestOf(undisturbed)

  for (const [when, ...states] of PHASES) {
    t.test(when, async (t) => {
      const folder = t.testdir()
      const first = await startProgram(t, options(folder))
      await protectMachine(first)
      const job = await backUp(first)
      await reach(first, job, ...states)
      const seen = { clock: (await first.call('GET', CLOCK)).body, job: (await first.call('GET', job)).body }
      t.same(await first.stop('SIGKILL'), { code: null, signal: 'SIGKILL' })

      const second = await startProgram(t, options(folder))
      t.same((await second.call('GET', CLOCK)).body, seen.clock, 'the clock stands where it stood')
      t.same((await second.call('GET', job)).body, seen.job, 'and so does the job')

      t.equal((await second.call('POST', ADVANCE, { untilJob: job })).status, 200)
      t.equal((await second.call('GET', job)).at('properties.status'), 'Completed')
      t.equal((await jobsOf(second, "operation eq 'Backup'")).length, 1, 'there is one job')
      t.equal((await second.call('GET', `${ITEM}/recoveryPoints`)).values.length, 1, 'and one recovery point')
      t.same(await jobsOf(second, "status eq 'InProgress'"), [], 'nothing hangs')

      await second.call('POST', ADVANCE, { to: isoOf(START + DAY / 2) })
      await second.stop('SIGTERM')
      t.equal(await digestOf(folder), expected, 'the world is as if nothing had happened')
    })
  }
})

t.test('years of backups that are killed again and again end as if nobody had touched them', async (t) => {
  const end = START + 500 * DAY
  const undisturbed = t.testdir({ calm: {}, killed: {} })
  const [calmFolder, folder] = [`${undisturbed}/calm`, `${undisturbed}/killed`]
  const calm = await startProgram(t, options(calmFolder))
  await protectMachine(calm)
  await calm.call('POST', ADVANCE, { to: isoOf(end) })
  await calm.stop('SIGTERM')

  let program = await startProgram(t, options(folder))
  await protectMachine(program)
  let [now, kills] = [await clockOf(program), 0]
  while (now < end) {
    const advance = program.call('POST', ADVANCE, { to: isoOf(end) }).catch(() => undefined)
    await Promise.race([advance, pause(randomInt(20, 150))])
    await program.stop('SIGKILL')
    await advance
    kills++
    program = await startProgram(t, options(folder))
    const then = await clockOf(program)
    t.ok(then >= now && then <= end, 'the clock never goes back', { then, now, end })
    if (kills === 4) await program.call('POST', ADVANCE, { to: isoOf(end) })
    now = await clockOf(program)
  }
  t.comment(`killed ${kills} times`)
  t.same(await jobsOf(program, "status eq 'InProgress'"), [], 'nothing hangs')
  await program.stop('SIGTERM')
  t.equal(await digestOf(folder), await digestOf(calmFolder))
})

t.test('killed while time runs by itself, the clock never goes back and every day has its one backup', async (t) => {
  const folder = t.testdir()
  const first = await startProgram(t, options(folder))
  await protectMachine(first)
  await first.stop('SIGTERM')

  const live = ['--data-dir', folder, '--clock', 'live', '--rate', '86400']
  let seen = START
  for (let kills = 0; kills < 4; kills++) {
    const program = await startProgram(t, live)
    const then = await clockOf(program)
    t.ok(then >= seen, 'the clock never goes back', { then, seen })
    // Every other time killed as soon as somebody has seen the time.
    if (kills % 2 === 0) await pause(randomInt(100, 500))
    seen = await clockOf(program)
    await program.stop('SIGKILL')
  }

  const last = await startProgram(t, options(folder))
  t.ok((await clockOf(last)) >= seen)
  for (const job of await jobsOf(last, "status eq 'InProgress'"))
    await last.call('POST', ADVANCE, { untilJob: job.name })
  const jobs = await jobsOf(last, "operation eq 'Backup'")
  const starts = jobs.map((job) => Date.parse(new Map(Object.entries(job.properties ?? {})).get('startTime')))
  t.ok(starts.length > 0, `${starts.length} backups`)
  for (const [index, start] of starts.entries()) {
    const before = starts[index + 1]
    if (before !== undefined) t.ok(Math.abs(start - before - DAY) <= DAY / 12, 'a day lies between two of them')
  }
  t.equal((await jobsOf(last, "status eq 'Completed' and operation eq 'Backup'")).length, jobs.length)
})

t.test('a night off is caught up with, and stays caught up with after a kill', async (t) => {
  const folder = t.testdir()
  const first = await startProgram(t, options(folder))
  await protectMachine(first)
  await first.call('PUT', CLOCK, { mode: 'skip' })
  await first.stop('SIGTERM')

  // As if it had been put away a day ago.
  const db = new Database(`${folder}/world.sqlite`)
  db.prepare('UPDATE state SET wall = wall - ?').run(DAY)
  db.close()
  const second = await startProgram(t, ['--data-dir', folder])
  const seen = await clockOf(second)
  t.ok(seen >= START + DAY, 'the time has passed')
  t.equal((await jobsOf(second, "operation eq 'Backup'")).length, 1, 'and the backup of the night has run')
  await second.stop('SIGKILL')

  const third = await startProgram(t, ['--data-dir', folder])
  t.ok((await clockOf(third)) >= seen, 'the clock never goes back')
  t.equal((await jobsOf(third, "operation eq 'Backup'")).length, 1, 'and the night has one backup')
})

t.test('what was acknowledged under load is there after a kill', async (t) => {
  const WRITERS = 8
  const folder = t.testdir()
  const first = await startProgram(t, options(folder))
  const acknowledged: { path: string; tag: string }[] = []
  const write = async (writer: number) => {
    for (let n = 0; ; n++) {
      const path = `${SUBSCRIPTION}/resourceGroups/group-${writer}-${n % 50}`
      const tag = `${writer}-${n}`
      const { status } = await first.call('PUT', path, { location: 'westeurope', tags: { tag } })
      t.ok(status === 200 || status === 201)
      acknowledged.push({ path, tag })
    }
  }
  const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer).catch(() => undefined))
  await pause(700)
  await first.stop('SIGKILL')
  await Promise.all(writers)
  t.ok(acknowledged.length > WRITERS, `${acknowledged.length} writes were acknowledged`)

  const second = await startProgram(t, options(folder))
  const last = new Map(acknowledged.map(({ path, tag }) => [path, tag]))
  for (const [path, tag] of last) {
    const kept = (await second.call('GET', path)).text('tags.tag')
    const [, writer, n] = /^(\d+)-(\d+)$/.exec(tag) ?? []
    // The last write of each writer may have been made without its answer having come.
    t.ok(kept === tag || kept === `${writer}-${Number(n) + 50}`, `${path} ${kept}`, { tag })
  }
  const groups = (await second.call('GET', `${SUBSCRIPTION}/resourceGroups?$top=1000`)).values
  t.ok(groups.length >= last.size && groups.length <= last.size + WRITERS, 'and nothing else')
})

import t from 'tap'
import { ADVANCE, CLOCK } from '../support/control.js'
import { digestOf, options } from '../support/crash.js'
import { beginDisks, DISK_VAULT, instancePath, SNAPSHOTS } from '../support/disk-beginning.js'
import { MONDAY } from '../support/emulator.js'
import { type RunningProgram, startProgram } from '../support/program.js'
import { DAY } from '../support/seen.js'

const INSTANCE = instancePath('disk1')
const EVENING = new Date(Date.parse(MONDAY) + DAY / 2).toISOString()

async function protectDisk({ call }: RunningProgram): Promise<void> {
  await beginDisks(async (...asked) => (await call(...asked)).body, ['disk1'])
}

/** Starts a backup. @returns the path of its job */
async function backUp({ call }: RunningProgram): Promise<string> {
  const triggerOption = { retentionTagOverride: 'Default' }
  const begun = await call('POST', `${INSTANCE}/backup`, {
    backupRuleOptions: { ruleName: 'BackupHourly', triggerOption },
  })
  await call('POST', ADVANCE, { by: 'PT0.001S' })
  const [job] = (await call('GET', `${DISK_VAULT}/backupJobs`)).values
  return begun.status === 202 ? String(job?.id) : ''
}

const pointsOf = async ({ call }: RunningProgram) => (await call('GET', `${INSTANCE}/recoveryPoints`)).values
const snapshotsOf = async ({ call }: RunningProgram) =>
  (await call('GET', `${SNAPSHOTS}/resources?api-version=2021-04-01`)).values

/** Moves the clock from event to event until the task of a job is in a state, and there are so many points. */
async function reach(program: RunningProgram, job: string, state: string, points: number): Promise<void> {
  const { call } = program
  for (let events = 0; events < 10; events++) {
    const isThere = (await call('GET', job)).at('properties.extendedInfo.subTasks.0.taskStatus') === state
    if (isThere && (await pointsOf(program)).length === points) return
    await call('POST', ADVANCE, { to: (await call('GET', CLOCK)).at('nextEvent.at') })
  }
  throw new Error(`the task of the job is never ${state}`)
}

t.test('a backup of a disk goes on after its process was killed', async (t) => {
  const PHASES = [
    ['before its snapshot', 'NotStarted', 0],
    ['during its snapshot', 'InProgress', 0],
    ['while its point is there and its job is not over', 'InProgress', 1],
  ] as const

  const undisturbed = t.testdir()
  const calm = await startProgram(t, options(undisturbed))
  await protectDisk(calm)
  await calm.call('POST', ADVANCE, { untilJob: (await backUp(calm)).split('/').pop() })
  await calm.call('POST', ADVANCE, { to: EVENING })
  t.same(await calm.stop('SIGTERM'), { code: 0, signal: null })
  const expected = await digestOf(undisturbed)

  for (const [when, state, points] of PHASES) {
    t.test(when, async (t) => {
      const folder = t.testdir()
      const first = await startProgram(t, options(folder))
      await protectDisk(first)
      const job = await backUp(first)
      await reach(first, job, state, points)
      const seen = [
        (await first.call('GET', CLOCK)).body,
        (await first.call('GET', job)).body,
        await snapshotsOf(first),
      ]
      t.same(await first.stop('SIGKILL'), { code: null, signal: 'SIGKILL' })

      const second = await startProgram(t, options(folder))
      const found = [
        (await second.call('GET', CLOCK)).body,
        (await second.call('GET', job)).body,
        await snapshotsOf(second),
      ]
      t.same(found, seen, 'clock, job and snapshot stand where they stood')
      t.equal((await second.call('POST', ADVANCE, { untilJob: job })).status, 200)
      t.equal((await second.call('GET', job)).at('properties.status'), 'Completed')
      t.equal((await second.call('GET', `${DISK_VAULT}/backupJobs`)).values.length, 1, 'there is one job')
      t.equal((await pointsOf(second)).length, 1, 'one recovery point')
      t.equal((await snapshotsOf(second)).length, 1, 'and one snapshot')

      await second.call('POST', ADVANCE, { to: EVENING })
      await second.stop('SIGTERM')
      t.equal(await digestOf(folder), expected, 'the world is as if nothing had happened')
    })
  }
})

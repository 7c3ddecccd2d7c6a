import t, { type Test } from 'tap'
import type { MachineSeed } from '../../src/domain/inventory/inventory-seeds.js'
import { tellClassicStory } from '../support/classic-story.js'
import type { Members } from '../support/seen.js'
import { tellStory } from '../support/story.js'

interface Case {
  /** What is true of the machine when its backup begins. */
  now?: Members
  seed?: Partial<MachineSeed>
  consistency: string
  /** What the job of a classic vault says of it. */
  warning?: RegExp
}

/** The same machine is backed up by both kinds of vault; what comes of it is as consistent in both. */
async function comesOut(t: Test, { now = {}, seed = {}, consistency, warning }: Case): Promise<void> {
  const what = `${JSON.stringify({ ...seed, ...now })}`
  const classic = await tellClassicStory(t, { profile: '2016' })
  const old = await classic.protectedMachine(seed)
  await classic.condition(old.machine, now)
  const job = await classic.backUp(old)
  t.equal(job.status, 'Completed', `${what}: classic`)
  t.match(await classic.points(old), [{ consistency }], `${what}: classic`)
  if (warning) t.match(job.warning, warning, what)
  else t.equal(job.warning, undefined, what)

  const story = await tellStory(t)
  const item = await story.protectedMachine(seed)
  await story.condition(item.machine, now)
  t.equal((await story.backUp(item)).status, 'Completed', what)
  t.match(await story.points(item), [{ consistency }], what)
}

t.test('SEED-40: a point is application consistent where all VSS writers have done their part', async (t) => {
  await comesOut(t, { consistency: 'AppConsistent' })
  await comesOut(t, { seed: { osType: 'Windows' }, now: { vss: 'ok' }, consistency: 'AppConsistent' })

  await t.test('it counts what was so when the snapshot was taken', async (t) => {
    const story = await tellClassicStory(t, { profile: '2015' })
    const item = await story.protectedMachine()
    const consistency = async () => (await story.points(item)).map((point) => point.consistency)
    await story.advance('1d')
    await story.condition(item.machine, { vss: 'writersFailed' })
    await story.advance('1d')
    await story.condition(item.machine, { vss: null, powerState: 'stopped' })
    await story.advance('1d')
    await story.condition(item.machine, { powerState: 'running' })
    await story.advance('1d')
    t.same(await consistency(), ['AppConsistent', 'FileSystemConsistent', 'CrashConsistent', 'AppConsistent'])
  })
})

t.test('SEED-41: a point is file-system consistent on Linux, and on Windows where VSS failed', async (t) => {
  await comesOut(t, { seed: { osType: 'Linux' }, consistency: 'FileSystemConsistent' })
  await comesOut(t, { seed: { osType: 'Linux' }, now: { vss: 'writersFailed' }, consistency: 'FileSystemConsistent' })
  await comesOut(t, {
    now: { vss: 'writersFailed' },
    consistency: 'FileSystemConsistent',
    warning: /VSS writers/,
  })

  await t.test('however VSS failed, a classic vault takes what it can get', async (t) => {
    const story = await tellClassicStory(t, { profile: '2015' })
    const item = await story.protectedMachine()
    for (const vss of ['writersBroken', 'serviceBroken']) {
      await story.condition(item.machine, { vss })
      await story.advance('1d')
      t.match((await story.jobs(item.vault)).at(-1), { status: 'Completed', warning: /VSS/ }, vss)
      t.match((await story.points(item)).at(-1), { consistency: 'FileSystemConsistent' }, vss)
    }
  })
})

t.test('SEED-42: a point of a machine that is shut down is crash consistent', async (t) => {
  await comesOut(t, { now: { powerState: 'stopped' }, consistency: 'CrashConsistent' })
  await comesOut(t, { now: { powerState: 'deallocated' }, consistency: 'CrashConsistent' })
  await comesOut(t, { seed: { osType: 'Linux' }, now: { powerState: 'stopped' }, consistency: 'CrashConsistent' })
  await comesOut(t, {
    seed: {
      dataDisks: [
        { lun: 0, diskSizeGB: 8 },
        { lun: 1, diskSizeGB: 8 },
      ],
    },
    now: { powerState: 'deallocated', vss: 'writersFailed' },
    consistency: 'CrashConsistent',
  })
})

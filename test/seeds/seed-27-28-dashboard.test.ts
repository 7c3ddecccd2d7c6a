import t from 'tap'
import { classicItem, tellClassicStory } from '../support/classic-story.js'
import { members } from '../support/seen.js'
import { seenClassicJob } from '../support/seen-classic.js'

t.test('SEED-27: the dashboard counts a machine when it is protected', async (t) => {
  const story = await tellClassicStory(t, { profile: '2015' })
  const item = await story.registeredMachine()
  const { vault } = item
  const other = await story.vault('other')
  const counts = async () => members((await story.dashboard(vault)).protectedItems)
  t.match(await counts(), { total: 0 }, 'one that is registered does not count')

  const protecting = await story.jobOf(vault, await story.tryProtect(item))
  t.match(await counts(), { total: 0 })
  await story.ended(vault, protecting)
  t.match(await counts(), { total: 1, byState: { IRPending: 1, Protected: 0 } })
  await story.advance('1d')
  t.match(await counts(), { total: 1, byState: { IRPending: 0, Protected: 1 } })

  story.machine('vm2')
  const second = classicItem(vault, 'vm2')
  await story.discover(vault)
  await story.register(second)
  await story.protect(second)
  t.match(await counts(), { total: 2, byState: { IRPending: 1, Protected: 1 } })
  t.match((await story.dashboard(other)).protectedItems, { total: 0 }, 'each vault has its own')

  await story.stop(item)
  t.match(await counts(), { total: 2, byState: { IRPending: 1, Protected: 0, ProtectionStopped: 1 } })
  await story.deleteData(second)
  t.match(await counts(), { total: 1, byState: { IRPending: 0 } })
})

t.test('SEED-28: the dashboard counts the jobs of the last 24 hours, and leads to them', async (t) => {
  const story = await tellClassicStory(t, { profile: '2015' })
  const vault = await story.vault()
  for (const name of ['sound', 'other']) story.machine(name)
  const stopped = story.machine('stopped', { conditions: { powerState: 'stopped' } })
  const [sound, other, off] = ['sound', 'other', 'stopped'].map((name) => classicItem(vault, name))
  if (!sound || !other || !off) return
  const jobs = async () => members((await story.dashboard(vault)).jobsLast24h)
  await story.discover(vault)
  t.match(await jobs(), { completed: 0, failed: 0, inProgress: 0 }, 'a discovery is no job')

  await story.register(sound)
  await story.register(off)
  await story.startRegister(other)
  t.match(await jobs(), { completed: 1, failed: 1, inProgress: 1, cancelled: 0, completedWithWarnings: 0 })

  await t.test('each count leads to its jobs', async (t) => {
    const ids = members((await jobs()).ids)
    for (const [count, status, name] of [
      ['completed', 'Completed', 'sound'],
      ['failed', 'Failed', 'stopped'],
      ['inProgress', 'InProgress', 'other'],
    ] as const) {
      const [id, ...more] = [ids[count]].flat().map(String)
      t.same(more, [])
      const answer = await story.ask('GET', id ?? '')
      t.equal(answer.status, 200)
      t.match(seenClassicJob(answer.body), { status, name, operation: 'Register' })
      const listed = await story.list(vault, 'jobs', `status eq '${status}'`)
      t.same(
        listed.values.map((value) => value.id),
        [id],
        'which are those that the list of jobs has',
      )
    }
  })

  await story.advance('2m')
  t.match(await jobs(), { completed: 2, failed: 1, inProgress: 0 })
  await story.condition(stopped, { powerState: 'running' })
  await story.advance('12h')
  await story.register(off)
  t.match(await jobs(), { completed: 3, failed: 1 })
  await story.advance('13h')
  t.match(await jobs(), { completed: 1, failed: 0 }, 'what is older than a day no longer counts')
  await story.protect(sound)
  await story.advance('25h')
  t.match(await jobs(), { completed: 1, failed: 0, inProgress: 0 }, 'the backup of the last night')
  t.equal((await story.list(vault, 'jobs')).values.length, 6, 'although the vault still has all its jobs')
})

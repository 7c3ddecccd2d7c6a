import t from 'tap'
import { limitsOf } from '../../src/domain/limits.js'
import type { Answer } from '../support/emulator.js'
import { dailyPolicy, groupPath, type Item, machinePath, type Story, tellStory } from '../support/story.js'

t.test('SEED-67: a vault takes 200 machines in 2016 and 1000 today; who has more makes another vault', async (t) => {
  await t.test('200 in 2016', async (t) => {
    const story = await tellStory(t, { profile: '2016' })
    const vault = await story.vault()
    const machines = Array.from({ length: 201 }, (_, index) => story.machine(`vm${index + 1}`))
    const statuses: number[] = []
    for (const machine of machines.slice(0, 200)) statuses.push((await story.tryProtect(vault, machine)).status)
    t.ok(statuses.every((status) => status === 202))
    await story.advance('5m')
    const more = machines[200] ?? ''
    const refused = await story.tryProtect(vault, more)
    t.equal(refused.status, 400)
    t.equal(refused.code, 'UserErrorProtectionQuotaExceeded')
    t.match(refused.text('error.message'), /200.*another vault/is)
    t.equal((await story.call('GET', `${vault}/backupProtectedItems`)).values.length, 200)
    await story.protect(await story.vault('second'), more)
  })

  await t.test('a limit that was lowered is met by as few', async (t) => {
    const story = await tellStory(t, { profile: '2016', limits: { vmsPerVault: 3 } })
    const vault = await story.vault()
    const [first] = [
      await story.protect(vault, story.machine('vm1')),
      await story.protect(vault, story.machine('vm2')),
      await story.protect(vault, story.machine('vm3')),
    ]
    const four = story.machine('vm4')
    const refuses = async (what: string) =>
      t.equal((await story.tryProtect(vault, four)).code, 'UserErrorProtectionQuotaExceeded', what)
    await refuses('three are protected')
    t.equal((await story.tryProtect(vault, machinePath('vm1'))).status, 202, 'those that are in may be changed')
    await story.advance('1m')
    await story.stop(first)
    await refuses('a stopped one still has its place')
    await story.backUp({ ...first, path: first.path.replaceAll('vm1', 'vm2') })
    await story.deleteData(first)
    await refuses('a soft-deleted one too')
    await story.advance('15d')
    await story.protect(vault, four)
  })

  await t.test('and 50 machines that back up their own files', async (t) => {
    const story = await tellStory(t, { profile: '2016' })
    const vault = await story.vault()
    const register = (name: string, of: string) =>
      story.call('POST', '/_recoverite/inventory', {
        servers: [{ resourceGroup: 'hall', name, registration: { vault: of, agent: 'MARS' } }],
      })
    for (let count = 1; count <= 50; count++) t.ok((await register(`server${count}`, vault)).status < 300)
    const containers = `${vault}/backupProtectionContainers?$filter=backupManagementType eq 'MAB'`
    t.equal((await story.call('GET', containers)).values.length, 50)
    const refused = await register('server51', vault)
    t.equal(refused.status, 400)
    t.match(refused.text('error.message'), /50.*another vault/is)
    t.ok((await register('server51', await story.vault('second'))).status < 300, 'another vault takes it')
    t.equal((await story.call('DELETE', `${vault}/registeredIdentities/server1`)).status, 204)
    t.ok((await register('server52', vault)).status < 300, 'there is room for another one')
  })

  await t.test('what the profiles say', (t) => {
    t.same(
      (['2015', '2016', 'present'] as const).map((profile) => limitsOf(profile).vmsPerVault),
      [200, 200, 1000],
    )
    t.equal(limitsOf('2016').agentsPerVault, 50)
    t.end()
  })
})

/** Asks for a move of resources out of the group of the vaults. */
const moving = (story: Story, resources: string[], targetResourceGroup: string, operation = 'moveResources') =>
  story.call('POST', `${groupPath('backup')}/${operation}`, { resources, targetResourceGroup })

/** Polls a move at its Location until it has ended. */
async function moved(story: Story, accepted: Answer): Promise<Answer> {
  for (;;) {
    const answer = await story.call('GET', accepted.header('location'))
    if (answer.status !== 202) return answer
    await story.advance('1m')
  }
}

const ELSEWHERE = '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/backup'

t.test('SEED-78: a vault cannot be moved to another subscription, and today it can', async (t) => {
  for (const profile of ['2015', '2016'] as const) {
    await t.test(`${profile}: it belongs to the subscription it was made in`, async (t) => {
      const story = await tellStory(t, { profile })
      const item = await story.protectedMachine()
      const before = story.world.emulator.digest()
      for (const target of [ELSEWHERE, groupPath('other')]) {
        const refused = await moving(story, [item.vault], target)
        t.equal(refused.status, 409)
        t.equal(refused.code, 'ResourceMoveNotSupported')
      }
      t.equal(story.world.emulator.digest(), before, 'nothing has changed')
      const asked = await moved(story, await moving(story, [item.vault], ELSEWHERE, 'validateMoveResources'))
      t.equal(asked.code, 'ResourceMoveNotSupported', 'who asks beforehand is told so')
      t.equal((await story.call('GET', item.vault)).status, 200)
    })
  }

  await t.test('today it goes with all that it holds, and with machines that come along', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    const left = await story.protect(item.vault, story.machine('left'))
    await story.policy(item.vault, 'Nightly', dailyPolicy())
    const job = await story.backUp(item)
    const [point] = await story.points(item)
    t.equal((await moved(story, await moving(story, [item.vault], ELSEWHERE, 'validateMoveResources'))).status, 204)
    t.equal((await story.call('GET', item.vault)).status, 200, 'asking moves nothing')

    t.equal((await moved(story, await moving(story, [item.vault], ELSEWHERE))).status, 204)
    t.equal((await story.call('GET', item.vault)).status, 404, 'its old id names nothing')
    const there = (path: string) => path.replace(groupPath('backup'), ELSEWHERE)
    const now: Item = { vault: there(item.vault), path: there(item.path) }
    t.equal((await story.call('GET', now.vault)).text('id'), now.vault)
    t.equal((await story.call('GET', `${now.vault}/backupPolicies/Nightly`)).status, 200)
    t.equal((await story.job(now.vault, job.id)).status, 'Completed')
    t.same(
      (await story.points(now)).map(({ name }) => name),
      [point?.name],
    )
    // The machine follows, into a group of the same name.
    const source = item.machine.split('/providers/')[0] ?? ''
    const machine = item.machine.replace('000000000001/', '000000000002/')
    const body = { resources: [item.machine], targetResourceGroup: source.replace('000000000001/', '000000000002/') }
    t.equal((await moved(story, await story.call('POST', `${source}/moveResources`, body))).status, 204)
    await story.advance('1d')
    t.equal((await story.points(now)).length, 2, 'its backups go on')
    t.match(await story.item(now), { sourceResourceId: machine, lastBackupStatus: 'Completed' })
    t.match(
      await story.item({ vault: now.vault, path: there(left.path) }),
      { lastBackupStatus: 'Failed' },
      'those of a machine that stayed do not',
    )
  })
})

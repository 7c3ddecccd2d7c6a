import t from 'tap'
import { ClassicStory, classicItem, tellClassicStory } from '../support/classic-story.js'
import { startTestEmulator } from '../support/emulator.js'
import { network, put } from '../support/restores.js'
import { failsWith, type Trouble } from '../support/seen-classic.js'
import { groupPath, Story, tellStory } from '../support/story.js'

const NO_AGENT: Trouble = {
  title: 'Failed to install the Azure Recovery Services extension on the selected item',
  text: /VM Agent is a pre-requisite/,
  remedy: /Install the VM agent.*flag.*ProvisionGuestAgent/,
}
const OUTDATED: Trouble = {
  title: 'VM Guest Agent Certificate not found',
  text: /too old/,
  remedy: /2\.6\.1198\.718 or a newer one/,
}
const SNAPSHOT: Trouble = {
  title: 'Snapshot VM sub task timed out',
  text: /Retry the operation/,
  remedy: /up to date.*reach Azure/,
}
const NOT_INSTALLED: Trouble = {
  title: 'Registration failed with Install Agent operation timeout',
  text: /could not be installed in time/,
  remedy: /reaches the Internet and resolves the addresses of Azure/,
}

t.test(
  'SEED-34: a machine from the Marketplace has the VM agent, one that was migrated needs it installed',
  async (t) => {
    await t.test('for a classic vault', async (t) => {
      const story = await tellClassicStory(t)
      const vault = await story.vault()
      const [marketplace, migrated] = [classicItem(vault, 'marketplace'), classicItem(vault, 'migrated')]
      story.machine('marketplace')
      const machine = story.machine('migrated', { conditions: { agent: 'missing' } })
      await story.discover(vault)
      t.equal((await story.register(marketplace)).status, 'Completed', 'nobody has to do anything about it')
      failsWith(t, await story.register(migrated), NO_AGENT)
      await story.condition(machine, { agent: 'ready' })
      t.equal((await story.register(migrated)).status, 'Completed')
    })

    await t.test('for a Recovery Services vault', async (t) => {
      const story = await tellStory(t)
      const vault = await story.vault()
      const item = await story.protect(vault, story.machine('marketplace'))
      t.equal((await story.backUp(item)).status, 'Completed')
      const machine = story.machine('migrated', { conditions: { agent: 'missing' } })
      const migrated = await story.protect(vault, machine)
      t.match(await story.backUp(migrated), { status: 'Failed', errors: ['UserErrorGuestAgentStatusUnavailable'] })
      await story.condition(machine, { agent: 'ready' })
      t.equal((await story.backUp(migrated)).status, 'Completed')
    })
  },
)

t.test('SEED-35: who installs the agent on Windows also says so in the configuration of the machine', async (t) => {
  const story = await tellClassicStory(t, { profile: '2015' })
  const vault = await story.vault()
  const item = classicItem(vault, 'migrated')
  const machine = story.machine('migrated', { conditions: { agent: 'missing', agentFlag: 'unset' } })
  await story.discover(vault)
  failsWith(t, await story.register(item), NO_AGENT, 'neither is done')
  await story.condition(machine, { agent: 'ready' })
  failsWith(t, await story.register(item), NO_AGENT, 'the agent is installed, and nothing says so')
  await story.condition(machine, { agent: 'missing', agentFlag: 'set' })
  failsWith(t, await story.register(item), NO_AGENT, 'the flag is set, and there is no agent')
  await story.condition(machine, { agent: 'ready' })
  t.equal((await story.register(item)).status, 'Completed', 'both are done')

  await story.protect(item)
  await story.condition(machine, { agentFlag: 'unset' })
  await story.advance('1d')
  const [failed] = await story.jobs(vault)
  if (failed) failsWith(t, failed, NO_AGENT, 'a backup asks for the flag, too')
  await story.condition(machine, { agentFlag: 'set' })
  await story.advance('1d')
  t.equal((await story.jobs(vault)).at(-1)?.status, 'Completed')
})

t.test('SEED-36: the agent is updated by installing it again, while no backup is running', async (t) => {
  const installing = { agent: 'notReady' }
  const installed = { agent: 'ready', agentVersion: '2.7.41491.1183' }

  await t.test('of a machine in a classic vault', async (t) => {
    const story = await tellClassicStory(t, { profile: '2016' })
    const item = await story.protectedMachine({ conditions: { agentVersion: '2.6.1198.718' } })
    const disturbed = await story.startBackUp(item)
    await story.advance('1m')
    await story.condition(item.machine, installing)
    failsWith(t, await story.ended(item.vault, disturbed), SNAPSHOT, 'while a backup was running')
    t.same(await story.points(item), [])
    await story.condition(item.machine, installed)
    t.equal((await story.backUp(item)).status, 'Completed')
    await story.condition(item.machine, installing)
    await story.advance('10m')
    await story.condition(item.machine, installed)
    t.equal((await story.backUp(item)).status, 'Completed', 'between backups nothing happens')
    t.equal(await story.registration(item), 'Registered', 'and it need not be registered again')
  })

  await t.test('of a machine in a Recovery Services vault', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    const disturbed = await story.startBackUp(item)
    await story.advance('1m')
    await story.condition(item.machine, installing)
    t.match(await story.ended(item.vault, disturbed), {
      status: 'Failed',
      errors: ['UserErrorGuestAgentStatusUnavailable'],
    })
    await story.condition(item.machine, installed)
    t.equal((await story.backUp(item)).status, 'Completed')
  })
})

t.test('SEED-37: the agent of Windows is version 2.6.1198.718 or newer', async (t) => {
  const cases = [
    ['2.6.1198.717', false],
    ['2.6.1197.999', false],
    ['2.6.1198.718', true],
    ['2.6.1198.719', true],
    ['2.10', true],
    ['3.0.0.0', true],
  ] as const

  await t.test('for a classic vault', async (t) => {
    const story = await tellClassicStory(t)
    const vault = await story.vault()
    for (const [index, [agentVersion, good]] of cases.entries()) {
      const item = classicItem(vault, `vm${index}`)
      story.machine(`vm${index}`, { conditions: { agentVersion } })
      await story.discover(vault)
      const job = await story.register(item)
      if (good) t.equal(job.status, 'Completed', agentVersion)
      else failsWith(t, job, OUTDATED, agentVersion)
    }
    story.machine('linux', { osType: 'Linux', conditions: { agentVersion: '2.0.8' } })
    await story.discover(vault)
    t.equal((await story.register(classicItem(vault, 'linux'))).status, 'Completed', 'Linux has versions of its own')
  })

  await t.test('for a Recovery Services vault', async (t) => {
    const story = await tellStory(t)
    const vault = await story.vault()
    for (const [index, [agentVersion, good]] of cases.entries()) {
      const item = await story.protect(vault, story.machine(`vm${index}`, { conditions: { agentVersion } }))
      const { status, errors } = await story.backUp(item)
      t.same(
        [status, ...errors],
        good ? ['Completed'] : ['Failed', 'UserErrorGuestAgentStatusUnavailable'],
        agentVersion,
      )
    }
  })
})

t.test('SEED-38: the extension needs the public Internet', async (t) => {
  const story = await tellClassicStory(t, { profile: '2015' })
  const vault = await story.vault()
  const item = classicItem(vault, 'vm1')
  const machine = story.machine('vm1', { conditions: { network: 'blocked' } })
  await story.discover(vault)
  failsWith(t, await story.register(item), NOT_INSTALLED, 'it cannot be installed')
  await story.condition(machine, { network: 'open' })
  t.equal((await story.register(item)).status, 'Completed')
  await story.protect(item)

  await story.condition(machine, { network: 'blocked' })
  await story.advance('1d')
  const [failed] = await story.jobs(vault)
  if (failed) failsWith(t, failed, SNAPSHOT, 'a snapshot fails')
  await story.condition(machine, { network: 'open' })

  await story.reach('2026-01-07T04:59:00Z')
  const running = await story.running(vault)
  await story.condition(machine, { network: 'blocked' })
  failsWith(t, await story.ended(vault, running.id), SNAPSHOT, 'the status of one that has begun cannot be had')

  await story.condition(machine, { network: 'open' })
  await story.reach('2026-01-08T08:00:00Z')
  t.equal((await story.jobs(vault)).at(-1)?.status, 'Completed')
})

t.test('SEED-39: today no explicit outbound connectivity is needed', async (t) => {
  const world = await startTestEmulator(t)
  const [story, classic] = [new Story(world), new ClassicStory(world)]

  await t.test(
    'protection is configured for a machine whose network is blocked, which a classic vault cannot',
    async (t) => {
      const vault = await story.vault()
      await story.protect(vault, story.machine('modern', { conditions: { network: 'blocked' } }))
      const item = classicItem(await classic.vault('classic'), 'old')
      classic.machine('old', { conditions: { network: 'blocked' } })
      await classic.discover(item.vault)
      failsWith(t, await classic.register(item), NOT_INSTALLED)
    },
  )

  await t.test('a machine in a subnet without any way out is backed up', async (t) => {
    await put(story, network(), {
      properties: { subnets: [{ name: 'inside', properties: { defaultOutboundAccess: false } }] },
    })
    const nic = `${groupPath('apps')}/providers/Microsoft.Network/networkInterfaces/nic1`
    await put(story, nic, {
      properties: {
        ipConfigurations: [{ name: 'ip', properties: { subnet: { id: `${network()}/subnets/inside` } } }],
      },
    })
    const machine = `${groupPath('apps')}/providers/Microsoft.Compute/virtualMachines/inside`
    await put(story, machine, { properties: { networkProfile: { networkInterfaces: [{ id: nic }] } } })
    const item = await story.protect(await story.vault('second'), machine)
    t.equal((await story.backUp(item)).status, 'Completed')
    t.equal((await story.points(item)).length, 1)
  })
})

import t, { type Test } from 'tap'
import { AGENT_RULES } from '../../src/domain/vaults/agent-rules.js'
import { ClassicStory } from '../support/classic-story.js'
import { INVENTORY, type Refused, refused } from '../support/control.js'
import type { Answer } from '../support/emulator.js'
import { startTestEmulator } from '../support/emulator.js'
import type { Members } from '../support/seen.js'
import { groupPath, type Story, tellStory, vaultPath } from '../support/story.js'

const SERVERS = `${groupPath('hall')}/providers/Recoverite.Inventory/servers`
const requestsOf = (name: string) => `/_recoverite/servers/${name}/requests`

/** Registers a server with a vault. @returns its id */
async function register(
  { call }: Pick<Story, 'call'>,
  vault: string,
  name: string,
  more: Members = {},
  agent = 'MARS',
) {
  const seed = { resourceGroup: 'hall', name, registration: { vault, agent }, ...more }
  const answer = await call('POST', INVENTORY, { servers: [seed] })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return `${SERVERS}/${name}`
}

const policy = (retention: Members, more: Members = {}) => ({
  request: 'changePolicy',
  policy: { frequency: 'Daily', schedulesPerDay: 1, retention, ...more },
})
const deletion = { request: 'deleteData' }
const passphrase = (text = 'correct horse battery') => ({ request: 'changePassphrase', passphrase: text })

const ask = ({ call }: Pick<Story, 'call'>, vault: string, name: string, request: Members): Promise<Answer> =>
  call('POST', requestsOf(name), { vault, ...request })

async function pinOf({ call }: Story, vault: string): Promise<{ securityPin: string }> {
  return { securityPin: (await call('POST', `${vault}/backupSecurityPIN`)).text('securityPIN') }
}

/** The codes that were brought about here. */
const seen = new Set<string>()

async function refuses(t: Test, story: Story, vault: string, name: string, request: Members, expected: Refused) {
  await refused(t, story.world, ['POST', requestsOf(name), { vault, ...request }], expected)
  if (expected.code) seen.add(expected.code)
}

async function allows(t: Test, story: Story, vault: string, name: string, request: Members): Promise<Answer> {
  const answer = await ask(story, vault, name, request)
  t.equal(answer.status, 200, answer.message)
  return answer
}

async function immutability({ call }: Story, vault: string, state: string): Promise<void> {
  const properties = { securitySettings: { immutabilitySettings: { state } } }
  const answer = await call('PATCH', vault, { properties })
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
}

async function securityOff({ call }: Story, vault: string): Promise<void> {
  const properties = { softDeleteFeatureState: 'Disabled', enhancedSecurityState: 'Disabled' }
  const answer = await call('PUT', `${vault}/backupconfig/vaultconfig`, { properties })
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
}

/** The three ways to say which version an agent has: what a seed says of it, and what is set then. */
const WAYS = {
  'the control API': (agentVersion: string) => ({ set: { agentVersion } }),
  'a tag': (agentVersion: string) => ({ seed: { tags: { 'recoverite:agentVersion': agentVersion } } }),
  'the inventory': (agentVersion: string) => ({ seed: { conditions: { agentVersion } } }),
} as const satisfies Record<string, (version: string) => { seed?: Members; set?: Members }>
type Way = keyof typeof WAYS

async function registerOld(story: Story, vault: string, name: string, version: string, way: Way): Promise<string> {
  const { seed, set }: { seed?: Members; set?: Members } = WAYS[way](version)
  const id = await register(story, vault, name, seed)
  if (set) await story.condition(id, set)
  return id
}

/** The agent is the newest from now on. */
async function update(t: Test, story: Story, server: string, way: Way): Promise<void> {
  if (way !== 'a tag') await story.condition(server, { agentVersion: null })
  else t.equal((await story.call('PATCH', server, { tags: {} })).status, 200)
}

for (const way of Object.keys(WAYS) as Way[]) {
  t.test(`an old agent, by ${way}: what it is refused, until it is updated`, async (t) => {
    const story = await tellStory(t)
    const vault = await story.vault()
    const old = await registerOld(story, vault, 'old', '2.0.9051.9', way)
    const pin = await pinOf(story, vault)
    await refuses(t, story, vault, 'old', { ...passphrase(), ...pin }, { code: '120002', says: /2\.0\.9052/ })
    await allows(t, story, vault, 'old', policy({ days: 7, weeks: 4, months: 3, years: 1 }))
    for (const short of [{ days: 6 }, { weeks: 3 }, { months: 2 }, { days: 30, weeks: 1 }])
      await refuses(t, story, vault, 'old', policy(short), { code: '0x29834', says: /\[0x29834\]/ })

    await update(t, story, old, way)
    await allows(t, story, vault, 'old', { ...passphrase(), ...pin })
    const below = { code: 'BMSUserErrorPolicyRetentionInvalid', says: /7 days, 4 weeks, 3 months, 1 year\./ }
    await refuses(t, story, vault, 'old', { ...policy({ days: 6 }), ...pin }, below)

    await immutability(story, vault, 'Unlocked')
    const server = await registerOld(story, vault, 'older', '2.0.9249.9', way)
    await allows(t, story, vault, 'older', policy({ days: 30 }))
    const internal = { code: '130001', says: /internal error/ }
    await refuses(t, story, vault, 'older', { ...deletion, ...pin }, internal)
    await refuses(t, story, vault, 'older', policy({ days: 29 }), internal)
    await allows(t, story, vault, 'older', policy({ days: 31 }))
    await update(t, story, server, way)
    await refuses(t, story, vault, 'older', { ...deletion, ...pin }, { code: '810001' })
    await refuses(t, story, vault, 'older', { ...policy({ days: 30 }), ...pin }, { code: '810002' })
  })
}

t.test('the least versions are new enough', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const server = await register(story, vault, 'server1', { conditions: { agentVersion: '2.0.9052' } })
  await allows(t, story, vault, 'server1', { ...passphrase(), ...(await pinOf(story, vault)) })
  await immutability(story, vault, 'Unlocked')
  await story.condition(server, { agentVersion: '2.0.9250.0' })
  const request = { ...deletion, ...(await pinOf(story, vault)) }
  await refuses(t, story, vault, 'server1', request, { code: '810001' })
})

t.test('to delete data and to change the passphrase take the last PIN, within its 5 minutes', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  await register(story, vault, 'server1')
  await register(story, vault, 'dpm1', {}, 'DPM')
  const incorrect = { code: '100130', says: /Security PIN entered is incorrect/ }
  for (const name of ['server1', 'dpm1']) {
    for (const request of [deletion, passphrase()]) {
      await refuses(t, story, vault, name, request, incorrect)
      const first = await pinOf(story, vault)
      await refuses(t, story, vault, name, { ...request, securityPin: '000000' }, incorrect)
      const second = await pinOf(story, vault)
      await refuses(t, story, vault, name, { ...request, ...first }, incorrect)
      await story.advance('5m')
      await allows(t, story, vault, name, { ...request, ...second })
      await story.advance('1s')
      await refuses(t, story, vault, name, { ...request, ...second }, incorrect)
    }
  }
  const elsewhere = await pinOf(story, await story.vault('other'))
  await refuses(t, story, vault, 'server1', { ...deletion, ...elsewhere }, incorrect)

  await securityOff(story, vault)
  await allows(t, story, vault, 'server1', passphrase())
  const gone = await allows(t, story, vault, 'server1', deletion)
  t.equal(gone.text('deletedData.keptUntil'), gone.text('deletedData.at'), 'nothing is kept without the features')
})

t.test('a resource guard stands in front of the PIN', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  await register(story, vault, 'server1')
  const guard = `${groupPath('security')}/providers/Microsoft.DataProtection/resourceGuards/guard`
  await story.call('PUT', guard, { location: 'westeurope', properties: {} })
  const attached = { properties: { resourceGuardResourceId: guard } }
  t.equal((await story.call('PUT', `${vault}/backupResourceGuardProxies/VaultProxy`, attached)).status, 200)
  t.same(await pinOf(story, vault), { securityPin: '' }, 'none is given out')
  await refuses(t, story, vault, 'server1', { ...deletion, ...(await pinOf(story, vault)) }, { code: '100130' })
  const pin = await story.call('POST', `${vault}/backupSecurityPIN`, {
    resourceGuardOperationRequests: [`${guard}/getBackupSecurityPINRequests/default`],
  })
  await allows(t, story, vault, 'server1', { ...deletion, securityPin: pin.text('securityPIN') })
})

t.test('a newer agent for files and folders takes a PIN to keep less, or to back up less often', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const server = await register(story, vault, 'server1', { conditions: { agentVersion: '2.0.9262.0' } })
  await register(story, vault, 'mabs1', {}, 'AzureBackupServer')
  const long = { days: 30, weeks: 10 }
  const often = { schedulesPerDay: 2 }
  const less: Members[] = [policy({ days: 29, weeks: 10 }, often), policy({ days: 30 }, often), policy(long)]
  less.push(policy(long, { ...often, frequency: 'Weekly' }))
  for (const request of less) {
    await allows(t, story, vault, 'server1', policy(long, often))
    await refuses(t, story, vault, 'server1', request, { code: '100130' })
    await allows(t, story, vault, 'server1', { ...request, ...(await pinOf(story, vault)) })
    await allows(t, story, vault, 'mabs1', policy(long, often))
    await allows(t, story, vault, 'mabs1', request)
  }
  await allows(t, story, vault, 'server1', policy({ days: 40, weeks: 20, years: 1 }, { schedulesPerDay: 3 }))
  await story.condition(server, { agentVersion: '2.0.9261' })
  await allows(t, story, vault, 'server1', policy({ days: 7 }))
})

t.test('an immutable vault lets no agent delete, nor keep less', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const DENIED = { MARS: '810001', DPM: '81001', AzureBackupServer: '81001' } as const
  for (const agent of Object.keys(DENIED)) {
    await register(story, vault, agent, {}, agent)
    await allows(t, story, vault, agent, policy({ days: 30, years: 2 }))
  }
  for (const state of ['Unlocked', 'Locked']) {
    await immutability(story, vault, state)
    const pin = await pinOf(story, vault)
    for (const [agent, code] of Object.entries(DENIED)) {
      await refuses(t, story, vault, agent, deletion, { code: '100130' })
      await refuses(t, story, vault, agent, { ...deletion, ...pin }, { code })
      for (const shorter of [{ days: 29, years: 2 }, { days: 99 }])
        await refuses(t, story, vault, agent, { ...policy(shorter), ...pin }, { code: '810002' })
      await allows(t, story, vault, agent, policy({ days: 30, weeks: 4, years: 2 }))
      await allows(t, story, vault, agent, { ...passphrase(), ...pin })
    }
    if (state === 'Locked') break
    await immutability(story, vault, 'Disabled')
    for (const agent of Object.keys(DENIED)) {
      await allows(t, story, vault, agent, { ...policy({ days: 10 }), ...pin })
      await allows(t, story, vault, agent, { ...deletion, ...pin })
      await allows(t, story, vault, agent, policy({ days: 30, years: 2 }))
    }
    await immutability(story, vault, 'Unlocked')
  }
})

t.test('SEED-69, SEED-83, SEED-88: what an agent takes for a policy and a passphrase', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  await register(story, vault, 'server1')
  await register(story, vault, 'dpm1', {}, 'DPM')
  const invalid = { code: 'BMSUserErrorInvalidPolicyInput' }
  await allows(t, story, vault, 'server1', policy({ days: 7 }, { schedulesPerDay: 3 }))
  await refuses(t, story, vault, 'server1', policy({ days: 7 }, { schedulesPerDay: 4 }), invalid)
  await allows(t, story, vault, 'dpm1', policy({ days: 7 }, { schedulesPerDay: 2 }))
  await refuses(t, story, vault, 'dpm1', policy({ days: 7 }, { schedulesPerDay: 3 }), invalid)
  for (const frequency of ['Monthly', 'Yearly']) {
    await refuses(t, story, vault, 'server1', policy({ days: 7 }, { frequency }), { ...invalid, says: /weekly/ })
    await allows(t, story, vault, 'dpm1', policy({ days: 7 }, { frequency }))
  }
  const pin = await pinOf(story, vault)
  for (const bad of ['', 'fifteen letters', 'sixteen létters!', '🔑'.repeat(16)]) {
    const expected = { code: 'UserErrorInvalidRequestParameter', says: /16 characters/ }
    await refuses(t, story, vault, 'server1', { ...passphrase(bad), ...pin }, expected)
  }
  await allows(t, story, vault, 'server1', { ...passphrase('sixteen letters!'), ...pin })
})

t.test('what was accepted is kept with the server', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  await register(story, vault, 'Server1')
  const pin = await pinOf(story, vault)
  const first = await allows(t, story, vault, 'SERVER1', policy({ days: 30, years: 9999 }))
  const kept = policy({ days: 30, years: 9999 }).policy
  t.same(first.body, {
    server: 'Server1',
    vault,
    agent: 'MARS',
    policy: kept,
    passphraseSince: null,
    deletedData: null,
  })
  const second = await allows(t, story, vault, 'server1', { ...passphrase(), ...pin })
  t.match(second.body, { policy: kept, passphraseSince: '2026-01-05T08:00:10.000Z' })
  t.notMatch(JSON.stringify(second.body), 'horse')

  await register(story, vault, 'server1')
  const third = await allows(t, story, vault, 'server1', { ...deletion, ...pin })
  t.match(third.body, {
    policy: null,
    passphraseSince: '2026-01-05T08:00:10.000Z',
    deletedData: { at: '2026-01-05T08:00:10.000Z', keptUntil: '2026-01-19T08:00:10.000Z' },
  })
  t.match((await allows(t, story, vault, 'server1', policy({ weeks: 4 }))).body, {
    policy: { retention: { weeks: 4 } },
    deletedData: null,
  })

  await story.call('DELETE', `${vault}/registeredIdentities/Windows;server1`)
  const unknown = { status: 404, code: 'BMSUserErrorContainerObjectNotFound' }
  await refuses(t, story, vault, 'server1', policy({ days: 30 }), unknown)
  await register(story, vault, 'server1')
  t.match((await allows(t, story, vault, 'server1', policy({ days: 7 }))).body, { passphraseSince: null })
})

t.test('a server that is no longer in the inventory has the newest agent', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const server = await register(story, vault, 'server1', { conditions: { agentVersion: '1.0' } })
  await refuses(t, story, vault, 'server1', passphrase(), { code: '120002' })
  await story.call('DELETE', server)
  await refuses(t, story, vault, 'server1', passphrase(), { code: '100130' })
})

t.test('a classic vault has no security features', async (t) => {
  const story = new ClassicStory(await startTestEmulator(t))
  const vault = await story.vault()
  await register(story, vault, 'server1', { conditions: { agentVersion: '1.0' } })
  for (const request of [policy({ days: 1 }), passphrase(), deletion])
    t.equal((await ask(story, vault, 'server1', request)).status, 200)
})

t.test('what is no request is refused with what is known', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  await register(story, vault, 'server1')
  const bad: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /vault, request, policy, passphrase, securityPin/],
    [{}, /missing/],
    [{ vault, request: 'restore' }, /changePolicy, deleteData, changePassphrase/],
    [{ vault, ...deletion, force: true }, /no 'force'.*vault, request, policy, passphrase, securityPin/],
    [{ vault, ...deletion, passphrase: 'x' }, /no 'passphrase'.*vault, request, securityPin/],
    [{ vault, ...passphrase(), policy: policy({ days: 7 }).policy }, /no 'policy'.*vault, request, passphrase/],
    [{ vault, request: 'changePassphrase' }, /'passphrase' is missing/],
    [{ vault, request: 'changePolicy' }, /'policy' is missing/],
    [{ vault, ...policy({}) }, /policy\.retention/],
    [{ vault, ...policy({ hours: 3 }) }, /no 'policy\.retention\.hours'.*days, weeks, months, years/],
    [{ vault, ...policy({ days: 0 }) }, /policy\.retention\.days/],
    [{ vault, ...policy({ days: 10_000 }) }, /policy\.retention\.days/],
    [{ vault, ...policy({ days: 7.5 }) }, /policy\.retention\.days/],
    [{ vault, ...policy({ days: 7 }, { schedulesPerDay: 0 }) }, /policy\.schedulesPerDay/],
    [{ vault, ...policy({ days: 7 }, { frequency: 'Hourly' }) }, /Daily, Weekly, Monthly, Yearly/],
    [{ vault, ...deletion, securityPin: 123456 }, /securityPin/],
    [{ vault: 'vault', ...deletion }, /full ARM id/],
    [{ vault: `${SERVERS}/server1`, ...deletion }, /full ARM id/],
  ]
  for (const [body, says] of bad) await refused(t, story.world, ['POST', requestsOf('server1'), body], { says })
  const noVault = { vault: vaultPath('none'), ...deletion }
  await refused(t, story.world, ['POST', requestsOf('server1'), noVault], { status: 404, code: 'ResourceNotFound' })
  const other = await story.vault('other')
  const unknown = { status: 404, code: 'BMSUserErrorContainerObjectNotFound' }
  await refuses(t, story, other, 'server1', deletion, unknown)
})

t.test('every code that an agent can be refused with was brought about', async (t) => {
  for (const { code } of AGENT_RULES) t.ok(seen.has(code), code)
})

import t from 'tap'
import { refused } from '../support/control.js'
import { members } from '../support/seen.js'
import { dailyPolicy, keep, machinePath, type Story, tellStory, vaultPath } from '../support/story.js'

const DENIED = 'UserErrorOperationDeniedOnImmutableItem'
const NOT_SO = 'UserErrorUnsupportedVaultImmutabilityStateChange'

const immutable = (state: string) => ({ securitySettings: { immutabilitySettings: { state } } })
const turn = ({ call }: Story, vault: string, state: string) => call('PATCH', vault, { properties: immutable(state) })

/** The daily policy, its points kept for so many days. */
const keptFor = (days: number) =>
  dailyPolicy('22:00', {
    retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep('22:00', days, 'Days') },
  })

const STOP = (state: string) => ({
  properties: {
    protectedItemType: 'Microsoft.Compute/virtualMachines',
    sourceResourceId: machinePath('vm1'),
    policyId: '',
    protectionState: state,
  },
})

t.test('immutability goes from disabled to unlocked to locked, and from there nowhere', async (t) => {
  const story = await tellStory(t)
  const { call, world } = story
  const born = (state: string) => ({ location: 'westeurope', properties: immutable(state) })
  await refused(t, world, ['PUT', vaultPath('born-locked'), born('Locked')], { code: NOT_SO, says: /Unlocked first/ })
  t.equal((await call('PUT', vaultPath('born-unlocked'), born('Unlocked'))).status, 201)

  const vault = await story.vault()
  const stateOf = async () => (await call('GET', vault)).at('properties.securitySettings.immutabilitySettings')
  t.equal(await stateOf(), null)
  await refused(t, world, ['PATCH', vault, { properties: immutable('Locked') }], {
    code: NOT_SO,
    says: /Unlocked first/,
  })
  for (const state of ['Unlocked', 'Disabled', 'unlocked', 'Unlocked', 'Locked']) {
    t.equal((await turn(story, vault, state)).status, 202, state)
  }
  t.same(await stateOf(), { state: 'Locked' })
  t.equal((await turn(story, vault, 'Locked')).status, 202, 'it may be said again')
  for (const state of ['Unlocked', 'Disabled']) {
    await refused(t, world, ['PATCH', vault, { properties: immutable(state) }], { code: NOT_SO, says: /locked/ })
    await refused(t, world, ['PUT', vault, born(state)], { code: NOT_SO })
  }
  t.equal((await call('PUT', vault, { location: 'westeurope', properties: {} })).status, 200)
  t.same(await stateOf(), { state: 'Locked' }, 'a document that says nothing leaves it')
  await refused(t, world, ['PATCH', vault, { properties: immutable('Ajar') }], { code: 'InvalidParameter' })
})

t.test('an immutable vault keeps its recovery points for as long as it was told', async (t) => {
  const story = await tellStory(t)
  const { call, world } = story
  const item = await story.protectedMachine({}, keptFor(30))
  await story.policy(item.vault, 'Weaker', keptFor(29))
  await story.policy(item.vault, 'Stronger', keptFor(31))
  await story.backUp(item)
  await turn(story, item.vault, 'Unlocked')

  for (const state of ['Unlocked', 'Locked']) {
    await turn(story, item.vault, state)
    await t.test(state, async (t) => {
      await refused(t, world, ['DELETE', item.path], { code: DENIED, says: /stop protection and retain/ })
      const own = `${item.vault}/backupPolicies/Custom`
      await refused(t, world, ['PUT', own, { properties: keptFor(29) }], { code: DENIED })
      const weaker = {
        ...STOP('').properties,
        policyId: `${item.vault}/backupPolicies/Weaker`,
        protectionState: undefined,
      }
      await refused(t, world, ['PUT', item.path, { properties: weaker }], { code: DENIED, says: /shorter time/ })
    })
  }

  const shorterSnapshots = await story.putPolicy(item.vault, 'Custom', {
    ...keptFor(30),
    instantRpRetentionRangeInDays: 1,
  })
  t.equal(shorterSnapshots.status < 300, true, 'snapshots are not its concern')
  world.emulator.clock.advance({ until: 'idle' })
  t.ok((await story.putPolicy(item.vault, 'Custom', keptFor(40))).status < 300, 'more is always allowed')
  world.emulator.clock.advance({ until: 'idle' })
  t.equal((await call('PUT', item.path, STOP('ProtectionStopped'))).status, 202, 'so is to stop and keep the data')
  world.emulator.clock.advance({ until: 'idle' })
  t.equal((await story.item(item)).protectionState, 'ProtectionStopped')
  const resumed = await story.tryProtect(item.vault, item.machine, 'Stronger')
  t.equal(resumed.code, DENIED, 'nor does it come back with less than it was stopped with')
  await story.protect(item.vault, item.machine, 'Custom')
  t.equal((await story.points(item)).length, 1)
  t.equal((await call('DELETE', item.path)).code, DENIED)
})

t.test('while backups of an item are suspended its policy keeps what it promised, neither less nor more', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine({}, keptFor(30))
  await story.backUp(item)
  await turn(story, item.vault, 'Unlocked')
  t.equal((await story.call('PUT', item.path, STOP('BackupsSuspended'))).status, 202)
  story.world.emulator.clock.advance({ until: 'idle' })
  t.equal((await story.item(item)).protectionState, 'BackupsSuspended')
  const policy = `${item.vault}/backupPolicies/Custom`
  await refused(t, story.world, ['PUT', policy, { properties: keptFor(40) }], { code: DENIED, says: /suspended/ })
  await refused(t, story.world, ['PUT', policy, { properties: keptFor(20) }], { code: DENIED })
  await story.protect(item.vault, item.machine, 'Custom')
  t.ok((await story.putPolicy(item.vault, 'Custom', keptFor(40))).status < 300, 'once it is resumed, more is allowed')
})

t.test('a vault that is no longer immutable lets go of its data', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine({}, keptFor(30))
  await turn(story, item.vault, 'Unlocked')
  t.equal((await story.call('DELETE', item.path)).code, DENIED)
  await turn(story, item.vault, 'Disabled')
  t.ok((await story.putPolicy(item.vault, 'Custom', keptFor(29))).status < 300)
  story.world.emulator.clock.advance({ until: 'idle' })
  await story.deleteData(item)
  t.equal((await story.item(item)).isScheduledForDeferredDelete, true)
})

t.test('recovery points say since 2026 whether they are immutable', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  const said = async () => {
    const answer = await story.call('GET', `${item.path}/recoveryPoints?api-version=2026-05-01`)
    return members(answer.at('value.0.properties.recoveryPointProperties')).immutabilityProperties
  }
  t.same(await said(), { isImmutable: false })
  await turn(story, item.vault, 'Unlocked')
  t.same(await said(), { isImmutable: true })
})

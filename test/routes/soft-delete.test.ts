import t from 'tap'
import { refused } from '../support/control.js'
import { DAY } from '../support/seen.js'
import { type Item, type Story, tellStory, vaultPath } from '../support/story.js'

const CONFIG = '/backupconfig/vaultconfig'
const soft = (softDeleteState: string, days = 14, enhancedSecurityState = softDeleteState) => ({
  properties: {
    securitySettings: {
      softDeleteSettings: { softDeleteState, enhancedSecurityState, softDeleteRetentionPeriodInDays: days },
    },
  },
})
const config = (softDeleteFeatureState: string, more: object = {}) => ({
  properties: { enhancedSecurityState: 'Enabled', softDeleteFeatureState, ...more },
})
const stateOf = async ({ call }: Story, vault: string) => [
  (await call('GET', vault)).text('properties.securitySettings.softDeleteSettings.softDeleteState'),
  (await call('GET', `${vault}${CONFIG}`)).text('properties.softDeleteFeatureState'),
]
const isThere = async ({ call }: Story, { path }: Item) => (await call('GET', path)).status === 200

t.test('soft delete has one state, whichever way it is looked at or set', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  t.same(await stateOf(story, vault), ['Enabled', 'Enabled'])
  await story.call('PATCH', `${vault}${CONFIG}`, config('Disabled'))
  t.same(await stateOf(story, vault), ['Disabled', 'Disabled'])
  await story.call('PATCH', `${vault}${CONFIG}`, config('Enabled', { softDeleteRetentionPeriodInDays: 30 }))
  t.same(await stateOf(story, vault), ['Enabled', 'Enabled'])
  const days = 'properties.securitySettings.softDeleteSettings.softDeleteRetentionPeriodInDays'
  t.equal((await story.call('GET', vault)).at(days), 30)
  await story.call('PATCH', vault, soft('Disabled', 0))
  t.same(await stateOf(story, vault), ['Disabled', 'Disabled'])
  t.equal((await story.call('GET', vault)).at(days), 0)
})

t.test('deleted data is kept for 14 to 180 days', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  for (const days of [13, 181, 14.5, -1, 0]) {
    await refused(t, story.world, ['PATCH', vault, soft('Enabled', days)], {
      code: 'InvalidParameter',
      says: /14 to 180/,
    })
    const more = { softDeleteRetentionPeriodInDays: days }
    await refused(t, story.world, ['PATCH', `${vault}${CONFIG}`, config('Enabled', more)], { code: 'InvalidParameter' })
  }
  for (const days of [14, 180]) t.equal((await story.call('PATCH', vault, soft('Enabled', days))).status, 202)
})

t.test('the period at the deletion counts, not what is set later', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault('vault', soft('Enabled', 30).properties)
  const item = await story.protect(vault, story.machine('vm1'))
  await story.backUp(item)
  const start = story.now
  await story.deleteData(item)
  await story.call('PATCH', vault, soft('Enabled', 14))
  const second = await story.protect(vault, story.machine('vm2'))
  await story.deleteData(second)
  await story.reach(new Date(start + 15 * DAY).toISOString())
  t.same([await isThere(story, item), await isThere(story, second)], [true, false])
  await story.reach(new Date(start + 30 * DAY - 60_000).toISOString())
  t.equal(await isThere(story, item), true)
  await story.advance('5m')
  t.equal(await isThere(story, item), false)
})

t.test('what is always on stays so', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault('vault', soft('AlwaysON').properties)
  for (const state of ['Enabled', 'Disabled']) {
    const code = 'BMSUserErrorDisablingSoftDeleteStateNotAllowed'
    await refused(t, story.world, ['PATCH', vault, soft(state)], { code })
    await refused(t, story.world, ['PUT', vault, { location: 'westeurope', ...soft(state) }], { code })
    await refused(t, story.world, ['PATCH', vault, soft('AlwaysON', 14, state)], { code, says: /for good/ })
    await refused(t, story.world, ['PATCH', `${vault}${CONFIG}`, config(state)], {
      code: 'BMSUserErrorSoftDeleteUseVaultApi',
    })
  }
  t.equal((await story.call('PATCH', vault, soft('AlwaysON', 60))).status, 202, 'its period can still change')
  t.equal((await story.call('GET', `${vault}${CONFIG}`)).at('properties.isSoftDeleteFeatureStateEditable'), false)

  const older = await story.vault('older')
  t.equal((await story.call('PATCH', `${older}${CONFIG}`, config('AlwaysON'))).status, 200)
  await refused(t, story.world, ['PATCH', `${older}${CONFIG}`, config('Disabled')], {
    code: 'BMSUserErrorDisablingSoftDeleteStateNotAllowed',
  })
})

t.test('versions of 2026 know only vaults that are always on', async (t) => {
  const story = await tellStory(t)
  const { call, world } = story
  const recent = (path: string) => `${path}?api-version=2026-05-01`
  const vault = vaultPath('recent')
  const born = (state: string) => ({ location: 'westeurope', ...soft(state) })
  for (const state of ['Enabled', 'Disabled']) {
    const code = 'BMSUserErrorSoftDeleteStateNotSetToAlwaysON'
    await refused(t, world, ['PUT', recent(vault), born(state)], { code, says: /AlwaysON/ })
  }
  const plain = await call('PUT', recent(vault), { location: 'westeurope', properties: {} })
  t.equal(plain.status, 201)
  t.same(await stateOf(story, vault), ['AlwaysON', 'AlwaysON'], 'which is what they get where nothing is said')
  await refused(t, world, ['PATCH', `${vault}${CONFIG}`, config('Disabled')], {
    code: 'BMSUserErrorSoftDeleteUseVaultApi',
  })
  const storage = `${vault}/backupstorageconfig/vaultstorageconfig`
  await refused(t, world, ['PUT', storage, { properties: { storageModelType: 'LocallyRedundant' } }], {
    code: 'BMSUserErrorRedundancySettingsUseVaultApi',
  })

  const older = await story.vault('older')
  t.equal((await call('PATCH', recent(older), { tags: { a: 'b' } })).status, 202)
  t.same(await stateOf(story, older), ['Enabled', 'Enabled'], 'what is there stays as it is')
  const code = 'BMSUserErrorSoftDeleteStateNotSetToAlwaysON'
  await refused(t, world, ['PATCH', recent(older), soft('Disabled')], { code })
  t.equal((await call('PATCH', recent(older), soft('AlwaysON', 20))).status, 202)
  t.same(await stateOf(story, older), ['AlwaysON', 'AlwaysON'])
})

t.test('turned off in its basic form, soft delete leaves what it has kept until its end', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  await story.deleteData(item)
  await story.call('PATCH', `${item.vault}${CONFIG}`, config('Disabled'))
  await story.advance('13d')
  t.equal(await isThere(story, item), true)
  await story.undelete(item)
  t.equal((await story.points(item)).length, 1)
  await story.deleteData(item)
  t.equal(await isThere(story, item), false, 'later deletions are for good')
})

t.test('turned off in its enhanced form, it lets go of everything at once', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault('vault', soft('Enabled', 60).properties)
  const deleted = await story.protect(vault, story.machine('vm1'))
  const live = await story.protect(vault, story.machine('vm2'))
  await story.backUp(deleted)
  await story.deleteData(deleted)
  t.equal(await isThere(story, deleted), true)
  const coming = await story.protect(vault, story.machine('vm3'))
  await story.deleteData(coming)
  const sourceResourceId = (await story.item(coming)).sourceResourceId
  const properties = { protectedItemType: 'Microsoft.Compute/virtualMachines', sourceResourceId, isRehydrate: true }
  t.equal((await story.call('PUT', coming.path, { properties: { ...properties, policyId: '' } })).status, 202)

  t.equal((await story.call('PATCH', vault, soft('Disabled', 0, 'Enabled'))).status, 202)
  t.equal(await isThere(story, deleted), false)
  t.equal(await isThere(story, live), true, 'what is protected is not touched')
  await story.advance('1m')
  t.equal(await isThere(story, coming), true, 'nor what was already on its way back')
  await story.deleteData(live)
  t.equal(await isThere(story, live), false)
})

t.test('before soft delete there was, security features once on stayed on', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const off = { properties: { enhancedSecurityState: 'Disabled' } }
  await refused(t, story.world, ['PATCH', `${vault}${CONFIG}?api-version=2016-12-01`, off], {
    code: 'UserErrorChangeEnhancedSecurityStateNotAllowed',
  })
  t.equal((await story.call('PATCH', `${vault}${CONFIG}?api-version=2019-06-15`, off)).status, 200)
  t.equal((await story.call('PATCH', `${vault}${CONFIG}?api-version=2016-12-01`, off)).status, 200, 'off is off')
})

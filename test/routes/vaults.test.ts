import t from 'tap'
import { refused } from '../support/control.js'
import { startTestEmulator } from '../support/emulator.js'
import { groupPath, machinePath, Story, vaultPath } from '../support/story.js'

const SUBSCRIPTION = groupPath('backup').split('/resourceGroups/')[0] ?? ''
const VAULTS = 'providers/Microsoft.RecoveryServices/vaults'

t.test('vaults are listed by their group and by their subscription', async (t) => {
  const story = new Story(await startTestEmulator(t))
  await story.vault('alpha')
  await story.vault('beta')
  const elsewhere = `${groupPath('elsewhere')}/${VAULTS}/gamma`
  t.equal((await story.call('PUT', elsewhere, { location: 'northeurope', properties: {} })).status, 201)

  t.same((await story.call('GET', `${groupPath('backup')}/${VAULTS}`)).names, ['alpha', 'beta'])
  t.same((await story.call('GET', `${groupPath('elsewhere')}/${VAULTS}`)).names, ['gamma'])
  t.same((await story.call('GET', `${groupPath('empty')}/${VAULTS}`)).names, [], 'a group that is not there has none')
  t.same((await story.call('GET', `${SUBSCRIPTION}/${VAULTS}`)).names.toSorted(), ['alpha', 'beta', 'gamma'])
  const other = SUBSCRIPTION.replace(/1$/, '2')
  t.same((await story.call('GET', `${other}/${VAULTS}`)).names, [], 'another subscription has none')
})

t.test('a vault is found in any casing and keeps its own', async (t) => {
  const story = new Story(await startTestEmulator(t))
  const vault = await story.vault('Mixed-Case')
  const shouted = await story.call('GET', vault.toUpperCase())
  t.equal(shouted.status, 200)
  t.equal(shouted.text('id'), vault)
  t.equal(shouted.text('name'), 'Mixed-Case')
  const doubled = await story.call('GET', vault.replace('/vaults/', '//vaults//'))
  t.equal(doubled.status, 200, 'doubled slashes are one')
})

t.test('the whole configuration can be put as well as patched', async (t) => {
  const story = new Story(await startTestEmulator(t))
  const vault = await story.vault()
  const config = `${vault}/backupconfig/vaultconfig`
  const off = { properties: { enhancedSecurityState: 'Disabled', softDeleteFeatureState: 'Disabled' } }
  t.equal((await story.call('PUT', config, off)).text('properties.softDeleteFeatureState'), 'Disabled')
  const read = await story.call('GET', config)
  t.equal(read.text('properties.softDeleteFeatureState'), 'Disabled')
  t.equal(read.text('properties.enhancedSecurityState'), 'Disabled')
  t.equal(
    (await story.call('GET', vault)).text('properties.securitySettings.softDeleteSettings.softDeleteState'),
    'Disabled',
  )
})

t.test('a container can be read while its machine is protected, and not after', async (t) => {
  const story = new Story(await startTestEmulator(t))
  const item = await story.protectedMachine()
  const container = item.path.replace(/\/protectedItems\/.*$/, '')
  const read = await story.call('GET', container)
  t.equal(read.text('name'), 'IaasVMContainer;iaasvmcontainerv2;apps;vm1')
  t.equal(read.text('properties.registrationStatus'), 'Registered')
  t.equal(read.text('properties.virtualMachineId'), machinePath('vm1'))
  t.equal((await story.call('GET', container.replace(';vm1', ';vm2'))).code, 'BMSUserErrorContainerObjectNotFound')

  await story.call('PATCH', `${item.vault}/backupconfig/vaultconfig`, {
    properties: { softDeleteFeatureState: 'Disabled' },
  })
  await story.deleteData(item)
  t.equal((await story.call('GET', container)).code, 'BMSUserErrorContainerObjectNotFound')
})

t.test('a deletion is polled at the vault: 202 while it runs, then 204', async (t) => {
  const story = new Story(await startTestEmulator(t))
  const item = await story.protectedMachine()
  const accepted = await story.call('DELETE', item.path)
  t.equal(accepted.status, 202)
  t.match(accepted.header('location'), /\/backupOperationResults\//)
  const running = await story.call('GET', accepted.header('location'))
  t.equal(running.status, 202)
  t.match(running.header('location'), /\/backupOperationResults\//)
  await story.advance('1m')
  t.equal((await story.call('GET', accepted.header('location'))).status, 204)
  t.equal((await story.call('DELETE', vaultPath('never'))).status, 204, 'what is not there needs no deletion')
})

t.test('cross-region restore may come late, and then stays', async (t) => {
  const story = new Story(await startTestEmulator(t))
  const { call } = story
  const set = (crossRegionRestore: string, standardTierStorageRedundancy = 'GeoRedundant') => ({
    properties: { redundancySettings: { standardTierStorageRedundancy, crossRegionRestore } },
  })
  const flag = (crossRegionRestoreFlag: boolean) => ({
    properties: { storageModelType: 'GeoRedundant', crossRegionRestoreFlag },
  })
  const storage = (vault: string) => `${vault}/backupstorageconfig/vaultstorageconfig`
  const vault = await story.vault()
  t.equal((await call('PATCH', vault, set('Enabled'))).status, 202)
  t.equal((await call('PATCH', vault, set('Disabled'))).status, 202, 'an empty vault goes both ways')
  await refused(t, story.world, ['PATCH', vault, set('Enabled', 'ZoneRedundant')], { code: 'InvalidParameter' })
  await story.protect(vault, story.machine('vm1'))
  t.equal((await call('PATCH', vault, set('Enabled'))).status, 202)
  const locked = { code: 'UserErrorStorageTypeModificationNotAllowed', says: /switched off/ }
  await refused(t, story.world, ['PATCH', vault, set('Disabled')], locked)
  t.equal((await call('GET', storage(vault))).at('properties.crossRegionRestoreFlag'), true)

  const older = await story.vault('older')
  await story.protect(older, story.machine('vm2'))
  t.equal((await call('PUT', storage(older), flag(true))).status, 200)
  await refused(t, story.world, ['PUT', storage(older), flag(false)], locked)
  await refused(t, story.world, ['PATCH', storage(older), flag(false)], locked)
})

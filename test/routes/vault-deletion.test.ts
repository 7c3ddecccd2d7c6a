import t, { type Test } from 'tap'
import type { Answer } from '../support/emulator.js'
import { DAY, members } from '../support/seen.js'
import { tellShareStory, vaultPolicy } from '../support/share-story.js'
import { dailyPolicy, groupPath, type Story, tellStory, vaultPath } from '../support/story.js'

const SUBSCRIPTION = groupPath('backup').split('/resourceGroups/')[0] ?? ''
const DELETED = `${SUBSCRIPTION}/providers/Microsoft.RecoveryServices/locations/westeurope/deletedVaults`
const NOW = 'api-version=2025-08-01'
const THEN = 'api-version=2021-03-01'
const SOFT_DELETE_OFF = { properties: { softDeleteFeatureState: 'Disabled', enhancedSecurityState: 'Disabled' } }

const deletedVaults = async ({ call }: Story) => (await call('GET', `${DELETED}?${NOW}`)).values
const timesOf = async (story: Story) => members((await deletedVaults(story))[0]?.properties) as Record<string, string>
const nameOf = async (story: Story) => String((await deletedVaults(story))[0]?.name)

/** Deletes a vault as today's versions do, and waits for the end. */
async function remove(t: Test, story: Story, vault: string): Promise<void> {
  t.equal((await story.finished(await story.call('DELETE', `${vault}?${NOW}`))).text('status'), 'Succeeded')
}

const undelete = ({ call }: Story, name: string, group = 'backup') =>
  call('POST', `${DELETED}/${name}/undelete?${NOW}`, { properties: { recoveryResourceGroupId: groupPath(group) } })

/** Follows an undeletion to its end. @returns the last status */
async function undeleted(story: Story, accepted: Answer): Promise<Answer> {
  await story.advance('2m')
  return story.call('GET', accepted.header('azure-asyncoperation'))
}

async function refusesDeletion(t: Test, story: Story, vault: string, code: string, ...words: (string | RegExp)[]) {
  const before = story.world.emulator.digest()
  const refused = await story.call('DELETE', vault)
  t.equal(refused.status, 400)
  t.equal(refused.code, code)
  for (const word of words) t.match(refused.text('error.message'), word)
  t.equal(story.world.emulator.digest(), before, 'nothing has changed')
}

t.test('a vault goes only after everything that is in use in it, and says what that is', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const item = await story.protectedMachine()
  const { vault } = item
  // Words that az looks for (client-az.md 4.1).
  const existing = 'existing resources within the vault'
  await refusesDeletion(t, story, vault, 'BMSUserErrorVaultDeletionNotAllowed', existing, 'Stop the protection of vm1')
  const older = await call('DELETE', `${vault}?${THEN}`)
  t.equal(older.code, 'ServiceResourceNotEmptyWithContainerDetails', 'what versions before 2023 said')
  t.match(older.text('error.message'), existing)

  const other = await story.protect(vault, story.machine('vm2'))
  await story.deleteData(item)
  await refusesDeletion(t, story, vault, 'BMSUserErrorVaultDeletionForbidden', existing, 'soft deleted', 'vm2', 'vm1')
  await story.deleteData(other)
  await refusesDeletion(t, story, vault, 'BMSUserErrorVaultDeletionNotPermitted', /soft deleted state/)
  t.equal((await call('DELETE', `${vault}?${THEN}`)).code, 'ServiceResourceNotEmptyWithBackendMessage')
  const group = await call('DELETE', `${groupPath('backup')}?api-version=2021-04-01`)
  t.equal(group.code, 'BMSUserErrorVaultDeletionNotPermitted', 'nor does its group')

  await story.advance('15d')
  t.equal((await story.finished(await call('DELETE', vault))).text('status'), 'Succeeded')
  t.equal((await call('GET', vault)).status, 404)
  t.same(await deletedVaults(story), [], 'versions before 2025 keep nothing')
})

t.test('a registered storage account keeps its vault, until it holds nothing but what is soft-deleted', async (t) => {
  const story = await tellShareStory(t)
  const item = await story.protectedShare(vaultPolicy())
  const container = item.path.replace(/\/protectedItems\/.*$/, '')
  const code = 'BMSUserErrorVaultDeletionNotAllowed'
  await refusesDeletion(t, story, item.vault, code, 'existing resources within the vault', 'Stop the protection')
  await story.deleteData(item)
  await refusesDeletion(t, story, item.vault, 'BMSUserErrorVaultDeletionForbidden', 'Unregister')
  await remove(t, story, item.vault)
  t.equal((await undeleted(story, await undelete(story, await nameOf(story)))).text('status'), 'Succeeded')
  t.equal((await story.call('GET', container)).text('properties.registrationStatus'), 'Registered', 'it came along')

  await story.advance('15d')
  t.equal((await story.call('GET', item.path)).status, 404)
  const now = await story.call('DELETE', `${item.vault}?${NOW}`)
  t.equal(now.code, code, 'an account that holds nothing has to be unregistered')
  t.match(now.text('error.message'), 'Unregister')
  await story.call('DELETE', container)
  await story.advance('5m')
  await remove(t, story, item.vault)
})

t.test('private endpoints keep their vault', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const endpoint = `${groupPath('net')}/providers/Microsoft.Network/privateEndpoints/pe1`
  const connection = `${vault}/privateEndpointConnections/pe1`
  await story.call('PUT', connection, { properties: { privateEndpoint: { id: endpoint } } })
  await story.advance('10s')
  const code = 'BMSUserErrorVaultDeletionNotAllowed'
  await refusesDeletion(t, story, vault, code, 'existing resources within the vault', 'connections pe1')
  await story.finished(await story.call('DELETE', connection))
  t.equal((await story.call('DELETE', vault)).status, 202)
})

t.test('what comes into use while a vault is being deleted keeps it', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const vm = story.machine('vm1')
  const deletion = await story.call('DELETE', vault)
  t.equal(deletion.status, 202)
  t.equal((await story.tryProtect(vault, vm)).status, 202)
  await story.advance('5s')
  const status = await story.call('GET', deletion.header('azure-asyncoperation'))
  t.equal(status.text('status'), 'Failed')
  t.equal(status.code, 'BMSUserErrorVaultDeletionNotAllowed')
  const result = await story.call('GET', deletion.header('location'))
  t.equal(result.status, 400)
  t.equal(result.code, 'BMSUserErrorVaultDeletionNotAllowed')
  t.equal((await story.call('GET', vault)).status, 200)
})

t.test('the result of a vault’s own operation is the vault, or that it has gone', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const vault = await story.vault()
  const change = await call('PATCH', vault, { tags: { team: 'red' } })
  t.equal((await call('GET', change.header('location'))).status, 202)
  await story.advance('10s')
  const changed = await call('GET', change.header('location'))
  t.equal(changed.status, 200)
  t.same(changed.body, (await call('GET', vault)).body)
  const deletion = await call('DELETE', vault)
  await story.advance('10s')
  t.equal((await call('GET', deletion.header('location'))).status, 204)
  t.equal((await call('GET', `${vault}/operationResults/never`)).code, 'ResourceNotFound')
})

t.test('a deleted vault is kept for its soft-deleted items, and comes back with everything', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const item = await story.protectedMachine()
  const { vault } = item
  await story.policy(vault, 'Mine', dailyPolicy())
  await story.backUp(item)
  const points = await story.points(item)
  await story.deleteData(item)
  const deletedAt = story.now
  await story.advance('2d')
  const before = await call('GET', `${vault}?${NOW}`)
  const jobs = (await call('GET', `${vault}/backupJobs`)).names
  await remove(t, story, vault)

  t.equal((await call('GET', vault)).status, 404)
  t.equal((await call('GET', item.path)).status, 404)
  t.same((await call('GET', `${SUBSCRIPTION}/providers/Microsoft.RecoveryServices/vaults`)).values, [])
  t.notMatch(JSON.stringify((await call('GET', '/_recoverite/dashboard')).body), 'vaults/vault', 'it counts nowhere')
  const [kept] = await deletedVaults(story)
  t.match(kept, { location: 'westeurope', type: 'Microsoft.RecoveryServices/locations/deletedVaults' })
  t.match(String(kept?.name), /^backup_[0-9a-f-]{36}$/)
  const { vaultId, vaultDeletionTime, purgeAt } = await timesOf(story)
  t.equal(vaultId, vault)
  t.ok(Math.abs(Date.parse(String(vaultDeletionTime)) - story.now) < 10_000)
  t.ok(Math.abs(Date.parse(String(purgeAt)) - deletedAt - 14 * DAY) < 60_000, 'it goes with its last item')
  t.same((await call('GET', `${DELETED}/${kept?.name}?${NOW}`)).body, kept)
  const elsewhere = DELETED.replace('westeurope', 'northeurope')
  t.same((await call('GET', `${elsewhere}?${NOW}`)).values, [], 'it is of its region')

  const accepted = await undelete(story, String(kept?.name))
  t.equal(accepted.status, 202)
  t.equal(accepted.header('location'), accepted.header('azure-asyncoperation'))
  const running = await call('GET', accepted.header('location'))
  t.same(Object.keys(running.body as object), ['id', 'name', 'status'], 'no times while it runs')
  t.equal(running.text('status'), 'InProgress')
  t.equal((await undelete(story, String(kept?.name))).code, 'RSVaultUpdateErrorConflictingOperationInProgress')
  t.equal((await undeleted(story, accepted)).text('status'), 'Succeeded')

  t.same(await deletedVaults(story), [])
  const after = await call('GET', `${vault}?${NOW}`)
  t.equal(after.text('id'), vault)
  t.not(after.text('etag'), before.text('etag'), 'a new etag')
  t.same(after.at('properties'), before.at('properties'))
  t.same((await call('GET', `${vault}/backupJobs`)).names, jobs)
  t.ok((await call('GET', `${vault}/backupPolicies`)).names.includes('Mine'))
  t.match(await story.item(item), { isScheduledForDeferredDelete: true })
  await story.undelete(item)
  t.same(
    (await story.points(item)).map(({ name }) => name),
    points.map(({ name }) => name),
  )
})

t.test('what is in a deleted vault still ends at its time, and the vault with it', async (t) => {
  const story = await tellStory(t)
  const first = await story.protectedMachine()
  const second = await story.protect(first.vault, story.machine('vm2'))
  await story.deleteData(first)
  await story.advance('3d')
  await story.deleteData(second)
  await remove(t, story, first.vault)
  const name = await nameOf(story)
  const restorePoints = `${SUBSCRIPTION}/providers/Microsoft.Compute/restorePointCollections`
  t.equal((await story.call('GET', restorePoints)).values.length, 1, 'one of them was backed up')

  await story.advance('11d')
  await story.advance('1h')
  await undeleted(story, await undelete(story, name))
  t.equal((await story.call('GET', first.path)).status, 404, 'its 14 days were over in the deleted vault')
  t.equal((await story.call('GET', second.path)).status, 200)
  await remove(t, story, first.vault)
  await story.advance('3d')
  t.same(await deletedVaults(story), [], 'gone with its last item')
  t.same((await story.call('GET', restorePoints)).values, [], 'and that with its restore points')
  t.equal((await undelete(story, await nameOf(story))).status, 404)
  await story.advance('31d')
  t.equal(story.world.emulator.clock.read().pendingEvents, 0, 'with its last alert nothing is left to happen')
})

t.test('an empty vault is kept for two weeks, though it is said to have been purged before', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  await remove(t, story, vault)
  const { purgeAt, vaultDeletionTime } = await timesOf(story)
  t.ok(String(purgeAt) < String(vaultDeletionTime))
  await story.advance('13d')
  t.equal((await deletedVaults(story)).length, 1)
  const elsewhere = await undelete(story, await nameOf(story), 'elsewhere')
  t.equal((await undeleted(story, elsewhere)).text('status'), 'Succeeded')
  const there = vault.replace('/backup/', '/elsewhere/')
  t.equal((await story.call('GET', there)).text('id'), there, 'in another group, by another id')
  t.ok((await story.call('GET', `${there}/backupPolicies`)).names.length > 0)

  await remove(t, story, there)
  await story.advance('13d')
  t.equal((await deletedVaults(story)).length, 1)
  await story.advance('2d')
  t.same(await deletedVaults(story), [])
})

t.test('the name of a deleted vault is free, and undeletion waits until it is again', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  // Only enhanced soft delete, which the vault's own document sets, leaves a soft-deleted machine to another vault.
  const enhanced = { softDeleteState: 'Enabled', enhancedSecurityState: 'Enabled', softDeleteRetentionPeriodInDays: 14 }
  const vault = await story.vault('vault', { securitySettings: { softDeleteSettings: enhanced } })
  const machine = story.machine('vm1')
  const item = await story.protect(vault, machine)
  await story.deleteData(item)
  await remove(t, story, item.vault)
  const name = await nameOf(story)

  const again = await story.vault()
  t.same((await call('GET', `${again}/backupJobs`)).values, [], 'another vault, with jobs of its own')
  t.same((await call('GET', `${again}/backupProtectedItems`)).values, [])
  const other = await story.protect(again, machine)
  const before = story.world.emulator.digest()
  const refused = await undelete(story, name)
  t.equal(refused.status, 409)
  t.equal(refused.code, 'ResourceAlreadyExists')
  t.equal(story.world.emulator.digest(), before)

  const late = await undelete(story, name, 'late')
  await call('PUT', vaultPath('vault').replace('/backup/', '/late/'), { location: 'westeurope', properties: {} })
  const failed = await undeleted(story, late)
  t.equal(failed.text('status'), 'Failed')
  t.equal(failed.code, 'ResourceAlreadyExists')
  t.equal(await nameOf(story), name, 'it is still there')

  await call('PATCH', `${again}/backupconfig/vaultconfig`, SOFT_DELETE_OFF)
  await story.deleteData(other)
  await story.finished(await call('DELETE', again))
  t.equal((await undeleted(story, await undelete(story, name))).text('status'), 'Succeeded')
  t.match(await story.item(item), { isScheduledForDeferredDelete: true })
})

t.test('undeletion is refused where it can’t be', async (t) => {
  const story = await tellStory(t, { limits: { vaultsPerRegion: 1 } })
  const vault = await story.vault()
  await remove(t, story, vault)
  const name = await nameOf(story)
  const before = story.world.emulator.digest()
  const ask = (id: unknown) =>
    story.call('POST', `${DELETED}/${name}/undelete?${NOW}`, { properties: { recoveryResourceGroupId: id } })
  t.equal((await ask('backup')).code, 'InvalidParameter')
  t.equal((await ask(groupPath('backup').replace(/1(?=\/)/, '2'))).code, 'InvalidParameter', 'of another subscription')
  t.equal((await ask(5)).code, 'InvalidRequestContent')
  t.equal((await undelete(story, 'backup_nothing')).status, 404)
  t.equal(story.world.emulator.digest(), before)
  await story.vault('another')
  t.equal((await undelete(story, name)).code, 'UserErrorVaultQuotaReached')
})

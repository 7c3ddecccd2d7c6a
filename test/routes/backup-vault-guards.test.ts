import t from 'tap'
import { type DiskInstance, type DiskStory, diskPolicy, instanceOf, tellDiskStory } from '../support/disk-story.js'
import type { Answer } from '../support/emulator.js'
import { refused } from '../support/refusals.js'
import { members } from '../support/seen.js'
import { groupPath } from '../support/story.js'

const GUARD = `${groupPath('security')}/providers/Microsoft.DataProtection/resourceGuards/guard`
const VAULTS = 'Microsoft.DataProtection/backupVaults'
const LOCKED = 'UserErrorResourceGuardOperationRequestNotProvided'
const proxyOf = (vault: string) => `${vault}/backupResourceGuardProxies/DppResourceGuardProxy`
const request = (collection: string) => ({ resourceGuardOperationRequests: [`${GUARD}/${collection}/default`] })

/** Attaches a vault to a guard that leaves some operations out. */
async function guard(story: DiskStory, vault: string, excluded: string[] = []): Promise<Answer> {
  const properties = { vaultCriticalOperationExclusionList: excluded }
  await story.call('PUT', GUARD, { location: 'westeurope', properties })
  return story.call('PUT', proxyOf(vault), { properties: { resourceGuardResourceId: GUARD } })
}

async function guardedDisk(story: DiskStory): Promise<DiskInstance> {
  const instance = await story.protectedDisk()
  await guard(story, instance.vault)
  return instance
}

t.test('a guard is attached, shown with what it stands in front of, and taken away', async (t) => {
  const story = await tellDiskStory(t)
  const vault = await story.vault()
  const attached = await guard(story, vault, [`${VAULTS}/backupInstances/write`])
  t.equal(attached.status, 200)
  t.equal(attached.text('type'), `${VAULTS}/backupResourceGuardProxies`)
  t.strictSame((await story.call('GET', proxyOf(vault))).body, attached.body)
  t.strictSame((await story.call('GET', `${vault}/backupResourceGuardProxies`)).names, ['DppResourceGuardProxy'])
  const details = (attached.at('properties.resourceGuardOperationDetails') as unknown[]).map(members)
  t.equal(details.length, 8, 'all that a Backup vault has but the one that is left out')
  t.match(details[0], {
    vaultCriticalOperation: `${VAULTS}/backupInstances/delete`,
    defaultResourceRequest: /\/resourceGuards\/guard\/deleteBackupInstanceRequests\/default$/,
  })
  t.equal((await story.call('GET', vault)).at('properties.isVaultProtectedByResourceGuard'), true)
  t.equal((await story.call('DELETE', GUARD)).code, 'OperationNotAllowed', 'a vault hangs on it')

  await refused(t, story, LOCKED, () => story.call('DELETE', proxyOf(vault)))
  const unlock = (collection: string) => story.call('POST', `${proxyOf(vault)}/unlockDelete`, request(collection))
  await refused(t, story, LOCKED, () => unlock('deleteBackupInstanceRequests'))
  const unlocked = await unlock('deleteResourceGuardProxyRequests')
  t.match(unlocked.text('unlockDeleteExpiryTime'), /^2026-01-05T08:30/)
  t.equal((await story.call('DELETE', proxyOf(vault))).status, 200)
  t.equal((await story.call('DELETE', proxyOf(vault))).status, 204)
  t.equal((await story.call('GET', proxyOf(vault))).status, 404)
  t.equal((await story.call('GET', vault)).at('properties.isVaultProtectedByResourceGuard'), false)
})

t.test('settings are given up only with the request of the guard', async (t) => {
  const story = await tellDiskStory(t)
  const encryptionSettings = (key: string) => ({
    state: 'Enabled',
    keyVaultProperties: { keyUri: `https://keys.vault.azure.net/keys/${key}` },
    kekIdentity: { identityType: 'SystemAssigned' },
  })
  const vault = await story.vault('vault', {
    securitySettings: { immutabilitySettings: { state: 'Unlocked' }, encryptionSettings: encryptionSettings('one') },
  })
  await guard(story, vault)
  const rows: [collection: string, securitySettings: object][] = [
    ['dppReduceSoftDeleteSecurityRequests', { softDeleteSettings: { state: 'Off', retentionDurationInDays: 14 } }],
    ['dppReduceImmutabilityStateRequests', { immutabilitySettings: { state: 'Disabled' } }],
    ['dppModifyEncryptionSettingsRequests', { encryptionSettings: encryptionSettings('two') }],
  ]
  for (const [collection, securitySettings] of rows) {
    const patch = (more: object) => story.call('PATCH', vault, { properties: { securitySettings, ...more } })
    await refused(t, story, LOCKED, () => patch({}))
    await refused(t, story, LOCKED, () => patch(request('dppModifyPolicy')))
    await story.succeeded(await patch(request(collection)))
    const shown = members((await story.call('GET', vault)).at('properties.securitySettings'))
    t.match(shown, securitySettings, collection)
  }
  await story.succeeded(
    await story.call('PATCH', vault, {
      properties: { securitySettings: { immutabilitySettings: { state: 'Unlocked' } } },
    }),
  )
  t.pass('what makes a vault safer needs nobody')
  await refused(t, story, 'InvalidRestApiParameter', () =>
    story.call('PATCH', vault, { properties: { securitySettings: { encryptionSettings: { state: 'Disabled' } } } }),
  )
})

t.test('so is protection', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, path, disk } = await guardedDisk(story)
  const act = (action: string, body?: object) => story.call('POST', `${path}/${action}`, body)
  await refused(t, story, LOCKED, () => act('suspendBackups'))
  await refused(t, story, LOCKED, () => act('suspendBackups', request('dppDisableStopProtectionRequests')))
  await story.succeeded(await act('suspendBackups', request('dppDisableSuspendBackupsRequests')))
  await story.succeeded(await act('resumeBackups'))
  await refused(t, story, LOCKED, () => act('stopProtection', {}))
  await story.succeeded(await act('stopProtection', request('dppDisableStopProtectionRequests')))
  await story.succeeded(await act('resumeProtection'))

  await story.policy(vault, 'Daily', diskPolicy({ intervals: ['R/2026-01-01T02:00:00Z/P1D'] }))
  const change = (more: object) =>
    story.call('PUT', path, { properties: { ...instanceOf(vault, disk, 'Daily'), ...more } })
  await refused(t, story, LOCKED, () => change({}))
  await story.succeeded(await change(request('dppModifyPolicy')))
  await story.advance('2m')
  t.match((await story.instance({ path })).policyInfo, { policyId: /\/backupPolicies\/Daily$/ })
})

t.test('an instance is deleted once its deletion is unlocked', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, path } = await guardedDisk(story)
  await refused(t, story, LOCKED, () => story.call('DELETE', path))
  const unlock = () =>
    story.call('POST', `${proxyOf(vault)}/unlockDelete`, {
      ...request('deleteBackupInstanceRequests'),
      resourceToBeDeleted: path,
    })
  t.equal((await unlock()).status, 200)
  await story.advance('31m')
  await refused(t, story, LOCKED, () => story.call('DELETE', path))
  t.equal((await unlock()).status, 200)
  await story.succeeded(await story.call('DELETE', path))
  await story.advance('2m')
  t.equal((await story.call('GET', path)).status, 404)
})

import t from 'tap'
import { backupVaultPath, type DiskStory, tellDiskStory } from '../support/disk-story.js'
import type { Answer } from '../support/emulator.js'
import { refused } from '../support/refusals.js'
import { type Members, members } from '../support/seen.js'
import { groupPath } from '../support/story.js'

const GEO = [{ datastoreType: 'VaultStore', type: 'GeoRedundant' }]
const VAULTS = backupVaultPath('x').replace(/\/x$/, '')
const propertiesOf = (answer: Answer) => members(answer.at('properties'))

const read = async (story: DiskStory, vault: string, version = '2024-04-01') =>
  propertiesOf(await story.call('GET', `${vault}?api-version=${version}`))

t.test('a Backup vault is made, listed, changed, and replaced', async (t) => {
  const story = await tellDiskStory(t)
  const begun = await story.tryVault('one', {}, { tags: { team: 'blue' } })
  t.equal(begun.status, 201)
  t.equal(begun.text('properties.provisioningState'), 'Provisioning')
  t.match(begun.text('identity.principalId'), /^[0-9a-f-]{36}$/)
  t.equal(begun.header('location'), '', 'a PUT has one URL to poll')
  t.equal((await story.finished(begun)).text('status'), 'Succeeded')
  const path = backupVaultPath('one')
  t.equal((await read(story, path)).provisioningState, 'Succeeded')

  await story.vault('two')
  t.strictSame((await story.call('GET', VAULTS)).names, ['one', 'two'])
  const ofSubscription = VAULTS.replace(/\/resourceGroups\/[^/]+/, '')
  t.strictSame((await story.call('GET', ofSubscription)).names, ['one', 'two'])
  t.strictSame((await story.call('GET', VAULTS.replace('/backup/', '/apps/'))).names, [])
  const ofServices = `${groupPath('backup')}/providers/Microsoft.RecoveryServices/vaults`
  t.strictSame((await story.call('GET', ofServices)).names, [], 'another kind of vault is in another list')
  const everything = await story.call('GET', `${groupPath('backup')}/resources?api-version=2021-04-01`)
  t.strictSame(
    everything.values.map(({ type }) => type),
    Array.from({ length: 2 }, () => 'Microsoft.DataProtection/backupVaults'),
  )

  const patched = await story.call('PATCH', path, {
    tags: { team: 'red' },
    properties: { monitoringSettings: { azureMonitorAlertSettings: { alertsForAllJobFailures: 'Disabled' } } },
  })
  t.equal(patched.status, 202)
  t.equal(patched.body, undefined)
  await story.succeeded(patched)
  const after = await story.call('GET', path)
  t.strictSame(after.at('tags'), { team: 'red' })
  t.equal(after.text('properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures'), 'Disabled')
  t.equal(after.text('identity.principalId'), begun.text('identity.principalId'), 'its identity stays the same')

  const replaced = await story.tryVault('one')
  t.equal(replaced.status, 200)
  t.equal(replaced.at('tags'), undefined, 'a PUT says all tags that there are')
  t.equal(propertiesOf(replaced).provisioningState, 'Succeeded')
  await story.succeeded(replaced)
})

t.test('a vault shows what it was told, in the order and the shape of its version', async (t) => {
  const story = await tellDiskStory(t)
  const plain = await story.vault('plain')
  t.strictSame(Object.keys(await read(story, plain, '2021-07-01')), ['provisioningState', 'storageSettings'])
  t.strictSame(Object.keys(await read(story, plain, '2023-01-01')).slice(2), [
    'isVaultProtectedByResourceGuard',
    'securitySettings',
  ])
  t.strictSame(Object.keys(await read(story, plain, '2023-11-01')).slice(4), ['secureScore', 'replicatedRegions'])
  t.strictSame(await read(story, plain), {
    provisioningState: 'Succeeded',
    storageSettings: [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }],
    isVaultProtectedByResourceGuard: false,
    securitySettings: { softDeleteSettings: { state: 'On', retentionDurationInDays: 14 } },
    secureScore: 'None',
    bcdrSecurityLevel: 'Poor',
    replicatedRegions: [],
  })

  const rows: [name: string, Members, security: Members, score: string, continuity: string, regions: string[]][] = [
    [
      'off',
      { securitySettings: { softDeleteSettings: { state: 'Off' } } },
      { softDeleteSettings: { state: 'Off', retentionDurationInDays: 0 } },
      'None',
      'Poor',
      [],
    ],
    [
      'always',
      {
        storageSettings: [{ datastoreType: 'OperationalStore', type: 'ZoneRedundant' }],
        securitySettings: { softDeleteSettings: { state: 'AlwaysOn', retentionDurationInDays: 30 } },
      },
      { softDeleteSettings: { state: 'AlwaysOn', retentionDurationInDays: 30 } },
      'Adequate',
      'Fair',
      [],
    ],
    [
      'locked',
      {
        storageSettings: GEO,
        securitySettings: { immutabilitySettings: { state: 'Locked' } },
        featureSettings: { crossRegionRestoreSettings: { state: 'Enabled' } },
      },
      {
        softDeleteSettings: { state: 'On', retentionDurationInDays: 14 },
        immutabilitySettings: { state: 'Locked' },
      },
      'Adequate',
      'Good',
      ['northeurope'],
    ],
  ]
  for (const [name, sent, security, secureScore, bcdrSecurityLevel, replicatedRegions] of rows) {
    const seen = await read(story, await story.vault(name, sent))
    t.strictSame(seen.securitySettings, security, name)
    t.strictSame(seen.featureSettings, sent.featureSettings, `${name}: no feature that nobody spoke of`)
    t.match(seen, { secureScore, bcdrSecurityLevel, replicatedRegions }, name)
  }
})

t.test('identities come and go, the own one as the same principal', async (t) => {
  const story = await tellDiskStory(t)
  const vault = await story.vault('one', {}, { identity: { type: 'None' } })
  t.strictSame((await story.call('GET', vault)).at('identity'), { type: 'None' })
  const user = `${groupPath('apps')}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/backup`
  const change = async (identity: Members) => {
    await story.succeeded(await story.call('PATCH', vault, { identity }))
    return members((await story.call('GET', vault)).at('identity'))
  }
  const own = await change({ type: 'SystemAssigned' })
  const both = await change({ type: 'SystemAssigned,UserAssigned', userAssignedIdentities: { [user]: {} } })
  t.equal(both.type, 'SystemAssigned,UserAssigned')
  t.equal(both.principalId, own.principalId)
  t.strictSame(Object.keys(members(both.userAssignedIdentities)), [user])
  t.strictSame(Object.keys(await change({ type: 'UserAssigned' })), ['type', 'tenantId', 'userAssignedIdentities'])
})

t.test('what cannot be taken back is refused', async (t) => {
  const story = await tellDiskStory(t)
  const vault = await story.vault('one', {
    storageSettings: GEO,
    securitySettings: {
      softDeleteSettings: { state: 'AlwaysOn', retentionDurationInDays: 14 },
      immutabilitySettings: { state: 'Locked' },
    },
    featureSettings: { crossRegionRestoreSettings: { state: 'Enabled' } },
  })
  const patch = (properties: Members) => () => story.call('PATCH', vault, { properties })
  const rows: [code: string, Members][] = [
    [
      'BMSUserErrorDisablingSoftDeleteStateNotAllowed',
      { securitySettings: { softDeleteSettings: { state: 'Off', retentionDurationInDays: 14 } } },
    ],
    [
      'UserErrorUnsupportedVaultImmutabilityStateChange',
      { securitySettings: { immutabilitySettings: { state: 'Unlocked' } } },
    ],
    [
      'UserErrorStorageTypeModificationNotAllowed',
      { featureSettings: { crossRegionRestoreSettings: { state: 'Disabled' } } },
    ],
  ]
  for (const [code, properties] of rows) await refused(t, story, code, patch(properties))
  const broken = await refused(t, story, 'BMSUserErrorInvalidInput', () =>
    story.call('PUT', vault, { location: 'westeurope', properties: {} }, { 'x-ms-correlation-request-id': 'mine' }),
  )
  t.equal(broken.status, 400)
  t.match(broken.at('error.additionalInfo.0'), {
    type: 'UserFacingError',
    info: {
      code: 'BMSUserErrorInvalidInput',
      message: broken.message,
      recommendedAction: [String],
      properties: { ActivityId: 'mine' },
    },
  })
})

t.test('redundancy is free until something is protected, and a policy is nothing protected', async (t) => {
  const story = await tellDiskStory(t)
  const vault = await story.vault()
  await story.policy(vault)
  await story.succeeded(await story.tryVault('vault', { storageSettings: GEO }))
  t.strictSame((await read(story, vault)).storageSettings, GEO)
})

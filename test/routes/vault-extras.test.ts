import t, { type Test } from 'tap'
import { type Members, members } from '../support/seen.js'
import { groupPath, type Story, tellStory, vaultPath } from '../support/story.js'

const SUBSCRIPTION = groupPath('backup').split('/resourceGroups/')[0] ?? ''
const LOCATION = 'providers/Microsoft.RecoveryServices/locations/westeurope'
const TYPE = 'Microsoft.RecoveryServices/Vaults'

async function refuses(t: Test, story: Story, [method, path, body]: [string, string, unknown?], code: string) {
  const before = story.world.emulator.digest()
  const refused = await story.call(method, path, body)
  t.equal(refused.code || refused.text('ErrorCode'), code)
  t.ok(refused.status >= 400)
  t.equal(story.world.emulator.digest(), before, `${code}: nothing has changed`)
}

t.test('a name is free unless a vault of the group has it', async (t) => {
  const story = await tellStory(t)
  const ask = (name: string, group = 'backup', type = TYPE) =>
    story.call('POST', `${groupPath(group)}/${LOCATION}/checkNameAvailability`, { name, type })
  t.same((await ask('alpha')).body, { nameAvailable: true })
  await story.vault('alpha')
  const taken = await ask('ALPHA')
  t.match(taken.body, { nameAvailable: false, reason: 'AlreadyExists' })
  t.match(taken.text('message'), 'ALPHA')
  t.same((await ask('alpha', 'elsewhere')).body, { nameAvailable: true }, 'each group has names of its own')
  t.match((await ask('1st')).body, { nameAvailable: false, reason: 'Invalid' })
  t.equal((await ask('alpha', 'backup', 'Microsoft.Storage/storageAccounts')).code, 'InvalidParameter')
})

t.test('a region says which zones private endpoints need', async (t) => {
  const story = await tellStory(t)
  const ask = (properties: unknown, location = 'westeurope', type = TYPE) =>
    story.call('POST', `${SUBSCRIPTION}/${LOCATION.replace('westeurope', location)}/capabilities`, { type, properties })
  const zones = ['AzureBackup', 'AzureBackup_secondary', 'AzureSiteRecovery'].map((subResource) => ({ subResource }))
  const answer = await ask({ dnsZones: zones })
  const first = (index: number) => answer.at(`properties.dnsZones.${index}.requiredZoneNames.0`)
  t.equal(first(0), 'privatelink.we.backup.windowsazure.com')
  t.equal(first(1), 'privatelink.ne.backup.windowsazure.com', 'the other half of the pair')
  t.equal(first(2), 'privatelink.siterecovery.windowsazure.com')
  t.same((await ask(undefined)).body, { type: TYPE }, 'nothing asked, nothing said')
  t.equal((await ask({ dnsZones: [{ subResource: 'AzureFiles' }] })).code, 'InvalidParameter')
  t.equal((await ask({}, 'atlantis')).code, 'LocationNotAvailableForResourceType')
  t.equal((await ask({}, 'westeurope', 'Microsoft.Web/sites')).code, 'InvalidParameter')

  const vault = await story.vault()
  const links = await story.call('GET', `${vault}/privateLinkResources`)
  t.same(links.names, ['backupResource', 'siteRecoveryResource'])
  const one = await story.call('GET', `${vault}/privateLinkResources/BACKUPRESOURCE`)
  t.same(one.body, links.values[0])
  t.equal((await story.call('GET', `${vault}/privateLinkResources/other`)).status, 404)
})

t.test('a private endpoint is connected, approved and taken away', async (t) => {
  const story = await tellStory(t, { limits: { privateEndpointsPerVault: 2 } })
  const { call } = story
  const vault = await story.vault()
  const endpoint = `${groupPath('net')}/providers/Microsoft.Network/privateEndpoints/pe1`
  const connection = (name: string) => `${vault}/privateEndpointConnections/${name}`
  const body = (more: Members = {}) => ({ properties: { privateEndpoint: { id: endpoint }, ...more } })
  const states = async () => {
    const { privateEndpointStateForBackup, privateEndpointStateForSiteRecovery } = members(
      (await call('GET', vault)).at('properties'),
    )
    return [privateEndpointStateForBackup, privateEndpointStateForSiteRecovery]
  }

  const put = await call('PUT', connection('pe1'), body())
  t.equal(put.status, 201)
  t.match(put.at('properties'), {
    provisioningState: 'Pending',
    privateLinkServiceConnectionState: { status: 'Pending' },
  })
  t.same(await states(), ['None', 'None'], 'not yet')
  const url = put.header('azure-asyncoperation')
  t.match(url, /privateEndpointConnections\/pe1\/operationsStatus\//)
  t.equal((await call('GET', url)).text('status'), 'InProgress')
  await story.advance('10s')
  t.equal((await call('GET', url)).text('status'), 'Succeeded')
  t.equal((await call('GET', connection('PE1'))).text('properties.provisioningState'), 'Succeeded')
  t.same(await states(), ['Enabled', 'None'])

  const approved = await call(
    'PUT',
    connection('pe1'),
    body({ privateLinkServiceConnectionState: { status: 'Approved', description: 'yes' } }),
  )
  t.equal(approved.status, 200, 'it was there')
  await story.advance('10s')
  const listed = members((await call('GET', vault)).at('properties.privateEndpointConnections.0'))
  t.equal(listed.id, connection('pe1'))
  t.match(listed.properties, {
    groupIds: ['AzureBackup'],
    privateEndpoint: { id: endpoint },
    privateLinkServiceConnectionState: { status: 'Approved', description: 'yes' },
  })
  await call('PUT', connection('pe2'), body({ groupIds: ['AzureSiteRecovery'] }))
  await story.advance('10s')
  t.same(await states(), ['Enabled', 'Enabled'])
  await refuses(t, story, ['PUT', connection('pe3'), body()], 'UserErrorPrivateEndpointQuotaReached')
  await refuses(t, story, ['PUT', connection('pe1'), body({ groupIds: ['Files'] })], 'InvalidParameter')
  const status = { privateLinkServiceConnectionState: { status: 'Perhaps' } }
  await refuses(t, story, ['PUT', connection('pe1'), body(status)], 'InvalidParameter')
  const noEndpoint = { properties: { privateEndpoint: { id: vault } } }
  await refuses(t, story, ['PUT', connection('pe3'), noEndpoint], 'InvalidParameter')
  await refuses(t, story, ['PUT', connection('pe3'), { properties: 'x' }], 'InvalidRequestContent')

  const removal = await call('DELETE', connection('pe1'))
  t.equal(removal.status, 202)
  const again = await call('DELETE', connection('pe1'))
  t.equal(again.header('azure-asyncoperation'), removal.header('azure-asyncoperation'), 'one deletion')
  t.equal((await call('GET', connection('pe1'))).text('properties.provisioningState'), 'Deleting')
  await refuses(t, story, ['PUT', connection('pe1'), body()], 'RSVaultUpdateErrorConflictingOperationInProgress')
  t.equal((await story.finished(removal)).text('status'), 'Succeeded')
  t.equal((await call('GET', connection('pe1'))).code, 'ResourceNotFound')
  t.equal((await call('DELETE', connection('pe1'))).status, 204)
  t.same(await states(), ['None', 'Enabled'])

  await story.protect(vault, story.machine('vm1'))
  await refuses(t, story, ['PUT', connection('late'), body()], 'UserErrorPrivateEndpointVaultNotEmpty')
  t.equal((await call('PUT', connection('pe2'), body())).status, 200, 'those that are there can still be changed')
})

t.test('a vault is encrypted by a key that one of its identities can read', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const vault = await story.vault()
  const user = `${groupPath('ids')}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one`
  const key = (name: string) => `https://keys.vault.azure.net/keys/${name}/c9b4aea7e398450d8ea5f3509aea3aac`
  const patch = (encryption: Members, identity?: Members): [string, string, unknown] => [
    'PATCH',
    vault,
    { ...(identity ? { identity } : {}), properties: { encryption } },
  ]
  const own = { useSystemAssignedIdentity: true }
  const first = { keyVaultProperties: { keyUri: key('k1') }, kekIdentity: own, infrastructureEncryption: 'Enabled' }
  const config = `${vault}/backupEncryptionConfigs/backupResourceEncryptionConfig`
  const state = async () => members((await call('GET', config)).at('properties'))

  await refuses(t, story, patch(first), 'UserErrorCMKKeyVaultAuthFailure')
  const byUser = { ...first, kekIdentity: { userAssignedIdentity: user } }
  await refuses(t, story, patch(byUser, { type: 'SystemAssigned' }), 'UserErrorCMKKeyVaultAuthFailure')
  await call('PATCH', vault, { identity: { type: 'SystemAssigned' } })
  await refuses(t, story, patch({ kekIdentity: own }), 'InvalidRestApiParameter')
  await refuses(t, story, patch({ ...first, keyVaultProperties: { keyUri: 'k1' } }), 'InvalidRestApiParameter')
  await refuses(t, story, patch({ keyVaultProperties: { keyUri: key('k1') } }), 'InvalidRestApiParameter')
  const both = { ...own, userAssignedIdentity: user }
  await refuses(t, story, patch({ ...first, kekIdentity: both }), 'InvalidRestApiParameter')
  t.match(await state(), { encryptionAtRestType: 'MicrosoftManaged', lastUpdateStatus: 'NotEnabled' })

  t.equal((await call(...patch(first))).status, 202)
  t.match(await state(), {
    encryptionAtRestType: 'CustomerManaged',
    keyUri: key('k1'),
    useSystemAssignedIdentity: true,
    infrastructureEncryptionState: 'Enabled',
  })
  await refuses(t, story, patch({ infrastructureEncryption: 'Disabled' }), 'InvalidRestApiParameter')
  t.equal((await call(...patch({ ...first, keyVaultProperties: { keyUri: key('k2') } }))).status, 202, 'said again')
  t.match(await state(), { keyUri: key('k2') })
  const identities = { type: 'SystemAssigned,UserAssigned', userAssignedIdentities: { [user]: {} } }
  t.equal((await call(...patch({ kekIdentity: { userAssignedIdentity: user.toUpperCase() } }, identities))).status, 202)
  t.match(await state(), { keyUri: key('k2'), userAssignedIdentity: user.toUpperCase() })
  t.match((await call('GET', vault)).at('properties.encryption'), {
    keyVaultProperties: { keyUri: key('k2') },
    kekIdentity: { useSystemAssignedIdentity: false },
    infrastructureEncryption: 'Enabled',
  })

  await t.test('by its configuration, too', async (t) => {
    const put = (properties: Members): [string, string, unknown] => ['PUT', config, { properties }]
    t.equal((await call(...put({ keyUri: key('k3'), useSystemAssignedIdentity: true }))).status, 200)
    const now = await state()
    t.match(now, { keyUri: key('k3'), useSystemAssignedIdentity: true, infrastructureEncryptionState: 'Enabled' })
    t.notOk('userAssignedIdentity' in now)
    await refuses(t, story, put({ encryptionAtRestType: 'MicrosoftManaged' }), 'InvalidRestApiParameter')
    await refuses(t, story, put({ encryptionAtRestType: 'Double' }), 'InvalidParameter')
    await refuses(t, story, put({ keyUri: 'k4' }), 'InvalidRestApiParameter')
    const other = `${await story.vault('other')}/backupEncryptionConfigs/backupResourceEncryptionConfig`
    t.equal((await call('PUT', other, { properties: { encryptionAtRestType: 'MicrosoftManaged' } })).status, 200)
    const customer = { properties: { encryptionAtRestType: 'CustomerManaged' } }
    await refuses(t, story, ['PUT', other, customer], 'InvalidRestApiParameter')
  })
})

t.test('restores into other subscriptions can be switched off for good', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const patch = (crossSubscriptionRestoreState: string): [string, string, unknown] => [
    'PATCH',
    vault,
    { properties: { restoreSettings: { crossSubscriptionRestoreSettings: { crossSubscriptionRestoreState } } } },
  ]
  for (const state of ['Disabled', 'Enabled', 'PermanentlyDisabled', 'PermanentlyDisabled'])
    t.equal((await story.call(...patch(state))).status, 202, state)
  await refuses(t, story, patch('Enabled'), 'InvalidParameter')
  await refuses(t, story, patch('Disabled'), 'InvalidParameter')
  t.equal((await story.call('PATCH', vault, { properties: {} })).status, 202, 'the rest can still be changed')
})

t.test('the extended information of a vault is there once it is set', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const info = `${await story.vault()}/extendedInformation/vaultExtendedInfo`
  const missing = await call('GET', info)
  t.equal(missing.status, 404)
  t.equal(missing.text('ErrorCode'), 'ResourceExtendedInfoNotFound')
  const change = { properties: { algorithm: 'None' } }
  await refuses(t, story, ['PATCH', info, change], 'ResourceExtendedInfoNotFound')
  await refuses(t, story, ['PUT', info, { properties: { integrityKey: 5 } }], 'InvalidRequestContent')
  const first = await call('PUT', info, { properties: { integrityKey: 'a2V5' } })
  const second = await call('PATCH', info, change)
  t.same(second.at('properties'), { integrityKey: 'a2V5', algorithm: 'None' })
  t.not(second.text('etag'), first.text('etag'))
  t.same((await call('GET', info)).body, second.body)
  t.same((await call('PUT', info, change)).at('properties'), { algorithm: 'None' }, 'a PUT replaces')
})

t.test('Site Recovery’s settings are kept for who reads them', async (t) => {
  const story = await tellStory(t)
  const settings = `${await story.vault()}/replicationVaultSettings/default`
  t.same((await story.call('GET', settings)).at('properties'), {})
  const properties = { vmwareToAzureProviderType: 'Vmware' }
  t.equal((await story.call('PUT', settings, { properties })).status, 200)
  t.same((await story.call('GET', settings)).at('properties'), properties)
  t.equal((await story.call('GET', settings.replace('/vault/', '/none/'))).status, 404)
})

t.test('a vault counts what it holds and does', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const item = await story.protectedMachine({ osDiskSizeGB: 100 })
  const usages = async () =>
    new Map(
      (await call('GET', `${item.vault}/usages`)).values.map(({ name, currentValue }) => [
        members(name).value,
        currentValue,
      ]),
    )
  const summary = async (type: string) => {
    const filter = encodeURIComponent(`type eq '${type}'`)
    const { values } = await call('GET', `${item.vault}/backupUsageSummaries?$filter=${filter}`)
    return Object.fromEntries(values.map(({ name, currentValue }) => [String(members(name).value), currentValue]))
  }
  const before = await usages()
  t.equal(before.get('IaaSVMProtectedItemCount'), 1)
  t.equal(before.get('GRSStorageUsage'), 0, 'nothing was backed up yet')
  t.match(await summary('BackupProtectedItemCountSummary'), { AzureIaasVM: 1, MAB: 0, AzureStorage: 0 })

  const running = await story.startBackUp(item)
  t.equal((await usages()).get('InProgressJobsCount'), 1)
  await story.ended(item.vault, running)
  const after = await usages()
  t.equal(after.get('InProgressJobsCount'), 0)
  t.equal(after.get('GRSStorageUsage'), 60 * 1024 ** 3, 'a machine holds 60 % of its disks')
  t.equal(after.get('LRSStorageUsage'), 0)
  await story.deleteMachine(item.machine)
  await story.ended(item.vault, await story.startBackUp(item))
  t.equal((await usages()).get('FailedJobsCount'), 1)
  await story.deleteData(item)
  t.equal((await usages()).get('ProtectedItemCount'), 0, 'what is soft-deleted counts no more')
  t.equal((await usages()).get('GRSStorageUsage'), 60 * 1024 ** 3, 'but it is still stored')
  t.match(await summary('BackupProtectionContainerCountSummary'), { AzureIaasVM: 0 })
  await story.advance('2d')
  t.equal((await usages()).get('FailedJobsCount'), 0, 'jobs of one day')

  const summaries = `${item.vault}/backupUsageSummaries`
  await refuses(t, story, ['GET', summaries], 'InvalidFilterInQueryString')
  await refuses(t, story, ['GET', `${summaries}?$filter=type eq 'Everything'`], 'InvalidFilterInQueryString')
})

t.test('a security PIN is good for five minutes, the last one only', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const first = await story.call('POST', `${vault}/backupSecurityPIN`)
  t.match(first.text('securityPIN'), /^[1-9]\d{5}$/)
  t.equal(first.text('token'), first.text('securityPIN'))
  const ticks = Number(first.at('expiryTimeInUtcTicks'))
  const expires = (ticks - 621_355_968_000_000_000) / 10_000
  t.ok(Math.abs(expires - story.now - 5 * 60_000) < 10, 'in .NET ticks')
  const second = await story.call('POST', `${vault}/backupSecurityPIN`, {})
  t.not(second.text('securityPIN'), first.text('securityPIN'))
  t.equal((await story.call('POST', `${vaultPath('none')}/backupSecurityPIN`)).status, 404)
})

t.test('a server that has registered with a vault is seen there until it is taken back', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const vault = await story.vault()
  const register = (name: string, agent: string, id = vault) =>
    call('POST', '/_recoverite/inventory', {
      servers: [{ resourceGroup: 'servers', name, registration: { vault: id, agent } }],
    })
  t.same((await call('GET', `${vault}/backupEngines`)).values, [])
  t.equal((await register('server1', 'MARS')).status, 201)
  t.equal((await register('dpm1', 'DPM')).status, 201)
  t.equal((await register('mabs1', 'AzureBackupServer')).status, 201)

  t.same((await call('GET', `${vault}/backupEngines`)).names, ['dpm1', 'mabs1'])
  const ofType = encodeURIComponent("backupManagementType eq 'AzureBackupServer'")
  t.same((await call('GET', `${vault}/backupEngines?$filter=${ofType}`)).names, ['mabs1'])
  const engine = await call('GET', `${vault}/backupEngines/DPM1`)
  t.match(engine.at('properties'), { backupManagementType: 'DPM', backupEngineType: 'DpmBackupEngine' })
  t.equal((await call('GET', `${vault}/backupEngines/server1`)).code, 'BMSUserErrorContainerObjectNotFound')
  const mab = encodeURIComponent("backupManagementType eq 'MAB'")
  const [container] = (await call('GET', `${vault}/backupProtectionContainers?$filter=${mab}`)).values
  t.equal(container?.name, 'Windows;server1')
  t.same((await call('GET', `${vault}/backupFabrics/Azure/protectionContainers/Windows;server1`)).body, container)
  const summary = encodeURIComponent("type eq 'BackupProtectionContainerCountSummary'")
  const counts = (await call('GET', `${vault}/backupUsageSummaries?$filter=${summary}`)).values
  t.equal(counts.find(({ name }) => members(name).value === 'MAB')?.currentValue, 1)

  const other = await story.vault('other')
  const elsewhere = await register('server1', 'MARS', other)
  t.equal(elsewhere.code, 'InvalidControlRequest')
  t.match(elsewhere.text('error.message'), 'registeredIdentities')
  t.equal((await register('server2', 'MARS', vaultPath('none'))).status, 404)
  t.equal((await register('server2', 'Veeam')).code, 'InvalidControlRequest')
  t.match((await call('DELETE', vault)).text('error.message'), 'dpm1, mabs1, server1')

  for (const identity of ['Windows;server1', 'dpm1', 'mabs1', 'never-there'])
    t.equal((await call('DELETE', `${vault}/registeredIdentities/${identity}`)).status, 204, identity)
  t.same((await call('GET', `${vault}/backupEngines`)).values, [])
  t.equal((await register('server1', 'MARS', other)).status, 201, 'now another vault can have it')
  t.equal((await call('DELETE', `${vaultPath('none')}/registeredIdentities/server1`)).status, 404)
  t.equal((await call('DELETE', vault)).status, 202)
})

t.test('nothing of Site Recovery is counted', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  t.match((await story.call('GET', `${vault}/replicationUsages`)).body, { protectedItemCount: 0 })
  t.equal((await story.call('GET', `${vaultPath('none')}/replicationUsages`)).status, 404)
})

t.test('the provider lists each of its operations once', async (t) => {
  const story = await tellStory(t)
  const { names } = await story.call('GET', '/providers/Microsoft.RecoveryServices/operations')
  t.equal(new Set(names).size, names.length)
  for (const name of ['vaults/write', 'vaults/backupFabrics/protectionContainers/protectedItems/backup/action'])
    t.ok(names.includes(`Microsoft.RecoveryServices/${name}`), name)
})

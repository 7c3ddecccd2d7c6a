import t from 'tap'
import { startTestEmulator } from '../support/emulator.js'

const SUB = '/subscriptions/00000000-0000-0000-0000-000000000001'
const WEST = { location: 'westeurope' }

t.test('resources of any type are kept as they were sent, with what the service adds', async (t) => {
  const { call, now } = await startTestEmulator(t)
  const group = `${SUB}/resourceGroups/blue`
  const account = `${group}/providers/Microsoft.Storage/storageAccounts/bluedata`
  const made = await call('PUT', account, {
    ...WEST,
    sku: { name: 'Standard_GRS' },
    properties: { accessTier: 'Cool' },
  })
  t.equal(made.status, 200, 'SDKs and azurerm refuse a 201 for storage accounts')
  t.match(made.body, {
    id: account,
    name: 'bluedata',
    type: 'Microsoft.Storage/storageAccounts',
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_GRS', tier: 'Standard' },
    properties: {
      accessTier: 'Cool',
      provisioningState: 'Succeeded',
      creationTime: now(),
      primaryLocation: 'westeurope',
      secondaryLocation: 'northeurope',
      primaryEndpoints: { blob: 'https://bluedata.blob.core.windows.net/' },
    },
  })
  t.equal((await call('GET', group)).status, 200, 'the group appeared on first use')
  t.same((await call('GET', account.replace('storageAccounts/', 'storageaccounts//'))).body, made.body, 'as az asks')
  t.equal((await call('GET', account.replace('Microsoft.Storage', 'Microsoft.ClassicStorage'))).status, 404)

  const custom = `${group}/providers/Contoso.Things/widgets/w1`
  const sent = { location: 'global', tags: { a: 'b' }, plan: { name: 'p' }, properties: { deep: { n: 1, gone: null } } }
  const widget = await call('PUT', custom, { ...sent, id: 'ignored', name: 'ignored', type: 'ignored' })
  t.equal(widget.status, 201)
  t.same(widget.body, {
    id: custom,
    name: 'w1',
    type: 'Contoso.Things/widgets',
    location: 'global',
    tags: { a: 'b' },
    plan: { name: 'p' },
    properties: { deep: { n: 1 }, provisioningState: 'Succeeded' },
  })
  t.equal((await call('PUT', custom, sent)).status, 200)
  const patched = await call('PATCH', custom, { properties: { deep: { m: [2] }, more: true }, tags: { c: 'd' } })
  t.match(patched.body, { tags: { c: 'd' }, properties: { deep: { n: 1, m: [2] }, more: true } })
  t.notOk(patched.at('tags.a'), 'tags are replaced as a whole')
  t.equal((await call('PATCH', custom, { properties: { deep: null } })).at('properties.deep'), undefined)

  t.equal((await call('HEAD', custom)).status, 204)
  t.same((await call('GET', `${group}/providers/contoso.things/WIDGETS`)).names, ['w1'])
  t.same((await call('GET', `${SUB}/providers/Contoso.Things/widgets`)).names, ['w1'])
  t.equal((await call('DELETE', custom)).status, 200)
  t.equal((await call('DELETE', custom)).status, 204)
  t.equal((await call('HEAD', custom)).status, 404)
  const missing = await call('GET', custom)
  t.equal(missing.code, 'ResourceNotFound')
  t.match(
    missing.text('error.message'),
    /The Resource 'Contoso.Things\/widgets\/w1' under resource group 'blue' was not found/,
  )
})

t.test('disks, networks, interfaces, key vaults and identities have what clients look at', async (t) => {
  const { call } = await startTestEmulator(t)
  const of = (type: string) => `${SUB}/resourceGroups/blue/providers/${type}`

  const disk = of('Microsoft.Compute/disks/d1')
  const empty = { creationData: { createOption: 'Empty' }, osType: '' }
  const made = await call('PUT', disk, {
    ...WEST,
    sku: { name: 'Premium_LRS' },
    properties: { ...empty, diskSizeGB: 64 },
  })
  t.equal(made.status, 200)
  t.match(made.body, {
    sku: { name: 'Premium_LRS', tier: 'Premium' },
    properties: {
      diskSizeGB: 64,
      diskState: 'Unattached',
      networkAccessPolicy: 'AllowAll',
      publicNetworkAccess: 'Enabled',
    },
  })
  const grown = await call('PATCH', disk, { properties: { diskSizeGB: 128 } })
  t.equal(grown.at('properties.diskSizeBytes'), 128 * 1024 ** 3)
  t.equal(grown.at('properties.uniqueId'), made.at('properties.uniqueId'), 'it is the same disk')
  t.equal(
    (await call('PATCH', disk, { properties: { diskSizeGB: 32 } })).code,
    'OperationNotAllowed',
    'disks never shrink',
  )
  t.equal(
    (await call('PUT', of('Microsoft.Compute/disks/d2'), { ...WEST, properties: empty })).code,
    'InvalidParameter',
  )

  const network = of('Microsoft.Network/virtualNetworks/net')
  const subnets = [{ name: 'default', properties: { addressPrefix: '10.0.0.0/24' } }]
  const net = await call('PUT', network, { ...WEST, properties: { subnets } })
  t.equal(net.status, 201)
  t.equal(net.at('properties.subnets.0.id'), `${network}/subnets/default`)
  t.equal(
    (await call('PUT', `${network}/subnets/second`, { properties: { addressPrefix: '10.0.1.0/24' } })).status,
    201,
  )
  t.equal(
    (await call('PUT', `${network}/subnets/SECOND`, { properties: { addressPrefix: '10.0.2.0/24' } })).status,
    200,
  )
  t.match((await call('GET', `${network}/subnets/Second`)).body, {
    name: 'second',
    properties: { addressPrefix: '10.0.2.0/24' },
  })
  t.same((await call('GET', `${network}/subnets`)).names, ['default', 'second'])
  await call('PUT', network, { ...WEST, properties: {} })
  const kept = (await call('GET', network)).at('properties.subnets') as unknown[]
  t.equal(kept.length, 2, 'a document without subnets keeps them')
  t.equal((await call('DELETE', `${network}/subnets/default`)).status, 200)
  t.equal((await call('DELETE', `${network}/subnets/default`)).status, 204)
  t.equal((await call('GET', `${network}/subnets/default`)).code, 'NotFound')
  t.equal((await call('GET', `${of('Microsoft.Network/virtualNetworks/none')}/subnets/x`)).code, 'ResourceNotFound')
  t.equal((await call('PUT', network, { ...WEST, properties: { subnets: [{}] } })).code, 'InvalidRequestContent')

  const nic = await call('PUT', of('Microsoft.Network/networkInterfaces/nic'), {
    ...WEST,
    properties: {
      ipConfigurations: [{ name: 'internal', properties: { subnet: { id: `${network}/subnets/second` } } }],
    },
  })
  t.match(nic.text('properties.ipConfigurations.0.properties.privateIPAddress'), /^10\.0\.0\.\d+$/)
  t.match(nic.text('properties.macAddress'), /^00-0D-3A(-[0-9A-F]{2}){3}$/)

  const keys = await call('PUT', of('Microsoft.KeyVault/vaults/keys1'), { ...WEST, properties: {} })
  t.equal(keys.at('properties.vaultUri'), 'https://keys1.vault.azure.net/')
  const who = of('Microsoft.ManagedIdentity/userAssignedIdentities/who')
  const identity = await call('PUT', who, WEST)
  t.match(identity.text('properties.principalId'), /^[0-9a-f-]{36}$/)
  t.same((await call('PUT', who, { ...WEST, tags: { a: 'b' } })).at('properties'), identity.at('properties'))
  const own = await call('PUT', of('Contoso.Things/widgets/w'), { ...WEST, identity: { type: 'SystemAssigned' } })
  t.match(own.text('identity.principalId'), /^[0-9a-f-]{36}$/)
})

t.test('a resource is refused with what is wrong with it, and nothing changes', async (t) => {
  const { call, emulator } = await startTestEmulator(t)
  const group = `${SUB}/resourceGroups/blue/providers`
  await call('PUT', `${group}/Microsoft.Storage/storageAccounts/bluedata`, WEST)
  const before = emulator.digest()
  const refused = async (type: string, body: unknown, status: number, code: string) => {
    const answer = await call('PUT', `${group}/${type}`, body)
    t.equal(answer.status, status, `${type} ${JSON.stringify(body)}`)
    t.equal(answer.code, code)
  }
  await refused('Microsoft.Storage/storageAccounts/Not-Lower', WEST, 400, 'InvalidResourceName')
  await refused('Contoso.Things/widgets/a%3Bb', WEST, 400, 'InvalidResourceName')
  await refused('Contoso.Things/widgets/dot.', WEST, 400, 'InvalidResourceName')
  await refused('Contoso.Things/widgets/w', {}, 400, 'LocationRequired')
  await refused('Contoso.Things/widgets/w', { location: 'atlantis' }, 400, 'LocationNotAvailableForResourceType')
  await refused('Microsoft.Storage/storageAccounts/bluedata', { location: 'eastus' }, 409, 'InvalidResourceLocation')
  await refused('Contoso.Things/widgets/w', { ...WEST, tags: { a: {} } }, 400, 'InvalidRequestContent')
  await refused('Contoso.Things/widgets/w', { ...WEST, properties: [] }, 400, 'InvalidRequestContent')
  await refused('Contoso.Things/widgets/w', '{', 400, 'InvalidRequestContent')
  await refused('nowhere/widgets/w', WEST, 404, 'InvalidResourceNamespace')
  await refused('Microsoft.RecoveryServices/cellars/w', WEST, 404, 'InvalidResourceType')
  await refused('Microsoft.DataProtection/cellars/w', WEST, 404, 'InvalidResourceType')
  await refused('microsoft.backup/cellars/w', WEST, 404, 'InvalidResourceType')
  await refused('Microsoft.ClassicStorage/storageAccounts/w', WEST, 404, 'InvalidResourceType')
  const bad = `${SUB}/resourceGroups/bad%20name/providers/Contoso.Things/widgets/w`
  t.equal((await call('PUT', bad, WEST)).code, 'InvalidResourceGroup')
  t.equal((await call('PATCH', `${group}/Contoso.Things/widgets/w`, {})).code, 'ResourceNotFound')
  t.equal(emulator.digest(), before)
})

t.test('one list has everything, vaults too, and can be narrowed', async (t) => {
  const { call, advance } = await startTestEmulator(t)
  const blue = `${SUB}/resourceGroups/blue/providers`
  await call('PUT', `${blue}/Microsoft.Storage/storageAccounts/bluedata`, { ...WEST, tags: { team: 'blue' } })
  await call('PUT', `${blue}/Microsoft.RecoveryServices/vaults/v1`, { ...WEST, sku: { name: 'Standard' } })
  await advance('1m')
  await call('PUT', `${SUB}/resourceGroups/green/providers/Contoso.Things/widgets/w1`, {
    location: 'eastus',
    properties: {},
  })

  const all = await call('GET', `${SUB}/resources`)
  t.same(all.names, ['v1', 'bluedata', 'w1'], 'by id')
  t.notOk('properties' in (all.values[0] ?? {}))
  t.notOk('createdTime' in (all.values[1] ?? {}))
  const expanded = await call('GET', `${SUB}/resources?$expand=createdTime,changedTime,provisioningState`)
  t.match(expanded.values[0], {
    type: 'Microsoft.RecoveryServices/vaults',
    provisioningState: 'Succeeded',
    sku: { name: 'Standard' },
  })
  t.match(expanded.values[1], {
    createdTime: '2026-01-05T08:00:00Z',
    changedTime: '2026-01-05T08:00:00Z',
    kind: 'StorageV2',
  })
  t.match(expanded.values[2], { createdTime: '2026-01-05T08:01:00Z' })

  const named = async (query: string, scope = SUB) => (await call('GET', `${scope}/resources?${query}`)).names
  t.same(await named("$filter=resourceGroup eq 'BLUE'"), ['v1', 'bluedata'])
  t.same(await named("$filter=resourceType eq 'microsoft.recoveryservices/vaults'"), ['v1'])
  t.same(await named("$filter=name eq 'w1' and location eq 'East US'"), ['w1'])
  t.same(await named("$filter=tagName eq 'team' and tagValue eq 'blue'"), ['bluedata'])
  t.same(await named('$expand=provisioningState&$top=10', `${SUB}/resourceGroups/blue`), ['v1', 'bluedata'])
  t.equal((await call('GET', `${SUB}/resources?$filter=weight eq 5`)).code, 'InvalidFilterInQueryString')
  t.equal((await call('GET', `${SUB}/resourceGroups/none/resources`)).code, 'ResourceGroupNotFound')

  const first = await call('GET', `${SUB}/resources?$top=2`)
  t.same(first.names, ['v1', 'bluedata'])
  t.same((await call('GET', first.text('nextLink'))).names, ['w1'])
})

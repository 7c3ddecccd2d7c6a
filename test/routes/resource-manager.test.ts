import t from 'tap'
import { REGIONS } from '../../src/domain/regions.js'
import { startTestEmulator } from '../support/emulator.js'

const SUB = '/subscriptions/00000000-0000-0000-0000-000000000001'
const OTHER = '/subscriptions/22222222-2222-2222-2222-222222222222'
const WEST = { location: 'westeurope' }

t.test('a fresh world has one tenant and one subscription; further ones are there once they are named', async (t) => {
  const { call } = await startTestEmulator(t)
  t.match((await call('GET', '/tenants')).values, [{ tenantId: '11111111-1111-1111-1111-111111111111' }])
  const first = await call('GET', '/subscriptions')
  t.match(first.body, {
    value: [
      {
        id: SUB,
        subscriptionId: '00000000-0000-0000-0000-000000000001',
        tenantId: '11111111-1111-1111-1111-111111111111',
        displayName: 'Recoverite',
        state: 'Enabled',
        managedByTenants: [],
      },
    ],
    count: { type: 'Total', value: 1 },
  })
  t.equal((await call('GET', OTHER)).at('displayName'), 'Subscription 2222')
  t.equal((await call('GET', '/Subscriptions/22222222-2222-2222-2222-222222222222')).at('id'), OTHER, 'in any case')
  t.equal((await call('GET', '/subscriptions')).values.length, 2)

  const malformed = await call('GET', '/subscriptions/mine')
  t.equal(malformed.status, 400)
  t.equal(malformed.code, 'InvalidSubscriptionId')
})

t.test('the regions are listed with their pairs', async (t) => {
  const { call } = await startTestEmulator(t)
  const { values } = await call('GET', `${SUB}/locations`)
  t.equal(values.length, REGIONS.length)
  t.match(
    values.find(({ name }) => name === 'westeurope'),
    {
      id: `${SUB}/locations/westeurope`,
      type: 'Region',
      displayName: 'West Europe',
      regionalDisplayName: '(Europe) West Europe',
      metadata: { regionType: 'Physical', pairedRegion: [{ name: 'northeurope', id: `${SUB}/locations/northeurope` }] },
    },
  )
  const part = (name: string) => values.find((value) => value.name === name)?.regionalDisplayName
  t.equal(part('australiaeast'), '(Asia Pacific) Australia East', 'australia is not in the US')
  t.equal(part('eastus2'), '(US) East US 2')
  t.equal(part('centraluseuap'), '(US) Central US EUAP')
  t.same(values.find(({ name }) => name === 'polandcentral')?.metadata, {
    regionType: 'Physical',
    geographyGroup: 'Europe',
    pairedRegion: [],
  })
})

t.test('a group is created, found in any case, changed and listed', async (t) => {
  const { call } = await startTestEmulator(t)
  const path = `${SUB}/resourcegroups/Blue`
  t.equal((await call('HEAD', path)).status, 404)
  const created = await call('PUT', path, { location: 'West Europe', tags: { team: 'blue' } })
  t.equal(created.status, 201)
  t.equal(
    JSON.stringify(created.body),
    JSON.stringify({
      id: `${SUB}/resourceGroups/Blue`,
      name: 'Blue',
      type: 'Microsoft.Resources/resourceGroups',
      location: 'westeurope',
      tags: { team: 'blue' },
      properties: { provisioningState: 'Succeeded' },
    }),
    'members in the order of the wire',
  )
  t.equal((await call('HEAD', path)).status, 204)
  t.same((await call('GET', `${SUB}/RESOURCEGROUPS/bLUE`)).body, created.body, 'whatever the casing')

  const again = await call('PUT', `${SUB}/resourceGroups/BLUE`, WEST)
  t.equal(again.status, 200)
  t.equal(again.at('name'), 'Blue', 'keeps its first spelling')
  t.equal(again.at('tags'), undefined, 'PUT replaces the tags')

  const patched = await call('PATCH', path, { tags: { stage: 'test', gone: null } })
  t.same(patched.at('tags'), { stage: 'test' }, 'a null is nothing')
  t.same((await call('PATCH', path, {})).at('tags'), { stage: 'test' }, 'what is not named stays')

  await call('PUT', `${SUB}/resourcegroups/green`, {
    ...WEST,
    tags: { stage: 'live', team: 'test' },
    managedBy: `${SUB}/x`,
  })
  t.equal((await call('GET', `${SUB}/resourcegroups/green`)).at('managedBy'), `${SUB}/x`)
  const named = async (query: string) => (await call('GET', `${SUB}/resourcegroups?${query}`)).names
  t.same(await named(''), ['Blue', 'green'])
  t.same(await named("$filter=tagName eq 'stage' and tagValue eq 'test'"), ['Blue'])
  t.same(await named('%24filter=tagname+eq+%27STAGE%27'), ['Blue', 'green'], 'names of tags in any case')
  t.same(await named("$filter=tagName eq 'nobody'"), [])
  t.same((await call('GET', `${OTHER}/resourcegroups`)).values, [])

  const page = await call('GET', `${SUB}/resourcegroups?$top=1`)
  t.same(page.names, ['Blue'])
  const next = await call('GET', page.text('nextLink'))
  t.same(next.names, ['green'])
  t.equal(next.at('nextLink'), undefined)
})

t.test('a group is refused with what is wrong with it, and nothing changes', async (t) => {
  const { call, emulator } = await startTestEmulator(t)
  await call('PUT', `${SUB}/resourcegroups/blue`, WEST)
  const before = emulator.digest()
  const refused = async (name: string, body: unknown, status: number, code: string, says: RegExp) => {
    const answer = await call('PUT', `${SUB}/resourcegroups/${name}`, body, { 'content-type': 'application/json' })
    t.equal(answer.status, status, `${name} ${JSON.stringify(body)}`)
    t.equal(answer.code, code)
    t.match(answer.text('error.message'), says)
  }
  await refused('dot.', WEST, 400, 'InvalidResourceGroup', /dot\./)
  await refused('sp%20ace', WEST, 400, 'InvalidResourceGroup', /sp ace/)
  await refused('a%2Fb', WEST, 400, 'InvalidResourceGroup', /a\/b/)
  await refused('x'.repeat(91), WEST, 400, 'InvalidResourceGroup', /90/)
  await refused('new', {}, 400, 'LocationRequired', /location/)
  await refused('new', { location: null }, 400, 'LocationRequired', /location/)
  await refused('new', { location: 'atlantis' }, 400, 'LocationNotAvailableForResourceType', /atlantis.*westeurope/s)
  await refused('blue', { location: 'northeurope' }, 409, 'InvalidResourceGroupLocation', /westeurope/)
  await refused('new', { location: 5 }, 400, 'InvalidRequestContent', /location/)
  await refused('new', { ...WEST, tags: { a: 1 } }, 400, 'InvalidRequestContent', /tags/)
  await refused('new', { ...WEST, tags: ['a'] }, 400, 'InvalidRequestContent', /tags/)
  await refused('new', '{"location": "westeur', 400, 'InvalidRequestContent', /deserialized/)
  await refused('new', '[]', 400, 'InvalidRequestContent', /body/)
  await refused('new', undefined, 400, 'InvalidRequestContent', /body/)

  const absent = `${SUB}/resourcegroups/absent`
  t.equal((await call('GET', absent)).code, 'ResourceGroupNotFound')
  t.equal((await call('PATCH', absent, { tags: {} })).code, 'ResourceGroupNotFound')
  t.equal((await call('DELETE', absent)).status, 404)
  t.equal((await call('GET', `${SUB}/resourcegroups?$top=none`)).code, 'InvalidParameter')
  t.equal((await call('GET', `${SUB}/resourcegroups?$filter=size gt 5`)).code, 'InvalidFilterInQueryString')
  t.equal(emulator.digest(), before)
})

t.test('a group goes with everything in it, and the client polls until it has', async (t) => {
  const { call, advance } = await startTestEmulator(t)
  const group = `${SUB}/resourceGroups/blue`
  await call('PUT', group, WEST)
  await call('PUT', `${group}/providers/Microsoft.Storage/storageAccounts/bluedata`, WEST)
  await call('PUT', `${group}/providers/Microsoft.RecoveryServices/vaults/blue-vault`, {
    ...WEST,
    sku: { name: 'Standard' },
  })
  await advance('1m')

  const accepted = await call('DELETE', group)
  t.equal(accepted.status, 202)
  t.equal(accepted.body, undefined)
  const url = accepted.header('location')
  t.match(url, new RegExp(`^http://127.0.0.1:\\d+${SUB}/operationresults/[0-9a-f-]{36}\\?api-version=2020-01-01$`))
  t.equal(accepted.header('retry-after'), '0', 'polled at once')

  t.equal((await call('GET', group)).at('properties.provisioningState'), 'Deleting')
  const running = await call('GET', url)
  t.equal(running.status, 202)
  t.equal(running.header('location'), url)
  t.equal((await call('DELETE', group)).header('location'), url, 'a second DELETE is the same deletion')
  t.equal((await call('PUT', group, WEST)).code, 'ResourceGroupBeingDeleted')
  t.equal((await call('PATCH', group, { tags: {} })).status, 409)
  const late = await call('PUT', `${group}/providers/Microsoft.Storage/storageAccounts/latedata`, WEST)
  t.equal(late.code, 'ResourceGroupBeingDeleted')

  await advance('1m')
  const ended = await call('GET', url)
  t.equal(ended.status, 200)
  t.equal(ended.body, undefined)
  t.equal((await call('GET', group)).code, 'ResourceGroupNotFound')
  t.equal((await call('HEAD', group)).status, 404)
  t.same((await call('GET', `${SUB}/resources`)).values, [])

  t.equal((await call('GET', url.replace('000001', '000002'))).code, 'NotFound', 'in its subscription only')
  t.equal((await call('GET', `${SUB}/operationresults/none`)).status, 404)
})

t.test(
  'whoever waits for a deletion, by its URL or by the group itself, never waits long in clock mode skip',
  async (t) => {
    const { call } = await startTestEmulator(t, { clock: 'skip' })
    await call('PUT', `${SUB}/resourcegroups/one`, WEST)
    const { headers } = await call('DELETE', `${SUB}/resourcegroups/one`)
    t.equal((await call('GET', headers.get('location') ?? '')).status, 200)
    await call('PUT', `${SUB}/resourcegroups/two`, WEST)
    await call('DELETE', `${SUB}/resourcegroups/two`)
    t.equal((await call('GET', `${SUB}/resourcegroups/two`)).status, 404, 'azurerm reads the group until it has gone')
  },
)

t.test('a group with protected machines stays', async (t) => {
  const { call, emulator } = await startTestEmulator(t)
  const [vm = ''] = emulator.seed({ virtualMachines: [{ resourceGroup: 'blue', name: 'vm1' }] })
  const vault = `${SUB}/resourceGroups/blue/providers/Microsoft.RecoveryServices/vaults/v1`
  await call('PUT', `${vault}?api-version=2021-03-01`, { ...WEST, sku: { name: 'Standard' } })
  const container = `${vault}/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;blue;vm1`
  await call('PUT', `${container}/protectedItems/VM;iaasvmcontainerv2;blue;vm1`, {
    properties: {
      protectedItemType: 'Microsoft.Compute/virtualMachines',
      sourceResourceId: vm,
      policyId: `${vault}/backupPolicies/DefaultPolicy`,
    },
  })
  const refused = await call('DELETE', `${SUB}/resourceGroups/blue`)
  t.equal(refused.status, 400)
  t.match(refused.text('error.message'), /existing resources within the vault/)
  t.equal((await call('GET', `${SUB}/resourceGroups/blue`)).at('properties.provisioningState'), 'Succeeded')
})

t.test('providers are registered, with types, regions and versions, until somebody unregisters one', async (t) => {
  const { call, emulator } = await startTestEmulator(t)
  const all = await call('GET', `${SUB}/providers`)
  t.ok(all.values.every((provider) => provider.registrationState === 'Registered'))
  t.ok(all.values.some(({ namespace }) => namespace === 'Microsoft.DataProtection'))

  const path = `${SUB}/providers/Microsoft.Compute`
  const provider = await call('GET', path.toLowerCase())
  t.match(provider.body, { id: path, namespace: 'Microsoft.Compute', registrationState: 'Registered' })
  t.equal(provider.at('resourceTypes.0.resourceType'), 'virtualMachines')
  t.match(provider.at('resourceTypes.0.locations'), ['East US'])
  t.match(provider.text('resourceTypes.0.apiVersions.0'), /^\d{4}-\d\d-\d\d$/)

  t.equal((await call('POST', `${path}/unregister`)).at('registrationState'), 'Unregistered')
  t.equal((await call('GET', path)).at('registrationState'), 'Unregistered')
  t.equal((await call('GET', `${OTHER}/providers/Microsoft.Compute`)).at('registrationState'), 'Registered')
  const registered = await call('POST', `${path}/register`, undefined, { 'content-type': 'application/json' })
  t.equal(registered.status, 200)
  t.equal((await call('GET', path)).at('registrationState'), 'Registered')

  const before = emulator.digest()
  for (const [method, what] of [
    ['GET', ''],
    ['POST', '/register'],
    ['POST', '/unregister'],
  ] as const) {
    const unknown = await call(method, `${SUB}/providers/Microsoft.Nothing${what}`)
    t.equal(unknown.status, 404)
    t.equal(unknown.code, 'InvalidResourceNamespace')
  }
  t.equal(emulator.digest(), before)
})

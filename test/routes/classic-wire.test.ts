import t from 'tap'
import { classicItem, tellClassicStory } from '../support/classic-story.js'
import type { Answer } from '../support/emulator.js'

const ABSENT = '00000000-0000-4000-8000-000000000000'

/** The headers of an answer whose values don't change from call to call. */
const headersOf = (answer: Answer) =>
  Object.fromEntries(
    [
      ...['content-type', 'server', 'x-powered-by', 'cache-control', 'pragma', 'expires', 'strict-transport-security'],
      ...['x-ms-failure-cause', 'x-content-type-options', 'location', 'retry-after', 'azure-asyncoperation'],
    ].flatMap((name) => (answer.headers.has(name) ? [[name, answer.header(name)]] : [])),
  )

const ARM = {
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  expires: '-1',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
}
const JSON_OF_PROVIDER = { 'content-type': 'application/json', server: 'Microsoft-IIS/8.0' }
const POWERED = { 'x-powered-by': 'ASP.NET' }

t.test('answers have the headers of 2015', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault()
  const read = await story.call('GET', `${vault}?api-version=2015-03-15`)
  t.strictSame(headersOf(read), { ...ARM, ...JSON_OF_PROVIDER })
  t.equal(read.header('x-ms-ratelimit-remaining-subscription-reads'), '14999')
  const id = read.header('x-ms-request-id')
  t.equal(read.header('x-ms-correlation-request-id'), id)
  t.equal(read.header('x-ms-routing-request-id'), `CENTRALUS:20260105T080000Z:${id}`)

  const accepted = await story.call('POST', `${vault}/refreshContainers?api-version=2014-09-01`)
  t.strictSame(headersOf(accepted), { ...ARM, ...JSON_OF_PROVIDER, ...POWERED }, 'nothing says where to poll')
  t.equal(accepted.header('content-length'), '38')
  t.equal(accepted.header('x-ms-ratelimit-remaining-subscription-writes'), '1199')

  const empty = await story.call('DELETE', `${vault}/protectionPolicies/None?api-version=2014-09-01`)
  t.strictSame([empty.status, headersOf(empty)], [204, { ...ARM, ...POWERED }], 'without content there is no server')
  const other = await story.call('GET', `${vault}/containers?api-version=2024-04-01`)
  t.strictSame(headersOf(other), { ...ARM, ...JSON_OF_PROVIDER }, 'the dialect is the provider’s, in any version')
})

t.test('the provider refuses in its own envelope, and what ARM refuses stays in its', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault()
  const provider = await story.ask('GET', `${vault}/operationResults/${ABSENT}`)
  t.equal(provider.status, 404)
  t.strictSame(Object.keys(provider.at('Error') as object), ['Code', 'Message', 'Target', 'Details', 'InnerError'])
  t.equal(provider.text('Error.Code'), 'BMSUserErrorOperationNotFound')
  t.equal(provider.at('Error.InnerError'), null)
  t.strictSame(headersOf(provider), { ...ARM, ...JSON_OF_PROVIDER, ...POWERED })

  const shape = await story.ask('PUT', vault, { location: 5 })
  t.strictSame([shape.status, shape.text('Error.Code')], [400, 'InvalidRequestContent'])
  t.strictSame(headersOf(shape), { ...ARM, ...JSON_OF_PROVIDER })

  const gateway = await story.ask('GET', `${vault}x`)
  t.strictSame([gateway.status, gateway.text('error.code')], [404, 'ResourceNotFound'])
  t.strictSame(headersOf(gateway), {
    ...ARM,
    'content-type': 'application/json; charset=utf-8',
    'x-ms-failure-cause': 'gateway',
  })
  const unknown = await story.ask('POST', `${vault}/discover`)
  t.strictSame([unknown.status, unknown.text('error.code')], [404, 'InvalidResourceType'])
})

t.test('a vault is asked for in any casing and answers in its own', async (t) => {
  const story = await tellClassicStory(t)
  const vault = await story.vault('Vault1')
  const shouted = await story.ask('GET', vault.replace('/subscriptions/', '/Subscriptions/').toUpperCase())
  t.equal(shouted.text('id'), vault)
  t.strictSame(Object.keys(shouted.body as object), ['location', 'name', 'etag', 'tags', 'properties', 'id', 'type'])
  const etag = shouted.text('etag')
  t.equal((await story.ask('GET', vault)).text('etag'), etag, 'nothing has changed')
  await story.advance('1m')
  const again = await story.ask('PUT', vault, { location: 'West Europe', tags: { team: 'blue' } })
  t.equal(again.status, 200)
  t.not(again.text('etag'), etag)
  t.strictSame(again.at('tags'), { team: 'blue' })
  t.equal(again.text('properties.sku.name'), 'standard', 'what is not said stays')
  const listed = await story.call(
    'GET',
    `/subscriptions/${shouted.text('id').split('/')[2]}/resourceGroups/BACKUP/resources?api-version=2013-03-01&$top=100&$filter=${encodeURIComponent("resourceType eq 'microsoft.backup/backupvault'")}`,
  )
  t.strictSame(listed.values, [
    { id: vault, name: 'Vault1', type: 'Microsoft.Backup/BackupVault', location: 'westeurope', tags: { team: 'blue' } },
  ])
})

t.test('lists can be narrowed by the names that clients have for it', async (t) => {
  const story = await tellClassicStory(t)
  for (const name of ['web', 'db', 'spare']) story.machine(name, { cloudService: 'shop' })
  const vault = await story.vault()
  await story.discover(vault)
  const [web, db] = [classicItem(vault, 'web', 'shop'), classicItem(vault, 'db', 'shop')]
  for (const item of [web, db]) await story.register(item)
  await story.protect(web)
  await story.backUp(web)
  await story.protect(db)

  const namesOf = async (collection: string, filter: string) => (await story.list(vault, collection, filter)).names
  const containers: [string, string[]][] = [
    ["type eq 'IaasVM' and friendlyName eq 'WEB' and status eq 'registered'", ['web']],
    ["containerType eq 'IaasVM'", ['db', 'spare', 'web']],
    ["containerStatus eq 'NotRegistered'", ['spare']],
    ["type eq 'MARS'", []],
  ]
  for (const [filter, found] of containers) {
    const wanted = found.map((name) => classicItem(vault, name, 'shop').name)
    t.strictSame(await namesOf('containers', filter), wanted, filter)
  }
  t.strictSame(await namesOf('items', "status eq 'NotProtected'"), [])
  t.strictSame(await namesOf('items', "status eq 'Protected' and itemType eq 'IaasVM'"), [db.name, web.name])
  const items: [string, string[]][] = [
    ["protectionStatus eq 'IRPending'", [db.name]],
    ["status eq 'IRPending'", [db.name]],
    ["protectionStatus eq 'Protected'", [db.name, web.name]],
    ["status eq 'Protected' and protectionStatus eq 'IRPending'", [db.name]],
    ["itemType eq 'FileFolder'", []],
  ]
  for (const [filter, found] of items) t.strictSame((await namesOf('protectedItems', filter)).sort(), found, filter)
})

t.test('deletions are counted as writes where requests are counted', async (t) => {
  const story = await tellClassicStory(t, { throttle: true })
  const vault = await story.vault()
  const gone = await story.ask('DELETE', `${vault}/protectionPolicies/None`)
  t.equal(gone.header('x-ms-ratelimit-remaining-subscription-writes'), '1198')
  t.equal(gone.header('x-ms-ratelimit-remaining-subscription-deletes'), '')
  const read = await story.ask('GET', vault)
  t.equal(read.header('x-ms-ratelimit-remaining-subscription-reads'), '11999', 'the budget of the profile')
})

t.test('in mode skip a poll sees the end', async (t) => {
  const story = await tellClassicStory(t, { clock: 'skip' })
  story.machine('vm1')
  const vault = await story.vault()
  t.equal((await story.operation(vault, await story.startDiscovery(vault))).status, 'Succeeded')
  const item = classicItem(vault, 'vm1')
  const job = await story.startRegister(item)
  t.equal((await story.job(vault, job)).status, 'Completed')
  t.equal(await story.registration(item), 'Registered')
})

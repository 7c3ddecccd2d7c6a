import t from 'tap'
import { classicPolicy, tellClassicStory } from '../support/classic-story.js'
import { ACTIVITY, activityOf, ask, brief, raised, SUBSCRIPTION, signIn } from '../support/monitoring.js'
import { type Members, members } from '../support/seen.js'
import { tellShareStory } from '../support/share-story.js'
import { groupPath, tellStory, vaultPath } from '../support/story.js'

const VAULTS = 'Microsoft.RecoveryServices/vaults'
const ITEMS = `${VAULTS}/backupFabrics/protectionContainers/protectedItems`
const VAULT_BODY = { location: 'westeurope', sku: { name: 'Standard' }, properties: {} }
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const textOf = (event: Members, name: string) => members(event[name]).value
const isJob = (event: Members) => textOf(event, 'eventName') === 'AzureBackupActivityLog'

t.test('a request that changes something is logged with its beginning and its end', async (t) => {
  const story = await tellStory(t)
  const headers = { 'x-ms-client-request-id': 'my-request' }
  const answer = await story.call('PUT', vaultPath('vault1'), VAULT_BODY, headers)
  const [begun, ended, ...more] = await activityOf(t, story)
  t.same(more, [])
  const correlationId = answer.header('x-ms-correlation-request-id')
  t.match(correlationId, GUID)
  const shared = {
    authorization: { action: `${VAULTS}/write`, scope: vaultPath('vault1') },
    channels: 'Operation',
    correlationId,
    operationId: correlationId,
    category: { value: 'Administrative' },
    httpRequest: { clientRequestId: 'my-request', method: 'PUT' },
    level: 'Informational',
    resourceGroupName: 'backup',
    resourceProviderName: { value: 'Microsoft.RecoveryServices' },
    resourceId: vaultPath('vault1'),
    resourceType: { value: VAULTS },
    operationName: { value: `${VAULTS}/write` },
    eventTimestamp: '2026-01-05T08:00:00Z',
    subscriptionId: SUBSCRIPTION.split('/')[2],
  }
  t.match(begun, {
    ...shared,
    eventName: { value: 'BeginRequest', localizedValue: 'Begin request' },
    status: { value: 'Started' },
    subStatus: { value: '' },
  })
  t.match(ended, {
    ...shared,
    eventName: { value: 'EndRequest', localizedValue: 'End request' },
    status: { value: 'Succeeded' },
    subStatus: { value: 'Created', localizedValue: 'Created (HTTP Status Code: 201)' },
    properties: { statusCode: 'Created' },
  })
  t.match(ended?.id, new RegExp(`^${vaultPath('vault1')}/events/${ended?.eventDataId}/ticks/\\d{18}$`))
  t.not(begun?.eventDataId, ended?.eventDataId)
  t.notOk(ended && 'caller' in ended, 'nobody signed in')
})

t.test('who signed in is named', async (t) => {
  const story = await tellStory(t)
  const user = await signIn(story, { grant_type: 'password', username: 'ada@example.com', password: 'x' })
  const application = await signIn(story, { grant_type: 'client_credentials', client_secret: 'x' })
  await story.call('PUT', groupPath('one'), { location: 'westeurope' }, user)
  await story.call('PUT', groupPath('two'), { location: 'westeurope' }, application)
  await story.call('PUT', groupPath('three'), { location: 'westeurope' }, { authorization: 'Bearer no.token.atall' })
  const [, one, , two, , three] = await activityOf(t, story)
  const claims = 'http://schemas.microsoft.com/identity/claims'
  t.match(one, {
    caller: 'ada@example.com',
    claims: { appid: 'a-client', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': 'ada@example.com' },
  })
  t.match(two, { caller: GUID, claims: { [`${claims}/objectidentifier`]: GUID, [`${claims}/tenantid`]: GUID } })
  t.notOk(three && 'caller' in three)
  t.equal((await activityOf(t, story, "eventTimestamp ge 2026-01-01 and caller eq 'ADA@example.com'")).length, 2)
})

t.test('what changes nothing is not logged', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const before = (await activityOf(t, story)).length
  await story.call('GET', vault)
  await story.call('GET', `${vault}/backupPolicies`)
  await story.call('POST', `${SUBSCRIPTION}/providers/Microsoft.RecoveryServices/locations/westeurope/backupStatus`, {
    resourceType: 'VM',
    resourceId: `${groupPath('apps')}/providers/Microsoft.Compute/virtualMachines/vm1`,
  })
  t.equal((await activityOf(t, story)).length, before)
})

t.test('what is done later is accepted; what is refused has failed, and changes no id', async (t) => {
  const tell = async (refusals: boolean) => {
    const story = await tellStory(t)
    const machine = story.machine('vm1')
    const vault = await story.vault()
    if (refusals) {
      const digest = story.world.emulator.digest()
      const answer = await story.putPolicy(vault, 'Bad', { backupManagementType: 'AzureIaasVM' })
      t.equal(answer.code, 'BMSUserErrorInvalidPolicyInput')
      t.equal(story.world.emulator.digest(), digest, 'the log is no part of what a refusal leaves as it is')
      const events = await activityOf(t, story, `eventTimestamp ge 2026-01-01 and resourceUri eq '${vault}'`)
      t.match(events.at(-1), {
        level: 'Error',
        correlationId: answer.header('x-ms-correlation-request-id'),
        operationName: { value: `${VAULTS}/backupPolicies/write` },
        status: { value: 'Failed' },
        subStatus: { value: 'BadRequest', localizedValue: 'Bad Request (HTTP Status Code: 400)' },
        properties: { statusMessage: /"code":"BMSUserErrorInvalidPolicyInput"/ },
      })
    }
    const item = await story.protect(vault, machine)
    return { story, job: await story.startBackUp(item) }
  }
  const { story, job } = await tell(true)
  const requests = (await activityOf(t, story)).filter((event) => !isJob(event)).map(brief)
  t.same(requests.slice(-4), [
    `${ITEMS}/write Started`,
    `${ITEMS}/write Accepted`,
    `${ITEMS}/backup/action Started`,
    `${ITEMS}/backup/action Accepted`,
  ])
  t.equal((await tell(false)).job, job, 'a world without the refusal has the same job')
})

t.test('jobs of machines are logged as they begin and end, scheduled ones too', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const done = await story.backUp(item)
  await story.condition(item.machine, { agent: 'notReady' })
  const failed = await story.backUp(item)
  await story.condition(item.machine, { agent: 'ready' })
  const cancelled = await story.startBackUp(item)
  await story.call('POST', `${item.vault}/backupJobs/${cancelled}/cancel`)
  await story.ended(item.vault, cancelled)
  const events = (await activityOf(t, story)).filter(isJob)
  const ofJob = (id: string) => events.filter((event) => members(event.properties)['Job Id'] === id)
  t.same(ofJob(done.id).map(brief), [`${ITEMS}/backup/action Started`, `${ITEMS}/backup/action Succeeded`])
  t.match(ofJob(failed.id), [
    { status: { value: 'Started' }, level: 'Informational' },
    {
      status: { value: 'Failed' },
      level: 'Error',
      resourceId: item.vault,
      resourceGroupName: 'backup',
      eventTimestamp: new Date(failed.end ?? 0).toISOString().replace(/0+Z$/, 'Z'),
      properties: { 'Entity Name': 'vm1', 'Error Code': 'UserErrorGuestAgentStatusUnavailable' },
    },
  ])
  t.same(ofJob(cancelled).map(brief), [`${ITEMS}/backup/action Started`], 'its end is the request that asked for it')

  const since = story.world.now()
  await story.advance('1d')
  const later = await activityOf(t, story, `eventTimestamp ge '${since}'`)
  t.same(later.map(brief), [`${ITEMS}/backup/action Started`, `${ITEMS}/backup/action Succeeded`])
})

t.test('jobs of file shares are not logged', async (t) => {
  const story = await tellShareStory(t)
  await story.backUp(await story.protectedShare())
  t.same((await activityOf(t, story)).filter(isJob), [])
})

t.test('a classic vault is logged by the names of its time, and has no alerts', async (t) => {
  const story = await tellClassicStory(t)
  const item = await story.protectedMachine({}, classicPolicy())
  await story.backUp(item)
  await story.condition(item.machine, { bitLocker: 'on' })
  t.equal((await story.backUp(item)).status, 'Failed')
  await story.stop(item)
  await story.deleteData(item)
  await story.unregister(item)
  await story.ask('PATCH', `${item.vault}/protectionPolicies/Custom`, { properties: classicPolicy('21:00') })
  await story.ask('DELETE', `${item.vault}/protectionPolicies/Custom`)
  const events = (await activityOf(t, story)).filter(isJob)
  const said = events.map((event) => brief(event).replace('Microsoft.Backup/backupvault/', ''))
  const once = (event: string) => [`${event} Started`, `${event} Succeeded`]
  t.same(said, [
    ...once('Register'),
    'CreateProtectionPolicy Succeeded',
    ...once('ConfigureProtection'),
    ...once('Backup'),
    ...['Backup Started', 'Backup Failed'],
    ...once('StopProtection'),
    ...once('DeleteBackupData'),
    ...once('Unregister'),
    'UpdateProtectionPolicy Succeeded',
    'DeleteProtectionPolicy Succeeded',
  ])
  t.match(events.at(2), { resourceId: `${item.vault}/protectionPolicies/Custom` })
  t.match(events.at(3), { resourceId: item.vault, resourceProviderName: { value: 'Microsoft.Backup' } })
  t.same(await raised(t, story), [])
})

t.test('the log is filtered, and selected from', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.call('PUT', groupPath('elsewhere'), { location: 'westeurope' }, { 'x-ms-correlation-request-id': 'mine' })
  await story.vault('other')
  const start = "eventTimestamp ge '2026-01-05T08:00:00Z'"
  const all = await activityOf(t, story, start)
  const some = (name: string, keeps: (event: Members) => boolean) => ({ name, keeps })
  for (const { name, keeps } of [
    some("resourceGroupName eq 'ELSEWHERE'", (event) => event.resourceGroupName === 'elsewhere'),
    some(`resourceUri eq '${item.vault}'`, ({ resourceId }) => String(resourceId).startsWith(`${item.vault}`)),
    some(`resourceId eq '${item.vault.toUpperCase()}/'`, ({ resourceId }) => String(resourceId).startsWith(item.vault)),
    some(
      "resourceProvider eq 'microsoft.resources'",
      (event) => textOf(event, 'resourceProviderName') === 'Microsoft.Resources',
    ),
    some("correlationId eq 'mine'", (event) => event.correlationId === 'mine'),
    some("status eq 'Accepted'", (event) => textOf(event, 'status') === 'Accepted'),
    some("eventChannels eq 'Admin, Operation'", () => true),
    some('caller eq nobody', () => false),
    some(
      "status eq 'Succeeded' and resourceProvider eq Microsoft.RecoveryServices",
      (event) =>
        textOf(event, 'status') === 'Succeeded' &&
        textOf(event, 'resourceProviderName') === 'Microsoft.RecoveryServices',
    ),
  ]) {
    const wanted = all.filter(keeps).map(({ eventDataId }) => eventDataId)
    const found = (await activityOf(t, story, `${start} and ${name}`)).map(({ eventDataId }) => eventDataId)
    t.same(found, wanted, name)
    if (name !== 'caller eq nobody') t.ok(found.length > 0, name)
  }
  const selected = await ask(t, story, 'GET', ACTIVITY, { $select: 'eventName,OperationName, status' })
  for (const event of selected.values) t.same(Object.keys(event), ['eventName', 'operationName', 'status'])
})

t.test('the log is asked for a time, as clients write it', async (t) => {
  const story = await tellStory(t)
  await story.call('PUT', groupPath('first'), { location: 'westeurope' })
  await story.advance('1d')
  await story.call('PUT', groupPath('second'), { location: 'westeurope' })
  for (const [filter, groups] of [
    ["eventTimestamp ge '2026-01-05T08:00:00Z'", ['first', 'second']],
    ["eventTimestamp gt '2026-01-05T08:00:00Z'", ['second']],
    [
      'eventTimestamp ge 2026-01-05T00:00:00+00:00 and eventTimestamp le 2999-01-01T00:00:00+00:00',
      ['first', 'second'],
    ],
    ["eventTimestamp ge '2026-01-05' and eventTimestamp le '2026-01-06'", ['first']],
    ["eventTimestamp ge '2026-01-05' and eventTimestamp lt '2026-01-06T08:00:00.0000000Z'", ['first']],
    ["eventTimestamp ge '2026-01-06T10:00:00+02:00'", ['second']],
    ['eventTimestamp ge 2026-01-06T08:00:00', ['second']],
  ] as const) {
    const events = await activityOf(t, story, filter)
    t.same([...new Set(events.map(({ resourceGroupName }) => resourceGroupName))], groups, filter)
  }
})

t.test('the log goes back 90 days', async (t) => {
  const story = await tellStory(t)
  const put = (group: string) => story.call('PUT', groupPath(group), { location: 'westeurope' })
  await put('old')
  await story.advance('90d')
  t.equal((await activityOf(t, story)).length, 2)
  await story.advance('1s')
  t.equal((await activityOf(t, story)).length, 0)
  for (let puts = 0; puts < 101; puts++) await put(`group${puts}`)
  const first = await ask(t, story, 'GET', ACTIVITY)
  t.equal(first.values.length, 200, 'a page')
  const second = await story.call('GET', first.text('nextLink'))
  t.equal(second.values.length, 2)
  t.match(second.values[0], { resourceGroupName: 'group0' })
  t.notOk(second.at('nextLink'))
})

t.test('a subscription has a log of its own', async (t) => {
  const story = await tellStory(t)
  const other = '/subscriptions/22222222-3333-4444-5555-666666666666'
  await story.call('PUT', groupPath('mine'), { location: 'westeurope' })
  await story.call('PUT', `${other}/resourceGroups/theirs`, { location: 'westeurope' })
  const events = await ask(t, story, 'GET', `${other}/providers/Microsoft.Insights/eventtypes/management/values`)
  t.same([...new Set(events.values.map(({ resourceGroupName }) => resourceGroupName))], ['theirs'])
  t.equal((await activityOf(t, story)).length, 2)
  const categories = await story.call('GET', '/providers/Microsoft.Insights/eventcategories')
  t.match(categories.values[0], { value: 'Administrative', localizedValue: 'Administrative' })
})

t.test('a filter that cannot be read is refused, in the form of its service', async (t) => {
  const story = await tellStory(t)
  const digest = story.world.emulator.digest()
  const start = "eventTimestamp ge '2026-01-05T08:00:00Z'"
  for (const [filter, says] of [
    ["eventTimestamp ge '2025-10-07T07:59:59Z'", /cannot be more than 90 days in the past/],
    ["eventTimestamp ge '2026-01-05T09:00:00Z' and eventTimestamp le '2026-01-05T08:00:00Z'", /before the end/],
    ["eventTimestamp ge '2026-01-06T09:00:00Z'", /before the end/],
    ["eventTimestamp ge 'yesterday'", /ISO 8601/],
    ["eventTimestamp eq '2026-01-05T08:00:00Z'", /not supported/],
    [`${start} and colour eq 'red'`, /'colour eq' is not supported/],
    [`${start} and resourceGroupName ge 'a'`, /not supported/],
    [`${start} or resourceGroupName eq 'a'`, /left over/],
    [`${start} and`, /left over|nothing is known/],
    ['eventName==EndRequest', /nothing is known/],
    [`${start} and resourceGroupName eq 'a`, /nothing is known|left over/],
  ] as const) {
    const answer = await ask(t, story, 'GET', ACTIVITY, { $filter: filter })
    t.match(answer, { status: 400, body: { code: 'BadRequest', message: says } }, filter)
    t.same(Object.keys(members(answer.body)), ['code', 'message'])
  }
  const select = await ask(t, story, 'GET', ACTIVITY, { $select: 'eventName,colour' })
  t.match(select, { status: 400, body: { code: 'BadRequest', message: /'colour'/ } })
  t.equal(story.world.emulator.digest(), digest)
})

t.test('in strict mode a start is needed', async (t) => {
  const story = await tellStory(t, { strict: true })
  const token = await signIn(story, { grant_type: 'client_credentials', client_secret: 'x' })
  const get = (query: string) => story.call('GET', `${ACTIVITY}?api-version=2015-04-01${query}`, undefined, token)
  t.match(await get(''), { status: 400, body: { code: 'BadRequest', message: /no start time/ } })
  const filter = encodeURIComponent("eventTimestamp ge '2026-01-05T08:00:00Z'")
  t.equal((await get(`&$filter=${filter}`)).status, 200)
})

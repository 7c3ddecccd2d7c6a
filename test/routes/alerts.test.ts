import t, { type Test } from 'tap'
import { refused } from '../support/control.js'
import { ALERTS, alertsOf, ask, raised, SUBSCRIPTION, seenAlert, signIn } from '../support/monitoring.js'
import { newestPoint } from '../support/restores.js'
import { DAY, HOUR, type Members, members } from '../support/seen.js'
import { tellShareStory } from '../support/share-story.js'
import { dailyPolicy, groupPath, type Item, keep, type Story, tellStory } from '../support/story.js'

const MINUTE = HOUR / 60
const CONFIG = '/backupconfig/vaultconfig'
const softDelete = (softDeleteFeatureState: string) => ({
  properties: { enhancedSecurityState: 'Enabled', softDeleteFeatureState },
})
const jobAlerts = (alertsForAllJobFailures: string) => ({
  properties: { monitoringSettings: { azureMonitorAlertSettings: { alertsForAllJobFailures } } },
})

/** A machine whose backups fail until the condition ends. */
async function failingMachine(t: Test): Promise<{ story: Story; item: Item & { machine: string } }> {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.condition(item.machine, { agent: 'notReady' })
  return { story, item }
}

/** A story that has an alert. */
async function alerted(t: Test) {
  const { story, item } = await failingMachine(t)
  await story.backUp(item)
  await story.advance('20m')
  const [alert] = await alertsOf(t, story)
  if (!alert) throw new Error('no alert')
  return { story, item, alert, path: `${SUBSCRIPTION}${ALERTS}/${alert.guid}` }
}

t.test('a failed backup raises an alert within 20 minutes', async (t) => {
  const { story, item } = await failingMachine(t)
  const job = await story.backUp(item)
  t.equal(job.status, 'Failed')
  t.same(await alertsOf(t, story), [], 'not at once')
  await story.advance('20m')
  const [alert, ...more] = await alertsOf(t, story)
  t.same(more, [])
  t.match(alert, { rule: 'Backup Failure', severity: 'Sev1', state: 'New', description: /VM agent/ })
  const late = (alert?.fired ?? 0) - (job.end ?? 0)
  t.ok(late > 0 && late <= 20 * MINUTE, `after ${late} ms`)
  t.match(alert?.context, {
    category: 'Jobs',
    sourceId: item.machine,
    protectedItemId: item.path,
    linkedResourceName: 'vm1',
    firstLevelContainerId: 'iaasvmcontainerv2;apps;vm1',
    extendedInfo: { jobId: job.id, occurrenceCount: 1, recommendedActions: /agent/ },
  })

  const [listed] = (await ask(t, story, 'GET', `${SUBSCRIPTION}${ALERTS}`)).values
  t.match(listed, {
    id: `${item.vault.toLowerCase()}${ALERTS}/${alert?.guid}`,
    type: 'Microsoft.AlertsManagement/alerts',
    name: 'Backup Failure',
    properties: {
      essentials: {
        signalType: 'Log',
        monitorService: 'Azure Backup',
        monitorCondition: 'Fired',
        targetResource: item.vault.toLowerCase(),
        targetResourceName: 'vault',
        targetResourceGroup: 'backup',
        targetResourceType: 'vaults',
        lastModifiedUserName: 'System',
      },
    },
  })
  t.notOk(members(listed?.properties).context, 'what it is about is only told on demand')
})

t.test('each failure has an alert of its own, and no success resolves one', async (t) => {
  const { story, item } = await failingMachine(t)
  await story.backUp(item)
  await story.backUp(item)
  await story.condition(item.machine, { agent: 'ready' })
  t.equal((await story.backUp(item)).status, 'Completed')
  t.same(await raised(t, story), ['Backup Failure', 'Backup Failure'])
  const query = { monitorCondition: 'Resolved' }
  t.same(await alertsOf(t, story, query), [])
})

t.test('a failed restore raises an alert', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  await story.call('PUT', groupPath('restored'), { location: 'westeurope' })
  const { point } = await newestPoint(story, item)
  const id = await story.startRestore(item, point, item.machine)
  await story.call('DELETE', groupPath('restored'))
  t.equal((await story.ended(item.vault, id)).status, 'Failed')
  t.same(await raised(t, story), ['Restore Failure'])
  t.match(await alertsOf(t, story), [{ severity: 'Sev1', context: { extendedInfo: { jobId: id } } }])
})

t.test('what had to be expected raises none', async (t) => {
  t.test('a job that somebody cancels', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    const id = await story.startBackUp(item)
    await story.call('POST', `${item.vault}/backupJobs/${id}/cancel`)
    t.equal((await story.ended(item.vault, id)).status, 'Cancelled')
    t.same(await raised(t, story), [])
  })
  t.test('a machine that is no longer there', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    await story.deleteMachine(item.machine)
    await story.advance('2d')
    const jobs = await story.jobs(item.vault)
    t.ok(jobs.length > 0 && jobs.every(({ status }) => status === 'Failed'), 'its backups fail')
    t.same(await raised(t, story), [])
  })
  t.test('a backup that another one is in the way of', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine({}, dailyPolicy('22:00'))
    const next = story.world.emulator.clock.read().nextEvent
    t.equal(next?.kind, 'backup.scheduled')
    await story.reach(new Date((next?.at ?? 0) - 2 * MINUTE).toISOString())
    await story.startBackUp(item)
    await story.advance('1h')
    const errors = (await story.jobs(item.vault)).flatMap((job) => job.errors)
    t.ok(errors.includes('UserErrorBackupOperationInProgress'), errors.join())
    t.same(await raised(t, story), [])
  })
})

t.test('a vault can do without alerts of failed jobs', async (t) => {
  const { story, item } = await failingMachine(t)
  await story.finished(await story.call('PATCH', item.vault, jobAlerts('Disabled')))
  await story.backUp(item)
  t.same(await raised(t, story), [])
  await story.call('PATCH', `${item.vault}${CONFIG}`, softDelete('Disabled'))
  t.same(await raised(t, story), ['Soft Delete Disabled for Vault'], 'but not without those of security')
  await story.finished(await story.call('PATCH', item.vault, jobAlerts('Enabled')))
  await story.backUp(item)
  t.same(await raised(t, story), ['Soft Delete Disabled for Vault', 'Backup Failure'])
})

t.test('deleted data raises an alert, and its end two more', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  await story.deleteData(item)
  t.same(await raised(t, story), ['Delete Backup Data'])
  t.match(await alertsOf(t, story), [{ severity: 'Sev0', context: { category: 'Security', sourceId: item.machine } }])
  await story.advance('11d')
  t.same(await raised(t, story), ['Delete Backup Data'])
  await story.advance('1d')
  t.same(await raised(t, story), ['Delete Backup Data', 'Upcoming Purge'])
  await story.advance('2d')
  t.same(await raised(t, story), ['Delete Backup Data', 'Upcoming Purge', 'Purge Complete'])
})

t.test('who has the data back is not warned of its end', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  await story.deleteData(item)
  await story.undelete(item)
  await story.advance('15d')
  t.same(await raised(t, story), ['Delete Backup Data'])
})

t.test('without soft delete nothing more is told of deleted data', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  await story.call('PATCH', `${item.vault}${CONFIG}`, softDelete('Disabled'))
  await story.deleteData(item)
  t.equal((await story.call('GET', item.path)).status, 404)
  t.same(await raised(t, story), ['Soft Delete Disabled for Vault'])
  t.match(await alertsOf(t, story), [{ severity: 'Sev0', context: { sourceId: item.vault, protectedItemId: null } }])
})

t.test('deleted data of a file share raises none', async (t) => {
  const story = await tellShareStory(t)
  const item = await story.protectedShare()
  await story.backUp(item)
  await story.deleteData(item)
  await story.advance('15d')
  t.same(await raised(t, story), [])
})

t.test('shorter retention raises an alert, of the policy or of the item', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine({}, dailyPolicy())
  const kept = (days: number) => ({
    retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep('22:00', days, 'Days') },
  })
  await story.policy(item.vault, 'Custom', dailyPolicy('22:00', kept(40)))
  t.same(await raised(t, story), [], 'longer is no matter')
  await story.policy(item.vault, 'Custom', dailyPolicy('22:00', kept(20)))
  t.same(await raised(t, story), ['Modify Policy with Shorter Retention'])
  await story.policy(item.vault, 'Short', dailyPolicy('22:00', kept(10)))
  await story.protect(item.vault, item.machine, 'Short')
  t.same(await raised(t, story), ['Modify Policy with Shorter Retention', 'Modify Protection with Shorter Retention'])
})

t.test('a guard that is taken away raises an alert', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const guard = `${groupPath('backup')}/providers/Microsoft.DataProtection/resourceGuards/guard`
  const proxy = `${vault}/backupResourceGuardProxies/VaultProxy`
  await story.call('PUT', guard, { location: 'westeurope', properties: {} })
  await story.call('PUT', proxy, { properties: { resourceGuardResourceId: guard } })
  t.equal((await story.call('DELETE', proxy)).code, 'UserErrorResourceGuardOperationRequestNotProvided')
  t.same(await raised(t, story), [], 'nothing happened')
  await story.call('POST', `${proxy}/unlockDelete`, {
    resourceGuardOperationRequests: [`${guard}/deleteResourceGuardProxyRequests/default`],
  })
  t.equal((await story.call('DELETE', proxy)).status, 200)
  t.same(await raised(t, story), ['MUA Disabled'])
})

t.test('an alert changes its state, and remembers who changed it', async (t) => {
  const { story, path } = await alerted(t)
  const user = await signIn(story, { grant_type: 'password', username: 'ada@example.com', password: 'x' })
  const acknowledged = await story.call(
    'POST',
    `${path}/changestate?newState=acknowledged`,
    { comments: 'On it' },
    user,
  )
  t.match(acknowledged.body, {
    id: path,
    name: 'Backup Failure',
    properties: {
      essentials: {
        alertState: 'Acknowledged',
        lastModifiedUserName: 'ada@example.com',
        lastModifiedDateTime: story.world.now().replace(/0*Z$/, 'Z').replace('.Z', 'Z'),
        targetResourceType: 'microsoft.recoveryservices/vaults',
      },
    },
  })
  await story.advance('1m')
  t.equal((await ask(t, story, 'POST', `${path}/changestate`, { newState: 'Closed' })).status, 200)
  const again = await ask(t, story, 'POST', `${path}/changestate`, { newState: 'Closed' })
  t.equal(again.text('properties.essentials.alertState'), 'Closed')
  const history = await ask(t, story, 'GET', `${path}/history`)
  t.equal(history.text('id'), `${path}/history/default`)
  t.match(history.at('properties.modifications'), [
    { modificationEvent: 'StateChange', oldValue: 'Acknowledged', newValue: 'Closed', modifiedBy: 'User' },
    { oldValue: 'New', newValue: 'Acknowledged', modifiedBy: 'ada@example.com', comments: 'On it' },
    { modificationEvent: 'AlertCreated', oldValue: '', newValue: '', modifiedBy: 'System' },
  ])
  t.equal((history.at('properties.modifications') as unknown[]).length, 3, 'the same state again is no change')
  t.same(await alertsOf(t, story, { alertState: 'New' }), [])
  t.equal((await alertsOf(t, story, { alertState: 'Closed' })).length, 1)
})

t.test('an alert is found wherever it is of', async (t) => {
  const { story, item, alert } = await alerted(t)
  const other = await story.vault('other')
  for (const scope of [SUBSCRIPTION, groupPath('backup'), item.vault]) {
    t.equal((await alertsOf(t, story, {}, scope)).length, 1, scope)
    const answer = await ask(t, story, 'GET', `${scope}${ALERTS}/${alert.guid.toUpperCase()}`)
    t.equal(answer.text('id'), `${scope}${ALERTS}/${alert.guid}`)
    t.equal((await ask(t, story, 'GET', `${scope}${ALERTS}/${alert.guid}/history`)).status, 200)
  }
  for (const scope of [groupPath('apps'), other]) {
    t.same(await alertsOf(t, story, {}, scope), [], scope)
    t.equal((await ask(t, story, 'GET', `${scope}${ALERTS}/${alert.guid}`)).code, 'AlertNotFound')
  }
  const elsewhere = '/subscriptions/22222222-3333-4444-5555-666666666666'
  t.equal((await ask(t, story, 'GET', `${elsewhere}${ALERTS}/${alert.guid}`)).status, 404)
})

t.test('alerts are kept for 30 days', async (t) => {
  const { story, path } = await alerted(t)
  await story.advance('29d')
  t.equal((await ask(t, story, 'GET', path)).status, 200)
  await story.advance('1d')
  t.equal((await ask(t, story, 'GET', path)).status, 404)
})

t.test('a list is filtered, sorted, cut and selected from', async (t) => {
  const { story, item } = await alerted(t)
  await story.call('PATCH', `${item.vault}${CONFIG}`, softDelete('Disabled'))
  await story.condition(item.machine, { agent: 'ready' })
  await story.advance('2d')
  await story.condition(item.machine, { agent: 'notReady' })
  await story.backUp(item)
  await story.advance('20m')
  const count = async (query: Members) => (await alertsOf(t, story, query)).length
  t.equal(await count({}), 3)
  for (const [query, wanted] of [
    [{ severity: 'sev0' }, 1],
    [{ severity: 'Sev1', alertState: 'New' }, 2],
    [{ monitorService: 'Azure Backup' }, 3],
    [{ monitorService: 'Platform' }, 0],
    [{ targetResource: item.vault }, 3],
    [{ targetResource: item.machine }, 0],
    [{ targetResourceGroup: 'BACKUP' }, 3],
    [{ targetResourceType: 'vaults' }, 3],
    [{ targetResourceType: 'Microsoft.RecoveryServices/vaults' }, 3],
    [{ alertRule: 'Backup Failure' }, 2],
    [{ smartGroupId: 'any' }, 0],
    [{ timeRange: '1d' }, 1],
    [{ timeRange: '1h' }, 1],
    [{ timeRange: '7d' }, 3],
    [{ timeRange: '', customTimeRange: `2026-01-05/${story.world.now()}` }, 3],
    [{ timeRange: '', customTimeRange: '2026-01-05T08:00:00Z/2026-01-06T00:00:00Z' }, 2],
  ] as const) {
    t.equal(await count(query), wanted, JSON.stringify(query))
  }
  t.equal((await ask(t, story, 'GET', `${SUBSCRIPTION}${ALERTS}`)).values.length, 1, 'a day where nothing is said')

  const sorted = await alertsOf(t, story, { sortBy: 'severity', sortOrder: 'desc' })
  t.same(
    sorted.map(({ severity }) => severity),
    ['Sev1', 'Sev1', 'Sev0'],
  )
  const newest = await ask(t, story, 'GET', `${SUBSCRIPTION}${ALERTS}`, { timeRange: '30d' })
  const times = newest.values.map((value) => seenAlert(value).fired)
  t.same(
    times,
    [...times].sort((a, b) => b - a),
    'the newest first where nothing is said',
  )

  const names: unknown[] = []
  let path = `${SUBSCRIPTION}${ALERTS}?timeRange=30d&pageCount=2&select=alertRule,severity&api-version=2018-05-05`
  for (let pages = 0; path !== '' && pages < 5; pages++) {
    const page = await story.call('GET', path)
    names.push(...page.names)
    t.same(Object.keys(members(members(page.values[0]?.properties).essentials)), ['severity', 'alertRule'])
    path = page.text('nextLink')
  }
  t.equal(names.length, 3, 'the pages have all of them')
  t.equal(await count({ pageCount: 0 }), 3, 'PowerShell says 0 where it was told nothing')
})

t.test('alerts are counted', async (t) => {
  const { story, item } = await alerted(t)
  await story.call('PATCH', `${item.vault}${CONFIG}`, softDelete('Disabled'))
  await story.advance('20m')
  const path = `${SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alertsSummary`
  const both = await ask(t, story, 'GET', path, { groupby: 'severity,alertstate', includeSmartGroupsCount: true })
  t.match(both.body, {
    id: `${path}/current`,
    type: 'Microsoft.AlertsManagement/alertsSummary',
    name: 'current',
    properties: { groupedby: 'severity', smartGroupsCount: 0, total: 2 },
  })
  const none = (name: string) => ({ name, count: 0 })
  t.match(both.at('properties.values'), [
    { name: 'Sev0', count: 1, groupedby: 'alertState', values: [{ name: 'New', count: 1 }, none('Acknowledged')] },
    { name: 'Sev1', count: 1 },
    ...[none('Sev2'), none('Sev3'), none('Sev4')],
  ])
  const byRule = await ask(t, story, 'GET', path, { groupby: 'alertRule', severity: 'Sev1' })
  t.same(byRule.at('properties'), { groupedby: 'alertRule', total: 1, values: [{ name: 'Backup Failure', count: 1 }] })
  const services = '/providers/Microsoft.AlertsManagement/alertsMetaData?identifier=MonitorServiceList'
  t.same((await story.call('GET', services)).at('properties.data'), [
    { name: 'Azure Backup', displayName: 'Azure Backup' },
  ])
})

t.test('what makes no sense is refused, and changes nothing', async (t) => {
  const { story, path } = await alerted(t)
  const list = `${SUBSCRIPTION}${ALERTS}?`
  const summary = `${SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alertsSummary?`
  const late = new Date(story.now - 31 * DAY).toISOString()
  for (const [method, url, says] of [
    ['POST', `${path}/changestate?newState=Done`, /New, Acknowledged, Closed/],
    ['POST', `${path}/changestate`, /newState/],
    ['GET', `${list}severity=High`, /Sev0, Sev1/],
    ['GET', `${list}alertState=Open`, /Acknowledged/],
    ['GET', `${list}monitorCondition=Gone`, /Fired, Resolved/],
    ['GET', `${list}timeRange=2d`, /1h, 1d, 7d, 30d/],
    ['GET', `${list}timeRange=1d&customTimeRange=2026-01-05/2026-01-06`, /not both/],
    ['GET', `${list}customTimeRange=2026-01-06/2026-01-05`, /not after the end/],
    ['GET', `${list}customTimeRange=yesterday`, /ISO 8601/],
    ['GET', `${list}customTimeRange=2026-02-30/2026-03-01`, /ISO 8601/],
    ['GET', `${list}customTimeRange=${late}/${story.world.now()}`, /last 30 days/],
    ['GET', `${list}pageCount=251`, /1 to 250/],
    ['GET', `${list}pageCount=many`, /1 to 250/],
    ['GET', `${list}pageCount=-1`, /1 to 250/],
    ['GET', `${list}pageCount=26&includeContext=true`, /1 to 25\b/],
    ['GET', `${list}includeContext=perhaps`, /true, false/],
    ['GET', `${list}sortBy=colour`, /startDateTime/],
    ['GET', `${list}sortOrder=up`, /asc, desc/],
    ['GET', `${list}select=severity,colour`, /'colour'/],
    ['GET', `${summary}`, /groupby/],
    ['GET', `${summary}groupby=severity,alertState,alertRule`, /one or two/],
    ['GET', `${summary}groupby=severity,severity`, /one or two/],
    ['GET', '/providers/Microsoft.AlertsManagement/alertsMetaData?identifier=All', /MonitorServiceList/],
  ] as const) {
    await refused(t, story.world, [method, url], { code: 'InvalidParameter', says })
  }
  const unknown = `${SUBSCRIPTION}${ALERTS}/11111111-2222-4333-8444-555555555555`
  for (const [method, url] of [
    ['GET', unknown],
    ['GET', `${unknown}/history`],
    ['POST', `${unknown}/changestate?newState=Closed`],
  ] as const) {
    await refused(t, story.world, [method, url], { status: 404, code: 'AlertNotFound' })
  }
  await refused(t, story.world, ['POST', `${path}/changestate?newState=Closed`, { comments: 7 }], {
    code: 'InvalidRequestContent',
  })
})

t.test('the same world has the same alerts', async (t) => {
  const guids = async () => {
    const { alert } = await alerted(t)
    return [alert.guid, alert.fired]
  }
  t.same(await guids(), await guids())
})

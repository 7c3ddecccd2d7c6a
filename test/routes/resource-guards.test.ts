import t from 'tap'
import { refused } from '../support/control.js'
import { dailyPolicy, groupPath, type Item, keep, protection, type Story, tellStory } from '../support/story.js'

const GUARDS = 'providers/Microsoft.DataProtection/resourceGuards'
const guardPath = (name = 'guard', group = 'security') => `${groupPath(group)}/${GUARDS}/${name}`
const SUBSCRIPTION = groupPath('security').split('/resourceGroups/')[0] ?? ''
const ITEMS = 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems'
const NOT_AUTHORIZED = 'UserErrorResourceGuardOperationRequestNotProvided'

/** The daily policy, its points kept for so many days. */
const keptFor = (days: number) =>
  dailyPolicy('22:00', {
    retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', dailySchedule: keep('22:00', days, 'Days') },
  })
const proxyOf = (vault: string) => `${vault}/backupResourceGuardProxies/VaultProxy`
const attached = (guard: string) => ({ properties: { resourceGuardResourceId: guard } })
const requestOf = (collection: string, guard = guardPath()) => `${guard}/${collection}/default`

async function putGuard({ call }: Story, excluded: string[] = [], path = guardPath(), location = 'westeurope') {
  const body = { location, properties: { vaultCriticalOperationExclusionList: excluded } }
  return call('PUT', path, body)
}

/** A protected machine with a point, in a vault that a guard watches over. */
async function guardedMachine(story: Story, excluded: string[] = []): Promise<Item & { machine: string }> {
  const item = await story.protectedMachine()
  await story.backUp(item)
  await putGuard(story, excluded)
  const answer = await story.call('PUT', proxyOf(item.vault), attached(guardPath()))
  if (answer.status !== 200) throw new Error(`not attached: ${JSON.stringify(answer.body)}`)
  return item
}

const unlock = ({ call }: Story, { vault, path }: Item, collection = 'deleteProtectedItemRequests') =>
  call('POST', `${proxyOf(vault)}/unlockDelete`, {
    resourceGuardOperationRequests: [requestOf(collection)],
    resourceToBeDeleted: path,
  })

t.test('a guard is made, read, listed, tagged and deleted', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const made = await putGuard(story)
  t.equal(made.status, 200, 'never 201')
  t.equal(made.text('name'), 'guard')
  t.equal(made.text('type'), 'Microsoft.DataProtection/resourceGuards')
  t.equal(made.text('location'), 'westeurope')
  t.equal(made.text('properties.provisioningState'), 'Succeeded')
  const described = { location: 'westeurope', properties: { description: 'of the security team' } }
  await call('PUT', guardPath(), described)
  t.equal((await call('GET', guardPath())).text('properties.description'), 'of the security team')

  const patched = await call('PATCH', guardPath(), { tags: { team: 'blue' } })
  t.same(patched.at('tags'), { team: 'blue' })
  t.equal(patched.text('properties.description'), 'of the security team', 'a patch leaves the rest')
  t.same((await call('PATCH', guardPath(), {})).at('tags'), { team: 'blue' }, 'and the tags, where it names none')

  await putGuard(story, [], guardPath('other', 'elsewhere'))
  t.same((await call('GET', `${groupPath('security')}/${GUARDS}`)).names, ['guard'])
  t.same((await call('GET', `${SUBSCRIPTION}/${GUARDS}`)).names.toSorted(), ['guard', 'other'])
  t.match((await call('GET', `${groupPath('security')}/resources`)).values, [
    { type: 'Microsoft.DataProtection/resourceGuards', name: 'guard' },
  ])

  t.equal((await call('DELETE', guardPath())).status, 200)
  t.equal((await call('DELETE', guardPath())).status, 204)
  t.equal((await call('GET', guardPath())).code, 'ResourceNotFound')
  await refused(t, story.world, ['PUT', guardPath('new'), {}], { code: 'LocationRequired' })
  const there = { location: 'northeurope' }
  await refused(t, story.world, ['PUT', guardPath('other', 'elsewhere'), there], {
    status: 409,
    code: 'InvalidResourceLocation',
  })
})

t.test('a guard stands in front of every critical operation that it does not leave out', async (t) => {
  const story = await tellStory(t)
  const names = (operations: unknown) =>
    (operations as { vaultCriticalOperation: string }[]).map((row) => row.vaultCriticalOperation)
  const all = names((await putGuard(story)).at('properties.resourceGuardOperations'))
  t.equal(all.length, 18)
  const excluded = [`${ITEMS}/delete`, 'Microsoft.RecoveryServices/vaults/backupSecurityPIN/action']
  const left = await putGuard(story, excluded)
  t.same(left.at('properties.vaultCriticalOperationExclusionList'), excluded)
  t.same(
    names(left.at('properties.resourceGuardOperations')),
    all.filter((name) => !excluded.includes(name)),
  )
  const unknown = ['Microsoft.RecoveryServices/vaults/backupResourceGuardProxies/write']
  t.same((await putGuard(story, unknown)).at('properties.vaultCriticalOperationExclusionList'), unknown)

  for (const mandatory of ['backupconfig/write', 'backupResourceGuardProxies/DELETE']) {
    const properties = { vaultCriticalOperationExclusionList: [`Microsoft.RecoveryServices/vaults/${mandatory}`] }
    await refused(t, story.world, ['PUT', guardPath(), { location: 'westeurope', properties }], {
      code: 'InvalidParameter',
      says: new RegExp(mandatory),
    })
  }
})

t.test('each collection of requests holds one, called default', async (t) => {
  const story = await tellStory(t)
  await putGuard(story)
  for (const collection of [
    'disableSoftDeleteRequests',
    'deleteResourceGuardProxyRequests',
    'getBackupSecurityPINRequests',
    'deleteProtectedItemRequests',
    'updateProtectedItemRequests',
    'updateProtectionPolicyRequests',
  ]) {
    const one = await story.call('GET', requestOf(collection))
    t.same(one.body, {
      id: requestOf(collection),
      name: 'default',
      type: `Microsoft.DataProtection/resourceGuards/${collection}`,
    })
    t.same((await story.call('GET', `${guardPath()}/${collection}`)).values, [one.body])
    const other = await story.call('GET', `${guardPath()}/${collection}/other`)
    t.equal(other.code, 'ResourceNotFound')
  }
  const nowhere = await story.call('GET', requestOf('disableSoftDeleteRequests', guardPath('never')))
  t.equal(nowhere.code, 'ResourceNotFound')
})

t.test('a vault is attached to a guard of its region, and says so', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const vault = await story.vault()
  const mua = async () => (await call('GET', vault)).text('properties.securitySettings.multiUserAuthorization')
  t.equal(await mua(), 'Disabled')
  t.same((await call('GET', `${vault}/backupResourceGuardProxies`)).values, [])
  t.equal((await call('GET', proxyOf(vault))).status, 404)

  const attach = (guard: string, proxy = proxyOf(vault)) => ['PUT', proxy, attached(guard)] as const
  await refused(t, story.world, attach(guardPath()), { code: 'InvalidParameter', says: /Create it first/ })
  await refused(t, story.world, attach(`${vault}/x`), { code: 'InvalidParameter', says: /not the id/ })
  await putGuard(story, [], guardPath('far'), 'northeurope')
  await refused(t, story.world, attach(guardPath('far')), { code: 'InvalidParameter', says: /northeurope/ })
  await putGuard(story)
  const other = `${vault}/backupResourceGuardProxies/Other`
  await refused(t, story.world, attach(guardPath(), other), { code: 'InvalidParameter', says: /VaultProxy/ })

  const proxy = await call('PUT', proxyOf(vault), attached(guardPath()))
  t.equal(proxy.status, 200)
  t.equal(proxy.text('properties.resourceGuardResourceId'), guardPath().replace('resourceGroups', 'resourcegroups'))
  t.same((await call('GET', proxyOf(vault))).body, proxy.body)
  t.same((await call('GET', `${vault}/backupResourceGuardProxies`)).values, [proxy.body])
  t.equal((await call('GET', other)).status, 404)
  t.equal(await mua(), 'Enabled')
  t.equal((await call('PUT', proxyOf(vault), attached(guardPath()))).status, 200, 'it may be said again')
  t.equal((await call('PATCH', vault, { tags: { a: 'b' } })).status, 202)
  t.equal(await mua(), 'Enabled', 'other changes of the vault leave it there')
})

t.test('critical operations need the request of the attached guard', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const item = await guardedMachine(story)
  const [point] = await story.points(item)
  await story.policy(item.vault, 'Weaker', keptFor(20))
  await story.policy(item.vault, 'Own', keptFor(30))
  const source = { protectedItemType: 'Microsoft.Compute/virtualMachines', sourceResourceId: item.machine }
  const soft = (state: string) => ({
    securitySettings: { softDeleteSettings: { softDeleteState: state, enhancedSecurityState: 'Enabled' } },
  })
  const immutable = (state: string) => ({ securitySettings: { immutabilitySettings: { state } } })
  const locked = await call('PATCH', item.vault, { properties: immutable('Unlocked') })
  t.equal(locked.status, 202, 'more security is never asked for')

  /** What, the request, its properties, the collection that authorizes it, and the status then. */
  const rows = [
    [
      'immutability that is reduced',
      'PATCH',
      item.vault,
      immutable('Disabled'),
      'reduceImmutabilityStateRequests',
      202,
    ],
    [
      'a policy that keeps points shorter',
      'PUT',
      `${item.vault}/backupPolicies/Own`,
      keptFor(29),
      'updateProtectionPolicyRequests',
      200,
    ],
    [
      'an item that goes to a weaker policy',
      'PUT',
      item.path,
      protection(item.vault, item.machine, 'Weaker').properties,
      'updateProtectedItemRequests',
      202,
    ],
    [
      'a restore',
      'POST',
      `${item.path}/recoveryPoints/${point?.name}/restore`,
      {
        objectType: 'IaasVMRestoreRequest',
        recoveryPointId: point?.name,
        recoveryType: 'RestoreDisks',
        sourceResourceId: item.machine,
        targetResourceGroupId: groupPath('restored'),
        storageAccountId: `${groupPath('backup')}/providers/Microsoft.Storage/storageAccounts/staging`,
        region: 'westeurope',
      },
      'triggerRestoreRequests',
      202,
    ],
    [
      'protection that stops with the data kept',
      'PUT',
      item.path,
      { ...source, policyId: '', protectionState: 'ProtectionStopped' },
      'stopProtectionWithRetainDataRequests',
      202,
    ],
    [
      'soft delete that goes off by the configuration',
      'PATCH',
      `${item.vault}/backupconfig/vaultconfig`,
      { enhancedSecurityState: 'Enabled', softDeleteFeatureState: 'Disabled' },
      'disableSoftDeleteRequests',
      200,
    ],
    [
      'security features that go off',
      'PUT',
      `${item.vault}/backupconfig/vaultconfig`,
      { enhancedSecurityState: 'Disabled' },
      'disableSoftDeleteRequests',
      200,
    ],
  ] as const
  for (const [what, method, path, properties, collection, status] of rows) {
    await t.test(what, async (t) => {
      const given = (...requests: string[]) => ({ ...properties, resourceGuardOperationRequests: requests })
      const no = { code: NOT_AUTHORIZED, says: new RegExp(`${collection}/default`) }
      await refused(t, story.world, [method, path, { properties }], { ...no, says: /is either null or empty/ })
      await refused(t, story.world, [method, path, { properties: given() }], no)
      const elsewhere = requestOf(collection, guardPath('another'))
      await refused(t, story.world, [method, path, { properties: given(elsewhere) }], no)
      const another = requestOf('getBackupSecurityPINRequests')
      await refused(t, story.world, [method, path, { properties: given(another) }], no)
      const authorized = await call(method, path, { properties: given(another, requestOf(collection).toUpperCase()) })
      t.equal(authorized.status, status, JSON.stringify(authorized.body))
      story.world.emulator.clock.advance({ until: 'idle' })
    })
  }

  await t.test('soft delete of the vault’s own document', async (t) => {
    const on = await call('PATCH', item.vault, { properties: soft('Enabled') })
    t.equal(on.status, 202, 'to turn it on needs nothing')
    const off = { properties: soft('Disabled') }
    await refused(t, story.world, ['PATCH', item.vault, off], { code: NOT_AUTHORIZED })
    await refused(t, story.world, ['PUT', item.vault, { location: 'westeurope', ...off }], { code: NOT_AUTHORIZED })
    const resourceGuardOperationRequests = [requestOf('disableSoftDeleteRequests')]
    const authorized = { properties: { ...soft('Disabled'), resourceGuardOperationRequests } }
    t.equal((await call('PATCH', item.vault, authorized)).status, 202)
  })
})

t.test('what takes nothing away needs no authorization', async (t) => {
  const story = await tellStory(t)
  const item = await guardedMachine(story)
  await story.policy(item.vault, 'Longer', keptFor(30))
  await story.policy(item.vault, 'Longer', keptFor(60))
  t.equal((await story.tryProtect(item.vault, item.machine, 'Longer')).status, 202)
  story.world.emulator.clock.advance({ until: 'idle' })
  const second = await story.protect(item.vault, story.machine('vm2'))
  t.equal((await story.backUp(second)).status, 'Completed')
  t.equal((await story.call('PATCH', item.vault, { properties: { publicNetworkAccess: 'Disabled' } })).status, 202)
  const other = await story.vault('unguarded')
  const free = await story.protect(other, story.machine('vm3'))
  await story.deleteData(free)
  t.equal((await story.item(free)).isScheduledForDeferredDelete, true, 'nor does another vault')
})

t.test('data is deleted once it is unlocked, within 30 minutes, once', async (t) => {
  const story = await tellStory(t)
  const { call, world } = story
  const item = await guardedMachine(story)
  const second = await story.protect(item.vault, story.machine('vm2'))
  const locked = () => refused(t, world, ['DELETE', item.path], { code: NOT_AUTHORIZED, says: /unlockDelete/ })
  await locked()
  const unlockPath = `${proxyOf(item.vault)}/unlockDelete`
  const wrong = { resourceGuardOperationRequests: [requestOf('deleteResourceGuardProxyRequests')] }
  const row = ['POST', unlockPath, { ...wrong, resourceToBeDeleted: item.path }] as const
  await refused(t, world, row, { code: NOT_AUTHORIZED })
  await refused(t, world, ['POST', unlockPath, { resourceToBeDeleted: item.path }], { code: NOT_AUTHORIZED })
  const right = { resourceGuardOperationRequests: [requestOf('deleteProtectedItemRequests')] }
  const gone = { status: 404, code: 'BMSUserErrorDataSourceObjectNotFound' }
  await refused(t, world, ['POST', unlockPath, { ...right, resourceToBeDeleted: `${item.path}9` }], gone)
  const elsewhere = item.path.replace('/vaults/', '/vaults/another-')
  await refused(t, world, ['POST', unlockPath, { ...right, resourceToBeDeleted: elsewhere }], gone)

  const unlocked = await unlock(story, item)
  t.equal(unlocked.status, 200)
  t.equal(Date.parse(unlocked.text('unlockDeleteExpiryTime')), story.now + 30 * 60_000)
  await refused(t, world, ['DELETE', second.path], { code: NOT_AUTHORIZED })
  await story.advance('31m')
  await locked()

  await unlock(story, { ...item, path: item.path.replaceAll(';', '%3B').toUpperCase() })
  await story.advance('29m')
  await story.deleteData(item)
  t.equal((await story.item(item)).isScheduledForDeferredDelete, true)
  await story.undelete(item)
  await locked()
  t.equal(
    (await call('DELETE', item.path.replaceAll('vm1', 'never'))).status,
    204,
    'what was never there needs no unlocking',
  )
})

t.test('the guard lets itself be taken away only when that is unlocked', async (t) => {
  const story = await tellStory(t)
  const { call, world } = story
  const vault = await story.vault()
  await putGuard(story)
  await putGuard(story, [], guardPath('second'))
  await call('PUT', proxyOf(vault), attached(guardPath()))
  await refused(t, world, ['DELETE', proxyOf(vault)], { code: NOT_AUTHORIZED, says: /unlockDelete/ })
  await refused(t, world, ['PUT', proxyOf(vault), attached(guardPath('second'))], { code: NOT_AUTHORIZED })
  await refused(t, world, ['DELETE', guardPath()], { status: 409, code: 'OperationNotAllowed', says: /vault/ })
  t.equal((await call('DELETE', `${vault}/backupResourceGuardProxies/Other`)).status, 204)

  const first = { resourceGuardOperationRequests: [requestOf('deleteResourceGuardProxyRequests')] }
  const unlockPath = `${proxyOf(vault)}/unlockDelete`
  t.equal((await call('POST', unlockPath, first)).status, 200)
  t.equal((await call('PUT', proxyOf(vault), attached(guardPath('second')))).status, 200, 'another takes its place')
  await refused(t, world, ['DELETE', proxyOf(vault)], { code: NOT_AUTHORIZED })
  await refused(t, world, ['POST', unlockPath, first], { code: NOT_AUTHORIZED, says: /second/ })
  const second = {
    resourceGuardOperationRequests: [requestOf('deleteResourceGuardProxyRequests', guardPath('second'))],
  }
  await call('POST', unlockPath, second)
  const removed = await call('DELETE', proxyOf(vault))
  t.equal(removed.status, 200)
  t.same(removed.body, {})
  t.equal((await call('DELETE', proxyOf(vault))).status, 204)
  t.equal((await call('GET', vault)).text('properties.securitySettings.multiUserAuthorization'), 'Disabled')
  t.equal((await call('POST', unlockPath, second)).status, 404)
  t.equal((await call('DELETE', guardPath())).status, 200)
})

t.test('what the guard leaves out is free, from the moment it does', async (t) => {
  const story = await tellStory(t)
  const item = await guardedMachine(story)
  await refused(t, story.world, ['DELETE', item.path], { code: NOT_AUTHORIZED })
  await putGuard(story, [`${ITEMS}/delete`.toUpperCase()])
  const proxy = await story.call('GET', proxyOf(item.vault))
  const details = proxy.at('properties.resourceGuardOperationDetails') as { vaultCriticalOperation: string }[]
  t.notOk(details.some(({ vaultCriticalOperation }) => vaultCriticalOperation === `${ITEMS}/delete`))
  await story.deleteData(item)
  t.equal((await story.item(item)).isScheduledForDeferredDelete, true)
})

t.test('a security PIN needs the request of the guard', async (t) => {
  const story = await tellStory(t)
  const item = await guardedMachine(story)
  const pin = `${item.vault}/backupSecurityPIN`
  await refused(t, story.world, ['POST', pin], { code: NOT_AUTHORIZED, says: /getBackupSecurityPINRequests/ })
  const authorized = { resourceGuardOperationRequests: [requestOf('getBackupSecurityPINRequests')] }
  t.match((await story.call('POST', pin, authorized)).text('securityPIN'), /^\d{6}$/)
})

t.test('a guard that vanishes with its group still has to let itself be taken away', async (t) => {
  const story = await tellStory(t)
  const { call, world } = story
  const item = await guardedMachine(story, [`${ITEMS}/delete`])
  const move = { resources: [guardPath()], targetResourceGroup: groupPath('elsewhere') }
  await refused(t, world, ['POST', `${groupPath('security')}/moveResources`, move], {
    status: 409,
    code: 'ResourceMoveProviderValidationFailed',
    says: /attached/,
  })
  t.equal((await call('DELETE', groupPath('security'))).status, 202)
  world.emulator.clock.advance({ until: 'idle' })
  t.equal((await call('GET', guardPath())).status, 404)
  t.equal((await call('GET', proxyOf(item.vault))).status, 200)
  await refused(t, world, ['DELETE', item.path], { code: NOT_AUTHORIZED, says: /not unlocked/ })
  const requests = { resourceGuardOperationRequests: [requestOf('deleteResourceGuardProxyRequests')] }
  t.equal((await call('POST', `${proxyOf(item.vault)}/unlockDelete`, requests)).status, 200)
  t.equal((await call('DELETE', proxyOf(item.vault))).status, 200)
  await story.deleteData(item)
})

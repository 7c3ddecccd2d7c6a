import t from 'tap'
import { members } from '../support/seen.js'
import { accountPath, tellShareStory } from '../support/share-story.js'
import { groupPath } from '../support/story.js'

const sharePath = (account: string, share: string) => `${accountPath(account)}/fileServices/default/shares/${share}`

t.test('shares are made, changed, listed and deleted in their account', async (t) => {
  const story = await tellShareStory(t)
  const account = await story.call('PUT', accountPath('account1'), { location: 'westeurope', kind: 'StorageV2' })
  t.equal(account.status, 200)
  const made = await story.call('PUT', sharePath('account1', 'share1'), { properties: { shareQuota: 50 } })
  t.equal(made.status, 201)
  t.match(made.body, {
    id: sharePath('account1', 'share1'),
    name: 'share1',
    type: 'Microsoft.Storage/storageAccounts/fileServices/shares',
    properties: { shareQuota: 50, enabledProtocols: 'SMB', accessTier: 'TransactionOptimized' },
  })
  t.equal((await story.call('PUT', sharePath('account1', 'share1'), { properties: { shareQuota: 60 } })).status, 200)
  const patched = await story.call('PATCH', sharePath('account1', 'share1'), { properties: { accessTier: 'Hot' } })
  t.match(patched.body, { properties: { shareQuota: 60, accessTier: 'Hot' } })
  t.strictSame((await story.call('GET', `${accountPath('account1')}/fileServices/default/shares`)).names, ['share1'])
  t.equal((await story.call('GET', `${accountPath('account1')}/fileServices/default`)).text('name'), 'default')
  t.equal((await story.call('GET', sharePath('account1', 'SHARE1').toUpperCase())).status, 200, 'in any casing')

  t.equal((await story.call('DELETE', sharePath('account1', 'share1'))).status, 200)
  t.equal((await story.call('DELETE', sharePath('account1', 'share1'))).status, 204)
  t.equal((await story.call('GET', sharePath('account1', 'share1'))).code, 'ShareNotFound')
})

t.test('a share is part of its account: it goes with it and is no resource of the group by itself', async (t) => {
  const story = await tellShareStory(t)
  story.account('account1', ['share1', 'share2'])
  story.account('account10', ['share1'])
  const listed = await story.call('GET', `${groupPath('apps')}/resources`)
  t.strictSame(listed.names, ['account1', 'account10'])
  await story.call('DELETE', accountPath('account1'))
  t.equal((await story.call('GET', sharePath('account1', 'share1'))).code, 'ResourceNotFound')
  story.account('account1', [])
  t.strictSame((await story.call('GET', `${accountPath('account1')}/fileServices/default/shares`)).names, [])
  t.strictSame((await story.call('GET', `${accountPath('account10')}/fileServices/default/shares`)).names, ['share1'])
})

t.test('a share moves with its account', async (t) => {
  const story = await tellShareStory(t)
  story.account('account1', [{ name: 'share1', files: 3 }])
  const moved = await story.call('POST', `${groupPath('apps')}/moveResources`, {
    resources: [accountPath('account1')],
    targetResourceGroup: groupPath('elsewhere'),
  })
  t.equal(moved.status, 202)
  await story.advance('10m')
  t.equal((await story.call('GET', sharePath('account1', 'share1'))).status, 404)
  const there = `${accountPath('account1', 'elsewhere')}/fileServices/default/shares/share1`
  t.equal((await story.call('GET', there)).text('id'), there)
  t.strictSame((await story.call('GET', `/_recoverite/conditions?resourceId=${there}`)).at('set'), { files: 3 })
})

t.test('a seed says how much a share holds', async (t) => {
  const story = await tellShareStory(t)
  const answer = await story.call('POST', '/_recoverite/inventory', {
    storageAccounts: [
      {
        resourceGroup: 'apps',
        name: 'account1',
        fileShares: [{ name: 'share1', quotaGB: 100, usedDataGB: 2, dailyChurnGB: 0.5, files: 40 }, { name: 'share2' }],
      },
    ],
  })
  t.equal(answer.status, 201)
  t.strictSame(answer.at('created'), [accountPath('account1')])
  const stats = await story.call('GET', `${sharePath('account1', 'share1')}?$expand=stats`)
  t.match(stats.body, { properties: { shareQuota: 100, shareUsageBytes: 2 * 1024 ** 3 } })
  const conditions = await story.call('GET', `/_recoverite/conditions?resourceId=${sharePath('account1', 'share1')}`)
  t.strictSame(conditions.at('set'), { usedDataGB: 2, dailyChurnGB: 0.5, files: 40 })

  const before = story.world.emulator.digest()
  const wrong = [{ name: 'Share' }, { name: 'a--b' }, { name: 's1' }, { name: 'share3', quotaGB: 0 }, { size: 1 }]
  for (const share of [...wrong, [{ name: 'twice' }, { name: 'twice' }]]) {
    const fileShares = Array.isArray(share) ? share : [share]
    const refused = await story.call('POST', '/_recoverite/inventory', {
      storageAccounts: [{ resourceGroup: 'apps', name: 'account1', fileShares }],
    })
    t.strictSame([refused.status, refused.code], [400, 'InvalidControlRequest'], JSON.stringify(share))
  }
  t.equal(story.world.emulator.digest(), before)
})

t.test('keys have the form of real ones and stay the same', async (t) => {
  const story = await tellShareStory(t)
  story.account('account1')
  const keys = async () => (await story.call('POST', `${accountPath('account1')}/listKeys`)).at('keys')
  const first = await keys()
  t.match(first, [
    { keyName: 'key1', value: /^[A-Za-z0-9+/]{86}==$/, permissions: 'FULL' },
    { keyName: 'key2', value: /^[A-Za-z0-9+/]{86}==$/ },
  ])
  t.strictSame(await keys(), first)
  t.equal((await story.call('POST', `${accountPath('account2')}/listKeys`)).code, 'ResourceNotFound')
})

t.test('shares that cannot be are refused', async (t) => {
  const story = await tellShareStory(t)
  story.account('account1')
  const before = story.world.emulator.digest()
  const refused = async (path: string, properties: object, code: string) => {
    const answer = await story.call('PUT', path, { properties })
    t.equal(answer.code, code, `${path} ${JSON.stringify(properties)}`)
  }
  await refused(sharePath('account1', 'UPPER'), {}, 'InvalidResourceName')
  await refused(sharePath('account1', 'a--b'), {}, 'InvalidResourceName')
  await refused(sharePath('account1', 'share2'), { shareQuota: 0 }, 'InvalidParameter')
  await refused(sharePath('account1', 'share2'), { shareQuota: 102_401 }, 'InvalidParameter')
  await refused(sharePath('account1', 'share2'), { enabledProtocols: 'FTP' }, 'InvalidRequestContent')
  await refused(sharePath('account2', 'share2'), {}, 'ResourceNotFound')
  t.equal(
    (await story.call('PATCH', sharePath('account1', 'share2'), { properties: { shareQuota: 1 } })).code,
    'ShareNotFound',
  )
  t.equal(story.world.emulator.digest(), before)
})

t.test('shares that Backup does not know are not offered', async (t) => {
  const story = await tellShareStory(t)
  story.account('account1', ['share1'])
  await story.call('PUT', sharePath('account1', 'nfs1'), { properties: { enabledProtocols: 'NFS' } })
  const vault = await story.vault()
  await story.register(vault, 'account1')
  t.strictSame(Object.keys(await story.offered(vault)), ['share1'])
})

t.test('an account that is registered as an identity says so since 2026', async (t) => {
  const story = await tellShareStory(t)
  story.account('account1', ['share1'])
  const vault = await story.vault()
  const identity = { accessType: 'IdentityBased', identityInfo: { isSystemAssignedIdentity: true } }
  await story.finished(await story.tryRegister(vault, 'account1', identity))
  const container = `${vault}/backupFabrics/Azure/protectionContainers/StorageContainer;Storage;apps;account1`
  const seen = async (version: string) =>
    members((await story.call('GET', `${container}?api-version=${version}`)).at('properties'))
  t.match(await seen('2026-08-01'), { ...identity, sourceLocation: 'westeurope', acquireStorageAccountLock: 'Acquire' })
  t.notOk((await seen('2024-04-01')).accessType)
  t.notOk((await seen('2020-10-01')).acquireStorageAccountLock)
  const other = {
    operationType: 'Reregister',
    accessType: 'IdentityBased',
    identityInfo: { isSystemAssignedIdentity: false },
  }
  await story.finished(await story.tryRegister(vault, 'account1', other))
  t.match(await seen('2026-08-01'), { identityInfo: { isSystemAssignedIdentity: false } })
})

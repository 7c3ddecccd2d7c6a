import t from 'tap'
import { members } from '../support/seen.js'
import {
  AFS_FILTER,
  accountPath,
  containerPath,
  type ShareStory,
  snapshotPolicy,
  tellShareStory,
  vaultPolicy,
} from '../support/share-story.js'

const path = (url: string) => decodeURI(new URL(url).pathname)
const protectable = (vault: string) => `${vault}/backupFabrics/Azure/protectableContainers?${AFS_FILTER}`
const registered = (vault: string) => `${vault}/backupProtectionContainers?${AFS_FILTER}`

async function refused(story: ShareStory, answer: Promise<{ status: number; code: string }>, before: string) {
  const { status, code } = await answer
  return { status, code, changed: story.world.emulator.digest() !== before }
}

t.test('az enables protection: discover, register, inquire, protect', async (t) => {
  const story = await tellShareStory(t)
  const vault = await story.vault()
  await story.policy(vault, 'Shares', snapshotPolicy())
  story.account('account1', ['share1', 'share2'])
  t.strictSame((await story.call('GET', protectable(vault))).names, [], 'a new account has to be discovered')

  const refresh = await story.call('POST', `${vault}/backupFabrics/Azure/refreshContainers?${AFS_FILTER}`)
  t.equal(refresh.status, 202)
  await story.advance('15s')
  const found = await story.call('GET', protectable(vault))
  t.strictSame(found.names, ['StorageContainer;Storage;apps;account1'])
  t.match(found.values[0]?.properties, { healthStatus: 'Healthy', containerId: accountPath('account1') })

  const put = await story.tryRegister(vault, 'account1')
  t.equal(put.status, 202)
  t.strictSame(put.body, {})
  const container = containerPath(vault, 'account1')
  t.equal(path(put.header('location')).replace(/[^/]+$/, ''), `${container}/operationResults/`)
  const running = await story.call('GET', put.header('location'))
  t.equal(running.status, 202)
  t.strictSame(running.body, {})
  t.ok(running.header('azure-asyncoperation'), 'both URLs are there again')
  t.strictSame((await story.call('GET', registered(vault))).names, [], 'it is not registered yet')
  await story.advance('30s')
  const done = await story.call('GET', put.header('location'))
  t.equal(done.status, 200)
  t.equal(done.at('type'), undefined)
  t.equal(done.at('properties.registrationStatus'), 'Registered')
  t.strictSame((await story.call('GET', protectable(vault))).names, [], 'a registered account is offered no more')

  t.strictSame(Object.keys(await story.offered(vault)), ['share1', 'share2'])
  await story.call('PUT', `${accountPath('account1')}/fileServices/default/shares/later`, {})
  t.notOk((await story.offered(vault)).later, 'a new share is not known before an inquiry')
  const unknown = story.tryProtectShare(container, 'AzureFileShare;later', 'Shares')
  t.strictSame(await refused(story, unknown, story.world.emulator.digest()), {
    status: 404,
    code: 'BMSUserErrorDataSourceObjectNotFound',
    changed: false,
  })
  const inquiry = await story.call('POST', `${container}/inquire?$filter=workloadType eq 'AzureFileShare'`)
  t.equal(inquiry.status, 202)
  await story.advance('10s')
  t.equal((await story.call('GET', inquiry.header('location'))).status, 204)
  t.ok((await story.offered(vault)).later)

  const item = await story.protectShare(container, 'share1', 'Shares')
  t.notOk((await story.offered(vault)).share1, 'a protected share is offered no more')
  const state = await story.item(item)
  t.match(state, {
    friendlyName: 'share1',
    protectionState: 'IRPending',
    lastBackupStatus: 'IRPending',
    containerName: 'StorageContainer;storage;apps;account1',
  })
  t.equal(state.lastBackupTime, undefined)
  t.match((await story.call('GET', registered(vault))).values[0]?.properties, { protectedItemCount: 1 })
  const [job] = await story.jobs(vault, 'ConfigureBackup')
  t.strictSame(job?.bag, {
    'File Share Name': 'share1',
    'Storage Account Name': 'account1',
    'Policy Name': 'Shares',
  })
})

t.test('an item is named by a hash, and a share by its own name is taken on PUT', async (t) => {
  const story = await tellShareStory(t)
  story.account('account1', ['share1'])
  const vault = await story.vault()
  await story.policy(vault, 'Shares', snapshotPolicy())
  const container = await story.register(vault, 'account1')
  const { share1: name = '' } = await story.offered(vault)
  t.match(name, /^azurefileshare;[0-9a-f]{64}$/)
  await story.finished(await story.tryProtectShare(container, 'AzureFileShare;share1', 'Shares'))
  const listed = await story.call('GET', `${vault}/backupProtectedItems?${AFS_FILTER}`)
  t.strictSame(listed.names, [name.replace('azurefileshare', 'AzureFileShare')])
  t.equal((await story.call('GET', `${container}/protectedItems/AzureFileShare;share1`)).status, 404)
  t.equal((await story.call('GET', `${container}/protectedItems/${name.toUpperCase()}`)).status, 200)
})

t.test('the path of the first PUT spells the container and the account of an item', async (t) => {
  const story = await tellShareStory(t)
  story.account('account1', ['share1', 'share2'])
  const vault = await story.vault()
  await story.policy(vault, 'Shares', snapshotPolicy())
  const container = await story.register(vault, 'account1')
  const { share1 = '', share2 = '' } = await story.offered(vault)
  const lower = container.replace('StorageContainer;Storage', 'storagecontainer;storage')
  await story.finished(await story.tryProtectShare(lower, share1, 'Shares'))
  await story.finished(await story.tryProtectShare(container, share2, 'Shares'))
  const { values } = await story.call('GET', `${vault}/backupProtectedItems?${AFS_FILTER}`)
  t.match(
    values.map(({ properties }) => {
      const { containerName, sourceResourceId } = members(properties)
      return [containerName, sourceResourceId]
    }),
    [
      ['StorageContainer;storage;apps;account1', /Microsoft\.storage\/storageAccounts\/account1$/],
      ['StorageContainer;Storage;apps;account1', /Microsoft\.Storage\/storageAccounts\/account1$/],
    ],
  )
})

t.test('a snapshot-tier backup is one task of a few seconds and leaves a snapshot', async (t) => {
  const story = await tellShareStory(t)
  const item = await story.protectedShare()
  const job = await story.backUp(item)
  t.strictSame(job.taskNames, ['Take Snapshot'])
  t.strictSame([job.status, job.tasks], ['Completed', ['Completed']])
  t.ok(job.hours * 3600 < 5)
  t.strictSame(job.bag, {
    'Data Transferred (in MB)': '0',
    'File Share Name': 'share1',
    'Whether job is adhoc or scheduled.': 'True',
  })
  const [point] = await story.points(item)
  t.strictSame([point?.consistency, point?.instant, point?.vault], ['FileSystemConsistent', 'Valid', undefined])
  const raw = await story.call('GET', `${item.path}/recoveryPoints/${point?.name}`)
  const time = raw.text('properties.recoveryPointTime')
  t.match(time, /^2026-01-05T08:\d\d:\d\dZ$/, 'whole seconds')
  t.equal(
    raw.text('properties.fileShareSnapshotUri'),
    `https://account1.file.core.windows.net/share1?sharesnapshot=${time.slice(0, -1)}.0000000Z`,
  )
  t.match(await story.item(item), {
    protectionState: 'Protected',
    lastBackupStatus: 'Completed',
    extendedInfo: { recoveryPointCount: 1, policyState: 'Consistent', resourceState: 'Active' },
  })
})

t.test('of several backups a day the last one goes to the vault, and those on demand', async (t) => {
  const story = await tellShareStory(t)
  const item = await story.protectedShare(vaultPolicy(), { name: 'share1', usedDataGB: 2 })
  const job = await story.backUp(item)
  t.strictSame(job.taskNames, ['Take Snapshot', 'Transfer data to vault'])
  t.equal(job.bag['Data Transferred (in MB)'], '2048.00')
  t.ok(job.hours > 0.4 && job.hours < 0.7, `took ${job.hours} h`)
  await story.reach('2026-01-06T22:00:00Z')
  const points = await story.points(item)
  t.strictSame(
    points.map(({ vault }) => vault ?? '-'),
    ['Valid', '-', 'Valid', '-', '-', 'Valid'],
    'on demand; 12:00 and 16:00 of Monday; 08:00, 12:00 and 16:00 of Tuesday',
  )
  const { values } = await story.call('GET', `${item.path}/recoveryPoints?api-version=2025-02-01`)
  t.notOk(members(values[0]?.properties).recoveryPointProperties, 'the newest says nothing of its end')
  t.match(
    values.slice(1).map(({ properties }) => members(members(properties).recoveryPointProperties).ruleName),
    ['Daily', 'Daily', 'Daily', 'Daily', 'On-Demand'],
  )
  const [, second] = values
  const { recoveryPointTime, recoveryPointProperties } = members(second?.properties)
  const days = Date.parse(String(members(recoveryPointProperties).expiryTime)) - Date.parse(String(recoveryPointTime))
  t.equal(days / 86_400_000, 5, 'a scheduled point speaks of its snapshot')
})

t.test('stop keeps the points and no policy; resume waits for the next backup; undelete brings back', async (t) => {
  const story = await tellShareStory(t)
  const item = await story.protectedShare(vaultPolicy())
  await story.backUp(item)
  await story.stop(item)
  const stopped = await story.item(item)
  t.equal(stopped.protectionState, 'ProtectionStopped')
  t.equal(stopped.policyId, undefined, 'absent, not empty as of machines')
  await story.finished(await story.tryProtectShare(item.container, item.path.split('/').at(-1) ?? '', 'Shares'))
  t.match(await story.item(item), { protectionState: 'IRPending', lastBackupStatus: 'Completed' })
  await story.backUp(item)
  t.match(await story.item(item), { protectionState: 'Protected' })

  await story.deleteData(item)
  const deleted = await story.item(item)
  t.match(deleted, {
    protectionState: 'ProtectionStopped',
    isScheduledForDeferredDelete: true,
    softDeleteRetentionPeriod: 14,
  })
  t.equal(deleted.policyId, undefined)
  const list = await story.call('GET', `${item.vault}/backupDeletedProtectionContainers?${AFS_FILTER}`)
  t.strictSame(list.names, ['StorageContainer;Storage;apps;account1'])
  await story.undelete(item)
  t.match(await story.item(item), { protectionState: 'ProtectionStopped', softDeleteRetentionPeriod: 0 })
  const [job] = await story.jobs(item.vault, 'Undelete')
  t.strictSame(job?.bag, {})
  t.equal((await story.points(item)).length, 2)
})

t.test('a share of which the vault holds nothing is deleted at once', async (t) => {
  const story = await tellShareStory(t)
  const item = await story.protectedShare()
  await story.backUp(item)
  await story.deleteData(item)
  t.equal((await story.call('GET', item.path)).status, 404)
  t.ok((await story.offered(item.vault)).share1, 'it can be protected again')
})

t.test('a change of the policy is a job every time', async (t) => {
  const story = await tellShareStory(t)
  const item = await story.protectedShare()
  const name = item.path.split('/').at(-1) ?? ''
  await story.policy(item.vault, 'Other', snapshotPolicy())
  for (const policy of ['Other', 'Other', 'Shares'])
    await story.finished(await story.tryProtectShare(item.container, name, policy))
  const jobs = await story.jobs(item.vault, 'ConfigureBackup')
  t.strictSame(
    jobs.map(({ bag }) => bag['Policy Name']),
    ['Shares', 'Other', 'Other', 'Shares'],
  )
})

t.test('an account is unregistered after its items, and the vault deleted after its accounts', async (t) => {
  const story = await tellShareStory(t)
  const item = await story.protectedShare()
  const before = story.world.emulator.digest()
  t.strictSame(await refused(story, story.call('DELETE', item.container), before), {
    status: 400,
    code: 'BMSUserErrorContainerHasDatasources',
    changed: false,
  })
  await story.deleteData(item)
  t.ok((await story.call('DELETE', item.vault)).status >= 400, 'the account is still registered')

  const gone = await story.call('DELETE', item.container)
  t.equal(gone.status, 202)
  const id = path(gone.header('location')).split('/').pop() ?? ''
  t.equal(path(gone.header('location')), `${item.vault}/backupOperationResults/${id}`, 'what Terraform reads')
  t.equal((await story.call('DELETE', item.container)).code, 'BMSUserErrorObjectLocked')
  t.equal((await story.call('GET', `${item.vault}/backupOperations/${id}`)).text('status'), 'InProgress')
  for (const level of [`${item.container}/operationResults`, `${item.vault}/backupFabrics/Azure/operationResults`])
    t.equal((await story.call('GET', `${level}/${id}`)).status, 202, level)
  await story.advance('30s')
  for (const level of [
    `${item.container}/operationResults`,
    `${item.vault}/backupFabrics/Azure/operationResults`,
    `${item.vault}/backupOperationResults`,
    `${item.path}/operationResults`,
  ])
    t.equal((await story.call('GET', `${level}/${id}`)).status, 204, level)
  t.equal((await story.call('GET', gone.header('location'))).status, 204, 'the odd URL is answered too')
  const status = await story.call('GET', `${item.vault}/backupOperations/${id}`)
  const job = await story.job(item.vault, status.text('properties.jobId'))
  t.strictSame(
    [job.operation, job.status, job.bag],
    ['UnRegister', 'Completed', { 'Storage Account Name': 'account1' }],
  )
  t.strictSame((await story.call('GET', registered(item.vault))).names, [])
  t.equal((await story.call('GET', item.container)).code, 'BMSUserErrorContainerObjectNotFound')
  t.equal((await story.call('DELETE', item.container)).status, 204)
  t.ok((await story.call('DELETE', item.vault)).status < 300)
})

t.test('an account is in one vault only, in its own region, and of a kind that holds shares', async (t) => {
  const story = await tellShareStory(t)
  story.account('account1')
  story.account('far1', [], { location: 'northeurope' })
  story.account('blobs1', [], { kind: 'BlobStorage' })
  const vault = await story.vault()
  const other = await story.vault('other')
  await story.register(vault, 'account1')
  t.strictSame((await story.call('GET', protectable(other))).names, [], 'what is registered elsewhere is not offered')
  const before = story.world.emulator.digest()
  const wrong: [string, string, object?][] = [
    ['UserErrorStorageAccountAlreadyRegistered', 'account1'],
    ['UserErrorStorageAccountVaultLocationMismatch', 'far1'],
    ['UserErrorFileShareEndpointUnreachable', 'blobs1'],
    ['UserErrorStorageAccountNotFound', 'ghost1'],
    ['UserErrorInvalidRequestParameter', 'account1', { sourceResourceId: accountPath('far1') }],
    ['UserErrorInvalidRequestParameter', 'account1', { sourceResourceId: other }],
    ['UserErrorInvalidRequestParameter', 'account1', { backupManagementType: 'AzureWorkload' }],
    ['UserErrorInvalidRequestParameter', 'account1', { containerType: 'VMAppContainer' }],
  ]
  for (const [code, account, changes = {}] of wrong) {
    const answer = await story.tryRegister(other, account, { ...changes })
    t.strictSame([answer.status, answer.code], [400, code], `${account} ${JSON.stringify(changes)}`)
  }
  t.equal(story.world.emulator.digest(), before)
  t.match((await story.tryRegister(vault, 'account1')).status, 202, 'again with the same vault')
})

t.test('accounts that are gone are offered as deleted, classic ones come first', async (t) => {
  const story = await tellShareStory(t)
  story.account('beta')
  story.account('alpha')
  story.account('old1', [], { classic: true })
  story.account('gone1')
  const vault = await story.vault()
  await story.call('DELETE', accountPath('gone1'))
  const { values } = await story.call('GET', protectable(vault))
  t.strictSame(
    values.map(({ name, properties }) => [name, members(properties).healthStatus]),
    [
      ['StorageContainer;ClassicStorage;apps;old1', 'Healthy'],
      ['StorageContainer;Storage;apps;alpha', 'Healthy'],
      ['StorageContainer;Storage;apps;beta', 'Healthy'],
      ['StorageContainer;Storage;apps;gone1', 'Deleted'],
    ],
  )
  const classic = accountPath('old1').replace('Microsoft.Storage', 'Microsoft.ClassicStorage')
  t.equal((await story.call('GET', classic)).status, 200)
  t.equal((await story.call('GET', classic.replace('old1', 'new1'))).code, 'ResourceNotFound', "az's probe")
})

t.test('lists tell machines and shares apart', async (t) => {
  const story = await tellShareStory(t)
  const share = await story.protectedShare()
  await story.protect(share.vault, story.machine('vm1'))
  const asked = async (list: string, filter?: string) =>
    (await story.call('GET', `${share.vault}/${list}${filter ? `?$filter=${encodeURIComponent(filter)}` : ''}`)).values
      .map(({ properties }) => String(members(properties).backupManagementType))
      .join()
  for (const list of ['backupProtectedItems', 'backupProtectionContainers', 'backupJobs']) {
    t.match(await asked(list, "backupManagementType eq 'AzureStorage'"), /^AzureStorage(,AzureStorage)*$/, list)
    t.match(await asked(list, "backupManagementType eq 'AzureIaasVM'"), /^AzureIaasVM(,AzureIaasVM)*$/, list)
    t.match(await asked(list), /AzureStorage.*AzureIaasVM|AzureIaasVM.*AzureStorage/, list)
  }
  t.equal(await asked('backupProtectedItems', "backupManagementType eq 'AzureStorage' and itemType eq 'VM'"), '')
  const status = async (resourceType: string, resourceId: string, poLogicalName?: string) =>
    story.call(
      'POST',
      `${share.vault.split('/resourceGroups')[0]}/providers/Microsoft.RecoveryServices/locations/westeurope/backupStatus`,
      { resourceType, resourceId, ...(poLogicalName ? { poLogicalName } : {}) },
    )
  const protectedShare = await status('AzureFileShare', accountPath('account1'), 'share1')
  t.match(protectedShare.body, {
    protectionStatus: 'Protected',
    vaultId: share.vault,
    containerName: 'storagecontainer;storage;apps;account1',
    policyName: 'Shares',
  })
  t.match((await status('AzureFileShare', accountPath('account1'), 'share2')).body, {
    protectionStatus: 'NotProtected',
  })
  t.strictSame((await story.call('GET', `${share.container}/items`)).body, { value: [] })
})

t.test('Terraform registers, protects, reads back and destroys', async (t) => {
  const story = await tellShareStory(t)
  const account = story.account('account1', ['share1'])
  const vault = await story.vault()
  const container = `${vault}/backupFabrics/Azure/protectionContainers/StorageContainer;storage;apps;account1`
  const old = 'api-version=2023-02-01'
  t.equal((await story.call('GET', `${container}?${old}`)).status, 404)
  const put = await story.call('PUT', `${container}?${old}`, {
    properties: {
      containerType: 'StorageContainer',
      backupManagementType: 'AzureStorage',
      friendlyName: account,
      sourceResourceId: account,
    },
  })
  const operation = /\/operationResults\/([^/]+)$/.exec(path(put.header('location')))?.[1]
  await story.advance('30s')
  const status = await story.call('GET', `${vault}/backupOperations/${operation}?api-version=2021-12-01`)
  t.match(status.body, { id: operation, status: 'Succeeded', startTime: /Z$/, endTime: /Z$/ })
  t.notOk(status.at('error'))
  const read = await story.call('GET', `${container}?${old}`)
  t.equal(read.text('properties.sourceResourceId'), account, 'by the byte')
  t.equal(read.text('properties.containerType'), 'StorageContainer')

  const policy = await story.call('PUT', `${vault}/backupPolicies/tf-daily?api-version=2024-10-01`, {
    properties: snapshotPolicy(),
  })
  t.equal(policy.status, 200, policy.text('error.message'))

  const inquiry = await story.call('POST', `${container}/inquire?${AFS_FILTER}&${old}`)
  const poll = `${container.replaceAll(';', '%3B')}/operationResults/${path(inquiry.header('location')).split('/').pop()}`
  t.equal((await story.call('GET', `${poll}?api-version=2021-12-01`)).status, 202)
  await story.advance('10s')
  t.equal((await story.call('GET', `${poll}?api-version=2021-12-01`)).status, 204)
  const { values } = await story.call('GET', `${vault}/backupProtectableItems?${AFS_FILTER}&${old}`)
  const [share] = values
  t.match(share?.properties, { protectableItemType: 'AzureFileShare', parentContainerFriendlyName: 'account1' })
  const item = `${container}/protectedItems/${share?.name}`
  t.equal((await story.call('GET', `${item}?${old}`)).status, 404)
  const protection = {
    properties: {
      protectedItemType: 'AzureFileShareProtectedItem',
      policyId: `${vault}/backupPolicies/tf-daily`,
      sourceResourceId: account,
      friendlyName: 'share1',
      workloadType: 'AzureFileShare',
    },
  }
  const created = await story.call('PUT', `${item}?${old}`, protection)
  await story.finished(created)
  const result = await story.call('GET', created.header('location'))
  t.equal(result.status, 200, 'a PUT ends in the item')
  const state = await story.call('GET', `${item}?${old}`)
  t.match(state.body, {
    properties: {
      protectedItemType: 'AzureFileShareProtectedItem',
      policyId: `${vault}/backupPolicies/tf-daily`,
      friendlyName: 'share1',
    },
  })
  t.equal(state.text('properties.sourceResourceId').toLowerCase(), account.toLowerCase())

  await story.finished(await story.call('DELETE', `${item}?${old}`))
  t.equal((await story.call('GET', `${item}?${old}`)).status, 404)
  const gone = await story.call('DELETE', `${container}?${old}`)
  const left = /\/backupOperationResults\/([^/]+)$/.exec(path(gone.header('location')))?.[1]
  await story.advance('30s')
  t.equal(
    (await story.call('GET', `${vault}/backupOperations/${left}?api-version=2021-12-01`)).text('status'),
    'Succeeded',
  )
  t.equal((await story.call('GET', `${container}?${old}`)).status, 404)
})

t.test('limits of accounts and shares of a vault', async (t) => {
  const story = await tellShareStory(t, { limits: { storageAccountsPerVault: 1, fileSharesPerVault: 1 } })
  const item = await story.protectedShare()
  story.account('account2')
  story.account('account1', ['share2'])
  await story.inquire(item.container)
  const before = story.world.emulator.digest()
  t.equal((await story.tryRegister(item.vault, 'account2')).code, 'UserErrorRegistrationQuotaReached')
  const { share2 = '' } = await story.offered(item.vault)
  t.equal((await story.tryProtectShare(item.container, share2, 'Shares')).code, 'UserErrorProtectionQuotaExceeded')
  t.equal(story.world.emulator.digest(), before)
})

t.test('limits of a day: backups on demand and restores of a share, registrations of a vault', async (t) => {
  const limits = { onDemandBackupsPerSharePerDay: 1, restoresPerSharePerDay: 1, storageAccountsPerVaultPerDay: 1 }
  const story = await tellShareStory(t, { limits })
  const item = await story.protectedShare()
  story.account('account2')
  await story.backUp(item)
  const point = await story.newest(item)
  await story.restore(item, point)
  const before = story.world.emulator.digest()
  t.equal((await story.tryBackUp(item)).code, 'CloudDosAbsoluteLimitReached')
  t.equal((await story.tryRestore(item, point)).code, 'CloudDosAbsoluteLimitReached')
  t.equal((await story.tryRegister(item.vault, 'account2')).code, 'UserErrorRegistrationQuotaReached')
  t.equal(story.world.emulator.digest(), before)
  await story.advance('25h')
  t.equal((await story.backUp(item)).status, 'Completed')
  t.equal((await story.restore(item, point)).status, 'Completed')
  await story.register(item.vault, 'account2')
})

t.test('an account whose registration still runs cannot be unregistered', async (t) => {
  const story = await tellShareStory(t)
  const vault = await story.vault()
  story.account('account1', ['share1'])
  await story.call('POST', `${vault}/backupFabrics/Azure/refreshContainers?${AFS_FILTER}`)
  await story.advance('15s')
  const put = await story.tryRegister(vault, 'account1')
  const container = containerPath(vault, 'account1')
  t.strictSame(await refused(story, story.call('DELETE', container), story.world.emulator.digest()), {
    status: 400,
    code: 'BMSUserErrorObjectLocked',
    changed: false,
  })
  await story.advance('30s')
  t.equal((await story.call('GET', put.header('location'))).at('properties.registrationStatus'), 'Registered')
  t.equal((await story.call('DELETE', container)).status, 202)
})

import t from 'tap'
import {
  backupVaultPath,
  type DiskStory,
  diskPath,
  diskPolicy,
  instanceOf,
  tellDiskStory,
} from '../support/disk-story.js'
import type { Answer } from '../support/emulator.js'
import { members } from '../support/seen.js'
import { groupPath } from '../support/story.js'

/** Everything that a disk needs to be protected, in a vault of its own. */
async function ready(story: DiskStory, vaultName = 'vault', disk = story.disk('disk1')) {
  const vault = await story.vault(vaultName)
  await story.policy(vault)
  await story.group('snapshots')
  await story.grant(vault, 'Disk Backup Reader', disk)
  await story.grant(vault, 'Disk Snapshot Contributor', groupPath('snapshots'))
  return { vault, disk, path: `${vault}/backupInstances/disk1` }
}

const statesOf = (answer: Answer) => ({
  current: answer.text('properties.currentProtectionState'),
  status: answer.text('properties.protectionStatus.status'),
  provisioning: answer.text('properties.provisioningState'),
})
const standing = (current: string, provisioning = 'Succeeded', status = current) => ({ current, status, provisioning })

const pollable = (answer: Answer) => [answer.header('azure-asyncoperation') !== '', answer.header('location') !== '']

t.test('an instance is there, then its operation is over, then it is configured', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await ready(story)
  const begun = await story.tryProtect(vault, disk)
  const from = story.now
  t.equal(begun.status, 201)
  t.same(pollable(begun), [true, false], 'only the status can be polled')
  t.same(statesOf(begun), standing('ConfiguringProtection', 'Provisioning'))
  t.same(Object.keys(members(begun.at('properties'))), [
    ...['friendlyName', 'dataSourceInfo', 'policyInfo', 'protectionStatus', 'currentProtectionState'],
    ...['provisioningState', 'objectType'],
  ])
  t.same(statesOf(await story.call('GET', path)), standing('ConfiguringProtection', 'Provisioning'))

  await story.succeeded(begun)
  t.ok(story.now - from <= 50_000, 'the operation takes 45 s at most')
  t.same(statesOf(await story.call('GET', path)), standing('ConfiguringProtection'))
  await story.reach(new Date(from + 86_000).toISOString())
  t.same(statesOf(await story.call('GET', path)), standing('ProtectionConfigured'), 'after 80 to 85 s in all')

  const listed = await story.call('GET', `${vault}/backupInstances`)
  t.same(listed.names, ['disk1'])
  t.same(listed.at('value.0'), (await story.call('GET', path)).body)
  t.same((await story.call('GET', `${vault}/backupJobs`)).values, [], 'its configuration is no job')
  const status = await story.call('GET', begun.header('azure-asyncoperation'))
  t.equal(status.at('properties'), undefined, 'nor does its operation tell of one')
})

t.test('an instance says what was sent, under the published names', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk } = await ready(story)
  const policyId = `${vault}/backupPolicies/disks`
  const store = {
    resourceGroupID: groupPath('snapshots'),
    ObjectType: 'AzureOperationalStoreParameters',
    datastoretype: 'OperationalStore',
  }
  const properties = {
    objectType: '',
    datasourceAuthCredentials: null,
    datasourceInfo: { resourceId: disk, ResourceLocation: 'westeurope', resourceProperties: null },
    dataSourceSetInfo: null,
    policyinfo: { policyID: policyId, policyParameters: { DataStoreParametersList: [store] } },
    identityDetails: { useSystemAssignedIdentity: true },
  }
  const path = `${vault}/backupInstances/Any_name-of.it`
  const begun = await story.call('PUT', path, { properties, tags: { team: 'a' } })
  await story.succeeded(begun)
  await story.advance('2m')
  const answer = await story.call('GET', path)
  t.same(answer.body, {
    tags: { team: 'a' },
    properties: {
      friendlyName: 'disk1',
      dataSourceInfo: {
        resourceID: disk,
        resourceName: 'disk1',
        resourceLocation: 'westeurope',
        objectType: 'Datasource',
      },
      policyInfo: {
        policyId,
        policyParameters: {
          dataStoreParametersList: [
            {
              resourceGroupId: groupPath('snapshots'),
              objectType: 'AzureOperationalStoreParameters',
              dataStoreType: 'OperationalStore',
            },
          ],
        },
      },
      protectionStatus: { status: 'ProtectionConfigured' },
      currentProtectionState: 'ProtectionConfigured',
      provisioningState: 'Succeeded',
      identityDetails: { useSystemAssignedIdentity: true },
      objectType: 'BackupInstance',
    },
    id: path,
    name: 'Any_name-of.it',
    type: 'Microsoft.DataProtection/backupVaults/backupInstances',
  })
  t.equal((await story.call('GET', path.toUpperCase().replace('SUBSCRIPTIONS', 'subscriptions'))).status, 200)
})

t.test('what is not there', async (t) => {
  const story = await tellDiskStory(t)
  const vault = await story.vault()
  const answer = await story.call('GET', `${vault}/backupInstances/none`)
  t.equal(answer.status, 404)
  t.match(answer.at('error'), {
    code: 'UserErrorGenericResourceNotFound',
    target: null,
    details: null,
    innerError: null,
  })
  t.same((await story.call('GET', `${vault}/backupInstances`)).body, { value: [] })
  const deleted = await story.call('DELETE', `${vault}/backupInstances/none`)
  t.equal(deleted.status, 204)
  t.same(pollable(deleted), [false, false])
  const elsewhere = await story.call('GET', `${backupVaultPath('other')}/backupInstances`)
  t.match(elsewhere, { status: 404, code: 'ResourceNotFound' })
  for (const action of ['stopProtection', 'suspendBackups', 'resumeProtection', 'resumeBackups', 'sync']) {
    const acted = await story.call('POST', `${vault}/backupInstances/none/${action}`)
    t.match(acted, { status: 404, code: 'UserErrorGenericResourceNotFound' }, action)
  }
})

t.test('what protects a disk is listed below the disk', async (t) => {
  const story = await tellDiskStory(t)
  const { disk, path } = await story.protectedDisk()
  const other = story.disk('disk2')
  const listOf = (id: string) => story.call('GET', `${id}/providers/Microsoft.DataProtection/backupInstances`)
  const listed = await listOf(disk)
  t.same(listed.values, [(await story.call('GET', path)).body])
  t.same((await listOf(other)).values, [])
})

t.test('a configuration that fails leaves the instance, which says why and can try again', async (t) => {
  const story = await tellDiskStory(t)
  const disk = story.disk('disk1')
  const vault = await story.vault()
  await story.policy(vault)
  await story.group('snapshots')
  await story.grant(vault, 'Disk Snapshot Contributor', groupPath('snapshots'))
  const correlation = '11111111-2222-3333-4444-555555555555'
  const path = `${vault}/backupInstances/disk1`
  const document = { properties: instanceOf(vault, disk, 'Disks') }
  const begun = await story.call('PUT', path, document, { 'x-ms-correlation-request-id': correlation })
  await story.succeeded(begun)
  await story.advance('90s')

  const failed = await story.call('GET', path)
  t.same(statesOf(failed), standing('ProtectionError'))
  const told = failed.at('properties.protectionErrorDetails')
  t.match(told, {
    code: 'UserErrorMissingRequiredPermissions',
    recommendedAction: [String],
    target: '',
    isRetryable: false,
    isUserError: false,
    properties: { ActivityId: correlation },
  })
  t.same(failed.at('properties.protectionStatus.errorDetails'), told)
  await story.advance('2d')
  t.same((await story.call('GET', `${vault}/backupJobs`)).values, [], 'no backup is made of it')
  const backup = { backupRuleOptions: { ruleName: 'BackupHourly', triggerOption: {} } }
  t.match(await story.call('POST', `${path}/backup`, backup), { status: 400, code: 'UserErrorBcmDatasourceNotPresent' })

  const again = await story.call('POST', `${path}/sync`, { syncType: 'Default' })
  t.equal(again.status, 202)
  t.same(statesOf(await story.call('GET', path)), standing('ConfiguringProtection', 'Updating'))
  const status = await story.finished(again)
  t.match(status.body, { status: 'Failed', error: { code: 'UserErrorMissingRequiredPermissions' } })
  t.same(statesOf(await story.call('GET', path)), standing('ProtectionError'))

  await story.grant(vault, 'Disk Backup Reader', disk)
  await story.succeeded(await story.call('POST', `${path}/sync`))
  const configured = await story.call('GET', path)
  t.same(statesOf(configured), standing('ProtectionConfigured'))
  t.equal(configured.at('properties.protectionErrorDetails'), undefined)
  await story.advance('1d')
  t.ok((await story.call('GET', `${vault}/backupJobs`)).values.length > 0, 'now backups are made')
  t.equal((await story.call('POST', `${path}/sync`)).status, 200, 'nothing is left to try again')
})

t.test('an instance that failed may be sent elsewhere', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await ready(story)
  await story.policy(vault, 'Other')
  await story.call('PUT', path, { properties: instanceOf(vault, disk, 'Disks', groupPath('nowhere')) })
  await story.advance('2m')
  t.match(await story.call('GET', path), {
    body: { properties: { protectionErrorDetails: { code: 'UserErrorSnapshotRGNotFound' } } },
  })
  const policies = () => story.call('DELETE', `${vault}/backupPolicies/Disks`)
  t.equal((await policies()).status, 400, 'its policy is in use')
  const again = await story.call('PUT', path, { properties: instanceOf(vault, disk, 'Other', groupPath('nowhere')) })
  t.equal((await story.finished(again)).text('error.code'), 'UserErrorSnapshotRGNotFound')
  t.equal((await policies()).status, 200, 'and is no more, although that failed')
  await story.succeeded(await story.tryProtect(vault, disk, 'Other'))
  t.same(statesOf(await story.call('GET', path)), standing('ProtectionConfigured'))
})

t.test('a PUT of an instance that failed configures it anew, with what it says now', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await ready(story)
  const policyInfo = { policyId: `${vault}/backupPolicies/Disks` }
  await story.protect(vault, disk, 'Disks', { policyInfo })
  t.equal(
    (await story.call('GET', path)).text('properties.protectionErrorDetails.code'),
    'UserErrorOperationalStoreParametersNotProvided',
  )
  await story.succeeded(await story.tryProtect(vault, disk))
  const configured = await story.call('GET', path)
  t.same(statesOf(configured), standing('ProtectionConfigured'))
  t.match(configured.at('properties.policyInfo.policyParameters.dataStoreParametersList.0'), {
    resourceGroupId: groupPath('snapshots'),
  })
})

t.test('another policy holds when its operation is over', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk()
  const { vault, disk, path } = instance
  await story.policy(vault, 'Daily', diskPolicy({ intervals: ['R/2026-01-01T18:30:00+00:00/P1D'] }))
  const begun = await story.tryProtect(vault, disk, 'Daily')
  t.equal(begun.status, 201)
  t.equal(begun.text('properties.policyInfo.policyId'), `${vault}/backupPolicies/Daily`)
  const meanwhile = await story.call('GET', path)
  t.same(statesOf(meanwhile), standing('UpdatingProtection', 'Updating', 'ProtectionConfigured'))
  t.equal(meanwhile.text('properties.policyInfo.policyId'), `${vault}/backupPolicies/Disks`)
  const from = story.now
  await story.succeeded(begun)
  t.ok(story.now - from <= 45_000)
  const changed = await story.call('GET', path)
  t.same(statesOf(changed), standing('ProtectionConfigured'))
  t.equal(changed.text('properties.policyInfo.policyId'), `${vault}/backupPolicies/Daily`)

  await story.reach('2026-01-08T00:00:00Z')
  const starts = (await story.call('GET', `${vault}/backupJobs`)).values.map((job) =>
    String(members(job.properties).startTime),
  )
  t.equal(starts.length, 3, 'one a day')
  t.ok(
    starts.every((start) => /T18:3[01]:/.test(start)),
    starts.join(),
  )
})

t.test('tags alone are changed at once', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await story.protectedDisk()
  const tagged = await story.call('PUT', path, { properties: instanceOf(vault, disk, 'Disks'), tags: { a: 'b' } })
  t.equal(tagged.status, 200)
  t.same(pollable(tagged), [false, false])
  t.same(tagged.at('tags'), { a: 'b' })
  t.same((await story.call('GET', path)).body, tagged.body)
  const bare = await story.tryProtect(vault, disk)
  t.equal(bare.status, 200)
  t.equal((await story.call('GET', path)).at('tags'), undefined, 'a PUT replaces them')
})

t.test('a change that can not be made leaves the instance as it was', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await story.protectedDisk()
  await story.policy(vault, 'Other')
  const before = (await story.call('GET', path)).body
  const begun = await story.tryProtect(vault, disk, 'Other')
  t.equal((await story.call('DELETE', disk)).status, 200)
  const status = await story.finished(begun)
  t.match(status.body, { status: 'Failed', error: { code: 'UserErrorManagedDiskNotFound' } })
  t.ok(status.text('endTime') > status.text('startTime'), 'it took its time')
  const result = await story.call('GET', status.text('id').replace('operationStatus', 'operationResults'))
  t.match(result, { status: 400, code: 'UserErrorManagedDiskNotFound' })
  t.same((await story.call('GET', path)).body, before)
})

t.test('a disk has one instance over all vaults', async (t) => {
  const story = await tellDiskStory(t)
  const { disk, path, vault } = await story.protectedDisk()
  const other = await story.vault('other')
  await story.policy(other)
  const holds = async (name: string) => {
    const before = story.world.emulator.digest()
    const answers = [
      await story.tryProtect(other, disk),
      await story.tryProtect(vault, disk, 'Disks', {}, 'again'),
      await story.call('POST', `${other}/validateForBackup`, { backupInstance: instanceOf(other, disk, 'Disks') }),
    ]
    for (const answer of answers) {
      t.equal(answer.status, 400, name)
      t.same(pollable(answer), [false, false], 'it is refused at once')
      t.match(answer.at('error'), {
        code: 'UserErrorDppDatasourceAlreadyProtected',
        message: `Datasource is already protected under the Backup vault ${vault}`,
        additionalInfo: [{ type: 'UserFacingError', info: { code: 'UserErrorDppDatasourceAlreadyProtected' } }],
      })
    }
    t.equal(story.world.emulator.digest(), before, 'nothing has changed')
  }
  await holds('protected')
  await story.succeeded(await story.call('POST', `${path}/stopProtection`))
  await holds('stopped: its instance is there')

  await story.succeeded(await story.call('DELETE', path))
  await story.grant(other, 'Disk Backup Reader', disk)
  await story.grant(other, 'Disk Snapshot Contributor', groupPath('snapshots'))
  const elsewhere = await story.protect(other, disk)
  t.equal((await story.instance(elsewhere)).currentProtectionState, 'ProtectionConfigured', 'soft-deleted it is free')

  await story.succeeded(await story.call('POST', `${vault}/deletedBackupInstances/disk1/undelete`))
  const resumed = await story.call('POST', `${path}/resumeProtection`)
  t.match(resumed, { status: 400, code: 'UserErrorDppDatasourceAlreadyProtected' }, 'it is too late to go on')
  await story.policy(other, 'Other')
  t.equal((await story.tryProtect(other, disk, 'Other')).status, 201, 'the stopped one is not in the way of the other')
})

t.test('instances beyond the most that a vault takes are refused', async (t) => {
  const story = await tellDiskStory(t, { limits: { instancesPerBackupVault: 1, itemsPerVault: 0 } })
  const { vault } = await story.protectedDisk()
  const before = story.world.emulator.digest()
  const second = story.disk('disk2')
  const seeded = story.world.emulator.digest()
  t.not(before, seeded)
  t.match(await story.tryProtect(vault, second), { status: 400, code: 'UserErrorProtectionQuotaExceeded' })
  t.equal(story.world.emulator.digest(), seeded)
})

t.test('what an instance is refused for', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await story.protectedDisk()
  story.disk('disk2')
  const fresh = `${vault}/backupInstances/fresh`
  const sent = instanceOf(vault, diskPath('disk2'), 'Disks')
  const source = members(sent.dataSourceInfo)
  const policyInfo = members(sent.policyInfo)
  const account = `${groupPath('apps')}/providers/Microsoft.Storage/storageAccounts/a`
  const rows: [what: string, path: string, properties: unknown, code: string, says: RegExp][] = [
    ['no disk', fresh, { ...sent, dataSourceInfo: undefined }, 'InvalidRequestContent', /resourceID is missing/],
    ['no policy', fresh, { ...sent, policyInfo: {} }, 'InvalidRequestContent', /policyId is missing/],
    [
      'a number',
      fresh,
      { ...sent, dataSourceInfo: { ...source, resourceName: 7 } },
      'InvalidRequestContent',
      /resourceName is not a text/,
    ],
    [
      'another kind of source',
      fresh,
      { ...sent, dataSourceInfo: { ...source, datasourceType: 'Microsoft.Storage/storageAccounts/blobServices' } },
      'UserErrorInvalidRequestParameter',
      /blobServices/,
    ],
    [
      'another resource',
      fresh,
      { ...sent, dataSourceInfo: { ...source, resourceID: account } },
      'UserErrorInvalidRequestParameter',
      /storageAccounts/,
    ],
    [
      'no id',
      fresh,
      { ...sent, dataSourceInfo: { ...source, resourceID: 'disk2' } },
      'UserErrorInvalidRequestParameter',
      /'disk2', which is no id/,
    ],
    [
      'no identity',
      fresh,
      { ...sent, identityDetails: { useSystemAssignedIdentity: false } },
      'UserErrorInvalidRequestParameter',
      /uses no identity/,
    ],
    [
      'an identity of another type',
      fresh,
      { ...sent, identityDetails: { useSystemAssignedIdentity: 'yes' } },
      'InvalidRequestContent',
      /neither true nor false/,
    ],
    [
      'a policy of another vault',
      fresh,
      { ...sent, policyInfo: { ...policyInfo, policyId: `${backupVaultPath('other')}/backupPolicies/Disks` } },
      'BMSUserErrorInvalidConfigureProtectionRequest',
      /not the id of a policy of this vault/,
    ],
    ['another disk', path, sent, 'UserErrorInvalidRequestParameter', /keeps its disk/],
    [
      'another group for its snapshots',
      path,
      instanceOf(vault, disk, 'Disks', groupPath('elsewhere')),
      'UserErrorInvalidRequestParameter',
      /cannot be changed/,
    ],
  ]
  for (const [what, at, properties, code, says] of rows) {
    const before = story.world.emulator.digest()
    const answer = await story.call('PUT', at, { properties })
    t.match(answer, { status: 400, code }, `${what}: ${answer.message}`)
    t.match(answer.message, says, what)
    t.equal(story.world.emulator.digest(), before, `${what} changes nothing`)
    const check = at === path ? `${path}/validateForModifyBackup` : `${vault}/validateForBackup`
    t.match(
      await story.call('POST', check, { backupInstance: properties }),
      { status: 400, code },
      `${what}, validated`,
    )
  }
  const absent = { ...policyInfo, policyId: `${vault}/backupPolicies/none` }
  const answer = await story.call('PUT', fresh, { properties: { ...sent, policyInfo: absent } })
  t.ok([400, 404].includes(answer.status), `a policy that is not there: ${answer.code}`)
  t.match(await story.call('PUT', fresh, { tags: {} }), { status: 400, code: 'InvalidRequestContent' })
})

t.test('while an instance is being configured nothing else is done to it', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await ready(story)
  t.equal((await story.tryProtect(vault, disk)).status, 201)
  const before = story.world.emulator.digest()
  const calls: [string, string, unknown?][] = [
    ['PUT', path, { properties: instanceOf(vault, disk, 'Disks') }],
    ['DELETE', path],
    ['POST', `${path}/stopProtection`],
    ['POST', `${path}/suspendBackups`, {}],
    ['POST', `${path}/resumeProtection`],
    ['POST', `${path}/resumeBackups`],
    ['POST', `${path}/sync`],
  ]
  for (const [method, url, body] of calls) {
    const answer = await story.call(method, url, body)
    t.match(answer, { status: 400, code: 'BMSUserErrorConflictingProtectionOperation' }, `${method} ${url}`)
  }
  t.equal(story.world.emulator.digest(), before)
})

t.test('a client in mode skip waits for the instance by polling', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await ready(story)
  story.world.emulator.clock.set({ mode: 'skip' })
  const begun = await story.tryProtect(vault, disk)
  t.equal((await story.call('GET', begun.header('azure-asyncoperation'))).text('status'), 'Succeeded')
  t.equal((await story.call('GET', path)).text('properties.currentProtectionState'), 'ProtectionConfigured')
  const stopped = await story.call('POST', `${path}/stopProtection`)
  t.equal((await story.call('GET', stopped.header('azure-asyncoperation'))).text('status'), 'Succeeded')
  t.equal((await story.call('GET', path)).text('properties.currentProtectionState'), 'ProtectionStopped')
})

t.test('so does one that looks at the instance alone, whatever is done to it', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await ready(story)
  story.world.emulator.clock.set({ mode: 'skip' })
  const stateOf = async () => (await story.call('GET', path)).text('properties.currentProtectionState')
  story.world.emulator.faults.add({ match: { attempt: 1 }, effect: { jobFailure: { code: 'MadeUp' } } })
  await story.tryProtect(vault, disk)
  t.equal(await stateOf(), 'ProtectionError')
  story.world.emulator.faults.clear()
  t.equal((await story.call('POST', `${path}/sync`)).status, 202)
  t.equal(await stateOf(), 'ProtectionConfigured')
  t.equal((await story.call('DELETE', path)).status, 202)
  t.equal((await story.call('GET', path)).status, 404)
  t.equal((await story.call('GET', `${vault}/deletedBackupInstances`)).values.length, 1)
})

t.test('faults make a configuration fail, or the operation alone', async (t) => {
  const story = await tellDiskStory(t)
  const { vault, disk, path } = await ready(story)
  const { faults } = story.world.emulator
  faults.add({ match: { attempt: 1 }, effect: { jobFailure: { code: 'MadeUp', message: 'By a test.' } } })
  await story.protect(vault, disk)
  const failed = await story.call('GET', path)
  t.match(failed.at('properties.protectionErrorDetails'), { code: 'MadeUp', message: 'By a test.' })
  faults.clear()
  await story.succeeded(await story.call('POST', `${path}/sync`))

  faults.add({
    match: { operation: 'BackupInstanceResources.BackupInstancesStopProtection' },
    effect: { operationFailure: { code: 'MadeUp' } },
  })
  const status = await story.finished(await story.call('POST', `${path}/stopProtection`))
  t.match(status.body, { status: 'Failed', error: { code: 'MadeUp' } })
  t.equal((await story.call('GET', path)).text('properties.currentProtectionState'), 'ProtectionConfigured')
})

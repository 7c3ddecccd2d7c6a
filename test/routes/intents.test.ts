import t from 'tap'
import { members } from '../support/seen.js'
import { accountPath, tellShareStory } from '../support/share-story.js'
import { groupPath, itemOf, machinePath, protection, type Story, tellStory, vaultPath } from '../support/story.js'

const LOCATION = groupPath('apps').replace(
  /\/resourceGroups.*/,
  '/providers/Microsoft.RecoveryServices/locations/westeurope',
)

const nameOf = (machine: string) =>
  itemOf('', machine)
    .path.replace(/^.*protectedItems\//, '')
    .toLowerCase()
const intentPath = (vault: string, machine: string) =>
  `${vault}/backupFabrics/Azure/backupProtectionIntent/${nameOf(machine)}`

const intentBody = (vault: string, machine: string, changes: object = {}) => ({
  properties: {
    protectionIntentItemType: 'AzureResourceItem',
    sourceResourceId: machine,
    policyId: `${vault}/backupPolicies/DefaultPolicy`,
    ...changes,
  },
})

const putIntent = ({ call }: Story, vault: string, machine: string, changes: object = {}) =>
  call('PUT', intentPath(vault, machine), intentBody(vault, machine, changes))

const stateOf = async ({ call }: Story, vault: string, machine: string) =>
  (await call('GET', intentPath(vault, machine))).at('properties.protectionState')

/** A machine as a client makes it. */
async function make({ call }: Story, machine: string, location = 'westeurope'): Promise<void> {
  const made = await call('PUT', machine, { location, properties: { storageProfile: { osDisk: { osType: 'Linux' } } } })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
}

t.test('an intent protects a machine that is there', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const machine = story.machine('vm1')
  const put = await putIntent(story, vault, machine)
  t.equal(put.status, 200)
  t.same(put.body, {
    id: intentPath(vault, machine),
    name: 'vm;iaasvmcontainerv2;apps;vm1',
    type: 'Microsoft.RecoveryServices/vaults/backupProtectionIntent',
    properties: {
      friendlyName: 'vm1',
      protectionIntentItemType: 'AzureResourceItem',
      backupManagementType: 'AzureIaasVM',
      sourceResourceId: machine,
      policyId: `${vault}/backupPolicies/DefaultPolicy`,
      protectionState: 'Protecting',
    },
  })
  await story.advance('1m')
  const item = itemOf(vault, machine)
  t.match((await story.call('GET', intentPath(vault, machine))).at('properties'), {
    protectionState: 'Protected',
    itemId: item.path,
  })
  t.match(await story.item(item), { protectionState: 'IRPending', policyName: 'DefaultPolicy' })
  t.equal((await story.jobs(vault, 'ConfigureBackup')).length, 1)
  await story.advance('1d')
  t.equal((await story.points(item)).length, 1)
})

t.test('SEED-63: enable backup at VM creation', async (t) => {
  for (const way of ['through Resource Manager', 'by the inventory']) {
    await t.test(`a machine that is made ${way}`, async (t) => {
      const story = await tellStory(t)
      const vault = await story.vault()
      const machine = machinePath('vm1')
      t.equal((await putIntent(story, vault, machine)).status, 200)
      t.equal(await stateOf(story, vault, machine), 'NotProtected')
      t.same(await story.jobs(vault, 'ConfigureBackup'), [])
      if (way === 'by the inventory') story.machine('vm1')
      else await make(story, machine)
      t.equal(await stateOf(story, vault, machine), 'Protecting')
      await story.advance('1m')
      t.equal(await stateOf(story, vault, machine), 'Protected')
      t.match(await story.item(itemOf(vault, machine)), { protectionState: 'IRPending' })
    })
  }

  await t.test('to change a machine protects nothing anew', async (t) => {
    const story = await tellStory(t)
    const vault = await story.vault()
    const machine = story.machine('vm1')
    await putIntent(story, vault, machine)
    await story.advance('1m')
    await story.call('PATCH', machine, { tags: { a: 'b' } })
    story.machine('vm1', { osDiskSizeGB: 256 })
    t.equal((await story.jobs(vault, 'ConfigureBackup')).length, 1)
  })

  await t.test('what cannot be protected is made all the same, and the intent says so', async (t) => {
    const story = await tellStory(t)
    const vault = await story.vault()
    const machine = machinePath('far')
    await putIntent(story, vault, machine)
    await make(story, machine, 'northeurope')
    t.equal((await story.call('GET', machine)).status, 200)
    t.equal(await stateOf(story, vault, machine), 'ProtectionFailed')
    t.same(await story.jobs(vault, 'ConfigureBackup'), [])
  })
})

t.test('an intent can be listed, changed and taken back', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const machine = story.machine('vm1')
  await putIntent(story, vault, machine)
  await putIntent(story, vault, machinePath('vm2'))
  const list = async (filter = '') => {
    const answer = await story.call('GET', `${vault}/backupProtectionIntents?$filter=${encodeURIComponent(filter)}`)
    return answer.names
  }
  t.same(await list(), ['vm;iaasvmcontainerv2;apps;vm1', 'vm;iaasvmcontainerv2;apps;vm2'])
  t.same(await list("backupManagementType eq 'AzureIaasVM' and itemName eq 'VM;iaasvmcontainerv2;apps;vm2'"), [
    'vm;iaasvmcontainerv2;apps;vm2',
  ])
  t.same(await list("backupManagementType eq 'AzureWorkload'"), [])
  await story.advance('1m')
  const enhanced = await putIntent(story, vault, machine, { policyId: `${vault}/backupPolicies/EnhancedPolicy` })
  t.equal(enhanced.at('properties.policyId'), `${vault}/backupPolicies/EnhancedPolicy`)
  await story.advance('1m')
  t.equal((await story.item(itemOf(vault, machine))).policyName, 'EnhancedPolicy')

  t.equal((await story.call('DELETE', intentPath(vault, machine))).status, 204)
  t.equal((await story.call('DELETE', intentPath(vault, machine))).status, 204)
  t.equal((await story.call('GET', intentPath(vault, machine))).code, 'BMSUserErrorProtectionIntentNotFound')
  t.equal(
    (await story.item(itemOf(vault, machine))).protectionState,
    'IRPending',
    'what it has protected stays protected',
  )
  t.equal((await story.call('DELETE', intentPath(vault, machinePath('vm2')))).status, 204)
  story.machine('vm2')
  await story.advance('1m')
  t.equal((await story.call('GET', itemOf(vault, machinePath('vm2')).path)).status, 404)
})

t.test('whoever deletes the data wishes for it no longer', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const machine = story.machine('vm1')
  await putIntent(story, vault, machine)
  await story.advance('1m')
  await story.deleteData(itemOf(vault, machine))
  await story.advance('14d')
  await story.deleteMachine(machine)
  story.machine('vm1')
  await story.advance('1m')
  t.equal((await story.call('GET', itemOf(vault, machine).path)).status, 404)
})

t.test('intents that are refused', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const other = await story.vault('other')
  const taken = story.machine('taken')
  await story.protect(other, taken)
  const free = story.machine('free')
  const INVALID = 'BMSUserErrorInvalidConfigureProtectionRequest'
  const before = story.world.emulator.digest()
  for (const [machine, changes, code] of [
    [free, { protectionIntentItemType: 'AzureWorkloadSQLAutoProtectionIntent' }, INVALID],
    [free, { protectionIntentItemType: 'Wish' }, INVALID],
    [free, { sourceResourceId: 'vm1' }, INVALID],
    [free, { sourceResourceId: taken }, 'BMSUserErrorProtectedItemNameIncorrectFormat'],
    [free, { policyId: '' }, INVALID],
    [free, { policyId: `${vault}/backupPolicies/Nothing` }, 'BMSUserErrorPolicyNotFound'],
    [free, { policyId: `${vault}/backupPolicies/HourlyLogBackup` }, 'BMSUserErrorInvalidPolicyForGivenProvider'],
    [taken, {}, 'VirtualMachineAlreadyProtected'],
    [machinePath('none').replace(/[^/]{36}/, '00000000-0000-0000-0000-000000000002'), {}, INVALID],
  ] as const) {
    const answer = await putIntent(story, vault, machine, changes)
    t.equal(answer.status, 400, JSON.stringify(changes))
    t.equal(answer.code, code)
  }
  t.equal(story.world.emulator.digest(), before)
})

t.test('whether a machine could be protected is asked before it is made', async (t) => {
  const story = await tellStory(t, { limits: { vmsPerVault: 1 } })
  const vault = await story.vault()
  const machine = machinePath('vm1')
  const validate = async (changes: object = {}) => {
    const body = { resourceType: 'VM', resourceId: machine, vaultId: vault, properties: '', ...changes }
    const answer = await story.call('POST', `${LOCATION}/backupPreValidateProtection`, body)
    return answer.status === 200 ? members(answer.body) : { refused: answer.code }
  }
  const names = {
    containerName: 'iaasvmcontainer;iaasvmcontainerv2;apps;vm1',
    protectedItemName: 'vm;iaasvmcontainerv2;apps;vm1',
  }
  t.same(await validate(), { status: 'Succeeded', ...names }, 'neither has the machine to be there')
  t.same(await validate({ vaultId: vaultPath('later') }), { status: 'Succeeded', ...names }, 'nor the vault')
  const before = story.world.emulator.digest()
  story.machine('vm1')
  const digest = story.world.emulator.digest()
  t.not(digest, before)
  t.match(await validate(), { status: 'Succeeded' })
  t.equal(story.world.emulator.digest(), digest, 'to ask changes nothing')

  const item = await story.protect(vault, machine)
  for (const asked of [{}, { vaultId: vaultPath('later') }])
    t.match(await validate(asked), { status: 'Failed', errorCode: 'VirtualMachineAlreadyProtected', ...names })
  t.match(await validate({ resourceId: machinePath('vm2') }), {
    status: 'Failed',
    errorCode: 'UserErrorProtectionQuotaExceeded',
  })
  await story.stop(item)
  t.match(await validate(), { status: 'Failed', errorCode: 'VirtualMachineAlreadyProtected' })
  const second = await story.vault('second')
  t.match(await validate({ vaultId: second }), { status: 'Succeeded' }, 'another vault may have a stopped one')
  const far = story.machine('far', { location: 'northeurope' })
  t.match(await validate({ resourceId: far, vaultId: second }), {
    status: 'Failed',
    errorCode: 'UserErrorVmVaultLocationMismatch',
  })
  t.same(await validate({ resourceId: 'vm1' }), { refused: 'InvalidParameter' })
  t.same(await validate({ resourceType: 'SQLDataBase' }), { refused: 'InvalidParameter' })
})

t.test('which machines are supported', async (t) => {
  const story = await tellStory(t)
  const support = async (body: object) => {
    const answer = await story.call('POST', `${LOCATION}/backupValidateFeatures`, body)
    return answer.status === 200 ? answer.text('supportStatus') : answer.code
  }
  const machine = (vmSize: string, vmSku = 'Premium') =>
    support({ featureType: 'AzureVMResourceBackup', vmSize, vmSku })
  t.equal(await machine('Basic_A0'), 'DefaultOFF', 'as published')
  t.equal(await machine('Standard_DS1_v2'), 'DefaultOFF')
  t.equal(await machine('Standard_D2s_v3'), 'DefaultON')
  t.equal(await machine('Standard_E4-2ads_v5'), 'DefaultON')
  t.equal(await machine('Standard_D4s_v5', 'UltraSSD_LRS'), 'DefaultOFF')
  t.equal(await machine('Standard_D4s_v5', 'EphemeralOsDisk'), 'NotSupported')
  t.equal(await machine('a very large one'), 'NotSupported')
  t.equal(await support({ featureType: 'AzureVMResourceBackup' }), 'DefaultON')
  t.equal(await support({ featureType: 'AzureBackupGoals' }), 'Supported')
  t.equal(await support({ featureType: 'Magic' }), 'InvalidParameter')
})

t.test('whether and where something is protected', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const machine = story.machine('vm1')
  const status = async (body: object = { resourceType: 'VM', resourceId: machine }) => {
    const answer = await story.call('POST', `${LOCATION}/backupStatus`, body)
    return answer.status === 200 ? members(answer.body) : { refused: answer.code }
  }
  const names = {
    containerName: 'iaasvmcontainer;iaasvmcontainerv2;apps;vm1',
    protectedItemName: 'vm;iaasvmcontainerv2;apps;vm1',
  }
  const nowhere = {
    protectionStatus: 'NotProtected',
    fabricName: 'Azure',
    ...names,
    protectedItemsCount: 0,
    objectType: 'BackupStatusResponse',
  }
  t.same(await status(), nowhere)
  await story.call('PUT', itemOf(vault, machine).path, protection(vault, machine, 'DefaultPolicy'))
  t.match(await status(), { protectionStatus: 'Protecting', vaultId: vault })
  await story.advance('1m')
  t.same(await status(), { ...nowhere, protectionStatus: 'Protected', vaultId: vault, policyName: 'DefaultPolicy' })
  await story.stop(itemOf(vault, machine))
  t.match(await status(), { protectionStatus: 'Protected', vaultId: vault, policyName: '' })
  const second = await story.vault('second')
  await story.protect(second, machine)
  t.match(
    await status(),
    { vaultId: second, policyName: 'DefaultPolicy' },
    'of two vaults the one that backs it up counts',
  )
  t.match(await status({ resourceType: 'SQLDataBase', resourceId: machine }), { protectionStatus: 'NotProtected' })
  const account = `${groupPath('apps')}/providers/Microsoft.Storage/storageAccounts/files`
  t.match(await status({ resourceType: 'AzureFileShare', resourceId: account, poLogicalName: 'share1' }), {
    protectionStatus: 'NotProtected',
    containerName: 'storagecontainer;storage;apps;files',
  })
  for (const body of [
    { resourceType: 'VM', resourceId: 'vm1' },
    { resourceType: 'VM', resourceId: account },
    { resourceType: 'AzureFileShare', resourceId: account },
    { resourceType: 'AzureFileShare', resourceId: machine, poLogicalName: 'share1' },
    { resourceType: 'Toaster', resourceId: machine },
  ])
    t.same(await status(body), { refused: 'InvalidParameter' }, JSON.stringify(body))
})

t.test('a file share is asked for by its account and its own name', async (t) => {
  const story = await tellShareStory(t)
  const item = await story.protectedShare()
  const ask = (poLogicalName: string) =>
    story.call('POST', `${LOCATION}/backupStatus`, {
      resourceType: 'AzureFileShare',
      resourceId: accountPath(item.account),
      poLogicalName,
    })
  const [, protectedItemName = ''] = /protectedItems\/(.*)$/.exec(item.path) ?? []
  t.same((await ask('share1')).body, {
    protectionStatus: 'Protected',
    vaultId: item.vault,
    fabricName: 'Azure',
    containerName: 'storagecontainer;storage;apps;account1',
    protectedItemName: protectedItemName.toLowerCase(),
    policyName: 'Shares',
    protectedItemsCount: 0,
    objectType: 'BackupStatusResponse',
  })
  t.equal((await ask('share2')).text('protectionStatus'), 'NotProtected')
})

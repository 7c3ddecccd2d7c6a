import t, { type Test } from 'tap'
import type { RefusalCode } from '../../src/domain/errors.js'
import { TENANT_ID } from '../../src/domain/inventory/inventory.js'
import type { MachineSeed } from '../../src/domain/inventory/inventory-seeds.js'
import type { StartOptions } from '../../src/emulator.js'
import {
  disks,
  elsewhere,
  network,
  newestPoint,
  put,
  putNetwork,
  type Restorable,
  restored,
  staging,
  startRestore,
  tryRestore,
} from '../support/restores.js'
import type { Members } from '../support/seen.js'
import { groupPath, Story, tellStory, vaultPath } from '../support/story.js'

type Row = readonly [what: string, changes: Members, code: RefusalCode, words?: RegExp]

async function backedUp(t: Test, seed: Partial<MachineSeed> = {}, options: StartOptions = {}) {
  const story = await tellStory(t, options)
  const item = await story.protectedMachine(seed)
  await story.backUp(item)
  return { story, from: await newestPoint(story, item) }
}

/** Each row is refused with its code, and nothing has changed then. */
async function refuses(t: Test, story: Story, from: Restorable, rows: readonly Row[]): Promise<void> {
  for (const [what, changes, code, words] of rows) {
    const before = story.world.emulator.digest()
    const answer = await tryRestore(story, from, changes)
    t.equal(answer.code, code, `${what}: ${JSON.stringify(answer.body)}`)
    if (words) t.match(answer.text('error.message'), words, what)
    t.equal(story.world.emulator.digest(), before, `${what}: nothing has changed`)
  }
}

const invalid = 'UserErrorInvalidRestoreRequest'
const OTHER_SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/far'
const across = { recoveryType: 'RestoreDisks', targetResourceGroupId: OTHER_SUBSCRIPTION }
const inPlace = { recoveryType: 'OriginalLocation' }

t.test('what does not fit the point, the vault or the region', async (t) => {
  const { story, from } = await backedUp(t, { dataDisks: [{ lun: 3, diskSizeGB: 8 }] })
  story.world.emulator.seed({
    storageAccounts: [
      { resourceGroup: 'backup', name: 'far', location: 'northeurope' },
      { resourceGroup: 'backup', name: 'zonal', sku: 'Standard_ZRS' },
      { resourceGroup: 'backup', name: 'blobs', kind: 'BlobStorage' },
    ],
  })
  await putNetwork(story)
  await putNetwork(story, network('far'), 'northeurope')
  const access = (option: string, id?: string) => ({
    ...disks(),
    targetDiskNetworkAccessSettings: {
      targetDiskNetworkAccessOption: option,
      ...(id ? { targetDiskAccessId: id } : {}),
    },
  })
  await refuses(t, story, from, [
    ['a LUN that the point has not', { ...disks(), restoreDiskLunList: [3, 4] }, invalid, /LUN 4.*LUN 3/],
    ['an account elsewhere', { ...disks(), storageAccountId: staging('far') }, 'UserErrorRestoreRegionMismatch'],
    ['a zone-redundant account', { ...disks(), storageAccountId: staging('zonal') }, invalid, /zone-redundant/],
    ['an account of blobs', { ...disks(), storageAccountId: staging('blobs') }, invalid, /blobs/],
    ['no network', { ...elsewhere('copy'), virtualNetworkId: null }, invalid, /virtualNetworkId/],
    ['a subnet of another network', { ...elsewhere('copy'), subnetId: `${network('b')}/subnets/x` }, invalid],
    [
      'a subnet that is not there',
      { ...elsewhere('copy'), subnetId: `${network()}/subnets/x` },
      'UserErrorRestoreNetworkNotFound',
    ],
    [
      'a network elsewhere',
      { ...elsewhere('copy'), virtualNetworkId: network('far'), subnetId: `${network('far')}/subnets/default` },
      invalid,
      /northeurope/,
    ],
    ['a name that no machine can have', elsewhere('_copy'), 'InvalidResourceName'],
    ['a machine outside of its group', { ...elsewhere('copy'), targetResourceGroupId: groupPath('x') }, invalid],
    ['a zone in a geo-redundant vault', { ...disks(), zones: ['1'] }, invalid, /zone-redundant/],
    ['a zone that there is not', { ...disks(), zones: ['4'] }, invalid, /name one of 1, 2, 3/],
    ['an identity that the vault has not', { ...disks(), identityInfo: { isSystemAssignedIdentity: true } }, invalid],
    ['no identity at all', { ...disks(), identityInfo: {} }, invalid],
    [
      'keys of a machine that was not encrypted',
      { ...disks(), encryptionDetails: { encryptionEnabled: true } },
      'UserErrorInvalidVMEncryptionInfo',
    ],
    ['an encryption set that is none', { ...disks(), diskEncryptionSetId: staging() }, invalid, /diskEncryptionSets/],
    ['private access without a disk access', access('EnablePrivateAccessForAllDisks'), invalid, /targetDiskAccessId/],
    ['a disk access without private access', access('SameAsOnSourceDisks', staging()), invalid],
    ['an unknown access', access('Sometimes'), invalid, /SameAsOnSourceDisks/],
    [
      'rehydration of what is in the vault',
      { ...disks(), objectType: 'IaasVMRestoreWithRehydrationRequest' },
      'UserErrorRecoveryPointRehydrationNotAllowed',
    ],
  ])
})

t.test('to another subscription', async (t) => {
  const { story, from } = await backedUp(t)
  await story.condition(from.machine, { powerState: 'stopped' })
  await refuses(t, story, from, [
    ['in place', { ...across, ...inPlace }, 'UserErrorCrossSubscriptionRestoreNotSupportedForOLR'],
  ])
  const state = (crossSubscriptionRestoreState: string) =>
    story.call('PATCH', vaultPath('vault'), {
      properties: { restoreSettings: { crossSubscriptionRestoreSettings: { crossSubscriptionRestoreState } } },
    })
  await state('Disabled')
  await story.advance('1m')
  await refuses(t, story, from, [
    ['where it is disabled', across, 'UserErrorCrossSubscriptionRestoreNotAllowed', /disabled/],
  ])
  await state('PermanentlyDisabled')
  await story.advance('1m')
  await refuses(t, story, from, [
    ['where it is for good', across, 'UserErrorCrossSubscriptionRestoreNotAllowed', /permanently/],
  ])
  t.equal((await tryRestore(story, from, disks())).status, 202, 'in the vault’s own it goes on')
})

t.test('to a subscription where the provider is not registered, and from a snapshot', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const backup = await story.startBackUp(item)
  await story.phase(item.vault, backup, 'Completed', 'InProgress')
  const from = await newestPoint(story, item)
  await refuses(t, story, from, [
    ['a snapshot alone', across, 'UserErrorCrossSubscriptionRestoreNotSupportedFromSnapshot'],
  ])
  await story.ended(item.vault, backup)
  const [, subscription = ''] = /\/subscriptions\/([^/]+)/.exec(OTHER_SUBSCRIPTION) ?? []
  const unregister = `/subscriptions/${subscription}/providers/Microsoft.RecoveryServices/unregister?api-version=2021-04-01`
  t.equal((await fetch(`${story.world.url}${unregister}`, { method: 'POST' })).status, 200)
  await refuses(t, story, from, [
    ['not registered', across, 'UserErrorCrossSubscriptionRestoreInvalidTargetSubscription'],
  ])
})

t.test('of an encrypted machine', async (t) => {
  const { story, from } = await backedUp(t, { conditions: { encryption: 'ade', powerState: 'stopped' } })
  const encryptionSet = `${groupPath('keys')}/providers/Microsoft.Compute/diskEncryptionSets/des`
  const otherKey = { encryptionEnabled: true, kekUrl: 'https://other.vault.azure.net/keys/k/1' }
  await refuses(t, story, from, [
    ['in place', inPlace, 'UserErrorOLRNotSupported', /encrypted/],
    ['to another subscription', across, 'UserErrorCrossSubscriptionRestoreNotSupportedForEncryptedAzureVM'],
    ['with an encryption set', { ...disks(), diskEncryptionSetId: encryptionSet }, invalid],
    ['with another key', { ...disks(), encryptionDetails: otherKey }, 'UserErrorInvalidVMEncryptionInfo', /kekUrl/],
  ])
})

t.test('of an unmanaged machine', async (t) => {
  const story = await tellStory(t)
  const machine = story.machine('old', { cloudService: 'apps' })
  const vault = await story.vault()
  const bare = 'iaasvmcontainer;apps;old'
  const path = `${vault}/backupFabrics/Azure/protectionContainers/IaasVMContainer;${bare}/protectedItems/VM;${bare}`
  const protectedItemType = 'Microsoft.ClassicCompute/virtualMachines'
  const policyId = `${vault}/backupPolicies/DefaultPolicy`
  const accepted = await story.call('PUT', path, {
    properties: { protectedItemType, sourceResourceId: machine, policyId },
  })
  t.equal((await story.finished(accepted)).text('status'), 'Succeeded')
  await story.backUp({ vault, path })
  const from = await newestPoint(story, { vault, path, machine })
  await story.condition(machine, { powerState: 'stopped' })
  await refuses(t, story, from, [
    ['in place', inPlace, 'UserErrorOLRNotSupported', /unmanaged/],
    ['as a new machine', elsewhere('copy'), invalid, /restoreWithManagedDisks/],
    ['to another subscription', across, 'UserErrorCrossSubscriptionRestoreNotSupportedForUnManagedAzureVM'],
    ['with an identity', { ...disks(), identityInfo: { isSystemAssignedIdentity: true } }, invalid, /managed/],
  ])
})

t.test('in place from a point that leaves disks out, or where the machine is gone', async (t) => {
  const story = await tellStory(t)
  const machine = story.machine('vm1', { dataDisks: [{ lun: 0, diskSizeGB: 8 }] })
  const vault = await story.vault()
  const { path } = await story.protect(vault, machine)
  const diskExclusionProperties = { diskLunList: [0], isInclusionList: false }
  await story.finished(
    await story.call('PUT', path, {
      properties: {
        protectedItemType: 'Microsoft.Compute/virtualMachines',
        sourceResourceId: machine,
        policyId: `${vault}/backupPolicies/DefaultPolicy`,
        extendedProperties: { diskExclusionProperties },
      },
    }),
  )
  await story.backUp({ vault, path })
  const from = await newestPoint(story, { vault, path, machine })
  await story.condition(machine, { powerState: 'stopped' })
  await refuses(t, story, from, [['in place', inPlace, 'UserErrorOLRNotSupportedOnRPWithDisksExcluded']])
  await story.deleteMachine(machine)
  const whole = await backedUp(t)
  await whole.story.deleteMachine(whole.from.machine)
  await refuses(t, whole.story, whole.from, [['in place', inPlace, 'UserErrorVmNotFoundV2']])
  t.equal((await restored(whole.story, whole.from, disks())).status, 'Completed', 'its disks come back all the same')
})

t.test('while the disks of the machine are being replaced', async (t) => {
  const { story, from } = await backedUp(t)
  t.equal((await tryRestore(story, from, disks('first'))).status, 202)
  t.equal((await tryRestore(story, from, disks('second'))).status, 202, 'disks can be restored side by side')
  await story.condition(from.machine, { powerState: 'stopped' })
  const job = await startRestore(story, from, inPlace)
  await refuses(t, story, from, [
    ['another in place', inPlace, 'UserErrorRestoreOperationInProgress', new RegExp(job)],
    ['of disks', disks(), 'UserErrorRestoreOperationInProgress'],
  ])
  await story.ended(from.vault, job)
  t.equal((await tryRestore(story, from, disks())).status, 202)
})

t.test('ten restores of a machine in 24 hours are the most', async (t) => {
  const { story, from } = await backedUp(t)
  for (let count = 0; count < 10; count++) {
    t.equal((await tryRestore(story, from, disks())).status, 202)
    await story.advance('1h')
  }
  await refuses(t, story, from, [['the eleventh', disks(), 'CloudDosAbsoluteLimitReached', /10 is the most/]])
  await story.advance('14h')
  t.equal((await tryRestore(story, from, disks())).status, 202, 'a day after the first there is room')
  await refuses(t, story, from, [['and no more', disks(), 'CloudDosAbsoluteLimitReached']])
  const lowered = await backedUp(t, {}, { limits: { restoresPerVmPerDay: 1 } })
  await restored(lowered.story, lowered.from, disks())
  await refuses(t, lowered.story, lowered.from, [['a lowered limit', disks(), 'CloudDosAbsoluteLimitReached']])
})

t.test('what is not there, in strict mode', async (t) => {
  const { story, from } = await strictly(t)
  await refuses(t, story, from, [['the account', disks('backup'), 'UserErrorBCMRestoreStorageAccountNotFound']])
  await put(story, staging(), { kind: 'StorageV2', sku: { name: 'Standard_LRS' } })
  await refuses(t, story, from, [
    ['the group', disks(), 'UserErrorRestoreTargetRGNotFound'],
    ['the network', elsewhere('copy', 'backup'), 'UserErrorRestoreNetworkNotFound'],
    [
      'the encryption set',
      {
        ...disks('backup'),
        diskEncryptionSetId: `${groupPath('backup')}/providers/Microsoft.Compute/diskEncryptionSets/d`,
      },
      invalid,
    ],
  ])
  await putNetwork(story)
  t.equal((await restored(story, from, elsewhere('copy', 'backup'))).status, 'Completed')
})

/** A world that takes nothing for granted: a token, groups, accounts. */
async function strictly(t: Test) {
  const { world } = await tellStory(t, { strict: true })
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'test', client_secret: 'test' })
  body.set('scope', `${world.url}/.default`)
  const answer = await fetch(`${world.url}/${TENANT_ID}/oauth2/v2.0/token`, { method: 'POST', body })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  const signedIn = { authorization: `Bearer ${token}` }
  const story = new Story({ ...world, call: (method, path, body) => world.call(method, path, body, signedIn) })
  return { story, from: await prepared(story) }
}

async function prepared(story: Story): Promise<Restorable> {
  for (const group of ['backup', 'apps']) await story.call('PUT', groupPath(group), { location: 'westeurope' })
  const item = await story.protectedMachine()
  await story.backUp(item)
  return newestPoint(story, item)
}

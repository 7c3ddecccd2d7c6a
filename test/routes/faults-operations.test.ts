import t from 'tap'
import { ALL_ROUTES } from '../../src/routes/providers.js'
import type { Answer } from '../support/emulator.js'
import { newestPoint, type Restorable, restoreBody, tryRestore } from '../support/restores.js'
import type { Members } from '../support/seen.js'
import { type ShareItem, ShareStory } from '../support/share-story.js'
import { dailyPolicy, groupPath, type Story, tellStory, vaultPath } from '../support/story.js'

const EFFECT = { operationFailure: { code: 'MadeUp', message: 'Made up for a test.' } }

interface Scene {
  story: Story
  /** The same world, where it is about file shares. */
  shares: ShareStory
  from: Restorable
  share: ShareItem
}

const disks = { recoveryType: 'RestoreDisks', targetResourceGroupId: groupPath('restored') }
const latest = (path: string) => `${path}?api-version=2025-08-01`
const restoreOf = (from: Restorable) => ({
  id: `${from.path}/recoveryPoints/${from.point}`,
  properties: { objectType: 'ValidateIaasVMRestoreOperationRequest', restoreRequest: restoreBody(from, disks) },
})

/** How an operation of each kind is opened. */
const ROWS: Readonly<Record<string, (scene: Scene) => Promise<Answer>>> = {
  'Vaults.CreateOrUpdate': ({ story }) =>
    story.call('PUT', latest(vaultPath('fresh')), {
      location: 'westeurope',
      sku: { name: 'Standard' },
      properties: {},
    }),
  'Vaults.Update': ({ story, from }) =>
    story.call('PATCH', latest(from.vault), { properties: { publicNetworkAccess: 'Disabled' } }),
  'Vaults.Delete': ({ story }) => story.call('DELETE', latest(vaultPath('empty'))),
  'PrivateEndpointConnectionResources.PrivateEndpointConnectionPut': ({ story }) =>
    story.call('PUT', `${vaultPath('empty')}/privateEndpointConnections/one`, {
      properties: {
        privateEndpoint: { id: `${groupPath('apps')}/providers/Microsoft.Network/privateEndpoints/one` },
        privateLinkServiceConnectionState: { status: 'Approved', description: '' },
      },
    }),
  'ProtectionContainers.Refresh': ({ story, from }) =>
    story.call('POST', `${from.vault}/backupFabrics/Azure/refreshContainers`),
  'ProtectionContainers.Register': ({ shares, from }) => shares.tryRegister(from.vault, 'account2'),
  'ProtectionContainers.Inquire': ({ story, share }) => story.call('POST', `${share.container}/inquire`),
  'ProtectedItems.CreateOrUpdate': ({ story, from }) => story.tryProtect(from.vault, from.machine, 'Custom'),
  'ProtectedItems.Delete': ({ story, from }) => story.call('DELETE', from.path),
  'Backups.Trigger': ({ story, from }) => story.tryBackUp(from),
  'Restores.Trigger': ({ story, from }) => tryRestore(story, from, disks),
  'Jobs.Export': ({ story, from }) => story.call('POST', `${from.vault}/backupJobsExport`),
  'FetchTieringCost.Post': ({ story, from }) =>
    story.call('POST', `${from.vault}/backupTieringCost/default/fetchTieringCost`, {
      objectType: 'FetchTieringCostSavingsInfoForVaultRequest',
      sourceTierType: 'HardenedRP',
      targetTierType: 'ArchivedRP',
    }),
  'ItemLevelRecoveryConnections.Provision': ({ story, from }) =>
    story.call('POST', `${from.path}/recoveryPoints/${from.point}/provisionInstantItemRecovery`, {
      properties: {
        objectType: 'IaasVMILRRegistrationRequest',
        recoveryPointId: from.point,
        virtualMachineId: from.machine,
        initiatorName: 'iqn.client',
        renewExistingRegistration: false,
      },
    }),
  'ValidateOperation.Trigger': ({ story, from }) =>
    story.call('POST', `${from.vault}/backupTriggerValidateOperation`, restoreOf(from)),
  'ProtectionPolicies.CreateOrUpdate': ({ story, from }) => story.putPolicy(from.vault, 'Used', dailyPolicy('03:00')),
  'ResourceGroups.Delete': ({ story }) => story.call('DELETE', groupPath('spare')),
  'Resources.MoveResources': ({ story }) =>
    story.call('POST', `${groupPath('backup')}/moveResources`, {
      resources: [vaultPath('empty')],
      targetResourceGroup: groupPath('spare'),
    }),
  'Resources.ValidateMoveResources': ({ story }) =>
    story.call('POST', `${groupPath('backup')}/validateMoveResources`, {
      resources: [vaultPath('empty')],
      targetResourceGroup: groupPath('spare'),
    }),
  'BackupResourceStorageConfigsNonCRR.BMSPrepareDataMove': ({ story, from }) =>
    story.call('POST', `${from.vault}/backupstorageconfig/vaultstorageconfig/prepareDataMove`, {
      targetResourceId: vaultPath('north'),
      targetRegion: 'northeurope',
      dataMoveLevel: 'Vault',
    }),
}

async function sceneOf(story: Story): Promise<Scene> {
  const shares = new ShareStory(story.world)
  const share = await shares.protectedShare()
  const { vault } = share
  const machine = story.machine('vm1')
  await story.policy(vault, 'Custom', dailyPolicy())
  await story.policy(vault, 'Used', dailyPolicy())
  const item = { ...(await story.protect(vault, machine, 'Used')), machine }
  await story.backUp(item)
  shares.account('account2')
  story.world.emulator.seed({ storageAccounts: [{ resourceGroup: 'backup', name: 'staging' }] })
  await story.vault('empty')
  await story.vault('north', {}, 'northeurope')
  await story.call('PUT', groupPath('spare'), { location: 'westeurope' })
  return { story, shares, from: await newestPoint(story, item), share }
}

/** What of a world an operation could have changed. */
async function lookAt({ story, from, share }: Scene): Promise<Members> {
  const paths = [
    from.vault,
    from.path,
    share.path,
    `${from.vault}/backupJobs`,
    `${from.vault}/backupPolicies/Used`,
    `${from.path}/recoveryPoints`,
    `${from.vault}/backupProtectionContainers?$filter=${encodeURIComponent("backupManagementType eq 'AzureStorage'")}`,
    `${vaultPath('empty')}/privateEndpointConnections/one`,
    vaultPath('fresh'),
    vaultPath('empty'),
    groupPath('spare'),
    `${groupPath('spare')}/resources`,
    `${groupPath('restored')}/resources`,
  ]
  const seen: Members = {}
  for (const path of paths) seen[path] = (await story.call('GET', path)).body
  return seen
}

/** Follows a URL until what it tells of has ended. */
async function ended(story: Story, url: string): Promise<Answer> {
  for (let polls = 0; polls < 200; polls++) {
    const answer = await story.call('GET', url)
    if (answer.status !== 202 && answer.text('status') !== 'InProgress') return answer
    await story.advance('1m')
  }
  throw new Error(`${url} does not end`)
}

t.test('a long-running operation ends Failed, and what it stood for does not happen', async (t) => {
  for (const [operation, ask] of Object.entries(ROWS)) {
    await t.test(operation, async (t) => {
      const story = await tellStory(t)
      const scene = await sceneOf(story)
      const before = await lookAt(scene)
      const fault = story.world.emulator.faults.add({ match: { operation }, effect: EFFECT, times: 1 })
      const accepted = await ask(scene)
      t.ok([201, 202].includes(accepted.status), `${accepted.status} ${accepted.code}`)
      t.match(fault, { seen: 1, hits: 1 })
      t.same(await lookAt(scene), before, 'nothing has changed')
      const [status, result] = [accepted.header('azure-asyncoperation'), accepted.header('location')]
      t.ok(status || result)
      if (status)
        t.match((await ended(story, status)).body, { status: 'Failed', error: EFFECT.operationFailure }, 'its status')
      if (result) t.match(await ended(story, result), { status: 400, code: 'MadeUp' }, 'its result')
      story.world.emulator.clock.advance({ until: 'idle' })
      const again = await ask(scene)
      t.equal(again.status, accepted.status, 'the next one is accepted')
      if (again.header('azure-asyncoperation'))
        t.match((await ended(story, again.header('azure-asyncoperation'))).body, { status: 'Succeeded' })
    })
  }
})

t.test('what has opened no operation has not been seen, nor what was refused', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const machine = story.machine('vm1')
  const fault = story.world.emulator.faults.add({ match: { resource: vault }, effect: EFFECT })
  t.equal((await story.tryProtect(vault, machine, 'NoSuchPolicy')).status, 400)
  t.equal((await story.putPolicy(vault, 'Custom', dailyPolicy())).status, 200)
  t.equal((await story.call('GET', vault)).status, 200)
  t.match(fault, { seen: 0, hits: 0 })
})

t.test('an operation that waits is waited for', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  story.world.emulator.faults.add({ match: {}, effect: EFFECT })
  const accepted = await story.tryProtect(vault, story.machine('vm1'))
  const status = accepted.header('azure-asyncoperation')
  t.equal((await story.call('GET', status)).text('status'), 'InProgress')
  t.equal(story.world.emulator.clock.advance({ until: 'idle' }).eventsRun > 0, true)
  t.equal((await story.call('GET', status)).text('status'), 'Failed')
})

t.test('skipFirst counts operations', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  story.world.emulator.faults.add({ match: { operation: 'Backups.Trigger' }, effect: EFFECT, skipFirst: 1 })
  t.equal((await story.backUp(item)).status, 'Completed')
  t.equal((await story.finished(await story.tryBackUp(item))).text('status'), 'Failed')
  t.equal((await story.jobs(item.vault)).length, 1, 'no job has begun')
})

t.test('every operation that can be long-running takes such a rule, and no other does', async (t) => {
  const { emulator } = (await tellStory(t)).world
  const taken = ALL_ROUTES.filter(({ operation }) => {
    try {
      emulator.faults.add({ match: { operation }, effect: EFFECT }).remove()
      return true
    } catch {
      return false
    }
  }).map(({ operation }) => operation)
  t.same(
    Object.keys(ROWS).filter((operation) => !taken.includes(operation)),
    [],
  )
  t.ok(taken.every((operation) => ALL_ROUTES.find((route) => route.operation === operation)?.method !== 'GET'))
})

import t, { type Test } from 'tap'
import {
  disks,
  elsewhere,
  network,
  newestPoint,
  putNetwork,
  type Restorable,
  resourcesOf,
  restored,
  staging,
  startRestore,
} from '../support/restores.js'
import type { Members } from '../support/seen.js'
import { groupPath, type Story, tellStory } from '../support/story.js'

async function backedUp(t: Test): Promise<{ story: Story; from: Restorable }> {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  await putNetwork(story)
  return { story, from: await newestPoint(story, item) }
}

const inPlace = { recoveryType: 'OriginalLocation' }

/** Starts a restore, lets something come between, and answers how the job ends. */
async function disturbed(story: Story, from: Restorable, changes: Members, between: () => Promise<unknown>) {
  const id = await startRestore(story, from, changes)
  await between()
  return story.ended(from.vault, id)
}

const remove = async (story: Story, path: string) => {
  const answer = await story.call('DELETE', path)
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
}

t.test('the target group is deleted meanwhile', async (t) => {
  const { story, from } = await backedUp(t)
  await story.call('PUT', groupPath('restored'), { location: 'westeurope' })
  const job = await disturbed(story, from, disks(), () => remove(story, groupPath('restored')))
  t.match(job, { status: 'Failed', tasks: ['Failed'], errors: ['UserErrorRestoreTargetRGNotFound'] })
  t.equal((await story.call('GET', groupPath('restored'))).status, 404, 'it does not come back by it')
  const told = await story.call('GET', `${from.path}?api-version=2021-12-01`)
  t.match(told.at('properties.kpisHealths.RestoreOperationStatusKPI'), {
    resourceHealthStatus: 'TransientDegraded',
    resourceHealthDetails: [{ title: 'UserErrorRestoreTargetRGNotFound' }],
  })

  await restored(story, from, disks('again'))
  const well = await story.call('GET', `${from.path}?api-version=2021-12-01`)
  t.equal(well.at('properties.kpisHealths.RestoreOperationStatusKPI.resourceHealthStatus'), 'Healthy')
})

t.test('the storage account is deleted meanwhile', async (t) => {
  const { story, from } = await backedUp(t)
  story.world.emulator.seed({ storageAccounts: [{ resourceGroup: 'backup', name: 'staging' }] })
  const job = await disturbed(story, from, disks(), () => remove(story, staging()))
  t.match(job, { status: 'Failed', errors: ['UserErrorBCMRestoreStorageAccountNotFound'] })
  t.same(await resourcesOf(story, 'apps', 'Microsoft.Compute/disks'), [])
})

t.test('a machine of the name has come to be: the disks are there all the same', async (t) => {
  const { story, from } = await backedUp(t)
  const job = await disturbed(story, from, elsewhere('copy'), async () => {
    story.machine('copy', { resourceGroup: 'restored' })
  })
  t.match(job, { status: 'Failed', tasks: ['Completed', 'Failed'], errors: ['UserErrorVmAlreadyExistWithSameName'] })
  t.match(await resourcesOf(story, 'restored', 'Microsoft.Compute/disks'), [
    { properties: { diskState: 'Unattached', diskSizeGB: 127 } },
  ])
  t.same(await resourcesOf(story, 'restored', 'Microsoft.Network/networkInterfaces'), [])
})

t.test('the network is deleted meanwhile, or its subnet', async (t) => {
  const { story, from } = await backedUp(t)
  const failed = { status: 'Failed', tasks: ['Completed', 'Failed'], errors: ['UserErrorRestoreNetworkNotFound'] }
  t.match(await disturbed(story, from, elsewhere('one'), () => remove(story, `${network()}/subnets/default`)), failed)
  await putNetwork(story)
  t.match(await disturbed(story, from, elsewhere('two'), () => remove(story, network())), failed)
  t.match(
    await restored(story, from, elsewhere('three')),
    { status: 'Completed' },
    'a network that nobody has told of is taken for there',
  )
})

t.test('the machine is started or deleted before its disks are replaced', async (t) => {
  const { story, from } = await backedUp(t)
  const power = (powerState: string) => story.condition(from.machine, { powerState })
  await power('deallocated')
  const before = (await story.call('GET', from.machine)).body
  const started = await disturbed(story, from, inPlace, () => power('running'))
  t.match(started, { status: 'Failed', tasks: ['Completed', 'Failed'], errors: ['UserErrorVmNotShutDown'] })
  t.same((await story.call('GET', from.machine)).body, before, 'it keeps its disks')
  t.same(await resourcesOf(story, 'apps', 'Microsoft.Compute/disks'), [], 'and there are no others')
  await power('stopped')
  const deleted = await disturbed(story, from, inPlace, () => story.deleteMachine(from.machine))
  t.match(deleted, { status: 'Failed', tasks: ['Failed', 'NotStarted'], errors: ['UserErrorVmNotFoundV2'] })
})

t.test('the snapshot is deleted: from the vault a point can still be restored, a bare snapshot cannot', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  const inVault = await newestPoint(story, item)
  const backup = await story.startBackUp(item)
  await story.phase(item.vault, backup, 'Completed', 'InProgress')
  const bare = await newestPoint(story, item)
  t.not(bare.point, inVault.point)
  const all = await story.call('GET', '/subscriptions/00000000-0000-0000-0000-000000000001/resources')
  const collection = all.values.find(({ type }) => type === 'Microsoft.Compute/restorePointCollections')
  await remove(story, String(collection?.id))
  t.match(await restored(story, bare, disks()), { status: 'Failed', errors: ['UserErrorInstantRpNotFound'] })
  t.match(await restored(story, inVault, disks()), { status: 'Completed' })
})

t.test('a restore is cancelled while its data arrives, not while the machine is made', async (t) => {
  const { story, from } = await backedUp(t)
  const id = await startRestore(story, from, elsewhere('copy'))
  await story.phase(from.vault, id, 'Completed', 'InProgress')
  const late = await story.call('POST', `${from.vault}/backupJobs/${id}/cancel`)
  t.equal((await story.call('GET', late.header('location'))).code, 'UserErrorJobNotCancellable')
  t.equal((await story.ended(from.vault, id)).status, 'Completed')

  const early = await startRestore(story, from, elsewhere('other'))
  t.equal((await story.call('POST', `${from.vault}/backupJobs/${early}/cancel`)).status, 202)
  t.equal((await story.ended(from.vault, early)).status, 'Cancelled')
  await story.advance('1h')
  t.equal((await resourcesOf(story, 'restored', 'Microsoft.Compute/virtualMachines')).length, 1)
})

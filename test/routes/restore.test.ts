import t, { type Test } from 'tap'
import {
  disks,
  elsewhere,
  network,
  newestPoint,
  properties,
  put,
  putNetwork,
  type Restorable,
  resourcesOf,
  restored,
  staging,
  startRestore,
} from '../support/restores.js'
import { type Members, members } from '../support/seen.js'
import { groupPath, machinePath, type Story, tellStory, vaultPath } from '../support/story.js'

const DISKS = [0, 1].map((lun) => ({ lun, diskSizeGB: 32 * (lun + 1) }))
const tags = { owner: 'finance', 'recoverite:agent': 'ready' }

/** A machine with two data disks and tags, backed up. */
async function backedUp(t: Test): Promise<{ story: Story; from: Restorable }> {
  const story = await tellStory(t)
  const item = await story.protectedMachine({ dataDisks: DISKS, tags })
  await story.backUp(item)
  return { story, from: await newestPoint(story, item) }
}

const sizes = (found: Members[]) => found.map((disk) => properties(disk).diskSizeGB).sort()

t.test('disks are restored', async (t) => {
  const { story, from } = await backedUp(t)

  await t.test('all of them, with the blobs of a template', async (t) => {
    const job = await restored(story, from, disks('all'))
    t.equal(job.status, 'Completed')
    t.match(job.bag, {
      'Job Type': 'Recover disks',
      'Target resource group': 'all',
      'Config Blob Name': `config-vm1-${job.id}.json`,
      'Template Blob Uri': /^https:\/\/staging\.blob\.core\.windows\.net\/vm1-[0-9a-f]{32}\/azuredeploy/,
    })
    const found = await resourcesOf(story, 'all', 'Microsoft.Compute/disks')
    t.same(sizes(found), [127, 32, 64])
    t.match(
      found,
      [1, 2, 3].map(() => ({ location: 'westeurope', tags: { RSVaultBackup: 'vault' } })),
    )
    t.match(properties(found[0]), { diskState: 'Unattached', creationData: { createOption: 'Restore' } })
  })

  await t.test('those of some LUNs, with the OS disk', async (t) => {
    await restored(story, from, { ...disks('some'), restoreDiskLunList: [1] })
    t.same(sizes(await resourcesOf(story, 'some', 'Microsoft.Compute/disks')), [127, 64])
    await restored(story, from, { ...disks('text'), restoreDiskLunList: ['0'] })
    t.same(sizes(await resourcesOf(story, 'text', 'Microsoft.Compute/disks')), [127, 32], 'some clients write them so')
    await restored(story, from, { ...disks('os'), restoreDiskLunList: [] })
    t.same(sizes(await resourcesOf(story, 'os', 'Microsoft.Compute/disks')), [127])
  })

  await t.test('as blobs alone where no group is named for them', async (t) => {
    const job = await restored(story, from, { recoveryType: 'RestoreDisks' })
    t.equal(job.status, 'Completed')
    t.same(await resourcesOf(story, 'apps', 'Microsoft.Compute/disks'), [])
    t.ok(job.bag['Config Blob Uri'])
    const managed = await restored(story, from, { recoveryType: 'RestoreDisks', restoreWithManagedDisks: true })
    t.equal(managed.status, 'Completed')
    t.equal((await resourcesOf(story, 'apps', 'Microsoft.Compute/disks')).length, 3, 'unless they are asked for')
  })

  await t.test('with a disk encryption set, and with a disk access', async (t) => {
    const compute = `${groupPath('keys')}/providers/Microsoft.Compute`
    const diskEncryptionSetId = `${compute}/diskEncryptionSets/des`
    const targetDiskAccessId = `${compute}/diskAccesses/access`
    await restored(story, from, {
      ...disks('kept'),
      diskEncryptionSetId,
      targetDiskNetworkAccessSettings: {
        targetDiskNetworkAccessOption: 'EnablePrivateAccessForAllDisks',
        targetDiskAccessId,
      },
    })
    const [disk] = await resourcesOf(story, 'kept', 'Microsoft.Compute/disks')
    t.match(properties(disk), {
      encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId },
      networkAccessPolicy: 'AllowPrivate',
      diskAccessId: targetDiskAccessId,
    })
  })
})

t.test('a new machine is made', async (t) => {
  const { story, from } = await backedUp(t)
  await putNetwork(story)
  const job = await restored(story, from, elsewhere('copy'))
  t.match(job, { status: 'Completed', taskNames: ['Transfer data from vault', 'Create the restored virtual machine'] })
  t.match(job.bag, { 'Target VM Name': 'copy', 'Original VM Name': 'vm1', 'Target VNet Name': 'Group apps net' })

  const machine = members((await story.call('GET', machinePath('copy', 'restored'))).body)
  t.same(machine.tags, { owner: 'finance' }, 'with the tags of the source, but not the emulator’s own')
  const { storageProfile, networkProfile } = properties(machine)
  const { osDisk, dataDisks } = members(storageProfile)
  t.match(osDisk, { osType: 'Windows', diskSizeGB: 127, createOption: 'Attach' })
  t.match(dataDisks, [
    { lun: 0, diskSizeGB: 32 },
    { lun: 1, diskSizeGB: 64 },
  ])
  const found = await resourcesOf(story, 'restored', 'Microsoft.Compute/disks')
  t.match(
    found,
    [1, 2, 3].map(() => ({ managedBy: machine.id, properties: { diskState: 'Attached' } })),
  )
  const [nic] = await resourcesOf(story, 'restored', 'Microsoft.Network/networkInterfaces')
  t.match(networkProfile, { networkInterfaces: [{ id: nic?.id }] })
  t.match(nic, {
    properties: { ipConfigurations: [{ properties: { subnet: { id: `${network()}/subnets/default` } } }] },
  })
  t.equal((await story.tryProtect(from.vault, String(machine.id))).status, 202, 'it can be protected like any other')
})

t.test('a new machine takes over as many tags as may be, and its disks the access that they had', async (t) => {
  const story = await tellStory(t, { limits: { tagsRestored: 2 } })
  const item = await story.protectedMachine({
    tags: { one: '1', two: '2', three: '3' },
    conditions: { diskAccess: 'private' },
  })
  await story.backUp(item)
  const from = await newestPoint(story, item)
  await restored(story, from, elsewhere('copy'))
  t.same(members((await story.call('GET', machinePath('copy', 'restored'))).body).tags, { one: '1', two: '2' })
  const accessIn = async (group: string) =>
    (await resourcesOf(story, group, 'Microsoft.Compute/disks')).map((disk) => properties(disk).networkAccessPolicy)
  t.same(await accessIn('restored'), ['AllowPrivate'])
  const targetDiskNetworkAccessSettings = { targetDiskNetworkAccessOption: 'EnablePublicAccessForAllDisks' }
  await restored(story, from, { ...disks('open'), targetDiskNetworkAccessSettings })
  t.same(await accessIn('open'), ['AllowAll'])
})

t.test('disks are replaced in place', async (t) => {
  const { story, from } = await backedUp(t)
  await story.condition(from.machine, { powerState: 'deallocated' })
  const job = await restored(story, from, { recoveryType: 'OriginalLocation', restoreDiskLunList: [1] })
  t.match(job, { status: 'Completed', taskNames: ['Transfer data from vault', 'Update the virtual machine'] })
  const { storageProfile } = properties(members((await story.call('GET', from.machine)).body))
  const { osDisk, dataDisks } = members(storageProfile)
  t.match(osDisk, { name: /^vm1-osdisk-/ })
  t.same(
    (dataDisks as Members[]).map(({ lun, name }) => [lun, /restored|datadisk-001/.test(String(name))]),
    [
      [0, false],
      [1, true],
    ],
  )

  const whole = await restored(story, from, { recoveryType: 'OriginalLocation' })
  t.equal(whole.status, 'Completed')
  const left = (await resourcesOf(story, 'apps', 'Microsoft.Compute/disks')).filter(({ managedBy }) => !managedBy)
  t.ok(left.length >= 2, 'the disks that it had before are still there, attached to nothing')
})

t.test('a restore is quick as long as there is the snapshot', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine({ conditions: { usedDataGB: 400 }, osDiskSizeGB: 512 })
  const backup = await story.startBackUp(item)
  await story.phase(item.vault, backup, 'Completed', 'InProgress')
  const from = await newestPoint(story, item)
  const early = await restored(story, from, disks())
  t.equal(early.status, 'Completed', 'while the backup goes on to the vault')
  t.match((await story.job(item.vault, backup)).status, 'InProgress')
  await story.ended(item.vault, backup)
  await story.advance('4d')
  const [point] = await story.points(item)
  t.equal(point?.instant, 'Deleted')
  const late = await restored(story, from, disks())
  t.equal(late.status, 'Completed')
  t.ok(late.hours > 3 * early.hours, 'from the vault it takes longer')
})

t.test('a zonal machine comes back to its zone, and to another from a zone-redundant vault', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault('vault', { redundancySettings: { standardTierStorageRedundancy: 'ZoneRedundant' } })
  const machine = story.machine('vm1')
  await story.call('PATCH', machine, { zones: ['2'] })
  const item = { ...(await story.protect(vault, machine)), machine }
  await story.backUp(item)
  const from = await newestPoint(story, item)
  const zonesIn = async (group: string) =>
    (await resourcesOf(story, group, 'Microsoft.Compute/disks')).map(({ zones }) => zones)
  await restored(story, from, disks('own'))
  t.same(await zonesIn('own'), [['2']])
  await restored(story, from, { ...disks('other'), zones: ['3'] })
  t.same(await zonesIn('other'), [['3']])
})

t.test("the vault's identity goes to the storage account", async (t) => {
  const { story, from } = await backedUp(t)
  await story.call('PATCH', vaultPath('vault'), { identity: { type: 'systemassigned' } })
  const job = await restored(story, from, {
    ...disks(),
    storageAccountId: null,
    identityInfo: { isSystemAssignedIdentity: true },
    identityBasedRestoreDetails: { targetStorageAccountId: staging('mine') },
  })
  t.match(job, { status: 'Completed', bag: { 'Target Storage Account Name': 'mine' } })
})

t.test('to another subscription', async (t) => {
  const { story, from } = await backedUp(t)
  const group = '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/far'
  const id = await startRestore(story, from, { recoveryType: 'RestoreDisks', targetResourceGroupId: group })
  t.equal((await story.ended(from.vault, id)).status, 'Completed')
  const there = await story.call('GET', `${group}/resources`)
  t.equal(there.values.length, 3)
  t.match(there.values[0]?.id, new RegExp(`^${group}/providers/Microsoft.Compute/disks/vm1-`))
})

t.test('an encrypted machine keeps its keys', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine({ conditions: { encryption: 'ade' } })
  await putNetwork(story)
  await story.backUp(item)
  const from = await newestPoint(story, item)
  const point = await story.call('GET', `${item.path}/recoveryPoints/${from.point}`)
  t.equal(point.at('properties.isSourceVMEncrypted'), true)
  const secretUrl = point.text('properties.keyAndSecret.bekDetails.secretUrl')
  t.match(secretUrl, /^https:\/\/kv-[0-9a-f]{8}\.vault\.azure\.net\/secrets\//)
  const listed = await story.call('GET', `${item.path}/recoveryPoints`)
  t.equal(listed.at('value.0.properties.keyAndSecret'), undefined, 'a list keeps them to itself')
  const encryptionDetails = { encryptionEnabled: true, secretKeyUrl: secretUrl }
  t.equal((await restored(story, from, { ...elsewhere('copy'), encryptionDetails })).status, 'Completed')
  const copy = members((await story.call('GET', machinePath('copy', 'restored'))).body)
  t.match(properties(copy), {
    storageProfile: { osDisk: { encryptionSettings: { enabled: true, diskEncryptionKey: { secretUrl } } } },
  })
})

t.test('a machine of unmanaged disks comes back as blobs, or as managed disks on demand', async (t) => {
  const story = await tellStory(t)
  const machine = machinePath('old')
  const vhd = { uri: 'https://old.blob.core.windows.net/vhds/os.vhd' }
  await put(story, machine, { properties: { storageProfile: { osDisk: { name: 'os', osType: 'Linux', vhd } } } })
  const item = { ...(await story.protect(await story.vault(), machine)), machine }
  await story.backUp(item)
  const from = await newestPoint(story, item)
  const point = await story.call('GET', `${item.path}/recoveryPoints/${from.point}`)
  t.equal(point.at('properties.isManagedVirtualMachine'), false)
  await restored(story, from, disks())
  t.same(await resourcesOf(story, 'restored', 'Microsoft.Compute/disks'), [])
  await restored(story, from, { ...disks(), restoreWithManagedDisks: true })
  t.equal((await resourcesOf(story, 'restored', 'Microsoft.Compute/disks')).length, 1)
})

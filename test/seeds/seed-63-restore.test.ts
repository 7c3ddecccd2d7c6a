import t from 'tap'
import { type Members, members } from '../support/seen.js'
import { groupPath, type Item, itemOf, machinePath, type Story, tellStory } from '../support/story.js'

const network = `${groupPath('apps')}/providers/Microsoft.Network/virtualNetworks/net`

/** A machine with two disks, protected and backed up. */
async function backedUp(story: Story): Promise<Item & { machine: string; point: string }> {
  const item = await story.protectedMachine({ osType: 'Windows', dataDisks: [{ lun: 0, diskSizeGB: 64 }] })
  await story.backUp(item)
  const [point] = await story.points(item)
  return { ...item, point: point?.name ?? '' }
}

/** Starts a restore of a point. */
const tryRestore = (story: Story, item: Item & { machine: string; point: string }, properties: Members) =>
  story.call('POST', `${item.path}/recoveryPoints/${item.point}/restore`, {
    properties: {
      objectType: 'IaasVMRestoreRequest',
      recoveryPointId: item.point,
      sourceResourceId: item.machine,
      storageAccountId: `${groupPath('backup')}/providers/Microsoft.Storage/storageAccounts/staging`,
      region: 'westeurope',
      ...properties,
    },
  })

/** Restores and waits for the job's end. */
async function restore(story: Story, item: Item & { machine: string; point: string }, properties: Members) {
  const done = await story.finished(await tryRestore(story, item, properties))
  return story.ended(item.vault, done.text('properties.jobId'))
}

const disksOf = (machine: Members): string[] => {
  const { storageProfile } = members(machine.properties)
  const { osDisk, dataDisks } = members(storageProfile)
  const all = [osDisk, ...(Array.isArray(dataDisks) ? dataDisks : [])]
  return all.map((disk) => String(members(members(disk).managedDisk).id))
}

t.test('SEED-63: a machine is restored in place', async (t) => {
  const story = await tellStory(t)
  const item = await backedUp(story)
  const before = disksOf(members((await story.call('GET', item.machine)).body))
  const running = await tryRestore(story, item, { recoveryType: 'OriginalLocation' })
  t.equal(running.code, 'UserErrorVmNotShutDown', 'it has to be stopped first')
  await story.condition(item.machine, { powerState: 'deallocated' })

  const job = await restore(story, item, { recoveryType: 'OriginalLocation' })
  t.equal(job.status, 'Completed')
  t.match(job.bag, { 'Job Type': 'Replace disks' })
  const after = disksOf(members((await story.call('GET', item.machine)).body))
  t.equal(after.length, 2)
  t.notOk(
    after.some((disk) => before.includes(disk)),
    'the machine has other disks now',
  )
  for (const disk of after) t.equal((await story.call('GET', disk)).status, 200)
  t.match(await story.item(item), { protectionState: 'Protected' }, 'and is protected as before')
  await story.advance('1d')
  t.equal((await story.points(item)).length, 2)
})

t.test('SEED-63: a machine is restored to an alternate location', async (t) => {
  const story = await tellStory(t)
  const item = await backedUp(story)
  const target = machinePath('vm1-copy', 'restored')
  const subnets = [{ name: 'default', properties: { addressPrefix: '10.0.0.0/24' } }]
  const properties = { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, subnets }
  t.equal((await story.call('PUT', network, { location: 'westeurope', properties })).status, 201)
  const job = await restore(story, item, {
    recoveryType: 'AlternateLocation',
    targetResourceGroupId: groupPath('restored'),
    targetVirtualMachineId: target,
    virtualNetworkId: network,
    subnetId: `${network}/subnets/default`,
  })
  t.equal(job.status, 'Completed')
  t.match(job.bag, { 'Job Type': 'Recover VM to an alternate location', 'Target VM Name': 'vm1-copy' })
  t.same(job.taskNames, ['Transfer data from vault', 'Create the restored virtual machine'])
  const copy = await story.call('GET', target)
  t.equal(copy.status, 200)
  t.equal(disksOf(members(copy.body)).length, 2)
  t.equal((await story.call('GET', item.machine)).status, 200, 'the first one is where it was')
  t.same(await story.protectable(item.vault), ['vm1-copy'], 'the copy is a machine of its own')

  const taken = await tryRestore(story, item, {
    recoveryType: 'AlternateLocation',
    targetResourceGroupId: groupPath('restored'),
    targetVirtualMachineId: target,
  })
  t.equal(taken.code, 'UserErrorVmAlreadyExistWithSameName')
})

t.test('SEED-63: a machine that was lost is made of restored disks', async (t) => {
  const story = await tellStory(t)
  const item = await backedUp(story)
  await story.deleteMachine(item.machine)
  const job = await restore(story, item, {
    recoveryType: 'RestoreDisks',
    targetResourceGroupId: groupPath('restored'),
  })
  t.equal(job.status, 'Completed', 'the machine need not be there')
  t.match(job.bag, { 'Job Type': 'Recover disks', 'Config Blob Name': /\.json$/, 'Template Blob Uri': /azuredeploy/ })

  const found = (await story.call('GET', `${groupPath('restored')}/providers/Microsoft.Compute/disks`)).values
  t.equal(found.length, 2)
  const osDisk = found.find(({ properties }) => members(properties).osType === 'Windows')
  const dataDisk = found.find((disk) => disk !== osDisk)
  const id = machinePath('vm1', 'restored')
  const made = await story.call('PUT', id, {
    location: 'westeurope',
    properties: {
      hardwareProfile: { vmSize: 'Standard_D2s_v3' },
      storageProfile: {
        osDisk: { createOption: 'Attach', osType: 'Windows', managedDisk: { id: osDisk?.id } },
        dataDisks: [{ lun: 0, createOption: 'Attach', managedDisk: { id: dataDisk?.id } }],
      },
    },
  })
  t.equal(made.status, 201)
  t.same(disksOf(members((await story.call('GET', id)).body)), [osDisk?.id, dataDisk?.id])
  const item2 = await story.protect(item.vault, id)
  t.equal((await story.backUp(item2)).status, 'Completed', 'it can be backed up like any other')
  t.equal(item2.path, itemOf(item.vault, id).path)
})

t.test('SEED-63: files are restored out of a backup', async (t) => {
  const story = await tellStory(t)
  const item = await backedUp(story)
  const url = `${item.path}/recoveryPoints/${item.point}`
  const request = {
    properties: {
      objectType: 'IaasVMILRRegistrationRequest',
      recoveryPointId: item.point,
      virtualMachineId: item.machine,
      initiatorName: 'a host',
      renewExistingRegistration: true,
    },
  }
  const active = async () => (await story.call('GET', url)).at('properties.isInstantIlrSessionActive')
  t.equal(await active(), false)
  const done = await story.finished(await story.call('POST', `${url}/provisionInstantItemRecovery`, request))
  t.equal(done.text('status'), 'Succeeded')
  const scripts = done.at('properties.recoveryTarget.clientScripts')
  t.ok(Array.isArray(scripts) && scripts.length > 0, 'a script to run at the host comes of it')
  t.equal(await active(), true)

  await t.test('the point stays as long as its volumes are attached', async (t) => {
    await story.advance('11h')
    t.equal(await active(), true)
    const revoked = await story.finished(await story.call('POST', `${url}/revokeInstantItemRecovery`))
    t.equal(revoked.text('status'), 'Succeeded')
    t.equal(await active(), false)
    const again = await story.call('POST', `${url}/revokeInstantItemRecovery`)
    t.equal(again.code, 'UserErrorItemLevelRecoveryNotActive')
  })

  await t.test('after twelve hours they are detached by themselves', async (t) => {
    await story.finished(await story.call('POST', `${url}/provisionInstantItemRecovery`, request))
    t.equal(await active(), true)
    await story.advance('13h')
    t.equal(await active(), false)
  })
})

import t from 'tap'
import { startTestEmulator } from '../support/emulator.js'

const SUB = '/subscriptions/00000000-0000-0000-0000-000000000001'
const BLUE = `${SUB}/resourceGroups/blue/providers`
const VM = `${BLUE}/Microsoft.Compute/virtualMachines/vm1`
const WEST = { location: 'westeurope' }
const UBUNTU = {
  ...WEST,
  properties: {
    hardwareProfile: { vmSize: 'Standard_B2s' },
    storageProfile: {
      imageReference: { publisher: 'Canonical', offer: 'ubuntu', sku: '22_04', version: 'latest' },
      osDisk: { createOption: 'FromImage', name: 'vm1-os', managedDisk: { storageAccountType: 'Premium_LRS' } },
      dataDisks: [{ lun: 0, createOption: 'Empty', diskSizeGB: 64 }],
    },
    osProfile: { computerName: 'vm1', adminUsername: 'me', adminPassword: 'secret', customData: 'c2VjcmV0' },
    userData: 'dXNlcg==',
    additionalCapabilities: {},
  },
}

t.test('a machine is there at once, with its disks as resources of their own', async (t) => {
  const { call, now } = await startTestEmulator(t)
  const made = await call('PUT', VM, UBUNTU)
  t.equal(made.status, 201)
  t.match(made.body, {
    id: VM,
    name: 'vm1',
    type: 'Microsoft.Compute/virtualMachines',
    location: 'westeurope',
    properties: {
      provisioningState: 'Succeeded',
      hardwareProfile: { vmSize: 'Standard_B2s' },
      storageProfile: {
        osDisk: {
          osType: 'Linux',
          name: 'vm1-os',
          diskSizeGB: 30,
          managedDisk: { id: `${BLUE}/Microsoft.Compute/disks/vm1-os`, storageAccountType: 'Premium_LRS' },
        },
        dataDisks: [{ lun: 0, name: 'vm1_DataDisk_0', diskSizeGB: 64 }],
      },
      osProfile: { computerName: 'vm1', adminUsername: 'me' },
    },
  })
  t.match(made.text('properties.vmId'), /^[0-9a-f-]{36}$/)
  t.equal(Date.parse(made.text('properties.timeCreated')), Date.parse(now()))
  t.equal(made.at('properties.osProfile.adminPassword'), undefined, 'passwords are never answered')
  t.equal(made.at('properties.osProfile.customData'), undefined)
  t.equal(made.at('properties.additionalCapabilities'), undefined, 'azurerm sends an empty one and wants none back')
  t.same(
    (await call('GET', VM.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'))).body,
    made.body,
    'in any case',
  )
  t.equal((await call('GET', VM)).at('properties.userData'), undefined)
  t.equal((await call('GET', `${VM}?$expand=userData`)).at('properties.userData'), 'dXNlcg==')

  const disk = await call('GET', `${BLUE}/Microsoft.Compute/disks/vm1-os`)
  t.match(disk.body, { managedBy: VM, properties: { osType: 'Linux', diskSizeGB: 30, diskState: 'Attached' } })
  t.equal(
    (await call('DELETE', `${BLUE}/Microsoft.Compute/disks/vm1-os`)).code,
    'OperationNotAllowed',
    'it is attached',
  )

  const again = await call('PUT', VM, UBUNTU)
  t.equal(again.status, 200)
  t.equal(again.at('properties.vmId'), made.at('properties.vmId'))
  t.same((await call('GET', `${BLUE}/Microsoft.Compute/disks`)).names, ['vm1-os', 'vm1_DataDisk_0'])
})

t.test('a machine that says nothing of itself has the service’s defaults', async (t) => {
  const { call, emulator } = await startTestEmulator(t)
  const made = await call('PUT', VM, WEST)
  t.equal(made.status, 201)
  t.match(made.at('properties'), {
    hardwareProfile: { vmSize: 'Standard_D2s_v3' },
    storageProfile: {
      osDisk: { osType: 'Windows', name: 'vm1_OsDisk', diskSizeGB: 127, createOption: 'FromImage' },
      dataDisks: [],
    },
  })
  t.equal(made.at('properties.osProfile'), undefined)

  const [seeded = ''] = emulator.seed({ virtualMachines: [{ resourceGroup: 'blue', name: 'vm2', osType: 'Linux' }] })
  const vmId = (await call('GET', seeded)).text('properties.vmId')
  t.match(vmId, /^[0-9a-f-]{36}$/, 'seeded ones have an id too')
  t.equal((await call('PATCH', seeded, { tags: { a: 'b' } })).text('properties.vmId'), vmId, 'and keep it')
  t.same((await call('GET', `${BLUE}/Microsoft.Compute/virtualMachines`)).names, ['vm1', 'vm2'])
  t.same((await call('GET', `${SUB}/providers/Microsoft.Compute/virtualMachines`)).names, ['vm1', 'vm2'])
  t.match((await call('GET', `${VM}/vmSizes`)).names, ['Standard_B2s'])
})

t.test('disks come and go with a machine’s document', async (t) => {
  const { call } = await startTestEmulator(t)
  await call('PUT', VM, UBUNTU)
  const spare = `${BLUE}/Microsoft.Compute/disks/spare`
  await call('PUT', spare, { ...WEST, properties: { creationData: { createOption: 'Empty' }, diskSizeGB: 256 } })
  const attach = { lun: 1, createOption: 'Attach', managedDisk: { id: spare }, deleteOption: 'Delete' }
  const attached = await call('PATCH', VM, { properties: { storageProfile: { dataDisks: [attach] } } })
  t.match(attached.at('properties.storageProfile.dataDisks'), [{ lun: 1, name: 'spare', diskSizeGB: 256 }])
  t.equal((await call('GET', spare)).at('properties.diskState'), 'Attached')
  const detached = `${BLUE}/Microsoft.Compute/disks/vm1_DataDisk_0`
  t.equal((await call('GET', detached)).at('properties.diskState'), 'Unattached')
  t.equal((await call('GET', detached)).at('managedBy'), undefined)
  t.equal((await call('DELETE', detached)).status, 200)

  await call('PATCH', spare, { properties: { diskSizeGB: 512 } })
  t.equal(
    (await call('GET', VM)).at('properties.storageProfile.dataDisks.0.diskSizeGB'),
    512,
    'the machine sees it grow',
  )
  t.equal((await call('PATCH', VM, { tags: { a: 'b' } })).at('properties.storageProfile.dataDisks.0.diskSizeGB'), 512)

  const thief = await call('PUT', `${BLUE}/Microsoft.Compute/virtualMachines/vm2`, {
    ...WEST,
    properties: { storageProfile: { dataDisks: [attach] } },
  })
  t.equal(thief.status, 409)
  t.equal(thief.code, 'OperationNotAllowed')
  t.equal((await call('GET', `${BLUE}/Microsoft.Compute/virtualMachines/vm2`)).status, 404, 'and nothing came of it')

  t.equal((await call('DELETE', VM)).status, 200)
  t.equal((await call('DELETE', VM)).status, 204)
  t.equal((await call('GET', spare)).status, 404, 'deleteOption Delete')
  t.equal((await call('GET', `${BLUE}/Microsoft.Compute/disks/vm1-os`)).at('properties.diskState'), 'Unattached')
})

t.test('a machine is refused with what is wrong with it, and nothing changes', async (t) => {
  const { call, emulator } = await startTestEmulator(t)
  await call('PUT', VM, WEST)
  const before = emulator.digest()
  const refused = async (body: unknown, status: number, code: string, name = 'vm2') => {
    const answer = await call('PUT', `${BLUE}/Microsoft.Compute/virtualMachines/${name}`, body)
    t.equal(answer.status, status, `${name} ${JSON.stringify(body)}`)
    t.equal(answer.code, code)
  }
  const withDisks = (dataDisks: unknown) => ({ ...WEST, properties: { storageProfile: { dataDisks } } })
  await refused({}, 400, 'LocationRequired')
  await refused({ location: 'atlantis' }, 400, 'LocationNotAvailableForResourceType')
  await refused({ location: 'eastus' }, 409, 'InvalidResourceLocation', 'vm1')
  await refused(WEST, 400, 'InvalidResourceName', 'a%3Bb')
  await refused(WEST, 400, 'InvalidResourceName', '_vm')
  await refused(WEST, 400, 'InvalidResourceName', 'x'.repeat(65))
  await refused({ ...WEST, tags: { a: 1 } }, 400, 'InvalidRequestContent')
  await refused('{"location"', 400, 'InvalidRequestContent')
  await refused(withDisks([{ diskSizeGB: 5 }]), 400, 'InvalidRequestContent')
  await refused(withDisks([{ lun: 0, diskSizeGB: '5' }]), 400, 'InvalidRequestContent')
  await refused(withDisks([{ lun: 0 }, { lun: 0 }]), 400, 'InvalidParameter')
  await refused(
    withDisks([{ lun: 0, createOption: 'Attach', managedDisk: { id: `${BLUE}/Microsoft.Compute/disks/none` } }]),
    404,
    'ResourceNotFound',
  )
  await refused({ ...WEST, properties: { storageProfile: { osDisk: { osType: 'BeOS' } } } }, 400, 'InvalidParameter')
  t.equal((await call('GET', `${VM}?$expand=everything`)).code, 'InvalidParameter')
  const missing = await call('GET', `${BLUE}/Microsoft.Compute/virtualMachines/none`)
  t.equal(missing.status, 404)
  t.equal(
    missing.at('error.message'),
    "The Resource 'Microsoft.Compute/virtualMachines/none' under resource group 'blue' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  )
  t.equal((await call('PATCH', `${BLUE}/Microsoft.Compute/virtualMachines/none`, {})).code, 'ResourceNotFound')
  t.equal((await call('POST', `${BLUE}/Microsoft.Compute/virtualMachines/none/start`)).code, 'ResourceNotFound')
  t.equal(emulator.digest(), before)
})

t.test('power actions are done at once and show in the instance view', async (t) => {
  const { call } = await startTestEmulator(t)
  await call('PUT', VM, { ...WEST, tags: { 'recoverite:powerState': 'stopped' } })
  const power = async () => {
    const statuses = (await call('GET', `${VM}/instanceView`)).at('statuses')
    return Array.isArray(statuses) ? statuses.map(({ code }) => code) : statuses
  }
  const act = async (action: string) => {
    const answer = await call('POST', `${VM}/${action}`, undefined, { 'content-type': 'application/json' })
    t.equal(answer.body, answer.status === 200 ? undefined : answer.body)
    return answer
  }
  t.same(await power(), ['ProvisioningState/succeeded', 'PowerState/stopped'], 'as its tag says')
  t.equal((await act('start')).status, 200)
  t.same(await power(), ['ProvisioningState/succeeded', 'PowerState/running'], 'what is done counts more than the tag')
  t.equal((await act('restart')).status, 200)
  t.equal((await act('powerOff')).status, 200)
  t.same(await power(), ['ProvisioningState/succeeded', 'PowerState/stopped'])
  t.equal((await act('deallocate')).status, 200)
  t.equal((await act('poweroff')).status, 200, 'nothing to do')
  t.equal((await act('reapply')).status, 200)
  t.same(await power(), ['ProvisioningState/succeeded', 'PowerState/deallocated'])
  const refused = await act('restart')
  t.equal(refused.status, 409)
  t.equal(refused.code, 'OperationNotAllowed')
  t.match(refused.text('error.message'), /vm1.*deallocated/)

  const off = await call('GET', `${VM}?$expand=instanceView`)
  t.equal(off.at('properties.instanceView.vmAgent'), undefined, 'no agent without power')
  await act('start')
  const on = await call('GET', `${VM}?$expand=InstanceView`)
  t.equal(on.at('properties.instanceView.vmAgent.statuses.0.displayStatus'), 'Ready')
  await call('PATCH', VM, { tags: { 'recoverite:agent': 'missing', 'recoverite:provisioningState': 'Failed' } })
  const broken = await call('GET', `${VM}?$expand=instanceView`)
  t.equal(broken.at('properties.provisioningState'), 'Failed')
  t.equal(broken.at('properties.instanceView.vmAgent.vmAgentVersion'), 'Unknown')
  t.equal(broken.at('properties.instanceView.vmAgent.statuses.0.displayStatus'), 'Not Ready')
  t.same(await power(), ['ProvisioningState/failed', 'PowerState/running'])
  t.equal((await call('PUT', VM, { ...WEST, tags: {} })).at('properties.provisioningState'), 'Succeeded')
  t.same(
    await power(),
    ['ProvisioningState/succeeded', 'PowerState/running'],
    'a new document leaves the power as it is',
  )
})

t.test('a protected machine can be deleted; its backups fail afterwards', async (t) => {
  const { call, emulator } = await startTestEmulator(t)
  await call('PUT', VM, WEST)
  const vault = `${BLUE}/Microsoft.RecoveryServices/vaults/v1`
  await call('PUT', `${vault}?api-version=2021-03-01`, { ...WEST, sku: { name: 'Standard' } })
  const item = `${vault}/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;blue;vm1/protectedItems/VM;iaasvmcontainerv2;blue;vm1`
  const protectedItemType = 'Microsoft.Compute/virtualMachines'
  const policyId = `${vault}/backupPolicies/DefaultPolicy`
  t.equal((await call('PUT', item, { properties: { protectedItemType, sourceResourceId: VM, policyId } })).status, 202)
  emulator.clock.advance({ until: 'idle' })
  t.equal((await call('DELETE', VM)).status, 200)
  t.equal((await call('GET', item)).status, 200, 'the item stays')
  await call('POST', `${item}/backup`, { properties: { objectType: 'IaasVMBackupRequest' } })
  emulator.clock.advance({ until: 'idle' })
  const { values } = await call('GET', `${vault}/backupJobs?$filter=operation eq 'Backup'`)
  t.match(values, [{ properties: { status: 'Failed' } }])
})

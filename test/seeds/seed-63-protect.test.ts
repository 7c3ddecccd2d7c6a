import t from 'tap'
import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import { members } from '../support/seen.js'
import { dailyPolicy, groupPath, itemOf, machinePath, protection, type Story, tellStory } from '../support/story.js'

const REGION = `/subscriptions/${FIRST_SUBSCRIPTION}/providers/Microsoft.RecoveryServices/locations/westeurope`

/** What the machine's own page asks before anything else. */
const statusOf = (story: Story, machine: string) =>
  story.call('POST', `${REGION}/backupStatus`, { resourceType: 'VM', resourceId: machine })

/** Makes a machine the way users do. */
async function createMachine(story: Story, name: string): Promise<string> {
  const id = machinePath(name)
  const made = await story.call('PUT', id, {
    location: 'westeurope',
    properties: {
      hardwareProfile: { vmSize: 'Standard_D2s_v3' },
      storageProfile: { osDisk: { createOption: 'FromImage', osType: 'Windows', diskSizeGB: 127 } },
    },
  })
  if (made.status !== 201) throw new Error(`no machine: ${JSON.stringify(made.body)}`)
  return id
}

t.test('SEED-63: backup of machines is configured in a Recovery Services vault', async (t) => {
  const story = await tellStory(t)
  for (const name of ['web', 'db']) await createMachine(story, name)
  const vault = await story.vault()
  t.same(await story.protectable(vault), ['db', 'web'], 'both are found')
  await story.policy(vault, 'Nightly', dailyPolicy('22:00'))

  const web = await story.protect(vault, machinePath('web'), 'Nightly')
  const db = await story.protect(vault, machinePath('db'), 'Nightly')
  t.same(await story.protectable(vault), [], 'and are no longer offered')
  const listed = await story.call('GET', `${vault}/backupProtectedItems?$filter=backupManagementType eq 'AzureIaasVM'`)
  t.same(
    listed.values.map(({ properties }) => members(properties).friendlyName),
    ['web', 'db'],
  )
  t.equal((await story.call('GET', `${vault}/backupPolicies/Nightly`)).at('properties.protectedItemsCount'), 2)
  const containers = await story.call(
    'GET',
    `${vault}/backupProtectionContainers?$filter=backupManagementType eq 'AzureIaasVM' and status eq 'Registered'`,
  )
  t.equal(containers.values.length, 2, 'each is registered')

  await story.reach('2026-01-06T12:00:00Z')
  for (const item of [web, db]) {
    t.match(await story.item(item), { protectionState: 'Protected', lastBackupStatus: 'Completed' })
    t.equal((await story.points(item)).length, 1, 'the schedule has begun')
  }
})

t.test('SEED-63: backup is enabled as a machine is made', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  await story.policy(
    vault,
    'Team',
    dailyPolicy('22:00', { instantRPDetails: { azureBackupRGNamePrefix: 'TeamPoints' } }),
  )
  t.same(await story.protectable(vault), [], 'the vault has looked for machines before there is one')

  const supported = await story.call('POST', `${REGION}/backupValidateFeatures`, {
    featureType: 'AzureVMResourceBackup',
    vmSize: 'Standard_D2s_v3',
    vmSku: '2022-datacenter',
  })
  t.equal(supported.text('supportStatus'), 'DefaultON', 'a machine of that size can be backed up')
  // One deployment: the machine, and right after it its protection; nobody looks for machines in between.
  const machine = await createMachine(story, 'fresh')
  const item = itemOf(vault, machine)
  const put = await story.call('PUT', item.path, protection(vault, machine, 'Team'))
  t.equal((await story.finished(put)).text('status'), 'Succeeded')
  t.match(await story.item(item), { protectionState: 'IRPending', policyName: 'Team' }, 'its initial backup is pending')
  await story.advance('1d')
  t.match(await story.item(item), { protectionState: 'Protected', lastBackupStatus: 'Completed' })
  const points = await story.call('GET', `${groupPath('TeamPoints1')}/resources`)
  t.equal(points.values.length, 1, 'its restore points are in the group that the policy names')

  await t.test('the intent may be there before the machine is', async (t) => {
    const later = machinePath('later')
    const intent = `${vault}/backupFabrics/Azure/backupProtectionIntent/vm;iaasvmcontainerv2;apps;later`
    const properties = {
      protectionIntentItemType: 'AzureResourceItem',
      sourceResourceId: later,
      policyId: `${vault}/backupPolicies/Team`,
    }
    t.equal((await story.call('PUT', intent, { properties })).status, 200)
    t.equal((await story.call('GET', itemOf(vault, later).path)).status, 404, 'there is nothing to protect yet')
    await createMachine(story, 'later')
    await story.advance('2m')
    t.match(await story.item(itemOf(vault, later)), { protectionState: 'IRPending', policyName: 'Team' })
    t.equal((await story.call('GET', intent)).text('properties.itemId'), itemOf(vault, later).path)
    await story.advance('1d')
    t.equal((await story.points(itemOf(vault, later))).length, 1)
  })
})

t.test("SEED-63: backup is enabled from the machine's own page", async (t) => {
  const story = await tellStory(t)
  const machine = await createMachine(story, 'web')
  const before = await statusOf(story, machine)
  t.match(before.body, { protectionStatus: 'NotProtected', fabricName: 'Azure' })
  t.notOk(before.at('vaultId'))

  const vault = await story.vault()
  const asked = { resourceType: 'VM', resourceId: machine, vaultId: vault, properties: '' }
  const validated = await story.call('POST', `${REGION}/backupPreValidateProtection`, asked)
  t.equal(validated.status, 200)
  t.equal(validated.text('status'), 'Succeeded')
  const names = [validated.text('containerName'), validated.text('protectedItemName')]
  t.same(names, [before.at('containerName'), before.at('protectedItemName')], 'it says how the item is to be called')

  const item = await story.protect(vault, machine)
  const after = await statusOf(story, machine)
  t.match(after.body, { protectionStatus: 'Protected', vaultId: vault, policyName: 'DefaultPolicy' })
  const again = await story.call('POST', `${REGION}/backupPreValidateProtection`, asked)
  t.match(again.body, { status: 'Failed', errorCode: 'VirtualMachineAlreadyProtected' })
  const other = await story.vault('other')
  const elsewhere = await story.call('POST', `${REGION}/backupPreValidateProtection`, { ...asked, vaultId: other })
  t.match(elsewhere.body, { status: 'Failed', errorCode: 'VirtualMachineAlreadyProtected' })

  await story.backUp(item)
  t.equal((await story.points(item)).length, 1, 'and is backed up from there')
})

t.test('SEED-63: jobs are monitored through the vault', async (t) => {
  const story = await tellStory(t)
  const web = await story.protectedMachine()
  const db = await story.protect(web.vault, story.machine('db'))
  const done = await story.backUp(web)
  const running = await story.startBackUp(db)
  await story.condition(web.machine, { agent: 'notReady' })
  const failed = await story.backUp(web)
  t.equal(failed.status, 'Failed')
  t.ok(failed.errors.length > 0, 'a job that failed says why')

  const ids = async (filter: string) => (await story.jobList(web.vault, filter)).map(({ id }) => id)
  t.same(await ids("status eq 'InProgress'"), [running], 'the list can be narrowed to what is going on')
  t.same(await ids("status eq 'Failed'"), [failed.id])
  t.same(await ids("status eq 'Completed' and operation eq 'Backup'"), [done.id])
  t.equal((await ids("operation eq 'ConfigureBackup'")).length, 2)
  t.same(await ids("startTime eq '2026-01-04 12:00:00 AM' and endTime eq '2026-01-04 11:00:00 PM'"), [])

  // SEED-96: behind the one job that is seen, two tasks run.
  const job = await story.job(web.vault, running)
  t.same(job.taskNames, ['Take Snapshot', 'Transfer data to vault'])
  const dashboard = await story.call('GET', '/_recoverite/dashboard')
  t.match(JSON.stringify(dashboard.body), running, 'the dashboard leads to it')
  t.equal((await story.ended(web.vault, running)).status, 'Completed')
  t.same(await ids("status eq 'InProgress'"), [])
})

t.test('SEED-63: protection is stopped, and resumed', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.advance('5d')
  const kept = (await story.points(item)).map(({ name }) => name)
  t.equal(kept.length, 5)
  await story.stop(item)
  t.match(await story.item(item), { protectionState: 'ProtectionStopped', policyName: '' })
  await story.advance('60d')
  t.equal((await story.jobs(item.vault)).length, 5, 'nothing is backed up any more')
  t.same(
    (await story.points(item)).map(({ name }) => name),
    kept,
    'nothing goes, though the policy kept it for 30 days',
  )
  const restored = await story.startRestore(item, kept[0] ?? '', item.machine)
  t.equal((await story.ended(item.vault, restored)).status, 'Completed', 'all of it can be restored')

  await story.protect(item.vault, item.machine)
  await story.advance('2d')
  const names = (await story.points(item)).map(({ name }) => name)
  t.equal((await story.item(item)).protectionState, 'Protected')
  t.ok(names.length > 0 && !names.some((name) => kept.includes(name)), 'with the policy, what is too old goes')
})

t.test('SEED-63: backup data is deleted', async (t) => {
  await t.test('softly: it can be had back for 14 days', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    await story.backUp(item)
    await story.deleteData(item)
    const deleted = await story.item(item)
    t.match(deleted, { isScheduledForDeferredDelete: true, protectionState: 'ProtectionStopped' })
    t.equal((await story.jobs(item.vault, 'DeleteBackupData')).length, 1)
    await story.advance('10d')
    await story.undelete(item)
    t.equal((await story.points(item)).length, 1)
    await story.deleteData(item)
    await story.advance('14d')
    t.equal((await story.call('GET', item.path)).status, 404)
    t.match(await statusOf(story, item.machine), { body: { protectionStatus: 'NotProtected' } })
  })

  await t.test('for good, where soft delete is off', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    await story.backUp(item)
    const config = `${item.vault}/backupconfig/vaultconfig`
    const off = { properties: { enhancedSecurityState: 'Disabled', softDeleteFeatureState: 'Disabled' } }
    t.equal((await story.call('PATCH', config, off)).status, 200)
    await story.deleteData(item)
    t.equal((await story.call('GET', item.path)).status, 404)
    t.same(await story.protectable(item.vault), ['vm1'])
  })
})

t.test('SEED-63: a vault is deleted once nothing is in it any more', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const gone = await story.protect(item.vault, story.machine('gone'))
  await story.backUp(item)
  await story.backUp(gone)
  await story.deleteData(gone)
  const tryDelete = () => story.call('DELETE', item.vault)
  const holds = async (code: string, names: RegExp) => {
    const refused = await tryDelete()
    t.equal(refused.status, 400)
    t.equal(refused.code, code)
    t.match(refused.text('error.message'), names, 'it names what is in the way')
    t.equal((await story.call('GET', item.vault)).status, 200)
  }
  await holds('BMSUserErrorVaultDeletionForbidden', /vm1/)
  await story.stop(item)
  await holds('BMSUserErrorVaultDeletionForbidden', /vm1/)
  await story.deleteData(item)
  await holds('BMSUserErrorVaultDeletionNotPermitted', /soft deleted state/)

  // The order of the guide: soft delete off, undelete, delete again, then the vault.
  const off = { properties: { enhancedSecurityState: 'Disabled', softDeleteFeatureState: 'Disabled' } }
  await story.call('PATCH', `${item.vault}/backupconfig/vaultconfig`, off)
  await holds('BMSUserErrorVaultDeletionNotPermitted', /soft deleted state/)
  for (const each of [item, gone]) {
    await story.undelete(each)
    await story.deleteData(each)
    t.equal((await story.call('GET', each.path)).status, 404)
  }
  t.equal((await tryDelete()).status, 202)
  await story.advance('10s')
  t.equal((await story.call('GET', item.vault)).status, 404)
  t.equal((await story.call('GET', item.machine)).status, 200, 'the machine is none of its business')
})

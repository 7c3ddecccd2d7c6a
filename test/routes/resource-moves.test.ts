import t, { type Test } from 'tap'
import type { Answer } from '../support/emulator.js'
import { groupPath, machinePath, type Story, tellStory } from '../support/story.js'

const move = (story: Story, group: string, resources: string[], target: string): Promise<Answer> =>
  story.call('POST', `${groupPath(group)}/moveResources`, { resources, targetResourceGroup: target })

/** Moves and waits for the end. */
async function moved(story: Story, accepted: Answer): Promise<Answer> {
  await story.advance('5m')
  return story.call('GET', accepted.header('location'))
}

t.test('a move takes minutes, and is polled at its Location', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const accepted = await move(story, 'backup', [vault], groupPath('new-home'))
  t.equal(accepted.status, 202)
  t.equal((await story.call('GET', accepted.header('location'))).status, 202)
  t.equal((await story.call('GET', vault)).status, 200, 'it is where it was until then')
  t.equal((await moved(story, accepted)).status, 204)
  t.equal((await story.call('GET', vault)).status, 404)
  t.equal((await story.call('GET', vault.replace('/backup/', '/new-home/'))).status, 200)
  t.equal((await story.call('GET', groupPath('new-home'))).status, 200, 'the group was made')
  const foreign = accepted.header('location').replace('000000000001/', '000000000002/')
  t.equal((await story.call('GET', foreign)).code, 'NotFound', 'another subscription knows nothing of it')
})

t.test('a machine that has moved is a new one for Backup', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.condition(item.machine, { powerState: 'stopped' })
  await story.backUp(item)

  const refused = await move(story, 'apps', [item.machine], groupPath('elsewhere'))
  t.equal(refused.status, 409, 'its restore point collection holds it')
  t.equal(refused.code, 'ResourceMoveProviderValidationFailed')
  t.equal(refused.text('error.details.0.code'), 'CannotMoveResource')
  await story.stop(item)
  const [collection] = (await story.call('GET', `${groupPath('AzureBackupRG_westeurope_1')}/resources`)).values
  t.equal((await story.call('DELETE', String(collection?.id))).status, 200)

  t.equal((await moved(story, await move(story, 'apps', [item.machine], groupPath('elsewhere')))).status, 204)
  const machine = machinePath('vm1', 'elsewhere')
  t.equal((await story.call('GET', item.machine)).status, 404)
  const view = await story.call('GET', `${machine}/instanceView`)
  t.match(view.body, { statuses: [{}, { code: 'PowerState/stopped' }] }, 'it is as it was')
  t.same(await story.protectable(item.vault), ['vm1'])
  const fresh = await story.protect(item.vault, machine)
  t.match(await story.item(fresh), { extendedInfo: { recoveryPointCount: 0 } })
  t.equal((await story.points(item)).length, 1, 'the old backups stay with the old item')
  t.equal((await story.call('GET', `${item.vault}/backupProtectedItems`)).values.length, 2)
})

t.test('what names a resource that has moved names it by its new id', async (t) => {
  const story = await tellStory(t)
  const disk = `${groupPath('apps')}/providers/Microsoft.Compute/disks/data`
  await story.call('PUT', disk, { location: 'westeurope', properties: { diskSizeGB: 8 } })
  const machine = machinePath('vm1')
  const storageProfile = { dataDisks: [{ lun: 0, createOption: 'Attach', managedDisk: { id: disk } }] }
  const made = await story.call('PUT', machine, { location: 'westeurope', properties: { storageProfile } })
  t.equal(made.status, 201)
  t.equal((await moved(story, await move(story, 'apps', [machine, disk], groupPath('elsewhere')))).status, 204)
  const there = await story.call('GET', machinePath('vm1', 'elsewhere'))
  const movedDisk = disk.replace('/apps/', '/elsewhere/')
  t.equal(there.text('properties.storageProfile.dataDisks.0.managedDisk.id'), movedDisk)
  t.equal((await story.call('GET', movedDisk)).text('managedBy'), machinePath('vm1', 'elsewhere'))
})

t.test('what cannot be moved is refused, and nothing changes', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const second = await story.vault('second')
  const far = await story.vault('far', {}, 'northeurope')
  const taken = story.machine('taken')
  story.machine('taken', { resourceGroup: 'elsewhere' })
  const refuses = async (t: Test, what: string, code: string, group: string, resources: string[], target: string) => {
    const before = story.world.emulator.digest()
    const refused = await move(story, group, resources, target)
    t.equal(refused.code, code, what)
    t.equal(story.world.emulator.digest(), before, `${what}: nothing has changed`)
  }
  const elsewhere = groupPath('elsewhere')
  await refuses(t, 'no resources', 'InvalidParameter', 'backup', [], elsewhere)
  await refuses(t, 'no group', 'InvalidParameter', 'backup', [vault], 'elsewhere')
  await refuses(t, 'the group it is in', 'InvalidParameter', 'backup', [vault], groupPath('BACKUP'))
  await refuses(t, 'a resource of another group', 'InvalidParameter', 'backup', [taken], elsewhere)
  await refuses(t, 'no id', 'InvalidParameter', 'backup', ['vault'], elsewhere)
  await refuses(t, 'a vault that there is not', 'ResourceNotFound', 'backup', [`${vault}x`], elsewhere)
  await refuses(t, 'a machine that there is not', 'ResourceNotFound', 'apps', [machinePath('ghost')], elsewhere)
  await refuses(t, 'a name that is taken', 'ResourceAlreadyExists', 'apps', [taken], elsewhere)
  await refuses(t, 'two of a region', 'ResourceMoveProviderValidationFailed', 'backup', [vault, second], elsewhere)
  t.equal((await moved(story, await move(story, 'backup', [vault, far], elsewhere))).status, 204, 'one of each can')
})

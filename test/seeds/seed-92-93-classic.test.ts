import t from 'tap'
import { members } from '../support/seen.js'
import { type Item, type Story, tellStory } from '../support/story.js'

/** A machine of the classic model: what tells it from others of its name is its cloud service, here its group too. */
const classicMachine = (story: Story, name: string, cloudService: string) =>
  story.machine(name, { resourceGroup: cloudService, cloudService })

/** Where a vault keeps the item of a classic machine. */
function classicItemOf(vault: string, cloudService: string, name: string): Item {
  const bare = `iaasvmcontainer;${cloudService};${name}`
  return {
    vault,
    path: `${vault}/backupFabrics/Azure/protectionContainers/IaasVMContainer;${bare}/protectedItems/VM;${bare}`,
  }
}

/** Protects a classic machine and waits for the end of its configuration. */
async function protectClassic(story: Story, item: Item, machine: string): Promise<Item> {
  const properties = {
    protectedItemType: 'Microsoft.ClassicCompute/virtualMachines',
    sourceResourceId: machine,
    policyId: `${item.vault}/backupPolicies/DefaultPolicy`,
  }
  const done = await story.finished(await story.call('PUT', item.path, { properties }))
  if (done.text('status') !== 'Succeeded') throw new Error(JSON.stringify(done.body))
  return item
}

t.test('SEED-92: a Recovery Services vault protects classic machines and those of Resource Manager', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const modern = story.machine('web')
  const classic = classicMachine(story, 'web', 'shop')
  const twin = classicMachine(story, 'web', 'stock')
  t.same(await story.protectable(vault), ['web', 'web', 'web'], 'both kinds are offered')
  const offered = (await story.call('GET', `${vault}/backupProtectableItems`)).values.map(({ properties }) =>
    members(properties),
  )
  t.same(
    offered.map(({ virtualMachineVersion, resourceGroup }) => `${virtualMachineVersion} ${resourceGroup}`).sort(),
    ['Classic shop', 'Classic stock', 'Compute apps'],
  )

  const items = [
    await story.protect(vault, modern),
    await protectClassic(story, classicItemOf(vault, 'shop', 'web'), classic),
    await protectClassic(story, classicItemOf(vault, 'stock', 'web'), twin),
  ]
  t.same(await story.protectable(vault), [])
  const views = await Promise.all(items.map((item) => story.item(item)))
  t.same(
    views.map(({ protectedItemType, virtualMachineId }) => [protectedItemType, virtualMachineId]),
    [
      ['Microsoft.Compute/virtualMachines', modern],
      ['Microsoft.ClassicCompute/virtualMachines', classic],
      ['Microsoft.ClassicCompute/virtualMachines', twin],
    ],
  )
  await story.advance('2d')
  for (const item of items) {
    t.equal((await story.points(item)).length, 2, 'each is backed up by the same schedule')
    t.equal((await story.item(item)).protectionState, 'Protected')
  }
  const jobs = await story.jobs(vault)
  t.same(
    jobs.filter(({ status }) => status !== 'Completed'),
    [],
  )
  t.equal(jobs.length, 6)

  const [, item] = items
  const [point] = item ? await story.points(item) : []
  if (!item || !point) return t.fail('there is no point to restore')
  const restored = await story.ended(vault, await story.startRestore(item, point.name, classic))
  t.equal(restored.status, 'Completed', 'a classic one comes back too')
})

// The FAQ speaks of a classic backup vault; the old item may as well be in any vault that is not the new one.
t.test('SEED-93: backups do not follow a machine that is migrated to Resource Manager', async (t) => {
  const story = await tellStory(t)
  const before = await story.vault('before')
  const classic = classicMachine(story, 'web', 'shop')
  const old = await protectClassic(story, classicItemOf(before, 'shop', 'web'), classic)
  await story.backUp(old)
  await story.backUp(old)
  const kept = await story.points(old)
  t.equal(kept.length, 2)

  // 1. Protection is stopped and the data kept.
  await story.stop(old)
  t.match(await story.item(old), { protectionState: 'ProtectionStopped' })
  // 2. The machine is migrated with its storage and network: the classic one is gone, the new one has its name.
  await story.deleteMachine(classic)
  const migrated = story.machine('web', { resourceGroup: 'shop-migrated' })
  t.same((await story.call('GET', `${before}/backupProtectedItems`)).values.length, 1, 'nothing has been taken over')
  // 3. A vault is made and the migrated machine protected in it.
  const after = await story.vault('after')
  t.same(await story.protectable(after), ['web'], 'it is a machine like any other')
  const fresh = await story.protect(after, migrated)
  t.match(await story.item(fresh), { protectionState: 'IRPending', extendedInfo: { recoveryPointCount: 0 } })

  await story.advance('1d')
  const [first] = await story.jobs(after)
  t.equal(first?.status, 'Completed')
  t.equal((await story.points(fresh)).length, 1, 'it begins anew')
  await story.advance('60d')
  t.same(
    (await story.points(old)).map(({ name }) => name),
    kept.map(({ name }) => name),
    'the old backups stay with the old item, however long',
  )
  t.equal((await story.jobs(before)).length, 2, 'and nothing fails there for want of the machine')
  const restored = await story.startRestore(old, kept[0]?.name ?? '', classic)
  t.equal((await story.ended(before, restored)).status, 'Completed', 'they can be restored')
})

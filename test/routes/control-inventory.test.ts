import t from 'tap'
import { CONDITIONS, conditionsOf, GROUP, INVENTORY, refused, SUBSCRIPTION, VM } from '../support/control.js'
import { startTestEmulator } from '../support/emulator.js'

t.test('a bulk seed makes machines, disks, servers and storage accounts, and the groups they are in', async (t) => {
  const world = await startTestEmulator(t)
  const other = '/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/Far.Away'
  const answer = await world.call('POST', INVENTORY, {
    virtualMachines: [
      { id: VM, osType: 'Linux', dataDisks: [{ lun: 3, diskSizeGB: 512 }], tags: { 'recoverite:agent': 'outdated' } },
      { resourceGroup: 'demo', name: 'old', cloudService: 'service1' },
      { id: `${GROUP}/providers/Microsoft.ClassicCompute/virtualMachines/older` },
    ],
    disks: [
      {
        id: `${other}/providers/Microsoft.Compute/disks/disk1`,
        location: 'East US',
        diskSizeGB: 64,
        sku: 'Premium_LRS',
      },
    ],
    servers: [
      { resourceGroup: 'demo', name: 'files.example.org', osType: 'Windows', osVersion: 'Windows Server 2022' },
    ],
    storageAccounts: [{ resourceGroup: 'demo', name: 'account1', kind: 'StorageV2', sku: 'Standard_GRS' }],
  })
  t.equal(answer.status, 201)
  t.same(answer.at('created'), [
    VM,
    `${GROUP}/providers/Microsoft.ClassicCompute/virtualMachines/old`,
    `${GROUP}/providers/Microsoft.ClassicCompute/virtualMachines/older`,
    `${other}/providers/Microsoft.Compute/disks/disk1`,
    `${GROUP}/providers/Recoverite.Inventory/servers/files.example.org`,
    `${GROUP}/providers/Microsoft.Storage/storageAccounts/account1`,
  ])
  t.equal((await world.call('GET', conditionsOf(VM))).at('conditions.agent'), 'outdated', 'a tag sets a condition')
  for (const id of answer.at('created') as string[])
    t.equal((await world.call('GET', conditionsOf(id))).status, 200, id)
  t.match(await world.call('POST', INVENTORY, {}), { status: 201, body: { created: [] } })
})

t.test('a machine that is there is updated: what is not said of it stays', async (t) => {
  const world = await startTestEmulator(t)
  const seed = (virtualMachine: object) => world.call('POST', INVENTORY, { virtualMachines: [virtualMachine] })
  await seed({
    id: VM,
    location: 'northeurope',
    osType: 'Linux',
    conditions: { vss: 'writersFailed' },
    tags: { a: 'b' },
  })
  const again = await seed({
    id: VM.toUpperCase().replace('SUBSCRIPTIONS', 'subscriptions'),
    conditions: { agent: 'missing' },
  })
  t.same(again.at('created'), [VM], 'in the casing in which it was made')
  t.same((await world.call('GET', CONDITIONS)).at('set'), { vss: 'writersFailed', agent: 'missing' })
  const before = world.emulator.digest()
  await seed({ id: VM })
  t.equal(world.emulator.digest(), before, 'nothing said, nothing changed')
  await refused(t, world, ['POST', INVENTORY, { virtualMachines: [{ id: VM, location: 'westus' }] }], {
    status: 409,
    code: 'InvalidResourceLocation',
    says: /^virtualMachines\[0\]: .*'northeurope'/,
  })
})

t.test('a bulk seed is all or nothing, and says which entry is wrong', async (t) => {
  const world = await startTestEmulator(t)
  const vm = { resourceGroup: 'demo', name: 'vm2' }
  const machines: [object, RegExp][] = [
    [{ name: 'vm2' }, /either an id, or a resourceGroup and a name/],
    [{ id: '/subscriptions/x' }, /not the id of a resource of type Microsoft.Compute\/virtualMachines/],
    [{ id: VM.replace('Compute', 'Network') }, /not the id of a resource of type/],
    [{ id: VM.replace('vm1', 'vm2'), name: 'vm3' }, /name is 'vm3', but the id says 'vm2'/],
    [{ ...vm, subscriptionId: 'mine' }, /GUID/],
    [{ ...vm, resourceGroup: 'demo.' }, /resource group name 'demo\.'/],
    [{ ...vm, name: 'a/b' }, /name is 'a\/b'/],
    [{ ...vm, name: 'n'.repeat(65) }, /1 to 64/],
    [{ ...vm, location: 'atlantis' }, /'atlantis'.*westeurope/],
    [{ ...vm, location: 'global' }, /'global'/],
    [{ ...vm, osType: 'BeOS' }, /"BeOS".*Windows, Linux/],
    [{ ...vm, osDiskSizeGB: -1 }, /osDiskSizeGB' is -1/],
    [{ ...vm, osDiskSizeGB: 12.5 }, /osDiskSizeGB' is 12\.5/],
    [{ ...vm, dataDisks: [{ lun: 0, diskSizeGB: 0 }] }, /dataDisks\[0\]\.diskSizeGB' is 0/],
    [{ ...vm, dataDisks: [{ lun: 64, diskSizeGB: 1 }] }, /lun' is 64/],
    [
      {
        ...vm,
        dataDisks: [
          { lun: 1, diskSizeGB: 1 },
          { lun: 1, diskSizeGB: 2 },
        ],
      },
      /LUN 1 is there twice/,
    ],
    [{ ...vm, dataDisks: [{ diskSizeGB: 1 }] }, /lun' is missing/],
    [{ ...vm, cloudService: 'a b' }, /cloudService is 'a b'/],
    [{ ...vm, vmsize: 'Standard_A1' }, /'virtualMachines\[1\]\.vmsize'.*vmSize/],
    [{ ...vm, tags: { a: 1 } }, /tags\.a' is 1/],
    [{ ...vm, conditions: { agent: 'dead' } }, /ready, missing, outdated, notReady/],
    [{ ...vm, conditions: { constructor: 'x' } }, /no condition 'constructor'.*powerState/],
    [{ id: VM.toLowerCase() }, /already in this call, as virtualMachines\[0\]/],
  ]
  for (const [machine, says] of machines) {
    await refused(t, world, ['POST', INVENTORY, { virtualMachines: [{ id: VM }, machine] }], { says })
    t.equal((await world.call('GET', CONDITIONS)).status, 404, 'the good one was not made either')
  }
  const place = { resourceGroup: 'demo', name: 'thing1' }
  const others: [object, RegExp][] = [
    [{ disks: [place] }, /disks\[0\]\.diskSizeGB' is missing/],
    [{ disks: [{ ...place, diskSizeGB: 4, sku: 'Fast' }] }, /"Fast".*Premium_LRS/],
    [{ servers: [{ ...place, osVersion: '' }] }, /osVersion/],
    [{ storageAccounts: [{ ...place, name: 'Account' }] }, /3 to 24 lower-case letters and digits/],
    [{ storageAccounts: [{ ...place, kind: 'V9' }] }, /StorageV2/],
    [{ machines: [] }, /'machines'.*virtualMachines, disks, servers, storageAccounts/],
    [{ virtualMachines: { name: 'vm1' } }, /expected array/],
  ]
  for (const [body, says] of others) await refused(t, world, ['POST', INVENTORY, body], { says })
})

t.test('conditions can be set, taken back, and refuse what they do not know', async (t) => {
  const world = await startTestEmulator(t)
  const { call } = world
  await refused(t, world, ['GET', CONDITIONS], { status: 404, code: 'ResourceNotFound' })
  await refused(t, world, ['PATCH', CONDITIONS, { agent: 'ready' }], { status: 404, code: 'ResourceNotFound' })
  await call('POST', INVENTORY, {
    virtualMachines: [{ id: VM, tags: { 'recoverite:network': 'blocked', 'recoverite:moon': 'full' } }],
  })
  t.match((await call('GET', CONDITIONS)).body, {
    resourceId: VM,
    conditions: { powerState: 'running', agent: 'ready', network: 'blocked' },
    set: {},
  })
  const patched = await call('PATCH', CONDITIONS, { agent: 'Missing', network: 'open', usedDataGB: 40 })
  t.match(patched.at('conditions'), { agent: 'missing', network: 'open', usedDataGB: 40, powerState: 'running' })
  t.same(patched.at('set'), { agent: 'missing', network: 'open', usedDataGB: 40 })
  const back = await call('PATCH', CONDITIONS, { network: null, usedDataGB: null })
  t.match(back.at('conditions'), { agent: 'missing', network: 'blocked' }, 'the tag holds again')
  t.same(back.at('set'), { agent: 'missing' })
  t.same((await call('GET', CONDITIONS.toLowerCase())).body, back.body, 'in any casing')

  await refused(t, world, ['PATCH', CONDITIONS, { agent: 'ready', mood: 'bad' }], {
    says: /no condition 'mood'.*powerState, agent/,
  })
  await refused(t, world, ['PATCH', CONDITIONS, { powerState: 'exploded' }], { says: /running, stopped, deallocated/ })
  for (const usedDataGB of [-1, 1e9, 'much', [], true])
    await refused(t, world, ['PATCH', CONDITIONS, { usedDataGB }], { says: /from 0 to/ })
  await refused(t, world, ['PATCH', CONDITIONS, '{"__proto__": "x"}'], { says: /no condition '__proto__'/ })
  await refused(t, world, ['PATCH', CONDITIONS], { says: /powerState/ })
  await refused(t, world, ['GET', '/_recoverite/conditions'], { says: /'resourceId' is missing/ })
  await refused(t, world, ['GET', conditionsOf(SUBSCRIPTION)], { says: /full ARM id/ })
  await refused(t, world, ['GET', `${CONDITIONS}&deep=true`], { says: /'deep'.*resourceId/ })
})

import t from 'tap'
import { HOUR, type Members, members } from '../support/seen.js'
import {
  dailyPolicy,
  groupPath,
  type Item,
  itemOf,
  machinePath,
  protection,
  type Story,
  tellStory,
} from '../support/story.js'

type Machine = Item & { machine: string }

const VM = 'Microsoft.Compute/virtualMachines'

/** A PUT of an item with more, or with something else, than protecting it takes. */
const put = ({ call }: Story, item: Machine, properties: Members) =>
  call('PUT', item.path, { properties: { protectedItemType: VM, sourceResourceId: item.machine, ...properties } })

const policyId = ({ vault }: Item, name = 'DefaultPolicy') => `${vault}/backupPolicies/${name}`
const disks = (diskLunList: unknown, isInclusionList?: boolean) => ({
  extendedProperties: {
    diskExclusionProperties: { diskLunList, ...(isInclusionList === undefined ? {} : { isInclusionList }) },
  },
})

/** The wish is refused with a code, and the world stays as it was. */
async function refused(
  t: Tap,
  story: Story,
  wish: ReturnType<typeof put> | (() => ReturnType<typeof put>),
  code: string,
) {
  const before = story.world.emulator.digest()
  const answer = await (typeof wish === 'function' ? wish() : wish)
  t.equal(answer.status, 400, JSON.stringify(answer.body))
  t.equal(answer.code, code)
  t.equal(story.world.emulator.digest(), before, 'nothing has changed')
}
type Tap = import('tap').Test

/** A vault whose points cannot be deleted before their time, with a machine in it. */
async function immutableVault(story: Story, policy?: Members): Promise<Machine> {
  const vault = await story.vault('vault', { securitySettings: { immutabilitySettings: { state: 'Unlocked' } } })
  if (policy) await story.policy(vault, 'Custom', policy)
  const machine = story.machine('vm1')
  return { ...(await story.protect(vault, machine, policy ? 'Custom' : 'DefaultPolicy')), machine }
}

t.test('which disks are backed up', async (t) => {
  const story = await tellStory(t)
  const machine = story.machine('vm1', {
    dataDisks: [0, 1, 2].map((lun) => ({ lun, diskSizeGB: 100 })),
  })
  const vault = await story.vault()
  const item = { ...itemOf(vault, machine), machine }
  const configured = async (properties: Members) => {
    await story.finished(await put(story, item, { policyId: policyId(item), ...properties }))
    return members((await story.item(item)).extendedProperties).diskExclusionProperties
  }
  /** How many disks the next point has, of how many. */
  const backedUp = async () => {
    await story.reach(new Date(story.now + 24 * HOUR).toISOString())
    await story.backUp(item)
    const answer = await story.call('GET', `${item.path}/recoveryPoints`)
    return members(answer.values[0]?.properties).recoveryPointDiskConfiguration
  }

  t.same(
    await configured(disks([1, 2], true)),
    { diskLunList: [1, 2], isInclusionList: true },
    'an inclusion list names those to take',
  )
  t.same(await backedUp(), { numberOfDisksIncludedInBackup: 3, numberOfDisksAttachedToVm: 4 }, 'and the OS disk')
  t.same(
    await configured(disks(['1'], false)),
    { diskLunList: [1], isInclusionList: false },
    'an exclusion list those to leave out; LUNs may be texts',
  )
  t.same(await backedUp(), { numberOfDisksIncludedInBackup: 3, numberOfDisksAttachedToVm: 4 })
  t.same(await configured(disks([], true)), { diskLunList: [], isInclusionList: true })
  t.same(
    await backedUp(),
    { numberOfDisksIncludedInBackup: 1, numberOfDisksAttachedToVm: 4 },
    'an empty inclusion list leaves the OS disk alone',
  )
  t.same(
    await configured(disks([9])),
    { diskLunList: [9], isInclusionList: false },
    'a LUN may be named before its disk is there',
  )
  t.equal(await backedUp(), undefined)
  t.equal(await configured({}), undefined, 'a PUT without a list takes the list away: nothing is merged')
  for (const list of [[-1], ['one'], [1.5], 'all']) {
    await refused(
      t,
      story,
      () => put(story, item, { policyId: policyId(item), ...disks(list) }),
      'BMSUserErrorInvalidConfigureProtectionRequest',
    )
  }
})

t.test('a disk that is added goes to the vault from scratch, the others do not', async (t) => {
  const story = await tellStory(t)
  const seed = { osDiskSizeGB: 128, conditions: { usedDataGB: 100, dailyChurnGB: 0 } }
  const item = await story.protectedMachine(seed)
  const first = await story.backUp(item)
  t.equal(first.sizeMB, 100 * 1024)
  t.equal((await story.backUp(item)).sizeMB, 0, 'nothing changes on this machine')

  story.machine('vm1', { conditions: { usedDataGB: 3000 }, dataDisks: [{ lun: 0, diskSizeGB: 16_384 }] })
  await story.reach('2026-01-08T12:00:00Z')
  const added = (await story.jobs(item.vault)).find(({ sizeMB }) => sizeMB !== undefined && sizeMB > 200_000)
  t.ok(added, 'the data of the new disk is in the next backup')
  t.ok((added?.hours ?? 0) > 24, 'however long it takes: it is a first one')
  t.equal(added?.status, 'Completed')
  await story.reach('2026-01-11T12:00:00Z')
  const last = (await story.jobs(item.vault)).at(-1)
  t.equal(last?.sizeMB, 0, 'from then on it is in the vault like the others')

  await story.finished(await put(story, item, { policyId: policyId(item), ...disks([0]) }))
  await story.reach('2026-01-12T12:00:00Z')
  await story.finished(await put(story, item, { policyId: policyId(item) }))
  await story.reach('2026-01-15T12:00:00Z')
  const again = (await story.jobs(item.vault)).filter(({ start }) => start > Date.parse('2026-01-12T12:00:00Z'))
  t.ok((again[0]?.sizeMB ?? 0) > 200_000, 'so does one that was left out of the last point')
})

t.test('an item changes its policy', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.policy(item.vault, 'Noon', dailyPolicy('12:00'))
  await story.backUp(item)
  await story.finished(await put(story, item, { policyId: policyId(item, 'Noon') }))
  t.match(await story.item(item), { policyName: 'Noon', protectionState: 'Protected', lastBackupStatus: 'Completed' })
  await story.reach('2026-01-07T20:00:00Z')
  const hours = (await story.jobs(item.vault)).slice(1).map(({ start }) => new Date(start).getUTCHours())
  t.equal(hours.length, 3)
  t.ok(
    hours.every((hour) => hour >= 12),
    'it runs by the new one and no longer by the old one',
  )
  await refused(t, story, () => put(story, item, { policyId: policyId(item, 'Nothing') }), 'BMSUserErrorPolicyNotFound')
})

t.test('states that are sent with a PUT', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  const INVALID = 'BMSUserErrorInvalidConfigureProtectionRequest'
  await refused(t, story, () => put(story, item, { policyId: '', protectionState: 'Halted' }), INVALID)
  await refused(t, story, () => put(story, item, { policyId: policyId(item), protectionState: 'Halted' }), INVALID)
  for (const protectionState of ['IRPending', 'Protected', 'ProtectionPaused', 'ProtectionError', 'Invalid'])
    await refused(t, story, () => put(story, item, { policyId: '', protectionState }), INVALID)
  await refused(t, story, () => put(story, item, { policyId: '' }), INVALID)
  const undelete = { policyId: '', protectionState: 'ProtectionStopped', isRehydrate: true }
  await refused(t, story, () => put(story, item, undelete), INVALID)

  await story.stop(item)
  await story.finished(await put(story, item, { policyId: policyId(item), protectionState: 'ProtectionStopped' }))
  t.match(await story.item(item), { protectionState: 'Protected', policyName: 'DefaultPolicy' }, 'a policy wins')
})

t.test('Terraform sends back the whole item that it has read', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine({ dataDisks: [{ lun: 0, diskSizeGB: 8 }] })
  await story.policy(item.vault, 'Noon', dailyPolicy('12:00'))
  await story.backUp(item)
  const read = async () => members((await story.call('GET', `${item.path}?api-version=2023-02-01`)).body)
  const update = async (changes: Members) => {
    const model = await read()
    const body = { ...model, properties: { ...members(model.properties), ...changes } }
    await story.finished(await story.call('PUT', `${item.path}?api-version=2023-02-01`, body))
    return members((await read()).properties)
  }
  t.match(await update({ policyId: policyId(item, 'Noon') }), { policyName: 'Noon', protectionState: 'Protected' })
  t.match(await update(disks([0], false)), { extendedProperties: { diskExclusionProperties: { diskLunList: [0] } } })
  t.match(await update({ extendedProperties: undefined }), { policyName: 'Noon', extendedProperties: undefined })
  t.match(await update({ policyId: '', protectionState: 'ProtectionStopped' }), {
    policyId: '',
    policyName: '',
    protectionState: 'ProtectionStopped',
  })
  t.match(
    await update({ policyId: policyId(item) }),
    { policyName: 'DefaultPolicy', protectionState: 'Protected' },
    'the state that it has read goes back with the new policy, and the policy wins',
  )
})

t.test('stopped for ever: nothing is backed up and nothing goes', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.advance('3d')
  const before = (await story.points(item)).length
  await story.stop(item)
  t.match(await story.item(item), { protectionState: 'ProtectionStopped', policyId: '', policyName: '' })
  const [job] = await story.jobs(item.vault, 'DisableBackup')
  t.equal(job?.status, 'Completed')
  await refused(t, story, () => story.tryBackUp(item), 'UserErrorBcmDatasourceNotPresent')
  await story.advance('100d')
  t.equal((await story.points(item)).length, before, 'no point is made, and none goes')
  await story.protect(item.vault, item.machine)
  t.match(await story.item(item), { protectionState: 'Protected', lastBackupStatus: 'Completed' })
  await story.advance('2d')
  t.ok((await story.points(item)).length <= 3, 'what is over its time goes when protection is resumed')
})

t.test('az reads the policy of a stopped item by its empty name, and gets an answer', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.stop(item)
  t.equal((await story.call('GET', `${item.vault}/backupPolicies/`)).status, 200)
})

t.test('suspended: points go by the policy, all but the last', async (t) => {
  await t.test('only where the vault is immutable: the code says the opposite', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    await refused(
      t,
      story,
      () => put(story, item, { policyId: '', protectionState: 'BackupsSuspended' }),
      'UserErrorOperationDeniedOnImmutableItem',
    )
  })

  await t.test('they run out one after the other', async (t) => {
    const story = await tellStory(t)
    const item = await immutableVault(story)
    await story.advance('10d')
    t.equal((await story.points(item)).length, 10)
    await story.finished(await put(story, item, { policyId: '', protectionState: 'BackupsSuspended' }))
    t.match(await story.item(item), { protectionState: 'BackupsSuspended', policyId: '', policyName: '' })
    await refused(t, story, () => story.tryBackUp(item), 'UserErrorBcmDatasourceNotPresent')
    await story.advance('25d')
    t.equal((await story.points(item)).length, 5, 'of 10 days those of the last five are left')
    await story.advance('100d')
    t.equal((await story.points(item)).length, 1, 'the last one stays')
    t.equal((await story.jobs(item.vault)).length, 10, 'none was made meanwhile')

    const policy = await story.call('GET', `${item.vault}/backupPolicies/DefaultPolicy`)
    const later = { ...members(policy.at('properties')), timeZone: 'Tokyo Standard Time' }
    const edited = await story.putPolicy(item.vault, 'DefaultPolicy', later)
    t.ok(edited.status < 300, 'the policy may be edited')
    await story.advance('5m')
    t.equal((await story.item(item)).protectionState, 'BackupsSuspended', 'which resumes nothing')
    const used = await story.call('DELETE', `${item.vault}/backupPolicies/DefaultPolicy`)
    t.equal(used.code, 'BMSUserErrorPolicyObjectInUse')

    await story.protect(item.vault, item.machine)
    t.match(await story.item(item), { protectionState: 'Protected', policyName: 'DefaultPolicy' })
    await story.advance('3d')
    t.equal((await story.jobs(item.vault)).length, 13)
  })

  await t.test('a stopped item has no policy to go by; a suspended one may be stopped for ever', async (t) => {
    const story = await tellStory(t)
    const item = await immutableVault(story)
    await story.advance('5d')
    await story.finished(await put(story, item, { policyId: '', protectionState: 'BackupsSuspended' }))
    await story.finished(await put(story, item, { policyId: '', protectionState: 'ProtectionStopped' }))
    await story.advance('100d')
    t.equal((await story.points(item)).length, 5)
    await refused(
      t,
      story,
      () => put(story, item, { policyId: '', protectionState: 'BackupsSuspended' }),
      'BMSUserErrorInvalidConfigureProtectionRequest',
    )
  })
})

t.test('soft delete', async (t) => {
  await t.test('keeps the data for as long as the vault said when it was deleted', async (t) => {
    const story = await tellStory(t)
    const vault = await story.vault('vault', {
      securitySettings: {
        softDeleteSettings: { softDeleteState: 'Enabled', softDeleteRetentionPeriodInDays: 180 },
      },
    })
    const machine = story.machine('vm1')
    const item = await story.protect(vault, machine)
    await story.backUp(item)
    await story.deleteData(item)
    const [job] = await story.jobs(vault, 'DeleteBackupData')
    t.match(await story.item(item), { softDeleteRetentionPeriod: 180, isScheduledForDeferredDelete: true })
    const deleted = await story.call('GET', `${vault}/backupDeletedProtectionContainers`)
    t.match(members(deleted.values[0]?.properties), { friendlyName: 'vm1', registrationStatus: 'SoftDeleted' })
    const collections = async () =>
      (await story.call('GET', `${groupPath('AzureBackupRG_westeurope_1')}/resources`)).values.length
    t.equal(await collections(), 1, 'its restore points are there')
    await story.call('PATCH', vault, {
      properties: { securitySettings: { softDeleteSettings: { softDeleteRetentionPeriodInDays: 14 } } },
    })
    await story.reach(new Date((job?.start ?? 0) + 180 * 24 * HOUR - 1).toISOString())
    t.equal((await story.call('GET', item.path)).status, 200, 'to the last millisecond')
    await story.reach(new Date((job?.start ?? 0) + 180 * 24 * HOUR).toISOString())
    t.equal((await story.call('GET', item.path)).status, 404)
    t.equal(await collections(), 0, 'the restore points go with it')
    t.same((await story.call('GET', `${vault}/backupDeletedProtectionContainers`)).values, [])
  })

  await t.test('always on: there is no other deletion', async (t) => {
    const story = await tellStory(t)
    const vault = await story.vault('vault', {
      securitySettings: { softDeleteSettings: { softDeleteState: 'AlwaysON', enhancedSecurityState: 'AlwaysON' } },
    })
    const item = await story.protect(vault, story.machine('vm1'))
    await story.deleteData(item)
    t.match(await story.item(item), { isScheduledForDeferredDelete: true })
  })

  await t.test(
    'turned off: the data is gone at once, and the machine can be protected as if it were new',
    async (t) => {
      const story = await tellStory(t)
      const item = await story.protectedMachine()
      await story.backUp(item)
      await story.call('PATCH', `${item.vault}/backupconfig/vaultconfig`, {
        properties: { enhancedSecurityState: 'Enabled', softDeleteFeatureState: 'Disabled' },
      })
      await story.deleteData(item)
      t.equal((await story.call('GET', item.path)).status, 404)
      t.same((await story.call('GET', `${item.vault}/backupProtectionContainers`)).values, [])
      t.equal((await story.call('DELETE', item.path)).status, 204, 'there is nothing left to delete')
      await story.protect(item.vault, item.machine)
      t.match(await story.item(item), { protectionState: 'IRPending', extendedInfo: { recoveryPointCount: 0 } })
    },
  )

  await t.test('a soft-deleted item takes nothing but its undeletion', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    await story.backUp(item)
    await story.deleteData(item)
    await refused(t, story, () => put(story, item, { policyId: policyId(item) }), 'UserErrorItemIsSoftDeleted')
    await refused(
      t,
      story,
      () => put(story, item, { policyId: '', protectionState: 'ProtectionStopped' }),
      'UserErrorItemIsSoftDeleted',
    )
    t.equal((await story.call('DELETE', item.path)).status, 204)
    await story.finished(await put(story, item, { isRehydrate: true }))
    t.match(
      await story.item(item),
      { protectionState: 'ProtectionStopped', policyId: '' },
      'stopped, as Terraform asks for it',
    )
  })

  await t.test('undeleted with a policy it is protected again', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    await story.backUp(item)
    await story.deleteData(item)
    await refused(
      t,
      story,
      () => put(story, item, { isRehydrate: true, policyId: policyId(item, 'Nothing') }),
      'BMSUserErrorPolicyNotFound',
    )
    await story.finished(await put(story, item, { isRehydrate: true, policyId: policyId(item) }))
    t.match(await story.item(item), { protectionState: 'Protected', policyName: 'DefaultPolicy' })
    await story.advance('2d')
    t.equal((await story.jobs(item.vault)).length, 3)
  })
})

t.test('another vault takes a soft-deleted machine where soft delete is the enhanced one', async (t) => {
  const story = await tellStory(t)
  const machine = story.machine('vm1')
  const basic = await story.vault('basic')
  const other = await story.vault('other')
  const inBasic = await story.protect(basic, machine)
  await story.deleteData(inBasic)
  t.same(await story.protectable(other), [])
  await refused(t, story, () => story.tryProtect(other, machine), 'VirtualMachineAlreadyProtected')
  await story.advance('14d')
  t.same(await story.protectable(other), ['vm1'])

  const enhanced = await story.vault('enhanced', {
    securitySettings: { softDeleteSettings: { softDeleteState: 'Enabled', softDeleteRetentionPeriodInDays: 30 } },
  })
  const left = await story.protect(enhanced, machine)
  await story.deleteData(left)
  t.same(await story.protectable(other), ['vm1'])
  t.same(await story.protectable(enhanced), [], 'its own vault has it still')
  await story.protect(other, machine)
  await story.undelete(left)
  await refused(t, story, () => story.tryProtect(enhanced, machine), 'VirtualMachineAlreadyProtected')
})

t.test('a machine that is deleted under its protection', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.advance('2d')
  const container = async () => {
    const answer = await story.call('GET', `${item.vault}/backupProtectionContainers`)
    return members(answer.values[0]?.properties).healthStatus
  }
  t.equal(await container(), 'Healthy')
  await story.deleteMachine(item.machine)
  t.equal(await container(), 'Deleted')
  await story.advance('100d')
  const failed = (await story.jobs(item.vault)).slice(2)
  t.equal(failed.length, 100)
  t.ok(failed.every((job) => job.status === 'Failed' && job.errors.join() === 'UserErrorVmNotFoundV2'))
  t.equal((await story.points(item)).length, 1, 'points go by their policy, all but the last')
  t.match(await story.item(item), {
    protectionStatus: 'Unhealthy',
    healthStatus: 'ActionRequired',
    lastBackupStatus: 'Failed',
  })
  const resumed = await put(story, item, { policyId: policyId(item) })
  t.equal(resumed.code, 'BMSUserErrorInvalidConfigureProtectionRequest', 'there is nothing to configure')

  await t.test('made again with its name it is backed up again', async (t) => {
    story.machine('vm1')
    await story.advance('1d')
    t.equal((await story.jobs(item.vault)).at(-1)?.status, 'Completed')
    t.match(await story.item(item), { protectionStatus: 'Healthy', healthStatus: 'Passed' })
    t.equal(await container(), 'Healthy')
  })

  await t.test('stopped and deleted it leaves nothing', async (t) => {
    await story.deleteMachine(item.machine)
    await story.stop(item)
    await story.deleteData(item)
    await story.advance('14d')
    t.equal((await story.call('GET', item.path)).status, 404)
  })
})

t.test('a machine that is moved to another group is a new one', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.advance('1d')
  await story.stop(item)
  await story.call('PUT', groupPath('moved'), { location: 'westeurope' })
  const collections = await story.call('GET', `${groupPath('AzureBackupRG_westeurope_1')}/resources`)
  await story.call('DELETE', String(collections.values[0]?.id))
  const group = groupPath('apps')
  const moved = await story.call('POST', `${group}/moveResources?api-version=2021-04-01`, {
    resources: [item.machine],
    targetResourceGroup: groupPath('moved'),
  })
  t.equal(moved.status, 202, JSON.stringify(moved.body))
  await story.advance('1h')
  const there = machinePath('vm1', 'moved')
  t.equal((await story.call('GET', there)).status, 200)
  t.equal((await put(story, item, { policyId: policyId(item) })).status, 400, 'where it was is nothing to protect')
  t.same(await story.protectable(item.vault), ['vm1'])
  const second = await story.protect(item.vault, there)
  await story.advance('1d')
  t.equal((await story.points(second)).length, 1)
  t.equal((await story.points(item)).length, 1, 'what was backed up before stays where it is')
})

t.test('one configuration at a time', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  t.equal((await put(story, item, { policyId: policyId(item) })).status, 202)
  const BUSY = 'BMSUserErrorConflictingProtectionOperation'
  await refused(t, story, () => put(story, item, { policyId: policyId(item) }), BUSY)
  await refused(t, story, () => story.call('DELETE', item.path), BUSY)
  await refused(t, story, () => story.tryBackUp(item), BUSY)
  await story.advance('1m')
  t.equal((await put(story, item, { policyId: policyId(item) })).status, 202)
})

t.test('what is done while a backup runs', async (t) => {
  await t.test('to stop lets it go on to its end', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    const id = await story.startBackUp(item)
    await story.phase(item.vault, id, 'Completed', 'InProgress')
    await story.stop(item)
    t.equal((await story.ended(item.vault, id)).status, 'Completed')
    t.match(await story.item(item), { protectionState: 'ProtectionStopped', lastBackupStatus: 'Completed' })
    t.equal((await story.points(item))[0]?.vault, 'Valid')
  })

  await t.test('to delete ends it', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    const id = await story.startBackUp(item)
    await story.phase(item.vault, id, 'Completed', 'InProgress')
    await story.deleteData(item)
    const job = await story.job(item.vault, id)
    t.equal(job.status, 'Cancelled')
    t.match(await story.item(item), { isScheduledForDeferredDelete: true })
    await story.undelete(item)
    const [point, ...more] = await story.points(item)
    t.same(more, [])
    t.match(point, { instant: 'Valid', vault: undefined }, 'of the point that was on its way the snapshot is left')
    await story.protect(item.vault, item.machine)
    await story.advance('3d')
    t.equal((await story.points(item)).length, 3, 'which runs out like any other')
  })

  await t.test('to delete for good ends whatever runs', async (t) => {
    const story = await tellStory(t)
    const item = await story.protectedMachine()
    await story.call('PATCH', `${item.vault}/backupconfig/vaultconfig`, {
      properties: { enhancedSecurityState: 'Enabled', softDeleteFeatureState: 'Disabled' },
    })
    const id = await story.startBackUp(item)
    await story.deleteData(item)
    t.equal((await story.job(item.vault, id)).status, 'Cancelled')
    await story.advance('1d')
    t.equal((await story.jobs(item.vault)).length, 1)
  })
})

t.test('what an item says of its health follows its last backups', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const health = async () => {
    const { protectionStatus, healthStatus, lastBackupStatus, healthDetails } = await story.item(item)
    const older = await story.call('GET', `${item.path}?api-version=2022-02-01`)
    const kpi = members(members(older.at('properties.kpisHealths')).BackupOperationStatusKPI).resourceHealthStatus
    const [detail] = Array.isArray(healthDetails) ? healthDetails.map(members) : []
    return [protectionStatus, healthStatus, lastBackupStatus, kpi, detail?.title]
  }
  const nextDay = async () => {
    await story.advance('1d')
    return health()
  }
  t.same(await health(), ['Healthy', 'Passed', '', undefined, undefined])
  await story.condition(item.machine, { agent: 'notReady' })
  const error = 'UserErrorGuestAgentStatusUnavailable'
  t.same(await nextDay(), ['Unhealthy', 'ActionRequired', 'Failed', 'TransientDegraded', error])
  t.equal((await story.item(item)).protectionState, 'IRPending', 'a failed first backup leaves it waiting')
  t.same(await nextDay(), ['Unhealthy', 'ActionRequired', 'Failed', 'PersistentDegraded', error], 'the same again')
  await story.condition(item.machine, { agent: 'ready', vaultTransfer: 'failing' })
  const warning = 'CopyingVHDsFromBackUpVaultTakingLongTime'
  t.same(await nextDay(), ['Healthy', 'ActionSuggested', 'Completed', 'TransientDegraded', warning])
  await story.condition(item.machine, { vaultTransfer: 'ok' })
  t.same(await nextDay(), ['Healthy', 'Passed', 'Completed', 'Healthy', 'IaasVmHealthGreenDefault'])
})

t.test('a machine is protected by a body that names no more than it has to', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const machine = story.machine('vm1')
  const body = protection(vault, machine, 'DefaultPolicy')
  const odd = { properties: { ...body.properties, protectionState: 'Protected', isRehydrate: false, unknown: null } }
  t.equal(
    (await story.call('PUT', itemOf(vault, machine).path, odd)).status,
    202,
    'and what it does not know is left alone',
  )
})

t.test('another vault takes a stopped machine no longer, once its protection is being resumed', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const other = itemOf(await story.vault('other'), item.machine)
  await story.stop(item)
  const begun = await put(story, item, { policyId: policyId(item) })
  await refused(
    t,
    story,
    () => story.call('PUT', other.path, protection(other.vault, item.machine, 'DefaultPolicy')),
    'VirtualMachineAlreadyProtected',
  )
  await story.finished(begun)
  t.match(await story.item(item), { policyName: 'DefaultPolicy' })
})

import t from 'tap'
import { refused } from '../support/control.js'
import type { Answer } from '../support/emulator.js'
import { dailyPolicy, itemOf, protection, type Story, tellStory, vaultPath } from '../support/story.js'

const STORAGE = 'backupStorageConfig/vaultStorageConfig'
const move = (target: string, more: object = {}) => ({
  targetResourceId: target,
  targetRegion: 'North Europe',
  dataMoveLevel: 'Vault',
  ...more,
})
const from = (source: string, correlationId: string, more: object = {}) => ({
  sourceResourceId: source,
  sourceRegion: 'westeurope',
  dataMoveLevel: 'Vault',
  correlationId,
  ...more,
})

const prepare = ({ call }: Story, source: string, target: string): Promise<Answer> =>
  call('POST', `${source}/${STORAGE}/prepareDataMove`, move(target))

/** Prepares a move to its end. @returns the correlation id */
async function prepared(story: Story, source: string, target: string): Promise<string> {
  const accepted = await prepare(story, source, target)
  await story.finished(accepted)
  return (await story.call('GET', accepted.header('location'))).text('correlationId')
}

/** A vault with a machine that has a point, and an empty one in the region beside it. */
async function setStage(story: Story) {
  const item = await story.protectedMachine({}, dailyPolicy('22:00'))
  await story.backUp(item)
  return { item, source: item.vault, target: await story.vault('target', {}, 'northeurope') }
}

t.test('what a vault holds is the other’s when the move has ended', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const { item, source, target } = await setStage(story)
  const deleted = await story.protect(source, story.machine('vm2'))
  await story.deleteData(deleted)
  const points = await story.points(item)

  const accepted = await prepare(story, source, target)
  t.equal(accepted.status, 202)
  t.equal((await call('GET', accepted.header('location'))).status, 202, 'its result is not there yet')
  t.equal((await story.finished(accepted)).text('status'), 'Succeeded')
  const result = await call('GET', accepted.header('location'))
  t.equal(result.text('objectType'), 'PrepareDataMoveResponse')
  const correlationId = result.text('correlationId')
  t.match(Buffer.from(correlationId, 'base64').toString(), /^\d+;[0-9a-f-]{36}$/)
  t.equal((await story.points(item)).length, 1, 'a prepared vault is as it was')

  const triggered = await call('POST', `${target}/${STORAGE}/triggerDataMove`, from(source, correlationId))
  t.equal(triggered.status, 202)
  t.equal(triggered.header('location'), '', 'a move has no result of its own')
  const jobs = await story.jobList(target, "operation eq 'BackupDataMove'")
  t.same(
    jobs.map((job) => job.status),
    ['InProgress', 'InProgress'],
    'one job an item, in the vault that they go to',
  )
  await story.advance('10m')
  t.equal((await call('GET', item.path)).status, 200)
  t.same((await call('GET', `${target}/backupProtectedItems`)).values, [])

  await story.advance('1h')
  t.equal((await call('GET', triggered.header('azure-asyncoperation'))).text('status'), 'Succeeded')
  t.match(await story.jobList(target, "operation eq 'BackupDataMove'"), [
    { status: 'Completed' },
    { status: 'Completed' },
  ])
  t.same((await call('GET', `${source}/backupProtectedItems`)).values, [])
  t.same(
    (await call('GET', `${source}/backupProtectionContainers?$filter=backupManagementType eq 'AzureIaasVM'`)).values,
    [],
  )
  t.equal((await call('GET', item.path)).status, 404)

  const moved = itemOf(target, item.machine)
  const properties = await story.item(moved)
  t.equal(properties.protectionState, 'Protected')
  t.equal(properties.policyId, `${target}/backupPolicies/Custom`, 'its policy has come with it')
  t.same(await story.points(moved), points)
  t.equal(
    (await story.item({ vault: target, path: deleted.path.replace(source, target) })).isScheduledForDeferredDelete,
    true,
  )
  t.equal(
    (await call('GET', `${target}/backupProtectionContainers?$filter=backupManagementType eq 'AzureIaasVM'`)).values
      .length > 0,
    true,
  )

  await story.reach('2026-01-07T08:00:00Z')
  t.ok((await story.points(moved)).length >= 2, 'it is backed up on as its policy says')
  await story.reach('2026-01-20T08:00:00Z')
  t.equal((await call('GET', deleted.path.replace(source, target))).status, 404, 'what was deleted goes at its time')
  t.equal((await call('DELETE', source)).status, 202, 'the empty vault can go')
})

t.test('while data moves, protection rests on both sides', async (t) => {
  const story = await tellStory(t)
  const { call, world } = story
  const { item, source, target } = await setStage(story)
  await story.reach('2026-01-05T21:59:00Z')
  const correlationId = await prepared(story, source, target)
  const third = await story.vault('third', {}, 'northeurope')
  t.equal((await call('POST', `${target}/${STORAGE}/triggerDataMove`, from(source, correlationId))).status, 202)

  const code = 'UserErrorOperationNotAllowedDuringDataMove'
  const body = protection(source, item.machine, 'DefaultPolicy')
  const stop = { ...body.properties, policyId: '', protectionState: 'ProtectionStopped' }
  await refused(t, world, ['PUT', item.path, body], { code })
  await refused(t, world, ['PUT', item.path, { properties: stop }], { code })
  await refused(t, world, ['DELETE', item.path], { code })
  await refused(t, world, ['PUT', `${source}/backupPolicies/Custom`, { properties: dailyPolicy('23:00') }], { code })
  const backup = { properties: { objectType: 'IaasVMBackupRequest' } }
  await refused(t, world, ['POST', `${item.path}/backup`, backup], { code })
  story.machine('near', { location: 'northeurope' })
  const near = itemOf(target, item.machine.replace('vm1', 'near'))
  const nearBody = protection(target, item.machine.replace('vm1', 'near'), 'DefaultPolicy')
  await refused(t, world, ['PUT', near.path, nearBody], { code })

  const again = from(source, correlationId)
  const conflict = { code: 'UserErrorConflictingDataMoveOnVault' }
  await refused(t, world, ['POST', `${target}/${STORAGE}/triggerDataMove`, again], conflict)
  await refused(t, world, ['POST', `${source}/${STORAGE}/prepareDataMove`, move(third)], conflict)

  const before = (await story.points(item)).length
  await story.advance('15m')
  t.equal((await story.points(item)).length, before, 'the scheduled backup does not run')
  story.world.emulator.clock.advance({ until: 'idle' })
  const moved = itemOf(target, item.machine)
  t.ok((await story.tryBackUp(moved)).status === 202, 'afterwards it goes on')
})

t.test('a move is refused where its ends do not fit, and changes nothing', async (t) => {
  const story = await tellStory(t)
  const { call, world } = story
  const { item, source, target } = await setStage(story)
  const prepareAt = (vault: string, body: object) => ['POST', `${vault}/${STORAGE}/prepareDataMove`, body] as const
  const triggerAt = (vault: string, body: object) => ['POST', `${vault}/${STORAGE}/triggerDataMove`, body] as const
  const missing = vaultPath('missing')
  const near = await story.vault('near')
  const empty = await story.vault('empty')

  await refused(t, world, prepareAt(source, move(missing)), { status: 404, code: 'ResourceNotFound', says: /missing/ })
  await refused(t, world, prepareAt(source, move('somewhere')), { code: 'InvalidParameter' })
  await refused(t, world, prepareAt(source, {}), { code: 'InvalidRequestContent' })
  const region = { code: 'UserErrorUnsupportedTargetRegionForDataMove' }
  await refused(t, world, prepareAt(source, move(near, { targetRegion: 'westeurope' })), region)
  await refused(t, world, prepareAt(source, move(target, { targetRegion: 'eastus' })), region)
  const level = { code: 'UserErrorDataMoveNotSupportedAtContainerLevel' }
  await refused(t, world, prepareAt(source, move(target, { dataMoveLevel: 'Container' })), level)
  await refused(t, world, prepareAt(empty, move(target)), { code: 'UserErrorNoContainersFoundForDataMove' })

  const correlationId = await prepared(story, source, target)
  const wrongId = { code: 'UserErrorInvalidRequestParameter', says: /correlationId/ }
  await refused(t, world, triggerAt(target, from(source, 'bm90IGl0')), wrongId)
  const other = await story.vault('other', {}, 'northeurope')
  await refused(t, world, triggerAt(other, from(source, correlationId)), wrongId)
  const sourceRegion = { code: 'UserErrorUnsupportedSourceRegionForDataMove' }
  await refused(t, world, triggerAt(target, from(source, correlationId, { sourceRegion: 'eastus' })), sourceRegion)
  await refused(t, world, triggerAt(target, from(missing, correlationId)), { status: 404, code: 'ResourceNotFound' })

  const unfinished = await prepare(story, source, target)
  await refused(t, world, triggerAt(target, from(source, correlationId)), wrongId)
  await story.finished(unfinished)
  await refused(t, world, triggerAt(target, from(source, correlationId)), wrongId)

  story.machine('northern', { location: 'northeurope' })
  await story.protect(target, item.machine.replace('vm1', 'northern'))
  const full = { code: 'UserErrorDataMoveNotAllowedTargetVaultNotEmpty' }
  await refused(t, world, prepareAt(source, move(target)), full)

  const keyUri = 'https://keys.vault.azure.net/keys/key/1'
  const kekIdentity = { useSystemAssignedIdentity: true }
  const encryption = {
    encryption: { keyVaultProperties: { keyUri }, kekIdentity, infrastructureEncryption: 'Disabled' },
  }
  const identity = { type: 'SystemAssigned' }
  const locked = { location: 'northeurope', identity, properties: encryption }
  t.equal((await call('PUT', vaultPath('locked'), locked)).status, 201)
  await refused(t, world, prepareAt(source, move(vaultPath('locked'))), {
    code: 'UserErrorDataMoveTargetVaultWithCMKNotSupported',
  })

  story.machine('new')
  await story.tryProtect(source, item.machine.replace('vm1', 'new'))
  await refused(t, world, prepareAt(source, move(other)), {
    code: 'UserErrorDataMoveNotAllowedContainerRegistrationInProgress',
  })
})

t.test('neither vault can be deleted while data moves between them', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const { item, source, target } = await setStage(story)
  const correlationId = await prepared(story, source, target)
  await call('POST', `${target}/${STORAGE}/triggerDataMove`, from(source, correlationId))
  const before = story.world.emulator.digest()
  for (const vault of [source, target]) {
    const answer = await call('DELETE', vault)
    t.equal(answer.status, 400)
    t.equal(answer.code, 'UserErrorOperationNotAllowedDuringDataMove')
  }
  t.equal(story.world.emulator.digest(), before)
  await story.advance('1d')
  t.equal((await call('GET', item.path)).status, 404, 'its item is the target’s')
  t.equal((await call('DELETE', source)).status, 202)
})

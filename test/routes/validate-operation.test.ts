import assert from 'node:assert/strict'
import t, { type Test } from 'tap'
import type { Answer } from '../support/emulator.js'
import { type Members, members } from '../support/seen.js'
import { accountPath, tellShareStory } from '../support/share-story.js'
import { groupPath, type Item, machinePath, type Story, tellStory } from '../support/story.js'

async function told(t: Test) {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  const [point] = await story.points(item)
  assert.ok(point)
  return { story, item, point: point.name }
}

const request = (properties: Members = {}): Members => ({
  objectType: 'IaasVMRestoreRequest',
  recoveryType: 'RestoreDisks',
  sourceResourceId: machinePath('vm1'),
  targetResourceGroupId: groupPath('restored'),
  storageAccountId: `${groupPath('backup')}/providers/Microsoft.Storage/storageAccounts/staging`,
  region: 'westeurope',
  ...properties,
})

const body = (item: Item, point: string, restoreRequest = request()) => ({
  id: `${item.path}/recoveryPoints/${point}`,
  properties: { objectType: 'ValidateIaasVMRestoreOperationRequest', restoreRequest },
})

const validate = (story: Story, item: Item, what: Members) =>
  story.call('POST', `${item.vault}/backupValidateOperation`, what)

const resultsOf = (answer: Answer, path = 'validateOperationResponse.validationResults') => {
  assert.ok(Array.isArray(answer.at(path)), JSON.stringify(answer.body))
  return (answer.at(path) as unknown[]).map(members)
}

/** Ways in which a restore is wrong, and what it is refused with. */
const WRONG: readonly (readonly [string, Members])[] = [
  ['UserErrorInvalidRestoreRequest', { recoveryType: 'Sideways' }],
  ['UserErrorInvalidRestoreRequest', { sourceResourceId: machinePath('vm2') }],
  ['UserErrorInvalidRestoreRequest', { storageAccountId: 'none' }],
  ['UserErrorInvalidRestoreRequest', { recoveryPointId: '123' }],
  ['UserErrorRestoreRegionMismatch', { region: 'northeurope' }],
  ['UserErrorVmNotShutDown', { recoveryType: 'OriginalLocation', targetResourceGroupId: undefined }],
  ['UserErrorInvalidRestoreRequest', { objectType: 'AzureFileShareRestoreRequest' }],
  ['UserErrorRecoveryPointRehydrationNotAllowed', { objectType: 'IaasVMRestoreWithRehydrationRequest' }],
]

t.test('a restore that could start has nothing against it, and does not start', async (t) => {
  const { story, item, point } = await told(t)
  const before = story.world.emulator.digest()
  const answer = await validate(story, item, body(item, point))
  t.equal(answer.status, 200)
  t.same(answer.body, { validateOperationResponse: { validationResults: [] } })
  t.equal(story.world.emulator.digest(), before, 'nothing has changed')
  t.same(await story.jobs(item.vault, 'Restore'), [])
})

t.test('a restore that could not start is answered with what it would be refused with', async (t) => {
  const { story, item, point } = await told(t)
  for (const [code, properties] of WRONG) {
    const before = story.world.emulator.digest()
    const [result, ...others] = resultsOf(await validate(story, item, body(item, point, request(properties))))
    t.equal(story.world.emulator.digest(), before, `nothing has changed: ${code}`)
    const refused = await story.call('POST', `${item.path}/recoveryPoints/${point}/restore`, {
      properties: request(properties),
    })
    t.equal(result?.code, code)
    t.equal(result?.code, refused.code, 'the restore itself says the same')
    const [advice = ''] = (result?.recommendations as string[]) ?? []
    t.equal([result?.message, advice].filter(Boolean).join(' '), refused.text('error.message'))
    t.same(others, [])
  }
  const [absent] = resultsOf(await validate(story, item, body(item, '123')))
  t.match(absent, { code: 'UserErrorRecoveryPointNotFound', recommendations: [/List/] })
  await story.deleteData(item)
  const [deleted] = resultsOf(await validate(story, item, body(item, point)))
  t.match(deleted, { code: 'UserErrorItemIsSoftDeleted', recommendations: ['Undelete it, then restore.'] })
})

t.test('what is no restore of an item cannot be validated', async (t) => {
  const { story, item, point } = await told(t)
  const refused = async (what: Members, status: number, code: string) => {
    for (const action of ['backupValidateOperation', 'backupTriggerValidateOperation']) {
      const before = story.world.emulator.digest()
      const answer = await story.call('POST', `${item.vault}/${action}`, what)
      t.equal(answer.status, status)
      t.equal(answer.code, code)
      t.equal(story.world.emulator.digest(), before)
    }
  }
  const sent = body(item, point)
  await refused({ ...sent, id: item.vault }, 400, 'UserErrorInvalidRestoreRequest')
  await refused({ ...sent, id: item.path.replaceAll('vm1', 'vm2') }, 404, 'BMSUserErrorDataSourceObjectNotFound')
  await refused({ id: sent.id, properties: {} }, 400, 'UserErrorInvalidRestoreRequest')
  const unknown = { objectType: 'ValidateBackup', restoreRequest: request() }
  await refused({ id: sent.id, properties: unknown }, 400, 'UserErrorInvalidRestoreRequest')
})

t.test('a validation in the background is polled', async (t) => {
  const { story, item, point } = await told(t)
  const trigger = (restoreRequest: Members) =>
    story.call('POST', `${item.vault}/backupTriggerValidateOperation`, body(item, point, restoreRequest))
  const accepted = await trigger(request({ region: 'northeurope' }))
  t.equal(accepted.status, 202)
  t.match(accepted.header('azure-asyncoperation'), /\/vaults\/vault\/backupValidateOperationsStatuses\//)
  t.match(accepted.header('location'), /\/vaults\/vault\/backupValidateOperationResults\//)
  const running = await story.call('GET', accepted.header('location'))
  t.equal(running.status, 202)
  t.equal(running.header('location'), accepted.header('location'))
  t.equal(running.header('azure-asyncoperation'), accepted.header('azure-asyncoperation'))
  const open = await story.call('GET', accepted.header('azure-asyncoperation'))
  t.equal(open.text('status'), 'InProgress')
  t.equal(open.at('properties'), undefined)

  const status = await story.finished(accepted)
  t.equal(status.text('status'), 'Succeeded', 'the validation has succeeded, the restore would not')
  t.equal(status.text('properties.objectType'), 'OperationStatusValidateOperationExtendedInfo')
  const found = resultsOf(status, 'properties.validateOperationResponse.validationResults')
  t.match(found, [{ code: 'UserErrorRestoreRegionMismatch' }])
  const result = await story.call('GET', accepted.header('location'))
  t.equal(result.status, 200)
  t.same(resultsOf(result), found)
  const id = new URL(accepted.header('location')).pathname.split('/').pop()
  const atVault = await story.call('GET', `${item.vault}/backupOperations/${id}`)
  t.same(atVault.body, status.body, 'the same is found at the vault')

  const fine = await trigger(request())
  await story.finished(fine)
  t.same(resultsOf(await story.call('GET', fine.header('location'))), [])
  t.same(await story.jobs(item.vault, 'Restore'), [])
})

t.test('only validations are polled as such', async (t) => {
  const { story, item } = await told(t)
  const [backup] = await story.jobs(item.vault)
  for (const place of ['backupValidateOperationsStatuses', 'backupValidateOperationResults']) {
    t.equal((await story.call('GET', `${item.vault}/${place}/${backup?.id}`)).code, 'BMSUserErrorOperationNotFound')
  }
  const started = await story.call('POST', `${item.vault}/backupFabrics/Azure/refreshContainers`)
  const id = new URL(started.header('location')).pathname.split('/').pop()
  const polled = await story.call('GET', `${item.vault}/backupValidateOperationResults/${id}`)
  t.equal(polled.code, 'BMSUserErrorOperationNotFound')
})

t.test('restores of file shares are validated by their own checks', async (t) => {
  const story = await tellShareStory(t)
  const item = await story.protectedShare()
  await story.backUp(item)
  const point = await story.newest(item)
  const share = (changes: Members = {}) => ({
    id: `${item.path}/recoveryPoints/${point}`,
    properties: {
      objectType: 'ValidateRestoreOperationRequest',
      restoreRequest: {
        objectType: 'AzureFileShareRestoreRequest',
        recoveryType: 'OriginalLocation',
        sourceResourceId: accountPath('account1'),
        copyOptions: 'Overwrite',
        restoreRequestType: 'FullShareRestore',
        ...changes,
      },
    },
  })
  const before = story.world.emulator.digest()
  t.same(resultsOf(await validate(story, item, share())), [])
  t.equal(story.world.emulator.digest(), before)
  const [wrong] = resultsOf(await validate(story, item, share({ copyOptions: 'Shred' })))
  t.match(wrong, { code: 'UserErrorInvalidRestoreRequest', message: /'Shred' is unknown/ })
  await story.tryRestore(item, point)
  const [busy] = resultsOf(await validate(story, item, share()))
  t.equal(busy?.code, 'UserErrorAnotherRestoreInProgressOnSameTarget')
})

import assert from 'node:assert/strict'
import t, { type Test } from 'tap'
import type { Answer } from '../support/emulator.js'
import { type Members, members } from '../support/seen.js'
import { tellShareStory } from '../support/share-story.js'
import { type Item, machinePath, type Story, tellStory } from '../support/story.js'

const NEW_VERSION = 'api-version=2026-08-01'

/** A machine with one recovery point, protected on a Monday. */
async function withPoint(t: Test, osType: 'Linux' | 'Windows' = 'Linux') {
  const story = await tellStory(t)
  const item = await story.protectedMachine({ osType })
  await story.backUp(item)
  const [point] = await story.points(item)
  return { story, item, point: `${item.path}/recoveryPoints/${point?.name}` }
}

const ask = (machine = machinePath('vm1'), more: Members = {}) => ({
  properties: { objectType: 'IaasVMILRRegistrationRequest', virtualMachineId: machine, ...more },
})

const provision = (story: Story, point: string, body: Members = ask()) =>
  story.call('POST', `${point}/provisionInstantItemRecovery`, body)

/** As az asks: only the last segment of the URL counts, and it is looked up at the vault. */
async function provisioned(story: Story, item: Item, point: string, body?: Members): Promise<[Answer, id: string]> {
  const accepted = await provision(story, point, body)
  assert.equal(accepted.status, 202)
  const id = new URL(accepted.header('azure-asyncoperation')).pathname.split('/').pop() ?? ''
  await story.finished(accepted)
  return [await story.call('GET', `${item.vault}/backupOperations/${id}`), id]
}

const scriptsOf = (answer: Answer, path = 'properties.recoveryTarget.clientScripts') =>
  (answer.at(path) as unknown[]).map(members)

/** What az makes of a script: the name of its file, and the password that it shows (custom.py, 2.45 to 2.91). */
function cut(script: Members | undefined): { file: string; password: string } {
  const suffix = String(script?.scriptNameSuffix)
  const at = suffix.lastIndexOf('_') + 33
  const password = suffix.slice(at, at + 15)
  return { file: suffix.slice(0, at) + suffix.slice(at + 15) + String(script?.scriptExtension), password }
}

const textOf = (script: Members | undefined) => Buffer.from(String(script?.scriptContent), 'base64').toString()
const isOpen = async (story: Story, point: string) =>
  (await story.call('GET', point)).at('properties.isInstantIlrSessionActive')

t.test('the files of a Linux machine are reached by a script with a password', async (t) => {
  const { story, item, point } = await withPoint(t)
  t.equal(await isOpen(story, point), false)
  const accepted = await provision(story, point)
  t.equal(accepted.status, 202)
  t.match(accepted.header('azure-asyncoperation'), /\/protectedItems\/[^/]+\/operationsStatus\/[0-9a-f-]{36}\?/)
  t.match(accepted.header('location'), /\/protectedItems\/[^/]+\/operationResults\//)
  const running = await story.call('GET', accepted.header('azure-asyncoperation'))
  t.equal(running.text('status'), 'InProgress')
  t.equal(running.at('properties'), undefined)
  t.equal(await isOpen(story, point), false, 'it takes half a minute')

  const done = await story.finished(accepted)
  t.equal(done.text('status'), 'Succeeded')
  t.equal(done.text('properties.objectType'), 'OperationStatusProvisionILRExtendedInfo')
  t.equal((await story.call('GET', accepted.header('location'))).status, 204)
  t.equal(await isOpen(story, point), true)
  t.same((await story.jobList(item.vault, "operation eq ''")).map(({ operation }) => operation).toSorted(), [
    'Backup',
    'ConfigureBackup',
  ])

  const scripts = scriptsOf(done)
  t.equal(scripts.length, 1)
  t.equal(scripts[0]?.osType, 'Linux')
  const { file, password } = cut(scripts[0])
  t.match(password, /^[0-9a-f]{15}$/)
  t.match(file, /^vm1_1_we_\d{19}_\d{12}_[0-9a-f]{46}\.py$/)
  const text = textOf(scripts[0])
  t.equal(text.split(`TargetPassword="${password}"`).length, 2, 'the password stands in the script once')
  t.notOk(file.includes(password))
})

t.test('a Windows machine has a program, which the emulator hands out itself', async (t) => {
  const { story, item, point } = await withPoint(t, 'Windows')
  const [done] = await provisioned(story, item, point)
  const [about, program] = scriptsOf(done)
  t.equal(about?.scriptExtension, '.txt')
  t.equal(program?.scriptExtension, '.exe')
  t.equal(textOf(program), 'NA')
  t.match(cut(program), { file: /^vm1_1_we_.*\.exe$/, password: /^[0-9a-f]{15}$/ })
  t.ok(String(program?.url).startsWith(`${story.world.url}/`))
  const fetched = await fetch(String(program?.url))
  t.equal(fetched.status, 200)
  t.equal(fetched.headers.get('content-type'), 'application/octet-stream')
  t.match(await fetched.text(), /Recoverite/)
})

t.test('newer versions ask for the script at the point, and the operation has none', async (t) => {
  const { story, item, point } = await withPoint(t)
  const [old, id] = await provisioned(story, item, point)
  const polled = await story.call('GET', `${item.vault}/backupOperations/${id}?${NEW_VERSION}`)
  t.equal(polled.text('properties.objectType'), 'OperationStatusProvisionILRExtendedInfo')
  t.equal(polled.at('properties.recoveryTarget'), undefined)

  const listed = (operation: string) =>
    story.call('POST', `${point}/listInstantItemRecoveryOperationResult?${NEW_VERSION}`, {
      provisionInstantItemRecoveryOperationId: operation,
    })
  const before = story.world.emulator.digest()
  t.same(scriptsOf(await listed(id), 'clientScripts'), scriptsOf(old))
  t.equal(story.world.emulator.digest(), before, 'reading changes nothing')
  t.equal((await listed('never')).code, 'BMSUserErrorOperationNotFound')
  t.equal((await story.call('POST', `${point}/listInstantItemRecoveryOperationResult`, {})).status, 400)

  const [, second] = await provisioned(story, item, point)
  t.equal((await listed(id)).code, 'UserErrorItemLevelRecoveryNotActive', 'a new script makes the old one invalid')
  t.equal((await listed(second)).status, 200)
})

t.test('a second script has its own password, a renewed one keeps it', async (t) => {
  const { story, item, point } = await withPoint(t)
  const passwordOf = ([answer]: [Answer, string]) => cut(scriptsOf(answer)[0]).password
  const first = passwordOf(await provisioned(story, item, point))
  await story.advance('8h')
  const renewed = passwordOf(await provisioned(story, item, point, ask(undefined, { renewExistingRegistration: true })))
  t.equal(renewed, first)
  await story.advance('8h')
  t.equal(await isOpen(story, point), true, 'the twelve hours begin anew')
  t.not(passwordOf(await provisioned(story, item, point)), first)
})

t.test('a script is good for twelve hours', async (t) => {
  const { story, item, point } = await withPoint(t)
  const [, id] = await provisioned(story, item, point)
  await story.advance('11h')
  t.equal(await isOpen(story, point), true)
  await story.advance('1h')
  t.equal(await isOpen(story, point), false)
  const listed = await story.call('POST', `${point}/listInstantItemRecoveryOperationResult`, {
    provisionInstantItemRecoveryOperationId: id,
  })
  t.equal(listed.code, 'UserErrorItemLevelRecoveryNotActive')
})

t.test('a script is taken back', async (t) => {
  const { story, item, point } = await withPoint(t)
  const revoke = () => story.call('POST', `${point}/revokeInstantItemRecovery`)
  const before = story.world.emulator.digest()
  const none = await revoke()
  t.equal(none.status, 400)
  t.equal(none.code, 'UserErrorItemLevelRecoveryNotActive')
  t.equal(story.world.emulator.digest(), before)

  await provisioned(story, item, point)
  const accepted = await revoke()
  t.equal(accepted.status, 202)
  t.equal(await isOpen(story, point), true, 'it takes ten seconds')
  const done = await story.finished(accepted)
  t.equal(done.text('status'), 'Succeeded')
  t.equal(done.at('properties'), undefined)
  t.equal(await isOpen(story, point), false)
  t.equal((await revoke()).code, 'UserErrorItemLevelRecoveryNotActive')

  await provisioned(story, item, point)
  const late = await revoke()
  const renewed = await provision(story, point)
  await story.finished(renewed)
  await story.finished(late)
  await story.advance('1m')
  t.equal(await isOpen(story, point), true, 'what is provisioned after a revocation stays')
})

t.test('what cannot be reached is refused', async (t) => {
  const { story, item, point } = await withPoint(t)
  const refused = async (body: Members | undefined, code: string, at = point) => {
    const before = story.world.emulator.digest()
    const answer = await provision(story, at, body)
    t.equal(answer.code, code)
    t.ok(answer.status >= 400)
    t.equal(story.world.emulator.digest(), before)
  }
  await refused(ask(machinePath('vm2')), 'UserErrorInvalidRestoreRequest')
  await refused(ask(undefined, { recoveryPointId: '123' }), 'UserErrorInvalidRestoreRequest')
  await refused({ properties: { objectType: 'AzureFileShareProvisionILRRequest' } }, 'UserErrorInvalidRestoreRequest')
  await refused(ask(), 'UserErrorRecoveryPointNotFound', `${item.path}/recoveryPoints/123`)

  await story.call('DELETE', item.path)
  await refused(ask(), 'BMSUserErrorConflictingProtectionOperation')
  await story.advance('1m')
  await refused(ask(), 'UserErrorItemIsSoftDeleted')
})

t.test('points of file shares have no script', async (t) => {
  const story = await tellShareStory(t)
  const item = await story.protectedShare()
  await story.backUp(item)
  const point = `${item.path}/recoveryPoints/${await story.newest(item)}`
  const before = story.world.emulator.digest()
  t.equal((await provision(story, point)).code, 'UserErrorInvalidRestoreRequest')
  t.equal((await story.call('POST', `${point}/revokeInstantItemRecovery`)).code, 'UserErrorInvalidRestoreRequest')
  t.equal(story.world.emulator.digest(), before)
})

t.test('a point that expires takes its script with it', async (t) => {
  const { story, item, point } = await withPoint(t)
  await story.reach('2026-02-04T00:00:00Z')
  const [, id] = await provisioned(story, item, point)
  t.equal(await isOpen(story, point), true)
  await story.advance('12h')
  t.equal((await story.call('GET', point)).code, 'UserErrorRecoveryPointNotFound')
  const listed = await story.call('POST', `${point}/listInstantItemRecoveryOperationResult`, {
    provisionInstantItemRecoveryOperationId: id,
  })
  t.equal(listed.code, 'UserErrorRecoveryPointNotFound')
})

t.test('the way to the files goes with the point, and nothing of it is still due', async (t) => {
  const { story, item, point } = await withPoint(t)
  await provisioned(story, item, point)
  await story.call('PATCH', `${item.vault}/backupconfig/vaultconfig`, {
    properties: { enhancedSecurityState: 'Enabled', softDeleteFeatureState: 'Disabled' },
  })
  await story.finished(await story.call('DELETE', item.path))
  t.equal((await story.call('GET', item.path)).status, 404)
  await story.world.advance('1h')
  const clock = await story.call('GET', '/_recoverite/clock')
  t.equal(clock.text('nextEvent.kind'), 'alert.expire', 'twelve hours of a script would be over before')
})

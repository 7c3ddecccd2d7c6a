import t, { type Test } from 'tap'
import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import { ROLES } from '../../src/domain/inventory/roles.js'
import { type Answer, startTestEmulator, type TestEmulator } from '../support/emulator.js'
import { signIn } from '../support/monitoring.js'
import { giveRole } from '../support/roles.js'
import { Stage } from '../support/stage.js'
import { groupPath } from '../support/story.js'

const ROOT = `/subscriptions/${FIRST_SUBSCRIPTION}`
const DISK = `${groupPath('apps')}/providers/Microsoft.Compute/disks/disk1`
const VAULT = '44444444-4444-4444-8444-444444444444'
const OTHER = '55555555-5555-4555-8555-555555555555'
const NAME = '66666666-6666-4666-8666-666666666666'
const NEXT = '77777777-7777-4777-8777-777777777777'
const READER = ROLES['Disk Backup Reader'].id

const assignments = (scope: string, name = '', query = 'api-version=2022-04-01') =>
  `${scope}/providers/Microsoft.Authorization/roleAssignments${name && `/${name}`}?${query}`
const definitions = (scope: string, rest = '', query = 'api-version=2022-05-01-preview') =>
  `${scope}/providers/Microsoft.Authorization/roleDefinitions${rest}?${query}`

const body = (principalId = VAULT, roleId: string = READER, more = {}) => ({
  properties: {
    roleDefinitionId: `${ROOT}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
    principalId,
    principalType: 'ServicePrincipal',
    ...more,
  },
})

async function refused(t: Test, world: TestEmulator, code: string, status: number, ask: () => Promise<Answer>) {
  const before = world.emulator.digest()
  const answer = await ask()
  t.equal(answer.code, code)
  t.equal(answer.status, status)
  t.equal(world.emulator.digest(), before, `${code}: nothing has changed`)
}

t.test('a role is found by its name, as azurerm and az look for it', async (t) => {
  const world = await startTestEmulator(t)
  for (const scope of ['', ROOT, groupPath('apps'), DISK, `${DISK}/parts/one`]) {
    const filter = encodeURIComponent("roleName eq 'Disk Backup Reader'")
    const found = await world.call('GET', definitions(scope, '', `api-version=2022-05-01-preview&$filter=${filter}`))
    t.equal(found.status, 200, scope)
    t.same(found.names, [READER], 'exactly one')
    t.equal(found.text('value.0.properties.roleName'), 'Disk Backup Reader')
    t.same(found.at('value.0.properties.permissions.0.actions'), ROLES['Disk Backup Reader'].actions)
    const id = `${scope && ROOT}/providers/Microsoft.Authorization/roleDefinitions/${READER}`
    t.equal(found.text('value.0.id'), id)
    t.same((await world.call('GET', `${id}?api-version=2022-05-01-preview`)).body, found.at('value.0'))
  }
  t.equal((await world.call('GET', definitions(ROOT))).values.length, Object.keys(ROLES).length)
  const none = encodeURIComponent("roleName eq 'Nobody'")
  t.same((await world.call('GET', definitions(ROOT, '', `$filter=${none}`))).names, [])
  const custom = encodeURIComponent("type eq 'CustomRole'")
  t.same((await world.call('GET', definitions(ROOT, '', `$filter=${custom}`))).names, [])
  await refused(t, world, 'RoleDefinitionDoesNotExist', 404, () => world.call('GET', definitions(ROOT, `/${NAME}`)))
  await refused(t, world, 'InvalidFilterInQueryString', 400, () =>
    world.call('GET', definitions(ROOT, '', `$filter=${encodeURIComponent("color eq 'red'")}`)),
  )
})

t.test('a role is assigned, read, and taken away', async (t) => {
  const world = await startTestEmulator(t)
  const put = await world.call('PUT', assignments(DISK, NAME), body())
  t.equal(put.status, 201)
  t.match(put.body, {
    properties: {
      roleDefinitionId: `${ROOT}/providers/Microsoft.Authorization/roleDefinitions/${READER}`,
      principalId: VAULT,
      principalType: 'ServicePrincipal',
      scope: DISK,
      createdOn: '2026-01-05T08:00:00Z',
      description: null,
    },
    id: `${DISK}/providers/Microsoft.Authorization/roleAssignments/${NAME}`,
    type: 'Microsoft.Authorization/roleAssignments',
    name: NAME,
  })
  t.same((await world.call('GET', assignments(DISK, NAME))).body, put.body)
  await world.advance('1m')
  const again = await world.call('PUT', assignments(DISK, NAME), body(VAULT, READER, { description: 'for backups' }))
  t.equal(again.status, 200, 'the same once more is no new one')
  t.equal(again.text('properties.description'), 'for backups')
  t.equal(again.text('properties.createdOn'), '2026-01-05T08:00:00Z')
  t.equal(again.text('properties.updatedOn'), '2026-01-05T08:01:00Z')
  const gone = await world.call('DELETE', assignments(DISK, NAME))
  t.equal(gone.status, 200)
  t.same(gone.body, again.body)
  t.equal((await world.call('DELETE', assignments(DISK, NAME))).status, 204)
  await refused(t, world, 'RoleAssignmentNotFound', 404, () => world.call('GET', assignments(DISK, NAME)))
})

t.test('a role without a subscription in its id is of the scope', async (t) => {
  const world = await startTestEmulator(t)
  const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${READER.toUpperCase()}`
  const properties = { roleDefinitionId, principalId: VAULT }
  const put = await world.call('PUT', assignments(groupPath('snaps'), NAME), { properties })
  t.equal(put.status, 201)
  t.equal(
    put.text('properties.roleDefinitionId'),
    `${ROOT}/providers/Microsoft.Authorization/roleDefinitions/${READER}`,
    'as the definition says its id itself',
  )
  t.equal(put.text('properties.principalType'), 'ServicePrincipal')
  t.equal((await world.call('GET', `${groupPath('snaps')}?api-version=2021-04-01`)).status, 200, 'the group has come')
})

t.test('lists tell those at a scope, above it and below it', async (t) => {
  const world = await startTestEmulator(t)
  const group = groupPath('apps')
  const at = { root: ROOT, group, disk: DISK, other: `${group}x`, near: `${DISK}2` }
  for (const scope of Object.values(at)) await giveRole(world, VAULT, 'Disk Backup Reader', scope)
  await giveRole(world, OTHER, 'Reader', DISK.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'))
  const listed = async (scope: string, filter?: string) => {
    const query = filter === undefined ? 'api-version=2022-04-01' : `$filter=${encodeURIComponent(filter)}`
    const answer = await world.call('GET', assignments(scope, '', query))
    t.equal(answer.status, 200)
    return answer.values.map(({ properties }) => (properties as { scope: string }).scope.toLowerCase()).sort()
  }
  const lower = (...scopes: string[]) => scopes.map((scope) => scope.toLowerCase()).sort()
  t.same(await listed(DISK, 'atScope()'), lower(ROOT, group, DISK, DISK))
  t.same(await listed(group, 'atScope()'), lower(ROOT, group))
  t.same(await listed(group), lower(ROOT, group, DISK, DISK, at.near))
  t.same(await listed(group.toLowerCase(), `principalId eq '${OTHER}'`), lower(DISK))
  t.same(await listed(DISK, `atScope() and assignedTo('${VAULT.toUpperCase()}')`), lower(ROOT, group, DISK))
  t.same(await listed(`${ROOT}/resourceGroups/empty`, `assignedTo('${OTHER}')`), [])
  await refused(t, world, 'InvalidFilterInQueryString', 400, () =>
    world.call('GET', assignments(DISK, '', `$filter=${encodeURIComponent('atScope() or atScope()')}`)),
  )
})

t.test('what cannot be assigned changes nothing', async (t) => {
  const world = await startTestEmulator(t)
  await world.call('PUT', assignments(DISK, NAME), body())
  const put =
    (name: string, sent: unknown, scope = DISK) =>
    () =>
      world.call('PUT', assignments(scope, name), sent)
  await refused(t, world, 'RoleAssignmentExists', 409, put(NEXT, body()))
  await refused(t, world, 'RoleAssignmentExists', 409, put(NEXT, body(VAULT.toUpperCase()), DISK.toLowerCase()))
  await refused(t, world, 'RoleAssignmentUpdateNotPermitted', 400, put(NAME, body(OTHER)))
  await refused(t, world, 'RoleAssignmentUpdateNotPermitted', 400, put(NAME, body(VAULT, ROLES.Reader.id)))
  await refused(t, world, 'InvalidRoleAssignmentId', 400, put('mine', body()))
  await refused(t, world, 'InvalidPrincipalId', 400, put(NEXT, body('nobody')))
  await refused(t, world, 'InvalidRoleDefinitionId', 400, put(NEXT, body(VAULT, 'Reader')))
  await refused(t, world, 'InvalidRequestContent', 400, put(NEXT, { properties: { principalId: VAULT } }))
  t.equal((await put(NEXT, body(), groupPath('apps'))()).status, 201, 'the same at another scope is another one')
  t.equal((await put(NEXT, body(OTHER))()).status, 201, 'names are of their scope')
})

t.test('strict mode assigns known roles at what there is', async (t) => {
  const world = await startTestEmulator(t, { strict: true })
  const token = await signIn(new Stage(world), { grant_type: 'client_credentials', client_secret: 'x' })
  const ask = (method: string, path: string, sent?: unknown) => world.call(method, path, sent, token)
  const put = (scope: string, sent: unknown = body()) => ask('PUT', assignments(scope, NAME), sent)
  await refused(t, world, 'ResourceGroupNotFound', 404, () => put(groupPath('snaps')))
  await ask('PUT', `${groupPath('snaps')}?api-version=2021-04-01`, { location: 'westeurope' })
  t.equal((await put(groupPath('snaps'))).status, 201)
  const disk = `${groupPath('snaps')}/providers/Microsoft.Compute/disks/disk1`
  await refused(t, world, 'ResourceNotFound', 404, () => put(disk))
  world.emulator.seed({ disks: [{ id: disk, diskSizeGB: 4 }] })
  await refused(t, world, 'RoleDefinitionDoesNotExist', 404, () => put(disk, body(VAULT, NEXT)))
  t.equal((await put(disk)).status, 201)
})

t.test('roles at what is deleted go with it', async (t) => {
  const world = await startTestEmulator(t)
  world.emulator.seed({ disks: [{ id: DISK, diskSizeGB: 4 }] })
  await giveRole(world, VAULT, 'Disk Backup Reader', DISK)
  await giveRole(world, VAULT, 'Disk Snapshot Contributor', groupPath('apps'))
  const count = async () => (await world.call('GET', assignments(groupPath('apps')))).values.length
  t.equal(await count(), 2)
  t.equal((await world.call('DELETE', `${DISK}?api-version=2023-04-02`)).status, 200)
  t.equal(await count(), 1, 'those at the disk')
  t.equal((await world.call('DELETE', `${groupPath('apps')}?api-version=2021-04-01`)).status, 202)
  await world.advance('10m')
  t.equal(await count(), 0, 'those at the group')
})

t.test('the activity log tells of assignments', async (t) => {
  const world = await startTestEmulator(t)
  await giveRole(world, VAULT, 'Disk Backup Reader', DISK)
  const filter = encodeURIComponent("eventTimestamp ge '2026-01-05T07:00:00Z'")
  const log = await world.call(
    'GET',
    `${ROOT}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=${filter}`,
  )
  const operations = log.values.map(({ operationName }) => (operationName as { value: string }).value)
  t.ok(operations.includes('Microsoft.Authorization/roleAssignments/write'), operations.join(', '))
})

import t from 'tap'
import { backupVaultPath, type DiskStory, tellDiskStory } from '../support/disk-story.js'
import { refused } from '../support/refusals.js'
import { members } from '../support/seen.js'
import { groupPath } from '../support/story.js'

const GEO = [{ datastoreType: 'VaultStore', type: 'GeoRedundant' }]
const VAULTS = backupVaultPath('x').replace(/\/x$/, '')

const read = async (story: DiskStory, vault: string) => members((await story.call('GET', vault)).at('properties'))

t.test('a vault is deleted with its policies, and what is not there is as good as deleted', async (t) => {
  const story = await tellDiskStory(t)
  const vault = await story.vault()
  await story.policy(vault)
  const begun = await story.call('DELETE', `${vault}?api-version=2024-04-01`)
  t.equal(begun.status, 202)
  t.equal((await story.call('GET', vault)).status, 200, 'it is there until the operation ends')
  await story.succeeded(begun)
  t.equal((await story.call('GET', vault)).code, 'ResourceNotFound')
  t.equal((await story.call('GET', begun.header('location'))).status, 200, 'how it went can be asked for still')
  t.equal((await story.call('DELETE', vault)).status, 204)
  t.equal((await story.call('GET', `${vault}/backupPolicies/Disks`)).code, 'ResourceNotFound')

  await story.vault()
  t.strictSame((await story.call('GET', `${vault}/backupPolicies`)).names, [], 'a new vault of the name is empty')
})

t.test('a vault with instances stays, whether they live or are soft-deleted', async (t) => {
  const story = await tellDiskStory(t)
  const instance = await story.protectedDisk()
  const { vault } = instance
  const remove = () => story.call('DELETE', vault)
  const inUse = await refused(t, story, 'BMSUserErrorVaultDeletionNotAllowed', remove)
  t.match(inUse.message, /^Backup vault 'vault' cannot be deleted as there are existing resources/)
  await story.succeeded(await story.call('DELETE', instance.path))
  await story.advance('2m')
  await refused(t, story, 'BMSUserErrorVaultDeletionNotPermitted', remove)
  await story.advance('15d')
  await story.succeeded(await remove())
  t.equal((await story.call('GET', vault)).status, 404)
})

t.test('a vault that was deleted since 2025-09 is kept for a while, and comes back', async (t) => {
  const story = await tellDiskStory(t)
  const vault = await story.vault('one')
  const principal = await story.principalOf(vault)
  await story.policy(vault)
  const deletion = await story.call('DELETE', `${vault}?api-version=2025-09-01`, undefined, {
    'x-ms-correlation-request-id': '11111111-2222-3333-4444-555555555555',
  })
  await story.succeeded(deletion)
  const place = VAULTS.replace(/\/resourceGroups\/.*$/, '/providers/Microsoft.DataProtection/locations/westeurope')
  const listed = await story.call('GET', `${place}/deletedVaults?api-version=2025-09-01`)
  t.equal(listed.values.length, 1)
  const [deleted] = listed.values
  t.equal(deleted?.type, 'Microsoft.DataProtection/locations/deletedVaults')
  const id = String(deleted?.id)
  t.match((await story.call('GET', `${id}?api-version=2025-09-01`)).body, deleted)
  t.match(members(deleted?.properties), {
    originalBackupVaultName: 'one',
    originalBackupVaultResourcePath: vault,
    storageSettings: [{ type: 'LocallyRedundant' }],
    resourceDeletionInfo: { deleteActivityId: '11111111-2222-3333-4444-555555555555' },
  })
  t.strictSame(
    (
      await story.call(
        'GET',
        `${place.replace('Microsoft.DataProtection', 'Microsoft.RecoveryServices')}/deletedVaults`,
      )
    ).values,
    [],
    'vaults of Recovery Services are kept elsewhere',
  )

  const body = { location: 'westeurope', properties: { storageSettings: GEO } }
  const back = (path: string, deletedId = id) => story.call('PUT', path, body, { 'x-ms-deleted-vault-id': deletedId })
  await refused(t, story, 'InvalidParameter', () => back(backupVaultPath('two')))
  await refused(t, story, 'ResourceNotFound', () => back(vault, 'no-such-vault'))
  const returned = await back(backupVaultPath('one', 'elsewhere'))
  t.equal(returned.status, 201)
  await story.succeeded(returned)
  const there = backupVaultPath('one', 'elsewhere')
  t.equal(await story.principalOf(there), principal)
  t.strictSame((await read(story, there)).storageSettings, [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }])
  t.strictSame((await story.call('GET', `${there}/backupPolicies`)).names, ['Disks'])
  t.equal((await story.call('GET', `${id}?api-version=2025-09-01`)).status, 404)

  await story.succeeded(await story.call('DELETE', `${there}?api-version=2025-09-01`))
  await story.advance('15d')
  t.strictSame((await story.call('GET', `${place}/deletedVaults?api-version=2025-09-01`)).values, [])
})

t.test('names and data sources can be asked about', async (t) => {
  const story = await tellDiskStory(t)
  await story.vault('taken')
  const place = `${groupPath('backup')}/providers/Microsoft.DataProtection/locations/westeurope`
  const name = async (name: string) =>
    (
      await story.call('POST', `${place}/checkNameAvailability`, {
        name,
        type: 'Microsoft.DataProtection/BackupVaults',
      })
    ).body
  t.strictSame(await name('free'), { nameAvailable: true })
  t.match(await name('TAKEN'), { nameAvailable: false, reason: 'AlreadyExists', message: String })
  t.match(await name('ends-'), { nameAvailable: false, reason: 'Invalid' })

  const feature = async (featureName: string) => {
    const body = { objectType: 'FeatureValidationRequest', featureType: 'DataSourceType', featureName }
    const region = place.replace(/\/resourceGroups\/[^/]+/, '')
    const { body: answer } = await story.call('POST', `${region}/checkFeatureSupport`, body)
    return answer
  }
  t.strictSame(await feature('Microsoft.Compute/disks'), {
    objectType: 'FeatureValidationResponse',
    featureType: 'DataSourceType',
    features: [
      {
        featureName: 'Microsoft.Compute/disks',
        supportStatus: 'GenerallyAvailable',
        exposureControlledFeatures: [],
      },
    ],
  })
  t.match(await feature('Microsoft.Storage/storageAccounts/blobServices'), {
    features: [{ supportStatus: 'NotSupported' }],
  })
  const operations = await story.call('GET', '/providers/Microsoft.DataProtection/operations?api-version=2024-04-01')
  t.ok(operations.names.includes('Microsoft.DataProtection/backupVaults/write'))
  t.equal(new Set(operations.names).size, operations.names.length, 'each operation is there once')
})

t.test('a Backup vault moves to another group while it is empty, and goes with its group', async (t) => {
  const story = await tellDiskStory(t)
  const vault = await story.vault('one')
  await story.policy(vault)
  const targetResourceGroup = await story.group('elsewhere')
  const move = () =>
    story.call('POST', `${groupPath('backup')}/moveResources`, { resources: [vault], targetResourceGroup })
  t.equal((await move()).status, 202)
  await story.advance('10m')
  const there = backupVaultPath('one', 'elsewhere')
  t.equal((await story.call('GET', vault)).status, 404)
  t.strictSame((await story.call('GET', `${there}/backupPolicies`)).names, ['Disks'])
  t.equal((await story.call('DELETE', `${targetResourceGroup}?api-version=2021-04-01`)).status, 202)
  await story.advance('2m')
  t.equal((await story.call('GET', there)).status, 404)
})

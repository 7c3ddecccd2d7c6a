import assert from 'node:assert/strict'
import t, { type Test } from 'tap'
import { FIRST_SUBSCRIPTION } from '../../src/domain/inventory/inventory.js'
import type { MachineSeed } from '../../src/domain/inventory/inventory-seeds.js'
import type { Answer } from '../support/emulator.js'
import {
  disks,
  elsewhere,
  network,
  newestPoint,
  putNetwork,
  type Restorable,
  resourcesOf,
  restoreBody,
  staging,
  startRestore,
} from '../support/restores.js'
import { type Members, members, type SeenJob, seenJob } from '../support/seen.js'
import { groupPath, machinePath, type Story, tellStory, vaultPath } from '../support/story.js'

const CRR = { redundancySettings: { standardTierStorageRedundancy: 'GeoRedundant', crossRegionRestore: 'Enabled' } }
/** The version that asks the paired region. */
const THERE = 'api-version=2021-11-15'
const region = (name = 'northeurope') =>
  `/subscriptions/${FIRST_SUBSCRIPTION}/providers/Microsoft.RecoveryServices/locations/${name}`

/** A machine whose newest point has come to the paired region of its vault. */
async function copied(t: Test, seed: Partial<MachineSeed> = {}): Promise<{ story: Story; from: Restorable }> {
  const story = await tellStory(t)
  const vault = await story.vault('vault', CRR)
  const machine = story.machine('vm1', seed)
  const item = { ...(await story.protect(vault, machine)), machine }
  await story.backUp(item)
  await story.advance('12h')
  return { story, from: await newestPoint(story, item) }
}

const aadOf = async (story: Story, name?: string) =>
  (await story.call('GET', `${region(name)}/backupAadProperties?${THERE}`)).body

const askToken = async (story: Story, from: Restorable, aad: unknown = undefined): Promise<Answer> =>
  story.call('POST', `${from.path}/recoveryPoints/${from.point}/accessToken?${THERE}`, aad ?? (await aadOf(story)))

async function tokenOf(story: Story, from: Restorable): Promise<Members> {
  const answer = await askToken(story, from)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return members(answer.at('properties'))
}

const tryThere = (story: Story, from: Restorable, token: Members, changes: Members, name?: string) =>
  story.call('POST', `${region(name)}/backupCrossRegionRestore?${THERE}`, {
    crossRegionRestoreAccessDetails: token,
    restoreRequest: restoreBody(from, { region: 'northeurope', ...changes }),
  })

const jobThere = async (story: Story, vault: string, jobName: string): Promise<SeenJob> =>
  seenJob((await story.call('POST', `${region()}/backupCrrJob?${THERE}`, { resourceId: vault, jobName })).body)

/** Restores in the paired region and waits for the end. */
async function restoredThere(story: Story, from: Restorable, changes: Members): Promise<SeenJob> {
  const accepted = await tryThere(story, from, await tokenOf(story, from), changes)
  const status = await story.finished(accepted)
  assert.equal(status.text('status'), 'Succeeded')
  const id = status.text('properties.jobId')
  story.world.emulator.clock.advance({ untilJob: id })
  return jobThere(story, from.vault, id)
}

const points = async (story: Story, from: Restorable, query = THERE) =>
  (await story.call('GET', `${from.path}/recoveryPoints?${query}`)).values

t.test('the paired region catches up within twelve hours, with what is in the vault alone', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault('vault', CRR)
  const machine = story.machine('vm1')
  const item = { ...(await story.protect(vault, machine)), machine }
  const items = async () => (await story.call('GET', `${vault}/backupProtectedItems/?${THERE}`)).values
  t.same(await items(), [], 'nothing is known of an item without a point')
  const backup = await story.startBackUp(item)
  await story.phase(vault, backup, 'Completed', 'InProgress')
  const from = await newestPoint(story, item)
  await story.advance('30m')
  t.same(await points(story, from), [], 'a snapshot stays where it is')
  await story.ended(vault, backup)
  t.same(await points(story, from), [], 'the copy takes its time')
  await story.advance('12h')
  t.match(await points(story, from), [
    {
      name: from.point,
      properties: {
        recoveryPointTierDetails: [{ type: 'HardenedRP', status: 'Valid' }],
        crossRegionRestoreState: 'Supported',
      },
    },
  ])
  const [known] = await items()
  t.match(known, { properties: { friendlyName: 'vm1', lastRecoveryPoint: String } })
  t.equal(members(known?.properties).kpisHealths, undefined, 'in today’s shape, whatever the version')
  const filtered = encodeURIComponent("policyName eq 'Other'")
  t.same((await story.call('GET', `${vault}/backupProtectedItems?$filter=${filtered}&${THERE}`)).values, [])
  t.equal((await points(story, from, 'api-version=2018-12-20')).length, 1, 'the older version asks there too')
})

t.test('an ordinary client of an old version sees the vault itself', async (t) => {
  const { story, from } = await copied(t)
  for (const query of ['api-version=2021-10-01', 'api-version=2021-12-01', 'api-version=2024-04-01']) {
    const [point] = await points(story, from, query)
    t.equal((members(point?.properties).recoveryPointTierDetails as unknown[]).length, 2, query)
  }
  const vault = await story.vault('plain')
  const machine = story.machine('vm2')
  const item = { ...(await story.protect(vault, machine)), machine }
  await story.backUp(item)
  const plain = await newestPoint(story, item)
  const [point] = await points(story, plain)
  t.match(
    point,
    { properties: { recoveryPointTierDetails: [{ type: 1 }, { type: 2 }] } },
    'without a copy there is no other',
  )
  t.equal((await story.call('GET', `${vault}/backupProtectedItems?${THERE}`)).values.length, 1)
})

t.test('az restores in the secondary region, call by call', async (t) => {
  const { story, from } = await copied(t)
  const storage = `${groupPath('backup')}/providers`
  story.world.emulator.seed({
    storageAccounts: [{ resourceGroup: 'backup', name: 'staging', location: 'northeurope' }],
  })
  const find = encodeURIComponent("backupManagementType eq 'AzureIaasVM' and itemType eq 'VM'")
  const registered = encodeURIComponent(
    "backupManagementType eq 'AzureIaasVM' and friendlyName eq 'vm1' and status eq 'Registered'",
  )
  const old = 'api-version=2025-02-01'
  const vault = await story.call('GET', from.vault)
  t.equal(vault.text('location'), 'westeurope')
  for (let twice = 0; twice < 2; twice++) {
    const items = await story.call('GET', `${from.vault}/backupProtectedItems/?${THERE}&%24filter=${find}`)
    const containers = await story.call(
      'GET',
      `${from.vault}/backupProtectionContainers?${old}&%24filter=${registered}`,
    )
    t.ok(String(items.values[0]?.id).includes(`/protectionContainers/${containers.values[0]?.name}/`))
  }
  t.equal((await points(story, { ...from, path: encodeURI(from.path).replaceAll(';', '%3B') }))[0]?.name, from.point)
  const config = `${from.vault}/backupEncryptionConfigs/backupResourceEncryptionConfig?${old}`
  t.equal((await story.call('GET', config)).status, 200)
  const classic = await fetch(
    `${story.world.url}${storage}/Microsoft.ClassicStorage/storageAccounts//staging?api-version=2015-12-01`,
  )
  t.equal(classic.status, 404)
  const account = await fetch(
    `${story.world.url}${storage}/Microsoft.Storage/storageAccounts//staging?api-version=2016-01-01`,
  )
  t.equal(account.status, 200)

  const aad = await story.call('GET', `${region()}/backupAadProperties?${THERE}`)
  t.equal(aad.text('properties.audience'), 'https://RecoveryServices/IaasCoord/aadmgmt/ne')
  const token = await askToken(story, from, aad.body)
  t.match(token.at('properties'), {
    objectType: 'CrrAccessToken',
    accessTokenString: /^[\w-]+\.[\w-]+\.[\w-]+$/,
    recoveryPointId: from.point,
    bMSActiveRegion: 'WestEurope',
  })
  const accepted = await tryThere(story, from, members(token.at('properties')), disks())
  t.equal(accepted.status, 202)
  const operation = new URL(accepted.header('azure-asyncoperation')).pathname.split('/').pop()
  const status = await story.call('GET', `${region()}/backupCrrOperationsStatus/${operation}?${THERE}`)
  t.match(status.body, { name: operation, status: 'Succeeded', endTime: /T\d\d:\d\d:\d\dZ$/ })
  t.equal((await story.call('GET', accepted.header('location'))).status, 204)
  const id = status.text('properties.jobId')
  t.equal((await jobThere(story, from.vault, id)).status, 'InProgress')
  story.world.emulator.clock.advance({ untilJob: id })
  t.match(await jobThere(story, from.vault, id), { status: 'Completed', operation: 'CrossRegionRestore' })
})

t.test('what is restored appears in the paired region', async (t) => {
  const { story, from } = await copied(t, { tags: { owner: 'finance' } })
  const job = await restoredThere(story, from, disks())
  t.match(job.bag, { 'Job Type': 'Recover disks', 'Vault name': 'vault', 'Config Blob Uri': String })
  t.match(await resourcesOf(story, 'restored', 'Microsoft.Compute/disks'), [{ location: 'northeurope' }])
  t.equal((await story.call('GET', groupPath('restored'))).text('location'), 'northeurope')

  await putNetwork(story, network('far'), 'northeurope')
  const far = { virtualNetworkId: network('far'), subnetId: `${network('far')}/subnets/default` }
  t.match(await restoredThere(story, from, { ...elsewhere('copy', 'made'), ...far }), { status: 'Completed' })
  const copy = await story.call('GET', machinePath('copy', 'made'))
  t.match(copy.body, { location: 'northeurope', tags: { owner: 'finance' } })
})

t.test('its jobs are listed there and not in the vault', async (t) => {
  const { story, from } = await copied(t)
  const job = await restoredThere(story, from, disks())
  const home = await startRestore(story, from, disks('home'))
  const list = async (name: string, query: string) =>
    (await story.call('POST', `${region(name)}/backupCrrJobs?${query}`, { resourceId: from.vault })).names
  t.same(await list('northeurope', THERE), [job.id])
  t.same(await list('northeurope', `${THERE}&$filter=${encodeURIComponent("status eq 'Failed'")}`), [])
  t.same(await list('westeurope', THERE), [], 'the vault’s own region has none')
  const restores = await story.jobs(from.vault, 'Restore')
  t.same(
    restores.map(({ id }) => id),
    [home],
  )
  t.same(await story.jobs(from.vault, 'CrossRegionRestore'), [])
  t.equal((await story.call('GET', `${from.vault}/backupJobs/${job.id}`)).code, 'UserErrorJobNotFound')
  t.equal((await story.call('POST', `${from.vault}/backupJobs/${job.id}/cancel`)).code, 'UserErrorJobNotFound')
  const body = { resourceId: from.vault, jobName: home }
  t.equal((await story.call('POST', `${region()}/backupCrrJob?${THERE}`, body)).code, 'UserErrorJobNotFound')
})

t.test('whoever polls such a job does not wait (clock mode skip)', async (t) => {
  const { story, from } = await copied(t)
  story.world.emulator.clock.set({ mode: 'skip' })
  const accepted = await tryThere(story, from, await tokenOf(story, from), disks())
  const id = (await story.call('GET', accepted.header('azure-asyncoperation'))).text('properties.jobId')
  const seen = [1, 2, 3].map(() => () => jobThere(story, from.vault, id))
  const statuses: string[] = []
  for (const look of seen) statuses.push((await look()).status)
  t.same(statuses, ['InProgress', 'Completed', 'Completed'])
})

t.test('a zonal machine goes to a zone of the paired region', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault('vault', CRR)
  const machine = story.machine('vm1')
  await story.call('PATCH', machine, { zones: ['1'] })
  const item = { ...(await story.protect(vault, machine)), machine }
  await story.backUp(item)
  await story.advance('12h')
  const from = await newestPoint(story, item)
  await restoredThere(story, from, { ...disks(), zones: ['2'] })
  t.match(await resourcesOf(story, 'restored', 'Microsoft.Compute/disks'), [{ zones: ['2'] }])
  const plain = await copied(t)
  const refused = await tryThere(plain.story, plain.from, await tokenOf(plain.story, plain.from), {
    ...disks(),
    zones: ['2'],
  })
  t.equal(refused.code, 'UserErrorInvalidRestoreRequest', 'one that was in none does not')
})

t.test('what is refused', async (t) => {
  const { story, from } = await copied(t)
  story.world.emulator.seed({
    storageAccounts: [{ resourceGroup: 'backup', name: 'near', location: 'westeurope' }],
  })
  const other = await story.vault('other', CRR)
  const machine = story.machine('vm2')
  const item = { ...(await story.protect(other, machine)), machine }
  await story.backUp(item)
  const taken = await newestPoint(story, item)
  const refuses = async (what: string, code: string, ask: () => Promise<Answer>) => {
    const before = story.world.emulator.digest()
    const answer = await ask()
    t.equal(answer.code, code, `${what}: ${JSON.stringify(answer.body)}`)
    t.equal(story.world.emulator.digest(), before, `${what}: nothing has changed`)
  }
  const token = await tokenOf(story, from)
  const text = String(token.accessTokenString)
  const restore =
    (changes: Members, details: Members = token, name?: string) =>
    () =>
      tryThere(story, from, details, changes, name)
  const tokenInvalid = 'UserErrorCrossRegionRestoreTokenInvalid'

  await refuses('a point that has not come yet', 'UserErrorRecoveryPointNotFound', () => askToken(story, taken))
  await refuses('a token for another region', 'UserErrorRestoreRegionMismatch', async () =>
    askToken(story, from, await aadOf(story, 'uksouth')),
  )
  await refuses('a region that is not paired', 'UserErrorRestoreRegionMismatch', restore(disks(), token, 'uksouth'))
  await refuses('a region that there is not', 'LocationNotAvailableForResourceType', () =>
    story.call('GET', `${region('atlantis')}/backupAadProperties?${THERE}`),
  )
  await refuses('no token', tokenInvalid, restore(disks(), { ...token, accessTokenString: 'a.b.c' }))
  await refuses('an altered token', tokenInvalid, restore(disks(), { ...token, accessTokenString: `${text}x` }))
  for (const name of ['recoveryPointId', 'resourceName', 'resourceId', 'datasourceId'])
    await refuses(`a token of another ${name}`, tokenInvalid, restore(disks(), { ...token, [name]: '123456789' }))
  await refuses(
    'another point',
    'UserErrorInvalidRestoreRequest',
    restore({ ...disks(), recoveryPointId: taken.point }),
  )
  await refuses('another machine', 'UserErrorInvalidRestoreRequest', restore({ ...disks(), sourceResourceId: machine }))
  await refuses(
    'in place',
    'UserErrorOLRNotSupported',
    restore({ recoveryType: 'OriginalLocation', targetResourceGroupId: groupPath('apps') }),
  )
  await refuses('no target group', 'UserErrorInvalidRestoreRequest', restore({ recoveryType: 'RestoreDisks' }))
  await refuses(
    'the vault’s own region',
    'UserErrorRestoreRegionMismatch',
    restore({ ...disks(), region: 'westeurope' }),
  )
  await refuses(
    'an account in the vault’s region',
    'UserErrorRestoreRegionMismatch',
    restore({ ...disks(), storageAccountId: staging('near') }),
  )
  await refuses(
    'another subscription',
    'UserErrorCrossSubscriptionRestoreNotSupportedForCRR',
    restore({
      recoveryType: 'RestoreDisks',
      targetResourceGroupId: '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/far',
    }),
  )
  await refuses(
    'disks like those of the source',
    'UserErrorInvalidRestoreRequest',
    restore({
      ...disks(),
      targetDiskNetworkAccessSettings: { targetDiskNetworkAccessOption: 'SameAsOnSourceDisks' },
    }),
  )

  const plain = await story.vault('plain')
  const third = story.machine('vm3')
  const unpaired = { ...(await story.protect(plain, third)), machine: third }
  await story.backUp(unpaired)
  const point = await newestPoint(story, unpaired)
  await refuses('a vault without it', 'UserErrorCrossRegionRestoreNotEnabled', () => askToken(story, point))

  await story.advance('24h')
  await refuses('a token of yesterday', tokenInvalid, restore(disks()))
  const fresh = await tokenOf(story, from)
  await story.deleteData(from)
  await refuses('a soft-deleted item', 'UserErrorItemIsSoftDeleted', restore(disks(), fresh))
  await refuses('an operation of the vault', 'BMSUserErrorOperationNotFound', () =>
    story.call('GET', `${region()}/backupCrrOperationsStatus/00000000-0000-4000-8000-000000000000?${THERE}`),
  )
})

t.test('a vault that was made anew does not know the tokens of the one before', async (t) => {
  const { story, from } = await copied(t)
  const token = await tokenOf(story, from)
  await story.call('PATCH', `${from.vault}/backupconfig/vaultconfig`, {
    properties: { enhancedSecurityState: 'Disabled', softDeleteFeatureState: 'Disabled' },
  })
  await story.deleteData(from)
  t.equal((await story.call('DELETE', `${vaultPath('vault')}?api-version=2021-03-01`)).status, 200)
  await story.vault('vault', CRR)
  t.equal((await tryThere(story, from, token, disks())).code, 'UserErrorCrossRegionRestoreTokenInvalid')
})

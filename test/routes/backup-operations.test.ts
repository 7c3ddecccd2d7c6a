import t from 'tap'
import { backupVaultPath, type DiskStory, tellDiskStory } from '../support/disk-story.js'
import { groupPath } from '../support/story.js'

const SUBSCRIPTION = groupPath('x').replace(/\/resourceGroups.*$/, '')
const LOCATION = '/providers/Microsoft.DataProtection/locations/westeurope'

/** The path of a URL that was handed out, without the operation and the version. */
const placeOf = (url: string) => new URL(url).pathname.replace(/\/[^/]*$/, '')

const put = (story: DiskStory, version: string, userAgent?: string) =>
  story.call(
    'PUT',
    `${backupVaultPath('one')}?api-version=${version}`,
    {
      location: 'westeurope',
      properties: { storageSettings: [{ datastoreType: 'VaultStore', type: 'LocallyRedundant' }] },
    },
    userAgent === undefined ? {} : { 'user-agent': userAgent },
  )

t.test('where an operation is polled depends on the version', async (t) => {
  const vault = backupVaultPath('one')
  const rows: [version: string, written: string, deleted: string][] = [
    ['2021-07-01', `${SUBSCRIPTION}${LOCATION}`, `${SUBSCRIPTION}${LOCATION}`],
    ['2022-05-01', vault, `${groupPath('backup')}${LOCATION}`],
    ['2025-07-01', vault, `${groupPath('backup')}${LOCATION}`],
  ]
  for (const [version, written, deleted] of rows) {
    const story = await tellDiskStory(t)
    const made = await put(story, version)
    const url = made.header('azure-asyncoperation')
    t.equal(placeOf(url), `${written}/operationStatus`, version)
    t.equal(new URL(url).searchParams.get('api-version'), version)
    await story.succeeded(made)
    const removed = await story.call('DELETE', `${vault}?api-version=${version}`)
    t.equal(placeOf(removed.header('azure-asyncoperation')), `${deleted}/operationStatus`, version)
    t.equal(placeOf(removed.header('location')), `${SUBSCRIPTION}${LOCATION}/operationResults`, version)
    await story.succeeded(removed)
  }
})

t.test('the id of an operation says whose it is, and each has its own', async (t) => {
  const story = await tellDiskStory(t)
  const ids = [await put(story, '2024-04-01'), await put(story, '2024-04-01')].map((answer) =>
    Buffer.from(answer.header('azure-asyncoperation').split(/[/?]/).at(-2) ?? '', 'base64').toString(),
  )
  for (const id of ids) t.match(id, /^[0-9a-f-]{36};[0-9a-f-]{36}$/)
  const [first = '', second = ''] = ids
  t.equal(first.split(';')[0], second.split(';')[0], 'the first half is the vault')
  t.not(first, second)
})

t.test('an operation runs, ends, and says what it has led to', async (t) => {
  const story = await tellDiskStory(t)
  await story.vault('one')
  const begun = await story.call('PATCH', backupVaultPath('one'), { tags: { team: 'blue' } })
  const status = await story.call('GET', begun.header('azure-asyncoperation'))
  const path = new URL(begun.header('azure-asyncoperation')).pathname
  t.strictSame(status.body, {
    id: path,
    name: path.split('/').pop(),
    status: 'Inprogress',
    startTime: '2026-01-05T08:00:05Z',
    endTime: '0001-01-01T00:00:00Z',
  })
  const waiting = await story.call('GET', begun.header('location'))
  t.equal(waiting.status, 202)
  t.equal(waiting.header('location'), begun.header('location'))
  await story.advance('5s')
  const ended = await story.call('GET', begun.header('azure-asyncoperation'))
  t.equal(ended.text('status'), 'Succeeded')
  t.match(ended.text('endTime'), /^2026-01-05T08:00:0[67]Z$/, 'whole seconds')
  t.equal(ended.at('properties'), undefined, 'no job stands behind it')
  const result = await story.call('GET', begun.header('location'))
  t.strictSame([result.text('name'), result.text('tags.team')], ['one', 'blue'], 'the vault that was written')
  t.equal(placeOf(result.header('azure-asyncoperation')), `${SUBSCRIPTION}${LOCATION}/operationStatus`)

  // Whichever form of URL a client has, it is the same operation.
  const id = path.split('/').pop()
  for (const place of [`${SUBSCRIPTION}${LOCATION}`, `${groupPath('backup')}${LOCATION}`, backupVaultPath('one')]) {
    const answer = await story.call('GET', `${place}/operationStatus/${id}`)
    t.equal(answer.text('id'), `${place}/operationStatus/${id}`)
    t.equal(answer.text('status'), 'Succeeded')
  }
  const unknown = await story.call('GET', `${backupVaultPath('one')}/operationStatus/nobody`)
  t.equal(unknown.status, 404)
  t.equal(unknown.code, 'UserErrorGenericResourceNotFound')
  t.equal(unknown.header('x-ms-error-code'), 'UserErrorGenericResourceNotFound')
  t.strictSame(unknown.at('error.innerError'), null)
})

t.test('clients are told to wait where the service does, and to ask at once where time is ours', async (t) => {
  const story = await tellDiskStory(t)
  const begun = await put(story, '2024-04-01', 'AZURECLI/2.91')
  t.equal(begun.header('x-ms-retry-after-ms'), '20')
  const running = await story.call('GET', begun.header('azure-asyncoperation'), undefined, { 'user-agent': 'azsdk-js' })
  t.equal(running.header('retry-after'), '1')
  await story.succeeded(begun)
  story.world.emulator.clock.set({ mode: 'live', rate: 1 })
  const changed = await story.call('PATCH', backupVaultPath('one'), {})
  t.equal(changed.header('retry-after'), '', 'the service says nothing of its writes')
  const result = await story.call('GET', begun.header('location') || changed.header('location'))
  t.equal(result.header('retry-after'), result.status === 200 ? '30' : '')
})

t.test('in mode skip the first poll sees the end', async (t) => {
  const story = await tellDiskStory(t, { clock: 'skip' })
  const begun = await put(story, '2024-04-01')
  const status = await story.call('GET', begun.header('azure-asyncoperation'))
  t.equal(status.text('status'), 'Succeeded')
})

t.test('an operation that somebody wants to fail leaves no vault behind', async (t) => {
  const story = await tellDiskStory(t)
  story.world.emulator.faults.add({
    match: { operation: 'BackupVaultResources.BackupVaultsCreateOrUpdate' },
    effect: { operationFailure: { code: 'CloudInternalError', message: 'Try again.' } },
  })
  const begun = await put(story, '2024-04-01')
  t.equal(begun.status, 201)
  const status = await story.finished(begun)
  t.match(status.body, { status: 'Failed', error: { code: 'CloudInternalError', message: 'Try again.' } })
  t.strictSame(Object.keys(status.body as object), ['id', 'name', 'status', 'error', 'startTime', 'endTime'])
  t.equal((await story.call('GET', backupVaultPath('one'))).status, 404)
})

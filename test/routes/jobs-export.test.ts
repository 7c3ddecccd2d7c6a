import t from 'tap'
import type { Answer } from '../support/emulator.js'
import { members } from '../support/seen.js'
import { type Story, tellStory } from '../support/story.js'

const startExport = ({ call }: Story, vault: string, filter = '') =>
  call('POST', `${vault}/backupJobsExport${filter ? `?$filter=${encodeURIComponent(filter)}` : ''}`)

/** Exports jobs and waits for the end. @returns what opens them */
async function exported(
  story: Story,
  vault: string,
  filter?: string,
): Promise<{ blobUrl: string; blobSasKey: string }> {
  const started = await startExport(story, vault, filter)
  await story.advance('1m')
  const done = await story.call('GET', started.header('location'))
  return { blobUrl: done.text('operation.blobUrl'), blobSasKey: done.text('operation.blobSasKey') }
}

const opened = (story: Story, { blobUrl, blobSasKey }: { blobUrl: string; blobSasKey: string }, more = '') =>
  story.call('GET', `${blobUrl}${blobSasKey}${more}`)

const jobsIn = ({ body }: Answer) => (Array.isArray(body) ? body.map(members) : [])

t.test('an export of jobs is a file that a URL and a key open', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)

  const started = await startExport(story, item.vault)
  t.equal(started.status, 202)
  t.equal(started.body, undefined)
  const location = started.header('location')
  t.match(location, /\/backupJobs\/operationResults\/[0-9a-f-]{36}\?api-version=2024-04-01$/)

  const running = await story.call('GET', location)
  t.equal(running.status, 202)
  t.same(running.body, {
    operation: { objectType: 'ExportJobsOperationResultInfo' },
    headers: { Location: [location], 'Retry-After': ['0'] },
  })
  t.equal(running.header('location'), location)

  await story.advance('1m')
  const done = await story.call('GET', location)
  t.equal(done.status, 200)
  t.match(done.body, {
    operation: { objectType: 'ExportJobsOperationResultInfo', blobUrl: /^http/, blobSasKey: /^\?sv=.*&sig=/ },
    headers: {},
  })

  const key = { blobUrl: done.text('operation.blobUrl'), blobSasKey: done.text('operation.blobSasKey') }
  const file = await opened(story, key)
  t.equal(file.status, 200)
  const listed = await story.call('GET', `${item.vault}/backupJobs`)
  t.same(file.body, listed.values, 'it holds what the list has')
  t.same(
    jobsIn(file).map(({ properties }) => members(properties).operation),
    ['Backup', 'ConfigureBackup'],
  )

  const sheet = await opened(story, key, '&format=csv')
  t.match(sheet.header('content-type'), /^text\/csv/)
  const [head, backup, configure, ...rest] = String(sheet.body).split('\r\n')
  t.equal(head, 'Workload name,Operation,Status,Type,Start time,End time,Duration (seconds),Error,Job id')
  t.match(backup, /^vm1,Backup,Completed,AzureIaasVM,2026-01-05T/)
  t.match(configure, /^vm1,ConfigureBackup,Completed,/)
  t.same(rest, [''])
})

t.test('it holds the jobs as they stood at its end, whatever comes later', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.startBackUp(item)
  const key = await exported(story, item.vault)
  const read = async () => jobsIn(await opened(story, key)).map(({ properties }) => members(properties))
  t.match(await read(), [{ operation: 'Backup', status: 'InProgress' }, { operation: 'ConfigureBackup' }])
  const [before] = await read()
  await story.advance('10m')
  const [after] = await read()
  t.same(after, before, 'a running job lasts no longer there')
})

t.test('a filter narrows it as it does the list', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  await story.backUp(item)
  const operations = async (filter: string) =>
    jobsIn(await opened(story, await exported(story, item.vault, filter))).map(
      ({ properties }) => members(properties).operation,
    )
  t.same(await operations("operation eq 'Backup' and status eq 'Completed'"), ['Backup'])
  t.same(await operations("status eq 'Failed'"), [])
  t.same(await operations("backupManagementType eq 'AzureStorage'"), [])
  t.same(await operations("startTime eq '2026-01-05 08:00:40 AM' and operation eq ''"), ['Backup'])

  const before = story.world.emulator.digest()
  for (const filter of ["colour eq 'red'", "status ne 'Failed'", "startTime eq 'noon'"]) {
    const refused = await startExport(story, item.vault, filter)
    t.equal(refused.status, 400)
    t.equal(refused.code, 'InvalidFilterInQueryString')
  }
  t.equal(story.world.emulator.digest(), before)
})

t.test('a key opens one export, for a quarter of an hour', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const first = await exported(story, item.vault)
  const second = await exported(story, item.vault)
  const wrong = await opened(story, { ...first, blobSasKey: second.blobSasKey })
  t.equal(wrong.status, 403)
  t.equal(wrong.code, 'AuthorizationFailed')
  t.equal((await story.call('GET', first.blobUrl)).status, 403, 'without a key')
  t.equal((await opened(story, second)).status, 200)
  await story.advance('15m')
  t.equal((await opened(story, second)).status, 403)
  const started = await startExport(story, item.vault)
  const id = /operationResults\/([^?]+)/.exec(started.header('location'))?.[1]
  t.equal((await story.call('GET', `/_recoverite/exports/${id}?sig=x`)).status, 404, 'it is still running')
  t.equal((await story.call('GET', '/_recoverite/exports/nothing?sig=x')).status, 404)
})

t.test('its result is asked for under its own vault, and of nothing else', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const other = await story.vault('other')
  const started = await startExport(story, item.vault)
  await story.advance('1m')
  const elsewhere = started.header('location').replace('/vaults/vault/', '/vaults/other/')
  t.equal((await story.call('GET', elsewhere)).code, 'BMSUserErrorOperationNotFound')
  const triggered = await story.tryBackUp(item)
  const id = triggered.header('location').replace(/^.*operationResults\/([^?]+).*$/, '$1')
  const notAnExport = await story.call('GET', `${item.vault}/backupJobs/operationResults/${id}`)
  t.equal(notAnExport.code, 'BMSUserErrorOperationNotFound')
  t.equal((await startExport(story, other)).status, 202, 'a vault without jobs has an empty one')
  t.same((await opened(story, await exported(story, other))).body, [])
})

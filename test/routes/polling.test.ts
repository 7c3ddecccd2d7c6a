import t from 'tap'
import { tellStory } from '../support/story.js'

t.test('every operation can be polled at the URL that it hands out, and at the vault', async (t) => {
  const story = await tellStory(t)
  const { call } = story
  const item = await story.protectedMachine()

  await t.test('a discovery, at the fabric', async (t) => {
    const accepted = await call('POST', `${item.vault}/backupFabrics/Azure/refreshContainers`)
    const status = accepted.header('azure-asyncoperation')
    t.match(status, /\/backupFabrics\/Azure\/operationsStatus\//)
    t.equal((await call('GET', status)).text('status'), 'InProgress')
    t.equal((await call('GET', accepted.header('location'))).status, 202)
    await story.advance('30s')
    t.equal((await call('GET', status)).text('status'), 'Succeeded')
    t.equal((await call('GET', accepted.header('location'))).status, 204)
  })

  await t.test('a cancellation, at its job', async (t) => {
    const job = await story.startBackUp(item)
    const accepted = await call('POST', `${item.vault}/backupJobs/${job}/cancel`)
    t.equal(accepted.status, 202)
    const status = accepted.header('azure-asyncoperation')
    t.match(status, /\/backupJobs\/[^/]+\/operationsStatus\//)
    const told = await call('GET', status)
    t.equal(told.text('status'), 'Succeeded', 'what was asked for has been taken, the job goes on to its end')
    const id = told.text('name')
    t.equal((await call('GET', `${item.vault}/backupOperations/${id}`)).text('status'), 'Succeeded')
    t.equal((await story.ended(item.vault, job)).status, 'Cancelled')
  })

  await t.test('an id that was never handed out is known nowhere', async (t) => {
    const nobody = '00000000-0000-4000-8000-000000000000'
    for (const path of [
      `${item.vault}/backupOperations/${nobody}`,
      `${item.vault}/backupFabrics/Azure/operationsStatus/${nobody}`,
      `${item.path}/operationResults/${nobody}`,
    ]) {
      const answer = await call('GET', path)
      t.equal(answer.status, 404, path)
      t.equal(answer.code, 'BMSUserErrorOperationNotFound')
    }
  })
})

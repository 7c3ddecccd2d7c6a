import t, { type Test } from 'tap'
import { CAUSES, type Cause, type Moment } from '../../src/domain/jobs/causes.js'
import { elsewhere, newestPoint, putNetwork, restored } from '../support/restores.js'
import type { Members, SeenJob } from '../support/seen.js'
import { type Item, type Story, tellStory } from '../support/story.js'

/** The values that a cause names in words: `missing, outdated or notReady`. */
const valuesOf = ({ value }: Cause) => value.split(/, | or /)

/** The three ways to say what is wrong, in turn. */
const WAYS = ['the control API', 'a tag', 'the inventory'] as const
type Way = (typeof WAYS)[number]

interface Case {
  name: string
  cause: Cause
  conditions: Members
  way: Way
}

/** Every value of every cause of a moment, each said in another way than the one before. */
const casesOf = (moment: Moment): Case[] =>
  CAUSES.filter(({ at }) => at === moment)
    .flatMap((cause) => valuesOf(cause).map((value) => ({ cause, value })))
    .map(({ cause, value }, index) => ({
      name: `vm${index}`,
      cause,
      conditions: { [cause.condition]: value, ...(cause.encrypted ? { encryption: 'ade' } : {}) },
      way: WAYS[index % WAYS.length] ?? 'the control API',
    }))

const asTags = (conditions: Members) =>
  Object.fromEntries(Object.entries(conditions).map(([name, value]) => [`recoverite:${name}`, String(value)]))

/** A machine that something is wrong with. */
async function wrong(story: Story, { name, cause, conditions, way }: Case): Promise<string> {
  const id = story.machine(name, {
    osType: cause.os ?? 'Windows',
    ...(way === 'a tag' ? { tags: asTags(conditions) } : {}),
    ...(way === 'the inventory' ? { conditions } : {}),
  })
  if (way === 'the control API') await story.condition(id, conditions)
  return id
}

/** Nothing is wrong with it any more. */
async function mended(story: Story, machine: string, { conditions, way }: Case): Promise<void> {
  if (way === 'a tag') {
    const patched = await story.call('PATCH', machine, { tags: {} })
    if (patched.status !== 200) throw new Error(JSON.stringify(patched.body))
  } else await story.condition(machine, Object.fromEntries(Object.keys(conditions).map((name) => [name, null])))
}

function says(t: Test, job: SeenJob, { cause }: Case, status: string): void {
  t.equal(job.status, status)
  t.same(job.errors, [cause.error])
}

const title = ({ cause, conditions, way }: Case) => `${JSON.stringify(conditions)} by ${way}: ${cause.error}`

for (const [moment, failed] of [
  ['snapshot', 'Failed'],
  ['transfer', 'CompletedWithWarnings'],
] as const) {
  t.test(`what makes a ${moment} fail, and no longer does once it is over`, async (t) => {
    const story = await tellStory(t)
    const vault = await story.vault()
    for (const one of casesOf(moment)) {
      await t.test(title(one), async (t) => {
        const machine = await wrong(story, one)
        const item = await story.protect(vault, machine)
        says(t, await story.backUp(item), one, failed)
        await mended(story, machine, one)
        t.equal((await story.backUp(item)).status, 'Completed', 'it ends with the condition')
      })
    }
  })
}

t.test('a stopped machine needs no agent', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const machine = story.machine('vm1', { conditions: { powerState: 'stopped', agent: 'missing', network: 'blocked' } })
  const item = await story.protect(vault, machine)
  t.equal((await story.backUp(item)).status, 'Completed')
  t.equal((await story.points(item))[0]?.consistency, 'CrashConsistent')
})

t.test('what keeps a restore from making its machine', async (t) => {
  const story = await tellStory(t)
  const item: Item & { machine: string } = await story.protectedMachine()
  await story.backUp(item)
  await putNetwork(story)
  const from = await newestPoint(story, item)
  for (const one of casesOf('restore')) {
    await story.condition(item.machine, one.conditions)
    says(t, await restored(story, from, elsewhere(one.name)), one, 'Failed')
    await mended(story, item.machine, { ...one, way: 'the control API' })
    t.equal(
      (await restored(story, from, elsewhere(`${one.name}-again`))).status,
      'Completed',
      'it ends with the condition',
    )
  }
})

t.test('a machine that has left Trusted Launch cannot be protected', async (t) => {
  const story = await tellStory(t)
  const vault = await story.vault()
  const machine = story.machine('vm1', { tags: { 'recoverite:trustedLaunch': 'left' } })
  const before = story.world.emulator.digest()
  const refused = await story.tryProtect(vault, machine)
  t.equal(refused.status, 400)
  t.equal(refused.text('error.code'), 'UserErrorMigrationFromTrustedLaunchVMToNonTrustedVMNotAllowed')
  t.equal(story.world.emulator.digest(), before, 'nothing has changed')
  await story.condition(machine, { trustedLaunch: 'never' })
  await story.protect(vault, machine)
})

t.test('what is wrong with a vault: discovery, cancelling, its key', async (t) => {
  const story = await tellStory(t)
  const item = await story.protectedMachine()
  const { vault } = item
  await story.condition(vault, { discovery: 'internalError', cancellation: 'failing', keyVault: 'denied' })

  const found = await story.call('POST', `${vault}/backupFabrics/Azure/refreshContainers`)
  await story.advance('1m')
  const failed = await story.call('GET', found.header('location'))
  t.equal(failed.status, 400)
  t.equal(failed.text('error.code'), 'DiscoveryInternalError')

  const id = await story.startBackUp(item)
  const cancelled = await story.call('POST', `${vault}/backupJobs/${id}/cancel`)
  t.equal(cancelled.status, 202, 'it is accepted')
  const outcome = await story.call('GET', cancelled.header('azure-asyncoperation'))
  t.equal(outcome.text('status'), 'Failed')
  t.equal(outcome.text('error.code'), 'UserErrorJobCancellationFailed')
  t.equal((await story.ended(vault, id)).status, 'Completed', 'and the job goes on')

  const encrypted = await story.call('PATCH', vault, {
    identity: { type: 'SystemAssigned' },
    properties: {
      encryption: {
        keyVaultProperties: { keyUri: 'https://keys.vault.azure.net/keys/key1' },
        kekIdentity: { useSystemAssignedIdentity: true },
      },
    },
  })
  t.equal(encrypted.status, 400)
  t.equal(encrypted.text('error.code'), 'UserErrorCMKKeyVaultAuthFailure')

  await story.condition(vault, { discovery: null, cancellation: null, keyVault: null })
  t.same(await story.protectable(vault), [], 'discovery works again')
  const again = await story.startBackUp(item)
  await story.call('POST', `${vault}/backupJobs/${again}/cancel`)
  t.equal((await story.ended(vault, again)).status, 'Cancelled')
})

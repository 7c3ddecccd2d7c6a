import t, { type Test } from 'tap'
import type { Route } from '../../src/arm/route.js'
import { REFUSALS, type RefusalCode } from '../../src/domain/errors.js'
import { PROVIDERS } from '../../src/routes/providers.js'
import { tellClassicStory } from '../support/classic-story.js'
import type { Answer } from '../support/emulator.js'
import type { Stage as World } from '../support/stage.js'
import { tellStory } from '../support/story.js'
import { beyondClassicLimits, beyondPreview, CLASSIC_LOWERED } from './classic-limits.js'
import { incomplete, misnamed, mistyped, type WrongBody } from './derived.js'
import { FAMILIES } from './families.js'
import { beyondLimits, LOWERED, otherRows } from './others.js'
import { type FreeRow, KINDS, type Kind, type Request, type Row, type Rows, type Wrongs } from './rows.js'
import { type Stage, setStage } from './stage.js'

/** The providers whose operations must all have rows. */
const COMPLETE = ['recovery-services', 'backup', 'data-protection', 'classic-backup']

/** Writes, or takes a body that can be wrong. */
const writes = ({ method, body, readOnly }: Route) =>
  method !== 'GET' && method !== 'HEAD' && (!readOnly || body !== undefined)

const WRITING = PROVIDERS.filter(({ name }) => COMPLETE.includes(name))
  .flatMap(({ routes }) => routes)
  .filter(writes)

/** What is asked of one operation, on the stage. */
interface Scene {
  stage: Stage
  route: Route
  wrongs: Partial<Wrongs>
}

const bodyOf = ({ route, wrongs }: Scene) => ('body' in wrongs ? wrongs.body : route.example)

function pathOf({ stage, route, wrongs }: Scene, { params, query = '' }: Request): string {
  const values: Record<string, string> = { ...stage.handedOut, ...stage.examples(route), ...wrongs.params, ...params }
  const path = route.path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`${route.operation}: no value for {${name}}: give the row one in params`)
    return encodeURIComponent(value)
  })
  return path + query
}

async function send(scene: Scene, request: Request): Promise<{ answer: Answer; unchanged: boolean }> {
  const { story } = scene.stage
  const before = story.world.emulator.digest()
  const body = 'body' in request ? request.body : bodyOf(scene)
  const answer = await story.call(scene.route.method, pathOf(scene, request), body)
  return { answer, unchanged: story.world.emulator.digest() === before }
}

/** What any body can be refused with before the operation has read it. */
const OF_ANY_BODY: readonly RefusalCode[] = ['InvalidRequestContent', 'RequestContentTooLarge']

/** The oldest calls still refuse in the form of their time: `{ErrorCode, Message: {Value}}` (wire-vm-more.md 2.7). */
const codeOf = (answer: Answer) => answer.code || answer.text('ErrorCode')
const messageOf = (answer: Answer) => answer.message || answer.text('Message.Value')

/** What only a programmer could have meant. */
const NOT_FOR_USERS = /\n\s+at |TypeError|'undefined'|\[object/

/** Whether the answer is a refusal as the service makes them: status, envelope, and words that help. */
function isRefusal(t: Test, what: string, answer: Answer, route?: Route): boolean {
  const { status } = answer
  const code = codeOf(answer)
  const told = `${what}: ${status} ${JSON.stringify(answer.body)}`
  const known = (Object.keys(REFUSALS) as RefusalCode[]).find((name) => name === code)
  if (!known) {
    t.fail(`${told}: ${status < 400 ? 'accepted' : "the code is none of the service's"}`)
    return false
  }
  t.equal(status, REFUSALS[known].status, `${told}: status`)
  const message = messageOf(answer)
  t.ok(message.length > 20 && !NOT_FOR_USERS.test(message), `${what}: '${message}' says what to do`)
  if (!route) return true
  const documented: readonly RefusalCode[] = [
    ...route.errors,
    ...(route.invalid ? [route.invalid] : []),
    ...OF_ANY_BODY,
  ]
  t.ok(documented.includes(known), `${told}: the operation's documents list the code`)
  return true
}

async function refuses(t: Test, scene: Scene, [what, request, refusal]: Row): Promise<void> {
  const { answer, unchanged } = await send(scene, request)
  if (refusal === 'nothing') t.equal(answer.status, 204, `${what}: ${JSON.stringify(answer.body)}`)
  else if (!isRefusal(t, what, answer, scene.route)) return
  else t.equal(codeOf(answer), refusal, `${what}: code`)
  t.ok(unchanged, `${what}: nothing has changed`)
}

/** A body that was made wrong is refused, and the refusal names the member that is. */
async function refusesBody(t: Test, scene: Scene, { what, member, body }: WrongBody): Promise<void> {
  const { answer, unchanged } = await send(scene, { body })
  if (!isRefusal(t, what, answer, scene.route)) return
  t.ok(unchanged, `${what}: nothing has changed`)
  const message = messageOf(answer)
  t.ok(message.toLowerCase().includes(member.toLowerCase()), `${what}: '${message}' names it`)
}

/** What of a kind follows from the route alone. */
const DERIVED: Record<'discriminator' | 'missing' | 'type', (scene: Scene) => WrongBody[]> = {
  discriminator: (scene) => (scene.route.body ? misnamed(scene.route.body, bodyOf(scene)) : []),
  missing: (scene) => (scene.route.body ? incomplete(scene.route.body, bodyOf(scene)) : []),
  type: (scene) => (scene.route.body ? mistyped(scene.route.body, bodyOf(scene)) : []),
}

const UNREADABLE: readonly Row[] = [['malformed JSON', { body: '{"properties": ' }, 'InvalidRequestContent']]

/** Bodies that are none, in the operation's own code. */
const noBodies = (route: Route): Row[] => {
  const code = route.invalid ?? 'InvalidRequestContent'
  return [
    ['a list for a body', { body: [] }, code],
    ['a text for a body', { body: '"text"' }, code],
    ...(route.bodyOptional ? [] : [['no body', { body: undefined }, code] as Row]),
  ]
}

async function bodyKind(t: Test, scene: Scene, kind: 'discriminator' | 'missing' | 'type'): Promise<number> {
  const unread = Object.keys(scene.wrongs.unread ?? {})
  const derived = DERIVED[kind](scene).filter(({ what }) => !unread.some((path) => what.includes(path)))
  for (const wrong of derived) await refusesBody(t, scene, wrong)
  const rows = kind === 'type' && scene.route.body ? [...UNREADABLE, ...noBodies(scene.route)] : []
  for (const row of rows) await refuses(t, scene, row)
  return derived.length
}

/** The same request to a vault that has none of what it names, and to one that there is not. */
async function otherVault(t: Test, scene: Scene): Promise<number> {
  if (!scene.route.path.includes('{vaultName}')) return 0
  for (const vaultName of ['other-vault', 'no-vault']) {
    const what = `asked of ${vaultName}`
    const { answer, unchanged } = await send(scene, { params: { vaultName } })
    const nothing = answer.status === 204 && scene.route.method === 'DELETE'
    if (nothing || isRefusal(t, what, answer, scene.route)) t.ok(unchanged, `${what}: nothing has changed`)
  }
  return 2
}

/** Why there are none of a kind where nobody had to say so. */
function obvious({ route }: Scene, kind: Kind): string | undefined {
  if (route.body === undefined && ['discriminator', 'missing', 'type'].includes(kind)) return 'there is no body'
  if (kind === 'discriminator') return 'there is no discriminator in the body'
  return undefined
}

async function kindOf(t: Test, scene: Scene, kind: Kind): Promise<void> {
  const stated: Rows | undefined = scene.wrongs[kind]
  const rows = Array.isArray(stated) ? (stated as readonly Row[]) : []
  for (const row of rows) await refuses(t, scene, row)
  let derived = 0
  if (kind === 'discriminator' || kind === 'missing' || kind === 'type') derived = await bodyKind(t, scene, kind)
  else if (kind === 'otherVault' && stated === undefined) derived = await otherVault(t, scene)
  if (rows.length + derived > 0) return
  const why = typeof stated === 'string' ? stated : obvious(scene, kind)
  if (why) return t.comment(`${scene.route.operation}: ${kind}: ${why}`)
  t.fail(
    `${scene.route.operation} has no row of kind '${kind}': add one in test/bad-input, or say there why it can't be`,
  )
}

async function operation(t: Test, scene: Scene): Promise<void> {
  for (const kind of KINDS) await kindOf(t, scene, kind)
  for (const row of scene.wrongs.more ?? []) await refuses(t, scene, row)
}

t.test('every operation that writes refuses what is wrong, and nothing changes', async (t) => {
  const claimed = new Set<string>()
  for (const [name, family] of Object.entries(FAMILIES)) {
    await t.test(name, async (t) => {
      const stage = await setStage(t)
      for (const [operationName, wrongs] of Object.entries(await family(stage))) {
        claimed.add(operationName)
        const route = WRITING.find((candidate) => candidate.operation === operationName)
        if (!route) t.fail(`${operationName} has rows and is no operation that writes`)
        else await t.test(operationName, (t) => operation(t, { stage, route, wrongs }))
      }
    })
  }
  const unclaimed = WRITING.filter((route) => !claimed.has(route.operation))
  if (unclaimed.length === 0) return
  await t.test('operations without rows', async (t) => {
    const stage = await setStage(t)
    for (const route of unclaimed) await t.test(route.operation, (t) => operation(t, { stage, route, wrongs: {} }))
  })
})

async function refusesFree(t: Test, story: World, [what, method, path, body, refusal]: FreeRow): Promise<void> {
  const before = story.world.emulator.digest()
  const answer = await story.call(method, path, body)
  if (isRefusal(t, what, answer)) t.equal(answer.code, refusal, `${what}: code`)
  t.equal(story.world.emulator.digest(), before, `${what}: nothing has changed`)
}

t.test('so does whatever else can be asked', async (t) => {
  const stage = await setStage(t)
  for (const row of otherRows(stage)) await refusesFree(t, stage.story, row)
  await stage.story.advance('40d')
  await refusesFree(t, stage.story, [
    'a point whose retention has ended',
    'GET',
    `${stage.item.path}/recoveryPoints/${stage.point}`,
    undefined,
    'UserErrorRecoveryPointNotFound',
  ])
})

t.test('limits that were lowered are reached', async (t) => {
  const story = await tellStory(t, { limits: LOWERED })
  for (const row of await beyondLimits(story)) await refusesFree(t, story, row)
  t.ok(await story.vault('elsewhere', {}, 'northeurope'), 'another region has room')
})

t.test('what the preview of classic vaults had not, and their limits', async (t) => {
  const preview = await tellClassicStory(t, { profile: '2015' })
  for (const row of await beyondPreview(preview)) await refusesFree(t, preview, row)
  const small = await tellClassicStory(t, { limits: CLASSIC_LOWERED })
  for (const row of await beyondClassicLimits(small)) await refusesFree(t, small, row)
})

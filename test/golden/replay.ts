import type { Test } from 'tap'
import { type Emulator, type StartOptions, startEmulator } from '../../src/emulator.js'
import { problemsOf } from '../support/published-schemas.js'
import { answerDifferences, type HeaderRules, type Reply, shapeDifferences } from './comparison.js'
import {
  type GivenIds,
  idsAsked,
  idsIn,
  layoutOf,
  normalised,
  prettyText,
  type Recording,
  readRecordings,
  withIds,
} from './recordings.js'
import { type Place, placeOf, type Scene, type Step } from './stories.js'

/** What leads up to each recorded request, by the name of the recording. */
export type Stories = Record<string, readonly [scene: Scene, ...steps: Step[]]>

/** Where answers of ours part from the recorded ones on purpose: in which recordings, where, and why. */
export type OnPurpose = readonly [recordings: RegExp, where: RegExp, why: string]

export const HUMAN_TEXT: OnPurpose = [
  /./,
  /\.(message|errorString|additionalInfo)$|\.recommendations\.\d+$/,
  'what people read is in our own words',
]

export interface Replays {
  /** Beside the checkout: `golden/vm/`. */
  folder: string
  stories: Stories
  onPurpose: readonly OnPurpose[]
  /** What the emulator is started with beyond what all replays have. */
  options?: StartOptions
  /** Versions of recordings that don't say theirs. */
  versions?: Record<string, string>
  /** Headers that count beside those that always do. */
  headers?: HeaderRules
  /** Recordings of which only the shape is compared; examples of the published description are always such. */
  byShape?: RegExp
  /** Recordings that are not replayed, and why. */
  leftOut?: readonly (readonly [recordings: RegExp, why: string])[]
}

/** An example of the published description shows what an answer is made of: its values and times prove nothing. */
const PUBLISHED_EXAMPLE = /^S-/

function whyNot({ name }: Recording, { stories, leftOut = [] }: Replays): string | false {
  const why = leftOut.find(([recordings]) => recordings.test(name))?.[1]
  if (why !== undefined) return why
  return name in stories ? false : 'served, but no story leads up to it: add a row'
}

/** What the service answers with where it has forgotten the client's id. */
const NO_ID = '00000000-0000-0000-0000-000000000000'

/** Sends the recorded request as it was sent, with our ids in place of the service's. */
async function send(
  t: Test,
  { emulator, recording, ids }: Place,
  version: string,
): Promise<[ours: Reply, text: string]> {
  const { request, response } = recording
  const query = Object.entries({ 'api-version': version, ...request.query })
  const path = withIds(request.path, idsIn(request.path), ids)
  const url = `${emulator.url}${path}?${query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
  const body = request.body ? withIds(JSON.stringify(request.body), idsAsked(request), ids) : undefined
  const clientId = Object.entries(response.headers ?? {}).find(([name]) => /^x-ms-client-request-id$/i.test(name))?.[1]
  const answer = await fetch(url, {
    method: request.method,
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(clientId === undefined || clientId === NO_ID ? {} : { 'x-ms-client-request-id': clientId }),
    },
    ...(body ? { body } : {}),
  })
  const text = await answer.text()
  const ours = {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: text === '' ? null : JSON.parse(text),
  }
  const exchange = { method: request.method, url, status: ours.status, body: ours.body ?? undefined }
  t.strictSame(problemsOf(exchange), [], 'the answer is as published')
  return [ours, text]
}

/** Tells the story of a recording, replays it, and answers where ours parts from it. */
async function replay(t: Test, emulator: Emulator, recording: Recording, replays: Replays) {
  const { stories, versions = {}, byShape } = replays
  const [scene, ...steps] = stories[recording.name] ?? []
  if (!scene) throw new Error('a story has a scene')
  emulator.clock.set({ mode: 'manual' })
  emulator.reset({ now: scene.now, seed: recording.name })
  const place = placeOf(emulator, recording, scene)
  for (const step of steps) await step(place)

  const { response, request } = recording
  // Waiting hints are the service's own only where time passes as it does there.
  if (Object.keys(response.headers).some((name) => /^retry-after$/i.test(name)))
    emulator.clock.set({ mode: 'live', rate: 1 })
  const [ours, text] = await send(t, place, versions[recording.name] ?? request.apiVersion)
  if (PUBLISHED_EXAMPLE.test(recording.name) || byShape?.test(recording.name)) return shapeDifferences(response, ours)
  const layout = layoutOf(recording)
  if (layout !== undefined)
    t.equal(text, layout === 'compact' ? JSON.stringify(ours.body) : prettyText(ours.body), `laid out ${layout}`)

  const recordedIds = idsAsked(request)
  const asked: GivenIds = Object.fromEntries(
    Object.entries(recordedIds).map(([role, id]) => [role, place.ids[role as keyof GivenIds] ?? id]),
  )
  return answerDifferences(
    normalised(response, 'https://management.azure.com', recordedIds),
    normalised(ours, emulator.url, asked),
    replays.headers,
  )
}

/** Replays the recordings of a folder, each after its story, and compares the answers. */
export async function replayAll(t: Test, replays: Replays): Promise<void> {
  const emulator = await startEmulator({
    port: 0,
    https: false,
    clock: 'manual',
    logLevel: 'error',
    ...replays.options,
  })
  t.teardown(() => emulator.close())
  const used = new Set<OnPurpose>()
  for (const recording of readRecordings(replays.folder)) {
    await t.test(recording.name, { skip: whyNot(recording, replays) }, async (t) => {
      const parts = await replay(t, emulator, recording, replays)
      const unmeant = parts.filter(({ where }) => {
        const row = replays.onPurpose.find(([names, places]) => names.test(recording.name) && places.test(where))
        if (row) used.add(row)
        return row === undefined
      })
      t.strictSame(unmeant, [], 'the answer is the recorded one')
    })
  }
  const unused = replays.onPurpose.filter((row) => !used.has(row)).map(([, , why]) => why)
  t.strictSame(unused, [], 'every difference on purpose is still one')
}

import t from 'tap'
import { startTestEmulator } from './support/emulator.js'
import { readyLine, spawnProgram } from './support/program.js'
import { liveThrough } from './support/scenario.js'

const OPTIONS = { now: '2026-01-05T08:00:00Z', seed: 'one and the same' }

t.test('the same seed, start and requests give the same bytes, here and in a process of its own', async (t) => {
  const { emulator } = await startTestEmulator(t, OPTIONS)
  const here = await liveThrough(Number(new URL(emulator.url).port))

  const flags = [
    '--port',
    '0',
    '--no-https',
    '--log-level',
    'error',
    '--clock',
    'manual',
    '--now',
    OPTIONS.now,
    '--seed',
    OPTIONS.seed,
  ]
  const program = spawnProgram(t, flags, { TZ: 'Pacific/Auckland', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' })
  const [url = ''] = await readyLine(program)
  const there = await liveThrough(Number(new URL(url).port))

  t.ok(here.length >= 500, `${here.length} requests`)
  t.equal(there.length, here.length)
  const different = here.filter((answer, at) => {
    const other = there[at]
    return (
      other === undefined ||
      answer.status !== other.status ||
      JSON.stringify(answer.headers) !== JSON.stringify(other.headers) ||
      !answer.body.equals(other.body)
    )
  })
  t.equal(different.length, 0)
  const [first] = different
  if (first) {
    const other = there[here.indexOf(first)]
    t.same(
      { status: other?.status, headers: other?.headers, body: other?.body.toString().slice(0, 2000) },
      { status: first.status, headers: first.headers, body: first.body.toString().slice(0, 2000) },
      `answer ${here.indexOf(first)}`,
    )
  }
  const statuses = new Set(here.map(({ status }) => status))
  for (const status of [200, 201, 202, 400, 404, 503]) t.ok(statuses.has(status), `some were ${status}`)
  t.notOk(statuses.has(500))
  t.match(here.at(-1)?.body.subarray(0, 15).toString(), 'SQLite format 3', 'the last is the whole world')
})

t.test('another seed gives another world', async (t) => {
  const worlds = await Promise.all(
    ['one', 'other'].map(async (seed) => {
      const { emulator } = await startTestEmulator(t, { ...OPTIONS, seed })
      return liveThrough(Number(new URL(emulator.url).port))
    }),
  )
  const [one, other] = worlds.map((answers) => answers.at(-1)?.body)
  t.notOk(one && other && one.equals(other))
})

import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { states } from './states.mjs'
import { protectedWorld, REQUESTS } from './world.mjs'

/** Ratios are what counts: both sides are measured in turns within one run, so that the machine's mood hits both. */
const ROUNDS = 5
const SECONDS = 2
/** The same load for both sides, well below what either can take. */
const RATE = 6000
const TARGETS = { 'GET vault': 2, 'GET protected item': 2 }

const say = (text) => process.stdout.write(`${text}\n`)
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** A server in a process of its own, and its CPU. */
async function server(kind, bodies) {
  const child = fork(fileURLToPath(new URL('./server.mjs', import.meta.url)))
  let last = 0
  const ask = async (what, rest = {}) => {
    const id = ++last
    child.send({ id, ask: what, ...rest })
    for (;;) {
      const [message] = await once(child, 'message')
      if (message.id === id) return message.answer
    }
  }
  const url = await ask('start', { kind, bodies })
  return { url, cpu: () => ask('cpu'), stop: () => child.kill() }
}

/**
 * Keeps this process awake. A server pays for waking a client that sleeps, and the slower of two servers would find its
 * client asleep more often: so the client never sleeps, and neither side pays for it.
 */
function stayAwake() {
  let awake = true
  const spin = () => awake && setImmediate(spin)
  spin()
  return () => {
    awake = false
  }
}

/** Server CPU microseconds a request under load. */
async function measure({ url, cpu }, { method, path, body }) {
  const options = {
    url: url + path,
    method,
    connections: 20,
    overallRate: RATE,
    ...(body ? { body, headers: { 'content-type': 'application/json' } } : {}),
  }
  const sleep = stayAwake()
  await autocannon({ ...options, duration: 1 })
  const before = await cpu()
  const result = await autocannon({ ...options, duration: SECONDS })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${method} ${path}: ${result.non2xx} refused, ${result.errors} errors`)
  sleep()
  return ((await cpu()) - before) / result.requests.total
}

async function requests() {
  const ours = await server('ours')
  const bodies = {}
  for (const [name, { method, path, body }] of Object.entries(REQUESTS)) {
    const response = await fetch(ours.url + path, {
      method,
      body,
      headers: body ? { 'content-type': 'application/json' } : {},
    })
    bodies[name] = await response.text()
  }
  const floor = await server('floor', bodies)
  say(`${'request'.padEnd(22)}${'floor us'.padStart(10)}${'ours us'.padStart(10)}${'ratio'.padStart(8)}  target`)
  for (const [name, request] of Object.entries(REQUESTS)) {
    const rounds = { floor: [], ours: [] }
    for (let round = 0; round < ROUNDS; round++) {
      rounds.floor.push(await measure(floor, request))
      rounds.ours.push(await measure(ours, request))
    }
    const [f, o] = [median(rounds.floor), median(rounds.ours)]
    const target = TARGETS[name] === undefined ? '' : `<= ${TARGETS[name].toFixed(1)}`
    say(
      name.padEnd(22) +
        f.toFixed(1).padStart(10) +
        o.toFixed(1).padStart(10) +
        (o / f).toFixed(2).padStart(8) +
        `  ${target}`,
    )
  }
  floor.stop()
  ours.stop()
}

/** From `node dist/main.js` to the first answer, in ms; HTTPS included. */
async function start() {
  const times = []
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now()
    const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
    const child = spawn(process.execPath, [main, '--port', '0', '--https-port', '0', '--log-level', 'warn'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(child.stdout, 'data')
    const url = /http:\S+/.exec(String(line))[0]
    await (await fetch(`${url}/subscriptions?api-version=2022-12-01`)).text()
    times.push(performance.now() - before)
    child.kill()
    await once(child, 'exit')
  }
  say(`\nstart to first answer: ${median(times).toFixed(0)} ms (target < 1000)`)
}

/** A year of daily backups of 200 machines, by one advance. */
async function year() {
  const emulator = await protectedWorld(200)
  const before = performance.now()
  const { eventsRun } = emulator.clock.advance({ by: 'P365D' })
  const seconds = (performance.now() - before) / 1000
  say(
    `a year of daily backups of 200 machines: ${seconds.toFixed(1)} s, ${eventsRun} events, ${((seconds * 1e6) / eventsRun).toFixed(1)} us an event (target <= 20 s)`,
  )
  await emulator.close()
}

await requests()
await start()
await year()
await states(say)

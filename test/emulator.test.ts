import { once } from 'node:events'
import { Agent as HttpAgent, get as httpGet } from 'node:http'
import { Agent as HttpsAgent, get as httpsGet } from 'node:https'
import { type AddressInfo, connect, createServer } from 'node:net'
import t from 'tap'
import { startEmulator } from '../src/emulator.js'
import { GROUP, VM } from './support/control.js'

const QUIET = { port: 0, httpsPort: 0, logLevel: 'silent' } as const

t.test('closing does not wait for anybody', async (t) => {
  const emulator = await startEmulator(QUIET)
  const { url, httpsUrl = '', ca } = emulator

  // Connections that are kept alive, one that stops in the middle of a request, and two that never say a word.
  const agents = [new HttpAgent({ keepAlive: true }), new HttpsAgent({ keepAlive: true, ca })] as const
  const ask = async (answer: ReturnType<typeof httpGet>) => {
    const [response] = await once(answer, 'response')
    response.resume()
    await once(response, 'end')
  }
  await ask(httpGet(`${url}/subscriptions`, { agent: agents[0] }))
  await ask(httpsGet(`${httpsUrl}/subscriptions`, { agent: agents[1] }))
  const sockets = [url, url, httpsUrl].map((base) => connect(Number(new URL(base).port), '127.0.0.1'))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  sockets[0]?.write('PUT /subscriptions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{')
  const gone = sockets.map(
    (socket) => new Promise((resolve) => socket.on('error', () => undefined).on('close', resolve)),
  )

  const start = performance.now()
  await Promise.all([emulator.close(), emulator.close()])
  t.ok(performance.now() - start < 5000, 'it is closed at once')
  await Promise.all(gone)
  await t.rejects(fetch(`${url}/subscriptions`), 'nobody listens any more')
  await emulator.close()
  for (const agent of agents) agent.destroy()
})

t.test('several emulators in one process know nothing of each other', async (t) => {
  const warnings: Error[] = []
  const warn = (warning: Error) => void warnings.push(warning)
  process.on('warning', warn)
  const emulators = await Promise.all(Array.from({ length: 12 }, () => startEmulator(QUIET)))
  t.teardown(() => Promise.all(emulators.map((emulator) => emulator.close())))
  t.equal(new Set(emulators.flatMap(({ url, httpsUrl }) => [url, httpsUrl])).size, 24, 'each has ports of its own')
  t.equal(new Set(emulators.map(({ ca }) => ca)).size, 12, 'and an authority')

  const [one, other] = emulators
  const before = other?.digest()
  one?.seed({ virtualMachines: [{ id: VM }] })
  one?.clock.set({ mode: 'manual' })
  one?.clock.advance({ by: 'P1D' })
  t.equal(other?.digest(), before)
  t.equal(other?.clock.read().mode, 'skip')
  await one?.close()
  t.equal((await fetch(`${other?.url}/_recoverite/health`)).status, 200, 'the others go on when one has gone')
  process.off('warning', warn)
  t.same(warnings, [], 'and Node has no complaints')
})

t.test('a start that fails leaves nothing open', async (t) => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  t.teardown(() => taken.close())
  const { port } = taken.address() as AddressInfo
  const dataDir = t.testdir()

  await t.rejects(startEmulator({ ...QUIET, dataDir, port }), { name: 'OptionError', message: /^--port: / })
  await t.rejects(startEmulator({ ...QUIET, dataDir, httpsPort: port }), {
    message: new RegExp(`^--https-port: can't listen on 127\\.0\\.0\\.1 port ${port}: the port is in use`),
  })
  const emulator = await startEmulator({ ...QUIET, dataDir })
  t.pass('the folder is free')

  const { port: own } = new URL(emulator.url)
  await t.rejects(startEmulator({ ...QUIET, dataDir }), { message: /^--data-dir: the folder '.*' is in use/ })
  await emulator.close()
  const next = await startEmulator({ ...QUIET, dataDir, port: Number(own) })
  t.equal(next.url, emulator.url, 'folder and port are free again')
  await next.close()
})

t.test('what is kept in a folder is there at the next start', async (t) => {
  const dataDir = t.testdir()
  const first = await startEmulator({ ...QUIET, dataDir, clock: 'manual' })
  first.seed({
    virtualMachines: [{ id: VM }],
    storageAccounts: [{ id: `${GROUP}/providers/Microsoft.Storage/storageAccounts/kept` }],
  })
  const seen = { digest: first.digest(), clock: first.clock.read() }
  await first.close()
  const second = await startEmulator({ ...QUIET, dataDir })
  t.same({ digest: second.digest(), clock: second.clock.read() }, seen)
  await second.close()
})

t.test('an emulator on every interface is reached at an address of this machine', async (t) => {
  const emulator = await startEmulator({ ...QUIET, host: '0.0.0.0', https: undefined })
  t.match([emulator.url, emulator.httpsUrl], [/^http:\/\/127\.0\.0\.1:\d+$/, /^https:\/\/127\.0\.0\.1:\d+$/])
  t.equal((await fetch(`${emulator.url}/_recoverite/health`)).status, 200)
  await emulator.close()
})

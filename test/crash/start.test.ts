import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { ADVANCE, CLOCK, GROUP, ITEM, VAULT, VM } from '../support/control.js'
import { MONDAY } from '../support/emulator.js'
import { readyLine, spawnProgram, startProgram } from '../support/program.js'

/** Runs the program where it can't start: how it ends and what it says last. */
async function refusedStart(t: Test, args: string[]) {
  const program = spawnProgram(t, ['--port', '0', '--no-https', '--log-level', 'warn', ...args])
  const { code } = await program.ended
  return { code, stdout: program.stdout(), stderr: program.stderr() }
}

/** A port that something else listens on. */
async function takenPort(t: Test): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

t.test('it says one line when it is ready, and everything else goes to stderr', async (t) => {
  const program = spawnProgram(t, ['--port', '0', '--https-port', '0', '--log-level', 'debug'])
  const [http = '', https = ''] = await readyLine(program)
  t.equal((await fetch(`${http}/_recoverite/health`)).status, 200)
  await fetch(`${http}/subscriptions`)
  await fetch(`${http}/nowhere`)
  t.match(https, /^https:\/\/127\.0\.0\.1:\d+$/)

  program.process.kill('SIGTERM')
  t.same(await program.ended, { code: 0, signal: null }, 'told to stop, it ends well')
  t.equal(program.stdout(), `Recoverite ready: ${http} ${https}\n`)
  const lines = program.stderr().trim().split('\n')
  t.ok(lines.length > 2)
  for (const line of lines) t.doesNotThrow(() => JSON.parse(line), 'every line of the log is JSON')
})

t.test('a world survives an orderly restart, its certificate authority included', async (t) => {
  const folder = t.testdir()
  const options = ['--data-dir', folder]
  const first = await startProgram(t, [...options, '--clock', 'manual', '--now', MONDAY])
  await first.call('POST', '/_recoverite/inventory', { virtualMachines: [{ id: VM }] })
  await first.call('PUT', VAULT, { location: 'westeurope', sku: { name: 'Standard' }, properties: {} })
  await first.call('POST', ADVANCE, { by: 'PT1H' })
  const paths = [CLOCK, VAULT, VM, GROUP, '/subscriptions', `${VAULT}/backupPolicies`]
  const look = async (program: typeof first) =>
    Promise.all(paths.map(async (path) => (await program.call('GET', path)).body))
  const seen = await look(first)
  t.same(await first.stop('SIGINT'), { code: 0, signal: null })

  const second = await startProgram(t, [...options, '--now', '2030-01-01T00:00:00Z', '--seed', 'another'])
  t.same(await look(second), seen, 'all is as it was, whatever a new world would start with')
  t.equal((await second.call('GET', ITEM)).status, 404)
  await second.stop('SIGTERM')

  const authority = async () => {
    const program = spawnProgram(t, [...options, '--port', '0', '--https-port', '0', '--log-level', 'warn'])
    const [http = ''] = await readyLine(program)
    const ca = await (await fetch(`${http}/_recoverite/ca.pem`)).text()
    program.process.kill('SIGTERM')
    await program.ended
    return ca
  }
  const ca = await authority()
  t.equal(await authority(), ca, 'who trusts it need not trust another')
  t.equal(readFileSync(`${folder}/recoverite-ca.pem`, 'utf8'), ca)
})

t.test('a folder belongs to one process at a time', async (t) => {
  const folder = t.testdir()
  const first = await startProgram(t, ['--data-dir', folder])
  const second = await refusedStart(t, ['--data-dir', folder])
  t.match(second, { code: 2, stdout: /^$/ })
  t.equal(
    second.stderr,
    `recoverite: --data-dir: the folder '${folder}' is in use by another Recoverite. Stop it, or name another.\n`,
  )

  t.equal((await first.call('PUT', GROUP, { location: 'westeurope' })).status, 201, 'the first one works on')
  await first.stop('SIGKILL')
  const third = await startProgram(t, ['--data-dir', folder])
  t.equal((await third.call('GET', GROUP)).status, 200, 'once it is gone, however that was, another takes over')
})

t.test('a folder that can not be used is left as it is', async (t) => {
  const folder = t.testdir({ newer: {}, other: { 'world.sqlite': 'notes of mine, and no database at all'.repeat(30) } })
  const made = await startProgram(t, ['--data-dir', `${folder}/newer`])
  await made.stop('SIGTERM')
  const file = `${folder}/newer/world.sqlite`
  const db = new Database(file)
  db.pragma('user_version = 99')
  db.close()
  const before = readFileSync(file)

  const newer = await refusedStart(t, ['--data-dir', `${folder}/newer`])
  t.match(newer, {
    code: 2,
    stdout: /^$/,
    stderr: /^recoverite: --data-dir: '.*world\.sqlite' was written by a newer Recoverite.*99.*\n$/,
  })
  t.ok(readFileSync(file).equals(before), 'the newer world is untouched')

  const other = await refusedStart(t, ['--data-dir', `${folder}/other`])
  t.match(other, { code: 2, stdout: /^$/, stderr: /^recoverite: --data-dir: '.*' is not a world of Recoverite.*\n$/ })
})

t.test('a port that is taken is named', async (t) => {
  const port = String(await takenPort(t))
  const message = (option: string) =>
    new RegExp(`^recoverite: --${option}: can't listen on 127\\.0\\.0\\.1 port ${port}: .*in use.*\n$`)
  t.match(await refusedStart(t, ['--port', port]), { code: 2, stdout: /^$/, stderr: message('port') })

  const folder = t.testdir()
  const program = spawnProgram(t, ['--port', '0', '--https-port', port, '--data-dir', folder, '--log-level', 'warn'])
  t.same(await program.ended, { code: 2, signal: null }, 'it does not hang on the port that it has')
  t.match(program.stderr(), message('https-port'))
  t.equal(program.stdout(), '', 'and was never ready')
})

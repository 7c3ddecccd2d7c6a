import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { startEmulator } from '../src/emulator.js'
import { OPTION_TABLE } from '../src/options.js'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
const DISKS = readFileSync(join(ROOT, 'docs/disks.md'), 'utf8')

/** The code blocks of a text in a language, as they stand. */
const blocks = (language: string, text = README) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code)

const blockWith = (language: string, mark: string) => {
  const block = blocks(language).find((code) => code.includes(mark))
  if (block === undefined) throw new Error(`the README has no ${language} with ${mark}`)
  return block
}

t.test('the SDK snippet runs as it is and shows a whole backup', async (t) => {
  const emulator = await startEmulator({ port: 0, httpsPort: 0, logLevel: 'error' })
  t.teardown(() => emulator.close())
  const folder = mkdtempSync(join(tmpdir(), 'readme-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const ca = join(folder, 'ca.pem')
  writeFileSync(ca, emulator.ca ?? '')
  const https = `https://localhost:${new URL(emulator.httpsUrl ?? '').port}`
  const snippet = blockWith('js', '// backup.mjs').replaceAll('https://localhost:10191', https)
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', snippet], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: ca },
  })
  const lines = stdout.trim().split('\n')
  t.match(lines.at(-2), /^Completed PT.* Take Snapshot: Completed, Transfer data to vault: Completed$/)
  t.match(lines.at(-1), /^\d+ AppConsistent \d{4}-/)
  t.ok(
    lines.some((line) => line.includes('Take Snapshot: InProgress')),
    'every phase was seen on the way',
  )
})

t.test('the curl snippet runs as it is and ends with recovery points', async (t) => {
  const emulator = await startEmulator({ port: 0, https: false, logLevel: 'error' })
  t.teardown(() => emulator.close())
  const snippet = blockWith('sh', '"by":"P3D"').replaceAll('http://127.0.0.1:10190', emulator.url)
  const { stdout } = await run('bash', ['-euc', snippet])
  const points = stdout.slice(stdout.lastIndexOf('{"value":'))
  t.match(points, /"recoveryPointType":"AppConsistent"/)
})

t.test('so do the calls about a disk, up to a restored one', async (t) => {
  const emulator = await startEmulator({ port: 0, https: false, logLevel: 'error' })
  t.teardown(() => emulator.close())
  const snippets = blocks('sh', DISKS).join('').replaceAll('http://127.0.0.1:10190', emulator.url)
  const { stdout } = await run('bash', ['-euc', snippets])
  t.match(stdout, /"operation":"Backup","status":"Completed"/)
  t.match(stdout.slice(stdout.lastIndexOf('{"id":')), /"name":"disk1-restored".*"provisioningState":"Succeeded"/)
})

t.test('the library snippet runs as it is', async (t) => {
  const snippet = blockWith('js', "from 'recoverite'").replace("'recoverite'", `'${ROOT}dist/emulator.js'`)
  const { stderr } = await run(process.execPath, ['--input-type=module', '-e', snippet], {
    env: { PATH: process.env.PATH, RECOVERITE_LOG_LEVEL: 'error' },
  })
  t.notMatch(stderr, /Error/)
})

t.test('the README names only options that there are', async (t) => {
  const named = new Set([...README.matchAll(/(?:^|[\s`(])--([a-z][a-z-]+)/g)].map(([, name = '']) => name))
  for (const name of named) t.ok(name in OPTION_TABLE || name === 'help', `--${name}`)
})

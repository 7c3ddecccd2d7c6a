import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { type Answer, call } from './emulator.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

let built: string | undefined

/** The program: `npm test` has built it; where that is older than its sources, a build of this process's own. */
function builtProgram(): string {
  const main = join(ROOT, 'dist', 'main.js')
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  const newest = Math.max(...sources.map((name) => statSync(join(ROOT, 'src', name)).mtimeMs))
  if (existsSync(main) && statSync(main).mtimeMs > newest) return main

  // Below the checkout, so that it finds its packages, and beside a package.json, which it reads its version from.
  const place = join(ROOT, '.tap', 'program', String(process.pid))
  mkdirSync(place, { recursive: true })
  process.on('exit', () => rmSync(place, { recursive: true, force: true }))
  copyFileSync(join(ROOT, 'package.json'), join(place, 'package.json'))
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(place, 'dist')], { cwd: ROOT })
  return join(place, 'dist', 'main.js')
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** The program, running as a process of its own. */
export interface Program {
  process: ChildProcess
  stdout: () => string
  stderr: () => string
  /** Resolves when it has ended and all that it said has been read. */
  ended: Promise<Exit>
}

/**
 * Starts the program with nothing in its environment but what is given. `env` starts it, because tap hooks itself into
 * every Node process that is started here, which takes longer than the program's own start.
 */
export function spawnProgram(t: Test, args: readonly string[], environment: Record<string, string> = {}): Program {
  built ??= builtProgram()
  const variables = Object.entries({ PATH: process.env.PATH ?? '', ...environment })
  const command = [...variables.map(([name, value]) => `${name}=${value}`), process.execPath, built, ...args]
  const child = spawn('env', ['-i', ...command], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text
  })
  const ended = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { process: child, stdout: () => said.stdout, stderr: () => said.stderr, ended }
}

/** The program, ready to be asked. */
export interface RunningProgram extends Program {
  url: string
  httpsUrl: string | undefined
  call: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** Ends it, and waits until it has. */
  stop: (signal: NodeJS.Signals) => Promise<Exit>
}

/** Starts the program on free ports and waits until it says that it is ready. */
export async function startProgram(t: Test, args: readonly string[]): Promise<RunningProgram> {
  const program = spawnProgram(t, ['--port', '0', '--no-https', '--log-level', 'warn', ...args])
  const [url = '', httpsUrl] = await readyLine(program)
  return {
    ...program,
    url,
    httpsUrl,
    // As SDKs do: a job keeps the id of the request that started it.
    call: (method, path, body) => call(t, url, method, path, body, { 'x-ms-client-request-id': REQUEST_ID }),
    stop: (signal) => {
      program.process.kill(signal)
      return program.ended
    },
  }
}

const REQUEST_ID = '22222222-2222-2222-2222-222222222222'

/** The addresses that the program says it is ready at. */
export async function readyLine({ process: child, stdout, stderr, ended }: Program): Promise<string[]> {
  const ready = /^Recoverite ready: (\S+)(?: (\S+))?\n/
  const said = new Promise<void>((resolve) => {
    child.stdout?.on('data', () => ready.test(stdout()) && resolve())
  })
  await Promise.race([said, ended])
  const [, ...urls] = ready.exec(stdout()) ?? []
  if (urls.length === 0) throw new Error(`the program did not come to be ready: ${stderr()}`)
  return urls
}

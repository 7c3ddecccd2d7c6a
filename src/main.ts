#!/usr/bin/env node
import { join, resolve } from 'node:path'
import { startEmulator } from './emulator.js'
import { environmentText } from './environment.js'
import { helpText, OptionError, readOptions } from './options.js'

const say = (text: string) => void process.stdout.write(text)

/** Runs until it is told to stop; the line on stdout says that it is ready. */
async function run(args: string[]): Promise<void> {
  const emulator = await startEmulator(readOptions(args, process.env))
  say(`Recoverite ready: ${[emulator.url, emulator.httpsUrl].filter(Boolean).join(' ')}\n`)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    emulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** What makes clients use an emulator that is started with these options. */
function printEnvironment(args: string[]): void {
  const options = readOptions(args, process.env)
  const folder = resolve(options.dataDir ?? '.')
  say(
    environmentText({
      httpsPort: options.httpsPort,
      httpPort: options.port,
      host: options.host,
      ca: join(folder, 'recoverite-ca.pem'),
      kept: options.dataDir !== undefined,
    }),
  )
}

async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2)
  if (command === '--help' || command === '-h' || command === 'help') return say(helpText())
  if (command === 'env') return printEnvironment(rest)
  await run(process.argv.slice(2))
}

main().catch((error: unknown) => {
  const known =
    error instanceof OptionError || (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
  process.stderr.write(`recoverite: ${known ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`)
  process.exit(known ? 2 : 1)
})

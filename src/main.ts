#!/usr/bin/env node
import { resolve } from 'node:path'
import { startEmulator, VERSION } from './emulator.js'
import { environmentText } from './environment.js'
import { CA_FILE } from './identity/certificates.js'
import { helpText, OptionError, readOptions } from './options.js'

const say = (text: string) => void process.stdout.write(text)

/** Runs until it is told to stop; the line on stdout says that it is ready. */
async function run(args: string[]): Promise<void> {
  const emulator = await startEmulator(readOptions(args, process.env))
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
  say(`Recoverite ready: ${[emulator.url, emulator.httpsUrl].filter(Boolean).join(' ')}\n`)
}

/** What makes clients use an emulator that is started with these options. */
function printEnvironment(args: string[]): void {
  const { host, port, httpsPort, https, dataDir } = readOptions(args, process.env)
  if (!https)
    throw new OptionError('--no-https: az, Terraform and the SDKs speak nothing else, so there is nothing to set')
  if (httpsPort === 0 || port === 0)
    throw new OptionError('--port 0: any free port is known only when the emulator runs; name the ports that it uses')
  const ca = resolve(dataDir ?? '.', CA_FILE)
  say(environmentText({ host, httpPort: port, httpsPort, ca, kept: dataDir !== undefined }))
}

async function main([command, ...rest]: string[]): Promise<void> {
  const args = command === undefined ? [] : [command, ...rest]
  if (command === 'help' || args.includes('--help') || args.includes('-h')) return say(helpText())
  if (args.includes('--version')) return say(`${VERSION}\n`)
  if (command === 'env') return printEnvironment(rest)
  await run(args)
}

main(process.argv.slice(2)).catch((error: Error) => {
  const known = error instanceof OptionError
  process.stderr.write(`recoverite: ${known ? error.message : (error.stack ?? error)}\n`)
  process.exit(known ? 2 : 1)
})

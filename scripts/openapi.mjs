import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { startEmulator } from '../dist/emulator.js'

/** Writes the OpenAPI documents under openapi/, or with --check says which are stale. */
const folder = new URL('../openapi/', import.meta.url)
const check = process.argv.includes('--check')

const emulator = await startEmulator({ port: 0, https: false, logLevel: 'error' })
const documents = emulator.openapi()
await emulator.close()

mkdirSync(folder, { recursive: true })
const wanted = new Map(
  Object.entries(documents).map(([name, document]) => [`${name}.json`, `${JSON.stringify(document, null, 2)}\n`]),
)
const there = readdirSync(folder)
const stale = [
  ...[...wanted]
    .filter(([file, text]) => !there.includes(file) || readFileSync(new URL(file, folder), 'utf8') !== text)
    .map(([file]) => file),
  ...there.filter((file) => !wanted.has(file)),
]
if (check) {
  if (stale.length > 0) {
    process.stdout.write(`stale: ${stale.join(', ')}. Run npm run openapi and commit what it writes.\n`)
    process.exit(1)
  }
  process.stdout.write(`${wanted.size} documents, none stale\n`)
} else {
  for (const file of there) if (!wanted.has(file)) rmSync(new URL(file, folder))
  for (const [file, text] of wanted) writeFileSync(new URL(file, folder), text)
  process.stdout.write(`wrote ${[...wanted.keys()].join(', ')}\n`)
}

import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'

/** Everything that has to hold, in order; the first that doesn't ends the run. */
const STEPS = [
  ['types', 'npx', ['tsc', '--noEmit']],
  ['lint and format', 'npx', ['biome', 'check', '--error-on-warnings', '.']],
  ['build', 'npx', ['tsc', '-p', 'tsconfig.build.json']],
  ['openapi documents are up to date', 'node', ['scripts/openapi.mjs', '--check']],
  ['docs/failures.md is up to date', 'node', ['scripts/failures.mjs', '--check']],
  ['tests', 'npx', ['tap', ...process.argv.slice(2)]],
]

rmSync(new URL('../.tap/operations', import.meta.url), { recursive: true, force: true })
for (const [name, command, args] of STEPS) {
  process.stdout.write(`\n## ${name}\n`)
  const { status } = spawnSync(command, args, { stdio: 'inherit', cwd: new URL('..', import.meta.url) })
  if (status !== 0) {
    process.stdout.write(`\n${name}: failed\n`)
    if (name !== 'tests') process.stdout.write('0 passed, 1 failed\n')
    process.exit(status ?? 1)
  }
}

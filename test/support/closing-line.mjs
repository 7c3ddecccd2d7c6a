import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Transform } from 'node:stream'

const COVERED = new URL('../../.tap/operations/', import.meta.url)
const OURS = /^recoveryservices(backup)?:/

/** What every test process has left: of one kind of operations, which the run has served and which not. */
function read(kind) {
  const served = new Set()
  const known = new Set()
  for (const file of readdirSync(COVERED)) {
    const lists = JSON.parse(readFileSync(new URL(file, COVERED), 'utf8'))[kind]
    for (const id of lists.served) served.add(id)
    for (const id of [...lists.served, ...lists.missing]) known.add(id)
  }
  const ours = [...known].filter((id) => OURS.test(id))
  return {
    count: `${ours.filter((id) => served.has(id)).length} of ${ours.length}`,
    missing: ours.filter((id) => !served.has(id)),
  }
}

/** How many operations of Recovery Services the run has served, and which it hasn't. */
function coverage() {
  if (!existsSync(COVERED)) return 'published operations: not counted, the definitions are not beside this checkout\n'
  const [published, recorded] = [read('published'), read('recorded')]
  const missing = [...published.missing, ...recorded.missing]
  return [
    `published operations of Recovery Services vaults and backup covered: ${published.count}, known from recordings only: ${recorded.count}`,
    // A run of single tests misses most of them.
    ...(missing.length > 0 && missing.length <= 10 ? [`not covered: ${missing.join(', ')}`] : []),
    '',
  ].join('\n')
}

/** Passes TAP through and closes with what was covered and one line: `N passed, N failed`. */
export default class ClosingLine extends Transform {
  #tail = ''

  _transform(chunk, _encoding, done) {
    this.#tail = (this.#tail + chunk).slice(-2048)
    done(null, chunk)
  }

  // tap ends its stream with its own count, e.g. `# { total: 8, pass: 4, fail: 3, skip: 1 }`.
  _flush(done) {
    const counts = this.#tail.match(/^# \{ total: .*\}$/gm)?.at(-1) ?? ''
    const count = (name) => counts.match(new RegExp(`${name}: (\\d+)`))?.[1] ?? 0
    done(null, `${coverage()}${count('pass')} passed, ${count('fail')} failed\n`)
  }
}

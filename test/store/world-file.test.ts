import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { limitsOf } from '../../src/domain/limits.js'
import { lockFile, WorldFileError } from '../../src/store/database.js'
import { openWorldStore, type WorldStore } from '../../src/store/world.js'

const limits = limitsOf('present')
const START = 1_767_600_000_000
const startOf = (seed: string) => ({ seed, now: START, wall: START, clock: '{"mode":"manual"}' })
const ADMISSION = { name: 'It' }

function open(file: string, seed = 'first'): WorldStore {
  return openWorldStore({ file, limits, classicLimits: limits, strict: false, fresh: startOf(seed) })
}

/** Makes groups known, by their keys. */
function write(store: WorldStore, ...keys: string[]): void {
  store.transact(START, START, (world) => {
    for (const key of keys)
      world.groups.put({ key, subscriptionId: 'subscription', name: key, location: 'westeurope', tags: {} } as never)
  })
}

const groupsOf = (store: WorldStore) => store.look(START, (world) => world.groups.all().map(({ key }) => key))

const PLACES: readonly (readonly [where: string, fileIn: (t: Test) => string])[] = [
  ['in memory', () => ':memory:'],
  ['in a folder', (t) => `${t.testdir()}/world.sqlite`],
]

for (const [where, fileIn] of PLACES) {
  t.test(`a world ${where} is put away and comes back whole`, async (t) => {
    const store = open(fileIn(t))
    t.teardown(() => store.close())
    write(store, 'kept')
    const before = store.digest()
    t.match(store.checkpoints.put('Mark'), { name: 'Mark', seed: 'first', now: START, vaults: 0 })
    write(store, 'later')
    const found = store.checkpoints.find('mark')
    t.ok(found)
    if (!found) return
    for (const round of [1, 2, 3]) {
      store.replaceBy(found.world, ADMISSION)
      t.equal(store.digest(), before, `round ${round}`)
      t.same(groupsOf(store), ['kept'], 'what was known by heart is forgotten')
      t.equal(store.state.wall, 0, 'its clock goes on from where it stands')
      write(store, `${round}`, 'kept')
      t.same(groupsOf(store), [`${round}`, 'kept'], 'and it can be changed')
    }
  })

  t.test(`a world ${where} is emptied as a whole`, async (t) => {
    const store = open(fileIn(t))
    t.teardown(() => store.close())
    const empty = store.digest()
    const bytes = store.bytes(START)
    write(store, 'one', 'two')
    store.reset(startOf('second'))
    t.same([store.digest(), store.state.seed, store.state.ordinal], [empty, 'second', 0])
    write(store, 'three')
    store.reset(startOf('first'))
    t.ok(store.bytes(START).equals(bytes), 'nothing is left of what was there')
  })

  t.test(`what is no world leaves the one ${where} as it was`, async (t) => {
    const file = fileIn(t)
    const store = open(file)
    t.teardown(() => store.close())
    write(store, 'kept')
    const before = store.bytes(START)
    for (const bytes of [Buffer.alloc(0), Buffer.from('x'.repeat(5000)), before.subarray(0, 5000)])
      t.throws(() => store.replaceBy(bytes, ADMISSION), { message: /^It (is|can't)/ })
    const problemOf = () => 'it is not wanted'
    t.throws(() => store.replaceBy(before, { ...ADMISSION, problemOf }), {
      message: 'It is damaged: it is not wanted.',
    })
    t.ok(store.bytes(START).equals(before))
    t.notOk(existsSync(`${file}.new`), 'nothing is left lying about')
    write(store, 'more')
    t.same(groupsOf(store), ['kept', 'more'], 'and it goes on')
  })
}

t.test('what takes the place of a world in a folder is there after a restart, and nothing else', async (t) => {
  const folder = t.testdir()
  const file = `${folder}/world.sqlite`
  const first = open(file)
  write(first, 'kept')
  first.checkpoints.put('mark')
  write(first, 'later')
  const found = first.checkpoints.find('mark')
  if (found) first.replaceBy(found.world, ADMISSION)
  first.close()
  t.same(readdirSync(folder).sort(), ['checkpoints', 'world.sqlite', 'world.sqlite.lock'])

  const second = open(file, 'another')
  t.same([groupsOf(second), second.state.seed], [['kept'], 'first'])
  t.match(second.checkpoints.list(), [{ name: 'mark', seed: 'first', now: START }], 'checkpoints are kept as well')
  second.reset(startOf('second'))
  second.close()
  const third = open(file)
  t.same([groupsOf(third), third.state.seed], [[], 'second'])
  third.close()
})

/** A copy of a world's files as a process leaves them that is killed now. */
function killed(folder: string, when: string): string {
  const copy = `${folder}-${when}`
  mkdirSync(copy)
  for (const name of readdirSync(folder)) copyFileSync(`${folder}/${name}`, `${copy}/${name}`)
  return copy
}

t.test('a process that is killed while a world takes the place of another leaves the one or the other', async (t) => {
  const folder = t.testdir({ old: {}, new: {} })
  const [oldFolder, newFolder] = [`${folder}/old`, `${folder}/new`]
  const next = open(`${newFolder}/world.sqlite`, 'next')
  write(next, 'next')
  const nextBytes = next.bytes(START)
  next.close()

  const old = open(`${oldFolder}/world.sqlite`, 'old')
  t.teardown(() => old.close())
  write(old, 'old')
  t.ok(existsSync(`${oldFolder}/world.sqlite-wal`), 'the last commits stand in the log')

  const seenIn = (copy: string) => {
    const store = open(`${copy}/world.sqlite`)
    const seen = [store.state.seed, ...groupsOf(store)]
    store.close()
    t.same(readdirSync(copy).sort(), ['world.sqlite', 'world.sqlite.lock'], 'nothing is left lying about')
    t.equal(new Database(`${copy}/world.sqlite`).pragma('integrity_check', { simple: true }), 'ok')
    return seen
  }

  t.same(seenIn(killed(oldFolder, 'before')), ['old', 'old'], 'before it began')

  const writing = killed(oldFolder, 'writing')
  writeFileSync(`${writing}/world.sqlite.new`, nextBytes.subarray(0, 9000))
  t.same(seenIn(writing), ['old', 'old'], 'while the file was being written')

  const decided = killed(oldFolder, 'decided')
  writeFileSync(`${decided}/world.sqlite.next`, nextBytes)
  t.same(seenIn(decided), ['next', 'next'], 'when it was written, and the log of the old world was still there')

  const nearly = killed(oldFolder, 'nearly')
  writeFileSync(`${nearly}/world.sqlite.next`, nextBytes)
  for (const ending of ['-wal', '-shm', '-journal']) writeFileSync(`${nearly}/world.sqlite${ending}`, '')
  t.same(seenIn(nearly), ['next', 'next'], 'when the log was empty')
})

t.test('a folder belongs to one process also when its world was replaced', async (t) => {
  const file = `${t.testdir()}/world.sqlite`
  const store = open(file)
  store.reset(startOf('second'))
  t.throws(() => open(file), { message: /is in use by another Recoverite/ })
  t.throws(() => lockFile(file), { message: /is in use by another Recoverite/ }, 'whatever file has its name')
  store.close()
  open(file).close()
})

t.test("another program's database is left as it is", async (t) => {
  const file = `${t.testdir()}/world.sqlite`
  const other = new Database(file)
  other.exec("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')")
  other.close()
  const before = readFileSync(file)
  t.throws(() => open(file), { constructor: WorldFileError, message: /is not a world of Recoverite/ })
  t.ok(readFileSync(file).equals(before))
})

t.test('what lies in the folder of the checkpoints and is none is left alone', async (t) => {
  const folder = t.testdir({
    checkpoints: { 'notes.txt': 'mine', 'notes.sqlite': 'mine', '.half.sqlite': 'not written to its end' },
  })
  const store = open(`${folder}/world.sqlite`)
  t.teardown(() => store.close())
  t.same(store.checkpoints.list(), [])
  store.checkpoints.put('mark')
  t.same(readdirSync(`${folder}/checkpoints`).sort(), ['mark.sqlite', 'notes.sqlite', 'notes.txt'])
  store.checkpoints.delete('MARK')
  t.same(readdirSync(`${folder}/checkpoints`).sort(), ['notes.sqlite', 'notes.txt'])
})

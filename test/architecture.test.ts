import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { ALL_ROUTES, PROVIDERS } from '../src/routes/providers.js'
import { PUBLISHED_DATA_PROTECTION } from '../src/routes/published-data-protection.js'
import { PUBLISHED_OPERATIONS } from '../src/routes/published-operations.js'
import { hasShared, SHARED, skipWithoutShared } from './support/published-schemas.js'

const SRC = fileURLToPath(new URL('../src/', import.meta.url))

/** Which layers each may import; `root` are the files directly under src/. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  domain: [],
  store: ['domain'],
  scheduler: ['domain', 'store'],
  arm: ['domain'],
  identity: ['domain'],
  // Who listens is outside of the world: streams and webhooks have their own pace, in real time.
  events: ['domain', 'store'],
  routes: ['arm', 'domain', 'events', 'scheduler'],
  root: ['arm', 'domain', 'events', 'identity', 'routes', 'scheduler', 'store', 'root'],
}

/** Libraries that only one layer may know: what it is about would leak otherwise. */
const OWNERS: readonly (readonly [library: RegExp, layers: readonly string[], why: string])[] = [
  [/^better-sqlite3$/, ['store'], 'only store/ knows SQL'],
  [/^(fastify|@fastify\/)/, ['arm', 'routes', 'identity', 'root'], 'only routes/ and arm/ know HTTP'],
  [/^node:https?$/, ['root'], 'only the emulator opens ports'],
  [/^node:timers/, ['root', 'identity'], 'timers are for the edges'],
  [/^node:fs/, ['root', 'identity', 'store'], 'files are for the edges'],
]

interface SourceFile {
  path: string
  layer: string
  text: string
  imports: { from: string; layer: string | undefined }[]
}

const layerOf = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? 'root') : 'root')

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
  )
}

const files: SourceFile[] = filesUnder(SRC)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => {
    const path = relative(SRC, file)
    const text = readFileSync(file, 'utf8')
    const imports = [...text.matchAll(/^(?:import|export)[^'"]*?from '([^']+)'|^import '([^']+)'/gm)].map((match) => {
      const from = match[1] ?? match[2] ?? ''
      return { from, layer: from.startsWith('.') ? layerOf(relative(SRC, resolve(dirname(file), from))) : undefined }
    })
    return { path, layer: layerOf(path), text, imports }
  })

/** The code of a file without comments and texts. */
const codeOf = (text: string) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''")

t.test('imports run one way', async (t) => {
  for (const { path, layer, imports } of files) {
    const may = [layer, ...(MAY_IMPORT[layer] ?? [])]
    for (const { from, layer: target } of imports) {
      if (target === undefined || may.includes(target)) continue
      t.fail(
        `src/${path} imports '${from}', but ${layer}/ may only import ${may.join(', ')}. Move the rule to the lower layer, or hand it in.`,
      )
    }
  }
  t.ok(files.length > 50, 'the sources were read')
})

t.test('the domain imports nothing outside itself', async (t) => {
  for (const { path, imports } of files.filter(({ layer }) => layer === 'domain')) {
    for (const { from, layer } of imports) {
      if (layer !== 'domain') t.fail(`src/${path} imports '${from}': the domain is pure, hand in what it needs`)
    }
  }
})

t.test('each library has its layer', async (t) => {
  for (const { path, layer, imports } of files) {
    for (const { from } of imports) {
      const row = OWNERS.find(([library]) => library.test(from))
      if (row && !row[1].includes(layer)) t.fail(`src/${path} imports '${from}': ${row[2]}`)
    }
  }
})

/** The files whose code a file needs when it is loaded: what it imports for its types alone is not among them. */
function neededBy({ path, text }: SourceFile): string[] {
  const statements = [...text.matchAll(/^(?:import|export)\s+(?!type\b)(?:\{([^}]*)\}|[^'"{]*?)\s*from '(\.[^']+)'/gm)]
  return statements
    .filter(([, names]) => names === undefined || names.split(',').some((name) => !/^\s*(type\s.*)?$/.test(name)))
    .map(([, , from = '']) => relative(SRC, resolve(SRC, dirname(path), from)).replace(/\.js$/, '.ts'))
}

t.test('no file needs itself in the end: tables are built while files are loaded', async (t) => {
  const needs = new Map(files.map((file) => [file.path, neededBy(file)]))
  const done = new Set<string>()
  const visit = (path: string, way: string[]): void => {
    if (way.includes(path)) {
      t.fail(`${[...way.slice(way.indexOf(path)), path].join(' needs ')}. Move what both need to a file of its own.`)
      return
    }
    if (done.has(path)) return
    for (const next of needs.get(path) ?? []) visit(next, [...way, path])
    done.add(path)
  }
  for (const path of needs.keys()) visit(path, [])
  t.ok([...needs.values()].flat().length > 500, 'the imports were read')
})

t.test('time and chance come from the world', async (t) => {
  const clock = 'scheduler/clock.ts'
  for (const { path, layer, text } of files) {
    const code = codeOf(text)
    if (path !== clock && /Date\.now\(|new Date\(\)|performance\.now\(/.test(code))
      t.fail(`src/${path} reads the wall clock: only ${clock} may`)
    if (layer !== 'identity' && /Math\.random\(|randomUUID\(|randomBytes\(/.test(code))
      t.fail(`src/${path} draws chance: take it from the world`)
  }
})

t.test('files are small, and none is called utils', async (t) => {
  for (const { path, text } of files) {
    const lines = text.split('\n').length
    if (lines > 251) t.fail(`src/${path} has ${lines} lines: split it where its subject splits`)
    if (/(utils?|helpers?|misc|common)\.ts$/.test(path))
      t.fail(`src/${path} is named after nothing: name it after what it does`)
  }
})

const PUBLISHED: Record<string, readonly [string, string]> = { ...PUBLISHED_OPERATIONS, ...PUBLISHED_DATA_PROTECTION }

t.test('every published operation is served, at its published place', async (t) => {
  const served = new Map(ALL_ROUTES.map((route) => [route.operation, route]))
  for (const [name, [method, path]] of Object.entries(PUBLISHED)) {
    const route = served.get(name)
    t.equal(route?.method, method, `${name} has its published method`)
    t.equal(route?.path.toLowerCase(), path.toLowerCase(), `${name} has its published path`)
  }
  for (const { routes } of PROVIDERS)
    for (const { summary, responses } of routes) t.ok(summary && Object.keys(responses).length > 0, summary)
})

t.test('the table of operations is the published one', { skip: skipWithoutShared }, async (t) => {
  if (!hasShared) return
  const read = JSON.parse(readFileSync(new URL('wire/operations.json', SHARED), 'utf8')) as Record<
    'operations' | 'pollingOperations',
    { provider: string; group: string; name: string; method: string; path: string }[]
  >
  const published = [...read.operations, ...read.pollingOperations]
  const resource = '/subscriptions/{}/resourceGroups/{}/providers/{}/{}/{}'
  const shape = (path: string) =>
    path
      .replace('/{scope}', resource)
      .replace(/\{[^}]+\}/g, '{}')
      .toLowerCase()
  t.equal(published.length, Object.keys(PUBLISHED).length, 'as many as are published')
  for (const { group, name, method, path } of published) {
    const row = PUBLISHED[`${group}.${name}`]
    t.equal(row?.[0], method, `${group}.${name}`)
    t.equal(row && shape(row[1]), shape(path), `${group}.${name}`)
  }
})

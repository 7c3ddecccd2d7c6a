import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { classicProblems, isClassic } from './classic-shapes.js'

/** The published definitions and the recordings lie beside a checkout of the developers; elsewhere that part is skipped. */
export const SHARED = new URL('../../../shared/', import.meta.url)
export const hasShared = existsSync(new URL('wire/checker.mjs', SHARED))
export const skipWithoutShared = hasShared ? false : 'the published definitions are not beside this checkout'

export interface Exchange {
  method: string
  url: string
  status: number
  body: unknown
}

interface Checker {
  check(exchange: Exchange): { where: string; problem: string }[]
  operation(method: string, url: string): string | undefined
  coverage(): { served: string[]; missing: string[] }
}

const checker: Checker | undefined = hasShared ? await loadChecker() : undefined

async function loadChecker(): Promise<Checker> {
  const module = (await import(new URL('wire/checker.mjs', SHARED).href)) as {
    createChecker(ajv: unknown, formats: unknown): Checker
  }
  return module.createChecker(Ajv2020, addFormats)
}

/** Operations that only recordings know. */
const observed = hasShared ? readObserved() : []
const seen = new Set<string>()

function readObserved(): string[] {
  const { operations } = JSON.parse(readFileSync(new URL('wire/observed.json', SHARED), 'utf8')) as {
    operations: { provider: string; group: string; name: string }[]
  }
  return operations.map(({ provider, group, name }) => `${provider}:${group}.${name}`)
}

/** What only ARM itself publishes, Site Recovery, Azure Monitor, or Recoverite: nothing in the backup definitions speaks of it. */
const BACKUP_PATH =
  /\/providers\/Microsoft\.(RecoveryServices|DataProtection)\/(?!.*\/(replicationVaultSettings|providers)\/)[a-z]/i

/** What real clients call although neither the definitions nor the recordings have it, and who does. */
const CALLED_BY_CLIENTS: readonly (readonly [path: RegExp, client: string])[] = [
  [/\/replicationVaultSettings\/default(\?|$)/i, 'Terraform, on every vault'],
  [/\/listInstantItemRecoveryOperationResult(\?|$)/i, 'az 2.91, for the script of an item-level recovery'],
  [/\/providers\/Microsoft\.DataProtection\/operations(\?|$)/i, 'published by ARM as DataProtectionOperations_List'],
  [/\/protectionContainers\/[^/]+\/operationsStatus\/[^/]+(\?|$)/i, 'handed out by registrations and inquiries'],
]

/** What recordings have that are younger than the definitions, and where they are told of. */
const YOUNGER: readonly (readonly [member: RegExp, source: string])[] = [
  [/\/properties\/(accessType|identityInfo|sourceLocation)$/, 'storage containers, since 2026-08-01 (wire-files.md 4)'],
  [/\/properties\/(sourceLocation|sourceSideScanInfo)$/, 'items of file shares, since 2026-08-01 (wire-files.md 7.1)'],
]

const isYounger = (where: string) => YOUNGER.some(([member]) => member.test(where))

const isCalledByClients = (url: string) => CALLED_BY_CLIENTS.some(([path]) => path.test(url))

/** What is wrong with an answer, by the published definitions; nothing where they say nothing of it. */
export function problemsOf(exchange: Exchange): string[] {
  if (isClassic(exchange.url)) return classicProblems(exchange)
  if (!checker || !BACKUP_PATH.test(exchange.url.split('?')[0] ?? '') || isCalledByClients(exchange.url)) return []
  const operation = exchange.status < 400 && checker.operation(exchange.method, exchange.url)
  if (operation && observed.includes(operation)) seen.add(operation)
  return checker
    .check(exchange)
    .filter(({ where }) => (where !== 'operation' || exchange.status < 400) && !isYounger(where))
    .map(({ where, problem }) => `${exchange.method} ${exchange.url} ${exchange.status}: ${where}: ${problem}`)
}

/** Where the processes of one test run leave what they covered; the reporter adds it up. */
export const COVERED = fileURLToPath(new URL('../../.tap/operations/', import.meta.url))

process.on('exit', () => {
  if (!checker) return
  mkdirSync(COVERED, { recursive: true })
  const recorded = { served: [...seen], missing: observed.filter((id) => !seen.has(id)) }
  writeFileSync(`${COVERED}${process.pid}.json`, JSON.stringify({ published: checker.coverage(), recorded }))
})

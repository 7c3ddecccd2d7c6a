import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

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
  coverage(): { served: string[]; missing: string[] }
}

const checker: Checker | undefined = hasShared ? await loadChecker() : undefined

async function loadChecker(): Promise<Checker> {
  const module = (await import(new URL('wire/checker.mjs', SHARED).href)) as {
    createChecker(ajv: unknown, formats: unknown): Checker
  }
  return module.createChecker(Ajv2020, addFormats)
}

/** What only ARM itself publishes, or Recoverite: nothing in the backup definitions speaks of it. */
const BACKUP_PATH = /\/providers\/Microsoft\.(RecoveryServices|DataProtection)\/[a-z]/i

/** What is wrong with an answer, by the published definitions; nothing where they say nothing of it. */
export function problemsOf(exchange: Exchange): string[] {
  if (!checker || !BACKUP_PATH.test(exchange.url)) return []
  return checker
    .check(exchange)
    .filter(({ where }) => where !== 'operation' || exchange.status < 400)
    .map(({ where, problem }) => `${exchange.method} ${exchange.url} ${exchange.status}: ${where}: ${problem}`)
}

/** Where the processes of one test run leave what they covered; the reporter adds it up. */
export const COVERED = fileURLToPath(new URL('../../.tap/operations/', import.meta.url))

process.on('exit', () => {
  if (!checker) return
  mkdirSync(COVERED, { recursive: true })
  writeFileSync(`${COVERED}${process.pid}.json`, JSON.stringify(checker.coverage()))
})

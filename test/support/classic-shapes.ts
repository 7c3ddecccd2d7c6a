import type { TSchema } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import type { Route } from '../../src/arm/route.js'
import { classicBackupRoutes } from '../../src/routes/classic-backup/index.js'
import type { Exchange } from './published-schemas.js'

/** No definition of this provider was ever published: what its routes say of their answers takes the place of one. */
const CLASSIC_PATH = /\/providers\/Microsoft\.Backup\/BackupVault\/[^?]/i

export const isClassic = (url: string) => CLASSIC_PATH.test(url.split('?')[0] ?? '')

const ROUTES: readonly { route: Route; path: RegExp }[] = classicBackupRoutes.map((route) => ({
  route,
  path: new RegExp(`${route.path.replace(/\{[^}]+\}/g, '[^/]+')}/?$`, 'i'),
}))

const compiled = new Map<TSchema, TypeCheck<TSchema>>()

function checkOf(schema: TSchema): TypeCheck<TSchema> {
  const check = compiled.get(schema) ?? TypeCompiler.Compile(schema)
  compiled.set(schema, check)
  return check
}

const ENVELOPE = ['Code', 'Message', 'Target', 'Details', 'InnerError'].join()
const keysOf = (value: unknown) => Object.keys((value ?? {}) as object).join()

/** A refusal is the provider's, in its own envelope, or ARM's. */
function refusalProblem(body: unknown): string | undefined {
  const { Error: provider, error: arm } = (body ?? {}) as Record<string, unknown>
  if (keysOf(body) === 'Error' && keysOf(provider) === ENVELOPE) return undefined
  return keysOf(body) === 'error' && keysOf(arm) === 'code,message' ? undefined : 'the refusal is in no envelope'
}

/** What is wrong with an answer of the classic provider. */
export function classicProblems({ method, url, status, body }: Exchange): string[] {
  const problem = status >= 400 ? refusalProblem(body) : answerProblem({ method, url, status, body })
  return problem === undefined ? [] : [`${method} ${url} ${status}: ${problem}`]
}

function answerProblem({ method, url, status, body }: Exchange): string | undefined {
  const path = (url.split('?')[0] ?? '').replace(/([^:])\/{2,}/g, '$1/')
  const route = ROUTES.find((row) => row.route.method === method && row.path.test(path))?.route
  if (!route) return 'no route of the provider answers that'
  const declared = route.responses[status]
  if (!declared) return `${route.operation} declares no ${status}`
  if (!declared.schema) return body === undefined ? undefined : `${route.operation} declares no body of ${status}`
  const check = checkOf(declared.schema)
  if (check.Check(body)) return undefined
  const first = check.Errors(body).First()
  return `${route.operation}: ${first?.path ?? ''}: ${first?.message ?? ''}: ${JSON.stringify(first?.value)}`
}

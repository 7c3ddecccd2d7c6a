import { OptionalKind, type Static, type TObject, type TSchema, Type } from '@sinclair/typebox'
import { Errors, type ValueError, ValueErrorType } from '@sinclair/typebox/errors'
import type { FastifyInstance, FastifyTypeProvider } from 'fastify'
import { REFUSALS, Refusal, type RefusalCode } from '../../domain/errors.js'

interface SchemaTypes extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
  serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown
}

/** Where control routes are registered: handlers have the types of body, query and answer from their schemas. */
export const controlScope = (app: FastifyInstance) => app.withTypeProvider<SchemaTypes>()
export type ControlScope = ReturnType<typeof controlScope>

/** ARM's error envelope: what a route can be refused with, by status, the codes in words. */
export function refusals(...codes: RefusalCode[]) {
  const statuses = new Map<number, RefusalCode[]>()
  for (const code of codes) statuses.set(REFUSALS[code].status, [...(statuses.get(REFUSALS[code].status) ?? []), code])
  return Object.fromEntries([...statuses].map(([status, named]) => [status, refusalShape(named.join(', '))]))
}

const refusalShape = (description: string) =>
  Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String() }) }, { description })

/** An instant on the wire: ISO 8601 in UTC. */
export const InstantShape = Type.String({ description: 'ISO 8601', examples: ['2026-01-05T08:00:00.000Z'] })

/** An instant, ms since 1970, as the control API writes it: `2026-01-05T08:00:00.000Z`. */
export const isoInstant = (instant: number) => new Date(instant).toISOString()

/** A text out of a list, for a schema. */
export const oneOf = <T extends string>(values: readonly T[], options: { description?: string } = {}) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    options,
  )

/** What a control route is called and says of itself, around its schema of body, query and answers. */
export function described<S extends object>(
  operation: `Recoverite.${string}`,
  summary: string,
  description: string,
  schema: S,
) {
  return {
    config: { operation, invalid: 'InvalidControlRequest' as const },
    schema: { operationId: operation.replaceAll('.', '_'), tags: ['Emulator'], summary, description, ...schema },
  }
}

/** `/virtualMachines/2/name` as people write it: `virtualMachines[2].name`. */
const wordsOf = (path: string) =>
  path
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step.replaceAll('~1', '/').replaceAll('~0', '~')}`))
    .join('')
    .replace(/^\./, '')

/** A value as it was sent, cut where it is long. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** What a schema takes, if it is a list of values or types. */
function choices(schema: TSchema): string | undefined {
  if (schema.const !== undefined) return String(schema.const)
  if (!Array.isArray(schema.anyOf)) return undefined
  return schema.anyOf.map((variant: TSchema) => String(variant.const ?? variant.type)).join(', ')
}

const known = (schema: TSchema) => Object.keys(schema.properties ?? {}).join(', ')

function messageOf(problem: ValueError, whole: string): string {
  const where = wordsOf(problem.path)
  if (problem.type === ValueErrorType.ObjectAdditionalProperties) {
    const parent = wordsOf(problem.path.slice(0, problem.path.lastIndexOf('/')))
    return `There is no '${where}' in ${whole}. Known${parent ? ` in ${parent}` : ''}: ${known(problem.schema) || 'nothing'}.`
  }
  if (problem.type === ValueErrorType.ObjectRequiredProperty) return `'${where}' is missing in ${whole}.`
  if (where === '') {
    const keys = known(problem.schema)
    return `Send JSON that is an object${keys ? ` with any of: ${keys}` : ''}; ${whole} is ${shown(problem.value)}.`
  }
  const takes = choices(problem.schema)
  const rule = takes === undefined ? problem.message.replace(/^E/, 'e') : `use one of ${takes}`
  return `'${where}' is ${shown(problem.value)}: ${rule}.`
}

/**
 * Reads what a client sent as a schema has it; nothing is coerced, filled in or taken out.
 * @param whole what is read, in words
 * @throws Refusal InvalidControlRequest that names what is wrong, an unknown key first, and lists what is known
 */
export function readShape<S extends TSchema>(schema: S, value: unknown, whole = 'the body'): Static<S> {
  let first: ValueError | undefined
  for (const problem of Errors(schema, [], value)) {
    first ??= problem
    if (problem.type !== ValueErrorType.ObjectAdditionalProperties) continue
    first = problem
    break
  }
  if (first) throw new Refusal('InvalidControlRequest', messageOf(first, whole))
  return value as Static<S>
}

/** A parameter's text as the type that its schema names; left as it is where it isn't one. */
function typed(schema: TSchema | undefined, text: string): unknown {
  if (schema?.type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (schema?.type === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  return text
}

/**
 * Reads a query: names in any casing, numbers and booleans out of their text.
 * @throws Refusal InvalidControlRequest as `readShape`
 */
export function readQuery<S extends TObject>(schema: S, query: Readonly<Record<string, string>>): Static<S> {
  const names = new Map(Object.keys(schema.properties).map((name) => [name.toLowerCase(), name]))
  const read = Object.entries(query).map(([given, text]) => {
    const name = names.get(given.toLowerCase()) ?? given
    return [name, typed(names.has(given.toLowerCase()) ? schema.properties[name] : undefined, text)] as const
  })
  return readShape(schema, Object.fromEntries(read), 'the query')
}

/**
 * Fastify's validator for control routes: what they take is what their schemas say, and the refusal says what is known.
 * A body that may be left out is then an empty object.
 */
export function controlValidator({ schema, httpPart }: { schema: unknown; httpPart?: string }) {
  const shape = schema as TSchema
  const optional = shape[OptionalKind] === 'Optional'
  return (data: unknown) => {
    try {
      if (httpPart === 'querystring') return { value: readQuery(shape as TObject, data as Record<string, string>) }
      return { value: readShape(shape, optional ? (data ?? {}) : data) }
    } catch (error) {
      return { error: error as Error }
    }
  }
}

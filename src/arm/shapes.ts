import { FormatRegistry, OptionalKind, type TSchema, Type } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import { withoutNulls } from '../domain/documents.js'
import { problemOf } from './shape-problems.js'

/** A body of the wrong shape: where and what, in words. */
export class ShapeError extends Error {}

FormatRegistry.Set('date-time', (text) => !Number.isNaN(Date.parse(text)))

/** Compiled at first use and kept, so that a start compiles nothing. */
const compiled = new WeakMap<TSchema, TypeCheck<TSchema>>()

function checkOf(schema: TSchema): TypeCheck<TSchema> {
  const known = compiled.get(schema)
  if (known) return known
  const check = TypeCompiler.Compile(schema)
  compiled.set(schema, check)
  return check
}

/**
 * Fastify's validator: bodies are checked as they are, nothing is coerced, filled in or taken out.
 * Parameters and queries are read by the routes, which know how the service refuses each.
 */
export function validatorCompiler({ schema, httpPart }: { schema: unknown; httpPart?: string }) {
  if (httpPart !== 'body') return () => true
  const body = schema as TSchema
  const optional = OptionalKind in body && body[OptionalKind] === 'Optional'
  return (data: unknown) => {
    if (optional && (data === undefined || data === null)) return { value: data }
    const check = checkOf(body)
    // Few bodies have nulls: only those that don't fit as they are cost a copy.
    if (check.Check(data)) return { value: data }
    const bare = withoutNulls(data)
    if (check.Check(bare)) return { value: data }
    const { path, message } = problemOf(check.Errors(bare).First())
    const where = path ? `'${path.slice(1).replaceAll('/', '.')}'` : 'the body'
    return { error: new ShapeError(`${where}: ${message}`) }
  }
}

/** Shapes that many bodies share. */
export const Tags = Type.Record(Type.String(), Type.String())
export const AnyObject = Type.Record(Type.String(), Type.Unknown())
const ApiVersion = Type.Optional(
  Type.String({ description: 'Picks the shape of the answer', examples: ['2024-04-01'] }),
)
/** `resourceGuardOperationRequests`: what authorizes a critical operation on a vault with a resource guard. */
export const GuardRequests = Type.Optional(
  Type.Array(Type.String(), { description: '<resource guard>/<collection of requests>/default' }),
)
export const FilterQuery = Type.Object({
  'api-version': ApiVersion,
  $filter: Type.Optional(Type.String({ description: "name eq 'value' and name eq 'value'" })),
})
export const VersionQuery = Type.Object({ 'api-version': ApiVersion })

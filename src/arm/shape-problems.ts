import type { TSchema } from '@sinclair/typebox'
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors'
import { membersOf } from '../domain/documents.js'

const variantsOf = (schema: TSchema): readonly TSchema[] => (schema.anyOf as TSchema[] | undefined) ?? []

/** The values that a schema of literals takes; none where it is something else. */
function literalsOf(schema: TSchema): readonly unknown[] {
  if ('const' in schema) return [schema.const]
  const literals = variantsOf(schema).flatMap(literalsOf)
  return literals.length === variantsOf(schema).length ? literals : []
}

/** The member by whose value variants tell themselves apart, and the values it can have. */
function discriminatorOf(variants: readonly TSchema[]): { name: string; values: readonly unknown[] } | undefined {
  const [first] = variants
  const name = Object.entries(membersOf(first?.properties)).find(
    ([, schema]) => literalsOf(schema as TSchema).length > 0,
  )?.[0]
  if (name === undefined) return undefined
  const ofVariants = variants.map(({ properties }) => literalsOf((membersOf(properties)[name] ?? {}) as TSchema))
  return ofVariants.every((values) => values.length > 0) ? { name, values: [...new Set(ofVariants.flat())] } : undefined
}

const quoted = (values: readonly unknown[]) => values.map((value) => `'${String(value)}'`).join(', ')

/**
 * What is wrong with a value that a schema doesn't take: where, and in words. Of several shapes the one that was meant
 * is held against it, so that a client learns which member is wrong and not just that none of them fits.
 */
export function problemOf(error: ValueError | undefined): { path: string; message: string } {
  if (!error) return { path: '', message: 'not as expected' }
  if (error.type !== ValueErrorType.Union) return error
  const { schema, value, path } = error
  const literals = literalsOf(schema)
  if (literals.length > 0) return { path, message: `Expected one of ${quoted(literals)}` }
  const variants = variantsOf(schema)
  const discriminator = discriminatorOf(variants)
  if (!discriminator) return error
  const said = membersOf(value)[discriminator.name]
  const meant = variants.findIndex(({ properties }) =>
    literalsOf((membersOf(properties)[discriminator.name] ?? {}) as TSchema).includes(said),
  )
  if (meant >= 0) return problemOf(error.errors[meant]?.First())
  return { path: `${path}/${discriminator.name}`, message: `Expected one of ${quoted(discriminator.values)}` }
}

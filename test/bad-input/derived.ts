import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { withoutNulls } from '../../src/domain/documents.js'
import { type Members, members } from '../support/seen.js'

/** A good body made wrong: what is wrong with it, and which member the refusal has to name. */
export interface WrongBody {
  what: string
  member: string
  body: unknown
}

type Path = readonly string[]

/** A member of a body: where it is, what the route says of it, what stands there in the example. */
interface Place {
  path: Path
  schema: Members
  value: unknown
  required: boolean
}

/** By these members the service tells one kind of thing from another: the discriminators of the published definitions. */
const DISCRIMINATORS = [
  'objectType',
  'protectedItemType',
  'backupManagementType',
  'schedulePolicyType',
  'retentionPolicyType',
  'containerType',
  'protectionIntentItemType',
  'featureType',
  'workloadItemType',
  'authType',
]

const isObject = (value: unknown) => value !== null && typeof value === 'object' && !Array.isArray(value)

/** The one of several shapes that fits what stands there; shapes that belong together as one. */
function resolve(schema: Members, value: unknown): Members {
  const oneOf = schema.anyOf as Members[] | undefined
  if (oneOf) {
    const fits = oneOf.find((variant) => Value.Check(variant as unknown as TSchema, withoutNulls(value)))
    return fits ? resolve(fits, value) : schema
  }
  const allOf = schema.allOf as Members[] | undefined
  if (!allOf) return schema
  const parts = allOf.map((part) => resolve(part, value))
  return {
    type: 'object',
    properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})),
    required: parts.flatMap((part) => (part.required as string[] | undefined) ?? []),
  }
}

/** Every member that the route declares or the example has, the outer ones first. */
function placesOf(declared: Members, value: unknown, path: Path = []): Place[] {
  const schema = resolve(declared, value)
  if (Array.isArray(value)) {
    const items = members(schema.items)
    return value.slice(0, 1).flatMap((element) => below(items, element, [...path, '0'], false))
  }
  const properties = members(schema.properties)
  const required = (schema.required as string[] | undefined) ?? []
  const of = members(value)
  // What is declared may be left out with all that is below it; a map has only what the example has.
  const names = new Set([...Object.keys(properties), ...(isObject(value) ? Object.keys(of) : [])])
  return [...names].flatMap((name) =>
    below(members(properties[name] ?? valuesOf(schema)), of[name], [...path, name], required.includes(name)),
  )
}

const valuesOf = (schema: Members) => Object.values(members(schema.patternProperties))[0]

const below = (schema: Members, value: unknown, path: Path, required: boolean): Place[] => [
  { path, schema: resolve(schema, value), value, required },
  // Below what is left out, a single member can only be wrong where it could stand alone.
  ...(value === undefined && (schema.type !== 'object' || schema.required) ? [] : placesOf(schema, value, path)),
]

/** A copy of a body in which something else stands at a path; with undefined, nothing does. */
export function changed(body: unknown, path: Path | string, value: unknown): unknown {
  const [name, ...rest] = typeof path === 'string' ? path.split('.') : path
  if (name === undefined) return value
  if (Array.isArray(body))
    return body.map((element, index) => (String(index) === name ? changed(element, rest, value) : element))
  const { [name]: before, ...others } = members(body)
  const after = changed(before, rest, value)
  return after === undefined ? others : { ...others, [name]: after }
}

const nameOf = (path: Path) => path.findLast((step) => !/^\d+$/.test(step)) ?? ''

/** A value of a type that can't be meant; undefined where anything can. */
function otherType({ schema, value }: Place): unknown {
  const type = schema.type ?? (Array.isArray(value) ? 'array' : typeof value)
  if (type === 'object' || type === 'array') return 'a text'
  if (type === 'string') return 5
  if (type === 'number' || type === 'integer') return 'five'
  if (type === 'boolean') return 'yes'
  return schema.anyOf ? { of: 'no type that is meant' } : undefined
}

/** Bodies in which a member has a value of another type. */
export const mistyped = (schema: TSchema, example: unknown): WrongBody[] =>
  placesOf(schema as unknown as Members, example).flatMap((place) => {
    const value = otherType(place)
    if (value === undefined) return []
    const body = changed(example, place.path, value)
    return [{ what: `${place.path.join('.')} is ${JSON.stringify(value)}`, member: nameOf(place.path), body }]
  })

/** Bodies without a member that the route requires. */
export const incomplete = (schema: TSchema, example: unknown): WrongBody[] =>
  placesOf(schema as unknown as Members, example)
    .filter(({ required, value }) => required && value !== undefined)
    .map(({ path }) => ({
      what: `no ${path.join('.')}`,
      member: nameOf(path),
      body: changed(example, path, undefined),
    }))

/** Bodies whose discriminators say that they are of a kind which there is not. */
export const misnamed = (schema: TSchema, example: unknown): WrongBody[] =>
  placesOf(schema as unknown as Members, example)
    .filter(({ path, value }) => DISCRIMINATORS.includes(nameOf(path)) && typeof value === 'string')
    .map(({ path }) => ({
      what: `${path.join('.')} is of no kind that there is`,
      member: nameOf(path),
      body: changed(example, path, 'NoSuchKind'),
    }))

import type { Static, TObject, TSchema } from '@sinclair/typebox'
import type { RefusalCode } from '../domain/errors.js'
import type { World } from '../domain/world.js'
import type { Dialect } from './classic-dialect.js'

/** How time passes, as far as a waiting client is concerned. */
export interface ClockPace {
  mode: string
  /** Virtual seconds a real one. */
  rate: number
}

/** A request as a handler sees it: decoded, validated, without HTTP's machinery. */
export interface Call<Body = unknown> {
  method: string
  /** As the client used it: `http://127.0.0.1:10190`. */
  base: string
  /** The path, decoded, without doubled slashes. */
  path: string
  params: Record<string, string>
  /** Names in lower case. */
  query: Record<string, string | undefined>
  body: Body
  apiVersion: string
  /** What the client called its request; absent where it gave it no name. */
  clientRequestId: string | undefined
  /** What it called everything that belongs together. */
  correlationId: string | undefined
  /** `x-ms-deleted-vault-id`: the deleted vault that a PUT is to bring back. */
  deletedVaultId: string | undefined
  /** The header of that name. */
  authorization: string | undefined
  userAgent: string | undefined
  clock: ClockPace
}

export interface Reply {
  status: number
  /** Left out: no body at all. */
  body?: unknown
  headers?: Record<string, string>
  /** Written with line breaks, as a vault's operation status is on the wire. */
  pretty?: boolean
}

/** What an operation needs to be served, documented and tested; `path` in the published spelling with `{parameters}`. */
export interface Route<Body extends TSchema = TSchema> {
  /** `ProtectedItems.CreateOrUpdate` */
  operation: string
  method: 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'
  path: string
  tag: string
  summary: string
  description?: string
  query?: TObject
  /** Values of path parameters that its example works with, where they aren't the usual ones. */
  pathExamples?: Readonly<Record<string, string>>
  body?: Body
  /** The body may be left out. */
  bodyOptional?: boolean
  /** An example of the body that works as it is on a seeded world. */
  example?: unknown
  /** The code that a body of the wrong shape is refused with. */
  invalid?: RefusalCode
  responses: Record<number, { description: string; schema?: TSchema }>
  errors: readonly RefusalCode[]
  /** POSTs that change nothing. */
  readOnly?: boolean
  /** The provider doesn't speak as those of today do. */
  dialect?: Dialect
  /** The transition that reading this unfinished thing waits for (clock mode skip). */
  waitsFor?: (world: World, call: Call) => string | undefined
  handle: (world: World, call: Call<Static<Body>>) => Reply
}

/** A route whose handler knows its body's type and whose operation is known by name; in a list they are all alike. */
export function route<const Operation extends string, Body extends TSchema>(
  definition: Route<Body> & { operation: Operation },
): Route & { operation: Operation } {
  return definition as unknown as Route & { operation: Operation }
}

export const ok = (body: unknown): Reply => ({ status: 200, body })
export const list = (values: unknown[]): Reply => ok({ value: values })

const PAGE = /^\d+$/

/**
 * One page of a list, and where the next one is.
 * @param size how many values a page has
 */
export function page(call: Call, values: unknown[], size: number): Reply {
  const token = call.query.$skiptoken
  const from = token && PAGE.test(token) ? Number(token) : 0
  const value = values.slice(from, from + size)
  if (from + size >= values.length) return list(value)
  const query = new URLSearchParams()
  for (const [name, text] of Object.entries(call.query))
    if (text !== undefined && name !== '$skiptoken') query.set(name, text)
  query.set('$skipToken', String(from + size))
  return ok({ value, nextLink: `${call.base}${encodeURI(call.path)}?${query}` })
}

/** The URL of something below this service, for a header: raw `;`, the caller's casing, its version unless another is named. */
export const urlOf = (call: Call, path: string, version = call.apiVersion) =>
  `${call.base}${path}?api-version=${version}`

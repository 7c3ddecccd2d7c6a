import type { RefusalCode } from '../../src/domain/errors.js'

/** What can be wrong with a request that writes. */
export const KINDS = ['discriminator', 'missing', 'type', 'otherVault', 'state'] as const
export type Kind = (typeof KINDS)[number]

/** A wrong request: what of the good one is different. */
export interface Request {
  /** Names in the path, over the operation's own. */
  params?: Record<string, string>
  /** What is added to the path. */
  query?: string
  body?: unknown
}

/** What is wrong, the request, and the service's refusal; `nothing` where it answers 204 and nothing comes of it. */
export type Row = readonly [what: string, request: Request, refusal: RefusalCode | 'nothing']

/** Rows, or in words why nothing can be wrong in this way. */
export type Rows = readonly Row[] | string

/** What is asked of one operation, beyond what is derived from its route. */
export interface Wrongs {
  /** Names in the path, where the documents' examples don't do. */
  params?: Record<string, string>
  /** A good body, where the route's example doesn't do. */
  body?: unknown
  discriminator?: Rows
  missing?: Rows
  type?: Rows
  /** Left out: the same request to another vault, which has none of what it names. */
  otherVault?: Rows
  state: Rows
  /** Whatever else can be wrong with it. */
  more?: readonly Row[]
  /** Members of the body that the service takes whatever they are: why. */
  unread?: Readonly<Record<string, string>>
}

/** What can be wrong with the operations of a family, by their names. */
export type Family = Readonly<Record<string, Wrongs>>

/** A row of what is no operation of a family: method and path. */
export type FreeRow = readonly [what: string, method: string, path: string, body: unknown, refusal: RefusalCode]

import { readdirSync, readFileSync } from 'node:fs'
import { hasShared, SHARED } from '../support/published-schemas.js'
import type { Reply } from './comparison.js'

/** An exchange with the service as it was recorded. */
export interface Recording {
  name: string
  request: {
    method: string
    path: string
    apiVersion: string
    query: Record<string, string> | null
    body: unknown
  }
  response: Reply
  verified?: { recordedContentLength: number }
}

/**
 * The recordings of a folder, by name; none where they are not beside this checkout.
 * @param folder `golden/vm/`
 */
export function readRecordings(folder: string): Recording[] {
  if (!hasShared) return []
  const place = new URL(folder, SHARED)
  return readdirSync(place)
    .sort()
    .map((file) => {
      const recording = JSON.parse(readFileSync(new URL(file, place), 'utf8')) as Recording
      const headers = recording.response.headers ?? {}
      return { ...recording, response: { ...recording.response, headers } }
    })
}

/** What the service made up in an exchange, each in the place where it shows. */
export interface GivenIds {
  operation?: string
  job?: string
  point?: string
}

const PLACES: Record<keyof GivenIds, RegExp> = {
  operation:
    /\/(?:operationsStatus|operationResults|operationStatus|backupOperations|backupOperationResults)\/([^/?"\s]+)/i,
  job: /\/backupJobs\/([0-9a-f-]{36})/i,
  point: /\/recoveryPoints\/(\d+)/i,
}

/** The ids in a path or URL. */
export const idsIn = (text: string): GivenIds =>
  Object.fromEntries(
    Object.entries(PLACES).flatMap(([role, place]) => {
      const id = place.exec(text)?.[1]
      return id === undefined ? [] : [[role, id]]
    }),
  )

/** A text with ids in place of others; what is not known stays. */
export function withIds(text: string, from: GivenIds, to: GivenIds): string {
  return (Object.keys(PLACES) as (keyof GivenIds)[]).reduce((changed, role) => {
    const [before, after] = [from[role], to[role]]
    return before === undefined || after === undefined ? changed : changed.replaceAll(before, after)
  }, text)
}

/** The signature of a URL that is handed out: the service's own business, which we leave out on purpose. */
const SIGNATURE = /&t=[^&"]*&c=[^"]*?&s=[^"]*?&h=[^"&]*/g
/** Names that the recorder put in place of others, and forgot where they were spelled without hyphens. */
const MISSED_NAMES = [['clitestvmypfia', 'clitestvm000004']] as const
/** Blobs lie in containers with names by chance. */
const BLOB_CONTAINER = /-[0-9a-f]{32}\b/g

/**
 * An answer without what differs in any case: hosts, ids, signatures.
 * @param asked ids that the request named
 */
export function normalised(reply: Reply, base: string, asked: GivenIds): Reply {
  const handedOut = idsIn(JSON.stringify(reply.headers))
  const placeholders = { operation: '{operation}', job: '{job}', point: '{point}' }
  const text = JSON.stringify({ ...reply, body: reply.body ?? null })
    .replaceAll(base, '{host}')
    .replaceAll('https://management.azure.com', '{host}')
    .replace(SIGNATURE, '')
    .replace(BLOB_CONTAINER, '-{hex}')
  const named = MISSED_NAMES.reduce((changed, [missed, name]) => changed.replaceAll(missed, name), text)
  const known = withIds(named, asked, placeholders)
  return JSON.parse(
    withIds(known, handedOut, { ...placeholders, ...(asked.operation ? { operation: '{next operation}' } : {}) }),
  ) as Reply
}

/**
 * How a recorded body was laid out, judged by its length on the wire.
 * @returns undefined where the length isn't known, or depends on how a number is spelled
 */
export function layoutOf({ response, verified }: Recording): 'compact' | 'pretty' | undefined {
  const length = verified?.recordedContentLength
  if (Buffer.byteLength(JSON.stringify(response.body)) === length) return 'compact'
  return Buffer.byteLength(prettyText(response.body)) === length ? 'pretty' : undefined
}

export const prettyText = (body: unknown) => JSON.stringify(body, null, 2).replaceAll('\n', '\r\n')

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

/** The services as their own makers run them beside the real ones; subscriptions that an article has masked. */
const CALLED_OTHERWISE = [
  ['Microsoft.RecoveryServicesBVTD2', 'Microsoft.RecoveryServices'],
  ['Microsoft.Backupseadev01', 'Microsoft.Backup'],
  ['xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxxx', '00000000-0000-0000-0000-000000000000'],
] as const

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
      const text = readFileSync(new URL(file, place), 'utf8')
      const served = CALLED_OTHERWISE.reduce((changed, [tried, real]) => changed.replaceAll(tried, real), text)
      const recording = JSON.parse(served) as Recording
      const { headers = {}, body } = recording.response
      // Some recorders write that there is no body as an empty one.
      return {
        ...recording,
        response: { ...recording.response, headers: headers ?? {}, body: body === '' ? null : body },
      }
    })
}

/** What the service made up in an exchange, each in the place where it shows. */
export interface GivenIds {
  operation?: string
  job?: string
  point?: string
  deletedVault?: string
  /** What file shares are called by. */
  share?: string
  /** Of a cross-region restore: its access token, and the numbers of the vault and of the data that it is of. */
  token?: string
  vaultNumber?: string
  dataNumber?: string
}

const PLACES: Record<keyof GivenIds, RegExp> = {
  operation: /\/\w*operation(?:s|s?status(?:es)?|results?)\/([^/?"\s]+)/i,
  job: /(?:\/(?:backupJ|j)obs\/|"jobName":")([0-9a-f-]{36})/i,
  point: /(?:\/recoveryPoints\/|"recoveryPointId":")([0-9a-f]{32}|\d+)/i,
  deletedVault: /\/deletedVaults\/([^/?"\s]+)/i,
  share: /azurefileshare(?:;|%3B)([0-9a-f]{64})/i,
  token: /"accessTokenString":"([^"]+)"/,
  vaultNumber: /"resourceId":"(\d+)"/,
  dataNumber: /"datasourceId":"(\d+)"/,
}

/** The ids in a path, a URL or a body. */
export const idsIn = (text: string): GivenIds =>
  Object.fromEntries(
    Object.entries(PLACES).flatMap(([role, place]) => {
      const id = place.exec(text)?.[1]
      return id === undefined ? [] : [[role, id]]
    }),
  )

/** The ids that a request names, in its path and in its body. */
export const idsAsked = ({ path, body }: Recording['request']): GivenIds => ({
  ...idsIn(JSON.stringify(body ?? null)),
  ...idsIn(decodeURIComponent(path)),
})

const isSubscription = (text: string, id: string) => new RegExp(`/subscriptions/${id}(/|$)`, 'i').test(text)

/**
 * A text with ids in place of others; what is not known stays. In published examples operations are called as their
 * subscription is: that stays, too.
 */
export function withIds(text: string, from: GivenIds, to: GivenIds): string {
  return (Object.keys(PLACES) as (keyof GivenIds)[]).reduce((changed, role) => {
    const [before, after] = [from[role], to[role]]
    if (before === undefined || after === undefined) return changed
    if (isSubscription(changed, before)) return changed.replace(PLACES[role], (place) => place.replace(before, after))
    return changed.replaceAll(before, after)
  }, text)
}

/** The service, and where its makers try it out. */
const SERVICE_HOSTS = /https:\/\/(management\.azure\.com|api-dogfood\.resources\.windows-int\.net)/g
/** The signature of a URL that is handed out: the service's own business, which we leave out on purpose. */
const SIGNATURE = /&t=[^&"]*&c=[^"]*?&s=[^"]*?&h=[^"&]*/g
/** Names that the recorder put in place of others, and forgot where they were spelled without hyphens. */
const MISSED_NAMES = [
  ['clitestvmypfia', 'clitestvm000004'],
  ['clitestvmpt7nh', 'clitestvm000004'],
] as const
/** Blobs lie in containers with names by chance. */
const BLOB_CONTAINER = /-[0-9a-f]{32}\b/g
/** What file shares are called by, and when their snapshots were taken. */
const SHARE_HASH = /(azurefileshare;)[0-9a-f]{64}\b/gi
const SNAPSHOT_TIME = /sharesnapshot=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0{7}Z/g
/** Jobs that no request has named. */
const JOB_NAME = /(\/backupJobs\/)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g
/** Deleted vaults are called after their group and by chance. */
const DELETED_VAULT = /_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g

/**
 * An answer without what differs in any case: hosts, ids, signatures.
 * @param asked ids that the request named
 */
export function normalised(reply: Reply, base: string, asked: GivenIds): Reply {
  const handedOut = idsIn(JSON.stringify(reply.headers))
  const placeholders: GivenIds = Object.fromEntries(Object.keys(PLACES).map((role) => [role, `{${role}}`]))
  const text = JSON.stringify({ ...reply, body: reply.body ?? null })
    .replaceAll(base, '{host}')
    .replace(SERVICE_HOSTS, '{host}')
    .replace(SIGNATURE, '')
    .replace(BLOB_CONTAINER, '-{hex}')
    .replace(SHARE_HASH, '$1{share}')
    .replace(SNAPSHOT_TIME, 'sharesnapshot={time}')
  const named = MISSED_NAMES.reduce((changed, [missed, name]) => changed.replaceAll(missed, name), text)
  const known = withIds(named, asked, placeholders).replace(DELETED_VAULT, '_{guid}').replace(JOB_NAME, '$1{guid}')
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

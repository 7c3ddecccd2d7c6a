/** Comparing an answer of ours with a recorded one: status, headers, and the body with its keys in order. */

/** An answer as it went over the wire. */
export interface Reply {
  status: number
  headers: Record<string, string>
  body: unknown
}

/** Where two answers part, and how. */
export interface Difference {
  /** `status`, `headers.location`, `body.properties.status` */
  where: string
  recorded: unknown
  ours: unknown
}

type Members = Record<string, unknown>

/** What is measured, or made up by the service: the form of the value is compared, not the value. */
const MEASURED = new Set([
  ...['startTime', 'endTime', 'duration', 'activityId', 'jobId', 'Backup Size', 'Recovery point time '],
  ...['lastBackupTime', 'lastRecoveryPoint', 'oldestRecoveryPoint', 'protectedItemDataId'],
  ...['resourceStateSyncTime', 'RestoreRecoveryPointTime'],
  ...['recoveryPointTime', 'expiryTime', 'deferredDeleteTimeInUTC', 'deferredDeleteTimeRemaining', 'etag'],
  ...['tenantId', 'principalId', 'clientId'],
  ...['vaultDeletionTime', 'purgeAt', 'token', 'securityPIN', 'backupEngineId'],
  ...['lastUpdatedTime', 'unlockDeleteExpiryTime'],
  // Of Backup vaults.
  ...['activityID', 'TaskId', 'recoveryPointID', 'creationTime', 'retentionTagVersion'],
  ...['deletionTime', 'billingEndDate', 'scheduledPurgeTime', 'deleteActivityID', 'ActivityId'],
  // Of classic vaults; a whole body that is a text is the id of an operation.
  ...['startTimestamp', 'endTimestamp', 'lastBackupJobId', 'jobList', 'body'],
])

/** The forms that values on the wire have, the first that fits; the service's constants are forms of their own. */
const FORMS: readonly (readonly [form: string, pattern: RegExp])[] = [
  ['not set', /^0001-01-01T00:00:00$/],
  ['not set in UTC', /^0001-01-01T00:00:00Z$/],
  ['never', /^2001-01-01T00:00:00Z$/],
  ['no time', /^PT0S$/],
  ['time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/],
  ['time without a zone', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?$/],
  ['US time', /^\d\d?\/\d\d?\/\d{4} \d\d?:\d\d:\d\d [AP]M$/],
  ['ISO duration', /^P(\d+D)?T(\d+H)?(\d+M)?(\d+(\.\d{1,7})?S)?$/],
  ['.NET duration', /^(\d+\.)?\d\d:\d\d:\d\d(\.\d{7})?$/],
  ['etag', /^W\/"datetime'\d{4}-\d\d-\d\dT\d\d%3A\d\d%3A\d\d(\.\d{1,7})?Z'"$/],
  ['no operation', /^0{8}(-0{4}){3}-0{12}$/],
  ['GUID', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ['number', /^\d{9,19}$/],
  ['GUID without hyphens', /^[0-9a-f]{32}$/],
  ['six digits', /^\d{6}$/],
  ['size', /^\d+ MB$/],
]

const formOf = (text: string) => FORMS.find(([, pattern]) => pattern.test(text))?.[0] ?? text

/** Names that the service gives by number, as opposed to those that a user gave. */
const isGiven = (name: unknown) =>
  typeof name === 'string' && ['GUID', 'number', 'GUID without hyphens'].includes(formOf(name))

const isMembers = (value: unknown): value is Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const kindOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value)

/**
 * Where two values of a body part: other keys, the same keys in another order, other types, other values.
 * @param key the name of the value, which says how it is compared
 */
export function differences(recorded: unknown, ours: unknown, where: string, key = ''): Difference[] {
  const different = [{ where, recorded, ours }]
  if (kindOf(recorded) !== kindOf(ours)) return different
  if (Array.isArray(recorded) && Array.isArray(ours)) return listDifferences(recorded, ours, where, key)
  if (isMembers(recorded) && isMembers(ours)) {
    const names = Object.keys(recorded)
    const order = names.join() === Object.keys(ours).join()
    return [
      ...(order ? [] : [{ where: `${where}{keys}`, recorded: names, ours: Object.keys(ours) }]),
      ...names
        .filter((name) => name in ours)
        .flatMap((name) => differences(recorded[name], ours[name], `${where}.${name}`, name)),
    ]
  }
  if (recorded === ours) return []
  if (typeof recorded === 'string' && typeof ours === 'string') {
    if (MEASURED.has(key) && formOf(recorded) === formOf(ours)) return []
  }
  if (key === 'expiryTimeInUtcTicks' && String(recorded).length === String(ours).length) return []
  return different
}

/** Other members tell two things apart, other values may be chance. */
const unlikeness = (parts: Difference[]) =>
  parts.reduce((sum, { where }) => sum + (where.endsWith('{keys}') ? 10 : 1), 0)

/** Every recorded element has one of ours, the most similar; we may have more. */
function listDifferences(recorded: unknown[], ours: unknown[], where: string, key: string): Difference[] {
  const left = [...ours]
  return recorded.flatMap((element, index) => {
    const found = left
      .map((candidate) => ({ candidate, parts: elementDifferences(element, candidate, `${where}.${index}`, key) }))
      .sort((a, b) => unlikeness(a.parts) - unlikeness(b.parts))[0]
    if (!found) return [{ where: `${where}.${index}`, recorded: element, ours: undefined }]
    left.splice(left.indexOf(found.candidate), 1)
    return found.parts
  })
}

/** An element that the service named, a job or a point, has another name here. */
function elementDifferences(recorded: unknown, ours: unknown, where: string, key: string): Difference[] {
  return differences(withoutGivenName(recorded), withoutGivenName(ours), where, key)
}

function withoutGivenName(element: unknown): unknown {
  if (!isMembers(element) || !isGiven(element.name)) return element
  return JSON.parse(JSON.stringify(element).replaceAll(String(element.name), '{name}'))
}

/** How headers are compared, by their names. */
export type HeaderRules = Readonly<Record<string, 'value' | 'presence' | 'both ways'>>

/** How a header is compared; one that isn't here is the recorder's or the platform's own. */
const HEADERS: HeaderRules = {
  'azure-asyncoperation': 'both ways',
  location: 'both ways',
  'retry-after': 'value',
  'content-type': 'value',
  'cache-control': 'value',
  'x-ms-failure-cause': 'both ways',
  'x-ms-client-request-id': 'value',
  'x-ms-request-id': 'presence',
  'x-ms-correlation-request-id': 'presence',
  'x-ms-routing-request-id': 'presence',
  'x-ms-ratelimit-remaining-subscription-reads': 'presence',
  'x-ms-ratelimit-remaining-subscription-writes': 'presence',
  'x-ms-ratelimit-remaining-subscription-deletes': 'presence',
  'x-ms-ratelimit-remaining-subscription-resource-requests': 'presence',
}

const lowerCased = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** A recorded length of a body depends on its values; that there is none does not. */
function headerDifferences(
  recordedHeaders: Record<string, string>,
  ourHeaders: Record<string, string>,
  rules: HeaderRules,
): Difference[] {
  const recorded = lowerCased(recordedHeaders)
  const ours = lowerCased(ourHeaders)
  const different = (name: string) => [{ where: `headers.${name}`, recorded: recorded[name], ours: ours[name] }]
  const empty = recorded['content-length'] === '0' && ours['content-length'] !== '0'
  return [
    ...(empty ? different('content-length') : []),
    ...Object.entries(rules).flatMap(([name, how]) => {
      if (recorded[name] === undefined && how !== 'both ways') return []
      const same = how === 'presence' ? ours[name] !== undefined : ours[name] === recorded[name]
      return same ? [] : different(name)
    }),
  ]
}

/**
 * Where an answer of ours parts from the recorded one.
 * @param more headers that count beside the usual ones
 */
export function answerDifferences(recorded: Reply, ours: Reply, more: HeaderRules = {}): Difference[] {
  return [
    ...(recorded.status === ours.status ? [] : [{ where: 'status', recorded: recorded.status, ours: ours.status }]),
    ...headerDifferences(recorded.headers, ours.headers, { ...HEADERS, ...more }),
    ...differences(recorded.body, ours.body, 'body', 'body'),
  ]
}

/** Headers that say where to poll: an example that has one tells of an operation. */
const POLLED = ['azure-asyncoperation', 'location']

/**
 * Where an answer of ours lacks what an example of the published description has: its status, where to poll, and the
 * members of its body. Values, times, the order of members and members beyond the example's say nothing.
 */
export function shapeDifferences(example: Reply, ours: Reply): Difference[] {
  const [shown, answered] = [lowerCased(example.headers), lowerCased(ours.headers)]
  return [
    ...(example.status === ours.status ? [] : [{ where: 'status', recorded: example.status, ours: ours.status }]),
    ...POLLED.filter((name) => name in shown && !(name in answered)).map((name) => ({
      where: `headers.${name}`,
      recorded: shown[name],
      ours: undefined,
    })),
    ...missing(example.body, ours.body, 'body'),
  ]
}

/** What an example has and ours lacks; each element of a list has one of ours that lacks the least. */
function missing(example: unknown, ours: unknown, where: string): Difference[] {
  if (example === null || example === undefined) return []
  if (kindOf(example) !== kindOf(ours)) return [{ where, recorded: example, ours }]
  if (Array.isArray(example) && Array.isArray(ours)) {
    return example.flatMap((element, index) => {
      const found = ours
        .map((candidate) => missing(element, candidate, `${where}.${index}`))
        .sort((a, b) => a.length - b.length)[0]
      return found ?? [{ where: `${where}.${index}`, recorded: element, ours: undefined }]
    })
  }
  if (!isMembers(example) || !isMembers(ours)) return []
  return Object.entries(example).flatMap(([name, value]) => missing(value, ours[name], `${where}.${name}`))
}

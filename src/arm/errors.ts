import type { FastifyError } from 'fastify'
import { REFUSALS, Refusal, type RefusalCode } from '../domain/errors.js'
import { UserFacingRefusal } from '../domain/user-facing-refusal.js'
import { userFacingBody } from './user-facing-error.js'

/** An answer that refuses: status and ARM's envelope. */
export interface ErrorReply {
  status: number
  body: Record<string, unknown>
  headers?: Record<string, string>
}

/** What ARM refuses by itself, before a provider hears of it: it says so in a header (wire-vm.md 2.3). */
const OF_THE_GATEWAY: readonly RefusalCode[] = [
  ...(['ResourceNotFound', 'ResourceGroupNotFound', 'ResourceGroupBeingDeleted'] as const),
  ...(['InvalidResourceType', 'InvalidResourceNamespace', 'NotFound'] as const),
  ...(['MissingApiVersionParameter', 'InvalidApiVersionParameter'] as const),
  ...(['AuthenticationFailed', 'AuthorizationFailed'] as const),
  ...(['SubscriptionRequestsThrottled', 'ResourceRequestsThrottled'] as const),
  ...(['SubscriptionNotFound', 'InvalidSubscriptionId', 'InvalidTenantId'] as const),
]

/** Marks an answer that ARM gives by itself. */
export const gatewayHeaders = (code: RefusalCode): Record<string, string> =>
  OF_THE_GATEWAY.includes(code) ? { 'x-ms-failure-cause': 'gateway' } : {}

export const errorBody = (code: string, message: string, extra: Readonly<Record<string, unknown>> = {}) => ({
  error: { code, message, ...extra },
})

/** What Backup vaults don't have, they say in headers too (golden disk/17). */
const providerHeaders = (code: RefusalCode): Record<string, string> =>
  code === 'UserErrorGenericResourceNotFound' ? { 'x-ms-error-code': code, 'content-language': 'en-US' } : {}

/** Some of the oldest calls still refuse in the form of their time (golden vaultExtendedInfo-get-404). */
const OF_OLDER_FORM: readonly RefusalCode[] = ['ResourceExtendedInfoNotFound']

const olderBody = ({ code, message }: Refusal) => ({
  ErrorCode: code,
  Message: { Language: 'en-US', Value: message },
})

/** The activity log refuses without an envelope (activityLogs_API.json, ErrorResponse; azure-cli test_activity_log_list_scenario). */
const WITHOUT_ENVELOPE: readonly RefusalCode[] = ['BadRequest']

function bodyOf(refusal: Refusal, activityId: string): Record<string, unknown> {
  const { code, message, extra } = refusal
  if (refusal instanceof UserFacingRefusal) return userFacingBody(refusal, activityId)
  if (OF_OLDER_FORM.includes(code)) return olderBody(refusal)
  return WITHOUT_ENVELOPE.includes(code) ? { code, message } : errorBody(code, message, extra)
}

/** What Fastify itself refuses, in ARM's words: its code, ours, and what to do. */
const FRAMEWORK: Record<string, readonly [keyof typeof REFUSALS, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'UnsupportedMediaType',
    'The content type of the request is not supported. Send application/json.',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: [
    'InvalidRequestContent',
    'The request content was invalid and could not be deserialized: it is not JSON.',
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'RequestContentTooLarge',
    'The request content is larger than what is allowed. Send at most 4 MB.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'InvalidRequestContent',
    'The request content is not as long as its Content-Length says.',
  ],
  FST_ERR_BAD_URL: ['InvalidParameter', 'The URL is not valid: its percent-encoding cannot be decoded.'],
  FST_ERR_MAX_PARAM_LENGTH: ['InvalidParameter', 'A segment of the URL is too long.'],
}

/**
 * The answer to anything that was thrown.
 * @param activityId what the request was known by
 * @returns undefined where it is our own bug
 */
export function replyOf(error: unknown, activityId = ''): ErrorReply | undefined {
  if (error instanceof Refusal) {
    const { status, code } = error
    return { status, body: bodyOf(error, activityId), headers: { ...gatewayHeaders(code), ...providerHeaders(code) } }
  }
  const code = (error as Partial<FastifyError>).code ?? ''
  const known = FRAMEWORK[code]
  if (known) return { status: REFUSALS[known[0]].status, body: errorBody(known[0], known[1]) }
  const status = (error as Partial<FastifyError>).statusCode
  if (status !== undefined && status >= 400 && status < 500) {
    return { status, body: errorBody('InvalidRequestContent', (error as Error).message) }
  }
  return undefined
}

/** Our own bug: what a client learns of it. */
export function internalError(requestId: string): ErrorReply {
  const message = `Recoverite ran into an error of its own. Its log has the details under request id '${requestId}'; please report it.`
  return { status: 500, body: errorBody('InternalServerError', message) }
}

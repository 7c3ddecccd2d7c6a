import { createHmac } from 'node:crypto'
import type { DomainEvent } from '../domain/events/domain-events.js'
import { NOTICES } from '../domain/events/event-types.js'
import type { Webhook } from '../domain/events/webhooks.js'

/** What came of an attempt: undefined where the receiver took it, else why it did not. */
export type PostResult = string | undefined

/** How an attempt is made. */
export interface Attempt {
  /** The webhook's run, see `Delivery`. */
  run: string
  /** Real time, ms. */
  wall: number
  /** Ends it at once. */
  stop: AbortSignal
}

/**
 * One message's own id, the same in every attempt, and without a full stop, as the signature asks for. What is told of
 * the events themselves has the id of the event before it.
 */
const messageId = (run: string, { id, type }: DomainEvent) =>
  `msg_${run}_${id}${type in NOTICES ? `_${type.replace(/^.*\./, '')}` : ''}`

/**
 * The headers that Standard Webhooks asks for
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 * @param seconds real time, since 1970: receivers compare it with their own clock
 */
function signed(webhook: Webhook, id: string, seconds: number, body: string): Record<string, string> {
  const key = Buffer.from(webhook.secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` }
}

/** Why a request came to nothing: the reason is often only in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return cause.message || ('code' in cause ? String(cause.code) : error.message)
}

/** Sends an event to a webhook once. */
export async function post(webhook: Webhook, event: DomainEvent, { run, wall, stop }: Attempt): Promise<PostResult> {
  const body = JSON.stringify(event)
  const aborted = new AbortController()
  const abort = () => aborted.abort()
  stop.addEventListener('abort', abort, { once: true })
  const timer = setTimeout(abort, webhook.timeoutMs)
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Recoverite',
        ...signed(webhook, messageId(run, event), Math.floor(wall / 1000), body),
      },
      body,
      redirect: 'manual',
      signal: aborted.signal,
    })
    await response.body?.cancel()
    return response.ok ? undefined : `HTTP ${response.status}`
  } catch (error) {
    return aborted.signal.aborted ? `no answer within ${webhook.timeoutMs} ms` : reasonOf(error)
  } finally {
    clearTimeout(timer)
    stop.removeEventListener('abort', abort)
  }
}

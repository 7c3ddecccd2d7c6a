import { base64 } from '../base64.js'
import { Refusal } from '../errors.js'
import { same } from '../names.js'
import type { Instant } from '../policies/schedule.js'
import type { World } from '../world.js'
import { type EventFilter, readFilter } from './event-filter.js'

/** Where events are sent to, and how hard it is tried. Kept with the world. */
export interface Webhook extends EventFilter {
  /** `webhook-1` */
  id: string
  number: number
  url: string
  /** `whsec_` and the key in base64, as Standard Webhooks has it. */
  secret: string
  /** How often one event is tried before it is dead. */
  attempts: number
  /** How long it waits after the first attempt that failed, in real ms; twice as long after each further one. */
  backoffMs: number
  /** How long the receiver may take for an answer, in real ms. */
  timeoutMs: number
  createdAt: Instant
}

/** How hard it is tried: a few quick attempts, as who waits for them is a test. Whole numbers. */
export const WEBHOOK_FIGURES = {
  attempts: { least: 1, most: 20, default: 5 },
  backoffMs: { least: 0, most: 3_600_000, default: 200 },
  timeoutMs: { least: 1, most: 60_000, default: 15_000 },
} as const

const MOST_WEBHOOKS = 100
/** Standard Webhooks: a key has from 24 to 64 bytes. */
const KEY_BYTES = { least: 24, most: 64 } as const
const PREFIX = 'whsec_'
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export interface WebhookInput extends EventFilter {
  url: string
  secret?: string
  attempts?: number
  backoffMs?: number
  timeoutMs?: number
}

const refuse = (message: string) => new Refusal('InvalidControlRequest', message)

function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw refuse(`url is '${text}': give an address that begins with http:// or https://.`)
  if (url.username !== '' || url.password !== '')
    throw refuse('url has a name or a password in it: leave them out, every message is signed.')
}

function checkSecret(secret: string): void {
  const key = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : undefined
  const bytes = key !== undefined && BASE64.test(key) ? Math.floor((key.replace(/=+$/, '').length * 3) / 4) : 0
  if (bytes >= KEY_BYTES.least && bytes <= KEY_BYTES.most) return
  throw refuse(
    `secret is not a key: give ${PREFIX} and from ${KEY_BYTES.least} to ${KEY_BYTES.most} bytes in base64, or leave it out to get one.`,
  )
}

/** A key that follows from the world's seed: the same registration gets the same one in every run. */
function secretFor(world: World, number: number): string {
  const bytes = Array.from({ length: KEY_BYTES.least }, (_, at) =>
    String.fromCharCode(Math.floor(world.chance.fraction('webhook', number, at) * 256)),
  )
  return PREFIX + base64(bytes.join(''))
}

/**
 * Registers a receiver for events from now on.
 * @throws Refusal InvalidControlRequest for an address, a key or a filter that is none
 */
export function registerWebhook(world: World, input: WebhookInput): Webhook {
  checkUrl(input.url)
  if (input.secret !== undefined) checkSecret(input.secret)
  const filter = readFilter(input)
  if (world.webhooks.all().length >= MOST_WEBHOOKS)
    throw refuse(`There are ${MOST_WEBHOOKS} webhooks, which is the most. Delete one.`)
  const number = world.webhooks.nextNumber()
  const webhook: Webhook = {
    id: `webhook-${number}`,
    number,
    url: input.url,
    secret: input.secret ?? secretFor(world, number),
    ...filter,
    attempts: input.attempts ?? WEBHOOK_FIGURES.attempts.default,
    backoffMs: input.backoffMs ?? WEBHOOK_FIGURES.backoffMs.default,
    timeoutMs: input.timeoutMs ?? WEBHOOK_FIGURES.timeoutMs.default,
    createdAt: world.now,
  }
  world.webhooks.put(webhook)
  return webhook
}

/** @throws Refusal NotFound */
export function getWebhook(world: World, id: string): Webhook {
  const webhook = world.webhooks.all().find((known) => same(known.id, id))
  if (webhook) return webhook
  throw new Refusal('NotFound', `There is no webhook '${id}'. List the webhooks to see their ids.`)
}

/** Takes a receiver out: nothing more is sent to it. @throws Refusal NotFound */
export function deleteWebhook(world: World, id: string): Webhook {
  const webhook = getWebhook(world, id)
  world.webhooks.delete(webhook.number)
  return webhook
}

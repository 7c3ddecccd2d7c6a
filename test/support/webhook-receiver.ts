import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import type { DomainEvent } from '../../src/domain/events/domain-events.js'
import { CLOCK } from './control.js'
import type { Answer, TestEmulator } from './emulator.js'
import { EVENTS } from './event-streams.js'

export const WEBHOOKS = '/_recoverite/webhooks'

/** A request as it came in. */
export interface Received {
  method: string
  path: string
  headers: Record<string, string>
  body: string
  event: DomainEvent
  /** Its `webhook-id`. */
  message: string
}

/** What a receiver does with a request: a status, a cut connection, or nothing at all. */
export type Reaction = number | 'drop' | 'hang'

/** A local HTTP server that webhooks are sent to. */
export class Receiver {
  /** What it does; it takes everything where nothing else is said. */
  react: (received: Received) => Reaction | Promise<Reaction> = () => 204
  url = ''
  /** All that has come in. */
  readonly received: Received[] = []
  /** How many requests it has had at the same time, at most. */
  atOnce = 0
  #open = 0
  #read = 0
  #arrived: (() => void)[] = []
  readonly #server = createServer((request, response) => void this.#take(request, response))

  private constructor() {}

  static async open(t: Test): Promise<Receiver> {
    const receiver = new Receiver()
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve))
    receiver.url = `http://127.0.0.1:${(receiver.#server.address() as AddressInfo).port}/hooks?from=test`
    t.teardown(() => receiver.leave())
    return receiver
  }

  /** Nobody is there any more. */
  async leave(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }

  /** The events that it has had, those that it did not take too. */
  get events(): DomainEvent[] {
    return this.received.map(({ event }) => event)
  }

  /** The next request. */
  async next(): Promise<Received> {
    for (;;) {
      const received = this.received[this.#read]
      if (received) {
        this.#read++
        return received
      }
      await new Promise<void>((resolve) => this.#arrived.push(resolve))
    }
  }

  /** The next requests, up to the first that fits. */
  async until(fits: (event: DomainEvent) => boolean): Promise<Received[]> {
    const seen = [await this.next()]
    for (let last = seen[0]; last && !fits(last.event); last = seen.at(-1)) seen.push(await this.next())
    return seen
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.atOnce = Math.max(this.atOnce, ++this.#open)
    response.once('close', () => this.#open--)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const { method = '', url: path = '' } = request
    const headers = request.headers as Record<string, string>
    const event = JSON.parse(body) as DomainEvent
    const received = { method, path, headers, body, event, message: headers['webhook-id'] ?? '' }
    const reaction = await this.react(received)
    if (reaction === 'drop') request.socket.destroy()
    // Where it leads to another address, that is this one: who follows is seen.
    else if (reaction !== 'hang') response.writeHead(reaction, { location: this.url }).end()
    this.received.push(received)
    for (const arrived of this.#arrived.splice(0)) arrived()
  }
}

/** Who can be asked: an emulator, or a program of its own. */
type Asked = Pick<TestEmulator, 'call'>

/** Registers a webhook that tries again soon. @returns the answer, which is a 201 */
export async function register({ call }: Asked, body: object): Promise<Answer> {
  const answer = await call('POST', WEBHOOKS, { backoffMs: 1, ...body })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer
}

/** Reads again until the answer fits: what came of a delivery is known a moment after its receiver has answered. */
export async function readUntil({ call }: Asked, path: string, fits: (answer: Answer) => boolean): Promise<Answer> {
  for (let reads = 0; reads < 20_000; reads++) {
    const answer = await call('GET', path)
    if (fits(answer)) return answer
  }
  throw new Error(`${path} does not come to what was waited for`)
}

/** The state of a webhook when it has nothing left to send. */
export const quiet = (world: Asked, webhook: string): Promise<Answer> =>
  readUntil(world, `${WEBHOOKS}/${webhook}`, (answer) => answer.at('deliveries.waiting') === 0)

/** A promise, and who keeps it. */
export function promised(): { kept: Promise<void>; keep: () => void } {
  let keep = () => {}
  const kept = new Promise<void>((resolve) => {
    keep = resolve
  })
  return { kept, keep }
}

/** Makes one event, which its rate tells from others. */
export const tick = ({ call }: Asked, rate: number): Promise<Answer> => call('PUT', CLOCK, { rate })
export const rateOf = ({ data }: DomainEvent): unknown => data.rate
/** Its rate, or what else it is. */
export const rateOrType = (event: DomainEvent): unknown => rateOf(event) ?? event.type

/** The events that a stream tells from the oldest on. */
export const streamed = async ({ call }: Asked, query = ''): Promise<DomainEvent[]> =>
  (await call('GET', `${EVENTS}?follow=false${query}`)).at('events') as DomainEvent[]

/** An event that a webhook's receiver has not taken in any attempt. */
export interface Dead {
  event: DomainEvent
  attempts: number
  error: string
  again: boolean
}

export const deadOf = async ({ call }: Asked, webhook: string): Promise<Dead[]> =>
  (await call('GET', `${WEBHOOKS}/${webhook}/dead`)).at('dead') as Dead[]

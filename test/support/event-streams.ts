import assert from 'node:assert/strict'
import type { Test } from 'tap'
import type { DomainEvent } from '../../src/domain/events/domain-events.js'

export const EVENTS = '/_recoverite/events'

/** A block of a stream: what stands between two empty lines. */
export interface Block {
  id?: string
  event?: string
  data?: DomainEvent
}

/** A client of Server-Sent Events that reads them as the standard has it, and remembers its place. */
export class EventClient {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #abort: AbortController
  readonly #decoder = new TextDecoder()
  #text = ''
  /** Whether the server has ended the stream. */
  ended = false
  /** As a browser keeps it for its next connection. */
  lastEventId = ''

  private constructor(
    readonly response: Response,
    abort: AbortController,
  ) {
    assert.ok(response.body)
    this.#reader = response.body.getReader()
    this.#abort = abort
  }

  /** Connects, and waits until the stream has begun. */
  static async open(t: Test, url: string, query = '', headers: Record<string, string> = {}): Promise<EventClient> {
    const abort = new AbortController()
    const response = await fetch(`${url}${EVENTS}${query}`, {
      headers: { accept: 'text/event-stream', ...headers },
      signal: abort.signal,
    })
    assert.equal(response.status, 200)
    const client = new EventClient(response, abort)
    t.teardown(() => client.leave())
    const first = await client.block()
    assert.ok(first?.id !== undefined && first.data === undefined, 'a stream begins with its place')
    return client
  }

  /** The next block; undefined where the stream has ended. Comments are left out. */
  async block(): Promise<Block | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end < 0) {
        const { value, done } = await this.#reader.read()
        this.ended = done
        if (done) return undefined
        this.#text += this.#decoder.decode(value, { stream: true })
        continue
      }
      const lines = this.#text.slice(0, end).split('\n')
      this.#text = this.#text.slice(end + 2)
      const block = readBlock(lines)
      if (block.id !== undefined) this.lastEventId = block.id
      if (Object.keys(block).length > 0) return block
    }
  }

  /** The next event. */
  async next(): Promise<DomainEvent> {
    for (;;) {
      const block = await this.block()
      assert.ok(block, 'the stream has ended')
      if (block.data === undefined) continue
      assert.equal(block.event, block.data.type)
      assert.equal(block.id, block.data.id)
      return block.data
    }
  }

  /** The next events, up to the first that fits. */
  async until(fits: (event: DomainEvent) => boolean): Promise<DomainEvent[]> {
    const events = [await this.next()]
    for (let last = events[0]; last && !fits(last); last = events.at(-1)) events.push(await this.next())
    return events
  }

  /** Goes away. */
  leave(): void {
    this.#abort.abort()
  }
}

function readBlock(lines: string[]): Block {
  const block: Block = {}
  for (const line of lines) {
    const [, name, value = ''] = /^([a-z]+): ?(.*)$/.exec(line) ?? []
    if (name === 'id') block.id = value
    if (name === 'event') block.event = value
    if (name === 'data') block.data = JSON.parse(value) as DomainEvent
  }
  return block
}

/** What an event is about, in short: its type and the last name of its subject. */
export const inShort = ({ type, subject, data }: DomainEvent) =>
  [type, ...(type.startsWith('task.') ? [data.task, data.status] : [subject?.split('/').at(-1)])].join(' ')

import type { Place } from '../domain/events/changes.js'
import { KEPT_EVENTS, type KeptEvent } from '../domain/events/domain-events.js'
import type { Happening } from '../domain/events/event-types.js'
import type { Database } from './database.js'

/** After how many events those that are too old are taken out. */
const TRIM_EVERY = KEPT_EVENTS / 10
/** How much text stands in the state row before it becomes a row of its own. */
const LONGEST_TAIL = 500

/** What happened in the world, in order. Numbers count from 1 in every world and never have a gap. */
export interface EventLog {
  /** The newest event's number; 0 where there is none. */
  readonly newest: number
  /** The oldest kept event's number; one more than the newest where none is kept. */
  readonly oldest: number
  /** What `newest` was when the log was opened: a world that has taken another one's place begins there. */
  readonly opened: number
  /** Events after one, oldest first: those of at most so many rows. */
  after(number: number, rows: number): KeptEvent[]
}

/** What happened to one thing in a transaction, and where that thing is. */
export type Told = readonly [place: Place, happened: readonly Happening[]]

/** The log as its world writes it. */
export interface WrittenEventLog extends EventLog {
  /**
   * Adds what happened in a transaction, as part of it. It counts as soon as `commit` says so.
   * @returns the text that the state row has to keep; undefined where nothing happened
   */
  write(at: number, told: readonly Told[]): string | undefined
  commit(): void
  rollback(): void
}

/** An entry of the log: 0 stands for the vault of the entry before it in the same text. */
type Entry = [at: number, vault: string | 0 | null, path: string, happened: Happening[]]

/** A piece of the log: the text of some entries, how many events they have, and the vault of the last. */
interface Piece {
  text: string
  events: number
  vault: string | 0 | null
}

const EMPTY: Piece = { text: '', events: 0, vault: 0 }

function added(piece: Piece, at: number, place: Place, happened: readonly Happening[]): Piece {
  const vault = place.vault ?? null
  const entry = JSON.stringify([at, vault === piece.vault ? 0 : vault, place.path, happened])
  return {
    text: piece.text === '' ? entry : `${piece.text},${entry}`,
    events: piece.events + happened.length,
    vault,
  }
}

/** A piece as a row has it. */
const bodyOf = ({ text }: Piece) => `[${text}]`
const parse = (body: string) => JSON.parse(body) as Entry[]

/** @param last the number of the row's last event */
function read(body: string, last: number): KeptEvent[] {
  const events: KeptEvent[] = []
  let vault: string | undefined
  for (const [at, given, path, happened] of parse(body)) {
    if (given !== 0) vault = given ?? undefined
    for (const [type, data] of happened)
      events.push({ number: 0, at, type, vault, subject: (vault ?? '') + path, data })
  }
  for (const [index, event] of events.entries()) event.number = last - events.length + 1 + index
  return events
}

const countOf = (body: string) => parse(body).reduce((count, [, , , happened]) => count + happened.length, 0)

/**
 * The event log. What happens is first kept in the state row, which every transaction writes anyway; when that has grown
 * it becomes a row of the log. So an event costs next to nothing, and is there if and only if its transaction is.
 */
export function eventLog(db: Database): WrittenEventLog {
  const add = db.prepare('INSERT INTO events (last, body) VALUES (?, ?)')
  const trim = db.prepare('DELETE FROM events WHERE last <= ?')
  const newest = db.prepare<[], number>('SELECT last FROM events ORDER BY last DESC LIMIT 1').pluck()
  const oldest = db.prepare<[], { last: number; body: string }>('SELECT last, body FROM events ORDER BY last LIMIT 1')
  const rows = db.prepare<[number, number], { last: number; body: string }>(
    'SELECT last, body FROM events WHERE last > ? ORDER BY last LIMIT ?',
  )
  const tail = db.prepare<[], string>('SELECT log FROM state').pluck().get() ?? ''
  const pieceOf = (text: string): Piece => ({ text, events: countOf(`[${text}]`), vault: 0 })
  // What was committed, and what is being written.
  let kept = { last: newest.get() ?? 0, piece: pieceOf(tail) }
  let draft = kept
  let oldestNumber: number | undefined

  const numberOf = ({ last, piece }: typeof kept) => last + piece.events

  return {
    opened: numberOf(kept),
    get newest() {
      return numberOf(kept)
    },
    get oldest() {
      const row = oldest.get()
      oldestNumber ??= row ? row.last - countOf(row.body) + 1 : kept.last + 1
      return oldestNumber
    },
    after(number, most) {
      const found = rows.all(number, most)
      const events = found.flatMap(({ last, body }) => read(body, last))
      if (found.length < most) events.push(...read(bodyOf(kept.piece), numberOf(kept)))
      return events.filter((event) => event.number > number)
    },
    write(at, told) {
      if (told.length === 0) return undefined
      let { piece } = draft
      for (const [place, happened] of told) piece = added(piece, at, place, happened)
      const { last } = draft
      if (piece.text.length < LONGEST_TAIL) {
        draft = { last, piece }
        return piece.text
      }
      draft = { last: last + piece.events, piece: EMPTY }
      add.run(draft.last, bodyOf(piece))
      if (Math.floor(draft.last / TRIM_EVERY) > Math.floor(last / TRIM_EVERY)) {
        trim.run(draft.last - KEPT_EVENTS)
        oldestNumber = undefined
      }
      return ''
    },
    commit() {
      kept = draft
    },
    rollback() {
      draft = kept
      oldestNumber = undefined
    },
  }
}

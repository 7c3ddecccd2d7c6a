import { Answer, exchange, type TestEmulator } from '../support/emulator.js'

/** What rules of a simulation answer with, so that their answers are told from the service's own. */
export const MADE_UP = 'MadeUpBySimulation'

/** A rule answered in the service's place: nothing has happened. */
export const isMadeUp = (answer: Answer) => answer.code === MADE_UP
/** The connection was cut: nobody knows what has happened. */
export const isDropped = (answer: Answer) => answer.status === 0
/** The service has done, or begun, what it was asked for. */
export const isDone = (answer: Answer) => answer.status >= 200 && answer.status < 300
/** Whether it may have done it. */
export const mayBeDone = (answer: Answer) => isDone(answer) || isDropped(answer)

/** Something that must not be. */
export class Broken extends Error {}

/** How many requests are told of before a failure. */
const TRACED = 25

/** What all clients of a simulation have in common: one service, each of whose answers is looked at. */
export interface Clients extends TestEmulator {
  /** The last requests, and how they were answered. */
  readonly trace: readonly string[]
  /** How often the service has answered so, by status and code; 0 stands for a connection that was cut. */
  readonly answered: ReadonlyMap<string, number>
  note(line: string): void
}

/** @throws Broken from each call whose answer is not as published, or a 5xx that no rule has made up */
export function clientsOf(world: TestEmulator): Clients {
  const trace: string[] = []
  const answered = new Map<string, number>()
  const note = (line: string) => {
    trace.push(line)
    if (process.env.SIM_TRACE) process.stderr.write(`${line.slice(0, 700)}\n`)
    if (trace.length > TRACED) trace.shift()
  }
  const ask: TestEmulator['call'] = async (method, path, body, headers) => {
    const { answer, problems } = await exchange(world.url, method, path, body, headers).catch(() => ({
      answer: new Answer(0, new Headers(), undefined),
      problems: [],
    }))
    const how = `${answer.status} ${answer.code}`.trim()
    answered.set(how, (answered.get(how) ?? 0) + 1)
    const asked = `${method} ${path} ${JSON.stringify(body) ?? ''}`
    note(`${asked} -> ${how}`)
    if (isMadeUp(answer)) return answer
    if (answer.status >= 500) throw new Broken(`${asked} is answered with ${answer.status}: ${answer.message}`)
    if (problems.length > 0)
      throw new Broken(
        `the answer to ${asked} is not as published: ${problems.join('; ')}\n${JSON.stringify(answer.body)}`,
      )
    return answer
  }
  return { ...world, call: ask, trace, answered, note }
}

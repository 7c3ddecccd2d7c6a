import { OPERATION_KINDS, type Operation, operationSubject, waitsFor, waitsForLastJob } from '../operations.js'
import type { Instant } from '../policies/schedule.js'
import type { World } from '../world.js'
import { faultsOfRequest, type SeenRequest } from './fault-matching.js'
import { type Fault, type FaultError, judge, keepCounts, type Strike } from './faults.js'

/**
 * Runs a request whose long-running operation may have to fail. If it has to, the request is answered as ever, nothing
 * of what it stood for happens, and the operation ends Failed when it would have succeeded.
 * @param handsOut whether an answer tells of an operation; none other is asked for
 * @returns the answer, and the rule that struck
 */
export function withFailingOperation<T>(
  world: World,
  request: SeenRequest,
  handsOut: (answer: T) => boolean,
  run: (world: World) => T,
): { answer: T; struck: Fault | undefined } {
  const candidates = faultsOfRequest(world, 'operation', request)
  if (candidates.length === 0) return { answer: run(world), struck: undefined }
  let opened: Opened | undefined
  let strike: Strike | undefined
  const answer = world.tentatively(
    () => {
      const watched = watch(world)
      const answer = run(watched.world)
      opened = watched.opened()
      return answer
    },
    (answer) => {
      if (opened && handsOut(answer)) strike = judge(world, candidates)
      return strike?.struck === undefined
    },
  )
  const struck = strike && keepCounts(world, strike)
  if (struck && opened && 'operationFailure' in struck.effect)
    fail(world, opened, struck, struck.effect.operationFailure)
  return { answer, struck }
}

/** An operation that was opened, and when it would have ended; undefined where it had ended at once. */
interface Opened {
  operation: Operation
  due: Instant | undefined
}

/** The world as it is, and which operation was opened in it last. */
function watch(world: World): { world: World; opened: () => Opened | undefined } {
  let last: Operation | undefined
  const put = (operation: Operation) => {
    last = operation
    world.operations.put(operation)
  }
  return {
    world: { ...world, operations: { ...world.operations, put } },
    opened: () => last && { operation: last, due: dueOf(world, last) },
  }
}

const dueOf = (world: World, operation: Operation) =>
  world.timeline.nextOf(waitsForLastJob(world, operation) ?? waitsFor(operation))

/** Its job and its item have never been: what it says of itself is all that is left. */
function fail(world: World, { operation, due }: Opened, fault: Fault, { code, message }: FaultError): void {
  const { jobId: _, itemId: __, end: ___, ...bare } = operation
  const error = { code, message: message ?? `Recoverite's fault '${fault.id}' makes this operation fail.` }
  const work = OPERATION_KINDS[operation.kind] === 'jobs' ? { ...operation.work, jobs: [] } : operation.work
  const left: Operation = { ...bare, ...(work ? { work } : {}) }
  if (due === undefined)
    return world.operations.put({ ...left, status: 'Failed', end: world.now, error, failure: error })
  world.operations.put({ ...left, status: 'InProgress', failure: error })
  world.timeline.at(due, 'operation.end', operationSubject(operation))
}

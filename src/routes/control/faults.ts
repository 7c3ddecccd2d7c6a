import { Type } from '@sinclair/typebox'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { createFaultBook, FaultBody, FaultShape } from './fault-book.js'
import { type ControlScope, described, refusals } from './shapes.js'

const FaultParams = Type.Object({ id: Type.String({ description: 'The fault' }) })
const Gone = Type.Null({ description: 'Removed; jobs that it held go on' })

/** What goes wrong on demand (design.md 5). */
export function registerFaults(scope: ControlScope, { scheduler }: { scheduler: Scheduler }): void {
  const faults = createFaultBook(scheduler)

  scope.get(
    '/_recoverite/faults',
    described(
      'Recoverite.Faults.List',
      'List the faults',
      'All rules in the order in which they are asked, with their counts.',
      {
        response: { 200: Type.Object({ faults: Type.Array(FaultShape) }, { description: 'The faults' }) },
      },
    ),
    async () => ({ faults: faults.list() }),
  )

  scope.post(
    '/_recoverite/faults',
    described(
      'Recoverite.Faults.Add',
      'Add a fault',
      'A rule that makes requests, long-running operations or jobs go wrong. Rules are asked in the order of their creation, and the first that strikes is the only one. A rule that can never match is refused.',
      { body: FaultBody, response: { 201: FaultShape, ...refusals('InvalidControlRequest') } },
    ),
    async (request, reply) => reply.code(201).send(faults.add(request.body)),
  )

  scope.delete(
    '/_recoverite/faults',
    described('Recoverite.Faults.Clear', 'Remove all faults', 'Nothing goes wrong on demand any more.', {
      response: { 204: Gone },
    }),
    async (_request, reply) => {
      faults.clear()
      return reply.code(204).send(null)
    },
  )

  scope.get(
    '/_recoverite/faults/:id',
    described('Recoverite.Faults.Get', 'Get a fault', 'A rule with its counts.', {
      params: FaultParams,
      response: { 200: FaultShape, ...refusals('FaultNotFound') },
    }),
    async (request) => faults.get(request.params.id),
  )

  scope.delete(
    '/_recoverite/faults/:id',
    described('Recoverite.Faults.Remove', 'Remove a fault', 'A rule is gone, and jobs that it held go on.', {
      params: FaultParams,
      response: { 204: Gone, ...refusals('FaultNotFound') },
    }),
    async (request, reply) => {
      faults.remove(request.params.id)
      return reply.code(204).send(null)
    },
  )
}

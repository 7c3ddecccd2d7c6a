import { Type } from '@sinclair/typebox'
import { Refusal } from '../../domain/errors.js'
import { type CheckpointInfo, checkCheckpointName } from '../../scheduler/saved-worlds.js'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { ClockShape, clockView } from './clock.js'
import { type ControlScope, described, InstantShape, isoInstant, refusals } from './shapes.js'

const CheckpointShape = Type.Object(
  {
    name: Type.String(),
    now: InstantShape,
    seed: Type.String(),
    sizeBytes: Type.Integer(),
    vaults: Type.Integer({ description: 'How many vaults it has' }),
  },
  { description: 'A world that is put away; now is the instant that it goes on from' },
)

const Params = Type.Object({
  name: Type.String({
    description: "In any casing: 1 to 64 letters, digits, '-', '_' or '.', with no dot in front",
    examples: ['before'],
  }),
})

const checkpointView = ({ name, now, seed, sizeBytes, vaults }: CheckpointInfo) => ({
  name,
  now: isoInstant(now),
  seed,
  sizeBytes,
  vaults,
})

/** Whole worlds that are put away and restored, clock and seed included (design.md 5). */
export function registerCheckpoints(scope: ControlScope, { scheduler }: { scheduler: Scheduler }): void {
  const { saved } = scheduler

  scope.get(
    '/_recoverite/checkpoints',
    described('Recoverite.Checkpoints.List', 'List the checkpoints', 'Every world that is put away, by name.', {
      response: { 200: Type.Object({ checkpoints: Type.Array(CheckpointShape) }, { description: 'The checkpoints' }) },
    }),
    async () => ({ checkpoints: saved.list().map(checkpointView) }),
  )

  scope.put(
    '/_recoverite/checkpoints/:name',
    described(
      'Recoverite.Checkpoints.Create',
      'Put the world away',
      'Keeps the whole world as it is now, clock and seed included. A checkpoint of the same name is replaced. With a data folder, checkpoints are there after a restart, too.',
      {
        params: Params,
        response: { 200: CheckpointShape, 201: CheckpointShape, ...refusals('InvalidControlRequest') },
      },
    ),
    async (request, reply) => {
      const checkpoint = saved.save(request.params.name)
      return reply.code(checkpoint.isNew ? 201 : 200).send(checkpointView(checkpoint))
    },
  )

  scope.post(
    '/_recoverite/checkpoints/:name/restore',
    described(
      'Recoverite.Checkpoints.Restore',
      'Go on from a checkpoint',
      "Puts a checkpoint in the place of the whole world, as often as wanted. The clock goes on from the checkpoint's instant as it went then, whatever time has passed since.",
      {
        params: Params,
        response: { 200: ClockShape, ...refusals('InvalidControlRequest', 'CheckpointNotFound') },
      },
    ),
    async (request) => {
      saved.restore(request.params.name)
      return clockView(scheduler.reading())
    },
  )

  scope.delete(
    '/_recoverite/checkpoints/:name',
    described('Recoverite.Checkpoints.Delete', 'Delete a checkpoint', 'The world that is running stays as it is.', {
      params: Params,
      response: {
        204: Type.Null({ description: 'Deleted' }),
        ...refusals('InvalidControlRequest', 'CheckpointNotFound'),
      },
    }),
    async (request, reply) => {
      saved.delete(request.params.name)
      return reply.code(204).send(null)
    },
  )

  // A name with a path in it comes to no route above, and is to hear what is wrong with it.
  scope.all('/_recoverite/checkpoints/*', { schema: { hide: true } }, async (request) => {
    const { '*': name = '' } = request.params as Record<string, string>
    checkCheckpointName(name.replace(/\/restore$/, ''))
    throw new Refusal('NotFound', `A checkpoint takes PUT and DELETE, and POST where its path ends in /restore.`)
  })
}

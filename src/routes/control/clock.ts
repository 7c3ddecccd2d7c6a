import { Type } from '@sinclair/typebox'
import { Refusal } from '../../domain/errors.js'
import type { Advance } from '../../scheduler/advances.js'
import { CLOCK_MODES } from '../../scheduler/clock.js'
import type { ClockReading, Scheduler } from '../../scheduler/scheduler.js'
import { type ControlScope, described, InstantShape, isoInstant, oneOf, refusals } from './shapes.js'

const Mode = oneOf(CLOCK_MODES, {
  description:
    'skip: with the wall clock, and a client that waits never waits long; live: with the wall clock times rate; manual: only when told',
})
const Skip = oneOf(['step', 'end'], {
  description: 'What a client that waits gets in mode skip: the next transition of what it waits for, or its end',
})
const Rate = Type.Number({
  exclusiveMinimum: 0,
  maximum: 1_000_000,
  description: 'Virtual seconds a real one, in mode live',
})
const Target = Type.String({ description: 'ISO 8601 with a zone', examples: ['2026-01-31T08:00:00Z'] })

/** A reading of the clock on the wire. */
export const ClockShape = Type.Object(
  {
    now: InstantShape,
    mode: Mode,
    rate: Rate,
    skip: Skip,
    pendingEvents: Type.Integer({ description: 'How many events are due some day' }),
    nextEvent: Type.Union([
      Type.Object({ at: InstantShape, kind: Type.String(), subject: Type.String() }),
      Type.Null(),
    ]),
  },
  { description: 'The clock' },
)

const ClockBody = Type.Object(
  { mode: Type.Optional(Mode), rate: Type.Optional(Rate), skip: Type.Optional(Skip), now: Type.Optional(Target) },
  { additionalProperties: false, examples: [{ mode: 'manual' }] },
)

const AdvanceBody = Type.Object(
  {
    by: Type.Optional(Type.String({ description: 'An ISO 8601 duration', examples: ['P1DT2H'] })),
    to: Type.Optional(Target),
    until: Type.Optional(Type.Literal('idle', { description: 'Until no job and no operation is unfinished' })),
    untilJob: Type.Optional(Type.String({ description: 'Until a job has ended: its name or its full ARM id' })),
  },
  {
    additionalProperties: false,
    description: 'Exactly one of by, to, until and untilJob',
    examples: [{ by: 'PT1H' }, { by: 'P1DT2H' }, { until: 'idle' }],
  },
)

const ResetBody = Type.Object(
  {
    seed: Type.Optional(
      Type.Union([Type.String({ minLength: 1 }), Type.Integer()], {
        description: 'What ids, durations and outcomes derive from',
      }),
    ),
    now: Type.Optional(Target),
  },
  { additionalProperties: false, examples: [{ seed: 'recoverite', now: '2026-01-05T08:00:00Z' }] },
)

/** A reading as the wire has it: instants in ISO 8601. */
export function clockView({ now, mode, rate, skip, pendingEvents, nextEvent }: ClockReading) {
  return {
    now: isoInstant(now),
    mode,
    rate,
    skip,
    pendingEvents,
    nextEvent: nextEvent && { ...nextEvent, at: isoInstant(nextEvent.at) },
  }
}

/** The one way that a body asks for. @throws Refusal InvalidControlRequest where it asks for none or for several */
function readAdvance({ by, to, until, untilJob }: typeof AdvanceBody.static): Advance {
  const asked: Advance[] = [
    ...(by === undefined ? [] : [{ by }]),
    ...(to === undefined ? [] : [{ to }]),
    ...(until === undefined ? [] : [{ until }]),
    ...(untilJob === undefined ? [] : [{ untilJob }]),
  ]
  const [only] = asked
  if (only && asked.length === 1) return only
  throw new Refusal('InvalidControlRequest', 'Give exactly one of by, to, until and untilJob.')
}

/**
 * The clock, time travel, and the way back to an empty world (design.md 4 and 5).
 */
export function registerClock(scope: ControlScope, { scheduler }: { scheduler: Scheduler }): void {
  scope.get(
    '/_recoverite/clock',
    described(
      'Recoverite.Clock.Get',
      'Read the clock',
      'The present of the world, how time moves, and what is due next.',
      {
        response: { 200: ClockShape },
      },
    ),
    async () => clockView(scheduler.reading()),
  )

  scope.put(
    '/_recoverite/clock',
    described(
      'Recoverite.Clock.Set',
      'Set the clock',
      'Changes how time moves, and where it stands. What is left out stays; `now` never goes back (409), and what is due until then runs.',
      { body: ClockBody, response: { 200: ClockShape, ...refusals('InvalidControlRequest', 'ClockMovesOnlyForward') } },
    ),
    async (request) => clockView(scheduler.change(request.body)),
  )

  scope.post(
    '/_recoverite/clock/advance',
    described(
      'Recoverite.Clock.Advance',
      'Move time',
      'Moves time by a duration, to an instant, until nothing is unfinished, or until a job has ended; everything due on the way runs in order. ' +
        'A 422 names what can never end; what ran before it was clear stays done.',
      {
        body: AdvanceBody,
        response: {
          200: Type.Object({ now: InstantShape, eventsRun: Type.Integer() }, { description: 'Where the clock stands' }),
          ...refusals('InvalidControlRequest', 'ClockMovesOnlyForward', 'NothingToWaitFor'),
        },
      },
    ),
    async (request) => {
      const { now, eventsRun } = scheduler.advance(readAdvance(request.body))
      return { now: isoInstant(now), eventsRun }
    },
  )

  scope.post(
    '/_recoverite/reset',
    described(
      'Recoverite.Reset',
      'Empty the world',
      'Takes everything out of the world; clock and seed are as at the start, or as given. The same seed, instant and requests give the same answers again.',
      { body: Type.Optional(ResetBody), response: { 200: ClockShape, ...refusals('InvalidControlRequest') } },
    ),
    async (request) => {
      const { seed, now } = request.body
      scheduler.reset({ ...(seed === undefined ? {} : { seed: String(seed) }), ...(now === undefined ? {} : { now }) })
      return clockView(scheduler.reading())
    },
  )
}

import { Type } from '@sinclair/typebox'
import { Refusal } from '../../domain/errors.js'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { type ControlScope, described, InstantShape, isoInstant, refusals } from './shapes.js'

const HealthShape = Type.Object(
  { status: Type.Literal('ok'), version: Type.String(), now: InstantShape },
  { description: 'Ready to serve' },
)
const UnavailableShape = Type.Object(
  { status: Type.Literal('unavailable'), version: Type.String() },
  { description: 'Starting or shutting down' },
)

export interface HealthParts {
  scheduler: Scheduler
  version: string
  ready: () => boolean
  /** The certificate authority of the HTTPS side, PEM; undefined where HTTPS is off. */
  ca: () => string | undefined
}

/** Whether the emulator serves, and how to trust it. Neither call moves the world: a probe must never be slow. */
export function registerHealth(scope: ControlScope, { scheduler, version, ready, ca }: HealthParts): void {
  scope.get(
    '/_recoverite/health',
    described(
      'Recoverite.Health.Get',
      'Health',
      'For probes: 200 while requests are served, 503 while starting or shutting down. `now` is where the world last stood.',
      { response: { 200: HealthShape, 503: UnavailableShape } },
    ),
    async (_request, reply) => {
      // The store may be closed already, so the clock is not asked.
      if (!ready()) return reply.code(503).send({ status: 'unavailable' as const, version })
      return { status: 'ok' as const, version, now: isoInstant(scheduler.reading().now) }
    },
  )

  scope.get(
    '/_recoverite/ca.pem',
    described(
      'Recoverite.Certificate.Get',
      'The certificate authority',
      'The certificate that clients must trust to use the HTTPS side: `NODE_EXTRA_CA_CERTS`, `REQUESTS_CA_BUNDLE`, `SSL_CERT_FILE`.',
      {
        response: {
          200: {
            description: 'PEM',
            content: { 'application/x-pem-file': { schema: Type.String() } },
          },
          ...refusals('NotFound'),
        },
      },
    ),
    async (_request, reply) => {
      const pem = ca()
      if (pem === undefined) {
        throw new Refusal('NotFound', 'HTTPS is off, so there is no certificate authority. Start without --no-https.')
      }
      return reply.header('content-type', 'application/x-pem-file').send(pem)
    },
  )
}

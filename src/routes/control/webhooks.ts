import { Type } from '@sinclair/typebox'
import {
  deleteWebhook,
  getWebhook,
  registerWebhook,
  WEBHOOK_FIGURES,
  type Webhook,
} from '../../domain/events/webhooks.js'
import type { Deliverer } from '../../events/deliverer.js'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { EventShape, VaultFilter } from './events.js'
import { type ControlScope, described, InstantShape, isoInstant, refusals } from './shapes.js'

const figure = (name: keyof typeof WEBHOOK_FIGURES, description: string) => {
  const { least, most, default: preset } = WEBHOOK_FIGURES[name]
  return Type.Integer({ minimum: least, maximum: most, default: preset, description })
}

const Url = Type.String({ description: 'http or https', examples: ['http://127.0.0.1:9999/events'] })
const Types = Type.Array(Type.String(), {
  description: 'Only these: types, or all of a thing',
  examples: [['job.*', 'alert.*']],
})
const Secret = Type.String({ description: '`whsec_` and 24 to 64 bytes in base64: what messages are signed with' })
const Figures = {
  attempts: figure('attempts', 'How often an event is tried before it is put with the dead'),
  backoffMs: figure('backoffMs', 'Real ms after the first attempt that failed, twice as long after each further one'),
  timeoutMs: figure('timeoutMs', 'Real ms that the receiver may take'),
}

const WebhookBody = Type.Object(
  {
    url: Url,
    secret: Type.Optional(Secret),
    types: Type.Optional(Types),
    vault: Type.Optional(VaultFilter),
    attempts: Type.Optional(Figures.attempts),
    backoffMs: Type.Optional(Figures.backoffMs),
    timeoutMs: Type.Optional(Figures.timeoutMs),
  },
  { additionalProperties: false, examples: [{ url: 'http://127.0.0.1:9999/events', types: ['job.*', 'alert.*'] }] },
)

const Outcome = { id: Type.String(), at: InstantShape }

const WebhookShape = Type.Object(
  {
    id: Type.String({ examples: ['webhook-1'] }),
    url: Url,
    types: Type.Optional(Types),
    vault: Type.Optional(VaultFilter),
    ...Figures,
    createdAt: InstantShape,
    deliveries: Type.Object({
      delivered: Type.Integer({ description: 'Events that the receiver took' }),
      waiting: Type.Integer({ description: 'Events that are still to be sent' }),
      dead: Type.Integer({ description: 'Events that were given up' }),
      attempts: Type.Integer(),
      failures: Type.Integer({ description: 'Attempts that failed' }),
      losses: Type.Integer({ description: 'How often it was told that events are kept no more' }),
      lastDelivered: Type.Union([Type.Object(Outcome), Type.Null()]),
      lastFailure: Type.Union([Type.Object({ ...Outcome, error: Type.String() }), Type.Null()]),
    }),
  },
  { description: 'A webhook; times of deliveries are real' },
)
const WithSecret = Type.Composite([WebhookShape, Type.Object({ secret: Secret })], {
  description: 'A webhook, with what its messages are signed with',
})

const DeadShape = Type.Object(
  {
    dead: Type.Array(
      Type.Object({
        event: EventShape,
        attempts: Type.Integer(),
        error: Type.String({ description: 'Why the last attempt failed' }),
        at: InstantShape,
        again: Type.Boolean({ description: 'It is being tried again' }),
      }),
    ),
  },
  { description: 'What was given up, oldest first' },
)

const Params = Type.Object({ id: Type.String({ description: 'The webhook' }) })

/** Where events are sent to (design.md 5), signed as https://www.standardwebhooks.com has it. */
export function registerWebhooks(
  scope: ControlScope,
  { scheduler, webhooks }: { scheduler: Scheduler; webhooks: Deliverer },
): void {
  const view = (webhook: Webhook) => {
    const { number: _, secret: __, createdAt, types, ...shown } = webhook
    const { delivered, waiting, dead, attempts, failures, losses, ...state } = webhooks.state(webhook)
    const { lastDelivered = null, lastFailure = null } = state
    return {
      ...shown,
      ...(types ? { types: [...types] } : {}),
      createdAt: isoInstant(createdAt),
      deliveries: { delivered, waiting, dead, attempts, failures, losses, lastDelivered, lastFailure },
    }
  }
  const withSecret = (webhook: Webhook) => ({ ...view(webhook), secret: webhook.secret })
  const find = (id: string) => scheduler.look((world) => getWebhook(world, id))

  scope.get(
    '/_recoverite/webhooks',
    described('Recoverite.Webhooks.List', 'List the webhooks', 'Where events are sent to, and how far that has come.', {
      response: { 200: Type.Object({ webhooks: Type.Array(WebhookShape) }, { description: 'The webhooks' }) },
    }),
    async () => ({ webhooks: scheduler.look((world) => world.webhooks.all()).map(view) }),
  )

  scope.post(
    '/_recoverite/webhooks',
    described(
      'Recoverite.Webhooks.Register',
      'Register a webhook',
      'Sends each event from now on to an address by POST, one after the other, signed as Standard Webhooks has it (webhook-id, webhook-timestamp, webhook-signature). ' +
        'An event that is not answered with 2xx is tried again in real time, and put with the dead in the end. A secret is made up where none is given.',
      { body: WebhookBody, response: { 201: WithSecret, ...refusals('InvalidControlRequest') } },
    ),
    async (request, reply) => {
      const webhook = scheduler.transact((world) => registerWebhook(world, request.body))
      webhooks.registered(webhook)
      return reply.code(201).send(withSecret(webhook))
    },
  )

  scope.get(
    '/_recoverite/webhooks/:id',
    described(
      'Recoverite.Webhooks.Get',
      'Get a webhook',
      'A webhook, its secret, and how far its deliveries have come.',
      {
        params: Params,
        response: { 200: WithSecret, ...refusals('NotFound') },
      },
    ),
    async (request) => withSecret(find(request.params.id)),
  )

  scope.delete(
    '/_recoverite/webhooks/:id',
    described('Recoverite.Webhooks.Remove', 'Remove a webhook', 'Nothing more is sent to it, its dead are forgotten.', {
      params: Params,
      response: { 204: Type.Null({ description: 'Removed' }), ...refusals('NotFound') },
    }),
    async (request, reply) => {
      webhooks.removed(scheduler.transact((world) => deleteWebhook(world, request.params.id)))
      return reply.code(204).send(null)
    },
  )

  scope.get(
    '/_recoverite/webhooks/:id/dead',
    described(
      'Recoverite.Webhooks.Dead',
      'List what was given up',
      'The events that a webhook did not take in any of its attempts.',
      { params: Params, response: { 200: DeadShape, ...refusals('NotFound') } },
    ),
    async (request) => ({
      dead: webhooks.dead(find(request.params.id)).map(({ number: _, ...shown }) => shown),
    }),
  )

  scope.post(
    '/_recoverite/webhooks/:id/dead/redeliver',
    described(
      'Recoverite.Webhooks.Redeliver',
      'Try again what was given up',
      'Sends the dead of a webhook again, in order, before what is new. What it takes now is dead no more.',
      {
        params: Params,
        response: {
          202: Type.Object({ redelivering: Type.Integer() }, { description: 'How many are tried again' }),
          ...refusals('NotFound'),
        },
      },
    ),
    async (request, reply) => {
      const redelivering = webhooks.redeliver(find(request.params.id))
      return reply.code(202).send({ redelivering })
    },
  )
}

import { Type } from '@sinclair/typebox'
import { Refusal } from '../../domain/errors.js'
import { CONDITIONS, effectiveConditions, readConditions } from '../../domain/inventory/conditions.js'
import { FIRST_SUBSCRIPTION, getResource, type Resource } from '../../domain/inventory/inventory.js'
import { readResourceId } from '../../domain/names.js'
import type { World } from '../../domain/world.js'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { type ControlScope, described, refusals } from './shapes.js'

/** What the documents say of each condition; what it takes is the domain's to judge (domain/inventory/conditions.ts). */
const DOCUMENTED = Object.fromEntries(
  Object.entries(CONDITIONS).map(([name, row]) => [
    name,
    row.values === 'number' ? { type: 'number', minimum: 0 } : { enum: row.values, default: row.default },
  ]),
)

/** Conditions by name, as the control API takes and gives them. */
export const ConditionsShape = Type.Record(Type.String(), Type.Unknown(), { properties: DOCUMENTED })

const ConditionsQuery = Type.Object(
  {
    resourceId: Type.String({
      description: 'The full ARM id of a machine, disk, server or other resource',
      examples: [
        `/subscriptions/${FIRST_SUBSCRIPTION}/resourceGroups/demo/providers/Microsoft.Compute/virtualMachines/vm1`,
      ],
    }),
  },
  { additionalProperties: false },
)

const ConditionsAnswer = Type.Object(
  {
    resourceId: Type.String(),
    conditions: ConditionsShape,
    set: Type.Record(Type.String(), Type.Unknown(), { description: 'What was set here, without defaults and tags' }),
  },
  { description: 'What holds for the resource: the defaults, over them its tags, over them what was set' },
)

/** @throws Refusal InvalidControlRequest for what is no id of a resource, ResourceNotFound */
function findResource(world: World, id: string): Resource {
  const read = readResourceId(id)
  if (read) return getResource(world, read)
  throw new Refusal('InvalidControlRequest', `resourceId is '${id}': give the full ARM id of a resource.`)
}

function conditionsView(world: World, resource: Resource) {
  const set = world.resources.conditions(resource.key)
  return { resourceId: resource.id, conditions: effectiveConditions(resource, set), set }
}

/** What is wrong with a machine, disk or server (design.md 5). */
export function registerConditions(scope: ControlScope, { scheduler }: { scheduler: Scheduler }): void {
  scope.get(
    '/_recoverite/conditions',
    described(
      'Recoverite.Conditions.Get',
      'Read conditions',
      'What holds for a resource, and what of it was set here.',
      {
        querystring: ConditionsQuery,
        response: { 200: ConditionsAnswer, ...refusals('InvalidControlRequest', 'ResourceNotFound') },
      },
    ),
    async (request) => scheduler.look((world) => conditionsView(world, findResource(world, request.query.resourceId))),
  )

  scope.patch(
    '/_recoverite/conditions',
    described(
      'Recoverite.Conditions.Update',
      'Set conditions',
      'Changes the conditions that are named, from now on; null takes one back to what its tags or the default say.',
      {
        querystring: ConditionsQuery,
        body: Type.Record(Type.String(), Type.Unknown(), {
          properties: DOCUMENTED,
          examples: [{ agent: 'notReady', network: 'blocked' }],
        }),
        response: { 200: ConditionsAnswer, ...refusals('InvalidControlRequest', 'ResourceNotFound') },
      },
    ),
    async (request) =>
      scheduler.transact((world) => {
        const resource = findResource(world, request.query.resourceId)
        const before = world.resources.conditions(resource.key)
        world.resources.setConditions(resource.key, readConditions(request.body, before))
        return conditionsView(world, resource)
      }),
  )
}

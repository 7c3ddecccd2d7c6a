import { Type } from '@sinclair/typebox'
import { Refusal } from '../../domain/errors.js'
import {
  CONDITIONS,
  type Conditions,
  type EffectiveConditions,
  effectiveConditions,
  readConditions,
} from '../../domain/inventory/conditions.js'
import { FIRST_SUBSCRIPTION, getResource } from '../../domain/inventory/inventory.js'
import { readResourceId } from '../../domain/names.js'
import { getVault, vaultTypeOf } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { type ControlScope, described, refusals } from './shapes.js'

const documentedAs = ({ values, default: preset }: (typeof CONDITIONS)[keyof typeof CONDITIONS]) => {
  if (values === 'number') return { type: 'number', minimum: 0 }
  return values === 'version' ? { type: 'string' } : { enum: values, default: preset }
}

/** What the documents say of each condition; what it takes is the domain's to judge (domain/inventory/conditions.ts). */
const DOCUMENTED = Object.fromEntries(Object.entries(CONDITIONS).map(([name, row]) => [name, documentedAs(row)]))

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

/** What conditions are of: a resource of the inventory, or a vault. */
interface Conditioned {
  id: string
  effective: () => EffectiveConditions
  set: Conditions
  put: (conditions: Conditions) => void
}

/** @throws Refusal InvalidControlRequest for what is no id of a resource, ResourceNotFound */
function find(world: World, id: string): Conditioned {
  const read = readResourceId(id)
  if (!read) throw new Refusal('InvalidControlRequest', `resourceId is '${id}': give the full ARM id of a resource.`)
  const type = vaultTypeOf(read.type)
  if (type === undefined) {
    const resource = getResource(world, read)
    const set = world.resources.conditions(resource.key)
    const put = (changed: Conditions) => world.resources.setConditions(resource.key, changed)
    return { id: resource.id, set, effective: () => effectiveConditions(resource, set), put }
  }
  const vault = getVault(world, read.subscriptionId, read.resourceGroup, read.name, type)
  const set = vault.conditions ?? {}
  const put = (conditions: Conditions) => world.vaults.put({ ...vault, conditions })
  return { id: vault.id, set, effective: () => effectiveConditions(vault, set), put }
}

const conditionsView = ({ id, set, effective }: Conditioned) => ({ resourceId: id, conditions: effective(), set })

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
    async (request) => scheduler.look((world) => conditionsView(find(world, request.query.resourceId))),
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
        const { set, put } = find(world, request.query.resourceId)
        put(readConditions(request.body, set))
        return conditionsView(find(world, request.query.resourceId))
      }),
  )
}

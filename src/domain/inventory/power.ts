import { Refusal } from '../errors.js'
import type { World } from '../world.js'
import { type EffectiveConditions, effectiveConditions } from './conditions.js'
import type { Resource } from './inventory.js'

export type PowerState = EffectiveConditions['powerState']

/** What each action makes of each state; a state that is missing refuses the action. */
const ACTIONS = {
  start: { running: 'running', stopped: 'running', deallocated: 'running' },
  powerOff: { running: 'stopped', stopped: 'stopped', deallocated: 'deallocated' },
  deallocate: { running: 'deallocated', stopped: 'deallocated', deallocated: 'deallocated' },
  restart: { running: 'running' },
  reapply: { running: 'running', stopped: 'stopped', deallocated: 'deallocated' },
} as const satisfies Record<string, Partial<Record<PowerState, PowerState>>>

export type PowerAction = keyof typeof ACTIONS

/**
 * Does a power action on a machine: what its condition `powerState` says from then on, whatever a tag says.
 * @throws Refusal OperationNotAllowed where the machine's state doesn't allow it
 */
export function actOnPower(world: World, machine: Resource, action: PowerAction): void {
  const set = world.resources.conditions(machine.key)
  const { powerState } = effectiveConditions(machine, set)
  const next = (ACTIONS[action] as Partial<Record<PowerState, PowerState>>)[powerState]
  if (!next) {
    throw new Refusal(
      'OperationNotAllowed',
      `Operation '${action}' is not allowed on VM '${machine.name}' since the VM is ${powerState}. Start it first.`,
    )
  }
  if (next !== powerState) world.resources.setConditions(machine.key, { ...set, powerState: next })
}

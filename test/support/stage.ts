import assert from 'node:assert/strict'
import type { MachineSeed } from '../../src/domain/inventory/inventory-seeds.js'
import type { TestEmulator } from './emulator.js'
import type { Members } from './seen.js'

/** What stories of every kind of vault have in common: a clock to move, and machines that something happens to. */
export class Stage {
  readonly call: TestEmulator['call']
  readonly advance: TestEmulator['advance']

  constructor(readonly world: TestEmulator) {
    this.call = world.call
    this.advance = world.advance
  }

  /** The present of the world in ms since 1970. */
  get now(): number {
    return Date.parse(this.world.now())
  }

  /** Moves the clock to an instant, ISO 8601. */
  async reach(to: string): Promise<void> {
    this.world.emulator.clock.advance({ to })
  }

  /** Puts a machine into the inventory. @returns its id */
  machine(name: string, seed: Partial<MachineSeed> = {}): string {
    const [id] = this.world.emulator.seed({ virtualMachines: [{ resourceGroup: 'apps', name, ...seed }] })
    assert.ok(id)
    return id
  }

  /** Says what is true of a machine, or of a vault, from now on. */
  async condition(id: string, conditions: Members): Promise<void> {
    const answer = await this.call('PATCH', `/_recoverite/conditions?resourceId=${id}`, conditions)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
  }

  async deleteMachine(machine: string): Promise<void> {
    const answer = await this.call('DELETE', machine)
    assert.ok([200, 202, 204].includes(answer.status), `not deleted: ${answer.status}`)
  }
}

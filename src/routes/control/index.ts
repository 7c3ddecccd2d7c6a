import type { FastifyInstance } from 'fastify'
import type { ServedRequests } from '../../arm/served-requests.js'
import type { Events } from '../../events/events.js'
import type { Scheduler } from '../../scheduler/scheduler.js'
import { registerAgentRequests } from './agent-requests.js'
import { registerCheckpoints } from './checkpoints.js'
import { registerClock } from './clock.js'
import { registerConditions } from './conditions.js'
import { registerDashboard } from './dashboard.js'
import { registerEvents } from './events.js'
import { registerExports } from './exports.js'
import { registerFaults } from './faults.js'
import { registerFileRecovery } from './file-recovery.js'
import { registerHealth } from './health.js'
import { registerInventory } from './inventory.js'
import { registerRequests } from './requests.js'
import { controlScope, controlValidator } from './shapes.js'
import { registerTransfer } from './transfer.js'
import { registerWebhooks } from './webhooks.js'

/** What the control API works on. */
export interface ControlParts {
  scheduler: Scheduler
  requests: ServedRequests
  events: Pick<Events, 'hub' | 'webhooks'>
  /** The certificate authority of the HTTPS side, PEM; undefined where HTTPS is off. */
  ca: () => string | undefined
  version: string
  /** False while starting or shutting down. */
  ready: () => boolean
  /** The largest file that is taken in as a world, bytes. */
  importLimit: number
}

/**
 * Registers the emulator's own API, `/_recoverite` (design.md 5), in a context of its own: its schemas are strict, and
 * every call but health and certificate finds the world at its present.
 */
export function registerControl(app: FastifyInstance, parts: ControlParts): void {
  app.register(async (control) => {
    control.setValidatorCompiler(controlValidator)
    registerHealth(controlScope(control), parts)
    registerFileRecovery(controlScope(control))

    control.register(async (timed) => {
      timed.addHook('preHandler', async () => void parts.scheduler.catchUp())
      const scope = controlScope(timed)
      registerClock(scope, parts)
      registerCheckpoints(scope, parts)
      registerTransfer(timed, parts)
      registerInventory(scope, parts)
      registerConditions(scope, parts)
      registerAgentRequests(scope, parts)
      registerFaults(scope, parts)
      registerRequests(scope, parts)
      registerDashboard(scope, parts)
      registerExports(scope, parts)
      registerEvents(scope, parts.events)
      registerWebhooks(scope, { scheduler: parts.scheduler, webhooks: parts.events.webhooks })
    })
  })
}

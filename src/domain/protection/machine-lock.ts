import { isOpen } from '../jobs/job-status.js'
import type { Job } from '../jobs/jobs.js'
import type { World } from '../world.js'
import type { MachineRegistration } from './registered-machines.js'

/** Whether a job was taken only to fail: it holds nothing. */
const isRefused = ({ work }: Job) => work?.refusedWith !== undefined

/**
 * Whether a machine of a classic vault is busy: one job at a time works on it, of whatever kind (SEED-17, SEED-33;
 * domain.md 2.5).
 * @param except the job that asks
 */
export function isLocked(world: World, registration: MachineRegistration, except?: Job): boolean {
  const { busyWith, vaultKey, name } = registration
  const own = busyWith === undefined ? undefined : world.jobs.get(busyWith)
  if (own && isOpen(own)) return true
  const item = world.items.find(vaultKey, name)
  return item !== undefined && world.jobs.open(item.id).some((job) => job.id !== except?.id && !isRefused(job))
}

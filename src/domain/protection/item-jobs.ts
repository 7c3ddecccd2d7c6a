import { within } from '../durations.js'
import { type Job, subjectOf } from '../jobs/jobs.js'
import { type Operation, openOperation } from '../operations.js'
import type { World } from '../world.js'
import type { ProtectedItem } from './protected-items.js'
import { type Workload, workloadOf } from './workloads.js'

/**
 * Gives an item to a job until that job ends: nothing else may configure it meanwhile.
 * @param pace which of its workload's lengths the job has
 */
export function holdItem(world: World, item: ProtectedItem, job: Job, pace: keyof Workload['paces']): void {
  world.items.put({ ...item, busyWith: job.id })
  const length = within(workloadOf(item).paces[pace], world.chance.fraction(pace, job.id))
  world.timeline.at(world.now + length, 'job.end', subjectOf(job))
}

/**
 * Gives an item to a job that an operation of its own follows.
 * @returns the operation
 */
export function giveItemTo(
  world: World,
  item: ProtectedItem,
  job: Job,
  pace: keyof Workload['paces'],
  kind: 'protectItem' | 'deleteItem' = 'protectItem',
): Operation {
  holdItem(world, item, job, pace)
  return openOperation(world, { kind, vaultKey: item.vaultKey, job, itemId: item.id })
}

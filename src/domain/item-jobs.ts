import { within } from './durations.js'
import { type Job, subjectOf } from './jobs.js'
import { type Operation, openOperation } from './operations.js'
import type { ProtectedItem } from './protected-items.js'
import type { World } from './world.js'

/**
 * Gives an item to a job until that job ends: nothing else may configure it meanwhile.
 * @param pace how long the job takes, a row of PACE
 * @returns the operation that follows the job
 */
export function giveItemTo(
  world: World,
  item: ProtectedItem,
  job: Job,
  pace: Parameters<typeof within>[0],
  kind: 'protectItem' | 'deleteItem' = 'protectItem',
): Operation {
  world.items.put({ ...item, busyWith: job.id })
  world.timeline.at(world.now + within(pace, world.chance.fraction(pace, job.id)), 'job.end', subjectOf(job))
  return openOperation(world, { kind, vaultKey: item.vaultKey, job, itemId: item.id })
}

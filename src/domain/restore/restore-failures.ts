import { collectionKey } from '../backup/restore-point-collections.js'
import { findGroup } from '../inventory/inventory.js'
import { findMachine } from '../inventory/machines.js'
import { subnetsOf } from '../inventory/networks.js'
import { failureAt } from '../jobs/causes.js'
import type { JobError, JobErrorName } from '../jobs/job-errors.js'
import { keyOf, readResourceId, same } from '../names.js'
import type { ProtectedItem } from '../protection/protected-items.js'
import type { World } from '../world.js'
import type { Arrival } from './restored-resources.js'

/** An item remembers how its last restore went. @param error what it failed with */
export function rememberRestore(world: World, item: ProtectedItem, error?: JobError): void {
  const { restoreError: _, ...before } = item
  world.items.put({
    ...before,
    restoreHealth: error ? 'Failed' : 'Completed',
    ...(error ? { restoreError: error } : {}),
  })
}

type Failure = readonly [JobErrorName, when: (world: World, arrival: Arrival) => boolean]

const goneFrom = (world: World, known: boolean, id: string) => known && !world.resources.get(keyOf(id))

/** Whether the snapshots of an item are gone: somebody has deleted the collection that holds them (SEED-52). */
export function snapshotsGone(world: World, { collection, sourceId }: ProtectedItem): boolean {
  if (!collection) return false
  const { subscriptionId = '' } = readResourceId(sourceId) ?? {}
  return !world.resources.get(collectionKey(subscriptionId, collection))
}

const groupGone: Failure = [
  'UserErrorRestoreTargetRGNotFound',
  (world, { work }) => {
    const group = findGroup(world, work.subscriptionId, work.targetGroup)
    return group?.state === 'Deleting' || (work.groupKnown && !group)
  },
]

const machineGone: Failure = [
  'UserErrorVmNotFoundV2',
  (world, { item, work }) => work.type === 'OriginalLocation' && !findMachine(world, item.sourceId),
]

/** What may have come between since a restore began, the first that applies: while its data is on the way, and then while it is put in place. */
const FAILURES: Record<'data' | 'place', readonly Failure[]> = {
  data: [
    groupGone,
    [
      'UserErrorBCMRestoreStorageAccountNotFound',
      (world, { work }) => goneFrom(world, work.accountKnown, work.accountId),
    ],
    ['UserErrorInstantRpNotFound', (world, { item, point }) => !point.vaultTier && snapshotsGone(world, item)],
    machineGone,
  ],
  place: [
    groupGone,
    machineGone,
    [
      'UserErrorVmNotShutDown',
      (world, { item, work }) =>
        work.type === 'OriginalLocation' && findMachine(world, item.sourceId)?.conditions.powerState === 'running',
    ],
    [
      'UserErrorVmAlreadyExistWithSameName',
      (world, { work }) => work.targetMachine !== null && world.resources.get(keyOf(work.targetMachine)) !== undefined,
    ],
    [
      'UserErrorRestoreNetworkNotFound',
      (world, { work: { network } }) => {
        if (!network?.known) return false
        const found = world.resources.get(keyOf(network.id))
        return !found || !subnetsOf(found).some(({ id }) => same(id, network.subnetId))
      },
    ],
  ],
}

/** What the region has no more of what a new machine needs (domain.md 8.3). */
function machineCannotBeMade(world: World, { item, work }: Arrival): JobErrorName | undefined {
  const source = work.targetMachine === null ? undefined : findMachine(world, item.sourceId)
  return source && failureAt('restore', source, world.limits)
}

/** What makes a restore fail at the end of its transfer (`data`) or at its own (`place`). */
export const restoreFailure = (world: World, arrival: Arrival, when: 'data' | 'place'): JobErrorName | undefined =>
  FAILURES[when].find(([, applies]) => applies(world, arrival))?.[0] ??
  (when === 'place' ? machineCannotBeMade(world, arrival) : undefined)

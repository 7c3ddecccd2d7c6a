import { type Change, placeOf } from '../events/changes.js'
import type { Job } from '../jobs/jobs.js'
import { same } from '../names.js'
import type { World } from '../world.js'
import { type Fault, type FaultMatch, type FaultPhase, faultsAt } from './faults.js'
import { isAtOrBelow, type PathGlob, readGlob } from './path-globs.js'

/** A request as rules see it. */
export interface SeenRequest {
  /** `ProtectedItems.CreateOrUpdate` */
  operation: string
  method: string
  /** Decoded, without query and doubled slashes. */
  path: string
}

// A rule's match never changes, and the store hands out the same one as long as its counts don't.
const globs = new WeakMap<FaultMatch, PathGlob>()

function globOf(match: FaultMatch, path: string): PathGlob {
  const known = globs.get(match)
  if (known) return known
  const glob = readGlob(path)
  globs.set(match, glob)
  return glob
}

const isOfRequest = ({ match }: Fault, { operation, method, path }: SeenRequest): boolean =>
  (match.operation === undefined || match.operation === operation) &&
  (match.method === undefined || match.method === method) &&
  (match.resource === undefined || isAtOrBelow(path, match.resource)) &&
  (match.path === undefined || globOf(match, match.path).matches(path))

/** The rules that a request, or the operation that it opens, has to fear. */
export const faultsOfRequest = (world: World, occasion: 'request' | 'operation', request: SeenRequest) =>
  faultsAt(world, occasion, (fault) => isOfRequest(fault, request))

/** A point of a job's life at which rules are asked: in a phase of a backup, or at the one end that all others have. */
export interface JobPoint {
  phase?: FaultPhase
}

/** Where a job is, for rules that name a resource: its machine or account, its item, its vault, its own id. */
function placesOf(world: World, job: Job): string[] {
  const item = world.items.get(job.itemId)
  const known = { vault: (key: string) => world.vaults.get(key), item: (id: number) => world.items.get(id) }
  const idOf = (change: Change) => {
    const { vault, path } = placeOf(change, known)
    return vault === undefined ? [] : [vault + path]
  }
  const sourceId = (item ?? sourceOf(world, job))?.sourceId
  return [
    ...(sourceId === undefined ? [] : [sourceId]),
    ...idOf({ of: 'job', before: undefined, after: job }),
    ...(item ? idOf({ of: 'item', before: undefined, after: item }) : []),
  ]
}

/** What a job without an item is of: a registered account or machine. */
const sourceOf = (world: World, { vaultKey, containerName }: Job) =>
  world.containers.get(vaultKey, containerName) ?? world.registrations.get(vaultKey, containerName)

/** Which job of its operation on its item a job is: 1, 2, 3 … */
function attemptOf(world: World, job: Job): number {
  const alike = world.jobs
    .ofItemSince(job.vaultKey, job.itemId, -1)
    .filter(({ operation, containerName }) => operation === job.operation && same(containerName, job.containerName))
  return alike.findIndex(({ id }) => id === job.id) + 1
}

/** A rule without a phase is asked once a job: in a backup's first phase. */
const isOfPhase = ({ phase }: FaultMatch, point: JobPoint) =>
  phase === undefined ? point.phase !== 'Transfer' : phase === point.phase

/** The rules that a job has to fear at a point. */
export const faultsOfJob = (world: World, job: Job, point: JobPoint) =>
  faultsAt(
    world,
    'job',
    ({ match }) =>
      (match.jobOperation === undefined || match.jobOperation === job.operation) &&
      isOfPhase(match, point) &&
      (match.resource === undefined || isOfPlace(world, job, match.resource)) &&
      (match.attempt === undefined || match.attempt === attemptOf(world, job)),
  )

const isOfPlace = (world: World, job: Job, resource: string) =>
  placesOf(world, job).some((place) => isAtOrBelow(place, resource))

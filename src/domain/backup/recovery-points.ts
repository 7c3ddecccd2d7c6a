import { Refusal } from '../errors.js'
import type { Instant } from '../policies/schedule.js'
import { itemSubject, limitsOn, type ProtectedItem } from '../protection/protected-items.js'
import { badRestore } from '../restore/bad-restore.js'
import type { MachineSnapshot } from '../restore/machine-snapshots.js'
import type { World } from '../world.js'
import type { Consistency } from './consistency.js'
import { dropSnapshot } from './disk-snapshots.js'

/** What a point of a file share keeps of it. */
export interface ShareSnapshot {
  account: string
  share: string
  files: number
}

/** What a point of a managed disk keeps of it. */
export interface DiskSnapshot {
  /** The id of the snapshot that it is, a resource of its own in the group of snapshots. */
  snapshotId: string
  sizeGB: number
  sku: string
}

export interface RecoveryPoint {
  itemId: number
  /** A decimal number of 15 digits; in a Backup vault 32 hex digits. */
  name: string
  time: Instant
  consistency: Consistency
  /** The winning rule of the policy, '' for a backup on demand. */
  ruleName: string
  tags: string[]
  /** The scheduled run that it is of; absent on demand. */
  run?: Instant
  /** When each of its tags ends, in their order. */
  tagEnds?: Instant[]
  /** Not meant for the vault: it lives as long as its snapshot, whatever its tags say. */
  onlySnapshot?: true
  /** A changed policy has doomed something of it: that goes with a cleanup, not before. */
  cleanup?: Instant
  /** When the point goes. */
  expiry: Instant
  /** When its snapshot goes (SEED-50, SEED-56). */
  snapshotExpiry: Instant
  instantTier: 'Valid' | 'Deleted'
  /** Absent until its transfer is done; Deleted while its data lies in the archive alone. */
  vaultTier?: 'Valid' | 'Deleted'
  /** When its transfer was done. */
  vaultedAt?: Instant
  /** Its data has been moved to the archive; Rehydrated while the vault has a copy of it again. */
  archiveTier?: 'Valid' | 'Rehydrated'
  /** Its files can be reached by the script of an operation, until then. */
  files?: { operation: string; until: Instant }
  /** Its data is on the way to the vault: the snapshot stays until it is there. */
  transferring?: boolean
  usedDataGB: number
  /** Of a virtual machine: what it was when the point was taken. */
  machine?: MachineSnapshot
  /** Of a file share. */
  share?: ShareSnapshot
  /** Of a managed disk. */
  disk?: DiskSnapshot
  /** When its snapshot was taken, where the point itself came later. */
  snapshotAt?: Instant
  /** In a Backup vault: the policy that made it, and when that was last changed then. */
  madeBy?: { policyName: string; changedAt?: Instant }
  policyType: 'V1' | 'V2'
  jobId: string
  /** When something of it runs out next; null while nothing can. */
  due: Instant | null
}

/** Keeps a point together with the moment at which one of its tiers runs out. */
export function keepPoint(world: World, point: RecoveryPoint, newest: boolean): void {
  world.points.put({ ...point, due: dueOf(point, newest) })
}

/** Keeps what has changed of a point, whether or not it is the newest. */
export function changePoint(world: World, point: RecoveryPoint): void {
  keepPoint(world, point, world.points.newest(point.itemId)?.name === point.name)
}

/** Whose transition it is when a point changes at a time of its own. */
export const pointSubject = (point: Pick<RecoveryPoint, 'itemId' | 'name'>) => `point:${point.itemId}/${point.name}`

/**
 * When something of a point runs out next. The newest point of an item is never deleted, whatever its age
 * (domain.md 5.3), so of it only the snapshot can go, and only when its data is in the vault.
 */
function dueOf(point: RecoveryPoint, newest: boolean): Instant | null {
  if (point.transferring) return null
  const snapshot = point.instantTier === 'Valid' && (point.vaultTier || !newest) ? point.snapshotExpiry : undefined
  const whole = newest ? undefined : point.expiry
  if (snapshot === undefined && whole === undefined) return null
  const due = Math.min(snapshot ?? Number.POSITIVE_INFINITY, whole ?? Number.POSITIVE_INFINITY)
  return Math.max(due, point.cleanup ?? due)
}

/**
 * Whether an item has as many points as the service keeps of one (SEED-86). No source says what happens then: no further
 * backup succeeds until some have gone, as a point that its policy has promised to keep is never dropped for another.
 */
export const hasAllPoints = (world: World, item: ProtectedItem) =>
  world.points.count(item.id) >= limitsOn(world, item).recoveryPointsPerItem

/** Adds an item's new point: the one that was newest until now can run out from here on. */
export function addPoint(world: World, item: ProtectedItem, point: RecoveryPoint): void {
  const newest = world.points.newest(item.id)
  if (newest && dueOf(newest, false) !== newest.due) keepPoint(world, newest, false)
  keepPoint(world, point, true)
}

/** Puts an item's next retention run where its next tier runs out; none while protection is stopped (domain.md 5.3). */
export function scheduleRetention(world: World, item: ProtectedItem): void {
  world.timeline.cancel(itemSubject(item), 'retention')
  if (item.state === 'ProtectionStopped' || item.deleted) return
  const next = world.points.nextDue(item.id)
  if (next !== undefined) world.timeline.at(Math.max(next, world.now), 'retention', itemSubject(item))
}

/** Takes a point out of the world, and what belongs to it alone. */
function dropPoint(world: World, point: RecoveryPoint): void {
  world.points.delete(point.itemId, point.name)
  leaveNothingOf(world, point)
}

/** Takes all points of an item out of the world, and what belongs to them alone. */
export function dropPoints(world: World, item: ProtectedItem): void {
  for (const point of world.points.ofItem(item.id)) leaveNothingOf(world, point)
  world.points.deleteAll(item.id)
}

/** A way to a point's files, and a copy of it out of the archive, end at a time of their own; a disk's snapshot is a resource. */
function leaveNothingOf(world: World, point: RecoveryPoint): void {
  if (point.files || point.archiveTier === 'Rehydrated') world.timeline.cancel(pointSubject(point))
  dropSnapshot(world, point)
}

/** Due: tiers and points of an item whose time has come go. */
export function runRetention(world: World, item: ProtectedItem): void {
  const newest = world.points.newest(item.id)
  for (const point of world.points.due(item.id, world.now)) {
    const isNewest = point.name === newest?.name
    if (!isNewest && point.expiry <= world.now) dropPoint(world, point)
    else if (!point.vaultTier) dropPoint(world, point)
    else keepPoint(world, { ...point, instantTier: 'Deleted' }, isNewest)
  }
  scheduleRetention(world, item)
}

/**
 * A point by its name.
 * @throws Refusal UserErrorRecoveryPointNotFound: it never was, or has expired
 */
export function getPoint(world: World, item: ProtectedItem, name: string): RecoveryPoint {
  const point = world.points.find(item.id, name)
  if (!point) {
    throw new Refusal(
      'UserErrorRecoveryPointNotFound',
      `There is no recovery point '${name}' of this item: it never was, or its retention has ended. List the item's recovery points.`,
    )
  }
  return point
}

/** A point of a virtual machine. */
export type MachinePoint = RecoveryPoint & { machine: MachineSnapshot }

export const isMachinePoint = (point: RecoveryPoint | undefined): point is MachinePoint => point?.machine !== undefined

/**
 * A virtual machine's point by its name.
 * @throws Refusal UserErrorRecoveryPointNotFound; UserErrorInvalidRestoreRequest where the point is of something else
 */
export function getMachinePoint(world: World, item: ProtectedItem, name: string): MachinePoint {
  const point = getPoint(world, item, name)
  if (isMachinePoint(point)) return point
  throw badRestore(`recovery point '${name}' is not of a virtual machine. Use the kind of request that fits the item.`)
}

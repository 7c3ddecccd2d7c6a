import {
  changePoint,
  getMachinePoint,
  type MachinePoint,
  pointSubject,
  type RecoveryPoint,
} from '../backup/recovery-points.js'
import { PACE, within } from '../durations.js'
import { Refusal } from '../errors.js'
import { same } from '../names.js'
import { failOperation, getOperation, type Operation, openOperation } from '../operations.js'
import type { Instant } from '../policies/schedule.js'
import { checkNotBusy, checkNotDeleted, type ProtectedItem } from '../protection/protected-items.js'
import { regionOf } from '../regions.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'

/** What a script says of the connection that it makes. */
export interface Connection {
  osType: 'Windows' | 'Linux'
  /** What the script asks for: 15 hexadecimal digits, as recorded. */
  password: string
  /**
   * What the script is called: `<vm>_1_<region>_<vault>_<number>_<32 digits><password><14 digits>`. Clients cut the
   * password out of it, 33 characters after the last underscore (client-az.md 4.5, golden ilr-provision-backupOperations).
   */
  nameSuffix: string
  /** Until when it is good. */
  until: Instant
}

export interface FilesInput {
  pointName: string
  recoveryPointId?: string
  virtualMachineId?: string
  renewExistingRegistration?: boolean
}

/** What an operation that provisions files keeps for itself. */
interface FilesWork {
  itemId: number
  pointName: string
  connection: Omit<Connection, 'until'>
}

const workOf = (operation: Operation) => operation.work as unknown as FilesWork

const subjectOf = (operation: Operation): Pick<RecoveryPoint, 'itemId' | 'name'> => ({
  itemId: workOf(operation).itemId,
  name: workOf(operation).pointName,
})

/**
 * Makes the files of a point reachable by a script, for twelve hours from when it is ready. No job tells of it. Asked
 * again while it is, it hands out a new script and the old one is good for nothing; a renewal keeps the password.
 * @throws Refusal UserErrorRecoveryPointNotFound, UserErrorItemIsSoftDeleted, UserErrorItemLevelRecoveryNotSupported,
 * UserErrorInvalidRestoreRequest, BMSUserErrorConflictingProtectionOperation
 */
export function provisionFiles(world: World, vault: Vault, item: ProtectedItem, input: FilesInput): Operation {
  const point = getMachinePoint(world, item, input.pointName)
  checkReachable(item, point)
  checkNotBusy(item)
  checkRequest(item, point, input)
  const open = input.renewExistingRegistration && point.files ? connectionOf(world, point.files) : undefined
  const work: FilesWork = {
    itemId: item.id,
    pointName: point.name,
    connection: open ?? newConnection(world, vault, item, point),
  }
  return openOperation(world, {
    kind: 'provisionFiles',
    vaultKey: vault.key,
    work: { ...work },
    due: world.now + within('provisionFilesMs', world.chance.fraction('provision', item.id, point.name, world.now)),
  })
}

/** What file recovery is not for (backup-azure-restore-files-from-vm.md, archive-tier-support.md). */
const UNREACHABLE: readonly (readonly [when: (item: ProtectedItem, point: MachinePoint) => boolean, why: string])[] = [
  [(item) => item.classic, 'the machine is a classic one. Restore its disks instead.'],
  [
    (_, point) => point.archiveTier === 'Valid',
    'the recovery point is in the archive tier. Restore its disks with rehydration instead.',
  ],
]

function checkReachable(item: ProtectedItem, point: MachinePoint): void {
  checkNotDeleted(item, 'recover its files')
  const why = UNREACHABLE.find(([when]) => when(item, point))?.[1]
  if (why !== undefined)
    throw new Refusal('UserErrorItemLevelRecoveryNotSupported', `File recovery is not supported here: ${why}`)
}

function checkRequest(item: ProtectedItem, point: RecoveryPoint, input: FilesInput): void {
  const invalid = (what: string) =>
    new Refusal('UserErrorInvalidRestoreRequest', `The request to recover files is not valid: ${what}`)
  if (input.recoveryPointId && input.recoveryPointId !== point.name)
    throw invalid(`recoveryPointId '${input.recoveryPointId}' is not the recovery point of the URL, '${point.name}'.`)
  if (input.virtualMachineId && !same(input.virtualMachineId, item.sourceKey))
    throw invalid(`virtualMachineId '${input.virtualMachineId}' is not the machine of this item, '${item.sourceId}'.`)
}

function newConnection(world: World, vault: Vault, item: ProtectedItem, point: MachinePoint): FilesWork['connection'] {
  const hex = () => world.chance.guid().replaceAll('-', '')
  const [target, rest] = [hex(), hex()]
  const password = rest.slice(0, 15)
  const place = `${regionOf(vault.location)?.code ?? 'we'}_${world.chance.digits(19)}_${world.chance.digits(12)}`
  const nameSuffix = `${item.friendlyName.toLowerCase()}_1_${place}_${target}${password}${rest.slice(15, 29)}`
  return { osType: point.machine.osType, password, nameSuffix }
}

const connectionOf = (world: World, files: NonNullable<RecoveryPoint['files']>) => {
  const operation = world.operations.get(files.operation)
  return operation && workOf(operation).connection
}

/** Due: the script is ready. */
export function finishProvision(world: World, operation: Operation): void {
  const { itemId, name } = subjectOf(operation)
  const point = world.points.find(itemId, name)
  if (!point) {
    const gone = `The recovery point '${name}' went while its files were made reachable. Choose another.`
    return failOperation(world, operation, new Refusal('UserErrorRecoveryPointNotFound', gone))
  }
  const files = { operation: operation.key, until: world.now + PACE.filesMs }
  world.timeline.cancel(pointSubject(point), 'files.end')
  world.timeline.at(files.until, 'files.end', pointSubject(point))
  changePoint(world, { ...point, files })
}

/**
 * Takes back the way to the files of a point.
 * @throws Refusal UserErrorRecoveryPointNotFound, UserErrorItemLevelRecoveryNotActive
 */
export function revokeFiles(world: World, vault: Vault, item: ProtectedItem, pointName: string): Operation {
  const point = getMachinePoint(world, item, pointName)
  if (!point.files) throw notActive(point)
  return openOperation(world, {
    kind: 'revokeFiles',
    vaultKey: vault.key,
    work: { itemId: item.id, pointName: point.name, provision: point.files.operation },
    due: world.now + within('revokeFilesMs', world.chance.fraction('revoke', point.files.operation)),
  })
}

const notActive = (point: RecoveryPoint) =>
  new Refusal(
    'UserErrorItemLevelRecoveryNotActive',
    `No file recovery is active for recovery point '${point.name}': it was never provisioned, its twelve hours are over, or it was revoked. Provision it first.`,
  )

/** Due: the script is good for nothing from now on; one that was handed out meanwhile stays. */
export function finishRevoke(world: World, operation: Operation): void {
  const { itemId, name } = subjectOf(operation)
  const point = world.points.find(itemId, name)
  if (point?.files?.operation === operation.work?.provision && point) endFiles(world, point)
}

/** Due: twelve hours are over, or somebody has taken the way back. */
export function endFiles(world: World, point: RecoveryPoint): void {
  const { files: _, ...closed } = point
  world.timeline.cancel(pointSubject(point), 'files.end')
  changePoint(world, closed)
}

/** What an operation that provisions files hands out once it is done. */
export function connectionMade(operation: Operation): Connection | undefined {
  if (operation.kind !== 'provisionFiles' || operation.status !== 'Succeeded') return undefined
  return { ...workOf(operation).connection, until: (operation.end ?? operation.start) + PACE.filesMs }
}

/**
 * What the active recovery of a point's files was handed out, by the operation that provisioned it.
 * @throws Refusal UserErrorRecoveryPointNotFound, BMSUserErrorOperationNotFound, UserErrorItemLevelRecoveryNotActive
 */
export function activeConnection(
  world: World,
  vault: Vault,
  item: ProtectedItem,
  pointName: string,
  operationId: string,
): Connection {
  const point = getMachinePoint(world, item, pointName)
  const operation = getOperation(world, operationId, vault.key)
  const connection = point.files?.operation === operation.key ? connectionMade(operation) : undefined
  if (!connection) throw notActive(point)
  return connection
}

import { type Static, Type } from '@sinclair/typebox'
import { type Call, ok, type Reply } from '../../arm/route.js'
import { getPoint } from '../../domain/backup/recovery-points.js'
import { membersOf } from '../../domain/documents.js'
import { type ClassicRestore, getMachineItem, restoreMachine } from '../../domain/protection/classic-protection.js'
import { badRestore } from '../../domain/restore/bad-restore.js'
import type { World } from '../../domain/world.js'
import { ACCEPTED, accepted, classicRoute, classicVaultOf, List, listOf } from './classic-route.js'
import { PointView, pointView } from './item-views.js'
import { CLASSIC_ITEM, ITEM_ERRORS, pathOf } from './protected-items.js'

const POINTS = `${CLASSIC_ITEM}/recoveryPoints`
const POINT = `${POINTS}/{recoveryPointId}`
const tag = 'Classic recovery points'

const RestoreBody = Type.Object({
  properties: Type.Object({ typeOfRecovery: Type.String(), recoveryDSTypeSpecificInputs: Type.String() }),
})

const EXAMPLE = {
  properties: {
    typeOfRecovery: 'RestoreDisks',
    recoveryDSTypeSpecificInputs: JSON.stringify({ InputStorageAccountName: 'demostore', Region: 'westeurope' }),
  },
}

const nameOf = (call: Call) => call.params.recoveryPointId ?? ''

function list(world: World, call: Call): Reply {
  const vault = classicVaultOf(world, call)
  const item = getMachineItem(world, vault, pathOf(call))
  return listOf(world.points.ofItem(item.id).map((point) => pointView(vault, item, point)))
}

function get(world: World, call: Call): Reply {
  const vault = classicVaultOf(world, call)
  const item = getMachineItem(world, vault, pathOf(call))
  return ok(pointView(vault, item, getPoint(world, item, nameOf(call))))
}

/**
 * What a restore needs is JSON in a text (golden 36).
 * @throws Refusal UserErrorInvalidRestoreRequest
 */
function readInputs(text: string): Pick<ClassicRestore, 'storageAccount' | 'region'> {
  let inputs: Record<string, unknown>
  try {
    inputs = membersOf(JSON.parse(text))
  } catch {
    throw badRestore('recoveryDSTypeSpecificInputs is not JSON. Send an object with InputStorageAccountName as text.')
  }
  const { InputStorageAccountName: account, Region: region } = inputs
  if (typeof account !== 'string' || account === '')
    throw badRestore('recoveryDSTypeSpecificInputs has no InputStorageAccountName, the account that the disks go to.')
  return { storageAccount: account, region: typeof region === 'string' && region !== '' ? region : undefined }
}

function restore(world: World, call: Call<Static<typeof RestoreBody>>): Reply {
  const vault = classicVaultOf(world, call)
  const { typeOfRecovery, recoveryDSTypeSpecificInputs } = call.body.properties
  const asked = { pointName: nameOf(call), typeOfRecovery, ...readInputs(recoveryDSTypeSpecificInputs) }
  return accepted(restoreMachine(world, vault, pathOf(call), asked))
}

/** What there is to restore, and its restore. */
export const classicRecoveryPointRoutes = [
  classicRoute({
    operation: 'ClassicRecoveryPoints.List',
    of: 'machine',
    method: 'GET',
    path: POINTS,
    tag,
    summary: 'List the recovery points of an item, newest first',
    responses: { 200: { description: 'The points', schema: List(PointView) } },
    errors: ITEM_ERRORS,
    handle: list,
  }),
  classicRoute({
    operation: 'ClassicRecoveryPoints.Get',
    of: 'machine',
    method: 'GET',
    path: POINT,
    tag,
    summary: 'Get a recovery point',
    responses: { 200: { description: 'The point', schema: PointView } },
    errors: [...ITEM_ERRORS, 'UserErrorRecoveryPointNotFound'],
    handle: get,
  }),
  classicRoute({
    operation: 'ClassicRecoveryPoints.Restore',
    of: 'machine',
    method: 'POST',
    path: `${POINT}/restore`,
    tag,
    summary: 'Restore the disks of a machine to a storage account',
    body: RestoreBody,
    example: EXAMPLE,
    responses: ACCEPTED,
    errors: [
      ...ITEM_ERRORS,
      'UserErrorRecoveryPointNotFound',
      'UserErrorInvalidRestoreRequest',
      'UserErrorRestoreRegionMismatch',
      'UserErrorBCMRestoreStorageAccountNotFound',
    ],
    handle: restore,
  }),
] as const

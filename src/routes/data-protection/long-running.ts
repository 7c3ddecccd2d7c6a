import { waitsForOperation } from '../../arm/long-running.js'
import { type Call, ok, type Reply, route, urlOf } from '../../arm/route.js'
import { VersionQuery } from '../../arm/shapes.js'
import { dotNetTime } from '../../arm/times.js'
import { userFacingError, userFacingInfo } from '../../arm/user-facing-error.js'
import { backupVaultFamily } from '../../arm/versions.js'
import { waitHints } from '../../arm/wait-hints.js'
import { jobPath } from '../../domain/jobs/jobs.js'
import { readResourceId } from '../../domain/names.js'
import { type Operation, type OperationError, statusOf } from '../../domain/operations.js'
import { getBackupOperation, outcomeOf } from '../../domain/vaults/backup-vault-operations.js'
import { BACKUP_VAULT_TYPE, getVault, type Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'
import { BACKUP_VAULT, DATA_PROTECTION_LOCATION, DATA_PROTECTION_LOCATION_OF_GROUP } from '../scopes.js'
import { backupVaultView } from './vault-view.js'

/** The Backup vault that a path names. @throws Refusal ResourceNotFound */
export const backupVaultOf = (world: World, { params }: Pick<Call, 'params'>): Vault =>
  getVault(
    world,
    params.subscriptionId ?? '',
    params.resourceGroupName ?? '',
    params.backupVaultName ?? '',
    BACKUP_VAULT_TYPE,
  )

type Place = 'location' | 'groupLocation' | 'vault'
type Named = Pick<Vault, 'id' | 'subscriptionId' | 'location'>

/** Where operations are polled, as a path to hang on (wire-disk.md 1.1). */
function placeOf(vault: Named, place: Place): string {
  if (place === 'vault') return vault.id
  const [group] = /^.*\/resourceGroups\/[^/]+/i.exec(vault.id) ?? []
  const root = place === 'location' ? `/subscriptions/${vault.subscriptionId}` : (group ?? '')
  return `${root}/providers/Microsoft.DataProtection/locations/${vault.location}`
}

const statusUrl = (call: Call, vault: Named, { key, kind }: Operation) => {
  const { statusAt, deletionAt } = backupVaultFamily(call.apiVersion)
  return urlOf(call, `${placeOf(vault, kind === 'deleteBackupVault' ? deletionAt : statusAt)}/operationStatus/${key}`)
}
const resultUrl = (call: Call, vault: Named, { key }: Operation) =>
  urlOf(call, `${placeOf(vault, 'location')}/operationResults/${key}`)

/** @param seconds what the service itself says; undefined where it says nothing */
const hintsOf = (call: Call, seconds: number | undefined) =>
  waitHints(call.clock, call.userAgent, seconds === undefined ? {} : { 'retry-after': String(seconds) })

/**
 * 202 without a body, with both URLs to poll.
 * @param retryAfter seconds, as the service says them of this call; undefined where it says nothing
 */
export const accepted = (call: Call, vault: Named, operation: Operation, retryAfter?: number): Reply => ({
  status: 202,
  headers: {
    'azure-asyncoperation': statusUrl(call, vault, operation),
    location: resultUrl(call, vault, operation),
    ...hintsOf(call, retryAfter),
  },
})

/**
 * 201, or another status, with the thing as it stands now and one URL to poll.
 * @param retryAfter as in `accepted`
 */
export const created = (
  call: Call,
  vault: Named,
  operation: Operation,
  body: unknown,
  retryAfter?: number,
  status = 201,
): Reply => ({
  status,
  body,
  headers: { 'azure-asyncoperation': statusUrl(call, vault, operation), ...hintsOf(call, retryAfter) },
})

/** The end of what hasn't ended, in every version that is recorded (golden disk/16). */
const NOT_ENDED = '0001-01-01T00:00:00Z'

const wholeSecond = (instant: number) => Math.floor(instant / 1000) * 1000

/** An operation's error, with what a user is told of it where there is more to tell (golden disk/71). */
function errorView({ code, message, told }: OperationError) {
  const more = told ? userFacingInfo(userFacingError(told.error, told.activityId, told.detail)) : {}
  return { error: { ...more, code, message } }
}

const VAULT_WRITES: readonly Operation['kind'][] = ['putBackupVault', 'patchBackupVault']

/** What an operation has led to, where that is a job. */
function resultOf(world: World, operation: Operation): Record<string, unknown> {
  const { vaultKey } = operation
  const { jobId } = outcomeOf(world, operation)
  const vault = vaultKey === undefined ? undefined : world.vaults.get(vaultKey)
  const job = jobId !== undefined && vault ? { jobId: jobPath(vault, { id: jobId }) } : {}
  return { ...job, objectType: 'OperationJobExtendedInfo' }
}

/** 200 in any case; it tells no client when to ask again (wire-disk.md 1.1). */
function operationStatus(world: World, call: Call): Reply {
  const operation = getBackupOperation(world, call.params.operationId ?? '')
  const status = statusOf(world, operation)
  const running = status === 'InProgress'
  const { error, jobId, end } = outcomeOf(world, operation)
  return {
    status: 200,
    headers: running ? hintsOf(call, undefined) : {},
    body: {
      id: call.path,
      name: operation.key,
      status: running ? 'Inprogress' : status,
      ...(error ? errorView(error) : {}),
      startTime: dotNetTime(operation.start),
      endTime: running ? NOT_ENDED : dotNetTime(wholeSecond(end)),
      ...(status === 'Succeeded' && jobId !== undefined ? { properties: resultOf(world, operation) } : {}),
    },
  }
}

/** The vault of an operation; of one that has gone, what its path says. */
function vaultOfOperation(world: World, call: Call, { vaultKey = '' }: Operation): Named {
  const vault = world.vaults.get(vaultKey)
  if (vault) return vault
  const { subscriptionId = '' } = readResourceId(vaultKey) ?? {}
  return { id: vaultKey, subscriptionId, location: call.params.locationName ?? '' }
}

/** What a client gets that asks for the result: of a write of the vault the vault (published BackupVaultOperationResults_Get). */
function bodyOf(world: World, call: Call, operation: Operation): Record<string, unknown> {
  const vault = VAULT_WRITES.includes(operation.kind) && world.vaults.get(operation.vaultKey ?? '')
  return vault ? backupVaultView(vault, call.apiVersion) : resultOf(world, operation)
}

/** 202 as long as it runs; then what it has led to, and again where its status stands (golden disk/11, 22). */
function operationResult(world: World, call: Call): Reply {
  const operation = getBackupOperation(world, call.params.operationId ?? '')
  const vault = vaultOfOperation(world, call, operation)
  const status = statusOf(world, operation)
  if (status === 'InProgress') return accepted(call, vault, operation)
  const { error } = outcomeOf(world, operation)
  if (status === 'Failed' && error) return { status: 400, body: errorView(error) }
  return {
    ...ok(bodyOf(world, call, operation)),
    headers: {
      'azure-asyncoperation': urlOf(call, `${placeOf(vault, 'location')}/operationStatus/${operation.key}`),
      ...hintsOf(call, 30),
    },
  }
}

const tag = 'Backup vaults'

const statusRoute = <const Name extends string>(operation: Name, path: string) =>
  route({
    operation,
    method: 'GET',
    path: `${path}/operationStatus/{operationId}`,
    tag,
    summary: 'Poll an operation',
    query: VersionQuery,
    responses: { 200: { description: 'Inprogress, Succeeded or Failed' } },
    errors: ['UserErrorGenericResourceNotFound'],
    waitsFor: waitsForOperation,
    handle: operationStatus,
  })

const resultRoute = <const Name extends string>(operation: Name, path: string) =>
  route({
    operation,
    method: 'GET',
    path: `${path}/operationResults/{operationId}`,
    tag,
    summary: 'Poll an operation for its result',
    query: VersionQuery,
    responses: {
      200: { description: 'What it has led to: the vault that was written, or { jobId, objectType }' },
      202: { description: 'Still running' },
    },
    errors: ['UserErrorGenericResourceNotFound'],
    waitsFor: waitsForOperation,
    handle: operationResult,
  })

/** Where operations of Backup vaults are polled: clients follow the URLs that were handed out, whichever form they have. */
export const backupOperationRoutes = [
  statusRoute('operations.vaultOperationStatus', BACKUP_VAULT),
  statusRoute('operations.locationOperationStatus', DATA_PROTECTION_LOCATION),
  statusRoute('operations.groupLocationOperationStatus', DATA_PROTECTION_LOCATION_OF_GROUP),
  resultRoute('operations.vaultOperationResults', BACKUP_VAULT),
  resultRoute('operations.locationOperationResults', DATA_PROTECTION_LOCATION),
] as const

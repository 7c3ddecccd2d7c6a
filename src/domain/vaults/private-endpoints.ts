import { within } from '../durations.js'
import { Refusal } from '../errors.js'
import { readResourceId, same } from '../names.js'
import { type Operation, openOperation } from '../operations.js'
import type { VaultRecord, World } from '../world.js'
import { oneOf } from './setting-values.js'
import type { Vault } from './vault.js'

/** What of a vault a private endpoint leads to. */
export const SUB_RESOURCES = ['AzureBackup', 'AzureBackup_secondary', 'AzureSiteRecovery'] as const
export type SubResource = (typeof SUB_RESOURCES)[number]

const APPROVALS = ['Pending', 'Approved', 'Rejected', 'Disconnected'] as const

/** A private endpoint's connection with a vault. */
export interface PrivateEndpoint extends VaultRecord {
  /** The `Microsoft.Network/privateEndpoints` that it comes from. */
  endpointId: string
  groupIds: SubResource[]
  provisioning: 'Pending' | 'Succeeded' | 'Deleting'
  approval: (typeof APPROVALS)[number]
  description?: string
  actionsRequired?: string
}

/** What a body says of a connection. */
export interface PrivateEndpointInput {
  privateEndpoint?: { id?: string }
  groupIds?: string[]
  privateLinkServiceConnectionState?: { status?: string; description?: string; actionsRequired?: string }
}

/** @throws Refusal ResourceNotFound */
export function getPrivateEndpoint(world: World, vault: Vault, name: string): PrivateEndpoint {
  const endpoint = world.privateEndpoints.get(vault.key, name)
  if (endpoint) return endpoint
  throw new Refusal(
    'ResourceNotFound',
    `The vault '${vault.name}' has no private endpoint connection '${name}'. Get the vault to see those that it has.`,
  )
}

function endpointIdOf(input: PrivateEndpointInput, before: PrivateEndpoint | undefined): string {
  const id = input.privateEndpoint?.id ?? before?.endpointId ?? ''
  if (same(readResourceId(id)?.type ?? '', 'Microsoft.Network/privateEndpoints')) return id
  throw new Refusal(
    'InvalidParameter',
    `privateEndpoint.id is '${id}': give the full id of a Microsoft.Network/privateEndpoints.`,
  )
}

/**
 * Only a vault that has no items yet can be reached privately, and over 12 endpoints at most (documentation of private
 * endpoints for Azure Backup).
 */
function checkRoom(world: World, vault: Vault): void {
  if (world.items.any(vault.key)) {
    throw new Refusal(
      'UserErrorPrivateEndpointVaultNotEmpty',
      `A private endpoint can only be connected with a vault that protects nothing yet, and '${vault.name}' holds items. Use a new vault.`,
    )
  }
  const there = world.privateEndpoints.ofVault(vault.key).length
  if (there >= world.limits.privateEndpointsPerVault) {
    throw new Refusal(
      'UserErrorPrivateEndpointQuotaReached',
      `The vault '${vault.name}' has ${there} private endpoint connections, which is the most. Delete one first.`,
    )
  }
}

/**
 * Connects a private endpoint with a vault, or changes a connection: approves or rejects it. It is Pending until the
 * operation ends.
 * @throws Refusal InvalidParameter, UserErrorPrivateEndpointVaultNotEmpty, UserErrorPrivateEndpointQuotaReached,
 * RSVaultUpdateErrorConflictingOperationInProgress while it is being deleted
 */
export function putPrivateEndpoint(
  world: World,
  vault: Vault,
  name: string,
  input: PrivateEndpointInput,
): { endpoint: PrivateEndpoint; created: boolean; operation: Operation } {
  const before = world.privateEndpoints.get(vault.key, name)
  if (before?.provisioning === 'Deleting') {
    throw new Refusal(
      'RSVaultUpdateErrorConflictingOperationInProgress',
      `The private endpoint connection '${name}' is being deleted. Wait until it has gone, then connect it again.`,
    )
  }
  const endpointId = endpointIdOf(input, before)
  const groupIds = input.groupIds?.map((id) => oneOf(id, SUB_RESOURCES, 'groupIds') ?? 'AzureBackup')
  const { status, description, actionsRequired } = input.privateLinkServiceConnectionState ?? {}
  const approval = oneOf(status, APPROVALS, 'privateLinkServiceConnectionState.status')
  if (!before) checkRoom(world, vault)
  const endpoint: PrivateEndpoint = {
    ...before,
    vaultKey: vault.key,
    name: before?.name ?? name,
    endpointId,
    groupIds: groupIds ?? before?.groupIds ?? ['AzureBackup'],
    provisioning: 'Pending',
    approval: approval ?? before?.approval ?? 'Pending',
    ...(description === undefined ? {} : { description }),
    ...(actionsRequired === undefined ? {} : { actionsRequired }),
  }
  world.privateEndpoints.put(endpoint)
  return { endpoint, created: !before, operation: begin(world, vault, endpoint, 'putPrivateEndpoint') }
}

function begin(
  world: World,
  vault: Vault,
  { name }: PrivateEndpoint,
  kind: 'putPrivateEndpoint' | 'deletePrivateEndpoint',
): Operation {
  const due = world.now + within('privateEndpointMs', world.chance.fraction(kind, vault.key, name, world.now))
  return openOperation(world, { kind, vaultKey: vault.key, due, work: { name } })
}

/**
 * Takes a connection away: it goes when the operation ends. A second call is answered with the first one's operation.
 * @returns undefined where there is none
 */
export function deletePrivateEndpoint(world: World, vault: Vault, name: string): Operation | undefined {
  const endpoint = world.privateEndpoints.get(vault.key, name)
  if (!endpoint) return undefined
  const running = world.operations
    .allOpen()
    .find(
      ({ kind, vaultKey, work }) =>
        kind === 'deletePrivateEndpoint' && vaultKey === vault.key && work?.name === endpoint.name,
    )
  if (running) return running
  world.privateEndpoints.put({ ...endpoint, provisioning: 'Deleting' })
  return begin(world, vault, endpoint, 'deletePrivateEndpoint')
}

/** Due: a connection is what was asked for, or has gone. */
export function finishPrivateEndpoint(world: World, { kind, vaultKey = '', work }: Operation): void {
  const endpoint = world.privateEndpoints.get(vaultKey, String(work?.name))
  if (!endpoint) return
  if (kind === 'deletePrivateEndpoint') world.privateEndpoints.delete(vaultKey, endpoint.name)
  else if (endpoint.provisioning === 'Pending') world.privateEndpoints.put({ ...endpoint, provisioning: 'Succeeded' })
}

/** Whether any connection leads to a part of a vault: what the vault says of itself. */
export const isReachedPrivately = (endpoints: readonly PrivateEndpoint[], group: 'AzureBackup' | 'AzureSiteRecovery') =>
  endpoints.some(
    ({ provisioning, groupIds }) => provisioning !== 'Pending' && groupIds.some((id) => id.startsWith(group)),
  )

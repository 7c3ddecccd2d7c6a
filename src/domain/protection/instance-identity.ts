import { membersOf } from '../documents.js'
import { keyOf, same } from '../names.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import type { ProtectedItem } from './protected-items.js'

/**
 * The principals that a vault's backups of an instance are made by: the vault's own identity, or the one of the vault's
 * that the instance names (wire-disk.md 5). None where the vault has no such identity. Of a user's identity both its own
 * id and the one that the vault says count.
 */
export function principalsOf(
  world: World,
  { identity }: Pick<Vault, 'identity'>,
  { instance }: Pick<ProtectedItem, 'instance'>,
): string[] {
  const { useSystemAssignedIdentity, userAssignedIdentityArmUrl: named } = membersOf(instance?.document.identityDetails)
  if (useSystemAssignedIdentity !== false || typeof named !== 'string')
    return identity?.principalId === undefined ? [] : [identity.principalId]
  const [, assigned] = Object.entries(identity?.userAssigned ?? {}).find(([id]) => same(id, named)) ?? []
  if (!assigned) return []
  const { principalId } = membersOf(world.resources.get(keyOf(named))?.body.properties)
  return [assigned.principalId, ...(typeof principalId === 'string' ? [principalId] : [])]
}

/** What the service ran into when it asked for the roles of an identity that has none (golden disk/71). */
export const noAuthorization = (principalId: string, scope: string) =>
  `The client '${principalId}' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/read' over scope '${scope}/providers/Microsoft.Authorization'. If access was recently granted, refresh your credentials.`

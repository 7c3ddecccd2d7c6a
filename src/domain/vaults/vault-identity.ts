import type { Chance } from '../chance.js'
import { Refusal } from '../errors.js'

/** The identities of a vault: its own, and those that users gave it. */
export interface VaultIdentity {
  /** The principal of the vault's own identity; absent without one. */
  principalId?: string
  userAssigned: Record<string, { clientId: string; principalId: string }>
}

/** How a body names identities: which kinds remain, and changes to the users' ones, key by key. */
export interface IdentityInput {
  type: string
  userAssignedIdentities?: Record<string, unknown>
}

const KINDS = ['none', 'systemassigned', 'userassigned'] as const

/**
 * A vault's identities after a PUT or PATCH (wire-vm-more.md 2.2): `type` says which kinds remain;
 * `userAssignedIdentities` is merged, `{}` adds, `null` takes away, what isn't named stays.
 * @throws Refusal InvalidParameter for an unknown kind
 */
export function mergeIdentity(
  chance: Chance,
  before: VaultIdentity | undefined,
  input: IdentityInput,
): VaultIdentity | undefined {
  const kinds = input.type.split(',').map((kind) => kind.trim().toLowerCase())
  const unknown = kinds.find((kind) => !KINDS.some((known) => known === kind))
  if (unknown !== undefined) {
    throw new Refusal(
      'InvalidParameter',
      `'${input.type}' is not a type of identity. Use None, SystemAssigned, UserAssigned, or 'SystemAssigned, UserAssigned'.`,
    )
  }
  if (kinds.includes('none')) return { userAssigned: {} }
  const userAssigned = kinds.includes('userassigned') ? { ...before?.userAssigned } : {}
  if (kinds.includes('userassigned')) {
    for (const [id, value] of Object.entries(input.userAssignedIdentities ?? {})) {
      if (value === null) delete userAssigned[id]
      else userAssigned[id] ??= { clientId: chance.guid(), principalId: chance.guid() }
    }
  }
  if (!kinds.includes('systemassigned')) return { userAssigned }
  return { principalId: before?.principalId ?? chance.guid(), userAssigned }
}

/** Whether a PATCH does nothing but give a vault an identity of its own, or take it: that is done at once (wire-vm-more.md 2.2). */
export function changesOwnIdentityOnly({ identity, ...more }: { identity?: IdentityInput }): boolean {
  const kinds = ['none', 'systemassigned']
  return identity !== undefined && kinds.includes(identity.type.toLowerCase()) && Object.keys(more).length === 0
}

import { Refusal } from '../errors.js'
import { oneOf } from './setting-values.js'
import type { Vault } from './vault.js'

export type ImmutabilityState = 'Disabled' | 'Unlocked' | 'Locked'

/** To which states each can go: the lock is a step of its own, and nothing leads back from it (domain.md 7, wire-vm-more.md 9). */
const TRANSITIONS = {
  Disabled: ['Disabled', 'Unlocked'],
  Unlocked: ['Disabled', 'Unlocked', 'Locked'],
  Locked: ['Locked'],
} as const satisfies Record<ImmutabilityState, readonly ImmutabilityState[]>

const STATES = Object.keys(TRANSITIONS) as ImmutabilityState[]

/**
 * The state of `immutabilitySettings` after a PUT or PATCH of a vault; a new vault comes from Disabled.
 * @param locksAtOnce a Backup vault may be locked from the first (golden disk/03)
 * @returns undefined where it was never said
 * @throws Refusal InvalidParameter, UserErrorUnsupportedVaultImmutabilityStateChange
 */
export function readImmutability(
  value: unknown,
  before: ImmutabilityState | undefined,
  locksAtOnce = false,
): { immutability?: ImmutabilityState } {
  const state = oneOf(value, STATES, 'immutabilitySettings.state') ?? before
  if (state === undefined) return {}
  const from = before ?? 'Disabled'
  const allowed: readonly ImmutabilityState[] = TRANSITIONS[from]
  if (allowed.includes(state) || (locksAtOnce && from !== 'Locked')) return { immutability: state }
  throw new Refusal(
    'UserErrorUnsupportedVaultImmutabilityStateChange',
    from === 'Locked'
      ? `The immutable vault property for this vault is locked, hence it cannot be set to ${state}, or to anything else.`
      : `The immutable vault property cannot go from ${from} to ${state} at once. Set it to Unlocked first, then to Locked.`,
  )
}

/** Whether a change gives up immutability: what a lock allows no more. */
export const reducesImmutability = (before: ImmutabilityState | undefined, after: ImmutabilityState | undefined) =>
  before === 'Unlocked' && after === 'Disabled'

export const isImmutable = (vault: Vault) => (vault.settings.immutability ?? 'Disabled') !== 'Disabled'

/**
 * Refuses on an immutable vault, locked or not, what could lose recovery points before their time: deleting data, and
 * keeping points for a shorter time (domain.md 7). Stopping with the data kept is allowed.
 * @param what what was asked for, as a sentence has it
 * @throws Refusal UserErrorOperationDeniedOnImmutableItem
 */
export function refuseOnImmutable(vault: Vault, what: string): void {
  if (!isImmutable(vault)) return
  throw new Refusal(
    'UserErrorOperationDeniedOnImmutableItem',
    `The vault and the backup item are in Immutable state where destructive operations are not supported: ${what}. ${vault.settings.immutability === 'Locked' ? 'The vault is locked: wait until the recovery points expire' : 'Disable immutability of the vault first'}, or stop protection and retain the data.`,
  )
}

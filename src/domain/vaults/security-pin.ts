import { type Instant, MINUTE } from '../policies/schedule.js'
import type { World } from '../world.js'
import { requireGuard } from './resource-guards.js'
import type { Vault } from './vault.js'

/** What somebody has to know who changes what an agent does: shown in the portal, six digits. */
export interface SecurityPin {
  pin: string
  expires: Instant
}

/** domain.md 7; golden backupSecurityPIN-post-200 */
const VALID_MS = 5 * MINUTE

/**
 * Gives out a new PIN for a vault; the one before it is no longer good.
 * @param requests `resourceGuardOperationRequests` of the call
 * @throws Refusal as the vault's resource guard refuses
 */
export function issueSecurityPin(world: World, vault: Vault, requests: readonly string[]): SecurityPin {
  requireGuard(world, vault, 'securityPin', requests)
  const securityPin = { pin: world.chance.digits(6), expires: world.now + VALID_MS }
  world.vaults.put({ ...vault, securityPin })
  return securityPin
}

/** Whether a PIN is the one that was last given out for a vault, and still good. */
export const isGoodPin = ({ now }: World, { securityPin }: Vault, pin: string | undefined): boolean =>
  securityPin !== undefined && securityPin.pin === pin && now <= securityPin.expires

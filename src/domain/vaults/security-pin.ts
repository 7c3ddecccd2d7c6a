import { Refusal } from '../errors.js'
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

/**
 * Whether a PIN is the one that was last given out for a vault, and still good.
 * @throws Refusal UserErrorInvalidSecurityPin
 */
export function checkSecurityPin(world: World, vault: Vault, pin: string | undefined): void {
  const given = vault.securityPin
  if (given && given.pin === pin && world.now <= given.expires) return
  throw new Refusal(
    'UserErrorInvalidSecurityPin',
    `The security PIN is not the one of vault '${vault.name}', or its 5 minutes are over. Get a new one (backupSecurityPIN) and use it at once.`,
  )
}

import { Refusal } from '../errors.js'
import { same } from '../names.js'
import { locationOf } from '../regions.js'
import type { World } from '../world.js'
import { VAULT_TYPE, vaultKey } from './vault.js'

/** 2 to 50 characters, a letter first, then letters, digits and hyphens (the portal's rule for vaults). */
const VAULT_NAME = /^[a-zA-Z][-a-zA-Z0-9]{1,49}$/

const wrongName = (name: string) =>
  VAULT_NAME.test(name)
    ? undefined
    : `The vault name '${name}' is not valid: use 2 to 50 letters, digits and hyphens, a letter first.`

/** @throws Refusal InvalidResourceName */
export function checkVaultName(name: string): void {
  const wrong = wrongName(name)
  if (wrong !== undefined) throw new Refusal('InvalidResourceName', wrong)
}

/** @throws Refusal InvalidParameter for any other type of resource */
export function checkVaultType(type: string): void {
  if (same(type, VAULT_TYPE)) return
  throw new Refusal('InvalidParameter', `'${type}' is not a type of resource that is known here. Use ${VAULT_TYPE}.`)
}

export interface NameQuestion {
  subscriptionId: string
  resourceGroup: string
  location: string
  name: string
  type: string
}

/** Whether a name is free for a vault, and why it isn't; a deleted vault's name is. */
export type NameAvailability =
  | { nameAvailable: true }
  | { nameAvailable: false; reason: 'Invalid' | 'AlreadyExists'; message: string }

/**
 * Vaults are told apart by their group: the same name may be in use in another one.
 * @throws Refusal InvalidParameter for another type, LocationNotAvailableForResourceType
 */
export function vaultNameAvailability(world: World, asked: NameQuestion): NameAvailability {
  const { subscriptionId, resourceGroup, location, name, type } = asked
  checkVaultType(type)
  locationOf(location)
  const wrong = wrongName(name)
  if (wrong !== undefined) return { nameAvailable: false, reason: 'Invalid', message: wrong }
  if (!world.vaults.get(vaultKey(subscriptionId, resourceGroup, name))) return { nameAvailable: true }
  const message = `There is a vault '${name}' in resource group '${resourceGroup}'. Choose another name, or another group.`
  return { nameAvailable: false, reason: 'AlreadyExists', message }
}

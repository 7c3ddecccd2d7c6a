import { Refusal } from '../errors.js'
import { same } from '../names.js'
import { locationOf } from '../regions.js'
import type { World } from '../world.js'
import { BACKUP_VAULT_TYPE, VAULT_TYPE, type VaultType, vaultKey } from './vault.js'

/** 2 to 50 characters, a letter first, then letters, digits and hyphens (the portal's rule for vaults). */
const VAULT_NAME = /^[a-zA-Z][-a-zA-Z0-9]{1,49}$/

/** A Backup vault's ends with no hyphen (the published pattern). */
const BACKUP_VAULT_NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,48}[a-zA-Z0-9]$/

function wrongName(name: string, type: VaultType): string | undefined {
  const backup = type === BACKUP_VAULT_TYPE
  if ((backup ? BACKUP_VAULT_NAME : VAULT_NAME).test(name)) return undefined
  return `The vault name '${name}' is not valid: use 2 to 50 letters, digits and hyphens, a letter first${backup ? ' and no hyphen at the end' : ''}.`
}

/** @throws Refusal InvalidResourceName */
export function checkVaultName(name: string, type: VaultType = VAULT_TYPE): void {
  const wrong = wrongName(name, type)
  if (wrong !== undefined) throw new Refusal('InvalidResourceName', wrong)
}

/** @throws Refusal InvalidParameter for any other type of resource */
export function checkVaultType(type: string, known: VaultType = VAULT_TYPE): void {
  if (same(type, known)) return
  throw new Refusal('InvalidParameter', `'${type}' is not a type of resource that is known here. Use ${known}.`)
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
 * @param vaultType the vaults that the name is for
 * @throws Refusal InvalidParameter for another type, LocationNotAvailableForResourceType
 */
export function vaultNameAvailability(
  world: World,
  asked: NameQuestion,
  vaultType: VaultType = VAULT_TYPE,
): NameAvailability {
  const { subscriptionId, resourceGroup, location, name, type } = asked
  checkVaultType(type, vaultType)
  locationOf(location)
  const wrong = wrongName(name, vaultType)
  if (wrong !== undefined) return { nameAvailable: false, reason: 'Invalid', message: wrong }
  if (!world.vaults.get(vaultKey(subscriptionId, resourceGroup, name, vaultType))) return { nameAvailable: true }
  const message = `There is a vault '${name}' in resource group '${resourceGroup}'. Choose another name, or another group.`
  return { nameAvailable: false, reason: 'AlreadyExists', message }
}

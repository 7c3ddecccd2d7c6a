import { Refusal } from '../errors.js'
import type { World } from '../world.js'
import type { ExtendedInfo, Vault } from './vault.js'

/** @throws Refusal ResourceExtendedInfoNotFound until somebody has set it */
export function getExtendedInfo(vault: Vault): ExtendedInfo {
  if (vault.extendedInfo) return vault.extendedInfo
  throw new Refusal(
    'ResourceExtendedInfoNotFound',
    `The vault '${vault.name}' has no extended information yet. PUT it first.`,
  )
}

/** Sets a vault's extended information: what is not named is gone. */
export function putExtendedInfo(world: World, vault: Vault, properties: ExtendedInfo['properties']): ExtendedInfo {
  const extendedInfo = { etag: world.chance.guid(), properties }
  world.vaults.put({ ...vault, extendedInfo })
  return extendedInfo
}

/**
 * Changes what is named; the rest stays.
 * @throws Refusal ResourceExtendedInfoNotFound
 */
export const patchExtendedInfo = (world: World, vault: Vault, properties: ExtendedInfo['properties']): ExtendedInfo =>
  putExtendedInfo(world, vault, { ...getExtendedInfo(vault).properties, ...properties })

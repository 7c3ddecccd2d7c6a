import { shareName, sharesOf } from '../inventory/file-shares.js'
import type { Resource } from '../inventory/inventory.js'
import type { Vault } from '../vaults/vault.js'
import type { World } from '../world.js'
import { storageContainers } from './storage-containers.js'
import { shareItemName } from './storage-names.js'

/** A file share that could be protected. */
export interface ProtectableShare {
  account: Resource
  container: string
  share: string
  /** Its item's name. */
  item: string
}

/** The shares that an inquiry of a vault's accounts has seen, that still exist and that have no item (wire-files.md 5). */
export function protectableShares(world: World, vault: Vault): ProtectableShare[] {
  return storageContainers(world, vault).flatMap((container) => {
    const account = world.resources.get(container.sourceKey)
    if (!account) return []
    const there = sharesOf(world, account).map(shareName)
    return container.shares
      .filter((share) => there.includes(share))
      .map((share) => ({
        account,
        container: container.name,
        share,
        item: shareItemName(account.name, share),
      }))
      .filter(({ item }) => world.items.find(vault.key, item) === undefined)
  })
}

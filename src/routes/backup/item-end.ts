import { dotNetTime, timeSpan } from '../../arm/times.js'
import { backupFamily } from '../../arm/versions.js'
import type { ProtectedItem } from '../../domain/protection/protected-items.js'
import type { Vault } from '../../domain/vaults/vault.js'
import type { World } from '../../domain/world.js'

/** What items of every workload end with: their vault, and what soft delete does with them (wire-vm.md 7, wire-files.md 7.1). */
export function itemEnd(world: World, vault: Vault, { deleted }: ProtectedItem, version: string) {
  const { itemTail } = backupFamily(version)
  return {
    vaultId: itemTail ? `https://management.azure.com${vault.id}` : undefined,
    deferredDeleteTimeInUTC: deleted && dotNetTime(deleted.at),
    isScheduledForDeferredDelete: deleted && true,
    deferredDeleteTimeRemaining: deleted && timeSpan(Math.max(0, deleted.until - world.now)),
    isArchiveEnabled: false,
    softDeleteRetentionPeriod: itemTail ? (deleted?.days ?? 0) : undefined,
  }
}

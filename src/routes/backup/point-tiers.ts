import type { RecoveryPoint } from '../../domain/backup/recovery-points.js'

/** Tiers by number until 2022, by name since (wire-vm.md 9); the numbers are the places in the published lists. */
const TIERS = { InstantRP: 1, HardenedRP: 2, ArchivedRP: 3 } as const
const TIER_STATES = { Valid: 1, Deleted: 3, Rehydrated: 4 } as const
type Tier = [type: keyof typeof TIERS, status: keyof typeof TIER_STATES]

/** What lies in the archive alone has no tier in the vault any more (az test_backup_wl_sql_archive). */
export function tiersOf(point: RecoveryPoint, named: boolean) {
  const tiers: Tier[] = [
    ['InstantRP', point.instantTier],
    ...(point.vaultTier === 'Valid' ? [['HardenedRP', 'Valid'] satisfies Tier] : []),
    ...(point.archiveTier ? [['ArchivedRP', point.archiveTier] satisfies Tier] : []),
  ]
  return tiers.map(([type, status]) => (named ? { type, status } : { type: TIERS[type], status: TIER_STATES[status] }))
}

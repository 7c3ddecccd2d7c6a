import { type Members, membersOf } from '../documents.js'
import { Refusal } from '../errors.js'
import { type ImmutabilityState, readImmutability } from './immutability.js'
import { type Redundancy, readRedundancy } from './redundancy.js'
import { oneOf } from './setting-values.js'
import { readSoftDelete, type SoftDeleteState } from './soft-delete-settings.js'
import { readEncryption, type VaultEncryption } from './vault-encryption.js'
import type { IdentityInput, VaultIdentity } from './vault-identity.js'

/** What a vault's own document and its two configurations say: one state, three views of it. */
export interface VaultSettings {
  redundancy: Redundancy
  crossRegionRestore: boolean
  /** Set through the vault's own document: from then on the older storage configuration refuses (wire-vm-more.md 2.6). */
  redundancySetByVault: boolean
  softDelete: SoftDeleteState
  enhancedSecurity: SoftDeleteState
  softDeleteDays: number
  softDeleteSetByVault: boolean
  immutability?: ImmutabilityState
  publicNetworkAccess: 'Enabled' | 'Disabled'
  crossSubscriptionRestore: string
  monitoring?: Record<string, unknown>
  encryption?: VaultEncryption
}

export interface VaultInput {
  location?: string
  tags?: Record<string, string>
  sku?: Record<string, unknown>
  identity?: IdentityInput
  properties?: Record<string, unknown>
}

/** SEED-43: geo-redundant until told otherwise; soft delete is on for every new vault, 14 days (domain.md 7). */
const DEFAULTS: VaultSettings = {
  redundancy: 'GeoRedundant',
  crossRegionRestore: false,
  redundancySetByVault: false,
  softDelete: 'Enabled',
  enhancedSecurity: 'Enabled',
  softDeleteDays: 14,
  softDeleteSetByVault: false,
  publicNetworkAccess: 'Enabled',
  crossSubscriptionRestore: 'Enabled',
}

/** What settings that a body brings are read over. */
export interface SettingsContext {
  /** The settings so far; absent for a new vault. */
  before?: VaultSettings
  /** The identities that the vault has after the same body. */
  identity?: VaultIdentity | undefined
  /** The vault holds items: its redundancy stays as it is. */
  locked?: boolean
  /** The caller's version knows no soft delete but AlwaysON, and no place to set it or redundancy but the vault. */
  secureByDefault?: boolean
  /** A Backup vault's, whose immutability may be locked from the first. */
  locksAtOnce?: boolean
}

/** The object that stands here; anything else says nothing. */
const record = (value: unknown): Members | undefined =>
  value && typeof value === 'object' && !Array.isArray(value) ? (value as Members) : undefined

/**
 * Settings after a PUT or PATCH of a vault: what the body names, over what was.
 * @throws Refusal InvalidParameter, UserErrorStorageTypeModificationNotAllowed, and what the states of immutability and
 * soft delete, and encryption refuse
 */
export function readVaultSettings(input: VaultInput, known: SettingsContext = {}): VaultSettings {
  const before = known.before ?? DEFAULTS
  const properties = input.properties ?? {}
  const security = membersOf(properties.securitySettings)
  const restore = membersOf(membersOf(properties.restoreSettings).crossSubscriptionRestoreSettings)
  const monitoring = record(properties.monitoringSettings)
  const encryption = record(properties.encryption)
  const rules = { isNew: !known.before, secureByDefault: known.secureByDefault ?? false }
  return {
    ...before,
    ...(rules.isNew && rules.secureByDefault ? { redundancySetByVault: true } : {}),
    ...readRedundancy(record(properties.redundancySettings), before, known.locked ?? false),
    ...readSoftDelete(record(security.softDeleteSettings), before, rules),
    ...readImmutability(membersOf(security.immutabilitySettings).state, before.immutability, known.locksAtOnce),
    publicNetworkAccess:
      oneOf(properties.publicNetworkAccess, ['Enabled', 'Disabled'], 'publicNetworkAccess') ??
      before.publicNetworkAccess,
    crossSubscriptionRestore: readCrossSubscriptionRestore(
      restore.crossSubscriptionRestoreState,
      before.crossSubscriptionRestore,
    ),
    ...(monitoring ? { monitoring: { ...before.monitoring, ...monitoring } } : {}),
    ...(encryption ? { encryption: readEncryption(encryption, before.encryption, known.identity) } : {}),
  }
}

/** Switched off for good it stays so, as its name says. */
function readCrossSubscriptionRestore(asked: unknown, before: string): string {
  const states = ['Enabled', 'Disabled', 'PermanentlyDisabled'] as const
  const after = oneOf(asked, states, 'crossSubscriptionRestoreState') ?? before
  if (before !== 'PermanentlyDisabled' || after === before) return after
  throw new Refusal(
    'InvalidParameter',
    'crossSubscriptionRestoreState is PermanentlyDisabled and can no longer be changed. Restore within the subscription, or use another vault.',
  )
}

/**
 * The security marks that follow from the settings (wire-vm.md 3, wire-vm-more.md 2.4).
 * Columns: soft delete, immutability, secureScore, bcdrSecurityLevel; the first row that fits.
 */
const SCORES: readonly (readonly [string, string, string, string])[] = [
  ['AlwaysON', '-', 'Adequate', 'Good'],
  ['Enabled', 'Locked', 'Adequate', 'Good'],
  ['Enabled', 'Unlocked', 'Minimum', 'Fair'],
  ['-', '-', 'None', 'Poor'],
]

export function scoresOf(settings: VaultSettings): { secureScore: string; bcdrSecurityLevel: string } {
  const fits = (cell: string, value: string | undefined) => cell === '-' || cell === value
  const row = SCORES.find(
    ([soft, immutability]) => fits(soft, settings.softDelete) && fits(immutability, settings.immutability),
  )
  return { secureScore: row?.[2] ?? 'None', bcdrSecurityLevel: row?.[3] ?? 'Poor' }
}
